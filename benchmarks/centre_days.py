"""Days of the training office at a centre: what the benchmarks of sync and centre send, made by the product's own jobs.

The merchants announce through the centre, the office hears of it the way every office does, and then its clerks work through day after day.
Each day has numbers of its own. Between two things a clerk does lie 2 to 20 seconds, drawn from a fixed seed: a day at machine speed would pack
better than any real one.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from central_server import exchange, identity
from central_server.announce import announce
from central_server.exchange import Desk
from central_server.storage import devices
from central_server.storage.database import Database, Sql, connect
from central_server.storage.devices import Device
from central_server.storage.migrate import migrate
from corner_app import training_day
from corner_app.book import centre as known
from corner_app.book import outbox
from corner_app.book.book import Book, make
from corner_app.desk import commands as c
from corner_app.desk import jobs
from corner_app.desk.counter import here_of, roll_of
from corner_app.domain.chain import handle_of
from corner_app.domain.numbers import s10_check_digit
from corner_app.reference import load_places
from corner_app.sync import wire
from corner_app.sync.client import Client, Link, Machine
from corner_app.sync.columns import pack
from corner_app.sync.signing import public_key, signer
from corner_app.sync.store import BookStore

T0 = 1_795_500_000_000
OFFICE = training_day.OFFICE
DAY_MS = 86_400_000
SERIALS = 100_000_000
STEP_MS = (2_000, 20_000)
_NEXT_DAY = 1_000_003
"""Serial numbers from one day to the next; days of the country are further apart than parcels of one day are many."""


@dataclass(frozen=True)
class Office:
    """A book that is enrolled, and its key."""

    path: Path
    device: Device
    seed: bytes


def found(url: str) -> Desk:
    """A centre in an empty database."""
    migrate(url)
    database = connect(url)
    database.write(lambda sql: identity.found(sql, T0))
    return _desk(database)


def again(url: str) -> Desk:
    """A centre in a database that was founded."""
    return _desk(connect(url))


def _desk(database: Database) -> Desk:
    return Desk(database, database.read(identity.centre), load_places())


def device_of(office: str, counter: int) -> tuple[Device, bytes]:
    """The device of a counter, and its key; the same every time."""
    uuid, seed = (hashlib.sha256(f"{what} {office}-{counter}".encode()).digest() for what in ("uuid", "key"))
    return Device(handle_of(uuid), uuid[:16], public_key(seed), office, counter, devices.ACTIVE, "", b"", T0, T0, 0, 0, 0), seed


def enrolled(database: Database, office: str, counter: int) -> tuple[Device, bytes]:
    """A device that is enrolled without asking, and its key."""
    device, seed = device_of(office, counter)

    def add(sql: Sql) -> None:
        devices.add_office(sql, office, T0)
        devices.add(sql, device)

    database.write(add)
    return device, seed


def open_office(desk: Desk, path: Path, counter: int = 1) -> Office:
    """A new book of the training office, enrolled."""
    device, seed = enrolled(desk.database, OFFICE, counter)
    make(path, office=OFFICE, counter=counter, training=True, uuid=device.uuid)
    us = desk.centre
    with Book(path) as book:
        book.write(lambda tx: known.keep(tx, centre_key=us.public_key, instance=us.instance, heard_at=T0, feed_pos=-1, url="http://127.0.0.1"))
    return Office(path, device, seed)


class Straight:
    """The way to a centre in this process."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def send(self, path: str, frame: bytes) -> bytes:
        """See `client.Link`."""
        ask = {"/v1/sync": exchange.push, "/v1/state": exchange.fetch, "/v1/lineage": exchange.probe}[path]
        return ask(self.desk, frame, T0)


def client(office: Office, book: Book, link: Link) -> Client:
    """A client whose clock stands still and whose chance is drawn from a seed: the same run gives the same bytes."""
    return Client(BookStore(book), link, Machine(office.seed, bytes(8), lambda: T0, random.Random(7).randbytes))


def play(desk: Desk, office: Office, entries: int) -> int:
    """Announces, hears and works until the book holds so many entries; gives how many they are. Nothing of them is sent."""
    days = -(-entries // 2_600) if entries >= 500 else 1
    few = max(20, entries) if entries < 500 else None
    for day in range(days):
        announce(desk, list(enumerate(announced(day)[:few], 1)), "merchant:M005", T0)
    with Book(office.path) as book:
        asking = client(office, book, Straight(desk))
        while asking.round():
            pass
        return _work(book, entries, days)


def _work(book: Book, entries: int, days: int) -> int:
    chance, roll = random.Random(8500), roll_of(book.place)
    here = here_of(book.place, roll.clerks[0])
    now, written = T0, 0
    for day in range(days):
        now, bag = max(now, T0 + day * DAY_MS), ""
        for step in training_day.plan():
            scan = shifted(step.scan, day)
            bag = scan if step.job == "open_bag" else bag
            command: c.AnyCommand = msgspec.convert(replace(step, scan=scan).command(bag), c.AnyCommand)
            bag = "" if step.job == "end_bag" else bag
            now += chance.randint(*STEP_MS)
            at = replace(here, now=now, clerk=roll.clerks[chance.randrange(len(roll.clerks))] if step.job == "open_bag" else here.clerk)
            here = at
            written += len(book.write(lambda tx, at=at, command=command: jobs.run(tx, at, command)).entries)  # type: ignore[misc]
            if written >= entries:
                return entries_of(book)
    return entries_of(book)


def entries_of(book: Book) -> int:
    """Entries of a book's own log."""
    return book.write(lambda tx: outbox.backlog(tx).entries)


def announced(day: int) -> list[dict[str, Any]]:
    """The parcels of a day."""
    return [
        {**row, "item_id": shifted(row["item_id"], day), "bag_id": shifted(row["bag_id"], day), "merchant_order_ref": f"{row['merchant_order_ref']}-{day}"}
        for row in training_day.announced()
    ]


def shifted(text: str, day: int) -> str:
    """A number of the first day as the same number of another; one whose check digit is wrong keeps a wrong one."""
    digits = text[2:10]
    if day == 0 or not digits.isdigit():
        return text
    if len(text) != 13:
        return f"{text[:-4]}{(int(text[-4:]) + day * 101) % 10_000:04d}"
    off = (int(text[10]) - int(s10_check_digit(digits))) % 10
    digits = f"{(int(digits) + day * _NEXT_DAY) % SERIALS:08d}"
    return f"{text[:2]}{digits}{(int(s10_check_digit(digits)) + off) % 10}{text[11:]}"


def frames(office: Office, size: int) -> list[tuple[wire.Push, bytes, tuple[bytes, ...]]]:
    """What an office has to send, as signed frames of `size` entries each: the question, its frame, the entries in it."""
    with Book(office.path) as book:
        return list(_frames(office, book, size))


def _frames(office: Office, book: Book, size: int) -> Iterator[tuple[wire.Push, bytes, tuple[bytes, ...]]]:
    sign, no, chance = signer(office.seed), 0, random.Random(9)
    at = book.write(known.centre)
    assert at is not None  # noqa: S101 - it is enrolled
    while (unsent := book.write(lambda tx: outbox.next_run(tx, size, 3_000_000))) is not None:
        layout, packed = pack(unsent.rows, unsent.first)
        parent = wire.Parent(*unsent.lineage.parent) if unsent.first == 1 else None
        run = wire.Run(unsent.first, unsent.before, unsent.last, len(unsent.rows), layout, packed, parent)
        said = wire.Push(wire.PROTOCOL, office.device.device, unsent.lineage.epoch, chance.randbytes(wire.NONCE_SIZE), T0, at.feed, at.check, 8_000, b"", run)
        yield said, wire.seal(said, sign), unsent.rows
        no += len(unsent.rows)
        book.write(lambda tx, no=no: outbox.confirm(tx, no))  # type: ignore[misc]
