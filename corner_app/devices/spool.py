"""Prints the next label, once: never again by itself after the first byte left.

The spool knows no parcels: a job is whatever `next_job` gives, and where it stands is kept by `begin` and `settle`.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from threading import Event
from typing import Literal, Protocol, TypeVar

from corner_app.devices.languages.zpl import ERRORS_QUERY, ODOMETER_QUERY, STATUS_QUERY, parse_errors, parse_odometer, parse_status
from corner_app.devices.transports.errors import InDoubt, NotSent

Job = TypeVar("Job")
Outcome = Literal["printed", "in_doubt", "failed"]
Witness = Literal["printer", "transport"]
Settle = Callable[[Job, Outcome, Witness, str], None]
"""settle(job, outcome, by, detail): by is who says so; detail a stable word or an error's text, "" when printed."""
State = str
"""Of the printer: "ready", "mute" (reached, no answer), "offline" (not reached), a fault's word ("media_out", "head_open", "ribbon_out", "paused",
"buffer_full", see `languages.zpl`), or "broken" when the spool itself failed."""

ANSWER_S = 2.0
"""Longest wait for an answer before a label."""
COUNT_S = 3.0
"""Longest wait for the printer's count to rise after a label."""
_POLL_S = 0.25
LOOK_S = 5.0
"""How often a waiting spool looks by itself."""
_log = logging.getLogger(__name__)


class Printer(Protocol):
    """What sends labels: TcpPrinter, SerialPrinter, FilePrinter."""

    name: str

    @property
    def two_way(self) -> bool:
        """Whether it answers questions."""

    @property
    def writes_files(self) -> bool:
        """Whether a label sent is a label kept, which needs no further proof."""

    def send(self, data: bytes) -> None:
        """Sends one label. Raises NotSent before the first byte, InDoubt after it."""

    def ask(self, query: bytes, wait_s: float) -> bytes:
        """The answer, b"" when mute. Raises NotSent when it cannot be reached."""


def _unheard(state: State) -> None:
    pass


def print_next(
    next_job: Callable[[], Job | None],
    begin: Callable[[Job], None],
    draw: Callable[[Job], bytes],
    printer: Printer,
    settle: Settle[Job],
    on_state: Callable[[State], None] = _unheard,
    stop: Event | None = None,
) -> bool:
    """Prints at most one job; True when one was settled.

    False: nothing to print, or the printer is not ready and the job stays queued. on_state is told how the printer is, job or not, so that a
    fault is seen before it is needed. begin must have committed "this job is being sent" when it returns. What next_job, begin and settle raise
    goes through; a failing draw settles the job as failed.
    """
    state = _state(printer)
    on_state(state)
    job = next_job() if state == "ready" else None
    if job is None:
        return False
    begin(job)
    try:
        data = draw(job)
    except Exception as error:
        _log.exception("drawing failed for %s", printer.name)
        settle(job, "failed", "transport", f"{type(error).__name__}: {error}")
        return True
    before = _count(printer) if printer.two_way else None
    try:
        printer.send(data)
    except NotSent as error:
        settle(job, "failed", "transport", error.reason)
    except InDoubt as error:
        settle(job, "in_doubt", "transport", str(error))
    else:
        _settle_sent(job, printer, before, settle, stop or Event())
    return True


def run(
    next_job: Callable[[], Job | None],
    begin: Callable[[Job], None],
    draw: Callable[[Job], bytes],
    printer: Printer,
    settle: Settle[Job],
    on_state: Callable[[State], None],
    wake: Event,
    stop: Event,
) -> None:
    """Prints jobs until `stop`, on the caller's thread; one loop per printer.

    wake: set it when a job was added, and after setting stop; without it the loop looks every LOOK_S. on_state: told changes only.
    """
    told = ""

    def tell(state: State) -> None:
        nonlocal told
        if state != told:
            told = state
            on_state(state)

    while not stop.is_set():
        try:
            settled = print_next(next_job, begin, draw, printer, settle, tell, stop)
        except Exception:
            _log.exception("the spool of %s failed", printer.name)
            tell("broken")
            settled = False
        if not settled and not stop.is_set():
            wake.wait(LOOK_S)
            wake.clear()


def _state(printer: Printer) -> State:
    """What the printer says of itself. Zebra printers leave ~HS unanswered while paper is out or the head is open; those are asked what is wrong."""
    if not printer.two_way:
        return "ready"
    try:
        status = parse_status(printer.ask(STATUS_QUERY, ANSWER_S))
        if status is not None:
            return status.fault or "ready"
        errors = parse_errors(printer.ask(ERRORS_QUERY, ANSWER_S))
    except NotSent:
        return "offline"
    return errors.faults[0] if errors is not None and errors.faults else "mute"


def _count(printer: Printer, wait_s: float = ANSWER_S) -> int | None:
    try:
        return parse_odometer(printer.ask(ODOMETER_QUERY, wait_s))
    except NotSent:
        return None


def _settle_sent(job: Job, printer: Printer, before: int | None, settle: Settle[Job], stop: Event) -> None:
    if printer.writes_files:
        settle(job, "printed", "transport", "")
    elif not printer.two_way:
        settle(job, "in_doubt", "transport", "one_way")
    elif before is None:
        settle(job, "in_doubt", "printer", "no_count")
    elif _rose(printer, before, stop):
        settle(job, "printed", "printer", "")
    else:
        settle(job, "in_doubt", "printer", "not_counted")


def _rose(printer: Printer, before: int, stop: Event) -> bool:
    ends = time.monotonic() + COUNT_S
    while (left := ends - time.monotonic()) > 0:
        after = _count(printer, left)
        if after is not None and after > before:
            return True
        if stop.wait(min(_POLL_S, left)):
            return False
    return False
