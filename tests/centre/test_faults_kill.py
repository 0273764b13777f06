"""Kill -9 at every commit of a sync, on either side, and PostgreSQL gone in the middle: everything drains, everything is there once."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

import pytest
from tests.centre.faults import Mortal, Nursery, announced, answers, drained, enrolled, init, pace, until, whole, work
from tests.postgres import Cluster

from corner_app.reference import load_places
from corner_app.sync.engine import NoAnswer

OFFICES = tuple(code for code in sorted(load_places().offices) if code[:2] in ("85", "86", "82"))[:40]
"""One for each N: an office's first sync is a different one from its second."""


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A centre's database."""
    url = str(request.getfixturevalue("postgres_url")) if request.param == "postgresql" else f"sqlite:///{tmp_path}/centre.db"
    init(url)
    return url


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_office_killed_at_any_commit_of_its_first_sync(kin: Nursery, tmp_path: Path, when: str) -> None:
    """Two runs up, the office's state in several parts, feed: N grows until a sync lives to its end."""
    database = f"sqlite:///{tmp_path}/centre.db"
    init(database)
    centre = Mortal(kin, database, tmp_path / "arm")
    centre.start()
    books: list[Path] = []
    try:
        for at, office in enumerate(OFFICES, 1):
            announced(database, office, 70)
            book = enrolled(centre.url, database, tmp_path, office)
            books.append(book)
            work(book, 10)
            pace(book, 4)
            ended = kin.run("office", "--book", str(book), "sync", "--once", at=at, when=when).wait()
            if ended == 0:
                break
            assert ended == -signal.SIGKILL
            again = kin.run("office", "--book", str(book), "sync", "--once", "--json")
            assert again.wait() == 0, again.said()
        assert ended == 0, "N never reached the end"
        assert at > 9, "a sync of this kind commits more often"
    finally:
        centre.stop(signal.SIGTERM)
    whole(database, *books)


def test_a_centre_killed_at_any_commit_of_a_sync(kin: Nursery, tmp_path: Path, database: str) -> None:
    """Two runs up and feed down: N grows until the centre lives to the end of a sync; each time it starts again and the office goes on."""
    centre = Mortal(kin, database, tmp_path / "arm")
    centre.start()
    book = enrolled(centre.url, database, tmp_path, "8500")
    drained(book)
    killed = 0
    for when in ("before", "after"):
        for at in range(1, 30):
            announced(database, "8500", 2)
            work(book, 6)
            pace(book, 3)
            centre.die_at(at, when)
            office = kin.run("office", "--book", str(book), "sync", "--once", "--json")
            ended = office.wait()
            centre.disarm()
            if ended == 0:
                centre.stop(signal.SIGKILL)
                centre.start()
                break
            assert (ended, centre.ended()) == (3, -signal.SIGKILL), office.said()
            killed += 1
            centre.start()
            again = kin.run("office", "--book", str(book), "sync", "--once", "--json")
            assert again.wait() == 0, again.said()
        assert ended == 0, "N never reached the end"
    assert killed > 7, "a centre commits more often in such a sync"
    centre.stop(signal.SIGTERM)
    whole(database, book)


def test_a_centre_killed_while_it_judges_what_it_kept(kin: Nursery, tmp_path: Path, database: str) -> None:
    """It died after it had kept a run; it dies again at each commit of its next start, before and after; then it has judged it once."""
    centre = Mortal(kin, database, tmp_path / "arm")
    centre.start()
    book = enrolled(centre.url, database, tmp_path, "8500")
    work(book, 6)
    centre.die_at(1, "after")
    assert kin.run("office", "--book", str(book), "sync", "--once").wait() == 3
    assert centre.ended() == -signal.SIGKILL
    for when in ("before", "after"):
        centre.die_at(1, when)
        centre.begin()
        assert centre.ended() == -signal.SIGKILL
    centre.disarm()
    centre.start()
    assert drained(book) == 6
    centre.stop(signal.SIGTERM)
    whole(database, book)


class Pushing(threading.Thread):
    """An office that writes and sends without a pause, whatever the centre says."""

    def __init__(self, book: Path) -> None:
        super().__init__(daemon=True)
        self.book, self.rounds, self.refused, self.ended = book, 0, 0, threading.Event()
        self.wrong: list[str] = []

    def run(self) -> None:
        while not self.ended.is_set():
            work(self.book, 4)
            try:
                drained(self.book)
                self.rounds += 1
            except NoAnswer as none:
                self.refused += 1
                if none.code != "centre_trouble":
                    self.wrong.append(none.code)


def test_postgresql_falls_while_offices_push_and_comes_back(kin: Nursery, tmp_path: Path) -> None:
    with Cluster(durable=True) as cluster:
        url = cluster.create("centre")
        init(url)
        centre = Mortal(kin, url, tmp_path / "arm")
        centre.start()
        pushing = [Pushing(enrolled(centre.url, url, tmp_path, office)) for office in ("8500", "8501")]
        for office in pushing:
            office.start()
        for office in pushing:
            until(lambda office=office: office.rounds > 2, "an office does not get through")  # type: ignore[misc]
        cluster.crash()
        for office in pushing:
            refused = office.refused
            until(lambda office=office, refused=refused: office.refused > refused, "nobody noticed")  # type: ignore[misc]
        cluster.start()
        for office in pushing:
            sent = office.rounds
            until(lambda office=office, sent=sent: office.rounds > sent, "an office does not get through again")  # type: ignore[misc]
            office.ended.set()
            office.join(60)
            drained(office.book)
            assert office.wrong == []
        assert answers(centre.url)
        centre.stop(signal.SIGTERM)
        whole(url, *(office.book for office in pushing))
