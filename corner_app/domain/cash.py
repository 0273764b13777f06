"""Cash that is no parcel's: documents of a drawer, each a subject of its own, and what they do to money.

    day:OFFICE-COUNTER-DATE        one day of one drawer: opened, counted, closed, disputed, settled
    slip:OFFICE-COUNTER-EPOCH-SEQ  one payment in or out, or a transfer; named after the place it was first written at
    pouch:SEAL                     one sealed pouch, named by the number on its seal: sent here, received there

A document is folded as a set, like a parcel: in any order, twice, in pieces it posts the same. The physical thing is the key, so a pouch that is
sent or received again posts nothing a second time: its cash goes to suspense and a person is told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from corner_app.domain import entries as e
from corner_app.domain.entries import EntryId, Fact
from corner_app.domain.money import Posting, drawer
from corner_app.domain.parcels import Conflict, echoes, resolve

DAY, SLIP, POUCH = "day:", "slip:", "pouch:"


def is_document(subject: str) -> bool:
    """Whether entries about this subject are folded here."""
    return subject.startswith((DAY, SLIP, POUCH))


def day_subject(office: str, counter: int, date: str) -> str:
    """Subject of one day of one drawer. date: "2026-11-24"."""
    return f"{DAY}{office}-{counter}-{date}"


def slip_subject(office: str, counter: int, at: EntryId) -> str:
    """Subject of a payment that will be entry `at`."""
    return f"{SLIP}{office}-{counter}-{at.epoch}-{at.seq}"


def pouch_subject(seal: str) -> str:
    """Subject of a pouch. seal: its number in normal form."""
    return POUCH + seal


@dataclass(frozen=True, slots=True)
class Document:
    """What a set of entries about one document means. lines: its money. conflicts: what a person must settle.

    opened, closed, approved: of a day; sent, received: of a pouch: the entries that count. disputes: open ones. reversed: entries whose money was taken back.
    """

    subject: str
    lines: tuple[Posting, ...]
    conflicts: tuple[Conflict, ...]
    opened: Fact | None = None
    closed: Fact | None = None
    approved: Fact | None = None
    counts: tuple[Fact, ...] = ()
    sent: Fact | None = None
    received: Fact | None = None
    disputes: tuple[Fact, ...] = ()
    reversed: frozenset[EntryId] = frozenset()


@dataclass
class _Folding:
    lines: list[Posting] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    opened: Fact | None = None
    closed: Fact | None = None
    approved: Fact | None = None
    counts: list[Fact] = field(default_factory=list)
    sent: Fact | None = None
    received: Fact | None = None
    disputes: list[Fact] = field(default_factory=list)
    reversed: set[EntryId] = field(default_factory=set)

    def post(self, fact: Fact, key: str, *legs: tuple[str, int]) -> None:
        self.lines += [Posting(fact.id, line, account, amount, key) for line, (account, amount) in enumerate(legs) if amount]

    def refuse(self, fact: Fact, what: str) -> None:
        self.conflicts.append(Conflict(what, fact.id))


def fold(subject: str, facts: Iterable[Fact]) -> Document:
    """What entries about one document mean, in whatever order they came; those written again in another lineage count once."""
    known = {fact.id: fact for fact in facts}
    again = echoes(known.values())
    ordered = sorted((fact for fact in known.values() if fact.id not in again), key=lambda fact: (_rank(fact), fact.entry.hlc, fact.id))
    state = _Folding()
    for fact in ordered:
        _step(state, subject, fact, known)
    return Document(
        subject,
        tuple(state.lines),
        tuple(state.conflicts),
        state.opened,
        state.closed,
        state.approved,
        tuple(state.counts),
        state.sent,
        state.received,
        tuple(state.disputes),
        frozenset(state.reversed),
    )


def _rank(fact: Fact) -> int:
    """Causes before what they cause, whatever the clocks of two offices say."""
    match fact.entry.body:
        case e.PouchReceived() | e.Disputed() | e.DayApproved():
            return 1
        case e.DisputeSettled() | e.Reversed():
            return 2
        case _:
            return 0


def _step(state: _Folding, subject: str, fact: Fact, known: dict[EntryId, Fact]) -> None:
    match fact.entry.body:
        case e.DayOpened() | e.Counted() | e.DayClosed():
            _day(state, subject, fact)
        case e.PaidIn() as body:
            state.post(fact, _act(subject, fact), (drawer(body.office, body.counter), body.amount), (f"safe:{body.office}", -body.amount))
        case e.PaidOut() as body:
            state.post(fact, _act(subject, fact), (drawer(body.office, body.counter), -body.amount), (f"safe:{body.office}", body.amount))
        case e.Transferred() as body:
            given, got = drawer(body.office, body.counter), drawer(body.office, body.to_counter)
            state.post(fact, _act(subject, fact), (given, -body.amount), (got, body.amount))
        case e.PouchSent() | e.PouchReceived():
            _pouch(state, subject, fact)
        case e.DayApproved():
            state.approved = state.approved or fact
        case e.Disputed():
            state.disputes.append(fact)
        case e.DisputeSettled() as body:
            _settled(state, subject, fact, body, known)
        case e.Reversed() as body:
            _reversed(state, subject, fact, body)
        case e.LabelAsked() | e.LabelSettled():
            pass  # its slip is paper's business
        case _:
            state.refuse(fact, "not_possible_now")


def _act(subject: str, fact: Fact) -> str:
    """Key of what is done once by its entry. Two copies of one book may name two different acts alike, so the entry's own name is in it."""
    return f"{subject}:{fact.id.device}.{fact.id.epoch}.{fact.id.seq}"


def _day(state: _Folding, subject: str, fact: Fact) -> None:
    match fact.entry.body:
        case e.DayOpened() as body if state.opened is None:
            state.opened = fact
            moved = body.float - body.carried
            state.post(fact, f"{subject}:opened", (drawer(body.office, body.counter), moved), (f"safe:{body.office}", -moved))
        case e.DayClosed() as body if state.closed is None:
            state.closed = fact
            over = body.counted - body.expected
            state.post(fact, f"{subject}:closed", (drawer(body.office, body.counter), over), (f"suspense:{body.office}", -over))
        case e.Counted():
            state.counts.append(fact)
        case e.DayOpened():
            state.refuse(fact, "day_opened_twice")
        case _:
            state.refuse(fact, "day_closed_twice")


def _pouch(state: _Folding, subject: str, fact: Fact) -> None:
    match fact.entry.body:
        case e.PouchSent() as body:
            first = state.sent is None
            state.sent = state.sent or fact
            where = f"transit:{body.office}" if first else f"suspense:{body.office}"
            key = f"{subject}:sent" if first else _act(subject, fact)
            state.post(fact, key, (drawer(body.office, body.counter), -body.amount), (where, body.amount))
            if not first:
                state.refuse(fact, "pouch_sent_twice")
        case e.PouchReceived() as body:
            _pouch_received(state, subject, fact, body)


def _pouch_received(state: _Folding, subject: str, fact: Fact, body: e.PouchReceived) -> None:
    """What was in transit is now in a drawer; what the count differs by waits in suspense of who counted."""
    cash, doubt = drawer(body.office, body.counter), f"suspense:{body.office}"
    if state.received is not None:
        state.post(fact, _act(subject, fact), (cash, body.counted), (doubt, -body.counted))
        state.refuse(fact, "pouch_received_twice")
        return
    state.received = fact
    sent = state.sent.entry.body if state.sent is not None else None
    left, sender = (sent.amount, sent.office) if isinstance(sent, e.PouchSent) else (body.expected, body.sender)
    state.post(fact, f"{subject}:received", (cash, body.counted), (f"transit:{sender}", -left), (doubt, left - body.counted))
    if left != body.expected:
        state.refuse(fact, "pouch_differs")


_ENDS = {"found": "safe", "written_off": "over_short"}
"""Where money goes that is in suspense no more: it lies with the office's other cash, or it is a loss or gain of the post."""


def _settled(state: _Folding, subject: str, fact: Fact, body: e.DisputeSettled, known: dict[EntryId, Fact]) -> None:
    about = resolve(fact.entry.sup, fact.id)
    dispute = next((each for each in state.disputes if each.id == about), None)
    if dispute is None:
        state.refuse(fact, "settled_already" if about in known else "dispute_unknown")
        return
    state.disputes.remove(dispute)
    if body.outcome in _ENDS:
        end = f"{_ENDS[body.outcome]}:{body.office}"
        state.post(fact, _act(subject, fact), (f"suspense:{body.office}", body.amount), (end, -body.amount))


def _reversed(state: _Folding, subject: str, fact: Fact, body: e.Reversed) -> None:
    """The exact negative of what the named entry posted, once. A pouch that was counted at the other end is no more in the sender's hand: what he says
    lies in his drawer again does, but it comes from nobody known.
    """
    about = resolve(fact.entry.sup, fact.id)
    lines = [line for line in state.lines if line.by == about]
    received = state.received
    if about is None or not lines or about in state.reversed or (received is not None and about == received.id):
        state.refuse(fact, "cannot_reverse")
        return
    state.reversed.add(about)
    if received is None:
        state.post(fact, f"reversed:{lines[0].key}", *((line.account, -line.amount) for line in lines))
        return
    cash = [(line.account, -line.amount) for line in lines if line.account.startswith("drawer:")]
    state.post(fact, _act(subject, fact), *cash, (f"suspense:{body.office}", -sum(amount for _, amount in cash)))
    state.refuse(fact, "cannot_reverse")
