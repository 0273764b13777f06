"""Entries out of the frames they came in."""

from __future__ import annotations

from central_server.storage import logs
from central_server.storage.database import Sql
from central_server.storage.logs import Cursor, Kept
from corner_app.domain.chain import hashes, uid
from corner_app.sync import wire
from corner_app.sync.columns import unpack
from corner_app.sync.wire import Push


def entry_uid(sql: Sql, at: Cursor, seq: int) -> bytes | None:
    """uid of an entry of a lineage, None for one that is not here."""
    if seq == at.next - 1:
        return uid(at.head)
    if not 1 <= seq < at.next:
        return None
    for kept in logs.frames(sql, at.office, at.device, at.epoch, seq, seq):
        if kept.first <= seq < kept.first + kept.count:
            return uid(hashes(kept.before, new_rows(kept)[: seq - kept.first + 1])[-1])
    return None


def entries(sql: Sql, at: Cursor, first: int, last: int) -> list[bytes]:
    """Stored bytes of entries first … last, which are here."""
    found: list[bytes] = []
    for kept in logs.frames(sql, at.office, at.device, at.epoch, first, last):
        rows = new_rows(kept)
        found += rows[max(0, first - kept.first) : max(0, last - kept.first + 1)]
    return found


def new_rows(kept: Kept) -> list[bytes]:
    """The entries that were new in a frame when it came."""
    push = wire.peek(Push, kept.frame)
    assert isinstance(push, Push) and push.run is not None  # noqa: S101 - only such frames are kept
    return unpack(push.run.layout, push.run.packed, push.run.count, push.run.first, wire.RUN_LIMIT)[kept.skip :]
