"""The sync screen from prepared values: what each phase and each trouble says, what the keys ask for, and that nothing is cut."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot
from tests.ui import prepared as p
from tests.ui.test_clipping import inside, settle, visible
from tests.ui.test_fit import big_texts_cut, cut_labels, marks_cut, outside, overlapping, small_targets
from tools.screens import sync

from corner_app.desk.views import Header, Quarter, Span, SyncView
from corner_app.domain.outcome import Tone
from corner_app.domain.scan import Scan
from corner_app.i18n import Language, load_words, words
from corner_app.ui.main_window import MainWindow
from corner_app.ui.screens.sync import EVERY_MS, SyncScreen
from corner_app.ui.sync_words import PHONE_CODES, entry_words, hours, length, size, state_of, trouble_words, verdict_words
from corner_app.ui.theme import Look
from corner_app.ui.widgets.basic import Chip, KeyCap
from corner_app.ui.widgets.sync_chart import QUARTER, DayChart
from corner_app.ui.widgets.texts import BigText, Label

BN, EN = Language.BN, Language.EN
NOW = p.AFTERNOON
CODES = (
    "not_enrolled_there",
    "bad_key",
    "device_taken",
    "no_key",
    "unreachable", "portal", "not_our_centre", "certificate_expired", "clock_wrong", "refused_revoked", "bad_signature", "garbled", "centre_trouble", "too_old",
    "crowded",
    "forked", "disk", "not_enrolled", "code_wrong", "code_used", "too_large",
    "code_unreadable", "code_of_another_office", "enrolled_elsewhere",
    "no_box", "stick_full", "stick_gone", "stick_damaged", "stick_empty", "stick_other", "stick_elsewhere", "stick_unknown", "stick_forked",
    "relay_unreachable", "not_our_relay",
)  # fmt: skip
IDLE = replace(p.SYNC, phase="idle", sent=0, of=0, rate=0, unsent=0, first_unsent=0, last_unsent=0, oldest_at=0, oldest_kind="", groups=(), confirmed=4_748)
WAITING = replace(p.SYNC, phase="waiting", sent=0, of=0, rate=0, next_try=NOW + 200_000)
STOPPED = replace(p.SYNC, phase="stopped", rate=0)
NEEDS_HELP = replace(WAITING, phase="needs_help", trouble="not_our_centre", next_try=0)
PHASES = {
    "sending": p.SYNC, "idle": IDLE, "to send": replace(p.SYNC, phase="idle"), "waiting": WAITING, "stopped": STOPPED, "needs help": NEEDS_HELP,
    "not enrolled": p.NOT_ENROLLED, "no relay": replace(IDLE, relay="", relay_has=0),
    "new": replace(IDLE, entries=0, confirmed=0, quarters=(), spans=(), heard_at=0),
    "sending in a new lineage": replace(p.SYNC, trouble="forked"),
}  # fmt: skip
ALL = PHASES | {code: replace(NEEDS_HELP, trouble="clock_wrong:1417" if code == "clock_wrong" else code) for code in CODES}
ALL |= {f"{code}, tried again": replace(WAITING, trouble=code) for code in ("unreachable", "portal", "garbled", "centre_trouble", "crowded")}


class Stand:
    """The screen in its window."""

    def __init__(self, qtbot: QtBot, look: Look, view: SyncView) -> None:
        self.tones: list[Tone] = []
        self.port = p.PreparedPort(sync=view, header=Header(view.unsent, view.oldest_at, view.entries, 72))
        self.window: MainWindow = p.window(self.port, look, NOW, self.tones)
        qtbot.addWidget(self.window)
        self.window.show()
        self.window.open("sync")
        screen = self.window.front_screen
        assert isinstance(screen, SyncScreen)
        self.screen = screen
        self.screen.pick = lambda title: "/media/stick"

    def keys(self, *keys: str) -> list[tuple[str, str]]:
        for key in keys:
            self.window.on_key(key)
        return self.port.synced

    def says(self) -> str:
        return "\n".join(p.words_shown(self.window))


@pytest.fixture
def stand(qtbot: QtBot, look: Look) -> Callable[..., Stand]:
    return lambda view=p.SYNC, **changes: Stand(qtbot, look, replace(view, **changes))


Standing = Callable[..., Stand]


# What it says


def test_it_says_what_is_being_sent(stand: Standing) -> None:
    said = stand().says()
    for part in (
        "পাঠানো হচ্ছে",
        "৬৪ / ১০৬টি",
        "আনুমানিক ৪ সেকেন্ড বাকি",
        "১.২ কেবি/সে",
        "ঘটনা ৪,৭০৭–৪,৭৪৮",
        "৩৩ মিনিট",
        "১৪:০২ · হস্তান্তর",
        "এইমাত্র",
        "২৬ কেবি",
        "৬০৫টি ঘটনা",
    ):
        assert part in said
    for part in ("সংযুক্ত ৩ ঘ ৩৫ মি", "অফলাইন ২ ঘ ৪ মি", "১৯টি পার্সেল", "৳ ৭,৪৩০", "৪.৮ কেবি", "১৭ নভেম্বর", "কাউন্টার ১", "৪,৭০৬ পর্যন্ত", "পাঠানো হচ্ছে · ৪২টি বাকি"):
        assert part in said


@pytest.mark.parametrize(
    ("view", "parts"),
    [
        (IDLE, ("সব পাঠানো হয়েছে", "কেন্দ্র সই করে সব বুঝে নিয়েছে", "কিছু বাকি নেই", "এখন নেওয়ার মতো কিছু বাকি নেই")),
        (PHASES["to send"], ("পাঠানো বাকি আছে", "S চাপলে এখনই")),
        (WAITING, ("আবার চেষ্টা হবে", "পরের চেষ্টা ১৪:৩৮-এ, ৩ মিনিট পরে")),
        (replace(WAITING, next_try=NOW), ("এখনই আবার চেষ্টা হবে",)),
        (STOPPED, ("আপনি থামিয়েছেন", "নিরাপদ আছে")),
        (NEEDS_HELP, ("উত্তরদাতা আমাদের কেন্দ্র নয়", "ফোনে বলুন L-21")),
        (p.NOT_ENROLLED, ("এই কাউন্টার এখনও কেন্দ্রে নথিভুক্ত নয়", "সব ঘটনা এই কম্পিউটারে থাকবে", "প্রধান কার্যালয় থেকে কোড নিন", "এখানে E চাপুন")),
        (PHASES["sending in a new lineage"], ("পাঠানো হচ্ছে", "এই খাতা কপি করা বা ফিরিয়ে আনা", "নতুন ধারায়")),
    ],
)
def test_each_phase_has_its_words(stand: Standing, view: SyncView, parts: tuple[str, ...]) -> None:
    said = stand(view).says()
    assert [part for part in parts if part not in said] == []


def test_who_is_not_enrolled_reads_it_in_english_too(stand: Standing) -> None:
    here = stand(p.NOT_ENROLLED)
    here.window.look.change(language=EN)
    for part in ("This counter is not yet enrolled", "everything is kept here", "Get the code from headquarters", "press E here"):
        assert part in here.says()


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("code", CODES)
def test_each_trouble_says_what_is_wrong_what_is_safe_and_what_to_do(stand: Standing, code: str, language: Language) -> None:
    here = stand(NEEDS_HELP, trouble="clock_wrong:17" if code == "clock_wrong" else code)
    here.window.look.change(language=language)
    said = here.says()
    assert words(f"sync.{code}", language, minutes=17) in said
    assert words(f"sync.{code}_safe", language) in said
    assert words(f"sync.{code}_do", language) in said
    assert PHONE_CODES[code] in said


def test_every_trouble_of_the_catalogue_has_three_parts() -> None:
    keys = {key.removeprefix("sync.") for key in load_words() if key.startswith("sync.")}
    names = {key.removesuffix("_safe") for key in keys if key.endswith("_safe")}
    assert names == {*CODES, "unknown"}
    assert keys == {f"{name}{part}" for name in names for part in ("", "_safe", "_do")} | {"clock_wrong_some"}


def test_a_code_nobody_gave_words_to_still_says_what_is_safe() -> None:
    said = trouble_words("never_heard_of", BN)
    assert (said.what, said.safe, said.code) == (words("sync.unknown", BN), words("sync.unknown_safe", BN), "L-00")
    assert trouble_words("disk_full", EN).what == words("sync.disk", EN)
    assert trouble_words("clock_wrong:-17", EN).what == "This PC's clock is wrong by 17 minutes"
    assert trouble_words("clock_wrong", EN).what == "This PC's clock is wrong"


def test_without_a_relay_the_chain_has_two_places(stand: Standing) -> None:
    chain = stand(IDLE, relay="", relay_has=0).screen.day.chain
    assert (chain.relay.isVisible(), chain.first.isVisible(), chain.second.isVisible()) == (False, False, True)
    assert stand(IDLE).screen.day.chain.relay.isVisible()


@pytest.mark.parametrize(("relay", "said"), [("1", "কাউন্টার ১"), ("বাগেরহাট PC 2", "বাগেরহাট PC ২")])
def test_the_relay_is_a_counter_or_has_a_name(stand: Standing, relay: str, said: str) -> None:
    chain = stand(IDLE, relay=relay).screen.day.chain
    assert (chain.relay.name.full, chain.first.said.full) == (said, words("link.one_tick", BN, name=said))


def test_ticks_stand_only_where_something_arrived(stand: Standing) -> None:
    said = stand(p.SYNC, confirmed=0, relay_has=0).says()
    assert words("link.two_ticks", BN) not in said
    assert said.count(words("link.not_gone", BN)) == 2


@pytest.mark.parametrize(
    ("count", "said"), [(0, "০ বাইট"), (999, "৯৯৯ বাইট"), (1_000, "১ কেবি"), (1_249, "১.২ কেবি"), (26_400, "২৬ কেবি"), (1_100_000, "১.১ এমবি")]
)
def test_sizes(count: int, said: str) -> None:
    assert size(count, BN) == said


def test_lengths() -> None:
    assert [length(ms, BN) for ms in (-5, 59_999, 60_000, 3_599_000, 7_200_000, 172_800_000)] == [
        "০ সেকেন্ড", "৫৯ সেকেন্ড", "১ মিনিট", "৫৯ মিনিট", "২ ঘণ্টা", "২ দিন",
    ]  # fmt: skip
    assert (hours(0, BN), hours(59 * p.MINUTE, BN), hours(215 * p.MINUTE, EN)) == ("০ মি", "৫৯ মি", "3 h 35 min")


def test_progress_is_a_share_of_this_run() -> None:
    assert state_of(p.SYNC, "", NOW, BN).share == pytest.approx(64 / 106)
    assert state_of(replace(p.SYNC, of=0, sent=0), "", NOW, BN).share == 0.0
    assert state_of(WAITING, "", NOW, BN).share < 0


# What the keys do


def test_keys_reach_the_port(stand: Standing) -> None:
    assert stand(STOPPED).keys("S", "U", "J", "V") == [("now", ""), ("out", "/media/stick"), ("in", "/media/stick"), ("verify", "")]
    assert stand(p.SYNC).keys("Esc") == [("stop", "")]
    assert stand(WAITING).keys("S", "Esc") == [("now", ""), ("stop", "")]


def test_keys_that_make_no_sense_ask_for_nothing(stand: Standing) -> None:
    assert stand(p.SYNC).keys("S") == []
    assert stand(IDLE).keys("U", "Esc") == []
    assert stand(p.NOT_ENROLLED).keys("S", "U", "J", "Esc") == []
    here = stand(p.SYNC)
    here.screen.pick = lambda title: ""
    assert here.keys("U", "J") == []


def test_buttons_do_what_their_keys_do(qtbot: QtBot, stand: Standing) -> None:
    here = stand(WAITING)
    for button in (here.screen.state.again, here.screen.carry.out, here.screen.carry.back):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert [what for what, _ in here.port.synced] == ["now", "out", "in"]
    here = stand(p.SYNC)
    qtbot.mouseClick(here.screen.state.stop, Qt.MouseButton.LeftButton)
    assert here.port.synced == [("stop", "")]


@pytest.mark.parametrize("view", PHASES.values(), ids=PHASES)
def test_what_the_footer_offers_does_something(stand: Standing, view: SyncView) -> None:
    for key, _ in stand(view).screen.hints():
        here = stand(view)
        assert here.keys(key) or here.window.asked, key


def test_a_file_that_was_written_says_so_and_one_that_was_not_says_why(stand: Standing) -> None:
    here = stand(WAITING)
    here.keys("U")
    assert words("link.carry_written", BN) in here.says()
    assert here.tones == [Tone.GOOD]
    here.port.outcome_of_carry = "disk"
    here.keys("U")
    assert words("sync.disk", BN) in here.says() and words("sync.disk_do", BN) in here.says()
    assert words("link.carry_written", BN) not in here.says()
    assert here.tones == [Tone.GOOD, Tone.LOOK]
    here.keys("Esc")
    assert words("sync.disk", BN) not in here.says()
    assert ("stop", "") not in here.port.synced, "the first Esc puts the trouble away"


def test_an_answer_is_taken_or_refused(stand: Standing) -> None:
    here = stand(WAITING)
    here.keys("J")
    assert words("link.carry_read", BN) in here.says()
    here.port.outcome_of_carry = "bad_signature"
    here.keys("J")
    assert words("sync.bad_signature_safe", BN) in here.says()


def test_the_book_is_checked_and_the_result_said(stand: Standing) -> None:
    here = stand(IDLE)
    here.keys("V")
    assert words("link.verified", BN, entries=4_748) in here.says()
    here.port.outcome_of_carry = "not_verified"
    here.keys("V")
    assert words("link.not_verified_do", BN) in here.says() and "B-01" in here.says()


def test_while_a_file_is_written_no_second_is_begun(stand: Standing) -> None:
    here = stand(WAITING)
    later: list[Callable[[str], None]] = []

    def slow(folder: str, then: Callable[[str], None]) -> None:
        here.port.synced.append(("out", folder))
        later.append(then)

    here.screen.port.carry_out = slow  # type: ignore[method-assign]
    here.keys("U", "U", "J", "V")
    assert [what for what, _ in here.port.synced] == ["out"]
    assert words("link.carry_writing", BN) in here.says()
    later[0]("")
    here.keys("J")
    assert [what for what, _ in here.port.synced] == ["out", "in"]


# When it reads


def test_it_reads_every_second_while_it_is_in_front(qtbot: QtBot, stand: Standing) -> None:
    here = stand()
    asked: list[int] = []

    def answer(argument: object) -> Any:
        asked.append(1)
        return p.SYNC

    here.port.answers["sync"] = answer
    assert here.screen._timer.isActive() and here.screen._timer.interval() == EVERY_MS == 1_000
    here.screen._tick()
    here.screen._tick()
    assert len(asked) == 2
    here.window.open("today")
    assert not here.screen._timer.isActive()
    assert words("link.pill_saved", BN, n=42) in here.says(), "the header claims no sending it does not know of"
    here.window.open("sync")
    assert here.screen._timer.isActive() and len(asked) == 3


def test_a_slow_answer_is_not_asked_for_twice_and_a_lost_one_is_asked_for_again(stand: Standing) -> None:
    here = stand()
    asked: list[str] = []
    here.screen.port = p.PreparedPort()
    here.screen.port.ask = lambda question, argument, then: asked.append(question)  # type: ignore[method-assign]
    here.screen.enter()
    for _ in range(4):
        here.screen._tick()
    assert asked == ["sync"]
    here.screen._tick()
    assert asked == ["sync", "sync"]


def test_before_the_first_answer_it_says_that_it_reads(qtbot: QtBot, look: Look) -> None:
    window = p.window(p.PreparedPort(), look, NOW)
    qtbot.addWidget(window)
    window.show()
    window.open("sync")
    assert words("link.reading", BN) in p.words_shown(window)
    assert window.front_screen.hints() == [("V", "link.check_book")]
    window.on_key("U")


# The way there


def test_the_pill_in_the_header_leads_here(qtbot: QtBot, look: Look) -> None:
    window = p.window(p.PreparedPort(sync=p.SYNC, today=p.TODAY), look, NOW)
    qtbot.addWidget(window)
    window.show()
    window.open("today")
    header = window.header
    qtbot.mouseClick(header, Qt.MouseButton.LeftButton, pos=QPoint(header.scanner.geometry().center().x(), 3))
    assert window.front == "today"
    qtbot.mouseClick(header.link.label, Qt.MouseButton.LeftButton)
    assert window.front == "sync"
    assert window.rail.current == "devices"
    window.on_key("F12")
    assert window.front == "devices"
    window.on_key("Ctrl+S")
    assert window.front == "sync"
    assert window.rail.accessibleName() == words("ui.screen_devices", BN)


def test_a_stop_is_not_left_by_the_pill(qtbot: QtBot, look: Look) -> None:
    port = p.PreparedPort(sync=p.SYNC)
    window = p.window(port, look, NOW)
    qtbot.addWidget(window)
    window.show()
    window.refresh()
    port.reply = lambda command: p.WRONG_DIGIT
    window.on_scan(Scan("CP104722187BD"))
    qtbot.mouseClick(window.header.link.label, Qt.MouseButton.LeftButton)
    window.on_key("Ctrl+S")
    assert window.front == "receive"


def test_a_scan_here_is_work(stand: Standing) -> None:
    here = stand()
    here.port.reply = lambda command: p.RECEIVED
    here.window.on_scan(Scan(p.SHARMIN.item))
    assert here.window.front == "receive"
    assert len(here.port.commands) == 1


# The chart


def test_the_day_spans_an_office_s_hours_and_grows_with_work(qapp: object, look: Look) -> None:
    chart = DayChart(look)
    chart.show_day(p.SYNC.quarters, p.SYNC.spans, NOW)
    assert chart.reach() == (p.NINE - 30 * p.MINUTE, p.NINE + 570 * p.MINUTE)
    early, late = p.NINE - 180 * p.MINUTE, p.NINE + 700 * p.MINUTE
    chart.show_day((Quarter(early, 3, 0),), (Span(early, late, online=True),), late)
    assert chart.reach() == (early, late + 30 * p.MINUTE)


def test_the_chart_paints_what_is_not_gone_in_another_colour(qtbot: QtBot, look: Look) -> None:
    chart = DayChart(look)
    qtbot.addWidget(chart)
    chart.resize(600, 160)
    pixels = {}
    for unsent in (0, 5):
        chart.show_day((Quarter(p.NINE, 5, unsent),), (), NOW)
        begin, end = chart.reach()
        image = chart.grab().toImage()
        pixels[unsent] = image.pixelColor(round((p.NINE + QUARTER // 2 - begin) / (end - begin) * 600), 40)
    assert pixels[5] == look.colour("look")
    assert pixels[0] != pixels[5]


# Nothing is cut


def faults(window: MainWindow) -> dict[str, list[str]]:
    checks = {check.__name__: check(window) for check in (cut_labels, big_texts_cut, marks_cut, overlapping, outside, small_targets)}
    labels = [piece for piece in visible(window) if isinstance(piece, Label)]
    pieces = [piece for piece in visible(window) if isinstance(piece, Label | Chip | KeyCap | BigText)]
    checks["low"] = [piece.full for piece in labels if piece.height() < piece.line_height()]
    checks["outside_window"] = [piece.accessibleName() for piece in pieces if not inside(piece, window)]
    checks["shortened"] = [piece.full for piece in labels if (piece.key or not piece.may_shorten or piece.hasHeightForWidth()) and piece.cut]
    return {name: found for name, found in checks.items() if found}


@pytest.mark.parametrize("percent", (100, 150, 200))
@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("view", ALL.values(), ids=ALL)
def test_nothing_is_cut(qtbot: QtBot, qapp: object, view: SyncView, language: Language, percent: int) -> None:
    window = sync(Look(language, dark=percent == 150, percent=percent), view)
    qtbot.addWidget(window)
    window.resize(1366, 768)
    settle(qtbot, window)
    assert (window.width(), window.height()) == (1366, 768), "the window asks for more than the screen has"
    assert faults(window) == {}
    screen = window.front_screen
    assert isinstance(screen, SyncScreen)
    state = state_of(view, "", NOW, language)
    assert screen.state.title.isVisible() and screen.state.title.full == state.title
    if percent == 100:
        assert screen.day.chain.isVisible() and screen.day.chart.isVisible() and screen.carry.well.isVisible()


def test_a_counter_is_enrolled_from_its_screen(stand: Standing) -> None:
    here = stand(p.NOT_ENROLLED)
    here.keys("E")
    url, code = here.window.asking.fields
    url.setText("https://centre.example")
    code.setText("code of headquarters")
    here.port.outcome_of_carry = "code_wrong"
    code.setFocus()
    assert here.keys("Enter", "Enter") == [("https://centre.example", "code of headquarters")]
    assert words("sync.code_wrong_do", BN) in here.says()
    assert here.tones == [Tone.LOOK]


def test_a_counter_that_is_enrolled_is_not_enrolled_again_by_a_slip(stand: Standing) -> None:
    here = stand(WAITING)
    here.keys("E")
    assert not here.window.asked


# What the centre says of cash


def test_what_is_said_of_cash_names_the_document_says_what_is_safe_and_what_to_do() -> None:
    codes = (
        "day_differs", "trx_used", "pouch_differs", "pouch_sent_twice", "pouch_received_twice", "settled_already", "dispute_unknown", "cannot_reverse",
        "day_opened_twice", "day_closed_twice", "money_not_so",
    )  # fmt: skip
    for language in Language:
        for code in codes:
            what, remedy = verdict_words(replace(p.MISPLACED, code=code), language)
            assert what != words("verdict.unknown", language)
            assert remedy.count("।" if language is BN else ".") >= 2, "what is safe, and what to do"
    named = {subject: entry_words(replace(p.MISPLACED, item=subject, name_bn="", name_en=""), EN).partition(" · ")[0] for subject in SUBJECTS}
    assert named == SUBJECTS
    assert "২৪ নভেম্বর ২০২৬-এর দিন, কাউন্টার ২" in entry_words(replace(p.MISPLACED, item="day:8500-2-2026-11-24"), BN)


SUBJECTS = {
    "day:8500-2-2026-11-24": "the day 24 November 2026, counter 2",
    "day:8500-2-2026-99-99": "day:8500-2-2026-99-99",
    "slip:8500-2-1-77": "a cash slip of counter 2",
    "pouch:PB123": "cash pouch PB123",
    "CP104722098BD": "CP104722098BD",
}
