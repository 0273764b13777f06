"""A running counter with real lines: several scanners at once, answers in the hand, cables in and out, a scale. Window and book are the real ones."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot
from tests.conftest import Counter

from corner_app import training_day
from corner_app.app import App
from corner_app.book import entries
from corner_app.book.book import Book, Reader
from corner_app.book.verify import verify
from corner_app.config import CounterScanner, PrinterSettings, ScaleSettings, ScannerSettings, Settings
from corner_app.desk import commands as c
from corner_app.devices.scanners.ssi import BEEPS
from corner_app.devices.simulators.drawer import DrawerSimulator
from corner_app.devices.simulators.scale import ScaleSimulator
from corner_app.devices.simulators.scanner import ScannerSimulator
from corner_app.devices.simulators.scanners.honeywell import HoneywellSimulator
from corner_app.devices.simulators.scanners.ssi import SsiScannerSimulator
from corner_app.domain.outcome import Outcome
from corner_app.i18n import Language, words

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
pytestmark = pytest.mark.skipif(os.name != "posix", reason="a simulated scanner is a pseudo-terminal")

WAIT_MS = 15_000
WRONG = "CP104722187BD"
"""Its check digit is wrong."""


@pytest.fixture(scope="module")
def parcels() -> list[str]:
    """Numbers of parcels that will be announced to this office."""
    return [parcel["item_id"] for parcel in training_day.announced()[:80]]


class Office:
    """A window over a book with announced parcels, beside simulated devices on threads."""

    def __init__(self, qtbot: QtBot, book: Path) -> None:
        self.qtbot, self.book = qtbot, book
        self.stop = threading.Event()
        self.threads: list[threading.Thread] = []
        self.app: App | None = None

    def serve(self, run: Callable[[threading.Event], None]) -> None:
        thread = threading.Thread(target=run, args=(self.stop,))
        self.threads.append(thread)
        thread.start()

    def begin(self, **settings: Any) -> App:
        app = App(self.book, Settings(language="en", volume=0, **settings))
        self.app = app
        self.qtbot.addWidget(app.window)
        app.start()
        self.until(lambda: app.ready)
        return app

    def until(self, true: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(true()), timeout=WAIT_MS)

    def header(self) -> str:
        assert self.app is not None
        return self.app.window.header._states["scanner"]

    def received(self) -> list[str]:
        """Parcels in the book, in the order in which they were taken in."""
        reader = Reader(self.book)
        try:
            found = reader.read(lambda rows: entries.newest(rows, ("received",), 1_000))
        finally:
            reader.close()
        return [fact.entry.subject for fact, _ in reversed(found)]

    def end(self) -> None:
        if self.app is not None:
            self.app.window.close()
            self.app.stop()
        self.stop.set()
        for thread in self.threads:
            thread.join(10)
            assert not thread.is_alive()


@pytest.fixture
def office(qtbot: QtBot, new_book: Path, parcels: list[str]) -> Iterator[Office]:
    with Book(new_book) as book:
        Counter(book).announce(*parcels)
    made = Office(qtbot, new_book)
    yield made
    made.end()
    assert verify(new_book).good


def test_two_scanners_with_twenty_scans_a_second_each_are_all_taken_in_their_order(office: Office, tmp_path: Path, parcels: list[str]) -> None:
    left, right = ScannerSimulator(tmp_path / "left"), ScannerSimulator(tmp_path / "right")
    app = office.begin(
        scanner=ScannerSettings(str(left.link)), scanners=(CounterScanner(str(right.link), role="intake"),),
    )  # fmt: skip
    office.until(lambda: office.header() == "ready" and app.devices is not None and len(app.devices._states) == 2)
    of_left, of_right = parcels[:40], parcels[40:80]
    for scanner, codes in ((left, of_left), (right, of_right)):
        office.serve(lambda stop, scanner=scanner, codes=codes: scanner.scan_all(codes, 20, stop))  # type: ignore[misc]
    office.until(lambda: app.window.receive.received == 80)
    taken = office.received()
    assert [item for item in taken if item in of_left] == of_left
    assert [item for item in taken if item in of_right] == of_right
    assert taken != of_left + of_right, "they took turns"
    assert app.devices is not None
    counts = {device.name: device.count for device in app.devices.station.devices}
    assert counts[str(left.link)] == counts[str(right.link)] == 40


def test_a_wrong_parcel_beeps_and_razzes_in_the_hand_that_holds_it(office: Office, tmp_path: Path, parcels: list[str]) -> None:
    ssi, honeywell = SsiScannerSimulator(tmp_path / "ssi"), HoneywellSimulator(tmp_path / "honeywell")
    office.serve(ssi.run)
    office.serve(honeywell.run)
    app = office.begin(scanners=(CounterScanner(str(ssi.link), "ssi"), CounterScanner(str(honeywell.link), "honeywell")))
    office.until(lambda: app.devices is not None and list(app.devices._states.values()) == ["connected"] * 2)
    ssi.scan(WRONG)
    office.until(lambda: ssi.beeps == [BEEPS["stop"]] and ssi.lit)
    honeywell.scan(parcels[0])
    office.until(lambda: not honeywell.waiting and honeywell.heard == [f"read {parcels[0]}", "8"])
    app.window.on_key("Esc")
    honeywell.scan(parcels[1])
    ssi.scan(parcels[2])
    office.until(lambda: honeywell.heard[-1] == "7" and ssi.beeps[-1] == BEEPS["good"] and not ssi.lit)
    honeywell.scan(WRONG)
    office.until(lambda: honeywell.heard[-1] == "8")
    assert sorted(office.received()) == sorted(parcels[1:3])


def test_the_same_label_twice_under_the_beam_is_received_once_and_said(office: Office, tmp_path: Path, parcels: list[str]) -> None:
    """Both reads in one go, so that no stall of the machine comes between them."""
    scanner = ScannerSimulator(tmp_path / "scanner")
    app = office.begin(scanners=(CounterScanner(str(scanner.link)),))
    devices = app.devices
    assert devices is not None
    office.until(lambda: office.header() == "ready")
    scanner.noise(f"{parcels[0]}\r{parcels[0]}\r".encode())
    office.until(lambda: app.window.receive.stage.line.full.startswith("Already scanned, 0."))
    assert [line.item for line, _ in app.window.receive.lines] == [parcels[0]]
    assert office.received() == [parcels[0]]
    assert devices.station.scans[0].again_ms is not None


def test_a_scanner_pulled_out_during_work_is_said_and_works_again_when_it_is_in(office: Office, tmp_path: Path, parcels: list[str]) -> None:
    left, right = ScannerSimulator(tmp_path / "left"), ScannerSimulator(tmp_path / "right")
    app = office.begin(scanners=(CounterScanner(str(left.link)), CounterScanner(str(right.link))))
    office.until(lambda: app.devices is not None and len(app.devices._states) == 2 and office.header() == "ready")
    left.scan(parcels[0])
    office.until(lambda: app.window.receive.received == 1)
    left.unplug()
    office.until(lambda: office.header() == "lost")
    right.scan(parcels[1])
    office.until(lambda: app.window.receive.received == 2)
    left.replug()
    office.until(lambda: office.header() == "ready")
    left.scan(parcels[2])
    office.until(lambda: app.window.receive.received == 3)
    assert office.received() == parcels[:3]
    assert app.devices is not None
    said = [line.word for line in app.devices.station.log_of(str(left.link))]
    assert [word for word in said if word in ("connected", "lost")] == ["connected", "lost", "connected"]


def test_a_garbled_code_is_said_and_the_scanner_reads_on(office: Office, tmp_path: Path, parcels: list[str]) -> None:
    scanner = ScannerSimulator(tmp_path / "scanner")
    app = office.begin(scanners=(CounterScanner(str(scanner.link)),))
    office.until(lambda: office.header() == "ready")
    scanner.noise(b"CP10\x00\xff\r")
    office.until(lambda: app.window.footer._notice.full == words("ui.unreadable", Language.EN))
    scanner.scan(parcels[0])
    office.until(lambda: app.window.receive.received == 1)
    assert app.devices is not None
    assert "noise" in [line.word for line in app.devices.station.log_of(str(scanner.link))]


@pytest.mark.parametrize("wrong", [CounterScanner("usb:not:hex"), CounterScanner("path:/dev/null", "evdev"), CounterScanner("path:/dev/null", prefix="\t")])
def test_a_scanner_that_is_named_wrongly_is_said_and_the_others_are_read(office: Office, tmp_path: Path, parcels: list[str], wrong: CounterScanner) -> None:
    scanner = ScannerSimulator(tmp_path / "scanner")
    app = office.begin(scanners=(wrong, CounterScanner(str(scanner.link))))
    assert "corner.toml" in app.window.footer._notice.full
    office.until(lambda: office.header() == "ready")
    scanner.scan(parcels[0])
    office.until(lambda: app.window.receive.received == 1)


def test_what_is_named_wrongly_is_shown_so_and_never_as_unplugged_or_looked_for(office: Office, tmp_path: Path, parcels: list[str]) -> None:
    scanner = ScannerSimulator(tmp_path / "scanner")
    app = office.begin(
        printer=PrinterSettings(identity="tcp:no-port"), scale=ScaleSettings("usb:zz"),
        scanners=(CounterScanner("usb:no:hex"), CounterScanner(str(scanner.link))),
    )  # fmt: skip
    devices = app.devices
    assert devices is not None
    office.until(lambda: office.header() == "ready")
    assert {device.name for device in devices.station.devices if device.word == "bad_settings"} == {"tcp:no-port", "usb:zz", "usb:no:hex"}


def test_a_scale_on_the_scanners_line_is_refused_in_words_and_the_scanner_keeps_every_code(office: Office, tmp_path: Path, parcels: list[str]) -> None:
    scanner = ScannerSimulator(tmp_path / "scanner")
    name = str(scanner.link)
    app = office.begin(scale=ScaleSettings(f"path:{name}"), scanners=(CounterScanner(name),))
    devices = app.devices
    assert devices is not None
    assert app.window.footer._notice.full == words("trouble.device_named_twice", Language.EN, name=f"path:{name}")
    office.until(lambda: office.header() == "ready")
    for parcel in parcels[:20]:
        scanner.scan(parcel)
    office.until(lambda: app.window.receive.received == 20)
    assert office.received() == parcels[:20]
    assert [(device.kind, device.word) for device in devices.station.devices if device.name.endswith(name)] == [("scanner", "connected"), ("scale", "twice")]


def test_what_lies_on_the_scale_is_known_and_its_trouble_is_no_weight(office: Office, tmp_path: Path) -> None:
    scale = ScaleSimulator(tmp_path / "scale", "sma")
    office.serve(scale.run)
    scale.grams = 1_240
    app = office.begin(scale=ScaleSettings(str(scale.link), "sma"))
    devices = app.devices
    assert devices is not None
    office.until(lambda: devices.weight is not None and devices.weight.grams == 1_240)
    shown = devices.station.device(str(scale.link))
    assert shown is not None
    assert (shown.kind, shown.word, shown.grams) == ("scale", "stable", 1_240)
    scale.faults.add("over")
    office.until(lambda: devices.weight is not None and devices.weight.word == "over")
    assert devices.weight is not None
    assert devices.weight.grams is None


def test_cash_opens_the_drawer_and_the_same_act_answered_again_does_not(office: Office, parcels: list[str]) -> None:
    drawer = DrawerSimulator()
    office.serve(drawer.run)
    host, port = drawer.address
    app = office.begin(receipt_printer=PrinterSettings(identity=f"tcp:{host}:{port}", profile="generic-escpos-80"))
    desk, devices = app.desk, app.devices
    assert desk is not None
    assert devices is not None
    outcomes: list[Outcome] = []
    given = c.HandOver(items=(parcels[0],), code="123456", tendered=116_000)
    for command, op in ((c.Receive(parcels[0]), None), (given, "once"), (given, "once")):
        done = len(outcomes)
        desk.do(command, outcomes.append, op)
        office.until(lambda done=done: len(outcomes) == done + 1)  # type: ignore[misc]
    assert [(outcome.code, outcome.repeated) for outcome in outcomes[1:]] == [("handed_over", False), ("handed_over", True)]
    name = f"tcp:{host}:{port}#drawer"
    office.until(lambda: (shown := devices.station.device(name)) is not None and shown.word == "open")
    shown = devices.station.device(name)
    assert shown is not None
    assert shown.reason == f"posting:{outcomes[1].data['receipt']}"
    app.window.on_key("Ctrl+O")
    app.window.on_key("2")
    office.until(lambda: len(drawer.kicks) == 2 and "is in the book" in app.window.footer._notice.full)


def test_a_drawer_that_cannot_be_told_is_said_once_the_money_is_in_the_book(office: Office) -> None:
    app = office.begin(receipt_printer=PrinterSettings(identity="tcp:127.0.0.1:9", profile="generic-escpos-80"))
    app.window.on_key("Ctrl+O")
    app.window.on_key("1")
    office.until(lambda: app.window.footer._notice.full == words("ui.drawer_not_sent", Language.EN))


def test_that_the_drawer_stayed_shut_is_said_after_the_answer_however_fast_it_is_known(office: Office) -> None:
    app = office.begin(receipt_printer=PrinterSettings(identity="tcp:127.0.0.1:9", profile="generic-escpos-80"))
    assert app.desk is not None
    said: list[str] = []
    notice = app.window.footer.notice

    def heard(text: str) -> None:
        said.append(text)
        notice(text)

    app.window.footer.notice = heard  # type: ignore[method-assign]
    app.desk.on_drawer = lambda reason, who: app.bridge.post(lambda: app.window.show_drawer("not_sent"))
    app.window.on_key("Ctrl+O")
    app.window.on_key("1")
    both = [words("outcome.drawer_asked", Language.EN), words("ui.drawer_not_sent", Language.EN)]
    office.until(lambda: set(both) <= set(said))
    assert [text for text in said if text in both] == both
