"""The whole country comes back at once: offices with 20 entries each against one serving centre on PostgreSQL.

Each office has one device, enrolled with a key of its own, and its frame is made before the clock starts. It behaves as `HttpLink` and `engine` do: 15
seconds to connect, 30 without a byte, the turn that a crowded centre tells, and after a failure the backoff of the product. Once all come in the
same moment, as no country can, and once spread over a window, as the centre asks (`serve --window`). An office's time runs from its own first try
to the proven answer.
"""

from __future__ import annotations

import asyncio
import random
import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import msgspec
import psutil  # type: ignore[import-untyped]

from benchmarks import centre_days as days
from benchmarks.turns import Row, figure
from central_server.care import verify
from central_server.storage.database import Database
from corner_app.domain import entries as e
from corner_app.domain.chain import first_hash, hashes, uid
from corner_app.domain.entries import Entry, encode
from corner_app.domain.numbers import make_s10
from corner_app.sync import engine, wire
from corner_app.sync.columns import pack
from corner_app.sync.engine import Pace
from corner_app.sync.http import LIMITS
from corner_app.sync.signing import checker, signer
from tests.centre.processes import serving
from tests.postgres import Cluster

PARCELS, EACH = 5, 4
ENTRIES = PARCELS * EACH
AT_ONCE, SPREAD = "all in one moment", "over a window of {window} s"


@dataclass
class Caller:
    """One office. took_s: from its first try until it was answered; turns: how often it was told when to come; wrong: what was no answer of the
    centre.
    """

    office: str
    device: int
    frame: bytes
    nonce: bytes
    last: bytes
    took_s: float = 0.0
    turns: int = 0
    wrong: list[str] = field(default_factory=list)


def _entries(n: int) -> list[bytes]:
    """Five parcels received, shelved, labelled and handed over by office n."""
    office, found, head = _office(n), list[bytes](), dict[int, int]()
    for k in range(ENTRIES):
        step, at = divmod(k, PARCELS)
        item = make_s10("CP", f"{n * PARCELS + at:08d}")
        body: e.AnyBody = (e.Received(office), e.Shelved(office, "ক-০১"), e.LabelAsked("shelf", 1), e.HandedOver(office, 1, 0, "", "code", k + 1))[step]
        found.append(encode(Entry((days.T0 + 7_000 * k + n % 1_000) << 16, "postmaster", item, head.get(at, 0), body)))
        head[at] = k + 1
    return found


def _office(n: int) -> str:
    return f"H{n:05d}"


def _caller(database: Database, n: int, chance: random.Random) -> Caller:
    device, seed = days.enrolled(database, _office(n), 1)
    rows = _entries(n)
    start = first_hash(device.uuid, 1, b"")
    last, nonce = uid(hashes(start, rows)[-1]), chance.randbytes(wire.NONCE_SIZE)
    layout, packed = pack(rows, 1)
    run = wire.Run(1, uid(start), last, len(rows), layout, packed, wire.Parent(0, 0, b""))
    said = wire.Push(wire.PROTOCOL, device.device, 1, nonce, days.T0, 0, b"", engine.ROOM_WHILE_SENDING, b"", run)
    return Caller(_office(n), device.device, wire.seal(said, signer(seed)), nonce, last)


class Herd:
    """Every office at once, on one event loop."""

    def __init__(self, url: str, public_key: bytes, callers: Sequence[Caller], window: int) -> None:
        parts = urlsplit(url)
        self._host, self._port = str(parts.hostname), int(parts.port or 0)
        self._check, self._callers, self._window = checker(public_key), callers, window
        self._chance = random.Random(10_000)

    def run(self) -> float:
        """Until the last was answered; gives the seconds."""
        began = time.perf_counter()
        asyncio.run(self._all())
        return time.perf_counter() - began

    async def _all(self) -> None:
        await asyncio.gather(*(self._call(caller) for caller in self._callers))

    async def _call(self, caller: Caller) -> None:
        pace = Pace(window=self._window)
        if self._window:
            await asyncio.sleep(engine.wait_s(pace, self._chance.random(), idle=False))
        began = time.perf_counter()
        while True:
            try:
                answer = await self._post(caller.frame)
                break
            except engine.NoAnswer as turn:
                caller.turns += 1
                pace = engine.after(pace, turn)
            except (TimeoutError, OSError, EOFError) as error:
                caller.wrong.append(type(error).__name__)
                pace = engine.slower(pace)
            await asyncio.sleep(engine.wait_s(pace, self._chance.random(), idle=False))
        caller.took_s = time.perf_counter() - began
        self._prove(caller, answer)

    async def _post(self, frame: bytes) -> bytes:
        async with asyncio.timeout(LIMITS.connect_s):
            reader, writer = await asyncio.open_connection(self._host, self._port)
        try:
            head = f"POST /v1/sync HTTP/1.1\r\nHost: {self._host}\r\nContent-Type: {wire.MEDIA_TYPE}\r\nContent-Length: {len(frame)}\r\n\r\n"
            writer.write(head.encode() + frame)
            async with asyncio.timeout(LIMITS.stall_s):
                said = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
                length = int(said.partition("content-length:")[2].split("\r\n")[0])
                body = await reader.readexactly(length)
        finally:
            writer.close()
        if said.startswith("http/1.1 503") and (again := msgspec.json.decode(body).get("again")):
            raise engine.NoAnswer("crowded", again)
        if not said.startswith("http/1.1 200"):
            raise SystemExit(f"bench: the centre said {said.splitlines()[0]}: {body[:200]!r}")
        return body

    def _prove(self, caller: Caller, answer: bytes) -> None:
        heard = wire.unseal(wire.Answer, answer, self._check, caller.nonce)
        if (heard.kind, heard.next, heard.head) != (wire.OK, ENTRIES + 1, caller.last):
            raise SystemExit(f"bench: {caller.office} was told {heard}")


def measure(offices: int = 200, window: int = 10) -> list[Row]:
    """One database for each way. offices: how many come; window: seconds over which they are spread the second time."""
    _open_files()
    made = list[Row]()
    with Cluster(durable=True) as cluster:
        first = _at(cluster, "herd_at_once", offices, 0, AT_ONCE, None)
        made += first
        made += _at(cluster, "herd_spread", offices, window, SPREAD.format(window=window), first)
    return made


def _open_files() -> None:
    """Each office is a connection here and at the centre, which is started from here."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _at(cluster: Cluster, name: str, offices: int, window: int, way: str, before: list[Row] | None) -> list[Row]:
    url, chance = cluster.create(name), random.Random(1)
    desk = days.found(url)
    callers = [_caller(desk.database, n, chance) for n in range(offices)]
    desk.database.close()
    with serving(url, None, "--window", str(window)) as served:
        process, postgres = psutil.Process(served.process.pid), _postgres(cluster)
        used, theirs, own = _processor_s(process), _processor_s(postgres), time.process_time()
        drained = Herd(served.url, desk.centre.public_key, callers, window).run()
        spent = (_processor_s(process) - used, _processor_s(postgres) - theirs, time.process_time() - own)
    _arrived(url, offices)
    return _said(offices, way, callers, drained, spent, before)


def _arrived(url: str, offices: int) -> None:
    """Every entry once, every one judged, every chain and fold right."""
    desk = days.again(url)
    rows = desk.database.read(lambda sql: sql.all("SELECT count(*), min(next), max(next), min(judged) FROM cursor"))
    report = desk.database.read(verify)
    desk.database.close()
    if rows != [(offices, ENTRIES + 1, ENTRIES + 1, ENTRIES)] or report.faults or report.entries != offices * ENTRIES:
        raise SystemExit(f"bench: the centre holds {rows}, {report.entries} entries, {report.faults[:3]}")


def _postgres(cluster: Cluster) -> psutil.Process:
    return psutil.Process(int((cluster.data / "postmaster.pid").read_text().split()[0]))


def _processor_s(process: psutil.Process) -> float:
    """Of a process and its children, those that ended among them."""
    total = 0.0
    for each in (process, *process.children(recursive=True)):
        try:
            used = each.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += used.user + used.system + (used.children_user + used.children_system if each.pid == process.pid else 0)
    return float(total)


def _said(offices: int, way: str, callers: Sequence[Caller], drained: float, spent: tuple[float, float, float], before: list[Row] | None) -> list[Row]:
    name, times = f"herd: {offices:,} offices, {ENTRIES} entries each", sorted(caller.took_s * 1_000 for caller in callers)
    wrong, turns, entries = sum(len(caller.wrong) for caller in callers), sum(caller.turns for caller in callers), offices * ENTRIES
    base = before[0].p50 if before else drained * 1_000
    drain = figure(
        f"{name}, drained",
        way,
        drained * 1_000,
        "ms",
        drained * 1_000 / base,
        f"{entries / drained:,.0f} entries/s, {wrong} tries failed, {turns} told their turn",
    )
    p50, p99, last = (times[min(len(times) - 1, len(times) * hundredth // 100)] for hundredth in (50, 99, 100))
    note = f"p99 {p99:,.0f}, longest {last:,.0f} ({last / p50:.1f} of p50)"
    each = Row(f"{name}, an office", way, times[len(times) // 10], p50, times[len(times) * 9 // 10], p50 / before[1].p50 if before else 1.0, note, "ms")
    parts = f"centre {spent[0]:.1f} s, PostgreSQL {spent[1]:.1f} s, the offices {spent[2]:.1f} s"
    total = sum(spent[:2]) / entries * 1_000_000
    return [drain, each, figure(f"{name}, processor an entry", way, total, "us", total / before[2].p50 if before else 1.0, parts)]
