"""One round with the centre: read how the book stands, ask, and write what the answer changes. No transaction is open while the link is waited for."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from dataclasses import replace as dataclass_replace
from functools import partial
from typing import Any, Protocol, TypeVar

import msgspec
from msgspec.structs import replace

from corner_app.book import arrivals, outbox
from corner_app.book import centre as known
from corner_app.book.database import Rows, Tx
from corner_app.book.lineage import Parent, become_device, lineages, read_place
from corner_app.book.rehome import rehome
from corner_app.domain.chain import handle_of
from corner_app.domain.trouble import Trouble
from corner_app.sync import engine, wire
from corner_app.sync.engine import Effect, Hunt, LineageState, NoAnswer, Pace, Standing
from corner_app.sync.signing import checker, public_key, signer

_log = logging.getLogger(__name__)
T = TypeVar("T")
APP = "corner 0.1.0"
RUN_BYTES = 3_000_000
"""Stored bytes of one run at most, below `wire.RUN_LIMIT`."""
INDICATOR = "CP"
"""Service indicator of the numbers a counter makes itself."""


class Store(Protocol):
    """The book as the sync reaches it."""

    def write(self, job: Callable[[Tx], T]) -> T:
        """One durable transaction."""

    def read(self, question: Callable[[Rows], T]) -> T:
        """One snapshot."""

    def rebuild(self) -> None:
        """Computes the projections again."""


class Link(Protocol):
    """The way to the centre. Raises NoAnswer."""

    def send(self, path: str, frame: bytes) -> bytes:
        """Sends a frame to a path of the centre and gives the answer's bytes."""


class Keys(Protocol):
    """The private keys that lie beside a book: of its device, and of those it was before it came to another machine."""

    def seed(self, device: int) -> bytes:
        """A device's key. Raises Trouble("no_key")."""

    def make(self, device: int) -> bytes:
        """A new device's key, made durable; the same again when it is asked for again."""


@dataclass(frozen=True)
class Machine:
    """What the world hands in. seed: the device's private key; fp: of this machine; now: ms UTC; random: random bytes.

    keys: None where a book never comes to another machine.
    """

    seed: bytes
    fp: bytes
    now: Callable[[], int]
    random: Callable[[int], bytes]
    keys: Keys | None = None

    def sign(self, device: int, own: int) -> wire.Sign:
        """Signs in a device's name. own: the book's present device."""
        return signer(self.seed if self.keys is None or device == own else self.keys.seed(device))


@dataclass
class Told:
    """What a session did: entries confirmed, feed items taken in."""

    sent: int = 0
    received: int = 0
    left: int = 0
    more: bool = False
    quarantined: bool = False


@dataclass
class Client:
    """Keeps nothing that matters: a new one goes on where the book stands."""

    store: Store
    link: Link
    machine: Machine
    pace: Pace = field(default_factory=Pace)
    hunt: Hunt | None = None
    told: Told = field(default_factory=Told)
    moved: bool | None = None
    """Whether the book came from another machine; None before it was looked at."""
    introduced_by: tuple[int, ...] = ()
    """Devices this book was before, in whose name it told a centre that does not know it who it is."""

    def round(self) -> bool:
        """One exchange; True when there is more to do at once. Raises NoAnswer, Trouble("not_enrolled"), or the disk's Trouble."""
        try:
            more = self._round()
        except NoAnswer as none:
            if none.code == "not_enrolled_there" and self._introduces_itself():
                return True
            self.pace = engine.after(self.pace, none)
            raise
        return more

    def _introduces_itself(self) -> bool:
        """A centre put back from a backup may not know the device a book became on this machine, nor the one it was before; an earlier one can
        name it again.
        """
        tried = self.introduced_by
        older = self.store.read(lambda rows: [each for each in lineages(rows) if each.device not in (read_place(rows).device, *tried)])
        if not older or self.machine.keys is None:
            return False
        self.hunt, self.introduced_by = Hunt(older[-1].epoch, 0, older[-1].kept_to + 1), (*tried, older[-1].device)
        return True

    def _round(self) -> bool:
        if self.moved is None:
            self.moved = self._has_moved()
        if self.hunt is not None:
            return self._search(self.hunt)
        at = self.store.read(_centre)
        if at.feed < 0 and self.store.read(outbox.confirmed) >= self.store.read(_entries):
            return self._fetch(at)
        return self._push(at)

    def _has_moved(self) -> bool:
        """A book that was copied to another machine goes on as a device of its own, before both use one name for different entries (§2.9)."""
        if self.machine.keys is None:
            return False
        before = self.store.read(lambda rows: known.kept(rows, "fp"))
        if before is None:
            self.store.write(lambda tx: known.keep(tx, fp=self.machine.fp))
        if before in (None, self.machine.fp):
            return False
        newest = self.store.read(lambda rows: lineages(rows)[-1])
        self.hunt = Hunt(newest.epoch, 0, newest.kept_to + 1)
        return True

    # Entries and feed

    def _push(self, at: known.Centre) -> bool:
        machine = self.machine
        asked, frame, had = self.store.read(lambda rows: self._question(rows, machine.now()))
        answer = self.link.send("/v1/sync", frame)
        check = checker(at.public_key)
        effects = self.store.write(lambda tx: self._hear(tx, asked, answer, check))
        self._write_slices(effects)
        return self._after_push(effects, had, asked)

    def _question(self, rows: Rows, now: int) -> tuple[wire.Push, bytes, int]:
        unsent = outbox.next_run(rows, self.pace.rows, RUN_BYTES)
        waiting = waiting_of(unsent) if unsent is not None else None
        standing = self._standing(rows, report=True)
        asked = engine.push(standing, waiting, self.pace, now, self.machine.random(wire.NONCE_SIZE))
        if not known.kept(rows, "box"):
            asked = replace(asked, wants=wire.WANTS_BOX)
        return asked, wire.seal(asked, self.machine.sign(asked.device, standing.device)), standing.confirmed

    def _standing(self, rows: Rows, *, report: bool = False) -> Standing:
        return standing_of(rows, report_of(rows, self.machine) if report and self._reports(rows) else None)

    def _reports(self, rows: Rows) -> bool:
        """How we are is told with entries, while numbers run short, and now and then without."""
        return (
            outbox.backlog(rows).unsent > 0
            or known.numbers_left(rows, INDICATOR) <= wire.LEASE_LOW
            or self.machine.now() - int(known.kept(rows, "reported_at") or 0) > 900_000
        )

    def _hear(self, tx: Tx, asked: wire.Push, answer: bytes, check: wire.Check) -> list[Effect]:
        effects = engine.hear_push(self._standing(tx), asked, answer, check)
        for effect in effects:
            write_effect(tx, effect, self.machine.now())
        heard(tx, answer)
        known.keep(tx, heard_order=known.order_now(tx))
        if asked.report is not None:
            known.keep(tx, reported_at=self.machine.now())
        return effects

    def _write_slices(self, effects: list[Effect]) -> None:
        for effect in effects:
            if isinstance(effect, engine.Arrive):
                self.told.received += self.store.write(partial(arrive, part=effect))

    def _after_push(self, effects: list[Effect], had: int, asked: wire.Push) -> bool:
        policy = None
        more = False
        for effect in effects:
            match effect:
                case engine.Met():
                    policy = effect.policy
                case engine.Confirm(no):
                    self.told.sent += max(0, no - had)
                    more = more or no != had
                case engine.Arrive() | engine.ForgetFeed():
                    more = True
                case engine.Look(hunt):
                    self.hunt, more = hunt, True
                case engine.Shrink():
                    if self.pace.rows == 1 and self.pace.plain:
                        raise NoAnswer("garbled")
                    self.pace = engine.slower(self.pace)
                    return True
                case engine.Quarantined():
                    self.told.quarantined = True
                    raise NoAnswer("refused_revoked")
        self.pace = engine.faster(self.pace, policy)
        return more or self.store.read(_unfinished)

    # The office's state

    def _fetch(self, at: known.Centre) -> bool:
        standing = self.store.read(self._standing)
        asked = engine.fetch(standing, self.machine.random(wire.NONCE_SIZE), self.pace)
        answer = self.link.send("/v1/state", wire.seal(asked, signer(self.machine.seed)))
        (part,) = engine.hear_fetch(standing, asked, answer, checker(at.public_key))
        assert isinstance(part, engine.State)  # noqa: S101 - what it gives
        if part.begins:
            self.store.write(lambda tx: state_begins(tx, part))
        for begin in range(0, len(part.items), engine.SLICE):
            items = part.items[begin : begin + engine.SLICE]
            self.told.received += self.store.write(partial(take_items, items=items))
        self.store.write(lambda tx: state_done(tx, part))
        self.pace = engine.faster(self.pace, None)
        return True

    # After a fork

    def _search(self, hunt: Hunt) -> bool:
        at = self.store.read(_centre)
        check = checker(at.public_key)
        standing = self.store.read(self._standing)
        if not engine.holds(standing, hunt):
            self.hunt = None
            return True
        if not engine.found(hunt):
            asked = engine.probe(standing, hunt, self.machine.random(wire.NONCE_SIZE))
            answer = self._ask_about(asked, standing.device)
            self.hunt = self.store.read(lambda rows: engine.hear_probe(self._standing(rows), asked, hunt, answer, check))
            return True
        common = self.store.read(lambda rows: _common(rows, hunt))
        if hunt.low == 0 and common.epoch:  # what this lineage continues may have been common with another peer only
            before = standing.lineage(common.epoch)
            self.hunt = Hunt(common.epoch, 0, min(common.seq, before.kept if before is not None else 0) + 1)
            return True
        heir = self._heir(hunt)
        request = self.store.write(lambda tx: _request(tx, self.machine.random(16)))
        clone = (heir.uuid, public_key(heir.seed)) if heir is not None else None
        asked = engine.ask_lineage(standing, hunt, wire.Parent(*common), request, self.machine.random(wire.NONCE_SIZE), clone)
        try:
            go_on = engine.hear_lineage(asked, self._ask_about(asked, standing.device), check)
        except NoAnswer as none:
            if none.code != "device_taken" or clone is None:
                raise
            self.store.write(lambda tx: known.keep(tx, next_uuid=b""))  # copied once more before it had its name: the other copy took that
            return True
        if go_on.epoch <= standing.newest.epoch:  # an old wish was answered, and the book went on since: wish anew
            self.store.write(lambda tx: known.keep(tx, lineage_request=b""))
            return True
        written = self.store.write(lambda tx: _go_on(tx, go_on, common, heir, self.machine.fp))
        _log.warning("this book and the centre differed; %d entries were written again in lineage %d", written, go_on.epoch)
        if heir is not None:
            self.machine = dataclass_replace(self.machine, seed=heir.seed)
        self.store.rebuild()
        self.hunt, self.moved, self.introduced_by = None, False, ()
        return True

    def _ask_about(self, asked: wire.Probe, own: int) -> bytes:
        return self.link.send("/v1/lineage", wire.seal(asked, self.machine.sign(asked.device, own)))

    def _heir(self, hunt: Hunt) -> Heir | None:
        """Who goes on, if it is not the device whose lineage was searched: a new one on a new machine, or the one this book is by now."""
        place, whose = self.store.read(lambda rows: (read_place(rows), next(each.device for each in lineages(rows) if each.epoch == hunt.epoch)))
        if self.moved and self.machine.keys is not None:
            uuid = self.store.write(lambda tx: _next_uuid(tx, self.machine.random(16)))
            return Heir(uuid, self.machine.keys.make(handle_of(uuid)))
        return Heir(place.uuid, self.machine.seed) if whose != place.device else None


@dataclass(frozen=True)
class Heir:
    """The device that goes on with a book."""

    uuid: bytes
    seed: bytes


def heard(tx: Tx, answer: bytes) -> None:
    """Keeps the key that files for the centre are sealed to, when a proven answer tells it."""
    told = wire.peek(wire.Answer, answer)
    if told.box:
        known.keep(tx, box=told.box)


def standing_of(rows: Rows, said: wire.Report | None = None) -> Standing:
    """How the book stands. said: what it tells of itself with the next question. Raises Trouble("not_enrolled")."""
    at, place = _centre(rows), read_place(rows)
    states = tuple(LineageState(each.epoch, each.first_no, each.kept_to, _uid_at(rows, each), each.device) for each in lineages(rows))
    return Standing(place.device, states, outbox.confirmed(rows), at.feed, at.check, at.state_after, at.instance, said)


def report_of(rows: Rows, machine: Machine) -> wire.Report:
    """How this device is."""
    waits = outbox.backlog(rows)
    numbers = wire.Numbers(INDICATOR, known.numbers_left(rows, INDICATOR), known.newest_lease(rows, INDICATOR), lineages(rows)[-1].epoch)
    return wire.Report(APP, waits.unsent, waits.since, machine.fp, numbers=(numbers,))


def waiting_of(unsent: outbox.Unsent) -> engine.Waiting:
    """Entries of the book as a question takes them."""
    parent = wire.Parent(*unsent.lineage.parent)
    return engine.Waiting(unsent.lineage.epoch, unsent.first, unsent.before, unsent.last, unsent.rows, parent, unsent.lineage.device)


def _centre(rows: Rows) -> known.Centre:
    found = known.centre(rows)
    if found is None:
        raise Trouble("not_enrolled")
    return found


def _entries(rows: Rows) -> int:
    return outbox.backlog(rows).entries


def _unfinished(rows: Rows) -> bool:
    return outbox.next_run(rows, 1, 1) is not None or _centre(rows).feed < 0


def _uid_at(rows: Rows, lineage: Any) -> Callable[[int], bytes]:
    return lambda seq: outbox.uid_before(rows, lineage, seq + 1)


def write_effect(tx: Tx, effect: Effect, now: int) -> None:
    """Writes what an effect changes, all but arrivals, which go in slices of their own."""
    match effect:
        case engine.Met(instance, theirs, _):
            known.keep(tx, instance=instance, heard_at=now, skew_ms=now - theirs)
        case engine.Confirm(no):
            outbox.confirm(tx, no)
        case engine.ForgetFeed():
            known.keep(tx, feed_pos=-1, state_after="")


def arrive(tx: Tx, part: engine.Arrive) -> int:
    """Takes a slice of the feed in and moves to its end; gives how many entries were new."""
    taken = take_items(tx, part.items)
    known.keep(tx, feed_pos=part.feed, feed_check=part.check)
    return taken


def take_items(tx: Tx, items: tuple[wire.FeedItem, ...]) -> int:
    """Takes feed items in, wherever they came from; gives how many entries were new."""
    taken = 0
    for item in items:
        match item:
            case wire.FeedEntry():
                taken += arrivals.take(tx, item.id, item.uid, item.stored)
            case wire.FeedVerdict():
                known.said(tx, item.device, item.epoch, item.seq, item.ver, item.subject, item.code, item.at)
            case wire.FeedNotice("lease", body):
                lease = msgspec.json.decode(body, type=Lease)
                if (lease.device, lease.epoch) == (tx.head.device, tx.head.epoch):
                    known.lease(tx, lease.indicator, lease.first, lease.last)
    tx.seen.clear()
    return taken


class Lease(msgspec.Struct, frozen=True):
    """A block of serial numbers that is one device's alone, in one lineage: a book put back from a copy may have used it before."""

    device: int
    epoch: int
    indicator: str
    first: int
    last: int


def state_begins(tx: Tx, part: engine.State) -> None:
    """The first part of the office's state is about to be taken in."""
    known.keep(tx, state_feed=part.feed, state_check=part.check)
    known.forget_verdicts(tx)


def state_done(tx: Tx, part: engine.State) -> None:
    """A part of the office's state was taken in; with the last one the feed goes on from where it stood."""
    if not part.done:
        known.keep(tx, state_after=part.after)
        return
    known.keep(tx, state_after="", feed_pos=known.kept(tx, "state_feed"), feed_check=known.kept(tx, "state_check"))


def _common(rows: Rows, hunt: Hunt) -> Parent:
    lineage = next(each for each in lineages(rows) if each.epoch == hunt.epoch)
    if hunt.low == 0:
        return lineage.parent
    return Parent(lineage.epoch, hunt.low, outbox.hash_at(rows, lineage, hunt.low))


def _request(tx: Tx, fresh: bytes) -> bytes:
    """The wish for a lineage keeps its name over restarts, so that asking twice opens one."""
    kept: bytes | None = known.kept(tx, "lineage_request")
    if not kept:
        known.keep(tx, lineage_request=fresh)
        return fresh
    return kept


def _next_uuid(tx: Tx, fresh: bytes) -> bytes:
    """The new device's name is kept before it is told, so that asking twice makes one device."""
    kept: bytes | None = known.kept(tx, "next_uuid")
    if not kept:
        known.keep(tx, next_uuid=fresh)
    return kept or fresh


def _go_on(tx: Tx, go_on: engine.GoOn, common: Parent, heir: Heir | None, fp: bytes) -> int:
    if heir is not None:
        become_device(tx, go_on.device, heir.uuid)
    place = read_place(tx)
    known.keep(tx, lineage_request=b"", next_uuid=b"", fp=fp)
    known.fetch_anew(tx)  # what went by as our own may have got there all the same, and is not our own any more, whichever peer it was
    outbox.confirm(tx, _no_of(tx, common))
    return rehome(tx, place, go_on.epoch, common)


def _no_of(rows: Rows, common: Parent) -> int:
    lineage = next((each for each in lineages(rows) if each.epoch == common.epoch), None)
    return 0 if lineage is None else lineage.first_no + common.seq - 1
