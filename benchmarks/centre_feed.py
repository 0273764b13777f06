"""A poll of an office's feed with more and more in the feeds of the country: it must take the same time.

Rows are made by PostgreSQL itself, in feeds of 1,000 offices; what a poll reads of them, positions and running hashes, is as the centre writes it. Each
poll is a signed question that `exchange.push` answers, of an office drawn at random: one that has heard everything, and one with 50 items to hear.
Beside it the floor: the same rows by one bare statement. All sizes by turns, one database each.
"""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from time import perf_counter_ns, thread_time_ns

import psycopg

from benchmarks import centre_days as days
from benchmarks.turns import Row, met, rows
from central_server import exchange
from central_server.exchange import Desk
from corner_app.domain import entries as e
from corner_app.domain.entries import Entry, encode
from corner_app.sync import engine, wire
from corner_app.sync.signing import signer
from tests.postgres import Cluster

OFFICES = 1_000
ITEMS = 50
AIM = 1.2
KINDS = {"nothing new": 0, f"{ITEMS} items": ITEMS}
_MAKE = """INSERT INTO feed (office, pos, running, item)
    SELECT 'F' || lpad(office::text, 5, '0'), pos, decode(md5(office || '.' || pos), 'hex'), %s
    FROM generate_series(0, %s) AS office, generate_series(1, %s) AS pos"""
_ENDS = """INSERT INTO feed_head (office, pos, running)
    SELECT 'F' || lpad(office::text, 5, '0'), %s, decode(md5(office || '.' || %s), 'hex') FROM generate_series(0, %s) AS office"""


@dataclass(frozen=True)
class Country:
    """A centre with so many entries in its feeds. each: of every office; seeds: keys of its devices; bare: a connection for the floor."""

    desk: Desk
    each: int
    keys: list[tuple[int, wire.Sign]]
    bare: psycopg.Connection

    def question(self, n: int, behind: int) -> bytes:
        """The poll of office n, which has still to hear so many."""
        (device, sign), pos = self.keys[n], max(0, self.each - behind)
        check = self.bare.execute("SELECT decode(md5(%s), 'hex')", (f"{n}.{pos}",)).fetchone() if pos else None
        said = wire.Push(wire.PROTOCOL, device, 1, bytes(wire.NONCE_SIZE), days.T0, pos, bytes(check[0]) if check else b"", engine.ROOM, b"")
        return wire.seal(said, sign)

    def floor(self, n: int, behind: int) -> None:
        """What is read at least."""
        found = self.bare.execute(
            "SELECT pos, running, item FROM feed WHERE office = %s AND pos > %s ORDER BY pos LIMIT 3200", (_office(n), self.each - behind)
        )
        if len(found.fetchall()) != min(behind, self.each):
            raise SystemExit("bench: another number of items")

    def poll(self, frame: bytes, behind: int) -> None:
        """What we do."""
        answer = wire.peek(wire.Answer, exchange.push(self.desk, frame, days.T0))
        if (answer.page.count if answer.page else 0) != min(behind, self.each) or answer.kind != wire.OK:
            raise SystemExit(f"bench: answered {answer.kind}")


def _office(n: int) -> str:
    return f"F{n:05d}"


def _item() -> bytes:
    """An entry as feeds hold it."""
    stored = encode(Entry(days.T0 << 16, "postmaster", "CP407774791BD", 0, e.Received("8500", "BD8200BD8500CCC60417001010345")))
    return wire.pack_item(wire.FeedEntry(1 << 47, 1, 1, bytes(range(16)), stored))


@contextlib.contextmanager
def _country(cluster: Cluster, size: int, offices: int) -> Iterator[Country]:
    url, each = cluster.create(f"feed_{size}"), size // offices
    desk = days.found(url)
    enrolled = [days.enrolled(desk.database, _office(n), 1) for n in range(offices)]
    with psycopg.connect(url, autocommit=True) as bare:
        bare.execute(_MAKE, (_item(), offices - 1, each))
        bare.execute(_ENDS, (each, each, offices - 1))
        bare.execute("VACUUM ANALYZE feed, feed_head, device")
        yield Country(desk, each, [(device.device, signer(seed)) for device, seed in enrolled], bare)
    desk.database.close()


def measure(sizes: tuple[int, ...] = (10_000, 100_000), rounds: int = 300) -> list[Row]:
    """Every size by turns; the last rows compare each with the smallest."""
    offices = min(OFFICES, sizes[0] // ITEMS)
    with contextlib.ExitStack() as stack:
        cluster = stack.enter_context(Cluster(durable=True))
        countries = {size: stack.enter_context(_country(cluster, size, offices)) for size in sizes}
        made = list[Row]()
        for kind, behind in KINDS.items():
            made += _turns(kind, behind, countries, offices, rounds)
    return made


def _turns(kind: str, behind: int, countries: dict[int, Country], offices: int, rounds: int) -> list[Row]:
    chance = random.Random(behind)
    clocks: tuple[Callable[[], int], Callable[[], int]] = (perf_counter_ns, thread_time_ns)
    taken: list[dict[str, list[float]]] = [{}, {}]
    for _ in range(rounds):
        n = chance.randrange(offices)
        for size, country in countries.items():
            frame = country.question(n, behind)
            ways: dict[str, Callable[[], object]] = {
                f"floor, {size:,}": partial(country.floor, n, behind),
                f"ours, {size:,}": partial(country.poll, frame, behind),
            }
            for way, call in ways.items():
                begun = [clock() for clock in clocks]
                call()
                for at, (clock, start) in enumerate(zip(clocks, begun, strict=True)):
                    taken[at].setdefault(way, []).append((clock() - start) / 1_000)
    first = f"ours, {min(countries):,}"
    return _flat(f"feed: {kind}", taken[0], first) + rows(f"feed: {kind}, this side's processor", taken[1], first)


def _flat(bench: str, taken: dict[str, list[float]], first: str) -> list[Row]:
    return [
        replace(row, note=met(row.ratio <= AIM, f"<= {AIM}")) if row.way.startswith("ours") and row.way != first else row for row in rows(bench, taken, first)
    ]
