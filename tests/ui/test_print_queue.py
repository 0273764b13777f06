"""The print queue: one question at a time, keys that act on what they stand beside, and a remedy for whatever a printer says."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from tests.ui import prepared as p

from corner_app.desk import commands as c
from corner_app.desk.views import PrinterView, PrintLine
from corner_app.devices.proof import UNPROVABLE
from corner_app.devices.status import FAULTS, WARNINGS, PrinterState
from corner_app.domain.outcome import Outcome, Tone
from corner_app.domain.papers import PAPERS
from corner_app.domain.scan import Scan
from corner_app.i18n import Language, load_words
from corner_app.ui.main_window import MainWindow
from corner_app.ui.printer_words import doubt_words, job_chip, looks_words, model_line, name_words, paper_words, state_chip, steps
from corner_app.ui.screens.print_queue import PrintQueueScreen
from corner_app.ui.theme import Look

DETAILS = (*UNPROVABLE, "no_count", "not_counted", "counted_more", "no_reply", "not_seen_busy", "stopped", "no_such_paper", "dropped")
WHY_OFF = ("missing", "refused", "unreachable", "denied", "busy", "timeout", "full", "stopped", "rejecting", "queue_retries", "no_program", "withdrawn")
BROKEN_LINES = ("reset after 12 bytes", "timeout after 9 bytes", "lost after 1 bytes", "aborted after 7 bytes", "held after 7 bytes", "cancelled after 7 bytes")


class Stand:
    """The window with the print queue in front."""

    def __init__(self, qtbot: QtBot, *jobs: PrintLine, printers: tuple[PrinterView, ...] = p.PRINTERS) -> None:
        self.port = p.PreparedPort(prints=jobs or p.PRINTS, printers=printers)
        self.tones: list[Tone] = []
        self.window: MainWindow = p.window(self.port, Look(Language.EN), tones=self.tones)
        qtbot.addWidget(self.window)
        self.window.open("sort")
        self.window.open("devices")

    @property
    def screen(self) -> PrintQueueScreen:
        found = self.window.front_screen
        assert isinstance(found, PrintQueueScreen)
        return found

    def words(self, root: QWidget | None = None) -> list[str]:
        return p.words_shown(root or self.window)


def test_the_oldest_doubt_is_asked_first_and_the_others_are_counted(qtbot: QtBot) -> None:
    second = replace(p.DOUBT, job=6, item=p.SECOND.item, name_bn="অন্য")
    stand = Stand(qtbot, p.DOUBT, second)
    assert stand.screen.question.item.full.replace(" ", "") == p.DOUBT.item
    assert stand.screen.question.more.full == "1 more in doubt"
    stand.window.on_key("Y")
    assert stand.port.prints == [(p.DOUBT.job, True)]


def test_any_fresh_label_in_doubt_may_be_scanned_and_none_may_be_typed(qtbot: QtBot) -> None:
    second = replace(p.DOUBT, job=6, item=p.SECOND.item)
    stand = Stand(qtbot, p.DOUBT, second)
    stand.window.on_scan(Scan(p.SECOND.item, device="keyed"))
    assert (stand.port.scanned_prints, stand.tones) == ([], [Tone.LOOK])
    stand.window.on_scan(Scan(p.SECOND.item))
    assert (stand.port.scanned_prints, stand.tones[1:]) == ([(6, p.SECOND.item)], [Tone.GOOD])


@pytest.mark.parametrize(
    ("what", "item", "code"), [("shelf_label", "খ-১২", "SH*KH-12"), ("bag_label", "BD8500BD8200CCC60419001", "BD8500BD8200CCC60419001|CP104722182BD")]
)
def test_a_shelfs_and_a_bags_label_are_told_by_their_codes(qtbot: QtBot, what: str, item: str, code: str) -> None:
    stand = Stand(qtbot, replace(p.DOUBT, what=what, item=item, name_bn=""))
    stand.window.on_scan(Scan(code))
    assert stand.port.scanned_prints == [(p.DOUBT.job, code)]


def test_keys_act_on_what_they_stand_beside(qtbot: QtBot) -> None:
    stand = Stand(qtbot)
    stand.port.reply = lambda command: Outcome(Tone.GOOD, "queued", data={"print_job": 9, "copy": 2})
    for key in ("R", "Del", "L"):
        assert stand.window.on_key(key)
    assert stand.port.commands == [c.Reprint("CP104722182BD", "not printed", "parcel_label"), c.DropLabel(9)]
    assert stand.port.looked == 1
    assert "Queued for printing, copy 2." in stand.words()
    stand.window.on_key("Esc")
    assert stand.window.front == "sort"


def test_what_took_its_place_already_is_not_printed_again(qtbot: QtBot) -> None:
    failed = PrintLine(3, "parcel_label", p.SECOND.item, "", 1, "failed", "clerk", p.NOW)
    stand = Stand(qtbot, replace(failed, job=4, copy=2, state="queued", how=""), failed)
    assert not stand.window.on_key("R")
    assert Stand(qtbot, failed).window.on_key("R")
    assert not Stand(qtbot, replace(failed, detail="dropped")).window.on_key("R"), "the clerk wanted none"


def test_without_anything_to_do_only_looking_and_going_back_are_left(qtbot: QtBot) -> None:
    stand = Stand(qtbot, replace(p.DOUBT, state="printed", how="printer", detail=""))
    assert [key for key, _ in stand.screen.hints()] == ["L", "Esc"]
    assert not stand.screen.question.isVisibleTo(stand.window)


def test_both_printers_are_shown_also_one_that_nobody_set_up(qtbot: QtBot) -> None:
    stand = Stand(qtbot, printers=p.PRINTERS[:1])
    label, receipt = stand.screen.panel.printers["label"], stand.screen.panel.printers["receipt"]
    assert (label.chip.label.full, receipt.chip.label.full) == ("No answer", "No printer")
    assert "Push the cable at the back in firmly" in stand.words(label)
    stand.port.answers["printers"] = (replace(p.PRINTERS[0], word="ready", heard_at=0),)
    stand.window.changed()
    stand.screen.changed()
    assert (label.chip.label.full, label.remedy.isVisibleTo(stand.window)) == ("Ready", False)


@pytest.mark.parametrize("language", list(Language))
def test_every_state_of_a_printer_has_words_and_every_trouble_a_remedy(language: Language) -> None:
    for word in (*get_args(PrinterState), *FAULTS, "broken", "none"):
        if word == "fault" or word in FAULTS or word not in ("ready", "busy"):
            assert steps(PrinterView("label", "", "", word), language), word
        assert state_chip(PrinterView("label", "", "", word), language).text
        assert f"ui.printer_{word}" in load_words(), "the header says it too"
    for warning in WARNINGS:
        low = PrinterView("label", "", "", "ready", (warning,))
        assert state_chip(low, language).text != state_chip(replace(low, warnings=()), language).text
        assert steps(low, language)
    for why in WHY_OFF:
        assert steps(PrinterView("label", "", "", "offline", why=why), language), why


@pytest.mark.parametrize("language", list(Language))
def test_every_fate_of_a_job_has_words(language: Language) -> None:
    for detail in (*DETAILS, *BROKEN_LINES, *FAULTS, "ValueError: no such glyph"):
        for state in ("in_doubt", "failed"):
            line = replace(p.DOUBT, state=state, detail=detail)
            assert job_chip(line, language).text
            assert doubt_words(line, language)
            assert "_" not in job_chip(line, language).text + doubt_words(line, language), detail
    assert doubt_words(replace(p.DOUBT, how="restart", detail=""), language) != doubt_words(p.DOUBT, language)


@pytest.mark.parametrize("language", list(Language))
def test_every_paper_and_every_place_has_a_name(language: Language) -> None:
    for what in PAPERS:
        assert paper_words(replace(p.DOUBT, what=what), language) != what
        assert paper_words(replace(p.DOUBT, what=what, copy=2), language) != paper_words(replace(p.DOUBT, what=what), language)
    ways = {"tcp:10.0.0.9:9100": "10.0.0.9:9100", "usb:0A5F:0166:J1": "J1", "usb:0A5F:0166": "0A5F:0166", "path:COM3": "COM3", "cups:q": "q"}
    for address, shown in (ways | {"windows:q": "q", r"file:C:\labels": "labels"}).items():
        view = PrinterView("receipt", "TM-T20III", address, "ready")
        assert model_line(view) == f"TM-T20III · {shown}"
        assert name_words(view, language).partition(" · ")[2]
    assert name_words(PrinterView("label", "", "", "none"), language)


def test_how_soon_it_is_looked_at_is_said_in_minutes_where_it_is_long() -> None:
    mute = PrinterView("label", "ZPL", "tcp:a:1", "mute", again_s=40, heard_at=p.NOW)
    assert looks_words(mute, Language.EN) == "last answer 10:42 · looked at again in 40 s"
    assert looks_words(replace(mute, again_s=300), Language.EN) == "last answer 10:42 · looked at again in 5 min"
    assert looks_words(replace(mute, heard_at=0), Language.BN) == "আবার দেখা হবে ৪০ সেকেন্ডে"
