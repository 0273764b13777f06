"""A Honeywell scanner that waits for the host is answered once for each code, in time or not at all."""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corner_app.devices.scanners.answering import AnsweringScanner
from corner_app.devices.scanners.feedback import Feedback, Told
from corner_app.devices.scanners.honeywell import ANSWER_MS, ANSWERS, BAD, BEEPS, GOOD, Honeywell
from corner_app.devices.scanners.profile import ScannerProfile
from corner_app.devices.scanners.serial import find_port
from corner_app.devices.simulators.scanners.honeywell import HoneywellSimulator
from corner_app.domain.scan import Scan

ITEM = "EE123456785BD"
FEEDBACK: list[Feedback] = ["good", "look", "stop"]


def test_the_commands_are_the_manuals() -> None:
    assert (ANSWERS["good"], ANSWERS["stop"]) == (b"\x1b7,", b"\x1b8,")
    assert all(command.count(b"\x1b") == command.count(b",") for command in [*ANSWERS.values(), *BEEPS.values()])
    assert not any(command in said for said in BEEPS.values() for command in (GOOD, BAD))


@given(st.sampled_from(FEEDBACK), st.integers(0, ANSWER_MS - 1))
def test_a_scan_is_answered_in_time(feedback: Feedback, after_ms: int) -> None:
    talk = Honeywell("h")
    assert talk.feed(f"{ITEM}\r".encode(), 100) == ([Scan(ITEM, "", "h", 100)], b"")
    assert talk.tell(feedback, 100 + after_ms) == ANSWERS[feedback]
    assert talk.unanswered == 0


@given(st.sampled_from(FEEDBACK), st.integers(ANSWER_MS, 10 * ANSWER_MS))
def test_an_answer_that_comes_too_late_is_not_given_to_the_next_scan(feedback: Feedback, after_ms: int) -> None:
    talk = Honeywell("h")
    talk.feed(b"A-100\r", 0)
    assert talk.tell(feedback, after_ms) == b""
    assert talk.unanswered == 1


def test_a_second_word_only_beeps() -> None:
    talk = Honeywell("h")
    talk.feed(b"A-100\r", 0)
    assert [talk.tell(feedback, 10) for feedback in ("good", "stop", "look")] == [GOOD, BEEPS["stop"], BEEPS["look"]]


def test_what_could_not_be_read_is_answered_bad_by_itself() -> None:
    talk = Honeywell("h")
    assert talk.feed(b"EE\x0012\r", 0) == ([], BAD)
    assert talk.noise == 1
    assert Honeywell("h", ScannerProfile("h", "~")).feed(b"EE12\r", 0) == ([], BAD)


def test_a_code_without_terminator_is_answered_too() -> None:
    talk = Honeywell("h")
    talk.feed(ITEM.encode(), 0)
    assert [scan.text for scan in talk.idle(60)[0]] == [ITEM]
    assert talk.tell("good", 70) == GOOD


def test_nobody_waits_after_the_link_broke() -> None:
    talk = Honeywell("h")
    talk.feed(b"A-100\rHALF", 0)
    talk.lost()
    assert (talk.tell("good", 5), talk.noise) == (BEEPS["good"], 1)


class Bench:
    """The simulated scanner, its reader, and a counter that answers what it is told to."""

    def __init__(self, folder: Path, answers: dict[str, Feedback]) -> None:
        self.scanner = HoneywellSimulator(folder / "honeywell")
        self.reader = AnsweringScanner(lambda: find_port(str(self.scanner.link)), Honeywell("honeywell:sim"))
        self.answers = answers
        self.scans: queue.Queue[str] = queue.Queue()
        self.states: queue.Queue[str] = queue.Queue()
        self.stop = threading.Event()
        self.threads = [threading.Thread(target=self.reader.run, args=(self._on_scan, self.states.put, self.stop, lambda: self.states.put("noise")))]
        self.threads.append(threading.Thread(target=self.scanner.run, args=(self.stop,)))

    def _on_scan(self, scan: Scan) -> None:
        self.scans.put(scan.text)

    def answer(self) -> str:
        """The counter takes the next scan and answers it, from a thread that is not the reader's."""
        text = self.scans.get(timeout=10)
        told: Told = self.reader
        told.tell(self.answers[text])
        return text


def until(true: Callable[[], object]) -> None:
    """Waits for what another thread brings about, 10 s at most."""
    ends = time.monotonic() + 10
    while not true():
        assert time.monotonic() < ends
        threading.Event().wait(0.002)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    if os.name != "posix":
        pytest.skip("pseudo-terminals are POSIX")
    made = Bench(tmp_path, {"GOOD": "good", "LOOK": "look", "STOP": "stop"})
    for thread in made.threads:
        thread.start()
    assert made.states.get(timeout=10) == "connected"
    yield made
    made.stop.set()
    for thread in made.threads:
        thread.join(10)
        assert not thread.is_alive()
    assert made.scans.empty(), "something was invented"


def test_each_code_is_answered_before_the_next_is_read(bench: Bench) -> None:
    for text in ("GOOD", "STOP", "LOOK", "GOOD"):
        bench.scanner.scan(text)
    assert [bench.answer() for _ in range(4)] == ["GOOD", "STOP", "LOOK", "GOOD"]
    until(lambda: bench.scanner.heard[-1] == "7" and not bench.scanner.waiting)
    heard = [word for word in bench.scanner.heard if word not in ("4", "6")]
    assert heard == ["read GOOD", "7", "read STOP", "8", "read LOOK", "read GOOD", "7"]


def test_a_wrong_parcel_razzes_in_the_hand(bench: Bench) -> None:
    bench.scanner.scan("STOP")
    bench.answer()
    until(lambda: not bench.scanner.waiting)
    assert bench.scanner.heard == ["read STOP", "8"]


def test_a_garbled_code_sets_the_scanner_free_with_a_razz(bench: Bench) -> None:
    bench.scanner.scan_bytes(b"EE\x0012\r")
    bench.scanner.scan("GOOD")
    bench.answer()
    until(lambda: bench.scanner.heard[-1] == "7")
    assert bench.scanner.heard[1] == "8"
    assert bench.states.get(timeout=10) == "noise"


def test_without_an_answer_the_three_beeps_are_the_scanners_own(bench: Bench) -> None:
    bench.scanner.timeout_s = 0.1
    bench.scanner.scan("GOOD")
    assert bench.scans.get(timeout=10) == "GOOD"
    until(lambda: bench.scanner.heard[-1] == "three beeps")
    assert bench.scanner.heard == ["read GOOD", "three beeps"]


def test_unplugged_while_it_waits_it_is_told_nothing_old(bench: Bench) -> None:
    bench.scanner.scan("STOP")
    assert bench.scans.get(timeout=10) == "STOP"
    bench.scanner.unplug()
    assert bench.states.get(timeout=10) == "lost"
    bench.reader.tell("stop")
    bench.scanner.waiting = False  # it lost its power with the cable
    bench.scanner.replug()
    assert bench.states.get(timeout=10) == "connected"
    bench.scanner.scan("GOOD")
    bench.answer()
    until(lambda: bench.scanner.heard[-1] == "7")
    assert "8" not in bench.scanner.heard
