"""What the tests of faults share: offices with work to send, programs that are killed, and the count of what is where afterwards."""

from __future__ import annotations

import itertools
import json
import os
import queue
import ssl
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from tests.centre.processes import free_port
from tests.conftest import Counter, parcel

from central_server import enrol as codes
from central_server import identity
from central_server.announce import announce
from central_server.care import verify as verify_centre
from central_server.cli import main as centre_command
from central_server.exchange import Desk
from central_server.frames import new_rows
from central_server.storage import database, logs
from central_server.storage.database import Database
from corner_app.book import centre as known
from corner_app.book.book import Book, Reader, make
from corner_app.book.lineage import lineages
from corner_app.book.verify import verify as verify_book
from corner_app.domain.numbers import make_s10
from corner_app.reference import load_places
from corner_app.sync.enrol import enrol
from corner_app.sync.http import LIMITS, HttpLink, Limits
from corner_app.sync.keys import make_seed
from corner_app.sync.store import BookStore, client_of

NUMBERS = itertools.count(1)
Name = tuple[int, int, int]


def items(count: int) -> list[str]:
    """Item numbers nobody used yet."""
    return [make_s10("CP", f"{next(NUMBERS) * 977 % 100_000_000:08d}") for _ in range(count)]


# Offices


def enrolled(url: str, database_url: str, folder: Path, office: str, ca: Path | None = None) -> Path:
    """A new book of an office, enrolled at a centre that serves."""
    path = folder / f"{office}-{next(NUMBERS)}.book"
    make(path, office=office, counter=1, training=True)
    opened = database.connect(database_url)
    code = opened.write(lambda sql: codes.add_office(sql, load_places(), office, 1, now()))
    opened.close()
    link = HttpLink(url, ca)
    with Book(path) as book:
        store = BookStore(book)
        enrol(store, link, book.place, make_seed(path), url, code.text, now())
        store.keep_authority(ca)
        store.close()
    link.close()
    return path


def pace(book: Path, rows: int) -> None:
    """The last try got no more through than this: the next run is as short."""
    with Book(book) as opened:
        opened.write(lambda tx: known.keep(tx, pace_rows=rows))


def work(book: Path, count: int, at: int = 0) -> None:
    """Writes `count` entries: parcels announced and taken in. at: what the PC's clock says, ms UTC; 0: the right time."""
    with Book(book) as opened:
        counter = Counter(opened)
        counter.clock = at or now()
        mine = items(count - 1)
        told = counter.do("announce", parcels=[parcel(item, postcode=opened.place.office) for item in mine])
        taken = counter.do("receive", scan=mine[0])
        assert (told["code"], taken["code"]) == ("announced", "received")


def announced(database_url: str, office: str, count: int) -> None:
    """The centre hears of parcels for an office."""
    opened = database.connect(database_url)
    desk = Desk(opened, opened.read(identity.centre), load_places())
    rows = [(n, {key: str(value) for key, value in parcel(item, postcode=office).items()}) for n, item in enumerate(items(count), 1)]
    assert len(announce(desk, rows, "headquarters", now())["accepted"]) == count
    opened.close()


def init(database_url: str) -> None:
    """Makes a centre out of an empty database."""
    assert centre_command(["--db", database_url, "init"]) == 0


def now() -> int:
    """Milliseconds UTC."""
    return time.time_ns() // 1_000_000


def drained(book: Path, limits: Limits = LIMITS, clock: Callable[[], int] = now) -> int:
    """Syncs until nothing is left, as the command does; gives how many entries went. Raises NoAnswer."""
    from corner_app.sync.loop import drain

    with Book(book) as opened:
        store = BookStore(opened)
        link = HttpLink(*store.where(), limits)
        try:
            told = drain(client_of(store, link, book, clock), lambda: link.up + link.down)
        finally:
            store.close()
            link.close()
    assert told.left == 0
    return told.sent


# What is where


def in_book(book: Path) -> dict[Name, bytes]:
    """Entries of a book that count, by their names."""
    reader, found = Reader(book), dict[Name, bytes]()

    def read(rows: Any) -> None:
        for lineage in lineages(rows):
            for seq, stored in rows.all("SELECT seq, bytes FROM entry WHERE no >= ? AND no < ?", (lineage.first_no, lineage.first_no + lineage.kept_to)):
                found[lineage.device, lineage.epoch, seq] = stored

    reader.read(read)
    reader.close()
    return found


def at_centre(opened: Database) -> dict[Name, bytes]:
    """Entries the centre keeps, each exactly once, and each judged exactly once."""
    found: dict[Name, bytes] = {}
    for _, kept in opened.read(lambda sql: list(logs.each_frame(sql))):
        for seq, stored in enumerate(new_rows(kept), kept.first):
            assert (kept.device, kept.epoch, seq) not in found, "kept twice"
            found[kept.device, kept.epoch, seq] = stored
    facts = opened.read(lambda sql: sql.all("SELECT device, epoch, seq FROM fact"))
    assert len(facts) == len(set(facts)), "judged twice"
    assert set(facts) <= set(found), "judged and not kept"
    return found


def whole(database_url: str, *books: Path) -> None:
    """Every entry of these books is at the centre exactly once, byte for byte, and nothing that is in no book; all verify good."""
    opened = database.connect(database_url)
    try:
        there = at_centre(opened)
        us = opened.read(identity.centre).device
        report = opened.read(verify_centre)
        left = opened.read(lambda sql: logs.unjudged(sql, 1))
    finally:
        opened.close()
    here: dict[Name, bytes] = {}
    for book in books:
        here |= in_book(book)
        checked = verify_book(book)
        assert checked.good, checked.faults
    assert {name: stored for name, stored in there.items() if name[0] != us} == here
    assert report.faults == []
    assert left == []


# Programs that are killed


@dataclass
class Program:
    """A forked program. ended: its exit code, −9 when it was killed."""

    pid: int
    out: Path
    ending: queue.Queue[int] = field(default_factory=queue.Queue)

    def wait(self, seconds: float = 60) -> int:
        return self.ending.get(timeout=seconds)

    def said(self) -> str:
        return self.out.read_text(encoding="utf-8")


class Nursery:
    """Forks programs from a process that imported them; see `faults_child`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.mother = subprocess.Popen(
            [sys.executable, "-m", "tests.centre.faults_child"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
        )
        self.born: queue.Queue[int] = queue.Queue()
        self.programs: dict[int, Program] = {}
        self.early: dict[int, int] = {}
        self.guard = threading.Lock()
        self.listener = threading.Thread(target=self._listen, daemon=True)
        self.listener.start()

    def _listen(self) -> None:
        assert self.mother.stdout is not None
        for line in self.mother.stdout:
            said = json.loads(line)
            with self.guard:
                if "ended" not in said:
                    self.born.put(said["pid"])
                elif said["pid"] in self.programs:
                    self.programs[said["pid"]].ending.put(said["ended"])
                else:
                    self.early[said["pid"]] = said["ended"]

    def run(self, what: str, *words: str, at: int = 0, when: str = "", arm: Path | None = None, limits: dict[str, float] | None = None) -> Program:
        """Starts a program."""
        out = self.folder / f"said-{next(NUMBERS)}"
        asked: dict[str, Any] = {"run": what, "words": words, "at": at, "when": when, "out": str(out)} | (limits or {}) | ({"arm": str(arm)} if arm else {})
        assert self.mother.stdin is not None
        self.mother.stdin.write(json.dumps(asked) + "\n")
        self.mother.stdin.flush()
        pid = self.born.get(timeout=60)
        with self.guard:
            made = self.programs[pid] = Program(pid, out)
            if pid in self.early:
                made.ending.put(self.early.pop(pid))
        return made

    def close(self) -> None:
        assert self.mother.stdin is not None
        assert self.mother.stdout is not None
        self.mother.stdin.close()
        self.mother.wait(30)
        self.listener.join(30)
        self.mother.stdout.close()


@contextmanager
def nursery(folder: Path) -> Iterator[Nursery]:
    made = Nursery(folder)
    try:
        yield made
    finally:
        made.close()


def until(true: Callable[[], bool], what: str, seconds: float = 30) -> None:
    """Waits for a condition, no longer than a deadline."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, what
        threading.Event().wait(0.005)


def answers(url: str, ca: Path | None = None) -> bool:
    """Whether a centre answers there."""
    trust = ssl.create_default_context(cafile=ca) if ca else None
    try:
        with urllib.request.urlopen(f"{url}/v1/health", timeout=5, context=trust) as answer:  # noqa: S310 - our own
            return cast("int", answer.status) == 200
    except OSError:
        return False


@dataclass
class Mortal:
    """A centre that may be told to die at its N-th commit from now, and starts again at the same address. tls: certificate, key, authority."""

    nursery: Nursery
    database_url: str
    arm: Path
    port: int = field(default_factory=free_port)
    program: Program | None = None
    tls: tuple[Path, Path, Path] | None = None
    limits: dict[str, float] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    def begin(self) -> None:
        """Starts it, and does not wait for it."""
        tls = ("--certificate", str(self.tls[0]), "--key", str(self.tls[1])) if self.tls else ()
        self.program = self.nursery.run("centre", "--db", self.database_url, "serve", "--port", str(self.port), *tls, arm=self.arm, limits=self.limits)

    def start(self) -> None:
        self.begin()
        until(lambda: answers(self.url, self.tls[2] if self.tls else None), "the centre does not answer")

    def die_at(self, at: int, when: str) -> None:
        beside = self.arm.with_suffix(".new")
        beside.write_text(f"{at} {when}")
        beside.rename(self.arm)

    def disarm(self) -> None:
        self.arm.unlink(missing_ok=True)

    def ended(self) -> int:
        """Its exit code once it ended."""
        assert self.program is not None
        return self.program.wait()

    def stop(self, signal: int) -> int:
        assert self.program is not None
        os.kill(self.program.pid, signal)
        return self.program.wait()
