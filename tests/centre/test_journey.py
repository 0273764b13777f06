"""From a merchant's file to one timeline: real programs, real HTTP, both databases."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.centre.processes import batch, centre, office, serving

SAMPLE = Path(__file__).parents[1] / "data" / "sample_parcels_1000.csv"


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A centre's empty database."""
    return str(request.getfixturevalue("postgres_url")) if request.param == "postgresql" else f"sqlite:///{tmp_path}/centre.db"


def test_a_parcel_has_one_timeline(database: str, tmp_path: Path) -> None:
    centre(database, "init")
    books = {code: tmp_path / f"{code}.book" for code in ("8200", "8500")}
    with serving(database) as served:
        for code, book in books.items():
            office(book, "init", "--office", code, "--training")
            said = centre(database, "office", "add", code, "--json")
            office(book, "enrol", "--centre", served.url, "--code", said["code"])
        answers = centre(database, "announce", str(SAMPLE), "--json")["data"]
        assert len(answers["accepted"]) == 1000
        assert centre(database, "announce", str(SAMPLE), "--json")["data"]["accepted"] == []
        here = office(books["8500"], "sync", "--once", "--json")
        assert (here["unsent"], here["acked"]) == (0, True)
        assert here["received"] > 0
        item = _one_for("8500")
        hub = batch(books["8200"], {"job": "receive", "scan": item}, {"job": "sort", "scan": item})
        assert [answer["code"] for answer in hub][1] in ("sorted", "no_destination")
        office(books["8200"], "sync", "--once", "--json")
        office(books["8500"], "sync", "--once", "--json")  # knows of the hub before the parcel comes
        own = batch(books["8500"], {"job": "receive", "scan": item}, {"job": "sort", "scan": item})
        assert [answer["code"] for answer in own] == ["received", "sorted"]
        again = office(books["8500"], "sync", "--once", "--json")
        assert (again["sent"], again["unsent"]) == (2, 0)
        office(books["8200"], "sync", "--once", "--json")
        for book in books.values():
            shown = batch(book, {"job": "parcel", "scan": item})[0]["data"]
            assert shown["state"] == "shelved"
    found = centre(database, "parcel", item, "--json")
    assert (found["state"], found["office"]) == ("shelved", "8500")
    assert found["timeline"][0]["office"] == ""
    assert {line["office"] for line in found["timeline"]} == {"", "8200", "8500"}
    assert centre(database, "verify", "--json")["good"]
    for book in books.values():
        assert office(book, "verify", "--json")["good"]


def test_without_a_centre_the_clerk_is_told_and_nothing_is_lost(tmp_path: Path) -> None:
    database, book = f"sqlite:///{tmp_path}/centre.db", tmp_path / "8500.book"
    centre(database, "init")
    office(book, "init", "--office", "8500", "--training")
    said = centre(database, "office", "add", "8500", "--json")
    with serving(database) as served:
        office(book, "enrol", "--centre", served.url, "--code", said["code"])
        office(book, "enrol", "--centre", served.url, "--code", said["code"])
    batch(book, {"job": "receive", "scan": "CP407774791BD"})
    told = office(book, "sync", "--once", code=3)
    assert "does not answer" in told
    port = int(served.url.rpartition(":")[2])
    with serving(database, port) as served:
        served.kill()
    office(book, "sync", "--once", code=3)
    with serving(database, port):
        assert office(book, "sync", "--once", "--json")["sent"] == 1
        assert office(book, "sync", "--once", "--json")["sent"] == 0


def _one_for(postcode: str) -> str:
    import csv

    with SAMPLE.open(encoding="utf-8", newline="") as file:
        return next(row["item_id"] for row in csv.DictReader(file) if row["postcode"] == postcode)
