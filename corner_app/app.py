"""Wiring of the window: opens the book on the writer's thread, starts the threads, stops them in reverse. Nothing is decided here."""

from __future__ import annotations

import faulthandler
import os
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from corner_app.config import Settings, load, settings_file
from corner_app.domain.here import Clerk
from corner_app.domain.outcome import Tone
from corner_app.domain.scan import BagScan, ItemScan, Nothing, understand
from corner_app.domain.trouble import Trouble
from corner_app.i18n import Language, words
from corner_app.ui.bridge import Bridge
from corner_app.ui.main_window import MainWindow
from corner_app.ui.theme import Look

if TYPE_CHECKING:
    from corner_app.desk.session import Beginning
    from corner_app.devices.printer import Printer
    from corner_app.port import Desk
    from corner_app.station_devices import StationDevices
    from corner_app.station_printers import StationPrinters

NOBODY = Clerk("", "", "")


def now_ms() -> int:
    """Milliseconds UTC by this machine's clock."""
    return time.time_ns() // 1_000_000


class App:
    """One running window over one book. `start` shows it at once and opens the book behind it; `stop` ends the threads in reverse."""

    def __init__(self, path: Path, settings: Settings, clock: Callable[[], int] = now_ms) -> None:
        from corner_app.devices.sound import Sounds
        from corner_app.reference import resource_dir

        self.path, self.settings, self.clock = path, settings, clock
        self.look = Look(Language(settings.language), dark=settings.theme == "dark", percent=settings.text_percent)
        self.bridge, self.stopping, self.wake = Bridge(), threading.Event(), _Wakes()
        self.sounds = Sounds(resource_dir() / "sounds", settings.volume)
        self.threads: list[threading.Thread] = []
        self.desk: Desk | None = None
        self.devices: StationDevices | None = None
        self.printers: StationPrinters | None = None
        self.ready = False
        self.on_ready: Callable[[], None] = _nothing
        self.unhear: Callable[[], None] = _nothing
        port = _Later(self)
        self.window = MainWindow(
            port, self.look, ("", ""), "", 0, training=False, clerk=NOBODY, clock=clock, play=self._play, on_close=self.stop,
            tell=lambda device, tone: self.devices.tell(device, tone.value) if self.devices is not None else None,
        )  # fmt: skip

    def _play(self, tone: Tone) -> None:
        self.sounds.play(tone.value)

    def start(self) -> None:
        """Shows the window, then opens the book and the devices on their threads."""
        self.window.show()
        _mark("first-frame", self.window)
        QTimer.singleShot(0, self._open)

    def _open(self) -> None:
        self._thread("writer", self._write)

    def _thread(self, name: str, body: Callable[[], None]) -> None:
        thread = threading.Thread(target=body, name=name, daemon=True)
        self.threads.append(thread)
        thread.start()

    def _write(self) -> None:
        """The writer's thread: its imports are the slow ones, so they happen here, behind the window."""
        from corner_app.port import Desk

        desk = Desk(self.path, self.bridge, self.clock, self.wake, gives_receipts=self.settings.receipt_printer.there)
        self.desk = desk
        begun = desk.begin()
        begun.add_done_callback(lambda future: self.bridge.post(lambda: self._begun(future)))
        desk.writer.run()

    def _begun(self, future: Future[Beginning]) -> None:
        desk = self.desk
        error = future.exception()
        if error is not None or desk is None:
            self._cannot_open(error)
            return
        beginning = future.result()
        here = desk.here
        desk.on_clerk, desk.on_failed, desk.on_changed = self.window.show_clerk, self._could_not_read, self.window.changed
        self.window.show_place(here.office_name, here.postcode, here.counter, training=here.training)
        self.window.show_clerk(here.clerk)
        self.ready = True
        self._prepare_devices(desk)
        self.window.resume(beginning.screen, beginning.bag)
        self._start_devices(desk)  # after the screen is open, which clears what is said below: a device that is named wrongly is said there
        self._tell(beginning)
        self._thread("sync", desk.background.run)
        self._thread("relay", desk.relay.run)
        _mark("scan-ready", self.window)
        self.on_ready()

    def _could_not_read(self, code: str) -> None:
        """What a screen asked for was not read: it shows what it showed before, and the clerk is told."""
        self.window.footer.notice(words(f"trouble.{code}", self.look.language))

    def _cannot_open(self, error: BaseException | None) -> None:
        code, params = (error.code, error.params) if isinstance(error, Trouble) else ("bug", {})
        print(words(f"trouble.{code}", Language.EN, **params), file=sys.stderr)
        self.window.asking.tell("ui.stop", [words(f"trouble.{code}", self.look.language, **params)], lambda: (self.window.close(), None)[1])

    def _tell(self, beginning: Beginning) -> None:
        """After a crash: what is safe, and what was done last."""
        lang, lines = self.look.language, []
        if beginning.salvaged is not None:
            lines += [words("ui.salvaged", lang), words("ui.salvaged_how", lang, saved=beginning.salvaged[0], file=beginning.salvaged[1])]
        elif beginning.crashed:
            lines.append(words("ui.recovered_safe", lang))
            lines += [words("ui.recovered_last", lang, item=line.item, what=words(f"ui.line_{line.code}", lang)) for line in beginning.last]
        if lines:
            self.window.asking.tell("ui.recovered", lines, self.window.setFocus)

    # Devices

    def _prepare_devices(self, desk: Desk) -> None:
        """Before a screen is open that shows them. Nothing runs yet."""
        from corner_app.devices.scanners.wedge import WedgeDecoder
        from corner_app.station_devices import StationDevices
        from corner_app.station_printers import StationPrinters
        from corner_app.station_setup import StationSetup
        from corner_app.ui.keys import Keys

        devices = StationDevices(self.settings, self.window, self.bridge.post, self.clock, self.stopping)
        decoder = WedgeDecoder(looks_like_code, "windows" if sys.platform == "win32" else "x11")
        keys = Keys(decoder, self.window, self.window.on_key, lambda scan: devices.scanned(scan, keys.gaps_ms), lambda: time.monotonic() * 1000)
        qt = QApplication.instance()
        assert qt is not None  # noqa: S101 - there is a window
        qt.installEventFilter(keys)
        self.unhear = lambda: qt.removeEventFilter(keys)
        printers = StationPrinters(desk, self.window, self.bridge.post, self.clock, self.wake.another, self._thread, self._with_drawer, devices.told)
        setup = StationSetup(
            self.path, lambda: devices.station, devices.told, self.bridge.post, self.clock, self.stopping,
            training=words("label.training", Language.BN) if desk.here.training else "", kept=self._set_up, loudness=self._loudness,
            typed=lambda: keys.typed, alone=printers.alone,
        )  # fmt: skip
        devices.on_change = lambda station: self.window.front_screen.changed() if self.window.front == "devices" else None
        self.devices, self.printers, self.window.devices = devices, printers, setup
        self._thread("setup", setup.run)

    def _start_devices(self, desk: Desk) -> None:
        """A thread of its own for each scanner, printer and scale, so that none waits for another."""
        assert self.devices is not None and self.printers is not None  # noqa: S101 - just prepared
        self.devices.start(self._thread)
        desk.on_drawer = self.devices.open_drawer
        self.printers.start(self.settings)

    def _with_drawer(self, printer: Printer | None) -> Printer | None:
        """The receipt printer with the cash drawer behind it; None: there is no such printer any more."""
        if self.devices is None:
            return printer
        if printer is None:
            self.devices.without_drawer()
        else:
            printer = self.devices.with_drawer(printer, self._thread)
        self.window.has_drawer = self.devices.has_drawer
        return printer

    def _set_up(self, settings: Settings) -> None:
        """Printers that were kept or forgotten at F12 are at work, or not, from now on."""
        self.settings = settings
        if self.desk is not None:
            self.desk.gives_receipts(settings.receipt_printer.there)
        if self.printers is not None:
            self.printers.kept(settings)

    def _loudness(self, percent: int) -> None:
        self.sounds.volume = percent

    def stop(self) -> None:
        """Ends the stay in the book, then the threads, in reverse."""
        if self.stopping.is_set():
            return
        self.stopping.set()
        self.unhear()
        if self.printers is not None:
            self.printers.end()
        self.wake.set()
        if self.desk is not None:
            self.desk.background.end()
            self.desk.relay.end()
        for thread in reversed(self.threads[1:]):
            thread.join(timeout=3 if thread.name == "sync" else 5)  # what a silent link would still bring is asked for again
        if self.desk is not None:
            self.desk.end()
            self.threads[0].join(timeout=10)


class _Wakes:
    """Wakes every spool. Each has a bell of its own, which it stills itself when it looks."""

    def __init__(self) -> None:
        self._bells: list[threading.Event] = []

    def another(self) -> threading.Event:
        """A bell for one more spool."""
        bell = threading.Event()
        self._bells.append(bell)
        return bell

    def set(self) -> None:
        """There is something to do, or to look at."""
        for bell in self._bells:
            bell.set()


class _Later:
    """The desk before the book is open: what is asked waits for it, and the window with it never."""

    def __init__(self, app: App) -> None:
        self._app = app

    def __getattr__(self, name: str) -> Any:
        desk = self._app.desk
        if desk is not None and self._app.ready:
            return getattr(desk, name)
        return _ignored


def _ignored(*_: object, **__: object) -> None:
    """Before the book is open nothing can be asked; the screens ask again when it is."""


def _nothing() -> None:
    """Nobody waits for the window to be ready."""


def looks_like_code(text: str) -> bool:
    """Whether a burst of keys reads like one of our codes."""
    meaning = understand(text)
    return isinstance(meaning, BagScan) or not isinstance(meaning, Nothing | ItemScan) or (isinstance(meaning, ItemScan) and len(meaning.number.text) >= 8)


def _mark(event: str, window: MainWindow) -> None:
    """Times of a start, for the benchmark: only when asked for by the environment."""
    if os.environ.get("CORNER_TIMES") != "1":
        return

    def say() -> None:
        print(event, flush=True, file=sys.stderr)
        if event == "scan-ready" and os.environ.get("CORNER_QUIT") == "1":
            QTimer.singleShot(0, window.close)

    if event == "first-frame":
        window.grab()
    say()


def application(arguments: list[str] | None = None) -> QApplication:
    """The Qt application in Corner's dress."""
    faulthandler.enable()
    app = QApplication(arguments or sys.argv[:1])
    app.setStyle("Fusion")
    app.setApplicationName("Corner")
    return app


def run_window(path: Path, settings: Settings | None = None) -> int:
    """Opens the window and returns when it is closed. Raises Trouble("no_display"), Trouble("no_book")."""
    if sys.platform.startswith("linux") and not any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")):
        raise Trouble("no_display")
    if not path.exists():
        raise Trouble("no_book", file=str(path))
    from corner_app.evidence import keep_log

    qt = application()
    keep_log(path)
    app = App(path, settings or load(settings_file(path)))
    app.start()
    code = qt.exec()
    app.stop()
    return code


def write_label(path: Path, number: str, form: str, dpi: int, target: Path) -> None:
    """Writes what a printer would get for a parcel of the book. Raises Trouble("parcel_not_found")."""
    from PySide6.QtGui import QGuiApplication

    from corner_app.paper import label_bytes

    if "DISPLAY" not in os.environ and "WAYLAND_DISPLAY" not in os.environ and sys.platform != "win32":
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    _kept = QGuiApplication.instance() or QGuiApplication(sys.argv[:1])
    data = label_bytes(path, number, form, dpi, now_ms())
    beside = target.with_name(target.name + ".part")
    beside.write_bytes(data)
    os.replace(beside, target)
