"""One label once, on a real socket, whatever the printer does meanwhile."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from tests.devices.sheets import Sheet

from corner_app.devices import spool
from corner_app.devices.languages.zpl import encode
from corner_app.devices.profile import Profile
from corner_app.devices.simulators.printer import PrinterSimulator
from corner_app.devices.transports.errors import InDoubt, NotSent
from corner_app.devices.transports.file import FilePrinter
from corner_app.devices.transports.serial import SerialPrinter
from corner_app.devices.transports.tcp import TcpPrinter

WIDTH, HEIGHT = 64, 40
ROWS = bytes([0xF0, 0, 0xFF, 0, 0xAA, 0, 0, 0x01]) * HEIGHT
LABEL = encode(Sheet(WIDTH, HEIGHT, ROWS), Profile(name="A printer", language="zpl", compression="hex"), 1)


class Jobs:
    """A queue of one-word jobs that remembers what became of them."""

    def __init__(self, *jobs: str) -> None:
        self.queued = list(jobs)
        self.begun: list[str] = []
        self.settled: list[tuple[str, str, str, str]] = []
        self.states: list[str] = []
        self.changed = threading.Condition()

    def next(self) -> str | None:
        return self.queued[0] if self.queued else None

    def begin(self, job: str) -> None:
        self.queued.remove(job)
        self.begun.append(job)

    def draw(self, job: str) -> bytes:
        assert job in self.begun, "sent before it was written down"
        if job == "undrawable":
            raise ValueError("no such glyph")
        return LABEL

    def settle(self, job: str, outcome: str, by: str, detail: str) -> None:
        with self.changed:
            self.settled.append((job, outcome, by, detail))
            self.changed.notify_all()

    def on_state(self, state: str) -> None:
        with self.changed:
            self.states.append(state)
            self.changed.notify_all()

    def print_next(self, printer: spool.Printer) -> bool:
        return spool.print_next(self.next, self.begin, self.draw, printer, self.settle, self.on_state)


class Desk:
    """A simulated printer on a thread, and the way to it."""

    def __init__(self, folder: Path) -> None:
        self.simulator = PrinterSimulator(folder)
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self.simulator.run, args=(self.stop,), name="printer")
        self.printer = TcpPrinter(*self.simulator.address)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "paper")
    made.thread.start()
    yield made
    made.stop.set()
    made.thread.join(10)
    assert not made.thread.is_alive()


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_a_good_label_is_printed_and_counted(desk: Desk) -> None:
    jobs = Jobs("one", "two")
    assert [jobs.print_next(desk.printer) for _ in range(3)] == [True, True, False]
    assert jobs.settled == [("one", "printed", "printer", ""), ("two", "printed", "printer", "")]
    assert [path.name for path in desk.simulator.printed] == ["label-0001.png", "label-0002.png"]


def test_the_paper_shows_the_dots_and_says_simulated(desk: Desk) -> None:
    Jobs("one").print_next(desk.printer)
    with Image.open(desk.simulator.printed[0]) as sheet:
        assert sheet.info["Comment"] == "SIMULATED"
        dots = [sheet.getpixel((x, 3)) == 0 for x in range(WIDTH)]
        assert dots == [bool(ROWS[x // 8] >> (7 - x % 8) & 1) for x in range(WIDTH)]
        assert sheet.height > HEIGHT
        assert sheet.getpixel((0, sheet.height - 1)) == 190


@pytest.mark.parametrize("fault", ["media_out", "head_open", "mute"])
def test_a_fault_leaves_the_job_queued_and_mending_prints_it(desk: Desk, fault: str) -> None:
    jobs = Jobs("one")
    desk.simulator.faults.add(fault)
    assert not jobs.print_next(desk.printer)
    assert (jobs.queued, jobs.begun, jobs.settled, jobs.states) == (["one"], [], [], [fault])
    desk.simulator.faults.clear()
    assert jobs.print_next(desk.printer)
    assert jobs.settled == [("one", "printed", "printer", "")]
    assert len(desk.simulator.printed) == 1


@pytest.mark.parametrize("fault", ["media_out", "head_open"])
def test_a_printer_that_goes_quiet_over_a_fault_is_asked_what_is_wrong(desk: Desk, fault: str) -> None:
    jobs = Jobs("one")
    desk.simulator.faults |= {fault, "quiet_faults"}
    assert not jobs.print_next(desk.printer)
    assert (jobs.queued, jobs.states) == (["one"], [fault])


def test_a_slow_label_is_waited_for(desk: Desk) -> None:
    jobs = Jobs("one")
    desk.simulator.slow_s = 1.2
    assert jobs.print_next(desk.printer)
    assert jobs.settled == [("one", "printed", "printer", "")]


def test_paper_that_runs_out_under_the_label_is_in_doubt(desk: Desk) -> None:
    """Zebra printers keep such a label and may print it later: only a person can tell."""
    jobs = Jobs("one")

    def draw(job: str) -> bytes:
        desk.simulator.faults |= {"media_out", "quiet_faults"}
        return LABEL

    assert spool.print_next(jobs.next, jobs.begin, draw, desk.printer, jobs.settle)
    assert jobs.settled == [("one", "in_doubt", "printer", "not_counted")]


def test_a_printer_that_goes_mute_under_the_label_is_in_doubt(desk: Desk) -> None:
    jobs = Jobs("one")

    def draw(job: str) -> bytes:
        desk.simulator.faults.add("mute")
        return LABEL

    assert spool.print_next(jobs.next, jobs.begin, draw, desk.printer, jobs.settle)
    assert jobs.settled == [("one", "in_doubt", "printer", "no_count")]
    assert len(desk.simulator.printed) == 1


def test_an_idle_printer_is_looked_at_too(desk: Desk) -> None:
    jobs = Jobs()
    desk.simulator.faults.add("head_open")
    assert not jobs.print_next(desk.printer)
    assert jobs.states == ["head_open"]


def test_a_reset_within_the_label_is_in_doubt_and_not_repeated(desk: Desk) -> None:
    jobs = Jobs("one")
    desk.simulator.reset_after = 200
    assert jobs.print_next(desk.printer)
    ((job, outcome, by, detail),) = jobs.settled
    assert (job, outcome, by) == ("one", "in_doubt", "transport")
    assert detail.startswith("reset after ")
    desk.simulator.reset_after = None
    assert not jobs.print_next(desk.printer)
    assert desk.simulator.printed == []


def test_death_after_printing_is_in_doubt(desk: Desk) -> None:
    jobs = Jobs("one", "two")
    desk.simulator.die_after_print = True
    assert jobs.print_next(desk.printer)
    assert [entry[:2] for entry in jobs.settled] == [("one", "in_doubt")]
    assert len(desk.simulator.printed) == 1
    desk.thread.join(10)
    assert not jobs.print_next(desk.printer)
    assert (jobs.queued, jobs.states[-1]) == (["two"], "offline")


def test_refused_before_the_first_byte_failed() -> None:
    jobs = Jobs("one")
    assert jobs.print_next(TcpPrinter("127.0.0.1", closed_port(), two_way=False))
    assert jobs.settled == [("one", "failed", "transport", "refused")]


def test_off_between_the_question_and_the_label_failed(desk: Desk) -> None:
    jobs = Jobs("one")

    def draw(job: str) -> bytes:
        desk.stop.set()
        desk.thread.join(10)
        return LABEL

    assert spool.print_next(jobs.next, jobs.begin, draw, desk.printer, jobs.settle)
    assert jobs.settled == [("one", "failed", "transport", "refused")]


def test_a_printer_that_is_off_leaves_the_job_queued() -> None:
    jobs = Jobs("one")
    assert not jobs.print_next(TcpPrinter("127.0.0.1", closed_port()))
    assert (jobs.queued, jobs.states) == (["one"], ["offline"])
    assert not jobs.print_next(SerialPrinter("/dev/no-such-port", 9600))
    assert jobs.states == ["offline", "offline"]


def test_a_one_way_printer_is_always_in_doubt(desk: Desk) -> None:
    jobs = Jobs("one")
    assert jobs.print_next(TcpPrinter(*desk.simulator.address, two_way=False))
    assert jobs.settled == [("one", "in_doubt", "transport", "one_way")]


def test_what_cannot_be_drawn_failed_and_sends_nothing(desk: Desk) -> None:
    jobs = Jobs("undrawable")
    assert jobs.print_next(desk.printer)
    assert jobs.settled == [("undrawable", "failed", "transport", "ValueError: no such glyph")]
    assert desk.simulator.printed == []


def test_files_are_whole_and_numbered(tmp_path: Path) -> None:
    jobs = Jobs("one", "two")
    printer = FilePrinter(tmp_path / "out")
    assert jobs.print_next(printer)
    assert jobs.print_next(FilePrinter(tmp_path / "out"))
    assert [entry[1:] for entry in jobs.settled] == [("printed", "transport", "")] * 2
    assert sorted((path.name, path.read_bytes()) for path in (tmp_path / "out").iterdir()) == [("label-000001.zpl", LABEL), ("label-000002.zpl", LABEL)]


def test_a_folder_that_cannot_be_written_failed(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    jobs = Jobs("one")
    assert jobs.print_next(FilePrinter(tmp_path / "out"))
    assert jobs.settled == [("one", "failed", "transport", "missing")]


def test_the_loop_prints_waits_and_survives_trouble(desk: Desk) -> None:
    jobs = Jobs("one", "undrawable", "two")
    wake, stop = threading.Event(), threading.Event()
    trouble = [OSError("the book is busy")]

    def next_job() -> str | None:
        if trouble:
            raise trouble.pop()
        return jobs.next()

    loop = threading.Thread(target=spool.run, args=(next_job, jobs.begin, jobs.draw, desk.printer, jobs.settle, jobs.on_state, wake, stop), name="spool")
    loop.start()
    with jobs.changed:
        assert jobs.changed.wait_for(lambda: "broken" in jobs.states, 10)
    wake.set()
    with jobs.changed:
        assert jobs.changed.wait_for(lambda: len(jobs.settled) == 3, 20)
    jobs.queued.append("three")
    wake.set()
    with jobs.changed:
        assert jobs.changed.wait_for(lambda: len(jobs.settled) == 4, 20)
    stop.set()
    wake.set()
    loop.join(10)
    assert not loop.is_alive()
    assert [entry[1] for entry in jobs.settled] == ["printed", "failed", "printed", "printed"]
    assert jobs.states == ["ready", "broken", "ready"]


def test_errors_say_what_they_know() -> None:
    assert str(InDoubt("reset", 7)) == "reset after 7 bytes"
    assert NotSent("refused").reason == "refused"
