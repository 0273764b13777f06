"""The training office by itself: with a display its window and the simulators' windows; without one an office day played through the real windows."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from corner_app import training_day
from corner_app.demo.devices import Devices
from corner_app.demo.link import Link
from corner_app.domain.trouble import Trouble

_LIMIT_S = 600
"""A day that takes longer hangs."""
_LOUD = 60
"""Volume where somebody listens."""


def run_alone(out: Path, *, headless: bool, bags: int) -> int:
    """Opens the training desk without a centre, or plays the day into `out`. Gives the exit code."""
    book = out / "corner.book"
    if not headless:
        known = book.exists()
        if not known:
            fresh_book(out, book)
        return open_desk(out, book, announce=not known)
    fresh_book(out, book)
    figures = play_day(out, book, bags)
    keep(figures, out)
    return 0 if figures["verify"] == "good" and not figures["gave_up"] else 1


def fresh_book(out: Path, book: Path) -> None:
    """A new book of the training office, and nothing left of the day before."""
    from corner_app.book.book import make

    out.mkdir(parents=True, exist_ok=True)
    for old in (*out.glob("*.book*"), *out.glob("*.png"), out / "figures.json"):
        old.unlink(missing_ok=True)
    for folder in ("labels", "screens"):
        shutil.rmtree(out / folder, ignore_errors=True)
        (out / folder).mkdir()
    make(book, office=training_day.OFFICE, counter=1, training=True)


def open_desk(out: Path, book: Path, *, announce: bool = False, link: Link | None = None) -> int:
    """The window of the training office, with the simulators beside it. announce: the desk takes the day's file in; link: to be cut by hand."""
    from corner_app.app import App, application
    from corner_app.desk import commands as c
    from corner_app.ui.simulated_printer import PrinterWindow
    from corner_app.ui.simulators import LinkWindow, ScannerWindow

    devices = Devices(out, book)
    qt = application()
    app = App(book, devices.settings(_LOUD))
    beside = [
        ScannerWindow(app.look, devices.scanner.scan if devices.scanner else _no_scanner, training_day.announced()),
        PrinterWindow(app.look, devices.printer),
    ]
    if link is not None:
        beside.append(LinkWindow(app.look, link))

    def take_in() -> None:
        desk = app.desk
        if desk is not None and announce:
            desk.do(c.Announce(file=str(training_day.announced_file())), lambda outcome: app.window.front_screen.enter())

    app.on_ready = take_in
    app.start()
    for window in beside:
        window.show()
    app.window.raise_()
    try:
        with told_to_stop(qt.quit):
            return int(qt.exec())
    finally:
        app.stop()
        devices.close()


def _no_scanner(text: str) -> None:
    raise Trouble("file_device")


@contextmanager
def told_to_stop(stop: Callable[[], None]) -> Iterator[None]:
    """While the window's loop runs, Ctrl+C and SIGTERM end it in order instead of tearing it."""

    def told(number: int, frame: FrameType | None) -> None:
        stop()

    before = {number: signal.signal(number, told) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def play_day(out: Path, book: Path, bags: int, link: Link | None = None) -> dict[str, Any]:
    """The training day, or the first `bags` of it, through the real windows, offscreen, at machine speed. Gives its figures.

    link: to the centre, which is cut on the way; None where there is none.
    """
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtCore import QTimer

    from corner_app.app import App, application
    from corner_app.book.verify import verify
    from corner_app.demo.player import Player

    started = time.monotonic()
    devices = Devices(out, book)
    qt = application(["corner-app"])
    app = App(book, devices.settings())
    player = Player(app, devices, out, bags, link)
    app.on_ready = player.begin
    player.finished = app.window.close
    app.start()
    limit = QTimer(singleShot=True, interval=_LIMIT_S * 1000)
    limit.timeout.connect(lambda: player.give_up("time"))
    limit.start()
    try:
        with told_to_stop(lambda: player.give_up("told to stop")):
            qt.exec()
    finally:
        app.stop()
        devices.close()
    report = verify(book)
    figures = player.figures() | {"verify": "good" if report.good else report.faults, "entries": report.entries, "head": report.head}
    figures["seconds"] = round(time.monotonic() - started, 1)
    return figures


def keep(figures: dict[str, Any], out: Path) -> None:
    """Writes the day's figures beside the book, and says what they are."""
    (out / "figures.json").write_text(json.dumps(figures, ensure_ascii=False, indent=2), encoding="utf-8")
    print(f"The day took {figures['seconds']} s; the book has {figures['entries']} entries and is {figures['verify']}.")
    print(f"  answers   {figures['answers']}")
    status = figures["status"]
    if status:  # a day that was stopped has none
        print(f"  parcels   {status['parcels']}")
        print(f"  on hand   {status['on_hand']}   drawers (paisa) {status['drawer']}   labels printed {figures['labels']}")
    print(f"Screens, labels, the book and figures.json are in {out}")
