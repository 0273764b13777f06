"""A real book in a temporary folder, and a way to play jobs on it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from corner_app.batch import play
from corner_app.book.book import Book, make
from corner_app.desk.counter import here_of, roll_of

T0 = 1_795_500_000_000
"""24 November 2026, 10:40 in Dhaka."""

Answer = dict[str, Any]


class Counter:
    """Plays batch commands on an open book and gives the answers."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.roll = roll_of(book.place)
        self.here = here_of(book.place, self.roll.clerks[0])
        self.clock = T0

    def tick(self) -> int:
        self.clock += 1_000
        return self.clock

    def do(self, job: str, **fields: Any) -> Answer:
        return self.lines(json.dumps({"job": job, **fields}))[0]

    def lines(self, *lines: str | bytes) -> list[Answer]:
        raw = [line.encode() if isinstance(line, str) else line for line in lines]
        return [json.loads(answer) for answer in play(self.book, self.here, self.roll, raw, self.tick)]

    def announce(self, *items: str, **fields: Any) -> Answer:
        return self.do("announce", parcels=[parcel(item, **fields) for item in items])


def parcel(item: str, **fields: Any) -> dict[str, Any]:
    """One announced parcel for this office, with COD of ৳ 1,160 and code 123456."""
    return {
        "item_id": item,
        "service": "parcel",
        "merchant_id": "M005",
        "merchant_name_bn": "নমুনা গ্যাজেট শপ",
        "merchant_name_en": "Namuna Gadget Shop",
        "recipient_name_bn": "আরিফুল মৃধা",
        "recipient_name_en": "Ariful Mridha",
        "recipient_phone": "01700003194",
        "address_bn": "বাজার রোড, পিরোজপুর",
        "address_en": "Bazar Road, Pirojpur",
        "postcode": "8500",
        "delivery_mode": "counter_pickup",
        "weight_g": 450,
        "declared_value_minor": 110_000,
        "cod_amount_minor": 116_000,
        "pickup_code": "123456",
        **fields,
    }


@pytest.fixture
def new_book(tmp_path: Path) -> Path:
    """A fresh training book of office 8500, not open."""
    path = tmp_path / "corner.book"
    make(path, office="8500", counter=1, training=True, device=7, uuid=bytes(range(16)))
    return path


@pytest.fixture
def counter(new_book: Path) -> Iterator[Counter]:
    """The counter of a fresh training book."""
    with Book(new_book) as book:
        yield Counter(book)


@pytest.fixture
def reopened(new_book: Path) -> Callable[[], Book]:
    """Opens the fresh book again."""
    return lambda: Book(new_book)
