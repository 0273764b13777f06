"""The report of a day, or of several: a pure function of the entries of the range and of what this book knew before it.

Every parcel that was touched is folded up to each of its entries in the range; each time it comes into this office's hands or leaves them counts. Money is
what each entry changed on each account. What stood there at the end is worked back from now, so that a report of a day long over is the same again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date as calendar_date
from datetime import datetime

from corner_app.book import accounts, entries, past
from corner_app.book.database import Rows
from corner_app.book.days import DayRange, day
from corner_app.domain import entries as e
from corner_app.domain.cash import fold as fold_document
from corner_app.domain.cash import is_document
from corner_app.domain.close import day_after
from corner_app.domain.entries import SYSTEM, EntryId, Fact
from corner_app.domain.here import DHAKA, Here
from corner_app.domain.money import drawer, parcel_postings
from corner_app.domain.parcels import fold
from corner_app.reports import sums
from corner_app.reports.figures import DrawerLine, HourLine, LedgerLine, MoveLine, Report
from corner_app.reports.notes import Notes
from corner_app.reports.walk import Move, Walk, is_here

Progress = Callable[[int, int], None]
"""Told how much is done, of how much."""
_EACH = 250
"""Entries from one look at the clerk's wish to stop to the next."""


class Stopped(Exception):
    """Whoever asked for the report does not want it any more. Nothing was written."""


def silent(done: int, of: int) -> None:
    """Progress nobody watches."""


def never() -> bool:
    """Nobody stops it."""
    return False


def read(rows: Rows, here: Here, date: str, to: str | None = None, progress: Progress = silent, stop: Callable[[], bool] = never) -> Report:
    """The report of one date, or of all dates up to `to`. rows: of one snapshot. stop: asked often; raises Stopped once it says yes.

    Raises ValueError for a date that is none, or a `to` before it.
    """
    return _Reading(rows, here, _dates(date, to or date), progress, stop).report()


def _dates(first: str, last: str) -> list[str]:
    if calendar_date.fromisoformat(last) < calendar_date.fromisoformat(first):
        raise ValueError(f"{last} is before {first}")
    found = [first]
    while found[-1] < last:
        found.append(day_after(found[-1]))
    return found


@dataclass(frozen=True, slots=True)
class _End:
    """What there was at the end of the range. on_hand: parcels in the office (with COD, all); paisa by account."""

    on_hand: tuple[int, int]
    balances: Mapping[str, int]


class _Reading:
    """One report under way."""

    def __init__(self, rows: Rows, here: Here, dates: Sequence[str], progress: Progress, stop: Callable[[], bool]) -> None:
        self._rows, self._here, self._dates, self._progress, self._stop = rows, here, dates, progress, stop
        self._days = [day(rows, here.office, here.counter, date) for date in dates]
        self._within = _whole(self._days)
        self._size = past.size(rows, self._within)
        self._walk = Walk(rows, here.office, dates[0])
        self._own: list[EntryId] = []
        self._seal = ""
        self._clerks: dict[str, dict[str, None]] = {}
        self._taken: dict[int, list[Fact]] = {}

    def report(self) -> Report:
        """The whole of it."""
        for n, (subject, facts) in enumerate(past.known_before(self._rows, self._within)):
            self._look(n, min(n, self._size))
            self._walk.begin(subject, facts)
        before = self._closing_before()
        notes = Notes(self._rows, self._here.office, self._within.date, closed_before=before is not None)
        for n, step in enumerate(past.walk(self._rows, self._within)):
            self._look(n, self._size + n)
            moves, lines = len(self._walk.moves), len(self._walk.ledger)
            self._walk.take(step)
            self._note(step)
            notes.see(step, self._walk, moved=len(self._walk.moves) > moves, posted=len(self._walk.ledger) > lines)
        made = self._made(notes, self._end(), before)
        self._progress(1, 1)
        return made

    def _look(self, n: int, done: int) -> None:
        if n % _EACH == 0:
            if self._stop():
                raise Stopped
            self._progress(done, 2 * self._size)

    def _note(self, step: past.Step) -> None:
        fact, body = step.fact, step.fact.entry.body
        if step.own:
            self._own[1:] = [fact.id]
            self._seal = fact.uid.hex()
        if isinstance(body, e.HandedOver) and body.office == self._here.office:
            self._taken.setdefault(body.counter, []).append(fact)
        if fact.entry.actor != SYSTEM and (step.own or getattr(body, "office", "") == self._here.office):
            counter = self._here.counter if step.own else getattr(body, "counter", None)
            if counter is not None:
                self._clerks.setdefault(drawer(self._here.office, counter), {})[fact.entry.actor] = None

    def _closing_before(self) -> Fact | None:
        """The closing of this drawer that the range follows on."""
        found = entries.fact(self._rows, self._within.first - 1) if self._within.first > 1 else None
        return found if found is not None and isinstance(found.entry.body, e.DayClosed) else None

    def _end(self) -> _End:
        """Worked back from now: what was written about since is taken out, and put in again as it was known then."""
        at, office = past.end(self._within), self._here.office
        (cod, every), (later_cod, later) = past.on_hand_now(self._rows, office), past.on_hand_since(self._rows, office, at)
        cod, every = cod - later_cod, every - later
        balances = accounts.balances(self._rows)
        for account, amount in past.posted_since(self._rows, at).items():
            balances[account] = balances.get(account, 0) - amount
        for n, (subject, facts) in enumerate(past.changed_since(self._rows, at)):
            self._look(n, 2 * self._size)
            if is_document(subject):
                lines = fold_document(subject, facts).lines
            else:
                folded = fold(subject, facts)
                lines = parcel_postings(folded, facts)
                every += is_here(folded.parcel, office)
                cod += is_here(folded.parcel, office) and folded.parcel.cod > 0
            for line in lines:
                balances[line.account] = balances.get(line.account, 0) + line.amount
        return _End((cod, every), balances)

    def _made(self, notes: Notes, end: _End, before: Fact | None) -> Report:
        walk = self._walk
        moves = tuple(_move_line(move, walk) for move in walk.moves)
        parcels = sums.parcel_lines(moves, *end.on_hand)
        accounts_ = sums.account_lines(walk.ledger, end.balances)
        opening = {line.account: line.opening.value for line in accounts_}
        ledger = sums.floats_placed(walk.ledger, walk.opened)
        drawers = self._drawers(ledger, opening, end)
        last = self._worked_closed() if all(each.closed is not None for each in self._days if each.first <= each.last) else None
        closing = last.entry.body if last is not None else None
        made = Report(
            office=self._here.office,
            counter=self._here.counter,
            date=self._dates[0],
            to=self._dates[-1],
            training=self._here.training,
            first=self._own[0] if self._own else None,
            last=self._own[-1] if self._own else None,
            seal=self._seal,
            closed=last is not None,
            closed_at=last.entry.at if last is not None else 0,
            closed_by=last.entry.actor if last is not None else "",
            approved_by=closing.approved_by if isinstance(closing, e.DayClosed) else "",
            parcels=parcels,
            drawers=drawers,
            accounts=accounts_,
            clerks=notes.clerks(walk.moves),
            hours=_hours(moves),
            exceptions=notes.exceptions(walk),
            reprints=notes.papers(),
            undone=notes.undone(),
            bags=notes.bags(walk),
            returns=notes.returns(walk),
            moves=moves,
            ledger=ledger,
        )
        return replace(made, faults=self._faults(made, end, before))

    def _worked_closed(self) -> Fact | None:
        """The closing with which the last day of work ended; None where that is still open."""
        worked = [each for each in self._days if each.first <= each.last]
        return worked[-1].closed if worked else None

    def _drawers(self, ledger: Sequence[LedgerLine], opening: Mapping[str, int], end: _End) -> tuple[DrawerLine, ...]:
        """Our own drawer by its entries; those of other counters by what they closed, or by what is known of them while they have not."""
        office, ours = self._here.office, self._here.counter
        known = past.day_documents(self._rows, office, self._dates[0], self._dates[-1], past.end(self._within))
        named = {
            sums.counter_of(account, office)
            for account in (*end.balances, *(line.account for line in ledger))
            if end.balances.get(account, 0) or account in opening
        }
        counters = sorted({ours, *(counter for counter in named if counter is not None), *(counter for counter, _ in known)})
        made = []
        for counter in counters:
            account = drawer(office, counter)
            lines = [line for line in ledger if line.account == account]
            closings = self._walk.closed.get(account, [])
            of = sums.DrawerFacts(
                counter,
                tuple(self._clerks.get(account, ())),
                opening.get(account, end.balances.get(account, 0)),
                lines,
                self._taken.get(counter, ()),
                closings,
                self._walk.opened.get(account),
                counter == ours and self._worked_closed() is not None and self._walk.ends_closed(account),
            )
            by_days = [found.closed for (of_counter, _), found in sorted(known.items()) if of_counter == counter and found.closed is not None]
            if counter != ours and by_days and not any(_after(line.by, by_days[-1].id) for line in lines):
                made.append(sums.drawer_from_days(replace(of, closings=by_days, ends_closed=True)))
            else:
                made.append(sums.drawer_from_lines(of))
        return tuple(made)

    def _faults(self, made: Report, end: _End, before: Fact | None) -> tuple[str, ...]:
        """What does not add up: this program is wrong, or the book is."""
        found: list[str] = []
        every = made.parcels[-1]
        account = drawer(made.office, made.counter)
        was = before.entry.body if before is not None else None
        if isinstance(was, e.DayClosed) and was.on_hand != every.opening.value:
            found.append("opening_differs")
        if any(line.opening.value < 0 or line.on_hand.value < 0 for line in made.parcels):
            found.append("parcels_differ")
        closing = self._days[-1].closed
        body = closing.entry.body if closing is not None else None
        if isinstance(body, e.DayClosed):
            if (body.on_hand_cod, body.on_hand) != end.on_hand:
                found.append("on_hand_differs")
            if body.counted != end.balances.get(account, 0) or (made.date == made.to and not _sealed_so(made, body)):
                found.append("drawer_differs")
        if any(line.difference and line.counted and line.counted.value - line.expected.value != line.difference.value for line in made.drawers):
            found.append("drawer_differs")
        by_entry: dict[EntryId, int] = {}
        for line in made.ledger:
            by_entry[line.by] = by_entry.get(line.by, 0) + line.amount
        if any(amount != 0 for amount in by_entry.values()) or sum(end.balances.values()) != 0:
            found.append("ledger_unequal")
        return tuple(dict.fromkeys(found))


def _whole(days: Sequence[DayRange]) -> DayRange:
    """Several days as one range, closed if the last of them is."""
    first, last = days[0], days[-1]
    return replace(last, date=first.date, first=first.first, arrived_first=first.arrived_first)


def _sealed_so(made: Report, body: e.DayClosed) -> bool:
    """Whether a closing says of its drawer what its entries add up to."""
    line = next(line for line in made.drawers if line.counter == made.counter)
    ours = (line.opening, line.collected, line.paid_in, line.paid_out, line.deposited, line.expected)
    return tuple(figure.value for figure in ours) == (body.opening, body.collected, body.paid_in, body.paid_out, body.deposited, body.expected)


def _after(one: EntryId, other: EntryId) -> bool:
    """Whether one entry was written after another by the same book, or nobody can say."""
    return (one.device, one.epoch) != (other.device, other.epoch) or one.seq > other.seq


def _move_line(move: Move, walk: Walk) -> MoveLine:
    item, way, fact = move
    return MoveLine(item, way, "cod" if walk.parcels[item].cod > 0 else "prepaid", fact.id, fact.entry.at, fact.entry.actor)


def _hours(moves: Sequence[MoveLine]) -> tuple[HourLine, ...]:
    """From the first hour in which something came or was handed over to the last."""
    came: dict[int, list[EntryId]] = {}
    out: dict[int, list[EntryId]] = {}
    for move in moves:
        if move.way in ("came", "handed_over", "delivered"):
            (came if move.way == "came" else out).setdefault(_hour(move.at), []).append(move.by)
    hours = sorted(came.keys() | out.keys())
    every = range(hours[0], hours[-1] + 1) if hours else ()
    return tuple(HourLine(hour, sums.counted(came.get(hour, ())), sums.counted(out.get(hour, ()))) for hour in every)


def _hour(at: int) -> int:
    return datetime.fromtimestamp(at / 1000, DHAKA).hour
