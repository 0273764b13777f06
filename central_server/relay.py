"""One PC of an office keeps copies for its other counters on the LAN: the centre's own code over SQLite, with an identity of its own.

It stores signed frames as they came and forwards them as they are; it never numbers, changes or signs anything of a counter's. Its word is
the first tick; only the centre's makes the second. A counter may push to both: (device, epoch, seq) names an entry wherever it lies.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import msgspec

from central_server import identity
from central_server.exchange import Desk
from central_server.problems import Problem
from central_server.storage import database, devices, feeds, logs
from central_server.storage.database import Database, Sql
from central_server.storage.logs import Cursor, Kept
from central_server.storage.migrate import migrate
from corner_app.domain.entries import EntryId
from corner_app.sync import sealing, wire
from corner_app.sync.sealing import IN, OUT, Label, Reply, Segment, Unopened, hint
from corner_app.sync.signing import checker
from corner_app.sync.wire import Answer, FeedEntry

_log = logging.getLogger("corner.relay")
TICK_S = 5.0
"""Seconds between two looks at what came from the centre and what it lacks."""
AT_ONCE = 500
"""Arrived entries taken over in one transaction."""
REFUSED_TICKS, MOST_TICKS = 120, 60
"""Ticks until a lineage that the centre refused is tried again, and at most after the centre did not answer: the link is slow and its bytes are paid."""
_ENOUGH = 2_000_000
"""Bytes of frames forwarded in one segment: the office's link may be slow."""
_FAR = 50_000
"""Entries of one lineage looked at for one segment."""
_ARRIVED, _INSTANCE, _SEEN = "relay_arrived", "relay_centre", "relay_seen"


class Unreached(Exception):
    """The centre did not answer the relay."""


@dataclass(frozen=True)
class Upstream:
    """The centre as the primary PC's book knows it. public_key: of its answers; box: that files are sealed to."""

    public_key: bytes
    box: bytes


class Primary(Protocol):
    """The PC the relay runs on: its book, read only, and its link."""

    def upstream(self) -> Upstream | None:
        """The centre its book is enrolled at, None before it is."""

    def arrived(self, after: int, limit: int) -> Sequence[tuple[int, EntryId, bytes, bytes]]:
        """(number, name, uid, stored bytes) of what other books wrote and this one got, behind a number."""

    def post(self, path: str, body: bytes, kind: str, limit: int) -> tuple[int, str, bytes]:
        """Posts to the centre: status, media type and body of whatever answers, at most `limit` bytes. Raises Unreached."""


def make_storage(file: Path, certificate: str, now: int) -> Database:
    """The relay's storage, made and given an identity when it is not there. certificate: SHA-256 of its own, hex."""
    url = f"sqlite:///{file.absolute()}"
    database.connect(url).close()
    migrate(url)
    opened = database.connect(url)
    opened.write(lambda sql: identity.found(sql, now))
    opened.write(lambda sql: devices.tell(sql, "certificate", certificate))
    return opened


class Relay:
    """What a relay does besides answering its counters."""

    def __init__(self, desk: Desk, office: str, primary: Primary) -> None:
        self._desk, self._office, self._primary = desk, office, primary
        self._ticks, self._next, self._failures = 0, 0, 0
        self._refused: dict[tuple[int, int], int] = {}
        self._lacking: set[tuple[int, int]] = set()

    def pass_on(self, path: str, body: bytes, kind: str, limit: int) -> tuple[int, str, bytes]:
        """A counter's question to the centre, word for word, and the centre's answer. Raises Problem("centre_unreachable")."""
        try:
            answer = self._primary.post(path, body, kind, limit)
        except Unreached as unreached:
            raise Problem("centre_unreachable") from unreached
        if path == "/v1/enrol" and answer[0] == 200:  # what the centre refused before it may take now
            self._refused.clear()
            self._next = 0
        return answer

    def tick(self) -> None:
        """Takes over what came from the centre, then forwards what it lacks. A fault is logged and tried again at the next tick."""
        self._ticks += 1
        self._lacking.clear()
        try:
            while self.take_over():
                pass
            if self._ticks >= self._next:
                while self.forward():
                    pass
                self._failures = 0
        except Unreached:
            self._failures += 1
            self._next = self._ticks + min(MOST_TICKS, 1 << min(self._failures, 16))
        except Exception:
            _log.exception("the relay's round failed")

    def take_over(self) -> int:
        """Appends what the primary's book got from others to the counters' feed, once; gives how many."""
        after = int(self._desk.database.read(lambda sql: devices.told(sql, _ARRIVED)) or 0)
        found = self._primary.arrived(after, AT_ONCE)
        if found:
            self._desk.database.write(lambda sql: self._append(sql, found))
        return len(found)

    def _append(self, sql: Sql, found: Sequence[tuple[int, EntryId, bytes, bytes]]) -> None:
        feeds.append(sql, {self._office: [wire.pack_item(FeedEntry(*id, uid, stored)) for _, id, uid, stored in found]})
        devices.tell(sql, _ARRIVED, str(found[-1][0]))

    def forward(self) -> bool:
        """Sends the centre frames it was not seen to have, also of a counter that is switched off. True when more can be sent now. Raises Unreached."""
        upstream = self._primary.upstream()
        due = self._desk.database.read(self._due) if upstream is not None else []
        if upstream is None or not due:
            return False
        words = self._ask(upstream, tuple(kept.frame for _, kept in due))
        if len(words) != len(due):
            raise Unreached
        check = checker(upstream.public_key)
        return self._desk.database.write(lambda sql: self._note(sql, check, due, words))

    def _due(self, sql: Sql) -> list[tuple[Cursor, Kept]]:
        """Of each lineage the last frame, which tells whether the centre has all; the others once it said that it has not."""
        seen = _seen(sql)
        due: list[tuple[Cursor, Kept]] = []
        size = 0
        for at in logs.cursors(sql):
            after = seen.get(_name(at.device, at.epoch), 0)
            if after >= at.next - 1 or self._refused.get((at.device, at.epoch), 0) > self._ticks:
                continue
            lacking = (at.device, at.epoch) in self._lacking
            first, last = (after + 1, min(at.next - 1, after + _FAR)) if lacking else (at.next - 1, at.next - 1)
            for kept in logs.frames(sql, at.office, at.device, at.epoch, first, last):
                if due and (size + len(kept.frame) > _ENOUGH or len(due) == sealing.FRAMES_LIMIT):
                    return due
                due.append((at, kept))
                size += len(kept.frame)
        return due

    def _ask(self, upstream: Upstream, frames: tuple[bytes, ...]) -> tuple[sealing.Word, ...]:
        ours = self._desk.centre
        label = Label(self._office, 0, ours.device, 0, 0, 0, hint(upstream.box))
        segment = Segment(ours.device, ours.box.public, frames, b"", b"")
        sealed = sealing.seal(OUT, label, segment, upstream.box, secrets.token_bytes)
        status, kind, answer = self._primary.post("/v1/segment", sealed, sealing.MEDIA_TYPE, sealing.SEGMENT_LIMIT)
        if status != 200 or kind != sealing.MEDIA_TYPE:
            raise Unreached
        try:
            return ours.box.open(IN, answer, Reply).words
        except Unopened as unopened:
            raise Unreached from unopened

    def _note(self, sql: Sql, check: wire.Check, due: list[tuple[Cursor, Kept]], words: tuple[sealing.Word, ...]) -> bool:
        """Keeps how far the centre was seen to have each lineage, up or down. True when it went on."""
        seen, went_on = _seen(sql), False
        for (at, kept), word in zip(due, words, strict=True):
            whose = (at.device, at.epoch)
            answer = _proven(kept.frame, word, check)
            if answer is None:
                self._refused[whose] = self._ticks + REFUSED_TICKS
                continue
            if devices.told(sql, _INSTANCE) != answer.instance.hex():  # another centre, or put back from a copy: it may lack anything
                devices.tell(sql, _INSTANCE, answer.instance.hex())
                seen = {}
            if answer.kind not in (wire.OK, wire.GAP):  # its counter settles that with the centre
                self._refused[whose] = self._ticks + REFUSED_TICKS
                continue
            if answer.kind == wire.GAP:
                went_on = went_on or whose not in self._lacking
                self._lacking |= {whose, (at.device, answer.epoch)}
            name = _name(at.device, answer.epoch)
            went_on = went_on or answer.next - 1 > seen.get(name, 0)
            seen[name] = answer.next - 1
        devices.tell(sql, _SEEN, msgspec.json.encode(seen).decode())
        return went_on


def _proven(frame: bytes, word: sealing.Word, check: wire.Check) -> Answer | None:
    """The centre's signed answer to a stored frame, None for anything else."""
    try:
        return None if word.code else wire.unseal(Answer, word.frame, check, wire.peek(wire.Push, frame).nonce)
    except wire.Refused:
        return None


def _seen(sql: Sql) -> dict[str, int]:
    """Up to which entry the centre was seen to have each lineage."""
    return msgspec.json.decode(devices.told(sql, _SEEN) or "{}", type=dict[str, int])


def _name(device: int, epoch: int) -> str:
    return f"{device}.{epoch}"
