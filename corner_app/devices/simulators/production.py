"""A production book and a simulated printer do not go together: a label that nobody can hold must never be called printed."""

from __future__ import annotations

from dataclasses import replace

from corner_app.devices.languages.language import Ask, Language
from corner_app.devices.printer import Printer
from corner_app.devices.profile import LanguageName
from corner_app.devices.simulators.dialect import NAME
from corner_app.devices.status import PrinterStatus
from corner_app.devices.transports.errors import InDoubt, NotSent
from corner_app.devices.transports.transport import Enough, Transport

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


def real_printer(printer: Printer) -> Printer:
    """The same printer for a production book, see `real_only`. One that is never asked how it is (status = "none") is asked for its model before its
    first label instead, and again after it was not reached, where its line can answer; a simulator is then NotSent("simulated").

    What cannot be known: a line that goes one way, or a queue of the system, brings no answer, so a simulator at its other end is taken for a printer.
    Nothing there says of a label that it was printed; each is in doubt until a person or a scan says so.
    """
    strict = replace(printer, language=real_only(printer.language))
    question = QUESTIONS.get(printer.language.name)
    if question is None or printer.profile.status != "none" or not printer.two_way:
        return strict
    return replace(strict, transport=_AskedFirst(printer.transport, question))


class _AskedFirst:
    """A way to a printer that is asked for its model before its first label. See `Transport`."""

    def __init__(self, transport: Transport, question: bytes) -> None:
        self.name, self.two_way, self.writes_files = transport.name, transport.two_way, transport.writes_files
        self._transport, self._question, self._known_as_real = transport, question, False

    def send(self, data: bytes, enough: Enough | None = None, wait_s: float = 0.0) -> bytes:
        if not self._known_as_real:
            if is_simulated(self._transport.ask(self._question, ANSWER_S)):
                raise NotSent("simulated")
            self._known_as_real = True
        try:
            return self._transport.send(data, enough, wait_s)
        except (NotSent, InDoubt):
            self._known_as_real = False
            raise

    def ask(self, query: bytes, wait_s: float) -> bytes:
        return self._transport.ask(query, wait_s)
