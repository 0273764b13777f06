"""What a report lists line by line: exceptions, further copies, scans taken back, bags, returns; and what each clerk did."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from corner_app.book.database import Rows
from corner_app.book.past import Step, facts_at, is_parcel
from corner_app.domain import entries as e
from corner_app.domain import pickup
from corner_app.domain.bag_numbers import parse_bag_number
from corner_app.domain.close import local_date
from corner_app.domain.entries import SYSTEM, EntryId, Fact, kind
from corner_app.domain.parcels import resolve
from corner_app.reports.figures import BagLine, ClerkLine, ExceptionLine, Figure, PaperLine, ReturnLine, UndoneLine
from corner_app.reports.sums import counted
from corner_app.reports.walk import Move, Walk

_BAG = "bag:"
_SORTED = (e.Shelved, e.Bagged)
_OUT = ("handed_over", "delivered")


@dataclass
class _Bag:
    """A bag under way. ids: receipts out of it, or parcels put into it; sent: departures in it."""

    way: str
    place: str
    expected: int = 0
    missing: int = 0
    extra: int = 0
    ended_at: int = 0
    ids: list[tuple[EntryId, str]] = field(default_factory=list)
    sent: list[tuple[EntryId, str]] = field(default_factory=list)


class Notes:
    """Gathers lines while a range is walked. date: the first of the range; what others wrote before it came late. closed_before: the drawer, earlier."""

    def __init__(self, rows: Rows, office: str, date: str, *, closed_before: bool) -> None:
        self._rows, self._office, self._date, self._closed_before = rows, office, date, closed_before
        self._exceptions: list[ExceptionLine] = []
        self._codes: dict[str, ExceptionLine] = {}
        self._late: dict[str, list[Fact]] = {}
        self._papers: list[tuple[Fact, e.LabelAsked]] = []
        self._undone: list[tuple[Fact, str, EntryId]] = []
        self._returns: list[tuple[Fact, str]] = []
        self._sorted: list[Fact] = []
        self._bags: dict[str, _Bag] = {}
        self._theirs: dict[int, str] = {}
        self._others: set[EntryId] = set()

    def see(self, step: Step, walk: Walk, *, moved: bool, posted: bool) -> None:
        """Looks at an entry after the walk took it. moved, posted: it changed where a parcel is, or money."""
        fact, body = step.fact, step.fact.entry.body
        office = getattr(body, "office", None)
        if not step.own:
            if isinstance(body, e.LabelAsked | e.LabelSettled | e.Undone):
                self._others.add(fact.id)
            if office is not None and not isinstance(body, e.CustodyConfirmed):
                self._theirs[fact.id.device] = office
            if (moved or posted) and (date := local_date(fact.entry.at)) < self._date:
                self._late.setdefault(date, []).append(fact)
        if office is not None and office != self._office:
            return
        if is_parcel(fact.entry.subject):
            self._parcel(step, walk, moved=moved)
        elif fact.entry.subject.startswith(_BAG):
            self._bag(fact)
        else:
            self._cash(fact)
        if isinstance(body, e.LabelAsked):
            self._papers.append((fact, body))
        elif isinstance(body, e.LabelSettled) and body.result == "in_doubt":
            self._note(fact, "print_in_doubt", self._paper(step))

    def _parcel(self, step: Step, walk: Walk, *, moved: bool) -> None:
        fact, item = step.fact, step.fact.entry.subject
        parcel = walk.parcels[item]
        match fact.entry.body:
            case e.Received() as body if moved:
                if body.missent:
                    self._note(fact, "missent", walk.advice.get(item, (0, ""))[1])
                if not parcel.announced:
                    self._note(fact, "unannounced")
                if body.bag:
                    self._bag_of(body.bag, "in").ids.append((fact.id, item))
            case e.Damaged() as body:
                self._note(fact, "damaged", body.note)
            case e.CodeFailed():
                what = "locked" if pickup.locked(parcel.wrong_codes) else "wrong_code"
                self._codes[item] = self._line(fact, what, str(parcel.wrong_codes))
            case e.Refused() | e.ReturnStarted() as body:
                self._returns.append((fact, body.reason))
            case e.Returned():
                self._returns.append((fact, ""))
            case e.Lost() as body:
                self._note(fact, "lost", body.note)
            case e.Bagged() as body:
                self._bag_of(body.bag, "out", body.towards).ids.append((fact.id, item))
            case e.Dispatched() as body:
                bag = self._bag_of(body.bag, "out")
                bag.sent.append((fact.id, item))
                bag.ended_at = fact.entry.at
            case e.Undone():
                self._take_back(step)
            case _:
                pass
        if isinstance(fact.entry.body, _SORTED):
            self._sorted.append(fact)

    def _take_back(self, step: Step) -> None:
        named = resolve(step.fact.entry.sup, step.fact.id)
        was = next((fact for fact in facts_at(self._rows, step.fact.entry.subject, step.at) if fact.id == named), None)
        if was is not None:
            self._undone.append((step.fact, kind(was.entry.body), was.id))

    def _bag(self, fact: Fact) -> None:
        number = fact.entry.subject.removeprefix(_BAG)
        match fact.entry.body:
            case e.BagOpened() as body:
                bag = self._bag_of(number, "in")
                bag.expected, bag.ended_at = body.expected, 0
            case e.BagEnded() as body:
                bag = self._bag_of(number, "in")
                bag.expected, bag.missing, bag.extra, bag.ended_at = body.expected, len(body.missing), len(body.extra), fact.entry.at
                self._exceptions += [replace(self._line(fact, "bag_missing", number), subject=item) for item in body.missing]
                self._exceptions += [replace(self._line(fact, "bag_extra", number), subject=item) for item in body.extra]
            case e.BagStarted() as body:
                self._bag_of(number, "out", body.towards)
            case _:
                return

    def _bag_of(self, number: str, way: str, place: str = "") -> _Bag:
        bag = self._bags.get(number)
        if bag is None:
            parsed = parse_bag_number(number)
            known = "" if parsed is None else parsed.origin_office if way == "in" else parsed.destination_office
            bag = self._bags[number] = _Bag(way, place or known)
        return bag

    def _cash(self, fact: Fact) -> None:
        match fact.entry.body:
            case e.DayOpened() as body if body.float != body.carried and (body.carried or self._closed_before):
                self._note(fact, "float_differs", str(body.float - body.carried))
            case e.DayClosed() as body if body.counted != body.expected:
                self._note(fact, "cash_difference", str(body.counted - body.expected))
            case e.Counted() as body if body.what == "spot" and body.counted != body.expected:
                self._note(fact, "spot_difference", str(body.counted - body.expected))
            case e.PouchReceived() as body:
                if body.counted != body.expected:
                    self._note(fact, "pouch_difference", str(body.counted - body.expected))
                self._late_for(fact, body.late_for)
            case e.PaidIn() | e.PaidOut() | e.PouchSent() as body:
                self._late_for(fact, body.late_for)
            case e.DayApproved():
                self._note(fact, "day_approved")
            case e.Disputed() as body:
                self._note(fact, "disputed", body.reason)
            case e.DisputeSettled() as body:
                self._note(fact, f"dispute_{body.outcome}", body.note)
            case e.Reversed() as body:
                self._note(fact, "reversed", body.reason)
            case _:
                return

    def _late_for(self, fact: Fact, date: str) -> None:
        if date:
            self._note(fact, "late_payment", date)

    def _paper(self, step: Step) -> str:
        asked = resolve(step.fact.entry.sup, step.fact.id)
        found = next((fact.entry.body for fact in facts_at(self._rows, step.fact.entry.subject, step.at) if fact.id == asked), None)
        return found.what if isinstance(found, e.LabelAsked) else ""

    def _note(self, fact: Fact, what: str, detail: str = "") -> None:
        self._exceptions.append(self._line(fact, what, detail))

    def _line(self, fact: Fact, what: str, detail: str) -> ExceptionLine:
        return ExceptionLine(fact.entry.subject, what, fact.id, fact.entry.at, fact.entry.actor, detail, "")

    def _of_office(self, id: EntryId) -> bool:
        """Whether this office wrote an entry that does not say so itself: its writer wrote others that do."""
        return id not in self._others or self._theirs.get(id.device) == self._office

    def exceptions(self, walk: Walk) -> tuple[ExceptionLine, ...]:
        """What a supervisor should know, in the order of time."""
        found = [*self._exceptions, *self._codes.values()]
        found += [ExceptionLine(subject, what.what, what.by, fact.entry.at, fact.entry.actor, "", "") for subject, what, fact in walk.conflicts]
        found += [
            ExceptionLine(date, "came_late", facts[0].id, facts[-1].entry.at, facts[0].entry.actor, str(len(facts)), "") for date, facts in self._late.items()
        ]
        gone = self._gone()
        kept = [line for line in found if line.by not in gone and (line.what != "print_in_doubt" or self._of_office(line.by))]
        return tuple(replace(line, now=_state(line.subject, walk)) for line in sorted(kept, key=lambda line: (line.at, line.by, line.what)))

    def papers(self) -> tuple[PaperLine, ...]:
        """Further copies of papers."""
        found = [(fact, body) for fact, body in self._papers if body.copy > 1 and self._of_office(fact.id)]
        return tuple(PaperLine(fact.entry.subject, body.what, body.copy, body.reason, fact.id, fact.entry.at, fact.entry.actor) for fact, body in found)

    def undone(self) -> tuple[UndoneLine, ...]:
        """Entries taken back."""
        found = [(fact, was, of) for fact, was, of in self._undone if self._of_office(fact.id)]
        return tuple(UndoneLine(fact.entry.subject, was, of, fact.id, fact.entry.at, fact.entry.actor) for fact, was, of in found)

    def _gone(self) -> frozenset[EntryId]:
        return frozenset(of for _, _, of in self._undone)

    def returns(self, walk: Walk) -> tuple[ReturnLine, ...]:
        """Parcels refused, sent back or given back, those taken back again left out."""
        gone = self._gone()
        return tuple(
            ReturnLine(fact.entry.subject, reason, fact.id, fact.entry.at, fact.entry.actor, _state(fact.entry.subject, walk))
            for fact, reason in self._returns
            if fact.id not in gone
        )

    def bags(self, walk: Walk) -> tuple[BagLine, ...]:
        """Bags that were opened, checked, filled or sent, by their numbers."""
        return tuple(self._bag_line(number, bag, walk) for number, bag in sorted(self._bags.items()))

    def _bag_line(self, number: str, bag: _Bag, walk: Walk) -> BagLine:
        gone = self._gone()
        inside = bag.sent or [(id, item) for id, item in bag.ids if bag.way == "in" or walk.parcels[item].bag == number]
        kept = [(id, item) for id, item in inside if id not in gone]
        grams = sum(walk.advice.get(item, (0, ""))[0] for _, item in kept)
        return BagLine(number, bag.way, bag.place, bag.expected, counted(id for id, _ in kept), bag.missing, bag.extra, grams, bag.ended_at)

    def clerks(self, moves: Sequence[Move]) -> tuple[ClerkLine, ...]:
        """What each clerk did, by badge; what the program did by itself is nobody's."""
        did: dict[str, dict[str, list[EntryId]]] = {}

        def add(what: str, facts: Iterable[Fact]) -> None:
            for fact in facts:
                if fact.entry.actor != SYSTEM and self._of_office(fact.id):
                    did.setdefault(fact.entry.actor, {}).setdefault(what, []).append(fact.id)

        add("received", (fact for _, way, fact in moves if way == "came" and isinstance(fact.entry.body, e.Received)))
        add("sorted", self._sorted)
        add("handed_over", (fact for _, way, fact in moves if way in _OUT))
        add("labels", (fact for fact, body in self._papers if body.copy == 1 and body.what.endswith("_label")))
        add("reprints", (fact for fact, body in self._papers if body.copy > 1))
        add("undone", (fact for fact, _, _ in self._undone))
        return tuple(_clerk(badge, done) for badge, done in sorted(did.items()))


def _clerk(badge: str, done: dict[str, list[EntryId]]) -> ClerkLine:
    figures: list[Figure] = [counted(done.get(what, ())) for what in ("received", "sorted", "handed_over", "labels", "reprints", "undone")]
    return ClerkLine(badge, *figures)


def _state(subject: str, walk: Walk) -> str:
    """Where a parcel stands at the end of the range."""
    parcel = walk.parcels.get(subject)
    return parcel.state.value if parcel is not None else ""
