"""Labels through the real spool to a printer on the network: against sending the same bytes, and against sending and proving them without the book.

The printer is the shipped simulator in a process of its own. Each label is printed by our way first and what went over the line is sent again.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from threading import Event, Thread
from time import perf_counter_ns, process_time_ns

from PySide6.QtGui import QGuiApplication

from benchmarks.books import filled, items
from benchmarks.turns import Row, by_turns, figure, rows
from corner_app.book import print_jobs
from corner_app.desk import commands, jobs
from corner_app.desk.counter import here_of, roll_of
from corner_app.devices.languages.known import LANGUAGES
from corner_app.devices.printer import Printer
from corner_app.devices.profile import plain_zpl
from corner_app.devices.proof import PATIENT, send_and_prove
from corner_app.devices.spool import Spool
from corner_app.devices.transports.tcp import TcpPrinter
from corner_app.devices.transports.transport import Enough
from corner_app.paper import Paper
from corner_app.port import Desk

T0 = 1_795_500_000_000
FLOOR, PROVEN, OURS = "floor: the bytes alone", "the bytes, asked and proven", "ours: from the print queue"


@dataclass
class _Recorded:
    """A way to a printer that remembers the last label's bytes."""

    way: TcpPrinter
    last: bytes = b""
    name: str = field(init=False)
    writes_files: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self.name = self.way.name

    @property
    def two_way(self) -> bool:
        return self.way.two_way

    def send(self, data: bytes, enough: Enough | None = None, wait_s: float = 0.0) -> bytes:
        self.last = data
        return self.way.send(data, enough, wait_s)

    def ask(self, query: bytes, wait_s: float) -> bytes:
        return self.way.ask(query, wait_s)


class _NoWindow:
    """Nobody looks on."""

    def post(self, work: Callable[[], None]) -> None:
        """Lets it go."""


@contextmanager
def _simulator(folder: Path) -> Iterator[TcpPrinter]:
    command = [sys.executable, "-m", "corner_app", "--book", str(folder / "none.book"), "simulate", "printer", "--headless", "--folder", str(folder / "paper")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        try:
            said = process.stdout.readline() if process.stdout is not None else ""
            found = re.search(r"(127\.0\.0\.1):(\d+)", said)
            if found is None:
                raise SystemExit(f"bench: the simulator said {said!r}")
            yield TcpPrinter(found[1], int(found[2]))
        finally:
            process.terminate()


@contextmanager
def _desk(path: Path) -> Iterator[Desk]:
    desk = Desk(path, _NoWindow(), lambda: T0, Event())
    writer = Thread(target=desk.writer.run, name="writer")
    writer.start()
    try:
        desk.begin().result(30)
        yield desk
    finally:
        desk.end()
        writer.join(30)


def _ask(desk: Desk, numbers: Iterable[str]) -> None:
    """Their labels wait in the print queue."""
    place = desk.writer.opened.result().place
    here = here_of(place, roll_of(place).clerks[0], T0)
    for item in numbers:
        outcome = desk.writer.do(partial(jobs.run, here=here, command=commands.PrintLabel(item))).result()
        if outcome.code != "queued":
            raise SystemExit(f"bench: {outcome.code}")


def measure(labels: int = 100, parcels: int = 1_000) -> list[Row]:
    """By turns, label by label: by the clock, and again by the processor of this side alone. parcels: in the book."""
    application = QGuiApplication.instance() or QGuiApplication(["bench"])
    source = filled(parcels)
    with tempfile.TemporaryDirectory(dir=Path.cwd() / "build") as name:
        folder = Path(name)
        shutil.copy(source, folder / "spool.book")
        with _simulator(folder) as way, _desk(folder / "spool.book") as desk:
            warm = max(1, labels // 20)
            _ask(desk, items(parcels, warm + 2 * labels))
            made = _through(desk, way, warm, labels)
    del application
    return made


def _through(desk: Desk, way: TcpPrinter, warm: int, labels: int) -> list[Row]:
    profile, sent = plain_zpl(203), _Recorded(way)
    spool = Spool(Paper(desk, "label", profile), Printer(sent, LANGUAGES["zpl"], profile))
    alone = Printer(way, LANGUAGES["zpl"], profile)

    def ours(_: int) -> None:
        if not spool.print_next():
            raise SystemExit("bench: the printer took nothing")

    def proven(n: int) -> None:
        status = alone.status()
        if status is None or status.state != "ready" or send_and_prove(alone, sent.last, n, PATIENT, Event()).outcome != "printed":
            raise SystemExit("bench: a label was not proven")

    ways: dict[str, Callable[[int], object]] = {OURS: ours, FLOOR: lambda _: way.send(sent.last), PROVEN: proven}
    by_turns(ways, warm)
    bench, table = f"spool: {labels} labels to TCP", list[Row]()
    for what, clock in (("", perf_counter_ns), (", processor", process_time_ns)):
        taken = by_turns(ways, labels, clock=clock)
        table += sorted(rows(bench + what, taken, FLOOR), key=lambda row: (FLOOR, PROVEN, OURS).index(row.way))
        total = sum(taken[OURS]) / 1e6
        table.append(figure(f"{bench}, together{what}", OURS, total, "s", sum(taken[OURS]) / sum(taken[FLOOR])))
    left = desk.writer.do(print_jobs.open_count).result()
    if left:
        raise SystemExit(f"bench: {left} labels are not printed")
    return [*table[:-1], replace(table[-1], note=f"{warm + 2 * labels} labels, each proven by the printer's count")]
