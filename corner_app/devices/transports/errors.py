"""The two ways sending fails. Which one it is decides whether a label may be sent again."""

from __future__ import annotations

import errno


class NotSent(Exception):
    """Nothing left this machine: the job can be tried again freely. reason: a stable word ("refused", "timeout", "missing", "full")."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class InDoubt(Exception):
    """Some of it left: a label may or may not have come out, and only a look can tell.

    reason: a stable word ("reset", "timeout", "lost"). sent: bytes the system took, at least; the printer may have seen fewer.
    """

    def __init__(self, reason: str, sent: int) -> None:
        super().__init__(f"{reason} after {sent} bytes")
        self.reason = reason
        self.sent = sent


def word_for(error: Exception) -> str:
    """A stable word for what the system said."""
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, ConnectionRefusedError):
        return "refused"
    torn = isinstance(error, OSError) and error.errno == errno.ENOTCONN  # what closing a line says that was reset a moment ago
    if torn or isinstance(error, (ConnectionResetError, BrokenPipeError, ConnectionAbortedError)):
        return "reset"
    return "missing" if isinstance(error, FileNotFoundError) else "lost"
