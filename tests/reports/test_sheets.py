"""Workbook and CSV files of a report: real numbers, sums as formulas that agree, nothing that a spreadsheet would run, never half a file."""

from __future__ import annotations

import csv
import gc
import os
import shutil
import subprocess
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.reports.samples import DAY, NAMES, NOTHING, at

from corner_app.domain.trouble import Trouble
from corner_app.i18n import Language
from corner_app.reports import csv as csv_files
from corner_app.reports import files, xlsx
from corner_app.reports.figures import ExceptionLine, LedgerLine, MoveLine, Report
from corner_app.reports.sections import sections, totals

EVIL = ("=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1")
REPORT: Report = replace(
    DAY,
    exceptions=(*DAY.exceptions, *(ExceptionLine("CP104721332BD", "damaged", at(4402), DAY.closed_at, "rahima", evil, "shelved") for evil in EVIL)),
    returns=tuple(replace(DAY.returns[0], reason=evil) for evil in EVIL),
    moves=(
        MoveLine("CP104722151BD", "came", "cod", at(4400), DAY.closed_at, "jalil"),
        MoveLine("CP104722315BD", "handed_over", "cod", at(4450), DAY.closed_at, "jalil"),
    ),
    ledger=(
        LedgerLine("CP104722315BD", "handed_over", "drawer:8500-1", 118_050, "collected", at(4450), DAY.closed_at, "jalil"),
        LedgerLine("CP104722315BD", "handed_over", "cod:M005", -118_050, "", at(4450), DAY.closed_at, "jalil"),
    ),
)


@pytest.fixture(params=list(Language), ids=str)
def language(request: pytest.FixtureRequest) -> Language:
    return Language(request.param)


def loaded(path: Path, *, values: bool) -> Any:
    return openpyxl.load_workbook(path, data_only=values)


def test_sums_are_formulas_and_their_values_agree(tmp_path: Path, language: Language) -> None:
    xlsx.write(REPORT, tmp_path / "day.xlsx", language, NAMES)
    values, formulas = loaded(tmp_path / "day.xlsx", values=True), loaded(tmp_path / "day.xlsx", values=False)
    checked = 0
    for section in sections(REPORT, NAMES, language):
        sheet, told = formulas[section.title[:31]], values[section.title[:31]]
        assert sheet.freeze_panes == "A2"
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("=") and cell.data_type == "f":
                    assert computed(cell.value, told) == pytest.approx(told[cell.coordinate].value, abs=0.001), (section.key, cell.coordinate)
                    checked += 1
        if section.total and section.rows:
            sums = [told.cell(len(section.rows) + 2, at + 1).value for at in range(len(section.columns))]
            assert sums[0] == section.total
            assert [bool(value) for value in sums[1:] if value] == [True for cell in totals(section)[1:] if cell]
    assert checked > 40


def computed(formula: str, sheet: Any) -> float:
    """What a formula of ours gives, worked out by hand: a sum of a range, or cells added and taken off."""
    if formula.startswith("=SUM("):
        first, _, last = formula[5:-1].partition(":")
        return float(sum(cell.value for (cell,) in sheet[f"{first}:{last or first}"] if isinstance(cell.value, int | float)))
    parts = formula[1:].replace("-", "+-").split("+")
    return float(sum(-(sheet[part[1:]].value or 0) if part.startswith("-") else (sheet[part].value or 0) for part in parts if part))


def test_numbers_and_times_are_real(tmp_path: Path) -> None:
    xlsx.write(REPORT, tmp_path / "day.xlsx", Language.EN, NAMES)
    book = loaded(tmp_path / "day.xlsx", values=True)
    money = book["Money"]
    assert [cell.value for cell in money[4]][1:11] == [4_000, 88_530, 0, 0, 0, 88_480, 4_050, 4_000, -50, 0]
    moves = book["Parcels one by one"]
    assert moves["A2"].value == 4400
    assert moves["B2"].value == datetime(2026, 11, 24, 18, 5)
    ledger = book["Money line by line"]
    assert (ledger["F2"].value, ledger["G3"].value, ledger["F4"].value, ledger["G4"].value) == (1180.5, 1180.5, 1180.5, 1180.5)
    cover = {row[0]: row[1] for row in book["Daily report"].iter_rows(values_only=True)}
    assert cover["Last seal of the book"] == DAY.seal
    assert cover["First and last entry"] == "4102 – 4988"
    assert cover["Office"] == "Pirojpur Head Post Office (8500)"


def test_words_that_look_like_formulas_stay_words(tmp_path: Path, language: Language) -> None:
    xlsx.write(REPORT, tmp_path / "day.xlsx", language, NAMES)
    title = next(section.title for section in sections(REPORT, NAMES, language) if section.key == "returns")
    reasons = [row[1] for row in loaded(tmp_path / "day.xlsx", values=False)[title].iter_rows(min_row=2)]
    assert {cell.data_type for cell in reasons} == {"s"}
    assert [cell.value.strip() for cell in reasons][:4] == [evil.strip() for evil in EVIL][:4]


def test_csv_runs_nothing_and_keeps_numbers(tmp_path: Path, language: Language) -> None:
    written = csv_files.write(REPORT, tmp_path / "out", language, NAMES)
    assert {path.stem for path in written} == {section.key for section in sections(REPORT, NAMES, language)}
    for path in written:
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
        for row in csv.reader(path.read_text(encoding="utf-8-sig").splitlines(keepends=True)):
            for cell in row:
                assert not cell.startswith(("=", "+", "@", "\t", "\r")), cell
                assert not cell.startswith("-") or float(cell) < 0
    reasons = [row[1] for row in rows(tmp_path / "out" / "returns.csv")[1:]]
    assert reasons == ["'" + evil for evil in EVIL]
    money = rows(tmp_path / "out" / "money.csv")
    assert money[1][1:3] == ["2000.00", "52480.00"]
    assert float(money[3][2]) == float(money[1][2]) + float(money[2][2])


def rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_bangla_stands_in_the_files(tmp_path: Path) -> None:
    csv_files.write(REPORT, tmp_path, Language.BN, NAMES)
    assert rows(tmp_path / "clerks.csv")[1][0] == "আব্দুল জলিল"
    assert rows(tmp_path / "cover.csv")[0] == ["দৈনিক প্রতিবেদন", "২৪-১১-২০২৬"]


def test_a_report_of_nothing_is_written_too(tmp_path: Path, language: Language) -> None:
    xlsx.write(NOTHING, tmp_path / "none.xlsx", language, NAMES)
    assert len(loaded(tmp_path / "none.xlsx", values=True).sheetnames) == len(csv_files.write(NOTHING, tmp_path, language, NAMES))


def test_the_old_file_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "day.xlsx"
    target.write_bytes(b"yesterday")
    with pytest.raises(ZeroDivisionError), files.replacing(target) as beside:
        beside.write_bytes(b"half")
        raise ZeroDivisionError
    assert target.read_bytes() == b"yesterday"
    assert [path.name for path in tmp_path.iterdir()] == ["day.xlsx"]


@pytest.mark.parametrize("write", [xlsx.write, csv_files.write])
def test_a_place_that_cannot_be_written_is_told(tmp_path: Path, write: Any) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Trouble, match="report_not_written"):
        write(REPORT, tmp_path / "file" / "day", Language.EN, NAMES)


@pytest.mark.skipif(os.name != "posix", reason="a limit on files is set")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # XlsxWriter lets go of its files when they are collected
@pytest.mark.parametrize("room", [0, 300, 3_000])
def test_a_full_disk_leaves_the_old_file(tmp_path: Path, room: int) -> None:
    import resource

    target = tmp_path / "day.xlsx"
    target.write_bytes(b"yesterday")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        with pytest.raises(Trouble, match="report_not_written"):
            xlsx.write(REPORT, target, Language.EN, NAMES)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    gc.collect()
    assert target.read_bytes() == b"yesterday"
    assert [path.name for path in tmp_path.iterdir()] == ["day.xlsx"]


OFFICE = shutil.which("soffice") or shutil.which("libreoffice")


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed: nothing recalculates the workbook")
def test_libreoffice_recalculates_the_same(tmp_path: Path) -> None:
    xlsx.write(REPORT, tmp_path / "day.xlsx", Language.BN, NAMES)
    again = tmp_path / "again"
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    subprocess.run([str(OFFICE), profile, "--headless", "--convert-to", "xlsx", "--outdir", str(again), str(tmp_path / "day.xlsx")], check=True, timeout=200)
    ours, theirs = loaded(tmp_path / "day.xlsx", values=True), loaded(again / "day.xlsx", values=True)
    for sheet in ours.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, int | float):
                    assert theirs[sheet.title][cell.coordinate].value == pytest.approx(cell.value, abs=0.001)
    csv_files.write(REPORT, tmp_path / "csv", Language.BN, NAMES)
    subprocess.run(
        [str(OFFICE), profile, "--headless", "--convert-to", "xlsx", "--outdir", str(again), str(tmp_path / "csv" / "clerks.csv")], check=True, timeout=200
    )
    assert loaded(again / "clerks.xlsx", values=True).worksheets[0]["A2"].value == "আব্দুল জলিল"
