"""The benchmark of the report at its smallest: it reads a report that adds up, and measures each thing against the same work done barely."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import report


def test_the_report_is_read_written_and_weighed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "build").mkdir()
    monkeypatch.chdir(tmp_path)
    table = report.measure(100, rounds=1)
    ways = {row.way: row for row in table}
    assert {report.FLOOR_READ, report.OURS_READ, report.AGAIN, report.FLOOR, report.OURS, report.OURS_CSV} <= set(ways)
    assert (ways[report.FLOOR_READ].ratio, ways[report.FLOOR].ratio) == (1, 1)
    assert ways["the book open, all imported"].unit == "MB"
    assert [row.way for row in table if "aim" in row.note] == [report.OURS, "more for the report, at most"]
