"""The window over a prepared desk: where scans and keys go, what a STOP lets through, both languages, and a name for every control."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot
from tests.ui import prepared as p
from tools.screens import SCENES

from corner_app.app import looks_like_code
from corner_app.desk import commands as c
from corner_app.devices.scanners.wedge import WedgeDecoder
from corner_app.domain.outcome import Outcome, Tone
from corner_app.domain.scan import Scan
from corner_app.i18n import Language, words
from corner_app.ui.keys import Keys, key_name
from corner_app.ui.main_window import MainWindow
from corner_app.ui.theme import Look
from corner_app.ui.widgets.basic import Button, KeyCap
from corner_app.ui.widgets.frame import RAIL_ENTRIES
from corner_app.ui.widgets.texts import BigText, Label

ITEM, BAG = p.SHARMIN.item, p.BAG_NUMBER
BUILT = {"F1": "today", "F2": "receive", "F3": "sort", "F4": "handover", "F8": "search", "F10": "dayclose", "F11": "reports", "F12": "devices"}
UNBUILT = ("F5", "F6", "F7", "F9")
EVERYWHERE = sorted(BUILT.values())


class Stand:
    """A window on a prepared desk, with what it sounded."""

    def __init__(self, qtbot: QtBot, look: Look) -> None:
        self.port = p.PreparedPort(bins=p.BINS, waiting=p.WAITING, view=p.VIEW, find=p.FOUND, today=p.TODAY, prints=p.PRINTS)
        self.tones: list[Tone] = []
        self.window: MainWindow = p.window(self.port, look, tones=self.tones)
        qtbot.addWidget(self.window)
        self.window.show()
        qtbot.waitUntil(self.window.isVisible)
        self.look = look

    def scan(self, *texts: str) -> None:
        for text in texts:
            self.window.on_scan(Scan(text))

    def keys(self, *keys: str) -> None:
        for key in keys:
            self.window.on_key(key)

    def stop(self, screen: str = "receive") -> None:
        """Brings a screen to a STOP."""
        self.window.open(screen)
        self.port.reply = lambda command: p.WRONG_DIGIT
        if screen == "handover":
            self.port.answers["waiting"] = None
        self.scan(p.WRONG_DIGIT.item or "")
        assert self.locked()
        self.port.commands.clear()

    def button(self, key: str) -> Button:
        """The visible button with this key on it."""
        return next(b for b in self.window.findChildren(Button) if b.cap.label.full == key and b.isVisible())

    def asks(self) -> bool:
        """Whether a question waits."""
        return self.window.asking.open

    def locked(self) -> bool:
        return self.window.front_screen.locked

    @property
    def notice(self) -> str:
        return self.window.footer._notice.full

    def reply(self, outcome: Outcome) -> None:
        self.port.reply = lambda command: outcome


@pytest.fixture
def stand(qtbot: QtBot, look: Look) -> Stand:
    return Stand(qtbot, look)


# Where a scan goes


@pytest.mark.parametrize("screen", EVERYWHERE)
def test_a_bag_is_opened_by_receive_from_any_screen(stand: Stand, screen: str) -> None:
    stand.window.open(screen)
    stand.scan(BAG)
    assert stand.window.front == "receive"
    assert stand.port.commands == [c.OpenBag(BAG)]


def test_an_opened_bag_is_the_bag_of_what_is_received_next(stand: Stand) -> None:
    stand.reply(Outcome(Tone.GOOD, "bag_open", data={"bag": BAG, "opened": True, "expected": 42}))
    stand.scan(BAG)
    stand.reply(p.RECEIVED)
    stand.scan(ITEM)
    assert stand.port.commands[-1] == c.Receive(ITEM, BAG)
    assert stand.port.places[-1] == ("receive", BAG)


@pytest.mark.parametrize("screen", EVERYWHERE)
def test_a_badge_signs_in_and_stays_where_it_is(stand: Stand, screen: str) -> None:
    stand.window.open(screen)
    stand.scan("BADGE*RAHIMA", "BADGE*nobody")
    assert stand.port.badges == ["rahima", "nobody"]
    assert stand.tones[-2:] == [Tone.GOOD, Tone.LOOK]
    assert stand.window.front == screen
    assert stand.port.commands == []


@pytest.mark.parametrize("screen", EVERYWHERE)
@pytest.mark.parametrize(("card", "to"), [("RECEIVE", "receive"), ("SORT", "sort"), ("HANDOVER", "handover"), ("SEARCH", "search"), ("TODAY", "today")])
def test_a_command_card_opens_its_screen(stand: Stand, screen: str, card: str, to: str) -> None:
    stand.window.open(screen)
    stand.scan(f"CMD*{card}")
    assert stand.window.front == to
    assert stand.port.commands == []


def test_the_undo_card_takes_the_last_scan_back(stand: Stand) -> None:
    stand.reply(Outcome(Tone.GOOD, "undone", data={"undone": [1]}))
    for screen in ("receive", "sort"):
        stand.window.open(screen)
        stand.scan("CMD*UNDO")
    assert stand.port.commands == [c.Undo(), c.Undo()]


@pytest.mark.parametrize("screen", ["today", "handover", "search", "devices"])
def test_the_undo_card_where_nothing_can_be_undone_says_so_by_its_tone(stand: Stand, screen: str) -> None:
    stand.window.open(screen)
    stand.scan("CMD*UNDO")
    assert stand.port.commands == []
    assert stand.tones[-1:] == [Tone.LOOK]


def test_an_unknown_card_only_sounds(stand: Stand) -> None:
    stand.scan("CMD*DANCE")
    assert (stand.window.front, stand.port.commands, stand.tones) == ("receive", [], [Tone.LOOK])


@pytest.mark.parametrize("screen", ["today", "search", "sort", "handover"])
def test_a_buyers_code_goes_to_handover_with_its_code_typed(stand: Stand, screen: str) -> None:
    stand.window.open(screen)
    stand.scan(f"BDP/{ITEM}/481720")
    assert stand.window.front == "handover"
    stand.keys("F", "Ctrl+Enter")
    assert stand.port.commands == [c.HandOver(items=(ITEM,), code="481720", tendered=185_000)]


def test_a_shelf_after_a_received_parcel_lays_it_there(stand: Stand) -> None:
    stand.reply(p.RECEIVED)
    stand.scan(ITEM, "খ-১৪")
    assert stand.port.commands == [c.Receive(ITEM, None), c.Shelve(ITEM, "খ-১৪")]


def test_a_shelf_after_a_sorted_parcel_lays_it_there(stand: Stand) -> None:
    stand.window.open("sort")
    stand.reply(p.SORTED)
    stand.scan("CP104722315BD", "খ-১৪")
    assert stand.port.commands == [c.Sort("CP104722315BD"), c.Shelve("CP104722315BD", "খ-১৪")]


def test_after_a_stop_a_shelf_means_no_parcel(stand: Stand) -> None:
    stand.reply(p.RECEIVED)
    stand.scan(ITEM)
    stand.stop()
    stand.keys("Esc")
    stand.scan("খ-১৪")
    assert not any(isinstance(command, c.Shelve) for command in stand.port.commands)


def test_a_parcel_means_what_the_screen_does(stand: Stand) -> None:
    stand.reply(p.RECEIVED)
    for screen in ("receive", "sort"):
        stand.window.open(screen)
        stand.scan(ITEM)
    assert stand.port.commands == [c.Receive(ITEM, None), c.Sort(ITEM)]
    stand.window.open("today")
    stand.scan(ITEM)
    assert (stand.window.front, stand.port.commands[-1]) == ("receive", c.Receive(ITEM, None))


@pytest.mark.parametrize("screen", EVERYWHERE)
def test_noise_is_answered_with_words(stand: Stand, screen: str) -> None:
    stand.window.open(screen)
    stand.scan("--")
    assert stand.port.commands == []
    assert stand.notice == words("ui.unreadable", Language.BN)
    assert stand.tones == [Tone.LOOK]


def test_a_scan_is_written_into_the_question_that_waits(stand: Stand) -> None:
    stand.keys("K")
    stand.scan(ITEM)
    assert stand.window.asking.fields[0].text() == ITEM
    assert stand.port.commands == []


def test_a_scan_that_no_question_takes_is_heard(stand: Stand) -> None:
    stand.reply(Outcome(Tone.GOOD, "bag_open", data={"bag": BAG, "opened": True, "expected": 42}))
    stand.scan(BAG)
    stand.keys("Ctrl+Enter")
    stand.tones.clear()
    stand.scan(ITEM)
    assert stand.asks()
    assert stand.tones == [Tone.LOOK]


# STOP


@pytest.mark.parametrize("screen", ["receive", "sort", "handover"])
def test_a_stop_goes_only_by_esc(stand: Stand, screen: str) -> None:
    stand.stop(screen)
    stand.keys("Enter", *"0123456789", "Space", "Backspace", "Tab", "Ctrl+Enter", "Ctrl+Z", *(entry[2] for entry in RAIL_ENTRIES if entry))
    assert (stand.locked(), stand.window.front, stand.port.commands) == (True, screen, [])
    stand.keys("Esc")
    assert not stand.locked()


@pytest.mark.parametrize("screen", ["receive", "sort", "handover"])
@pytest.mark.parametrize("text", [ITEM, BAG, "BADGE*rahima", "CMD*SEARCH", "CMD*UNDO", f"BDP/{ITEM}/481720", "খ-১৪", "--"])
def test_a_scan_while_a_stop_waits_is_not_acted_on(stand: Stand, screen: str, text: str) -> None:
    stand.stop(screen)
    stand.tones.clear()
    stand.scan(text)
    assert (stand.locked(), stand.window.front, stand.port.commands, stand.port.badges) == (True, screen, [], [])
    assert stand.tones == [Tone.STOP]


def test_the_rail_does_not_lead_out_of_a_stop(stand: Stand, qtbot: QtBot) -> None:
    stand.stop()
    rail = stand.window.rail
    place = next(area for name, _, _, area in rail._places if name == "search").center()
    qtbot.mouseClick(rail, Qt.MouseButton.LeftButton, pos=place)
    assert stand.window.front == "receive"
    stand.keys("Esc")
    qtbot.mouseClick(rail, Qt.MouseButton.LeftButton, pos=place)
    assert stand.window.front == "search"


def test_the_button_of_a_stop_acknowledges_too(stand: Stand, qtbot: QtBot) -> None:
    stand.stop()
    button = stand.button("Esc")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not stand.locked()


# Keys


@pytest.mark.parametrize(("key", "screen"), BUILT.items())
def test_f_keys_open_screens(stand: Stand, key: str, screen: str) -> None:
    stand.keys(key)
    assert (stand.window.front, stand.window.rail.current) == (screen, screen)
    assert id(stand.window.stack.currentWidget()) == id(stand.window.front_screen)


@pytest.mark.parametrize("key", UNBUILT)
def test_a_screen_not_built_yet_says_so_and_nothing_moves(stand: Stand, key: str) -> None:
    stand.keys(key)
    assert stand.window.front == "receive"
    assert stand.notice == words("ui.not_built_yet", Language.BN)
    stand.keys("Ctrl+L")
    assert stand.notice in ("", words("ui.not_built_yet", Language.EN))
    stand.keys("F3")
    assert stand.notice == ""


def test_the_rail_names_every_f_key() -> None:
    assert sorted(entry[2] for entry in RAIL_ENTRIES if entry) == sorted((*BUILT, *UNBUILT))


def test_all_keys_are_told_and_esc_closes(stand: Stand) -> None:
    stand.keys("?")
    assert stand.asks()
    stand.keys("Esc")
    assert not stand.asks()


# Questions


def _ask_all(stand: Stand) -> Iterator[tuple[str, Callable[[], None]]]:
    def receive(key: str) -> Callable[[], None]:
        def begin() -> None:
            stand.window.open("receive")
            stand.reply(Outcome(Tone.GOOD, "bag_open", data={"bag": BAG, "opened": True, "expected": 42}))
            stand.scan(BAG)
            stand.reply(p.RECEIVED)
            stand.scan(ITEM)
            stand.keys(key)

        return begin

    def handover(key: str) -> Callable[[], None]:
        def begin() -> None:
            stand.window.open("handover")
            stand.scan(ITEM)
            stand.keys(key)

        return begin

    def search(key: str) -> Callable[[], None]:
        def begin() -> None:
            stand.port.answers["find"] = p.FOUND[:1]
            stand.window.open("search")
            stand.scan(ITEM)
            stand.keys(key)

        return begin

    yield from ((f"receive {key}", receive(key)) for key in ("Ctrl+Enter", "D", "K"))
    yield from ((f"handover {key}", handover(key)) for key in "IAR")
    yield from ((f"search {key}", search(key)) for key in "TRD")


def test_esc_in_a_question_changes_nothing(stand: Stand) -> None:
    for name, begin in _ask_all(stand):
        begin()
        assert stand.asks(), name
        if stand.window.asking.fields:
            stand.window.asking.fields[0].setText("8500")
        stand.port.commands.clear()
        stand.keys("Esc")
        assert not stand.asks(), name
        assert stand.port.commands == [], name
        stand.keys("Esc", "Esc")


def test_enter_does_not_confirm_what_cannot_be_undone(stand: Stand) -> None:
    stand.reply(Outcome(Tone.GOOD, "bag_open", data={"bag": BAG, "opened": True, "expected": 42}))
    stand.scan(BAG)
    stand.keys("Ctrl+Enter", "Enter")
    assert stand.asks()
    assert stand.port.commands == [c.OpenBag(BAG)]
    stand.keys("Ctrl+Enter")
    assert stand.port.commands[-1] == c.EndBag(BAG)


def test_a_number_keyed_twice_is_compared(stand: Stand) -> None:
    stand.keys("K")
    one, two = stand.window.asking.fields
    one.setText("8801942117730")
    stand.keys("Enter")
    assert two.hasFocus() or stand.asks()
    two.setText("8801942117731")
    two.setFocus()
    stand.keys("Enter")
    assert stand.asks()
    assert words("ui.key_differs", Language.BN) in p.words_shown(stand.window.asking)
    assert stand.port.commands == []
    two.setText("৮৮০ ১৯৪২ ১১৭৭৩০")
    stand.keys("Enter")
    assert not stand.asks()
    assert stand.port.commands == [c.Receive("8801942117730", None, keyed_twice=True)]


def test_an_empty_number_twice_is_no_number(stand: Stand) -> None:
    stand.keys("K", "Enter", "Enter")
    assert stand.asks()
    assert stand.port.commands == []


def test_a_stop_can_be_answered_by_keying_the_number_twice(stand: Stand) -> None:
    stand.stop()
    stand.keys("K")
    assert stand.asks()
    assert not stand.locked()


def test_a_label_in_doubt_is_answered_by_y_or_n(stand: Stand) -> None:
    stand.window.open("today")
    stand.keys("1", "Y")
    stand.keys("1", "N")
    assert stand.port.prints == [(p.DOUBT.job, True), (p.DOUBT.job, False)]
    stand.keys("1", "Esc")
    assert len(stand.port.prints) == 2


def test_scanning_the_label_in_doubt_answers_it(stand: Stand) -> None:
    stand.window.open("devices")
    stand.scan(p.SECOND.item, p.DOUBT.item)
    assert (stand.port.scanned_prints, stand.port.prints) == ([(p.DOUBT.job, p.DOUBT.item)], [])


# Handover


def _at_money(stand: Stand, code: str = "481720") -> None:
    stand.window.open("handover")
    stand.scan(ITEM)
    stand.keys(*code)


def test_code_money_and_one_commit(stand: Stand) -> None:
    _at_money(stand)
    stand.keys("Ctrl+Enter", *"1849", "Ctrl+Enter")
    assert stand.port.commands == []
    stand.keys("Backspace", "Backspace", "Backspace", "Backspace", *"2000", "Enter")
    assert stand.port.commands == []
    stand.keys("Ctrl+Enter")
    assert stand.port.commands == [c.HandOver(items=(ITEM,), code="481720", tendered=200_000)]


def test_bangla_digits_are_digits(stand: Stand) -> None:
    _at_money(stand, "৪৮১৭২০")
    stand.keys(*"২০০০", "Ctrl+Enter")
    assert stand.port.commands == [c.HandOver(items=(ITEM,), code="481720", tendered=200_000)]


def test_nothing_is_handed_over_before_the_code(stand: Stand) -> None:
    _at_money(stand, "48172")
    stand.keys("Enter", "F", "Ctrl+Enter")
    assert stand.port.commands == []


def test_all_parcels_of_the_buyer_at_once(stand: Stand) -> None:
    stand.window.open("handover")
    stand.scan(ITEM)
    stand.keys("Space", *"481720", "F", "Ctrl+Enter")
    assert stand.port.commands == [c.HandOver(items=(ITEM, p.SECOND.item), code="481720", tendered=185_000)]


def test_a_second_parcel_scanned_joins_the_first(stand: Stand) -> None:
    stand.window.open("handover")
    stand.scan(ITEM, p.SECOND.item, p.SECOND.item)
    stand.keys(*"481720", "F", "Ctrl+Enter")
    assert stand.port.commands == [c.HandOver(items=(ITEM, p.SECOND.item), code="481720", tendered=185_000)]


def test_a_document_stands_for_the_code(stand: Stand) -> None:
    stand.window.open("handover")
    stand.scan(ITEM)
    stand.keys("I", "F2")
    last4, reason = stand.window.asking.fields
    last4.setText("7788")
    reason.setText("ফোন হারানো")
    stand.keys("Enter")
    reason.setFocus()
    stand.keys("Enter", "F", "Ctrl+Enter")
    assert stand.port.commands == [c.HandOver(items=(ITEM,), id=c.Identity("passport", "7788", "ফোন হারানো"), tendered=185_000)]


def test_one_press_sends_one_handover(stand: Stand) -> None:
    _at_money(stand)
    stand.keys("F", "Ctrl+Enter", "Ctrl+Enter", "Esc", "5", "Ctrl+Enter")
    stand.scan(p.SECOND.item)
    assert stand.port.commands == [c.HandOver(items=(ITEM,), code="481720", tendered=185_000)]


def test_after_the_handover_the_next_buyer(stand: Stand) -> None:
    _at_money(stand)
    done = Outcome(
        Tone.GOOD, "handed_over", ITEM, (1,),
        {"collected": 185_000, "tendered": 200_000, "change": 15_000, "receipt": "8500-2-0001", "items": [ITEM]}, p.SHARMIN,
    )  # fmt: skip
    stand.reply(done)
    stand.keys(*"2000", "Ctrl+Enter", "Ctrl+Enter")
    assert len(stand.port.commands) == 1
    stand.keys("Enter")
    assert stand.window.screens["handover"].waiting is None  # type: ignore[attr-defined]


def test_a_wrong_code_begins_the_code_again(stand: Stand) -> None:
    _at_money(stand, "000000")
    stand.reply(Outcome(Tone.STOP, "wrong_code", ITEM, (1,), {"tries_left": 3}))
    stand.keys("F", "Ctrl+Enter")
    assert stand.locked()
    stand.keys("Esc", *"481720")
    stand.keys("Ctrl+Enter")
    assert stand.port.commands[-1] == c.HandOver(items=(ITEM,), code="481720", tendered=185_000)


def test_a_reason_is_one_digit(stand: Stand) -> None:
    stand.window.open("handover")
    stand.scan(ITEM)
    stand.keys("R", "1")
    assert stand.port.commands == [c.Refuse(ITEM, "refused")]


# Search


def test_typing_finds_and_a_digit_chooses(stand: Stand, qtbot: QtBot) -> None:
    asked: list[object] = []

    def told(value: object) -> Callable[[object], object]:
        return lambda argument: (asked.append(argument), value)[1]  # type: ignore[func-returns-value]

    stand.port.answers["find"], stand.port.answers["view"] = told(p.FOUND), told(p.VIEW)
    stand.window.open("search")
    field = stand.window.screens["search"].field  # type: ignore[attr-defined]
    qtbot.waitUntil(field.hasFocus)
    qtbot.keyClicks(field, "4417")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert asked == ["4417"]
    assert not field.hasFocus()
    stand.keys("2")
    assert asked == ["4417", p.SECOND.item]
    stand.keys("T")
    assert stand.asks()
    stand.window.asking.fields[0].setText("গ-০২")
    stand.keys("Enter")
    assert stand.port.commands == [c.Shelve(ITEM, "গ-০২")]


def test_letters_typed_into_the_field_are_no_commands(stand: Stand, qtbot: QtBot) -> None:
    stand.window.open("search")
    field = stand.window.screens["search"].field  # type: ignore[attr-defined]
    qtbot.waitUntil(field.hasFocus)
    assert not stand.window.on_key("P")
    assert not stand.window.on_key("?")
    assert stand.port.commands == []


def test_a_handover_starts_from_search(stand: Stand) -> None:
    stand.port.answers["find"] = p.FOUND[:1]
    stand.window.open("search")
    stand.scan(ITEM)
    stand.keys("H")
    assert stand.window.front == "handover"
    stand.keys(*"481720", "F", "Ctrl+Enter")
    assert stand.port.commands == [c.HandOver(items=(ITEM,), code="481720", tendered=185_000)]


def test_letters_act_after_a_scan_while_the_field_had_the_focus(stand: Stand, qtbot: QtBot) -> None:
    stand.port.answers["find"] = p.FOUND[:1]
    stand.window.open("search")
    qtbot.waitUntil(stand.window.screens["search"].field.hasFocus)  # type: ignore[attr-defined]
    stand.scan(ITEM)
    stand.keys("P")
    assert stand.port.commands == [c.PrintLabel(ITEM)]


def test_the_phone_is_masked_until_asked_for(stand: Stand) -> None:
    stand.port.answers["find"] = p.FOUND[:1]
    stand.window.open("search")
    stand.scan(ITEM)
    phone = "০১৭০০০০৪৪১৭"
    assert not any(phone in said for said in p.words_shown(stand.window))
    stand.keys("C")
    assert any(phone in said for said in p.words_shown(stand.window))


# Key names and keys held down


def _press(key: int, text: str, code: int = 0, *, repeat: bool = False) -> QKeyEvent:
    return QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, code, 0, 0, text, repeat)


@pytest.mark.parametrize(
    ("key", "text", "name"),
    [(Qt.Key.Key_K, "k", "K"), (Qt.Key.Key_5, "5", "5"), (0x09EB, "৫", "5"), (Qt.Key.Key_Return, "\r", "Enter"), (Qt.Key.Key_F12, "", "F12")],
)
def test_keys_are_named_the_same_in_either_script(key: int, text: str, name: str) -> None:
    assert key_name(_press(int(key), text)) == name


def test_letters_are_named_by_their_place_on_a_bangla_layout() -> None:
    assert key_name(_press(0x09A1, "ড", 33)) == "P"
    assert key_name(_press(0x09A4, "ত", 45)) == "K"


def test_a_key_held_down_is_no_scan(stand: Stand, qtbot: QtBot) -> None:
    stand.window.open("search")
    field = stand.window.screens["search"].field  # type: ignore[attr-defined]
    qtbot.waitUntil(field.hasFocus)
    now = iter(range(0, 10_000, 25))
    scans: list[Scan] = []
    keys = Keys(WedgeDecoder(looks_like_code, "x11"), stand.window, stand.window.on_key, scans.append, lambda: float(next(now)))
    field.installEventFilter(keys)
    for n in range(12):
        QApplication.sendEvent(field, _press(Qt.Key.Key_8, "8", 17, repeat=n > 0))
    QApplication.sendEvent(field, _press(Qt.Key.Key_Return, "\r", 36))
    field.removeEventFilter(keys)
    assert scans == []
    assert field.text() == "8" * 12


def test_space_presses_the_button_that_has_the_focus(stand: Stand, qtbot: QtBot) -> None:
    stand.window.open("handover")
    stand.scan(ITEM)
    button = stand.button("R")
    button.setFocus()
    qtbot.waitUntil(button.hasFocus)
    assert not stand.window.on_key("Space")
    qtbot.keyClick(button, Qt.Key.Key_Space)
    assert stand.asks()


# Both languages

_LATIN_OK = re.compile(
    r"[A-Z]{2}\d{9}[A-Z]{2}|\d{4}-\d{4}-\d{4}-\d{2}|\bF\d{1,2}\b|\b[A-Z]-\d{2}\b|\b\d{13}\b|[A-Z]{2}-\d+|\d+[-–]\d+ F|\*\*"
    r"|\b(?:usb|tcp|path|cups):\S+|\d+(?:\.\d+){3}(?::\d+)?|\b[A-Z][\w-]*\d[\w-]*|\b[78][NEO]1\b|Code 128"
)
"""What stays in Latin digits: item and bag numbers, keys, codes for the phone; what a device is known by, its model, its line and its kind of code."""


def texts(root: QWidget) -> Iterator[tuple[QWidget, str]]:
    """Every visible word of the window, but item numbers (mono) and key caps."""
    for piece in root.findChildren(QWidget):
        if isinstance(piece, Label | BigText) and piece.isVisibleTo(root) and piece.full:
            if not (isinstance(piece, Label) and (piece._mono or isinstance(piece.parentWidget(), KeyCap))):
                yield piece, piece.full


@pytest.mark.parametrize("scene", SCENES)
def test_bangla_has_no_latin_digit(qtbot: QtBot, look: Look, scene: str) -> None:
    window = SCENES[scene](look)
    qtbot.addWidget(window)
    window.show()
    left = [text for _, text in texts(window) if re.search(r"[0-9]", _LATIN_OK.sub("", text))]
    assert left == []


@pytest.mark.parametrize("scene", SCENES)
def test_the_language_changes_live(qtbot: QtBot, qapp: QApplication, scene: str) -> None:
    """After Ctrl+L the window says what it would have said, had it been in that language from the start."""
    changed, fresh = SCENES[scene](Look(Language.BN)), SCENES[scene](Look(Language.EN))
    for window in (changed, fresh):
        qtbot.addWidget(window)
        window.show()
    assert changed.on_key("Ctrl+L")
    assert p.words_shown(changed) == p.words_shown(fresh)
    assert not [text for _, text in texts(changed) if re.search("[০-৯]", text) and not re.match("^[কখগঘ]-|.*[কখগঘ]-[০-৯]{2}", text)]


@pytest.mark.parametrize("screen", EVERYWHERE)
def test_an_answer_in_passing_changes_language_too(stand: Stand, screen: str) -> None:
    stand.port.answers["find"] = p.FOUND[:1]
    stand.window.open(screen)
    stand.scan(ITEM)
    stand.keys("P")
    for then in list(stand.port.asked):
        stand.port.asked.remove(then)
        then(replace(p.RECEIVED, code="queued", data={"copy": 1}))
    stand.keys("Ctrl+L")
    bangla = [text for _, text in texts(stand.window) if re.search("[ক-হ]{2}", text)]
    assert [text for text in bangla if text != words("ui.other_language", Language.EN) and p.DOUBT.name_bn not in text] == []


# Names for a screen reader


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("scene", SCENES)
def test_every_control_has_a_name_in_the_clerks_language(qtbot: QtBot, qapp: QApplication, scene: str, language: Language) -> None:
    window = SCENES[scene](Look(language))
    qtbot.addWidget(window)
    window.show()
    seen = [w for w in window.findChildren(QWidget) if w.isVisibleTo(window)]
    controls = [w for w in seen if isinstance(w, Button | QLineEdit) or (w.focusPolicy() != Qt.FocusPolicy.NoFocus and w is not window.stack)]
    named = {repr(w): w.accessibleName() for w in (*controls, window.rail)}
    assert all(named.values()), named
    if language is Language.BN:
        assert [name for name in named.values() if re.search("[a-z]", name.replace("Enter", ""))] == []


def test_questions_name_their_fields(stand: Stand) -> None:
    for name, begin in _ask_all(stand):
        begin()
        assert all(field.accessibleName() for field in stand.window.asking.fields), name
        stand.keys("Esc", "Esc", "Esc")
