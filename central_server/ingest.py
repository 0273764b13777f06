"""Taking in what offices send: the signed bytes first, proven and durable, judged after (sync notes §2.4).

One transaction: hold the lineage's cursor, compare what is known, keep the frame, move the cursor. Nothing in it looks at what the entries
say, so no entry, however strange, can keep an office's line from moving.
"""

from __future__ import annotations

from dataclasses import dataclass

from central_server.frames import entries, entry_uid, unfolded
from central_server.storage import devices, logs
from central_server.storage.database import Sql
from central_server.storage.devices import Device
from central_server.storage.logs import Cursor, Kept
from corner_app.domain.chain import first_hash, hashes, uid
from corner_app.sync import wire
from corner_app.sync.columns import Unpackable
from corner_app.sync.wire import Parent, Push, Run


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a push: the kind of `wire`, and where the lineage ends."""

    kind: int
    epoch: int
    next: int
    head: bytes


class _Corrupt(Exception):
    """A run that is not what it says."""


def take(sql: Sql, device: Device, push: Push, frame: bytes, now: int, *, late: bool = False) -> Taken:
    """Decides on a push of a device whose signature was proven, and keeps what is new in it.

    late: it comes by way of a relay, which took it before the device went on elsewhere: also what a later lineage wrote again is kept, for
    whoever heard it at the relay may have named it as a base.
    """
    run = push.run
    if device.state == devices.REVOKED:
        if run is not None:
            logs.set_apart(sql, device.office, device.device, push.epoch, run.first, run.last, now, frame)
        return Taken(wire.QUARANTINED, push.epoch, 1, b"")
    at = logs.cursor(sql, device.office, device.device, push.epoch, lock=True)
    if run is None:
        return Taken(wire.OK, push.epoch, 1, b"") if at is None else _ended(wire.OK, at)
    try:
        return _take_run(sql, device, push, frame, now, at, unfolded(run), late=late)
    except (_Corrupt, Unpackable):
        return Taken(wire.CORRUPT, push.epoch, 1, b"") if at is None else _ended(wire.CORRUPT, at)


def _ended(kind: int, at: Cursor) -> Taken:
    return Taken(kind, at.epoch, at.next, uid(at.head))


def _take_run(sql: Sql, device: Device, push: Push, frame: bytes, now: int, at: Cursor | None, rows: tuple[bytes, ...], *, late: bool) -> Taken:
    run = push.run
    assert run is not None  # noqa: S101 - the caller looked
    if at is None or (at.next == 1 and run.first == 1):
        refused = _open(sql, device, push.epoch, run, at, rows, late=late)
        if refused is not None:
            return refused
        at = logs.cursor(sql, device.office, device.device, push.epoch, lock=True)
        assert at is not None  # noqa: S101 - just opened
    if run.first > at.next:
        return _ended(wire.GAP, at)
    known = at.next - run.first
    differs = _first_difference(sql, at, run, rows[:known])
    if differs is not None:
        return differs
    if known >= len(rows):
        return _ended(wire.OK, at)
    if at.closed and not late:
        return _ended(wire.FENCED, at)
    found = hashes(at.head, rows[known:])
    if uid(found[-1]) != run.last:
        raise _Corrupt
    logs.append(sql, at, Kept(at.device, at.epoch, at.next, len(found), known, at.head, now, frame), found[-1])
    return Taken(wire.OK, at.epoch, at.next + len(found), uid(found[-1]))


def _open(sql: Sql, device: Device, epoch: int, run: Run, at: Cursor | None, rows: tuple[bytes, ...], *, late: bool) -> Taken | None:
    """Begins a lineage with its first entry, if what it continues is here; else says what is missing."""
    if run.first != 1:
        return Taken(wire.GAP, epoch, 1, b"")
    if run.parent is None:
        raise _Corrupt
    missing = _parent_missing(sql, device, run.parent)
    if missing is not None:
        return missing
    start = first_hash(device.uuid, epoch, run.parent.head)
    if run.before != uid(start) or run.last != uid(hashes(start, rows)[-1]):
        raise _Corrupt
    if at is None:
        if logs.newest_epoch(sql, device.office, device.device) <= epoch:
            logs.open_lineage(sql, device.office, device.device, epoch, start)
        elif late:
            logs.open_behind(sql, device.office, device.device, epoch, start)
        else:
            return Taken(wire.FENCED, epoch, 1, b"")
    else:
        logs.start_from(sql, device.office, device.device, epoch, start)
    return None


def _parent_missing(sql: Sql, device: Device, parent: Parent) -> Taken | None:
    if parent.epoch == 0:
        return None
    before = logs.cursor(sql, device.office, device.device, parent.epoch)
    if before is None:
        return None if _of_another_device(sql, device, parent) else Taken(wire.GAP, parent.epoch, 1, b"")
    if parent.seq >= before.next:
        return _ended(wire.GAP, before)
    if entry_uid(sql, before, parent.seq) != uid(parent.head):
        return Taken(wire.FORK, parent.epoch, parent.seq, b"")
    return None


def _of_another_device(sql: Sql, device: Device, parent: Parent) -> bool:
    """A book copied to another machine goes on as a new device from an entry of the old one."""
    for other in devices.all_of(sql, device.office):
        at = logs.cursor(sql, device.office, other.device, parent.epoch)
        if at is not None and parent.seq < at.next and entry_uid(sql, at, parent.seq) == uid(parent.head):
            return True
    return False


def _first_difference(sql: Sql, at: Cursor, run: Run, rows: tuple[bytes, ...]) -> Taken | None:
    """FORK with the first entry that differs from what is here, None when all that is known agrees."""
    if run.first > 1 and entry_uid(sql, at, run.first - 1) != run.before:
        return Taken(wire.FORK, at.epoch, run.first - 1, b"")
    if not rows:
        return None
    known = entries(sql, at, run.first, run.first + len(rows) - 1)
    for place, (ours, theirs) in enumerate(zip(known, rows, strict=True)):
        if ours != theirs:
            return Taken(wire.FORK, at.epoch, run.first + place, b"")
    return None
