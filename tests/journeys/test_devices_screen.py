"""A clerk sets up a printer at F12: the window, the set-up's thread, a printer on a real socket, and the label read from its paper."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from pytestqt.qtbot import QtBot
from tests.ui import prepared as p

from corner_app.config import load, settings_file
from corner_app.devices.setup import station as s
from corner_app.devices.simulators.printer import PrinterSimulator
from corner_app.domain.scan import Scan
from corner_app.i18n import Language, words
from corner_app.printers import printer_of
from corner_app.station_setup import StationSetup
from corner_app.ui.bridge import Bridge
from corner_app.ui.main_window import MainWindow
from corner_app.ui.screens.devices import DevicesScreen
from corner_app.ui.theme import Look

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
PATIENCE_MS = 20_000


class Counter:
    """The window and its set-up at work."""

    def __init__(self, qtbot: QtBot, book: Path) -> None:
        self.stop, bridge = threading.Event(), Bridge()
        self.station = s.Station()
        self.window: MainWindow = p.window(p.PreparedPort(), Look(Language.BN), p.NOW)
        self.setup = StationSetup(
            book, lambda: self.station, self.told, bridge.post, lambda: p.NOW, self.stop, training="প্রশিক্ষণ", kept=lambda settings: None,
            loudness=lambda percent: None, typed=lambda: "",
        )  # fmt: skip
        self.window.devices = self.setup
        self.thread = threading.Thread(target=self.setup.run)
        self.thread.start()
        qtbot.addWidget(self.window)
        self.window.show()
        self.window.on_key("F12")

    def told(self, event: s.StationEvent) -> None:
        self.station = s.fold(self.station, event)

    @property
    def screen(self) -> DevicesScreen:
        found = self.window.front_screen
        assert isinstance(found, DevicesScreen)
        return found

    def end(self) -> None:
        self.stop.set()
        self.thread.join(20)
        assert not self.thread.is_alive()


@pytest.fixture
def printer(tmp_path: Path) -> Iterator[PrinterSimulator]:
    made, stop = PrinterSimulator(tmp_path / "labels"), threading.Event()
    thread = threading.Thread(target=made.run, args=(stop,))
    thread.start()
    yield made
    stop.set()
    thread.join(20)


def test_a_printer_is_set_up_at_f12_and_its_own_paper_proves_it(qtbot: QtBot, tmp_path: Path, printer: PrinterSimulator) -> None:
    book = tmp_path / "corner.book"
    counter = Counter(qtbot, book)
    try:
        window, screen = counter.window, counter.screen

        def at(step: str) -> None:
            qtbot.waitUntil(lambda: screen.wizard.step == step and not screen.wizard.busy, timeout=PATIENCE_MS)

        window.on_key("N")
        at("find")
        window.on_key("A")
        window.asking.fields[0].setText(f"127.0.0.1:{printer.address[1]}")
        window.on_key("Enter")
        at("language")
        assert words("setup.told", Language.BN) in "\n".join(p.words_shown(window))
        window.on_key("Enter")
        window.on_key("Enter")
        at("scan")
        with Image.open(printer.printed[0]) as paper:
            for code in zxingcpp.read_barcodes(paper):
                window.on_scan(Scan(code.text, device="usb:05E0:1701:SC-0147"))
        assert [check.state for check in screen.wizard.checks] == ["good"] * 4
        window.on_key("Enter")
        window.on_key("Enter")
        at("saved")
        kept = load(settings_file(book)).printer
        assert (kept.identity, printer_of(kept).name) == (f"tcp:127.0.0.1:{printer.address[1]}",) * 2
    finally:
        counter.end()
