"""Entries out of the frames they came in."""

from __future__ import annotations

from functools import lru_cache

from central_server.storage import logs
from central_server.storage.database import Sql
from central_server.storage.logs import Cursor, Kept
from corner_app.domain.chain import hashes, uid
from corner_app.sync import wire
from corner_app.sync.columns import unpack
from corner_app.sync.wire import Push, Run

_LATELY = 16
"""Runs kept unfolded: what was just taken in is judged next. At most 16 × `wire.RUN_LIMIT`."""


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


def new_rows(kept: Kept) -> tuple[bytes, ...]:
    """The entries that were new in a frame when it came."""
    push = wire.peek(Push, kept.frame)
    assert isinstance(push, Push) and push.run is not None  # noqa: S101 - only such frames are kept
    return unfolded(push.run)[kept.skip :]


@lru_cache(maxsize=_LATELY)
def unfolded(run: Run) -> tuple[bytes, ...]:
    """Stored bytes of the entries of a run. Raises Unpackable."""
    return tuple(unpack(run.layout, run.packed, run.count, run.first, wire.RUN_LIMIT))
