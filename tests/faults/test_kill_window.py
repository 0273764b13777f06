"""Kill -9 the real window at random instants: what was shown is in the book, once; the clerk is back where they were; labels under way are in doubt."""

from __future__ import annotations

import json
import os
import queue
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest
from tests.conftest import T0

from corner_app import training_day
from corner_app.book import print_jobs, whereabouts
from corner_app.book.book import Book, Reader, make
from corner_app.book.database import Rows
from corner_app.book.verify import verify
from corner_app.desk import commands as c
from corner_app.desk import jobs
from corner_app.desk.counter import here_of, roll_of
from corner_app.devices.simulators.printer import PrinterSimulator
from corner_app.devices.simulators.scanner import ScannerSimulator
from corner_app.i18n import Language, words

KILLS, LANES = 60, 2
"""Kills in all, over counters that are killed side by side, each with a book of its own. With those of test_kill_batch, 200."""
LABEL_KILLS = 8
LIMIT_S = 20.0
"""A window that says nothing for so long hangs."""

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the simulated scanner is a pseudo-terminal")

Line = dict[str, Any]
T = TypeVar("T")
_CARDS = {"CMD*SORT": "sort", "CMD*RECEIVE": "receive"}
SAFE = words("ui.recovered_safe", Language.EN)


class Window:
    """The window's process, and what it said."""

    def __init__(self, book: Path, scanner: Path, printer: int = 0, label_every: int = 0) -> None:
        command = [sys.executable, "-m", "tests.faults.window_child", str(book), str(scanner), str(printer), str(label_every)]
        self.errors = (book.parent / "errors.txt").open("ab")
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.errors, env=os.environ | {"QT_QPA_PLATFORM": "offscreen"})
        self.said: queue.SimpleQueue[Line | None] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in iter(self.process.stdout.readline, b""):
            if line.endswith(b"\n"):
                self.said.put(json.loads(line))
        self.said.put(None)

    def line(self) -> Line | None:
        """What it says next; None when it is dead."""
        try:
            return self.said.get(timeout=LIMIT_S)
        except queue.Empty:
            raise AssertionError(f"the window hangs: {Path(self.errors.name).read_text()[-2000:]}") from None

    def kill(self) -> None:
        """SIGKILL, whatever it is doing."""
        self.process.kill()

    def rest(self) -> list[Line]:
        """After the kill: waits for the end and gives what it had said by then."""
        assert self.process.wait(LIMIT_S) == -signal.SIGKILL, Path(self.errors.name).read_text()[-2000:]
        self._reader.join()
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.errors.close()
        left = [self.said.get_nowait() for _ in range(self.said.qsize())]
        return [line for line in left if line is not None]


def announced_book(folder: Path) -> Path:
    """A training book that knows the day's 1,000 parcels."""
    book = folder / "corner.book"
    make(book, office=training_day.OFFICE, counter=1, training=True)
    with Book(book) as opened:
        here = here_of(opened.place, roll_of(opened.place).clerks[0], T0)
        opened.write(lambda tx: jobs.run(tx, here, c.Announce(file=str(training_day.announced_file())), None))
    return book


def asked(book: Path, question: Callable[[Rows], T]) -> T:
    """An answer from the book, in use or not."""
    with closing(Reader(book)) as reader:
        return reader.read(question)


class Counter:
    """One counter whose window is killed again and again, and what a clerk remembers of it."""

    def __init__(self, folder: Path, seed: int) -> None:
        folder.mkdir()
        self.rng = random.Random(seed)
        self.book = announced_book(folder)
        self.scanner = ScannerSimulator(folder / "scanner")
        self.parcels = training_day.announced()
        self.bags = list(dict.fromkeys(p["bag_id"] for p in self.parcels))
        self.todo = [p["item_id"] for p in self.parcels]
        self.taken: list[str] = []
        self.shown: dict[int, str | None] = {}
        """Entry number → the item it was shown with; None for those about a bag (the first parcel into one begins it)."""
        self.opened: list[str] = []
        self.front, self.bag = "receive", ""
        self.places = {("receive", "")}
        """Where the clerk may be: two places while a scan that moves them is under way."""
        self.starts = self.ready = self.answers = 0

    # What the clerk does

    def scans(self) -> list[str]:
        """What is scanned before the next look at the screen: a bag, an undo, a parcel to sort, or some parcels in a row."""
        chance = self.rng.random()
        if self.front == "sort":
            return ["CMD*RECEIVE", self.todo[0]] if chance < 0.4 or not self.taken else [self.rng.choice(self.taken)]
        if chance < 0.12:
            return [self.bags[self.rng.randrange(len(self.bags))]]
        if chance < 0.22:
            return ["CMD*UNDO"]
        if chance < 0.32 and self.taken:
            return ["CMD*SORT", self.rng.choice(self.taken)]
        if chance < 0.40 and self.taken:
            return [self.rng.choice(self.taken)]
        return self.todo[: self.rng.randint(1, 4)]

    def took(self, line: Line) -> None:
        """An answer was shown: it is remembered, and must be true for ever."""
        self.answers += 1
        for seq in line["entries"]:
            assert seq not in self.shown, f"entry {seq} was shown twice"
            self.shown[seq] = line["item"] if seq == line["entries"][-1] else None
        for seq in line["undone"]:
            item = self.shown.get(seq)
            if item is not None and item not in self.todo:
                self.todo.append(item)
        item = line["item"]
        if line["code"] in ("received", "missent", "already_received"):
            if item in self.todo:
                self.todo.remove(item)
            self.taken.append(item)
        self._is_at(line)

    def _is_at(self, line: Line) -> None:
        self.front, self.bag = line["front"], line["bag"]
        self.places = {(self.front, self.bag)}

    def life(self) -> None:
        """From the start of the window to its sudden end."""
        self.scanner.unplug()
        self.scanner.replug()
        window = Window(self.book, self.scanner.link)
        self.starts += 1
        if self.rng.random() < 0.15 and self.ready:
            killer = threading.Timer(self.rng.uniform(0.1, 0.8), window.kill)
            killer.start()
            wanted = 1_000
        else:
            wanted = self.rng.randint(0, 14)
            killer = threading.Timer(self.rng.choice((0.0, self.rng.uniform(0, 0.012))), window.kill)
        try:
            first = window.line()
            if first is not None:
                self.began(first)
                self.work(window, killer, wanted)
        finally:
            window.kill()
            left = window.rest()
        for line in left:
            if "ready" in line:
                self.began(line)
            else:
                self.took(line)

    def began(self, line: Line) -> None:
        """The notice after a crash, and the place."""
        crashed = self.ready > 0
        self.ready += 1
        assert (SAFE in line["notice"]) is crashed, line
        assert bool(line["notice"]) is crashed, line
        assert (line["front"], line["bag"]) in self.places, "the clerk is not where they were"
        self._is_at(line)

    def work(self, window: Window, killer: threading.Timer, wanted: int) -> None:
        """Scans until the answer at which the end is set, and until the end."""
        done, last = 0, ""
        if wanted == 0:
            killer.start()
        while True:
            while (scans := self.scans())[0] == last:
                pass  # the same code again at once is no act of its own, and is not answered as one
            last = scans[-1]
            for scan in scans:
                if (place := self._place_of(scan)) is not None:
                    self.places.add(place)
                self.scanner.scan(scan)
            for scan in scans:
                if scan in _CARDS:
                    continue
                line = window.line()
                if line is None:
                    return
                self.took(line)
                done += 1
                if done == wanted:
                    killer.start()

    def _place_of(self, scan: str) -> tuple[str, str] | None:
        if scan in _CARDS:
            return _CARDS[scan], self.bag
        return ("receive", scan) if scan in self.bags else None

    # What must be true

    def check(self) -> None:
        """After every kill."""
        report = verify(self.book)
        assert report.good, report.faults
        entries = asked(self.book, lambda rows: {seq: rest for seq, *rest in rows.all("SELECT seq, subject, kind, sup FROM entry")})
        assert len(entries) == report.entries
        for seq, item in self.shown.items():
            assert seq in entries, f"entry {seq} was shown and is lost"
            assert item is None or entries[seq][0] == item, f"entry {seq} is about another parcel than was shown"
        undone = {sup for _, kind, sup in entries.values() if kind == "undone"}
        live = [subject for seq, (subject, kind, _) in entries.items() if kind == "received" and seq not in undone]
        assert len(live) == len(set(live)), "a parcel was received twice"
        restarted = sum(1 for _, kind, _ in entries.values() if kind == "restarted")
        assert self.ready - 1 <= restarted <= self.starts - 1, "every start after a crash says so, once"


def kill_again_and_again(folder: Path, seed: int, kills: int) -> Counter:
    """One lane."""
    counter = Counter(folder, seed)
    for _ in range(kills):
        counter.life()
        counter.check()
    counter.scanner.close()
    return counter


def kill_windows(folder: Path, kills: int) -> None:
    """Side by side; every lane ends with the same proofs."""
    with ThreadPoolExecutor(LANES) as pool:
        lanes = list(pool.map(lambda n: kill_again_and_again(folder / f"counter-{n}", 8500 + n, kills // LANES), range(LANES)))
    assert sum(lane.starts for lane in lanes) == kills
    assert sum(lane.answers for lane in lanes) > kills * 4
    assert sum(lane.ready for lane in lanes) > kills * 0.75
    assert all(len(lane.shown) > kills for lane in lanes)


@pytest.mark.timeout(300)
def test_what_was_shown_survives_every_kill(tmp_path: Path) -> None:
    kill_windows(tmp_path, KILLS)


def next_said(window: Window, code: str) -> Line:
    """Waits for an answer of this code."""
    while (line := window.line()) is not None:
        if line.get("code") == code or (code == "ready" and "ready" in line):
            return line
    raise AssertionError(f"the window died before {code}")


@contextmanager
def window_of(book: Path, scanner: ScannerSimulator, printer: int = 0, label_every: int = 0) -> Iterator[Window]:
    """A window that is ready, killed at the end."""
    scanner.unplug()
    scanner.replug()
    window = Window(book, scanner.link, printer, label_every)
    try:
        yield window
    finally:
        window.kill()
        window.rest()


def test_a_bag_that_was_shown_open_is_open_again(tmp_path: Path) -> None:
    """Killed at the very instant the open bag is on the screen, as often as there are bags to try it with."""
    book = announced_book(tmp_path)
    with closing(ScannerSimulator(tmp_path / "scanner")) as scanner:
        bag = ""
        for following in list(dict.fromkeys(p["bag_id"] for p in training_day.announced()))[:6]:
            with window_of(book, scanner) as window:
                assert next_said(window, "ready")["bag"] == bag
                scanner.scan(following)
                bag = next_said(window, "bag_open")["bag"]
            assert bag == following
            assert asked(book, whereabouts.noted)["bag"] == bag


@contextmanager
def printer_in(folder: Path) -> Iterator[PrinterSimulator]:
    """A printer that runs."""
    printer, stop = PrinterSimulator(folder), threading.Event()
    thread = threading.Thread(target=printer.run, args=(stop,))
    thread.start()
    try:
        yield printer
    finally:
        stop.set()
        thread.join()


def states_of(book: Path) -> tuple[dict[int, str], set[int]]:
    """State of every print job, and the jobs whose attempt is open."""
    return asked(book, lambda rows: ({job.no: job.state for job in print_jobs.latest(rows, 1_000)}, set(print_jobs.attempts(rows))))


def until(what: str, condition: Callable[[], bool]) -> None:
    """Looks again until it is so."""
    pause, ends = threading.Event(), time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < ends, f"never: {what}"
        pause.wait(0.01)


def test_a_printer_that_dies_leaves_one_label_in_doubt_and_one_queued(tmp_path: Path) -> None:
    book, items = announced_book(tmp_path), [p["item_id"] for p in training_day.announced() if p["postcode"] == training_day.OFFICE]
    with closing(ScannerSimulator(tmp_path / "scanner")) as scanner:
        with printer_in(tmp_path / "labels") as printer, window_of(book, scanner, printer.address[1], label_every=1) as window:
            printer.die_after_print = True
            next_said(window, "ready")
            for item in items[:2]:
                scanner.scan(item)
                next_said(window, "queued")
            until("the first label is printed", lambda: len(printer.printed) == 1)
        jobs_then, under_way = states_of(book)
        assert list(jobs_then.values()) == ["queued", "queued"]
        assert under_way == {min(jobs_then)}
        with window_of(book, scanner) as window:
            assert SAFE in next_said(window, "ready")["notice"]
        assert states_of(book) == ({max(jobs_then): "queued", min(jobs_then): "in_doubt"}, set())
    assert verify(book).good


def test_exactly_the_labels_under_way_are_in_doubt_after_a_kill(tmp_path: Path) -> None:
    rng, book = random.Random(85), announced_book(tmp_path)
    items = iter([p["item_id"] for p in training_day.announced() if p["postcode"] == training_day.OFFICE])
    doubted: set[int] = set()
    with closing(ScannerSimulator(tmp_path / "scanner")) as scanner, printer_in(tmp_path / "labels") as printer:
        for _ in range(LABEL_KILLS):
            with window_of(book, scanner, printer.address[1], label_every=1) as window:
                next_said(window, "ready")
                found, _ = states_of(book)
                assert {no for no, state in found.items() if state == "in_doubt"} == doubted
                for _ in range(rng.randint(1, 3)):
                    scanner.scan(next(items))
                    next_said(window, "queued")
                threading.Event().wait(rng.uniform(0, 0.5))  # the instant of the kill
            jobs_then, under_way = states_of(book)
            doubted |= under_way
            assert set(jobs_then.values()) <= {"queued", "printed", "in_doubt"}
            assert verify(book).good
        with window_of(book, scanner, printer.address[1]) as window:
            next_said(window, "ready")
            until("every label is settled", lambda: "queued" not in states_of(book)[0].values())
    settled, _ = states_of(book)
    assert {no for no, state in settled.items() if state == "in_doubt"} == doubted
    assert doubted, "no kill met a label under way"
    sure = sum(1 for state in settled.values() if state == "printed")
    assert sure <= len(printer.printed) <= sure + len(doubted), "a label was printed twice, or one that counts as printed was not"


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_what_was_shown_survives_a_thousand_kills(tmp_path: Path) -> None:
    kill_windows(tmp_path, 1_000)
