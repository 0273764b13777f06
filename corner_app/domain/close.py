"""The business day of a drawer: its date, and cash counted by note and coin.

A day is what its closing entry seals, not what a clock says: entries belong to the date of the day they were written in. Where nobody opened or
closed a day, the office's calendar decides, and nothing ever joins a day that was closed before it was written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from corner_app.domain.cash_bodies import Pieces
from corner_app.domain.here import DHAKA

NOTES: tuple[int, ...] = (100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100)
"""Paisa of each note and coin in use (Bangladesh Bank), the largest first."""
LOOSE = "loose"
"""Key of loose coins in a count: an amount in paisa, not pieces."""


class NoSuchNote(ValueError):
    """A count names a note that does not exist, or a number of pieces that cannot be; the message is the key."""


def pieces_of(counted: Mapping[str, int]) -> Pieces:
    """A count as entries carry it. counted: note in taka ("1000") to pieces; "loose" to paisa. Raises NoSuchNote."""
    found: list[tuple[int, int]] = []
    for name, many in counted.items():
        note = 1 if name == LOOSE else int(name) * 100 if name.isascii() and name.isdigit() and len(name) < 6 else 0
        if (note != 1 and note not in NOTES) or not 0 <= many <= 10**9:
            raise NoSuchNote(name)
        if many:
            found.append((note, many))
    return tuple(sorted(found, reverse=True))


def total(pieces: Pieces) -> int:
    """Paisa of counted cash."""
    return sum(note * many for note, many in pieces)


def local_date(at: int) -> str:
    """Date in the office of a moment (ms UTC)."""
    return datetime.fromtimestamp(at / 1000, DHAKA).date().isoformat()


def day_after(day: str) -> str:
    """The date after one."""
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()


@dataclass(frozen=True, slots=True)
class Segment:
    """The log between two closings of a drawer. after: running number of the closing before it, 0 none; before: its date, "" none.

    to: number of the entry that ends it (its closing, or the end of the log); date: of its closing or its opening, "" neither; opened: number of its
    opening entry, 0 none; closed: whether it ends with a closing.
    """

    after: int
    before: str
    to: int
    date: str
    opened: int
    closed: bool

    def date_of(self, no: int, at: int) -> str:
        """Business date of an entry of this segment. no: its running number; at: ms UTC.

        All of it is one day's, as soon as that day is opened or closed. What was written before the first day that ever was keeps the calendar's dates.
        """
        day = local_date(at)
        if not self.date:
            return max(day, day_after(self.before)) if self.before else day
        early = not self.before and (not self.opened or no < self.opened)
        return min(day, self.date) if early else self.date
