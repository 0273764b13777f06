"""What other books wrote, taken into this one: kept as it came, folded with our own, doubles dropped by their names."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from corner_app.book.database import Rows, Tx
from corner_app.book.entries import UNREAD, own_uid, project_arrived
from corner_app.book.replay import sum_of
from corner_app.domain.entries import EntryId, Fact, UnreadableEntry, decode, kind


def take(tx: Tx, id: EntryId, uid: bytes, stored: bytes) -> bool:
    """Takes one entry in; False for one that is here already, whether it came before or is our own."""
    if own_uid(tx, id) == uid:
        return False
    try:
        entry = decode(stored)
    except UnreadableEntry:
        entry = None
    fresh = tx.changed(
        """INSERT INTO arrived (after_no, device, epoch, seq, uid, sum, kind, subject, bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (device, epoch, seq, uid) DO NOTHING""",
        (tx.head.no, *id, uid, sum_of(stored), kind(entry.body) if entry else UNREAD, entry.subject if entry else _subject_in(stored), stored),
    )
    if fresh and entry is not None:
        project_arrived(tx, Fact(id, entry, uid), tx.value("SELECT last_insert_rowid()"))
    return fresh > 0


def _subject_in(stored: bytes) -> str:
    """What an entry of a later version is about, for its envelope begins as ours does; "" when even that cannot be read."""
    try:
        envelope = msgspec.json.decode(stored, type=list)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return ""
    return envelope[2] if len(envelope) > 2 and isinstance(envelope[2], str) else ""


def after(rows: Rows, number: int, limit: int) -> list[tuple[int, EntryId, bytes, bytes]]:
    """(number, name, uid, stored bytes) of what arrived behind a number, in the order it came."""
    found = rows.all("SELECT id, device, epoch, seq, uid, bytes FROM arrived WHERE id > ? ORDER BY id LIMIT ?", (number, limit))
    return [(row[0], EntryId(row[1], row[2], row[3]), row[4], row[5]) for row in found]


def unread(tx: Tx) -> Sequence[tuple[int, int, int]]:
    """Names of arrived entries that a later version of this program wrote."""
    return [(row[0], row[1], row[2]) for row in tx.all("SELECT device, epoch, seq FROM arrived WHERE kind = ? ORDER BY id", (UNREAD,))]
