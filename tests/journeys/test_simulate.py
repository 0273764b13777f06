"""`corner-app simulate` as people start it, its refusal beside a production book, and the windows of the simulators."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import serial
from PIL import Image
from PySide6.QtWidgets import QDoubleSpinBox, QSpinBox
from pytestqt.qtbot import QtBot
from tests.devices.sheets import Sheet, dots

from corner_app.book.book import make
from corner_app.devices.languages.known import LANGUAGES
from corner_app.devices.profile import LanguageName, Profile
from corner_app.devices.simulators.drawer import DrawerSimulator
from corner_app.devices.simulators.printer import DIALECTS, PrinterSimulator
from corner_app.devices.simulators.scanners.any_kind import AnyScanner
from corner_app.devices.transports.serial import SerialPrinter
from corner_app.devices.transports.tcp import TcpPrinter
from corner_app.i18n import Language, words
from corner_app.simulate import LANGUAGES as OFFERED
from corner_app.ui.simulated_printer import PrinterWindow
from corner_app.ui.simulators import DrawerWindow, LinkWindow, ScaleWindow, ScannerWindow
from corner_app.ui.theme import Look

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
PAGE = Sheet(64, 40, bytes([0xF0, 0, 0xFF, 0, 0xAA, 0, 0, 0x01]) * 40)
DONE, TROUBLE, USAGE = 0, 2, 64
posix_only = pytest.mark.skipif(os.name != "posix", reason="pseudo-terminals are POSIX")


def program(book: Path, *words_: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "corner_app", "--book", str(book), *words_]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=60, check=False, stdin=subprocess.DEVNULL, env=env)


class Served:
    """A simulator in a process of its own."""

    def __init__(self, folder: Path, *words_: str, book: Path | None = None) -> None:
        self.folder = folder / "out"
        command = [
            sys.executable,
            "-m",
            "corner_app",
            "--book",
            str(book or folder / "none.book"),
            "simulate",
            *words_,
            "--headless",
            "--folder",
            str(self.folder),
        ]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, encoding="utf-8", bufsize=1)
        assert self.process.stdout is not None
        self.said = self.process.stdout.readline().strip()

    @property
    def tcp(self) -> TcpPrinter:
        """The way to what is on a socket."""
        found = re.search(r"(127\.0\.0\.1):(\d+)", self.said)
        assert found is not None, self.said
        return TcpPrinter(found[1], int(found[2]))

    def tell(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")

    def end(self) -> str:
        """What it said of lines it did not understand."""
        self.process.send_signal(signal.SIGTERM)
        _, wrong = self.process.communicate(timeout=20)
        assert self.process.returncode == DONE, wrong
        return wrong


@contextmanager
def served(folder: Path, *words_: str, book: Path | None = None) -> Iterator[Served]:
    made = Served(folder, *words_, book=book)
    try:
        yield made
        if made.process.poll() is None:
            assert made.end() == ""
    finally:
        made.process.kill()
        made.process.communicate()


def wait_for(what: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(500):
        if what():
            return
        pause.wait(0.01)
    raise AssertionError("it did not happen")


# Beside a production book


@pytest.fixture
def production(tmp_path: Path) -> Path:
    path = tmp_path / "corner.book"
    make(path, office="8500", counter=1, training=False)
    return path


@pytest.mark.parametrize(("what", "language"), [("printer", Language.EN), ("scanner", Language.BN), ("scale", Language.EN), ("drawer", Language.BN)])
def test_no_simulator_starts_beside_a_production_book(what: str, language: Language, production: Path, tmp_path: Path) -> None:
    before = production.read_bytes()
    done = program(production, "--language", language.value, "simulate", what, "--headless", "--folder", str(tmp_path / "out"))
    assert (done.returncode, done.stdout) == (TROUBLE, "")
    assert done.stderr == words("trouble.simulator_beside_production", language, file="corner.book") + "\n"
    assert not (tmp_path / "out").exists()
    assert production.read_bytes() == before


def test_what_cannot_be_read_may_be_a_production_book(tmp_path: Path) -> None:
    path = tmp_path / "corner.book"
    path.write_bytes(b"noise" * 1_000)
    done = program(path, "simulate", "printer", "--headless", "--folder", str(tmp_path / "out"))
    assert (done.returncode, done.stdout) == (TROUBLE, "")
    assert not (tmp_path / "out").exists()


def test_the_demo_does_not_open_a_production_book_that_lies_in_its_folder(production: Path) -> None:
    done = program(production, "demo", "--out", str(production.parent), env={**os.environ, "QT_QPA_PLATFORM": "offscreen"})
    assert done.returncode == TROUBLE
    assert done.stderr == words("trouble.simulator_beside_production", Language.EN, file="corner.book") + "\n"
    assert not (production.parent / "scanner").exists()


# What cannot be served


@pytest.mark.parametrize("what", ["printer", "drawer"])
@pytest.mark.parametrize("port", ["99999", "65536", "-1"])
@pytest.mark.parametrize("language", list(Language))
def test_a_port_there_is_not_is_refused_with_those_there_are(tmp_path: Path, what: str, port: str, language: Language) -> None:
    done = program(tmp_path / "none.book", "--language", language.value, "simulate", what, "--headless", "--folder", str(tmp_path / "out"), f"--port={port}")
    assert (done.returncode, done.stdout) == (TROUBLE, "")
    assert done.stderr == words("trouble.simulator_no_port", language, port=port) + "\n"


@pytest.mark.parametrize("what", ["printer", "scanner", "scale", "drawer"])
@pytest.mark.parametrize("language", list(Language))
def test_a_folder_that_cannot_be_made_is_said_with_its_name(tmp_path: Path, what: str, language: Language) -> None:
    (tmp_path / "file").write_bytes(b"")
    for folder in (tmp_path / "file" / "x", tmp_path / "file"):
        done = program(tmp_path / "none.book", "--language", language.value, "simulate", what, "--headless", "--folder", str(folder))
        assert (done.returncode, done.stdout) == (TROUBLE, "")
        assert done.stderr == words("trouble.simulator_no_folder", language, folder=str(folder)) + "\n"


@posix_only
@pytest.mark.parametrize("what", ["printer", "scanner", "scale"])
def test_a_line_that_cannot_be_laid_is_said_with_its_name(tmp_path: Path, what: str) -> None:
    (tmp_path / "file").write_bytes(b"")
    link = tmp_path / "file" / "line"
    done = program(tmp_path / "none.book", "simulate", what, "--headless", "--folder", str(tmp_path / "out"), "--serial", str(link))
    assert (done.returncode, done.stdout) == (TROUBLE, "")
    assert done.stderr == words("trouble.simulator_no_line", Language.EN, link=str(link)) + "\n"


# In a process of its own


def test_beside_a_training_book_it_prints_and_fails_as_it_is_told(tmp_path: Path) -> None:
    book = tmp_path / "corner.book"
    make(book, office="8500", counter=1, training=True)
    with served(tmp_path, "printer", "--language", "escpos", "--fault", "head_open", book=book) as one:
        assert one.said.startswith("SIMULATED printer, escpos: 127.0.0.1:")
        language, profile = LANGUAGES["escpos"], Profile(name="Till", language="escpos", width=64, confirm="reply")
        assert language.status(one.tcp.ask).word == "head_open"
        for line in ("-head_open", "media_out"):
            one.tell(line)
        wait_for(lambda: language.status(one.tcp.ask).word == "media_out")
        one.tcp.send(language.encode(PAGE, profile, 7))
        one.tell("-media_out")
        wait_for((one.folder / "label-0001.png").exists)
        wait_for(lambda: language.status(one.tcp.ask).word == "ready")
        with Image.open(one.folder / "label-0001.png") as sheet:
            assert sheet.info["Comment"] == "SIMULATED"
            assert np.array_equal((np.asarray(sheet)[:40, :64] < 128).astype(np.uint8), dots(PAGE))
        for line in ("slow_s=0.2", "reset_after=null", "reset_after=soon", "slow_s=null", "speed=4", "paper_out", ""):
            one.tell(line)
        one.tell("mute")
        wait_for(lambda: language.status(one.tcp.ask).word == "mute")
        assert one.end() == "".join(f"? {line}\n" for line in ("reset_after=soon", "slow_s=null", "speed=4", "paper_out", ""))


@posix_only
def test_a_profile_chooses_the_language_and_a_serial_line_stands_beside_the_socket(tmp_path: Path) -> None:
    link = tmp_path / "port"
    with served(tmp_path, "printer", "--profile", "generic-zpl", "--serial", str(link)) as one:
        wait_for(link.is_symlink)
        language, profile = LANGUAGES["zpl"], Profile(name="ZPL", language="zpl")
        SerialPrinter(str(link), 9600).send(language.encode(PAGE, profile, 1))
        wait_for((one.folder / "label-0001.png").exists)
        assert language.status(one.tcp.ask).word == "ready"


@posix_only
def test_a_scanner_reads_the_lines_it_is_told(tmp_path: Path) -> None:
    with served(tmp_path, "scanner") as one:
        with serial.Serial(str(one.folder / "scanner"), timeout=5) as line:
            one.tell("CP407774791BD")
            assert line.read_until(b"\r") == b"CP407774791BD\r"


@posix_only
def test_a_scale_weighs_what_it_is_told(tmp_path: Path) -> None:
    with served(tmp_path, "scale") as one:
        one.tell("1234")
        one.tell("mute")
        one.tell("-mute")
        with serial.Serial(str(one.folder / "scale"), timeout=5) as line:

            def weigh() -> bytes:
                line.write(b"W")
                return bytes(line.read_until(b"\r"))

            wait_for(lambda: weigh() == b"\x0201.234\r")


def test_a_drawer_comes_open_and_is_pushed_shut(tmp_path: Path) -> None:
    from corner_app.devices.languages.escpos import drawer_open, kick

    with served(tmp_path, "drawer") as one:
        one.tcp.send(kick(2))
        assert drawer_open(one.tcp.ask) is True
        one.tell("shut")
        wait_for(lambda: drawer_open(one.tcp.ask) is False)


def test_what_cannot_be_simulated_is_said_in_words(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = program(tmp_path / "none.book", "simulate", "drawer", "--headless", "--port", port, "--folder", str(tmp_path))
    assert (done.returncode, done.stdout) == (TROUBLE, "")
    assert done.stderr == words("trouble.simulator_port_taken", Language.EN, port=port) + "\n"
    done = program(tmp_path / "none.book", "simulate", "printer", "--headless", "--profile", "no-such-model", "--folder", str(tmp_path))
    assert (done.returncode, done.stdout) == (TROUBLE, "")
    assert "no-such-model" in done.stderr
    assert program(tmp_path / "none.book", "simulate", "printer", "--language", "pdf").returncode == USAGE


def test_every_language_that_has_a_simulator_is_offered() -> None:
    assert set(OFFERED) == set(DIALECTS)


# Its windows


@pytest.fixture
def printer(tmp_path: Path) -> Iterator[PrinterSimulator]:
    made, stop = PrinterSimulator(tmp_path / "paper", language="tspl"), threading.Event()
    thread = threading.Thread(target=made.run, args=(stop,))
    thread.start()
    yield made
    stop.set()
    thread.join(10)


def send(printer: PrinterSimulator, language: LanguageName = "tspl") -> None:
    TcpPrinter(*printer.address).send(LANGUAGES[language].encode(PAGE, Profile(name="Labels", language=language, width=64, height=40), 1))


@pytest.mark.parametrize("language", Language)
def test_the_printers_window_switches_faults_and_shows_labels(language: Language, printer: PrinterSimulator, qtbot: QtBot) -> None:
    printer.slow_s = 0.0
    look = Look(language)
    window = PrinterWindow(look, printer)
    qtbot.addWidget(window)
    ticks = {tick.text(): tick for tick, _ in window.frame._ticks}
    assert window.windowTitle().startswith("SIMULATED · ")
    assert window.last.full == words("sim.no_label", language)
    ticks[words("ui.printer_media_out", language)].click()
    ticks[words("sim.die_after_print", language)].click()
    assert (set(printer.faults), printer.die_after_print) == ({"media_out"}, True)
    printer.faults.add("garbage")
    qtbot.waitUntil(ticks[words("sim.garbage", language)].isChecked)
    window.mend.pressed.emit()
    assert (set(printer.faults), printer.die_after_print) == (set(), False)
    assert not any(ticks[words(key, language)].isChecked() for key in ("ui.printer_media_out", "sim.garbage", "sim.die_after_print"))
    send(printer)
    qtbot.waitUntil(lambda: window.label.accessibleName() == "label-0001.png")
    send(printer)
    qtbot.waitUntil(lambda: (window.label.accessibleName(), window.earlier[0].accessibleName()) == ("label-0002.png", "label-0001.png"))
    assert window.figures.full == words("sim.labels", language, n=2, bytes=printer.received)
    other = Language.EN if language is Language.BN else Language.BN
    look.change(language=other)
    assert words("ui.printer_media_out", other) in [tick.text() for tick, _ in window.frame._ticks]


def test_the_printers_window_says_how_slow_and_broken_the_line_is_and_that_it_went_off(printer: PrinterSimulator, qtbot: QtBot) -> None:
    window = PrinterWindow(Look(Language.EN), printer)
    qtbot.addWidget(window)

    def number(name: str) -> QSpinBox:
        found = window.findChild(QSpinBox, name)
        assert isinstance(found, QSpinBox)
        return found

    for name, value in (("reset_after", 200), ("stall_after", 300), ("line_bytes_s", 960)):
        number(name).setValue(value)
        assert getattr(printer, name) == value
        assert number(name).text() == str(value)
    seconds = window.findChild(QDoubleSpinBox, "slow_s")
    assert seconds is not None
    seconds.setValue(0)
    assert printer.slow_s == 0.0
    window.mend.pressed.emit()
    assert (printer.reset_after, printer.stall_after, printer.line_bytes_s) == (None, None, 960)
    number("line_bytes_s").setValue(0)
    printer.die_after_print = True
    send(printer)
    qtbot.waitUntil(lambda: window.last.full == words("sim.off", Language.EN))


@posix_only
def test_the_scales_window_puts_a_weight_on_it(tmp_path: Path, qtbot: QtBot) -> None:
    from corner_app.devices.simulators.scale import ScaleSimulator

    scale = ScaleSimulator(tmp_path / "scale")
    window = ScaleWindow(Look(Language.BN), scale)
    qtbot.addWidget(window)
    window.slider.setValue(123)
    assert scale.grams == 1_230
    assert window.weight.full == "১.২৩০ কেজি"
    ticks = {tick.text(): tick for tick, _ in window.frame._ticks}
    ticks["নড়ছে"].click()
    assert scale.faults == {"motion"}
    ticks["নড়ছে"].click()
    assert scale.faults == set()
    scale.unplug()


def test_the_drawers_window_shows_it_open_and_pushes_it_shut(qtbot: QtBot) -> None:
    drawer, stop = DrawerSimulator(), threading.Event()
    thread = threading.Thread(target=drawer.run, args=(stop,))
    thread.start()
    window = DrawerWindow(Look(Language.EN), drawer)
    qtbot.addWidget(window)
    assert (window.state.full, window.shut.isEnabled()) == ("Closed", False)
    TcpPrinter(*drawer.address).send(b"\x1bp\x00\x19\xfa")
    qtbot.waitUntil(lambda: (window.state.full, window.shut.isEnabled()) == ("Open", True))
    assert window.pulses.full == words("sim.pulses", Language.EN, n=1)
    window.shut.pressed.emit()
    assert (window.state.full, drawer.is_open) == ("Closed", False)
    stop.set()
    thread.join(10)


@posix_only
def test_the_scanners_window_sends_codes_as_the_kind_that_is_chosen(tmp_path: Path, qtbot: QtBot) -> None:
    scanner, stop = AnyScanner(tmp_path / "scanner"), threading.Event()
    thread = threading.Thread(target=scanner.run, args=(stop,))
    thread.start()
    parcels = [{"bag_id": "B1", "item_id": "CP407774791BD", "recipient_name_bn": "আরিফুল মৃধা", "postcode": "8500", "pickup_code": "123456"}]
    window = ScannerWindow(Look(Language.BN), scanner.scan, parcels, ("serial", "ssi", "honeywell"), scanner.become, scanner.told)
    qtbot.addWidget(window)
    with serial.Serial(str(scanner.link), timeout=5) as line:
        window.field.setText("EE123456785BD")
        window.field.returnPressed.emit()
        assert line.read_until(b"\r") == b"EE123456785BD\r"
    window.kinds["honeywell"].click()
    wait_for(lambda: scanner.kind == "honeywell" and scanner.link.is_symlink())
    with serial.Serial(str(scanner.link), timeout=5) as line:
        window.list.itemActivated.emit(window.list.item(1))
        assert line.read_until(b"\r") == b"CP407774791BD\r"
        line.write(b"\x1b7,")
        qtbot.waitUntil(lambda: window.heard.full == words("sim.host_said", Language.BN, what="ESC 7"))
    stop.set()
    thread.join(10)
    assert not scanner.link.exists()


def test_the_links_window_cuts_and_restores(qtbot: QtBot) -> None:
    class Link:
        up = True

        def cut(self) -> None:
            self.up = False

        def restore(self) -> None:
            self.up = True

    link = Link()
    window = LinkWindow(Look(Language.EN), link)
    qtbot.addWidget(window)
    window.cut.click()
    assert not link.up
    window.cut.click()
    assert link.up
