"""What the window is told when a question fails: a code, never silence."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from corner_app.port import Desk


class Bridge:
    """The window's thread as a queue."""

    def __init__(self) -> None:
        self.posted: queue.Queue[Callable[[], None]] = queue.Queue()

    def post(self, work: Callable[[], None]) -> None:
        self.posted.put(work)


def test_a_question_that_fails_is_said_and_answers_nothing(new_book: Path, caplog: pytest.LogCaptureFixture) -> None:
    bridge, said = Bridge(), list[str]()
    desk = Desk(new_book, bridge, lambda: 1_795_500_000_000, threading.Event())
    writer = threading.Thread(target=desk.writer.run)
    writer.start()
    desk.begin().result(timeout=10)
    desk.on_failed = said.append
    desk.ask("bag", 5, lambda progress: said.append("answered"))
    bridge.posted.get(timeout=10)()
    desk.end()
    writer.join(timeout=10)
    assert said == ["unread"]
    assert "the question bag failed" in caplog.text
