"""F12 from prepared values: the set-up by keys alone, what each scan does to it, and that nothing of a device is said which is not so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import zxingcpp
from PIL import Image
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot
from tests.ui import prepared as p
from tests.ui import prepared_devices as d
from tests.ui.test_clipping import inside, visible
from tests.ui.test_fit import big_texts_cut, cut_labels, marks_cut, outside, overlapping, small_targets

from corner_app.devices.scanners.wedge import WedgeDecoder
from corner_app.devices.setup import events as e
from corner_app.devices.setup import station as s
from corner_app.devices.setup.remedies import REMEDIES
from corner_app.devices.status import FAULTS, WARNINGS
from corner_app.domain.outcome import Tone
from corner_app.domain.scan import Scan
from corner_app.i18n import Language, load_words, words
from corner_app.ui.keys import Keys
from corner_app.ui.main_window import MainWindow
from corner_app.ui.screens.devices import QUIET_MS, DevicesScreen
from corner_app.ui.screens.print_queue import PrintQueueScreen
from corner_app.ui.theme import Look
from corner_app.ui.widgets.basic import Button, Chip, KeyCap
from corner_app.ui.widgets.texts import BigText, Label

BN, EN = Language.BN, Language.EN


class Stand:
    """The screen in its window, over a port whose acts the test answers."""

    def __init__(self, qtbot: QtBot, look: Look, station: s.Station = d.STATION) -> None:
        self.tones: list[Tone] = []
        self.port = d.PreparedDevices(station)
        self.window: MainWindow = d.window(look, self.port, self.tones)
        qtbot.addWidget(self.window)
        self.window.show()

    @property
    def screen(self) -> DevicesScreen:
        return d.screen(self.window)

    def keys(self, *keys: str) -> Stand:
        for key in keys:
            self.window.on_key(key)
        return self

    def scan(self, text: str, device: str = d.SCANNER) -> None:
        self.window.on_scan(Scan(text, device=device))

    def says(self) -> str:
        return "\n".join(p.words_shown(self.window))

    def to_scan(self) -> Stand:
        """The whole way to the label in the hand, by keys."""
        self.keys("N")
        self.port.settle(e.Found(d.FOUND))
        self.keys("Enter")
        self.port.settle(e.Answered("tspl", "TE200", 203))
        self.keys("Enter", "Enter")
        self.port.settle()
        return self

    def code(self, dots: int) -> str:
        return next(code.text for code in self.screen.wizard.codes if (code.kind, code.dots) == ("code128", dots))


@pytest.fixture
def stand(qtbot: QtBot, look: Look) -> Callable[..., Stand]:
    return lambda station=d.STATION: Stand(qtbot, look, station)


Standing = Callable[..., Stand]


# The counter's devices


def test_it_says_of_each_device_what_it_is_how_it_is_and_what_came_last(stand: Standing) -> None:
    said = stand().says()
    for part in (
        "স্ক্যানার ১ · কাউন্টার", "সিরিয়াল · নম্বর SC-0147", "শেষ পড়া ৪ সেকেন্ড আগে", "কীবোর্ড ধরনের · বাংলা লেআউটেও ঠিক", "আজ পড়েছে ২৭টি", "লেবেল প্রিন্টার",
        "৪×৬ ইঞ্চি · ২০৩ ডিপিআই · TSPL", "পরীক্ষা চলছে", "কাগজ প্রায় শেষ", "শেষ ছাপা ২ মিনিট আগে", "৯৬০০ · 7E1 · সিরিয়াল", "০.০০০ কেজি", "শেষ খোলা ০৯:০২ · খুচরা রাখা",
    ):  # fmt: skip
        assert part in said, part


@pytest.mark.parametrize(("word", "said"), [("mute", "সাড়া নেই"), ("media_out", "কাগজ শেষ"), ("ready", "সচল"), ("offline", "বন্ধ"), ("broken", "থেমে গেছে")])
def test_a_printer_that_gives_no_answer_is_never_said_to_work(stand: Standing, word: str, said: str) -> None:
    shown = stand(s.fold(d.STATION, s.PrinterIs(str(d.LABEL), word, d.NOW))).keys("Down", "Down")
    assert f"{words('device.label_printer', BN)}: {said}" in shown.says()
    assert f"{words('device.label_printer', BN)} · {said}" in shown.says()
    remedies = [words(f"setup_do.{remedy}", BN) for remedy in REMEDIES.get(word, ())]
    assert all(remedy in shown.says() for remedy in remedies)


def test_a_scale_in_trouble_shows_no_weight(stand: Standing) -> None:
    shown = stand(s.fold(d.STATION, s.ScaleIs(d.SCALE, "over", d.NOW)))
    assert "বেশি ভারী" in shown.says()
    assert "কেজি" not in shown.says()


def test_every_word_a_device_can_say_has_words() -> None:
    known = load_words()
    assert [word for word in (*FAULTS, *WARNINGS) if f"device_is.{word}" not in known] == []
    assert [word for word in REMEDIES if f"setup_trouble.{word}" not in known and f"device_is.{word}" not in known] == []
    assert [remedy for remedies in REMEDIES.values() for remedy in remedies if f"setup_do.{remedy}" not in known] == []


def test_the_arrows_and_the_mouse_choose_a_device(stand: Standing, qtbot: QtBot) -> None:
    shown = stand().keys("Down", "Down", "Down", "Up")
    assert shown.screen.device == d.STATION.devices[2]
    qtbot.mouseClick(shown.screen.list.rows.rows[4], Qt.MouseButton.LeftButton)
    assert shown.screen.device == d.STATION.devices[4]
    assert shown.screen.page == "device"


def test_a_scale_is_set_to_zero_by_w_and_only_a_scale(stand: Standing) -> None:
    shown = stand().keys("W")
    assert shown.port.zeroed == []
    shown.keys("Down", "Down", "Down", "Down", "W")
    assert (shown.port.zeroed, shown.tones[-1]) == ([d.SCALE], Tone.GOOD)
    shown.port.succeeds = False
    shown.keys("W")
    assert shown.tones[-1] is Tone.LOOK


def test_a_device_is_forgotten_only_after_a_question(stand: Standing) -> None:
    shown = stand().keys("Down", "Del", "Ctrl+Enter")
    assert shown.port.gone == [], "the scanner that types has no settings"
    shown.keys("Down", "Del", "Esc")
    assert shown.port.gone == []
    shown.keys("Del", "Ctrl+Enter")
    assert shown.port.gone == [str(d.LABEL)]


def test_the_print_queue_is_one_key_away_and_esc_goes_back(stand: Standing) -> None:
    shown = stand().keys("Q")
    assert isinstance(shown.window.front_screen, PrintQueueScreen)
    assert shown.window.rail.current == "devices"
    shown.keys("F12", "Esc")
    assert shown.window.front == "receive"


def test_the_tones_are_heard_and_made_louder(stand: Standing) -> None:
    shown = stand().keys("V", "1", "2", "3")
    assert shown.tones[-3:] == [Tone.GOOD, Tone.LOOK, Tone.STOP]
    shown.keys("+", "+", "+")
    assert shown.port.percent == 100
    assert "১০০ %" in shown.says()
    for _ in range(12):
        shown.keys("-")
    assert shown.port.percent == 0
    assert words("device.muted", BN) in shown.says()
    shown.keys("Esc")
    assert shown.screen.page in ("device", "scans")


# The scanner's page


def test_a_scan_is_shown_as_it_came_with_its_kind_its_gaps_and_how_soon_again(stand: Standing) -> None:
    shown = stand().keys("Down", "Up")
    for part in ("]C0CP104722205BD‹CR›", "]C0 · Code 128", "আগেই পড়া হয়েছে, ০.৬ সেকেন্ড আগে", d.SCANNER):
        assert part in shown.says(), part
    seen = s.ScanSeen(d.NOW, d.WEDGE, "010880194211773021\x1dAB", gaps_ms=(8, 12, 9))
    shown.port.now = s.fold(shown.port.now, s.Scanned(seen))
    shown.window.changed()
    shown.screen.changed()
    for part in ("010880194211773021‹GS›AB", "৮–১২ মিলিসেকেন্ড", words("scan_test.aim_none", BN), words("scan_test.first", BN)):
        assert part in shown.says(), part


def test_a_buyers_pickup_code_is_not_shown(stand: Standing) -> None:
    shown = stand().keys("Down", "Up")
    shown.port.now = s.fold(shown.port.now, s.Scanned(s.ScanSeen(d.NOW, d.SCANNER, "BDP/CP104722182BD/481720", "Q1")))
    shown.screen.changed()
    assert "BDP/CP104722182BD/…" in shown.says()
    assert "481720" not in shown.says()


def test_the_manual_page_names_where_each_make_has_its_codes(stand: Standing) -> None:
    shown = stand().keys("Down", "Up", "C")
    for part in ("Honeywell", "Zebra", "Datalogic", "Newland", "USB Device Type: CDC", words("scan_test.want_aim", BN)):
        assert part in shown.says(), part
    shown.keys("C")
    assert shown.screen.page == "scans"


# The set-up


def test_a_printer_is_set_up_with_the_keyboard_alone(stand: Standing) -> None:
    shown = stand().to_scan()
    assert words("setup.scan", BN) in shown.says()
    assert not shown.screen.card.foot.buttons["next"].isEnabled()
    shown.scan(shown.code(4))
    assert shown.tones[-1] is Tone.GOOD
    assert "এবার ২ বিন্দুর রেখাটি" in shown.says()
    shown.scan(shown.code(2))
    assert words("setup.proven", BN) in shown.says()
    shown.keys("Enter", "+", "Enter")
    effect, _ = shown.port.asked[0]
    assert effect == e.Save("label", d.LABEL, "usb", d.TSC.name, {"darkness": 55})
    shown.port.settle(e.Saved())
    assert words("setup.saved", BN) in shown.says()
    assert shown.port.endings == 0
    shown.keys("Enter")
    assert (shown.screen.setting, shown.port.endings) == (False, 1)


def test_the_ladder_is_chosen_from_by_a_scan(stand: Standing) -> None:
    shown = stand().to_scan()
    shown.scan(shown.code(4))
    shown.keys("Enter", "L")
    shown.port.settle()
    level, codes = shown.screen.wizard.rungs[1]
    shown.scan(codes[0].text)
    assert shown.screen.wizard.profile is not None
    assert shown.screen.wizard.profile.darkness == level == 35
    assert "৩৫ %" in shown.says()


@pytest.mark.parametrize(
    ("key", "trouble"), [("X", "nothing_came"), ("R", "unread")],
)  # fmt: skip
def test_what_the_clerk_sees_is_said_by_a_key_and_answered_with_what_helps(stand: Standing, key: str, trouble: str) -> None:
    shown = stand().to_scan().keys(key)
    assert words(f"setup_trouble.{trouble}", BN) in shown.says()
    for remedy in REMEDIES[trouble]:
        assert words(f"setup_do.{remedy}", BN) in shown.says()
    shown.keys("P")
    assert isinstance(shown.port.asked[0][0], e.Print)


def test_an_older_label_and_a_parcel_are_told_apart_from_the_fresh_one(stand: Standing) -> None:
    shown = stand().to_scan()
    older = shown.code(4)
    shown.keys("P")
    shown.port.settle()
    shown.scan(older)
    assert (words("setup_trouble.older", BN) in shown.says(), shown.tones[-1]) == (True, Tone.LOOK)
    shown.scan("CP104722182BD")
    assert words("setup_trouble.other_code", BN) in shown.says()
    shown.scan(shown.code(4))
    assert shown.tones[-1] is Tone.GOOD


def test_a_wedge_under_a_bangla_layout_is_right_and_it_is_said(stand: Standing) -> None:
    shown = stand().to_scan()
    shown.port.by_layout = "যয১২৩৪৫৬৭৮৯ণী"
    shown.scan(shown.code(4), "wedge")
    assert words("setup.letters_by_keys", BN) in shown.says()


def test_letters_that_avro_makes_of_the_keys_are_recognised_by_themselves(stand: Standing, qtbot: QtBot) -> None:
    """No scan comes then: only letters, whose keys nobody knows."""
    shown = stand().to_scan()
    letters = "".join({"Z": "য", "B": "ণ", "D": "ী"}.get(sign) or chr(0x09E6 + int(sign)) for sign in shown.code(2))
    for letter in letters:
        shown.window.on_key(letter)
    after = QTimer(singleShot=True, interval=2 * QUIET_MS)
    with qtbot.waitSignal(after.timeout):
        after.start()
    assert shown.screen.wizard.trouble == "other_layout"
    assert words("setup_do.scanner_mode", BN) in shown.says()


def test_any_kind_of_code_of_the_label_is_taken_and_none_is_refused_or_said_to_be_a_repeat(stand: Standing) -> None:
    """Elsewhere a number in a QR code is refused, and the same code so soon is not acted on."""
    shown = stand().to_scan()
    square = next(code.text for code in shown.screen.wizard.codes if code.kind == "qr")
    shown.window.on_scan(Scan(square, "Q1", d.SCANNER, 1_000))
    shown.window.on_scan(Scan(square, "Q1", d.SCANNER, 1_200))
    assert shown.tones[-2:] == [Tone.GOOD, Tone.GOOD]
    assert shown.screen.wizard.read


def test_the_keys_of_a_scan_are_told_as_the_layout_made_them_with_their_gaps(qtbot: QtBot, look: Look) -> None:
    """The real filter, keys as X11 gives them under Bangladesh's layout: the code by the places of the keys, the letters as typed."""
    field, now = QLineEdit(), [1_000.0]
    qtbot.addWidget(field)
    heard: list[tuple[str, str, tuple[int, ...]]] = []
    decoder = WedgeDecoder(lambda text: len(text) == 13, "x11")
    keys = Keys(decoder, field, lambda name: False, lambda scan: heard.append((scan.text, keys.typed, keys.gaps_ms)), lambda: now[0])
    field.installEventFilter(keys)
    places, letters = {sign: 10 + n for n, sign in enumerate("1234567890")} | {"Z": 52, "B": 56, "D": 40}, {"Z": "য", "B": "ণ", "D": "ী"}
    for sign in "ZZ128951026BD":
        now[0] += 8
        held = Qt.KeyboardModifier.ShiftModifier if sign.isalpha() else Qt.KeyboardModifier.NoModifier
        text = letters.get(sign) or chr(0x09E6 + int(sign))
        QApplication.sendEvent(field, QKeyEvent(QEvent.Type.KeyPress, ord(sign), held, places[sign], 0, 0, text))
    now[0] += 8
    QApplication.sendEvent(field, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, 36, 0, 0, "\r"))
    assert heard == [("ZZ128951026BD", "যয১২৮৯৫১০২৬ণী", (8,) * 12)]


def test_an_address_is_typed_where_nothing_is_found(stand: Standing) -> None:
    shown = stand().keys("N")
    shown.port.settle(e.Found(()))
    assert words("setup_trouble.nothing_found", BN) in shown.says()
    shown.keys("A")
    shown.window.asking.fields[0].setText("192.0.2.7")
    shown.keys("Enter")
    effect, _ = shown.port.asked[0]
    assert isinstance(effect, e.Ask)
    assert str(effect.identity) == "tcp:192.0.2.7:9100"


def test_the_gap_between_labels_is_set_in_millimetres(stand: Standing) -> None:
    shown = stand().keys("N")
    shown.port.settle(e.Found(d.FOUND))
    shown.keys("Enter")
    shown.port.settle(e.Answered("tspl", "TE200"))
    shown.keys("Enter")
    assert "লেবেলের মাঝে ফাঁক · ৩ মিমি" in shown.says()
    shown.keys("+", "G")
    assert "পেছনে কালো দাগ · ৪ মিমি" in shown.says()
    shown.keys("Down")
    assert shown.screen.wizard.paper == "3x2in"


def test_a_receipt_printer_is_one_key_away(stand: Standing) -> None:
    shown = stand().keys("N")
    shown.port.settle(e.Found(d.FOUND))
    shown.keys("U")
    assert shown.screen.wizard.role == "receipt"
    assert words("setup.looking", BN) in shown.says()


def test_t_tests_the_chosen_printer_at_once(stand: Standing) -> None:
    shown = stand().keys("Down", "Down", "T")
    effect, _ = shown.port.asked[0]
    assert isinstance(effect, e.Print)
    assert effect.identity == d.LABEL
    shown = stand().keys("T")
    assert shown.port.asked == [], "a scanner prints nothing"


def test_esc_leaves_for_later_and_what_is_unproven_is_said(stand: Standing) -> None:
    shown = stand().to_scan().keys("Esc")
    assert shown.screen.wizard.step == "darkness"
    shown.keys("Esc")
    shown.port.settle(e.Saved())
    assert words("setup.saved_unproven", BN) in shown.says()
    shown = stand().keys("N", "Esc")
    assert not shown.screen.setting


def test_what_comes_after_the_clerk_has_left_changes_nothing(stand: Standing) -> None:
    shown = stand().keys("N", "Esc")
    before = shown.says()
    shown.port.settle(e.Found(d.FOUND))
    assert (shown.screen.setting, shown.says()) == (False, before)


def test_the_preview_is_the_label_dot_for_dot(stand: Standing) -> None:
    """Its codes are read from what is painted, and they are those of the label that was printed."""
    shown = stand().to_scan()
    image = shown.screen.card.content.preview._image.convertToFormat(QImage.Format.Format_Grayscale8)
    dots = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())[:, : image.width()]
    read = {code.text for code in zxingcpp.read_barcodes(Image.fromarray(dots))}
    assert read == {code.text for code in shown.screen.wizard.codes}


def test_hints_name_the_keys_that_act(stand: Standing) -> None:
    shown = stand().keys("Down", "Down")
    assert [key for key, _ in shown.screen.hints()] == ["↑ ↓", "T", "Q", "Esc"]
    assert [key for key, _ in shown.to_scan().screen.hints()] == ["Esc"]


def test_an_office_without_devices_is_told_what_to_press(stand: Standing) -> None:
    shown = stand(s.Station())
    assert words("device.none", BN) in shown.says()
    assert words("device.none_why", BN) in shown.says()


# Every step, every trouble: nothing is cut


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("percent", [100, 150])
def test_no_trouble_and_no_step_is_cut(qtbot: QtBot, qapp: object, language: Language, percent: int) -> None:
    shown = Stand(qtbot, Look(language, percent=percent)).to_scan()
    shown.window.resize(1366, 768)
    at_scan = shown.screen.wizard
    states = [replace(at_scan, trouble=trouble) for trouble in REMEDIES]
    states += [replace(at_scan, busy=busy) for busy in ("looking", "asking", "printing", "saving")]
    states += [replace(at_scan, step=step) for step in ("find", "language", "paper", "print", "darkness", "saved")]
    states += [replace(at_scan, step="print", by=by) for by in ("", "printer", "transport", "clerk", "scan")]
    shown.screen._timer.stop()
    for now in states:
        shown.screen.wizard = now
        shown.screen._show()

        def all_is_well() -> None:
            assert (shown.window.width(), shown.window.height()) == (1366, 768)
            found = [fault for check in (cut_labels, big_texts_cut, marks_cut, overlapping, outside, small_targets) for fault in check(shown.window)]
            pieces = [piece for piece in visible(shown.window) if isinstance(piece, Label | Chip | KeyCap | BigText | Button)]
            assert [*found, *(piece.accessibleName() for piece in pieces if not inside(piece, shown.window))] == []

        qtbot.waitUntil(all_is_well, timeout=2_000)  # layouts settle first
