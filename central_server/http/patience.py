"""Connections that do not say what they want: they end, and when there are too many the oldest ends first, so that an office always gets in."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

QUIET_S = 75
"""Seconds within which a connection must bring the whole header of a request, its first or its next."""
FILES_MOST = 65_536
"""Open files and connections one process asks the system for."""
FILES_LEAST = 1_024


def room() -> int:
    """How many connections may wait at once: half of what the system lets this process open, after it was asked for more."""
    try:
        import resource
    except ImportError:  # a system without such limits
        return FILES_LEAST // 2
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES_MOST if hard == resource.RLIM_INFINITY else min(hard, FILES_MOST)
    if wanted > soft:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return max(soft, wanted) // 2


def patient(most: int, quiet_s: float) -> type[asyncio.Protocol]:
    """The protocol of connections of which at most so many may be without a whole request at a time, none longer than so many seconds
    without a whole header."""
    waiting: dict[HttpToolsProtocol, asyncio.TimerHandle] = {}

    class Patient(HttpToolsProtocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._wait()

        def on_headers_complete(self) -> None:
            if self in waiting:
                waiting[self].cancel()
            super().on_headers_complete()

        def on_message_complete(self) -> None:
            self._heard()
            super().on_message_complete()

        def on_response_complete(self) -> None:
            super().on_response_complete()
            self._heard()
            if not self.transport.is_closing():
                self._wait()

        def connection_lost(self, exc: Exception | None) -> None:
            self._heard()
            super().connection_lost(exc)

        def _wait(self) -> None:
            waiting[self] = self.loop.call_later(quiet_s, self._give_up)
            if len(waiting) > most:
                oldest: Any = next(iter(waiting))
                oldest._give_up()

        def _heard(self) -> None:
            timer = waiting.pop(self, None)
            if timer is not None:
                timer.cancel()

        def _give_up(self) -> None:
            self._heard()
            self.transport.abort()

    return Patient
