"""A centre over a database, and PCs of offices that are no more than a key and the entries they wrote: for tests close to the centre's code."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from central_server import exchange, identity
from central_server.exchange import Desk
from central_server.storage import devices, feeds
from central_server.storage.database import Database, Sql
from central_server.storage.devices import Device
from central_server.storage.migrate import migrate
from central_server.storage.schema import LED_BY, REFERENCE
from corner_app.domain import entries as e
from corner_app.domain.chain import first_hash, handle_of, hashes, uid
from corner_app.domain.entries import AnyBody, Entry, EntryId, Ref, encode
from corner_app.domain.numbers import s10_check_digit
from corner_app.reference import load_places
from corner_app.sync import wire
from corner_app.sync.columns import pack
from corner_app.sync.signing import checker, public_key, signer
from corner_app.sync.wire import Answer, FeedEntry, FeedItem, FeedVerdict, Push, Run

T0 = 1_795_500_000_000
NO_PARENT = wire.Parent(0, 0, b"")


def prepare(url: str) -> None:
    """Makes an empty database a centre's."""
    migrate(url)


def empty(sql: Sql) -> None:
    """Takes every row out of a centre's tables."""
    for table in (*REFERENCE, *LED_BY):
        sql.run(f"DELETE FROM {table}")


def opened(database: Database) -> Desk:
    """The centre over a prepared database."""
    database.write(lambda sql: identity.found(sql, T0))
    return Desk(database, database.read(identity.centre), load_places())


def item(serial: int) -> str:
    """A parcel's number."""
    digits = f"{serial:08d}"
    return f"CP{digits}{s10_check_digit(digits)}BD"


A, B = item(40777479), item(61003724)


def announced(postcode: str = "8500", **changes: object) -> e.Announced:
    """A merchant's parcel with ৳ 1,160 of COD."""
    plain = e.Announced(116_000, 450, postcode, "", "", "", "", "", "M005", "", "", "", (), "", "", "", "", 0, "", b"", b"", ())
    return msgspec.structs.replace(plain, **changes)


@dataclass
class Pc:
    """A PC: its key, and one lineage of its book. digests: whole hashes, of the start first."""

    desk: Desk
    office: str = "8500"
    counter: int = 1
    epoch: int = 1
    parent: wire.Parent = NO_PARENT
    uuid: bytes = b""
    rows: list[bytes] = field(default_factory=list)
    digests: list[bytes] = field(default_factory=list)
    questions: int = 0

    def __post_init__(self) -> None:
        self.uuid = self.uuid or f"{self.office}-{self.counter}".encode().ljust(16, b"\x01")
        self.seed = self.uuid * 2
        self.device = handle_of(self.uuid)
        self.digests = self.digests or [first_hash(self.uuid, self.epoch, self.parent.head)]

    def enrol(self) -> Pc:
        """Becomes a device of the centre."""
        device = Device(self.device, self.uuid, public_key(self.seed), self.office, self.counter, devices.ACTIVE, "", b"", T0, T0, 0, 0, 0)
        self.desk.database.write(lambda sql: devices.add_office(sql, self.office, T0))
        self.desk.database.write(lambda sql: devices.add(sql, device))
        return self

    def goes_on(self, epoch: int, after: int) -> Pc:
        """A later lineage of this book, after its entry `after`."""
        parent = wire.Parent(self.epoch, after, self.digests[after])
        return Pc(self.desk, self.office, self.counter, epoch, parent, self.uuid)

    def write(self, subject: str, body: AnyBody, base: Ref = 0, *, sup: Ref = 0, hlc: int = 0, orig: str = "") -> EntryId:
        """Appends an entry. hlc: 0 for one second after the other."""
        hlc = hlc or (T0 + len(self.rows) * 1_000) << 16
        return self.append(encode(Entry(hlc, "rahima", subject, base, body, sup, orig=orig)))

    def append(self, *stored: bytes) -> EntryId:
        """Appends stored bytes as they are."""
        self.rows += stored
        self.digests += hashes(self.digests[-1], stored)
        return EntryId(self.device, self.epoch, len(self.rows))

    def run(self, first: int = 1, last: int = 0) -> Run:
        """Entries first … last (0: all)."""
        rows = self.rows[first - 1 : last or len(self.rows)]
        layout, packed = pack(rows, first)
        parent = self.parent if first == 1 else None
        return Run(first, uid(self.digests[first - 1]), uid(self.digests[first - 1 + len(rows)]), len(rows), layout, packed, parent)

    def question(self, run: Run | None, feed: int = 0, check: bytes = b"", room: int = 0) -> Push:
        """A push; each has its own nonce."""
        self.questions += 1
        return Push(wire.PROTOCOL, self.device, self.epoch, self.questions.to_bytes(8, "big"), T0, feed, check, room, b"", run)

    def say(self, push: Push, now: int = T0) -> Answer:
        """Sends a push and proves the answer."""
        frame = exchange.push(self.desk, wire.seal(push, signer(self.seed)), now)
        return wire.unseal(Answer, frame, checker(self.desk.centre.public_key), push.nonce)

    def send(self, first: int = 1, last: int = 0, now: int = T0) -> Answer:
        """Sends entries first … last (0: all)."""
        return self.say(self.question(self.run(first, last)), now)

    def heard(self) -> list[FeedItem]:
        """The whole feed of its office, page by page, each proven to continue the one before."""
        found: list[FeedItem] = []
        check = wire.FEED_START
        while True:
            answer = self.say(self.question(None, len(found), check, 64_000))
            assert answer.kind == wire.OK
            if answer.page is None:
                return found
            assert answer.page.after == len(found)
            for got, stored in wire.read_page(answer.page.packed, answer.page.count):
                check = wire.next_check(check, stored)
                found.append(got)
            assert check == answer.page.check

    def heard_entries(self) -> list[EntryId]:
        """Names of the entries in its office's feed."""
        return [got.id for got in self.heard() if isinstance(got, FeedEntry)]

    def heard_verdicts(self) -> list[tuple[int, int, str]]:
        """(seq, version, code) of the verdicts in its office's feed."""
        return [(got.seq, got.ver, got.code) for got in self.heard() if isinstance(got, FeedVerdict)]

    def name(self, seq: int) -> bytes:
        """uid of an entry."""
        return uid(self.digests[seq])


def feed_end(desk: Desk, office: str) -> tuple[int, bytes]:
    """(last position, running hash) of an office's feed."""
    return desk.database.read(lambda sql: feeds.end(sql, office))


def count(desk: Desk, table: str) -> int:
    """Rows of a table."""
    return int(desk.database.read(lambda sql: sql.all(f"SELECT count(*) FROM {table}"))[0][0])
