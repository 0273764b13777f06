"""The report as pages: which figure stands where, in the reader's language. Values in, marks in millimetres out; no Qt, nothing computed anew."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from corner_app.domain.here import DHAKA
from corner_app.i18n import Language, bangla_date, clock, day, digits, load_words, number, weekday, words
from corner_app.reports.chart import put_chart
from corner_app.reports.figures import Figure, Names, Report
from corner_app.reports.flow import FOOT, TOP, Flow
from corner_app.reports.grid import BODY, LEFT, RIGHT
from corner_app.reports.keys import out
from corner_app.reports.lists import put_bags, put_clerks, put_exceptions, put_papers, put_returns, put_undone
from corner_app.reports.marks import ABOVE, BELOW, HEIGHT, WIDTH, Box, Face, Ghost, Ink, Line, Mark, Page, Ruler, Spot, shortened, wrapped
from corner_app.reports.tables import put_accounts, put_drawers, put_parcels

_SLOPE = math.radians(-52.0)
"""Of the words across a page: from the lower left to the upper right."""
_MONO = Face(2.6, mono=True)


def lay(report: Report, names: Names, language: Language, ruler: Ruler) -> tuple[Page, ...]:
    """All pages of a report, each with its seal and number at the foot."""
    title = words("report.day" if report.date == report.to else "report.range", language)
    flow = Flow(ruler, f"{title} · {names.office[0 if language is Language.BN else 1]} · {_dates(report, language)}", words("report.again", language))
    _head(flow, report, names, language, title)
    if report.faults:
        flow.warning(words("report.faulty", language), [_fault(code, language) for code in report.faults])
    _cards(flow, report, language)
    put_chart(flow, report.hours, language)
    put_parcels(flow, report, language)
    put_drawers(flow, report, names, language)
    put_accounts(flow, report, names, language)
    put_clerks(flow, report, names, language)
    put_bags(flow, report, names, language)
    put_exceptions(flow, report, names, language)
    put_papers(flow, report, names, language)
    put_undone(flow, report, names, language)
    put_returns(flow, report, names, language)
    _signatures(flow, report, names, language)
    pages = flow.pages()
    ghosts, seal = _ghosts(report, language, ruler), _seal(report, language, ruler)
    return tuple(replace(page, marks=(*ghosts, *page.marks, *seal, *_foot(report, page, language, ruler))) for page in pages)


def _fault(code: str, language: Language) -> str:
    """What does not add up; a code that nobody gave words stands as it is, for it must not be left out."""
    plain = code.partition(":")[0]
    return f"{words(f'fault.{plain}', language)} ({code})" if f"fault.{plain}" in load_words() else code


def _noon(text: str) -> int:
    """Milliseconds UTC of noon of a date, in the zone of the office."""
    at = date.fromisoformat(text)
    return int(datetime(at.year, at.month, at.day, 12, tzinfo=DHAKA).timestamp() * 1000)


def _dates(report: Report, language: Language) -> str:
    first = day(_noon(report.date), language)
    return first if report.date == report.to else words("report.until", language, first=first, last=day(_noon(report.to), language))


def _head(flow: Flow, report: Report, names: Names, language: Language, title: str) -> None:
    """Mark, title and office on the left; the dates and whether the day is closed on the right; a line below."""
    mark, at = 10.2, LEFT + 13.5
    flow.put(Box(LEFT, TOP, mark, mark, Ink.BRAND, radius=1.8))
    flow.text("ডা", LEFT + mark / 2, TOP + mark / 2 + 1.9, Face(5.4, 700), Ink.PAPER, centre=True)
    big, small = Face(6.4, 700), Face(BODY)
    bold = Face(3.5, 700)
    when = _dates(report, language)
    if report.date == report.to:
        when = f"{weekday(_noon(report.date), language)}, {when}"
    right = flow.text(when, RIGHT, TOP + 4.2, bold, right=True)
    bangla = bangla_date(_noon(report.to), language)
    state = words("report.closed_at", language, date=bangla, at=clock(report.closed_at, language)) if report.closed and report.closed_at else ""
    state = state or (bangla if report.closed else words("report.open", language, date=bangla))
    right = max(right, flow.text(state, RIGHT, TOP + 8.9, small, Ink.MUTED if report.closed else Ink.STOP, right=True))
    flow.text(title, at, TOP + 4.8, big)
    office = words("report.corner", language, office=names.office[0 if language is Language.BN else 1], postcode=digits(names.postcode, language))
    office = f"{office} · {words('report.counter', language, n=report.counter)}"
    low = flow.lines(wrapped(office, RIGHT - right - 6 - at, small, flow.ruler), at, TOP + 9.9, small, Ink.MUTED)
    flow.y = max(TOP + mark, low) + 2.4
    flow.put(Line(LEFT, flow.y, RIGHT - LEFT, 0.6, Ink.INK))
    flow.y += 3.9


def _cards(flow: Flow, report: Report, language: Language) -> None:
    """The five figures of the day, large."""
    line = next((line for line in report.parcels if line.kind == "all"), None)
    if line is None:
        return
    gone = dict(line.gone)
    shown = [
        ("received", "came", line.came.value),
        ("out", "out", sum(figure.value for figure in out(line))),
        ("dispatched", "gone.dispatched", gone.get("dispatched", Figure()).value),
        ("returned", "gone.returned", gone.get("returned", Figure()).value),
        ("on_hand", "on_hand", line.on_hand.value),
    ]
    gap, high = 2.5, 15.6
    wide = (RIGHT - LEFT - gap * (len(shown) - 1)) / len(shown)
    for n, (title, key, value) in enumerate(shown):
        x = LEFT + n * (wide + gap)
        text = number(value, language)
        size = min(7.4, 7.4 * (wide - 6) / flow.ruler.wide(text, Face(7.4, 700)))
        flow.put(Box(x, flow.y, wide, high, Ink.PAPER, Ink.LINE, 0.3, 1.8), Spot(x, flow.y, wide, high, f"parcels.all.{key}"))
        said = words(f"report.{title}", language)
        small = min(BODY, BODY * (wide - 6) / flow.ruler.wide(said, Face(BODY)))
        flow.text(said, x + 3.1, flow.y + 4.3, Face(small), Ink.MUTED)
        flow.text(text, x + 3.1, flow.y + 12.75, Face(size, 700))
    flow.y += high


def _signatures(flow: Flow, report: Report, names: Names, language: Language) -> None:
    """Two lines to sign on, on one page with who closed the day."""
    wide, face = (RIGHT - LEFT - 12.5) / 2, Face(BODY)
    approved = names.clerk(report.approved_by, language) if report.approved_by else ""
    said = words("report.supervisor_is", language, name=approved) if approved else words("report.supervisor", language)
    under = [wrapped(said, wide, face, flow.ruler), wrapped(words("report.postmaster", language), wide, face, flow.ruler)]
    closed = words("report.closed_by", language, name=names.clerk(report.closed_by, language)) if report.closed_by else ""
    parts = [closed, words("report.not_approved", language) if report.closed and not report.approved_by and _differs(report) else ""]
    note = wrapped(" · ".join(part for part in parts if part), RIGHT - LEFT, face, flow.ruler) if any(parts) else ()
    flow.need(6 + len(note) * BODY * 1.36 + 13 + max(map(len, under)) * BODY * 1.36)
    flow.y += 6
    if note:
        flow.y = flow.lines(note, LEFT, flow.y + BODY * ABOVE, face, Ink.MUTED)
    flow.y += 11
    for n, lines in enumerate(under):
        x = LEFT + n * (wide + 12.5)
        flow.put(Line(x, flow.y, wide, 0.3, Ink.INK))
        flow.lines(lines, x, flow.y + 1 + BODY * ABOVE, face)
    flow.y += 1 + max(map(len, under)) * BODY * 1.36


def _differs(report: Report) -> bool:
    return any(drawer.counter == report.counter and drawer.difference is not None and drawer.difference.value for drawer in report.drawers)


def _seal(report: Report, language: Language, ruler: Ruler) -> Sequence[Mark]:
    """At the foot of every page: the seal in short and the entries it covers, which prove that two papers are the same report."""
    flow, face, base = Flow(ruler), Face(2.8), FOOT + 5.4
    flow.put(Line(LEFT, FOOT + 2, RIGHT - LEFT, 0.25, Ink.LINE))
    x = LEFT
    if report.seal:
        x += flow.text(words("report.seal", language), x, base, face, Ink.MUTED) + 1.2
        x += flow.text(f"{report.seal[:4]}…{report.seal[-4:]}", x, base, _MONO, Ink.MUTED) + 1.2
    first, last = report.first, report.last
    covered = words("report.no_entries", language)
    if first is not None and last is not None:
        covered = words("report.entries", language, first=number(first.seq, language), last=number(last.seq, language))
    rest = " · ".join((*([""] if report.seal else []), covered, words("report.one_seal", language))).lstrip()
    flow.text(shortened(rest, RIGHT - 30 - x, face, ruler), x, base, face, Ink.MUTED)
    return flow.pages()[0].marks


def _foot(report: Report, page: Page, language: Language, ruler: Ruler) -> Sequence[Mark]:
    """The page's number, and on the last page the seal in full."""
    flow, face, base = Flow(ruler), Face(2.8), FOOT + 5.4
    flow.text(words("report.page", language, n=page.number, of=page.of), RIGHT, base, face, Ink.MUTED, right=True)
    if report.seal and page.number == page.of:
        full = LEFT + flow.text(words("report.seal_is", language), LEFT, base + 4.2, face, Ink.MUTED) + 1.2
        flow.text(report.seal, full, base + 4.2, _MONO)
    return flow.pages()[0].marks


def _ghosts(report: Report, language: Language, ruler: Ruler) -> Sequence[Ghost]:
    """DRAFT across the pages of a day that is not closed, TRAINING across those of a practice book: as large as the paper lets them be."""
    texts = [words(f"report.{key}", language) for key, stands in (("training", report.training), ("draft", not report.closed)) if stands]
    found = []
    for n, text in enumerate(texts):
        away = (n - (len(texts) - 1) / 2) * 62.0
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
