"""A copy of the whole centre in one file, and putting it back: the same file for both databases, so that it also moves a centre between them.

A zip of one member a table, rows as length-prefixed msgpack blocks, and at the end a manifest with rows and SHA-256 of each. The file holds
the centre's key and people's names: it is made readable by its owner alone, and belongs where only headquarters can reach it.
"""

from __future__ import annotations

import hashlib
import lzma
import os
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import msgspec

from central_server import care, identity, leases, own_book
from central_server.judge import judge_all
from central_server.problems import Problem
from central_server.storage import devices, logs, remittances, schema
from central_server.storage.database import Database, Row, Sql, SqliteDatabase, value
from central_server.storage.logs import Cursor
from central_server.storage.migrate import migrate, newest_step
from corner_app.domain.offices import Places

FORMAT = 1
MANIFEST = "manifest.json"
BLOCK_BYTES = 1_000_000
_TABLES = (*schema.REFERENCE, *schema.LED_BY)
_pack = msgspec.msgpack.Encoder().encode
_rows: msgspec.msgpack.Decoder[list[list[Any]]] = msgspec.msgpack.Decoder(list[list[Any]])


class TableSum(msgspec.Struct, frozen=True):
    """What the file says of one table."""

    columns: tuple[str, ...]
    rows: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True):
    """What the file says of itself. step: of the tables' numbered steps; made_at: when its snapshot was taken, ms UTC."""

    format: int
    step: str
    made_at: int
    instance: str
    tables: dict[str, TableSum]

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(table.rows for table in self.tables.values())


@dataclass(frozen=True)
class Made:
    """A backup that was written and read again. faults: found when its contents were proven, None when nobody asked for it."""

    file: Path
    manifest: Manifest
    faults: list[tuple[str, str]] | None


# Making one


def backup(database: Database, target: Path, now: int, prove_with: Places | None = None) -> Made:
    """Copies one snapshot while the centre may be serving: written beside, read again, then given its name.

    target: a file, or a folder in which it is called by its time. prove_with: the copy is loaded and every chain, signature, fold and the ledger
    checked in it; entries of a proven copy count as safe from then on. Raises Problem: storage_damaged, folder_unwritable, storage_unreachable.
    """
    if target.is_dir():
        target = target / f"corner-centre-{datetime.fromtimestamp(now / 1000, UTC):%Y%m%d-%H%M%S}.backup"
    beside = target.with_name(target.name + ".part")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            database.read(lambda sql: _write(sql, file, now))
            file.flush()
            os.fsync(file.fileno())
        manifest = check(beside)
        faults = None
        if prove_with is not None:
            faults, ends = _prove(beside, target.parent, prove_with, now)
            if not faults:
                database.write(lambda sql: logs.saved(sql, ends))
        os.replace(beside, target)
        _sync_folder(target.parent)
    except OSError as error:
        raise Problem("folder_unwritable", error.strerror or "") from error
    finally:
        beside.unlink(missing_ok=True)
    return Made(target, manifest, faults)


def _write(sql: Sql, file: IO[bytes], now: int) -> None:
    if not sql.postgresql and sql.all("PRAGMA integrity_check") != [("ok",)]:
        raise Problem("storage_damaged")
    sums: dict[str, TableSum] = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        for table in _TABLES:
            columns = sql.columns(table)
            count, digest = 0, hashlib.sha256()
            with archive.open(table, "w", force_zip64=True) as member:
                for rows in _blocks(sql.dump(table, columns)):
                    plain = _pack(rows)
                    block = len(plain).to_bytes(8, "big") + plain
                    digest.update(block)
                    member.write(block)
                    count += len(rows)
            sums[table] = TableSum(tuple(columns), count, digest.hexdigest())
        manifest = Manifest(FORMAT, newest_step(), now, identity.centre(sql).instance.hex(), sums)
        archive.writestr(MANIFEST, msgspec.json.encode(manifest))


def _blocks(rows: Iterator[Row]) -> Iterator[list[Row]]:
    block: list[Row] = []
    size = 0
    for row in rows:
        block.append(row)
        size += sum(len(v) if isinstance(v, bytes | str) else 8 for v in row)
        if size >= BLOCK_BYTES:
            yield block
            block, size = [], 0
    if block:
        yield block


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return  # Windows gives no handle of a folder to sync
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _prove(file: Path, folder: Path, places: Places, now: int) -> tuple[list[tuple[str, str]], list[Cursor]]:
    """Loads a copy into a database of its own and checks what `verify` checks; also gives where its lineages end."""
    with tempfile.TemporaryDirectory(prefix=".corner-centre-", dir=folder) as inside:
        path = Path(inside) / "copy.db"
        migrate(f"sqlite:///{path}")
        with closing(SqliteDatabase(path, durable=False)) as copy:
            copy.write(lambda sql: _load(sql, file))
            judge_all(copy, places, now)  # an entry kept and not yet judged in the snapshot is no fault of it
            return copy.read(care.verify).faults, copy.read(logs.cursors)


# Reading one


_DAMAGED = (
    zipfile.BadZipFile, msgspec.MsgspecError, KeyError, EOFError, ValueError, OverflowError, zlib.error, lzma.LZMAError, struct.error, OSError,
    RuntimeError,  # one bit makes a member "encrypted", or packed in a way that was never ours
)  # fmt: skip
"""What a damaged archive may raise while it is read."""


def check(file: Path) -> Manifest:
    """Reads a whole backup and compares it with its manifest. Raises Problem: no_backup, backup_damaged."""
    if not file.is_file():
        raise Problem("no_backup")
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = msgspec.json.decode(archive.read(MANIFEST), type=Manifest)
            for table, told in manifest.tables.items():
                digest = hashlib.sha256()
                count = sum(len(rows) for rows in _read(archive, table, digest))
                if (count, digest.hexdigest()) != (told.rows, told.sha256):
                    raise Problem("backup_damaged", table)
    except _DAMAGED as error:
        raise Problem("backup_damaged") from error
    if set(manifest.tables) != set(_TABLES) or manifest.format != FORMAT:
        raise Problem("backup_elsewhen")
    return manifest


def _read(archive: zipfile.ZipFile, table: str, digest: Any) -> Iterator[list[list[Any]]]:
    with archive.open(table) as member:
        while size := member.read(8):
            plain = member.read(int.from_bytes(size, "big"))
            digest.update(size)
            digest.update(plain)
            yield _rows.decode(plain)


def _load(sql: Sql, file: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        manifest = msgspec.json.decode(archive.read(MANIFEST), type=Manifest)
        for table, told in manifest.tables.items():
            if sorted(sql.columns(table)) != sorted(told.columns):
                raise Problem("backup_elsewhen", table)
            sql.copy(table, told.columns, (row for rows in _read(archive, table, hashlib.sha256()) for row in rows))


# Putting one back


def restore(database: Database, url: str, file: Path, now: int, *, replace: bool = False) -> Manifest:
    """Puts a backup into an empty database, in one transaction. replace: what is in it goes first. Nobody may be serving from it.

    Raises Problem: no_backup, backup_damaged, backup_elsewhen, not_empty, newer_centre, storage_unreachable.
    """
    manifest = check(file)
    if manifest.step != newest_step():
        raise Problem("backup_elsewhen")
    migrate(url)
    database.write(lambda sql: _put(sql, file, manifest, now, replace=replace))
    return manifest


def _put(sql: Sql, file: Path, manifest: Manifest, now: int, *, replace: bool) -> None:
    filled = [table for table in _TABLES if sql.all(f"SELECT 1 FROM {table} LIMIT 1")]  # noqa: S608 - our own names
    if filled and not replace:
        raise Problem("not_empty")
    used = int(value(sql, "SELECT coalesce(max(epoch), 0) FROM cursor WHERE office = ?", (own_book.OFFICE,)))
    for table in filled:
        sql.run(f"TRUNCATE {table}" if sql.postgresql else f"DELETE FROM {table}")  # noqa: S608 - our own names
    _load(sql, file)
    put_back(sql, manifest.made_at, now, used)


def put_back(sql: Sql, made_at: int, now: int, used: int = 0) -> None:
    """What a database put back from a copy must do before it serves, however it was put back: be known as another, and never say a thing twice.

    made_at: when the copy was made; used: newest lineage of the centre's book that is known to have been begun since.
    """
    identity.new_instance(sql)
    own_book.begin_again(sql, identity.centre(sql), int(devices.told(sql, "founded_at") or 0), now, used)
    leases.skip_unknown(sql, made_at, now)
    devices.tell(sql, remittances.PUT_BACK, str(now))
