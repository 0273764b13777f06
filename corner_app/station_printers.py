"""The counter's printers at work: a spool on a thread of its own for each, told of, held still for a test label, and begun anew when set up otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from threading import Event, Lock
from typing import Protocol

from corner_app.config import PrinterSettings, Settings
from corner_app.devices.printer import Printer
from corner_app.devices.setup.station import PrinterIs, StationEvent
from corner_app.devices.simulators.production import real_printer
from corner_app.devices.spool import Condition, Spool
from corner_app.domain.papers import ROLES, Role
from corner_app.domain.trouble import Trouble
from corner_app.paper import Paper
from corner_app.port import Desk
from corner_app.printers import printer_of
from corner_app.setting_up import identity_text

_LOOK_S = 0.2
Threads = Callable[[str, Callable[[], None]], None]


class Counter(Protocol):
    """What the window shows of printers."""

    def show_trouble(self, trouble: Trouble) -> None:
        """A printer that the settings name wrongly."""

    def show_printers(self, word: str) -> None:
        """The worst word of all."""


@dataclass(frozen=True)
class _AtWork:
    """One spool. name: of its printer in the settings; alone: held while it prints a label; stop: ends it; ended: it did."""

    name: str
    settings: PrinterSettings
    alone: Lock
    stop: Event
    wake: Event
    ended: Event

    def leave(self) -> None:
        """Ends it after the label under way, whose proof is waited for."""
        with self.alone:
            self.stop.set()
        self.wake.set()


class StationPrinters:
    """`start` and `kept` on the window's thread. wrapped: the receipt printer as the spool is to have it, where a cash drawer hangs on it; told of None
    when there is none any more.
    """

    def __init__(
        self, desk: Desk, counter: Counter, post: Callable[[Callable[[], None]], None], clock: Callable[[], int], bell: Callable[[], Event],
        thread: Threads, wrapped: Callable[[Printer | None], Printer | None], told: Callable[[StationEvent], None],
    ) -> None:  # fmt: skip
        """post: runs work on the window's thread. clock: ms UTC. bell: one more that rings when there is something to print. told: for the station."""
        self._desk, self._counter, self._post, self._clock = desk, counter, post, clock
        self._bell, self._thread, self._wrapped, self._told = bell, thread, wrapped, told
        self._at_work: dict[Role, _AtWork] = {}

    def start(self, settings: Settings) -> None:
        """Begins with the printers that the settings name; one they name wrongly is said."""
        for role in ROLES:
            named = settings.receipt_printer if role == "receipt" else settings.printer
            if named.there:
                self._start(role, named)

    def kept(self, settings: Settings) -> None:
        """The settings changed: what is otherwise now is begun anew, what is no more is ended, each after the label under way."""
        for role in ROLES:
            named = settings.receipt_printer if role == "receipt" else settings.printer
            before = self._at_work.get(role)
            if before is not None and before.settings == named:
                continue
            if before is not None:
                self._forget(role)
                self._thread(f"leave-{role}", before.leave)
                if role == "receipt":
                    self._wrapped(None)
            if named.there:
                self._start(role, named, after=before)

    def alone(self, name: str) -> AbstractContextManager[object]:
        """A printer for oneself, between two labels of its spool."""
        return next((each.alone for each in self._at_work.values() if each.name == name), nullcontext())

    def end(self) -> None:
        """Ends all at once: the program closes, and a proof that is waited for becomes a doubt."""
        for role, each in list(self._at_work.items()):
            each.stop.set()
            each.wake.set()
            self._forget(role)

    def _forget(self, role: Role) -> None:
        self._at_work.pop(role, None)
        self._desk.printers.pop(role, None)

    def _start(self, role: Role, settings: PrinterSettings, after: _AtWork | None = None) -> None:
        """after: the one before it, which may still print; two at one printer would count each other's labels."""
        try:
            printer = printer_of(settings)
        except Trouble as trouble:
            self._counter.show_trouble(trouble)
            return
        if not self._desk.here.training:
            printer = real_printer(printer)
        if role == "receipt":
            printer = self._wrapped(printer) or printer
        at_work = _AtWork(identity_text(settings), settings, Lock(), Event(), self._bell(), Event())
        self._at_work[role] = at_work
        self._thread(f"spool-{role}", lambda: self._spool(role, printer, at_work, after))

    def _spool(self, role: Role, printer: Printer, at_work: _AtWork, after: _AtWork | None) -> None:
        while after is not None and not after.ended.wait(_LOOK_S) and not at_work.stop.is_set():
            pass

        def told(condition: Condition) -> None:
            self._post(lambda: self._is(role, printer, at_work, condition))

        paper = Paper(self._desk, role, printer.profile)
        try:
            Spool(paper, printer, told, at_work.stop, unclear=paper.unclear, alone=at_work.alone).run(at_work.wake)
        finally:
            at_work.ended.set()

    def _is(self, role: Role, printer: Printer, at_work: _AtWork, condition: Condition) -> None:
        if self._at_work.get(role) is not at_work:
            return  # the last word of one that was set up otherwise
        self._desk.printer_is(role, printer, condition)
        self._told(PrinterIs(at_work.name, condition.word, self._clock(), condition.warnings, condition.why))
        self._counter.show_printers(worst(view.word for view in self._desk.printers.values()))


def worst(said: Iterable[str]) -> str:
    """The first word that is trouble, else "ready"."""
    return next((word for word in said if word not in ("ready", "busy")), "ready")
