"""A label read back from a printer's bytes, whatever their language, and the memory it is drawn in on the way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from corner_app.devices.languages.dots import stride_of, turned

Mode = Literal["over", "or", "xor", "erase"]
"""How new dots meet those that are there: replace them, add to them, change them, or take them away."""
LARGEST = 1 << 26
"""Dots of the largest label believed: 20 inches wide and 30 long at 300 dpi and more."""


class Unreadable(ValueError):
    """The bytes are no label of ours; the message says why."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A label read back: dots, rows packed from the left, 1 is black."""

    width: int
    height: int
    rows: bytes


class Canvas:
    """White paper in a printer's memory. What is drawn beside it is lost."""

    def __init__(self, width: int, height: int) -> None:
        """width, height: dots. Raises Unreadable for paper that no label printer has."""
        if width < 1 or height < 1 or width * height > LARGEST:
            raise Unreadable(f"paper of {width} x {height} dots")
        self.width, self.height = width, height
        self._rows = [0] * height

    def clear(self) -> None:
        """All white."""
        self._rows = [0] * self.height

    def stamp(self, x: int, y: int, width: int, rows: Iterable[tuple[int, int]], mode: Mode = "over") -> None:
        """Draws rows from y down, each a number of `width` bits and the dots it is high."""
        if x >= self.width or x + width <= 0 or width < 1:
            return
        shift, paper = self.width - x - width, (1 << self.width) - 1
        box = _moved((1 << width) - 1, shift) & paper
        for bits, high in rows:
            ink = _moved(bits, shift) & paper
            for row in range(max(0, y), min(self.height, y + high)):
                self._rows[row] = _met(self._rows[row], ink, box, mode)
            y += high

    def dots(self, x: int, y: int, stride: int, data: bytes, mode: Mode = "over") -> None:
        """Draws packed rows of `stride` bytes, 1 is black."""
        if stride:
            self.stamp(x, y, stride * 8, ((int.from_bytes(data[at : at + stride]), 1) for at in range(0, len(data), stride)), mode)

    def box(self, x: int, y: int, width: int, height: int, mode: Mode = "or") -> None:
        """Draws a black rectangle."""
        self.stamp(x, y, width, (((1 << max(0, width)) - 1, height),), mode)

    def picture(self, *, upside_down: bool = False) -> Picture:
        """What is printed, as it leaves the head."""
        stride, spare = stride_of(self.width), -self.width % 8
        rows = b"".join((row << spare).to_bytes(stride) for row in self._rows)
        return Picture(self.width, self.height, turned(self.width, rows) if upside_down else rows)


def _moved(bits: int, left: int) -> int:
    return bits << left if left >= 0 else bits >> -left


def _met(there: int, ink: int, box: int, mode: Mode) -> int:
    match mode:
        case "over":
            return (there & ~box) | ink
        case "or":
            return there | ink
        case "xor":
            return there ^ ink
        case "erase":
            return there & ~ink
