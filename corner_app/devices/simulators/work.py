"""What a simulated printer does with what it is told: prints in turn, answers, keeps or loses what came without paper, dies."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from threading import RLock

from corner_app.devices.readback.picture import Unreadable
from corner_app.devices.simulators.behaviour import Behaviour, Control
from corner_app.devices.simulators.dialect import Dialect, State, Told
from corner_app.devices.simulators.lines import Line
from corner_app.devices.simulators.paper import Paper

_NOISE = b"\xff\x00\xa5?\x7fno\xc3\xa9\x01\xfe~\x80"
"""What a printer says that says nothing: no language may take it for an answer."""


@dataclass(slots=True)
class _Job:
    """told, and the line it came on. due_s: when the label is out, None before it is begun."""

    told: Told
    line: Line
    due_s: float | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """Of the last label: its bytes, and the seconds they took to come."""

    size: int = 0
    seconds: float = 0.0


class Work:
    """The inside of one printer. Any thread may call it.

    dead: it went off. kicks: pins of the drawer's pulses, in order. unreadable: labels that were none. taken: of the last label.
    """

    def __init__(self, dialect: Dialect, control: Control, paper: Paper, dpi: int) -> None:
        self.dead = self.drawer_open = False
        self.kicks: list[int] = []
        self.unreadable = 0
        self.taken = Taken()
        self._dialect, self._control, self._paper, self._dpi = dialect, control, paper, dpi
        self._jobs: deque[_Job] = deque()
        self._lock = RLock()

    def take(self, told: Told, line: Line) -> None:
        """Does it, now or in its turn."""
        with self._lock:
            if told.what == "label":
                self.taken = Taken(len(told.data), time.monotonic() - line.began_s)
            if told.what == "cancel":
                self._lose(self._jobs)
                self._jobs.clear()
            elif told.what == "query" and (not told.in_turn or not self._jobs or self._control.now.stopped):
                self._say(line, self._dialect.answer(told.data, self._state()))
            else:
                self._jobs.append(_Job(told, line))
            self.go_on()

    def go_on(self) -> None:
        """Whatever has become due meanwhile."""
        with self._lock:
            while self._jobs and not self.dead:
                behaviour = self._control.now
                if behaviour.stopped:
                    self._stop(behaviour)
                    return
                if not self._do(self._jobs[0], behaviour):
                    return

    def due_in(self) -> float | None:
        """Seconds until there is something to do, None for nothing."""
        with self._lock:
            due = self._jobs[0].due_s if self._jobs else None
            return None if due is None else max(0.0, due - time.monotonic())

    def owes(self, line: Line) -> bool:
        """Whether something that came on this line is still to be done."""
        with self._lock:
            return any(job.line is line for job in self._jobs)

    def _do(self, job: _Job, behaviour: Behaviour) -> bool:
        """False while it is not its time."""
        if job.told.what == "label" and not self._is_out(job, behaviour):
            return False
        self._jobs.popleft()
        match job.told.what:
            case "label":
                self._print(job)
            case "query":
                self._say(job.line, self._dialect.answer(job.told.data, self._state()))
            case "confirm" if not job.line.spoilt:
                self._say(job.line, job.told.data)
            case "kick":
                self.kicks.append(job.told.data[0])
                self.drawer_open = True
        return True

    def _is_out(self, job: _Job, behaviour: Behaviour) -> bool:
        now = time.monotonic()
        if job.due_s is None:
            job.due_s = now + behaviour.slow_s
            self._say(job.line, self._dialect.unasked("begun", self._state()))
        return job.due_s <= now

    def _print(self, job: _Job) -> None:
        try:
            picture = self._dialect.read(job.told.data, self._dpi)
        except Unreadable:
            self.unreadable += 1
            self._lose((job,))
            return
        self._paper.out(picture)
        job.line.spoilt = False
        if self._control.now.die_after_print:
            self.dead = True
            self._jobs.clear()
        else:
            self._say(job.line, self._dialect.unasked("printed", self._state()))

    def _lose(self, jobs: Iterable[_Job]) -> None:
        """A label that never comes out is not said to be printed, however late that is asked."""
        for job in jobs:
            job.line.spoilt = job.line.spoilt or job.told.what == "label"

    def _stop(self, behaviour: Behaviour) -> None:
        """A fault: questions are answered, what is to come out waits or is lost."""
        kept: deque[_Job] = deque()
        for job in self._jobs:
            job.due_s = None
            if job.told.what == "query":
                self._say(job.line, self._dialect.answer(job.told.data, self._state()))
            elif behaviour.holds:
                kept.append(job)
            elif job.told.what == "label":
                self._lose((job,))
                self._say(job.line, self._dialect.unasked("failed", self._state()))
        self._jobs = kept

    def _state(self) -> State:
        behaviour = self._control.now
        left = sum(job.told.what == "label" for job in self._jobs)
        working = bool(self._jobs) and self._jobs[0].due_s is not None
        quiet = behaviour.stopped and "quiet_faults" in behaviour.faults
        return State(behaviour.faults, self._paper.count, left, working, quiet, self.drawer_open, self._dpi)

    def _say(self, line: Line, data: bytes) -> None:
        faults = self._control.now.faults
        if not data or "mute" in faults:
            return
        if "garbage" in faults:
            data = _NOISE
        elif "half_answers" in faults:
            data = data[: len(data) // 2]
        line.say(data)

    @property
    def printed(self) -> list[Path]:
        """The pictures so far, oldest first."""
        return self._paper.printed
