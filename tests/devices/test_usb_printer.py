"""A printer of the USB printer class: found by what it is, written to without waiting for ever, and pulled at any moment.

The node is a pseudo-terminal in a tree laid out as the kernel does it; the driver itself is tried in the guest with USB gadgets.
"""

from __future__ import annotations

import contextlib
import errno
import os
import select
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

if os.name != "posix":
    pytest.skip("the printer class is Linux's here", allow_module_level=True)

from corner_app.devices.identity import identities
from corner_app.devices.simulators.terminal import Terminal
from corner_app.devices.transports.errors import InDoubt, NotSent, word_for
from corner_app.devices.transports.ieee1284 import device_id, unpacked
from corner_app.devices.transports.usb import UsbPrinter
from corner_app.devices.transports.usb_nodes import UsbNode, usb_nodes

ZEBRA = "MANUFACTURER:Zebra Technologies ;COMMAND SET:ZPL;MODEL:ZTC ZD421-203dpi ZPL;CLASS:PRINTER;OPTIONS:XML;"
LABEL = b"^XA" + bytes(range(256)) * 8 + b"^XZ"


class Tree:
    """/sys and /dev with what the test plugs in."""

    def __init__(self, root: Path) -> None:
        self.system, self.dev = root / "sys", root / "dev"
        (self.system / "class/usbmisc").mkdir(parents=True)
        (self.dev / "usb").mkdir(parents=True)
        self.ports: dict[str, Terminal] = {}

    def plug(self, name: str, place: str, serial: str = "", *, vid: str = "0a5f", pid: str = "0166", id1284: str = ZEBRA, interfaces: int = 1) -> Terminal:
        device = self.system / "devices/usb1" / place
        interface = device / f"{place}:1.0"
        interface.mkdir(parents=True, exist_ok=True)
        words = {"idVendor": vid, "idProduct": pid, "bNumInterfaces": f" {interfaces}", "serial": serial}
        for word, text in words.items():
            if text:
                (device / word).write_text(text + "\n")
        (interface / "bInterfaceProtocol").write_text("02\n")
        if id1284:
            (interface / "ieee1284_id").write_text(id1284)
        entry = self.system / "class/usbmisc" / name
        entry.mkdir()
        (entry / "device").symlink_to(interface)
        self.ports[name] = Terminal(self.dev / "usb" / name)
        return self.ports[name]

    def pull(self, name: str) -> None:
        self.ports.pop(name).unplug()
        entry = self.system / "class/usbmisc" / name
        (entry / "device").unlink()
        entry.rmdir()

    def nodes(self) -> list[UsbNode]:
        return list(usb_nodes(self.system, self.dev))

    def printer(self, identity: str, timeout_s: float = 5.0, *, chunk: int = 4096, pause_ms: int = 0) -> UsbPrinter:
        return UsbPrinter(identity, timeout_s, chunk=chunk, pause_ms=pause_ms, look=self.nodes)


@pytest.fixture
def tree(tmp_path: Path) -> Iterator[Tree]:
    made = Tree(tmp_path)
    yield made
    for name in list(made.ports):
        made.pull(name)


def take(port: Terminal, count: int) -> bytes:
    data = b""
    while len(data) < count and select.select([port.far_end], [], [], 5)[0]:
        data += os.read(port.far_end, 65_536)
    return data


def meanwhile(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work, name="far-end")
    thread.start()
    return thread


def test_what_is_plugged_in_says_what_it_is(tree: Tree) -> None:
    tree.plug("lp0", "1-2", "D2J1")
    tree.plug("lp1", "1-3", vid="04f9", pid="209b", id1284="MFG:Brother;CMD:PT-CBP;MDL:QL-800;CLS:PRINTER;", interfaces=2)
    one, two = tree.nodes()
    assert (one.device, one.location, one.two_way) == (str(tree.dev / "usb/lp0"), "1-2", True)
    assert (one.id.maker, one.id.model, one.id.language) == ("Zebra Technologies", "ZTC ZD421-203dpi ZPL", "zpl")
    assert (two.location, two.id.language) == ("1-3:1.0", "brother_ql")
    assert [str(identity) for identity in identities([one, two])] == ["usb:0A5F:0166:D2J1", "usb:04F9:209B@1-3:1.0"]


def test_an_entry_that_goes_while_it_is_read_is_left_out(tree: Tree) -> None:
    tree.plug("lp0", "1-2", "D2J1")
    (tree.system / "devices/usb1/1-2/idVendor").unlink()
    assert tree.nodes() == []


def test_a_printer_without_an_id_is_found_all_the_same(tree: Tree) -> None:
    """The node is asked then; a pseudo-terminal refuses that question as a busy printer would."""
    tree.plug("lp0", "1-2", "D2J1", id1284="")
    (node,) = tree.nodes()
    assert (node.id.text, node.id.language) == ("", None)


def test_a_label_arrives_whole_and_the_answer_is_heard(tree: Tree) -> None:
    port = tree.plug("lp0", "1-2", "D2J1")
    os.write(port.far_end, b"done")  # with the label before, and nobody listened
    got: list[bytes] = []

    def serve() -> None:
        got.append(take(port, len(LABEL)))
        os.write(port.far_end, b"DONE")

    far = meanwhile(serve)
    assert tree.printer("usb:0A5F:0166:D2J1").send(LABEL, lambda heard: len(heard) == 4, 5) == b"DONE"
    far.join(5)
    assert got == [LABEL]


def test_a_question_is_answered_and_an_older_answer_is_not_taken_for_it(tree: Tree) -> None:
    port = tree.plug("lp0", "1-2", "D2J1")
    os.write(port.far_end, b"late answer")

    def serve() -> None:
        take(port, 4)
        os.write(port.far_end, b"030")

    far = meanwhile(serve)
    assert tree.printer("usb:0A5F:0166:D2J1").ask(b"\n~HS", 5) == b"030"
    far.join(5)


def test_silence_is_mute(tree: Tree) -> None:
    tree.plug("lp0", "1-2", "D2J1")
    assert tree.printer("usb:0A5F:0166:D2J1").ask(b"~HS", 0.05) == b""


def test_it_is_found_again_under_another_name(tree: Tree) -> None:
    tree.plug("lp0", "1-2", "D2J1")
    printer = tree.printer("usb:0A5F:0166:D2J1")
    printer.send(b"first")
    tree.pull("lp0")
    tree.plug("lp0", "1-3", "D2J2")  # another printer took its name
    with pytest.raises(NotSent, match="missing"):
        printer.send(b"lost")
    port = tree.plug("lp1", "1-4", "D2J1")
    printer.send(b"second")
    assert take(port, 6) == b"second"
    assert printer.name == "usb:0A5F:0166:D2J1"


def test_without_a_serial_number_its_socket_tells_it(tree: Tree) -> None:
    tree.plug("lp0", "1-2")
    port = tree.plug("lp1", "1-3")
    tree.printer("usb:0A5F:0166@1-3").send(b"this one")
    assert take(port, 8) == b"this one"


def test_a_path_is_taken_as_it_is(tree: Tree) -> None:
    port = tree.plug("lp0", "1-2")
    tree.printer(f"path:{tree.dev}/usb/lp0").send(b"abc")
    assert take(port, 3) == b"abc"


def test_a_printer_that_takes_nothing_more_is_in_doubt(tree: Tree) -> None:
    tree.plug("lp0", "1-2", "D2J1")
    with pytest.raises(InDoubt) as doubt:
        tree.printer("usb:0A5F:0166:D2J1", timeout_s=0.1).send(bytes(1 << 20))
    assert doubt.value.reason == "timeout"
    assert 0 < doubt.value.sent < 1 << 20


def stuff(node: int) -> None:
    """Fills a line until it stays full; the system makes a little room now and then while it moves bytes on."""
    full = select.poll()
    full.register(node, select.POLLOUT)
    while full.poll(100):
        with contextlib.suppress(BlockingIOError):
            os.write(node, bytes(4096))


def test_a_printer_that_takes_nothing_at_all_has_been_sent_nothing(tree: Tree) -> None:
    port = tree.plug("lp0", "1-2", "D2J1")
    node = os.open(port.link, os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
    stuff(node)
    began = time.monotonic()
    with pytest.raises(NotSent, match="timeout"):
        tree.printer("usb:0A5F:0166:D2J1", timeout_s=0.1).send(b"label")
    assert tree.printer("usb:0A5F:0166:D2J1").ask(b"~HS", 0.1) == b""
    assert time.monotonic() - began < 5
    os.close(node)


def test_pulled_within_the_label_is_in_doubt(tree: Tree) -> None:
    port = tree.plug("lp0", "1-2", "D2J1")

    def serve() -> None:
        take(port, 20_000)
        port.unplug()

    far = meanwhile(serve)
    with pytest.raises(InDoubt) as doubt:
        tree.printer("usb:0A5F:0166:D2J1").send(bytes(1 << 20))
    far.join(5)
    assert doubt.value.reason == "lost"
    assert 0 < doubt.value.sent < 1 << 20


def test_pulled_while_listening_ends_the_listening_only(tree: Tree) -> None:
    port = tree.plug("lp0", "1-2", "D2J1")
    heard = threading.Event()

    def serve() -> None:
        take(port, len(LABEL))
        os.write(port.far_end, b"ok")
        heard.wait(5)
        port.unplug()

    def enough(answer: bytes) -> bool:
        heard.set()
        return False

    far = meanwhile(serve)
    assert tree.printer("usb:0A5F:0166:D2J1").send(LABEL, enough, 5) == b"ok"
    far.join(5)


def test_what_is_no_printer_is_not_opened(tree: Tree) -> None:
    (tree.dev / "usb/lp9").mkdir()
    with pytest.raises(NotSent, match="missing"):
        tree.printer(f"path:{tree.dev}/usb/lp9").send(LABEL)


def test_the_system_says_why_a_node_does_not_open() -> None:
    """What `usblp` answers: another program has it, the user is not in the group lp, it is being pulled."""
    numbers = (errno.EBUSY, errno.EACCES, errno.ENODEV)
    assert [word_for(OSError(number, ""), "missing") for number in numbers] == ["busy", "denied", "missing"]
    assert word_for(OSError(errno.ENODEV, "")) == word_for(OSError(errno.EIO, "")) == "lost"


def test_a_printer_that_swallows_bytes_gets_its_rests(tree: Tree) -> None:
    port = tree.plug("lp0", "1-2", "D2J1")
    began = time.monotonic()
    tree.printer("usb:0A5F:0166:D2J1", chunk=64, pause_ms=10).send(bytes(640))
    assert time.monotonic() - began >= 10 * 0.010
    assert take(port, 640) == bytes(640)


@pytest.mark.parametrize(
    ("text", "language", "model"),
    [
        ("MFG:Xprinter;CMD:TSPL,ESC/POS;MDL:XP-350B;", "tspl", "XP-350B"),
        ("MFG:4BARCODE;CMD:TSPL2;MDL:3B-363B;CLS:PRINTER;", "tspl", "3B-363B"),
        ("MFG:EPSON;CMD:ESC/POS;MDL:TM-T20II;CLS:PRINTER;DES:EPSON TM-T20II;", "escpos", "TM-T20II"),
        ("MANUFACTURER:Zebra Technologies ;COMMAND SET:EPL;MODEL:ZTC GC420d (EPL);", "epl2", "ZTC GC420d (EPL)"),
        ("MFG:Zebra;MDL:ZTC GC420d (EPL);", "epl2", "ZTC GC420d (EPL)"),
        ("MFG:Brother;CMD:PT-CBP;MDL:QL-1100;CLS:PRINTER;", "brother_ql", "QL-1100"),
        ("MFG:Brother;CMD:PT-CBP;MDL:PT-P700;CLS:PRINTER;", None, "PT-P700"),
        ("MFG:Printer;MDL:Thermal Printer;CMD:XPP,XL;", None, "Thermal Printer"),
        ("MFG:HP;MDL:LaserJet;CMD:PDF,PCL;", None, "LaserJet"),
        ("MFG:VEVOR ;CMD: ;MODEL:Y428BT;DES:LabelPrinter;", None, "Y428BT"),
        ("", None, ""),
    ],
)
def test_ids_as_printers_have_them(text: str, language: str | None, model: str) -> None:
    found = device_id(text)
    assert (found.language, found.model) == (language, model)


@given(st.binary(max_size=80))
def test_any_answer_to_the_question_for_the_id_is_read(answer: bytes) -> None:
    text = unpacked(answer)
    assert "\0" not in text
    assert device_id(text).text == text


def test_the_two_bytes_of_length_are_not_believed() -> None:
    for length in (b"\x00\x12", b"\x12\x00", b"\xff\xff"):
        assert unpacked(length + b"MFG:A;MDL:B;\0\0\0garbage") == "MFG:A;MDL:B;"
