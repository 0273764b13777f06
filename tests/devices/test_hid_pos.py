"""A scanner in HID-POS mode: reports put together whole, garbage counted, and the cable may come out at any time."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corner_app.devices.identity import Usb, identities, present_path
from corner_app.devices.scanners.framing import LONGEST
from corner_app.devices.scanners.hid_pos import PARTS_MS, HidPos, Reports, attached_hid_pos, open_hid_pos, read_hid_pos
from corner_app.devices.scanners.places import usb_place
from corner_app.devices.scanners.profile import ScannerProfile
from corner_app.devices.simulators.scanners.hid_pos import HidPosSimulator, Layout, reports_of
from corner_app.domain.scan import Scan

ITEM = "EE123456785BD"
LAYOUTS = st.sampled_from(["aim", "plain"])
CODES = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=200).filter(lambda text: text[0] != "]")


def fed(reports: Reports, raw: list[bytes], at_ms: int = 0) -> list[Scan]:
    return [scan for report in raw if (scan := reports.feed(report, at_ms)) is not None]


@given(st.lists(CODES, max_size=5), LAYOUTS, st.integers(1, 56), st.sampled_from(["C0", "Q1", "d1"]))
def test_every_code_comes_once_as_sent_however_it_is_split(codes: list[str], layout: Layout, most: int, aim: str) -> None:
    reports = Reports("h")
    scans = fed(reports, [report for code in codes for report in reports_of(code.encode(), aim, layout, most)])
    assert [scan.text for scan in scans] == codes
    assert {scan.aim for scan in scans} <= {aim if layout == "aim" else ""}
    assert reports.noise == 0


@given(st.sampled_from(["C0", "Q1", "d2"]), st.from_regex(r"[A-Z0-9]{3,120}", fullmatch=True))
def test_a_newland_that_sends_aim_within_the_data_is_understood(aim: str, code: str) -> None:
    (scan,) = fed(Reports("h"), reports_of(f"]{aim}{code}".encode(), layout="plain"))
    assert (scan.text, scan.aim) == (code, aim)


@given(st.lists(st.binary(max_size=70), max_size=10))
def test_garbage_is_counted_and_hurts_no_code_after_it(garbage: list[bytes]) -> None:
    reports = Reports("h")
    scans = fed(reports, garbage)
    assert len(scans) + reports.noise <= len(garbage)
    assert [scan.text for scan in fed(reports, reports_of(ITEM.encode()), at_ms=PARTS_MS + 1)] == [ITEM]


def test_the_makers_own_example() -> None:
    """Access-IS: a boarding pass of 60 bytes in two reports."""
    data = b"M1GATHERGOOD/MICHAEL YABCDEF LHRDURAK 3542 052Y003D23  " + b"MORE!"
    first = bytes.fromhex("02 38 5D 51 30") + data[:56] + bytes.fromhex("73 00 01")
    second = (bytes.fromhex("02 04 5D 51 30") + data[56:]).ljust(64, b"\0")
    reports = Reports("h")
    assert reports.feed(first, 1) is None
    assert reports.feed(second, 2) == Scan(data.decode(), "Q0", "h", 2)


@pytest.mark.parametrize(
    "wrong",
    [b"", b"\x02\x01", b"\x03" + reports_of(ITEM.encode())[0][1:], b"\x02\x39]C0" + b"A" * 59, b"\x02\x20]C0short", reports_of(b"EE\x0012")[0],
     bytes.fromhex("02 0E 02 00 00 08 45 4C 30 33 30 30 39 35 25 51").ljust(64, b"\0")],
)  # fmt: skip
def test_what_is_no_code_is_counted(wrong: bytes) -> None:
    reports = Reports("h")
    assert fed(reports, [wrong, *reports_of(ITEM.encode())]) == [Scan(ITEM, "C0", "h", 0)]
    assert reports.noise == 1


def test_a_code_that_loses_its_end_does_not_begin_the_next() -> None:
    reports = Reports("h")
    begun = reports_of(b"A" * 60)[0]
    assert reports.feed(begun, 0) is None
    assert [scan.text for scan in fed(reports, reports_of(ITEM.encode()), at_ms=PARTS_MS + 1)] == [ITEM]
    assert reports.feed(begun, 2000) is None
    assert reports.feed(reports_of(b"B", "Q1")[0], 2001) is None, "another symbology is another code"
    assert reports.noise == 2


def test_a_code_without_end_is_given_up() -> None:
    reports = Reports("h")
    assert fed(reports, reports_of(b"A" * (LONGEST + 1))) == []
    assert reports.noise >= 1


def test_prefix_and_suffix_are_the_profiles() -> None:
    reports = Reports("h", ScannerProfile("h", "~"))
    assert [scan.text for scan in fed(reports, reports_of(f"~{ITEM}\r\n".encode()) + reports_of(ITEM.encode()))] == [ITEM]
    assert reports.noise == 1


class Bench:
    """A simulated scanner and its reader on a thread."""

    def __init__(self, layout: Layout = "aim") -> None:
        self.scanner = HidPosSimulator(layout)
        self.scans: queue.Queue[Scan] = queue.Queue()
        self.states: queue.Queue[str] = queue.Queue()
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._read, name="reader")

    def _read(self) -> None:
        read_hid_pos(self.scanner.open, self.scans.put, self.states.put, self.stop, "hid:sim", on_noise=lambda: self.states.put("noise"))

    def take(self, count: int) -> list[str]:
        return [self.scans.get(timeout=10).text for _ in range(count)]


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench()
    made.thread.start()
    assert made.states.get(timeout=10) == "connected"
    yield made
    made.stop.set()
    made.thread.join(10)
    assert not made.thread.is_alive()
    assert not made.scanner.open_now, "left open"
    assert made.scans.empty(), "something was invented"


def test_all_codes_come_in_order(bench: Bench) -> None:
    sent = [f"EE{n:09}BD" for n in range(200)]
    for text in sent:
        bench.scanner.scan(text)
    assert bench.take(200) == sent


def test_a_code_that_cannot_be_read_is_noticed(bench: Bench) -> None:
    bench.scanner.scan("EE\x0012")
    assert bench.states.get(timeout=10) == "noise"


def test_unplug_and_replug(bench: Bench) -> None:
    for n in range(2):
        bench.scanner.scan(f"BEFORE{n}")
        assert bench.take(1) == [f"BEFORE{n}"]
        bench.scanner.report(reports_of(b"HALF" * 20)[0])
        bench.scanner.unplug()
        assert bench.states.get(timeout=10) == "lost"
        bench.scanner.replug()
        assert bench.states.get(timeout=10) == "connected"
        bench.scanner.scan(f"AFTER{n}")
        assert bench.take(1) == [f"AFTER{n}"]


def test_a_scanner_that_is_not_there_is_none() -> None:
    assert all(found.device for found in attached_hid_pos())
    assert open_hid_pos(Usb(0xDEAD, 0xBEEF, "NONE")) is None


def test_two_scanners_of_a_kind_are_told_apart() -> None:
    plugged = [HidPos("/dev/hidraw0", 0x0C2E, 0x0B81, "A1", "3-1"), HidPos("/dev/hidraw1", 0x0C2E, 0x0B81, "A2", "3-2")]
    names = identities(plugged)
    assert list(map(str, names)) == ["usb:0C2E:0B81:A1", "usb:0C2E:0B81:A2"]
    swapped = [HidPos("/dev/hidraw4", 0x0C2E, 0x0B81, "A2", "3-1"), HidPos("/dev/hidraw5", 0x0C2E, 0x0B81, "A1", "3-4")]
    assert [present_path(name, lambda: swapped) for name in names] == ["/dev/hidraw5", "/dev/hidraw4"]


@pytest.mark.parametrize(
    ("node", "at", "place"),
    [
        ("/dev/hidraw0", "hidraw/hidraw0/device", "3-1.2"),
        ("/dev/input/event5", "input/event5/device", "3-1.2"),
        ("/dev/input/event6", "input/event5/device", ""),
        ("/dev/ttyS0", "input/event5/device", ""),
    ],
)
def test_the_socket_is_read_from_the_system(tmp_path: Path, node: str, at: str, place: str) -> None:
    behind = tmp_path / "devices/pci0000:00/usb3/3-1/3-1.2/3-1.2:1.0/0003:0C2E:0B81.0001"
    behind.mkdir(parents=True)
    link = tmp_path / "class" / at
    link.parent.mkdir(parents=True)
    link.symlink_to(behind)
    assert usb_place(node, tmp_path / "class") == place
