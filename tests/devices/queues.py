"""A queue of one-word jobs that remembers what became of them, for spools without a book."""

from __future__ import annotations

import threading
from collections.abc import Callable

from tests.devices.sheets import Sheet

from corner_app.devices.languages.page import Page
from corner_app.devices.spool import Condition, Undrawable

PAGE = Sheet(64, 40, bytes([0xF0, 0, 0xFF, 0, 0xAA, 0, 0, 0x01]) * 40)


def _nothing() -> None:
    pass


class Jobs:
    """queued, begun, settled: the jobs by where they stand. conditions: what the spool told. "undrawable" and "unknown" cannot be drawn.

    before_drawing: what happens meanwhile. copies: jobs that stand for one a person did not find.
    """

    def __init__(self, *jobs: str, page: Page = PAGE, before_drawing: Callable[[], None] = _nothing) -> None:
        self.queued = list(jobs)
        self.begun: list[str] = []
        self.settled: list[tuple[str, str, str, str]] = []
        self.conditions: list[Condition] = []
        self.copies: set[str] = set()
        self.changed = threading.Condition()
        self._page, self._before_drawing = page, before_drawing
        self._all = [*jobs]

    @property
    def words(self) -> list[str]:
        """The printer's states, in the order they were told."""
        return [condition.word for condition in self.conditions]

    def next_job(self) -> str | None:
        return self.queued[0] if self.queued else None

    def number(self, job: str) -> int:
        if job not in self._all:
            self._all.append(job)
        return self._all.index(job) + 1

    def replaces(self, job: str) -> bool:
        return job in self.copies

    def begin(self, job: str, printer: str) -> bool:
        assert printer
        if job not in self.queued:
            return False
        self.queued.remove(job)
        self.begun.append(job)
        return True

    def draw(self, job: str) -> Page:
        assert job in self.begun, "sent before it was written down"
        if job == "undrawable":
            raise ValueError("no such glyph")
        if job == "unknown":
            raise Undrawable("no_such_paper")
        self._before_drawing()
        return self._page

    def release(self, job: str) -> None:
        self.begun.remove(job)
        self.queued.insert(0, job)

    def settle(self, job: str, outcome: str, by: str, detail: str) -> None:
        with self.changed:
            self.settled.append((job, outcome, by, detail))
            self.changed.notify_all()

    def on_condition(self, condition: Condition) -> None:
        with self.changed:
            self.conditions.append(condition)
            self.changed.notify_all()
