"""Fills pages from the top: headings, tables that go on over pages with their headings, and what stands at the foot. Millimetres, no Qt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from corner_app.reports.marks import ABOVE, BELOW, HEIGHT, LEADING, WIDTH, Box, Face, Ink, Line, Mark, Page, Ruler, Spot, Text, monospaced, wrapped

LEFT, RIGHT = 12.5, WIDTH - 12.5
TOP, FOOT = 10.0, HEIGHT - 17.0
"""Between them stands what the pages say; the seal and the page's number stand below FOOT."""
BODY, HEADING = 3.1, 3.9
_GAP = 3.4
"""White between two columns."""
_PAD = 0.85
"""White over and under the words of a row."""


@dataclass(frozen=True, slots=True)
class Cell:
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


@dataclass(frozen=True, slots=True)
class _Set:
    """A table whose columns have their places."""

    columns: Sequence[Column]
    lefts: Sequence[float]
    widths: Sequence[float]
    size: float


class Flow:
    """Pages under way. y: where the next thing begins on the last page. running: small at the head of every page but the first; again: beside the heading of
    a table that goes on.
    """

    def __init__(self, ruler: Ruler, running: str = "", again: str = "") -> None:
        self.ruler, self._running, self._again = ruler, running, again
        self.y = TOP
        self._pages: list[list[Mark]] = [[]]

    def pages(self) -> tuple[Page, ...]:
        """What was put there so far."""
        count = len(self._pages)
        return tuple(Page(number, count, tuple(marks)) for number, marks in enumerate(self._pages, 1))

    def put(self, *marks: Mark) -> None:
        """Marks whose place the caller has worked out, on the last page."""
        self._pages[-1] += marks

    def need(self, high: float) -> None:
        """Begins a page if less room than this is left."""
        if self.y + high > FOOT:
            self.turn()

    def turn(self) -> None:
        """Begins a page; on every one but the first stands small what it belongs to."""
        self._pages.append([])
        face = Face(2.9)
        self.y = TOP
        self.text(wrapped(self._running, RIGHT - LEFT, face, self.ruler, 1)[0], LEFT, TOP + 2.9, face, Ink.MUTED)
        self.put(Line(LEFT, TOP + 5.2, RIGHT - LEFT, 0.25, Ink.LINE))
        self.y = TOP + 8.5

    def text(self, text: str, x: float, y: float, face: Face, ink: Ink = Ink.INK, *, right: bool = False, centre: bool = False) -> float:
        """One line at a baseline; x: its left edge, its right one, or its middle. Gives its width."""
        wide = self.ruler.wide(text, face)
        if text:
            self.put(Text(x - wide if right else x - wide / 2 if centre else x, y, wide, text, face, ink))
        return wide

    def lines(self, lines: Iterable[str], x: float, y: float, face: Face, ink: Ink = Ink.INK, *, right: bool = False) -> float:
        """Lines one below the other, y: the baseline of the first. Gives the lowest edge."""
        for line in lines:
            self.text(line, x, y, face, ink, right=right)
            y += face.size * LEADING
        return y - face.size * (LEADING - BELOW)

    def heading(self, title: str, note: str = "", keep: float = 0.0) -> None:
        """A heading, and small beside it, or below where it is long, what belongs to it. keep: what must stand on the same page."""
        face, small = Face(HEADING, 700), Face(BODY)
        at = LEFT + self.ruler.wide(title, face) + 1.8
        beside = not note or at + self.ruler.wide(note, small) <= RIGHT
        said = () if not note else (note,) if beside else wrapped(note, RIGHT - LEFT, small, self.ruler)
        self.y += 3.6 if self.y > TOP + 9 else 0.0
        self.need(HEADING * LEADING + (0 if beside else len(said) * BODY * LEADING) + keep)
        base = self.y + HEADING * ABOVE
        self.text(title, LEFT, base, face)
        self.y = base + HEADING * BELOW
        if said and beside:
            self.text(note, at, base, small, Ink.MUTED)
        elif said:
            self.y = self.lines(said, LEFT, self.y + BODY * ABOVE, small, Ink.MUTED)
        self.y += 0.6

    def table(self, title: str, note: str, columns: Sequence[Column], rows: Sequence[Sequence[Cell]], totals: Sequence[Cell] = ()) -> None:
        """A heading with a table below it. Its columns' titles stand again on every page it reaches; a row is never cut, the totals keep to the last row."""
        totals = [replace(cell, weight=700) for cell in totals]
        made = self._set(columns, [*rows, totals] if totals else rows)
        kept = self._head_height(made) + sum(self._height(made, row) for row in rows[:1])
        self.heading(title, note, kept)
        self._head(made)
        for n, row in enumerate(rows):
            last = n + 1 == len(rows)
            if self.y + self._height(made, row) + (self._height(made, totals) if totals and last else 0) > FOOT:
                self.turn()
                self.heading(title, self._again)
                self._head(made)
            self._row(made, row)
            self.put(Line(LEFT, self.y, RIGHT - LEFT, 0.45 if last and totals else 0.2, Ink.INK if last and totals else Ink.LINE))
        if totals:
            self._row(made, totals)

    def _set(self, columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> _Set:
        """The largest size at which no figure has to be broken. At the smallest everything may be."""
        whole, gaps = RIGHT - LEFT, _GAP * (len(columns) - 1)
        size = BODY
        while True:
            wanted, least = self._wants(columns, rows, size)
            if sum(least) <= whole - gaps or size < 2.0:
                break
            size -= 0.15
        widths = _shared(wanted, least, whole - gaps)
        lefts = [LEFT + sum(widths[:n]) + _GAP * n for n in range(len(columns))]
        return _Set(columns, lefts, widths, size)

    def _wants(self, columns: Sequence[Column], rows: Sequence[Sequence[Cell]], size: float) -> tuple[list[float], list[float]]:
        """What each column would take on one line, and the least it needs."""
        wanted, least = [], []
        for n, column in enumerate(columns):
            title = max((self.ruler.wide(word, Face(size)) for word in column.title.split()), default=0.0)
            inside = max((self.ruler.wide(row[n].text, _face(column, row[n], size)) for row in rows), default=0.0)
            wanted.append(max(self.ruler.wide(column.title, Face(size)), inside))
            least.append(max(title, min(inside, 26.0) if column.words else inside))
        return wanted, least

    def _lines(self, made: _Set, row: Sequence[Cell]) -> list[tuple[str, ...]]:
        placed = zip(made.columns, made.widths, row, strict=True)
        return [wrapped(cell.text, width + 0.01, _face(column, cell, made.size), self.ruler) for column, width, cell in placed]

    def _height(self, made: _Set, row: Sequence[Cell]) -> float:
        most = max(len(lines) for lines in self._lines(made, row))
        return made.size * (ABOVE + BELOW + LEADING * (most - 1)) + 2 * _PAD

    def _titles(self, made: _Set) -> list[Cell]:
        return [Cell(column.title, ink=Ink.MUTED) for column in made.columns]

    def _plain(self, made: _Set) -> _Set:
        return replace(made, columns=[replace(column, mono=False) for column in made.columns])

    def _head_height(self, made: _Set) -> float:
        return self._height(self._plain(made), self._titles(made))

    def _head(self, made: _Set) -> None:
        self._row(self._plain(made), self._titles(made))
        self.put(Line(LEFT, self.y, RIGHT - LEFT, 0.25, Ink.EDGE))

    def _row(self, made: _Set, row: Sequence[Cell]) -> None:
        high = self._height(made, row)
        base = self.y + _PAD + made.size * ABOVE
        for column, left, width, cell, lines in zip(made.columns, made.lefts, made.widths, row, self._lines(made, row), strict=True):
            x = left + width if column.figures else left
            self.lines(lines, x, base, _face(column, cell, made.size), cell.ink, right=column.figures)
            if cell.key:
                self.put(Spot(left, self.y, width, high, cell.key))
        self.y += high

    def warning(self, title: str, lines: Sequence[str]) -> None:
        """A box in the colour of a stop."""
        head, face = Face(HEADING, 700), Face(BODY, 500)
        said = [part for line in lines for part in wrapped(line, RIGHT - LEFT - 8, face, self.ruler)]
        high = 2.4 + HEADING * 1.3 + len(said) * BODY * LEADING + 2.0
        self.need(high)
        self.put(Box(LEFT, self.y, RIGHT - LEFT, high, Ink.STOP_WASH, Ink.STOP, 0.5, 1.6))
        base = self.y + 2.4 + HEADING * ABOVE
        self.text(title, LEFT + 4, base, head, Ink.STOP)
        self.lines(said, LEFT + 4, base + HEADING * 0.4 + BODY * ABOVE, face)
        self.y += high + 3.5


def _face(column: Column, cell: Cell, size: float) -> Face:
    """Mono letters are wider, so they are set a little smaller; where the text has Bangla the other face has to serve."""
    return Face(size * 0.9, cell.weight, mono=True) if column.mono and monospaced(cell.text) else Face(size, cell.weight)


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
