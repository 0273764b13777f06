"""What other books wrote, taken into this one: kept as it came, folded with our own, doubles dropped by their names."""

from __future__ import annotations

from collections.abc import Sequence

from corner_app.book.database import Tx
from corner_app.book.entries import UNREAD, project_arrived
from corner_app.book.replay import sum_of
from corner_app.domain.entries import EntryId, Fact, UnreadableEntry, decode, kind


def take(tx: Tx, id: EntryId, uid: bytes, stored: bytes) -> bool:
    """Takes one entry in; False for one that is here already, whether it came before or is our own."""
    if _is_ours(tx, id, uid):
        return False
    try:
        entry = decode(stored)
    except UnreadableEntry:
        entry = None
    fresh = tx.changed(
        """INSERT INTO arrived (after_no, device, epoch, seq, uid, sum, kind, subject, bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (device, epoch, seq) DO NOTHING""",
        (tx.head.no, *id, uid, sum_of(stored), kind(entry.body) if entry else UNREAD, entry.subject if entry else "", stored),
    )
    if fresh and entry is not None:
        project_arrived(tx, Fact(id, entry, uid))
    return fresh > 0


def _is_ours(tx: Tx, id: EntryId, uid: bytes) -> bool:
    """Whether this very entry stands in our own log: a restored book may lack it, a forked one may have another under its name."""
    if id.device != tx.head.device and not tx.one("SELECT 1 FROM lineage WHERE device = ?", (id.device,)):
        return False
    found = tx.value(
        """SELECT substr(entry.hash, 1, 16) FROM lineage JOIN entry ON entry.no = lineage.first_no + ? - 1
           WHERE lineage.epoch = ? AND lineage.device = ? AND entry.seq = ? AND entry.seq <= coalesce(lineage.kept_to, entry.seq)""",
        (id.seq, id.epoch, id.device, id.seq),
    )
    return found is not None and bytes(found) == uid


def unread(tx: Tx) -> Sequence[tuple[int, int, int]]:
    """Names of arrived entries that a later version of this program wrote."""
    return [(row[0], row[1], row[2]) for row in tx.all("SELECT device, epoch, seq FROM arrived WHERE kind = ? ORDER BY id", (UNREAD,))]
