"""A report as text for a terminal: the same tables, without the long lists of single entries."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from corner_app.i18n import Language, words
from corner_app.reports.figures import Names, Report
from corner_app.reports.sections import Section, Sort, sections, shown, totals


def text(report: Report, names: Names, language: Language) -> str:
    """The tables one below the other; a list in which nothing stands is one line."""
    return "\n\n".join(_table(section, language) for section in sections(report, names, language) if not section.lines) + "\n"


def _table(section: Section, language: Language) -> str:
    if not section.rows:
        return f"{section.title}: {words('report.none', language)}"
    rows = [*section.rows, *((totals(section),) if section.total else ())]
    lines = [[shown(cell, column.sort, language) for cell, column in zip(row, section.columns, strict=True)] for row in rows]
    heads = [] if section.key == "cover" else [[column.title for column in section.columns]]
    wide = [max(map(width, column)) for column in zip(*heads, *lines, strict=True)]
    right = [column.sort not in (Sort.WORDS, Sort.TIME) for column in section.columns]
    return "\n".join([section.title, *(_line(line, wide, right) for line in (*heads, *lines))])


def _line(cells: Sequence[str], wide: Sequence[int], right: Sequence[bool]) -> str:
    padded = []
    for cell, room, to_right in zip(cells, wide, right, strict=True):
        gap = " " * (room - width(cell))
        padded.append(gap + cell if to_right else cell + gap)
    return ("  " + "  ".join(padded)).rstrip()


def width(said: str) -> int:
    """Places a text takes on a terminal: marks over and under letters take none."""
    return sum(unicodedata.category(sign) not in ("Mn", "Me", "Cf") for sign in said)
