"""Scans take turns: a STOP stops what was scanned behind it, nothing is dropped unseen, and no scan is lost while the book opens."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot
from tests.ui import prepared as p

from corner_app.desk import commands as c
from corner_app.domain.outcome import Tone
from corner_app.domain.scan import Scan
from corner_app.i18n import Language, words
from corner_app.ui.main_window import MainWindow
from corner_app.ui.theme import Look
from corner_app.ui.widgets.lists import ScanList

FIRST, SECOND, THIRD = "CP104722187BD", "CP104722182BD", "CP104719909BD"


@pytest.fixture
def port() -> p.PreparedPort:
    return p.PreparedPort()


@pytest.fixture
def tones() -> list[Tone]:
    return []


@pytest.fixture
def window(qtbot: QtBot, look: Look, port: p.PreparedPort, tones: list[Tone]) -> MainWindow:
    made = p.window(port, look, tones=tones)
    qtbot.addWidget(made)
    made.show()
    return made


def scan(window: MainWindow, *texts: str) -> None:
    for text in texts:
        window.on_scan(Scan(text))


def test_the_next_scan_waits_for_the_answer_before_it(window: MainWindow, port: p.PreparedPort) -> None:
    scan(window, SECOND, THIRD)
    assert port.commands == [c.Receive(SECOND)]
    port.settle(p.RECEIVED)
    assert port.commands == [c.Receive(SECOND), c.Receive(THIRD)]


def test_what_was_scanned_behind_a_stop_is_not_counted_and_is_shown(window: MainWindow, port: p.PreparedPort, tones: list[Tone]) -> None:
    scan(window, FIRST, SECOND, THIRD)
    port.settle(p.WRONG_DIGIT)
    assert window.front_screen.locked
    assert port.commands == [c.Receive(FIRST)]
    assert tones == [Tone.STOP, Tone.STOP, Tone.STOP]
    window.on_key("Esc")
    said = p.words_shown(window.findChild(ScanList))  # type: ignore[arg-type]
    assert said[:3] == [THIRD, "—", words("ui.line_not_counted", Language.BN)]
    assert [line.item for line, _ in window.screens["receive"].lines] == [THIRD, SECOND, FIRST]  # type: ignore[attr-defined]
    scan(window, SECOND)
    assert port.commands[-1] == c.Receive(SECOND)


def test_a_hundred_scans_faster_than_the_disk_are_all_written_in_order(window: MainWindow, port: p.PreparedPort) -> None:
    items = [f"REF-{n:05d}" for n in range(100)]
    scan(window, *items)
    while port.asked:
        port.settle(p.RECEIVED)
    assert [command.scan for command in port.commands if isinstance(command, c.Receive)] == items


def test_scans_before_the_book_is_open_wait_for_it(qtbot: QtBot, look: Look, port: p.PreparedPort) -> None:
    early = MainWindow(port, look, ("", ""), "", 0, training=False, clerk=p.RAHIMA, clock=lambda: p.NOW, play=lambda tone: None, on_close=lambda: None)
    qtbot.addWidget(early)
    scan(early, SECOND, THIRD)
    assert port.commands == []
    early.resume("receive", "")
    port.settle(p.RECEIVED)
    assert port.commands == [c.Receive(SECOND), c.Receive(THIRD)]


def test_a_badge_waits_its_turn_too(window: MainWindow, port: p.PreparedPort) -> None:
    """What was scanned before the change of clerk is written under the one who scanned it."""
    scan(window, SECOND, "BADGE*rahima")
    assert port.badges == []
    port.settle(p.RECEIVED)
    assert port.badges == ["rahima"]
