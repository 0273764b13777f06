"""A receive from bytes to committed Outcome, against the bare-SQLite floor of the same rows; at a small and a large book."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import thread_time_ns
from typing import Any

from sqlcipher3 import dbapi2

from benchmarks.books import filled, items
from benchmarks.turns import Row, by_turns, rows
from corner_app.book.book import Book
from corner_app.desk import commands, jobs
from corner_app.desk.counter import here_of, roll_of
from corner_app.devices.scanners.framing import Framer

T0 = 1_795_500_000_000
FLOOR = "floor: bare SQLite, same rows"


class Floor:
    """The same rows by hand: find the parcel, insert the entry, update the parcel and the counts, commit. No checks, no hash, no types."""

    def __init__(self, path: Path) -> None:
        self.connection: Any = dbapi2.connect(str(path), isolation_level=None, cached_statements=256)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-16000", "temp_store=MEMORY"):
            self.connection.execute(f"PRAGMA {pragma}")
        self.no = self.connection.execute("SELECT max(no) FROM entry").fetchone()[0]
        self.stored = bytes(110)
        self.digest = bytes(32)

    def receive(self, item: str) -> None:
        run = self.connection.execute
        run("BEGIN IMMEDIATE")
        parcel = run(
            "SELECT parcel.id, parcel.state, parcel.head, parcel.advice FROM alias JOIN parcel ON parcel.id = alias.parcel WHERE alias.code = ?", (item,)
        ).fetchone()
        self.no += 1
        run("INSERT INTO entry VALUES (?, 1, ?, 'received', 'rahima', ?, NULL, ?, ?)", (self.no, self.no, item, self.stored, self.digest))
        run(
            "UPDATE parcel SET state = 'received', office = '8500', received_at = ?, received_by = 'rahima', head = ?, turn = ? WHERE id = ?",
            (T0, f"7.1.{self.no}", f"7.1.{self.no}", parcel[0]),
        )
        run("UPDATE tally SET n = n - 1 WHERE office = '' AND state = 'announced'")
        run("UPDATE tally SET n = n + 1 WHERE office = '8500' AND state = 'received'")
        run("COMMIT")


class Ours:
    """The product: bytes of a scanner → framed → job → committed Outcome."""

    def __init__(self, path: Path) -> None:
        self.book = Book(path)
        self.here = here_of(self.book.place, roll_of(self.book.place).clerks[0], T0)
        self.framer = Framer("bench")

    def receive(self, item: str) -> None:
        (scan,) = self.framer.feed(item.encode() + b"\r", 0)
        outcome = self.book.write(lambda tx: jobs.run(tx, self.here, commands.Receive(scan.text)))
        if outcome.code != "received":
            raise SystemExit(f"bench: {outcome.code}")


@contextmanager
def _copies(size: int) -> Iterator[tuple[Path, Path]]:
    with tempfile.TemporaryDirectory(dir=Path.cwd() / "build") as folder:
        paths = Path(folder) / "floor.book", Path(folder) / "ours.book"
        for path in paths:
            shutil.copy(filled(size), path)
        yield paths


def measure(sizes: tuple[int, ...], rounds: int = 450) -> list[Row]:
    """Floor and ours by turns at each size, each receiving parcels spread over the whole book; the last row compares the sizes."""
    tables = [_at(size, rounds) for size in sizes]
    made = [row for table in tables for row in table]
    return made + _growth(sizes, tables[0], tables[-1]) if len(sizes) > 1 else made


def _growth(sizes: tuple[int, ...], small: list[Row], large: list[Row]) -> list[Row]:
    """How each way grows with the book; the floor's own growth is the disk's, so ours is judged against it."""
    name = f"receive, {sizes[-1]:,} : {sizes[0]:,}"
    grown = [Row(name, of.way, 0, of.p50, 0, of.p50 / before.p50, "growth") for before, of in zip(small, large, strict=True)]
    over = [Row(name, f"ours' growth over the floor's{of}", 0, 0, 0, grown[at + 1].ratio / grown[at].ratio, "aim <= 1.1") for at, of in ((0, ""), (2, ", cpu"))]
    return [*grown, *over]


def _at(size: int, rounds: int) -> list[Row]:
    with _copies(size) as (at_floor, at_ours):
        floor, ours, numbers = Floor(at_floor), Ours(at_ours), items(size, 2 * rounds)
        ways = {FLOOR: lambda n: floor.receive(numbers[n]), "ours: bytes to Outcome": lambda n: ours.receive(numbers[n])}
        made = rows(f"receive at {size:,}", by_turns(ways, rounds), FLOOR)
        later = {name: lambda n, way=way: way(rounds + n) for name, way in ways.items()}
        made += rows(f"receive at {size:,}, processor", by_turns(later, rounds, clock=thread_time_ns), FLOOR)
        ours.book.close()
        floor.connection.close()
    return made
