"""Kill -9 at every commit of a sync, on either side, and PostgreSQL gone in the middle: everything drains, everything is there once."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.centre.faults import Mortal, Nursery, announced, drained, enrolled, init, nursery, pace, whole, work

OFFICES = ("8500", "8501", "8502", "8510", "8520", "8550", "8560", "8561", "8565", "8566", "8600", "8602", "8610", "8620", "8650")


@pytest.fixture(scope="module")
def kin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    with nursery(tmp_path_factory.mktemp("programs")) as made:
        yield made


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
