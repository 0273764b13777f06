"""The reports screen by real key presses: from figure to entries and back, days, files, disputes, a reading that is stopped, and nothing cut at any size."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from tests.reports import samples as s
from tests.ui import prepared as p
from tests.ui import prepared_close as k
from tests.ui import prepared_reports as q
from tests.ui.test_fit import BOTH, HEIGHT, WIDTH, cut_labels, outside, overlapping

from corner_app.desk import commands as c
from corner_app.desk.views import CashLine
from corner_app.devices.scanners.wedge import WedgeDecoder
from corner_app.domain.here import Clerk
from corner_app.domain.outcome import Outcome, Tone
from corner_app.domain.scan import Scan
from corner_app.i18n import Language, words
from corner_app.reports.figures import Figure
from corner_app.reports.keys import figures
from corner_app.ui.keys import Keys
from corner_app.ui.screens.reports import ReportsScreen
from corner_app.ui.theme import Look
from corner_app.ui.widgets.report_parts import typed_range
from corner_app.ui.widgets.report_sums import behind

BN = Language.BN
ENTER, CTRL = Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier
SENT = "parcels.all.gone.dispatched"
SUPERVISOR = Clerk("anwar", *k.ANWAR[1:], supervisor=True)


class Stand:
    """The window with the real keys before it, and the reports in front."""

    def __init__(self, qtbot: QtBot, qapp: QApplication, port: q.ReportsPort, language: Language = BN) -> None:
        self.qtbot, self.port, self.tones = qtbot, port, list[Tone]()
        self.window = p.window(port, Look(language), q.EVENING, self.tones)
        qtbot.addWidget(self.window)
        self.keys = Keys(WedgeDecoder(lambda text: False, "x11"), self.window, self.window.on_key, self.window.on_scan, lambda: 0.0)
        qapp.installEventFilter(self.keys)
        with qtbot.waitExposed(self.window):
            self.window.show()
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow)
        self.press(Qt.Key.Key_F11)
        self.folders: list[str] = []
        self.screen.acts._pick = self._pick
        self.folder = "/stick"

    def _pick(self, title: str) -> str:
        self.folders.append(title)
        return self.folder

    @property
    def screen(self) -> ReportsScreen:
        screen = self.window.screens["reports"]
        assert isinstance(screen, ReportsScreen)
        return screen

    def press(self, *keys: int, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        for key in keys:
            text = chr(key).lower() if key < 0x1000 and not held else ""
            target = QApplication.focusWidget() or self.window
            QApplication.sendEvent(target, QKeyEvent(QEvent.Type.KeyPress, key, held, 0, 0, 0, text))

    def tab_to(self, key: str) -> None:
        for _ in range(200):
            if self.screen.page.key() == key:
                return
            self.press(Qt.Key.Key_Tab)
        raise AssertionError(key)

    def types(self, text: str) -> None:
        self.window.asking.fields[0].setText(text)
        self.press(ENTER)

    def said(self) -> str:
        root: QWidget = self.window.asking if self.window.asked else self.window
        return " | ".join(p.words_shown(root))

    @property
    def notice(self) -> str:
        return self.said()


@pytest.fixture
def stands(qtbot: QtBot, qapp: QApplication) -> Iterator[Callable[..., Stand]]:
    """Makes windows, one at a time: the one before is put away."""
    made: list[Stand] = []

    def away() -> None:
        while made:
            stand = made.pop()
            qapp.removeEventFilter(stand.keys)
            stand.window.hide()

    def make(port: q.ReportsPort | None = None, language: Language = BN) -> Stand:
        away()
        made.append(Stand(qtbot, qapp, port or q.ReportsPort(), language))
        return made[-1]

    yield make
    away()


# From a figure to its entries


def test_tab_frames_a_figure_and_its_entries_add_up_to_it(stands: Any) -> None:
    stand = stands()
    assert words("reports.choose", BN) in stand.said()
    stand.tab_to(SENT)
    for expected in ("৩৭", "৩৭টি ঘটনা", words("reports.agrees", BN), "8500-8560-0093-01", "১২ + ৬ + ১১ + ৩ + ৫", "= ৩৭"):
        assert expected in stand.said()


def test_a_bag_opens_to_its_entries_and_an_entry_to_its_parcel(stands: Any) -> None:
    stand = stands(q.ReportsPort(find=()))
    stand.tab_to(SENT)
    stand.press(ENTER)
    assert stand.screen.figure.rows.hasFocus()
    stand.press(Qt.Key.Key_Down, Qt.Key.Key_Down, ENTER)
    assert "CP104722315BD" in stand.said()
    stand.press(Qt.Key.Key_Down, ENTER)
    assert stand.window.front == "search"
    assert stand.window.screens["search"].field.text() == "CP104722315BD"


def test_esc_goes_from_the_entries_to_the_page_and_then_back(stands: Any) -> None:
    stand = stands()
    stand.tab_to(SENT)
    stand.press(ENTER, Qt.Key.Key_Escape)
    assert stand.screen.page.hasFocus() and stand.screen.page.key() == SENT
    stand.press(Qt.Key.Key_Escape)
    assert stand.window.front == "receive"


def test_the_mouse_takes_a_figure(stands: Any) -> None:
    stand = stands()
    page = stand.screen.page
    spot = next(each for each in page._spots if each.key == SENT)
    stand.qtbot.mouseClick(page, Qt.MouseButton.LeftButton, pos=page.place(spot).center().toPoint())
    assert "= ৩৭" in stand.said()


def test_figures_that_do_not_add_up_are_said_in_stop(stands: Any) -> None:
    line = q.DAY.parcels[2]
    wrong = replace(line, came=Figure(187, line.came.by))
    stand = stands(q.ReportsPort(replace(q.DAY, parcels=(*q.DAY.parcels[:2], wrong))))
    stand.tab_to("parcels.all.came")
    assert words("reports.differs", BN) in stand.said()
    assert words("reports.agrees", BN) not in stand.said()


def test_money_is_added_by_the_amounts_of_its_entries(stands: Any) -> None:
    taken = behind(q.DAY, s.NAMES, "drawers.2.collected", BN)
    assert taken is not None
    assert (sum(taken.amounts.values()), taken.agrees) == (3_605_000, True)
    less = replace(q.DAY, ledger=q.DAY.ledger[1:])
    short = behind(less, s.NAMES, "drawers.2.collected", BN)
    assert short is not None and short.agrees is False


def test_every_figure_of_a_report_has_words_in_both_languages() -> None:
    for language in Language:
        for key in figures(q.DAY):
            taken = behind(q.DAY, s.NAMES, key, language)
            assert taken is not None and taken.title, key


def test_a_sum_leads_to_its_summands(stands: Any) -> None:
    stand = stands()
    stand.tab_to("drawers.2.expected")
    assert words("reports.agrees", BN) in stand.said()
    stand.press(ENTER, Qt.Key.Key_Down, ENTER)
    assert stand.screen.page.key() == "drawers.2.collected"
    assert "= ৳ ৩৬,০৫০" in stand.said()


# Which day


def test_arrows_change_the_day_and_never_into_the_future(stands: Any) -> None:
    stand = stands()
    stand.press(Qt.Key.Key_Left)
    assert stand.port.reports_asked == [("2026-11-24",) * 2, ("2026-11-23",) * 2]
    stand.press(Qt.Key.Key_Right, Qt.Key.Key_Right)
    assert stand.port.reports_asked[2:] == [("2026-11-24",) * 2]
    assert words("reports.bad_date", BN) in stand.notice


@pytest.mark.parametrize(
    ("typed", "dates"),
    [
        ("23-11-2026", ("2026-11-23", "2026-11-23")), ("২৩-১১-২০২৬", ("2026-11-23", "2026-11-23")), ("20/11/26 – ২৪/১১/২৬", ("2026-11-20", "2026-11-24")),
        ("24-11-2026 20-11-2026", None), ("31-02-2026", None), ("", None), ("গতকাল", None),
    ],
)  # fmt: skip
def test_dates_are_typed_in_either_script(typed: str, dates: tuple[str, str] | None) -> None:
    assert typed_range(typed) == dates


def test_a_day_is_typed_and_a_month_is_read(stands: Any) -> None:
    stand = stands()
    stand.press(ord("T"), ord("4"))
    stand.types("২০-১১-২০২৬ ২৩-১১-২০২৬")
    assert stand.port.reports_asked[-1] == ("2026-11-20", "2026-11-23")
    stand.press(ord("0"))
    assert stand.port.reports_asked[-1] == ("2026-11-01", "2026-11-24")
    stand.press(Qt.Key.Key_Left)
    assert stand.port.reports_asked[-1] == ("2026-10-01", "2026-10-31")


def test_an_open_day_is_a_draft_and_a_closed_one_has_its_seal(stands: Any) -> None:
    stand = stands(q.ReportsPort(q.DRAFT, close=k.SHORT))
    assert words("reports.draft", BN) in stand.said()
    closed = stands()
    assert "9f2c…71ae" in closed.screen.list.seal.full
    assert "রহিমা খাতুন" in closed.screen.list.state.full


def test_faults_stand_at_the_top_with_what_to_do(stands: Any) -> None:
    stand = stands(q.ReportsPort(q.FAULTY))
    assert stand.screen.faults.isVisible()
    assert words("reports.faulty_do", BN) in stand.said()
    assert not stands().screen.faults.isVisible()


# Reading


def test_a_reading_is_stopped_by_esc_and_what_comes_late_is_not_shown(stands: Any) -> None:
    stand = stands(q.ReportsPort(None))
    stand.port.told[0](4_500, 10_000)
    assert "৪,৫০০ / ১০,০০০" in stand.said()
    stand.press(Qt.Key.Key_Escape)
    assert stand.port.reports_stopped == ["2026-11-24"]
    stand.port.given[0](q.DAY, s.NAMES)
    assert stand.screen.report is None and words("reports.stopped", BN) in stand.said()
    stand.press(ENTER)
    stand.port.given[1](q.DAY, s.NAMES)
    assert stand.screen.report is q.DAY


def test_nothing_is_written_before_the_report_is_read(stands: Any) -> None:
    stand = stands(q.ReportsPort(None))
    stand.press(ord("P"), ord("D"))
    assert (stand.port.reports_written, stand.port.commands, stand.window.asked) == ([], [], False)
    assert words("reports.not_read", BN) in stand.notice


# What is written


@pytest.mark.parametrize(("key", "form", "end"), [("P", "pdf", ".pdf"), ("X", "xlsx", ".xlsx"), ("C", "csv", "")])
def test_files_go_into_the_folder_that_was_chosen(stands: Any, key: str, form: str, end: str) -> None:
    stand = stands()
    stand.press(ord(key))
    assert stand.port.reports_written == [(form, f"/stick/report-8500-2-2026-11-24{end}")]
    assert stand.tones[-1] is Tone.GOOD
    stand.port.outcome_of_report = "report_not_written"
    stand.press(ord(key))
    assert "খাতা ঠিক আছে" in stand.notice
    stand.folder = ""
    stand.press(ord(key))
    assert len(stand.port.reports_written) == 2, "no folder, no file"


def test_the_closing_slip_again_wants_a_reason_a_printer_and_a_closed_day(stands: Any) -> None:
    stand = stands()
    stand.press(ord("P"), held=CTRL)
    stand.types("")
    assert stand.port.commands == []
    stand.press(ord("P"), held=CTRL)
    stand.types("কাগজ ছিঁড়ে গেছে")
    assert stand.port.commands == [c.Reprint("2026-11-24", "কাগজ ছিঁড়ে গেছে", "receipt_day")]
    without = stands(q.ReportsPort(printers=()))
    without.press(ord("P"), held=CTRL)
    assert words("reports.no_receipt_printer", BN) in without.notice
    draft = stands(q.ReportsPort(q.DRAFT, close=k.SHORT))
    draft.press(ord("P"), held=CTRL)
    assert words("reports.slip_open", BN) in draft.notice


def test_a_day_is_disputed_with_its_evidence_and_nobody_is_charged(stands: Any) -> None:
    stand = stands()
    stand.press(ord("D"))
    assert "টাকা কাটা হয় না" in stand.said()
    stand.types("আমি নিইনি")
    (command,) = stand.port.commands
    assert isinstance(command, c.Dispute)
    assert (command.reason, command.date, command.entry) == ("আমি নিইনি", "2026-11-24", None)
    assert command.file is not None and command.file.startswith("/stick/dispute-8500-2-2026-11-24-")
    stand.port.settle(Outcome(Tone.GOOD, "disputed", None, (4_991,), {"file": command.file, "date": "2026-11-24"}))
    assert "কারও টাকা কাটা হয় না" in stand.notice


def test_an_entry_is_disputed_by_its_number_and_never_another_counters(stands: Any) -> None:
    stand = stands()
    stand.tab_to("drawers.2.collected")
    stand.press(ENTER, Qt.Key.Key_Down, ord("D"))
    stand.types("ভুল")
    assert stand.port.commands[0].entry == 4_301
    others = stands(q.ReportsPort(behind=lambda ids: tuple(replace(each, ours=False) for each in q.entries(ids))))
    others.tab_to("drawers.2.collected")
    others.press(ENTER, ord("D"))
    assert not others.window.asked and words("reports.dispute_others", BN) in others.notice


def test_an_open_day_has_no_closing_to_dispute(stands: Any) -> None:
    stand = stands(q.ReportsPort(q.DRAFT, close=k.SHORT))
    stand.press(ord("D"))
    assert not stand.window.asked and words("reports.dispute_what", BN) in stand.notice


def test_a_supervisor_settles_a_dispute_and_a_clerk_does_not(stands: Any) -> None:
    stand = stands()
    stand.press(ord("8"), ENTER)
    assert not stand.window.asked and words("reports.settle_supervisor", BN) in stand.notice
    stand.window.show_clerk(SUPERVISOR)
    stand.press(Qt.Key.Key_Down, ENTER, ord("3"))
    assert "এত টাকা আমি দিইনি" in stand.said()
    stand.types("পাওয়া যায়নি")
    assert stand.port.commands == [c.SettleDispute(4_993, "written_off", "পাওয়া যায়নি")]


def test_my_day_is_added_by_hand_and_a_line_is_taken_back_once(stands: Any) -> None:
    stand = stands()
    stand.press(ord("2"))
    lines = k.lines(9)
    drawer = lines[0].drawer - lines[0].amount
    for line in lines:
        drawer += line.amount
        assert line.drawer == drawer
    stand.press(Qt.Key.Key_Up, Qt.Key.Key_Up, ord("R"))
    stand.types("ভুল অঙ্ক")
    stand.press(ord("R"))
    assert stand.port.commands == [c.Reverse(3_816, "ভুল অঙ্ক")]


def test_a_line_of_another_counter_is_not_taken_back_here(stands: Any) -> None:
    stand = stands(q.ReportsPort(cash=(CashLine(3_812, p.NOW, "transferred", "slip:8500-1-1-3812", "jalil", 100_000, 300_000),)))
    stand.press(ord("2"), ord("R"))
    assert not stand.window.asked and words("reports.reverse_others", BN) in stand.notice


def test_a_refusal_says_what_is_safe_and_esc_acknowledges(stands: Any) -> None:
    stand = stands()
    stand.press(ord("2"), ord("R"))
    stand.types("ভুল")
    stand.port.settle(Outcome(Tone.STOP, "cannot_reverse", data={"why": "closed", "entry": 3_818}))
    assert words("close.nothing_moved", BN) in stand.said()
    stand.press(Qt.Key.Key_Escape)
    assert not stand.window.asked


def test_the_book_is_checked_by_one_key(stands: Any) -> None:
    stand = stands()
    stand.press(ord("V"))
    assert words("reports.book_whole", BN) in stand.notice
    stand.port.outcome_of_carry = "not_verified"
    stand.press(ord("V"))
    assert words("link.not_verified", BN) in stand.said()


def test_known_defects_of_the_day_say_what_to_do(stands: Any) -> None:
    stand = stands()
    stand.press(ord("9"), ENTER)
    assert "D-001" in stand.said()


# Around it


def test_a_parcel_scanned_here_is_looked_up_and_a_bag_is_received(stands: Any) -> None:
    stand = stands(q.ReportsPort(find=p.FOUND, view=p.VIEW))
    stand.window.on_scan(Scan("CP104722182BD"))
    assert stand.window.front == "search"
    stand.press(Qt.Key.Key_F11)
    stand.window.on_scan(Scan(p.BAG_NUMBER))
    assert stand.window.front == "receive"


def test_the_language_changes_all_of_it_and_keeps_the_figure(stands: Any) -> None:
    stand = stands()
    stand.tab_to(SENT)
    stand.press(ord("L"), held=CTRL)
    assert stand.screen.page.key() == SENT
    assert words("reports.agrees", Language.EN) in stand.said()


@BOTH
@pytest.mark.parametrize("percent", [125, 200])
@pytest.mark.parametrize("scene", q.SCENES)
def test_nothing_is_cut_in_larger_text(qtbot: QtBot, qapp: QApplication, scene: str, percent: int, language: Language) -> None:
    window = q.SCENES[scene](Look(language, percent=percent))
    qtbot.addWidget(window)
    window.resize(WIDTH, HEIGHT)
    with qtbot.waitExposed(window):
        window.show()
    assert cut_labels(window) == []
    assert outside(window) == []
    assert overlapping(window) == []
