"""Putting a copy in the book's place: proven first, in an epoch of its own, and the present file is set aside only when all is ready."""

from __future__ import annotations

from pathlib import Path

from sqlcipher3 import dbapi2

from corner_app.book.backup import copy_to, set_aside
from corner_app.book.database import Rows, connect, in_transaction, translated
from corner_app.book.lineage import begin_epoch, last_kept, read_head, read_place
from corner_app.book.migrate import migrate
from corner_app.book.salvage import discard, finish, unfinished
from corner_app.book.verify import Report, check_chain
from corner_app.domain.trouble import Trouble


def restore(copy: Path, book: Path) -> Path | None:
    """Puts a copy in the place of a book that is not open. The present file, if any, is set aside; its new name is returned.

    Entries written after the copy would repeat numbers that are in use elsewhere, so the restored book goes on in a new epoch (sync notes §2.1).
    Raises Trouble: no_book when the copy is not there, not_a_book or book_damaged when it is none or its chain does not verify.
    """
    if not copy.exists():
        raise Trouble("no_book", file=copy.name)
    beside = unfinished(book)
    discard(beside)
    try:
        _make(copy, beside)
    except BaseException:
        discard(beside)
        raise
    aside = set_aside(book, "replaced") if book.exists() else None
    finish(book)
    return aside


def _make(copy: Path, beside: Path) -> None:
    """The copy's contents beside the book, checked and with its new epoch begun."""
    try:
        with translated():
            source = dbapi2.connect(copy.absolute().as_uri() + "?mode=ro", uri=True)
            try:
                if Rows(source).value("SELECT count(*) FROM sqlite_master WHERE name IN ('entry', 'meta', 'lineage')") != 3:
                    raise Trouble("not_a_book")
                copy_to(source, beside)
            finally:
                source.close()
    except Trouble as trouble:
        if trouble.code == "book_damaged" and "not a database" in str(trouble.params.get("detail", "")):
            raise Trouble("not_a_book") from trouble
        raise
    with translated():
        made = connect(beside)
        try:
            migrate(made, beside)
            rows, report = Rows(made), Report()
            check_chain(rows, report)
            if report.faults:
                raise Trouble("book_damaged", detail=report.faults[0][0])
            head, place = read_head(rows), read_place(rows)
            in_transaction(made, lambda: begin_epoch(rows, place, head.epoch + 1, last_kept(rows), "restored"))
            made.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            made.execute("PRAGMA journal_mode=DELETE")
        finally:
            made.close()
