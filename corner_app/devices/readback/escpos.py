"""ESC/POS bytes back to a picture, and to what else they ask of a printer: what our own simulator shows and answers.

Dots are read in all three ways they are sent; text is not drawn, only seen. Commands inside a picture's dots are dots.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from corner_app.devices.languages.dots import rows_of, stride_of
from corner_app.devices.readback.picture import Picture, Unreadable

What = Literal["dots", "text", "feed", "cut", "kick", "confirm", "query", "set_up", "unknown"]
_LONGEST = 1 << 20
"""Bytes of the longest command believed; more is noise that looks like one."""
_HIGHEST, _LARGEST = 50_000, 1 << 24
"""Rows of the longest, bytes of the largest picture believed."""
_SPACING = 30
"""Dots of a line of 1/6 inch where a vertical unit is a dot."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing asked of the printer.

    dots: a slice or a line of dots, or their printing. cut, feed. kick: detail is pin 2 or 5. confirm: detail is the four characters to give back
    when printed. query: detail is which status. text, set_up, unknown: detail is 0 or b"".
    """

    what: What
    detail: int | bytes = 0


def split(data: bytes) -> tuple[list[bytes], bytes]:
    """The whole pieces of a stream, and the rest, which may still become one; together they are the stream.

    A receipt ends behind its last cut, feed of lines (`ESC d`) or request to confirm, taken together as far as they have come. Between receipts a
    question, a drawer's pulse, a cut and a late request to confirm are pieces of their own, without a picture.
    """
    pieces: list[bytes] = []
    start = end = 0
    inked = ending = False

    def close(at: int) -> None:
        nonlocal start, inked, ending
        pieces.append(data[start:at])
        start, inked, ending = at, False, False

    for command in _commands(data):
        ends = command.what in ("cut", "confirm") or (command.what == "feed" and command.name == b"\x1bd" and (inked or ending))
        if ending and not ends:
            close(end)
        end = command.end
        if ends:
            ending = True
        elif command.what in ("dots", "text", "unknown"):
            inked = True
        elif command.what in ("query", "kick") and not inked:
            close(end)
    if ending:
        close(end)
    return pieces, data[start:]


def seen(piece: bytes) -> tuple[Seen, ...]:
    """What a piece asks of the printer, in order."""
    return tuple(Seen(command.what, command.detail) for command in _commands(piece))


def read(piece: bytes) -> Picture:
    """The dots of a piece from the first row to the last, as wide as its widest slice. Raises Unreadable, also when there are none."""
    paper = _Paper()
    for command in _commands(piece):
        paper.take(command)
    return paper.picture()


@dataclass(frozen=True, slots=True)
class _Command:
    """name: its first two bytes. body: the parameters behind. end: where it ends in the stream."""

    name: bytes
    body: bytes
    end: int
    what: What
    detail: int | bytes = 0


_BODY = {
    b"\x1b@": 0, b"\x1b2": 0, b"\x1bi": 0, b"\x1bm": 0, b"\x1bL": 0, b"\x1bS": 0, b"\x1b<": 0, b"\x1b\x0c": 0, b"\x1bp": 3, b"\x1b$": 2, b"\x1b\\": 2,
    b"\x1bc": 2, b"\x1bB": 2, b"\x1bW": 8, b"\x1dL": 2, b"\x1dW": 2, b"\x1dP": 2, b"\x1d$": 2, b"\x1d\\": 2, b"\x1d/": 1, b"\x1d^": 3, b"\x1d:": 0,
    b"\x1c&": 0, b"\x1c.": 0, b"\x1cp": 2, b"\x1cS": 2, b"\x10\x05": 1,
} | {bytes([0x1B, code]): 1 for code in b" !%-3=?EGJMRTUVadrtu{"} | {bytes([0x1D, code]): 1 for code in b"!BHIabfhrw"} | {
    bytes([0x1C, code]): 1 for code in b"!-W"
}  # fmt: skip
"""Bytes behind a command of fixed length."""
_REAL_TIME = {1: 3, 2: 3, 3: 3, 7: 2, 8: 8}
"""Bytes behind `DLE DC4`, by its first one."""


def _commands(data: bytes) -> Iterator[_Command]:
    """The whole commands from the beginning; ends before the first that is not whole. A run of text is one command."""
    at = 0
    while at < len(data):
        if data[at] not in b"\x10\x1b\x1c\x1d":
            stop = at + 1
            if data[at] != 0x0A:
                while stop < len(data) and data[stop] not in b"\n\x10\x1b\x1c\x1d":
                    stop += 1
            yield _plain(data[at:stop], stop)
            at = stop
            continue
        if at + 2 > len(data):
            return
        size = _size(data, at)
        if size > _LONGEST:
            yield _Command(data[at : at + 1], b"", at + 1, "unknown")
            at += 1
            continue
        if size == 0 or at + size > len(data):
            return
        yield _command(data[at : at + 2], data[at + 2 : at + size], at + size)
        at += size


def _plain(run: bytes, end: int) -> _Command:
    if run == b"\n":
        return _Command(run, b"", end, "feed")
    return _Command(b"", run, end, "text" if run.strip(b"\0\r\t\x11\x13") else "set_up")


def _size(data: bytes, at: int) -> int:
    """Bytes of the command that begins there; 0 when it has not come far enough to say."""
    name, body = data[at : at + 2], data[at + 2 : at + 12]
    if name in _BODY:
        return 2 + _BODY[name]
    if name[1:] == b"(":
        return 5 + _number(body[1:3]) if len(body) >= 3 else 0
    match name:
        case b"\x1dv":
            return 8 + _number(body[2:4]) * _number(body[4:6]) if len(body) >= 6 else 0
        case b"\x1d8":
            return 7 + _number(body[1:5]) if len(body) >= 5 else 0
        case b"\x1d*":
            return 4 + body[0] * body[1] * 8 if len(body) >= 2 else 0
        case b"\x1b*":
            return 5 + _number(body[1:3]) * (3 if body[0] in (32, 33) else 1) if len(body) >= 3 else 0
        case b"\x1dV":
            return 0 if not body else 3 if body[0] in (0, 1, 48, 49) else 4
        case b"\x10\x04":
            return 0 if not body else 4 if body[0] in (7, 8, 18) else 3
        case b"\x10\x14":
            return 0 if not body else 2 + _REAL_TIME.get(body[0], 1)
        case b"\x1dk":
            return _bar_code_size(data, at)
        case b"\x1bD":
            return data.find(b"\0", at + 2) + 1 - at if b"\0" in data[at + 2 : at + 36] else 0 if len(data) < at + 36 else 2
    return 2


def _bar_code_size(data: bytes, at: int) -> int:
    kind = data[at + 2 : at + 4]
    if len(kind) < 2:
        return 0
    if kind[0] >= 65:
        return 4 + kind[1]
    ends = data.find(b"\0", at + 3, at + 300)
    return ends + 1 - at if ends >= 0 else 0 if len(data) < at + 300 else 2


def _number(little: bytes) -> int:
    return int.from_bytes(little, "little")


def _command(name: bytes, body: bytes, end: int) -> _Command:
    what: What = "set_up"
    detail: int | bytes = 0
    match name:
        case b"\x1dv" | b"\x1b*" | b"\x1d8":
            what = "dots"
        case b"\x1d(" if body[:1] == b"L":
            what = "dots"
        case b"\x1d(" if body[:1] == b"H" and len(body) == 9 and body[3:5] in (b"00", b"0\0"):
            what, detail = "confirm", body[5:9]
        case b"\x1bJ" | b"\x1bd":
            what = "feed"
        case b"\x1dV" | b"\x1bi" | b"\x1bm":
            what = "cut"
        case b"\x1bp":
            what, detail = "kick", 5 if body[0] in (1, 49) else 2
        case b"\x10\x14" if body[0] == 1:
            what, detail = "kick", 5 if body[1] == 1 else 2
        case b"\x10\x04" | b"\x1dr" | b"\x1dI":
            what, detail = "query", body[0] if name == b"\x10\x04" else name + body
        case b"\x1dk":
            what = "text"
        case _ if name not in _BODY and name[1:] != b"(":
            what = "unknown"
    return _Command(name, body, end, what, detail)


class _Paper:
    """Rows as they come out; white fed behind the last dots is no part of the picture."""

    def __init__(self) -> None:
        self.parts: list[tuple[int, bytes]] = []
        self.height = self.white = 0
        self.spacing = _SPACING
        self.line = b""
        self.stored: tuple[int, bytes] | None = None

    def take(self, command: _Command) -> None:
        """Raises Unreadable for dots in a form we do not draw."""
        body = command.body
        match command.name:
            case b"\x1b@":
                self.spacing, self.line, self.stored = _SPACING, b"", None
            case b"\x1b2":
                self.spacing = _SPACING
            case b"\x1b3":
                self.spacing = body[0]
            case b"\n":
                self._feed(self.spacing)
            case b"\x1bJ":
                self._feed(body[0])
            case b"\x1bd":
                self._feed(body[0] * self.spacing)
            case b"\x1dV" | b"\x1bi" | b"\x1bm":
                self._feed(0)
            case b"\x1dv":
                self._raster(body)
            case b"\x1b*":
                self._column(body)
            case b"\x1d(" if body[:1] == b"L":
                self._graphics(body[3:])
            case b"\x1d8":
                self._graphics(body[5:])

    def picture(self) -> Picture:
        """What is on the paper."""
        self._feed(0)
        stride = max((stride for stride, _ in self.parts), default=0)
        if stride * self.height > _LARGEST:
            raise Unreadable("larger than any receipt")
        rows = b"".join(
            part if own == stride else b"".join(part[at : at + own].ljust(stride, b"\0") for at in range(0, len(part), own)) for own, part in self.parts
        )
        if not rows:
            raise Unreadable("no dots")
        return Picture(stride * 8, len(rows) // stride, rows)

    def _print(self, stride: int, rows: bytes) -> None:
        if not rows:
            raise Unreadable("an empty slice")
        if self.white and self.parts:
            self.parts.append((1, bytes(self.white)))
            self.height += self.white
        self.white = 0
        self.parts.append((stride, rows))
        self.height += len(rows) // stride
        if self.height > _HIGHEST:
            raise Unreadable("longer than any receipt")

    def _feed(self, dots: int) -> None:
        """Ends a line of columns, which is at least as high as they are."""
        if self.line:
            line, self.line = self.line, b""
            line += bytes(-len(line) % 24)
            self._print(len(line) // 24, b"".join(rows_of(line[third::3]) for third in range(3)))
            dots = max(0, dots - 24)
        self.white = min(self.white + dots, _HIGHEST)

    def _raster(self, body: bytes) -> None:
        if body[:1] not in b"0" or body[1:2] not in b"\x000":
            raise Unreadable("scaled dots")
        self._print(_number(body[2:4]), body[6:])

    def _column(self, body: bytes) -> None:
        if body[0] != 33:
            raise Unreadable(f"columns in mode {body[0]}")
        self.line += body[3:]

    def _graphics(self, body: bytes) -> None:
        """`GS ( L`: function 112 keeps a slice, function 50 prints it; others store, erase or ask, and print nothing."""
        match body[1:2]:
            case b"p":
                width, height = _number(body[6:8]), _number(body[8:10])
                if body[2:6] != b"0\x01\x011" or len(body) - 10 != stride_of(width) * height:
                    raise Unreadable("graphics not in one colour and plain size")
                self.stored = stride_of(width), body[10:]
            case b"2" | b"\x02" if self.stored is not None:
                self._print(*self.stored)
                self.stored = None
