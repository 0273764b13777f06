"""The benchmarks of sync and centre at their smallest: each does what it measures, and says so in rows that can be compared. Times are not looked at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from benchmarks.turns import Row

from benchmarks import centre_feed, centre_herd, centre_ingest, centre_snapshot, sync_bytes


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Benchmarks keep their files in `build` of where they are called."""
    (tmp_path / "build").mkdir()
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    monkeypatch.chdir(tmp_path)


def by_way(table: Sequence[Row], bench: str) -> dict[str, Row]:
    """Rows of the benchmarks whose name begins so."""
    found = {row.way: row for row in table if row.bench.startswith(bench)}
    assert found, bench
    return found


def test_bytes_of_the_sync_are_counted_on_the_way() -> None:
    table = sync_bytes.measure(60)
    up = by_way(table, "sync: bytes up an entry")
    assert up["Anki, notes"].p50 > up["ours, 500 a batch"].p50 > 0
    again = by_way(table, "sync: bytes up again")["ours"]
    assert "2 cuts" in again.note
    assert again.p50 > 0


def test_ingestion_is_measured_against_the_same_rows() -> None:
    ways = by_way(centre_ingest.measure(100), "ingest: 100 entries")
    assert ways[centre_ingest.FLOOR].ratio == 1
    assert set(ways) == {centre_ingest.FLOOR, centre_ingest.TAKE, centre_ingest.PUSH}


def test_a_herd_comes_in_and_the_centre_holds_it() -> None:
    ways = by_way(centre_herd.measure(8, 1), "herd: 8 offices, 20 entries each, drained")
    assert list(ways) == ["all in one moment", "over a window of 1 s"]


def test_a_poll_hears_what_it_should_at_each_size() -> None:
    table = centre_feed.measure((100, 1_000), rounds=3)
    for kind in ("nothing new", "50 items"):
        assert set(by_way(table, f"feed: {kind}")) == {"floor, 100", "ours, 100", "floor, 1,000", "ours, 1,000"}


def test_an_office_comes_whole_through_a_link_that_is_cut_at_each_part() -> None:
    down = by_way(centre_snapshot.measure(700), "snapshot: 700 parcels, bytes down")
    cut, whole = down[centre_snapshot.CUT], down[centre_snapshot.WHOLE]
    assert "0 cuts" in whole.note
    assert int(cut.note.split(" cuts")[0].split()[-1]) >= 2
    assert cut.p50 > whole.p50
