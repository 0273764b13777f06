"""Settings lead to the printer they mean, with what its model needs."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

if os.name != "posix":
    pytest.skip("pseudo-terminals are POSIX", allow_module_level=True)

from corner_app.devices.identity import Attached, identity_of
from corner_app.devices.profile import Profile
from corner_app.devices.simulators.terminal import Terminal
from corner_app.devices.transports.cups import CupsPrinter
from corner_app.devices.transports.errors import NotSent
from corner_app.devices.transports.file import FilePrinter
from corner_app.devices.transports.open import transport_of
from corner_app.devices.transports.serial import SerialPrinter
from corner_app.devices.transports.tcp import TcpPrinter
from corner_app.devices.transports.usb import UsbPrinter
from corner_app.devices.transports.windows import WindowsPrinter

PROFILE = Profile(name="One", language="zpl")
SLOW = Profile(name="Two", language="tspl", two_way=False, baud=19_200, bits=7, parity="even", rts_cts=False, chunk=128, pause_ms=20)


@dataclass(frozen=True)
class Plugged:
    device: str
    vid: int | None = 0x0A5F
    pid: int | None = 0x0166
    serial_number: str | None = "D2J1"
    location: str | None = "1-2"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("tcp:192.168.1.50:9100", TcpPrinter), ("path:/dev/ttyS0", SerialPrinter), ("path:COM3", SerialPrinter), ("path:/dev/usb/lp0", UsbPrinter),
        ("path:/dev/lp0", UsbPrinter), ("cups:label", CupsPrinter), ("windows:Zebra ZD421", WindowsPrinter), ("file:labels", FilePrinter),
    ],
)  # fmt: skip
def test_every_identity_leads_to_its_way_and_is_its_name(text: str, kind: type) -> None:
    made = transport_of(identity_of(text), PROFILE)
    assert type(made) is kind
    assert made.name == text


def test_a_line_is_opened_as_the_model_needs_it() -> None:
    made = transport_of(identity_of("path:/dev/ttyS0"), SLOW)
    assert isinstance(made, SerialPrinter)
    assert (made.baud, made.bits, made.parity, made.rts_cts) == (19_200, 7, "even", False)
    assert (made.two_way, made.chunk, made.pause_s) == (False, 128, 0.02)


@pytest.mark.parametrize("text", ["tcp:printer:9100", "path:/dev/ttyS0", "path:/dev/usb/lp0", "usb:0A5F:0166:D2J1"])
def test_a_model_that_never_answers_is_one_way_on_every_line(text: str) -> None:
    assert not transport_of(identity_of(text), SLOW).two_way
    assert transport_of(identity_of(text), PROFILE).two_way


@pytest.mark.skipif(sys.platform != "linux", reason="the printer class is Linux's here")
def test_a_printer_on_usb_may_come_back_as_another_kind_of_device(tmp_path: Path) -> None:
    """Many can be set to be a serial port or of the printer class; both are the same printer to the settings."""
    node, line = Terminal(tmp_path / "lp0"), Terminal(tmp_path / "ttyACM0")
    nodes: list[Attached] = [Plugged(str(node.link))]
    ports: list[Attached] = []
    printer = transport_of(identity_of("usb:0A5F:0166:D2J1"), PROFILE, ports=lambda: ports, nodes=lambda: nodes)
    printer.send(b"first")
    assert os.read(node.far_end, 100) == b"first"
    nodes.clear()
    with pytest.raises(NotSent, match="missing"):
        printer.ask(b"~HS", 1)
    ports.append(Plugged(str(line.link), location="1-2:1.0"))
    printer.send(b"second")
    assert os.read(line.far_end, 100) == b"second"
    assert printer.name == "usb:0A5F:0166:D2J1"
    node.unplug()
    line.unplug()


def test_files_are_called_by_their_language(tmp_path: Path) -> None:
    for language in ("zpl", "pdf"):
        transport_of(identity_of(f"file:{tmp_path}"), Profile(name="A", language=language)).send(b"label")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["label-000001.zpl", "label-000002.pdf"]
