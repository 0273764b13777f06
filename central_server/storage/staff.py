"""Who at headquarters may see its page. They stand among what the centre keeps about itself, since they are few."""

from __future__ import annotations

from dataclasses import dataclass

from central_server.storage import devices
from central_server.storage.database import Sql

_PREFIX = "headquarters:"


@dataclass(frozen=True, slots=True)
class Person:
    """name: as headquarters gave it; key_hash: of the key; left_at: milliseconds UTC, what was begun up to then has ended, 0 nothing has."""

    name: str
    key_hash: bytes
    left_at: int = 0


def keep(sql: Sql, person: Person) -> None:
    """Adds a person, or changes one: a new key ends the old one."""
    devices.tell(sql, _PREFIX + person.name, f"{person.key_hash.hex()} {person.left_at}")


def find(sql: Sql, name: str) -> Person | None:
    """The person of this name."""
    kept = devices.told(sql, _PREFIX + name)
    return None if kept is None else _person(name, kept)


def all_of(sql: Sql) -> list[Person]:
    """Everybody, by name."""
    rows = sql.all("SELECT k, v FROM centre WHERE substr(k, 1, ?) = ? ORDER BY k", (len(_PREFIX), _PREFIX))
    return [_person(key.removeprefix(_PREFIX), kept) for key, kept in rows]


def remove(sql: Sql, name: str) -> bool:
    """Ends a person's key. Whether there was one."""
    return sql.run("DELETE FROM centre WHERE k = ?", (_PREFIX + name,)) > 0


def _person(name: str, kept: str) -> Person:
    key_hash, left_at = kept.split()
    return Person(name, bytes.fromhex(key_hash), int(left_at))
