"""What of a page a label printer draws itself, and the rest of its black in few strips of dots, for languages that cannot compress.

On a line of 9600 baud a label as one bitmap takes two minutes. Most of it is white, plain black or a code; so with image "strips" the printer draws
the codes and the plain black rectangles, and what is left is cut along white and black lanes into strips with little white in them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Literal

from corner_app.devices.languages.dots import cleared, moved, stride_of, turned
from corner_app.devices.languages.page import Code, Page
from corner_app.devices.profile import Profile
from corner_app.devices.readback.drawn_codes import drawn
from corner_app.devices.readback.picture import Unreadable

Kind = Literal["code128", "qr"]
_STRIP, _BAR = 32, 22
"""Bytes that the command for a strip, and for a black rectangle, takes at most."""
_DEEPEST = 60
"""How often a part is cut again."""
_PLAIN = re.compile(r"[0-9A-Za-z][0-9A-Za-z./:?=&#_+-]*")
"""Texts without a letter that means something in one of the languages."""


class DoesNotFit(ValueError):
    """The page is larger than the paper of the profile; the message gives both."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A code the printer draws, see `page.Code`."""

    kind: Kind
    x: int
    y: int
    module: int
    height: int
    text: str


@dataclass(frozen=True, slots=True)
class Strip:
    """A rectangle of dots. x, a whole byte, and y: its left upper corner. stride: bytes of a row. rows: 1 is black."""

    x: int
    y: int
    stride: int
    rows: bytes

    @property
    def height(self) -> int:
        """Rows."""
        return len(self.rows) // self.stride


@dataclass(frozen=True, slots=True)
class Bar:
    """A black rectangle in dots."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Ink:
    """All that is printed on paper of so many dots, to be drawn in the order strips, bars, codes: a strip's white may lie under what comes after."""

    width: int
    height: int
    strips: tuple[Strip, ...]
    bars: tuple[Bar, ...] = ()
    codes: tuple[Placed, ...] = ()


def ink(page: Page, profile: Profile, *, kinds: Collection[Kind] = (), bars: bool = False, turn: bool = False) -> Ink:
    """The page on the profile's paper, moved by its offsets.

    kinds, bars: what the language can draw itself, used for image "strips" only. turn: the language cannot print upside down, so the dots are
    turned. A code is left to the printer only where its dots are those of the page, so not on a turned one. Raises DoesNotFit.
    """
    width, height, rows = _on_paper(page, profile)
    rows = moved(width, rows, profile.offset_x, profile.offset_y)
    if turn and profile.rotate:
        rows = turned(width, rows)
    stride = stride_of(width)
    if profile.image == "bitmap":
        return Ink(width, height, (Strip(0, 0, stride, rows),))
    lines = [int.from_bytes(rows[at : at + stride]) for at in range(0, len(rows), stride)]
    sheet = _Sheet(lines, stride, bars=bars)
    codes = tuple(_taken(page.codes, kinds, sheet, width, profile))
    cut = sheet.pieces()
    strips = tuple(sheet.strip(part) for part in cut if not (bars and part.black))
    return Ink(width, height, strips, tuple(part.bar for part in cut if bars and part.black), codes)


def _on_paper(page: Page, profile: Profile) -> tuple[int, int, bytes]:
    """Width, height and dots of the paper, with white where the page is smaller."""
    width = profile.width
    height = page.height if profile.media == "continuous" or not profile.height else profile.height
    if page.width > width or page.height > height:
        raise DoesNotFit(f"{page.width} x {page.height} dots on {width} x {height}")
    rows, stride, wide = cleared(page.width, page.rows), stride_of(page.width), stride_of(width)
    if wide > stride:
        rows = b"".join(rows[at : at + stride].ljust(wide, b"\0") for at in range(0, len(rows), stride))
    return width, height, rows.ljust(wide * height, b"\0")


def _taken(codes: Collection[Code], kinds: Collection[Kind], sheet: _Sheet, width: int, profile: Profile) -> Iterator[Placed]:
    """The codes the printer draws; their dots are taken from the sheet."""
    for code in codes:
        if code.kind not in kinds or not _PLAIN.fullmatch(code.text):
            continue
        x, y = code.x + profile.offset_x, code.y + profile.offset_y
        try:
            dots = drawn(code)
        except Unreadable:
            continue
        if x >= 0 and y >= 0 and x + dots.width <= width and sheet.take(x, y, dots.width, dots.rows):
            yield Placed(code.kind, x, y, code.module, code.height, code.text)


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a sheet, from dot to dot, the last ones not included. black: nothing else is in it."""

    left: int
    top: int
    right: int
    bottom: int
    black: bool = False

    @property
    def bytes(self) -> int:
        """Of the command and dots of a strip."""
        return _STRIP + ((self.right + 7) // 8 - self.left // 8) * (self.bottom - self.top)

    @property
    def bar(self) -> Bar:
        """Itself, when black."""
        return Bar(self.left, self.top, self.right - self.left, self.bottom - self.top)


_LANES = re.compile("[WB]+")
_RUNS = re.compile("W+|B+")


class _Sheet:
    """Rows of dots as numbers, and how they are cut: along lanes of white and of black that run through a whole part, again and again."""

    def __init__(self, lines: list[int], stride: int, *, bars: bool) -> None:
        self._lines, self._stride, self._bars = lines, stride, bars

    def take(self, x: int, y: int, width: int, rows: tuple[tuple[int, int], ...]) -> bool:
        """Takes these dots away if they, and no others, stand there."""
        shift = self._stride * 8 - x - width
        box, at = ((1 << width) - 1) << shift, y
        for bits, high in rows:
            there = self._lines[at : at + high]
            if len(there) < high or any(line & box != bits << shift for line in there):
                return False
            at += high
        self._lines[y:at] = [line & ~box for line in self._lines[y:at]]
        return True

    def strip(self, part: _Part) -> Strip:
        """The dots of a part, out to whole bytes."""
        left, right = part.left // 8, (part.right + 7) // 8
        shift, box = (self._stride - right) * 8, (1 << (right - left) * 8) - 1
        rows = b"".join(((line >> shift) & box).to_bytes(right - left) for line in self._lines[part.top : part.bottom])
        return Strip(left * 8, part.top, right - left, rows)

    def pieces(self) -> list[_Part]:
        """The black of the sheet."""
        return self._cut(_Part(0, 0, self._stride * 8, len(self._lines)), _DEEPEST)

    def _cut(self, part: _Part, deeper: int) -> list[_Part]:
        """A part as one strip, or cut, whichever is shorter."""
        close = self._close(part)
        if close is None or close.black or not deeper:
            return [close] if close is not None else []
        down, across = self._kinds(close)
        wide, high = (close.right - close.left + 7) // 8, close.bottom - close.top
        rows, columns = self._worth(down, wide), self._worth(across, high / 8)
        if not rows and not columns:
            return [close]
        if sum(saved for _, saved in rows) >= sum(saved for _, saved in columns):
            made = [_Part(close.left, close.top + a, close.right, close.top + b, black) for a, b, black in _bands(down, rows)]
        else:
            made = [_Part(close.left + a, close.top, close.left + b, close.bottom, black) for a, b, black in _bands(across, columns)]
        cut = [piece for inner in made for piece in ([inner] if inner.black else self._cut(inner, deeper - 1))]
        return cut if sum(self._bytes(piece) for piece in cut) < close.bytes else [close]

    def _close(self, part: _Part) -> _Part | None:
        """The part without the white around, None when there is no black."""
        bits = self._stride * 8
        box = ((1 << (part.right - part.left)) - 1) << (bits - part.right)
        lines = [line & box for line in self._lines[part.top : part.bottom]]
        any_ = reduce(or_, lines, 0)
        if not any_:
            return None
        top = next(n for n, line in enumerate(lines) if line)
        bottom = len(lines) - next(n for n, line in enumerate(reversed(lines)) if line)
        left, right = bits - any_.bit_length(), bits - ((any_ & -any_).bit_length() - 1)
        solid = ((1 << (right - left)) - 1) << (bits - right)
        black = all(line == solid for line in lines[top:bottom])
        return _Part(left, part.top + top, right, part.top + bottom, black)

    def _kinds(self, part: _Part) -> tuple[str, str]:
        """What each row, and each column, of a part is: white, black or mixed."""
        bits = self._stride * 8
        width, shift = part.right - part.left, bits - part.right
        box = (1 << width) - 1
        lines = [(line >> shift) & box for line in self._lines[part.top : part.bottom]]
        down = "".join("W" if not line else "B" if line == box else "M" for line in lines)
        some, all_ = f"{reduce(or_, lines):0{width}b}", f"{reduce(and_, lines):0{width}b}"
        return down, "".join("W" if any_ == "0" else "B" if every == "1" else "M" for any_, every in zip(some, all_, strict=True))

    def _worth(self, kinds: str, bytes_each: float) -> list[tuple[re.Match[str], float]]:
        """The lanes that may be worth their commands, with the bytes they save at best: `_cut` looks at what came of it."""
        made = []
        for lane in _LANES.finditer(kinds):
            inside = lane.start() > 0 and lane.end() < len(kinds)
            black = len(re.findall("B+", lane[0])) * (_BAR if self._bars else _STRIP)
            saved = len(lane[0]) * bytes_each - _STRIP * inside - black
            if saved > 0:
                made.append((lane, saved))
        return made

    def _bytes(self, part: _Part) -> int:
        return _BAR if self._bars and part.black else part.bytes


def _bands(kinds: str, lanes: list[tuple[re.Match[str], float]]) -> Iterator[tuple[int, int, bool]]:
    """From where to where the bands between the lanes go, and the black ones within these."""
    at = 0
    for lane, _ in lanes:
        if lane.start() > at:
            yield at, lane.start(), False
        for run in _RUNS.finditer(lane[0]):
            if run[0][0] == "B":
                yield lane.start() + run.start(), lane.start() + run.end(), True
        at = lane.end()
    if at < len(kinds):
        yield at, len(kinds), False
