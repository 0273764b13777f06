"""Hearing what a printer says, over whatever line."""

from __future__ import annotations

import time
from collections.abc import Callable

from corner_app.devices.transports.transport import Enough

QUIET_S = 0.1
"""Silence after an answer's first bytes that ends it."""
LONGEST = 65_536
"""Bytes after which a printer that never stops talking is not listened to any more."""

Read = Callable[[float], bytes | None]
"""read(wait_s): what came, at the latest after wait_s seconds; b"" nothing yet, None when the line has ended or broken."""


def listen(read: Read, wait_s: float, enough: Enough | None = None) -> bytes:
    """What is heard until it is enough, wait_s seconds are over, or the line has ended. Without `enough` it never is."""
    heard = b""
    ends = time.monotonic() + wait_s
    while (left := ends - time.monotonic()) > 0 and len(heard) < LONGEST:
        more = read(left)
        if more is None:
            break
        heard += more
        if more and enough is not None and enough(heard):
            break
    return heard


def answer(read: Read, wait_s: float) -> bytes:
    """An answer of a length nobody knows: it may begin within wait_s seconds, and silence ends it; b"" when there is none."""
    heard = b""
    ends = time.monotonic() + wait_s
    while (left := ends - time.monotonic()) > 0 and len(heard) < LONGEST:
        more = read(min(left, QUIET_S) if heard else left)
        if more is None or (heard and not more):
            break
        heard += more
    return heard
