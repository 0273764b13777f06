"""The day hour by hour: two bars for each hour, one solid, one hatched, with their numbers on them. Millimetres, no Qt."""

from __future__ import annotations

from collections.abc import Sequence

from corner_app.i18n import Language, digits, number, words
from corner_app.reports.figures import HourLine
from corner_app.reports.flow import HEADING, Flow
from corner_app.reports.grid import BODY, LEFT, RIGHT
from corner_app.reports.marks import ABOVE, BELOW, Bar, Face, Ink, Line, Spot

_HIGH = 24.0
"""Of the highest bar."""


def put_chart(flow: Flow, hours: Sequence[HourLine], language: Language) -> None:
    """The heading with what the bars mean, and the bars of every hour from the first to the last of the list."""
    if not hours:
        flow.heading(words("report.hours", language), words("report.no_hours", language))
        return
    flow.heading(words("report.hours", language), keep=_HIGH + 14)
    _legend(flow, language)
    by_hour = {line.hour: line for line in hours}
    shown = range(min(by_hour), max(by_hour) + 1)
    slot = (RIGHT - LEFT - 4) / max(6, len(shown))
    wide = min(7.4, slot * 0.42)
    most = max(1, *(max(line.received.value, line.handed_over.value) for line in hours))
    longest = max(flow.ruler.wide(number(figure.value, language), Face(1.0, 500)) for line in hours for figure in (line.received, line.handed_over))
    size = min(2.9, (slot / 2 - 0.6) / longest)
    away = max(wide / 2 + 0.15, longest * size / 2 + 0.3)
    base = flow.y + 1.2 + size * (ABOVE + BELOW) + _HIGH
    for n, hour in enumerate(shown):
        middle = LEFT + 2 + slot * (n + 0.5)
        for side, name in ((-1, "received"), (1, "handed_over")):
            if hour in by_hour:
                value = getattr(by_hour[hour], name).value
                high = _HIGH * value / most
                if value:
                    flow.put(Bar(middle + side * (wide / 2 + 0.15) - wide / 2, base - high, wide, high, hatched=side > 0))
                top = base - high - 0.6 - size * (ABOVE + BELOW)
                flow.text(number(value, language), middle + side * away, top + size * ABOVE, Face(size, 500), centre=True)
                flow.put(Spot(middle + min(side, 0) * slot / 2, top, slot / 2, base - top, f"hours.{hour}.{name}"))
        said = words("report.hour", language, n=digits(str(hour), language))
        flow.text(said, middle, base + 1.2 + 2.7 * ABOVE, Face(min(2.7, slot / 3)), Ink.MUTED, centre=True)
    flow.put(Line(LEFT, base, RIGHT - LEFT, 0.25, Ink.EDGE))
    flow.y = base + 1.2 + 2.7 * (ABOVE + BELOW)


def _legend(flow: Flow, language: Language) -> None:
    """Right of the heading, from the right edge leftwards."""
    base, x = flow.y - 0.6 - HEADING * BELOW, RIGHT
    for key, hatched in (("out", True), ("received", False)):
        x -= flow.text(words(f"report.{key}", language), x, base, Face(BODY * 0.9), Ink.MUTED, right=True) + 1.4
        flow.put(Bar(x - 3.4, base - 2.3, 3.4, 2.5, hatched))
        x -= 3.4 + 3.4
