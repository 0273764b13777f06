"""A scanner that types, through a real X server: the number is right whatever layout is on, and typing by hand is left alone."""

from __future__ import annotations

import ctypes
import os
import queue
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import cycle, pairwise
from pathlib import Path

import pytest
from tests.conftest import Counter
from tests.ui.prepared import BAG_NUMBER

from corner_app import training_day
from corner_app.book import entries
from corner_app.book.book import Book, Reader
from corner_app.devices.simulators.scanner import ScannerSimulator

pytestmark = pytest.mark.xvfb

ROOT = Path(__file__).parents[2]
INSTALL = "type once: sudo apt-get install -y xvfb xdotool x11-xkb-utils (make setup does it too)"
ITEM = "CP104722182BD"
LINK = f"https://corner.example/t/{ITEM}"
SCANNER_MS, TRIES = 30, 20
"""Longest gap in a scanner's pace."""
SLOW_MS = 130
"""Between two keys of a person who types well."""
TYPIST_MS = (28, 90, 62, 87)
"""Gaps of one who types 15 keys a second, two of them now and then almost at once."""
BANGLA = "vidmh-jvdm-msjgkh-mkdb-nhldj-uhidl-4417"
BANGLA_TEXT = "রহিমা-করিম-মুক্তা-মতিন-সাদিক-জাহিদ-৪৪১৭"
"""What the Bangla layout makes of these keys."""
SCANS_A_SECOND, EACH, ROUNDS = 20, 30, 3
"""Of each of two scanners: codes, and how often they begin anew with fresh ones where the machine was too late for a scanner's pace."""
PAUSE_S = 0.043
"""Between two codes of xdotool, which needs the rest of a twentieth of a second for their keys."""

_ROWS = ((10, "1234567890-=", "!@#$%^&*()_+"), (24, "qwertyuiop[]", "QWERTYUIOP{}"), (38, "asdfghjkl;'", 'ASDFGHJKL:"'), (52, "zxcvbnm,./", "ZXCVBNM<>?"))
_CODES = {letter: (first + n, shifted) for first, *rows in _ROWS for shifted, row in enumerate(rows) for n, letter in enumerate(row)}
_SHIFT, _RETURN, _TAB, _CAPS = 50, 36, 23, 66


def presses(text: str) -> list[tuple[int, bool]]:
    """What a keyboard wedge set to a US keyboard does for a text: scan codes going down and up, so that no layout matters."""
    made: list[tuple[int, bool]] = []
    for letter in text:
        code, shifted = _CODES[letter]
        key = [(code, True), (code, False)]
        made += [(_SHIFT, True), *key, (_SHIFT, False)] if shifted else key
    return made


def by_place(text: str) -> list[str]:
    """The same in xdotool's words."""
    return [f"shift+{code}" if shifted else str(code) for code, shifted in (_CODES[letter] for letter in text)]


class Wedge:
    """A scanner: the X server itself keeps its pace (XTest's delay), so that a busy machine under test does not make it stumble."""

    def __init__(self, display: str) -> None:
        self._x, self._test = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")
        self._x.XOpenDisplay.restype = ctypes.c_void_p
        self._display = ctypes.c_void_p(self._x.XOpenDisplay(display.encode()))
        assert self._display

    def send(self, keys: Iterable[tuple[int, bool]], *delays_ms: int) -> None:
        """Each key goes down a delay after the one before, the delays in turn."""
        turns = cycle(delays_ms)
        for code, down in keys:
            self._test.XTestFakeKeyEvent(self._display, code, int(down), next(turns) if down and code != _SHIFT else 0)
        self._x.XSync(self._display, 0)

    def close(self) -> None:
        self._x.XCloseDisplay(self._display)


class Desk:
    """The child process with the real window, and the X server's keyboard."""

    def __init__(self, display: str, book: Path, scanner: str = "") -> None:
        self._env = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "PYTHONUNBUFFERED": "1", "QT_LOGGING_RULES": "qt.qpa.*=false"}
        self._env.pop("WAYLAND_DISPLAY", None)
        self._child = subprocess.Popen(
            [sys.executable, "-m", "tests.ui.x11", str(book), scanner], cwd=ROOT, env=self._env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
        )
        self.wedge = Wedge(display)
        self._lines: queue.Queue[str] = queue.Queue()
        self.said: list[str] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        self.window = self.wait("ready")
        self.x("xdotool", "windowfocus", self.window)
        self.wait("state receive window")

    def _read(self) -> None:
        assert self._child.stdout is not None
        for line in self._child.stdout:
            self.said.append(line.strip())
            self._lines.put(line.strip())

    def close(self) -> None:
        self.wedge.close()
        self._child.terminate()
        self._child.wait(20)
        self._reader.join(20)
        if self._child.stdout is not None:
            self._child.stdout.close()

    def x(self, *command: str) -> None:
        """Runs a program on the server."""
        subprocess.run(command, env=self._env, check=True, timeout=20)

    def wait(self, begins: str, *, past_scans: bool = False) -> str:
        """The rest of the next line that begins so; other lines are passed over, scans only if asked."""
        seen: list[str] = []
        until = time.monotonic() + 20
        while (left := until - time.monotonic()) > 0:
            with suppress(queue.Empty):
                line = self._lines.get(timeout=left)
                seen.append(line)
                if line.startswith(begins):
                    return line[len(begins) :].strip()
                assert past_scans or not line.startswith("scan"), f"waited for {begins}, got {line}"
        raise AssertionError(f"{begins} never came; came: {seen}")

    def layout(self, *words: str) -> None:
        self.x("setxkbmap", *words)

    def scan(self, text: str, end: int | None = _RETURN, delay_ms: int = 8) -> str:
        """Types a code as a scanner does; the code that the window understood.

        Where the X server itself was late with a key (a busy machine), it was no scanner's pace: once more.
        """
        keys = [*presses(text), *([(end, True), (end, False)] if end is not None else [])]
        for _ in range(TRIES):
            self.wedge.send(keys, delay_ms)
            seen = [int(self.wait("key", past_scans=True)) for code, down in keys if down]
            if max(later - sooner for sooner, later in pairwise(seen)) <= SCANNER_MS:
                return self.wait("scan")
            self._forget()
        raise AssertionError(f"the X server never kept a scanner's pace in {TRIES} tries")

    def _forget(self) -> None:
        """Passes over all that still comes."""
        with suppress(queue.Empty):
            while True:
                self._lines.get(timeout=1)

    def type(self, text: str, *delays_ms: int) -> None:
        """Types by hand."""
        self.wedge.send(presses(text), *(delays_ms or (SLOW_MS,)))

    def all_said(self, begins: str) -> list[str]:
        """The rest of every line so far that begins so."""
        return [line.removeprefix(begins).strip() for line in list(self.said) if line.startswith(begins + " ")]


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    """A fresh X server without a window manager. Fails, never skips, where the programs are missing."""
    missing = [program for program in ("Xvfb", "xdotool", "setxkbmap") if shutil.which(program) is None]
    assert missing == [], f"missing: {', '.join(missing)}; {INSTALL}"
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1400x800x24", "-nolisten", "tcp"], pass_fds=(write,), stderr=subprocess.DEVNULL
    )
    os.close(write)
    try:
        with os.fdopen(read) as told:
            number = told.readline().strip()
        assert number, "Xvfb did not start"
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(20)


@pytest.fixture
def desk(display: str, new_book: Path) -> Iterator[Desk]:
    made = Desk(display, new_book)
    try:
        made.layout("us")
        yield made
    finally:
        made.layout("us")
        made.close()


LAYOUTS = [("us",), ("bd",), ("bd", "-variant", "probhat"), ("fr",)]
NAMES = ["us", "bd", "probhat", "fr"]


@pytest.mark.parametrize("layout", LAYOUTS, ids=NAMES)
def test_a_scan_is_right_on_every_layout(desk: Desk, layout: tuple[str, ...]) -> None:
    desk.layout(*layout)
    assert desk.scan(ITEM) == ITEM
    assert desk.scan(ITEM, end=_TAB) == ITEM
    assert desk.scan(ITEM, end=None) == ITEM
    assert desk.scan(BAG_NUMBER) == BAG_NUMBER
    assert desk.scan(LINK) == LINK


@pytest.mark.parametrize("layout", LAYOUTS, ids=NAMES)
def test_caps_lock_changes_nothing(desk: Desk, layout: tuple[str, ...]) -> None:
    desk.layout(*layout)
    desk.x("xdotool", "key", str(_CAPS))
    try:
        assert desk.scan(ITEM) == ITEM
        assert desk.scan(LINK) == LINK
    finally:
        desk.x("xdotool", "key", str(_CAPS))


@pytest.mark.parametrize("layout", LAYOUTS, ids=NAMES)
def test_a_scan_is_right_while_the_search_field_has_the_focus(desk: Desk, layout: tuple[str, ...]) -> None:
    desk.layout(*layout)
    desk.x("xdotool", "key", "F8")
    desk.wait("state search field")
    assert desk.scan(ITEM) == ITEM
    desk.wait(f"state search window {ITEM}")


def test_typing_by_hand_arrives_unchanged(desk: Desk) -> None:
    desk.x("xdotool", "key", "F8")
    desk.wait("state search field")
    desk.type("Rahima 4417".replace(" ", "-"))
    desk.wait("state search field Rahima-4417")
    desk.x("xdotool", "key", str(_RETURN))
    desk.wait("state search window Rahima-4417")


@pytest.mark.parametrize(("layout", "typed"), [(("bd",), "৪৪১৭"), (("bd", "-variant", "probhat"), "৪৪১৭")], ids=["bd", "probhat"])
def test_typing_bangla_by_hand_arrives_as_bangla(desk: Desk, layout: tuple[str, ...], typed: str) -> None:
    desk.layout(*layout)
    desk.x("xdotool", "key", "F8")
    desk.wait("state search field")
    desk.type("4417")
    desk.wait(f"state search field {typed}")


def test_a_quick_typist_in_bangla_loses_no_key_and_is_no_scanner(desk: Desk) -> None:
    desk.layout("bd")
    desk.x("xdotool", "key", "F8")
    desk.wait("state search field")
    desk.type(BANGLA, *TYPIST_MS)
    desk.wait(f"state search field {BANGLA_TEXT}")
    assert desk.all_said("scan") == []


@pytest.mark.parametrize("layout", LAYOUTS, ids=NAMES)
def test_letter_keys_work_by_their_place(desk: Desk, layout: tuple[str, ...]) -> None:
    desk.layout(*layout)
    desk.type("k")
    desk.wait("asks")
    desk.x("xdotool", "key", "Escape")
    desk.wait("state receive window")


def test_scans_of_every_speed(desk: Desk) -> None:
    for delay_ms in (1, 4, 16, 24):
        assert desk.scan(ITEM, delay_ms=delay_ms) == ITEM


# Two scanners


class Till:
    """A book with announced parcels, its window, and a serial scanner beside the keys."""

    def __init__(self, display: str, book: Path, folder: Path) -> None:
        self.book = book
        self.parcels = [parcel["item_id"] for parcel in training_day.announced()[: 2 * EACH * ROUNDS]]
        with Book(book) as opened:
            Counter(opened).announce(*self.parcels)
        self.scanner = ScannerSimulator(folder / "scanner")
        self.desk = Desk(display, book, str(self.scanner.link))

    def close(self) -> None:
        self.desk.close()
        self.scanner.close()

    def until(self, met: Callable[[], bool]) -> bool:
        """Whether it came true in good time."""
        ends, turn = time.monotonic() + 10, threading.Event()
        while not met() and time.monotonic() < ends:
            turn.wait(0.02)
        return met()

    def received(self) -> list[str]:
        """Parcels in the book, in the order in which they were taken in."""
        reader = Reader(self.book)
        try:
            found = reader.read(lambda rows: entries.newest(rows, ("received",), 1_000))
        finally:
            reader.close()
        return [fact.entry.subject for fact, _ in reversed(found)]

    def both_scan(self, typed: list[str], sent: list[str]) -> float:
        """Both at once; scans a second of the one that types, 0 where a key of it was too late for a scanner."""
        before = len(self.desk.all_said("key"))
        thread = threading.Thread(target=self.scanner.scan_all, args=(sent, SCANS_A_SECOND, threading.Event()))
        thread.start()
        self.desk.x("xdotool", *(word for code in typed for word in ("key", "--delay", "0", *by_place(code), str(_RETURN), "sleep", str(PAUSE_S))))
        thread.join(20)
        assert self.until(lambda: (len(self.desk.all_said("key")) - before) % len(typed) == 0)
        stamps = [int(stamp) for stamp in self.desk.all_said("key")[before:]]
        keys = len(stamps) // len(typed)
        each = [stamps[n : n + keys] for n in range(0, len(stamps), keys)]
        late = any(later - sooner > SCANNER_MS for code in each for sooner, later in pairwise(code))
        return 0.0 if late else (len(typed) - 1) * 1_000 / (each[-1][0] - each[0][0])


@pytest.fixture
def till(display: str, new_book: Path, tmp_path: Path) -> Iterator[Till]:
    made = Till(display, new_book, tmp_path)
    try:
        made.desk.layout("bd")
        yield made
    finally:
        made.desk.layout("us")
        made.close()


def test_two_scanners_at_once_one_that_types_and_one_on_a_line_are_all_taken_in_their_order(till: Till) -> None:
    assert till.until(lambda: "ready" in till.desk.all_said("header"))
    for turn in range(ROUNDS):
        typed, sent = (till.parcels[n : n + EACH] for n in (2 * EACH * turn, 2 * EACH * turn + EACH))
        rate = till.both_scan(typed, sent)
        if rate:
            break
        till.desk.x("xdotool", "key", "Escape")
    assert rate > SCANS_A_SECOND / 2, "the machine never kept a scanner's pace"
    print(f"the scanner that types: {rate:.1f} scans a second")
    assert till.until(lambda: {*typed, *sent} <= set(till.received()))
    taken, seen = till.received(), till.desk.all_said("scan")
    for codes in (typed, sent):
        assert [item for item in taken if item in codes] == codes
        assert [item for item in seen if item in codes] == codes
