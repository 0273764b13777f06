"""A training office to try: with a display its window and the simulators' windows; without one an office day played through the real windows."""

from __future__ import annotations

import json
import os
import shutil
import sys
import threading
import time
from collections import Counter
from collections.abc import Generator
from pathlib import Path
from typing import Any

from corner_app import training_day
from corner_app.config import PrinterSettings, ScannerSettings, Settings
from corner_app.domain.trouble import Trouble
from corner_app.i18n import Language
from corner_app.training_day import Step

_LIMIT_S = 600
"""A day that takes longer hangs."""
_DRAWN_MS = 60
"""Time a picture waits for the window to lay itself out."""


def run_demo(out: Path, *, headless: bool) -> int:
    """Opens the training desk, or plays the day into `out`. Gives the exit code."""
    out.mkdir(parents=True, exist_ok=True)
    return _play_day(out) if headless else _open_desk(out)


def _fresh_book(out: Path) -> Path:
    from corner_app.book.book import make

    for old in (*out.glob("corner.book*"), *out.glob("*.png"), out / "figures.json"):
        old.unlink(missing_ok=True)
    for folder in ("labels", "screens"):
        shutil.rmtree(out / folder, ignore_errors=True)
        (out / folder).mkdir()
    book = out / "corner.book"
    make(book, office=training_day.OFFICE, counter=1, training=True)
    return book


class _Devices:
    """The shipped simulators: a scanner on a pseudo-terminal and a printer on a socket."""

    def __init__(self, out: Path) -> None:
        from corner_app.devices.simulators.printer import PrinterSimulator
        from corner_app.devices.simulators.scanner import ScannerSimulator

        self.printer = PrinterSimulator(out / "labels")
        self.scanner = ScannerSimulator(out / "scanner") if os.name == "posix" else None
        self._stop = threading.Event()
        threading.Thread(target=self.printer.run, args=(self._stop,), name="printer-simulator", daemon=True).start()  # noqa: TID251 - plays a device

    def settings(self) -> Settings:
        host, port = self.printer.address
        scanner = ScannerSettings(str(self.scanner.link)) if self.scanner is not None else ScannerSettings()
        return Settings(volume=0, printer=PrinterSettings("tcp", host, port), scanner=scanner)

    def close(self) -> None:
        self._stop.set()
        if self.scanner is not None:
            self.scanner.close()


def _open_desk(out: Path) -> int:
    """The window of the training office, with the simulators beside it."""
    from corner_app.app import App, application
    from corner_app.desk import commands as c
    from corner_app.ui.simulators import PrinterWindow, ScannerWindow

    book = out / "corner.book"
    known = book.exists()
    if not known:
        _fresh_book(out)
    devices = _Devices(out)
    qt = application()
    app = App(book, replace_volume(devices.settings(), 60))
    scanner = ScannerWindow(app.look, devices.scanner.scan if devices.scanner else _no_scanner, training_day.announced())
    printer = PrinterWindow(app.look, devices.printer)

    def announce() -> None:
        desk = app.desk
        if desk is not None and not known:
            desk.do(c.Announce(file=str(training_day.announced_file())), lambda outcome: app.window.front_screen.enter())

    app.on_ready = announce
    app.start()
    scanner.show()
    printer.show()
    app.window.raise_()
    code = qt.exec()
    app.stop()
    devices.close()
    return int(code)


def _no_scanner(text: str) -> None:
    raise Trouble("file_device")


def replace_volume(settings: Settings, volume: int) -> Settings:
    """The same settings, louder."""
    import msgspec

    return msgspec.structs.replace(settings, volume=volume)


def _play_day(out: Path) -> int:
    """The whole training day through the real windows, offscreen, at machine speed."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from corner_app.app import App, application
    from corner_app.book.verify import verify

    book, started = _fresh_book(out), time.monotonic()
    devices = _Devices(out)
    qt = application(["corner-app"])
    app = App(book, devices.settings())
    player = Player(app, devices, out)
    app.on_ready = player.begin
    player.finished = app.window.close
    app.start()
    from PySide6.QtCore import QTimer

    QTimer.singleShot(_LIMIT_S * 1000, lambda: player.give_up("time"))
    qt.exec()
    app.stop()
    devices.close()
    report = verify(book)
    figures = player.figures() | {"verify": "good" if report.good else report.faults, "entries": report.entries, "head": report.head}
    figures["seconds"] = round(time.monotonic() - started, 1)
    (out / "figures.json").write_text(json.dumps(figures, ensure_ascii=False, indent=2), encoding="utf-8")
    _tell(figures, out)
    return 0 if report.good and not player.gave_up else 1


def _tell(figures: dict[str, Any], out: Path) -> None:
    print(f"The day took {figures['seconds']} s; the book has {figures['entries']} entries and is {figures['verify']}.")
    print(f"  answers   {figures['answers']}")
    print(f"  parcels   {figures['status']['parcels']}")
    print(f"  on hand   {figures['status']['on_hand']}   drawers (paisa) {figures['status']['drawer']}   labels printed {figures['labels']}")
    print(f"Screens, labels, the book and figures.json are in {out}")


Waited = Generator[str, Any, None]
"""A script that yields the name of what it waits for ("answer", "waiting", "view", "prints") and is resumed with its value."""


class Player:
    """Does at the real window what a clerk would do: scans go through the simulated scanner, keys to the window."""

    def __init__(self, app: Any, devices: _Devices, out: Path) -> None:
        self._app, self._devices, self._out = app, devices, out
        self._told: Counter[str] = Counter()
        self._bag, self._status = "", dict[str, Any]()
        self._script = self._day()
        self._wanted, self._shots = "", set[str]()
        self.gave_up = ""
        self.finished: Any = None
        self._missing: list[str] = []

    def begin(self) -> None:
        """The window is ready: the day begins."""
        self._app.desk.watch = self._heard
        self._step(None)

    def give_up(self, why: str) -> None:
        """Something hangs: stop and say so."""
        if self._wanted != "done":
            self.gave_up = why
            print(f"The day stopped at {self._told}: {why}, waiting for {self._wanted}", file=sys.stderr)
            self.finished()

    def figures(self) -> dict[str, Any]:
        """What was answered, and the office at the end."""
        return {
            "answers": dict(sorted(self._told.items())), "missing": self._missing, "status": self._status, "labels": len(self._devices.printer.printed),
            "gave_up": self.gave_up,
        }  # fmt: skip

    def _heard(self, what: str, value: Any) -> None:
        if what == "answer":
            self._told[value.code] += 1
        if what == self._wanted:
            self._step(value)

    def _step(self, value: Any) -> None:
        try:
            self._wanted = self._script.send(value)
        except StopIteration:
            self._wanted = "done"
            self.finished()

    # What a clerk does

    @property
    def _window(self) -> Any:
        return self._app.window

    def _scan(self, text: str) -> None:
        if self._devices.scanner is not None:
            self._devices.scanner.scan(text)
        else:
            from corner_app.domain.scan import Scan

            self._window.on_scan(Scan(text))

    def _keys(self, *keys: str) -> None:
        for key in keys:
            self._window.on_key(key)

    def _type(self, text: str) -> None:
        """Into the question that waits, then Enter."""
        self._window.asking.fields[0].setText(text)
        self._keys("Enter")

    def _shot(self, name: str) -> Waited:
        """One picture of each moment, in both languages, each after the window has drawn itself."""
        from PySide6.QtCore import QTimer

        if name in self._shots:
            return
        self._shots.add(name)
        for language in (Language.EN, Language.BN):
            self._app.look.change(language=language)
            QTimer.singleShot(_DRAWN_MS, lambda: self._heard("drawn", None))
            yield "drawn"
            self._window.grab().save(str(self._out / "screens" / f"{name}-{language.value}.png"))

    def _day(self) -> Waited:
        from corner_app.desk import commands as c

        self._app.desk.do(c.Announce(file=str(training_day.announced_file())), lambda outcome: None)
        yield "answer"
        done = ""
        for number, step in enumerate(training_day.plan()):
            if step.screen != done:
                print(f"  {step.screen} …", flush=True)
                done = step.screen
            yield from self._do(step, number)
        self._window.open("devices")
        yield "prints"
        while any(job.state in ("queued",) for job in self._window.front_screen.jobs):
            self._app.wake.set()
            self._window.front_screen.enter()
            yield "prints"
        yield from self._shot("print-queue")
        self._window.open("today")
        yield "today"
        yield from self._shot("today")
        self._app.desk.do(c.Status(), self._take_status)
        yield "answer"

    def _take_status(self, outcome: Any) -> None:
        self._status = dict(outcome.data)

    def _do(self, step: Step, number: int) -> Waited:
        if self._window.front != step.screen:
            self._window.open(step.screen)
        match step.job:
            case "open_bag" | "receive" | "sort":
                yield from self._one_scan(step, number)
            case "undo":
                self._keys("Ctrl+Z")
                yield "answer"
            case "damaged":
                self._keys("D")
                self._type(step.more["note"])
                yield "answer"
            case "end_bag":
                self._keys("Ctrl+Enter", "Ctrl+Enter")
                ended = yield "answer"
                self._missing += ended.data["missing"]
            case "print_label" | "reprint":
                yield from self._label(step)
            case "hand_over" | "refuse":
                yield from self._buyer(step)

    def _one_scan(self, step: Step, number: int) -> Waited:
        self._scan(step.scan)
        outcome = yield "answer"
        if outcome.tone.value == "stop":
            yield from self._shot(f"{step.screen}-stop")
            self._keys("Esc")
        elif number == 30 or (step.job == "sort" and outcome.data.get("to") == "bag"):
            yield "bag" if step.job == "receive" else "bins"
            yield from self._shot(step.screen)

    def _label(self, step: Step) -> Waited:
        self._scan(step.scan)
        yield "view"
        yield from self._shot("search")
        self._keys("P")
        if step.job == "reprint":
            yield "answer"
            self._type(step.more["reason"])
        yield "answer"
        yield "view"

    def _buyer(self, step: Step) -> Waited:
        self._scan(step.scan)
        yield "waiting"
        if step.job == "refuse":
            self._keys("R", "1")
            yield "answer"
            self._keys("Enter")
            return
        self._keys(*step.more["code"][:4])
        yield from self._shot("handover")
        self._keys(*step.more["code"][4:], *str(step.more["tendered"] // 100))
        self._keys("Ctrl+Enter")
        outcome = yield "answer"
        if outcome.tone.value == "stop":
            yield "waiting"
            yield from self._shot("handover-stop")
            self._keys("Esc", "Esc")
        else:
            yield from self._shot("handover-done")
            self._keys("Enter")
