"""A printer of the USB printer class: through `usblp` to a gadget that is one."""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Event

from tests.usb.guest.firmware import MODEL, firmware
from tests.usb.guest.gadget import Gadget
from tests.usb.guest.scenario import meanwhile, scenario, wait_for

from corner_app.devices import discover
from corner_app.devices.discover import Found, probe
from corner_app.devices.identity import identity_of, present_path
from corner_app.devices.languages.page import Code
from corner_app.devices.languages.zpl import ZPL
from corner_app.devices.printer import Printer
from corner_app.devices.profile import plain_zpl
from corner_app.devices.proof import PATIENT, Proof, send_and_prove
from corner_app.devices.status import PrinterStatus
from corner_app.devices.transports.errors import InDoubt, NotSent
from corner_app.devices.transports.open import transport_of
from corner_app.devices.transports.usb import UsbPrinter
from corner_app.devices.transports.usb_nodes import usb_nodes

NAME, OTHER_NAME = "usb:0A5F:0166:D2J1", "usb:0A5F:0166:D2J2"
ID = "MANUFACTURER:Zebra Technologies ;COMMAND SET:ZPL;MODEL:ZTC ZD421-203dpi ZPL;CLASS:PRINTER;OPTIONS:XML;"
PRINTER = Gadget("printer", {"pnp_string": ID}, vid=0x0A5F, pid=0x0166, serial="D2J1", maker="Zebra Technologies", product="ZD421")
OTHER = Gadget("printer", {"pnp_string": ID}, vid=0x0A5F, pid=0x0166, serial="D2J2", maker="Zebra Technologies", product="ZD421")
FAR, OTHER_FAR = "/dev/g_printer0", "/dev/g_printer1"
BYTES = random.Random(7).randbytes(200_000)
"""More than all buffers between here and there hold, and every byte there is."""
IDENTITY = identity_of(NAME)
PROFILE = plain_zpl(203)
printer = Printer(transport_of(IDENTITY, PROFILE), ZPL, PROFILE, answer_s=1.0)


@dataclass(frozen=True, slots=True)
class Noise:
    """A sheet full of chance, which makes the longest label there is."""

    rows: bytes
    width: int = PROFILE.width
    height: int = PROFILE.height
    codes: Sequence[Code] = ()


def node(name: str = NAME) -> str | None:
    return present_path(identity_of(name), usb_nodes)


def plugged() -> str:
    """Plugs the printer in; gives its path of this hour."""
    PRINTER.plug()
    return wait_for(node, "the printer")


def a_label(seed: int) -> bytes:
    """That sheet in ZPL."""
    rows = random.Random(seed).randbytes((PROFILE.width + 7) // 8 * PROFILE.height)
    return ZPL.encode(Noise(rows), PROFILE, seed)


@scenario
def a_usb_printer_is_found_with_its_own_words_and_its_language() -> str:
    path = plugged()
    found = [one for one in discover.attached() if one.way == "usb"]
    assert found == [Found(IDENTITY, "usb", "Zebra Technologies ZTC ZD421-203dpi ZPL", "zpl", two_way=True)], found
    with firmware(FAR):
        spoken = probe(printer.transport)
    assert spoken is not None and (spoken.language, spoken.model, spoken.dpi) == ("zpl", MODEL, 203), spoken
    return f"{path}, {found[0].about!r}; asked, it says {spoken.model}, {spoken.dpi} dpi"


@scenario
def a_label_arrives_byte_for_byte() -> str:
    with firmware(FAR, talks=False) as far:
        UsbPrinter(IDENTITY).send(BYTES)
        wait_for(lambda: len(far.got) >= len(BYTES), "all bytes")
        assert far.got == BYTES
    return f"{len(BYTES)} bytes"


@scenario
def a_printer_says_how_it_is_and_proves_its_label() -> str:
    with firmware(FAR) as far:
        far.paper_out = True
        empty = printer.status()
        assert empty is not None and empty.word == "media_out", empty
        far.paper_out = False
        ready = printer.status()
        assert ready is not None and ready.state == "ready", ready
        label = a_label(1)
        proof = send_and_prove(printer, label, 1, PATIENT, Event())
        assert proof == Proof("printed", "printer") and far.got == label, proof
    return f"{empty.word}, then {ready.word}; {len(label)} bytes, {proof.outcome} by its count"


@scenario
def a_printer_that_another_program_holds_is_busy_and_a_mute_one_is_not_ready() -> str:
    held = os.open(str(node()), os.O_RDWR)
    try:
        busy = refused()
    finally:
        os.close(held)
    mute = printer.status()  # nobody at its far end
    assert busy == "busy" and mute is not None and mute.state == "mute", (busy, mute)
    return f"not sent: {busy}; then {mute.word}"


@scenario
def a_label_that_a_printer_does_not_take_whole_is_in_doubt_and_may_begin_later() -> str:
    try:
        UsbPrinter(IDENTITY, timeout_s=0.5).send(BYTES)
    except InDoubt as error:
        doubt = error
    with firmware(FAR, talks=False) as far:  # it wakes up
        came = wait_for(lambda: far.quiet(), "the rest")
    began = came.index(BYTES[:64])  # behind the questions it was asked while it slept
    assert doubt.reason == "timeout" and BYTES.startswith(came[began:]) and len(came) - began <= doubt.sent < len(BYTES), doubt
    return f"InDoubt: {doubt}; {len(came) - began} bytes of it came when the printer woke up"


@scenario
def a_printer_pulled_in_the_middle_of_a_label_leaves_doubt() -> str:
    raised: list[InDoubt] = []

    def send() -> None:
        try:
            UsbPrinter(IDENTITY).send(BYTES)
        except InDoubt as error:
            raised.append(error)

    with firmware(FAR, talks=False) as far:
        far.limit = 20_000
        with meanwhile(send, lambda: None):
            wait_for(lambda: len(far.got) >= 20_000, "the beginning of the label")
            PRINTER.pull()
    assert len(raised) == 1 and len(far.got) <= raised[0].sent < len(BYTES), raised
    return f"InDoubt: {raised[0]}, {len(far.got)} seen by the printer"


@scenario
def without_its_printer_a_label_is_not_sent() -> str:
    wait_for(lambda: node() is None, "the printer to be gone")
    assert refused() == "missing" and printer.status() == PrinterStatus("offline", ("missing",))
    return "NotSent: missing"


@scenario
def a_printer_plugged_in_again_is_the_same_under_another_name() -> str:
    OTHER.plug()
    first = wait_for(lambda: node(OTHER_NAME), "the other printer")
    second = plugged()
    with firmware(OTHER_FAR) as wrong, firmware(FAR) as right:
        label = a_label(2)
        proof = send_and_prove(printer, label, 2, PATIENT, Event())
        assert proof == Proof("printed", "printer") and right.got == label and wrong.got == b"", (proof, len(right.got), len(wrong.got))
    OTHER.pull()
    PRINTER.pull()
    assert first.endswith("lp0") and second.endswith("lp1"), (first, second)
    return f"{NAME} is {second}, and only it was printed on"


def refused() -> str:
    """Why nothing was sent."""
    try:
        printer.transport.send(b"^XA^XZ")
    except NotSent as error:
        return error.reason
    raise AssertionError("it was sent")
