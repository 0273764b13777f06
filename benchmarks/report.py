"""The report of a day of 5,000 parcels: read from the book, written as a workbook beside the bare writer with the same rows ready, and the memory of it."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import xlsxwriter

from benchmarks.books import FOLDER, announced, number
from benchmarks.turns import Row, by_turns, figure, met, rows
from corner_app.book.book import Book, Reader, make
from corner_app.book.database import Rows, Tx
from corner_app.book.days import day, own
from corner_app.book.entries import append
from corner_app.book.lineage import Place, read_place
from corner_app.desk.counter import here_of, roll_of
from corner_app.domain import entries as e
from corner_app.domain.cash import day_subject
from corner_app.domain.here import Here
from corner_app.i18n import Language
from corner_app.reports import csv, names, xlsx
from corner_app.reports import day as report_of
from corner_app.reports.figures import Names, Report
from corner_app.reports.sections import Cell, Sort, sections, totals

T0, DAY_MS = 1_795_500_000_000, 86_400_000
DATES = ("2026-11-24", "2026-11-25")
AIM, AIM_MB = 1.3, 150
FLOOR_READ, OURS_READ, AGAIN = "floor: the day's entries decoded", "ours: day.read, the last day", "ours: the day before, a day later"
FLOOR, OURS, OURS_CSV = "floor: XlsxWriter, the rows ready", "ours: workbook from the report", "ours: CSV files from the report"


def measure(parcels: int = 5_000, rounds: int = 9) -> list[Row]:
    """Reading, writing and memory, each against the least any program must do."""
    path = filled(parcels)
    reader = Reader(path)
    try:
        place = reader.read(read_place)
        table = reader.read(lambda asked: _reading(asked, here(place), parcels, rounds))
        found, called = reader.read(lambda asked: _report(asked, place))
    finally:
        reader.close()
    return [*table, *_writing(found, called, parcels, rounds), *_memory(path, parcels)]


def filled(parcels: int) -> Path:
    """A book of two closed days with so many parcels each, made by the product's own `append` on first use."""
    path = FOLDER / f"report-{parcels}.book"
    if path.exists():
        return path
    FOLDER.mkdir(parents=True, exist_ok=True)
    making = path.with_suffix(".making")
    making.unlink(missing_ok=True)
    make(making, office="8500", counter=1, training=True, device=7, uuid=bytes(16))
    with Book(making) as book:
        for n in range(len(DATES)):
            book.write(lambda tx, n=n: _work(tx, n, parcels))  # type: ignore[misc]
    making.rename(path)
    making.with_name(making.name + ".lock").unlink(missing_ok=True)
    return path


def _work(tx: Tx, n: int, parcels: int) -> None:
    """One day: all are announced, received and sorted; of a hundred 80 are handed over, 15 dispatched, 5 stay; one receipt in fifty is taken back once."""
    begins, subject = T0 + n * DAY_MS, day_subject("8500", 1, DATES[n])
    taken, left = 0, 0
    opened = append(tx, "rahima", begins, subject, e.DayOpened("8500", 1, DATES[n], 0, n * _cash(parcels)), base=None)
    for k in range(parcels):
        item, at = number(n * parcels + k), begins + k * 5_000
        last = append(tx, "rahima", at, item, announced(k), base=None)
        last = append(tx, "rahima", at, item, e.Received("8500"), base=last.id)
        if k % 50 == 0:
            last = append(tx, "rahima", at, item, e.Undone(), base=last.id, sup=last.id.seq)
            last = append(tx, "rahima", at, item, e.Received("8500"), base=last.id)
        sent, bag = 80 <= k % 100 < 95, f"BD8500BD8510CCC6{k // 100:04d}001"
        last = append(tx, "rahima", at, item, e.Bagged("8500", bag, "8510") if sent else e.Shelved("8500", "ক-০১"), base=last.id)
        if sent:
            append(tx, "jalil", at, item, e.Dispatched("8500", bag), base=last.id)
        elif k % 100 < 80:
            append(tx, "jalil", at, item, e.HandedOver("8500", 1, _COD, "M005", "code", 0, _COD, 0), base=last.id)
            taken += _COD
        else:
            left += 1
    closing = e.DayClosed("8500", 1, DATES[n], opened.id.seq, 0, taken, 0, 0, 0, taken, taken, (), left * (n + 1), left * (n + 1), 0)
    append(tx, "rahima", begins + parcels * 5_000, subject, closing, base=opened.id)


_COD = 89_000


def _cash(parcels: int) -> int:
    return _COD * sum(k % 100 < 80 for k in range(parcels))


def here(place: Place) -> Here:
    """The counter of the book, on the evening of its last day."""
    return here_of(place, roll_of(place).clerks[0], T0 + 2 * DAY_MS)


def _report(asked: Rows, place: Place) -> tuple[Report, Names]:
    found = report_of.read(asked, here(place), DATES[1])
    if found.faults:
        raise SystemExit(f"bench: the report does not add up: {found.faults}")
    return found, names.read(asked, here(place), roll_of(place), found)


def _reading(asked: Rows, at: Here, parcels: int, rounds: int) -> list[Row]:
    within = day(asked, at.office, at.counter, DATES[1])
    ways = {
        FLOOR_READ: lambda _: sum(1 for _ in own(asked, within.first, within.last)),
        OURS_READ: lambda _: report_of.read(asked, at, DATES[1]),
        AGAIN: lambda _: report_of.read(asked, at, DATES[0]),
    }
    by_turns(ways, 1)
    return rows(f"report of {parcels:,} parcels, read", by_turns(ways, rounds), FLOOR_READ)


def _writing(found: Report, called: Names, parcels: int, rounds: int) -> list[Row]:
    """The same cells by the bare writer, in the same formats, each already the number or the text that goes into the file."""
    ready = [(section.title, [column.sort for column in section.columns], _ready(section)) for section in sections(found, called, Language.BN)]
    cells = sum(len(row) for _, _, lines in ready for row in lines)
    with tempfile.TemporaryDirectory(dir=Path.cwd() / "build") as folder:
        target = Path(folder) / "day.xlsx"
        ways = {
            FLOOR: lambda _: _bare(target, ready),
            OURS: lambda _: xlsx.write(found, target, Language.BN, called),
            OURS_CSV: lambda _: csv.write(found, Path(folder) / "csv", Language.BN, called),
        }
        by_turns(ways, 1)
        floor, ours, files = rows(f"report of {parcels:,} parcels as XLSX, {cells:,} cells", by_turns(ways, rounds), FLOOR)
    return [floor, replace(ours, note=met(ours.ratio <= AIM, f"<= {AIM}")), files]


Ready = list[list[float | str | None]]


def _ready(section: Any) -> Ready:
    parts = {Sort.MONEY: 100, Sort.WEIGHT: 1000, Sort.TIME: 86_400_000}

    def made(cell: Cell, sort: Sort) -> float | str | None:
        return cell / parts.get(sort, 1) if isinstance(cell, int) else cell

    lines = [section.rows, (totals(section),) if section.total and section.rows else ()]
    return [[made(cell, column.sort) for cell, column in zip(row, section.columns, strict=True)] for rows_ in lines for row in rows_]


def _bare(target: Path, ready: list[tuple[str, list[Sort], Ready]]) -> None:
    book = xlsxwriter.Workbook(str(target), {"constant_memory": True})
    looks = {sort: book.add_format({"font_name": "Hind Siliguri", "num_format": "#,##0.00" if sort is Sort.MONEY else "General"}) for sort in Sort}
    for title, sorts, lines in ready:
        sheet = book.add_worksheet(title[:31])
        row_looks = [looks[sort] for sort in sorts]
        for n, row in enumerate(lines, 1):
            for at, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(n, at, cell, row_looks[at])
                elif cell is not None:
                    sheet.write_number(n, at, cell, row_looks[at])
    book.close()


def _memory(path: Path, parcels: int) -> list[Row]:
    """Of a process that has the book open with everything imported, and the most it takes for reading, workbook, CSV and JSON after that."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.report", str(path.absolute())], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1]
    )
    open_mb, most_mb = json.loads(done.stdout)
    more = most_mb - open_mb
    bench = f"report of {parcels:,} parcels, memory"
    return [
        figure(bench, "the book open, all imported", open_mb, "MB"),
        figure(bench, "more for the report, at most", more, "MB", more / open_mb, met(more <= AIM_MB, f"<= {AIM_MB} MB")),
    ]


def _most_mb() -> float:
    return next(int(line.split()[1]) / 1024 for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))


def _alone(path: Path) -> tuple[float, float]:
    from corner_app.reports import data

    reader = Reader(path)
    try:
        place = reader.read(read_place)
        reader.read(lambda asked: report_of.read(asked, here(place), "2026-11-20"))  # a day on which nothing was written
        began = _most_mb()
        found, called = reader.read(lambda asked: _report(asked, place))
    finally:
        reader.close()
    with tempfile.TemporaryDirectory() as folder:
        xlsx.write(found, Path(folder) / "day.xlsx", Language.BN, called)
        csv.write(found, Path(folder), Language.BN, called)
        io.BytesIO(data.exact(found))
    return began, _most_mb()


if __name__ == "__main__":
    print(json.dumps(_alone(Path(sys.argv[1]))))
