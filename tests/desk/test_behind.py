"""What stands behind a figure: entries by their names with the buyers they concern, and the disputes that wait."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conftest import Counter

from corner_app.book.book import Book, make
from corner_app.desk import behind
from corner_app.domain.entries import EntryId

ITEM = "CP407774791BD"


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    path = tmp_path / "corner.book"
    make(path, office="8500", counter=1, training=True)
    with Book(path) as book:
        yield Counter(book)


def name_of(counter: Counter, seq: int) -> EntryId:
    return counter.book.write(lambda tx: tx.head.id(seq))


def test_entries_come_in_the_order_asked_for_with_the_buyer_and_an_unknown_name_is_left_out(counter: Counter) -> None:
    counter.announce(ITEM)
    received = name_of(counter, counter.do("receive", scan=ITEM)["entries"][0])
    paid = name_of(counter, counter.do("pay_in", amount=50_000, reason="ভাংতি")["entries"][0])
    wanted = (paid, EntryId(received.device + 1, 1, received.seq), received, received._replace(seq=10_000))
    lines = counter.book.write(lambda tx: behind.lines(tx, wanted))
    assert [(line.id, line.kind, line.ours) for line in lines] == [(paid, "paid_in", True), (received, "received", True)]
    assert (lines[1].subject, lines[1].name_bn, lines[1].name_en) == (ITEM, "আরিফুল মৃধা", "Ariful Mridha")
    assert (lines[0].name_bn, lines[0].by) == ("", counter.here.clerk.badge)


def test_disputes_wait_until_somebody_settles_them(counter: Counter) -> None:
    paid = counter.do("pay_in", amount=50_000, reason="ভাংতি")["entries"][0]
    first = counter.do("dispute", reason="আমি রাখিনি", entry=paid, amount=50_000)["entries"][0]
    second = counter.do("dispute", reason="আমিও না", entry=paid, amount=20_000)["entries"][0]
    waiting = counter.book.write(lambda tx: behind.disputes(tx, counter.here))
    assert [(each.entry, each.reason, each.amount, each.date) for each in waiting] == [(first, "আমি রাখিনি", 50_000, ""), (second, "আমিও না", 20_000, "")]
    assert waiting[0].by == counter.here.clerk.badge
