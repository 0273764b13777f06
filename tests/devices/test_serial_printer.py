"""A printer on a serial line (a pseudo-terminal): the same promises as on the network."""

from __future__ import annotations

import os
import select
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

if os.name != "posix":
    pytest.skip("pseudo-terminals are POSIX", allow_module_level=True)

import termios

import serial
from tests.devices.queues import Jobs
from tests.devices.sheets import Sheet

from corner_app.devices import spool
from corner_app.devices.languages.zpl import STATUS_QUERY, ZPL, encode, parse_status
from corner_app.devices.printer import Printer
from corner_app.devices.profile import Profile
from corner_app.devices.simulators.printer import PrinterSimulator
from corner_app.devices.simulators.terminal import Terminal
from corner_app.devices.transports.errors import InDoubt, NotSent
from corner_app.devices.transports.line import Stuck, wait_until_clear, wait_until_gone
from corner_app.devices.transports.serial import SerialPrinter

PAGE, PROFILE = Sheet(64, 4000, bytes(range(256)) * 125), Profile(name="A printer", language="zpl", compression="hex")
if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

LABEL = encode(PAGE, PROFILE, 1)


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

    def print(self) -> bool:
        jobs = Jobs("one", page=PAGE)
        self.settled = jobs.settled
        return spool.Spool(jobs, Printer(self.printer, ZPL, PROFILE)).print_next()


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


@dataclass(frozen=True)
class Plugged:
    """A USB serial adapter as `list_ports` tells it."""

    device: str
    vid: int | None = 0x0403
    pid: int | None = 0x6001
    serial_number: str | None = "P1"
    location: str | None = "1-1"


class Cable:
    """A bare line: what arrives at the printer's end, taken by the test itself."""

    def __init__(self, link: Path) -> None:
        self.port = Terminal(link)

    def take(self, count: int) -> bytes:
        data = b""
        while len(data) < count and select.select([self.port.far_end], [], [], 5)[0]:
            data += os.read(self.port.far_end, 4096)
        return data

    def left(self) -> bytes:
        data = b""
        while select.select([self.port.far_end], [], [], 0)[0]:
            data += os.read(self.port.far_end, 4096)
        return data


@pytest.fixture
def cable(tmp_path: Path) -> Iterator[Cable]:
    made = Cable(tmp_path / "ttyUSB0")
    yield made
    made.port.unplug()


EVERY_BYTE = bytes(range(256)) * 4


def test_every_byte_arrives_as_it_is_and_no_byte_stops_the_line(cable: Cable) -> None:
    printer = SerialPrinter(str(cable.port.link), 115_200)
    assert printer.send(EVERY_BYTE) == b""
    assert cable.take(len(EVERY_BYTE)) == EVERY_BYTE
    iflag, _, cflag = termios.tcgetattr(cable.port.far_end)[:3]
    assert not iflag & (termios.IXON | termios.IXOFF)
    assert cflag & termios.CRTSCTS


def test_a_cable_of_three_wires_asks_no_wire(cable: Cable) -> None:
    assert SerialPrinter(str(cable.port.link), 9600, rts_cts=False).send(b"^XA^XZ") == b""
    assert not termios.tcgetattr(cable.port.far_end)[2] & termios.CRTSCTS


@pytest.mark.parametrize(("bits", "parity"), [(8, "none"), (7, "even"), (7, "odd"), (8, "even")])
def test_bits_and_parity_are_as_the_profile_says(cable: Cable, bits: Literal[7, 8], parity: Literal["none", "even", "odd"]) -> None:
    """A pseudo-terminal keeps eight bits whatever it is told, so this looks at what the port was asked for."""
    with SerialPrinter(str(cable.port.link), 9600, bits=bits, parity=parity)._opened() as link:
        assert (link.bytesize, link.parity, link.stopbits, link.baudrate) == (bits, parity[0].upper(), 1, 9600)


def test_an_answer_is_heard_while_the_line_is_still_open(cable: Cable) -> None:
    printer = SerialPrinter(str(cable.port.link), 115_200)

    def answer() -> None:
        cable.take(3)
        os.write(cable.port.far_end, b"\x37\x22")
        asked.wait(5)
        os.write(cable.port.far_end, b"0001\x00")

    def enough(heard: bytes) -> bool:
        asked.set()
        return heard.endswith(b"\x00")

    asked = threading.Event()
    far = threading.Thread(target=answer, name="far-end")
    far.start()
    assert printer.send(b"abc", enough, 5) == b"\x37\x220001\x00"
    far.join(5)


def test_a_cable_pulled_while_listening_ends_the_listening_only(cable: Cable) -> None:
    heard = threading.Event()

    def pull() -> None:
        cable.take(3)
        os.write(cable.port.far_end, b"ok")
        heard.wait(5)
        cable.port.unplug()

    def enough(answer: bytes) -> bool:
        heard.set()
        return False

    far = threading.Thread(target=pull, name="far-end")
    far.start()
    assert SerialPrinter(str(cable.port.link), 115_200).send(b"abc", enough, 5) == b"ok"
    far.join(5)


def test_a_printer_that_swallows_bytes_gets_its_rests(cable: Cable) -> None:
    printer = SerialPrinter(str(cable.port.link), 115_200, chunk=64, pause_ms=10)
    began = time.monotonic()
    printer.send(bytes(640))
    assert time.monotonic() - began >= 10 * 0.010
    assert cable.take(640) == bytes(640)


def test_a_printer_that_stops_taking_bytes_is_in_doubt_and_gets_no_more_later(cable: Cable) -> None:
    label = b"x" * 200_000
    with pytest.raises(InDoubt) as doubt:
        SerialPrinter(str(cable.port.link), 115_200, timeout_s=0.2).send(label)
    assert (doubt.value.reason, doubt.value.sent < len(label)) == ("timeout", True)
    seen = cable.left()
    assert len(seen) < len(label)
    SerialPrinter(str(cable.port.link), 115_200).send(b"NEXT")
    assert cable.take(4).endswith(b"NEXT")
    assert cable.left() == b""


def test_a_question_nobody_answers_is_mute(cable: Cable) -> None:
    assert SerialPrinter(str(cable.port.link), 9600).ask(STATUS_QUERY, 0.05) == b""


def test_a_line_another_program_has_is_busy(cable: Cable) -> None:
    printer = SerialPrinter(str(cable.port.link), 9600)
    with printer._opened(), pytest.raises(NotSent, match="busy"):
        printer.send(b"abc")


def test_a_path_whose_link_moved_leads_to_the_new_port(tmp_path: Path) -> None:
    """As /dev/serial/by-id does after a replug."""
    one, two, link = Cable(tmp_path / "ttyUSB0"), Cable(tmp_path / "ttyUSB1"), tmp_path / "by-id"
    printer = SerialPrinter(f"path:{link}", 115_200)
    link.symlink_to(one.port.link)
    printer.send(b"first")
    link.unlink()
    one.port.unplug()
    with pytest.raises(NotSent, match="missing"):
        printer.send(b"lost")
    link.symlink_to(two.port.link)
    printer.send(b"second")
    assert two.take(6) == b"second"
    two.port.unplug()


def test_a_usb_printer_is_found_again_when_its_port_has_another_name(tmp_path: Path) -> None:
    one, two = Cable(tmp_path / "ttyUSB0"), Cable(tmp_path / "ttyUSB1")
    here = Plugged(str(one.port.link))
    stranger = Plugged(str(one.port.link), serial_number="P2", location="1-2")
    plugged = [here]
    printer = SerialPrinter("usb:0403:6001:P1", 115_200, look=lambda: plugged)
    assert printer.name == "usb:0403:6001:P1"
    printer.send(b"first")
    assert one.take(5) == b"first"
    plugged[:] = [stranger]
    with pytest.raises(NotSent, match="missing"):
        printer.ask(STATUS_QUERY, 1)
    plugged[:] = [stranger, replace(here, device=str(two.port.link), location="1-4")]
    printer.send(b"second")
    assert two.take(6) == b"second"
    assert one.left() == b""
    one.port.unplug()
    two.port.unplug()


@dataclass
class Wires:
    """A line whose wires the test moves: one value at each look, the last for ever."""

    clear: list[bool] = field(default_factory=lambda: [True])
    waiting: list[int] = field(default_factory=lambda: [0])

    @property
    def cts(self) -> bool:
        return self.clear.pop(0) if len(self.clear) > 1 else self.clear[0]

    @property
    def out_waiting(self) -> int:
        return self.waiting.pop(0) if len(self.waiting) > 1 else self.waiting[0]


def test_a_printer_that_is_off_says_so_before_the_first_byte() -> None:
    wait_until_clear(Wires([False, False, True]), 5)
    with pytest.raises(Stuck):
        wait_until_clear(Wires([False]), 0.03)


def test_bytes_on_their_way_are_waited_for_as_long_as_they_move() -> None:
    wait_until_gone(Wires(waiting=[*range(20, 0, -1), 0]), 0.05)
    with pytest.raises(Stuck):
        wait_until_gone(Wires(waiting=[300, 200, 100]), 0.03)


class Port(serial.Serial):
    """A port that holds what it is given until the far end is ready, as a chip does and a pseudo-terminal does not."""

    def __init__(self, clear: bool) -> None:
        super().__init__()
        self.clear, self.held = clear, b""

    def write(self, data: ReadableBuffer, /) -> int:
        self.held += bytes(data)
        if len(self.held) > 4096:
            raise serial.SerialTimeoutException
        return len(bytes(data))

    @property
    def cts(self) -> bool:
        return self.clear

    @property
    def out_waiting(self) -> int:
        return len(self.held)

    def reset_output_buffer(self) -> None:
        self.held = b""


class OnPort(SerialPrinter):
    def __init__(self, port: Port, *, rts_cts: bool = True) -> None:
        super().__init__("path:none", 9600, timeout_s=0.05, rts_cts=rts_cts)
        self.port = port

    def _opened(self) -> serial.Serial:
        return self.port


def test_a_printer_that_is_off_has_been_sent_nothing() -> None:
    port = Port(clear=False)
    with pytest.raises(NotSent, match="timeout"):
        OnPort(port).send(b"label")
    assert port.held == b""


@pytest.mark.parametrize("size", [100, 10_000])
def test_what_a_stalled_printer_has_not_taken_never_reaches_it(size: int) -> None:
    port = Port(clear=True)
    with pytest.raises(InDoubt, match="timeout"):
        OnPort(port, rts_cts=False).send(bytes(size))
    assert port.held == b""


def test_a_question_to_a_printer_that_is_off_never_reaches_it() -> None:
    port = Port(clear=False)
    assert OnPort(port).ask(b"~HS", 0.05) == b""
    assert port.held == b""
