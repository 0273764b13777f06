"""What a scanner that can hear is told about a scan, so that a wrong parcel beeps in the hand."""

from __future__ import annotations

from typing import Literal, Protocol

Feedback = Literal["good", "look", "stop"]
"""The counter's three tones: done; done, but look at the screen; not done."""


class Told(Protocol):
    """A scanner that can be told."""

    def tell(self, feedback: Feedback) -> None:
        """Answers the last scan. Never waits, from any thread; without a scanner it is said to nobody."""
