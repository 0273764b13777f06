"""A printer without the printer, in any language: answers like one, prints into a folder, and fails when told to."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any, Generic, TypeVar

from corner_app.devices.profile import LanguageName
from corner_app.devices.simulators.answers_brother import BROTHER_QL_800
from corner_app.devices.simulators.answers_cpcl import CPCL
from corner_app.devices.simulators.answers_epl2 import EPL2
from corner_app.devices.simulators.answers_escpos import ESCPOS
from corner_app.devices.simulators.answers_tspl import TSPL
from corner_app.devices.simulators.answers_zpl import ZPL
from corner_app.devices.simulators.behaviour import Behaviour, Control, Faults
from corner_app.devices.simulators.dialect import Dialect
from corner_app.devices.simulators.lines import Line, SocketEnd, TerminalEnd
from corner_app.devices.simulators.paper import Paper
from corner_app.devices.simulators.terminal import Terminal
from corner_app.devices.simulators.work import Taken, Work

DIALECTS: dict[LanguageName, Dialect] = {"zpl": ZPL, "tspl": TSPL, "epl2": EPL2, "cpcl": CPCL, "escpos": ESCPOS, "brother_ql": BROTHER_QL_800}
"""Every language there is a simulator of. A PDF goes to a queue of the system, not to a printer."""
_LOOK_S = 0.1
_SLOW_LOOK_S = 0.01
_IDLE_S, _STALLED_S = 5.0, 60.0
_LONGEST = 1 << 24
"""Bytes without an end after which they are noise and forgotten."""
Value = TypeVar("Value")


class _Setting(Generic[Value]):
    """One field of the simulator's behaviour, as an attribute."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, simulator: PrinterSimulator, owner: type) -> Value:
        found: Value = getattr(simulator.control.now, self._name)
        return found

    def __set__(self, simulator: PrinterSimulator, value: Value) -> None:
        changes: dict[str, Any] = {self._name: value}
        simulator.control.change(lambda now: replace(now, **changes))


class PrinterSimulator:
    """A printer at a TCP port, and at a serial port too when asked. Each label becomes label-0001.png …, with a grey strip under it that says
    SIMULATED.

    How it behaves may be changed by any thread at any time, by the attributes that are `Behaviour`'s, or several at one moment by `control`.
    printed: the pictures so far. unreadable: labels that were none. kicks: pins of the pulses that opened its drawer, whose switch is drawer_open.
    """

    holds = _Setting[bool]()
    reset_after = _Setting[int | None]()
    stall_after = _Setting[int | None]()
    line_bytes_s = _Setting[int]()
    slow_s = _Setting[float]()
    die_after_print = _Setting[bool]()

    def __init__(self, folder: Path, host: str = "127.0.0.1", port: int = 0, *, language: LanguageName = "zpl", dpi: int = 0) -> None:
        """folder: made if missing. port: 0 takes a free one, see `address`. dpi: 0 for what most of its make have.

        Raises OSError when the port is taken, KeyError for a language without a simulator.
        """
        self.language = language
        dialect = DIALECTS[language]
        self.control = Control(Behaviour(slow_s=dialect.print_s, holds=dialect.holds))
        self.received = 0
        self._dialect = dialect
        self._work = Work(dialect, self.control, Paper(folder), dpi or dialect.dpi)
        self._listener = socket.create_server((host, port))
        self._listener.setblocking(False)
        self.address: tuple[str, int] = self._listener.getsockname()[:2]

    @property
    def faults(self) -> Faults:
        """The faults of now; see `Behaviour`."""
        return Faults(self.control)

    @faults.setter
    def faults(self, faults: Iterable[str]) -> None:
        self.control.change(lambda now: replace(now, faults=frozenset(faults)))

    @property
    def printed(self) -> list[Path]:
        """The pictures so far, oldest first."""
        return self._work.printed

    @property
    def off(self) -> bool:
        """Whether it died."""
        return self._work.dead

    @property
    def unreadable(self) -> int:
        """Labels that were none."""
        return self._work.unreadable

    @property
    def taken(self) -> Taken:
        """Bytes and seconds of the last label."""
        return self._work.taken

    @property
    def kicks(self) -> list[int]:
        """Pins of the drawer's pulses, in order."""
        return self._work.kicks

    @property
    def drawer_open(self) -> bool:
        """What the drawer's switch says. A pulse opens it; a person, who may set it, closes it."""
        return self._work.drawer_open

    @drawer_open.setter
    def drawer_open(self, is_open: bool) -> None:
        self._work.drawer_open = is_open

    def run(self, stop: Event) -> None:
        """Serves every connection until `stop` or its own death, on the caller's thread; then the port is closed."""
        lines: list[Line] = []
        with self._listener:
            try:
                while not stop.is_set() and not self._work.dead:
                    self._turn(lines)
            finally:
                for line in lines:
                    line.close()

    def run_serial(self, link: Path, stop: Event) -> None:
        """Serves a serial port, to be opened at `link`, until `stop`, its own death or a break; then the cable is out. POSIX only."""
        port = Terminal(link)
        try:
            line = Line(TerminalEnd(port.far_end))
            while line.open and not stop.is_set() and not self._work.dead:
                if not self._ready([line]):
                    line.received = line.received if line.held or line.stalled(self.control.now) else 0
                    self._work.go_on()
                elif not self._hear(line):
                    return
        finally:
            port.unplug()

    def _turn(self, lines: list[Line]) -> None:
        for ready in self._ready([self._listener, *lines]):
            if isinstance(ready, Line):
                if not self._hear(ready):
                    lines.remove(ready)
            else:
                try:
                    lines.append(Line(SocketEnd(ready.accept()[0])))
                except OSError:  # it was gone again
                    continue
        self._work.go_on()
        for line in lines[:]:
            if not line.open or self._is_forgotten(line):
                line.close()
                lines.remove(line)

    def _ready(self, ends: list[socket.socket | Line]) -> list[socket.socket | Line]:
        """Those with something to be read now, or soon."""
        behaviour = self.control.now
        asked = [end for end in ends if not isinstance(end, Line) or end.room(behaviour)]
        due = self._work.due_in()
        look = _SLOW_LOOK_S if behaviour.line_bytes_s and any(isinstance(end, Line) for end in ends) else _LOOK_S
        ready: list[socket.socket | Line] = select.select(asked, [], [], look if due is None else min(look, due))[0]
        return ready

    def _is_forgotten(self, line: Line) -> bool:
        limit = _STALLED_S if line.stalled(self.control.now) else _IDLE_S
        return time.monotonic() - line.heard_s > limit and not self._work.owes(line)

    def _hear(self, line: Line) -> bool:
        """Reads what there is and does every whole command of it. False when the connection is over."""
        behaviour = self.control.now
        try:
            data = line.read(line.room(behaviour) or 1)
        except BlockingIOError:
            return True
        except OSError:
            data = b""
        over = behaviour.reset_after is not None and line.received > behaviour.reset_after
        if not data or over:
            line.close(broken=over)
            return False
        self.received += len(data)
        told, rest = self._dialect.cut(data if data == self._dialect.by_itself else line.held + data)
        line.held = rest if len(rest) <= _LONGEST else b""
        for one in told:
            self._work.take(one, line)
        return True
