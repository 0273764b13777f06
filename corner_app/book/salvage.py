"""When a book's file is damaged: set it aside untouched, save every entry whose chain still verifies, go on in a new epoch."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from corner_app.book.backup import set_aside
from corner_app.book.book import sync_folder
from corner_app.book.database import ERRORS, SIGNATURE, Rows, connect, in_transaction
from corner_app.book.entries import project
from corner_app.book.lineage import Place, begin_epoch, first_hash, next_hash, read_place, write_place
from corner_app.book.migrate import migrate
from corner_app.domain.entries import EntryId, Fact, UnreadableEntry, decode
from corner_app.domain.trouble import Trouble

_UNREADABLE: tuple[type[Exception], ...] = (*ERRORS, UnreadableEntry)
_TAIL_CHECKED = 1_000
"""Entries re-hashed at every start; the whole chain is `verify`'s work."""


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What was saved. aside: where the damaged file lies now; saved, last: entries kept, of the last number seen (0 unknown)."""

    aside: Path
    saved: int
    last: int


def looks_whole(path: Path, *, pages: bool) -> bool:
    """A quick look at start: the end of the chain re-hashed; with `pages` also every page's structure."""
    try:
        connection = connect(path)
    except ERRORS:
        return False
    try:
        rows = Rows(connection)
        read_place(rows)
        return _tail_is_whole(rows) and (not pages or rows.value("PRAGMA quick_check(1)") == "ok")
    except _UNREADABLE:
        return False
    finally:
        connection.close()


def _tail_is_whole(rows: Rows) -> bool:
    start = int(rows.value("SELECT coalesce(max(no), 0) FROM entry")) - _TAIL_CHECKED
    before = rows.one("SELECT epoch, hash FROM entry WHERE no = ?", (start,))
    epoch, digest = before or (0, b"")
    for _, at_epoch, _, stored, written in rows.each("SELECT no, epoch, seq, bytes, hash FROM entry WHERE no > ? ORDER BY no", (max(start, 0),)):
        if at_epoch != epoch:
            uuid, parent = rows.one("SELECT uuid, parent_head FROM lineage WHERE epoch = ?", (at_epoch,)) or (b"", b"")
            epoch, digest = at_epoch, first_hash(uuid, at_epoch, parent)
        digest = next_hash(digest, stored)
        if digest != written:
            return False
    return True


def salvage(path: Path) -> Salvaged:
    """Sets the damaged book aside and makes a new one of what verifies. The caller holds the book's lock.

    Raises Trouble("book_beyond_repair") when the file no longer even says whose it was; it lies aside all the same.
    """
    aside = set_aside(path, "damaged")
    beside = path.with_name(path.name + ".salvage")
    beside.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix="corner-salvage-", dir=path.parent) as folder, ExitStack() as closing:
        try:
            source = _readable_copy(aside, Path(folder))
            closing.callback(source.close)
            target = connect(beside)
            closing.callback(target.close)
            migrate(target, beside)
            saved = in_transaction(target, lambda: _copy_verified(Rows(source), Rows(target)))
        except ERRORS as error:
            beside.unlink(missing_ok=True)
            raise Trouble("book_beyond_repair", file=aside.name) from error
        last = _last_seen(Rows(source))
        target.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    os.replace(beside, path)
    sync_folder(path.parent)
    return Salvaged(aside, saved, last)


def _readable_copy(aside: Path, folder: Path) -> Any:
    """Opens a copy of the damaged file; a spoilt signature is put right in the copy, a file cut short is opened all the same."""
    copy = folder / "damaged.book"
    for end in ("", "-wal"):
        part = aside.with_name(aside.name + end)
        if part.exists():
            shutil.copyfile(part, copy.with_name(copy.name + end))
    with copy.open("r+b") as file:
        file.write(SIGNATURE)
    connection = dbapi2.connect(str(copy), isolation_level=None)
    connection.execute("PRAGMA writable_schema=ON")
    return connection


def _copy_verified(source: Rows, target: Rows) -> int:
    whose = read_place(source)
    lineages = _lineages(source, whose)
    write_place(target, whose)
    target.run("DELETE FROM lineage")
    for epoch, device, uuid, parent, cause in lineages:
        target.run("INSERT INTO lineage (epoch, device, uuid, parent_head, cause) VALUES (?, ?, ?, ?, ?)", (epoch, device, uuid, parent, cause))
    saved, digest, epoch = 0, b"", 0
    by_epoch = {row[0]: row for row in lineages}
    while (row := _entry(source, saved + 1)) is not None and row[1] in by_epoch:
        if row[1] != epoch:
            epoch = row[1]
            digest = first_hash(by_epoch[epoch][2], epoch, by_epoch[epoch][3])
        digest = next_hash(digest, row[7])
        if digest != row[8]:
            break
        target.run("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        project(target, Fact(EntryId(by_epoch[epoch][1], epoch, row[2]), decode(row[7])), row[0])
        saved += 1
    last_epoch = max(by_epoch)
    head = digest if saved else first_hash(whose.uuid, last_epoch, b"")
    begin_epoch(target, whose, last_epoch + 1, head, "salvaged")
    return saved


def _lineages(source: Rows, place: Place) -> list[tuple[Any, ...]]:
    try:
        found = source.all("SELECT epoch, device, uuid, parent_head, cause FROM lineage ORDER BY epoch")
    except ERRORS:
        found = []
    return found or [(1, place.device, place.uuid, b"", "init")]


def _entry(source: Rows, no: int) -> tuple[Any, ...] | None:
    try:
        return source.one("SELECT no, epoch, seq, kind, actor, subject, sup, bytes, hash FROM entry WHERE no = ?", (no,))
    except ERRORS:
        return None


def _last_seen(source: Rows) -> int:
    try:
        return int(source.value("SELECT coalesce(max(no), 0) FROM entry"))
    except ERRORS:
        return 0
