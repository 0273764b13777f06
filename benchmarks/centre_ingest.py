"""Entries a second into the centre's PostgreSQL at 500 a batch: the whole way of a push, and taking in alone, against bare COPY of the same rows.

The floor copies one row an entry, with the entry's own bytes, into a table without an index, and commits as often as the centre takes in a
batch. `ingest.take` decides, proves the chain and keeps the frame in one commit; `exchange.push` proves the signature before it and folds, posts,
fans out and answers after it. All three by turns, each in a database of its own on one server that writes as a real one does.
"""

from __future__ import annotations

import contextlib
import statistics
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter_ns, process_time_ns

import psycopg

from benchmarks import centre_days as days
from benchmarks.turns import Row, met, rows
from central_server import exchange, ingest
from central_server.exchange import Desk
from corner_app.domain.chain import first_hash, hashes, uid
from corner_app.sync import wire
from tests.postgres import Cluster

BATCH = 500
AIM = 0.5
FLOOR, TAKE, PUSH = "floor: COPY of the same rows", "ours: ingest.take", "ours: exchange.push"
PATTERN = "pattern"


@dataclass(frozen=True)
class Batch:
    """One frame and what is in it."""

    said: wire.Push
    frame: bytes
    rows: tuple[bytes, ...]
    copied: tuple[tuple[str, int, int, int, bytes, int, bytes], ...]


def _batches(office: days.Office) -> list[Batch]:
    found, before = [], first_hash(office.device.uuid, 1, b"")
    for said, frame, entries in days.frames(office, BATCH):
        assert said.run is not None  # noqa: S101 - frames of an outbox have one
        digests = hashes(before, entries)
        before = digests[-1]
        copied = tuple(
            (days.OFFICE, said.device, said.epoch, said.run.first + n, uid(digest), days.T0, stored)
            for n, (digest, stored) in enumerate(zip(digests, entries, strict=True))
        )
        found.append(Batch(said, frame, entries, copied))
    return found


class Floor:
    """One row an entry by COPY, one commit a batch."""

    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(url)
        self.connection.execute("CREATE TABLE entry (office TEXT, device BIGINT, epoch BIGINT, seq BIGINT, uid BYTEA, received_at BIGINT, bytes BYTEA)")
        self.connection.commit()

    def copy(self, batch: Batch) -> None:
        with self.connection.cursor() as cursor, cursor.copy("COPY entry FROM STDIN") as copy:
            for row in batch.copied:
                copy.write_row(row)
        self.connection.commit()


@contextlib.contextmanager
def prepared(entries: int) -> Iterator[tuple[Cluster, list[Batch], days.Office]]:
    """A server with the pattern of a centre that an office with so many entries is enrolled at, and the batches it has to send."""
    with Cluster(durable=True) as cluster, tempfile.TemporaryDirectory(dir=Path.cwd() / "build") as folder:
        desk = days.found(cluster.create(PATTERN))
        office = days.open_office(desk, Path(folder) / "office.book")
        days.play(desk, office, entries)
        desk.database.close()
        yield cluster, _batches(office), office


def measure(entries: int = 10_000) -> list[Row]:
    """By turns, batch after batch; microseconds are of one entry."""
    with prepared(entries) as (cluster, batches, office):
        floor, desks = Floor(cluster.create("floor")), {name: days.again(cluster.create(name, PATTERN)) for name in ("take", "push")}
        ways: dict[str, Callable[[Batch], object]] = {
            FLOOR: floor.copy,
            TAKE: lambda batch: desks["take"].database.write(lambda sql: ingest.take(sql, office.device, batch.said, batch.frame, days.T0)),
            PUSH: lambda batch: exchange.push(desks["push"], batch.frame, days.T0),
        }
        clock: dict[str, list[float]] = {name: [] for name in ways}
        own: dict[str, list[float]] = {name: [] for name in ways}
        for batch in batches:
            for name, way in ways.items():
                began, used = perf_counter_ns(), process_time_ns()
                way(batch)
                clock[name].append((perf_counter_ns() - began) / 1_000 / len(batch.rows))
                own[name].append((process_time_ns() - used) / 1_000 / len(batch.rows))
        floor.connection.close()
        _check(desks, sum(len(batch.rows) for batch in batches))
    return [*_said(f"ingest: {entries:,} entries, {BATCH} a batch", clock), *_said("ingest: the same, this side's processor", own)]


def _check(desks: dict[str, Desk], entries: int) -> None:
    """Nothing is measured that was not done."""
    for name, desk in desks.items():
        kept, judged = desk.database.read(lambda sql: sql.all("SELECT next - 1, judged FROM cursor WHERE office = ?", (days.OFFICE,)))[0]
        if kept != entries or (name == "push" and judged != entries):
            raise SystemExit(f"bench: {name} kept {kept} and judged {judged} of {entries}")
        desk.database.close()


def _said(bench: str, taken: dict[str, list[float]]) -> list[Row]:
    made = []
    for row in rows(bench, taken, FLOOR):
        speed = 1_000_000 / statistics.median(taken[row.way])
        of = 1 / row.ratio
        aim = f", {met(of >= AIM, f'>= {AIM}')}" if row.way == TAKE and "processor" not in bench else ""
        made.append(replace(row, note=f"{speed:,.0f} entries/s, {of:.2f} of the floor's{aim}"))
    return made
