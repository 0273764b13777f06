"""What the frame expects of a screen."""

from __future__ import annotations

from typing import Protocol

from corner_app.domain.scan import Meaning, Scan

Hint = tuple[str, str]
"""A key cap and the words key beside it."""


class Screen(Protocol):
    """A room of the window. `locked` is true while a STOP waits for Esc."""

    locked: bool

    def on_scan(self, meaning: Meaning, scan: Scan) -> None:
        """A code was read while this screen was in front."""

    def on_key(self, key: str) -> bool:
        """A key was pressed and no text field wanted it. Keys are written "Esc", "Enter", "Ctrl+Enter", "K", "5". True if it was used."""

    def hints(self) -> list[Hint]:
        """What stands at the bottom."""

    def enter(self) -> None:
        """It comes to the front: read what may have changed."""

    def changed(self) -> None:
        """Something reached the centre or came from there: read again what is shown, and leave focus, typing and choice to the clerk."""

    def render_all(self) -> None:
        """Language or colours changed: say everything again."""
