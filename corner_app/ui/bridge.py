"""How the window talks to the rest: commands go down, values come back on the window's own thread. The only way from another thread to a widget."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, Qt, Signal

if TYPE_CHECKING:
    from corner_app.desk.commands import AnyCommand, Dispute
    from corner_app.desk.views import AttentionLine
    from corner_app.domain.outcome import Outcome
    from corner_app.i18n import Language
    from corner_app.reports.figures import Names, Report


class DeskPort(Protocol):
    """The desk as screens see it. Nothing here waits; every answer comes later, on the window's thread."""

    def do(self, command: AnyCommand, then: Callable[[Outcome], None], op: str | None = None) -> None:
        """Does a job; `then` gets the Outcome after the commit. Trouble comes as an Outcome with tone stop and its code."""

    def ask(self, question: str, argument: object, then: Callable[[Any], None]) -> None:
        """Reads. Questions: bag, last_scans, bins, find, view, at_centre, waiting, drawer, header, today, prints, print_counts, printers, sync, close, cash,
        pouch, behind (entries by their names), disputes.

        What each answers stands in `desk.views`.
        """

    def dispute(self, command: Dispute, then: Callable[[Outcome], None]) -> None:
        """Writes a dispute and its evidence; `then` gets the Outcome, with `why` in its data where the file could not be written."""

    def report(self, date: str, to: str, told: Callable[[int, int], None], then: Callable[[Report, Names], None]) -> Callable[[], None]:
        """Reads the report of a range of dates; told: how much is done, of how much. What is given back stops it, and then nothing comes."""

    def write_report(self, report: Report, names: Names, form: str, target: str, language: Language, then: Callable[[str], None]) -> None:
        """Writes a report that was read: "pdf", "xlsx" (files) or "csv" (a folder); `then` gets "" or a code of trouble."""

    def moved(self, screen: str, bag: str) -> None:
        """Notes where the clerk is, so that a restart comes back here."""

    def answer_print(self, job: int, in_hand: bool, then: Callable[[], None]) -> None:
        """The clerk's word about a label in doubt; "no" queues a further copy."""

    def scan_print(self, job: int, scan: str, then: Callable[[], None]) -> None:
        """A label in doubt was scanned because the clerk was asked to; a code that is not its own settles nothing."""

    def look_at_printers(self) -> None:
        """The clerk has mended something: printers are looked at now."""

    def sign_in(self, badge: str, then: Callable[[bool], None]) -> None:
        """Another clerk takes over; False for a badge nobody has."""

    def sync_now(self) -> None:
        """Tries the centre at once; the next `ask("sync")` tells how it goes."""

    def sync_stop(self) -> None:
        """Stops sending until the clerk tries again. Nothing that was sent is lost."""

    def enrol(self, url: str, code: str, then: Callable[[str], None]) -> None:
        """Makes this book a device of the centre at `url`, with headquarters' code; `then` gets "" or a code of trouble."""

    def seen(self, line: AttentionLine, then: Callable[[], None]) -> None:
        """The clerk has read what the centre said of an entry."""

    def carry_out(self, folder: str, then: Callable[[str], None]) -> None:
        """Writes what waits into a sealed file in `folder`; `then` gets "" or a code of trouble."""

    def carry_in(self, folder: str, then: Callable[[str], None]) -> None:
        """Takes the centre's answers found in `folder`; `then` gets "" or a code of trouble."""

    def verify_book(self, then: Callable[[str], None]) -> None:
        """Checks the whole book; `then` gets "" or a code of trouble."""


class Bridge(QObject):
    """One queued signal that carries a closure."""

    _posted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._posted.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def post(self, work: Callable[[], None]) -> None:
        """Runs `work` on the window's thread, soon. May be called from any thread."""
        self._posted.emit(work)

    def _run(self, work: Callable[[], None]) -> None:
        work()
