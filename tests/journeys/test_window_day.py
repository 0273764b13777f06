"""The training day through the real windows, as `corner-app demo --headless` plays it: its figures, and the same office at the end as through the batch."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.journeys.test_training_day import play_day

from corner_app.book.book import Book, Reader, make
from corner_app.book.database import Rows
from corner_app.book.verify import verify
from corner_app.domain.bag_numbers import parse_bag_number

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the simulated scanner is a pseudo-terminal")
LIMIT_S = 280


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a day played through the windows."""
    out = tmp_path_factory.mktemp("day")
    command = [sys.executable, "-m", "corner_app", "demo", "--headless", "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=LIMIT_S, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    return out


@pytest.fixture(scope="module")
def batched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The book of the same day through the batch."""
    path = tmp_path_factory.mktemp("batch") / "corner.book"
    make(path, office="8500", counter=1, training=True)
    with Book(path) as book:
        play_day(book)
    return path


@pytest.mark.timeout(300)
def test_the_day_adds_up_in_the_windows(played: Path) -> None:
    figures: dict[str, Any] = json.loads((played / "figures.json").read_text(encoding="utf-8"))
    answers, status = figures["answers"], figures["status"]
    assert (figures["gave_up"], figures["verify"]) == ("", "good")
    assert answers["bag_open"] == answers["bag_ended"] == 24
    assert len(figures["missing"]) == len(set(figures["missing"])) == 12
    assert answers["missent"] == 20 + 2, "two of the twenty were taken back and received again"
    assert status["parcels"]["missent"] == 20
    assert answers["unannounced"] == answers["wrong_check_digit"] == 10
    assert answers["damaged"] == 5
    assert answers["sorted"] == 700 + 280
    assert status["parcels"] == {"bagged": 280, "handed_over": 450, "missent": 20, "received": 10, "refused": 30, "shelved": 220}
    assert answers["handed_over"] == 450
    assert (answers["wrong_code"], answers["locked"]) == (14, 2)
    assert answers["refused"] == 30
    assert answers["undone"] == 50
    assert answers["queued"] == figures["labels"] == 50
    assert len(list((played / "labels").glob("label-*.png"))) == 50
    assert list((played / "screens").glob("*.png"))


@pytest.mark.timeout(300)
def test_the_book_of_the_windows_verifies(played: Path) -> None:
    report = verify(played / "corner.book")
    assert report.good, report.faults
    figures = json.loads((played / "figures.json").read_text(encoding="utf-8"))
    assert (report.entries, report.head) == (figures["entries"], figures["head"])
    with closing(Reader(played / "corner.book")) as reader:
        states = reader.read(lambda rows: dict(rows.all("SELECT state, count(*) FROM print_job GROUP BY state")))
    assert states == {"printed": 50}


def office(path: Path) -> dict[str, Any]:
    """Everything the book says of the office, without times, hashes and entry numbers."""
    with closing(Reader(path)) as reader:
        return reader.read(lambda rows: dict(_office(rows)))


def _office(rows: Rows) -> Iterator[tuple[str, Any]]:
    columns = "item, state, office, shelf, bag, damaged, is_foreign, announced, cod, cod_state, merchant, wrong_codes, copies, from_bag, received_by"
    yield "parcels", [(*row[:4], short(row[4]), *row[5:]) for row in rows.all(f"SELECT {columns} FROM parcel ORDER BY item")]
    yield "drawers and accounts", rows.all("SELECT name, balance FROM account ORDER BY name")
    bags = rows.all("SELECT number, way, towards, expected, ended_at > 0 FROM bag")
    yield "bags", sorted((short(number), *rest) for number, *rest in bags)
    yield "postings", rows.all("SELECT account, item, amount FROM posting ORDER BY account, item, amount")
    yield "numbers", rows.all("SELECT a.code, a.kind, p.item FROM alias a JOIN parcel p ON p.id = a.parcel ORDER BY a.code")
    yield "states", rows.all("SELECT office, state, n FROM tally WHERE n > 0 ORDER BY office, state")
    yield "labels", rows.all("SELECT item, what, copy, reason, actor FROM print_job ORDER BY item, copy")
    settled = ("label_settled", "restarted")
    kinds = rows.all("SELECT subject, kind, actor FROM entry ORDER BY no")
    story: dict[str, list[tuple[str, str]]] = {}
    for subject, kind, actor in kinds:
        if kind not in settled:
            story.setdefault(short(subject.removeprefix("bag:")) if subject.startswith("bag:") else subject, []).append((kind, actor))
    yield "story", story


def short(number: str) -> str:
    """What a clerk calls a bag; its full number holds the year's serial."""
    parsed = parse_bag_number(number)
    return parsed.short if parsed is not None else number


@pytest.mark.timeout(300)
def test_the_batch_ends_in_the_same_office(played: Path, batched: Path) -> None:
    window, batch = office(played / "corner.book"), office(batched)
    assert window.keys() == batch.keys()
    for what in window:
        assert window[what] == batch[what], what
    assert len(window["parcels"]) == 1_010
    assert len(window["postings"]) > 600
