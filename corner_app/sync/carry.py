"""The stick: an office without a link carries its entries to where there is one, sealed to the centre, and brings the answers back.

A segment holds the very questions that would have gone over the link, so the centre takes it in like any push and its answers are heard by
the same engine. Nothing counts as sent before an answer was heard. The book remembers what it asked, each time under a number, so that an
answer that comes late may confirm more but never less: what was asked over the link since knows better.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

import msgspec
from msgspec.structs import replace

from corner_app.book import centre as known
from corner_app.book import outbox
from corner_app.book.database import Rows, Tx
from corner_app.book.lineage import read_place
from corner_app.domain.trouble import Trouble
from corner_app.sync import client as rounds
from corner_app.sync import engine, stick, wire
from corner_app.sync.client import RUN_BYTES, Machine, Store
from corner_app.sync.engine import Effect, NoAnswer, Pace, Standing
from corner_app.sync.sealing import FRAMES_LIMIT, IN, OUT, SEGMENT_LIMIT, Label, Opener, Reply, Unopened, Word, hint, read_label, seal, sign_segment
from corner_app.sync.signing import checker, signer
from corner_app.sync.stick import StickTrouble

ROOM = 240_000
"""Bytes of feed asked for: about a million unfolded, which a page in one frame holds even when it does not pack."""
KEPT = 64
"""Sticks whose questions are remembered."""


@dataclass(frozen=True)
class Size:
    """How much goes in one segment. rows: entries of a run; size: bytes of frames, about."""

    rows: int = engine.MOST_ROWS
    size: int = SEGMENT_LIMIT - 2 * wire.FRAME_LIMIT


class Asked(msgspec.Struct, frozen=True, array_like=True):
    """What one segment asked, without the entries: what hearing its answers needs."""

    pushes: tuple[wire.Push, ...]
    fetch: wire.Fetch | None = None


class SegmentLink(Protocol):
    """The way to the centre for a whole segment. Raises NoAnswer."""

    def send_segment(self, sealed: bytes) -> bytes:
        """Sends a sealed segment, gets the sealed reply."""


@dataclass(frozen=True)
class Written:
    """A segment on the stick. entries: in it; left: unsent ones it had no room for; size: bytes."""

    file: Path
    entries: int
    left: int
    size: int


@dataclass
class Heard:
    """What came of the replies on a stick.

    sent: entries confirmed; received: entries taken in; replies: for this counter; new: of them not heard before; others: for other counters;
    codes: what could not be taken, as words of `sync.<code>`.
    """

    sent: int = 0
    received: int = 0
    replies: int = 0
    new: int = 0
    others: int = 0
    codes: tuple[str, ...] = ()


# Out


def carry_out(store: Store, machine: Machine, folder: Path, most: Size = Size()) -> Written:
    """Writes one segment with what is unsent. Raises NoAnswer: stick_full, stick_gone, stick_damaged, no_box; Trouble("not_enrolled")."""
    box = store.read(lambda rows: _box(rows, machine))
    order = store.write(known.next_order)
    questions = store.read(lambda rows: _Questions(rows, machine, most))
    store.write(lambda tx: _remember(tx, order, questions.asked))  # before the file is written: no answer may come to what we do not know
    label = Label(questions.office, questions.counter, questions.device, order, questions.first, questions.last, hint(box))
    segment = sign_segment(questions.device, Opener(machine.seed).public, tuple(questions.frames), questions.fetch, signer(machine.seed))
    sealed = seal(OUT, label, segment, box, machine.random)
    try:
        file = stick.place_for(folder, label)
        stick.write(file, sealed)
    except StickTrouble as trouble:
        raise NoAnswer(trouble.code) from trouble
    store.write(lambda tx: known.keep(tx, carried_at=machine.now()))
    return Written(file, questions.entries, questions.left, len(sealed))


def _box(rows: Rows, machine: Machine) -> bytes:
    if known.centre(rows) is None:
        raise Trouble("not_enrolled")
    if known.kept(rows, "fp") not in (None, machine.fp):  # copied from another PC: it must become a device of its own first, which takes a link
        raise NoAnswer("stick_forked")
    box: bytes | None = known.kept(rows, "box")
    if box is None:
        raise NoAnswer("no_box")
    return box


class _Questions:
    """Everything to ask of the centre at once, from one snapshot. first, last: running numbers; only the last push asks for feed."""

    def __init__(self, rows: Rows, machine: Machine, most: Size) -> None:
        standing, place, waits = rounds.standing_of(rows, rounds.report_of(rows, machine)), read_place(rows), outbox.backlog(rows)
        self.office, self.counter, self.device = place.office, place.counter, standing.device
        self.frames: list[bytes] = []
        pushes: list[wire.Push] = []
        sign, size, upto = signer(machine.seed), 0, standing.confirmed
        for push, frame, end in _pushes(rows, standing, machine, most.rows):
            if size + len(frame) > most.size or len(pushes) == FRAMES_LIMIT - 1:
                break
            pushes.append(replace(push, run=None))
            self.frames.append(frame)
            size, upto = size + len(frame), end
        last = engine.push(standing, None, Pace(), machine.now(), machine.random(wire.NONCE_SIZE))
        device, epoch = (pushes[-1].device, pushes[-1].epoch) if pushes else _written_last(standing)
        last = replace(last, device=device, epoch=epoch, room=ROOM if standing.feed >= 0 else 0)
        pushes.append(last)
        self.frames.append(wire.seal(last, machine.sign(device, standing.device)))
        fetch = replace(engine.fetch(standing, machine.random(wire.NONCE_SIZE)), room=ROOM) if standing.feed < 0 else None
        self.fetch = wire.seal(fetch, sign) if fetch is not None else b""
        self.asked = Asked(tuple(pushes), fetch)
        self.first, self.last = min(standing.confirmed + 1, waits.entries), upto
        self.entries, self.left = upto - standing.confirmed, waits.entries - upto


def _written_last(standing: Standing) -> tuple[int, int]:
    """(device, epoch) of the newest lineage with entries: of an empty one the centre knows nothing, which over a link begins a search."""
    lineage = next((each for each in reversed(standing.lineages) if each.kept), standing.newest)
    return lineage.device or standing.device, lineage.epoch


def _pushes(rows: Rows, standing: Standing, machine: Machine, most: int) -> Iterator[tuple[wire.Push, bytes, int]]:
    """(question, its frame, running number of its last entry) for run after run of what is unsent."""
    after = standing.confirmed
    while (unsent := outbox.next_run(rows, most, RUN_BYTES, after)) is not None:
        nonce = machine.random(wire.NONCE_SIZE)
        asked = engine.push(standing, rounds.waiting_of(unsent), Pace(), machine.now(), nonce)
        asked = replace(asked, room=0, report=None)
        frame = wire.seal(asked, machine.sign(asked.device, standing.device))
        if len(frame) > wire.FRAME_LIMIT and most > 1:
            most = max(1, most // 2)
            continue
        after = unsent.lineage.first_no + unsent.first + len(unsent.rows) - 2
        yield asked, frame, after


def _remember(tx: Tx, order: int, asked: Asked) -> None:
    known.keep(tx, **{f"{known.CARRIED}{order}": msgspec.msgpack.encode(asked)})
    known.forget(tx, [f"{known.CARRIED}{old}" for old in known.carried(tx)[:-KEPT]])


# Between


def carry_send(link: SegmentLink, folder: Path) -> list[tuple[str, str]]:
    """Posts every segment that lies there, of whichever office, and puts the reply beside it; gives (file, code of what stood in the way or "").

    Raises NoAnswer: stick_gone, stick_full, stick_damaged, stick_empty, or that of a link that does not answer.
    """
    done = []
    try:
        files = stick.listed(folder, stick.OUT)
        for file in files:
            sealed = stick.read(file)
            try:
                read_label(OUT, sealed)
                reply = link.send_segment(sealed)
                read_label(IN, reply)
            except Unopened:
                done.append((file.name, "stick_damaged"))
                continue
            except NoAnswer as none:
                if none.code not in _OF_THE_FILE:
                    raise
                done.append((file.name, none.code))
                continue
            stick.write(file.with_suffix(stick.IN), reply)
            done.append((file.name, ""))
    except StickTrouble as trouble:
        raise NoAnswer(trouble.code) from trouble
    if not files:
        raise NoAnswer("stick_empty")
    return done


_OF_THE_FILE = frozenset({"stick_damaged", "stick_elsewhere", "not_enrolled_there", "bad_key"})
"""What the centre says of one file; the others may still go."""


# In


def carry_in(store: Store, machine: Machine, folder: Path) -> Heard:
    """Hears every reply for this book that lies there, oldest question first. Raises NoAnswer: stick_gone, stick_empty; Trouble("not_enrolled").

    A file that cannot be taken changes nothing and stops no other; `codes` tells of it.
    """
    at, place = store.read(known.centre), store.read(read_place)
    if at is None:
        raise Trouble("not_enrolled")
    told = Heard()
    ours: list[tuple[int, bytes]] = []
    try:
        files = stick.listed(folder, stick.IN)
        for sealed in map(stick.read, files):
            _sort(sealed, place.device, ours, told)
    except StickTrouble as trouble:
        raise NoAnswer(trouble.code) from trouble
    if not files:
        raise NoAnswer("stick_empty")
    opener, check = Opener(machine.seed), checker(at.public_key)
    for order, sealed in sorted(ours, key=lambda found: found[0]):
        told.replies += 1
        code = _Hearing(store, machine, check, told, order).reply(opener, sealed)
        if code:
            _tell(told, code)
    if not told.replies and not told.codes:
        _tell(told, "stick_other")
    return told


def _sort(sealed: bytes, device: int, ours: list[tuple[int, bytes]], told: Heard) -> None:
    try:
        label = read_label(IN, sealed)
    except Unopened:
        _tell(told, "stick_damaged")
        return
    if label.device == device:
        ours.append((label.order, sealed))
    else:
        told.others += 1


def _tell(told: Heard, code: str) -> None:
    told.codes = tuple(dict.fromkeys((*told.codes, code)))


class _Hearing:
    """One reply: each answer in a transaction of its own, so that one cut off is heard to its end the next time."""

    def __init__(self, store: Store, machine: Machine, check: wire.Check, told: Heard, order: int) -> None:
        self._store, self._machine, self._check, self._told, self._order = store, machine, check, told, order

    def reply(self, opener: Opener, sealed: bytes) -> str:
        """Hears it; gives the code of what stood in the way, "" for nothing."""
        kept = self._store.read(lambda rows: known.kept(rows, f"{known.CARRIED}{self._order}"))
        try:
            reply = opener.open(IN, sealed, Reply)
        except Unopened:
            return "stick_damaged"
        if kept is None:
            return "stick_unknown"
        asked = msgspec.msgpack.decode(kept, type=Asked)
        if len(reply.words) != len(asked.pushes):
            return "stick_unknown"
        before = self._told.sent, self._told.received
        new = self._store.read(self._is_new)
        codes = [self._word(word, push) for word, push in zip(reply.words, asked.pushes, strict=True)]
        if asked.fetch is not None and reply.fetched is not None:
            codes.append(self._fetched(reply.fetched, asked.fetch))
        self._store.write(self._done)
        self._told.new += int(new or before != (self._told.sent, self._told.received))
        return next((code for code in codes if code), "")

    def _is_new(self, rows: Rows) -> bool:
        return self._order > int(known.kept(rows, "heard_order") or 0)

    def _done(self, tx: Tx) -> None:
        if self._is_new(tx):
            known.keep(tx, heard_order=self._order)

    def _word(self, word: Word, asked: wire.Push) -> str:
        if word.code:
            return _REFUSED.get(word.code, "centre_trouble")
        if word.nonce != asked.nonce:
            return "stick_unknown"
        try:
            effects, sent = self._store.write(lambda tx: self._hear(tx, word, asked))
        except NoAnswer as none:
            return none.code
        self._told.sent += sent
        if any(isinstance(effect, engine.Quarantined) for effect in effects):
            return "refused_revoked"
        if any(isinstance(effect, engine.Look) for effect in effects):
            return "stick_forked"
        if any(isinstance(effect, engine.Shrink) for effect in effects):
            return "garbled"
        arrived = [effect for effect in effects if isinstance(effect, engine.Arrive)]
        for part in self._store.read(lambda rows: _onward(rounds.standing_of(rows), asked, arrived)):
            self._told.received += self._store.write(partial(rounds.arrive, part=part))
        return ""

    def _hear(self, tx: Tx, word: Word, asked: wire.Push) -> tuple[list[Effect], int]:
        """The answer's effects without those it comes too late for; entries newly confirmed."""
        standing = rounds.standing_of(tx)
        effects = engine.hear_push(standing, asked, word.frame, self._check)
        met = effects[0]
        assert isinstance(met, engine.Met)  # noqa: S101 - it says so first
        if not self._is_new(tx):
            if met.instance != standing.instance:  # the centre was restored since: what it said before holds no more
                return [], 0
            effects = [effect for effect in effects if _still_holds(effect, standing)]
        for effect in effects:
            if not isinstance(effect, engine.Met):
                rounds.write_effect(tx, effect, self._machine.now())
        known.keep(tx, instance=met.instance, heard_at=self._machine.now())  # not its clock: the answer is as old as its way was long
        rounds.heard(tx, word.frame)
        return effects, max(0, outbox.confirmed(tx) - standing.confirmed)

    def _fetched(self, word: Word, asked: wire.Fetch) -> str:
        if word.code or word.nonce != asked.nonce:
            return _REFUSED.get(word.code, "centre_trouble") if word.code else "stick_unknown"
        standing = self._store.read(rounds.standing_of)
        if standing.feed >= 0 or standing.state_after != asked.after:
            return ""
        try:
            (part,) = engine.hear_fetch(standing, asked, word.frame, self._check)
        except NoAnswer as none:
            return none.code
        assert isinstance(part, engine.State)  # noqa: S101 - what it gives
        if part.begins:
            self._store.write(lambda tx: rounds.state_begins(tx, part))
        for begin in range(0, len(part.items), engine.SLICE):
            self._told.received += self._store.write(partial(rounds.take_items, items=part.items[begin : begin + engine.SLICE]))
        self._store.write(lambda tx: rounds.state_done(tx, part))
        return ""


_REFUSED = {"unknown_device": "not_enrolled_there", "signature": "bad_key", "garbled": "garbled"}


def _still_holds(effect: Effect, standing: Standing) -> bool:
    """Of a late answer: that the centre had more than we knew of stays true; that it had less, or another book, was settled since."""
    if isinstance(effect, engine.Confirm):
        return effect.no > standing.confirmed
    return isinstance(effect, engine.Arrive)


def _onward(standing: Standing, asked: wire.Push, arrived: list[engine.Arrive]) -> list[engine.Arrive]:
    """What of a page lies beyond where the book has read since, in slices. Nothing when the page does not pass through that place."""
    at, check = asked.feed, asked.check or wire.FEED_START
    here = (standing.feed, standing.check or wire.FEED_START)
    met = (at, check) == here
    parts: list[engine.Arrive] = []
    for part in arrived:
        ahead: list[wire.FeedItem] = []
        for item in part.items:
            at, check = at + 1, wire.next_check(check, wire.pack_item(item))
            if met:
                ahead.append(item)
            met = met or (at, check) == here
        if ahead:
            parts.append(engine.Arrive(tuple(ahead), at, check))
    return parts
