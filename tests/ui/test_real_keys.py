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
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest
from tests.ui.prepared import BAG_NUMBER

pytestmark = pytest.mark.xvfb

ROOT = Path(__file__).parents[2]
INSTALL = "type once: sudo apt-get install -y xvfb xdotool x11-xkb-utils (make setup does it too)"
ITEM = "CP104722182BD"
LINK = f"https://corner.example/t/{ITEM}"
SCANNER_MS, TRIES = 30, 20
"""Longest gap in a scanner's pace."""
SLOW_MS = 130
"""Between two keys of a person who types well."""

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


class Wedge:
    """A scanner: the X server itself keeps its pace (XTest's delay), so that a busy machine under test does not make it stumble."""

    def __init__(self, display: str) -> None:
        self._x, self._test = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")
        self._x.XOpenDisplay.restype = ctypes.c_void_p
        self._display = ctypes.c_void_p(self._x.XOpenDisplay(display.encode()))
        assert self._display

    def send(self, keys: Iterable[tuple[int, bool]], delay_ms: int) -> None:
        """Each key goes down delay_ms after the one before."""
        for code, down in keys:
            self._test.XTestFakeKeyEvent(self._display, code, int(down), delay_ms if down and code != _SHIFT else 0)
        self._x.XSync(self._display, 0)

    def close(self) -> None:
        self._x.XCloseDisplay(self._display)


class Desk:
    """The child process with the real window, and the X server's keyboard."""

    def __init__(self, display: str, book: Path) -> None:
        self._env = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "PYTHONUNBUFFERED": "1", "QT_LOGGING_RULES": "qt.qpa.*=false"}
        self._env.pop("WAYLAND_DISPLAY", None)
        self._child = subprocess.Popen(
            [sys.executable, "-m", "tests.ui.x11", str(book)], cwd=ROOT, env=self._env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
        )
        self.wedge = Wedge(display)
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        self.window = self.wait("ready")
        self.x("xdotool", "windowfocus", self.window)
        self.wait("state receive window")

    def _read(self) -> None:
        assert self._child.stdout is not None
        for line in self._child.stdout:
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

    def type(self, text: str) -> None:
        """Types by hand."""
        self.wedge.send(presses(text), SLOW_MS)


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


LAYOUTS = [("us",), ("bd",), ("bd", "-variant", "probhat")]
NAMES = ["us", "bd", "probhat"]


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
