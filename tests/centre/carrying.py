"""An office and a centre in one process, with a folder between them that stands for the stick."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from central_server import carry, enrol, exchange, identity
from central_server.exchange import Desk
from central_server.problems import Problem
from central_server.storage.database import Database, connect
from central_server.storage.migrate import migrate
from corner_app.book import centre as known
from corner_app.book import outbox
from corner_app.book.book import Book, make
from corner_app.desk import jobs
from corner_app.desk.commands import Receive
from corner_app.desk.counter import here_of, roll_of
from corner_app.domain.numbers import make_s10
from corner_app.reference import load_places
from corner_app.sync.carry import Heard, Size, Written, carry_in, carry_out
from corner_app.sync.client import Client, Machine
from corner_app.sync.engine import NoAnswer
from corner_app.sync.enrol import enrol as enrol_here
from corner_app.sync.enrolment import EnrolRequest
from corner_app.sync.keys import make_seed
from corner_app.sync.loop import drain
from corner_app.sync.store import BookStore

NOW = 1_795_500_000_000
NUMBERS = itertools.count(10_000_001)


class Headquarters:
    """A centre whose storage can be put back from a copy."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "centre.db"
        url = f"sqlite:///{self.file}"
        connect(url).close()
        migrate(url)
        self.database: Database = connect(url)
        self.database.write(lambda sql: identity.found(sql, NOW))
        self.reopen()

    def reopen(self, *, restored: bool = False) -> None:
        if restored:
            self.database.write(identity.new_instance)
        self.desk = Desk(self.database, self.database.read(identity.centre), load_places())

    def copy(self) -> bytes:
        self.database.close()
        content = self.file.read_bytes()
        self.database = connect(f"sqlite:///{self.file}")
        self.reopen()
        return content

    def restore(self, content: bytes) -> None:
        self.database.close()
        for end in ("-wal", "-shm"):
            self.file.with_name(self.file.name + end).unlink(missing_ok=True)
        self.file.write_bytes(content)
        self.database = connect(f"sqlite:///{self.file}")
        self.reopen(restored=True)

    def code(self, office: str, counter: int) -> str:
        return self.database.write(lambda sql: enrol.add_office(sql, load_places(), office, counter, NOW)).text

    def carry(self, stick: Path, now: int = NOW) -> list[carry.Carried]:
        return carry.carry(self.desk, stick, lambda: now)

    def entries(self) -> int:
        return self.database.read(lambda sql: int(sql.all("SELECT coalesce(sum(count), 0) FROM batch")[0][0]))


@dataclass
class Cable:
    """A link that is there when it is plugged in."""

    desk: Callable[[], Desk]
    plugged: bool = True
    sent: list[bytes] = field(default_factory=list)

    def send(self, path: str, frame: bytes) -> bytes:
        if not self.plugged:
            raise NoAnswer("unreachable")
        answer = {"/v1/sync": exchange.push, "/v1/state": exchange.fetch, "/v1/lineage": exchange.probe}[path]
        self.sent.append(frame)
        return answer(self.desk(), frame, NOW)

    def send_json(self, path: str, body: bytes) -> bytes:
        import msgspec

        desk, asked = self.desk(), msgspec.json.decode(body, type=EnrolRequest)
        return msgspec.json.encode(desk.database.write(lambda sql: enrol.enrol(sql, desk.centre, asked, NOW)))

    def send_segment(self, sealed: bytes) -> bytes:
        try:
            return carry.answer(self.desk(), sealed, NOW)
        except Problem as problem:
            raise NoAnswer({"segment_damaged": "stick_damaged", "segment_elsewhere": "stick_elsewhere"}[problem.code]) from problem


class Counter:
    """A book with its desk."""

    def __init__(self, folder: Path, centre: Headquarters, office: str = "8500", counter: int = 1) -> None:
        self.path, self.centre = folder / f"{office}-{counter}-{secrets.token_hex(3)}.book", centre
        make(self.path, office=office, counter=counter, training=True)
        seed = make_seed(self.path)
        self.machine = Machine(seed, b"\1" * 8, lambda: NOW, secrets.token_bytes)
        self.cable = Cable(lambda: self.centre.desk)
        self.open()
        enrol_here(self.store, self.cable, self.book.place, seed, "http://centre", centre.code(office, counter), NOW)

    def open(self) -> None:
        self.book = Book(self.path)
        self.store = BookStore(self.book)

    def close(self) -> None:
        self.store.close()
        self.book.close()

    def receive(self, times: int = 1) -> list[str]:
        here = here_of(self.book.place, roll_of(self.book.place).clerks[0], NOW)
        items = [make_s10("CP", str(next(NUMBERS))) for _ in range(times)]
        for item in items:
            self.book.write(lambda tx, item=item: jobs.run(tx, here, Receive(scan=item)))  # type: ignore[misc]
        return items

    def sync(self) -> None:
        client = Client(self.store, self.cable, self.machine)
        drain(client, lambda: 0)

    def out(self, stick: Path, most: Size = Size()) -> Written:  # noqa: B008 - frozen
        return carry_out(self.store, self.machine, stick, most)

    def back(self, stick: Path) -> Heard:
        return carry_in(self.store, self.machine, stick)

    @property
    def unsent(self) -> int:
        return self.store.read(outbox.backlog).unsent

    @property
    def confirmed(self) -> int:
        return self.store.read(outbox.confirmed)

    def kept(self, key: str) -> object:
        return self.store.read(lambda rows: known.kept(rows, key))
