"""Saved here and at the centre are two marks, everywhere; what comes from the centre shows without disturbing the clerk."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from tests.ui import prepared as p

from corner_app.desk.views import Drawer, Header
from corner_app.domain.outcome import Tone
from corner_app.domain.scan import Scan
from corner_app.i18n import Language, load_words, words
from corner_app.ui.main_window import MainWindow
from corner_app.ui.screens.handover import HandoverScreen
from corner_app.ui.screens.home import HomeScreen
from corner_app.ui.screens.search import SearchScreen
from corner_app.ui.sync_words import PHONE_CODES, pill_of, verdict_words
from corner_app.ui.theme import Look
from corner_app.ui.widgets.marks import Marks

BN, EN = Language.BN, Language.EN


class Stand:
    """A window over a prepared desk."""

    def __init__(self, qtbot: QtBot, look: Look, **answers: object) -> None:
        self.tones: list[Tone] = []
        self.port = p.PreparedPort(bag=p.BAG, find=p.FOUND, view=p.VIEW, today=p.TODAY, waiting=p.WAITING, bins=p.BINS, **answers)
        self.window: MainWindow = p.window(self.port, look, p.NOW, self.tones)
        self.qtbot = qtbot
        qtbot.addWidget(self.window)
        self.window.show()

    def news(self) -> None:
        """Tells the window that something came, and waits until it has looked."""
        self.window.changed()
        self.qtbot.waitUntil(lambda: not self.window._news.isActive(), timeout=5_000)

    def marks(self) -> list[bool | None]:
        """Of each visible line of the last scans, newest first."""
        return [piece.at_centre for piece in self.window.receive.list.findChildren(Marks) if piece.isVisibleTo(self.window)]


@pytest.fixture
def stand(qtbot: QtBot, look: Look) -> Stand:
    return Stand(qtbot, look)


# Receive


def test_a_scan_is_saved_here_and_then_at_the_centre(stand: Stand) -> None:
    stand.port.reply = lambda command: p.RECEIVED
    stand.window.on_scan(Scan(p.SHARMIN.item))
    assert stand.marks() == [False]
    stand.port.answers["at_centre"] = frozenset({p.SHARMIN.item})
    stand.news()
    assert stand.marks() == [True]
    assert stand.tones == [Tone.GOOD], "news makes no sound"


def test_what_was_written_just_now_is_not_at_the_centre_whatever_was_before(stand: Stand) -> None:
    stand.port.reply = lambda command: p.RECEIVED
    stand.window.on_scan(Scan(p.SHARMIN.item))
    stand.port.answers["at_centre"] = frozenset({p.SHARMIN.item})
    stand.news()
    stand.port.reply = lambda command: replace(p.RECEIVED, code="shelved", entries=(4_218,), data={"shelf": "খ-১২"})
    stand.window.on_scan(Scan(p.SHARMIN.item))
    assert stand.marks() == [False, False]


def test_a_code_that_was_refused_bears_no_mark(stand: Stand) -> None:
    stand.port.reply = lambda command: p.UNKNOWN
    stand.window.on_scan(Scan("8801942117730"))
    stand.window.on_key("Esc")
    assert stand.marks() == [None]


def test_a_parcel_scanned_again_shows_where_it_stands(stand: Stand) -> None:
    stand.port.answers["at_centre"] = frozenset({p.AGAIN.item})
    stand.port.reply = lambda command: p.AGAIN
    stand.window.on_scan(Scan("CP104722148BD"))
    assert stand.marks() == [True]


# The header


HEADERS = [
    Header(n, p.NOW - 60_000 if n else 0, 4_219, 72, phase, trouble)
    for n in (0, 1, 42)
    for phase in ("not_enrolled", "idle", "sending", "waiting", "stopped", "needs_help")
    for trouble in ("", "unreachable", *(code if code != "clock_wrong" else "clock_wrong:17" for code in PHONE_CODES))
]


@pytest.mark.parametrize(("language", "said"), [(BN, "সব কেন্দ্রে আছে"), (EN, "all at the centre")])
def test_at_the_centre_is_said_only_when_nothing_waits(language: Language, said: str) -> None:
    for header in HEADERS:
        pill = pill_of(header, language)
        assert (said in pill.text.lower()) == (header.unsent == 0 and header.phase != "not_enrolled"), (header, pill)


def test_each_state_of_the_link_has_its_own_words_and_colour() -> None:
    view = Header(42, p.NOW, 4_219, 72)
    seen = {
        "not enrolled": pill_of(replace(view, phase="not_enrolled"), EN),
        "saved here": pill_of(replace(view, phase="idle"), EN),
        "at the centre": pill_of(replace(view, unsent=0), EN),
        "offline": pill_of(replace(view, phase="waiting", trouble="unreachable"), EN),
        "trouble": pill_of(replace(view, phase="needs_help", trouble="not_our_centre"), EN),
        "stopped": pill_of(replace(view, phase="stopped"), EN),
    }
    assert len({pill.text for pill in seen.values()}) == len(seen)
    assert (seen["at the centre"].tone, seen["trouble"].tone) == ("act", "stop")
    assert [pill.tone for pill in seen.values()].count("act") == 1, "green is the centre's signature alone"
    assert "L-21" in seen["trouble"].text and "42" in seen["saved here"].text


def test_the_header_asks_again_after_each_answer(stand: Stand) -> None:
    stand.port.answers["header"] = replace(p.HEADER, unsent=0, phase="idle", trouble="")
    stand.window.refresh()
    assert stand.window.header.link.label.full == words("link.pill_at_centre", BN)
    stand.window.on_scan(Scan(p.SHARMIN.item))
    stand.port.answers["header"] = replace(p.HEADER, unsent=1, phase="idle", trouble="")
    stand.port.settle(p.RECEIVED)
    assert stand.window.header.link.label.full == words("link.pill_saved", BN, n=1)


def test_a_wrong_clock_is_said_over_every_screen_with_the_centre_s_time(stand: Stand) -> None:
    def banner() -> str:
        return stand.window.banner.said.full if stand.window.banner.isVisible() else ""

    assert banner() == ""
    stand.port.answers["header"] = replace(p.HEADER, skew_ms=17 * p.MINUTE)
    for screen in ("receive", "today", "search"):
        stand.window.open(screen)
        assert "১০:২৫" in banner()  # the clock here says 10:42
    stand.port.answers["header"] = replace(p.HEADER, skew_ms=-1_440 * p.MINUTE)
    stand.news()
    assert "২৫ নভেম্বর ২০২৬" in banner()
    stand.port.answers["header"] = p.HEADER
    stand.news()
    assert banner() == ""


# News


def test_news_leaves_typing_focus_and_place_to_the_clerk(stand: Stand) -> None:
    stand.window.open("search")
    search = stand.window.front_screen
    assert isinstance(search, SearchScreen)
    stand.window.on_scan(Scan("4719"))
    tones = list(stand.tones)
    search.field.setText("শারমি")
    search.field.setFocus()
    stand.port.answers["find"] = (p.NEWER, *reversed(p.FOUND))
    stand.news()
    assert search.field.text() == "শারমি"
    assert search.field.cursorPosition() == 5
    assert [each.card.item for each in search.found] == [*(each.card.item for each in p.FOUND), p.NEWER.card.item], "nothing moves under a digit"
    assert stand.tones == tones
    assert QApplication.focusWidget() in (search.field, None)


def test_a_life_that_is_read_stays_where_it_is(stand: Stand) -> None:
    stand.window.open("search")
    search = stand.window.front_screen
    assert isinstance(search, SearchScreen)
    stand.port.answers["find"] = p.FOUND[:1]
    stand.window.on_scan(Scan(p.SHARMIN.item))
    assert search.view is not None
    stand.window.resize(1024, 640)
    first = [search.life._first for _ in range(2) if stand.window.on_key("Down")]
    assert first[-1] > 0
    stand.port.answers["view"] = replace(p.VIEW, at_centre=True, timeline=tuple(replace(line, at_centre=True) for line in p.VIEW.timeline))
    stand.news()
    assert search.life._first == first[-1]
    shown = [piece.at_centre for piece in search.life.findChildren(Marks) if piece.isVisibleTo(stand.window)]
    assert shown and all(shown)


def test_news_in_many_pieces_is_looked_at_once(stand: Stand) -> None:
    asked = []

    def header(argument: object) -> Header:
        asked.append(1)
        return p.HEADER

    stand.port.answers["header"] = header
    for _ in range(50):
        stand.window.changed()
    stand.news()
    assert len(asked) == 1


@pytest.mark.parametrize("screen", ["receive", "sort", "handover", "search", "today", "devices"])
def test_every_screen_takes_news(stand: Stand, screen: str) -> None:
    stand.port.answers["prints"] = p.PRINTS
    stand.window.open(screen)
    before = p.words_shown(stand.window)
    stand.news()
    assert p.words_shown(stand.window) == before


# Money


def test_of_the_money_the_part_at_the_centre_is_shown(stand: Stand) -> None:
    stand.window.open("handover")
    screen = stand.window.front_screen
    assert isinstance(screen, HandoverScreen)
    shown = lambda: (screen.money.of_it.full, screen.money.marks.at_centre)  # noqa: E731
    assert shown() == (words("ui.of_it_at_centre", BN, paid="৳ ৫,১৬০"), False)
    stand.port.answers["drawer"] = Drawer(2, 733_000, 733_000)
    stand.news()
    assert shown() == (words("ui.of_it_at_centre", BN, paid="৳ ৭,৩৩০"), True)
    stand.window.open("today")
    home = stand.window.front_screen
    assert isinstance(home, HomeScreen)
    assert [(line[3].full, line[4].at_centre) for line in home.drawers[:2]] == [
        (words("ui.of_it_at_centre", BN, paid="৳ ১০,২৪০"), True), (words("ui.of_it_at_centre", BN, paid="৳ ৫,১৬০"), False),
    ]  # fmt: skip


# What the centre said


def test_what_the_centre_said_is_read_on_today_and_then_gone(stand: Stand) -> None:
    stand.port.answers["today"] = replace(p.TODAY, attention=(p.MISPLACED,))
    stand.port.answers["header"] = replace(p.HEADER, attention=1)
    stand.window.open("today")
    what, remedy = verdict_words(p.MISPLACED, BN)
    assert what in p.words_shown(stand.window)
    stand.window.on_key("2")
    assert stand.window.asked
    assert remedy in p.words_shown(stand.window.asking)
    stand.window.on_key("Esc")
    assert stand.port.read == [], "put away is not read"
    stand.window.on_key("2")
    stand.port.answers["today"] = p.TODAY
    stand.window.on_key("Ctrl+Enter")
    assert stand.port.read == [p.MISPLACED]
    assert what not in p.words_shown(stand.window)


def test_it_stands_on_the_sync_screen_too(qtbot: QtBot, look: Look) -> None:
    stand = Stand(qtbot, look, sync=p.AT_CENTRE)
    stand.window.open("sync")
    assert {*verdict_words(p.MISPLACED, BN)} <= set(p.words_shown(stand.window))
    stand.window.on_key("A")
    stand.window.on_key("Ctrl+Enter")
    assert stand.port.read == [p.MISPLACED]


def test_every_verdict_of_the_fold_has_words_and_something_to_do() -> None:
    codes = {key.removeprefix("verdict.").removesuffix("_do") for key in load_words() if key.startswith("verdict.") and key.endswith("_do")}
    of_fold = {
        "held", "duplicate_of", "undecodable", "announced_twice", "handed_over_before_announced", "received_twice", "two_offices", "claimed_elsewhere",
        "found_after_handed_over", "found_after_returned", "found_after_lost", "handed_over_twice", "collected_twice", "not_here", "not_possible_now",
        "did_not_know",
    }  # fmt: skip
    assert of_fold <= codes
    for language in Language:
        assert verdict_words(replace(p.MISPLACED, code="of a later centre"), language)[1] == words("verdict.unknown_do", language)


# What a newer program wrote


def test_update_needed_stands_at_that_parcel_alone(stand: Stand) -> None:
    stand.port.answers["find"] = (*p.FOUND, p.NEWER)
    stand.window.open("search")
    stand.window.on_scan(Scan("4719"))
    search = stand.window.front_screen
    assert isinstance(search, SearchScreen)
    said = words("verdict.update_needed", BN)
    assert [row.state.full == said for row in search.rows[:3]] == [False, False, True]
    assert [row.marks.at_centre for row in search.rows[:3]] == [False, True, True]
