"""Horizon row 14: what is known to be wrong is told, with the days it touches."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.conftest import Counter

from corner_app.cli import main
from corner_app.reference import load_defects

DATE = "2026-11-24"


def test_14_known_defects_are_told_with_the_days_they_touch(counter: Counter, capsys: pytest.CaptureFixture[str]) -> None:
    """Live errors were withheld: branches were not told of known faults, as late as 2020 (Computer Weekly, 29 September 2020).

    One command names every known defect, open or mended, in both languages, and says which of them touch a day by what was done on it.
    """
    book = str(counter.book.path)
    assert _touching(book, capsys) == {each.code for each in load_defects() if not each.kinds}
    counter.announce("CP407774791BD")
    counter.do("receive", scan="CP407774791BD")
    assert _touching(book, capsys) >= {each.code for each in load_defects() if "received" in each.kinds} != set()
    for language, at in (("bn", 0), ("en", 1)):
        assert main(["--book", book, "--language", language, "defects", DATE]) == 0
        said = capsys.readouterr().out
        assert all(each.code in said and each.what[at] in said and each.do[at] in said for each in load_defects())


def _touching(book: str, capsys: pytest.CaptureFixture[str]) -> set[str]:
    assert main(["--book", book, "defects", DATE, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [row["code"] for row in told["defects"]] == [each.code for each in load_defects()]
    assert all(row["what"]["bn"] and row["what"]["en"] and row["do"]["bn"] and row["do"]["en"] for row in told["defects"])
    return {row["code"] for row in told["defects"] if row["touches"]}


def test_14_before_there_is_a_book_and_for_no_date(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is known can be read without a book; a date that cannot be is wrong use, not an empty list."""
    assert main(["--book", str(tmp_path / "none.book"), "defects", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["defects"]
    with pytest.raises(SystemExit) as ended:
        main(["--book", str(tmp_path / "none.book"), "defects", "2026-13-01"])
    assert ended.value.code == 64
