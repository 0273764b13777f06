"""The report that can be searched: everything Typst is told, what it makes of it where it is installed, and what is said where it is not."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pypdfium2 as pdfium  # type: ignore[import-untyped]
import pytest
from tests.reports import samples as s

from corner_app.domain.trouble import Trouble
from corner_app.i18n import Language, money, words
from corner_app.reports.figures import Report
from corner_app.reports.keys import figures
from corner_app.reports.typst import program, searchable, values

HOSTILE = '#panic("x") $a^2$ *b* _c_ <l> @ref \\ // [ ] ` ~ {x} "q" \''
installed = pytest.mark.skipif(program() is None, reason="typst is not installed on this machine")


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("report", [s.DAY, s.NOTHING, s.large(), replace(s.DAY, training=True, closed=False, faults=("ledger_unequal",))])
def test_typst_is_told_every_figure(report: Report, language: Language) -> None:
    told = values(report, s.NAMES, language)
    assert json.loads(json.dumps(told))["title"] == words("report.day", language)
    texts = {cell["text"] for table in told["tables"] for row in (*table["rows"], table["totals"]) for cell in row}
    for key, figure in figures(report).items():
        if key.startswith("drawers.") and (figure.value or figure.by):
            assert money(figure.value, language, exact=True) in texts, key
    for table in told["tables"]:
        assert all(len(row) == len(table["columns"]) for row in table["rows"])
    assert len(told["ghosts"]) == (not report.closed) + report.training


def test_without_typst_the_answer_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Trouble) as trouble:
        searchable(s.DAY, tmp_path / "day.pdf", Language.BN, s.NAMES)
    assert trouble.value.code == "typst_missing"
    assert list(tmp_path.iterdir()) == []


def test_what_typst_complains_of_is_said_and_the_old_file_stays(tmp_path: Path) -> None:
    fails = tmp_path / "typst"
    fails.write_text("#!/bin/sh\necho 'error: file is not there' >&2\nexit 1\n")
    fails.chmod(0o755)
    target = tmp_path / "day.pdf"
    target.write_bytes(b"old")
    with pytest.raises(Trouble) as trouble:
        searchable(s.DAY, target, Language.BN, s.NAMES, fails)
    assert (trouble.value.code, trouble.value.params["why"]) == ("typst_failed", "error: file is not there")
    assert target.read_bytes() == b"old"


def test_a_program_that_cannot_run_is_a_trouble(tmp_path: Path) -> None:
    with pytest.raises(Trouble) as trouble:
        searchable(s.DAY, tmp_path / "day.pdf", Language.BN, s.NAMES, tmp_path / "nowhere")
    assert trouble.value.code == "typst_failed"


def copied(target: Path) -> str:
    """What somebody copies out of a file."""
    with pdfium.PdfDocument(target) as document:
        return " ".join(page.get_textpage().get_text_range() for page in document).replace("\r\n", " ")


@installed
def test_bangla_can_be_found_in_it(tmp_path: Path) -> None:
    target = tmp_path / "day.pdf"
    searchable(s.DAY, target, Language.BN, s.NAMES)
    found = copied(target)
    assert "দৈনিক প্রতিবেদন" in found
    assert "মোঃ আনোয়ার হোসেন" in found
    assert "৳ ৫২,৪৮০.০০" in found
    assert s.DAY.seal in found


@installed
@pytest.mark.parametrize("name", [HOSTILE, s.LONG_NAME, s.ONE_WORD], ids=["hostile", "long", "one word"])
@pytest.mark.parametrize("language", Language)
def test_a_name_is_text_whatever_it_says(tmp_path: Path, name: str, language: Language) -> None:
    target = tmp_path / "day.pdf"
    searchable(s.DAY, target, language, s.named(name))
    if name == HOSTILE:
        assert HOSTILE in copied(target)
    with pdfium.PdfDocument(target) as document:
        assert len(document) >= 2


@installed
@pytest.mark.parametrize("report", [s.NOTHING, s.large(), replace(s.DAY, training=True, closed=False, faults=("ledger_unequal",))])
def test_every_kind_of_day_is_set(tmp_path: Path, report: Report) -> None:
    searchable(report, tmp_path / "day.pdf", Language.EN, s.NAMES)
    assert words("report.parcels", Language.EN) in copied(tmp_path / "day.pdf")
