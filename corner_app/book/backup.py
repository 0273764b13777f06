"""A copy of the book while it is being written, and setting a file aside."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from corner_app.book.database import translated
from corner_app.domain.trouble import Trouble

_PAGES = 500


def sync_folder(folder: Path) -> None:
    """Makes a rename durable where the system needs to be told so."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def copy_to(connection: Any, target: Path) -> None:
    """Writes a consistent copy of an open book to `target`, whole or not at all."""
    beside = target.with_name(target.name + ".part")
    beside.unlink(missing_ok=True)
    with translated():
        copy = dbapi2.connect(str(beside))
        try:
            connection.backup(copy, pages=_PAGES)
            copy.execute("PRAGMA journal_mode=DELETE")
        finally:
            copy.close()
    with beside.open("rb+") as file:
        os.fsync(file.fileno())
    os.replace(beside, target)
    sync_folder(target.parent)


def backup(book: Path, target: Path) -> None:
    """Copies a book that another program may be writing. Raises Trouble("no_book"), Trouble("book_exists") for the target."""
    if not book.exists():
        raise Trouble("no_book", file=book.name)
    if target.exists():
        raise Trouble("book_exists", file=target.name)
    with translated():
        source = dbapi2.connect(book.absolute().as_uri() + "?mode=ro", uri=True)
        try:
            copy_to(source, target)
        finally:
            source.close()


def set_aside(book: Path, why: str) -> Path:
    """Renames a book and its write-ahead log to a free name beside it. Nothing is ever overwritten."""
    number = 1
    while (aside := book.with_name(f"{book.stem}.{why}-{number}{book.suffix}")).exists():
        number += 1
    for end in ("-wal", "-shm", ""):
        part = book.with_name(book.name + end)
        if part.exists():
            os.replace(part, aside.with_name(aside.name + end))
    return aside
