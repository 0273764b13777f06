"""A production book and a simulated printer do not go together: a label that nobody can hold must never be called printed."""

from __future__ import annotations

from dataclasses import replace

from corner_app.devices.languages.language import Ask, Language
from corner_app.devices.profile import LanguageName
from corner_app.devices.simulators.dialect import NAME
from corner_app.devices.status import PrinterStatus
from corner_app.devices.transports.errors import NotSent

QUESTIONS: dict[LanguageName, bytes] = {
    "zpl": b"~HI\r\n", "tspl": b"~!T\r\n", "epl2": b"UQ\r\n", "cpcl": b"\x1bv", "escpos": b"\x1dIC", "brother_ql": b"\x1biS",
}  # fmt: skip
"""What a printer of each language answers with its model, and prints nothing for."""
ANSWER_S = 0.5
"""Longest wait for a model's name; one that does not give it is taken for real."""


def is_simulated(answer: bytes) -> bool:
    """Whether a printer said in this answer, to whatever question, that it is a simulator of ours."""
    return NAME.encode() in answer


def real_only(language: Language) -> Language:
    """The same language for one printer of a production book: a simulator has the fault "simulated", so that nothing is sent to it.

    A printer that takes labels is asked for its model once, and again when it was not reached or did not answer meanwhile: then it may be another.
    """
    question = QUESTIONS.get(language.name)
    if question is None:
        return language
    known_as_real = False

    def status(ask: Ask) -> PrinterStatus:
        nonlocal known_as_real
        try:
            said = language.status(ask)
        except NotSent:
            known_as_real = False
            raise
        if is_simulated(said.raw):
            return _simulated(said.raw)
        if not said.takes_labels:
            known_as_real = known_as_real and said.state == "fault"
            return said
        if not known_as_real:
            model = ask(question, ANSWER_S)
            if is_simulated(model):
                return _simulated(model)
            known_as_real = True
        return said

    return replace(language, status=status)


def _simulated(raw: bytes) -> PrinterStatus:
    return PrinterStatus("fault", ("simulated",), raw)
