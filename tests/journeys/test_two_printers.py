"""A counter with a label printer and a receipt printer, from the desk's job to paper on real sockets, and what its queue tells of both."""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from tests.conftest import parcel

from corner_app.config import PrinterSettings
from corner_app.desk import commands as c
from corner_app.desk.views import PrinterView, PrintLine
from corner_app.devices.profile import LanguageName
from corner_app.devices.proof import Patience
from corner_app.devices.simulators.printer import PrinterSimulator
from corner_app.devices.spool import Condition, Spool
from corner_app.domain.papers import ROLES, Role
from corner_app.paper import Paper
from corner_app.port import Desk
from corner_app.printers import printer_of

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
pytestmark = pytest.mark.usefixtures("qapp")
A, B = "CP407774791BD", "CP610037240BD"
LIMIT_S = 20.0
LANGUAGES: dict[Role, LanguageName] = {"label": "zpl", "receipt": "escpos"}
PROFILES: dict[Role, str] = {"label": "", "receipt": "epson-tm-t82"}


class Window:
    """The window's thread as a queue, and a bell for each spool."""

    def __init__(self) -> None:
        self.posted: queue.Queue[Callable[[], None]] = queue.Queue()
        self.bells = {role: threading.Event() for role in ROLES}

    def post(self, work: Callable[[], None]) -> None:
        self.posted.put(work)

    def set(self) -> None:
        for bell in self.bells.values():
            bell.set()


class Counter:
    """A desk, its two printers, and the threads between them."""

    def __init__(self, book: Path, folder: Path) -> None:
        self.window, self.stop = Window(), threading.Event()
        self.desk = Desk(book, self.window, lambda: 1_795_500_000_000, self.window)
        self.printers = {role: PrinterSimulator(folder / role, language=LANGUAGES[role]) for role in ROLES}
        self.threads = [threading.Thread(target=self.desk.writer.run)]
        self.threads += [threading.Thread(target=printer.run, args=(self.stop,)) for printer in self.printers.values()]
        self.threads[0].start()
        self.desk.begin().result(timeout=10)
        self.threads += [threading.Thread(target=self._spool, args=(role,)) for role in ROLES]
        for thread in self.threads[1:]:
            thread.start()

    def _spool(self, role: Role) -> None:
        host, port = self.printers[role].address
        printer = printer_of(PrinterSettings(identity=f"tcp:{host}:{port}", profile=PROFILES[role]))
        paper = Paper(self.desk, role, printer.profile)

        def told(condition: Condition) -> None:
            self.window.post(lambda: self.desk.printer_is(role, printer, condition))

        Spool(paper, printer, told, self.stop, Patience(proof_s=0.5, reply_s=1), unclear=paper.unclear).run(self.window.bells[role])

    def do(self, command: c.AnyCommand) -> str:
        """The answer's code."""
        answered: list[str] = []
        self.desk.do(command, lambda outcome: answered.append(outcome.code))
        self.until(lambda: bool(answered))
        return answered[0]

    def ask(self, question: str) -> Any:
        answered: list[Any] = []
        self.desk.ask(question, None, answered.append)
        self.until(lambda: bool(answered))
        return answered[0]

    def prints(self) -> dict[str, PrintLine]:
        """The newest job of each paper."""
        lines: tuple[PrintLine, ...] = self.ask("prints")
        return {line.what: line for line in reversed(lines)}

    def until(self, so: Callable[[], bool]) -> None:
        """Runs the window's thread until it is so."""
        ends = time.monotonic() + LIMIT_S
        while not so():
            try:
                self.window.posted.get(timeout=0.02)()
            except queue.Empty:
                assert time.monotonic() < ends, "never"

    def settled(self, what: str, state: str) -> PrintLine:
        """Waits until the newest job of this paper stands there."""
        found: list[PrintLine] = []

        def so() -> bool:
            line = self.prints().get(what)
            found[:] = [line] if line is not None and line.state == state else []
            return bool(found)

        self.until(so)
        return found[0]

    def close(self) -> None:
        self.stop.set()
        self.window.set()
        for thread in self.threads[1:]:
            thread.join(10)
        self.desk.end()
        self.threads[0].join(10)


@pytest.fixture
def counter(new_book: Path, tmp_path: Path) -> Iterator[Counter]:
    made = Counter(new_book, tmp_path)
    yield made
    made.close()
    assert not any(thread.is_alive() for thread in made.threads)


def codes(path: Path) -> set[str]:
    with Image.open(path) as sheet:
        return {found.text for found in zxingcpp.read_barcodes(sheet)}


def test_each_paper_comes_out_where_it_belongs_and_neither_printer_waits_for_the_other(counter: Counter) -> None:
    counter.do(c.Announce(parcels=(parcel(A), parcel(B))))
    assert [counter.do(c.Receive(A)), counter.do(c.Receive(B))] == ["received", "received"]
    assert counter.do(c.HandOver(items=(A,), code="123456", tendered=120_000)) == "handed_over"
    counter.printers["label"].faults.add("media_out")
    counter.desk.look_at_printers()
    counter.until(lambda: [view.word for view in counter.ask("printers") if view.role == "label"] == ["media_out"])
    for what in ("parcel_label", "receipt_handover"):
        assert counter.do(c.PrintLabel(A, what=what)) == "queued"
    assert counter.do(c.PrintLabel(B, what="intimation")) == "queued"
    assert (counter.settled("receipt_handover", "printed").how, counter.settled("intimation", "printed").how) == ("printer", "printer")
    assert counter.prints()["parcel_label"].state == "queued"
    assert [next(iter(codes(path) & {A, B})) for path in counter.printers["receipt"].printed] == [A, B]
    counter.printers["label"].faults.clear()
    counter.desk.look_at_printers()
    assert counter.settled("parcel_label", "printed").how == "printer"
    assert A in codes(counter.printers["label"].printed[0])
    views: tuple[PrinterView, ...] = counter.ask("printers")
    assert sorted((view.role, view.word, view.address.partition(":")[0]) for view in views) == [("label", "ready", "tcp"), ("receipt", "ready", "tcp")]


def test_what_the_printer_kept_is_forgotten_when_the_clerk_says_it_is_not_there(counter: Counter) -> None:
    """The paper ran out under the label; the copy that follows must not come out beside it."""
    printer = counter.printers["label"]
    printer.holds, printer.slow_s = True, 0.3
    counter.do(c.Announce(parcels=(parcel(A),)))
    counter.do(c.PrintLabel(A))
    counter.until(lambda: printer.taken.size > 0)
    printer.faults.add("media_out")
    doubt = counter.settled("parcel_label", "in_doubt")
    assert doubt.detail == "media_out"
    answered: list[bool] = []
    counter.desk.answer_print(doubt.job, False, lambda: answered.append(True))
    counter.until(lambda: bool(answered) and counter.prints()["parcel_label"].copy == 2)
    counter.until(lambda: not printer._work._jobs)
    printer.faults.clear()
    counter.desk.look_at_printers()
    assert counter.settled("parcel_label", "printed").copy == 2
    assert len(printer.printed) == 1
    assert counter.ask("print_counts").copies == 1
