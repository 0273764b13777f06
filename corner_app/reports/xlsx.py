"""A report as a workbook, one sheet a section: real numbers and dates, the first line frozen, sums as formulas with their value beside them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import xlsxwriter

from corner_app.domain.here import DHAKA
from corner_app.i18n import Language, words
from corner_app.reports import files
from corner_app.reports.figures import Names, Report
from corner_app.reports.sections import Cell, Column, Section, Sort, sections, shown, totals

_GROUPS = "[>=10000000]##\\,##\\,##\\,##0{};[>=100000]##\\,##\\,##0{};#,##0{}"
"""1,23,45,678, as South Asia groups. Amounts below zero are grouped by thousands: a format has two conditions."""
_FORMATS: Mapping[Sort, str] = {
    Sort.COUNT: _GROUPS.format("", "", ""),
    Sort.MONEY: _GROUPS.format(".00", ".00", ".00"),
    Sort.WEIGHT: "#,##0.0",
    Sort.TIME: "dd-mm-yyyy hh:mm",
}
_PARTS = {Sort.MONEY: 100, Sort.WEIGHT: 1000}
"""Paisa of a taka, grams of a kilogram."""
_EPOCH = datetime(1899, 12, 30, tzinfo=DHAKA).timestamp()
_WIDEST, _LOOKED_AT = 60, 40


def write(report: Report, target: Path, language: Language, names: Names) -> None:
    """Writes the workbook; what stood there is replaced only when the new file is whole and on the disk. Raises Trouble("report_not_written")."""
    # Rows go to the disk as they come, so that nothing of a large day is kept in memory; where they went is cleared whatever happens.
    with files.replacing(target) as beside, beside.open("wb") as file, TemporaryDirectory(prefix="corner-report-") as room:
        book = xlsxwriter.Workbook(file, {"constant_memory": True, "tmpdir": room, "default_date_format": _FORMATS[Sort.TIME]})
        book.set_properties(_properties(report, language, names))
        formats = _Formats(book)
        for section in sections(report, names, language):
            _sheet(book, formats, section, language)
        try:
            book.close()
        except xlsxwriter.exceptions.FileCreateError as error:
            raise error.args[0] from error  # what the disk said


def _properties(report: Report, language: Language, names: Names) -> dict[str, Any]:
    span = report.date if report.date == report.to else f"{report.date} – {report.to}"
    title = words("report.day" if report.date == report.to else "report.range", language)
    made = datetime.fromtimestamp(report.closed_at / 1000, DHAKA) if report.closed_at else datetime.fromisoformat(report.to).replace(tzinfo=DHAKA)
    office = names.office[0 if language is Language.BN else 1]
    return {"title": f"{title} {span}", "author": office, "comments": report.seal, "created": made.replace(tzinfo=None)}


class _Formats:
    """Looks of cells: plain, of headings, of sums."""

    def __init__(self, book: Any) -> None:
        face = {"font_name": "Hind Siliguri", "font_size": 11, "valign": "top"}
        self.plain = {sort: book.add_format({**face, **_number(sort)}) for sort in Sort}
        self.sums = {sort: book.add_format({**face, "bold": True, "top": 2, **_number(sort)}) for sort in Sort}
        self.head = {
            sort: book.add_format({**face, "bold": True, "bottom": 1, "text_wrap": True, "align": "left" if sort is Sort.WORDS else "right"}) for sort in Sort
        }


def _number(sort: Sort) -> dict[str, Any]:
    return {"num_format": _FORMATS[sort]} if sort in _FORMATS else {"align": "left"}


def _sheet(book: Any, formats: _Formats, section: Section, language: Language) -> None:
    sheet = book.add_worksheet(section.title[:31])
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    for at, width in enumerate(_widths(section, language)):
        sheet.set_column(at, at, width)
    for at, column in enumerate(section.columns):
        sheet.write_string(0, at, column.title, formats.head[column.sort])
    writers = [_writer(sheet, formats.plain[column.sort], column, at) for at, column in enumerate(section.columns)]
    for n, row in enumerate(section.rows, 1):
        for cell, write_cell in zip(row, writers, strict=True):
            if cell is not None:
                write_cell(n, cell)
    if section.lines and section.rows:
        sheet.autofilter(0, 0, len(section.rows), len(section.columns) - 1)
    if section.total and section.rows:
        _sums(sheet, formats, section)


def _writer(sheet: Any, look: Any, column: Column, at: int) -> Any:
    """How the cells of one column are written: called with the row and the cell."""
    number, string, parts = sheet.write_number, sheet.write_string, _PARTS.get(column.sort, 1)

    def plain(row: int, cell: Cell) -> None:
        if isinstance(cell, str):
            string(row, at, cell, look)
        else:
            number(row, at, cell, look)

    def of_parts(row: int, cell: int) -> None:
        number(row, at, cell / parts, look)

    def time(row: int, cell: int) -> None:
        number(row, at, (cell / 1000 - _EPOCH) / 86_400, look)

    def formula(row: int, cell: int) -> None:
        sheet.write_formula(row, at, _formula(column, row), look, cell / parts)

    if column.sum_of:
        return formula
    return {Sort.MONEY: of_parts, Sort.WEIGHT: of_parts, Sort.TIME: time}.get(column.sort, plain)


def _formula(column: Column, row: int) -> str:
    return "=" + "".join(f"{'+' if sign > 0 else '-'}{xlsxwriter.utility.xl_rowcol_to_cell(row, other)}" for sign, other in column.sum_of).removeprefix("+")


def _sums(sheet: Any, formats: _Formats, section: Section) -> None:
    """The line of sums. A sum of a column is its formula, also where the cells above are made of others."""
    last = len(section.rows)
    for at, (cell, column) in enumerate(zip(totals(section), section.columns, strict=True)):
        look = formats.sums[column.sort]
        if isinstance(cell, int):
            above = xlsxwriter.utility.xl_range(1, at, last, at)
            sheet.write_formula(last + 1, at, f"=SUM({above})", look, cell / _PARTS.get(column.sort, 1))
        else:
            sheet.write_string(last + 1, at, cell or "", look)


def _widths(section: Section, language: Language) -> list[float]:
    """Characters a column needs, by its heading and its first rows."""
    wide = [max((len(word) for word in column.title.split()), default=0) for column in section.columns]
    for row in section.rows[:_LOOKED_AT]:
        wide = [max(width, len(shown(cell, column.sort, language))) for width, cell, column in zip(wide, row, section.columns, strict=True)]
    return [min(_WIDEST, max(8, width + 2)) for width in wide]
