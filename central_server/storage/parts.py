"""Entries that were held, by how long ago, and the parts of what came in."""

from __future__ import annotations

from central_server.storage.database import Sql
from central_server.storage.schema import partition_for


def waiting(sql: Sql, before: int, after: str, limit: int) -> list[str]:
    """Subjects of entries that were held before a moment and still are, in order, after one."""
    rows = sql.all(
        """SELECT DISTINCT subject FROM verdict AS v WHERE code = 'held' AND at <= ? AND subject > ? AND NOT EXISTS
               (SELECT 1 FROM verdict AS later
                WHERE (later.office, later.device, later.epoch, later.seq) = (v.office, v.device, v.epoch, v.seq) AND later.ver > v.ver)
           ORDER BY subject LIMIT ?""",
        (before, after, limit),
    )
    return [subject for (subject,) in rows]


def days_without_part(sql: Sql, wanted: range) -> list[int]:
    """Days that should have a part of their own and have none: these, and those of which rows fell into the default part. PostgreSQL only."""
    have = {int(name.removeprefix("batch_")) for (name,) in sql.all(_PARTS) if name != "batch_default"}
    fallen = {day for (day,) in sql.all("SELECT DISTINCT day FROM batch_default")}
    return sorted((set(wanted) | fallen) - have)


_PARTS = "SELECT c.relname FROM pg_inherits JOIN pg_class AS c ON c.oid = inhrelid WHERE inhparent = 'batch'::regclass"


def make_part(sql: Sql, day: int) -> None:
    """Makes the part of a day. What comes in meanwhile waits for it, but not behind a backup, for which this gives up. PostgreSQL only."""
    sql.run("SET LOCAL lock_timeout = '2s'")
    sql.run("LOCK TABLE batch IN SHARE ROW EXCLUSIVE MODE")
    for statement in partition_for(day):
        sql.run(statement)
