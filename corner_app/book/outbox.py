"""What the centre has not confirmed. The log is the outbox: unsent = entries beyond the one up to which both agree."""

from __future__ import annotations

from dataclasses import dataclass

from corner_app.book.database import Rows, Tx
from corner_app.book.lineage import Lineage, lineages
from corner_app.domain.chain import uid
from corner_app.domain.entries import decode

_CONFIRMED = "confirmed_no"


@dataclass(frozen=True, slots=True)
class Backlog:
    """entries: in the log; unsent: of them not confirmed; since: ms UTC when the oldest unsent was written, 0 none; kind: of that one."""

    entries: int
    unsent: int
    since: int
    kind: str = ""


def confirmed(rows: Rows) -> int:
    """Running number up to which the centre (or the peer that is spoken with) has confirmed; 0 before it ever did."""
    return int(rows.value("SELECT v FROM sync WHERE k = ?", (rows.peer + _CONFIRMED,)) or 0)


def confirm(tx: Tx, no: int) -> None:
    """The centre's word of how far it goes, up or down (R2)."""
    tx.run("INSERT INTO sync (k, v) VALUES (?, ?) ON CONFLICT (k) DO UPDATE SET v = excluded.v", (tx.peer + _CONFIRMED, no))


def backlog(rows: Rows) -> Backlog:
    """How much waits, and since when."""
    entries = int(rows.value("SELECT coalesce(max(no), 0) FROM entry"))
    upto = confirmed(rows)
    oldest = rows.one("SELECT bytes, kind FROM entry WHERE no = ?", (upto + 1,))
    return Backlog(entries, entries - upto, decode(oldest[0]).at, oldest[1]) if oldest is not None else Backlog(entries, 0, 0)


@dataclass(frozen=True, slots=True)
class Unsent:
    """Entries of one lineage to be sent next. first: sequence number; before, last: uids round them; start: whole h0 of the lineage."""

    lineage: Lineage
    first: int
    before: bytes
    last: bytes
    rows: tuple[bytes, ...]


def next_run(rows: Rows, limit: int, size: int, after: int = -1) -> Unsent | None:
    """The oldest unsent entries of one lineage: at most `limit`, about `size` stored bytes. None when all is sent.

    after: running number behind which to look; below 0: behind what is confirmed.
    """
    no = (confirmed(rows) if after < 0 else after) + 1
    for lineage in lineages(rows):
        if not lineage.kept_to or lineage.first_no + lineage.kept_to <= no:
            continue
        return _run(rows, lineage, max(no - lineage.first_no + 1, 1), limit, size)
    return None


def _run(rows: Rows, lineage: Lineage, first: int, limit: int, size: int) -> Unsent:
    start = lineage.first_no + first - 1
    end = min(lineage.first_no + lineage.kept_to, start + limit)
    taken: list[bytes] = []
    last, held = b"", 0
    for stored, digest in rows.each("SELECT bytes, hash FROM entry WHERE no >= ? AND no < ? ORDER BY no", (start, end)):
        taken.append(stored)
        last, held = digest, held + len(stored)
        if held >= size:
            break
    return Unsent(lineage, first, uid_before(rows, lineage, first), uid(last), tuple(taken))


def uid_before(rows: Rows, lineage: Lineage, seq: int) -> bytes:
    """uid of the entry before entry `seq` of a lineage; of its start before the first."""
    return uid(lineage.start if seq == 1 else hash_at(rows, lineage, seq - 1))


def hash_at(rows: Rows, lineage: Lineage, seq: int) -> bytes:
    """Whole hash of an entry of a lineage."""
    found: bytes = rows.value("SELECT hash FROM entry WHERE no = ?", (lineage.first_no + seq - 1,))
    return found


def kinds_unsent(rows: Rows) -> list[tuple[str, int, int]]:
    """(kind, entries, different subjects) of what waits."""
    found = rows.all("SELECT kind, count(*), count(DISTINCT subject) FROM entry WHERE no > ? GROUP BY kind ORDER BY kind", (confirmed(rows),))
    return [(kind, n, subjects) for kind, n, subjects in found]
