"""A report as a folder of CSV files, one a section: UTF-8 with a mark so that spreadsheets show Bangla, and no cell that they would run as a formula."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from corner_app.domain.trouble import Trouble
from corner_app.i18n import Language, local
from corner_app.reports import files
from corner_app.reports.figures import Names, Report
from corner_app.reports.sections import Cell, Section, Sort, sections, totals

_RUN = ("=", "+", "-", "@", "\t", "\r")
"""A text that begins so is a formula to a spreadsheet."""


def write(report: Report, folder: Path, language: Language, names: Names) -> list[Path]:
    """Writes every section into the folder, which is made, and gives the files. Money in taka with two decimals, weights in kilograms, times of the office.

    Raises Trouble("report_not_written"); each file there is then the old one or the new one, whole.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Trouble("report_not_written", file=folder.name, why=error.strerror or str(error)) from error
    written = []
    for section in sections(report, names, language):
        written.append(folder / f"{section.key}.csv")
        files.write(written[-1], text(section).encode("utf-8-sig"))
    return written


def text(section: Section) -> str:
    """One section: a line of headings, its rows, and its sums where it has any."""
    made = io.StringIO()
    writer = csv.writer(made)
    writer.writerow([_words(column.title) for column in section.columns])
    rows = [*section.rows, *((totals(section),) if section.total and section.rows else ())]
    for row in rows:
        writer.writerow([_cell(cell, column.sort) for cell, column in zip(row, section.columns, strict=True)])
    return made.getvalue()


def _cell(cell: Cell, sort: Sort) -> str:
    if cell is None or isinstance(cell, str):
        return _words(cell or "")
    match sort:
        case Sort.MONEY:
            return f"{'-' if cell < 0 else ''}{abs(cell) // 100}.{abs(cell) % 100:02d}"
        case Sort.WEIGHT:
            return f"{cell // 1000}.{cell % 1000:03d}"
        case Sort.TIME:
            return f"{local(cell):%Y-%m-%d %H:%M:%S}"
        case _:
            return str(cell)


def _words(said: str) -> str:
    return f"'{said}" if said.startswith(_RUN) else said
