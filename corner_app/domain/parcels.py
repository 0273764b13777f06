"""A parcel as a deterministic fold over its entries.

`fold` is a function of the *set* of entries: delivered in any order, twice or in pieces it gives the same parcel (sync notes §2.7).
Entries are put in one order by cause: an entry stands after its `base`, among those that are ready the smaller (hlc, device, epoch,
seq) first. An entry whose base is not there yet is *held*, until a `Released` of the centre names it: then it stands after that one, and
after its base again as soon as that is there. Wall-clock order decides nothing but ties between entries that did not
know of each other.

`apply` is one step of it, and all a counter needs while nobody else writes about the parcel: an entry that names the present head as
its base comes last in that order, so applying it alone equals folding again, if the head's writer knew of the last claim to custody and
nothing waits or repeats (`Parcel.goes_on`).
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

import msgspec
from msgspec.structs import replace

from corner_app.domain import entries as e
from corner_app.domain.entries import EntryId, Fact, Ref, first_name, origin


class State(StrEnum):
    """Where a parcel stands in its life. Damage is a flag beside it, money an axis of its own."""

    UNKNOWN = "unknown"
    ANNOUNCED = "announced"
    RECEIVED = "received"
    MISSENT = "missent"
    SHELVED = "shelved"
    BAGGED = "bagged"
    DISPATCHED = "dispatched"
    OUT_FOR_DELIVERY = "out_for_delivery"
    ATTEMPTED = "attempted"
    ON_HOLD = "on_hold"
    HANDED_OVER = "handed_over"
    REFUSED = "refused"
    RETURNING = "returning"
    RETURNED = "returned"
    LOST = "lost"
    DISPUTED = "disputed"


class CodState(StrEnum):
    """Where the buyer's money stands (field notes §2.4)."""

    NONE = "none"
    DUE = "due"
    CLAIMED = "claimed"
    COLLECTED = "collected"
    DEPOSITED = "deposited"
    REMITTED = "remitted"
    CLOSED = "closed"
    DISPUTED = "disputed"
    REFUNDED = "refunded"


IN_OFFICE = frozenset(
    {
        State.RECEIVED,
        State.MISSENT,
        State.SHELVED,
        State.BAGGED,
        State.OUT_FOR_DELIVERY,
        State.ATTEMPTED,
        State.ON_HOLD,
        State.REFUSED,
        State.RETURNING,
        State.DISPUTED,
    }
)
"""States in which a parcel counts as on hand: opening + received - handed over - dispatched - returned (a postman's load is the office's)."""

TO_HAND_OVER = frozenset({State.RECEIVED, State.SHELVED, State.ATTEMPTED, State.ON_HOLD})
"""States from which a counter may hand a parcel over."""

_MOVABLE = frozenset({State.RECEIVED, State.MISSENT, State.SHELVED, State.BAGGED, State.ATTEMPTED, State.ON_HOLD, State.REFUSED, State.RETURNING})

_CLAIMS = (
    e.Received,
    e.Bagged,
    e.Dispatched,
    e.OutForDelivery,
    e.Attempted,
    e.Held,
    e.HandedOver,
    e.Refused,
    e.ReturnStarted,
    e.Returned,
    e.Lost,
    e.CustodyConfirmed,
)
"""Bodies that say who has the parcel or what becomes of it. The others commute with them: they apply whatever they knew."""

DISPUTE_WINDOW_MS = 120_000
"""Two receipts at different offices closer than this cannot be told apart by their clocks: the parcel is disputed."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """An entry that could not take effect as it says; a named person settles it. what: stable code; by: the entry."""

    what: str
    by: EntryId


class Parcel(msgspec.Struct, frozen=True):
    """State of one parcel.

    office: that holds it, "" none. shelf, bag: where in it. cod: paisa due or collected. merchant: to whom the money is owed.
    wrong_codes: wrong pickup codes since received. head: the last entry placed; turn: the last that claimed custody.
    delivery: the effective handover. received_at: milliseconds UTC. copies: labels asked for.
    back: "refused" or "returning" while it is on its way back, whatever bag it lies in.
    abreast: who wrote the head knew of the turn. settled: no entry waits for its base, stands without it, or repeats another.
    """

    item: str
    state: State = State.UNKNOWN
    office: str = ""
    shelf: str = ""
    bag: str = ""
    damaged: bool = False
    foreign: bool = False
    announced: bool = False
    cod: int = 0
    cod_state: CodState = CodState.NONE
    merchant: str = ""
    wrong_codes: int = 0
    copies: int = 0
    received_at: int = 0
    received_by: str = ""
    head: EntryId | None = None
    turn: EntryId | None = None
    delivery: EntryId | None = None
    back: str = ""
    abreast: bool = True
    settled: bool = True

    @property
    def base(self) -> EntryId | None:
        """What an entry written now names as the last its writer knew: the head, or the last claim to custody where the head does not tell of it."""
        return self.head if self.abreast else self.turn

    def goes_on(self, fact: Fact) -> bool:
        """Whether applying just this entry equals folding all again: nothing is open, it continues the head, takes nothing back, repeats nothing."""
        continues = self.settled and self.abreast and resolve(fact.entry.base, fact.id) == self.head
        return continues and not fact.entry.orig and not isinstance(fact.entry.body, e.Undone)

    @property
    def on_hand(self) -> bool:
        """Whether it counts among the parcels of its office."""
        return self.state in IN_OFFICE


@dataclass(frozen=True, slots=True)
class Folded:
    """What a set of entries means: the parcel, what needs a person, entries waiting for their base, those with effect, and repetitions of others.

    unverified: entries that stand where the centre put them because their base is missing.
    """

    parcel: Parcel
    conflicts: tuple[Conflict, ...]
    held: tuple[EntryId, ...]
    effective: frozenset[EntryId]
    echoes: frozenset[EntryId] = frozenset()
    unverified: frozenset[EntryId] = frozenset()


Step = tuple[Parcel, str | None]
"""A parcel after an entry, and the conflict's code if the entry had no full effect."""


def resolve(ref: Ref, near: EntryId) -> EntryId | None:
    """The full name of what an entry `near` refers to; None for 0."""
    if isinstance(ref, tuple):
        return ref
    return EntryId(near.device, near.epoch, ref) if ref else None


def apply(parcel: Parcel, fact: Fact, *, aware: bool = True, undone: bool = False) -> Step:
    """One step of the fold. aware: the entry knew of the last claim to custody; undone: a later entry takes it back."""
    body = fact.entry.body
    after, conflict = (parcel, None) if undone else _effect(parcel, fact, aware)
    if isinstance(body, _CLAIMS) and not undone and (conflict is None or after is not parcel):
        after = replace(after, head=fact.id, turn=fact.id, abreast=True)
    else:
        after = replace(after, head=fact.id, abreast=aware)
    return after, conflict


def _effect(parcel: Parcel, fact: Fact, aware: bool) -> Step:
    body = fact.entry.body
    if isinstance(body, e.Received):
        return _received(parcel, fact, body, aware)
    if isinstance(body, _CLAIMS) and not aware:
        return parcel, _late_claim(parcel, body)
    match body:
        case e.Announced():
            return _announced(parcel, body)
        case e.Shelved():
            if parcel.state not in _MOVABLE or parcel.office != body.office:
                return parcel, "not_here"
            free = State(parcel.back) if parcel.back else State.SHELVED
            state = free if parcel.state in (State.RECEIVED, State.BAGGED, State.ATTEMPTED) else parcel.state
            return replace(parcel, state=state, shelf=body.shelf, bag=""), None
        case e.Damaged():
            return replace(parcel, damaged=True), None
        case e.CodeFailed():
            return replace(parcel, wrong_codes=parcel.wrong_codes + 1), None
        case e.LabelAsked():
            return replace(parcel, copies=max(parcel.copies, body.copy)), None
        case e.HandedOver():
            return _handed_over(parcel, fact, body)
        case e.Remitted() | e.PaymentChecked():
            return _centre_paid(parcel, body)
        case _:
            return _moved(parcel, body)


def _announced(parcel: Parcel, body: e.Announced) -> Step:
    if parcel.announced:
        same = (body.cod, body.merchant) == (parcel.cod, parcel.merchant)
        return parcel, None if same else "announced_twice"  # a centre put back from a backup is told again what it forgot
    state = State.ANNOUNCED if parcel.state is State.UNKNOWN else parcel.state
    cod_state = CodState.DUE if body.cod and parcel.cod_state is CodState.NONE and parcel.delivery is None else parcel.cod_state
    cod = body.cod if parcel.delivery is None else parcel.cod
    conflict = "handed_over_before_announced" if parcel.delivery is not None and body.cod != parcel.cod else None
    return replace(parcel, state=state, announced=True, cod=cod, cod_state=cod_state, merchant=body.merchant), conflict


def _received(parcel: Parcel, fact: Fact, body: e.Received, aware: bool) -> Step:
    """A scan of the thing itself is evidence, whatever the book believed: it is where it was scanned."""
    here = replace(
        parcel,
        state=State.MISSENT if body.missent else State.RECEIVED,
        office=body.office,
        shelf="",
        bag="",
        foreign=parcel.foreign or body.foreign,
        received_at=fact.entry.at,
        received_by=fact.entry.actor,
        wrong_codes=0,
        back="",
    )
    under_way = parcel.state is State.BAGGED and parcel.office != body.office  # the bag left, whether or not anybody wrote it down
    if under_way or parcel.state in (State.UNKNOWN, State.ANNOUNCED, State.DISPATCHED):
        return here, None
    if parcel.state in (State.HANDED_OVER, State.RETURNED, State.LOST):
        return here, f"found_after_{parcel.state.value}"
    if parcel.office == body.office:
        return parcel, None if aware else "received_twice"
    if not aware and abs(fact.entry.at - parcel.received_at) < DISPUTE_WINDOW_MS:
        return replace(parcel, state=State.DISPUTED), "two_offices"
    if not aware and fact.entry.at < parcel.received_at:
        return parcel, "claimed_elsewhere"
    return here, "claimed_elsewhere"


def _handed_over(parcel: Parcel, fact: Fact, body: e.HandedOver) -> Step:
    if parcel.state is State.HANDED_OVER:
        return parcel, "handed_over_twice"
    if parcel.state not in TO_HAND_OVER or parcel.office != body.office:
        return parcel, "not_here"
    paid_before = body.collected > 0 and parcel.cod_state not in (CodState.NONE, CodState.DUE)
    taken = CodState.CLAIMED if body.wallet else CodState.COLLECTED
    cod_state = taken if body.collected and not paid_before else parcel.cod_state
    after = replace(parcel, state=State.HANDED_OVER, office="", shelf="", bag="", cod_state=cod_state, delivery=fact.id)
    if body.collected and not parcel.announced:
        after = replace(after, cod=body.collected, merchant=body.merchant)
    return after, "collected_twice" if paid_before else None


def _centre_paid(parcel: Parcel, body: e.Remitted | e.PaymentChecked) -> Step:
    """What the centre did with the money, or what a wallet's provider said of it. Custody is untouched."""
    if isinstance(body, e.PaymentChecked):
        after = CodState.COLLECTED if body.result == "verified" else CodState.DISPUTED
        may = parcel.cod_state is CodState.CLAIMED
    elif body.state == "remitted":
        after, may = CodState.REMITTED, parcel.cod_state in (CodState.COLLECTED, CodState.DEPOSITED)
    else:
        after, may = CodState.CLOSED, parcel.cod_state is CodState.REMITTED
    return (replace(parcel, cod_state=after), None) if may else (parcel, "money_not_so")


def _moved(parcel: Parcel, body: e.AnyBody) -> Step:
    """Entries that change the state and nothing else, each from the states it is legal in."""
    match body:
        case e.Bagged() if parcel.state in _MOVABLE:
            return replace(parcel, state=State.BAGGED, shelf="", bag=body.bag), None
        case e.Refused() if parcel.state in TO_HAND_OVER | {State.OUT_FOR_DELIVERY}:
            return replace(parcel, state=State.REFUSED, back="refused"), None
        case e.ReturnStarted() if parcel.state in _MOVABLE:
            return replace(parcel, state=State.RETURNING, back="returning"), None
        case e.Dispatched() if parcel.state in _MOVABLE:
            return replace(parcel, state=State.DISPATCHED, office="", shelf="", bag=body.bag), None
        case e.OutForDelivery() if parcel.state in TO_HAND_OVER:
            return replace(parcel, state=State.OUT_FOR_DELIVERY, shelf=""), None
        case e.Attempted() if parcel.state is State.OUT_FOR_DELIVERY:
            return replace(parcel, state=State.ATTEMPTED), None
        case e.Held() if parcel.state in _MOVABLE:
            return replace(parcel, state=State.ON_HOLD), None
        case e.Returned() if parcel.state is State.RETURNING:
            return replace(parcel, state=State.RETURNED, office="", shelf="", bag=""), None
        case e.Lost() if parcel.state not in (State.HANDED_OVER, State.RETURNED):
            return replace(parcel, state=State.LOST, office="", shelf="", bag=""), None
        case e.CustodyConfirmed() if parcel.state is State.DISPUTED:
            return replace(parcel, state=State.RECEIVED, office=body.office), None
        case e.LabelSettled() | e.Undone() | e.Released():
            return parcel, None
        case _:
            return parcel, "not_possible_now"


def _late_claim(parcel: Parcel, body: e.AnyBody) -> str:
    if isinstance(body, e.HandedOver) and parcel.state is State.HANDED_OVER:
        return "handed_over_twice"
    return "did_not_know"


def in_order(facts: Iterable[Fact]) -> tuple[list[Fact], list[Fact]]:
    """Facts in causal order, and those held because their base (or its base …) is missing. Doubles count once."""
    known = {fact.id: fact for fact in facts}
    bases, _ = _bases(known, echoes(known.values()))
    return _in_order(known, bases)


def _in_order(known: Mapping[EntryId, Fact], bases: Mapping[EntryId, EntryId | None]) -> tuple[list[Fact], list[Fact]]:
    waiting: dict[EntryId, list[Fact]] = {}
    ready: list[tuple[int, EntryId]] = []
    for fact in known.values():
        base = bases[fact.id]
        if base is None:
            ready.append((fact.entry.hlc, fact.id))
        else:
            waiting.setdefault(base, []).append(fact)
    heapq.heapify(ready)
    ordered: list[Fact] = []
    while ready:
        fact = known[heapq.heappop(ready)[1]]
        ordered.append(fact)
        for child in waiting.pop(fact.id, ()):
            heapq.heappush(ready, (child.entry.hlc, child.id))
    held = sorted((f for children in waiting.values() for f in children), key=lambda f: (f.entry.hlc, f.id))
    return ordered, held


def _bases(known: Mapping[EntryId, Fact], echo: Mapping[EntryId, EntryId]) -> tuple[dict[EntryId, EntryId | None], frozenset[EntryId]]:
    """What each entry comes after, and those of them that were released: an echo after the writing it repeats, everything else after its base,
    never after an echo; where the base is missing, after the first release that names the entry."""
    find = _finder(known, echo)
    bases = {fact.id: _base(fact, echo, find) for fact in known.values()}
    for id, others in _other_writings(known, echo).items():
        if bases[id] not in known:  # the writing that counts names an entry nobody has; another of the same act may name it as it is called here
            here = {base for fact in others if (base := _base(fact, {}, find)) is not None and base in known and base != id}
            bases[id] = min(here, default=bases[id])
    released: dict[EntryId, EntryId] = {}
    for fact in known.values():
        if isinstance(fact.entry.body, e.Released):
            named = resolve(fact.entry.sup, fact.id)
            if named is not None:
                named = echo.get(named, named)
                released[named] = min(released.get(named, fact.id), fact.id)
    unverified = frozenset(id for id in released if id in bases and bases[id] is not None and bases[id] not in known)
    return bases | {id: released[id] for id in unverified}, unverified


def _base(fact: Fact, echo: Mapping[EntryId, EntryId], find: Callable[[EntryId], EntryId]) -> EntryId | None:
    if fact.id in echo:
        return echo[fact.id]
    base = resolve(fact.entry.base, fact.id)
    return find(base) if base is not None else None


def _other_writings(known: Mapping[EntryId, Fact], echo: Mapping[EntryId, EntryId]) -> dict[EntryId, list[Fact]]:
    """Of each act that was written more than once the writing that counts, and the others."""
    others: dict[EntryId, list[Fact]] = {}
    for again, first in echo.items():
        others.setdefault(first, []).append(known[again])
    return others


def _finder(known: Mapping[EntryId, Fact], echo: Mapping[EntryId, EntryId]) -> Callable[[EntryId], EntryId]:
    """What a name leads to here: the writing that counts of the act it names, also where only a later writing of that act is known."""
    first: dict[EntryId, set[EntryId]] = {}
    for fact in known.values():
        name = first_name(fact.entry.orig) if fact.entry.orig else None
        if name is not None:
            first.setdefault(name, set()).add(echo.get(fact.id, fact.id))

    def find(ref: EntryId) -> EntryId:
        acts = first.get(ref, set()) if ref not in known else set()
        return next(iter(acts)) if len(acts) == 1 else echo.get(ref, ref)

    return find


def waiting_roots(facts: Iterable[Fact]) -> list[Fact]:
    """Entries whose own base is missing and that nobody released; others may wait for them."""
    known = {fact.id: fact for fact in facts}
    bases, _ = _bases(known, echoes(known.values()))
    return [fact for fact in known.values() if (base := bases[fact.id]) is not None and base not in known]


def echoes(facts: Iterable[Fact]) -> dict[EntryId, EntryId]:
    """Entries that repeat an act another entry already tells of, each with that other entry.

    A book that was copied or restored writes entries again in a new lineage; two copies of it may both do so, and the first writing may be
    there as well. The one with the smallest name counts, so every book that knows them all says the same.
    """
    facts = tuple(facts)
    again = {fact.entry.orig for fact in facts if fact.entry.orig}
    if not again:
        return {}
    first: dict[str, EntryId] = {}
    for fact in facts:
        key = origin(fact)
        if key in again:
            first[key] = min(first.get(key, fact.id), fact.id)
    return {fact.id: first[origin(fact)] for fact in facts if origin(fact) in again and first[origin(fact)] != fact.id}


def taken_back(facts: Iterable[Fact], echo: Mapping[EntryId, EntryId] = MappingProxyType({})) -> frozenset[EntryId]:
    """Entries that an `Undone` takes back. A handover cannot be: money passed."""
    by_id = {fact.id: fact for fact in facts}
    find = _finder(by_id, echo)
    refs = (resolve(f.entry.sup, f.id) for f in by_id.values() if isinstance(f.entry.body, e.Undone))
    named = (find(ref) for ref in refs if ref is not None)
    return frozenset(n for n in named if n in by_id and not isinstance(by_id[n].entry.body, e.HandedOver | e.Undone | e.Announced))


def _takes_back_what_is_missing(known: Mapping[EntryId, Fact], echo: Mapping[EntryId, EntryId]) -> bool:
    """Whether an entry is to come that is taken back already: it must not be applied alone."""
    undoing = [fact for fact in known.values() if isinstance(fact.entry.body, e.Undone)]
    if not undoing:
        return False
    find = _finder(known, echo)
    return any((ref := resolve(fact.entry.sup, fact.id)) is not None and find(ref) not in known for fact in undoing)


def fold(item: str, facts: Iterable[Fact]) -> Folded:
    """The parcel that a set of entries about it makes, in whatever order they came."""
    known = {fact.id: fact for fact in facts}
    echo = echoes(known.values())
    bases, unverified = _bases(known, echo)
    ordered, held = _in_order(known, bases)
    undone = taken_back(ordered, echo)
    parcel = Parcel(item)
    conflicts: list[Conflict] = []
    effective: set[EntryId] = set()
    knew: dict[EntryId, EntryId | None] = {}
    for fact in ordered:
        if fact.id in echo:
            continue
        base = bases[fact.id]
        known_turn = knew[base] if base is not None else None
        before = parcel
        parcel, conflict = apply(parcel, fact, aware=known_turn == parcel.turn, undone=fact.id in undone)
        knew[fact.id] = fact.id if parcel.turn == fact.id and before.turn != fact.id else known_turn
        if conflict is not None:
            conflicts.append(Conflict(conflict, fact.id))
        elif fact.id not in undone:
            effective.add(fact.id)
    parcel = replace(parcel, settled=not held and not echo and not unverified and not _takes_back_what_is_missing(known, echo))
    return Folded(parcel, tuple(conflicts), tuple(f.id for f in held), frozenset(effective), frozenset(echo), unverified)
