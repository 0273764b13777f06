"""What is said of devices: every stable word has its Bangla and English, and one that nobody knows yet never stands there alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from corner_app.devices import transports
from corner_app.devices.setup import station as s
from corner_app.devices.status import FAULTS, WARNINGS
from corner_app.i18n import Language, load_words, words
from corner_app.ui.device_words import log_words, page_stage, pill_of, trouble_words, why_words

BN, EN = Language.BN, Language.EN
NEW = "phase_of_moon"
"""A word of no transport."""
GIVEN = {"missing", "refused", "unreachable", "denied", "busy", "timeout", "full", "stopped", "rejecting", "queue_retries", "no_program", "withdrawn", "lost"}
"""Those that `NotSent` names, and what a line says that broke."""


def reasons_in_the_source() -> set[str]:
    """Every reason a transport writes down, found in its text, so that a new one cannot be forgotten here."""
    found = set[str]()
    for path in Path(transports.__path__[0]).glob("*.py"):
        found |= set(re.findall(r'NotSent\([^)"]*"([a-z_]+)"', path.read_text(encoding="utf-8")))
    return found


def printer(word: str, why: str = "") -> s.Device:
    return s.Device("label_printer", "tcp:10.0.0.9:9100", way="network", word=word, why=why)


@pytest.mark.parametrize("reason", sorted(GIVEN | reasons_in_the_source()))
@pytest.mark.parametrize("lang", [BN, EN])
def test_every_reason_of_a_transport_is_said_in_words(reason: str, lang: Language) -> None:
    assert f"setup_trouble.{reason}" in load_words()
    said = why_words(printer("offline", reason), lang)
    assert said == words(f"setup_trouble.{reason}", lang) == trouble_words(reason, lang)
    assert reason != said
    line = log_words(s.LogLine(1, "tcp:10.0.0.9:9100", "offline", reason), lang)
    assert line == f"{words('device_is.offline', lang)} · {said}"


@pytest.mark.parametrize("lang", [BN, EN])
def test_a_word_nobody_knows_never_stands_alone(lang: Language) -> None:
    shown = (trouble_words(NEW, lang), why_words(printer("offline", NEW), lang), pill_of(printer(NEW), lang).text, log_words(s.LogLine(1, "x", NEW), lang))
    for said in shown:
        assert NEW in said, "the technician can look it up"
        assert said.replace(NEW, "").strip(" ()·:") != "", said


@pytest.mark.parametrize("word", [*FAULTS, *WARNINGS, "ready", "busy", "mute", "offline", "broken", "bad_settings", "lost", "connected", "unknown"])
def test_how_a_device_is_has_a_word(word: str) -> None:
    for lang in (BN, EN):
        assert pill_of(printer(word), lang).text == words(f"device_is.{word}", lang)


@pytest.mark.parametrize("kind", s.KINDS)
@pytest.mark.parametrize("word", ["bad_settings", "twice"])
def test_a_device_that_is_named_wrongly_is_mended_in_the_settings_and_not_at_its_switch(kind: s.Kind, word: str) -> None:
    device = s.Device(kind, "usb:zz", word=word, why="identity = 'usb:zz'" if word == "bad_settings" else "")
    stage, helps = page_stage(device, (device,), BN)
    assert words(f"device_is.{word}", BN) in stage.title
    assert helps == (words("setup_do.mend_settings", BN), words("setup_do.restart_program", BN))
    assert (stage.line == words("device.in_settings", BN, line="identity = 'usb:zz'")) == (word == "bad_settings")


def test_what_a_device_said_itself_stays_as_it_is() -> None:
    """A scanned code and a model's name are no words of ours."""
    assert log_words(s.LogLine(1, "wedge", "scanned", "CP104722182BD"), EN) == "Read · CP104722182BD"
    assert log_words(s.LogLine(1, "usb:0A5F:0166", "added", "Zebra ZD421"), EN) == "Known to the counter · Zebra ZD421"
    assert why_words(printer("ready"), EN) == ""


def test_a_drawers_log_says_what_it_was_opened_for() -> None:
    opened = s.LogLine(1, "tcp:10.0.0.9:9100#drawer", "open", "posting:8500-1")
    assert log_words(opened, EN) == f"{words('device_is.open', EN)} · {words('device.why_posting', EN)}"
