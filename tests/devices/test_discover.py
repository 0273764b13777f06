"""What is attached is told by what it is, and a printer is asked for its language without a mark on its paper."""

from __future__ import annotations

import contextlib
import os
import re
import select
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

if os.name != "posix":
    pytest.skip("pseudo-terminals are POSIX", allow_module_level=True)

from tests.devices.test_windows_spooler import Spooler

from corner_app.devices import discover
from corner_app.devices.discover import Found, Spoken, attached, cups_queues, probe, serial_ports, usb_printers, windows_queues
from corner_app.devices.identity import Named, Usb
from corner_app.devices.simulators.terminal import Terminal
from corner_app.devices.transports.cups import Queue
from corner_app.devices.transports.errors import NotSent
from corner_app.devices.transports.ieee1284 import DeviceId, device_id
from corner_app.devices.transports.serial import SerialPrinter
from corner_app.devices.transports.tcp import TcpPrinter
from corner_app.devices.transports.transport import Transport
from corner_app.devices.transports.usb_nodes import UsbNode
from corner_app.devices.transports.winspool import Winspool

QL_800 = b"\x80\x20B48\x30" + bytes(4) + b"\x3e\x0a" + bytes(20)
ANSWERS: dict[str, dict[bytes, bytes]] = {
    "zpl": {rb"~HI": b"\x02ZD421-203dpi,V93.21.07Z,8,65536KB\x03\r\n"},
    "tspl": {rb"\x1b!\?": b"\x00", rb"\r\n~!T\r\n": b"TTP-244 Plus\r\n"},
    "tspl without paper": {rb"\x1b!\?": b"\x04"},
    "escpos": {rb"\x10\x04\x01": b"\x12", rb"\x1dIC": b"_TM-T20III\x00"},
    "escpos without paper": {rb"\x10\x04\x01": b"\x1a"},
    "brother_ql": {rb"\x1biS": QL_800},
    "mute": {},
    "stopped by XOFF": {rb"\x1b!\?": b"\x13"},
    "noise": {rb"~HI": b"\xff\x00\xfe", rb"\x10\x04\x01": b"\x00"},
}
SPOKEN = {
    "zpl": ("zpl", "ZD421-203dpi", 203),
    "tspl": ("tspl", "TTP-244 Plus", 0),
    "tspl without paper": ("tspl", "", 0),
    "escpos": ("escpos", "TM-T20III", 0),
    "escpos without paper": ("escpos", "", 0),
    "brother_ql": ("brother_ql", "QL-800", 300),
    "mute": None,
    "stopped by XOFF": None,
    "noise": None,
}


class Responder:
    """A printer's ears and mouth: answers what its language knows, remembers every byte, and what stands in an unfinished line."""

    def __init__(self, answers: dict[bytes, bytes]) -> None:
        self._answers = [(re.compile(query), answer) for query, answer in answers.items()]
        self._held = b""
        self.heard = b""

    def obey(self, data: bytes) -> bytes:
        self.heard += data
        self._held += data
        said = b""
        for query, answer in self._answers:
            while found := query.search(self._held):
                said += answer
                self._held = self._held[: found.start()] + self._held[found.end() :]
        return said


@pytest.fixture
def on_the_network() -> Iterator[Callable[[Responder], Transport]]:
    stop = threading.Event()
    threads: list[threading.Thread] = []

    def make(responder: Responder) -> Transport:
        listener = socket.create_server(("127.0.0.1", 0))
        listener.settimeout(0.05)

        def serve() -> None:
            with listener:
                while not stop.is_set():
                    with contextlib.suppress(TimeoutError), listener.accept()[0] as link:
                        link.settimeout(5)
                        while data := link.recv(4096):
                            link.sendall(responder.obey(data))

        threads.append(threading.Thread(target=serve, name="printer"))
        threads[-1].start()
        return TcpPrinter("127.0.0.1", listener.getsockname()[1])

    yield make
    stop.set()
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()


@pytest.fixture
def on_a_line(tmp_path: Path) -> Iterator[Callable[[Responder], Transport]]:
    stop = threading.Event()
    port = Terminal(tmp_path / "ttyUSB0")
    threads: list[threading.Thread] = []

    def make(responder: Responder) -> Transport:
        def serve() -> None:
            while not stop.is_set():
                if select.select([port.far_end], [], [], 0.05)[0]:
                    os.write(port.far_end, responder.obey(os.read(port.far_end, 4096)))

        threads.append(threading.Thread(target=serve, name="printer"))
        threads[-1].start()
        return SerialPrinter(str(port.link), 9600)

    yield make
    stop.set()
    for thread in threads:
        thread.join(10)
    port.unplug()


Make = Callable[[Responder], Transport]
WAIT_S = 0.2


def told(spoken: Spoken | None) -> tuple[str, str, int] | None:
    return None if spoken is None else (spoken.language, spoken.model, spoken.dpi)


@pytest.mark.parametrize("kind", ANSWERS)
def test_a_printer_on_the_network_is_known_by_what_it_answers_and_prints_nothing(on_the_network: Make, kind: str) -> None:
    """A receipt printer prints at a line end what it took for text; `ESC @` empties it before one comes."""
    responder = Responder(ANSWERS[kind])
    assert told(probe(on_the_network(responder), WAIT_S)) == SPOKEN[kind]
    assert responder.heard.count(b"~HI") == responder.heard.count(b"~HI\x1b@") == 1
    assert kind.startswith("tspl") or not re.search(rb"[\r\n\x0c]|~!T", responder.heard)


@pytest.mark.parametrize("kind", ANSWERS)
def test_a_printer_on_a_line_is_known_by_what_it_answers(on_a_line: Make, kind: str) -> None:
    assert told(probe(on_a_line(Responder(ANSWERS[kind])), WAIT_S)) == SPOKEN[kind]


def test_one_stray_byte_is_no_printer(on_a_line: Make) -> None:
    class Stray(Responder):
        def obey(self, data: bytes) -> bytes:
            super().obey(data)
            return b"\x00" if self.heard.count(b"\x1b!?") == 1 and data == b"\x1b!?" else b""

    responder = Stray({})
    assert probe(on_a_line(responder), WAIT_S) is None
    assert b"~!T" not in responder.heard


def test_a_loop_of_wire_is_no_printer(on_the_network: Make) -> None:
    class Echo(Responder):
        def obey(self, data: bytes) -> bytes:
            return data

    assert probe(on_the_network(Echo({})), WAIT_S) is None


def test_an_answer_that_comes_late_is_still_understood(on_a_line: Make) -> None:
    """A printer waking up answers the first question within the second's time."""

    class Sleepy(Responder):
        def obey(self, data: bytes) -> bytes:
            return super().obey(data) if b"!?" in data else b""

    assert told(probe(on_a_line(Sleepy({rb"\x1b!\?": ANSWERS["zpl"][rb"~HI"]})), WAIT_S)) == SPOKEN["zpl"]


def test_a_printer_that_is_not_reached_is_told_from_one_that_is_mute(tmp_path: Path) -> None:
    with pytest.raises(NotSent):
        probe(SerialPrinter(str(tmp_path / "none"), 9600))


@pytest.mark.parametrize(
    ("answer", "model", "dpi"),
    [
        (b"\x02ZT230-300dpi,V72.19.15Z,12,8176KB\x03\r\n", "ZT230-300dpi", 300),
        (b"GX420t,V56.17.17Z,8,2104KB,X", "GX420t", 203),
        (b"\x02ZTC 105SL-200dpi,V45.11.5,8,512KB,CUTTER\x03\r\n", "ZTC 105SL-200dpi", 203),
        (b"\x02030,0,0,1218,000,0,0,0,000,0,0,0\x03\r\n", None, 0),
        (b"\x02000,0,0,0,0,2,4,0,00000000,1,000\x03\r\n", None, 0),
    ],
)
def test_answers_to_hi_as_printers_have_them(answer: bytes, model: str | None, dpi: int) -> None:
    spoken = discover._zpl(answer, discover._silent)
    assert (spoken and spoken.model, spoken.dpi if spoken else 0) == (model, dpi)


@given(st.binary(max_size=80))
def test_whatever_is_heard_is_a_language_or_none(heard: bytes) -> None:
    for _, read in discover._QUESTIONS:
        spoken = read(heard, lambda more: heard)
        assert spoken is None or spoken.model.isprintable()


@dataclass(frozen=True)
class Port:
    device: str
    vid: int | None
    pid: int | None
    serial_number: str | None
    location: str | None
    description: str


def test_serial_ports_are_told_by_what_is_on_them() -> None:
    ports = [
        Port("/dev/ttyS0", None, None, None, None, "n/a"),
        Port("/dev/ttyACM0", 0x05E0, 0x1701, "SIM0001", "3-1:1.0", "Symbol Bar Code Scanner"),
        Port("/dev/ttyUSB0", 0x1A86, 0x7523, None, "3-2", "USB Serial"),
    ]
    assert serial_ports(ports) == (
        Found(Named("path", "/dev/ttyS0"), "serial"),
        Found(Usb(0x05E0, 0x1701, "SIM0001"), "serial", "Symbol Bar Code Scanner"),
        Found(Usb(0x1A86, 0x7523, place="3-2"), "serial", "USB Serial"),
    )


def test_printers_on_usb_are_told_by_their_own_words() -> None:
    nodes = [
        UsbNode("/dev/usb/lp0", 0x0A5F, 0x0166, "D2J1", "1-2", True, device_id("MFG:Zebra ;CMD:ZPL;MDL:ZTC ZD421-203dpi ZPL;")),
        UsbNode("/dev/usb/lp1", 0x04B8, 0x0202, None, "1-3", False, device_id("MFG:EPSON;CMD:ESC/POS;MDL:TM-T20II;DES:EPSON TM-T20II;")),
        UsbNode("/dev/usb/lp2", 0x0FE6, 0x811E, None, "1-4", True, DeviceId()),
    ]
    assert usb_printers(nodes) == (
        Found(Usb(0x0A5F, 0x0166, "D2J1"), "usb", "Zebra ZTC ZD421-203dpi ZPL", "zpl"),
        Found(Usb(0x04B8, 0x0202, place="1-3"), "usb", "EPSON TM-T20II", "escpos", two_way=False),
        Found(Usb(0x0FE6, 0x811E, place="1-4"), "usb"),
    )


def test_queues_are_told_with_what_is_wrong_with_them() -> None:
    queues = (Queue("label", "Label printer", ""), Queue("office", "", "queue_retries"), Queue("works", "", "busy"))
    assert cups_queues(queues) == (
        Found(Named("cups", "label"), "queue", "Label printer", None, two_way=False),
        Found(Named("cups", "office"), "queue", "", None, two_way=False, trouble="queue_retries"),
        Found(Named("cups", "works"), "queue", "", None, two_way=False),
    )
    spooler = Spooler()
    spooler.queue.status = 1
    found = windows_queues(Winspool(spooler, spooler, lambda: spooler.error))
    assert [(str(one.identity), one.trouble) for one in found] == [("windows:Zebra", "stopped"), ("windows:\\\\server\\QL", "missing")]
    spooler.fails["EnumPrintersW"] = 1722
    assert windows_queues(Winspool(spooler, spooler, lambda: spooler.error)) == ()


def test_this_machine_is_looked_at_without_an_error() -> None:
    assert all(found.way in ("serial", "usb", "queue") for found in attached())
