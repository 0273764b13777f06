"""Blocks of numbers: a counter short of them gets more, and no number is ever at two places, whatever is lost or put back."""

from __future__ import annotations

import itertools
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.centre.country import DAY, HOUR, T0, Country, Office, country

from central_server import leases
from central_server.backup import backup, restore
from central_server.storage import devices
from central_server.storage.database import SqliteDatabase
from corner_app.book import centre as known
from corner_app.book.book import Book
from corner_app.book.restore import restore as restore_book
from corner_app.sync.client import INDICATOR
from corner_app.sync.store import BookStore
from corner_app.sync.wire import LEASE_LOW, LEASE_SIZE


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    return str(request.getfixturevalue("postgres_url")) if request.param == "postgresql" else f"sqlite:///{tmp_path}/centre.db"


def take(office: Office, count: int) -> list[int]:
    """Numbers the counter puts on parcels."""
    taken = office.store.write(lambda tx: [known.take_number(tx, INDICATOR) for _ in range(count)])
    return [number for number in taken if number is not None]


def left(office: Office) -> int:
    return office.store.read(lambda rows: known.numbers_left(rows, INDICATOR))


def blocks(at: Country, office: str = "8500") -> list[devices.Lease]:
    return at.database.read(lambda sql: devices.leases(sql, office))


def test_a_counter_gets_its_numbers_when_it_enrols_and_again_when_few_are_left(url: str, tmp_path: Path) -> None:
    with country(url) as at:
        one, two = Office(at, tmp_path / "one.book"), Office(at, tmp_path / "two.book", counter=2)
        for office in (one, two):
            office.sync()
            assert left(office) == LEASE_SIZE
        used = take(one, LEASE_SIZE - LEASE_LOW - 1)
        one.sync()
        assert (len(blocks(at)), left(one)) == (2, LEASE_LOW + 1)
        used += take(one, 1)
        one.sync()
        assert left(one) == LEASE_LOW + LEASE_SIZE
        used += take(one, LEASE_LOW + LEASE_SIZE + 1) + take(two, LEASE_SIZE + 1)
        assert len(used) == len(set(used)) == 3 * LEASE_SIZE
        assert left(one) == left(two) == 0
        one.close()
        two.close()


def test_a_lost_answer_gives_the_same_block_again(url: str, tmp_path: Path) -> None:
    class Deaf(Country):
        """Whose answers do not arrive."""

        def send(self, path: str, frame: bytes) -> bytes:
            super().send(path, frame)
            return b""

    with country(url) as at:
        office = Office(at, tmp_path / "one.book")
        office.sync()
        take(office, LEASE_SIZE)
        office.country = Deaf(at.url, at.database, at.desk)
        for _ in range(3):
            with pytest.raises(Exception, match="garbled"):
                office.sync()
        assert len(blocks(at)) == 2
        office.country = at
        office.sync()
        assert left(office) == LEASE_SIZE
        assert len(blocks(at)) == 2
        office.close()


def test_a_block_that_went_by_while_the_state_was_fetched_comes_again(url: str, tmp_path: Path) -> None:
    with country(url) as at:
        office = Office(at, tmp_path / "one.book")
        device = _device(at, office)
        given = at.database.write(lambda sql: leases.issue(sql, device, 1, INDICATOR, at.now))
        office.sync()
        assert left(office) == LEASE_SIZE
        assert blocks(at) == [given]
        office.close()


def _device(at: Country, office: Office) -> devices.Device:
    found = at.database.read(lambda sql: devices.find(sql, office.device))
    assert found is not None
    return found


def test_a_book_put_back_from_a_copy_gives_no_number_that_it_may_have_used(tmp_path: Path) -> None:
    with country(f"sqlite:///{tmp_path}/centre.db") as at:
        office, path = Office(at, tmp_path / "one.book"), tmp_path / "one.book"
        office.sync()
        office.close()
        copy = Path(shutil.copy(path, tmp_path / "copy.book"))
        office.book = Book(path)
        office.store = BookStore(office.book)
        used = take(office, 50)
        office.close()
        restore_book(copy, path)
        office.book = Book(path)
        office.store = BookStore(office.book)
        assert left(office) == 0
        office.sync()
        used += take(office, LEASE_SIZE)
        assert len(used) == len(set(used)) == 50 + LEASE_SIZE
        office.close()


def test_whatever_was_given_out_after_a_copy_is_passed_over(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/centre.db"
    with country(url) as at:
        office = Office(at, tmp_path / "one.book")
        device = _device(at, office)

        def all_there_are(now: int) -> list[devices.Lease]:
            return at.database.write(lambda sql: list(iter(lambda: leases.issue(sql, device, 1, INDICATOR, now), None)))

        copy = backup(at.database, tmp_path / "c.backup", T0).file
        given = all_there_are(T0)
        assert len(given) == leases.CREDIT // LEASE_SIZE
        assert all_there_are(T0) == []
        given += all_there_are(T0 + DAY)
        assert len(given) == (leases.CREDIT + leases.PER_DAY) // LEASE_SIZE
        for day in (1, 2, 40):
            restore(at.database, url, copy, T0 + day * DAY, replace=True)
            assert all_there_are(T0 + day * DAY) == []
            more = all_there_are(T0 + (day + 1) * DAY)
            assert len(more) == leases.PER_DAY // LEASE_SIZE
            assert more[0].first > max(lease.last for lease in given)
            given += more
        office.close()


def test_an_indicator_whose_numbers_are_used_up_gives_none(tmp_path: Path) -> None:
    with country(f"sqlite:///{tmp_path}/centre.db") as at:
        office = Office(at, tmp_path / "one.book")
        last = devices.LeaseHead(leases.LAST + 1 - LEASE_SIZE, leases.CREDIT, T0)
        at.database.write(lambda sql: devices.lease_head(sql, INDICATOR, last))
        office.sync()
        assert left(office) == LEASE_SIZE
        assert take(office, LEASE_SIZE)[-1] == leases.LAST
        office.sync()
        assert left(office) == 0
        office.close()


@dataclass
class Life:
    """A centre that is copied, lost and put back, and counters that ask it for numbers as devices do."""

    folder: Path
    now: int = T0
    given: list[tuple[int, int]] = field(default_factory=list)
    holds: dict[int, tuple[int, int]] = field(default_factory=dict)
    copies: list[Path] = field(default_factory=list)

    def ask(self, at: Country, device: int, heard: bool) -> None:
        """A device without numbers asks; when the answer is lost it asks again later and must hear of the same block."""
        where = devices.Device(device, bytes([device]) * 16, b"", f"85{device:02}", 1, devices.ACTIVE, "", b"", T0, T0, 0, 0, 0)
        newest = self.holds.get(device, (0, 0))[0]

        def provide(sql: Any) -> devices.Lease | None:
            before = devices.newest_lease(sql, device, 1, INDICATOR)
            if before is not None and before.first > newest:
                return before
            return leases.issue(sql, where, 1, INDICATOR, self.now)

        lease = at.database.write(provide)
        if lease is not None and heard:
            assert lease.last - lease.first + 1 == LEASE_SIZE
            self.holds[device] = (lease.first, lease.last)
            self.given.append((lease.first, lease.last))


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("ask"), st.integers(1, 4), st.booleans()),
        st.tuples(st.just("rush"), st.integers(1, 4), st.just(True)),
        st.tuples(st.just("wait"), st.sampled_from((60_000, HOUR, DAY, 9 * DAY)), st.just(True)),
        st.tuples(st.just("copy"), st.just(0), st.just(True)),
        st.tuples(st.just("put back"), st.integers(0, 3), st.booleans()),
    ),
    max_size=15,
)
LOST_AFTER_A_COPY = [("copy", 0, True), ("ask", 1, True), ("put back", 0, True), ("wait", DAY, True), ("ask", 2, True)]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=STEPS)
@example(steps=LOST_AFTER_A_COPY)
@example(steps=[*LOST_AFTER_A_COPY, ("put back", 0, True), ("wait", DAY, True), ("ask", 3, True)])
def test_no_number_is_given_twice_over_enrolments_losses_and_restores(steps: list[tuple[str, int, bool]], tmp_path_factory: pytest.TempPathFactory) -> None:
    life = Life(tmp_path_factory.mktemp("life"))
    url = f"sqlite:///{life.folder}/centre.db"
    with country(url) as at:
        at.database.close()
        at.database = SqliteDatabase(life.folder / "centre.db", durable=False)
        for what, which, yes in steps:
            if what == "ask":
                life.ask(at, which, yes)
            elif what == "rush":
                for _ in range(40):
                    life.ask(at, which, True)
            elif what == "wait":
                life.now += which
            elif what == "copy":
                life.copies.append(backup(at.database, life.folder / f"{len(life.copies)}.backup", life.now).file)
            elif life.copies:
                restore(at.database, url, life.copies[which % len(life.copies)], life.now, replace=True)
        at.database.close()
    ends = sorted(life.given)
    assert all(before[1] < after[0] for before, after in itertools.pairwise(ends))
    assert all(first >= leases.FIRST and last <= leases.LAST for first, last in ends)
