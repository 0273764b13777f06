"""A running counter with printers: a handover's receipt comes out, F12 hears how they are, and a printer set up otherwise is at work at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from pytestqt.qtbot import QtBot
from tests.conftest import Counter
from tests.devices.test_station_scanners import Office, office, parcels  # noqa: F401 - fixtures

from corner_app.book import print_jobs
from corner_app.book.book import Book, Reader
from corner_app.book.print_jobs import PrintJob
from corner_app.config import PrinterSettings
from corner_app.desk import commands as c
from corner_app.devices.setup.station import Device
from corner_app.devices.simulators.printer import PrinterSimulator
from corner_app.domain.outcome import Outcome


@contextmanager
def printing(folder: Path, language: Any, profile: str) -> Iterator[tuple[PrinterSimulator, PrinterSettings]]:
    """A simulated printer at work, and the settings that name it."""
    printer, stop = PrinterSimulator(folder, language=language), threading.Event()
    thread = threading.Thread(target=printer.run, args=(stop,))
    thread.start()
    try:
        yield printer, PrinterSettings(identity=f"tcp:127.0.0.1:{printer.address[1]}", profile=profile)
    finally:
        stop.set()
        thread.join(20)


def jobs(book: Path) -> list[PrintJob]:
    reader = Reader(book)
    try:
        return reader.read(lambda rows: print_jobs.latest(rows, 50))
    finally:
        reader.close()


def asked(office: Office, command: c.AnyCommand) -> Outcome:  # noqa: F811
    """What the desk answered."""
    assert office.app is not None
    assert office.app.desk is not None
    heard: list[Outcome] = []
    office.app.desk.do(command, heard.append)
    office.until(lambda: heard)
    return heard[0]


def device(office: Office, settings: PrinterSettings) -> Callable[[], Device | None]:  # noqa: F811
    def found() -> Device | None:
        assert office.app is not None
        assert office.app.devices is not None
        return office.app.devices.station.device(settings.identity)

    return found


def test_a_handover_s_receipt_comes_out_and_is_printed_by_the_printers_own_word(office: Office, tmp_path: Path, parcels: list[str]) -> None:  # noqa: F811
    with printing(tmp_path / "paper", "escpos", "epson-tm-t20") as (printer, settings):
        office.begin(receipt_printer=settings)
        assert asked(office, c.Receive(parcels[0])).code == "received"
        given = asked(office, c.HandOver(scan=parcels[0], id=c.Identity("nid", "1234", "no phone"), tendered=10_000_000))
        assert given.code == "handed_over"
        office.until(lambda: [job.state for job in jobs(office.book)] == ["printed"])
        (job,) = jobs(office.book)
        assert (job.what, job.how, len(printer.printed)) == ("receipt_handover", "printer", 1)


def test_f12_hears_of_a_fault_and_a_printer_set_up_otherwise_is_at_work_at_once(office: Office, tmp_path: Path, parcels: list[str]) -> None:  # noqa: F811
    with printing(tmp_path / "one", "zpl", "generic-zpl") as (one, first), printing(tmp_path / "two", "tspl", "generic-tspl") as (two, second):
        app = office.begin(printer=first)
        office.until(lambda: (seen := device(office, first)()) is not None and seen.word == "ready")
        one.faults.add("head_open")
        app.wake.set()
        office.until(lambda: (seen := device(office, first)()) is not None and seen.word == "head_open")
        assert asked(office, c.PrintLabel(parcels[1])).code == "queued"
        app._set_up(app.settings.__class__(language="en", volume=0, printer=second))
        office.until(lambda: [job.state for job in jobs(office.book)] == ["printed"])
        assert (len(one.printed), len(two.printed)) == (0, 1)


def test_a_test_label_waits_for_the_label_under_way(qtbot: QtBot, new_book: Path, tmp_path: Path, parcels: list[str]) -> None:  # noqa: F811
    with Book(new_book) as book:
        Counter(book).announce(*parcels)
    with printing(tmp_path / "slow", "zpl", "generic-zpl") as (printer, settings):
        at_work = Office(qtbot, new_book)
        app = at_work.begin(printer=settings)
        printer.slow_s = 0.5
        assert asked(at_work, c.PrintLabel(parcels[0])).code == "queued"
        at_work.until(lambda: printer.received > 0 or printer.printed)
        assert app.printers is not None
        with app.printers.alone(settings.identity):
            assert [job.state for job in jobs(new_book)] != ["in_doubt"]
        at_work.until(lambda: [job.state for job in jobs(new_book)] == ["printed"])
        at_work.end()


def test_a_label_under_way_is_proven_before_its_printer_is_begun_anew(office: Office, tmp_path: Path, parcels: list[str]) -> None:  # noqa: F811
    with printing(tmp_path / "slow", "zpl", "generic-zpl") as (printer, settings):
        app = office.begin(printer=settings)
        printer.slow_s = 0.2
        assert asked(office, c.PrintLabel(parcels[0])).code == "queued"
        app._set_up(app.settings.__class__(language="en", volume=0, printer=replace(settings, differs={"darkness": 60})))
        assert asked(office, c.PrintLabel(parcels[1])).code == "queued"
        office.until(lambda: [job.state for job in jobs(office.book)] == ["printed", "printed"])
        assert len(printer.printed) == 2


def test_a_receipt_printer_that_is_forgotten_takes_its_drawer_along(office: Office, tmp_path: Path, parcels: list[str]) -> None:  # noqa: F811
    with printing(tmp_path / "paper", "escpos", "epson-tm-t20") as (_, settings):
        app = office.begin(receipt_printer=replace(settings, differs={"drawer": 2}))
        assert app.devices is not None
        assert app.window.has_drawer
        app._set_up(app.settings.__class__(language="en", volume=0))
        office.until(lambda: not app.window.has_drawer)
        office.until(lambda: not any(thread.name == "drawer" and thread.is_alive() for thread in app.threads))
        assert asked(office, c.Receive(parcels[0])).code == "received"
        assert asked(office, c.HandOver(scan=parcels[0], id=c.Identity("nid", "1234", "no phone"), tendered=10_000_000)).code == "handed_over"
        assert jobs(office.book) == [], "no receipt is asked for where no printer stands"
