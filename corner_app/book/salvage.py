"""When a book's file is damaged: set it aside untouched, save every entry whose chain still verifies, go on in a new epoch."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from sqlcipher3 import dbapi2

from corner_app.book.backup import copy_to, set_aside, sync_folder
from corner_app.book.database import ERRORS, SIGNATURE, Rows, connect, in_transaction, translated, trouble_of
from corner_app.book.lineage import Place, begin_epoch, last_kept, lineages, read_place, write_place
from corner_app.book.migrate import migrate
from corner_app.book.replay import ARRIVED, OWN, Row, merged, play_into, sum_of
from corner_app.domain.chain import first_hash, next_hash
from corner_app.domain.entries import UnreadableEntry
from corner_app.domain.trouble import Trouble

_SCHEMA_WITHIN = 65_536
"""Bytes at a file's beginning that hold the words of our schema."""
_DISK_TROUBLE = frozenset({"disk_full", "disk_error", "book_not_writable", "book_busy"})
_TAIL_CHECKED = 1_000
"""Entries re-hashed at every start; the whole chain is `verify`'s work."""


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What was saved. aside: where the damaged file lies now; saved, last: entries kept, of the last number seen (0 unknown)."""

    aside: Path
    saved: int
    last: int


def is_ours(path: Path) -> bool:
    """Whether a file that does not begin as a database was one of our books: another program's file is never touched."""
    with path.open("rb") as file:
        return b"CREATE TABLE lineage" in file.read(_SCHEMA_WITHIN)


def looks_whole(path: Path, *, pages: bool) -> bool:
    """A quick look at start: the end of the chain re-hashed; with `pages` also every page's structure.

    False only when damage is proven. A book that is busy, not writable or on a failing disk raises that Trouble and is left alone.
    """
    try:
        with translated():
            return _is_whole(path, pages)
    except UnreadableEntry:
        return False
    except Trouble as trouble:
        if trouble.code != "book_damaged":
            raise
        return False


def _is_whole(path: Path, pages: bool) -> bool:
    connection = connect(path)
    try:
        rows = Rows(connection)
        read_place(rows)
        return _tail_is_whole(rows) and (not pages or rows.value("PRAGMA quick_check(1)") == "ok")
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
    """Makes a new book of what verifies, then sets the damaged one aside and puts the new one in its place. The caller holds the lock.

    Raises Trouble("book_beyond_repair") when the file no longer even says whose it was, or whatever kept the new book from being written;
    the damaged file then lies where it lay, unchanged.
    """
    beside = unfinished(path)
    discard(beside)
    with translated(), tempfile.TemporaryDirectory(prefix="corner-salvage-", dir=path.parent) as folder:
        try:
            saved, last = _rescue(path, beside, Path(folder))
        except ERRORS as error:
            discard(beside)
            if trouble_of(error).code in _DISK_TROUBLE:
                raise
            raise Trouble("book_beyond_repair", file=path.name) from error
        aside = set_aside(path, "damaged")
        finish(path)
    return Salvaged(aside, saved, last)


def unfinished(path: Path) -> Path:
    """Where a rescued or restored book lies until it takes its place."""
    return path.with_name(path.name + ".rescued")


def discard(file: Path) -> None:
    """Removes an unfinished file and what SQLite left beside it."""
    for end in ("", "-wal", "-shm", "-journal"):
        file.with_name(file.name + end).unlink(missing_ok=True)


def finish(path: Path) -> None:
    """Puts the finished file in the book's place, which is free. Also done at a start that finds one left by a power cut."""
    os.replace(unfinished(path), path)
    sync_folder(path.parent)


def _rescue(path: Path, beside: Path, folder: Path) -> tuple[int, int]:
    with ExitStack() as closing:
        source = _readable_copy(path, folder)
        closing.callback(source.close)
        target = connect(folder / "rescued.book")
        closing.callback(target.close)
        migrate(target, folder / "rescued.book")
        saved = in_transaction(target, lambda: _copy_verified(Rows(source), Rows(target)))
        last = _last_seen(Rows(source))
        copy_to(target, beside)
    return saved, last


def _readable_copy(damaged: Path, folder: Path) -> Any:
    """Opens a copy of the damaged file; a spoilt signature is put right in the copy, a file cut short is opened all the same."""
    copy = folder / "damaged.book"
    for end in ("", "-wal"):
        part = damaged.with_name(damaged.name + end)
        if part.exists():
            shutil.copyfile(part, copy.with_name(copy.name + end))
    with copy.open("r+b") as file:
        file.write(SIGNATURE)
    connection = dbapi2.connect(str(copy), isolation_level=None)
    connection.execute("PRAGMA writable_schema=ON")
    return connection


_CARRIED = ("op", "print_attempt", "desk_state", "sync", "verdict", "contact", "lease")
"""What is this PC's alone and should outlive the damage: answers given, labels under way, where the clerk was, what the centre said."""


def _carry(source: Rows, target: Rows, saved_seq: int) -> None:
    """Copies what can be read; an answer about an entry that was lost is not kept, so that its op is done again."""
    for table in _CARRIED:
        try:
            rows = source.all(f"SELECT * FROM {table}")  # noqa: S608 - fixed names
        except ERRORS:
            continue
        for row in rows:
            if table != "op" or all(seq <= saved_seq for seq in msgspec.json.decode(row[1])["entries"]):
                target.run(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)  # noqa: S608


def _copy_verified(source: Rows, target: Rows) -> int:
    whose = read_place(source)
    write_place(target, whose)
    target.run("DELETE FROM lineage")
    for row in _lineages(source, whose):
        target.run("INSERT INTO lineage VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    last: Row | None = None
    saved = 0
    for row in play_into(target, merged(_verified(source, target), _arrived(source))):
        last, saved = row, saved + 1
    _carry(source, target, last[2] if last else 0)
    ends = lineages(target)
    if _centre_feed(target):
        target.run("DELETE FROM sync WHERE k IN ('feed_pos', 'feed_check')")  # what arrived may have been lost: the centre sends the office's state again
    begin_epoch(target, whose, ends[-1].epoch + 1, last_kept(target), "salvaged")
    return saved


def _centre_feed(rows: Rows) -> bool:
    return rows.value("SELECT 1 FROM sync WHERE k = 'feed_pos'") is not None


def _verified(source: Rows, target: Rows) -> Iterator[Row]:
    """Own entries from the first on, as far as the chain verifies."""
    by_epoch = {lineage.epoch: lineage for lineage in lineages(target)}
    no, epoch, digest = 1, 0, b""
    while (row := _entry(source, no)) is not None and row[1] in by_epoch:
        if row[1] != epoch:
            epoch, digest = row[1], by_epoch[row[1]].start
        digest = next_hash(digest, row[7])
        if digest != row[8]:
            return
        yield row
        no += 1


def _arrived(source: Rows) -> Iterator[Row]:
    """What others wrote, as far as it can be read and lies as it came."""
    number = 0
    while True:
        try:
            row = source.one(f"{ARRIVED} WHERE id > ? ORDER BY id LIMIT 1", (number,))
        except ERRORS:
            return
        if row is None:
            return
        number = row[0]
        if sum_of(row[9]) == row[6]:
            yield row


def _lineages(source: Rows, place: Place) -> list[Row]:
    try:
        found = source.all("SELECT * FROM lineage ORDER BY epoch")
    except ERRORS:
        found = []
    return found or [(1, 1, place.device, place.uuid, 0, 0, b"", "init", None)]


def _entry(source: Rows, no: int) -> Row | None:
    try:
        return source.one(f"{OWN} WHERE no = ?", (no,))
    except ERRORS:
        return None


def _last_seen(source: Rows) -> int:
    try:
        return int(source.value("SELECT coalesce(max(no), 0) FROM entry"))
    except ERRORS:
        return 0
