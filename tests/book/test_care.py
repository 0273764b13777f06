"""Copies, damaged files, and two programs on one book."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from tests.conftest import Counter

from corner_app.book.backup import backup
from corner_app.book.book import Book, make
from corner_app.book.restore import restore
from corner_app.book.verify import verify
from corner_app.desk.opening import open_book
from corner_app.domain.trouble import Trouble

A, B, C = "CP407774791BD", "CP610037240BD", "CP438424402BD"


def fill(path: Path, items: int = 300) -> None:
    from corner_app.domain.numbers import make_s10

    with Book(path) as book:
        counter = Counter(book)
        for n in range(items):
            counter.announce(make_s10("CP", f"{n:08d}"))
            counter.do("receive", scan=make_s10("CP", f"{n:08d}"))


def test_a_second_program_is_refused_in_words(new_book: Path) -> None:
    with Book(new_book), pytest.raises(Trouble) as trouble:
        Book(new_book)
    assert trouble.value.code == "book_in_use"
    assert trouble.value.params["pid"] == str(os.getpid())
    Book(new_book).close()


def test_make_refuses_to_overwrite(new_book: Path) -> None:
    with pytest.raises(Trouble) as trouble:
        make(new_book, office="8500", counter=1, training=True)
    assert trouble.value.code == "book_exists"


def test_backup_while_open_and_restore(new_book: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.book"
    with Book(new_book) as book:
        counter = Counter(book)
        counter.announce(A)
        backup(new_book, copy)
        counter.do("receive", scan=A)
    assert verify(copy).entries == 1
    aside = restore(copy, new_book)
    assert aside is not None
    assert verify(aside).entries == 2
    assert verify(new_book).entries == 1
    with pytest.raises(Trouble) as trouble:
        backup(new_book, copy)
    assert trouble.value.code == "book_exists"


def test_restore_refuses_what_is_no_book(new_book: Path, tmp_path: Path) -> None:
    other = tmp_path / "notes.txt"
    other.write_text("not a book")
    with pytest.raises(Trouble):
        restore(other, new_book)
    assert verify(new_book).good


def test_a_newer_book_is_refused(new_book: Path) -> None:
    from sqlcipher3 import dbapi2

    connection = dbapi2.connect(str(new_book))
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(Trouble) as trouble:
        Book(new_book)
    assert trouble.value.code == "newer_book"


@pytest.mark.parametrize("what", ["middle", "header", "cut", "end"])
def test_a_damaged_book_is_set_aside_and_what_verifies_is_saved(new_book: Path, what: str) -> None:
    fill(new_book)
    whole = new_book.read_bytes()
    damaged = bytearray(whole)
    match what:
        case "middle":
            start = len(whole) // 2 // 4096 * 4096
            damaged[start : start + 4096 * 6] = os.urandom(4096 * 6)
        case "cut":
            damaged = damaged[: len(whole) * 2 // 3]
        case "end":
            damaged[-4096 * 3 :] = bytes(4096 * 3)
        case "header":
            damaged[:16] = b"\xff" * 16
    new_book.write_bytes(damaged)
    opened = open_book(new_book)
    with opened.book as book:
        assert opened.salvaged is not None
        assert opened.salvaged.aside.read_bytes() == bytes(damaged)
        assert (what == "header") == (opened.salvaged.saved == 600)
        answer = Counter(book).do("receive", scan=C)
        assert answer["entries"] == [1], "a new epoch begins at 1"
    assert verify(new_book).good


def test_another_file_is_never_touched(new_book: Path) -> None:
    noise = os.urandom(50_000)
    new_book.write_bytes(noise)
    with pytest.raises(Trouble) as trouble:
        open_book(new_book)
    assert trouble.value.code == "not_a_book"
    assert new_book.read_bytes() == noise
    assert [file.name for file in new_book.parent.iterdir()] == [new_book.name]


def test_a_busy_book_is_busy_not_damaged(new_book: Path) -> None:
    from sqlcipher3 import dbapi2

    other = dbapi2.connect(str(new_book), isolation_level=None)
    other.execute("PRAGMA journal_mode=DELETE")
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(Trouble) as trouble:
        open_book(new_book)
    other.execute("ROLLBACK")
    other.close()
    assert trouble.value.code == "book_busy"
    assert not list(new_book.parent.glob("*damaged*"))
    open_book(new_book).book.close()


def test_a_salvage_cut_by_the_power_is_finished_at_the_next_start(new_book: Path) -> None:
    fill(new_book, 3)
    shutil.copy(new_book, new_book.with_name(new_book.name + ".rescued"))
    new_book.unlink()
    with open_book(new_book).book as book:
        assert Counter(book).do("status")["data"]["entries"] == 6


def test_salvage_keeps_answers_and_labels_under_way(new_book: Path) -> None:
    from corner_app.book.salvage import salvage
    from corner_app.desk import printing

    with Book(new_book) as book:
        counter = Counter(book)
        counter.announce(A)
        first = counter.do("receive", scan=A, op="first")
        job = counter.do("print_label", scan=A)["data"]["print_job"]
        book.write(lambda tx: printing.begin(tx, job, 1, "label"))
    assert salvage(new_book).saved == 3
    with Book(new_book) as book:
        assert Counter(book).do("receive", scan=A, op="first") == first | {"repeated": True}
        assert book.write(lambda tx: printing.doubt_after_restart(tx, 2)) == (job,)


def test_undo_reaches_back_over_an_epoch_once(new_book: Path) -> None:
    from corner_app.book.salvage import salvage

    with Book(new_book) as book:
        counter = Counter(book)
        counter.announce(A, B)
        counter.do("receive", scan=A)
    salvage(new_book)
    with Book(new_book) as book:
        counter = Counter(book)
        counter.do("receive", scan=B)
        assert [counter.do("undo")["code"] for _ in range(3)] == ["undone", "undone", "cannot_undo"]
        assert counter.do("status")["data"]["on_hand"] == 0
    assert verify(new_book).good


def test_a_restored_book_goes_on_in_a_new_epoch(new_book: Path, tmp_path: Path) -> None:
    fill(new_book, 2)
    backup(new_book, tmp_path / "copy.book")
    restore(tmp_path / "copy.book", new_book)
    with Book(new_book) as book:
        assert Counter(book).do("receive", scan=C)["entries"] == [1]
    assert verify(new_book).good


def test_a_whole_book_opens_as_it_is(new_book: Path) -> None:
    fill(new_book, 3)
    opened = open_book(new_book)
    assert opened.salvaged is None
    opened.book.close()


def test_disk_full_is_trouble_and_nothing_is_half_written(counter: Counter) -> None:
    counter.announce(A)
    connection = counter.book._connection
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(StopIteration):
        for n in range(2_000):
            from corner_app.domain.numbers import make_s10

            if counter.announce(make_s10("CP", f"{n:08d}"))["code"] == "disk_full":
                raise StopIteration
    connection.execute("PRAGMA max_page_count=1000000")
    assert verify(counter.book.path).good
    assert counter.do("receive", scan=A)["code"] == "received"


def test_a_copied_book_opens_on_its_own(new_book: Path, tmp_path: Path) -> None:
    fill(new_book, 2)
    shutil.copy(new_book, tmp_path / "other.book")
    with Book(tmp_path / "other.book") as book:
        assert Counter(book).do("status")["data"]["entries"] == 4
