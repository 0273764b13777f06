"""Scans take turns: the next is looked at when the one before is answered, so that a STOP stops whatever was scanned behind it.

What a scan led to belongs to its turn, however late it comes, so the scanner in the hand hears how its own scan went and not another's.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from corner_app.domain.outcome import Tone

if TYPE_CHECKING:
    from corner_app.desk.commands import AnyCommand, Dispute
    from corner_app.desk.views import AttentionLine
    from corner_app.domain.outcome import Outcome
    from corner_app.domain.scan import Scan
    from corner_app.i18n import Language
    from corner_app.reports.figures import Names, Report
    from corner_app.ui.bridge import DeskPort


@dataclass(slots=True)
class _Turn:
    """One scan until all that it led to was shown. waits: answers that are still to come. told: whether its scanner knows how it went."""

    scan: Scan
    waits: int = 0
    told: bool = False


class Turns:
    """A `DeskPort` round another one that knows whether an answer is awaited, and keeps the scans that came meanwhile.

    take: looks at one scan. done: called after each answer was shown. tell: says to a scanner, by its name, how its scan went: each scan once, "good"
    where nothing sounded. open_now: False while the book is not open yet; scans wait for `begin`.
    """

    def __init__(
        self, port: DeskPort, take: Callable[[Scan], None], done: Callable[[], None], tell: Callable[[str, Tone], None], *, open_now: bool
    ) -> None:  # fmt: skip
        self._port, self._take, self._done, self._tell, self._open = port, take, done, tell, open_now
        self._awaited = 0
        self._queue: deque[Scan] = deque()
        self._turn: _Turn | None = None
        self._last: dict[str, Tone] = {}

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
            scan = self._queue.popleft()
            self._belonging(_Turn(scan), lambda scan=scan: self._take(scan))  # type: ignore[misc]

    def sounded(self, tone: Tone) -> None:
        """A tone was played: if it is of a scan, its scanner is told, by the first tone only."""
        turn = self._turn
        if turn is not None and not turn.told:
            turn.told = True
            self._last[turn.scan.device] = tone
            self._tell(turn.scan.device, tone)

    def as_before(self) -> None:
        """The scan in hand is the one before again: its scanner is told the same."""
        if self._turn is not None:
            self.sounded(self._last.get(self._turn.scan.device, Tone.GOOD))

    def _belonging(self, turn: _Turn | None, work: Callable[[], None]) -> None:
        """Does what belongs to a turn; the last of it says "good" where nothing else was said."""
        before, self._turn = self._turn, turn
        try:
            if turn is None:
                work()
                return
            turn.waits += 1
            work()
            turn.waits -= 1
            if not turn.waits:
                self.sounded(Tone.GOOD)
        finally:
            self._turn = before

    def _awaiting(self, then: Callable[[Any], None]) -> Callable[[Any], None]:
        """An answer that belongs to the turn in which it was asked for."""
        turn = self._turn
        if turn is None:
            return then
        turn.waits += 1

        def answered(value: Any) -> None:
            def show() -> None:
                turn.waits -= 1
                then(value)

            self._belonging(turn, show)

        return answered

    def do(self, command: AnyCommand, then: Callable[[Outcome], None], op: str | None = None) -> None:
        """As DeskPort."""
        self._awaited += 1
        show = self._awaiting(then)

        def answered(outcome: Outcome) -> None:
            self._awaited = max(0, self._awaited - 1)
            show(outcome)
            self._done()
            self._next()

        self._port.do(command, answered, op)

    def ask(self, question: str, argument: object, then: Callable[[Any], None]) -> None:
        """As DeskPort."""
        self._port.ask(question, argument, self._awaiting(then))

    def dispute(self, command: Dispute, then: Callable[[Outcome], None]) -> None:
        """As DeskPort."""
        self._port.dispute(command, self._awaiting(then))

    def report(self, date: str, to: str, told: Callable[[int, int], None], then: Callable[[Report, Names], None]) -> Callable[[], None]:
        """As DeskPort."""
        return self._port.report(date, to, told, then)

    def write_report(self, report: Report, names: Names, form: str, target: str, language: Language, then: Callable[[str], None]) -> None:
        """As DeskPort."""
        self._port.write_report(report, names, form, target, language, then)

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
        self._port.sign_in(badge, self._awaiting(then))

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
