"""Marks one below the other on a roll: the paper is as long as what stands on it. No painting: texts are measured by what is handed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Protocol

from corner_app.labels.layout import Box, Code128, Mark, Qr, Text, Weight
from corner_app.labels.media import Media


class Ruler(Protocol):
    """Measures texts of one paper."""

    def lines(self, text: Text) -> int:
        """On how many lines it stands."""
        ...

    def wide(self, text: Text, size: int = 0) -> float:
        """Dots it would be wide on one line at its full size, or at another."""
        ...


MARGIN = 12


@dataclass(frozen=True, slots=True)
class Roll:
    """What stands on a roll, and how long the paper is. Dots."""

    marks: tuple[Mark, ...]
    height: int


class Flow:
    """Fills a roll from the top. y: where the next thing begins; size: of plain words. All lengths are dots at 203 dpi.

    A text in a line of its own or right of another shrinks by a sixth at most before it takes further lines: a roll has no end.
    """

    def __init__(self, media: Media, ruler: Ruler) -> None:
        self.width, self._ruler = media.width, ruler
        self.left, self.right = MARGIN, media.width - MARGIN
        self.wide = self.right - self.left
        self.size = 24 if media.width < 500 else 28
        self.y = 8
        self._marks: list[Mark] = []

    def done(self) -> Roll:
        """The roll, with white to tear it off."""
        return Roll(tuple(self._marks), self.y + 18)

    def gap(self, dots: int) -> None:
        """White paper."""
        self.y += dots

    def indent(self, dots: int) -> None:
        """Moves the left edge of what comes next."""
        self.left, self.wide = self.left + dots, self.wide - dots

    def put(self, *marks: Mark) -> None:
        """Marks whose place the caller has worked out."""
        self._marks += marks

    def words(self, text: str, size: int = 0, weight: Weight = Weight.SEMIBOLD, *, most: int = 2, centre: bool = True) -> None:
        """Words across the paper, on as many lines as they need up to `most`; nothing for no words."""
        if text:
            size = size or self.size
            self._add(self._eased(Text(self.left, 0, self.wide, text, size, weight, min(size, 20), most, align="centre" if centre else "left")))

    def number(self, text: str, *, centre: bool = True) -> None:
        """A number, in bold."""
        self.words(text, max(26, self.size), Weight.BOLD, most=1, centre=centre)

    def pair(self, left: str, right: str, weight: Weight = Weight.SEMIBOLD, *, most: int = 3) -> None:
        """What something is, and right of it what it says, which has at least half of the paper."""
        name = Text(self.left, 0, self.wide, left, self.size, weight, min(self.size, 20))
        says = Text(self.left, 0, self.wide, right, self.size, weight, name.smallest, most, align="right", keep_start=True)
        free = self.wide - ceil(self._ruler.wide(says))
        at = min(ceil(self._ruler.wide(name)) + 14 if left else 0, max(self.wide // 2, free))
        self._add(replace(name, w=max(1, at - 8)), self._eased(replace(says, x=self.left + at, w=self.wide - at)))

    def sum(self, what: str, amount: str) -> None:
        """What an amount is, and the amount as large as there is room: never cut."""
        name = Text(self.left, 0, self.wide, what, 30, Weight.BOLD, 20)
        at = min(ceil(self._ruler.wide(name)) + 14, self.wide // 2)
        self.gap(-16)  # figures are lower than letters with their signs
        self._add(replace(name, w=at - 8), Text(self.left + at, 0, self.wide - at, amount, 58, Weight.BOLD, 8, align="right"))

    def table(self, rows: Sequence[tuple[str, str, str]]) -> None:
        """Small lines of three columns. The first and the last have the room they need, what is between them is cut."""
        first = [Text(self.left, 0, self.wide, row[0], 20, Weight.BOLD, 18) for row in rows]
        last = [Text(self.left, 0, self.wide, row[2], 20, smallest=8, align="right") for row in rows]
        room = self.wide // 2 - 6
        one, three = (min(room, ceil(max(map(self._ruler.wide, texts)))) for texts in (first, last))
        at = self.left + one + 8
        for (_, middle, _), number, amount in zip(rows, first, last, strict=True):
            self._add(replace(number, w=one), Text(at, 0, self.right - three - 8 - at, middle, 20, smallest=18), replace(amount, x=self.right - three, w=three))

    def _eased(self, text: Text) -> Text:
        """A little smaller if it then stands on one line, else at its full size on several."""
        for size in range(text.size, text.size * 5 // 6 - 1, -2):
            if self._ruler.wide(text, size) <= text.w:
                return text if size == text.size else replace(text, size=size, smallest=min(size, text.smallest))
        return text

    def _add(self, *texts: Text) -> None:
        """Texts side by side, the next thing below the longest."""
        size = max(text.size for text in texts)
        leading, baseline = round(size * 1.36), self.y + ceil(size * 1.14)
        for text in texts:
            self._marks.append(replace(text, y=baseline, leading=leading))
        self.y += round(size * 1.46) + leading * (max(self._ruler.lines(text) for text in texts) - 1)

    def rule(self) -> None:
        """A dashed line across."""
        self.y += 8
        self._marks.append(Box(self.left, self.y, self.wide, 3, dash=5))
        self.y += 9

    def band(self, text: str, size: int, high: int) -> None:
        """White words on black across the paper."""
        self._marks += (
            Box(self.left, self.y, self.wide, high),
            Text(self.left + 8, self.y + high // 2 + size // 3, self.wide - 16, text, size, Weight.BOLD, 20, align="centre", invert=True),
        )
        self.y += high

    def bars(self, code: str, grouped: str, high: int) -> None:
        """A bar code across the paper, with the number as people read it."""
        self.y += 8
        self._marks.append(Code128(4, self.y, self.width - 8, high, code))
        self.y += high
        self.number(grouped)

    def code_beside(self, code: str, side: int, words: str) -> None:
        """A QR code in a place `side` wide, with words right of it."""
        beside = 12 + side
        text = Text(beside, 0, self.right - beside, words, self.size, lines=4, leading=round(self.size * 1.32))
        middle = self.y + side // 2 - (self._ruler.lines(text) - 1) * text.leading // 2 + self.size // 3
        self._marks += (Qr(8, self.y, side, side, code), replace(text, y=middle))
        self.y += side
