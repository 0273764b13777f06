"""`corner-app report`: a day, some days or a month of a book as a table, JSON, PDF, workbook or CSV files."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date as calendar_date
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corner_app.i18n import Language, words

if TYPE_CHECKING:  # every start of the program reads this page; what makes reports is imported when one is asked for
    from corner_app.book.book import Reader
    from corner_app.domain.here import Here
    from corner_app.domain.roll import Roll
    from corner_app.reports.figures import Names, Report

_DATE = re.compile(r"today|yesterday|\d{4}-\d{2}(-\d{2})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is wanted of a report. first, last: dates. Files: None not wanted. details: every figure of the JSON with its entries."""

    first: str
    last: str
    pdf: Path | None = None
    searchable: Path | None = None
    xlsx: Path | None = None
    csv: Path | None = None
    json: bool = False
    details: bool = False


def arguments(parser: Any) -> None:
    """The options of the command."""
    parser.add_argument("date", type=_date, metavar="DATE", help="2026-11-24, today, yesterday, or a month: 2026-11")
    parser.add_argument("--to", type=_date, default=None, metavar="DATE", help="the last day, for a report of several")
    parser.add_argument("--pdf", type=Path, default=None, metavar="FILE", help="pages to print and sign, with the exact data attached")
    parser.add_argument("--searchable", type=Path, default=None, metavar="FILE", help="the same as a PDF that can be searched, where Typst is installed")
    parser.add_argument("--xlsx", type=Path, default=None, metavar="FILE", help="a workbook, one sheet a section")
    parser.add_argument("--csv", type=Path, default=None, metavar="FOLDER", help="one file a section")
    parser.add_argument("--json", action="store_true", help="the figures on standard output")
    parser.add_argument("--details", action="store_true", help="with --json: each figure with the entries it is the sum of")


def _date(text: str) -> str:
    """Checks a date as it is typed."""
    if _DATE.fullmatch(text) is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no date: 2026-11-24, today, yesterday, or a month: 2026-11")
    if text not in ("today", "yesterday"):
        try:
            calendar_date.fromisoformat(text if len(text) == 10 else f"{text}-01")
        except ValueError as error:
            raise argparse.ArgumentTypeError(f"{text!r}: {error}") from error
    return text


def span(date: str, to: str | None, now: int) -> tuple[str, str]:
    """First and last date of what was asked for. now: ms UTC, for today and yesterday. Raises ValueError for a range that ends before it begins."""
    first, last = _day(date, now, end=False), _day(to or date, now, end=True)
    if last < first:
        raise ValueError(f"{last} is before {first}")
    return first, last


def _day(text: str, now: int, *, end: bool) -> str:
    from corner_app.domain.close import local_date

    today = local_date(now)
    if text in ("today", "yesterday"):
        return today if text == "today" else (calendar_date.fromisoformat(today) - timedelta(days=1)).isoformat()
    if len(text) == 10:
        return text
    begins = calendar_date.fromisoformat(f"{text}-01")
    return ((begins + timedelta(days=31)).replace(day=1) - timedelta(days=1)).isoformat() if end else begins.isoformat()


def run(reader: Reader, here: Here, roll: Roll, asked: Asked, language: Language) -> bool:
    """Reads the report from one snapshot and writes what was asked for; a table on standard output if nothing else was. Whether it adds up.

    Raises Trouble for files that cannot be written.
    """
    from corner_app.reports import data, day, names, terminal

    def question(rows: Any) -> tuple[Report, Names]:
        report = day.read(rows, here, asked.first, asked.last, progress=_progress())
        return report, names.read(rows, here, roll, report)

    report, called = reader.read(question)
    written = _files(report, called, asked, language)
    if asked.json or asked.details:
        print(json.dumps(data.plain(report, details=asked.details), ensure_ascii=False))
    elif written:
        print(*(words("report.written", language, file=file) for file in written), sep="\n")
    else:
        print(terminal.text(report, called, language), end="")
    for fault in report.faults:
        print(words("report.faulty", language), words(f"fault.{fault}", language), file=sys.stderr)
    return not report.faults


def _files(report: Report, called: Names, asked: Asked, language: Language) -> list[str]:
    written: list[str] = []
    if asked.pdf is not None:
        from corner_app.reports import data, pdf

        pdf.write(report, asked.pdf, language, called, data.exact(report))
        written.append(str(asked.pdf))
    if asked.searchable is not None:
        from corner_app.reports import typst

        typst.searchable(report, asked.searchable, language, called)
        written.append(str(asked.searchable))
    if asked.xlsx is not None:
        from corner_app.reports import xlsx

        xlsx.write(report, asked.xlsx, language, called)
        written.append(str(asked.xlsx))
    if asked.csv is not None:
        from corner_app.reports import csv

        written += [str(file) for file in csv.write(report, asked.csv, language, called)]
    return written


def _progress() -> Callable[[int, int], None]:
    """Says on a terminal how far a long report is; nothing in a script."""

    def told(done: int, of: int) -> None:
        if not sys.stderr.isatty():
            return
        print(f"\r{done * 100 // max(1, of)} %", end="\r" if done < of else "\r     \r", file=sys.stderr, flush=True)

    return told
