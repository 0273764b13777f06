"""From an identity and a model to the way to that printer."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from serial.tools import list_ports

from corner_app.devices.identity import Identity, Look, Named, Tcp, Usb, present_path
from corner_app.devices.profile import Profile
from corner_app.devices.transports.cups import CupsPrinter
from corner_app.devices.transports.file import FilePrinter
from corner_app.devices.transports.serial import SerialPrinter
from corner_app.devices.transports.tcp import TcpPrinter
from corner_app.devices.transports.transport import Enough, Transport
from corner_app.devices.transports.usb import UsbPrinter
from corner_app.devices.transports.usb_nodes import usb_nodes
from corner_app.devices.transports.windows import WindowsPrinter

_PRINTER_NODE = re.compile(r"/dev/(usb/)?lp\d+")


def transport_of(identity: Identity, profile: Profile, *, ports: Look = list_ports.comports, nodes: Look = usb_nodes) -> Transport:
    """The way to a printer; nothing is opened yet. ports, nodes: serial ports and printers of the USB printer class that are plugged in."""
    match identity:
        case Tcp(host, port):
            return TcpPrinter(host, port, two_way=profile.two_way)
        case Usb() if sys.platform == "linux":
            return _OnUsb(identity, _of_class(identity, profile, nodes), _on_line(identity, profile, ports), nodes)
        case Named("cups", name):
            return CupsPrinter(name, raw=profile.language != "pdf")
        case Named("windows", name):
            return WindowsPrinter(name)
        case Named("file", name):
            return FilePrinter(Path(name), f".{profile.language}")
        case Named("path", name) if _PRINTER_NODE.fullmatch(name):
            return _of_class(identity, profile, nodes)
    return _on_line(identity, profile, ports)


def _of_class(identity: Identity, profile: Profile, nodes: Look) -> UsbPrinter:
    return UsbPrinter(identity, two_way=profile.two_way, chunk=profile.chunk, pause_ms=profile.pause_ms, look=nodes)


def _on_line(identity: Identity, profile: Profile, ports: Look) -> SerialPrinter:
    return SerialPrinter(
        identity, profile.baud, two_way=profile.two_way, rts_cts=profile.rts_cts, bits=profile.bits, parity=profile.parity, chunk=profile.chunk,
        pause_ms=profile.pause_ms, look=ports,
    )  # fmt: skip


class _OnUsb:
    """A printer on USB is of the printer class or a serial port: which, shows when it is plugged in."""

    writes_files = False

    def __init__(self, identity: Usb, of_class: UsbPrinter, on_line: SerialPrinter, nodes: Look) -> None:
        self.name = str(identity)
        self.two_way = of_class.two_way
        self._identity, self._of_class, self._on_line, self._nodes = identity, of_class, on_line, nodes

    def send(self, data: bytes, enough: Enough | None = None, wait_s: float = 0.0) -> bytes:
        return self._present().send(data, enough, wait_s)

    def ask(self, query: bytes, wait_s: float) -> bytes:
        return self._present().ask(query, wait_s)

    def _present(self) -> Transport:
        return self._on_line if present_path(self._identity, self._nodes) is None else self._of_class
