"""A counter for fault campaigns: a real book, a real spool, a printer behind a line that can be cut at any byte, and a process that can be killed."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from PIL import Image
from tests.devices.sheets import Sheet
from tests.devices.toys import ToyPrinter

from corner_app.book import print_jobs
from corner_app.book.book import Book
from corner_app.book.database import Rows, Tx
from corner_app.book.print_jobs import PrintJob
from corner_app.desk import printing
from corner_app.desk.counter import here_of, roll_of
from corner_app.devices.languages.page import Page
from corner_app.devices.profile import LanguageName
from corner_app.devices.simulators.printer import PrinterSimulator
from corner_app.devices.transports.errors import InDoubt
from corner_app.devices.transports.serial import SerialPrinter
from corner_app.devices.transports.tcp import TcpPrinter
from corner_app.devices.transports.transport import Enough, Transport
from corner_app.domain.papers import papers_of

NOW = 1_795_500_000_000
ROWS = 24
_SWALLOWED = ("hold", "instead")
_RESET = struct.pack("ii", 1, 0)


class Killed(BaseException):
    """The process is gone; nothing after this line was done."""


class Steps:
    """Every place between two steps of the queue. kill_at: how many are still passed alive, None all. then: what happens after so many."""

    def __init__(self) -> None:
        self.kill_at: int | None = None
        self.then: tuple[int, Callable[[], None]] | None = None

    def __call__(self) -> None:
        if self.then is not None:
            left, happens = self.then
            self.then = (left - 1, happens) if left else None
            if not left:
                happens()
        if self.kill_at is not None:
            self.kill_at -= 1
            if self.kill_at < 0:
                self.kill_at = None
                raise Killed


class KilledAround:
    """A transport whose process may die before and after each of its acts."""

    def __init__(self, transport: Transport, steps: Steps) -> None:
        self._transport, self._steps = transport, steps
        self.name, self.two_way, self.writes_files = transport.name, transport.two_way, transport.writes_files

    def send(self, data: bytes, enough: Enough | None = None, wait_s: float = 0.0) -> bytes:
        self._steps()
        heard = self._transport.send(data, enough, wait_s)
        self._steps()
        return heard

    def ask(self, query: bytes, wait_s: float) -> bytes:
        self._steps()
        heard = self._transport.ask(query, wait_s)
        self._steps()
        return heard


def _whole(query: bytes, heard: bytes) -> bool:
    """Whether an answer is over, so that no silence need be waited for: a line, ZPL's three strings or one number, one byte of ESC/POS or TSPL."""
    if query.startswith((b"\x10", b"\x1b")):
        return len(heard) == 1
    return heard.count(b"\x03") == 3 or heard.endswith((b"\r\n\x03", b"\n")) or heard.count(b'"') == 2


class QuickTcp(TcpPrinter):
    """Asks as it sends, and listens no longer than the answer is."""

    def ask(self, query: bytes, wait_s: float) -> bytes:
        try:
            return self.send(query, partial(_whole, query), wait_s)
        except InDoubt:
            return b""


class QuickSerial(SerialPrinter):
    """The same over a serial line."""

    def ask(self, query: bytes, wait_s: float) -> bytes:
        try:
            return self.send(query, partial(_whole, query), wait_s)
        except InDoubt:
            return b""


class BookQueue:
    """The spool's queue over a book, as `paper.Paper` is, with a step before and after everything."""

    def __init__(self, book: Book, steps: Steps) -> None:
        self._book, self._steps = book, steps
        self._papers = papers_of("label")

    def _do(self, work: Callable[[Tx], Any]) -> Any:
        self._steps()
        done = self._book.write(work)
        self._steps()
        return done

    def next_job(self) -> PrintJob | None:
        found: PrintJob | None = self._book.write(lambda tx: print_jobs.next_queued(tx, self._papers))
        return found

    def number(self, job: PrintJob) -> int:
        return job.no

    def replaces(self, job: PrintJob) -> bool:
        return job.copy > 1 and self._book.write(lambda tx: printing.replaces(tx, job))

    def begin(self, job: PrintJob, printer: str) -> bool:
        return bool(self._do(lambda tx: printing.begin(tx, job.no, NOW, printer)))

    def draw(self, job: PrintJob) -> Page:
        self._steps()
        return page_of(job.no)

    def release(self, job: PrintJob) -> None:
        self._do(lambda tx: print_jobs.release(tx, job.no))

    def settle(self, job: PrintJob, outcome: str, by: str, detail: str) -> None:
        self._do(lambda tx: printing.settle(tx, "SYSTEM", NOW, job.no, outcome, by, detail))


def page_of(job: int) -> Sheet:
    """Paper that says whose it is: the number in the first four bytes, noise below."""
    return Sheet(64, ROWS, job.to_bytes(4) + bytes(4) + bytes(range(1, 8 * (ROWS - 1) + 1)))


def job_on(path: Path) -> int:
    """The number on a simulated label."""
    with Image.open(path) as sheet:
        bits = "".join("1" if sheet.getpixel((x, 0)) == 0 else "0" for x in range(32))
    return int(bits, 2)


class Printer(Protocol):
    """A printer of the campaign."""

    def address(self) -> tuple[str, int]: ...
    def sheets(self) -> Counter[int]: ...
    def fail(self, fault: str) -> None: ...
    def mend(self) -> None: ...
    def close(self) -> None: ...


class Simulated:
    """The shipped simulator on a socket; one that died is bought again, with the same count. holds: whether it keeps what came without paper."""

    def __init__(self, folder: Path, language: LanguageName = "zpl", *, holds: bool = False) -> None:
        self._folder, self._language, self._holds = folder, language, holds
        self._seen: dict[Path, int] = {}
        self._begin(0)

    def _begin(self, port: int) -> None:
        self.simulator, self._stop = PrinterSimulator(self._folder, port=port, language=self._language), threading.Event()
        self._behave()
        self._thread = threading.Thread(target=self.simulator.run, args=(self._stop,), name="printer")
        self._thread.start()

    def _behave(self) -> None:
        self.simulator.holds = self._holds
        self.simulator.slow_s = 0.05 if self._language == "tspl" else 0

    def address(self) -> tuple[str, int]:
        return self.simulator.address

    def sheets(self) -> Counter[int]:
        """Once nothing more is on its way out."""
        pause, left = threading.Event(), 1_000
        while self.simulator._work._jobs and left:
            left -= pause.wait(0.005) or 1
        self._read()
        return Counter(self._seen.values())

    def _read(self) -> None:
        self._seen |= {path: job_on(path) for path in list(self.simulator.printed) if path not in self._seen}

    def fail(self, fault: str) -> None:
        if fault == "die":
            self.simulator.die_after_print = True
        else:
            self.simulator.faults |= {fault} if fault != "quiet" else {"media_out", "quiet_faults"}

    def pull_after(self, size: int) -> None:
        """The line breaks after so many bytes."""
        self.simulator.reset_after = size

    def mend(self) -> None:
        self.simulator.faults.clear()
        self.simulator.die_after_print = False
        self.simulator.reset_after = None
        if not self._thread.is_alive():
            self._thread.join()
            self._read()
            self._begin(self.address()[1])

    def close(self) -> None:
        self._stop.set()
        self._thread.join()


class ZplSerial(Simulated):
    """The same on a pseudo-terminal, whose cable may be pulled at any byte."""

    def __init__(self, folder: Path, *, holds: bool = False) -> None:
        self.link = folder.with_name("port")
        super().__init__(folder, holds=holds)

    def _begin(self, port: int) -> None:
        self.simulator, self._stop = PrinterSimulator(self._folder), threading.Event()
        self.simulator._listener.close()
        self._behave()
        self._thread = threading.Thread(target=self.simulator.run_serial, args=(self.link, self._stop), name="printer")
        self._thread.start()
        pause = threading.Event()
        while not self.link.is_symlink():
            pause.wait(0.002)


class Toy:
    """A printer of no make, which replies or shows that it works. A label that came while it had a fault is lost."""

    def __init__(self) -> None:
        self.toy = ToyPrinter()
        self.toy.__enter__()

    def address(self) -> tuple[str, int]:
        return self.toy.address

    def sheets(self) -> Counter[int]:
        return Counter(self.toy.printed)

    def fail(self, fault: str) -> None:
        match fault:
            case "mute":
                self.toy.mute = True
            case "die":
                self.toy.says = b""
            case _:
                self.toy.fault = b"media_out"

    def mend(self) -> None:
        self.toy.mute, self.toy.says, self.toy.fault = False, None, b""

    def close(self) -> None:
        self.toy.__exit__(None, None, None)


class FaultyLine:
    """A line to a printer on which the next label meets its fate.

    plan: (what, byte) for the next label: "cut" and "reset" after so many bytes; "stall": nothing more is read; "hold": the printer keeps the whole
    label and prints it when its paper is back; "late": what it kept comes out just before this one; "instead": what it kept comes out and this one
    is lost. shows_held: whether its state says that it has something to print. obeys: whether it forgets what it kept when it is told to.
    """

    def __init__(self, printer: Printer, *, shows_held: bool, obeys: bool) -> None:
        self.printer, self.shows_held, self.obeys = printer, shows_held, obeys
        self.plan: tuple[str, int] | None = None
        self.held: list[bytes] = []
        self._stalled: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._quiet = threading.Condition()
        self._open = 0
        self._thread = threading.Thread(target=self._serve, name="line")
        self._thread.start()

    @property
    def address(self) -> tuple[str, int]:
        host, port = self._listener.getsockname()[:2]
        return str(host), int(port)

    def deliver(self) -> None:
        """What the printer kept comes out."""
        for label in self.held:
            with contextlib.suppress(OSError), socket.create_connection(self.printer.address(), 5) as link:
                link.sendall(label)
                link.shutdown(socket.SHUT_WR)
                while link.recv(4096):
                    pass
        self.held.clear()

    def mend(self) -> None:
        """Nothing more is in store, and all that is under way has ended."""
        self.plan = None
        for link in self._stalled:
            link.close()
        self._stalled.clear()
        self.rest()

    def rest(self) -> None:
        """Until no connection is open: what was sent is then printed, or lost."""
        with self._quiet:
            assert self._quiet.wait_for(lambda: self._open == 0, 20)

    def close(self) -> None:
        self.mend()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                link, _ = self._listener.accept()
            except OSError:
                return
            with self._quiet:
                self._open += 1
            threading.Thread(target=self._connect, args=(link,), name="connection").start()

    def _connect(self, link: socket.socket) -> None:
        try:
            with contextlib.suppress(OSError):
                self._carry(link)
        finally:
            if link not in self._stalled:
                link.close()
            with self._quiet:
                self._open -= 1
                self._quiet.notify_all()

    def _carry(self, link: socket.socket) -> None:
        first, plan = link.recv(4096), None
        if first.startswith((b"~SD", b"label ")):
            plan, self.plan = self.plan, None
            if plan is not None and plan[0] in ("late", "instead"):
                self.deliver()
        elif first.startswith((b"~JA", b"forget")) and self.obeys:
            self.held.clear()
        try:
            printer = socket.create_connection(self.printer.address(), 5)
        except OSError:
            _reset(link)
            return
        with printer:
            back = threading.Thread(target=self._back, args=(printer, link), name="answers")
            back.start()
            try:
                self._forth(link, printer, first, plan)
            finally:
                with contextlib.suppress(OSError):
                    printer.shutdown(socket.SHUT_WR)
                back.join()

    def _forth(self, link: socket.socket, printer: socket.socket, data: bytes, plan: tuple[str, int] | None) -> None:
        seen = b""
        while data:
            seen += data
            if plan is None or plan[0] == "late":
                printer.sendall(data)
            elif plan[0] not in _SWALLOWED and len(seen) >= plan[1]:
                printer.sendall(data[: len(data) - len(seen) + plan[1]])
                self._break(plan[0], link)
                return
            elif plan[0] not in _SWALLOWED:
                printer.sendall(data)
            data = link.recv(4096)
        if plan is not None and plan[0] == "hold":
            self.held.append(seen)

    def _break(self, how: str, link: socket.socket) -> None:
        if how == "stall":
            self._stalled.append(link)
        elif how == "reset":
            _reset(link)
        else:
            link.close()

    def _back(self, printer: socket.socket, link: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := printer.recv(4096):
                if self.shows_held and self.held:
                    data = data.replace(b",1218,000,", b",1218,001,").replace(b"ready ", b"busy ")
                link.sendall(data)


def _reset(link: socket.socket) -> None:
    link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    link.close()


class Office:
    """A book that can be closed by a kill and opened again."""

    def __init__(self, folder: Path, template: Path) -> None:
        self.path = folder / "corner.book"
        shutil.copy(template, self.path)
        self.steps = Steps()
        self.book = Book(self.path)
        self.here = here_of(self.book.place, roll_of(self.book.place).clerks[0], NOW)

    def reopen(self) -> Sequence[int]:
        """After a kill: what was begun is in doubt, and nothing else. Gives those jobs."""
        begun: list[int] = self.read(print_jobs.attempts)
        self.book.close()
        self.book = Book(self.path)
        doubted = self.write(lambda tx: printing.doubt_after_restart(tx, NOW))
        assert sorted(doubted) == sorted(begun)
        return begun

    def write(self, work: Callable[[Tx], Any]) -> Any:
        return self.book.write(work)

    def read(self, question: Callable[[Rows], Any]) -> Any:
        return self.book.write(question)

    def jobs(self) -> list[PrintJob]:
        found: list[PrintJob] = self.read(lambda rows: print_jobs.latest(rows, 1_000))
        return found[::-1]

    def close(self) -> None:
        self.book.close()
        os.unlink(self.path)
