"""One printer as the spool has it: the way to it, its language and what its model needs, asked and told as one thing."""

from __future__ import annotations

from dataclasses import dataclass

from corner_app.devices.languages.language import Language
from corner_app.devices.profile import Profile
from corner_app.devices.status import PrinterStatus
from corner_app.devices.transports.errors import NotSent
from corner_app.devices.transports.transport import Transport

ANSWER_S = 2.0
"""Longest wait for an answer."""
_TOLD_S = 0.05
"""How long a command that nothing answers is left on the line before it is closed."""


@dataclass(frozen=True, slots=True)
class Printer:
    """answer_s: longest wait for one answer, in seconds."""

    transport: Transport
    language: Language
    profile: Profile
    answer_s: float = ANSWER_S

    @property
    def name(self) -> str:
        """Stable, for book and log."""
        return self.transport.name

    @property
    def two_way(self) -> bool:
        """Whether it can be heard: both the line and the model must allow it."""
        return self.transport.two_way and self.profile.two_way

    def status(self) -> PrinterStatus | None:
        """How it says it is, None for one that is never asked. Not reached is "offline", with the transport's word for why."""
        if not self.two_way or self.profile.status == "none":
            return None
        try:
            return self.language.status(self._ask)
        except NotSent as error:
            return PrinterStatus("offline", (error.reason,))

    def count(self) -> int | None:
        """Labels it ever printed, None when it does not say."""
        if not self.two_way or self.language.count is None:
            return None
        try:
            return self.language.count(self._ask)
        except NotSent:
            return None

    def forget(self) -> bool:
        """Tells it to drop what it was sent and has not printed. False when it was not reached; a language without such a command drops nothing."""
        if self.language.cancel:
            try:
                self.transport.ask(self.language.cancel, _TOLD_S)
            except NotSent:
                return False
        return True

    def _ask(self, query: bytes, wait_s: float) -> bytes:
        return self.transport.ask(query, min(wait_s, self.answer_s))
