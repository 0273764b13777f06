"""After a fork the book writes again what the centre does not share: money and parcels count once, nothing is removed, and the book is whole."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path

import pytest
from tests.conftest import Counter

from corner_app.book import arrivals
from corner_app.book.book import Book
from corner_app.book.database import Rows, Tx
from corner_app.book.entries import facts_about
from corner_app.book.lineage import ROOT, Parent, lineages
from corner_app.book.parcels import by_item
from corner_app.book.rehome import rehome
from corner_app.book.verify import verify
from corner_app.domain.chain import uid
from corner_app.domain.entries import EntryId, Fact, decode, origin
from corner_app.domain.money import balances, parcel_postings
from corner_app.domain.parcels import Parcel, fold

A, B = "CP407774791BD", "CP610037240BD"
PAID = {"cod:M005": -116_000, "drawer:8500-1": 116_000}


def a_day(counter: Counter) -> None:
    """Announced, received, shelved, given out for ৳ 1,160; a second one received, taken back and received again."""
    counter.announce(A, B)
    counter.do("receive", scan=A)
    counter.do("sort", scan=A)
    counter.do("hand_over", scan=A, code="123456", tendered=116_000, op="h1")
    counter.do("receive", scan=B)
    counter.do("undo")
    counter.do("receive", scan=B)


def parent(rows: Rows, no: int) -> Parent:
    if no == 0:
        return ROOT
    row = rows.one("SELECT epoch, seq, hash FROM entry WHERE no = ?", (no,))
    assert row is not None
    return Parent(*row)


def write_again(book: Book, no: int, epoch: int = 2) -> int:
    """What follows entry `no`, as the sync does it."""

    def job(tx: Tx) -> int:
        return rehome(tx, book.place, epoch, parent(tx, no))

    written = book.write(job)
    book.rebuild()
    return written


def postings_of(book: Book) -> dict[str, int]:
    return {name: amount for name, amount in book.write(lambda tx: tx.all("SELECT name, balance FROM account ORDER BY name")) if amount}


def parcel_of(book: Book, item: str) -> Parcel:
    row = book.write(lambda tx: by_item(tx, item))
    assert row is not None
    return row.parcel


def log_of(book: Book) -> list[tuple[bytes, bytes]]:
    return book.write(lambda tx: [(row[0], row[1]) for row in tx.all("SELECT bytes, hash FROM entry ORDER BY no")])


@pytest.mark.parametrize("no", range(9))
def test_wherever_the_fork_is_money_and_parcels_count_once_and_the_book_is_whole(counter: Counter, no: int) -> None:
    a_day(counter)
    before = {item: parcel_of(counter.book, item) for item in (A, B)}
    log = log_of(counter.book)
    assert len(log) == 8
    assert write_again(counter.book, no) == 8 - no
    assert log_of(counter.book)[:8] == log, "nothing is removed or changed"
    assert postings_of(counter.book) == PAID
    for item, parcel in before.items():
        after = parcel_of(counter.book, item)
        for field in ("state", "office", "shelf", "cod", "cod_state", "merchant"):
            assert getattr(after, field) == getattr(parcel, field), (item, field)
    report = verify(counter.book.path)
    assert report.good, report.faults


def test_the_book_goes_on_after_it(counter: Counter) -> None:
    a_day(counter)
    write_again(counter.book, 2)
    assert counter.do("sort", scan=B)["code"] == "sorted"
    assert counter.do("hand_over", scan=B, code="123456", tendered=116_000, op="h2")["code"] == "handed_over"
    assert counter.do("hand_over", scan=A, code="123456", tendered=116_000, op="h3")["code"] != "handed_over"
    assert postings_of(counter.book) == {name: 2 * amount for name, amount in PAID.items()}
    assert verify(counter.book.path).good


def test_each_entry_names_its_first_writing_also_when_written_a_third_time(counter: Counter) -> None:
    a_day(counter)
    first = [origin(fact) for fact in own_facts(counter.book)]
    write_again(counter.book, 3)
    write_again(counter.book, 2, 3)
    again = [fact for fact in own_facts(counter.book) if fact.id.epoch == 3]
    assert [fact.entry.orig for fact in again] == first[2:]
    assert verify(counter.book.path).good
    assert postings_of(counter.book) == PAID


def own_facts(book: Book) -> list[Fact]:
    device = book.place.device
    rows = book.write(lambda tx: tx.all("SELECT epoch, seq, bytes, hash FROM entry ORDER BY no"))
    return [Fact(EntryId(device, epoch, seq), decode(stored), uid(digest)) for epoch, seq, stored, digest in rows]


def test_two_copies_that_both_write_it_again_take_the_money_once(new_book: Path, tmp_path: Path) -> None:
    """The same acts in lineage 1, 2 and 3: an office that hears them all posts one handover, in any order."""
    with Book(new_book) as book:
        a_day(Counter(book))
    copy = tmp_path / "copy.book"
    shutil.copy(new_book, copy)
    facts: dict[EntryId, Fact] = {}
    stored: dict[EntryId, bytes] = {}
    for path, epoch in ((new_book, 2), (copy, 3)):
        with Book(path) as book:
            write_again(book, 2, epoch)
            for fact, (raw, _) in zip(own_facts(book), log_of(book), strict=True):
                facts[fact.id], stored[fact.id] = fact, raw
    about = [fact for fact in facts.values() if fact.entry.subject == A]
    assert len({fact.id.epoch for fact in about}) == 3
    for order in (about, about[::-1]):
        folded = fold(A, order)
        assert balances(parcel_postings(folded, order)) == PAID
        assert not folded.conflicts
    with Book(copy) as book:
        for fact in facts.values():
            if fact.id.epoch == 2:
                book.write(partial(arrivals.take, id=fact.id, uid=fact.uid, stored=stored[fact.id]))
        assert postings_of(book) == PAID
        assert len(book.write(lambda tx: facts_about(tx, A))) > 4
    assert verify(copy).good


def test_a_stop_right_after_writing_again_is_made_good_when_the_book_is_opened(new_book: Path) -> None:
    with Book(new_book) as book:
        a_day(Counter(book))
        book.write(lambda tx: rehome(tx, book.place, 2, parent(tx, 2)))
    with Book(new_book) as book:
        assert [(each.epoch, each.kept_to) for each in book.write(lineages)] == [(1, 2), (2, 6)]
        assert postings_of(book) == PAID
    assert verify(new_book).good
