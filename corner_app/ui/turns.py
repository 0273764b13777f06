"""Scans take turns: the next is looked at when the one before is answered, so that a STOP stops whatever was scanned behind it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from corner_app.desk.commands import AnyCommand
    from corner_app.desk.views import AttentionLine
    from corner_app.domain.outcome import Outcome
    from corner_app.domain.scan import Scan
    from corner_app.ui.bridge import DeskPort


class Turns:
    """A `DeskPort` round another one that knows whether an answer is awaited, and keeps the scans that came meanwhile.

    take: looks at one scan. done: called after each answer was shown. open_now: False while the book is not open yet; scans wait for `begin`.
    """

    def __init__(self, port: DeskPort, take: Callable[[Scan], None], done: Callable[[], None], *, open_now: bool) -> None:
        self._port, self._take, self._done, self._open = port, take, done, open_now
        self._awaited = 0
        self._queue: deque[Scan] = deque()

    def scan(self, scan: Scan) -> None:
        """Looks at it now, or when the answers before it are there."""
        self._queue.append(scan)
        self._next()

    def begin(self) -> None:
        """The book is open; nothing asked before it was is answered any more."""
        self._open, self._awaited = True, 0
        self._next()

    def _next(self) -> None:
        while self._open and not self._awaited and self._queue:
            self._take(self._queue.popleft())

    def do(self, command: AnyCommand, then: Callable[[Outcome], None], op: str | None = None) -> None:
        """As DeskPort."""
        self._awaited += 1

        def answered(outcome: Outcome) -> None:
            self._awaited = max(0, self._awaited - 1)
            then(outcome)
            self._done()
            self._next()

        self._port.do(command, answered, op)

    def ask(self, question: str, argument: object, then: Callable[[Any], None]) -> None:
        """As DeskPort."""
        self._port.ask(question, argument, then)

    def moved(self, screen: str, bag: str) -> None:
        """As DeskPort."""
        self._port.moved(screen, bag)

    def answer_print(self, job: int, in_hand: bool, then: Callable[[], None]) -> None:
        """As DeskPort."""
        self._port.answer_print(job, in_hand, then)

    def scan_print(self, job: int, scan: str, then: Callable[[], None]) -> None:
        """As DeskPort."""
        self._port.scan_print(job, scan, then)

    def look_at_printers(self) -> None:
        """As DeskPort."""
        self._port.look_at_printers()

    def sign_in(self, badge: str, then: Callable[[bool], None]) -> None:
        """As DeskPort."""
        self._port.sign_in(badge, then)

    def sync_now(self) -> None:
        """As DeskPort."""
        self._port.sync_now()

    def sync_stop(self) -> None:
        """As DeskPort."""
        self._port.sync_stop()

    def enrol(self, url: str, code: str, then: Callable[[str], None]) -> None:
        """As DeskPort."""
        self._port.enrol(url, code, then)

    def seen(self, line: AttentionLine, then: Callable[[], None]) -> None:
        """As DeskPort."""
        self._port.seen(line, then)

    def carry_out(self, folder: str, then: Callable[[str], None]) -> None:
        """As DeskPort."""
        self._port.carry_out(folder, then)

    def carry_in(self, folder: str, then: Callable[[str], None]) -> None:
        """As DeskPort."""
        self._port.carry_in(folder, then)

    def verify_book(self, then: Callable[[str], None]) -> None:
        """As DeskPort."""
        self._port.verify_book(then)
