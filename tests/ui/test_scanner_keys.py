"""Key combinations on their way through the window: taken from a scanner, left to a person."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from corner_app.devices.scanners.profile import ScannerProfile
from corner_app.devices.scanners.wedge import WedgeDecoder
from corner_app.domain.scan import Scan
from corner_app.ui.keys import Keys

S10 = re.compile(r"[A-Z]{2}\d{9}[A-Z]{2}")
KEYPAD = {"7": 79, "8": 80, "9": 81, "4": 83, "5": 84, "6": 85, "1": 87, "2": 88, "3": 89, "0": 90}
BRACKET, TOP_ROW, F9 = 35, {digit: 10 + n for n, digit in enumerate("1234567890")}, 75
NONE, CTRL, ALT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


class Field(QLineEdit):
    """Remembers every key that reached it, but Alt and Ctrl themselves."""

    def __init__(self) -> None:
        super().__init__()
        self.got: list[tuple[int, Qt.KeyboardModifier, str]] = []

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in (Qt.Key.Key_Alt, Qt.Key.Key_Control):
            self.got.append((event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier, event.text()))
        super().keyPressEvent(event)


@dataclass
class Board:
    """A keyboard in front of the window's filter, with a clock that goes as fast as it is told."""

    field: Field
    profile: ScannerProfile
    now_ms: float = 1000.0
    scans: list[Scan] = dataclasses.field(default_factory=list)
    named: list[str] = dataclasses.field(default_factory=list)

    def __post_init__(self) -> None:
        decoder = WedgeDecoder(lambda text: S10.fullmatch(text) is not None, "x11", "wedge", self.profile)
        self.keys = Keys(decoder, self.field, self._on_key, self.scans.append, lambda: self.now_ms)
        self.field.installEventFilter(self.keys)

    def _on_key(self, name: str) -> bool:
        self.named.append(name)
        return False

    def press(self, key: int, code: int, held: Qt.KeyboardModifier = NONE, text: str = "", after_ms: float = 6.0, *, repeats: bool = False) -> None:
        self.now_ms += after_ms
        QApplication.sendEvent(self.field, QKeyEvent(QEvent.Type.KeyPress, key, held, code, 0, 0, text, repeats))

    def alt(self, digits: str, after_ms: float = 6.0) -> None:
        self.press(Qt.Key.Key_Alt, 64, ALT, after_ms=after_ms)
        for digit in digits:
            self.press(ord(digit), KEYPAD[digit], ALT | Qt.KeyboardModifier.KeypadModifier, after_ms=after_ms)

    def separator(self, after_ms: float = 6.0) -> None:
        self.press(Qt.Key.Key_Control, 37, CTRL, after_ms=after_ms)
        self.press(Qt.Key.Key_BracketRight, BRACKET, CTRL, "\x1d", after_ms=after_ms)

    def digits(self, digits: str) -> None:
        for digit in digits:
            self.press(ord(digit), TOP_ROW[digit], text=digit)

    def enter(self) -> None:
        self.press(Qt.Key.Key_Return, 36, text="\r")


@pytest.fixture
def board(qtbot: QtBot) -> Iterator[Board]:
    made = Board(Field(), ScannerProfile("wedge", "<F9>"))
    qtbot.addWidget(made.field)
    made.field.show()
    made.field.setFocus()
    qtbot.waitUntil(made.field.hasFocus)
    yield made
    made.field.removeEventFilter(made.keys)


def test_an_alt_scanner_types_nothing_into_the_field(board: Board) -> None:
    for char in "EE123456785BD":
        board.alt(f"{ord(char):03}")
    board.enter()
    assert [scan.text for scan in board.scans] == ["EE123456785BD"]
    assert (board.field.got, board.named) == ([], [])


def test_a_separator_is_part_of_the_code(board: Board) -> None:
    board.digits("0109501101530003")
    board.separator()
    board.digits("2177")
    board.enter()
    assert [scan.text for scan in board.scans] == ["0109501101530003\x1d2177"]
    assert board.field.got == []


def test_a_persons_combinations_reach_the_field_with_their_modifiers(board: Board, qtbot: QtBot) -> None:
    board.alt("65", after_ms=90)
    board.separator(after_ms=90)
    board.press(Qt.Key.Key_F9, F9, after_ms=90)
    board.press(Qt.Key.Key_X, 53, ALT, "x", after_ms=90)
    board.press(Qt.Key.Key_C, 54, CTRL, "\x03", after_ms=90)
    board.now_ms += 500
    expected = [
        (Qt.Key.Key_6, ALT, ""), (Qt.Key.Key_5, ALT, ""), (Qt.Key.Key_BracketRight, CTRL, "\x1d"), (Qt.Key.Key_F9, NONE, ""), (Qt.Key.Key_X, ALT, "x"),
        (Qt.Key.Key_C, CTRL, "\x03"),
    ]  # fmt: skip
    qtbot.waitUntil(lambda: len(board.field.got) == len(expected))
    assert board.field.got == expected
    assert board.scans == []
    assert "F9" in board.named
    assert "Ctrl+C" in board.named


def test_alt_that_was_down_before_the_window_had_the_keys_is_no_plain_digit(board: Board, qtbot: QtBot) -> None:
    board.press(Qt.Key.Key_5, KEYPAD["5"], ALT | Qt.KeyboardModifier.KeypadModifier)
    board.now_ms += 500
    qtbot.waitUntil(lambda: board.field.got == [(Qt.Key.Key_5, ALT, "")])


def test_the_function_key_of_the_profile_begins_a_code(board: Board) -> None:
    board.press(Qt.Key.Key_F9, F9)
    board.digits("1234")
    board.enter()
    assert [scan.text for scan in board.scans] == ["1234"]
    assert (board.field.got, board.named) == ([], [])


@pytest.mark.parametrize("after_ms", [0.0, 1.0, 4.0, 30.0])
def test_a_digit_that_a_quick_scanner_sends_twice_is_no_key_held_down(board: Board, after_ms: float) -> None:
    """Qt takes a release and a press that wait together for a key that repeats."""
    before = ""
    for letter in "CP":
        board.press(ord(letter), {"C": 54, "P": 33}[letter], Qt.KeyboardModifier.ShiftModifier, letter, after_ms)
    for digit in "407774791":
        board.press(ord(digit), TOP_ROW[digit], text=digit, after_ms=after_ms, repeats=digit == before)
        before = digit
    for letter in "BD":
        board.press(ord(letter), {"B": 56, "D": 40}[letter], Qt.KeyboardModifier.ShiftModifier, letter, after_ms)
    board.enter()
    assert [scan.text for scan in board.scans] == ["CP407774791BD"]
    assert board.field.got == []


@pytest.mark.parametrize(("first_ms", "then_ms"), [(150.0, 16.0), (250.0, 33.0), (660.0, 40.0)])
def test_a_key_held_down_stays_typing_however_fast_it_repeats(board: Board, first_ms: float, then_ms: float) -> None:
    board.digits("7")
    for n in range(20):
        board.press(ord("7"), TOP_ROW["7"], text="7", after_ms=then_ms if n else first_ms, repeats=True)
    board.enter()
    assert board.scans == []
    assert board.field.text() == "7" * 21
