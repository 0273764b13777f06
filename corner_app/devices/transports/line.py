"""What a serial line tells of the bytes on it, beyond taking them."""

from __future__ import annotations

import time
from typing import Protocol

_LOOK_S = 0.01


class Line(Protocol):
    """What of `serial.Serial` is looked at here."""

    @property
    def cts(self) -> bool: ...
    @property
    def out_waiting(self) -> int: ...


class Stuck(Exception):
    """The other end takes nothing more."""


def wait_until_clear(line: Line, wait_s: float) -> None:
    """Returns when the other end says by wire that it can take bytes, or has no such wire. Raises Stuck after wait_s seconds.

    A printer that is off, or full, keeps this wire down: asked before the first byte, it is certain that none has left.
    """
    ends = time.monotonic() + wait_s
    while not _clear(line):
        if time.monotonic() > ends:
            raise Stuck
        time.sleep(_LOOK_S)


def wait_until_gone(line: Line, wait_s: float) -> None:
    """Returns when no byte waits in the system any more. Raises Stuck when wait_s seconds long not one was taken, OSError when the line is gone.

    Not `flush`, which waits for ever on a printer that has gone silent.
    """
    waiting, ends = line.out_waiting, time.monotonic() + wait_s
    while waiting:
        time.sleep(_LOOK_S)
        now = line.out_waiting
        if now < waiting:
            ends = time.monotonic() + wait_s
        elif time.monotonic() > ends:
            raise Stuck
        waiting = now


def _clear(line: Line) -> bool:
    try:
        return line.cts
    except OSError:  # a pseudo-terminal has no wires
        return True
