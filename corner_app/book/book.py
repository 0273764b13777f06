"""One office's book on one PC: opened by one program at a time, written by one thread."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from corner_app.book.backup import sync_folder
from corner_app.book.database import Rows, Tx, connect, in_transaction, is_database, translated
from corner_app.book.lineage import Place, read_head, read_place, write_place
from corner_app.book.lock import Lock
from corner_app.book.migrate import migrate
from corner_app.book.verify import rebuild
from corner_app.domain.chain import handle_of
from corner_app.domain.trouble import Trouble

T = TypeVar("T")


class Book:
    """The open book. `write` gives a job the one transaction; `reader` a connection of its own that sees only committed rows.

    Raises Trouble with code book_in_use, not_a_book, book_damaged, book_not_writable, newer_book or old_sqlite.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.exists():
            raise Trouble("no_book", file=path.name)
        self._lock = Lock(path)
        try:
            self._open()
        except BaseException:
            self._lock.release()
            raise

    def _open(self) -> None:
        if not is_database(self.path):
            raise Trouble("book_damaged", detail="header")
        with translated():
            self._connection = connect(self.path)
            try:
                migrate(self._connection, self.path)
                rows = Rows(self._connection)
                self.place: Place = read_place(rows)
                self._head = read_head(rows)
                if rows.value("SELECT 1 FROM sync WHERE k = 'rebuild_due'"):  # the program ended between writing entries again and this
                    rebuild(self._connection, self.path)
            except BaseException:
                self._connection.close()
                raise

    def write(self, job: Callable[[Tx], T]) -> T:
        """Runs a job in the one transaction; when this returns, what it wrote is on the disk."""
        tx = Tx(self._connection, self._head)
        with translated():
            try:
                return in_transaction(self._connection, lambda: job(tx))
            except BaseException:
                self._head = read_head(Rows(self._connection))
                raise

    def rebuild(self) -> None:
        """Computes every projection from the log again and replaces them in one transaction."""
        rebuild(self._connection, self.path)

    def reader(self) -> Reader:
        """A read-only connection for another thread; close it there."""
        return Reader(self.path)

    def close(self) -> None:
        """Empties the write-ahead log into the file and lets others open it."""
        self._connection.close()
        self._lock.release()

    def __enter__(self) -> Book:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


class Reader:
    """Reads committed rows, each question from one snapshot."""

    def __init__(self, path: Path) -> None:
        with translated():
            self._connection = connect(path, read_only=True)

    def read(self, question: Callable[[Rows], T]) -> T:
        """Answers from one consistent snapshot."""
        with translated():
            return in_transaction(self._connection, lambda: question(Rows(self._connection)), kind="DEFERRED")

    def close(self) -> None:
        """Ends it."""
        self._connection.close()


def make(path: Path, *, office: str, counter: int, training: bool, device: int = 0, uuid: bytes = b"") -> None:
    """Makes a new book. Raises Trouble("book_exists"). device, uuid: given by tests; else drawn at random.

    The file appears whole or not at all: it is made beside and renamed.
    """
    if path.exists():
        raise Trouble("book_exists", file=path.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    uuid = uuid or secrets.token_bytes(16)
    place = Place(device or handle_of(uuid), uuid, office, counter, training, secrets.token_bytes(16))
    beside = path.with_name(path.name + ".new")
    for leftover in (beside, *(beside.with_name(beside.name + end) for end in ("-wal", "-shm"))):
        leftover.unlink(missing_ok=True)
    with translated():
        made = connect(beside)
        migrate(made, beside)
        in_transaction(made, lambda: write_place(Rows(made), place))
        made.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        made.close()
    os.replace(beside, path)
    sync_folder(path.parent)
