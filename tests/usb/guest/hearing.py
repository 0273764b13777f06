"""What one of the product's readers hears and says, for scenarios to wait on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from threading import Event

from tests.usb.guest.scenario import meanwhile

from corner_app.devices.scanners.keeping import PortState
from corner_app.domain.scan import Scan

Reads = Callable[[Callable[[Scan], None], Callable[[PortState], None], Event], None]
"""Reads one scanner: on_scan, on_state, stop."""


class Heard:
    """Scans and states in their order, each taken once."""

    def __init__(self) -> None:
        self._scans: SimpleQueue[Scan] = SimpleQueue()
        self._states: SimpleQueue[PortState] = SimpleQueue()
        self.on_scan, self.on_state = self._scans.put, self._states.put

    def scan(self, within_s: float = 5.0) -> Scan:
        """The next scan. Raises AssertionError when none comes."""
        try:
            return self._scans.get(timeout=within_s)
        except Empty:
            raise AssertionError(f"no scan within {within_s} s") from None

    def silent(self) -> bool:
        """Whether nothing was scanned but what was taken."""
        return self._scans.empty()

    def state(self, wanted: PortState, within_s: float = 8.0) -> float:
        """Waits for the next state, which must be this one; gives the seconds waited."""
        began = time.monotonic()
        try:
            seen = self._states.get(timeout=within_s)
        except Empty:
            raise AssertionError(f"not {wanted} within {within_s} s") from None
        assert seen == wanted, f"{seen} instead of {wanted}"
        return time.monotonic() - began


@contextmanager
def hearing(reads: Reads) -> Iterator[Heard]:
    """Has a scanner read on a thread of its own until the block is left."""
    heard, stop = Heard(), Event()
    with meanwhile(lambda: reads(heard.on_scan, heard.on_state, stop), stop.set):
        yield heard
