"""The offices' books as they came: where each lineage ends, and its signed frames, never changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from central_server.storage.database import Sql, locking, one, value
from central_server.storage.schema import day_of


@dataclass(frozen=True, slots=True)
class Cursor:
    """One lineage. next: the first entry that is not here; head: whole hash of the one before; judged: up to which entry it was judged.

    closed: a later lineage of its device began.
    """

    office: str
    device: int
    epoch: int
    next: int
    head: bytes
    closed: bool
    judged: int


@dataclass(frozen=True, slots=True)
class Kept:
    """One signed frame. first, count: entries that were new in it; skip: of its entries were known before; before: hash before the first new one."""

    device: int
    epoch: int
    first: int
    count: int
    skip: int
    before: bytes
    received_at: int
    frame: bytes


_CURSOR = "office, device, epoch, next, head, closed, judged"
_KEPT = "device, epoch, first, count, skip, before, received_at, frame"


def cursor(sql: Sql, office: str, device: int, epoch: int, *, lock: bool = False) -> Cursor | None:
    """Where a lineage ends, None before its first entry."""
    hold = locking(sql) if lock else ""
    row = one(sql, f"SELECT {_CURSOR} FROM cursor WHERE office = ? AND device = ? AND epoch = ?{hold}", (office, device, epoch))  # noqa: S608
    return None if row is None else Cursor(row[0], row[1], row[2], row[3], bytes(row[4]), bool(row[5]), row[6])


def cursors(sql: Sql, office: str | None = None) -> list[Cursor]:
    """Every lineage, of one office or of all."""
    where, parameters = ("WHERE office = ?", (office,)) if office is not None else ("", ())
    rows = sql.all(f"SELECT {_CURSOR} FROM cursor {where} ORDER BY office, device, epoch", parameters)  # noqa: S608
    return [Cursor(row[0], row[1], row[2], row[3], bytes(row[4]), bool(row[5]), row[6]) for row in rows]


def newest_epoch(sql: Sql, office: str, device: int) -> int:
    """The latest lineage of a device, 0 none."""
    return int(value(sql, "SELECT coalesce(max(epoch), 0) FROM cursor WHERE office = ? AND device = ?", (office, device)) or 0)


def opened_by(sql: Sql, office: str, device: int, request: bytes) -> int | None:
    """The lineage that a request opened before."""
    found: int | None = value(sql, "SELECT epoch FROM cursor WHERE office = ? AND device = ? AND request = ?", (office, device, request))
    return found


def open_lineage(sql: Sql, office: str, device: int, epoch: int, start: bytes, request: bytes = b"") -> None:
    """A lineage begins; older ones of the device take nothing more."""
    sql.run("UPDATE cursor SET closed = 1 WHERE office = ? AND device = ?", (office, device))
    sql.run(
        "INSERT INTO cursor (office, device, epoch, next, head, closed, judged, request) VALUES (?, ?, ?, 1, ?, 0, 0, ?) ON CONFLICT DO NOTHING",
        (office, device, epoch, start, request),
    )


def meet_lineage(sql: Sql, office: str, device: int, epoch: int) -> None:
    """A lineage is heard of whose first entry did not come: it begins as ever, or is behind a later one already."""
    if newest_epoch(sql, office, device) < epoch:
        open_lineage(sql, office, device, epoch, b"")
    else:
        open_behind(sql, office, device, epoch, b"")


def open_behind(sql: Sql, office: str, device: int, epoch: int, start: bytes) -> None:
    """A lineage that begins here after a later one of its device did."""
    sql.run(
        "INSERT INTO cursor (office, device, epoch, next, head, closed, judged, request) VALUES (?, ?, ?, 1, ?, 1, 0, ?) ON CONFLICT DO NOTHING",
        (office, device, epoch, start, b""),
    )


def start_from(sql: Sql, office: str, device: int, epoch: int, start: bytes) -> None:
    """Gives the start hash of a lineage that was opened before its first entry was known."""
    sql.run("UPDATE cursor SET head = ? WHERE office = ? AND device = ? AND epoch = ? AND next = 1", (start, office, device, epoch))


def append(sql: Sql, at: Cursor, kept: Kept, head: bytes) -> None:
    """Keeps a frame and moves the end of its lineage."""
    sql.run(
        f"INSERT INTO batch (office, day, {_KEPT}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
        (at.office, day_of(kept.received_at), kept.device, kept.epoch, kept.first, kept.count, kept.skip, kept.before, kept.received_at, kept.frame),
    )
    sql.run(
        "UPDATE cursor SET next = ?, head = ? WHERE office = ? AND device = ? AND epoch = ?", (kept.first + kept.count, head, at.office, at.device, at.epoch)
    )


def frames(sql: Sql, office: str, device: int, epoch: int, first: int, last: int) -> list[Kept]:
    """Frames that hold entries first … last of a lineage, in order."""
    lineage = (office, device, epoch)
    rows = sql.all(
        f"""SELECT {_KEPT} FROM batch WHERE office = ? AND device = ? AND epoch = ? AND first <= ? AND first >= coalesce(
                (SELECT first FROM batch WHERE office = ? AND device = ? AND epoch = ? AND first <= ? ORDER BY first DESC LIMIT 1), 0)
            ORDER BY first""",  # noqa: S608
        (*lineage, last, *lineage, first),
    )
    return [Kept(row[0], row[1], row[2], row[3], row[4], bytes(row[5]), row[6], bytes(row[7])) for row in rows]


def each_frame(sql: Sql) -> Iterator[tuple[str, Kept]]:
    """Every frame of every office, lineage by lineage in order."""
    for row in sql.each(f"SELECT office, {_KEPT} FROM batch ORDER BY office, device, epoch, first"):  # noqa: S608
        yield row[0], Kept(row[1], row[2], row[3], row[4], row[5], bytes(row[6]), row[7], bytes(row[8]))


def judged(sql: Sql, at: Cursor, upto: int) -> None:
    """Entries up to this one were judged."""
    sql.run("UPDATE cursor SET judged = ? WHERE office = ? AND device = ? AND epoch = ?", (upto, at.office, at.device, at.epoch))


def saved(sql: Sql, ends: Iterable[Cursor]) -> None:
    """Entries before these ends lie in a backup that was proven."""
    sql.many(
        "UPDATE cursor SET safe = ? WHERE office = ? AND device = ? AND epoch = ? AND safe < ?",
        [(at.next, at.office, at.device, at.epoch, at.next) for at in ends],
    )


def safe(sql: Sql, office: str, device: int, epoch: int) -> int:
    """First entry of a lineage that lies in no proven backup."""
    return int(value(sql, "SELECT safe FROM cursor WHERE office = ? AND device = ? AND epoch = ?", (office, device, epoch)) or 1)


def unjudged(sql: Sql, limit: int) -> list[Cursor]:
    """Lineages with entries that nobody judged yet."""
    rows = sql.all(f"SELECT {_CURSOR} FROM cursor WHERE judged < next - 1 LIMIT ?", (limit,))  # noqa: S608
    return [Cursor(row[0], row[1], row[2], row[3], bytes(row[4]), bool(row[5]), row[6]) for row in rows]


def set_apart(sql: Sql, office: str, device: int, epoch: int, first: int, last: bytes, now: int, frame: bytes) -> None:
    """Keeps what a revoked device sends; the same again is kept once."""
    sql.run(
        "INSERT INTO quarantine (office, device, epoch, first, last, received_at, frame) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (office, device, epoch, first, last, now, frame),
    )


def apart(sql: Sql, office: str) -> int:
    """How many frames of an office are in quarantine."""
    return int(value(sql, "SELECT count(*) FROM quarantine WHERE office = ?", (office,)))
