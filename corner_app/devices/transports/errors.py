"""The two ways sending fails. Which one it is decides whether a label may be sent again."""

from __future__ import annotations

import errno
import socket


class NotSent(Exception):
    """Nothing left this machine: the job can be tried again freely.

    reason: a stable word. "missing": not there, or off; "refused", "unreachable": nobody at that address; "denied": no right to it; "busy":
    another program or label has it; "timeout": it takes nothing; "full": no room for it; "stopped", "rejecting", "queue_retries": a queue of the
    system that is halted, closed or would print again by itself; "no_program": `lp` is not installed; "withdrawn": taken back before it was begun.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class InDoubt(Exception):
    """Some of it left: a label may or may not have come out, and only a look can tell.

    reason: a stable word ("reset", "timeout", "lost"; of a queue also "aborted", "cancelled", "held"). sent: bytes the system took, at least; the
    printer may have seen fewer.
    """

    def __init__(self, reason: str, sent: int) -> None:
        super().__init__(f"{reason} after {sent} bytes")
        self.reason = reason
        self.sent = sent


_WORDS = {
    errno.ETIMEDOUT: "timeout", errno.ECONNREFUSED: "refused", errno.ECONNRESET: "reset", errno.EPIPE: "reset", errno.ECONNABORTED: "reset",
    errno.ENOTCONN: "reset",  # what closing a line says that was reset a moment ago
    errno.EHOSTUNREACH: "unreachable", errno.ENETUNREACH: "unreachable", errno.EHOSTDOWN: "unreachable", errno.ENOENT: "missing",
    errno.EACCES: "denied", errno.EPERM: "denied", errno.EBUSY: "busy", errno.EAGAIN: "busy", errno.ENOSPC: "full",
}  # fmt: skip


def word_for(error: Exception, otherwise: str = "lost") -> str:
    """A stable word for what the system said. otherwise: for what has none of its own."""
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, socket.gaierror):
        return "unreachable"
    return _WORDS.get(error.errno or 0, otherwise) if isinstance(error, OSError) else otherwise
