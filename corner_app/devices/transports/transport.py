"""A way to one printer, whatever is sent over it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

Enough = Callable[[bytes], bool]
"""Whether what was heard so far is all that is waited for."""


class Transport(Protocol):
    """Opened for one label or one question, and closed after it.

    name: stable, for book and log. two_way: whether anything can be heard over it. writes_files: whether a label sent is a label kept, which
    needs no further proof.
    """

    name: str

    @property
    def two_way(self) -> bool: ...

    @property
    def writes_files(self) -> bool: ...

    def send(self, data: bytes, enough: Enough | None = None, wait_s: float = 0.0) -> bytes:
        """Sends one label, then listens on the same connection until `enough` or wait_s seconds are over; gives what was heard.

        Raises NotSent before the first byte, InDoubt after it; what fails while listening ends the listening only.
        """

    def ask(self, query: bytes, wait_s: float) -> bytes:
        """The answer, b"" when mute. Raises NotSent when it cannot be reached."""
