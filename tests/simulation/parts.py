"""What the simulated country is made of: a real centre over a real SQLite file, real books, and the ways between them that fail on purpose.

Only time, chance, the network and the moment of a crash are simulated; every line that runs in an office or at the centre is the product's.
"""

from __future__ import annotations

import hashlib
import random
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar

from tests.conftest import parcel

from central_server import exchange, identity
from central_server.announce import announce
from central_server.carry import answer as segment_answer
from central_server.carry import carry
from central_server.exchange import Desk
from central_server.judge import judge_all
from central_server.problems import Problem
from central_server.relay import Relay, Unreached, Upstream, make_storage
from central_server.storage import devices
from central_server.storage.database import Sql, SqliteDatabase
from central_server.storage.devices import Device
from central_server.storage.migrate import migrate
from corner_app.book import arrivals
from corner_app.book import centre as known
from corner_app.book.book import Book, make
from corner_app.book.database import Rows, Tx
from corner_app.book.lineage import read_place
from corner_app.desk import jobs
from corner_app.desk.commands import AnyCommand
from corner_app.desk.counter import here_of, roll_of
from corner_app.domain.chain import handle_of
from corner_app.domain.entries import EntryId
from corner_app.domain.trouble import Trouble
from corner_app.reference import load_places
from corner_app.sync import sealing
from corner_app.sync.client import Client, Machine
from corner_app.sync.engine import NoAnswer
from corner_app.sync.keys import KeyFiles, key_file, read_seed
from corner_app.sync.relay import RelayStore
from corner_app.sync.signing import public_key

T = TypeVar("T")
T0 = 1_795_500_000_000
CODE = "123456"
SHELF = Path("/dev/shm") if Path("/dev/shm").is_dir() else None
ITEMS = ("CP407774791BD", "CP610037240BD", "CP438424402BD")
"""The first two are announced before a run begins, the third within it or never."""
PLACES_OF_COUNTERS = (("8500", 1), ("8500", 2), ("8200", 1))


class Crashed(BaseException):
    """The power went. No handler of the product may catch it."""


class Power:
    """Decides when the power goes: before a commit, within it, or right after."""

    def __init__(self, chance: random.Random) -> None:
        self.chance, self.rate = chance, 0.0

    def around(self, commit: Callable[[Callable[[], None]], T]) -> T:
        """commit: runs the transaction, calling back once within it."""
        when = self.chance.choice(("before", "within", "after")) if self.chance.random() < self.rate else "never"

        def within() -> None:
            if when == "within":
                raise Crashed

        if when == "before":
            raise Crashed
        result = commit(within)
        if when == "after":
            raise Crashed
        return result


class FailingDatabase:
    """The centre's storage on a machine whose power goes."""

    postgresql = False

    def __init__(self, inner: SqliteDatabase, power: Power) -> None:
        self.inner, self.power = inner, power

    def write(self, job: Callable[[Sql], T]) -> T:
        def commit(within: Callable[[], None]) -> T:
            def both(sql: Sql) -> T:
                result = job(sql)
                within()
                return result

            return self.inner.write(both)

        return self.power.around(commit)

    def read(self, question: Callable[[Sql], T]) -> T:
        return self.inner.read(question)

    def close(self) -> None:
        self.inner.close()


@dataclass
class Centre:
    """The centre: its file, and what answers."""

    path: Path
    power: Power
    now: Callable[[], int]
    relay: bool = False
    desk: Desk = field(init=False)

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        database = FailingDatabase(SqliteDatabase(self.path, durable=False), self.power)
        self.desk = Desk(database, database.read(identity.centre), load_places(), relay=self.relay)

    def stop(self) -> None:
        self.desk.database.close()

    def restart(self) -> None:
        """After a crash: what waits is judged, as `serve` does."""
        self.stop()
        self.start()
        self.quietly(lambda: judge_all(self.desk.database, self.desk.places, self.now()))

    def quietly(self, work: Callable[[], Any]) -> None:
        """Does something with the power on."""
        rate, self.power.rate = self.power.rate, 0.0
        try:
            work()
        finally:
            self.power.rate = rate

    def answer(self, path: str, frame: bytes) -> bytes:
        """What HTTP carries to. Raises NoAnswer for every refusal and when the power goes."""
        ask = {"/v1/sync": exchange.push, "/v1/state": exchange.fetch, "/v1/lineage": exchange.probe}[path]
        try:
            return ask(self.desk, frame, self.now())
        except Problem as problem:
            raise NoAnswer({"unknown_device": "not_enrolled_there"}.get(problem.code, problem.code)) from problem
        except Crashed as crash:
            self.restart()
            raise NoAnswer("unreachable") from crash

    def carry(self, folder: Path) -> None:
        """Answers what lies on a stick; when the power goes somebody does it again, or nobody."""
        try:
            carry(self.desk, folder, self.now)
        except Crashed:
            self.restart()

    def read(self, question: Callable[[Sql], T]) -> T:
        return self.desk.database.read(question)


class Store:
    """A book on a PC whose power goes."""

    def __init__(self, book: Book, power: Power) -> None:
        self.book, self.power, self._reader = book, power, book.reader()

    def write(self, job: Callable[[Tx], T]) -> T:
        def commit(within: Callable[[], None]) -> T:
            def both(tx: Tx) -> T:
                result = job(tx)
                within()
                return result

            return self.book.write(both)

        return self.power.around(commit)

    def read(self, question: Callable[[Rows], T]) -> T:
        return self._reader.read(question)

    def rebuild(self) -> None:
        def commit(within: Callable[[], None]) -> None:
            within()
            self.book.rebuild()

        self.power.around(commit)

    def close(self) -> None:
        self._reader.close()
        self.book.close()


class RelayPart(Centre):
    """The relay of office 8500: the centre's own code over a file of its own, fed by one counter's book, forwarding to the centre."""

    def __init__(self, path: Path, power: Power, upstream: Centre, primary: Callable[[], Counter]) -> None:
        super().__init__(path, power, upstream.now, relay=True)
        self.upstream_centre, self.primary, self.cut = upstream, primary, False

    def tick(self, chance: random.Random, rate: float) -> None:
        """One look at what came from the centre and what it lacks; its way there fails like any other."""
        self.cut = chance.random() < rate
        try:
            Relay(self.desk, "8500", self).tick()
        except Crashed:
            self.restart()

    def upstream(self) -> Upstream | None:
        us = self.upstream_centre.desk.centre
        return Upstream(us.public_key, us.box.public)

    def arrived(self, after: int, limit: int) -> Sequence[tuple[int, EntryId, bytes, bytes]]:
        return self.primary().store.read(lambda rows: arrivals.after(rows, after, limit))

    def post(self, path: str, body: bytes, kind: str, limit: int) -> tuple[int, str, bytes]:
        if self.cut:
            raise Unreached
        try:
            return 200, sealing.MEDIA_TYPE, segment_answer(self.upstream_centre.desk, body, self.now())
        except Problem as problem:
            return problem.status, "application/json", b""
        except Crashed as crash:
            self.upstream_centre.restart()
            raise Unreached from crash


class Link:
    """The way to the centre: whatever a bad network, a proxy or a fool may do to a frame."""

    def __init__(self, centre: Centre, chance: random.Random) -> None:
        self.centre, self.chance = centre, chance
        self.rate = 0.0
        self.under_way: list[tuple[str, bytes]] = []
        self.heard: list[bytes] = []

    def send(self, path: str, frame: bytes) -> bytes:
        fault = self.chance.choice(FAULTS) if self.chance.random() < self.rate else "none"
        match fault:
            case "lost":
                raise NoAnswer("unreachable")
            case "delayed":
                self.under_way.append((path, frame))
                raise NoAnswer("unreachable")
            case "late":
                self.deliver()
            case "answer_lost":
                self.centre.answer(path, frame)
                raise NoAnswer("unreachable")
            case "twice":
                self.centre.answer(path, frame)
            case "cut":
                return self.centre.answer(path, frame[: self.chance.randrange(len(frame))])
            case "flipped":
                return self.centre.answer(path, self._flipped(frame))
            case "answer_cut":
                answer = self.centre.answer(path, frame)
                return answer[: self.chance.randrange(len(answer))]
            case "answer_flipped":
                return self._flipped(self.centre.answer(path, frame))
            case "replayed" if self.heard:
                return self.chance.choice(self.heard)
            case "portal":
                return b"<html><title>Welcome</title>Please log in</html>"
        answer = self.centre.answer(path, frame)
        self.heard.append(answer)
        return answer

    def deliver(self) -> None:
        """A frame that was under way for long arrives at last; nobody waits for its answer."""
        if self.under_way:
            path, frame = self.under_way.pop(self.chance.randrange(len(self.under_way)))
            try:
                self.centre.answer(path, frame)
            except NoAnswer:
                return

    def _flipped(self, frame: bytes) -> bytes:
        at = self.chance.randrange(len(frame))
        return frame[:at] + bytes([frame[at] ^ (1 << self.chance.randrange(8))]) + frame[at + 1 :]


FAULTS = ("lost", "delayed", "late", "answer_lost", "twice", "cut", "flipped", "answer_cut", "answer_flipped", "replayed", "portal")


@dataclass
class Counter:
    """One PC. fp: of its machine; skew: its clock less the true time, ms."""

    path: Path
    link: Link
    power: Power
    fp: bytes
    true_now: Callable[[], int]
    chance: random.Random
    relay_link: Link | None = None
    skew: int = 0
    store: Store = field(init=False)
    client: Client = field(init=False)
    relay_client: Client | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.start()

    @property
    def office(self) -> str:
        return self.store.book.place.office

    def now(self) -> int:
        return max(1_000, self.true_now() + self.skew)

    def start(self) -> None:
        self.store = Store(Book(self.path), self.power)
        device = self.store.read(read_place).device
        machine = Machine(read_seed(self.path, device), self.fp, self.now, self.chance.randbytes, KeyFiles(self.path))
        self.client = Client(self.store, self.link, machine)
        if self.relay_link is not None:
            self.relay_client = Client(RelayStore(self.store), self.relay_link, machine, moved=False)

    def stop(self) -> None:
        self.store.close()

    def restart(self) -> None:
        self.stop()
        self.start()

    def do(self, command: AnyCommand, op: str | None = None) -> str:
        """A job of the clerk; gives its code."""
        place = self.store.book.place
        here = replace(_here(place.office, place.counter, self.path), now=self.now(), salt=place.salt)
        return self.store.write(lambda tx: jobs.run(tx, here, command, op)).code

    def stick(self, work: Callable[[Store, Machine, Path], Any], folder: Path) -> None:
        """Does something with the stick; whatever it says, the book stands."""
        try:
            work(self.store, self.client.machine, folder)
        except NoAnswer:
            return
        except Crashed:
            self.restart()

    def round(self) -> bool:
        """One exchange with the centre; True when there is more to do at once."""
        return self._round(self.client)

    def relay_round(self) -> bool:
        """One exchange with the office's relay."""
        assert self.relay_client is not None
        self.relay_client.machine = self.client.machine
        return self._round(self.relay_client)

    def _round(self, client: Client) -> bool:
        try:
            return client.round()
        except NoAnswer:
            return True
        except Crashed:
            self.restart()
            return True
        except Trouble as trouble:
            raise AssertionError(f"the sync stands still: {trouble.code}") from trouble


_HERE: dict[tuple[str, int], Any] = {}


def _here(office: str, counter: int, path: Path) -> Any:
    if (office, counter) not in _HERE:
        with Book(_template().books[office, counter]) as book:
            _HERE[office, counter] = here_of(book.place, roll_of(book.place).clerks[0])
    return _HERE[office, counter]


@dataclass(frozen=True)
class Template:
    """A founded centre with enrolled devices, a relay, and their books; every seed starts from a copy."""

    centre: Path
    relay: Path
    books: dict[tuple[str, int], Path]


@cache
def _template() -> Template:
    folder = Path(tempfile.mkdtemp(prefix="corner-simulation-", dir=SHELF))
    centre = folder / "centre.db"
    url = f"sqlite:///{centre}"
    migrate(url)
    database = SqliteDatabase(centre, durable=False)
    database.write(lambda sql: identity.found(sql, T0))
    for name in ("uuid", "key", "instance"):  # the same in every process, or a seed would not repeat
        database.write(partial(_draw, name=name))
    us = database.read(identity.centre)
    relay = make_storage(folder / "relay.db", "", T0)
    beside = relay.read(identity.centre)
    books: dict[tuple[str, int], Path] = {}
    for office, counter in PLACES_OF_COUNTERS:
        uuid = hashlib.sha256(f"{office}-{counter}".encode()).digest()[:16]
        seed = hashlib.sha256(f"key {office}-{counter}".encode()).digest()
        path = folder / f"{office}-{counter}.book"
        make(path, office=office, counter=counter, training=True, uuid=uuid)
        key_file(path).write_bytes(seed)
        enrolled = Device(handle_of(uuid), uuid, public_key(seed), office, counter, devices.ACTIVE, "", b"", T0, T0, 0, 0, 0)
        for keeps in (database, relay) if office == "8500" else (database,):
            keeps.write(partial(_enrol, device=enrolled))
        with Book(path) as book:
            book.write(partial(known.keep, fp=bytes([len(books) + 1]) * 8, **_enrolled_at(us)))
            book.write(partial(_towards_relay, relay=beside))
        books[office, counter] = path
    desk = Desk(database, us, load_places())
    announce(desk, list(enumerate(announced()[:2], 1)), "merchant:M005", T0)
    database.close()
    relay.close()
    return Template(centre, folder / "relay.db", books)


def _draw(sql: Sql, name: str) -> None:
    drawn = hashlib.sha256(f"centre {name}".encode()).hexdigest()
    devices.tell(sql, name, drawn[: len(devices.told(sql, name) or "")])


def _enrol(sql: Sql, device: Device) -> None:
    devices.add_office(sql, device.office, T0)
    devices.add(sql, device)


def _enrolled_at(us: identity.Centre) -> dict[str, Any]:
    """What a book keeps after its enrolment."""
    return {"url": "https://centre.example", "centre_key": us.public_key, "instance": us.instance, "heard_at": T0, "feed_pos": -1, "box": us.box.public}


def _towards_relay(tx: Tx, relay: identity.Centre) -> None:
    tx.peer = known.RELAY
    known.keep(tx, **_enrolled_at(relay))


def announced() -> list[dict[str, Any]]:
    """What the merchants told: three parcels for 8500, the second without COD."""
    return [parcel(item, cod_amount_minor=0 if n == 1 else 116_000, pickup_code=CODE) for n, item in enumerate(ITEMS)]


def copy_into(folder: Path) -> Template:
    """The template's files in a folder of their own."""
    template = _template()
    books = {}
    for place, path in template.books.items():
        books[place] = copy_book(path, folder / path.name)
    return Template(Path(shutil.copy(template.centre, folder / "centre.db")), Path(shutil.copy(template.relay, folder / "relay.db")), books)


def copy_book(path: Path, to: Path) -> Path:
    """A book and its key, as somebody copies a disk."""
    for end in ("-wal", "-shm"):
        to.with_name(to.name + end).unlink(missing_ok=True)
    shutil.copy(path, to)
    for key in path.parent.glob(f"{path.name}.key*"):
        shutil.copy(key, to.with_name(key.name.replace(path.name, to.name)))
    return to
