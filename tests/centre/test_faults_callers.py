"""Whatever calls the centre: it answers or ends, keeps its memory and its files, logs no fault of its own, and offices get through meanwhile."""

from __future__ import annotations

import contextlib
import gzip
import socket
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import psutil  # type: ignore[import-untyped]
import pytest
from tests.centre.faults import Mortal, Nursery, drained, enrolled, init, now, until, whole, work

from corner_app.book import centre as known
from corner_app.book.book import Reader
from corner_app.book.lineage import read_place
from corner_app.sync import wire
from corner_app.sync.columns import COLUMNS, DICTIONARY, ROWS
from corner_app.sync.http import HttpLink
from corner_app.sync.keys import read_seed
from corner_app.sync.signing import checker, signer

FRAME = b"POST /v1/sync HTTP/1.1\r\nHost: centre\r\nContent-Type: application/x-corner\r\n"
STALL_S, QUIET_S = 0.6, 1.2
FILES = 256


@dataclass
class Site:
    kin: Nursery
    database: str
    centre: Mortal
    book: Path

    def honest(self) -> None:
        """An office gets through, and the centre has nothing to complain of."""
        work(self.book, 2)
        assert drained(self.book) == 2
        assert self.centre.program is not None
        said = self.centre.program.said().splitlines()
        assert [line for line in said if "Invalid HTTP request" not in line] == []

    def call(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.centre.port), 10)


@pytest.fixture(scope="module")
def site(kin: Nursery, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A centre with short times and few files."""
    folder = tmp_path_factory.mktemp("site")
    database = f"sqlite:///{folder}/centre.db"
    init(database)
    centre = Mortal(kin, database, folder / "arm", limits={"stall": STALL_S, "quiet": QUIET_S, "files": FILES})
    centre.start()
    book = enrolled(centre.url, database, folder, "8500")
    drained(book)
    yield Site(kin, database, centre, book)
    centre.stop(15)
    whole(database, book)


def heard(conn: socket.socket) -> bytes:
    """Everything until the other side ends."""
    got = b""
    with contextlib.suppress(ConnectionResetError):
        while part := conn.recv(65_536):
            got += part
    return got


# A few who take a seat and say nothing


@pytest.mark.parametrize("begins", [b"", FRAME[:40], FRAME + b"Content-Length: 5000\r\n\r\nabc"], ids=["nothing", "half a header", "half a body"])
def test_an_office_gets_in_past_more_silent_callers_than_there_are_files(site: Site, begins: bytes) -> None:
    with contextlib.ExitStack() as seats:
        for _ in range(FILES * 2):
            # Whoever is thrown out while the next comes in is what is wanted.
            with contextlib.suppress(ConnectionResetError, BrokenPipeError):
                seats.enter_context(site.call()).sendall(begins)
        site.honest()


@pytest.mark.parametrize("begins", [FRAME, FRAME + b"Content-Length: 5000\r\n\r\n"], ids=["a header", "a body"])
@pytest.mark.parametrize("first", [b"", b"GET /v1/time HTTP/1.1\r\nHost: centre\r\n\r\n"], ids=["at first", "after a good request"])
def test_a_request_that_drips_is_ended(site: Site, begins: bytes, first: bytes) -> None:
    """A byte now and then keeps nobody in: neither in a header nor in a body."""
    with site.call() as conn:
        conn.sendall(first + begins)
        conn.settimeout(0.05)
        began, got, open_ = time.monotonic(), b"", True
        while open_ and time.monotonic() - began < 10:
            try:
                part = conn.recv(65_536)
                got, open_ = got + part, bool(part)
            except TimeoutError:
                with contextlib.suppress(ConnectionError):
                    conn.sendall(b"x")
            except ConnectionError:
                open_ = False
            open_ = open_ and b" 408 " not in got
        assert not open_
        assert time.monotonic() - began < 5
    site.honest()


def test_a_slow_but_steady_body_is_heard_to_its_end(site: Site) -> None:
    """A link of 20 kbit/s brings 2,500 bytes a second: longer than the centre waits for a byte, and yet all of it is read."""
    with site.call() as conn:
        conn.sendall(FRAME + b"Content-Length: 5000\r\nConnection: close\r\n\r\n")
        began = time.monotonic()
        for n in range(1, 21):
            until(lambda n=n: time.monotonic() - began > n * 0.1, "time stands still")  # type: ignore[misc]
            conn.sendall(bytes(250))
        assert b" 400 " in heard(conn)
    assert time.monotonic() - began > 2 * STALL_S


# Liars


BOMB = gzip.compress(bytes(50_000_000))
LIES: dict[str, tuple[bytes, bytes]] = {
    "more than it says": (b"Content-Length: 3\r\n\r\n" + b"x" * 5_000, b" 400 "),
    "less than it says, then silence": (b"Content-Length: 5000\r\n\r\nabc", b" 408 "),
    "larger than a frame may be": (b"Content-Length: 1000001\r\n\r\n", b" 413 "),
    "larger than the world": (b"Content-Length: 99999999999999999999999999\r\n\r\n", b" 400 "),
    "less than nothing": (b"Content-Length: -5\r\n\r\n", b" 400 "),
    "no number": (b"Content-Length: \xb2\r\n\r\n", b" 400 "),
    "two lengths": (b"Content-Length: 3\r\nContent-Length: 30\r\n\r\nabc", b" 400 "),
    "a length and chunks": (b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", b" 400 "),
    "chunks without an end": (b"Transfer-Encoding: chunked\r\n\r\n" + b"10000\r\n" + bytes(65_536) + b"\r\n", b" 413 "),
    "a gzip bomb": (b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(BOMB) + BOMB, b" 400 "),
    "a header without an end": (b"X-Long: " + b"x" * 500_000, b""),
}


@pytest.mark.parametrize("name", LIES)
def test_a_request_that_lies_is_refused(site: Site, name: str) -> None:
    rest, status = LIES[name]
    with site.call() as conn:
        with contextlib.suppress(ConnectionError):
            conn.sendall(FRAME + rest)
            if name == "chunks without an end":
                for _ in range(40):
                    conn.sendall(b"10000\r\n" + bytes(65_536) + b"\r\n")
        got = b""
        with contextlib.suppress(TimeoutError):
            conn.settimeout(5)
            while status not in got or not status:
                part = conn.recv(65_536)
                if not part:
                    break
                got += part
        assert status in got, got
    site.honest()


def test_a_caller_that_leaves_in_the_middle_is_no_fault(site: Site) -> None:
    for rest in (b"", b"Content-Length: 5000\r\n\r\nabc", b"Transfer-Encoding: chunked\r\n\r\n5\r\nab"):
        with site.call() as conn:
            conn.sendall(FRAME + rest)
    site.honest()


@pytest.mark.parametrize("layout", [ROWS, COLUMNS, 9])
def test_a_bomb_a_device_signed_is_refused_and_costs_no_memory(site: Site, layout: int) -> None:
    """What unfolds to 150 MB is 150 kB on the way; it is told to be corrupt before it is unfolded."""
    packer = zlib.compressobj(1, zlib.DEFLATED, -15, 9, zdict=DICTIONARY)
    packed = b"".join(packer.compress(bytes(1_000_000)) for _ in range(150)) + packer.flush()
    reader = Reader(site.book)
    at, place = reader.read(known.centre), reader.read(read_place)
    reader.close()
    assert at is not None
    run = wire.Run(1, bytes(16), bytes(16), 5_000, layout, packed, wire.Parent(0, 0, b""))
    asked = wire.Push(wire.PROTOCOL, place.device, 1, b"nonce-of", now(), 0, b"", 0, b"", run)
    assert site.centre.program is not None
    process = psutil.Process(site.centre.program.pid)
    before = process.memory_info().rss
    link = HttpLink(site.centre.url)
    answer = wire.unseal(wire.Answer, link.send("/v1/sync", wire.seal(asked, signer(read_seed(site.book)))), checker(at.public_key), asked.nonce)
    link.close()
    assert answer.kind == wire.CORRUPT
    assert process.memory_info().rss - before < 60_000_000
    site.honest()


@pytest.mark.parametrize("body", [b"[" * 3_900, b'{"id":' + b"[" * 3_900, b"\xff" * 100, msgspec.json.encode({"id": "8500-1-AAAA"})])
def test_an_enrolment_that_is_none_is_refused(site: Site, body: bytes) -> None:
    with site.call() as conn:
        conn.sendall(
            b"POST /v1/enrol HTTP/1.1\r\nHost: centre\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body
        )
        assert b" 400 " in heard(conn)
    site.honest()
