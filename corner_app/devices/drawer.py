"""The cash drawer behind a receipt printer: opened for a reason, on its own pin, once; and its switch read back.

An opening is never repeated by itself. Whoever wants it again says so, with a reason, and that is a second entry in the log.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from corner_app.devices.languages.escpos import drawer_open, kick
from corner_app.devices.transports.errors import InDoubt, NotSent
from corner_app.devices.transports.transport import Transport

Sent = Literal["asked", "sent", "not_sent", "in_doubt"]
"""asked: about to be opened. sent: the printer was told to. not_sent: it was not, and nothing has happened. in_doubt: it may have been."""
Switch = Literal["open", "closed", "unknown"]
"""unknown: not asked, or no answer."""

REASONS = ("float", "check", "change", "day_close", "other")
"""Openings without a posting: cash put in or taken out, counted, notes changed, the day's end, anything else."""
LOOK_S = 0.1
"""Between two looks at the switch."""
PATIENCE_S = 1.5
"""How long a drawer may take to come open."""
_POSTING = re.compile(r"posting:[0-9A-Za-z][0-9A-Za-z./-]{0,39}", re.ASCII)


class NoReason(ValueError):
    """Nobody, or nothing, to open the drawer for; the message is the reason that was given."""


@dataclass(frozen=True, slots=True)
class DrawerEntry:
    """One line of the log. reason: "posting:<number>", or a word of REASONS. detail: of what went wrong, a word of the transport, "" nothing."""

    at: datetime
    who: str
    reason: str
    sent: Sent
    switch: Switch = "unknown"
    detail: str = ""

    @property
    def word(self) -> str:
        """What became of it: what the switch says, where it says something; else whether it was sent."""
        return self.sent if self.switch == "unknown" else self.switch


def open_drawer(
    transport: Transport, reason: str, who: str, log: Callable[[DrawerEntry], None], *, pin: Literal[2, 5], clock: Callable[[], datetime],
    high_is_open: bool = True, patience_s: float = PATIENCE_S,
) -> DrawerEntry:  # fmt: skip
    """Opens the drawer, and gives the last entry of the log.

    transport: to its receipt printer. who: the clerk. log: takes an entry before the pulse and one after; when the first one fails the drawer stays
    shut, and what log raises goes through. high_is_open: see `escpos.drawer_open`. patience_s: for the switch to say "open". "closed" is of now: a
    printer without paper may keep the pulse until it is loaded. Raises NoReason.
    """
    if not who or not (reason in REASONS or _POSTING.fullmatch(reason)):
        raise NoReason(reason)
    pulse = kick(pin)
    log(DrawerEntry(clock(), who, reason, "asked"))
    sent, detail = _sent_once(transport, pulse)
    switch: Switch = "unknown" if sent == "not_sent" else _looked(transport, high_is_open, patience_s)
    entry = DrawerEntry(clock(), who, reason, sent, switch, detail)
    log(entry)
    return entry


def drawer_switch(transport: Transport, *, high_is_open: bool = True) -> Switch:
    """Whether the drawer stands open now. A printer that cannot be asked, or does not answer, leaves it unknown."""
    if not transport.two_way:
        return "unknown"
    try:
        stands = drawer_open(transport.ask, high_is_open=high_is_open)
    except NotSent:
        return "unknown"
    return "unknown" if stands is None else "open" if stands else "closed"


def _sent_once(transport: Transport, pulse: bytes) -> tuple[Sent, str]:
    try:
        transport.send(pulse)
    except NotSent as error:
        return "not_sent", error.reason
    except InDoubt as error:
        return "in_doubt", error.reason
    return "sent", ""


def _looked(transport: Transport, high_is_open: bool, patience_s: float) -> Switch:
    """A drawer that is closed may still be on its way; one that says nothing is not asked again."""
    ends = time.monotonic() + patience_s
    while (switch := drawer_switch(transport, high_is_open=high_is_open)) == "closed" and time.monotonic() < ends:
        time.sleep(LOOK_S)
    return switch
