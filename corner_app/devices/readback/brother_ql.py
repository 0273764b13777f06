"""Brother QL raster bytes back to a picture: what our own simulator shows. The picture is the print area of the roll the stream asks for."""

from __future__ import annotations

from dataclasses import dataclass

from corner_app.devices.languages.brother_ql import ROLLS, Roll
from corner_app.devices.languages.dots import mirrored, moved, stride_of
from corner_app.devices.readback.picture import Picture, Unreadable

_BODY = {
    b"\x1b@": 0, b"\x1bia": 1, b"\x1bi!": 1, b"\x1biz": 10, b"\x1biM": 1, b"\x1biA": 1, b"\x1biK": 1, b"\x1bid": 2, b"\x1biS": 0, b"M": 1, b"Z": 0,
    b"\x00": 0, b"\x1a": 0, b"\x0c": 0,
}  # fmt: skip
"""Bytes behind a command of fixed length."""


@dataclass(frozen=True, slots=True)
class _Command:
    name: bytes
    body: bytes
    end: int


def split(data: bytes) -> tuple[list[bytes], bytes]:
    """The whole labels of a stream, each up to its print command (1A, or 0C between labels), and the rest; together they are the stream.

    A question (`ESC i S`) is a piece of its own where it stands between labels, without a picture; one within a label is not answered by Brother's printers.
    """
    pieces: list[bytes] = []
    start = at = 0
    inked = False
    while (command := _command(data, at)) is not None:
        at = command.end
        inked = inked or command.name in (b"g", b"Z")
        if command.name in (b"\x1a", b"\x0c") or (command.name == b"\x1biS" and not inked):
            pieces.append(data[start:at])
            start, inked = at, False
    return pieces, data[start:]


def questions(piece: bytes) -> int:
    """How often a piece asks for the status."""
    return sum(command.name == b"\x1biS" for command in _commands(piece))


def read(piece: bytes) -> Picture:
    """The label a piece prints. Raises Unreadable, also when it prints none or asks for paper that is not in the list."""
    paper, packed = b"", False
    lines: list[bytes] = []
    for command in _commands(piece):
        match command.name:
            case b"\x1b@":
                paper, packed, lines = b"", False, []
            case b"\x1biz":
                paper = command.body
            case b"M":
                packed = command.body == b"\x02"
            case b"Z":
                lines.append(b"")
            case b"g":
                lines.append(_unpacked(command.body[2:]) if packed else command.body[2:])
    if not lines or not paper:
        raise Unreadable("no lines or no paper")
    return _picture(lines, *_roll(paper))


def _commands(data: bytes) -> list[_Command]:
    made: list[_Command] = []
    while (command := _command(data, made[-1].end if made else 0)) is not None:
        made.append(command)
    return made


def _command(data: bytes, at: int) -> _Command | None:
    """The command that begins there, one byte of noise as a command of its own; None when it has not wholly come."""
    if at >= len(data):
        return None
    if data[at : at + 1] == b"g":
        return _sized(data, at, 1, 2 + data[at + 2]) if len(data) >= at + 3 else None
    for long in (3, 2, 1):
        name = data[at : at + long]
        if len(name) == long and name in _BODY:
            return _sized(data, at, long, _BODY[name])
    if any(name.startswith(data[at : at + 3]) for name in _BODY) and len(data) - at < 3:
        return None
    return _Command(data[at : at + 1], b"", at + 1)


def _sized(data: bytes, at: int, name: int, body: int) -> _Command | None:
    end = at + name + body
    return _Command(data[at : at + name], data[at + name : end], end) if end <= len(data) else None


def _roll(paper: bytes) -> tuple[int, Roll]:
    """Width in dots and the roll, by what `ESC i z` says of it."""
    for (width, _), roll in ROLLS.items():
        if (roll.width_mm, roll.length_mm) == (paper[2], paper[3]):
            return width, roll
    raise Unreadable(f"no roll of {paper[2]} x {paper[3]} mm")


def _picture(lines: list[bytes], width: int, roll: Roll) -> Picture:
    pins = roll.pins // 8
    if any(len(line) not in (0, pins) for line in lines):
        raise Unreadable(f"lines that are not {pins} bytes")
    rows = mirrored(roll.pins, b"".join(line or bytes(pins) for line in lines))
    left = roll.pins - roll.margin - width
    rows = moved(roll.pins, rows, -left, 0)
    stride, spare = stride_of(width), -width % 8
    keep = ~((1 << spare) - 1)
    cut = b"".join((int.from_bytes(rows[at : at + stride]) & keep).to_bytes(stride) for at in range(0, len(rows), pins))
    return Picture(width, len(lines), cut)


def _unpacked(packed: bytes) -> bytes:
    """PackBits (TIFF): a length, then one byte to repeat or so many to copy."""
    made = bytearray()
    at = 0
    while at < len(packed):
        count = packed[at]
        if count > 127:
            made += packed[at + 1 : at + 2] * (257 - count)
            at += 2
        else:
            made += packed[at + 1 : at + 2 + count]
            at += 2 + count
    return bytes(made)
