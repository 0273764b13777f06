"""The book as the sync reaches it: straight when a command has it open, by the writing thread when the window has."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from corner_app.book import centre as known
from corner_app.book.book import Book, Reader
from corner_app.book.database import Rows, Tx
from corner_app.book.lineage import read_place
from corner_app.book.writer import Writer
from corner_app.domain.trouble import Trouble
from corner_app.sync.client import Client, Link, Machine, Store
from corner_app.sync.keys import KeyFiles, fingerprint, read_seed

T = TypeVar("T")


class BookStore:
    """An open book."""

    def __init__(self, book: Book) -> None:
        self._book, self._reader = book, book.reader()

    def write(self, job: Callable[[Tx], T]) -> T:
        """See Store."""
        return self._book.write(job)

    def read(self, question: Callable[[Rows], T]) -> T:
        """See Store."""
        return self._reader.read(question)

    def rebuild(self) -> None:
        """See Store."""
        self._book.rebuild()

    def where(self) -> tuple[str, Path | None]:
        """URL of the centre and the authority to trust. Raises Trouble("not_enrolled")."""
        return self.read(where)

    def keep_authority(self, ca: Path | None) -> None:
        """Keeps which authority signed the centre's certificate."""
        if ca is not None:
            self.write(lambda tx: known.keep(tx, ca=str(ca.absolute())))

    def close(self) -> None:
        """Ends the reading connection; the book stays open."""
        self._reader.close()


class WriterStore:
    """The book behind the window's writing thread."""

    def __init__(self, writer: Writer, path: Path) -> None:
        self._writer, self._reader = writer, Reader(path)

    def write(self, job: Callable[[Tx], T]) -> T:
        """See Store."""
        return self._writer.do(job).result()

    def read(self, question: Callable[[Rows], T]) -> T:
        """See Store."""
        return self._reader.read(question)

    def rebuild(self) -> None:
        """See Store."""
        self._writer.care(lambda book: book.rebuild()).result()

    def close(self) -> None:
        """Ends the reading connection."""
        self._reader.close()


def where(rows: Rows) -> tuple[str, Path | None]:
    """URL of the centre and the authority to trust, None for the system's. Raises Trouble("not_enrolled")."""
    at, ca = known.centre(rows), known.kept(rows, "ca")
    if at is None:
        raise Trouble("not_enrolled")
    return at.url, Path(ca) if ca else None


def client_of(store: Store, link: Link, book: Path, now: Callable[[], int]) -> Client:
    """A client on this machine. Raises Trouble("no_key")."""
    return Client(store, link, machine_of(store, book, now))


def machine_of(store: Store, book: Path, now: Callable[[], int]) -> Machine:
    """This machine with the key of the book's device. Raises Trouble("no_key")."""
    device = store.read(lambda rows: read_place(rows).device)
    return Machine(read_seed(book, device), fingerprint(), now, secrets.token_bytes, KeyFiles(book))
