"""A report whose Bangla can be searched and copied, set by Typst where that program is installed. Qt's PDFs look the same but lose conjuncts when copied."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from corner_app.domain.trouble import Trouble
from corner_app.i18n import Language, digits, load_words, number, words
from corner_app.reference import resource_dir
from corner_app.reports import files
from corner_app.reports.cover import cover, title_of
from corner_app.reports.figures import HourLine, Names, Report
from corner_app.reports.grid import Cell, Column
from corner_app.reports.pages import put_tables

_PATIENCE_S = 300
"""A day of 5,000 parcels takes seconds; a program that says nothing for so long is stuck."""


def program() -> Path | None:
    """Where Typst is installed, None if it is not."""
    found = shutil.which("typst")
    return Path(found) if found else None


def searchable(report: Report, target: Path, language: Language, names: Names, typst: Path | None = None) -> None:
    """Writes a report as a PDF that can be searched. typst: the program, if it is not the installed one.

    Raises Trouble("typst_missing"), Trouble("typst_failed") with what the program said, or Trouble("report_not_written"); an older file stays as it was.
    """
    runs = typst or program()
    if runs is None:
        raise Trouble("typst_missing")
    with TemporaryDirectory(prefix="report-") as name:
        folder = Path(name)
        shutil.copyfile(resource_dir() / "reports" / "day.typ", folder / "day.typ")
        (folder / "report.json").write_text(json.dumps(values(report, names, language), ensure_ascii=False), encoding="utf-8")
        _run(runs, folder, report.closed_at)
        files.write(target, (folder / "day.pdf").read_bytes())


def _run(typst: Path, folder: Path, at: int) -> None:
    """at: ms UTC that stands in the file as the time it was made, so that the same report is the same file; 0 now."""
    command = [str(typst), "compile", "--root", str(folder), "--font-path", str(resource_dir() / "fonts"), "--ignore-system-fonts"]
    environment = os.environ | ({"SOURCE_DATE_EPOCH": str(at // 1000)} if at else {})
    try:
        done = subprocess.run([*command, "day.typ", "day.pdf"], cwd=folder, env=environment, capture_output=True, timeout=_PATIENCE_S, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Trouble("typst_failed", why=type(error).__name__) from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise Trouble("typst_failed", why=said[0] if said else str(done.returncode))


class _Gathered:
    """Tables as they are handed to Typst."""

    def __init__(self) -> None:
        self.found: list[dict[str, Any]] = []

    def heading(self, title: str, note: str = "") -> None:
        """A heading without a table."""
        self.table(title, note, (), ())

    def table(self, title: str, note: str, columns: Sequence[Column], rows: Sequence[Sequence[Cell]], totals: Sequence[Cell] = ()) -> None:
        """A table."""
        shape = [{"title": column.title, "figures": column.figures, "mono": column.mono, "words": column.words} for column in columns]
        cells = [[_cell(cell) for cell in row] for row in rows]
        self.found.append({"title": title, "note": note, "columns": shape, "rows": cells, "totals": [_cell(cell) for cell in totals]})


def _cell(cell: Cell) -> dict[str, Any]:
    return {"text": cell.text, "ink": cell.ink.name, "weight": cell.weight}


def values(report: Report, names: Names, language: Language) -> Mapping[str, Any]:
    """Everything the template shows, in words."""
    gathered = _Gathered()
    put_tables(gathered, report, names, language)
    said = cover(report, names, language)
    return {
        "language": language.value,
        "document": f"{title_of(report, language)} {said.when}",
        "author": names.clerk(report.closed_by, language) if report.closed_by else said.office,
        "title": said.title,
        "office": said.office,
        "when": said.when,
        "state": said.state,
        "closed": report.closed,
        "running": said.running,
        "faulty": said.faulty,
        "faults": said.faults,
        "cards": [[title, text] for _, title, text in said.cards],
        "hours": _hours(report.hours, language),
        "tables": gathered.found,
        "note": said.note,
        "signs": said.signs,
        "ghosts": said.ghosts,
        "seal": said.seal,
        "seal_title": said.seal_title,
        "seal_in_full": said.seal_in_full,
        "covered": said.covered,
        "page": load_words()["report.page"][language],
    }


def _hours(hours: Sequence[HourLine], language: Language) -> Mapping[str, Any]:
    most = max((max(line.received.value, line.handed_over.value) for line in hours), default=0) or 1

    def bar(value: int) -> list[Any]:
        return [number(value, language), value / most]

    bars = [
        {
            "hour": words("report.hour", language, n=digits(str(line.hour), language)),
            "received": bar(line.received.value),
            "handed_over": bar(line.handed_over.value),
        }
        for line in hours
    ]
    legend = [words("report.received", language), words("report.out", language)]
    return {"title": words("report.hours", language), "note": "" if hours else words("report.no_hours", language), "legend": legend, "bars": bars}
