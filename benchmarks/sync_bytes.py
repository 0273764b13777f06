"""What 10,000 entries of a training office's days cost: bytes over real HTTP, time and processor of both sides; Anki's own sync beside it.

Everything goes through a proxy that counts (`sync_proxy`), so lines and headers of HTTP count and those of TCP and TLS do not. Both centres keep
SQLite files and run as a process of their own; the client runs in this one.
"""

from __future__ import annotations

import resource
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from benchmarks import centre_days as days
from benchmarks import sync_anki as anki
from benchmarks.sync_proxy import Proxy, proxy
from benchmarks.turns import Row, figure, met
from corner_app.book import centre as known
from corner_app.book import outbox
from corner_app.book.book import Book
from corner_app.sync.client import Client
from corner_app.sync.engine import NoAnswer
from corner_app.sync.http import HttpLink
from tests.centre.processes import serving

BATCH = 500
UP_AIM, IDLE_AIM = 16, 400
OURS, PEER = "ours", "Anki, {shape}"


@dataclass(frozen=True)
class Spent:
    """What something cost: bytes up and down, exchanges, bytes of exchanges that were cut, seconds by the clock and of both processors."""

    up: int
    down: int
    exchanges: int
    cuts: int
    lost: int
    clock_s: float
    client_s: float
    server_s: float


def spend(link: Proxy, server: psutil.Process, work: Callable[[], object]) -> Spent:
    """Does something over a proxy and measures it."""
    link.tell("zero")
    began, here, there = time.perf_counter(), _own_s(), _processor_s(server)
    work()
    clock_s, client_s, server_s = time.perf_counter() - began, _own_s() - here, _processor_s(server) - there
    count = link.count()
    return Spent(count.up, count.down, count.exchanges, count.cuts, count.lost_up + count.lost_down, clock_s, client_s, server_s)


def _own_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _processor_s(process: psutil.Process) -> float:
    used = process.cpu_times()
    return float(used.user + used.system)


@dataclass(frozen=True)
class Start:
    """A centre and books as they stand before anything is sent."""

    folder: Path
    first: days.Office
    second: days.Office | None

    def copy(self, name: str) -> Path:
        """The same again, for a run of its own."""
        return Path(shutil.copytree(self.folder, self.folder.with_name(name)))


def _start(folder: Path, entries: int, *, two: bool = False) -> Start:
    """two: another PC of the office is enrolled and up to date before the first begins to send."""
    folder.mkdir()
    desk = days.found(f"sqlite:///{folder}/centre.db")
    first = days.open_office(desk, folder / "first.book")
    second = days.open_office(desk, folder / "second.book", 2) if two else None
    days.play(desk, first, entries)
    if second is not None:
        with Book(second.path) as book:
            asking = days.client(second, book, days.Straight(desk))
            while asking.round():
                pass
    desk.database.close()
    return Start(folder, first, second)


@contextmanager
def _linked(folder: Path) -> Iterator[tuple[psutil.Process, Proxy]]:
    with serving(f"sqlite:///{folder}/centre.db") as served, proxy(int(served.url.rpartition(":")[2])) as link:
        yield psutil.Process(served.process.pid), link


@contextmanager
def _asking(office: days.Office, folder: Path, link: Proxy) -> Iterator[tuple[Client, Book]]:
    http = HttpLink(f"http://127.0.0.1:{link.port}")
    with Book(folder / office.path.name) as book:
        yield days.client(office, book, http), book
    http.close()


def _drain(client: Client, batch: int | None) -> None:
    """Rounds until nothing is left, trying again at once after a cut. batch: entries of a run at most, None as the product does."""
    more = True
    while more:
        if batch is not None:
            client.pace = replace(client.pace, rows=min(batch, max(client.pace.rows, 1)))
        try:
            more = client.round()
        except NoAnswer as none:
            if none.code != "unreachable":
                raise


def _sent(folder: Path, start: Start, batch: int | None, cuts: tuple[str, ...] = ()) -> dict[str, Spent]:
    """The whole backlog of the first PC; then an idle poll with and without a report; then what the second PC hears."""
    with _linked(folder) as (server, link), _asking(start.first, folder, link) as (client, book):
        for cut in cuts:
            link.tell(cut)
        said = {"whole": spend(link, server, lambda: _drain(client, batch))}
        waits = book.write(outbox.backlog)
        if waits.unsent:
            raise SystemExit(f"bench: {waits.unsent} entries were not sent")
        said["idle"] = spend(link, server, client.round)
        book.write(lambda tx: known.keep(tx, reported_at=0))
        said["report"] = spend(link, server, client.round)
        if start.second is not None:
            with _asking(start.second, folder, link) as (other, _):
                said["heard"] = spend(link, server, lambda: _drain(other, None))
    return said


def measure(entries: int = 10_000) -> list[Row]:
    """Ours at 500 a batch and at its own pace, cut twice, and with a second PC that hears; Anki with the same as notes and as reviews."""
    with tempfile.TemporaryDirectory(dir=Path.cwd() / "build") as name:
        folder = Path(name)
        start = _start(folder / "start", entries)
        with Book(start.copy("read") / start.first.path.name) as book:
            rows = tuple(row for (row,) in book.write(lambda tx: tx.all("SELECT bytes FROM entry ORDER BY no")))
        ours = _sent(start.copy("whole"), start, BATCH)
        own_pace = _sent(start.copy("pace"), start, None) if entries > BATCH else ours
        cut = _sent(start.copy("cut"), start, BATCH, (f"cut up {ours['whole'].up // 2}", f"cut down {ours['whole'].down // 4}"))
        pair = _start(folder / "pair", entries, two=True)
        both = _sent(pair.copy("both"), pair, BATCH)
        peers = {shape: anki.compared(folder, shape, rows, spend) for shape in (anki.NOTES, anki.REVIEWS)}
    return [*_bytes(len(rows), ours, own_pace, both, peers), *_idle(ours, peers), *_cut(len(rows), ours["whole"], cut["whole"], peers), *_time(ours, peers)]


def _bytes(entries: int, ours: dict[str, Spent], own_pace: dict[str, Spent], both: dict[str, Spent], peers: dict[str, dict[str, Spent]]) -> list[Row]:
    up, base = ours["whole"].up / entries, peers[anki.NOTES]["whole"].up / entries
    name = f"sync: bytes up an entry of {entries:,}"
    made = [figure(name, PEER.format(shape=shape), said["whole"].up / entries, "B", said["whole"].up / entries / base) for shape, said in peers.items()]
    made.append(figure(name, f"{OURS}, {BATCH} a batch", up, "B", up / base, met(up <= UP_AIM, f"<= {UP_AIM}")))
    own = own_pace["whole"]
    made.append(figure(name, f"{OURS}, at its own pace", own.up / entries, "B", own.up / entries / base, f"{own.exchanges} exchanges"))
    name = f"sync: bytes down an entry of {entries:,}"
    down = peers[anki.NOTES]["down"].down / entries
    made += [figure(name, PEER.format(shape=shape), said["down"].down / entries, "B", said["down"].down / entries / down) for shape, said in peers.items()]
    heard = both["heard"].down / entries
    made.append(figure(name, f"{OURS}, another PC hears", heard, "B", heard / down))
    for way, said in ((f"{OURS}, to the sender", ours), (f"{OURS}, to the sender, two PCs", both)):
        made.append(figure(name, way, said["whole"].down / entries, "B", said["whole"].down / entries / down))
    return made


def _idle(ours: dict[str, Spent], peers: dict[str, dict[str, Spent]]) -> list[Row]:
    name, base = "sync: bytes of an idle poll, both ways", peers[anki.NOTES]["idle"]
    made = [figure(name, "Anki", base.up + base.down, "B", 1, f"{base.exchanges} exchanges")]
    for way, spent in ((OURS, ours["idle"]), (f"{OURS}, with a report", ours["report"])):
        total = spent.up + spent.down
        made.append(figure(name, way, total, "B", total / (base.up + base.down), met(total <= IDLE_AIM, f"<= {IDLE_AIM}")))
    return made


def _cut(entries: int, whole: Spent, cut: Spent, peers: dict[str, dict[str, Spent]]) -> list[Row]:
    name, batch = "sync: bytes up again after a cut", whole.up / -(-entries // BATCH)
    made = []
    for shape, said in peers.items():
        more = said["cut"].up - said["whole"].up
        made.append(figure(name, PEER.format(shape=shape), more, "B", more / said["whole"].up, f"of all it sent; {said['cut'].cuts} cut"))
    again = (cut.up - whole.up) / max(1, cut.cuts)
    note = f"of all it sent; {cut.cuts} cuts; {again / batch:.2f} batches each, {met(again <= batch, '<= 1')}"
    return [*made, figure(name, OURS, again, "B", again / whole.up, note)]


def _time(ours: dict[str, Spent], peers: dict[str, dict[str, Spent]]) -> list[Row]:
    base, made = peers[anki.NOTES]["whole"], list[Row]()
    for what, of in (("clock", "clock_s"), ("client's processor", "client_s"), ("server's processor", "server_s")):
        floor = getattr(base, of)
        for way, spent in (*((PEER.format(shape=shape), said["whole"]) for shape, said in peers.items()), (OURS, ours["whole"])):
            made.append(figure(f"sync: {what}, all up", way, getattr(spent, of) * 1_000, "ms", getattr(spent, of) / max(floor, 0.001)))
    return made
