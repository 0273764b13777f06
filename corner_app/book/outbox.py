"""What the centre has not confirmed. The log is the outbox: unsent = entries beyond the centre's cursor."""

from __future__ import annotations

from dataclasses import dataclass

from corner_app.book.database import Rows
from corner_app.domain.entries import decode


@dataclass(frozen=True, slots=True)
class Backlog:
    """entries: in the log; unsent: of them not confirmed; since: ms UTC when the oldest unsent was written, 0 none."""

    entries: int
    unsent: int
    since: int


def confirmed(rows: Rows) -> int:
    """Running number up to which the centre has confirmed; 0 before it ever did."""
    return int(rows.value("SELECT v FROM desk_state WHERE k = 'confirmed_no'") or 0)


def backlog(rows: Rows) -> Backlog:
    """How much waits, and since when."""
    entries = int(rows.value("SELECT coalesce(max(no), 0) FROM entry"))
    upto = confirmed(rows)
    oldest = rows.value("SELECT bytes FROM entry WHERE no = ?", (upto + 1,))
    return Backlog(entries, entries - upto, decode(oldest).at if oldest is not None else 0)
