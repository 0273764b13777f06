"""What stands on a page of a report: placed marks in millimetres from its upper left corner, and how a text is broken. No painting, no Qt.

Marks are named tuples, for a report may have a hundred thousand: they are made three times as fast as other frozen values.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple, Protocol

WIDTH, HEIGHT = 210.0, 297.0
"""A4, millimetres."""
ABOVE, BELOW = 0.99, 0.32
"""How far the letters reach over and under their baseline, in sizes: the highest marks over Å and র্কি, the lowest under ফাল্গুন."""
LEADING = 1.36
"""From one baseline to the next, in sizes."""


class Ink(Enum):
    """Colours on paper, those of the window by day. GHOST: of a mark behind the page."""

    INK = "#14211D"
    MUTED = "#5C6B66"
    LINE = "#D9E0DD"
    EDGE = "#7D8B86"
    BRAND = "#C8202F"
    ACT = "#0B6B53"
    LOOK = "#9A5B00"
    STOP = "#B3142B"
    STOP_WASH = "#FFF6F7"
    PAPER = "#FFFFFF"
    GHOST = "#EBEFED"


class Face(NamedTuple):
    """A face of a text. size: millimetres of its em; weight: 400 to 700; mono: the one for numbers people compare letter by letter."""

    size: float
    weight: int = 400
    mono: bool = False


class Text(NamedTuple):
    """A text on one line. x: its left edge; y: its baseline; w: how wide it is."""

    x: float
    y: float
    w: float
    text: str
    face: Face
    ink: Ink = Ink.INK


class Line(NamedTuple):
    """A line w long and `thick` thick, y its middle."""

    x: float
    y: float
    w: float
    thick: float
    ink: Ink


class Box(NamedTuple):
    """A rectangle, filled, edged by a line inside it, or both."""

    x: float
    y: float
    w: float
    h: float
    fill: Ink | None = None
    edge: Ink | None = None
    thick: float = 0.25
    radius: float = 0.0


class Bar(NamedTuple):
    """A bar of a chart, solid or hatched, so that both differ without colour."""

    x: float
    y: float
    w: float
    h: float
    hatched: bool


class Spot(NamedTuple):
    """Where a figure stands, for a click. key: its name among the report's figures (`reports.keys`). Not painted."""

    x: float
    y: float
    w: float
    h: float
    key: str


class Ghost(NamedTuple):
    """Large words across the page, behind all else. x, y: their middle; angle: degrees, counted as the clock goes."""

    x: float
    y: float
    w: float
    text: str
    face: Face
    angle: float


Mark = Text | Line | Box | Bar | Spot | Ghost


@dataclass(frozen=True, slots=True)
class Page:
    """One page. number: from 1, of `of`. Marks are painted in their order."""

    number: int
    of: int
    marks: tuple[Mark, ...]


class Ruler(Protocol):
    """Measures texts as they will be painted."""

    def wide(self, text: str, face: Face) -> float:
        """Millimetres the text takes on one line."""
        ...


def monospaced(text: str) -> bool:
    """Whether the face for numbers has every letter of a text; it has no Bangla."""
    return text.isascii() or text.replace("…", "").isascii()


def spots(page: Page) -> tuple[Spot, ...]:
    """Where the figures of a page stand, in the order in which one reads them."""
    return tuple(mark for mark in page.marks if isinstance(mark, Spot))


def wrapped(text: str, room: float, face: Face, ruler: Ruler, most: int = 10) -> tuple[str, ...]:
    """Lines of a text, none wider than `room`; what has no room on `most` lines ends in "…". A word wider than the room is broken between letters."""
    plain = " ".join(text.split())
    if ruler.wide(plain, face) <= room:
        return (plain,)
    lines: list[str] = []
    for word in plain.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if ruler.wide(longer, face) <= room:
            lines[-1:] = [longer]
        elif ruler.wide(word, face) <= room:
            lines.append(word)
        else:
            lines += _pieces(word, room, face, ruler)
        if len(lines) > most:
            return (*lines[: most - 1], shortened(lines[most - 1] + " " + lines[most], room, face, ruler))
    return tuple(lines)


def shortened(text: str, room: float, face: Face, ruler: Ruler) -> str:
    """As much of a text as has room, with "…" for the rest."""
    if ruler.wide(text, face) <= room:
        return text
    kept = ""
    for letter in letters(text):
        if ruler.wide(f"{kept}{letter}…", face) > room:
            break
        kept += letter
    return kept.rstrip() + "…"


def _pieces(word: str, room: float, face: Face, ruler: Ruler) -> list[str]:
    pieces = [""]
    for letter in letters(word):
        if pieces[-1] and ruler.wide(pieces[-1] + letter, face) > room:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def letters(text: str) -> Sequence[str]:
    """A text taken apart where it may be broken: a letter keeps its signs, a conjunct stays whole."""
    found: list[str] = []
    for sign in text:
        joins = bool(found) and (unicodedata.category(sign) in ("Mn", "Mc", "Me", "Cf") or found[-1].rstrip("\u200d").endswith("\u09cd"))
        if joins:
            found[-1] += sign
        else:
            found.append(sign)
    return found
