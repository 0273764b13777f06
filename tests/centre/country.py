"""A centre on either database and real books that speak with it, in this process and without a network."""

from __future__ import annotations

import csv
import hashlib
import itertools
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from central_server import exchange, identity
from central_server.announce import announce
from central_server.care import verify
from central_server.exchange import Desk
from central_server.storage import database, devices, schema
from central_server.storage.database import Database, Sql
from central_server.storage.devices import Device
from central_server.storage.migrate import migrate
from corner_app.book import centre as known
from corner_app.book import outbox
from corner_app.book.book import Book, make
from corner_app.book.verify import verify as verify_book
from corner_app.desk import jobs
from corner_app.desk.commands import AnyCommand
from corner_app.desk.counter import here_of, roll_of
from corner_app.domain.chain import handle_of
from corner_app.reference import load_places
from corner_app.sync.client import Client, Machine
from corner_app.sync.signing import public_key
from corner_app.sync.store import BookStore

T0 = 1_795_500_000_000
HOUR, DAY = 3_600_000, 86_400_000
SAMPLE = Path(__file__).parents[1] / "data" / "sample_parcels_1000.csv"
WAYS = {"/v1/sync": exchange.push, "/v1/state": exchange.fetch, "/v1/lineage": exchange.probe}


def announced(count: int, after: int = 0) -> list[dict[str, Any]]:
    """Rows of the sample, as if all were for 8500."""
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        return [row | {"postcode": "8500"} for row in itertools.islice(csv.DictReader(file), after, after + count)]


@dataclass
class Country:
    """A centre, and the time everybody has."""

    url: str
    database: Database
    desk: Desk
    now: int = T0

    def announce(self, rows: list[dict[str, Any]]) -> None:
        answers = announce(self.desk, list(enumerate(rows, 1)), "merchant:M005", self.now)
        assert len(answers["accepted"]) == len(rows), answers

    def send(self, path: str, frame: bytes) -> bytes:
        """The way to the centre, as `Link`."""
        return WAYS[path](self.desk, frame, self.now)

    def good(self) -> None:
        assert self.database.read(verify).faults == []


@contextmanager
def country(url: str, now: int = T0, *, found: bool = True) -> Iterator[Country]:
    """Opens a centre, after founding it."""
    if found:
        migrate(url)
    with closing(database.connect(url)) as opened:
        if found:
            opened.write(lambda sql: identity.found(sql, now))
        yield Country(url, opened, Desk(opened, opened.read(identity.centre), load_places()), now)


class Office:
    """One PC with its book, enrolled."""

    def __init__(self, country: Country, path: Path, office: str = "8500", counter: int = 1) -> None:
        uuid = hashlib.sha256(f"{path.stem} {office}-{counter}".encode()).digest()[:16]
        self.seed, self.country = hashlib.sha256(uuid).digest(), country
        make(path, office=office, counter=counter, training=True, uuid=uuid)
        self.book = Book(path)
        self.store = BookStore(self.book)
        us, now = country.desk.centre, country.now
        device = Device(handle_of(uuid), uuid, public_key(self.seed), office, counter, devices.ACTIVE, "", b"", now, now, 0, 0, 0)
        country.database.write(lambda sql: devices.add(sql, device))
        self.device = device.device
        self.store.write(lambda tx: known.keep(tx, url="https://centre.example", centre_key=us.public_key, instance=us.instance, heard_at=now, feed_pos=-1))

    def do(self, command: AnyCommand) -> str:
        place = self.book.place
        here = replace(here_of(place, roll_of(place).clerks[0]), now=self.country.now)
        return self.book.write(lambda tx: jobs.run(tx, here, command, None)).code

    def sync(self) -> None:
        """Rounds until there is nothing more to say."""
        client = Client(self.store, self.country, Machine(self.seed, bytes(8), lambda: self.country.now, _drawn(self.device)))
        for _ in range(200):
            if not client.round():
                return
        raise AssertionError("the sync has no end")

    @property
    def written(self) -> int:
        """How many entries its book has."""
        return self.store.read(lambda rows: outbox.backlog(rows).entries)

    def good(self) -> None:
        assert verify_book(self.book.path).faults == []

    def close(self) -> None:
        self.store.close()
        self.book.close()


def _drawn(device: int) -> Callable[[int], bytes]:
    """What stands for chance: never the same twice."""
    count = iter(range(1 << 30))
    return lambda size: hashlib.sha256(f"{device} {next(count)}".encode()).digest()[:size]


def everything(sql: Sql) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables, in an order that both databases give."""
    found = {}
    for table in (*schema.REFERENCE, *schema.LED_BY):
        rows = sql.dump(table, sql.columns(table))
        found[table] = sorted((tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in rows), key=repr)
    return found
