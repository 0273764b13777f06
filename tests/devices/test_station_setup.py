"""The set-up in a running counter: acts are done on a thread of their own, answers come back where the window is, and what was kept is told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from tests.devices.test_setup import NOW, QUICK, at

from corner_app import setting_up
from corner_app.config import Settings, load, settings_file
from corner_app.devices.profile import Profile
from corner_app.devices.setup import events as e
from corner_app.devices.setup import station as s
from corner_app.devices.setup.performing import Performer
from corner_app.devices.simulators.printer import PrinterSimulator
from corner_app.station_setup import StationSetup

PAPER = e.Paper("4x6in", 203, 812, 1218)
PATIENCE_S = 10.0


class Stand:
    """A counter whose window's thread is the test's."""

    def __init__(self, folder: Path, training: str) -> None:
        self.book = folder / "corner.book"
        self.posted: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self.station = s.Station()
        self.kept: list[Settings] = []
        self.loud: list[int] = []
        self.alone: list[str] = []
        self.stop = threading.Event()
        performer = Performer(
            lambda profile, paper, tag: setting_up.test_label(profile, paper, tag, NOW), setting_up.saver(self.book), attached=lambda: (), patience=QUICK,
            answer_s=0.5, real=not training,
        )  # fmt: skip
        self.setup = StationSetup(
            self.book, lambda: self.station, self.told, self.posted.put, lambda: NOW, self.stop, training=training, kept=self.kept.append,
            loudness=self.loud.append, typed=lambda: "যয", alone=self.by_itself, performer=performer,
        )  # fmt: skip
        self.thread = threading.Thread(target=self.setup.run)
        self.thread.start()

    def told(self, event: s.StationEvent) -> None:
        self.station = s.fold(self.station, event)

    def by_itself(self, name: str) -> AbstractContextManager[object]:
        @contextmanager
        def alone() -> Iterator[None]:
            self.alone.append(name)
            yield

        return alone()

    def wait(self, ask: Callable[[Callable[[Any], None]], None]) -> Any:
        """What an act comes to, on this thread."""
        heard: list[Any] = []
        ask(heard.append)
        while not heard:
            try:
                self.posted.get(timeout=PATIENCE_S)()
            except Empty:
                pytest.fail("no answer came")
        return heard[0]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., Stand]]:
    made: list[Stand] = []

    def new(training: str = "প্রশিক্ষণ") -> Stand:
        made.append(Stand(tmp_path, training))
        return made[-1]

    yield new
    for stand in made:
        stand.stop.set()
        stand.thread.join(PATIENCE_S)
        assert not stand.thread.is_alive()


@pytest.fixture
def printer(tmp_path: Path) -> Iterator[PrinterSimulator]:
    made, stop = PrinterSimulator(tmp_path / "labels"), threading.Event()
    thread = threading.Thread(target=made.run, args=(stop,))
    thread.start()
    yield made
    stop.set()
    thread.join(PATIENCE_S)


Make = Callable[..., Stand]


def test_a_test_label_is_printed_for_oneself_and_the_counter_says_so(make: Make, printer: PrinterSimulator, qapp: QApplication) -> None:
    stand, name = make(), str(at(printer))
    stand.told(s.Added(s.Device("label_printer", name, word="ready"), NOW))
    effect = e.Print(at(printer), Profile(name="ZPL", language="zpl"), PAPER, ((123_456, 50),))
    printed = stand.wait(lambda then: stand.setup.perform(effect, then))
    assert (printed.by, stand.alone, len(printer.printed)) == ("printer", [name], 1)
    assert [device.word for device in stand.station.devices] == ["testing"]
    stand.setup.ended()
    assert [device.word for device in stand.station.devices] == ["ready"]


def test_a_production_book_prints_on_no_simulator(make: Make, printer: PrinterSimulator, qapp: QApplication) -> None:
    effect = e.Print(at(printer), Profile(name="ZPL", language="zpl"), PAPER, ((123_456, 50),))
    stand = make(training="")
    assert stand.wait(lambda then: stand.setup.perform(effect, then)) == e.NotPrinted("simulated")
    assert printer.printed == []


def test_what_is_kept_is_told_and_found_again(make: Make, printer: PrinterSimulator) -> None:
    stand, name = make(), str(at(printer))
    save = e.Save("label", at(printer), "network", "generic-zpl", {"darkness": 65})
    assert stand.wait(lambda then: stand.setup.perform(save, then)) == e.Saved()
    assert [settings.printer.identity for settings in stand.kept] == [name]
    known = stand.setup.printer(name)
    assert known is not None
    assert (known.role, known.model, known.profile.darkness) == ("label", "generic-zpl", 65)
    assert stand.wait(lambda then: stand.setup.forget(name, then)) is True
    assert (len(stand.kept), stand.setup.printer(name)) == (2, None)
    assert stand.wait(lambda then: stand.setup.forget(name, then)) is False


def test_the_preview_is_what_the_printer_gets(make: Make, qapp: QApplication) -> None:
    stand = make()
    page = stand.wait(lambda then: stand.setup.preview(Profile(name="ZPL", language="zpl"), PAPER, 7, then))
    same = setting_up.test_label(Profile(name="ZPL", language="zpl"), PAPER, 7, NOW, "প্রশিক্ষণ")
    assert page.rows == same.rows


def test_the_volume_is_heard_at_once_and_kept(make: Make) -> None:
    stand = make()
    assert stand.setup.volume() == 80
    stand.setup.set_volume(30)
    assert (stand.setup.volume(), stand.loud) == (30, [30])
    assert stand.wait(lambda then: stand.setup.perform(e.LookAround(), then)) == e.Found(())
    assert load(settings_file(stand.book)).volume == 30


def test_settings_that_cannot_be_read_keep_nothing_and_break_nothing(make: Make) -> None:
    stand = make()
    settings_file(stand.book).write_text("unheard_of = 1\n", encoding="utf-8")
    assert stand.wait(lambda then: stand.setup.forget("printer", then)) is False
    assert stand.setup.printer("tcp:192.0.2.7:9100") is None
    stand.setup.set_volume(30)
    assert stand.wait(lambda then: stand.setup.perform(e.LookAround(), then)) == e.Found(())
    assert settings_file(stand.book).read_text(encoding="utf-8") == "unheard_of = 1\n"
