"""A scanner on a real pseudo-terminal: nothing dropped, nothing invented, whatever happens to the cable."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from corner_app.domain.scan import Scan

if os.name != "posix":
    pytest.skip("pseudo-terminals are POSIX", allow_module_level=True)

from corner_app.devices.scanners.serial import find_port, read_scans
from corner_app.devices.simulators.scanner import ScannerSimulator
from corner_app.devices.simulators.terminal import Terminal


class Bench:
    """A simulated scanner and its reader on a thread."""

    def __init__(self, scanner: ScannerSimulator) -> None:
        self.scanner = scanner
        self.scans: queue.Queue[Scan] = queue.Queue()
        self.states: queue.Queue[str] = queue.Queue()
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._read, name="reader")

    def _read(self) -> None:
        read_scans(lambda: find_port(str(self.scanner.link)), self.scans.put, self.states.put, self.stop, device="serial:sim")

    def take(self, count: int) -> list[str]:
        return [self.scans.get(timeout=10).text for _ in range(count)]

    def state(self) -> str:
        return self.states.get(timeout=10)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(ScannerSimulator(tmp_path / "scanner"))
    made.thread.start()
    assert made.state() == "connected"
    yield made
    made.stop.set()
    made.thread.join(10)
    made.scanner.close()
    assert not made.thread.is_alive()
    assert made.scans.empty(), "something was invented"


def test_split_reads(bench: Bench) -> None:
    bench.scanner.scan("EE123456785BD", split=[1, 6, 13])
    bench.scanner.scan("]Q1BDP/EE123456785BD/123456", split=[2])
    assert bench.take(2) == ["EE123456785BD", "BDP/EE123456785BD/123456"]


def test_fifty_scans_a_second(bench: Bench) -> None:
    sent = [f"EE{n:09}BD" for n in range(200)]
    bench.scanner.scan_all(sent, 50, threading.Event())
    assert bench.take(200) == sent


def test_noise_between_codes(bench: Bench) -> None:
    bench.scanner.scan("A-100")
    bench.scanner.noise(bytes(range(256)) + b"\r" + b"\x00\xff\x1b[A\r" + b"\r\n\t")
    bench.scanner.scan("A-101")
    first, *rest = bench.take(2)
    assert (first, rest) == ("A-100", ["A-101"])


def test_unplug_and_replug(bench: Bench) -> None:
    for n in range(3):
        bench.scanner.scan(f"BEFORE{n}")
        assert bench.take(1) == [f"BEFORE{n}"]
        bench.scanner.noise(b"HALF")
        bench.scanner.unplug()
        assert bench.state() == "lost"
        bench.scanner.replug()
        assert bench.state() == "connected"
        bench.scanner.scan(f"AFTER{n}")
        assert bench.take(1) == [f"AFTER{n}"]


def test_a_scanner_missing_at_first_is_lost_once_then_found(tmp_path: Path) -> None:
    scanner = ScannerSimulator(tmp_path / "scanner")
    scanner.unplug()
    late = Bench(scanner)
    late.thread.start()
    assert late.state() == "lost"
    scanner.replug()
    assert late.state() == "connected"
    scanner.scan("HELLO1")
    assert late.take(1) == ["HELLO1"]
    late.stop.set()
    late.thread.join(10)
    scanner.close()


def test_find_port_takes_a_path_as_it_is() -> None:
    assert find_port("/dev/ttyS0") == "/dev/ttyS0"
    assert find_port("COM3") == "COM3"
    assert find_port("DEAD:BEEF:NONE") is None


@pytest.mark.skipif(os.name != "posix", reason="pseudo-terminals are POSIX")
def test_who_reads_the_far_end_after_a_replug_does_not_wait_for_ever(tmp_path: Path) -> None:
    """A simulator looked at its end, the cable was pulled and put in again, and the new end had the old one's number."""
    port = Terminal(tmp_path / "scanner")
    port.unplug()
    port.replug()
    with pytest.raises(BlockingIOError):
        os.read(port.far_end, 1)
    port.unplug()
