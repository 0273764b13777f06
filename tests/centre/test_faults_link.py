"""A day's work over a link of 20 kbit/s that is cut every 30 seconds.

Time is scaled: the link here carries twenty times as much a second, 50 kB, and is torn after 37 to 113 kB, 75 kB in the mean, which is what
20 kbit/s bring in 30 seconds. So every byte and every cut is as it would be, and only the waiting is a twentieth.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.centre.faults import Mortal, Nursery, drained, enrolled, init, items, now, whole, work
from tests.centre.hostile import PoorLink

from corner_app.book import outbox
from corner_app.book.book import Book
from corner_app.book.database import Tx
from corner_app.book.entries import append
from corner_app.domain import entries as e
from corner_app.sync.client import Client
from corner_app.sync.engine import NoAnswer
from corner_app.sync.http import HttpLink
from corner_app.sync.loop import drain
from corner_app.sync.store import BookStore, client_of

RATE, CUT_EVERY = 50_000, 75_000
ENTRIES = 20_000
OVERHEAD = 400
"""Bytes of HTTP's headers round a frame, at most."""


@dataclass
class Counted:
    """The office's link, with the size of every frame that was sent and whether it was answered."""

    link: HttpLink
    answered: list[int] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)

    def send(self, path: str, frame: bytes) -> bytes:
        try:
            answer = self.link.send(path, frame)
        except NoAnswer:
            self.lost.append(len(frame))
            raise
        self.answered.append(len(frame))
        return answer


@contextmanager
def counted(book: Path, port: int) -> Iterator[tuple[Client, Counted]]:
    """A client of a book, by way of a port."""
    with Book(book) as opened:
        store = BookStore(opened)
        link = Counted(HttpLink(f"http://127.0.0.1:{port}"))
        try:
            yield client_of(store, link, book, now), link
        finally:
            store.close()
            link.link.close()


def persist(client: Client, link: Counted, tries: int) -> int:
    """Tries again until all is sent, as the window's thread does without its waits; gives how many tries failed."""
    for failed in range(tries):
        try:
            drain(client, lambda: link.link.up + link.link.down)
        except NoAnswer as none:
            assert none.code == "unreachable"
        else:
            return failed
    raise AssertionError("it never drained")


@pytest.fixture
def centre(kin: Nursery, tmp_path: Path) -> Iterator[Mortal]:
    database = f"sqlite:///{tmp_path}/centre.db"
    init(database)
    made = Mortal(kin, database, tmp_path / "arm")
    made.start()
    yield made
    made.stop(15)


def days_of_work(book: Path) -> None:
    """Parcels announced, taken in, shelved and found damaged: 20,000 entries. Their codes are hashes, which no packing makes smaller."""
    chance = random.Random(20)

    def write(tx: Tx) -> None:
        for n, item in enumerate(items(ENTRIES // 4)):
            at = now() + n
            last = append(tx, "rahima", at, item, announced(n, chance), base=None).id
            last = append(tx, "rahima", at, item, e.Received("8500"), base=last).id
            last = append(tx, "rahima", at, item, e.Shelved("8500", f"ক-{n % 40:02d}"), base=last).id
            append(tx, "rahima", at, item, e.Damaged("8500", ""), base=last)

    with Book(book) as opened:
        opened.write(write)


def announced(n: int, chance: random.Random) -> e.Announced:
    phone = f"017{n * 7_919 % 100_000_000:08d}"
    return e.Announced(
        116_000, 450, "8500", phone, "আরিফুল মৃধা", "Ariful Mridha", "বাজার রোড, পিরোজপুর", "Bazar Road, Pirojpur", "M005", "নমুনা গ্যাজেট শপ",
        "Namuna Gadget Shop", f"ORD-{n:08d}", (), "parcel", "counter_pickup", "চার্জার", "Charger", 110_000, "", chance.randbytes(8), chance.randbytes(32), (),
    )  # fmt: skip


def test_a_day_of_work_over_a_link_that_is_cut_again_and_again(centre: Mortal, tmp_path: Path) -> None:
    book = enrolled(centre.url, centre.database_url, tmp_path, "8500")
    drained(book)
    days_of_work(book)
    poor = PoorLink(centre.port, RATE, CUT_EVERY, seed=20)
    try:
        with counted(book, poor.port) as (client, link):
            failed = persist(client, link, 60)
            assert client.store.read(outbox.backlog).unsent == 0
        assert poor.cuts >= 2, "the link was not poor"
        assert failed == len(link.lost) <= poor.cuts, "each cut cost one batch, none cost two"
        useful = sum(link.answered) + OVERHEAD * len(link.answered)
        again = sum(link.lost) + OVERHEAD * len(link.lost)
        assert poor.up <= useful + again, "more went twice than the batch that was cut"
    finally:
        poor.close()
    whole(centre.database_url, book)


def test_what_does_not_pass_between_two_cuts_is_sent_in_smaller_pieces(centre: Mortal, tmp_path: Path) -> None:
    """Also by a program that ends after each try: the next begins with what the last one learned."""
    book = enrolled(centre.url, centre.database_url, tmp_path, "8500")
    work(book, 600)
    poor = PoorLink(centre.port, 1_000_000, 6_000, seed=3)
    rows: list[int] = []
    try:
        for _ in range(60):
            with counted(book, poor.port) as (client, link):
                try:
                    drain(client, lambda link=link: link.link.up + link.link.down)  # type: ignore[misc]
                    break
                except NoAnswer:
                    rows.append(client.pace.rows)
        assert client.told.left == 0
    finally:
        poor.close()
    assert min(rows) < 250
    whole(centre.database_url, book)
