"""Reference tables that headquarters loaded, every version of them, as they came."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from central_server.storage.database import Sql, value


@dataclass(frozen=True, slots=True)
class Kept:
    """One table. sha256: of its plain bytes; packed: those bytes, deflated."""

    name: str
    loaded_at: int
    sha256: bytes
    packed: bytes


def version(sql: Sql) -> int:
    """Number of the newest version, 0 none."""
    return int(value(sql, "SELECT coalesce(max(version), 0) FROM reference"))


def newest(sql: Sql) -> dict[str, Kept]:
    """The tables of the newest version by name."""
    rows = sql.all("SELECT name, loaded_at, sha256, packed FROM reference WHERE version = (SELECT max(version) FROM reference)")
    return {row[0]: Kept(row[0], row[1], bytes(row[2]), bytes(row[3])) for row in rows}


def keep(sql: Sql, version: int, tables: Iterable[Kept]) -> None:
    """Adds a version."""
    sql.copy("reference", ("version", "name", "loaded_at", "sha256", "packed"), [(version, t.name, t.loaded_at, t.sha256, t.packed) for t in tables])
