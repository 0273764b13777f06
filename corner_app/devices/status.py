"""How a printer is, in stable words, whatever its language says it in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PrinterState = Literal["ready", "busy", "fault", "mute", "offline"]
"""mute: reached, but it does not answer, which is never "ready"; offline: not reached."""

FAULTS = (
    "simulated", "head_open", "media_out", "ribbon_out", "paper_jam", "paper_feed", "cutter", "head_hot", "mark_not_found", "mark_calibrate", "paused",
    "buffer_full", "fault",
)  # fmt: skip
"""What stops a printer, the first to mend first. "simulated": it is none, and the book is in production. "fault" is one without a word of ours."""
WARNINGS = ("media_low", "calibrate", "clean_head", "replace_head")
"""What does not stop it yet."""


@dataclass(frozen=True, slots=True)
class PrinterStatus:
    """state with its reasons (words of FAULTS and WARNINGS), and the bytes that said so."""

    state: PrinterState
    reasons: tuple[str, ...] = ()
    raw: bytes = b""

    @property
    def word(self) -> str:
        """One stable word for header and queue: the first fault, else the state."""
        return next((reason for reason in self.reasons if reason in FAULTS), self.state) if self.state == "fault" else self.state

    @property
    def takes_labels(self) -> bool:
        """Whether a label sent now would come out."""
        return self.state in ("ready", "busy")


MUTE, OFFLINE, READY = PrinterStatus("mute"), PrinterStatus("offline"), PrinterStatus("ready")


def status_of(reasons: tuple[str, ...], raw: bytes, *, busy: bool = False) -> PrinterStatus:
    """The status that follows from what a printer complains of."""
    if any(reason in FAULTS for reason in reasons):
        return PrinterStatus("fault", reasons, raw)
    return PrinterStatus("busy" if busy else "ready", reasons, raw)
