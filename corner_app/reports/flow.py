"""Fills pages from the top: headings, tables that go on over pages with their headings, and what stands at the foot. Millimetres, no Qt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from corner_app.reports.grid import BODY, LEFT, PAD, RIGHT, Cell, Column, Grid, Row
from corner_app.reports.marks import ABOVE, BELOW, HEIGHT, LEADING, Box, Face, Ink, Line, Mark, Page, Ruler, Spot, Text, wrapped

TOP, FOOT = 10.0, HEIGHT - 17.0
"""Between them stands what the pages say; the seal and the page's number stand below FOOT."""
HEADING = 3.9
_NO_ROW = Row((), (), 0.0)


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
        totals = [cell._replace(weight=700) for cell in totals]
        grid = Grid(columns, [*rows, totals] if totals else rows, self.ruler)
        head, foot = grid.titles(), grid.row(totals) if totals else _NO_ROW
        for n, cells in enumerate(rows):
            row, last = grid.row(cells), n + 1 == len(rows)
            if not n:
                self.heading(title, note, head.high + row.high)
                self._row(grid, head, Ink.EDGE)
            elif self.y + row.high + (foot.high if last else 0) > FOOT:
                self.turn()
                self.heading(title, self._again)
                self._row(grid, head, Ink.EDGE)
            self._row(grid, row, Ink.INK if last and totals else Ink.LINE)
        if totals:
            self._row(grid, foot, None)

    def _row(self, grid: Grid, row: Row, line: Ink | None) -> None:
        """Puts a row, with a line below it: heavy where the totals follow."""
        put, top, step = self._pages[-1].append, self.y, grid.size * LEADING
        base = top + PAD + grid.size * ABOVE
        for n, ((_, key, ink, _), (lines, face)) in enumerate(zip(row.cells, row.texts, strict=True)):
            y = base
            for x, text, wide in lines:
                put(Text(x, y, wide, text, face, ink))
                y += step
            if key:
                put(Spot(grid.lefts[n], top, grid.widths[n], row.high, key))
        self.y += row.high
        if line is not None:
            put(Line(LEFT, self.y, RIGHT - LEFT, 0.45 if line is Ink.INK else 0.2, line))

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
