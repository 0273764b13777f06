"""The business days of this book's drawer: which entries each of them seals.

Both our own entries and what arrived from other books belong to the day in which this book wrote or got them, so a closed day never changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from corner_app.book.database import Rows
from corner_app.book.entries import UNREAD, facts_about
from corner_app.book.entries import fact as entry_of
from corner_app.book.entry_ids import id_text
from corner_app.domain import entries as e
from corner_app.domain.cash import POUCH, SLIP, Document, day_subject, fold, is_document
from corner_app.domain.close import Segment
from corner_app.domain.drawer import Move
from corner_app.domain.entries import UID_SIZE, EntryId, Fact, decode
from corner_app.domain.money import drawer, parcel_postings
from corner_app.domain.parcels import fold as fold_parcel
from corner_app.domain.parcels import resolve


@dataclass(frozen=True, slots=True)
class DayRange:
    """Entries of one date. first, last: running numbers of our own; first > last: none yet. arrived_first, arrived_last: of others' entries.

    closed: its closing entry, the last of the range; None while the day is open. seal: hash of the last entry, b"" for none.
    """

    date: str
    first: int
    last: int
    arrived_first: int
    arrived_last: int
    closed: Fact | None
    seal: bytes


def segments(rows: Rows, office: str, counter: int) -> list[Segment]:
    """The log cut at every closing of this drawer, oldest first; the last one is open."""
    start = day_subject(office, counter, "")
    found = rows.all(
        """SELECT no, entry.kind, bytes FROM entry JOIN lineage USING (epoch) WHERE subject >= ? AND subject < ? AND kind IN ('day_opened', 'day_closed')
           AND entry.seq <= coalesce(lineage.kept_to, entry.seq) ORDER BY no""",
        (start, start[:-1] + "."),
    )
    made: list[Segment] = []
    after, before, opened, date = 0, "", 0, ""
    for no, word, stored in found:
        body = decode(stored).body
        if word == "day_opened" and isinstance(body, e.DayOpened) and not opened:
            opened, date = no, body.date
        elif isinstance(body, e.DayClosed) and body.date > before:
            made.append(Segment(after, before, no, body.date, opened, True))
            after, before, opened, date = no, body.date, 0, ""
    return [*made, Segment(after, before, _head(rows), date, opened, False)]


def current(rows: Rows, office: str, counter: int) -> Segment:
    """The open part of the log: what the next closing seals."""
    return segments(rows, office, counter)[-1]


def closing_before(rows: Rows, office: str, counter: int) -> Fact | None:
    """The last closing of this drawer, None before the first."""
    after = current(rows, office, counter).after
    return entry_of(rows, after) if after else None


def unapproved(rows: Rows, office: str, counter: int) -> tuple[str, ...]:
    """Dates of closed days of this drawer whose difference nobody stands by, oldest first."""
    start = day_subject(office, counter, "")
    found = rows.all("SELECT bytes FROM entry WHERE subject >= ? AND subject < ? AND kind = 'day_closed'", (start, start[:-1] + "."))
    differ = {body.date for (stored,) in found if isinstance(body := decode(stored).body, e.DayClosed) and waits_for_approval(body)}
    return tuple(date for date in sorted(differ) if _waits(document(rows, office, counter, date)))


def waits_for_approval(body: e.DayClosed) -> bool:
    """Whether a closing differed and nobody stood by it when it was written."""
    return body.counted != body.expected and not body.approved_by


def _waits(day_document: Document) -> bool:
    closed = day_document.closed.entry.body if day_document.closed is not None else None
    return isinstance(closed, e.DayClosed) and waits_for_approval(closed) and day_document.approved is None


def disputes(rows: Rows, office: str, counter: int) -> tuple[Fact, ...]:
    """The disputes of this drawer, about a day, a payment or a pouch, that nobody has settled, oldest first."""
    places = (day_subject(office, counter, ""), f"{SLIP}{office}-{counter}-", POUCH)
    subjects = {
        subject
        for start in places
        for (subject,) in rows.all(
            "SELECT DISTINCT subject FROM entry WHERE subject >= ? AND subject < ? AND kind = 'disputed'", (start, start[:-1] + chr(ord(start[-1]) + 1))
        )
    }
    found = (dispute for subject in subjects for dispute in fold(subject, facts_about(rows, subject)).disputes)
    ours = (fact for fact in found if isinstance(fact.entry.body, e.Disputed) and (fact.entry.body.office, fact.entry.body.counter) == (office, counter))
    return tuple(sorted(ours, key=lambda fact: (fact.entry.hlc, fact.id)))


def document(rows: Rows, office: str, counter: int, date: str) -> Document:
    """One day of one drawer, ours or another counter's, as its entries tell it."""
    subject = day_subject(office, counter, date)
    return fold(subject, facts_about(rows, subject))


def day(rows: Rows, office: str, counter: int, date: str) -> DayRange:
    """The entries of one date; an empty range for a date on which nothing was written."""
    every = segments(rows, office, counter)
    return _range(rows, office, counter, next((segment for segment in every if not segment.closed or segment.date >= date), every[-1]), date)


def to_close(rows: Rows, office: str, counter: int, date: str) -> DayRange:
    """The entries that an opening or a closing written now makes those of `date`: all since the last closing, see `Segment.date_of`."""
    within = current(rows, office, counter)
    named = within if within.date else replace(within, date=date, opened=within.to + 1)
    return _range(rows, office, counter, named, date)


def _range(rows: Rows, office: str, counter: int, within: Segment, date: str) -> DayRange:
    first = _first(rows, within, lambda found: found >= date)
    last = _first(rows, within, lambda found: found > date) - 1
    ends = within.closed and last == within.to
    closed = document(rows, office, counter, date).closed if ends else None
    open_end = not within.closed and last == within.to
    return DayRange(
        date,
        first,
        last,
        _arrived_at(rows, first - 1),
        (_arrived_at(rows, last + 1) if open_end else _arrived_at(rows, last)) - 1,
        closed,
        bytes(rows.value("SELECT hash FROM entry WHERE no = ?", (last,)) or b"") if first <= last else b"",
    )


def own(rows: Rows, first: int, last: int) -> Iterator[tuple[int, Fact]]:
    """(running number, entry) of our own entries in a range that still count, in order."""
    found = rows.each(
        """SELECT no, lineage.device, entry.epoch, entry.seq, bytes, hash FROM entry JOIN lineage USING (epoch)
           WHERE no BETWEEN ? AND ? AND entry.seq <= coalesce(lineage.kept_to, entry.seq) ORDER BY no""",
        (first, last),
    )
    for no, device, epoch, seq, stored, digest in found:
        yield no, Fact(EntryId(device, epoch, seq), decode(stored), bytes(digest[:UID_SIZE]))


def arrived(rows: Rows, first: int, last: int) -> Iterator[tuple[int, Fact]]:
    """(number of our own entry it came after, entry) of what arrived in a range, in the order it came."""
    found = rows.each("SELECT after_no, device, epoch, seq, uid, bytes FROM arrived WHERE id BETWEEN ? AND ? AND kind <> ? ORDER BY id", (first, last, UNREAD))
    for after_no, device, epoch, seq, uid, stored in found:
        yield after_no, Fact(EntryId(device, epoch, seq), decode(stored), uid)


MONEY = (
    "handed_over", "day_opened", "paid_in", "paid_out", "pouch_sent", "pouch_received", "transferred", "day_closed", "reversed"
)  # fmt: skip
"""Kinds of entries that may move cash of a drawer."""


def moves(rows: Rows, office: str, counter: int, day_range: DayRange, *, afresh: bool = False) -> list[tuple[int, Move]]:
    """(number of the own entry it is or came after, movement) of one drawer in a range, in the book's order: our own entries and what arrived.

    afresh: amounts are computed from the entries again instead of read from what was posted.
    """
    lines = _computed if afresh else _posted
    marks = ", ".join("?" * len(MONEY))
    own_ = rows.all(
        f"""SELECT no, 0, lineage.device, entry.epoch, entry.seq, bytes, substr(hash, 1, 16) FROM entry JOIN lineage USING (epoch)
            WHERE no BETWEEN ? AND ? AND kind IN ({marks}) AND entry.seq <= coalesce(lineage.kept_to, entry.seq)""",  # noqa: S608 - marks are question marks
        (day_range.first, day_range.last, *MONEY),
    )
    others = rows.all(
        f"SELECT after_no, id, device, epoch, seq, bytes, uid FROM arrived WHERE id BETWEEN ? AND ? AND kind IN ({marks})",  # noqa: S608
        (day_range.arrived_first, day_range.arrived_last, *MONEY),
    )
    found = []
    for no, _, device, epoch, seq, stored, uid in sorted((*own_, *others), key=lambda row: (row[0], row[1])):
        fact = Fact(EntryId(device, epoch, seq), decode(stored), bytes(uid))
        move = _move(rows, office, counter, fact, lines(rows, fact))
        if move is not None:
            found.append((no, move))
    return found


def _posted(rows: Rows, fact: Fact) -> dict[str, int]:
    """Paisa by account that stand in the book because of an entry."""
    return dict(rows.all("SELECT account, sum(amount) FROM posting WHERE by = ? GROUP BY account", (id_text(fact.id),)))


def _computed(rows: Rows, fact: Fact) -> dict[str, int]:
    """Paisa by account that follow from an entry, by everything that is known about its subject."""
    subject, facts = fact.entry.subject, facts_about(rows, fact.entry.subject)
    lines = fold(subject, facts).lines if is_document(subject) else parcel_postings(fold_parcel(subject, facts), facts)
    sums: dict[str, int] = {}
    for line in lines:
        if line.by == fact.id:
            sums[line.account] = sums.get(line.account, 0) + line.amount
    return sums


def _move(rows: Rows, office: str, counter: int, fact: Fact, lines: Mapping[str, int]) -> Move | None:
    """What one entry did to a drawer; None for nothing. lines: its paisa by account."""
    body, amount = fact.entry.body, lines.get(drawer(office, counter), 0)
    if isinstance(body, e.HandedOver):
        claimed = lines.get(f"claimed:{body.wallet}", 0) if body.wallet and (body.office, body.counter) == (office, counter) else 0
        return Move(fact, amount, body.fee if amount else 0, claimed) if amount or claimed else None
    if not amount:
        return None
    return Move(fact, amount, undoes=_undone(rows, fact) if isinstance(body, e.Reversed) else None)


def _undone(rows: Rows, fact: Fact) -> e.AnyBody | None:
    """The body of the entry that this one takes back."""
    about = resolve(fact.entry.sup, fact.id)
    return next((each.entry.body for each in facts_about(rows, fact.entry.subject) if each.id == about), None)


def _head(rows: Rows) -> int:
    return int(rows.value("SELECT coalesce(max(no), 0) FROM entry"))


def _first(rows: Rows, segment: Segment, holds: Callable[[str], bool]) -> int:
    """The first entry of a segment on whose date something holds, the one behind its end if on none; dates only grow along the log."""
    low, high = segment.after + 1, segment.to + 1
    while low < high:
        middle = (low + high) // 2
        at = decode(rows.value("SELECT bytes FROM entry WHERE no = ?", (middle,))).at
        if holds(segment.date_of(middle, at)):
            high = middle
        else:
            low = middle + 1
    return low


def _arrived_at(rows: Rows, after_no: int) -> int:
    """Number of the first entry of others that came when our log had at least `after_no` entries."""
    low, high = 1, int(rows.value("SELECT coalesce(max(id), 0) FROM arrived")) + 1
    while low < high:
        middle = (low + high) // 2
        if rows.value("SELECT after_no FROM arrived WHERE id >= ? ORDER BY id LIMIT 1", (middle,)) >= after_no:
            high = middle
        else:
            low = middle + 1
    return low
