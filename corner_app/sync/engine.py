"""The office's side of the sync without disk, network, clock or chance: what to ask next, and what an answer changes (sync notes §2).

`question` makes a question out of how the book stands; `hear` turns the centre's frame into effects that the caller writes in one
transaction. Anything that is not the centre's own signed word changes nothing: it raises `NoAnswer`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

from corner_app.sync import wire
from corner_app.sync.columns import ROWS, deflate, pack
from corner_app.sync.wire import Answer, Check, FeedItem, Fetch, Part, Policy, Probe, ProbeAnswer, Push

FIRST_ROWS, MOST_ROWS = 500, 4_000
ROOM, ROOM_WHILE_SENDING = 64_000, 8_000
"""Bytes of feed asked for. While we have entries to tell, little: money and custody go first."""
SMALLEST_ROOM = 2_000
SLICE = 64
"""Arrived entries written in one transaction."""
PROBES = 64
FIRST_BACKOFF_S, LAST_BACKOFF_S = 5, 900
RETURN_SPREAD_S, LONG_OFFLINE_S = 300, 3_600
SKEW_LIMIT_MS = 120_000


class NoAnswer(Exception):
    """The centre did not answer, or something else did. code: of the words `sync.<code>`. Nothing changes but the time of the next try.

    again_s: seconds after which a crowded centre has room for this caller, 0 when it did not say.
    """

    def __init__(self, code: str, again_s: int = 0) -> None:
        super().__init__(code)
        self.code, self.again_s = code, again_s


class LineageState(NamedTuple):
    """One lineage of the book. kept: entries of it that count; uid_at: uid of an entry of it, of its start for 0; device: that wrote it."""

    epoch: int
    first_no: int
    kept: int
    uid_at: Callable[[int], bytes]
    device: int = 0


@dataclass(frozen=True)
class Waiting:
    """Entries to be sent: of one lineage from `first` on. parent: of the lineage, sent with its first entry; device: that wrote them."""

    epoch: int
    first: int
    before: bytes
    last: bytes
    rows: tuple[bytes, ...]
    parent: wire.Parent
    device: int = 0


@dataclass(frozen=True)
class Standing:
    """How the book stands. confirmed: running number up to which both agree; feed −1: the office's state must be fetched first."""

    device: int
    lineages: tuple[LineageState, ...]
    confirmed: int
    feed: int
    check: bytes
    state_after: str
    instance: bytes
    report: wire.Report | None = None

    @property
    def newest(self) -> LineageState:
        """The lineage that is being written."""
        return self.lineages[-1]

    def lineage(self, epoch: int) -> LineageState | None:
        """A lineage by its epoch."""
        return next((lineage for lineage in self.lineages if lineage.epoch == epoch), None)


@dataclass(frozen=True)
class Hunt:
    """Looking for the last entry both sides have in a lineage: `low` is common (0: its start), `high` is not."""

    epoch: int
    low: int
    high: int


# Effects, written by the caller in one transaction.


@dataclass(frozen=True)
class Confirm:
    """Both agree up to this running number, more or less than before."""

    no: int


@dataclass(frozen=True)
class Arrive:
    """Feed items up to position `feed`; check: running hash there."""

    items: tuple[FeedItem, ...]
    feed: int
    check: bytes


@dataclass(frozen=True)
class State:
    """A part of the office's state. feed, check: where the feed goes on once all is here; begins: it is the first part."""

    items: tuple[FeedItem, ...]
    after: str
    done: bool
    feed: int
    check: bytes
    begins: bool


@dataclass(frozen=True)
class ForgetFeed:
    """The centre's feed is another one: fetch the office's state again. Nothing here is removed."""


@dataclass(frozen=True)
class Met:
    """The centre spoke. instance: of its storage; now: its clock; policy: what it asks for."""

    instance: bytes
    now: int
    policy: Policy | None


@dataclass(frozen=True)
class Look:
    """Both sides differ: look for the last common entry before anything else."""

    hunt: Hunt


@dataclass(frozen=True)
class GoOn:
    """The last common entry is found: begin lineage `epoch` of `device` after it and write the rest again."""

    epoch: int
    device: int
    common_epoch: int
    common_seq: int


@dataclass(frozen=True)
class Shrink:
    """The centre could not read the run: send fewer, in plain rows."""


@dataclass(frozen=True)
class Quarantined:
    """Kept apart: this device was revoked."""


Effect = Confirm | Arrive | State | ForgetFeed | Met | Look | GoOn | Shrink | Quarantined


@dataclass(frozen=True)
class Pace:
    """How much and how soon. rows: of the next run; plain: rows instead of columns; failures: in a row; window: seconds the centre asked for.

    most: rows up to which it doubles; beyond, where a run did not pass before, it grows slowly. turn_s: seconds until it is this caller's turn
    at a crowded centre, 0 when nobody said so.
    """

    rows: int = FIRST_ROWS
    plain: bool = False
    failures: int = 0
    window: int = 0
    poll: int = 600
    most: int = MOST_ROWS
    turn_s: int = 0


def after(pace: Pace, none: NoAnswer) -> Pace:
    """After a try that brought nothing: a turn that was given is waited for, anything else makes it slower."""
    return replace(pace, turn_s=min(none.again_s, LAST_BACKOFF_S)) if none.again_s > 0 else slower(pace)


def slower(pace: Pace) -> Pace:
    """After a cut or an error of the centre: half as much, and one more failure."""
    most = pace.most if pace.failures else max(1, pace.rows * 3 // 4)
    return replace(pace, rows=max(1, pace.rows // 2), failures=pace.failures + 1, plain=pace.plain or pace.rows == 1, most=most, turn_s=0)


def faster(pace: Pace, policy: Policy | None) -> Pace:
    """After an answer."""
    limit = min(MOST_ROWS, policy.rows if policy else MOST_ROWS)
    grown = min(pace.rows * 2, pace.most) if pace.rows < pace.most else pace.rows + max(1, pace.rows // 8)
    rows = min(limit, grown)
    return Pace(rows, False, 0, policy.window if policy else 0, policy.poll if policy else pace.poll, max(rows, pace.most))


def wait_s(pace: Pace, chance: float, *, idle: bool, offline_s: float = 0) -> float:
    """Seconds until the next try. chance: 0 … 1. idle: nothing waits and the last try went well; offline_s: since the last answer."""
    if pace.turn_s:
        return pace.turn_s * (0.75 + chance / 2)
    if pace.window:
        return chance * pace.window
    if pace.failures:
        most = min(LAST_BACKOFF_S, FIRST_BACKOFF_S << min(pace.failures, 16))
        return chance * max(most, RETURN_SPREAD_S if offline_s > LONG_OFFLINE_S else 0)
    return pace.poll * (0.5 + chance) if idle else FIRST_BACKOFF_S * (1 + chance)


def push(standing: Standing, waiting: Waiting | None, pace: Pace, now: int, nonce: bytes) -> Push:
    """The next question: entries if any wait, and what the centre has for us."""
    run = None
    if waiting is not None:
        layout, packed = _packed(waiting, pace)
        parent = waiting.parent if waiting.first == 1 else None
        run = wire.Run(waiting.first, waiting.before, waiting.last, len(waiting.rows), layout, packed, parent)
    epoch = waiting.epoch if waiting is not None else standing.newest.epoch
    device = (waiting.device if waiting is not None else 0) or standing.device
    room = 0 if standing.feed < 0 else _room(ROOM_WHILE_SENDING if run is not None else ROOM, pace)
    return Push(wire.PROTOCOL, device, epoch, nonce, now, max(0, standing.feed), standing.check, room, standing.instance, run, standing.report)


def _packed(waiting: Waiting, pace: Pace) -> tuple[int, bytes]:
    if pace.plain:
        import msgspec

        return ROWS, deflate(msgspec.msgpack.encode(list(waiting.rows)))
    return pack(waiting.rows, waiting.first)


def hear_push(standing: Standing, asked: Push, frame: bytes, check: Check) -> list[Effect]:
    """What the answer to a push changes. Raises NoAnswer."""
    answer = _unsealed(Answer, frame, check, asked.nonce)
    effects: list[Effect] = [Met(answer.instance, answer.now, answer.policy)]
    if answer.kind == wire.QUARANTINED:
        return [*effects, Quarantined()]
    if answer.kind == wire.CORRUPT:
        return [*effects, Shrink()]
    if answer.kind in (wire.FORK, wire.FENCED):
        return [*effects, *_look(standing, answer)]
    if answer.kind not in (wire.OK, wire.GAP, wire.FEED_DIFFERS):
        raise NoAnswer("too_old")
    agreed = _agreed(standing, answer)
    if agreed is None:
        return [*effects, *_look(standing, answer)]
    effects.append(agreed)
    if answer.kind == wire.FEED_DIFFERS:
        return [*effects, ForgetFeed()]
    if answer.page is not None:
        effects += _page(asked, answer.page)
    return effects


def _agreed(standing: Standing, answer: Answer) -> Confirm | None:
    """The ack predicate (§2.4): the centre's head must be our own entry's hash, or it speaks of another book than ours."""
    lineage = standing.lineage(answer.epoch)
    if lineage is None or answer.next - 1 > lineage.kept:
        return None
    if answer.next == 1 and not answer.head:  # it does not know this lineage; earlier ones only if it is the centre that confirmed them
        return Confirm(min(standing.confirmed, lineage.first_no - 1) if answer.instance == standing.instance else 0)
    if lineage.uid_at(answer.next - 1) != answer.head:
        return None
    return Confirm(lineage.first_no + answer.next - 2)


def _look(standing: Standing, answer: Answer) -> list[Effect]:
    """Until the last common entry is found nothing may be called confirmed (I9): the centre may have been put back from a backup."""
    lineage = standing.lineage(answer.epoch) or standing.newest
    return [Confirm(0), Look(Hunt(lineage.epoch, 0, lineage.kept + 1))]


def _page(asked: Push, page: wire.Page) -> list[Effect]:
    """A page in slices, each of which may be written by itself, so that no scan waits long for the book."""
    check, at, slices = asked.check or wire.FEED_START, page.after, list[Effect]()
    items = _items(page.packed, page.count)
    for begin in range(0, len(items), SLICE):
        part = items[begin : begin + SLICE]
        for _, stored in part:
            check = wire.next_check(check, stored)
        at += len(part)
        slices.append(Arrive(tuple(item for item, _ in part), at, check))
    return slices if page.after == asked.feed and check == page.check else [ForgetFeed()]


def _room(most: int, pace: Pace) -> int:
    """What passes up in small pieces passes down in small ones."""
    return most if pace.rows >= FIRST_ROWS else max(SMALLEST_ROOM, most * pace.rows // FIRST_ROWS)


def fetch(standing: Standing, nonce: bytes, pace: Pace | None = None) -> Fetch:
    """Asks for the next part of the office's state."""
    return Fetch(wire.PROTOCOL, standing.device, nonce, standing.state_after, _room(ROOM, pace or Pace()))


def hear_fetch(standing: Standing, asked: Fetch, frame: bytes, check: Check) -> list[Effect]:
    """What a part changes. Raises NoAnswer."""
    part = _unsealed(Part, frame, check, asked.nonce)
    items = tuple(item for item, _ in _items(part.packed, part.count))
    return [State(items, part.last, part.done, part.feed, part.check, begins=asked.after == "")]


def probe(standing: Standing, hunt: Hunt, nonce: bytes) -> Probe:
    """Asks about entries spread between what is common and what is not."""
    wanted = [(hunt.epoch, seq) for seq in _spread(hunt.low, hunt.high)]
    return Probe(wire.PROTOCOL, _whose(standing, hunt.epoch), nonce, tuple(wanted))


def _whose(standing: Standing, epoch: int) -> int:
    """The device in whose name an epoch is spoken of: a book that came to another machine has lineages of the one before."""
    lineage = standing.lineage(epoch)
    return (lineage.device if lineage is not None else 0) or standing.device


def _spread(low: int, high: int) -> list[int]:
    between = high - low - 1
    if between <= PROBES:
        return list(range(low + 1, high))
    return sorted({low + 1 + between * n // (PROBES + 1) for n in range(1, PROBES + 1)})


def holds(standing: Standing, hunt: Hunt) -> bool:
    """Whether the book still is as it was when the hunt began: meanwhile another peer may have had it written again."""
    lineage = standing.lineage(hunt.epoch)
    return lineage is not None and hunt.low <= lineage.kept and hunt.high <= lineage.kept + 1


def found(hunt: Hunt) -> bool:
    """Whether the last common entry is known."""
    return hunt.high - hunt.low <= 1


def hear_probe(standing: Standing, asked: Probe, hunt: Hunt, frame: bytes, check: Check) -> Hunt:
    """Narrows the hunt. Raises NoAnswer."""
    answer = _unsealed(ProbeAnswer, frame, check, asked.nonce)
    lineage = standing.lineage(hunt.epoch)
    if lineage is None or len(answer.known) != len(asked.ask):
        raise NoAnswer("garbled")
    low, high = hunt.low, hunt.high
    for (_, seq), known in zip(asked.ask, answer.known, strict=True):
        if known and known == lineage.uid_at(seq):
            low = max(low, seq)
        else:
            high = min(high, seq)
    return Hunt(hunt.epoch, low, max(high, low + 1))


def ask_lineage(standing: Standing, hunt: Hunt, common: wire.Parent, request: bytes, nonce: bytes, clone: tuple[bytes, bytes] | None = None) -> Probe:
    """Asks for a lineage that continues the last common entry. clone: uuid and key of the device that goes on, if it is not the one that wrote it."""
    return Probe(wire.PROTOCOL, _whose(standing, hunt.epoch), nonce, (), common, request, standing.newest.epoch, clone)


def hear_lineage(asked: Probe, frame: bytes, check: Check) -> GoOn:
    """The lineage the centre opened. Raises NoAnswer."""
    answer = _unsealed(ProbeAnswer, frame, check, asked.nonce)
    if not answer.epoch or asked.open is None:
        raise NoAnswer("refused_revoked")
    return GoOn(answer.epoch, answer.device, asked.open.epoch, asked.open.seq)


def _unsealed(kind: type[wire.S], frame: bytes, check: Check, nonce: bytes) -> wire.S:
    try:
        return wire.unseal(kind, frame, check, nonce)
    except wire.Refused as refused:
        raise NoAnswer("bad_signature" if refused.code == "signature" else "garbled") from refused


def _items(packed: bytes, count: int) -> list[tuple[FeedItem, bytes]]:
    try:
        return wire.read_page(packed, count)
    except wire.Refused as refused:
        raise NoAnswer("garbled") from refused
