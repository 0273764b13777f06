"""`corner-app report` as scripts start it: the JSON of batch.md, files, a table, wrong use."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.conftest import Counter

from corner_app.book.book import Book, make
from corner_app.domain.numbers import make_s10
from corner_app.i18n import Language, words

ONE, TWO = make_s10("CP", "40777479"), make_s10("CP", "40777480")
DAY = "2026-11-24"
WAYS = {"handed_over", "delivered", "dispatched", "returned", "lost", "taken_back", "elsewhere"}
FIGURES = {"opening", "collected", "paid_in", "paid_out", "deposited", "expected", "counted", "difference"}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A day with two parcels, one of them handed over for ৳ 1,160, closed ৳ 10 short; the book stays in use."""
    path = tmp_path_factory.mktemp("report") / "corner.book"
    make(path, office="8500", counter=1, training=True, device=7, uuid=bytes(range(16)))
    with Book(path) as opened:
        counter = Counter(opened)
        counter.do("open_day", float=200_000)
        counter.announce(ONE, TWO)
        counter.do("receive", scan=ONE)
        counter.do("receive", scan=TWO)
        counter.do("hand_over", scan=ONE, code="123456", tendered=116_000)
        counter.do("close_day", counted={"1000": 3, "100": 1, "50": 1}, reason="ভাংতি কম")
        yield path


def told(book: Path, *asked: str, code: int = 0, language: str = "en") -> str:
    command = [sys.executable, "-m", "corner_app", "--book", str(book), "--language", language, "report", *asked]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=60, check=False)
    assert (done.returncode, done.stderr) == (code, "") or code, done.stderr
    assert done.returncode == code
    return done.stdout if code == 0 else done.stderr


def data(book: Path, *asked: str) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(told(book, *asked, "--json"))
    return made


def test_the_json_is_that_of_the_page(book: Path) -> None:
    made = data(book, DAY)
    assert {"opening", "in", "out", "on_hand"} <= set(made["parcels"])
    assert (made["parcels"]["opening"], made["parcels"]["in"], made["parcels"]["on_hand"]) == (0, 2, 1)
    assert set(made["parcels"]["out"]) == WAYS
    assert {way: n for way, n in made["parcels"]["out"].items() if n} == {"handed_over": 1}
    drawer = made["drawers"]["1"]
    assert set(drawer) >= FIGURES
    assert {name: drawer[name] for name in FIGURES} == {
        "opening": 200_000, "collected": 116_000, "paid_in": 0, "paid_out": 0, "deposited": 0, "expected": 316_000, "counted": 315_000, "difference": -1_000,
    }  # fmt: skip
    assert made["entries"][0] == 1
    assert len(made["seal"]) == 32
    assert (made["closed"], made["faults"]) == (True, [])


def test_details_lead_from_each_figure_to_its_entries(book: Path) -> None:
    made = data(book, DAY, "--details")
    came = made["parcels"]["in"]
    assert came["value"] == len(came["entries"]) == 2
    collected = made["drawers"]["1"]["collected"]
    lines = [line for line in made["ledger"] if line["by"] in collected["entries"] and line["account"] == "drawer:8500-1"]
    assert collected["value"] == sum(line["amount"] for line in lines) == 116_000
    assert all(isinstance(entry, int) for entry in (*came["entries"], *collected["entries"]))
    assert [line["item"] for line in made["moves"]] == [ONE, TWO, ONE]


def test_an_open_day_has_no_count(book: Path) -> None:
    made = data(book, "2026-11-25")
    assert (made["closed"], made["drawers"]["1"]["counted"], made["drawers"]["1"]["difference"]) == (False, None, None)
    assert (made["parcels"]["opening"], made["drawers"]["1"]["opening"]) == (1, 315_000)
    assert (made["entries"], made["seal"]) == ([], "")


def test_a_range_and_a_month_are_sums(book: Path) -> None:
    day, some, month = data(book, DAY), data(book, "2026-11-20", "--to", DAY), data(book, "2026-11")
    for made in (some, month):
        assert (made["parcels"], made["drawers"], made["seal"]) == (day["parcels"], day["drawers"], day["seal"])
    assert (month["date"], month["to"]) == ("2026-11-01", "2026-11-30")


def test_files_are_written_and_named(book: Path, tmp_path: Path) -> None:
    sheet, folder, pages = tmp_path / "day.xlsx", tmp_path / "csv", tmp_path / "day.pdf"
    said = told(book, DAY, "--xlsx", str(sheet), "--csv", str(folder), "--pdf", str(pages), language="bn")
    assert words("report.written", Language.BN, file=str(sheet)) in said.splitlines()
    assert openpyxl.load_workbook(sheet).sheetnames[0] == words("report.day", Language.BN)
    assert "রহিমা খাতুন" in (folder / "clerks.csv").read_text(encoding="utf-8-sig")
    assert pages.read_bytes().startswith(b"%PDF")


def test_without_an_option_it_is_a_table(book: Path) -> None:
    english, bangla = told(book, DAY), told(book, DAY, language="bn")
    assert "৳ 1,160.00" in english
    assert "৳ ১,১৬০.০০" in bangla
    assert [line for line in english.splitlines() if line.split() == ["Total", "0", "2", "1", "0", "0", "0", "0", "0", "0", "1"]]


@pytest.mark.parametrize("asked", [["yesterday-ish"], ["2026-13"], ["2026-02-30"], [DAY, "--to", "2026-11-23"], []])
def test_wrong_use_is_told(book: Path, asked: list[str]) -> None:
    assert "corner-app report: " in told(book, *asked, code=64)


def test_a_file_that_cannot_be_written_is_trouble(book: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    said = told(book, DAY, "--xlsx", str(tmp_path / "file" / "day.xlsx"), code=2)
    assert said.startswith("The report could not be written (day.xlsx: ")


def test_a_book_that_is_not_there(tmp_path: Path) -> None:
    assert told(tmp_path / "none.book", DAY, code=2) == words("trouble.no_book", Language.EN, file="none.book") + "\n"
