"""`corner-app simulate`: a printer, scanner, scale or drawer without the thing, in a process of its own; never beside a production book.

Without a window it is told what to do by lines on standard input: a printer a fault, "-" and a fault, or `slow_s=0.5` and the like; a scanner a code; a
scale its grams, a fault, or "-" and a fault; a drawer "shut" or the same.
"""

from __future__ import annotations

import argparse
import errno
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, MutableSet
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from types import FrameType
from typing import TYPE_CHECKING, get_args

import msgspec

from corner_app.devices.profile import LanguageName
from corner_app.devices.simulators.behaviour import FAULTS, Behaviour
from corner_app.domain.trouble import Trouble
from corner_app.i18n import Language, words

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from corner_app.devices.simulators.printer import PrinterSimulator
    from corner_app.ui.theme import Look

LANGUAGES = tuple(name for name in get_args(LanguageName) if name != "pdf")
KINDS = ("serial", "ssi", "honeywell")
"""Scanners that can be at the other end of a serial line."""
PROTOCOLS = ("toledo", "sma", "continuous")
_LAST_PORT = 65_535
_REPLUG_S = 1.0
"""How long a cable that came out stays out."""


@dataclass(frozen=True, slots=True)
class _Device:
    """window: makes it. said: where it is, in words. tell: one line of standard input; raises ValueError for one that says nothing."""

    window: Callable[[Look], QWidget]
    said: str
    tell: Callable[[str], None]


def refuse_beside(book: Path) -> None:
    """Raises Trouble when a book lies there that is not for training, or one that cannot be read: nobody knows whether it is."""
    from corner_app.port import is_training

    if not is_training(book):
        raise Trouble("simulator_beside_production", file=book.name)


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("what", choices=_WHAT)
    model = parser.add_mutually_exclusive_group()
    model.add_argument("--language", dest="speaks", choices=LANGUAGES, default="zpl", help="of the printer")
    model.add_argument("--profile", default="", help="of the printer: a file of resources/printers, without .toml")
    parser.add_argument("--port", type=int, default=0, help="TCP port of printer or drawer (default: a free one)")
    parser.add_argument("--serial", type=Path, default=None, metavar="LINK", help="serial line to be opened there; a printer is on TCP as well")
    parser.add_argument("--folder", type=Path, default=Path("build/simulated"), help="where labels come out and lines are found")
    parser.add_argument("--kind", choices=KINDS, default=KINDS[0], help="of the scanner")
    parser.add_argument("--protocol", choices=PROTOCOLS, default=PROTOCOLS[0], help="of the scale")
    parser.add_argument("--fault", action="append", default=[], choices=FAULTS, help="the printer begins with it; may be said several times")
    parser.add_argument("--headless", action="store_true", help="no window (so it is where there is no display)")


def simulate(asked: argparse.Namespace, book: Path) -> int:
    """Serves until it is ended. Gives the exit code. Raises Trouble, also when there is a production book."""
    refuse_beside(book)
    _prepare(asked)
    with ExitStack() as ends:
        try:
            device = _WHAT[asked.what](asked, _Threads(ends))
        except OSError as error:
            raise _trouble(error, asked) from error
        print(device.said, flush=True)
        if asked.headless or not _display():
            _obey_until_told(device.tell)
            return 0
        return _show(device.window, Language(asked.language))


def _prepare(asked: argparse.Namespace) -> None:
    """What is found out before a thread could stumble over it. Raises Trouble."""
    if not 0 <= asked.port <= _LAST_PORT:
        raise Trouble("simulator_no_port", port=str(asked.port))
    if asked.serial is not None and (not asked.serial.parent.is_dir() or asked.serial.is_dir() or not os.access(asked.serial.parent, os.W_OK)):
        raise Trouble("simulator_no_line", link=str(asked.serial))
    try:
        asked.folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Trouble("simulator_no_folder", folder=str(asked.folder)) from error
    if not os.access(asked.folder, os.W_OK):
        raise Trouble("simulator_no_folder", folder=str(asked.folder))


def _display() -> bool:
    return not sys.platform.startswith("linux") or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def _trouble(error: OSError, asked: argparse.Namespace) -> Trouble:
    match error.errno:
        case errno.EADDRINUSE:
            return Trouble("simulator_port_taken", port=str(asked.port))
        case errno.EACCES | errno.EPERM if asked.port:
            return Trouble("simulator_no_port", port=str(asked.port))
    return Trouble("simulator_no_folder", folder=str(asked.folder)) if os.name == "posix" else Trouble("simulator_no_serial")


class _Threads:
    """Threads that end with the command."""

    def __init__(self, ends: ExitStack) -> None:
        self.stop, self._ends = threading.Event(), ends

    def start(self, body: Callable[[threading.Event], None], name: str) -> None:
        """body: told when to end."""
        thread = threading.Thread(target=body, args=(self.stop,), name=name, daemon=True)
        self._ends.callback(thread.join, 5)
        self._ends.callback(self.stop.set)
        thread.start()


def _printer(asked: argparse.Namespace, threads: _Threads) -> _Device:
    from corner_app.config import PrinterSettings
    from corner_app.devices.simulators.printer import DIALECTS, PrinterSimulator
    from corner_app.printers import profile_of

    speaks, dpi = asked.speaks, 0
    if asked.profile:
        profile = profile_of(PrinterSettings(profile=asked.profile))
        speaks, dpi = profile.language, profile.dpi
    if speaks not in DIALECTS:
        raise Trouble("simulator_no_language", what=speaks)
    printer = PrinterSimulator(asked.folder, port=asked.port, language=speaks, dpi=dpi)
    printer.faults.update(asked.fault)
    threads.start(printer.run, "printer")
    where = "{}:{}".format(*printer.address)
    if asked.serial is not None:
        link = asked.serial
        threads.start(lambda stop: _on_serial(printer, link, stop), "printer-serial")
        where += f", {link}"
    said = words("sim.serving_printer", Language(asked.language), what=speaks, where=where, folder=asked.folder)

    def window(look: Look) -> QWidget:
        from corner_app.ui.simulated_printer import PrinterWindow

        return PrinterWindow(look, printer)

    def tell(line: str) -> None:
        name, is_value, value = line.partition("=")
        if not is_value:
            _fault(printer.faults, line, FAULTS)
        elif name in _SETTINGS:
            setattr(printer, name, getattr(msgspec.convert({name: json.loads(value)}, Behaviour), name))
        else:
            raise ValueError(line)

    return _Device(window, said, tell)


_SETTINGS = frozenset(Behaviour.__dataclass_fields__) - {"faults"}


def _fault(faults: MutableSet[str], line: str, known: Iterable[str]) -> None:
    fault = line.removeprefix("-")
    if fault not in known:
        raise ValueError(line)
    (faults.discard if line.startswith("-") else faults.add)(fault)


def _on_serial(printer: PrinterSimulator, link: Path, stop: threading.Event) -> None:
    """A cable that came out is put in again."""
    while not stop.is_set() and not printer.off:
        printer.run_serial(link, stop)
        stop.wait(_REPLUG_S)


def _scanner(asked: argparse.Namespace, threads: _Threads) -> _Device:
    from corner_app import training_day
    from corner_app.devices.simulators.scanners.any_kind import AnyScanner

    scanner = AnyScanner(asked.serial or asked.folder / "scanner", asked.kind)
    threads.start(scanner.run, "scanner")

    def window(look: Look) -> QWidget:
        from corner_app.ui.simulators import ScannerWindow

        kinds = (asked.kind, *(kind for kind in KINDS if kind != asked.kind))
        return ScannerWindow(look, scanner.scan, training_day.announced(), kinds, scanner.become, scanner.told)

    return _Device(window, _said(asked, str(scanner.link), asked.kind), scanner.scan)


def _scale(asked: argparse.Namespace, threads: _Threads) -> _Device:
    from corner_app.devices.simulators.scale import ScaleSimulator

    scale = ScaleSimulator(asked.serial or asked.folder / "scale", asked.protocol)
    threads.start(scale.run, "scale")

    def window(look: Look) -> QWidget:
        from corner_app.ui.simulators import ScaleWindow

        return ScaleWindow(look, scale)

    def tell(line: str) -> None:
        if line.isdecimal():
            scale.grams = int(line)
        else:
            _fault(scale.faults, line, ("motion", "over", "under", "zero_error", "broken", "mute", "garbled"))

    return _Device(window, _said(asked, str(scale.link), asked.protocol), tell)


def _drawer(asked: argparse.Namespace, threads: _Threads) -> _Device:
    from corner_app.devices.simulators.drawer import DrawerSimulator

    drawer = DrawerSimulator(port=asked.port)
    threads.start(drawer.run, "drawer")

    def window(look: Look) -> QWidget:
        from corner_app.ui.simulators import DrawerWindow

        return DrawerWindow(look, drawer)

    def tell(line: str) -> None:
        if line == "shut":
            drawer.push_shut()
        else:
            _fault(drawer.faults, line, ("mute", "stuck", "resets"))

    return _Device(window, _said(asked, "{}:{}".format(*drawer.address), ""), tell)


def _said(asked: argparse.Namespace, where: str, kind: str) -> str:
    return words("sim.serving", Language(asked.language), what=f"{asked.what} {kind}".strip(), where=where)


_WHAT: dict[str, Callable[[argparse.Namespace, _Threads], _Device]] = {
    "printer": _printer, "scanner": _scanner, "scale": _scale, "drawer": _drawer,
}  # fmt: skip


def _obey_until_told(tell: Callable[[str], None]) -> None:
    """Lines are obeyed until Ctrl+C or SIGTERM; their end is not the end."""
    over: SimpleQueue[None] = SimpleQueue()  # an Event would wait for its own lock when the signal comes just as it begins to wait
    with _told_to_stop(lambda: over.put(None)):
        threading.Thread(target=_obey, args=(tell,), name="lines", daemon=True).start()  # nothing ends a read of standard input but its end
        over.get()


def _obey(tell: Callable[[str], None]) -> None:
    """Read without a buffer, whose lock a thread that still reads would hold at the end of the program."""
    with open(0, "rb", buffering=0, closefd=False) as lines:
        for raw in lines:
            line = raw.decode("utf-8", "replace").strip()
            try:
                tell(line)
            except ValueError:
                print(f"? {line}", file=sys.stderr, flush=True)


def _show(make: Callable[[Look], QWidget], language: Language) -> int:
    from corner_app.app import application
    from corner_app.ui.theme import Look

    qt = application()
    window = make(Look(language))
    window.show()
    with _told_to_stop(qt.quit):
        return int(qt.exec())


@contextmanager
def _told_to_stop(stop: Callable[[], None]) -> Iterator[None]:
    def told(number: int, frame: FrameType | None) -> None:
        stop()

    before = {number: signal.signal(number, told) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
