"""What every one of the commands needs: the counter's settings, its scans, hands for the set-up, and a way to say things."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Any

from PySide6.QtGui import QGuiApplication

from corner_app.config import CounterScanner, Settings, load, settings_file
from corner_app.devices.profile import Profile
from corner_app.devices.scanners.framing import Noise, read_text
from corner_app.devices.scanners.keeping import PortState, now_ms
from corner_app.devices.setup.events import Paper
from corner_app.devices.setup.performing import Performer
from corner_app.domain.scan import Scan
from corner_app.domain.trouble import Trouble
from corner_app.i18n import Language, words
from corner_app.labels.raster import Bitmap
from corner_app.port import is_training
from corner_app.scanners import Scanners, all_scanners, scanner_of
from corner_app.setting_up import saver, scanners_read, test_label

DONE, NOT_GOOD = 0, 1
JOIN_S, LOOK_S = 5.0, 0.05
KEYBOARD = "keyboard"
"""Name of the scanner whose scans come by standard input."""


class Until(Event):
    """An event that is set by itself when its time is over."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._ends = time.monotonic() + seconds

    def is_set(self) -> bool:
        """Whether it was set, or is late."""
        return super().is_set() or time.monotonic() >= self._ends

    def wait(self, timeout: float | None = None) -> bool:
        """Waits no longer than its own time."""
        left = max(0.0, self._ends - time.monotonic())
        super().wait(left if timeout is None else min(left, timeout))
        return self.is_set()


class Counter:
    """One run of a command. now: ms UTC. Raises Trouble("bad_settings")."""

    def __init__(self, asked: argparse.Namespace, now: Callable[[], int], book: Path) -> None:
        self.asked, self.now, self.book = asked, now, book
        self.language = Language(asked.language)
        self.settings: Settings = load(settings_file(book))
        self.training = is_training(book)
        self._painter: QGuiApplication | None = None

    def performer(self) -> Performer:
        """Hands for the wizard. A production book takes no simulator."""
        return Performer(self._draw, saver(self.book), real=not self.training)

    def scans(self, most: int) -> Iterator[Scan]:
        """From the scanners with a line of their own until --wait is over, or from standard input until it ends, where a scanner that types sends its lines."""
        entries = self._scanners()
        return self._from_lines(entries, most) if entries else _from_input(most)

    def say(self, text: str) -> None:
        """A line for people; none where a program reads."""
        if not self.asked.json:
            print(text, flush=True)

    def answer(self, said: dict[str, Any]) -> None:
        """An object for programs; none where people read."""
        if self.asked.json:
            print(json.dumps(said, ensure_ascii=False), flush=True)

    def refuse(self, key: str, **params: object) -> int:
        """What cannot be done, in words on standard error; gives the exit code."""
        print(words(key, self.language, **params), file=sys.stderr)
        return NOT_GOOD

    def _scanners(self) -> list[CounterScanner]:
        """Those of the settings, or the one that --scanner names, as the settings have it if they do; none for standard input."""
        asked, known = self.asked.scanner, {entry.identity: entry for entry in all_scanners(self.settings)}
        if asked is None:
            return list(scanners_read(self.settings))
        return [known.get(asked, CounterScanner(asked, baud=self.settings.scanner.baud))] if asked not in ("", "-") else []

    def _from_lines(self, entries: list[CounterScanner], most: int) -> Iterator[Scan]:
        """All of them at once. One that is named wrongly is said, and the others are read."""
        stop, heard = Until(self.asked.wait), SimpleQueue[Scan]()

        def tell(name: str, state: PortState) -> None:
            """What is scanned before the line is open is lost, so it is said when it is."""
            if heard.empty():
                self._warn(f"{name}: {words(f'device_is.{state}', self.language)}")

        threads: list[Thread] = []

        def begin(name: str, body: Callable[[], None]) -> None:
            threads.append(Thread(target=body, name=name, daemon=True))
            threads[-1].start()

        reading = Scanners(heard.put, lambda name: self._warn(f"{name}: {words('device_log.noise', self.language)}"), tell, stop)
        for entry in entries:
            try:
                reading.start(scanner_of(entry), begin)
            except Trouble as trouble:
                self._warn(words(f"trouble.{trouble.code}", self.language, **trouble.params))
        for _ in range(most if threads else 0):
            scan = _next(heard, stop)
            if scan is None:
                break
            yield scan
        stop.set()
        for thread in threads:
            thread.join(JOIN_S)

    def _warn(self, text: str) -> None:
        """In one piece: scanners speak on threads of their own."""
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()

    def _draw(self, profile: Profile, paper: Paper, tag: int) -> Bitmap:
        """Drawing needs Qt's fonts, and no screen."""
        if self._painter is None:
            if not any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")) and sys.platform != "win32":
                os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
            self._painter = QGuiApplication(sys.argv[:1])
        return test_label(profile, paper, tag, self.now(), words("label.training", Language.BN) if self.training and self.book.exists() else "")


def _next(heard: SimpleQueue[Scan], stop: Event) -> Scan | None:
    """None when the time is over."""
    while True:
        try:
            return heard.get(timeout=LOOK_S)
        except Empty:
            if stop.is_set():
                return None


def _from_input(most: int) -> Iterator[Scan]:
    for _ in range(most):
        line = sys.stdin.readline()
        if not line:
            return
        try:
            scan = read_text(line, KEYBOARD, now_ms())
        except Noise:
            continue
        if scan is not None:
            yield scan
