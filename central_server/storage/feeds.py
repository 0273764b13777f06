"""What each office is to hear, in one gapless order an office; and what the centre said of entries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from central_server.storage.database import Sql, locking, one
from corner_app.sync.wire import FEED_START, FeedVerdict, next_check


def end(sql: Sql, office: str) -> tuple[int, bytes]:
    """(last position, running hash there) of an office's feed."""
    row = one(sql, "SELECT pos, running FROM feed_head WHERE office = ?", (office,))
    return (0, FEED_START) if row is None else (row[0], bytes(row[1]))


def running(sql: Sql, office: str, pos: int) -> bytes | None:
    """Running hash after a position; None for one that is not there, or not any more."""
    if pos == 0:
        return FEED_START if one(sql, "SELECT 1 FROM feed WHERE office = ? AND pos = 1", (office,)) or end(sql, office)[0] == 0 else None
    row = one(sql, "SELECT running FROM feed WHERE office = ? AND pos = ?", (office, pos))
    return None if row is None else bytes(row[0])


def append(sql: Sql, items: Mapping[str, Sequence[bytes]]) -> None:
    """Adds items to feeds. Heads are held in the order of their offices, so that two writers wait for each other and never cross."""
    offices = sorted(office for office, found in items.items() if found)
    sql.many("INSERT INTO feed_head (office, pos, running) VALUES (?, 0, ?) ON CONFLICT (office) DO NOTHING", [(office, FEED_START) for office in offices])
    condition, among = sql.among("office", offices)
    heads = sql.all(f"SELECT office, pos, running FROM feed_head WHERE {condition} ORDER BY office{locking(sql)}", (among,))  # noqa: S608
    rows, ends = [], []
    for office, pos, at in heads:
        check = bytes(at)
        for item in items[office]:
            pos, check = pos + 1, next_check(check, item)
            rows.append((office, pos, check, item))
        ends.append((pos, check, office))
    sql.copy("feed", ("office", "pos", "running", "item"), rows)
    sql.many("UPDATE feed_head SET pos = ?, running = ? WHERE office = ?", ends)


def mark(sql: Sql, day: int) -> None:
    """Notes where every feed ends on a day, once: what stands before a mark is at least as old."""
    sql.run("INSERT INTO feed_mark (office, day, pos) SELECT office, CAST(? AS INTEGER), pos FROM feed_head WHERE true ON CONFLICT DO NOTHING", (day,))


def old(sql: Sql, day: int) -> list[tuple[str, int]]:
    """(office, position) up to which feeds are older than a day."""
    return [(office, pos) for office, pos in sql.all("SELECT office, max(pos) FROM feed_mark WHERE day <= ? GROUP BY office ORDER BY office", (day,))]


def trim(sql: Sql, office: str, pos: int, day: int) -> int:
    """Removes what stands before a position, and marks older than the newest that is not after a day; gives how many items went.

    The item at the position stays: its hash is what an office that has read so far is compared with.
    """
    sql.run("DELETE FROM feed_mark WHERE office = ? AND day < (SELECT max(day) FROM feed_mark WHERE office = ? AND day <= ?)", (office, office, day))
    return sql.run("DELETE FROM feed WHERE office = ? AND pos < ?", (office, pos))


def after(sql: Sql, office: str, pos: int, limit: int) -> list[tuple[int, bytes, bytes]]:
    """(position, running hash, item) of what follows a position."""
    rows = sql.all("SELECT pos, running, item FROM feed WHERE office = ? AND pos > ? ORDER BY pos LIMIT ?", (office, pos, limit))
    return [(at, bytes(check), bytes(item)) for at, check, item in rows]


def verdicts(sql: Sql, subjects: Iterable[str]) -> dict[tuple[int, int, int], tuple[int, str]]:
    """The last word on each judged entry about these: entry → (version, code)."""
    condition, among = sql.among("subject", list(subjects))
    found: dict[tuple[int, int, int], tuple[int, str]] = {}
    for device, epoch, seq, ver, code in sql.all(f"SELECT device, epoch, seq, ver, code FROM verdict WHERE {condition} ORDER BY ver", (among,)):  # noqa: S608
        found[device, epoch, seq] = (ver, code)
    return found


def standing(sql: Sql, office: str, subjects: Sequence[str], *, unnamed: bool) -> list[FeedVerdict]:
    """The last words, other than "applied", on entries about these subjects. unnamed: also on the office's own that nobody could read."""
    if not subjects and not unnamed:
        return []
    condition, among = sql.among("subject", [*subjects, ""] if unnamed else list(subjects))
    last: dict[tuple[int, int, int], FeedVerdict] = {}
    for whose, *verdict in sql.all(f"SELECT office, device, epoch, seq, ver, subject, code, at FROM verdict WHERE {condition} ORDER BY ver", (among,)):  # noqa: S608
        if verdict[4] or whose == office:
            last[verdict[0], verdict[1], verdict[2]] = FeedVerdict(*verdict)
    return [verdict for verdict in last.values() if verdict.code != "applied"]


def say(sql: Sql, said: Iterable[tuple[str, int, int, int, int, str, str, int]]) -> None:
    """(office, device, epoch, seq, ver, subject, code, at): keeps what was said."""
    sql.copy("verdict", ("office", "device", "epoch", "seq", "ver", "subject", "code", "at"), list(said))


def said_about(sql: Sql, subject: str) -> list[tuple[int, int, int, int, str, int]]:
    """(device, epoch, seq, ver, code, at) of everything said about a subject, oldest first."""
    rows = sql.all("SELECT device, epoch, seq, ver, code, at FROM verdict WHERE subject = ? ORDER BY at, ver", (subject,))
    return [(row[0], row[1], row[2], row[3], row[4], row[5]) for row in rows]
