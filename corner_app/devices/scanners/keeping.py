"""Keeping hold of a scanner through every unplugging: found, read until lost, looked for again, ever more patiently."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event
from typing import Literal, Protocol, TypeVar

PortState = Literal["connected", "lost"]
READ_S = 0.2
"""Longest wait of one read, so that `stop` is heard."""
FIRST_WAIT_S, LONGEST_WAIT_S = 0.5, 5.0

Line = TypeVar("Line")


def keep_reading(open_line: Callable[[], Line | None], read_until_lost: Callable[[Line], None], on_state: Callable[[PortState], None], stop: Event) -> None:
    """Opens a scanner and reads it, again and again until `stop`; on the caller's thread.

    open_line: an open line to the scanner, None while it is not there or not to be had. read_until_lost: returns when the line broke or `stop`
    came, and has closed it: a scanner that is still held gets another name when it is plugged in again. on_state: "connected" at each opening,
    "lost" once per outage, also when the scanner is missing from the start. Between tries 0.5 s, growing to 5 s.
    """
    wait_s = FIRST_WAIT_S
    state: PortState | None = None
    while not stop.is_set():
        line = open_line()
        if line is not None:
            wait_s, state = FIRST_WAIT_S, "connected"
            on_state("connected")
            read_until_lost(line)
            if stop.is_set():
                return
        if state != "lost":
            state = "lost"
            on_state("lost")
        stop.wait(wait_s)
        wait_s = min(wait_s * 2, LONGEST_WAIT_S)


class Hears(Protocol):
    """What cuts a scanner's bytes, reports or keys into codes."""

    @property
    def noise(self) -> int:
        """How often it heard what is no code."""


class NoiseBell:
    """Says when noise was heard: a code that was scanned and not read must be noticed by the one who scanned it.

    One for each opening: half a code of a scanner that was pulled out is not told when it comes back.
    """

    def __init__(self, source: Hears, on_noise: Callable[[], None]) -> None:
        """on_noise: called by `ring`, once for any number of noises."""
        self._source, self._on_noise = source, on_noise
        self._heard = source.noise

    def ring(self) -> None:
        """To be called after each read."""
        if self._source.noise > self._heard:
            self._heard = self._source.noise
            self._on_noise()


def unnoticed() -> None:
    """Nobody wants to hear of noise."""


def now_ms() -> int:
    """Milliseconds of the monotonic clock that stamps scans."""
    return time.monotonic_ns() // 1_000_000
