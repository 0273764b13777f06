"""The cash drawer behind the receipt printer: opened on a thread of its own, once for each reason, and never in the middle of a receipt."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from queue import Empty, SimpleQueue
from threading import Event, Lock
from typing import Literal

from corner_app.devices.drawer import DrawerEntry, NoReason, open_drawer
from corner_app.devices.transports.errors import NotSent
from corner_app.devices.transports.transport import Enough, Transport

TOO_LATE_S = 15.0
"""A drawer whose printer's line was not free for so long is not opened at all: whoever asked may have gone. Connecting may take some seconds more."""
_LOOK_S = 0.2
_log = logging.getLogger(__name__)


class InTurn:
    """A way to a printer that two threads use: one receipt, question or pulse after the other. See `Transport`."""

    def __init__(self, transport: Transport) -> None:
        self.name = transport.name
        self._transport, self._lock = transport, Lock()

    @property
    def two_way(self) -> bool:
        return self._transport.two_way

    @property
    def writes_files(self) -> bool:
        return self._transport.writes_files

    def send(self, data: bytes, enough: Enough | None = None, wait_s: float = 0.0) -> bytes:
        with self._lock:
            return self._transport.send(data, enough, wait_s)

    def ask(self, query: bytes, wait_s: float) -> bytes:
        with self._lock:
            return self._transport.ask(query, wait_s)

    def send_unless(self, why_not: Callable[[], str], data: bytes) -> bytes:
        """Sends when it is its turn. why_not: asked then, and not before the wait; a word raises NotSent with it."""
        with self._lock:
            if reason := why_not():
                raise NotSent(reason)
            return self._transport.send(data)


class _StillWanted:
    """The way to a printer for one pulse, which is not sent any more once why_not has a word. See `Transport`."""

    def __init__(self, shared: InTurn, why_not: Callable[[], str]) -> None:
        self.name, self._shared, self._why_not = shared.name, shared, why_not

    @property
    def two_way(self) -> bool:
        return self._shared.two_way

    @property
    def writes_files(self) -> bool:
        return self._shared.writes_files

    def send(self, data: bytes, enough: Enough | None = None, wait_s: float = 0.0) -> bytes:
        """A pulse has no answer to wait for."""
        return self._shared.send_unless(self._why_not, data)

    def ask(self, query: bytes, wait_s: float) -> bytes:
        return self._shared.ask(query, wait_s)


class CounterDrawer:
    """`run` it on a thread; `open` from any other."""

    def __init__(
        self, transport: InTurn, pin: Literal[2, 5], told: Callable[[DrawerEntry], None], clock: Callable[[], int], stop: Event,
        too_late_s: float = TOO_LATE_S, timer: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        """told: what became of each opening, on the drawer's thread. clock: ms UTC. timer: seconds that only grow."""
        self._too_late_s, self._timer = too_late_s, timer
        self._transport, self._pin, self._told, self._clock, self._stop = transport, pin, told, clock, stop
        self._asked: SimpleQueue[tuple[str, str, float]] = SimpleQueue()
        self._retired = Event()

    def retire(self) -> None:
        """Its printer was set up otherwise: nothing opens by it any more."""
        self._retired.set()

    def open(self, reason: str, who: str) -> None:
        """Has it opened, soon; never waits. reason: see `devices.drawer.open_drawer`. who: the clerk's badge."""
        self._asked.put((reason, who, self._timer()))

    def run(self) -> None:
        """Opens it for each reason in their order, until stop or until it is retired."""
        while not (self._stop.is_set() or self._retired.is_set()):
            try:
                reason, who, asked_s = self._asked.get(timeout=_LOOK_S)
            except Empty:
                continue
            self._open(reason, who, asked_s)

    def _open(self, reason: str, who: str, asked_s: float) -> None:
        """Whether it is too late, or not wanted any more, is judged when the line is free: a receipt may hold it for long."""

        def why_not() -> str:
            if self._stop.is_set() or self._retired.is_set():
                return "withdrawn"
            return "too_late" if self._timer() - asked_s > self._too_late_s else ""

        try:
            self._told(open_drawer(_StillWanted(self._transport, why_not), reason, who, _logged, pin=self._pin, clock=self._now))
        except NoReason:
            _log.exception("the drawer stays shut")

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock() / 1000, UTC)


def _logged(entry: DrawerEntry) -> None:
    """To the program's log, before the pulse and after it; the posting or the reason stands in the book already."""
    _log.info("drawer %s for %s by %s %s", entry.word, entry.reason, entry.who, entry.detail)
