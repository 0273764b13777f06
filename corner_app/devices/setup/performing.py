"""Does what the wizard asks for: looks, asks, prints. Each act takes its time and ends in one event, so it belongs on a thread that may wait."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from threading import Event

import msgspec

from corner_app.devices import discover
from corner_app.devices.identity import Identity
from corner_app.devices.languages.known import LANGUAGES
from corner_app.devices.languages.page import Page
from corner_app.devices.printer import ANSWER_S, Printer
from corner_app.devices.profile import Profile
from corner_app.devices.proof import PATIENT, Patience, send_and_prove
from corner_app.devices.setup import events as e
from corner_app.devices.setup.hearing import TestCode
from corner_app.devices.simulators.production import real_printer
from corner_app.devices.transports.errors import InDoubt, NotSent
from corner_app.devices.transports.open import transport_of
from corner_app.devices.transports.transport import Transport

Draw = Callable[[Profile, e.Paper, int], Page]
"""draw(profile, paper, tag): the test label in dots, with its codes."""
_log = logging.getLogger(__name__)


class Performer:
    """draw: see `Draw`. save: keeps a printer; answers Saved or NotSaved. attached: what is plugged in. way: to a printer. stop: ends waiting.

    real: refuses simulators, for a production book.
    """

    def __init__(
        self, draw: Draw, save: Callable[[e.Save], e.Saved | e.NotSaved], *, attached: Callable[[], Iterable[discover.Found]] = discover.attached,
        way: Callable[[Identity, Profile], Transport] = transport_of, patience: Patience = PATIENT, answer_s: float = ANSWER_S, stop: Event | None = None,
        real: bool = False,
    ) -> None:  # fmt: skip
        self._draw, self._save, self._attached, self._way = draw, save, attached, way
        self._patience, self._answer_s, self._stop, self._real = patience, answer_s, stop or Event(), real

    def do(self, effect: e.Effect) -> e.Event | None:
        """The event that follows; None for a tone, which is nobody's to wait for."""
        match effect:
            case e.LookAround():
                return e.Found(tuple(_candidate(one) for one in self._attached()))
            case e.Ask(identity, profile):
                return self._ask(identity, profile)
            case e.Print():
                return self._print(effect)
            case e.Save():
                return self._save(effect)
            case e.Tell():
                return None

    def _ask(self, identity: Identity, profile: Profile) -> e.Event:
        try:
            spoken = discover.probe(self._way(identity, profile))
        except NotSent as error:
            return e.NotReached(error.reason)
        return e.Answered(None) if spoken is None else e.Answered(spoken.language, spoken.model, spoken.dpi)

    def _print(self, effect: e.Print) -> e.Event:
        """One label after the other, until one does not leave; what left before that is of no use."""
        labels: list[e.Printed] = []
        for tag, darkness in effect.labels:
            printed = self._print_one(effect, tag, darkness)
            if isinstance(printed, e.NotPrinted):
                return printed
            labels.append(printed)
        unproven = next((label for label in labels if not label.by), labels[-1])
        return e.Printed(tuple(label.codes[0] for label in labels), unproven.by, unproven.detail)

    def _print_one(self, effect: e.Print, tag: int, darkness: int) -> e.Printed | e.NotPrinted:
        profile = msgspec.structs.replace(effect.profile, darkness=darkness)
        if profile.language not in LANGUAGES:
            return e.NotPrinted("no_language")
        language = LANGUAGES[profile.language]
        printer = Printer(self._way(effect.identity, profile), language, profile, self._answer_s)
        printer = real_printer(printer) if self._real else printer
        status = printer.status()
        if status is not None and not status.takes_labels:
            return e.NotPrinted(status.reasons[0] if status.state == "offline" and status.reasons else status.word)
        try:
            page = self._draw(profile, effect.paper, tag)
            data = printer.language.encode(page, profile, tag)
        except Exception:
            _log.exception("drawing a test label failed")
            return e.NotPrinted("undrawable")
        codes = (tuple(TestCode(code.kind, code.module, code.text) for code in page.codes),)
        try:
            proof = send_and_prove(printer, data, tag, self._patience, self._stop)
        except NotSent as error:
            return e.NotPrinted(error.reason)
        except InDoubt as error:
            return e.Printed(codes, "", error.reason)
        return e.Printed(codes, proof.by if proof.outcome == "printed" else "", proof.detail)


def _candidate(found: discover.Found) -> e.Candidate:
    return e.Candidate(found.identity, found.way, found.about, found.language, found.two_way, found.trouble)
