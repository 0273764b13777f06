"""What every one of the commands needs: the counter's settings, its scans, hands for the set-up, and a way to say things."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import Any

from PySide6.QtGui import QGuiApplication

from corner_app.config import Settings, load, settings_file
from corner_app.devices.profile import Profile
from corner_app.devices.scanners.framing import Noise, read_text
from corner_app.devices.scanners.keeping import PortState, now_ms
from corner_app.devices.scanners.serial import find_port, read_scans
from corner_app.devices.setup.events import Paper
from corner_app.devices.setup.performing import Performer
from corner_app.domain.scan import Scan
from corner_app.i18n import Language, words
from corner_app.labels.raster import Bitmap
from corner_app.port import is_training
from corner_app.setting_up import saver, test_label

DONE, NOT_GOOD = 0, 1
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
        """From the serial scanner until --wait is over, or from standard input until it ends, where a scanner that types sends its lines."""
        port = self.settings.scanner.port if self.asked.scanner is None else self.asked.scanner
        return self._from_serial(port, most) if port and port != "-" else _from_input(most)

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

    def _from_serial(self, port: str, most: int) -> Iterator[Scan]:
        stop, heard = Until(self.asked.wait), list[Scan]()

        def take(scan: Scan) -> None:
            heard.append(scan)
            if len(heard) >= most:
                stop.set()

        def tell(state: PortState) -> None:
            """What is scanned before the line is open is lost, so it is said when it is."""
            if not heard:
                print(f"{port}: {words(f'device_is.{state}', self.language)}", file=sys.stderr, flush=True)

        read_scans(lambda: find_port(port), take, tell, stop, self.settings.scanner.baud, port)
        yield from heard[:most]

    def _draw(self, profile: Profile, paper: Paper, tag: int) -> Bitmap:
        """Drawing needs Qt's fonts, and no screen."""
        if self._painter is None:
            if not any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")) and sys.platform != "win32":
                os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
            self._painter = QGuiApplication(sys.argv[:1])
        return test_label(profile, paper, tag, self.now(), words("label.training", Language.BN) if self.training and self.book.exists() else "")


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
