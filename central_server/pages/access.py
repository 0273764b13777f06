"""Keys of headquarters' people and the sessions they open. A key is shown once; the centre keeps its hash only."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets

from central_server.problems import Problem
from central_server.storage import devices, staff
from central_server.storage.database import Sql
from central_server.storage.staff import Person

IDLE_MS = 30 * 60_000
"""A session ends when nothing was asked for so long,"""
WHOLE_MS = 10 * 3_600_000
"""and at the latest so long after it began."""
NAME_LONGEST = 40
_SECRET = "pages_secret"  # noqa: S105 - the name under which it is kept
_UNKNOWN = Person("", bytes(32))


def add(sql: Sql, name: str) -> str:
    """A new key for a person; an older one of the same name ends. Raises Problem("garbled") for a name that is empty, long or not printable."""
    if not (0 < len(name) <= NAME_LONGEST) or not name.isprintable() or name != name.strip():
        raise Problem("garbled", "the name")
    if devices.told(sql, _SECRET) is None:
        devices.tell(sql, _SECRET, secrets.token_hex(32))
    key = secrets.token_urlsafe(24)
    staff.keep(sql, Person(name, _hash(key)))
    return key


def _hash(key: str) -> bytes:
    """How a key is kept: it has 192 random bits, so a plain hash is enough."""
    return hashlib.sha256(b"corner-headquarters:" + key.encode()).digest()


def whose(sql: Sql, key: str) -> Person | None:
    """Whose key this is. Looks at every person, whether found or not, and compares in constant time."""
    asked, found = _hash(key), _UNKNOWN
    for person in staff.all_of(sql):
        if hmac.compare_digest(asked, person.key_hash):
            found = person
    return None if found is _UNKNOWN else found


def begin(sql: Sql, person: Person, now: int) -> str:
    """The cookie of a session that begins now."""
    return _sealed(sql, person, now, now)


def _sealed(sql: Sql, person: Person, start: int, now: int) -> str:
    until = min(now + IDLE_MS, start + WHOLE_MS)
    name = base64.urlsafe_b64encode(person.name.encode()).decode()
    return f"{name}.{start}.{until}.{_seal(sql, person, start, until)}"


def _seal(sql: Sql, person: Person, start: int, until: int) -> str:
    """Signs a session. The hash of the key is in it, so a new key ends what the old one began."""
    secret = bytes.fromhex(devices.told(sql, _SECRET) or secrets.token_hex(32))
    said = f"corner-session-1:{person.name}:{start}:{until}:".encode() + person.key_hash
    return hmac.new(secret, said, hashlib.sha256).hexdigest()


def session(sql: Sql, cookie: str, now: int) -> tuple[Person, str] | None:
    """(whose session it is, the cookie to go on with), None when it is none, has ended or was signed by somebody else."""
    try:
        name_, start_, until_, seal = cookie.split(".")
        name, start, until = base64.urlsafe_b64decode(name_).decode(), int(start_), int(until_)
    except (ValueError, binascii.Error):
        return None
    person = staff.find(sql, name)
    if person is None or not hmac.compare_digest(seal.encode(), _seal(sql, person, start, until).encode()):
        return None
    if not (start <= now + IDLE_MS and now < until) or start <= person.left_at:
        return None
    return person, _sealed(sql, person, start, now)


def leave(sql: Sql, cookie: str, now: int) -> None:
    """Ends every session that the person of this cookie has begun, so that a copy of it opens nothing either."""
    found = session(sql, cookie, now)
    if found is not None:
        person = found[0]
        staff.keep(sql, Person(person.name, person.key_hash, now))
