"""What the centre does by itself every few minutes: nothing in it decides anything that an entry does not say, and all of it may be done twice."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from central_server import own_book
from central_server.exchange import Desk
from central_server.judge import judge, judge_all, try_days_again
from central_server.storage import devices, feeds, parcels, parts
from central_server.storage.database import Database, Sql
from central_server.storage.schema import DAY_MS, day_of
from corner_app.domain.entries import SYSTEM, Entry, EntryId, Released, encode
from corner_app.domain.parcels import waiting_roots

_log = logging.getLogger(__name__)
RELEASE_AFTER_MS = 72 * 3_600_000
"""How long an entry waits for its base before it takes effect without."""
PARTS_AHEAD = 7
"""Days whose parts of `batch` are made before they come."""
KEEP_FEED_DAYS = 30
SILENT_DAYS = 90
"""A PC silent for so long is not waited for: it gets its office's state again when it comes back."""
_AT_ONCE = 200


@dataclass
class Done:
    """What an upkeep did. agreed: days that differed and do no more. failed: steps that went wrong and are logged; the next one tries them again."""

    judged: int = 0
    released: int = 0
    parts: int = 0
    trimmed: int = 0
    agreed: int = 0
    failed: list[str] = field(default_factory=list)


def upkeep(desk: Desk, now: int) -> Done:
    """Does whatever is due. One step that fails keeps no other from being done."""
    done = Done()
    steps: tuple[tuple[str, Callable[[], int]], ...] = (
        ("parts", lambda: make_parts(desk.database, now)),
        ("judged", lambda: judge_all(desk.database, desk.places, now)),
        ("released", lambda: release(desk, now)),
        ("agreed", lambda: try_days_again(desk.database, now)),
        ("trimmed", lambda: trim(desk.database, now)),
    )
    for name, step in steps:
        try:
            setattr(done, name, step())
        except Exception:
            _log.exception("upkeep: %s", name)
            done.failed.append(name)
    return done


def release(desk: Desk, now: int) -> int:
    """Entries held for too long take effect where the centre stands with their parcels; gives how many were released."""
    released, last = 0, ""
    while subjects := desk.database.read(partial(parts.waiting, before=now - RELEASE_AFTER_MS, after=last, limit=_AT_ONCE)):
        written = desk.database.write(partial(_release, desk=desk, subjects=subjects, now=now))
        at = desk.database.read(lambda sql: own_book.newest(sql, desk.centre))
        if written and at is not None:
            judge(desk.database, at, desk.places, now)
        released, last = released + written, subjects[-1]
    return released


def _release(sql: Sql, desk: Desk, subjects: list[str], now: int) -> int:
    at = own_book.end(sql, desk.centre)
    if at.judged < at.next - 1:
        return 0  # another upkeep wrote and has still to judge: what it released is not to be released again
    stored: list[bytes] = []
    history = parcels.history(sql, subjects)
    for subject in subjects:
        head = parcels.head(sql, subject)
        base: EntryId | None = head.parcel.base if head is not None else None
        old = {w.fact.id for w in history.get(subject, ()) if w.received_at <= now - RELEASE_AFTER_MS}
        for fact in waiting_roots(w.fact for w in history.get(subject, ())):
            if fact.id in old:
                stored.append(encode(Entry(now << 16 | len(stored), SYSTEM, subject, base or 0, Released(), sup=fact.id)))
                base = EntryId(desk.centre.device, at.epoch, at.next + len(stored) - 1)
    if stored:
        own_book.write(sql, desk.centre, at, stored, now)
    return len(stored)


def make_parts(database: Database, now: int) -> int:
    """On PostgreSQL: a part of `batch` for today and each of the next days, and for days whose rows fell into the default part."""
    if not database.postgresql:
        return 0
    today = day_of(now)
    days = database.read(lambda sql: parts.days_without_part(sql, range(today, today + PARTS_AHEAD + 1)))
    for day in days:
        database.write(partial(parts.make_part, day=day))
    return len(days)


def trim(database: Database, now: int) -> int:
    """Once a day: feeds lose what is old and was read by every PC of their office; gives how many items went."""
    today = day_of(now)
    if database.read(lambda sql: devices.told(sql, "feeds_trimmed")) == str(today):
        return 0
    database.write(lambda sql: feeds.mark(sql, today))
    gone = 0
    for office, pos in database.read(lambda sql: feeds.old(sql, today - KEEP_FEED_DAYS - 1)):
        gone += database.write(partial(_trim, office=office, pos=pos, now=now))
    database.write(lambda sql: devices.tell(sql, "feeds_trimmed", str(today)))
    return gone


def _trim(sql: Sql, office: str, pos: int, now: int) -> int:
    read = devices.read_by_all(sql, office, now - SILENT_DAYS * DAY_MS)
    return feeds.trim(sql, office, pos if read is None else min(pos, read), day_of(now) - KEEP_FEED_DAYS - 1)
