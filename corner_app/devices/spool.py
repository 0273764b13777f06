"""Prints the next label, once: never again by itself after the first byte left.

The spool knows no parcels: a job is whatever its queue gives, and where it stands is kept there. It knows no language either, see `Printer`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from threading import Event
from typing import Generic, Literal, Protocol, TypeVar

from corner_app.devices.languages.page import Page
from corner_app.devices.printer import Printer
from corner_app.devices.proof import PATIENT, UNPROVABLE, Patience, Proof, Witness, send_and_prove
from corner_app.devices.status import READY, WARNINGS, PrinterStatus
from corner_app.devices.transports.errors import InDoubt, NotSent

Job = TypeVar("Job")
Outcome = Literal["printed", "in_doubt", "failed"]

LOOK_S = 5.0
"""How often a waiting spool looks by itself."""
LONGEST_S = 300.0
"""How seldom, at last, a printer that gives no answer is asked: twice as long each time, as LPrint does it."""
_log = logging.getLogger(__name__)


class Undrawable(Exception):
    """A job that will never be paper. word: stable, for book and window."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


class Queue(Protocol[Job]):
    """The jobs of one printer, oldest first. What any of these raises goes through."""

    def next_job(self) -> Job | None:
        """The oldest one that waits."""

    def number(self, job: Job) -> int:
        """By which a printer that replies names it."""

    def replaces(self, job: Job) -> bool:
        """Whether it stands for one that was sent and, as a person said, did not come out: the printer shall not bring that one later."""

    def begin(self, job: Job, printer: str) -> bool:
        """Committed when it returns: this job is being sent to this printer. False when it waits no more."""

    def draw(self, job: Job) -> Page:
        """Its dots. Raises Undrawable for what it knows it cannot draw."""

    def release(self, job: Job) -> None:
        """Nothing of it was sent: it waits again."""

    def settle(self, job: Job, outcome: Outcome, by: Witness, detail: str) -> None:
        """by: who says so. detail: a stable word or an error's text, "" when printed."""


@dataclass(frozen=True, slots=True)
class Condition:
    """How a printer is, as the window shows it.

    word: `PrinterStatus.word`, or "broken" when the spool itself failed. warnings: what does not stop it yet ("media_low"). why: the transport's
    word where it is offline. again_s: seconds until it is looked at by itself.
    """

    word: str
    warnings: tuple[str, ...] = ()
    why: str = ""
    again_s: float = LOOK_S


def _unheard(condition: Condition) -> None:
    pass


class Spool(Generic[Job]):
    """One printer's worker. on_condition: told changes only. stop: ends waiting. patience: how long a proof is waited for.

    unclear: whether a label of an earlier run may still lie in the printer, or half of one. After any doubt a printer that is ready is told to forget
    that before the next: half a label would swallow it, and a whole one that came out meanwhile could be taken for it.
    """

    def __init__(
        self, queue: Queue[Job], printer: Printer, on_condition: Callable[[Condition], None] = _unheard, stop: Event | None = None,
        patience: Patience = PATIENT, *, unclear: bool = False, alone: AbstractContextManager[object] | None = None,
    ) -> None:  # fmt: skip
        """alone: held for each label, so that nobody else prints between its counts."""
        self._queue, self._printer, self._on_condition, self._patience = queue, printer, on_condition, patience
        self._stop = stop or Event()
        self._unclear, self._alone = unclear, alone or nullcontext()
        self._forgotten_for: int | None = None
        self._owed: Callable[[], None] | None = None
        self._refused = self._broken = False
        self._told: Condition | None = None
        self._quiet = 0
        self._rest_s = LOOK_S

    def run(self, wake: Event) -> None:
        """Prints jobs until `stop`, on the caller's thread. wake: set when a job was added, when a person wants it to look, and after stop was set."""
        while not self._stop.is_set():
            try:
                with self._alone:
                    if self._stop.is_set():
                        return  # ended while it waited for its turn: a label begun now would be in doubt at once
                    settled = self.print_next()
            except Exception:
                _log.exception("the spool of %s failed", self._printer.name)
                self._tell(Condition("broken"))
                settled = False
            if not settled and not self._stop.is_set():
                if wake.wait(self._rest_s):
                    self._quiet, self._broken = 0, False
                wake.clear()

    def print_next(self) -> bool:
        """Prints at most one job; True when there may be more to do at once.

        False: nothing to print, or the printer is not ready and the job waits. Its state is told, job or not, so that a fault is seen before it is
        needed. A drawing that fails settles the job as failed.
        """
        self._pay()
        if self._broken:  # a fault of ours: the next label would only go the same way, until somebody looks
            self._tell(Condition("broken"))
            return False
        job = self._queue.next_job()
        if job is not None:
            self._forget_replaced(job)
        status = self._printer.status()
        self._refused = self._refused and status is None
        if not self._refused:
            self._say(status or READY, waiting=job is not None)
        if job is None or not self._takes(status):
            return False
        if self._unclear and not self._printer.forget():
            return False
        self._unclear = False
        if self._queue.begin(job, self._printer.name):
            return self._print(job)
        return True

    def _takes(self, status: PrinterStatus | None) -> bool:
        """A label behind another could not be told from it where nothing but a count or being busy proves it."""
        return status is None or status.state == "ready" or (status.takes_labels and self._printer.profile.confirm in ("reply", "none"))

    def _print(self, job: Job) -> bool:
        number = self._queue.number(job)
        try:
            data = self._printer.language.encode(self._queue.draw(job), self._printer.profile, number)
        except Exception as error:
            _log.exception("drawing failed for %s", self._printer.name)
            why = error.word if isinstance(error, Undrawable) else f"{type(error).__name__}: {error}"
            self._write(partial(self._queue.settle, job, "failed", "transport", why))
            return True
        try:
            proof = send_and_prove(self._printer, data, number, self._patience, self._stop)
        except NotSent as error:
            self._write(partial(self._queue.release, job))
            self._refused = True
            self._say(PrinterStatus("offline", (error.reason,)))
            return False
        except InDoubt as error:
            proof = Proof("in_doubt", "transport", str(error))
        except Exception as error:
            _log.exception("sending to %s failed", self._printer.name)
            proof = Proof("in_doubt", "transport", type(error).__name__)
            self._broken = True
        self._unclear = proof.outcome == "in_doubt" and proof.detail not in UNPROVABLE
        self._refused = False
        self._write(partial(self._queue.settle, job, proof.outcome, proof.by, proof.detail))
        return True

    def _write(self, what: Callable[[], None]) -> None:
        self._owed = what
        self._pay()

    def _pay(self) -> None:
        """What became of a label is kept until the book has taken it: one that was busy hears it at the next look."""
        if self._owed is not None:
            self._owed()
            self._owed = None

    def _forget_replaced(self, job: Job) -> None:
        """Also while the printer has a fault: mended, it would bring the old label at once, beside its copy."""
        number = self._queue.number(job)
        if self._forgotten_for != number and self._queue.replaces(job) and self._printer.forget():
            self._forgotten_for = number

    def _say(self, status: PrinterStatus, *, waiting: bool = False) -> None:
        self._quiet = self._quiet + 1 if status.state == "mute" or self._refused else 0
        self._rest_s = min(LOOK_S * 2 ** max(0, self._quiet - 1), LONGEST_S)
        if status.state == "busy" and waiting:
            self._rest_s = self._patience.look_s
        warnings = tuple(reason for reason in status.reasons if reason in WARNINGS)
        why = status.reasons[0] if status.state == "offline" and status.reasons else ""
        self._tell(Condition(status.word, warnings, why, self._rest_s))

    def _tell(self, condition: Condition) -> None:
        if condition != self._told:
            self._told = condition
            self._on_condition(condition)
