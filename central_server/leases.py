"""Blocks of serial numbers for parcels that have none: each number at one counter only, also after the centre was put back from a copy.

What a lost database gave out after its last copy is not known, but it is bounded: credit runs in at PER_DAY and never above CREDIT, and every
block is paid from it. So a restored one begins that far ahead, with no credit, and may be restored again and again.
"""

from __future__ import annotations

import logging

import msgspec

from central_server.storage import devices, feeds
from central_server.storage.database import Sql
from central_server.storage.devices import Device, Lease, LeaseHead
from corner_app.sync.wire import LEASE_LOW, LEASE_SIZE, FeedNotice, Numbers, Push, pack_item

_log = logging.getLogger(__name__)
INDICATORS = ("CP",)
"""Service indicators of which counters make numbers (UPU S10)."""
FIRST, LAST = 10_000_000, 99_999_999
CREDIT, PER_DAY = 1_000_000, 100_000
"""Numbers of one indicator that may be given out at once, and more every day: 2,000 counters in one hour, then 200 a day."""
DAY_MS = 86_400_000


def provide(sql: Sql, device: Device, said: Push, now: int) -> None:
    """Gives a device that listens the blocks it is short of, through its office's feed; the caller's transaction is that of its push."""
    if device.state != devices.ACTIVE or said.report is None or not said.room:
        return
    for held in said.report.numbers:
        if held.indicator in INDICATORS:
            _provide(sql, device, said, held, now)


def _provide(sql: Sql, device: Device, said: Push, held: Numbers, now: int) -> None:
    newest = devices.newest_lease(sql, device.device, held.epoch, held.indicator)
    if newest is not None and newest.first > held.newest:
        if said.feed < feeds.end(sql, device.office)[0]:
            return  # it is still to be heard
        _tell(sql, device, newest)  # it went by while the office's state was fetched; the same again, never another
    elif newest is None or held.left <= LEASE_LOW:
        given = issue(sql, device, held.epoch, held.indicator, now)
        if given is not None:
            _tell(sql, device, given)


def _tell(sql: Sql, device: Device, lease: Lease) -> None:
    body = msgspec.json.encode({"device": lease.device, "epoch": lease.epoch, "indicator": lease.indicator, "first": lease.first, "last": lease.last})
    feeds.append(sql, {device.office: [pack_item(FeedNotice("lease", body))]})


def issue(sql: Sql, device: Device, epoch: int, indicator: str, now: int) -> Lease | None:
    """A block that nobody else has; None while there is no credit or, for good, when the numbers of the indicator are used up."""
    head = devices.lease_head(sql, indicator, LeaseHead(FIRST, CREDIT, now))
    credit = min(CREDIT, head.credit + PER_DAY * max(0, now - head.at) // DAY_MS)
    if head.next + LEASE_SIZE - 1 > LAST:
        _log.error("the numbers of %s are used up", indicator)
        return None
    if credit < LEASE_SIZE:
        return None
    lease = Lease(device.office, indicator, head.next, head.next + LEASE_SIZE - 1, device.device, epoch, now)
    devices.keep_lease_head(sql, indicator, LeaseHead(head.next + LEASE_SIZE, credit - LEASE_SIZE, max(now, head.at)))
    devices.add_lease(sql, lease)
    return lease


def skip_unknown(sql: Sql, made_at: int, now: int) -> None:
    """Passes over whatever was given out after a copy was made and before it was put back."""
    most = CREDIT + -(-PER_DAY * max(0, now - made_at) // DAY_MS)
    for indicator in INDICATORS:
        head = devices.lease_head(sql, indicator, LeaseHead(FIRST, CREDIT, made_at))
        devices.keep_lease_head(sql, indicator, LeaseHead(head.next + most, 0, max(now, head.at)))
