"""The report as pages: which figure stands where, in the reader's language. Values in, marks in millimetres out; no Qt, nothing computed anew."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from corner_app.i18n import Language, words
from corner_app.reports.chart import put_chart
from corner_app.reports.cover import Cover, cover
from corner_app.reports.figures import Names, Report
from corner_app.reports.flow import FOOT, TOP, Flow
from corner_app.reports.grid import BODY, LEFT, RIGHT, Tables
from corner_app.reports.lists import put_bags, put_clerks, put_empty, put_exceptions, put_papers, put_returns, put_undone
from corner_app.reports.marks import ABOVE, BELOW, HEIGHT, LEADING, WIDTH, Box, Face, Ghost, Ink, Line, Mark, Page, Ruler, Spot, shortened, wrapped
from corner_app.reports.tables import put_accounts, put_drawers, put_parcels

_SLOPE = math.radians(-52.0)
"""Of the words across a page: from the lower left to the upper right."""
_SMALL, _MONO = Face(2.8), Face(2.6, mono=True)


def lay(report: Report, names: Names, language: Language, ruler: Ruler) -> tuple[Page, ...]:
    """All pages of a report, each with its seal and number at the foot."""
    said = cover(report, names, language)
    flow = Flow(ruler, said.running, words("report.again", language))
    _head(flow, said, closed=report.closed)
    if said.faults:
        flow.warning(said.faulty, said.faults)
    if said.cards:
        _cards(flow, said)
    put_chart(flow, report.hours, language)
    put_tables(flow, report, names, language)
    _signatures(flow, said)
    pages = flow.pages()
    ghosts, seal = _ghosts(said, ruler), _seal(said, ruler)
    return tuple(replace(page, marks=(*ghosts, *page.marks, *seal, *_foot(said, page, language, ruler))) for page in pages)


def put_tables(flow: Tables, report: Report, names: Names, language: Language) -> None:
    """All tables of a report in their order."""
    put_parcels(flow, report, language)
    put_drawers(flow, report, names, language)
    put_accounts(flow, report, names, language)
    put_clerks(flow, report, names, language)
    put_bags(flow, report, names, language)
    put_exceptions(flow, report, names, language)
    put_papers(flow, report, names, language)
    put_undone(flow, report, names, language)
    put_returns(flow, report, names, language)
    put_empty(flow, report, language)


def _head(flow: Flow, said: Cover, *, closed: bool) -> None:
    """Mark, title and office on the left; the dates and whether the day is closed on the right; a line below."""
    mark, at, face = 10.2, LEFT + 13.5, Face(BODY)
    flow.put(Box(LEFT, TOP, mark, mark, Ink.BRAND, radius=1.8))
    flow.text("ডা", LEFT + mark / 2, TOP + mark / 2 + 1.9, Face(5.4, 700), Ink.PAPER, centre=True)
    right = flow.text(said.when, RIGHT, TOP + 4.2, Face(3.5, 700), right=True)
    right = max(right, flow.text(said.state, RIGHT, TOP + 8.9, face, Ink.MUTED if closed else Ink.STOP, right=True))
    flow.text(said.title, at, TOP + 4.8, Face(6.4, 700))
    low = flow.lines(wrapped(said.office, RIGHT - right - 6 - at, face, flow.ruler), at, TOP + 9.9, face, Ink.MUTED)
    flow.y = max(TOP + mark, low) + 2.4
    flow.put(Line(LEFT, flow.y, RIGHT - LEFT, 0.6, Ink.INK))
    flow.y += 3.9


def _cards(flow: Flow, said: Cover) -> None:
    """The five figures of the day, large."""
    gap, high = 2.5, 15.6
    wide = (RIGHT - LEFT - gap * (len(said.cards) - 1)) / len(said.cards)
    for n, (key, title, text) in enumerate(said.cards):
        x = LEFT + n * (wide + gap)
        flow.put(Box(x, flow.y, wide, high, Ink.PAPER, Ink.LINE, 0.3, 1.8), Spot(x, flow.y, wide, high, key))
        flow.text(title, x + 3.1, flow.y + 4.3, _fitting(flow, title, Face(BODY), wide - 6), Ink.MUTED)
        flow.text(text, x + 3.1, flow.y + 12.75, _fitting(flow, text, Face(7.4, 700), wide - 6))
    flow.y += high


def _fitting(flow: Flow, text: str, face: Face, room: float) -> Face:
    """A face, smaller where the text would be too wide."""
    return face._replace(size=min(face.size, face.size * room / flow.ruler.wide(text, face)))


def _signatures(flow: Flow, said: Cover) -> None:
    """Two lines to sign on, on one page with who closed the day."""
    wide, face, step = (RIGHT - LEFT - 12.5) / 2, Face(BODY), BODY * LEADING
    under = [wrapped(text, wide, face, flow.ruler) for text in said.signs]
    note = wrapped(said.note, RIGHT - LEFT, face, flow.ruler) if said.note else ()
    flow.need(6 + len(note) * step + 13 + max(map(len, under)) * step)
    flow.y += 6
    if note:
        flow.y = flow.lines(note, LEFT, flow.y + BODY * ABOVE, face, Ink.MUTED)
    flow.y += 11
    for n, lines in enumerate(under):
        x = LEFT + n * (wide + 12.5)
        flow.put(Line(x, flow.y, wide, 0.3, Ink.INK))
        flow.lines(lines, x, flow.y + 1 + BODY * ABOVE, face)
    flow.y += 1 + max(map(len, under)) * step


def _seal(said: Cover, ruler: Ruler) -> Sequence[Mark]:
    """At the foot of every page: the seal in short and the entries it covers, which prove that two papers are the same report."""
    flow, base, x = Flow(ruler), FOOT + 5.4, LEFT
    flow.put(Line(LEFT, FOOT + 2, RIGHT - LEFT, 0.25, Ink.LINE))
    covered = said.covered
    if said.seal:
        x += flow.text(said.seal_title, x, base, _SMALL, Ink.MUTED) + 1.2
        x += flow.text(f"{said.seal[:4]}…{said.seal[-4:]}", x, base, _MONO, Ink.MUTED) + 1.2
        covered = f"· {covered}"
    flow.text(shortened(covered, RIGHT - 30 - x, _SMALL, ruler), x, base, _SMALL, Ink.MUTED)
    return flow.pages()[0].marks


def _foot(said: Cover, page: Page, language: Language, ruler: Ruler) -> Sequence[Mark]:
    """The page's number, and on the last page the seal in full."""
    flow, base = Flow(ruler), FOOT + 5.4
    flow.text(words("report.page", language, n=page.number, of=page.of), RIGHT, base, _SMALL, Ink.MUTED, right=True)
    if said.seal and page.number == page.of:
        full = LEFT + flow.text(said.seal_in_full, LEFT, base + 4.2, _SMALL, Ink.MUTED) + 1.2
        flow.text(said.seal, full, base + 4.2, _MONO)
    return flow.pages()[0].marks


def _ghosts(said: Cover, ruler: Ruler) -> Sequence[Ghost]:
    """DRAFT across the pages of a day that is not closed, TRAINING across those of a practice book: as large as the paper lets them be."""
    found = []
    for n, text in enumerate(said.ghosts):
        away = (n - (len(said.ghosts) - 1) / 2) * 62.0
        x, y = WIDTH / 2 - away * math.sin(_SLOPE), HEIGHT / 2 + away * math.cos(_SLOPE)
        size = 40.0
        while not _on_paper(x, y, ruler.wide(text, Face(size, 700)), size):
            size -= 1.0
        face = Face(size, 700)
        found.append(Ghost(x, y, ruler.wide(text, face), text, face, math.degrees(_SLOPE)))
    return found


def _on_paper(x: float, y: float, wide: float, size: float) -> bool:
    """Whether words along the slope, with their middle here, keep 6 mm from every edge."""
    along, across = wide / 2, size * (ABOVE + BELOW) / 2
    beside = along * math.cos(_SLOPE) + across * -math.sin(_SLOPE)
    up = along * -math.sin(_SLOPE) + across * math.cos(_SLOPE)
    return 6 + beside <= x <= WIDTH - 6 - beside and 6 + up <= y <= HEIGHT - 6 - up
