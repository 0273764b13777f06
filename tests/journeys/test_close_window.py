"""A drawer's day through the real window and a real book: opened, counted blind, closed with a PIN, shown after a restart, and nothing in the way next day."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from tests.conftest import Counter

from corner_app.app import App
from corner_app.book import days
from corner_app.book.book import Book, Reader, make
from corner_app.book.verify import verify
from corner_app.config import Settings
from corner_app.domain import entries as e
from corner_app.domain.cash import Document
from corner_app.domain.scan import Scan
from corner_app.i18n import Language, words
from corner_app.ui.screens.close import CloseScreen
from corner_app.ui.widgets.texts import BigText, Label

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
ITEM, NEXT = "CP407774791BD", "CP610037240BD"
MORNING, DAY_MS = 1_795_489_200_000, 86_400_000
"""9:00 of 24 November 2026 in Dhaka."""
COD = 116_000


class Person:
    """Somebody at the window: keys and eyes. Waits for what is seen, never for time."""

    def __init__(self, app: App, qtbot: QtBot) -> None:
        self.app, self.window, self._qtbot = app, app.window, qtbot

    @property
    def day(self) -> CloseScreen:
        screen = self.window.screens["dayclose"]
        assert isinstance(screen, CloseScreen)
        return screen

    def until(self, what: str, true: Callable[[], bool]) -> None:
        def check() -> None:
            assert true(), f"not yet: {what}; seen: {self.seen()}"

        self._qtbot.waitUntil(check, timeout=20_000)

    def seen(self) -> list[str]:
        root: QWidget = self.window.asking if self.window.asked else self.window
        return [piece.full for piece in root.findChildren(QWidget) if isinstance(piece, Label | BigText) and piece.isVisible() and piece.full]

    def sees(self, text: str) -> None:
        self.until(f"“{text}”", lambda: any(text in piece for piece in self.seen()))

    def press(self, key: int, text: str = "", held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """One key, where the focus is, through the window's own filter."""
        target = QApplication.focusWidget() or self.window
        QApplication.sendEvent(target, QKeyEvent(QEvent.Type.KeyPress, key, held, 0, 0, 0, text))

    def types(self, text: str, field: Any) -> None:
        """Types into a field, and waits until it stands there."""
        field.setFocus()
        for n, sign in enumerate(text, 1):
            self.press(ord(sign.upper()), sign)
            self.until(f"{text[:n]} is typed", lambda n=n: len(field.text()) == n)  # type: ignore[misc]

    def go_on(self) -> None:
        self.press(Qt.Key.Key_Return, "\r", Qt.KeyboardModifier.ControlModifier)

    def goes_to_the_day(self) -> None:
        self.press(Qt.Key.Key_F10)
        self.until("the day is read", lambda: self.window.front == "dayclose" and self.day.view is not None)

    def counts(self, **pieces: int) -> None:
        fields = self.day.count.pile.fields
        for note, many in pieces.items():
            self.types(str(many), fields[note.removeprefix("n")])

    def word(self, key: str, **params: object) -> str:
        return words(key, Language.EN, **params)


class Clock:
    """The PC's clock, moved by the test."""

    def __init__(self) -> None:
        self.now = MORNING

    def __call__(self) -> int:
        self.now += 1_000
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A practice office with one parcel for its buyer and another one announced."""
    path = tmp_path / "corner.book"
    make(path, office="8500", counter=1, training=True)
    with Book(path) as opened:
        counter = Counter(opened)
        counter.clock = MORNING - 600_000
        counter.announce(ITEM)
        counter.announce(NEXT)
        counter.do("receive", scan=ITEM)
    return path


@pytest.fixture
def opened(book: Path, clock: Clock, qtbot: QtBot) -> Iterator[Callable[[], Person]]:
    apps: list[App] = []

    def open_window() -> Person:
        app = App(book, Settings(language="en", volume=0), clock)
        apps.append(app)
        app.start()
        person = Person(app, qtbot)
        app.window.activateWindow()
        person.until("the book is open", lambda: app.ready and app.window.isActiveWindow())
        return person

    yield open_window
    for app in apps:
        app.window.close()
        assert [thread.name for thread in app.threads if thread.is_alive()] == [], "the window left threads behind"


def document(book: Path, date: str) -> Document:
    """What the book says of a day."""
    with closing(Reader(book)) as reader:
        return reader.read(lambda rows: days.document(rows, "8500", 1, date))


def hand_over(person: Person) -> None:
    person.press(Qt.Key.Key_F4)
    person.window.on_scan(Scan(ITEM))
    screen: Any = person.window.front_screen
    person.until("the buyer is found", lambda: screen.waiting is not None)
    for digit in "1234561160":
        person.window.on_key(digit)
    person.go_on()
    person.until("it is handed over", lambda: screen.last is not None and screen.last.code == "handed_over")


def open_the_day(person: Person) -> None:
    """Two thousand taka to begin with."""
    person.goes_to_the_day()
    person.sees(person.word("close.not_opened"))
    person.press(ord("O"), "o")
    person.until("it is asked", lambda: person.window.asked)
    person.window.asking.fields[0].clear()
    person.types("2000", person.window.asking.fields[0])
    person.press(Qt.Key.Key_Return, "\r")
    person.until("the day is open", lambda: person.day.view is not None and person.day.view.opened)


def test_a_day_from_its_float_to_its_seal_by_keys_alone(book: Path, clock: Clock, opened: Callable[[], Person]) -> None:
    person = opened()
    person.press(Qt.Key.Key_F1)
    person.sees(person.word("close.not_opened"))
    open_the_day(person)
    hand_over(person)
    clock.now += 8 * 3_600_000

    person.goes_to_the_day()
    person.counts(n1000=3, n100=1, n10=1)
    assert not [text for text in person.seen() if "3,160" in text or "1,160" in text], "the count is blind"
    person.go_on()
    person.sees("৳ 3,160.00")
    person.sees("৳ 1,160.00")
    person.sees("৳ 50.00")
    assert [fact.entry.body.counted for fact in document(book, "2026-11-24").counts if isinstance(fact.entry.body, e.Counted)] == [311_000]

    person.counts(n10=2)
    person.sees(person.word("close.changed"))
    person.go_on()
    person.sees("৳ 40.00")
    counted = [fact.entry.body for fact in document(book, "2026-11-24").counts]
    assert [(body.counted, body.expected) for body in counted if isinstance(body, e.Counted)] == [(311_000, 316_000), (312_000, 316_000)], "both stay"

    person.types("vul", person.day.difference.reason)
    person.go_on()
    person.until("the supervisor is asked for", lambda: person.window.asked)
    person.types("9999", person.window.asking.fields[0])
    person.press(Qt.Key.Key_Return, "\r")
    person.sees("4 tries left")
    person.types("1234", person.window.asking.fields[0])
    person.press(Qt.Key.Key_Return, "\r")
    person.sees(person.word("close.tomorrow"))
    assert not person.window.asked

    closed = document(book, "2026-11-24").closed
    assert closed is not None and isinstance(closed.entry.body, e.DayClosed)
    body = closed.entry.body
    assert (body.opening, body.collected, body.expected, body.counted, body.reason, body.approved_by) == (200_000, COD, 316_000, 312_000, "vul", "anwar")
    assert closed.uid.hex() in " ".join(person.seen()).replace(" ", "")
    person.sees("Short by ৳ 40.00")
    person.sees("Md. Anwar Hossen")


def test_a_closed_day_is_shown_after_a_restart_approved_later_and_nothing_is_in_the_way(book: Path, clock: Clock, opened: Callable[[], Person]) -> None:
    person = opened()
    open_the_day(person)
    person.counts(n1000=1)
    person.go_on()
    person.sees("৳ 1,000.00")
    person.types("khali", person.day.difference.reason)
    person.go_on()
    person.until("the supervisor is asked for", lambda: person.window.asked)
    person.press(ord("L"), "l")
    person.sees(person.word("close.not_approved"))
    person.app.window.close()

    again = opened()
    again.goes_to_the_day()
    again.sees(again.word("close.closed"))
    again.sees(again.word("close.not_approved"))
    again.window.setFocus()
    again.press(ord("V"), "v")
    again.until("the PIN is asked for", lambda: again.window.asked)
    again.types("1234", again.window.asking.fields[0])
    again.press(Qt.Key.Key_Return, "\r")
    again.sees("Md. Anwar Hossen")
    assert document(book, "2026-11-24").approved is not None

    clock.now += DAY_MS
    again.window.on_scan(Scan(NEXT))
    again.until("work goes on before the day is opened", lambda: bool(again.window.receive.lines) and again.window.receive.lines[0][0].item == NEXT)
    again.goes_to_the_day()
    again.sees(again.word("close.not_opened_why", carried="৳ 1,000"))
    again.press(ord("O"), "o")
    again.until("it is asked", lambda: again.window.asked)
    assert again.window.asking.fields[0].text() == "1000"
    again.press(Qt.Key.Key_Return, "\r")
    again.until("the day is open", lambda: again.day.view is not None and again.day.view.opened)
    assert verify(book).good


def test_cash_acts_and_their_lines(book: Path, opened: Callable[[], Person]) -> None:
    person = opened()
    open_the_day(person)
    person.counts(n1000=2)
    person.go_on()
    person.sees(person.word("close.good"))

    person.press(ord("M"), "m")
    person.press(ord("1"), "1")
    form = person.day.cash.forms["pay_in"]
    person.types("500", form.fields["amount"])
    person.types("vangti", form.fields["reason"])
    person.go_on()
    person.sees("+ ৳ 500")
    person.sees("৳ 2,500")
    person.press(ord("4"), "4")
    form = person.day.cash.forms["pouch_out"]
    person.window.on_scan(Scan("SL00417744"))
    assert form.text("seal_number") == "SL00417744"
    person.types("8510", form.fields["to_office"])
    person.types("900", form.fields["amount"])
    person.go_on()
    person.sees("− ৳ 900")
    person.sees("SL00417744")

    person.press(ord("5"), "5")
    person.window.on_scan(Scan("SL00417744"))
    opened_form = person.day.cash.forms["pouch_in"]
    person.until("the sender's entry is known", lambda: not opened_form.fields["by_advice"].isVisible())
    assert opened_form.pile is not None
    person.types("8", opened_form.pile.fields["100"])
    person.sees(person.word("cash.differ"))
    assert ["৳ 900", "—", "৳ 800"] == [label.full for label in opened_form.figures._values]
    person.types("kom", opened_form.fields["pouch_reason"])
    person.go_on()
    person.sees("+ ৳ 800")

    person.press(Qt.Key.Key_Escape)
    person.sees(person.word("close.moved_since"))
    assert person.day.count.pile.counted() == {"1000": 2}, "what was typed is still there"
    assert not [text for text in person.seen() if "2,400" in text], "and the count is blind again"
