"""What of this book the centre has: entries, parcels, money; and which of them a later entry settles.

"At the centre" is said only of what stands up to `outbox.confirmed`, where the centre named our own entry's hash, and of what came from there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from corner_app.book.database import Rows
from corner_app.book.entries import UNREAD
from corner_app.book.entry_ids import id_text
from corner_app.book.lineage import lineages
from corner_app.book.outbox import confirmed
from corner_app.domain.entries import EntryId

_UNSENT = "entry JOIN lineage USING (epoch) WHERE entry.no > ? AND entry.seq <= coalesce(lineage.kept_to, entry.seq)"


@dataclass(frozen=True, slots=True)
class Marks:
    """How far both agree. own: (device, epoch) → running number of the lineage's first entry and how many of it count."""

    confirmed: int
    own: Mapping[tuple[int, int], tuple[int, int]]

    def at_centre(self, id: EntryId) -> bool:
        """Whether the centre has an entry. One that is not of our own log came from there."""
        first, _ = self.own.get((id.device, id.epoch), (0, 0))
        return not self.ours(id) or first + id.seq - 1 <= self.confirmed

    def ours(self, id: EntryId) -> bool:
        """Whether it is an entry of our own log that counts."""
        return id.seq <= self.own.get((id.device, id.epoch), (0, 0))[1]


def marks(rows: Rows) -> Marks:
    """As of this snapshot."""
    return Marks(confirmed(rows), {(each.device, each.epoch): (each.first_no, each.kept_to) for each in lineages(rows)})


def not_at_centre(rows: Rows, items: Iterable[str]) -> frozenset[str]:
    """Those of these parcels of which an entry of ours is not confirmed."""
    wanted = tuple(items)
    among = f"SELECT DISTINCT entry.subject FROM {_UNSENT} AND entry.subject IN ({', '.join('?' * len(wanted))})"  # noqa: S608 - fixed words
    return frozenset(item for (item,) in rows.all(among, (confirmed(rows), *wanted)))


def from_later_version(rows: Rows, items: Iterable[str]) -> frozenset[str]:
    """Those of these parcels of which an entry came that only a later version of this program can read."""
    wanted = tuple(items)
    among = f"SELECT DISTINCT subject FROM arrived WHERE kind = ? AND subject IN ({', '.join('?' * len(wanted))})"  # noqa: S608 - fixed words
    return frozenset(item for (item,) in rows.all(among, (UNREAD, *wanted)))


def money_not_at_centre(rows: Rows) -> dict[str, int]:
    """Account → paisa that our own unconfirmed handovers put there."""
    sums: dict[str, int] = {}
    for name in rows.all(f"SELECT lineage.device, entry.epoch, entry.seq FROM {_UNSENT} AND entry.kind = 'handed_over'", (confirmed(rows),)):  # noqa: S608
        for account, amount in rows.all("SELECT account, amount FROM posting WHERE by = ?", (id_text(EntryId(*name)),)):
            sums[account] = sums.get(account, 0) + amount
    return sums


def settled_by(rows: Rows, no: int) -> int | None:
    """Running number of the last entry of ours that corrects or settles entry `no`, None when none does."""
    found: int | None = rows.value("SELECT max(no) FROM entry WHERE sup = ?", (no,))
    return found
