"""What is attached to this machine, and what language a printer answers to. Nothing on the network is searched, and no label text is sent to find out."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, Protocol

from serial.tools import list_ports

from corner_app.devices.identity import Attached, Identity, Named, identities
from corner_app.devices.profile import LanguageName
from corner_app.devices.transports import cups, windows
from corner_app.devices.transports.transport import Transport
from corner_app.devices.transports.usb_nodes import UsbNode, usb_nodes
from corner_app.devices.transports.winspool import SpoolerTrouble, Winspool, system_spooler

WAIT_S = 0.5
"""How long each question of a probe waits for its answer."""


@dataclass(frozen=True, slots=True)
class Found:
    """Something a printer may be behind.

    way: a serial port (a scanner or a scale may be on it as well), a printer of the USB printer class, or a queue of the system. about: what it
    calls itself, "" nothing. language: a guess from that, None without one. two_way: whether it can answer. trouble: why no label goes there, as a
    word of `NotSent`, "" when one does.
    """

    identity: Identity
    way: Literal["serial", "usb", "queue"]
    about: str = ""
    language: LanguageName | None = None
    two_way: bool = True
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a printer answered to. model: in its own words, "" when it does not say. dpi: of its head, 0 when it does not say. raw: the answer."""

    language: LanguageName
    model: str
    dpi: int
    raw: bytes


class SerialPort(Attached, Protocol):
    """As `list_ports` has it. description: "n/a" for none."""

    @property
    def description(self) -> str: ...


def attached() -> tuple[Found, ...]:
    """What is attached now."""
    found = serial_ports(list_ports.comports())
    if sys.platform == "win32":
        return (*found, *windows_queues(system_spooler()))
    return (*found, *usb_printers(usb_nodes()), *cups_queues(cups.queues()))


def serial_ports(ports: Iterable[SerialPort]) -> tuple[Found, ...]:
    """Serial ports, those on USB by what they are."""
    things = list(ports)
    named = zip(things, identities(things), strict=True)
    return tuple(Found(identity, "serial", "" if port.description == "n/a" else port.description) for port, identity in named)


def usb_printers(nodes: Iterable[UsbNode]) -> tuple[Found, ...]:
    """Printers of the USB printer class."""
    things = list(nodes)
    return tuple(Found(identity, "usb", _called(node), node.id.language, node.two_way) for node, identity in zip(things, identities(things), strict=True))


def cups_queues(queues: Iterable[cups.Queue]) -> tuple[Found, ...]:
    """Queues of CUPS. One that is merely busy is no trouble."""
    return tuple(Found(Named("cups", one.name), "queue", one.about, None, False, one.trouble.replace("busy", "")) for one in queues)


def windows_queues(spooler: Winspool) -> tuple[Found, ...]:
    """Queues of Windows; none when its spooler does not say."""
    try:
        names = spooler.names()
    except SpoolerTrouble:
        return ()
    return tuple(Found(Named("windows", name), "queue", name, None, False, _trouble(spooler, name)) for name in names)


def probe(transport: Transport, wait_s: float = WAIT_S) -> Spoken | None:
    """Asks a printer what it understands; None when it answers nothing that is known. Raises NotSent when it is not reached.

    No question prints anything in any of the languages: those that are text elsewhere are wiped out (`ESC @`) before a line could end.
    """
    for query, read in _QUESTIONS:
        heard = transport.ask(query, wait_s)
        spoken = read(heard, lambda more: transport.ask(more, wait_s)) or _zpl(heard, _silent) or _brother(heard, _silent)  # one may answer late
        if spoken is not None:
            return spoken
    return None


def _called(node: UsbNode) -> str:
    model = node.id.model or node.id.description
    return model if model.upper().startswith(node.id.maker.upper()) else f"{node.id.maker} {model}".strip()


def _trouble(spooler: Winspool, name: str) -> str:
    try:
        handle = spooler.open(name)
        try:
            return windows.queue_trouble(spooler.queue(handle)).replace("busy", "")
        finally:
            spooler.close(handle)
    except SpoolerTrouble:
        return "missing"


More = Callable[[bytes], bytes]
"""Asks one question more."""
_ZPL = re.compile(rb"([^\x00-\x1f,]{1,40}),(V?[^\x00-\x1f,]{1,20}),(\d{1,2}),(\d+ ?[KM]B)\b")
_DPI = {6: 152, 8: 203, 12: 300, 24: 600}
"""By dots a millimetre."""
_FLOW = b"\x11\x13"
"""XON and XOFF, which a printer sends that is set to stop the line by them."""
_TSPL_STATUS = b"\x1b!?"
_BROTHER = re.compile(rb"\x80\x20B(.)(.).{27}", re.DOTALL)
_QL_SERIES = 0x34
_QL = {
    0x4F: "QL-550", 0x31: "QL-560", 0x32: "QL-570", 0x33: "QL-580N", 0x34: "QL-1060N", 0x35: "QL-700", 0x36: "QL-710W", 0x37: "QL-720NW",
    0x38: "QL-800", 0x39: "QL-810W", 0x41: "QL-820NWB", 0x43: "QL-1100", 0x44: "QL-1110NWB", 0x45: "QL-1115NWB", 0x47: "QL-600", 0x50: "QL-1050",
    0x51: "QL-650TD",
}  # fmt: skip
"""Byte 4 of the status (Brother's raster command references); QL-500 gives the number of QL-550."""


def _zpl(heard: bytes, more: More) -> Spoken | None:
    """`~HI`: model, version, dots a millimetre, memory, options."""
    found = _ZPL.search(heard)
    return Spoken("zpl", _text(found[1]), _DPI.get(int(found[3]), 0), heard) if found else None


def _tspl(heard: bytes, more: More) -> Spoken | None:
    """`ESC !?`: one byte of status at any time, twice, so that it is no noise; `~!T`: the model, when it is ready.

    Only a printer that answered so is sent line ends: the first closes what it did not understand before.
    """
    if len(heard) != 1 or heard in _FLOW or len(more(_TSPL_STATUS)) != 1:
        return None
    return Spoken("tspl", _text(more(b"\r\n~!T\r\n")), 0, heard)


def _escpos(heard: bytes, more: More) -> Spoken | None:
    """`DLE EOT 1`: 0xx1xx10; `GS I 67`: "_", the model, NUL."""
    if len(heard) != 1 or heard[0] & 0x93 != 0x12:
        return None
    found = re.search(rb"_([^\x00]{1,80})\x00", more(b"\x1dIC"))
    return Spoken("escpos", _text(found[1]) if found else "", 0, heard)


def _brother(heard: bytes, more: More) -> Spoken | None:
    """`ESC i S`: 32 bytes."""
    found = _BROTHER.search(heard)
    return Spoken("brother_ql", _QL.get(found[2][0], ""), 300, heard) if found and found[1][0] == _QL_SERIES else None


_QUESTIONS: tuple[tuple[bytes, Callable[[bytes, More], Spoken | None]], ...] = (
    (b"~HI\x1b@", _zpl), (_TSPL_STATUS, _tspl), (b"\x1b@\x10\x04\x01", _escpos), (b"\x1b@\x1biS", _brother),
)  # fmt: skip


def _silent(more: bytes) -> bytes:
    return b""


def _text(raw: bytes) -> str:
    text = raw.decode("latin-1")
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
