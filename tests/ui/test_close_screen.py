"""The day-close screen by real key presses: blind until counted, never losing a count, closing once, whatever is held down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from time import perf_counter
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot
from tests.ui import prepared as p
from tests.ui import prepared_close as k
from tests.ui.test_fit import BOTH, HEIGHT, WIDTH, big_texts_cut, cut_labels, marks_cut, outside, overlapping, small_targets
from tools.screens import SCENES, SHEETS

from corner_app.app import looks_like_code
from corner_app.desk import commands as c
from corner_app.desk.views import CloseView, PouchView
from corner_app.devices.scanners.wedge import WedgeDecoder
from corner_app.domain.here import Clerk
from corner_app.domain.outcome import Outcome, Tone
from corner_app.domain.scan import Scan
from corner_app.i18n import Language, words
from corner_app.ui.keys import Keys
from corner_app.ui.screens.close import CloseScreen
from corner_app.ui.theme import Look
from corner_app.ui.widgets.cash import ACTS, Act, ActForm, typed_date
from corner_app.ui.widgets.count import NumberField
from corner_app.ui.widgets.texts import Label

ENTER, CTRL = Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier
BOOK = ("৩৮,০৫০", "৩৪,৭৫০", "১,৩০০", "38,050", "34,750", "1,300")
"""Figures of the book that nobody may see before the count."""
COUNTED = Outcome(Tone.LOOK, "counted", None, (4_219,), {"expected": 3_805_000, "counted": 3_800_000, "difference": -5_000})


class Stand:
    """The window with the real keys in front of it, and the day close open."""

    def __init__(self, qtbot: QtBot, view: CloseView, language: Language = Language.BN) -> None:
        self.qtbot, self.port, self.tones = qtbot, k.ClosePort(view), list[Tone]()
        self.window = p.window(self.port, Look(language), k.EVENING, self.tones)
        qtbot.addWidget(self.window)
        self.ahead_ms = 0.0
        self.decoder = WedgeDecoder(looks_like_code, "x11")
        self.keys = Keys(self.decoder, self.window, self.window.on_key, self.window.on_scan, lambda: perf_counter() * 1000 + self.ahead_ms)
        with qtbot.waitExposed(self.window):
            self.window.show()
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow)
        self.window.open("dayclose")

    @property
    def screen(self) -> CloseScreen:
        screen = self.window.screens["dayclose"]
        assert isinstance(screen, CloseScreen)
        return screen

    @property
    def focus(self) -> QWidget:
        return QApplication.focusWidget() or self.window

    def press(self, key: int, text: str = "", held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier, *, repeats: int = 0) -> None:
        """Presses a key where the focus is, holds it for so many repeats, and waits until it arrived."""
        target = self.focus
        QApplication.sendEvent(target, QKeyEvent(QEvent.Type.KeyPress, key, held, 0, 0, 0, text))
        for n in range(repeats):
            self.ahead_ms += 30 if n else 250  # as the system waits before it repeats a key
            QApplication.sendEvent(self.focus, QKeyEvent(QEvent.Type.KeyPress, key, held, 0, 0, 0, text, True))
        self.qtbot.waitUntil(lambda: not self.decoder.holding)

    def type(self, text: str) -> None:
        for sign in text:
            self.press(ord(sign.upper()), sign)

    def enter(self) -> None:
        self.press(ENTER, "\r")

    def go_on(self, *, repeats: int = 0) -> None:
        self.press(ENTER, "\r", CTRL, repeats=repeats)

    def escape(self) -> None:
        self.press(Qt.Key.Key_Escape)

    def count(self, counted: dict[str, int] | None = None) -> None:
        """Types a count field by field, each left with Enter."""
        self.screen.count.pile.enter()
        for key, field in self.screen.count.pile.fields.items():
            assert self.focus is field
            many = (counted or k.COUNTED).get(key)
            self.type("" if many is None else str(many // 100 if key == "loose" else many))
            self.enter()

    def reply(self, outcome: Outcome, view: CloseView | None = None) -> None:
        """What commands are answered with from now on, and what the book says after the first of them."""

        def answer(command: c.AnyCommand) -> Outcome:
            self.port.view = view or self.port.view
            return outcome

        self.port.reply = answer

    def said(self) -> str:
        return " ".join(p.words_shown(self.screen))

    @property
    def notice(self) -> str:
        return self.window.footer._notice.full

    def typed(self) -> dict[str, int]:
        return self.screen.count.pile.counted()


@pytest.fixture
def stands(qtbot: QtBot, qapp: QApplication) -> Iterator[Any]:
    made: list[Stand] = []

    def make(view: CloseView = k.VIEW, language: Language = Language.BN) -> Stand:
        stand = Stand(qtbot, view, language)
        qapp.installEventFilter(stand.keys)
        made.append(stand)
        return stand

    yield make
    for stand in made:
        qapp.removeEventFilter(stand.keys)


def counted(stand: Stand, view: CloseView = k.SHORT) -> None:
    """Brings it to a count that stands in the book."""
    stand.port.view = view
    stand.screen.changed()
    assert stand.screen._matches()


# The count


@pytest.mark.parametrize("digits", ["12", "১২"])
def test_pieces_in_either_script_give_their_amount_at_once(stands: Any, digits: str) -> None:
    stand = stands()
    stand.type(digits)
    assert stand.typed() == {"1000": 12}
    assert stand.screen.count.pile.fields["1000"].text() == "১২"
    assert "১২,০০০" in stand.said() and "৳ ১২,০০০" in stand.said(), "the amount beside it, and the total"


def test_enter_and_arrows_go_from_note_to_note_and_to_the_total(stands: Any) -> None:
    stand = stands()
    fields = list(stand.screen.count.pile.fields.values())
    for field in fields:
        assert stand.focus is field
        stand.enter()
    assert stand.focus is stand.screen.count.total
    stand.press(Qt.Key.Key_Up)
    assert stand.focus is fields[-1]
    stand.press(Qt.Key.Key_Up)
    assert stand.focus is fields[-2]
    stand.press(Qt.Key.Key_Down)
    assert stand.focus is fields[-1]


def test_nothing_of_the_book_is_seen_before_the_count_and_all_of_it_after(stands: Any) -> None:
    stand = stands()
    stand.count()
    assert not [figure for figure in BOOK if figure in stand.said()]
    stand.reply(COUNTED, k.SHORT)
    stand.enter()
    assert stand.port.commands == [c.Count(k.COUNTED)]
    assert [figure in stand.said() for figure in BOOK[:3]] == [True, True, True]
    assert "ঘাটতি" in stand.said() and "৳ ৫০.০০" in stand.said()
    assert stand.focus is stand.screen.difference.reason, "why it differs is the next thing to say"


def test_a_count_that_stands_is_not_written_again_and_another_one_is(stands: Any) -> None:
    stand = stands()
    stand.count()
    stand.reply(COUNTED, k.SHORT)
    stand.enter()
    stand.screen.count.total.setFocus()
    stand.enter()
    assert len(stand.port.commands) == 1
    stand.screen.count.pile.fields["1000"].setFocus()
    stand.type("11")
    assert words("close.changed", Language.BN) in stand.said()
    stand.go_on()
    assert stand.port.commands == [c.Count(k.COUNTED), c.Count(k.COUNTED | {"1000": 11})], "both counts stand"


def test_an_empty_count_is_no_count_but_a_nought_is(stands: Any) -> None:
    stand = stands()
    stand.go_on()
    assert (stand.port.commands, stand.tones[-1:]) == ([], [Tone.LOOK])
    assert stand.notice == words("close.type_first", Language.BN)
    stand.type("0")
    stand.go_on()
    assert stand.port.commands == [c.Count({"1000": 0})]


def test_what_is_typed_survives_scan_screens_language_and_esc(stands: Any) -> None:
    stand = stands()
    stand.count()
    kept = stand.typed()
    assert kept == k.COUNTED
    stand.window.on_scan(Scan(p.SHARMIN.item))
    assert stand.window.front == "receive", "a parcel begins work where a person would take it"
    stand.port.asked.clear()
    stand.press(Qt.Key.Key_F10)
    stand.press(Qt.Key.Key_F3)
    stand.press(Qt.Key.Key_F10)
    stand.press(ord("L"), "l", CTRL)
    assert stand.screen.count.pile.fields["1000"].text() == "12"
    stand.screen.changed()
    stand.screen.count.pile.fields["500"].setFocus()
    stand.escape()
    stand.press(Qt.Key.Key_F10)
    assert stand.typed() == kept


def test_a_count_in_the_book_is_there_again_after_a_restart(stands: Any) -> None:
    stand = stands(k.SHORT)
    assert stand.typed() == k.COUNTED
    assert "ঘাটতি" in stand.said()


def test_cash_that_moves_after_the_count_makes_it_blind_again(stands: Any) -> None:
    stand = stands(k.SHORT)
    stand.port.view = k.VIEW
    stand.screen.changed()
    assert words("close.moved_since", Language.BN) in stand.said()
    assert not [figure for figure in BOOK if figure in stand.said()]
    assert stand.typed() == k.COUNTED


def test_coins_without_a_field_are_loose(stands: Any) -> None:
    stand = stands(replace(k.SHORT, counted=3_150, pieces=((1_000, 3), (100, 1), (1, 50))))
    assert stand.typed() == {"10": 3, "loose": 150}


@pytest.mark.parametrize(("typed", "paisa"), [("90", 9_000), ("৯০.৫", 9_050), (".25", 25), ("1.234", None), ("1.2.3", None), ("", None)])
def test_an_amount_in_taka_may_have_paisa(qtbot: QtBot, qapp: QApplication, typed: str, paisa: int | None) -> None:
    field = NumberField(Look(Language.BN), decimals=True, most=10)
    qtbot.addWidget(field)
    field.setText(typed)
    assert field.paisa == paisa


# The close


def test_a_held_key_does_one_thing_and_the_day_is_closed_once(stands: Any) -> None:
    stand = stands(replace(k.GOOD, counted=None, pieces=()))
    stand.count()
    stand.reply(COUNTED, k.GOOD)
    stand.go_on(repeats=30)
    assert stand.port.commands == [c.Count(k.COUNTED)]
    assert not stand.window.asked, "the count does not run on into the close"
    stand.go_on(repeats=30)
    assert stand.window.asked
    assert len(stand.port.commands) == 1, "the question does not answer itself"
    stand.port.reply = None
    stand.go_on(repeats=30)
    stand.go_on()
    stand.go_on()
    assert stand.port.commands[1:] == [c.CloseDay(k.COUNTED)]
    stand.port.view = k.CLOSED
    stand.port.settle(replace(k.DAY_CLOSED, tone=Tone.GOOD, data=dict(k.DAY_CLOSED.data) | {"difference": 0, "approved_by": ""}))
    assert "7f3a 09c2" in stand.said()


def test_the_close_of_a_day_that_agrees_asks_once_in_words_and_esc_goes_back(stands: Any) -> None:
    stand = stands(k.GOOD)
    stand.go_on()
    assert stand.window.asked
    assert any("সিল" in text for text in p.words_shown(stand.window.asking))
    stand.enter()
    assert stand.port.commands == [], "Enter, which scanners send, closes no day"
    stand.escape()
    assert not stand.window.asked
    assert (stand.port.commands, stand.typed()) == ([], k.COUNTED)


def test_a_difference_needs_its_reason_first(stands: Any) -> None:
    stand = stands(k.SHORT)
    stand.go_on()
    assert not stand.window.asked
    assert stand.focus is stand.screen.difference.reason
    assert stand.notice == words("close.reason_first", Language.BN)


def asked_for_pin(stand: Stand) -> QLineEdit:
    stand.screen.difference.reason.setText("খুচরা ফেরতে ভুল")
    stand.go_on()
    assert stand.window.asked
    field = stand.window.asking.fields[0]
    assert stand.focus is field
    return field


def test_the_pin_is_dots_and_either_script(stands: Any) -> None:
    stand = stands(k.SHORT)
    field = asked_for_pin(stand)
    assert field.echoMode() is QLineEdit.EchoMode.Password
    stand.type("১2৩4")
    stand.port.reply = None
    stand.enter()
    assert stand.port.commands == [c.CloseDay(k.COUNTED, "খুচরা ফেরতে ভুল", "anwar", "1234")]
    assert "1234" not in stand.said()


def test_a_wrong_pin_says_how_many_tries_are_left_and_loses_nothing(stands: Any) -> None:
    stand = stands(k.SHORT)
    asked_for_pin(stand)
    stand.reply(Outcome(Tone.STOP, "wrong_pin", data={"tries_left": 4}))
    stand.type("9999")
    stand.enter()
    assert stand.window.asked
    assert any("৪ বার" in text for text in p.words_shown(stand.window.asking))
    assert stand.window.asking.fields[0].text() == ""
    stand.escape()
    assert (stand.typed(), stand.screen.difference.reason.text()) == (k.COUNTED, "খুচরা ফেরতে ভুল")


def test_a_pin_too_short_or_a_held_enter_is_no_try(stands: Any) -> None:
    stand = stands(k.SHORT)
    asked_for_pin(stand)
    stand.type("12")
    stand.enter()
    assert (stand.port.commands, stand.window.asked) == ([], True)
    assert words("close.pin_short", Language.BN) in p.words_shown(stand.window.asking)
    stand.reply(Outcome(Tone.STOP, "wrong_pin", data={"tries_left": 4}))
    stand.type("34")
    stand.press(ENTER, "\r", repeats=30)
    assert len(stand.port.commands) == 1


def test_a_badge_chooses_the_supervisor_and_no_other_code_is_a_pin(stands: Any) -> None:
    second = ("kamal", "কামাল উদ্দিন", "Kamal Uddin")
    stand = stands(replace(k.SHORT, supervisors=(k.ANWAR, second)))
    field = asked_for_pin(stand)
    stand.type("11")
    stand.window.on_scan(Scan("BADGE*kamal"))
    assert field.text() == "", "a PIN begun for somebody else is gone"
    stand.window.on_scan(Scan(p.SHARMIN.item))
    assert (field.text(), stand.tones[-1]) == ("", Tone.LOOK)
    stand.type("1111")
    stand.press(Qt.Key.Key_F1)
    assert field.text() == ""
    stand.press(Qt.Key.Key_F2)
    stand.type("2222")
    stand.enter()
    assert stand.port.commands == [c.CloseDay(k.COUNTED, "খুচরা ফেরতে ভুল", "kamal", "2222")]


def test_without_a_supervisor_the_day_closes_and_is_approved_later(stands: Any) -> None:
    stand = stands(k.SHORT)
    asked_for_pin(stand)
    stand.reply(replace(k.DAY_CLOSED, data=dict(k.DAY_CLOSED.data) | {"approved_by": ""}), k.WAITS)
    stand.press(ord("L"), "l")
    assert stand.port.commands == [c.CloseDay(k.COUNTED, "খুচরা ফেরতে ভুল")]
    assert words("close.not_approved", Language.BN) in stand.said()
    stand.port.commands.clear()
    stand.press(ord("V"), "v")
    stand.type("1234")
    stand.reply(Outcome(Tone.GOOD, "day_approved", None, (4_221,), {"date": "2026-11-24", "approved_by": "anwar"}), k.CLOSED)
    stand.enter()
    assert stand.port.commands == [c.ApproveDay("2026-11-24", "anwar", "1234")]
    assert k.ANWAR[1] in stand.said()


def test_a_supervisor_who_closes_needs_no_pin(stands: Any) -> None:
    stand = stands(k.SHORT)
    stand.window.show_clerk(Clerk("anwar", *k.ANWAR[1:], supervisor=True))
    stand.screen.difference.reason.setText("ভুল")
    stand.go_on()
    assert stand.window.asking.fields == []
    stand.go_on()
    assert stand.port.commands == [c.CloseDay(k.COUNTED, "ভুল")]


def test_a_refused_close_is_said_with_what_is_safe_and_esc_acknowledges(stands: Any) -> None:
    stand = stands(k.GOOD)
    stand.go_on()
    stand.reply(Outcome(Tone.STOP, "disk_full"))
    stand.go_on()
    said = p.words_shown(stand.window.asking)
    assert words("close.nothing_moved", Language.BN) in said
    assert any("B-03" in text for text in said)
    stand.enter()
    assert stand.window.asked
    stand.escape()
    assert (stand.window.asked, stand.typed()) == (False, k.COUNTED)


def test_a_posting_between_count_and_close_is_counted_again(stands: Any) -> None:
    stand = stands(k.GOOD)
    stand.go_on()
    stand.reply(Outcome(Tone.STOP, "reason_needed", data={"expected": 3_990_000, "counted": 3_800_000, "difference": -190_000}), k.VIEW)
    stand.go_on()
    assert words("close.moved_since", Language.BN) in stand.said()
    assert stand.typed() == k.COUNTED


def test_the_closed_day_shows_seal_date_difference_and_that_nothing_is_in_the_way(stands: Any) -> None:
    stand = stands(k.SHORT)
    asked_for_pin(stand)
    stand.type("1234")
    stand.reply(k.DAY_CLOSED, k.CLOSED)
    stand.enter()
    said = stand.said()
    for expected in ("7f3a 09c2 d41e 8b56 a0c4 7d11 90e3 f2b8", "২৪ নভেম্বর ২০২৬", "ঘাটতি ৳ ৫০.০০", "F11", words("close.tomorrow", Language.BN), k.ANWAR[1]):
        assert expected in said
    assert (stand.typed(), stand.screen.difference.reason.text()) == ({}, "")
    stand.press(ord("L"), "l", CTRL)
    assert k.ANWAR[2] in stand.said() and "24 November 2026" in stand.said()


def test_a_day_that_was_closed_is_shown_so_after_a_restart(stands: Any) -> None:
    stand = stands(k.CLOSED)
    assert "7f3a 09c2" in stand.said()
    stand.press(Qt.Key.Key_Down)
    stand.type("5")
    stand.go_on()
    stand.screen.changed()
    assert stand.port.commands == [c.Count({"1000": 5})], "the drawer can still be counted; nothing is closed a second time"


# What is open


@pytest.mark.parametrize(("row", "room"), [(0, "receive"), (1, "prints"), (2, "sync")])
def test_what_is_open_leads_to_its_room_by_enter(stands: Any, row: int, room: str) -> None:
    stand = stands(k.SHORT)
    stand.port.answers["sync"] = p.SYNC
    stand.qtbot.waitUntil(stand.screen.before.list.rows[2].isVisible)
    stand.screen.before.list.rows[row].setFocus()
    stand.qtbot.waitUntil(stand.screen.before.list.rows[row].hasFocus)
    stand.enter()
    assert stand.window.front == room


def test_an_unapproved_day_is_approved_from_its_row(stands: Any) -> None:
    stand = stands(replace(k.VIEW, unapproved=("2026-11-22", "2026-11-23")))
    stand.screen.before.list.rows[3].setFocus()
    stand.enter()
    stand.type("1234")
    stand.enter()
    assert stand.port.commands == [c.ApproveDay("2026-11-22", "anwar", "1234")], "the oldest first"


def test_what_there_is_no_room_for_is_behind_one_row(stands: Any) -> None:
    stand = stands(k.FULL)
    rows = [row for row in stand.screen.before.list.rows if row.isVisible()]
    assert rows[-1].said.full == words("close.check_more", Language.BN)
    rows[-1].setFocus()
    stand.enter()
    assert stand.window.asked
    stand.press(ord("2"), "2")
    assert stand.window.front == "prints"


def test_the_draft_opens_the_reports_or_says_that_they_are_missing(stands: Any) -> None:
    stand = stands()
    stand.press(ord("P"), "p", CTRL)
    assert stand.window.front == "reports" or stand.notice == words("ui.not_built_yet", Language.BN)


# The morning


def test_the_day_is_opened_with_what_was_carried(stands: Any) -> None:
    stand = stands(k.NOT_OPENED)
    assert words("close.not_opened", Language.BN) in stand.said()
    stand.press(ord("O"), "o")
    assert stand.window.asking.fields[0].text() == "২০০০"
    stand.reply(Outcome(Tone.GOOD, "day_open", None, (1,), {"date": "2026-11-24", "float": 200_000, "carried": 200_000}), k.VIEW)
    stand.enter()
    assert stand.port.commands == [c.OpenDay(200_000)]
    assert words("close.not_opened", Language.BN) not in stand.said()


def test_another_float_is_typed_over_it(stands: Any) -> None:
    stand = stands(k.NOT_OPENED)
    stand.press(ord("O"), "o")
    stand.type("১৫০০")
    stand.enter()
    assert stand.port.commands == [c.OpenDay(150_000)]


def test_a_day_of_yesterday_that_is_still_open_is_offered_to_be_closed(stands: Any) -> None:
    stand = stands(replace(k.VIEW, date="2026-11-23"))
    assert words("close.old_day", Language.BN, date="২৩ নভেম্বর ২০২৬") in stand.said()
    stand.press(ord("O"), "o")
    assert not stand.window.asked


def test_home_offers_the_day_and_leads_there(stands: Any) -> None:
    stand = stands(k.NOT_OPENED)
    stand.port.answers["today"] = p.TODAY
    stand.window.open("today")
    home: Any = stand.window.front_screen
    assert home.offer.isVisible()
    home.offer.findChildren(QWidget)[0].setFocus()
    stand.press(Qt.Key.Key_F10)
    assert stand.window.front == "dayclose"
    stand.port.view = k.VIEW
    stand.window.open("today")
    assert not home.offer.isVisible()


# Cash


def form(stand: Stand, act: str) -> ActForm:
    found = stand.screen.cash.form
    assert found is not None and found.act == act
    return found


def at_cash(stand: Stand, digit: str) -> None:
    stand.press(ord("M"), "m")
    stand.press(ord(digit), digit)


def test_the_lines_of_the_day_can_be_added_by_hand(stands: Any) -> None:
    stand = stands()
    stand.press(ord("M"), "m")
    said = [piece.full for piece in stand.screen.cash.ledger.findChildren(Label) if piece.isVisible() and piece.full]
    assert said.index("৳ ১২,০০০") < said.index("+ ৳ ১,৮৫০") < said.index("৳ ১৩,৮৫০") < said.index("৳ ৩৮,৬৪৯.৫০")


def test_more_lines_than_fit_are_reached_by_the_arrows(stands: Any) -> None:
    stand = stands()
    stand.port.answers["cash"] = lambda _: k.lines(40)
    stand.press(ord("M"), "m")
    first = next(line.drawer for line in k.lines(1))
    shown = [piece.full for piece in stand.screen.cash.ledger.findChildren(Label) if piece.isVisible()]
    assert "৳ ১৩,৮৫০" not in shown and first == 1_385_000
    for _ in range(4):
        stand.press(Qt.Key.Key_Up)
    shown = [piece.full for piece in stand.screen.cash.ledger.findChildren(Label) if piece.isVisible()]
    assert "৳ ১৩,৮৫০" in shown and words("cash.opening", Language.BN) in shown


@pytest.mark.parametrize(("digit", "command"), [("1", c.PayIn), ("2", c.PayOut)])
def test_cash_is_paid_in_and_out_with_a_reason(stands: Any, digit: str, command: type[c.PayIn | c.PayOut]) -> None:
    stand = stands()
    at_cash(stand, digit)
    stand.type("৫০০")
    stand.enter()
    stand.type("vangti")
    stand.enter()
    stand.type("23/11/26")
    stand.go_on()
    assert stand.port.commands == [command(50_000, "vangti", "2026-11-23")]


def test_a_form_keeps_what_was_typed_until_it_is_written(stands: Any) -> None:
    stand = stands()
    at_cash(stand, "1")
    stand.type("500")
    stand.go_on()
    assert stand.port.commands == [] and "কেন" in stand.notice
    stand.type("vul")
    stand.escape()
    stand.escape()
    assert stand.screen.pages.currentIndex() == 0
    at_cash(stand, "1")
    assert (form(stand, "pay_in").text("amount"), form(stand, "pay_in").text("reason")) == ("500", "vul")
    stand.reply(Outcome(Tone.STOP, "not_enough_cash", data={"drawer": 10_000, "amount": 50_000}))
    stand.go_on()
    stand.escape()
    assert form(stand, "pay_in").text("amount") == "500"
    stand.reply(Outcome(Tone.GOOD, "paid_in", None, (9,), {"amount": 50_000, "slip": "R-1", "drawer": 60_000}))
    stand.go_on(repeats=20)
    assert stand.screen.cash.form is None
    assert stand.screen.cash.forms["pay_in"].text("amount") == ""
    assert len(stand.port.commands) == 2


def test_cash_goes_to_another_counter(stands: Any) -> None:
    stand = stands()
    at_cash(stand, "3")
    stand.type("3")
    stand.enter()
    stand.type("1000")
    stand.go_on()
    assert stand.port.commands == [c.Transfer(3, 100_000, None)]


@pytest.mark.parametrize("seal", ["SL00417744", p.BAG_NUMBER, p.SHARMIN.item])
def test_any_code_scanned_at_a_pouch_is_its_seal_wherever_the_cursor_is(stands: Any, seal: str) -> None:
    stand = stands()
    at_cash(stand, "4")
    form(stand, "pouch_out").fields["amount"].setFocus()
    stand.window.on_scan(Scan(seal))
    assert stand.window.front == "dayclose"
    assert form(stand, "pouch_out").text("seal_number") == seal
    assert stand.focus is form(stand, "pouch_out").fields["to_office"]
    stand.type("8510")
    assert "কাউখালী" in stand.said()
    stand.enter()
    stand.type("5000")
    stand.go_on()
    assert stand.port.commands == [c.PouchOut(seal, "8510", 500_000)]


def test_a_pouch_shows_its_three_figures_before_it_is_written(stands: Any) -> None:
    stand = stands()
    stand.port.answers["pouch"] = lambda seal: PouchView(seal, True, "8510", 500_000, False)
    at_cash(stand, "5")
    stand.window.on_scan(Scan("SL00417744"))
    opened = form(stand, "pouch_in")
    assert not opened.fields["by_advice"].isVisible(), "the sender's entry says it"
    stand.type("5000")
    stand.enter()
    stand.type("4")
    assert ["৳ ৫,০০০", "৳ ৫,০০০", "৳ ৪,০০০"] == [label.full for label in opened.figures._values]
    assert opened.fields["pouch_reason"].isVisible()
    stand.go_on()
    assert stand.port.commands == [c.PouchIn("SL00417744", {"1000": 4}, scanned=500_000)]
    stand.port.settle(Outcome(Tone.STOP, "counts_differ", data={"expected": 500_000, "scanned": 500_000, "counted": 400_000}))
    assert stand.focus is opened.fields["pouch_reason"]
    stand.type("kom")
    stand.go_on()
    assert stand.port.commands[-1] == c.PouchIn("SL00417744", {"1000": 4}, scanned=500_000, reason="kom")


def test_a_pouch_that_nobody_announced_is_taken_by_its_advice(stands: Any) -> None:
    stand = stands()
    at_cash(stand, "5")
    opened = form(stand, "pouch_in")
    opened.fields["seal_number"].setText("SL1")
    for name, value in (("from_office", "8510"), ("by_advice", "5000")):
        opened.fields[name].setFocus()
        stand.type(value)
    assert opened.pile is not None
    opened.pile.enter()
    stand.type("5")
    assert words("cash.agree", Language.BN) in stand.said()
    stand.go_on()
    assert stand.port.commands == [c.PouchIn("SL1", {"1000": 5}, "8510", 500_000)]


def test_the_spot_count_is_the_count_itself(stands: Any) -> None:
    stand = stands()
    at_cash(stand, "6")
    assert stand.screen.pages.currentIndex() == 0
    assert stand.focus is stand.screen.count.pile.fields["1000"]


def test_the_drawer_question_leads_to_the_cash_page(stands: Any) -> None:
    stand = stands()
    stand.window.has_drawer = True
    stand.window.open("sort")
    stand.press(ord("O"), "o", CTRL)
    stand.press(ord("6"), "6")
    assert stand.window.front == "dayclose"
    assert stand.screen.pages.currentWidget() is stand.screen.cash


@pytest.mark.parametrize(
    ("text", "date"),
    [("23-11-2026", "2026-11-23"), ("২৩/১১/২৬", "2026-11-23"), ("2026-11-23", "2026-11-23"), ("31-2-2026", None), ("kal", None), ("23-11", None)],
)
def test_a_date_is_understood_as_people_write_it(text: str, date: str | None) -> None:
    assert typed_date(text) == date


# The sheets, drawn


@BOTH
@pytest.mark.parametrize("percent", [100, 150, 200])
@pytest.mark.parametrize("scene", SHEETS)
def test_no_question_is_cut(qtbot: QtBot, qapp: QApplication, scene: str, language: Language, percent: int) -> None:
    window = SHEETS[scene](Look(language, percent=percent))
    qtbot.addWidget(window)
    window.resize(WIDTH, HEIGHT)
    with qtbot.waitExposed(window):
        window.show()

    def all_is_well() -> None:
        faults = {check.__name__: check(window) for check in (cut_labels, big_texts_cut, marks_cut, overlapping, outside, small_targets)}
        assert {name: found for name, found in faults.items() if found} == {}

    qtbot.waitUntil(all_is_well, timeout=3_000)


@BOTH
@pytest.mark.parametrize("percent", [100, 150, 200])
@pytest.mark.parametrize("act", [act for act, _ in ACTS if act != "spot_count"])
def test_no_form_is_cut(qtbot: QtBot, qapp: QApplication, act: Act, language: Language, percent: int) -> None:
    """Also with all that may be asked of a pouch that nobody announced."""
    window, screen = k.window_of(k.ClosePort(k.VIEW), Look(language, percent=percent))
    qtbot.addWidget(window)
    window.resize(WIDTH, HEIGHT)
    window.on_key("M")
    screen.cash.choose(act)
    opened = screen.cash.forms[act]
    if opened.pile is not None:
        opened.fields["by_advice"].setText("5000")
        opened.pile.put(k.PIECES)
        opened.changed.emit()
    with qtbot.waitExposed(window):
        window.show()

    def all_is_well() -> None:
        assert (window.width(), window.height()) == (WIDTH, HEIGHT), "the window asks for more than the screen has"
        faults = {check.__name__: check(window) for check in (cut_labels, big_texts_cut, marks_cut, overlapping, outside, small_targets)}
        assert {name: found for name, found in faults.items() if found} == {}

    qtbot.waitUntil(all_is_well, timeout=3_000)


@pytest.mark.parametrize("scene", SCENES | SHEETS)
def test_no_piece_is_a_window_of_its_own_even_for_a_moment(qtbot: QtBot, qapp: QApplication, scene: str) -> None:
    """It would take the focus from the field in which somebody types."""
    watch = _Windows()
    qapp.installEventFilter(watch)
    window = (SCENES | SHEETS)[scene](Look(Language.BN))
    qapp.removeEventFilter(watch)
    qtbot.addWidget(window)
    assert watch.shown == []


class _Windows(QObject):
    """Sees what is shown without lying in anything."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.shown.append(repr(watched))
        return False
