"""Opening a book at the start of a program: a quick look first, and what to do when it is damaged."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from corner_app.book.book import Book
from corner_app.book.database import is_database
from corner_app.book.lock import Lock
from corner_app.book.salvage import Salvaged, finish, is_ours, looks_whole, salvage, unfinished
from corner_app.domain.trouble import Trouble

_PAGES_CHECKED_BELOW = 64 * 1024**2
"""Size in bytes up to which every page's structure is checked at start (some 0.1 s); larger books are checked while the counter works."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The open book, and what had to be saved first."""

    book: Book
    salvaged: Salvaged | None = None


def open_book(path: Path) -> Opened:
    """Opens a book. A damaged one is set aside untouched and what verifies goes on in a new epoch. Raises Trouble."""
    if not path.exists() and is_database(unfinished(path)):
        finish(path)  # the power went between setting the old file aside and putting the new one in its place
    if not path.is_file():
        raise Trouble("no_book", file=path.name)
    if not is_database(path) and not is_ours(path):
        raise Trouble("not_a_book")
    lock = Lock(path)
    try:
        whole = looks_whole(path, pages=path.stat().st_size < _PAGES_CHECKED_BELOW)
        salvaged = None if whole else salvage(path)
    finally:
        lock.release()
    return Opened(Book(path), salvaged)
