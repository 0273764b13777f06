"""The centre's own book: announcements and releases, chained and signed like every office's, so that `verify` proves it the same way.

A database that was put back from a copy goes on in a new lineage, because offices may hold entries of the lost tail under the names that
the old lineage would give again.
"""

from __future__ import annotations

from collections.abc import Sequence

from central_server.identity import Centre
from central_server.ingest import take
from central_server.storage import devices, logs
from central_server.storage.database import Sql
from central_server.storage.devices import Device
from central_server.storage.logs import Cursor
from corner_app.domain.chain import first_hash, hashes, uid
from corner_app.sync import wire
from corner_app.sync.columns import pack

OFFICE = "centre"
"""Under which the centre's own book is kept."""
FIRST_EPOCH, LAST_EPOCH = 1, 65_535
SLOT_MS = 4 * 3_600_000
"""A lineage begun in one such span of time is named after it: 30 years of them fit, and no two copies put back at different times meet."""


def end(sql: Sql, centre: Centre) -> Cursor:
    """Where the newest lineage ends, held until the transaction does, so that two writers never take the same number."""
    epoch = logs.newest_epoch(sql, OFFICE, centre.device) or FIRST_EPOCH
    at = logs.cursor(sql, OFFICE, centre.device, epoch, lock=True)
    if at is None:
        logs.open_lineage(sql, OFFICE, centre.device, epoch, first_hash(centre.uuid, epoch, b""))
        at = logs.cursor(sql, OFFICE, centre.device, epoch, lock=True)
    assert at is not None  # noqa: S101 - just opened
    return at


def newest(sql: Sql, centre: Centre) -> Cursor | None:
    """The newest lineage, None before the first entry."""
    return logs.cursor(sql, OFFICE, centre.device, logs.newest_epoch(sql, OFFICE, centre.device))


def write(sql: Sql, centre: Centre, at: Cursor, stored: Sequence[bytes], now: int) -> None:
    """The centre pushes to itself, from `at` on, which `end` gave in this transaction."""
    parent = _parent(sql, centre, at.epoch) if at.next == 1 else None
    layout, packed = pack(stored, at.next)
    run = wire.Run(at.next, uid(at.head), uid(hashes(at.head, stored)[-1]), len(stored), layout, packed, parent)
    said = wire.Push(wire.PROTOCOL, centre.device, at.epoch, bytes(wire.NONCE_SIZE), now, 0, b"", 0, b"", run)
    itself = Device(centre.device, centre.uuid, centre.public_key, OFFICE, 0, devices.ACTIVE, "", b"", now, now, 0, 0, 0)
    taken = take(sql, itself, said, wire.seal(said, centre.sign), now)
    if taken.kind != wire.OK:
        raise AssertionError(f"the centre's own book does not continue: {taken}")


def _parent(sql: Sql, centre: Centre, epoch: int) -> wire.Parent:
    """The last entry before a lineage; epoch 0 for none."""
    before = [at for at in logs.cursors(sql, OFFICE) if at.device == centre.device and at.epoch < epoch and at.next > 1]
    return wire.Parent(before[-1].epoch, before[-1].next - 1, before[-1].head) if before else wire.Parent(0, 0, b"")


def begin_again(sql: Sql, centre: Centre, founded_at: int, now: int, used: int = 0) -> int:
    """Begins the next lineage, after the last entry that is here; gives its epoch.

    Its name follows the time, so that the same copy put back twice does not give the same names twice. used: newest epoch known from elsewhere.
    """
    known = max(logs.newest_epoch(sql, OFFICE, centre.device), used)
    epoch = max(known + 1, min(LAST_EPOCH, FIRST_EPOCH + 1 + max(0, now - founded_at) // SLOT_MS))
    logs.open_lineage(sql, OFFICE, centre.device, epoch, first_hash(centre.uuid, epoch, _parent(sql, centre, epoch).head))
    return epoch
