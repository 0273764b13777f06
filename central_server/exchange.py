"""One question of a device, one answer: proven, kept, judged, and what its office has to hear."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from dataclasses import replace as dataclass_replace

from msgspec.structs import replace

from central_server import feed, ingest, leases
from central_server.frames import entry_uid
from central_server.identity import Centre
from central_server.judge import judge, told_of
from central_server.problems import Problem
from central_server.storage import devices, logs, parcels
from central_server.storage.database import Database, Sql
from central_server.storage.devices import Device
from central_server.storage.feeds import end, standing
from corner_app.domain.chain import first_hash, handle_of
from corner_app.domain.offices import Places
from corner_app.sync import wire
from corner_app.sync.signing import checker
from corner_app.sync.wire import Answer, FeedEntry, Fetch, Part, Policy, Probe, ProbeAnswer, Push

_log = logging.getLogger(__name__)
POLICY, ON_A_LAN = Policy(), Policy(poll=10)
KEEP_CLOSED_MS = 30 * 86_400_000
"""How long a finished parcel stays in what a new PC of its office gets."""


@dataclass(frozen=True)
class Desk:
    """What every exchange needs. window: seconds over which callers are asked to spread their next try, 0 none.

    relay: this is an office's relay: it gives no numbers out, and its feed holds what it never judged, so every book reads it from the start.
    """

    database: Database
    centre: Centre
    places: Places
    window: int = 0
    relay: bool = False


LINK, STICK, RELAY = "link", "stick", "relay"
"""How a frame came. What was carried tells nothing of a clock; what was asked of a relay tells nothing of how far our feed was read."""


def push(desk: Desk, frame: bytes, now: int, way: str = LINK) -> bytes:
    """Answers a push; with the feed unless a relay brings it. Raises Problem: garbled, unknown_device, signature, storage_unreachable."""
    said = _read(Push, frame)
    device = _device(desk, said.device, Push, frame)
    if way == RELAY:
        said = replace(said, room=0, report=None)
    taken = desk.database.write(lambda sql: _take(desk, sql, device, said, frame, now, way))
    if said.run is not None and taken.kind == wire.OK:
        _judge(desk, device, said.epoch, now)
    answer = desk.database.read(lambda sql: _answer(desk, sql, device, said, taken, now))
    return wire.seal(answer, desk.centre.sign, said.nonce)


def _read(kind: type[wire.S], frame: bytes) -> wire.S:
    try:
        return wire.peek(kind, frame)
    except wire.Refused as refused:
        raise Problem(refused.code) from refused


def _device(desk: Desk, handle: int, kind: type[wire.Said], frame: bytes) -> Device:
    device = desk.database.read(lambda sql: devices.find(sql, handle))
    if device is None:
        raise Problem("unknown_device")
    if not wire.signed_by(kind, frame, checker(device.public_key)):
        raise Problem("signature")
    return device


def _take(desk: Desk, sql: Sql, device: Device, said: Push, frame: bytes, now: int, way: str) -> ingest.Taken:
    met = logs.cursor(sql, device.office, device.device, said.epoch) is not None
    begins = not met and said.run is not None and said.run.first == 1 and said.epoch > 1
    taken = ingest.take(sql, device, said, frame, now, late=way == RELAY)
    if way != RELAY:
        devices.saw(sql, device.device, now, said.wall - now if way == LINK else device.skew, said.feed)
    if said.report is not None:
        devices.reported(sql, device.device, said.report.app, said.report.fp, said.report.unsent, said.report.oldest)
        if not desk.relay:
            leases.provide(sql, device, said, now)
    if begins and taken.kind == wire.OK and said.run is not None and said.run.parent is not None:
        _lost_by(sql, device, said.run.parent)
    elif not met and said.run is None and said.epoch > 1 and device.state != devices.REVOKED:
        _meet(sql, device, said.epoch)
    return taken


def _meet(sql: Sql, device: Device, epoch: int) -> None:
    """A book went on in a lineage that we do not know and has nothing to send: what follows in earlier ones is a copy's, and it must hear of it."""
    logs.meet_lineage(sql, device.office, device.device, epoch)
    _lost_by(sql, device, wire.Parent(0, 0, b""))


def _lost_by(sql: Sql, device: Device, parent: wire.Parent) -> None:
    """A book that was put back from a copy lacks what its first lineage sent after that copy; its office's feed brings it back.

    Later lineages stand in the feed already: see `judge`.
    """
    first = logs.cursor(sql, device.office, device.device, 1)
    after = parent.seq if parent.epoch == 1 else 0
    if parent.epoch <= 1 and first is not None and first.next - 1 > after:
        told_of(sql, device, first, after)


def _judge(desk: Desk, device: Device, epoch: int, now: int) -> None:
    """Entries are safe already; whatever goes wrong here is a fault of ours and is tried again later."""
    at = desk.database.read(lambda sql: logs.cursor(sql, device.office, device.device, epoch))
    if at is None or at.judged >= at.next - 1:
        return
    try:
        judge(desk.database, at, desk.places, now)
    except Problem:
        raise
    except Exception:
        _log.exception("device %d, epoch %d could not be judged after entry %d", device.device, epoch, at.judged)


def _answer(desk: Desk, sql: Sql, device: Device, said: Push, taken: ingest.Taken, now: int) -> Answer:
    kind, page = taken.kind, None
    if kind != wire.QUARANTINED and said.room:
        if feed.agrees(sql, device.office, said.feed, said.check):
            page = feed.page(sql, device.office, said.feed, said.room)
        elif kind == wire.OK:
            kind = wire.FEED_DIFFERS
    safe = logs.safe(sql, device.office, device.device, taken.epoch)
    policy = ON_A_LAN if desk.relay else replace(POLICY, window=desk.window) if desk.window else None
    box = desk.centre.box.public if said.wants & wire.WANTS_BOX else b""
    return Answer(kind, desk.centre.instance, taken.epoch, taken.next, taken.head, now, page, safe, policy, box)


def probe(desk: Desk, frame: bytes, now: int) -> bytes:
    """Tells a device which of its entries are here, and opens a new lineage for it. Raises Problem as `push` does, and device_taken."""
    said = _read(Probe, frame)
    device = _device(desk, said.device, Probe, frame)
    answer = desk.database.write(lambda sql: _probed(desk, sql, device, said, now))
    return wire.seal(answer, desk.centre.sign, said.nonce)


def _probed(desk: Desk, sql: Sql, device: Device, said: Probe, now: int) -> ProbeAnswer:
    known = []
    for epoch, seq in said.ask:
        at = logs.cursor(sql, device.office, device.device, epoch)
        known.append((entry_uid(sql, at, seq) if at is not None else None) or b"")
    if said.open is None or device.state == devices.REVOKED:
        return ProbeAnswer(tuple(known))
    whose = device
    if said.clone is not None:
        whose = _clone(sql, device, *said.clone, now)
    again = logs.opened_by(sql, whose.office, whose.device, said.request)
    epoch = again or _next_epoch(max(logs.newest_epoch(sql, whose.office, whose.device), said.newest, said.open.epoch), relay=desk.relay)
    if again is None:
        logs.open_lineage(sql, whose.office, whose.device, epoch, first_hash(whose.uuid, epoch, said.open.head), said.request)
        _lost_by(sql, device, said.open)
    return ProbeAnswer(tuple(known), epoch, whose.device)


def _next_epoch(newest: int, *, relay: bool) -> int:
    """The centre gives even numbers and a relay odd ones: neither knows what the other gave, and two copies of a book that asked one each must not
    go on under the same name.
    """
    return newest + 1 + ((newest + 1) % 2 != int(relay))


def _clone(sql: Sql, device: Device, uuid: bytes, public_key: bytes, now: int) -> Device:
    handle = handle_of(uuid)
    found = devices.find(sql, handle)
    if found is not None:
        if (found.uuid, found.public_key) != (uuid, public_key):
            raise Problem("device_taken")
        return found
    made = dataclass_replace(device, device=handle, uuid=uuid, public_key=public_key, enrolled_at=now, seen_at=now)
    devices.add(sql, made)
    return made


def fetch(desk: Desk, frame: bytes, now: int) -> bytes:
    """A part of an office's state, for a new or re-imaged PC. Raises Problem as `push` does."""
    said = _read(Fetch, frame)
    device = _device(desk, said.device, Fetch, frame)
    if device.state == devices.REVOKED:
        raise Problem("unknown_device")
    part = desk.database.read(lambda sql: _part(desk, sql, device, said, now))
    return wire.seal(part, desk.centre.sign, said.nonce)


def _fitting(written: list[parcels.Written]) -> list[bytes]:
    """What was written about a subject, as much as one part can hold: nobody writes so much of one parcel, and nobody may stop an office by it."""
    items, size = [], 0
    for each in written:
        items.append(wire.pack_item(FeedEntry(*each.fact.id, each.fact.uid, each.stored)))
        size += len(items[-1])
        if size > feed.MOST:
            _log.error("%d of %d entries about one subject fit a part", len(items), len(written))
            break
    return items


def _part(desk: Desk, sql: Sql, device: Device, said: Fetch, now: int) -> Part:
    pos, check = (0, wire.FEED_START) if desk.relay else end(sql, device.office)
    subjects = parcels.scope(sql, device.office, said.after, now - KEEP_CLOSED_MS, max(1, said.room // 100))
    known = parcels.history(sql, subjects) if subjects else {}
    items: list[bytes] = []
    size, last = 0, said.after
    for subject in subjects:
        entries = _fitting(known.get(subject, []))
        more = sum(map(len, entries))
        if size >= said.room * 4 or (size and size + more > feed.MOST):
            break
        items, size, last = items + entries, size + more, subject
    told = [subject for subject in subjects if subject <= last]
    items += [wire.pack_item(verdict) for verdict in standing(sql, device.office, told, unnamed=not said.after)]
    done = not subjects or (last == subjects[-1] and len(subjects) < max(1, said.room // 100))
    return Part(pos, check, len(items), wire.pack_page(items), last, done, desk.centre.instance)
