"""When more call at once than can be answered in time, each of the others is told its turn.

Without it everyone would wait until they give up, and the centre would answer questions that nobody hears the answer to.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from central_server.problems import Problem

PATIENCE_S = 10.0
"""How long a question may wait inside: a third of what callers bear without a byte."""
AT_ONCE = 40
"""Questions that are answered side by side, and so are always let in: the threads of the web application."""
EAGER = 0.7
"""Turns are told for a little before there is room: who is early waits inside for a moment, where nobody comes the centre stands idle."""
_FIRST_EACH_S, _SMOOTH = 0.005, 50


class Crowd:
    """Counts who is inside and how fast they leave. For the event loop's thread alone."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._inside = 0
        self._each_s = _FIRST_EACH_S
        self._left_at = self._next_turn = clock()
        self._full = False

    @contextmanager
    def let_in(self) -> Iterator[None]:
        """The block is the answering. Raises Problem("crowded") with the caller's turn."""
        if self._inside >= AT_ONCE and self._inside * self._each_s > PATIENCE_S:
            raise Problem("crowded", again_s=self._turn())
        self._inside += 1
        try:
            yield
        finally:
            self._leave()

    def _turn(self) -> int:
        """Seconds until those inside and those who were told before have been answered."""
        now = self._clock()
        self._next_turn = max(self._next_turn, now + self._inside * self._each_s * EAGER) + self._each_s * EAGER
        return math.ceil(self._next_turn - now)

    def _leave(self) -> None:
        """How long one takes is seen only while all threads are busy: then one leaves as soon as there is an answer."""
        now = self._clock()
        if self._full:
            self._each_s += (now - self._left_at - self._each_s) / _SMOOTH
        self._full = self._inside > AT_ONCE
        self._inside, self._left_at = self._inside - 1, now
