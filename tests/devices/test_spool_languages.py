"""A printer of every language is believed in its own way: by its count, its reply, its work, or not at all."""

from __future__ import annotations

import threading
from pathlib import Path

import msgspec
import pytest
from tests.devices.queues import PAGE, Jobs

from corner_app.devices.languages.known import LANGUAGES
from corner_app.devices.printer import Printer
from corner_app.devices.profile import LanguageName, Profile
from corner_app.devices.simulators.printer import PrinterSimulator
from corner_app.devices.spool import Spool
from corner_app.devices.transports.tcp import TcpPrinter


@pytest.mark.parametrize(
    ("language", "paper", "settled"),
    [
        ("zpl", {"confirm": "count"}, ("printed", "printer", "")),
        ("tspl", {"confirm": "busy"}, ("printed", "printer", "")),
        ("escpos", {"confirm": "reply", "height": 0}, ("printed", "printer", "")),
        ("brother_ql", {"confirm": "reply", "width": 696, "media": "continuous", "dpi": 300}, ("printed", "printer", "")),
        ("epl2", {"confirm": "none"}, ("in_doubt", "transport", "no_proof")),
        ("cpcl", {"confirm": "none"}, ("in_doubt", "transport", "no_proof")),
    ],
)
def test_a_printer_of_every_language_is_believed_in_its_own_way(tmp_path: Path, language: LanguageName, paper: dict[str, object], settled: object) -> None:
    profile = msgspec.convert({"name": language, "language": language, "width": PAGE.width, "height": PAGE.height, **paper}, Profile)
    simulator, stop = PrinterSimulator(tmp_path, language=language), threading.Event()
    thread = threading.Thread(target=simulator.run, args=(stop,), name="printer")
    thread.start()
    try:
        jobs = Jobs("one")
        assert Spool(jobs, Printer(TcpPrinter(*simulator.address), LANGUAGES[language], profile), jobs.on_condition).print_next()
    finally:
        stop.set()
        thread.join(10)
    assert (jobs.words, [entry[1:] for entry in jobs.settled]) == (["ready"], [settled])
    assert (len(simulator.printed), simulator.unreadable) == (1, 0)
