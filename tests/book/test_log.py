"""The log cannot be changed in silence, and a whole book is proven whole."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2
from tests.conftest import Counter

from corner_app.book.book import Book
from corner_app.book.verify import verify

A, B = "CP407774791BD", "CP610037240BD"


def a_few_jobs(path: Path) -> None:
    with Book(path) as book:
        counter = Counter(book)
        counter.announce(A, B)
        counter.do("receive", scan=A)
        counter.do("sort", scan=A)
        counter.do("hand_over", scan=A, code="123456", tendered=200_000, op="h1")
        counter.do("receive", scan=B)
        counter.do("undo")
        counter.do("print_label", scan=B)


def raw(path: Path) -> sqlite3.Connection:
    connection: sqlite3.Connection = dbapi2.connect(str(path), isolation_level=None)
    return connection


def test_a_whole_book_is_good(new_book: Path) -> None:
    a_few_jobs(new_book)
    report = verify(new_book)
    assert report.good, report.faults
    assert report.entries == 8
    assert len(report.head) == 64


def test_verify_while_the_book_is_open_and_being_written(new_book: Path) -> None:
    with Book(new_book) as book:
        counter = Counter(book)
        counter.announce(A)
        assert verify(new_book).good
        counter.do("receive", scan=A)
        assert verify(new_book).entries == 2


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry SET actor = 'jalil' WHERE no = 2",
        "DELETE FROM entry WHERE no = 2",
        "INSERT INTO entry SELECT 99, epoch, 99, kind, actor, subject, sup, bytes, hash FROM entry WHERE no = 1",
        "INSERT OR REPLACE INTO entry SELECT no, epoch, seq, kind, 'jalil', subject, sup, bytes, hash FROM entry WHERE no = 2",
    ],
)
def test_the_database_refuses_to_change_the_log(new_book: Path, statement: str) -> None:
    a_few_jobs(new_book)
    connection = raw(new_book)
    with pytest.raises(dbapi2.DatabaseError):
        connection.execute(statement)
    connection.close()
    assert verify(new_book).good


@pytest.mark.parametrize(
    ("tampering", "fault"),
    [
        ("UPDATE entry SET bytes = CAST(replace(CAST(bytes AS TEXT), '116000', '016000') AS BLOB) WHERE no = 5", "hash_differs"),
        ("UPDATE entry SET actor = 'jalil' WHERE no = 3", "unreadable_entry"),
        ("DELETE FROM entry WHERE no = 4", "gap"),
        ("DELETE FROM entry WHERE no = 8", "projection_differs"),
        ("UPDATE parcel SET state = 'returned'", "projection_differs"),
        ("UPDATE account SET balance = balance - 100 WHERE name LIKE 'drawer%'", "projection_differs"),
        ("DELETE FROM posting WHERE line = 1", "projection_differs"),
        ("UPDATE entry SET hash = zeroblob(32) WHERE no = 1", "hash_differs"),
    ],
)
def test_whoever_gets_past_the_triggers_is_found(new_book: Path, tampering: str, fault: str) -> None:
    a_few_jobs(new_book)
    connection = raw(new_book)
    for trigger in ("entry_is_gapless", "entry_is_never_changed", "entry_is_never_removed"):
        connection.execute(f"DROP TRIGGER {trigger}")
    connection.execute(tampering)
    connection.close()
    faults = [code for code, _ in verify(new_book).faults]
    assert fault in faults


def test_rebuild_gives_the_same_book(new_book: Path) -> None:
    a_few_jobs(new_book)
    with Book(new_book) as book:
        counter = Counter(book)
        before = counter.do("status"), counter.do("parcel", scan=A), counter.do("find", text="arif")
        book.rebuild()
        assert (counter.do("status"), counter.do("parcel", scan=A), counter.do("find", text="arif")) == before
    assert verify(new_book).good


def test_rebuild_mends_projections(new_book: Path) -> None:
    a_few_jobs(new_book)
    connection = raw(new_book)
    connection.execute("UPDATE parcel SET state = 'returned'")
    connection.close()
    with Book(new_book) as book:
        book.rebuild()
    assert verify(new_book).good


def test_a_failing_job_leaves_no_trace(counter: Counter) -> None:
    counter.announce(A)
    before = counter.do("status")["data"]

    class Boom(Exception):
        pass

    def job(tx: object) -> None:
        from corner_app.desk import commands, jobs

        jobs.run(tx, counter.here, commands.Receive(A))  # type: ignore[arg-type]
        raise Boom

    with pytest.raises(Boom):
        counter.book.write(job)
    assert counter.do("status")["data"] == before
    assert counter.do("receive", scan=A)["entries"] == [2]
