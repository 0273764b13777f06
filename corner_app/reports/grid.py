"""The columns of a table and its rows broken into lines: measured once, placed by `flow`. Millimetres, no Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from corner_app.reports.marks import ABOVE, BELOW, LEADING, WIDTH, Face, Ink, Ruler, monospaced, wrapped

LEFT, RIGHT = 12.5, WIDTH - 12.5
"""What pages say stands between them."""
BODY = 3.1
"""Size of plain words."""
GAP = 3.4
"""White between two columns."""
PAD = 0.85
"""White over and under the words of a row."""
_SMALLEST, _NARROW = 1.9, 26.0
"""Size below which figures are broken rather than set smaller; how narrow a column of words may get before that."""


class Cell(NamedTuple):
    """What stands in one place of a table. key: of its figure, "" for words."""

    text: str
    key: str = ""
    ink: Ink = Ink.INK
    weight: int = 400


@dataclass(frozen=True, slots=True)
class Column:
    """title: its heading. figures: numbers that stand right. mono: numbers people compare letter by letter. words: may be narrow and wrap."""

    title: str
    figures: bool = False
    mono: bool = False
    words: bool = False


class Tables(Protocol):
    """Where tables are put: on pages, or into a file that is set elsewhere."""

    def heading(self, title: str, note: str = "") -> None:
        """A heading, small beside it what belongs to it."""
        ...

    def table(self, title: str, note: str, columns: Sequence[Column], rows: Sequence[Sequence[Cell]], totals: Sequence[Cell] = ()) -> None:
        """A heading with a table below it; totals: its last row."""
        ...


Placed = tuple[Sequence[tuple[float, str, float]], Face]
"""Lines of a cell, each with its left edge and its width, and their face."""


class Row(NamedTuple):
    """A row that is broken into lines. high: with the white over and under it."""

    cells: Sequence[Cell]
    texts: Sequence[Placed]
    high: float


class Grid:
    """The columns of a table, as wide as what stands in them: the largest size at which no figure has to be broken; at the smallest everything may be.

    What stands in many rows of a column, as a clerk's name does, is measured and broken once.
    """

    def __init__(self, columns: Sequence[Column], rows: Sequence[Sequence[Cell]], ruler: Ruler) -> None:
        self._columns, self._ruler = columns, ruler
        self._kept: list[dict[tuple[str, int], Placed]] = [{} for _ in columns]
        wanted, needed = self._wants(rows)
        whole, size = RIGHT - LEFT - GAP * (len(columns) - 1), BODY
        while sum(least := self._least(needed, size)) > whole and size > _SMALLEST:
            size -= 0.15
        self.size = size
        self.widths = _shared([wide * size for wide in wanted], least, whole)
        self.lefts = [LEFT + sum(self.widths[:n]) + GAP * n for n in range(len(columns))]

    def _wants(self, rows: Sequence[Sequence[Cell]]) -> tuple[list[float], list[tuple[float, float]]]:
        """For each column, in sizes: what it would take on one line; and the longest word of its title with the widest thing below it."""
        wanted, needed, face = [], [], Face(1.0)
        for n, column in enumerate(self._columns):
            texts = {(row[n].text, row[n].weight) for row in rows}
            inside = max((self._ruler.wide(text, _face(column, text, weight, 1.0)) for text, weight in texts), default=0.0)
            wanted.append(max(self._ruler.wide(column.title, face), inside))
            needed.append((max((self._ruler.wide(word, face) for word in column.title.split()), default=0.0), inside))
        return wanted, needed

    def _least(self, needed: Sequence[tuple[float, float]], size: float) -> list[float]:
        """Columns of words may be narrow, those of figures as narrow as their figures."""
        found = []
        for column, (word, inside) in zip(self._columns, needed, strict=True):
            found.append(max(word * size, min(inside * size, _NARROW) if column.words else inside * size))
        return found

    def titles(self) -> Row:
        """The row of the columns' titles."""
        cells = [Cell(column.title, ink=Ink.MUTED) for column in self._columns]
        texts = [self._broken(n, cell.text, Face(self.size)) for n, cell in enumerate(cells)]
        return Row(cells, texts, self._high(max(len(lines) for lines, _ in texts)))

    def row(self, cells: Sequence[Cell]) -> Row:
        """A row of the table."""
        texts, most = [], 1
        for n, ((text, _, _, weight), kept) in enumerate(zip(cells, self._kept, strict=True)):
            placed = kept.get((text, weight))
            if placed is None:
                placed = kept[text, weight] = self._broken(n, text, _face(self._columns[n], text, weight, self.size))
            if len(placed[0]) > most:
                most = len(placed[0])
            texts.append(placed)
        return Row(cells, texts, self._high(most))

    def _high(self, lines: int) -> float:
        return self.size * (ABOVE + BELOW + LEADING * (lines - 1)) + 2 * PAD

    def _broken(self, n: int, text: str, face: Face) -> Placed:
        left, width, figures = self.lefts[n], self.widths[n] + 0.01, self._columns[n].figures
        wide = self._ruler.wide(text, face)
        if wide <= width:
            return ((left + width - wide if figures else left, text, wide),), face
        found = []
        for line in wrapped(text, width, face, self._ruler):
            wide = self._ruler.wide(line, face)
            found.append((left + width - wide if figures else left, line, wide))
        return found, face


def _face(column: Column, text: str, weight: int, size: float) -> Face:
    """Mono letters are wider, so they are set a little smaller; where the text has Bangla the other face has to serve."""
    return Face(size * 0.9, weight, True) if column.mono and monospaced(text) else Face(size, weight)


def _shared(wanted: Sequence[float], least: Sequence[float], whole: float) -> list[float]:
    """The whole width among the columns: each its least, then up to what it wants, and what is left in equal parts."""
    floor = sum(least)
    if floor >= whole:
        return [width * whole / floor for width in least]
    widths, free = list(least), whole - floor
    hungry = [n for n in range(len(wanted)) if wanted[n] > widths[n]]
    while hungry and free > 0.001:
        part = free / len(hungry)
        for n in hungry:
            given = min(part, wanted[n] - widths[n])
            widths[n] += given
            free -= given
        hungry = [n for n in hungry if wanted[n] - widths[n] > 0.001]
    return [width + max(0.0, free) / len(widths) for width in widths]
