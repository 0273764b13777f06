"""What this book knew at an earlier point: its entries up to there, whatever came later. Reports of days long over are made of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import merge
from itertools import groupby
from typing import Any

from corner_app.book.database import Rows
from corner_app.book.days import DayRange, own
from corner_app.book.entries import UNREAD, own_uid
from corner_app.book.lineage import lineages
from corner_app.domain.cash import DAY, Document, fold, is_document
from corner_app.domain.entries import UID_SIZE, EntryId, Fact, decode
from corner_app.domain.parcels import IN_OFFICE


@dataclass(frozen=True, slots=True)
class Point:
    """A place in the book. no: running number of the last own entry known there; arrived: of the last entry of others. 0 none."""

    no: int
    arrived: int


@dataclass(frozen=True, slots=True)
class Step:
    """One entry as the book got to know it. own: of this book's log. before, at: what was known without it and with it.

    replaced: subjects of other entries that bore its name until it came; it counts instead of them.
    """

    fact: Fact
    own: bool
    before: Point
    at: Point
    replaced: tuple[str, ...] = ()


def begin(within: DayRange) -> Point:
    """What was known before a range."""
    return Point(within.first - 1, within.arrived_first - 1)


def end(within: DayRange) -> Point:
    """What was known at the end of a range."""
    return Point(within.last, within.arrived_last)


def is_parcel(subject: str) -> bool:
    """Whether entries about this subject are folded to a parcel."""
    return ":" not in subject and subject not in ("book", "")


def size(rows: Rows, within: DayRange) -> int:
    """How many entries a range has, about."""
    return max(0, within.last - within.first + 1) + max(0, within.arrived_last - within.arrived_first + 1)


def walk(rows: Rows, within: DayRange) -> Iterator[Step]:
    """The entries of a range in the order in which this book wrote and got them, an arrived one after the own entry that was the last when it came."""
    waiting = _others(rows, within)
    other = next(waiting, None)
    known = begin(within)
    for no, fact in own(rows, within.first, within.last):
        while other is not None and other[0] < no:
            yield (step := Step(other[2], False, known, Point(known.no, other[1]), other[3]))
            known, other = step.at, next(waiting, None)
        yield (step := Step(fact, True, known, Point(no, known.arrived)))
        known = step.at
    while other is not None:
        yield (step := Step(other[2], False, known, Point(known.no, other[1]), other[3]))
        known, other = step.at, next(waiting, None)


def _others(rows: Rows, within: DayRange) -> Iterator[tuple[int, int, Fact, tuple[str, ...]]]:
    """(number of the own entry it came after, its row, the entry, subjects of those it replaces) of what arrived; our own that come back are left out."""
    ours = {lineage.device for lineage in lineages(rows)}
    found = rows.each(
        """SELECT after_no, id, device, epoch, seq, uid, bytes, EXISTS (SELECT 1 FROM arrived AS earlier
               WHERE (earlier.device, earlier.epoch, earlier.seq) = (arrived.device, arrived.epoch, arrived.seq) AND earlier.id < arrived.id)
           FROM arrived WHERE id BETWEEN ? AND ? AND kind <> ? ORDER BY id""",
        (within.arrived_first, within.arrived_last, UNREAD),
    )
    for after_no, number, device, epoch, seq, uid, stored, again in found:
        id = EntryId(device, epoch, seq)
        if device in ours and own_uid(rows, id) is not None:
            continue
        bearers = (
            rows.all("SELECT DISTINCT subject FROM arrived WHERE (device, epoch, seq) = (?, ?, ?) AND id < ? ORDER BY subject", (*id, number)) if again else ()
        )
        yield after_no, number, Fact(id, decode(stored), uid), tuple(subject for (subject,) in bearers)


_FOLDED = "((instr(subject, ':') = 0 AND subject NOT IN ('book', '')) OR subject GLOB 'day:*' OR subject GLOB 'slip:*' OR subject GLOB 'pouch:*')"
_TOUCHED = f"""SELECT subject FROM entry WHERE no BETWEEN ?1 AND ?2 AND {_FOLDED}
    UNION SELECT subject FROM arrived WHERE id BETWEEN ?3 AND ?4 AND kind <> '{UNREAD}' AND {_FOLDED}"""  # noqa: S608 - fixed texts
_MATTERS = "'received', 'handed_over', 'remitted', 'payment_checked'"
_SINCE = "SELECT subject FROM entry WHERE no > ?1 UNION SELECT subject FROM arrived WHERE id > ?2"
_CHANGED = f"""SELECT subject FROM ({_SINCE}) AS later WHERE {_FOLDED} AND ( instr(subject, ':') > 0
       OR EXISTS (SELECT 1 FROM entry AS e WHERE e.subject = later.subject AND e.no <= ?1 AND e.kind IN ({_MATTERS}))
       OR EXISTS (SELECT 1 FROM arrived AS a WHERE a.subject = later.subject AND a.id <= ?2 AND a.kind IN ({_MATTERS})))"""  # noqa: S608 - fixed texts


def known_before(rows: Rows, within: DayRange) -> Iterator[tuple[str, list[Fact]]]:
    """Each parcel and document of a range that was known before it, with what was known of it."""
    touched = (within.first, within.last, within.arrived_first, within.arrived_last)
    yield from _facts(rows, _TOUCHED, touched, begin(within))


def changed_since(rows: Rows, at: Point) -> Iterator[tuple[str, list[Fact]]]:
    """Each parcel and document that had been in an office's hands or moved money up to a point and was written about later: what was known there."""
    yield from _facts(rows, _CHANGED, (at.no, at.arrived), at)


def _facts(rows: Rows, subjects: str, given: tuple[int, ...], at: Point) -> Iterator[tuple[str, list[Fact]]]:
    """What was known at a point of each of these subjects; our own last, for they count where another entry bears their name."""
    mine = rows.each(
        f"""SELECT e.subject, lineage.device, e.epoch, e.seq, e.bytes, substr(e.hash, 1, {UID_SIZE}) FROM ({subjects}) AS about
            JOIN entry AS e ON e.subject = about.subject JOIN lineage ON lineage.epoch = e.epoch
            WHERE e.no <= ?{len(given) + 1} AND e.seq <= coalesce(lineage.kept_to, e.seq) ORDER BY e.subject, e.no""",  # noqa: S608 - fixed texts
        (*given, at.no),
    )
    theirs = rows.each(
        f"""SELECT a.subject, a.device, a.epoch, a.seq, a.bytes, a.uid FROM ({subjects}) AS about JOIN arrived AS a ON a.subject = about.subject
            WHERE a.id <= ?{len(given) + 1} AND a.kind <> '{UNREAD}' ORDER BY a.subject, a.id""",  # noqa: S608 - fixed texts
        (*given, at.arrived),
    )
    for subject, found in groupby(merge(theirs, mine, key=_subject), _subject):
        yield subject, [Fact(EntryId(row[1], row[2], row[3]), decode(row[4]), bytes(row[5])) for row in found]


def _subject(row: tuple[Any, ...]) -> str:
    return str(row[0])


def facts_at(rows: Rows, subject: str, at: Point) -> list[Fact]:
    """What was known about one subject at a point."""
    mine = rows.all(
        """SELECT lineage.device, entry.epoch, entry.seq, bytes, hash FROM entry JOIN lineage USING (epoch)
           WHERE subject = ? AND no <= ? AND entry.seq <= coalesce(lineage.kept_to, entry.seq) ORDER BY no""",
        (subject, at.no),
    )
    theirs = rows.all(
        """SELECT device, epoch, seq, bytes, uid FROM arrived WHERE subject = ? AND id <= ? AND kind <> ? AND NOT EXISTS
               (SELECT 1 FROM arrived AS later WHERE (later.device, later.epoch, later.seq) = (arrived.device, arrived.epoch, arrived.seq)
                AND later.id > arrived.id AND later.id <= ?) ORDER BY id""",
        (subject, at.arrived, UNREAD, at.arrived),
    )
    known = {EntryId(*row[:3]): Fact(EntryId(*row[:3]), decode(row[3]), bytes(row[4][:UID_SIZE])) for row in (*theirs, *mine)}
    return list(known.values())


def on_hand_now(rows: Rows, office: str) -> tuple[int, int]:
    """Parcels in an office's hands now: (with COD, all of them)."""
    row = rows.one(f"SELECT coalesce(sum(cod > 0), 0), count(*) FROM parcel WHERE office = ? AND state IN ({_HELD})", (office,))  # noqa: S608 - fixed words
    return row if row is not None else (0, 0)


def on_hand_since(rows: Rows, office: str, at: Point) -> tuple[int, int]:
    """Of the parcels in an office's hands now those that were written about after a point: (with COD, all of them)."""
    row = rows.one(
        f"""SELECT coalesce(sum(cod > 0), 0), count(*) FROM ({_SINCE}) AS later JOIN parcel ON parcel.item = later.subject
            WHERE office = ?3 AND state IN ({_HELD})""",  # noqa: S608 - fixed words
        (at.no, at.arrived, office),
    )
    return row if row is not None else (0, 0)


_HELD = ", ".join(f"'{state.value}'" for state in sorted(IN_OFFICE))


def posted_since(rows: Rows, at: Point) -> dict[str, int]:
    """Paisa by account of everything that was written about after a point, as it stands now."""
    found = rows.all(f"SELECT account, sum(amount) FROM ({_SINCE}) AS later JOIN posting ON posting.item = later.subject GROUP BY account", (at.no, at.arrived))  # noqa: S608 - fixed texts
    return dict(found)


def day_documents(rows: Rows, office: str, first: str, last: str, at: Point) -> dict[tuple[int, str], Document]:
    """Days of an office's drawers from one date to another as they were known at a point, by (counter, date)."""
    start = f"{DAY}{office}-"
    found = rows.all(
        """SELECT subject FROM entry WHERE subject >= ?1 AND subject < ?2 AND no <= ?3
           UNION SELECT subject FROM arrived WHERE subject >= ?1 AND subject < ?2 AND id <= ?4 ORDER BY subject""",
        (start, start[:-1] + ".", at.no, at.arrived),
    )
    made: dict[tuple[int, str], Document] = {}
    for (subject,) in found:
        counter, _, date = subject.removeprefix(start).partition("-")
        if is_document(subject) and first <= date <= last:
            made[(int(counter), date)] = fold(subject, facts_at(rows, subject, at))
    return made
