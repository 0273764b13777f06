"""The entries of a range one by one: what each did to a parcel's place and to money. What was known before the range is folded first."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from corner_app.book.database import Rows
from corner_app.book.past import Step, facts_at, is_parcel
from corner_app.domain import entries as e
from corner_app.domain.cash import Document, is_document
from corner_app.domain.cash import fold as fold_document
from corner_app.domain.entries import Fact, kind
from corner_app.domain.money import Posting, drawer, parcel_postings, postings
from corner_app.domain.parcels import Conflict, Folded, Parcel, State, apply, fold, resolve
from corner_app.reports.figures import LedgerLine

Move = tuple[str, str, Fact]
"""(parcel, way, entry): it came into the office ("came") or left it (one of WAYS_OUT)."""

_GONE = {State.HANDED_OVER: "handed_over", State.DISPATCHED: "dispatched", State.RETURNED: "returned", State.LOST: "lost"}


class Walk:
    """What the entries of a range did so far. parcels, documents: as they stand now. advice: (grams, postcode) of announced parcels.

    ledger: what each entry changed on each account. conflicts: (subject, conflict, entry whose coming showed it). opened: by drawer the entry that stated
    the float of its first day; closed: by drawer the closings that count. date: the first of the range.
    """

    def __init__(self, rows: Rows, office: str, date: str) -> None:
        self._rows, self._office, self._date = rows, office, date
        self.parcels: dict[str, Parcel] = {}
        self.documents: dict[str, list[Fact]] = {}
        self.advice: dict[str, tuple[int, str]] = {}
        self.moves: list[Move] = []
        self.ledger: list[LedgerLine] = []
        self.conflicts: list[tuple[str, Conflict, Fact]] = []
        self.opened: dict[str, Fact] = {}
        self.closed: dict[str, list[Fact]] = {}
        self._lines_then: dict[str, int] = {}
        self._touched: set[str] = set()

    def begin(self, subject: str, facts: list[Fact]) -> None:
        """Takes in what was known of a subject before the range."""
        if is_document(subject):
            self.documents[subject] = facts
            return
        self.parcels[subject] = fold(subject, facts).parcel
        for fact in facts:
            self._advised(subject, fact)

    def take(self, step: Step) -> None:
        """Goes on by one entry of the range."""
        subject = step.fact.entry.subject
        for about in (*(other for other in step.replaced if other != subject), subject):
            if is_document(about):
                self._document(about, step)
            elif is_parcel(about):
                self._parcel(about, step)

    def _parcel(self, item: str, step: Step) -> None:
        fact = step.fact
        self._advised(item, fact)
        before = self.parcels.get(item) or Parcel(item)
        if step.replaced or not before.goes_on(fact):
            self._again(item, before, step)
            return
        after, conflict = apply(before, fact)
        self.parcels[item] = after
        if conflict is not None:
            self.conflicts.append((item, Conflict(conflict, fact.id), fact))
        lines = postings(item, fact, effective=conflict is None)
        if lines:
            self._post(item, fact, _sums(lines))
        self._move(item, before, after, fact, lambda: fact)

    def _again(self, item: str, before: Parcel, step: Step) -> None:
        """Folds a parcel as it was known without the entry and with it: the entry came late, takes one back, or something about the parcel is open."""
        old, new = facts_at(self._rows, item, step.before), facts_at(self._rows, item, step.at)
        was, now = fold(item, old), fold(item, new)
        self.parcels[item] = now.parcel
        self._conflicts(item, was, now, step.fact)
        self._post(item, step.fact, _difference(parcel_postings(was, old), parcel_postings(now, new)))
        self._move(item, before, now.parcel, step.fact, lambda: next((fact for fact in new if fact.id == now.parcel.turn), None))

    def _document(self, subject: str, step: Step) -> None:
        old = self.documents.get(subject, [])
        new = facts_at(self._rows, subject, step.at) if step.replaced else [*old, step.fact]
        self.documents[subject] = new
        was, now = fold_document(subject, old), fold_document(subject, new)
        self._conflicts(subject, was, now, step.fact)
        body = step.fact.entry.body
        if isinstance(body, e.DayOpened) and now.opened == step.fact:
            self._begin_day(drawer(body.office, body.counter), body.date, step.fact)
        self._post(subject, step.fact, _difference(was.lines, now.lines))
        if isinstance(body, e.DayClosed) and now.closed == step.fact:
            account = drawer(body.office, body.counter)
            self.closed.setdefault(account, []).append(step.fact)
            self._lines_then[account] = len(self.ledger)

    def _begin_day(self, account: str, date: str, fact: Fact) -> None:
        """Notes the float of a drawer's first day in the range; that of a later one is cash put in or taken out."""
        first_day = account not in self._touched or date == self._date
        if first_day and account not in self.opened and account not in self.closed:
            self.opened[account] = fact
        self._touched.add(account)

    def ends_closed(self, account: str) -> bool:
        """Whether a drawer was closed and nothing was done to it since."""
        return account in self.closed and all(line.account != account for line in self.ledger[self._lines_then[account] :])

    def _advised(self, item: str, fact: Fact) -> None:
        body = fact.entry.body
        if isinstance(body, e.Announced) and item not in self.advice:
            self.advice[item] = (body.weight_g, body.postcode)

    def _conflicts(self, subject: str, was: Folded | Document, now: Folded | Document, fact: Fact) -> None:
        self.conflicts += [(subject, conflict, fact) for conflict in now.conflicts if conflict not in was.conflicts]

    def _move(self, item: str, before: Parcel, after: Parcel, fact: Fact, last_claim: Callable[[], Fact | None]) -> None:
        """Notes whether the parcel came into this office's hands or left them."""
        was, now = is_here(before, self._office), is_here(after, self._office)
        if was and not now:
            self.moves.append((item, self._way(before, after, last_claim()), fact))
        elif now and not was:
            self.moves.append((item, "came", fact))

    def _way(self, before: Parcel, after: Parcel, claim: Fact | None) -> str:
        theirs = claim is not None and getattr(claim.entry.body, "office", self._office) != self._office
        if theirs and (after.on_hand or after.state in _GONE):
            return "elsewhere"
        if after.state is State.HANDED_OVER and before.state is State.OUT_FOR_DELIVERY:
            return "delivered"
        return _GONE.get(after.state, "taken_back")

    def _meant(self, subject: str, fact: Fact) -> e.AnyBody:
        """The body of an entry, or of the one whose money it takes back."""
        if not isinstance(fact.entry.body, e.Reversed):
            return fact.entry.body
        named = resolve(fact.entry.sup, fact.id)
        return next((other.entry.body for other in self.documents.get(subject, ()) if other.id == named), fact.entry.body)

    def _post(self, subject: str, fact: Fact, changed: dict[str, int]) -> None:
        at, who, word, body = fact.entry.at, fact.entry.actor, kind(fact.entry.body), self._meant(subject, fact)
        self._touched |= changed.keys()
        self.ledger += [
            LedgerLine(subject, word, account, amount, part(body, account, amount), fact.id, at, who) for account, amount in changed.items() if amount
        ]


def is_here(parcel: Parcel, office: str) -> bool:
    """Whether a parcel counts among those in this office's hands."""
    return parcel.on_hand and parcel.office == office


def part(body: e.AnyBody, account: str, amount: int) -> str:
    """To which figure of a drawer belongs what an entry does to it; "" for other accounts. A payment taken back counts by its sign, a pouch taken back
    is not deposited.
    """
    if not account.startswith("drawer:"):
        return ""
    match body:
        case e.HandedOver():
            return "collected"
        case e.PouchSent():
            return "deposited"
        case e.DayClosed():
            return "difference"
        case e.DayOpened():
            return "opening"
        case _:
            return "paid_in" if amount > 0 else "paid_out"


def _sums(lines: Iterable[Posting]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for line in lines:
        sums[line.account] = sums.get(line.account, 0) + line.amount
    return sums


def _difference(before: Iterable[Posting], after: Iterable[Posting]) -> dict[str, int]:
    """Paisa by account by which one set of postings is more than another."""
    sums = {account: -amount for account, amount in _sums(before).items()}
    for line in after:
        sums[line.account] = sums.get(line.account, 0) + line.amount
    return {account: amount for account, amount in sorted(sums.items()) if amount}
