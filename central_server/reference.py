"""Offices, hubs and postcodes as the centre's own data: loaded by headquarters, proven, kept version by version, used instead of the packaged tables."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from central_server.problems import Problem
from central_server.storage import devices, tables
from central_server.storage.database import Database, Sql
from central_server.storage.tables import Kept
from corner_app.domain.offices import Places, places_from
from corner_app.reference import load_places, resource_dir

OFFICES, HUBS = "post_offices.csv", "hubs.csv"
_COLUMNS = {
    OFFICES: ("postcode", "office_bn", "office_en", "office_type", "upazila_bn", "upazila_en", "district_bn", "district_en"),
    HUBS: ("hub_code", "name_bn", "name_en", "short_bn", "head_office_postcode", "parent_hub_code", "postcode_prefixes"),
}
_KEYS = {OFFICES: "postcode", HUBS: "hub_code"}
_POSTCODE = re.compile(r"[0-9]{4}")
_PREFIX = re.compile(r"[0-9]{2}")
Row = dict[str, str]


@dataclass(frozen=True)
class Fault:
    """What is wrong with a table. row: counted from 1 after the header, 0 the table as a whole; code: stable word."""

    table: str
    row: int
    code: str
    detail: str = ""


@dataclass(frozen=True)
class Loaded:
    """What became of a load. version: that is in use now, 0 the packaged tables; fresh: it was made by this load."""

    version: int
    fresh: bool
    faults: tuple[Fault, ...] = ()


def places(sql: Sql) -> Places:
    """The offices and hubs in use: the newest loaded ones, else the packaged ones."""
    kept = tables.newest(sql)
    if not kept:
        return load_places()
    return places_from(_rows(zlib.decompress(kept[OFFICES].packed)), _rows(zlib.decompress(kept[HUBS].packed)))


def version(sql: Sql) -> int:
    """Number of the newest loaded tables, 0 none."""
    return tables.version(sql)


def load(database: Database, given: Path | None, now: int) -> Loaded:
    """Takes tables in, all or none. given: a folder with both, or one file, known by its columns; None for the packaged ones.

    What was not given stays as it is. The same tables again make no new version. Raises Problem("bad_reference") for what is no table at all.
    """
    files = _given(given or resource_dir() / "reference")
    return database.write(lambda sql: _load(sql, files, now))


def _given(path: Path) -> dict[str, bytes]:
    try:
        if path.is_dir():
            return {name: (path / name).read_bytes() for name in _COLUMNS if (path / name).is_file()}
        plain = path.read_bytes()
        header = set(next(csv.reader(io.StringIO(plain.decode("utf-8-sig"))), ()))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Problem("bad_reference", str(path.name)) from error
    return {name: plain for name, columns in _COLUMNS.items() if header.issuperset(columns)}


def _rows(plain: bytes) -> list[Row]:
    return list(csv.DictReader(io.StringIO(plain.decode("utf-8-sig"), newline="")))


def _load(sql: Sql, files: dict[str, bytes], now: int) -> Loaded:
    if not files:
        raise Problem("bad_reference")
    before = tables.newest(sql)
    at = tables.version(sql)
    whole = {name: files.get(name) or _kept(before, name) for name in _COLUMNS}
    try:
        found = {name: _rows(plain) for name, plain in whole.items()}
    except (UnicodeDecodeError, csv.Error) as error:
        raise Problem("bad_reference") from error
    faults = tuple(_faults(found, set(devices.offices(sql))))
    if faults:
        return Loaded(at, False, faults)
    sums = {name: hashlib.sha256(plain).digest() for name, plain in whole.items()}
    if before and all(before[name].sha256 == digest for name, digest in sums.items()):
        return Loaded(at, False)
    tables.keep(sql, at + 1, [Kept(name, now, sums[name], zlib.compress(plain, 9)) for name, plain in whole.items()])
    return Loaded(at + 1, True)


def _kept(before: dict[str, Kept], name: str) -> bytes:
    return zlib.decompress(before[name].packed) if before else (resource_dir() / "reference" / name).read_bytes()


def _faults(found: dict[str, list[Row]], enrolled: set[str]) -> Iterator[Fault]:
    for name, rows in found.items():
        missing = [column for column in _COLUMNS[name] if not rows or column not in rows[0]]
        if missing:
            yield Fault(name, 0, "column_missing" if rows else "empty", ", ".join(missing))
            return
        yield from _own_faults(name, rows)
    offices, hubs = {row["postcode"] for row in found[OFFICES]}, {row["hub_code"]: row for row in found[HUBS]}
    served: dict[str, int] = {}
    for n, row in enumerate(found[HUBS], 1):
        if row["head_office_postcode"] and row["head_office_postcode"] not in offices:
            yield Fault(HUBS, n, "head_office_unknown", row["head_office_postcode"])
        if row["parent_hub_code"] and _circular(hubs, row["hub_code"]):
            yield Fault(HUBS, n, "parent_wrong", row["parent_hub_code"])
        for prefix in _prefixes(row):
            if not _PREFIX.fullmatch(prefix) or prefix in served:
                yield Fault(HUBS, n, "prefix_wrong" if prefix not in served else "prefix_twice", prefix)
            served[prefix] = n
    for n, row in enumerate(found[OFFICES], 1):
        if row["postcode"][:2] not in served:
            yield Fault(OFFICES, n, "no_hub", row["postcode"])
    for gone in sorted(enrolled - offices - set(hubs)):
        yield Fault(OFFICES, 0, "enrolled_office_missing", gone)


def _own_faults(name: str, rows: list[Row]) -> Iterator[Fault]:
    seen: set[str] = set()
    for n, row in enumerate(rows, 1):
        key = row[_KEYS[name]]
        if any(row[column] is None for column in _COLUMNS[name]):
            yield Fault(name, n, "cut_short", key)
        if key in seen:
            yield Fault(name, n, "twice", key)
        if not key or (name == OFFICES and not _POSTCODE.fullmatch(key)):
            yield Fault(name, n, "code_wrong", key)
        if not (row["office_en"] if name == OFFICES else row["name_en"]):
            yield Fault(name, n, "no_name", key)
        seen.add(key)


def _prefixes(row: Row) -> list[str]:
    return re.findall(r"[^\s;|,]+", row["postcode_prefixes"] or "")


def _circular(hubs: dict[str, Row], code: str) -> bool:
    """Whether the way up from a hub leads to an unknown one or back to itself."""
    seen: set[str] = set()
    while code:
        if code in seen or code not in hubs:
            return True
        seen.add(code)
        code = hubs[code]["parent_hub_code"]
    return False
