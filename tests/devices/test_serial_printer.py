"""A printer on a serial line (a pseudo-terminal): the same promises as on the network."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

if os.name != "posix":
    pytest.skip("pseudo-terminals are POSIX", allow_module_level=True)

from tests.devices.sheets import Sheet

from corner_app.devices import spool
from corner_app.devices.languages.zpl import STATUS_QUERY, encode, parse_status
from corner_app.devices.profile import Profile
from corner_app.devices.simulators.printer import PrinterSimulator
from corner_app.devices.transports.errors import InDoubt, NotSent
from corner_app.devices.transports.serial import SerialPrinter

LABEL = encode(Sheet(64, 4000, bytes(range(256)) * 125), Profile(name="A printer", language="zpl", compression="hex"), 1)


class Line:
    """A simulated printer's serial port, served on a thread."""

    def __init__(self, folder: Path) -> None:
        self.simulator = PrinterSimulator(folder / "paper")
        self.link = folder / "printer"
        self.stop = threading.Event()
        self.off = threading.Event()
        self.thread = threading.Thread(target=self._serve, name="serial-printer")
        self.printer = SerialPrinter(str(self.link), 115_200, timeout_s=5)
        self.settled: list[tuple[str, str, str, str]] = []

    def _serve(self) -> None:
        self.simulator.run_serial(self.link, self.stop)
        self.off.set()

    def print(self, draw: object = None) -> bool:
        jobs = ["one"]
        return spool.print_next(
            lambda: jobs[0] if jobs else None, jobs.remove, lambda job: LABEL, self.printer, lambda *settled: self.settled.append(settled)
        )  # fmt: skip


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    made = Line(tmp_path)
    made.thread.start()
    for _ in range(100):
        if made.link.is_symlink():
            break
        made.off.wait(0.05)
    yield made
    made.stop.set()
    made.thread.join(10)
    made.simulator._listener.close()
    assert not made.thread.is_alive()


def test_a_label_is_printed_and_counted(line: Line) -> None:
    assert line.print()
    assert line.settled == [("one", "printed", "printer", "")]
    assert [path.name for path in line.simulator.printed] == ["label-0001.png"]


def test_it_answers_over_the_line(line: Line) -> None:
    status = parse_status(line.printer.ask(STATUS_QUERY, 5))
    assert status is not None
    assert not status.reasons


def test_a_fault_leaves_the_job_queued(line: Line) -> None:
    line.simulator.faults.add("media_out")
    assert not line.print()
    assert line.settled == []


def test_a_cable_pulled_within_the_label_is_in_doubt(line: Line) -> None:
    line.simulator.reset_after = 20_000
    with pytest.raises(InDoubt) as doubt:
        line.printer.send(LABEL)
    assert 0 < doubt.value.sent < len(LABEL)
    assert line.off.wait(10)
    with pytest.raises(NotSent, match="missing"):
        line.printer.send(LABEL)
    assert line.simulator.printed == []
