"""Segments that came on a stick or through another's link: each frame goes the way of every push, the answers go back sealed to the asker."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from central_server import exchange
from central_server.exchange import Desk
from central_server.problems import Problem
from central_server.storage import devices
from corner_app.sync import stick, wire
from corner_app.sync.sealing import IN, OUT, Label, Reply, Segment, Unopened, Word, hint, read_label, seal, signed
from corner_app.sync.signing import checker
from corner_app.sync.stick import StickTrouble

_UNOPENED = {"damaged": "segment_damaged", "elsewhere": "segment_elsewhere"}


@dataclass(frozen=True)
class Carried:
    """One file of a stick. code: "answered", else why it was not; frames: how many were answered, refused: of them with a refusal."""

    file: str
    code: str
    frames: int = 0
    refused: int = 0


def answer(desk: Desk, sealed: bytes, now: int) -> bytes:
    """Takes a sealed segment in and gives the sealed reply.

    Raises Problem: segment_damaged, segment_elsewhere, unknown_device, signature, storage_unreachable.
    """
    return _answer(desk, sealed, now)[0]


def _answer(desk: Desk, sealed: bytes, now: int) -> tuple[bytes, Reply]:
    try:
        label, segment = read_label(OUT, sealed), desk.centre.box.open(OUT, sealed, Segment)
    except Unopened as unopened:
        raise Problem(_UNOPENED[unopened.code]) from unopened
    way = exchange.STICK if segment.signature else exchange.RELAY  # a relay has nothing to sign with that we know: its frames prove themselves
    if way == exchange.STICK:
        _prove(desk, label, segment)
    words = tuple(_word(partial(_pushed, desk, frame, now, way)) for frame in segment.frames)
    fetched = _word(partial(_fetched, desk, segment.fetch, now)) if segment.fetch and way == exchange.STICK else None
    reply = Reply(segment.device, words, fetched)
    back = Label(label.office, label.counter, label.device, label.order, label.first, label.last, hint(segment.box))
    return seal(IN, back, reply, segment.box, secrets.token_bytes), reply


def _prove(desk: Desk, label: Label, segment: Segment) -> None:
    device = desk.database.read(lambda sql: devices.find(sql, segment.device))
    if device is None or label.device != segment.device:
        raise Problem("unknown_device")
    if not signed(segment, checker(device.public_key)):
        raise Problem("signature")


def _pushed(desk: Desk, frame: bytes, now: int, way: str) -> tuple[bytes, bytes]:
    return wire.peek(wire.Push, frame).nonce, exchange.push(desk, frame, now, way)


def _fetched(desk: Desk, frame: bytes, now: int) -> tuple[bytes, bytes]:
    return wire.peek(wire.Fetch, frame).nonce, exchange.fetch(desk, frame, now)


def _word(ask: Callable[[], tuple[bytes, bytes]]) -> Word:
    """A refused frame stops no other; storage that does not answer stops all, for then nothing may be said."""
    try:
        return Word(*ask())
    except wire.Refused as refused:
        return Word(bytes(wire.NONCE_SIZE), b"", refused.code)
    except Problem as problem:
        if problem.status >= 500:
            raise
        return Word(bytes(wire.NONCE_SIZE), b"", problem.code)


def carry(desk: Desk, folder: Path, now: Callable[[], int]) -> list[Carried]:
    """Answers every segment in a folder, each beside it. Raises Problem: stick_gone, stick_full, stick_damaged, storage_unreachable."""
    done = []
    try:
        for file in stick.listed(folder, stick.OUT):
            try:
                sealed, reply = _answer(desk, stick.read(file), now())
            except Problem as problem:
                if problem.status >= 500:
                    raise
                done.append(Carried(file.name, problem.code))
                continue
            stick.write(file.with_suffix(stick.IN), sealed)
            words = [*reply.words, *([reply.fetched] if reply.fetched is not None else [])]
            done.append(Carried(file.name, "answered", len(words), sum(bool(word.code) for word in words)))
    except StickTrouble as trouble:
        raise Problem(trouble.code) from trouble
    return done
