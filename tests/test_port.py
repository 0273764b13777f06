"""What the window is told when a question fails: a code, never silence."""

from __future__ import annotations

import queue
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from corner_app.book import centre as known
from corner_app.desk.commands import Receive
from corner_app.port import Desk
from corner_app.sync.keys import make_seed


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


def test_before_a_book_is_enrolled_nothing_of_the_link_is_even_imported(new_book: Path) -> None:
    """An old PC's first frame and its memory do not pay for what is not used; what is used is imported on the sync's thread."""
    script = f"""
import sys, threading, pathlib
import corner_app.app, corner_app.port
class Bridge:
    def post(self, work): pass
desk = corner_app.port.Desk(pathlib.Path({str(new_book)!r}), Bridge(), lambda: 1_795_500_000_000, threading.Event())
writer = threading.Thread(target=desk.writer.run)
writer.start()
desk.begin().result(timeout=10)
sync = threading.Thread(target=desk.background.run)
sync.start()
desk.sync_now()
desk.sync_stop()
desk.background.end()
sync.join(10)
desk.end()
writer.join(10)
print([name for name in ("requests", "urllib3", "cryptography", "corner_app.sync.client") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60)
    assert (done.stdout.strip(), done.returncode) == ("[]", 0), done.stderr


def test_a_dead_link_keeps_neither_window_nor_scan_waiting(new_book: Path) -> None:
    """The centre takes the connection and then says nothing; questions and jobs are answered meanwhile, and the end does not wait for it."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        bridge, answers = Bridge(), list[object]()
        desk = Desk(new_book, bridge, lambda: 1_795_500_000_000, threading.Event())
        writer = threading.Thread(target=desk.writer.run)
        writer.start()
        desk.begin().result(timeout=10)
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        desk.writer.do(lambda tx: known.keep(tx, url=url, centre_key=bytes(32))).result(timeout=10)
        make_seed(new_book)
        sync = threading.Thread(target=desk.background.run, daemon=True)
        sync.start()
        taken, _ = silent.accept()
        assert taken.recv(10), "the round is on its way"
        for call in (
            desk.sync_now,
            desk.sync_stop,
            lambda: desk.ask("header", None, answers.append),
            lambda: desk.do(Receive("CP407774791BD"), answers.append),
        ):
            call()
        while len(answers) < 2:
            bridge.posted.get(timeout=10)()
        assert {type(answer).__name__ for answer in answers} == {"Header", "Outcome"}
        desk.background.end()
        taken.close()
    sync.join(timeout=10)
    assert not sync.is_alive()
    desk.end()
    writer.join(timeout=10)


def test_much_news_is_one_word_to_the_window(new_book: Path) -> None:
    bridge, told = Bridge(), list[str]()
    desk = Desk(new_book, bridge, lambda: 1_795_500_000_000, threading.Event())
    desk.on_changed = lambda: told.append("changed")
    for _ in range(100):
        desk._changed()
    assert bridge.posted.qsize() == 1
    bridge.posted.get()()
    desk._changed()
    bridge.posted.get(timeout=1)()
    assert told == ["changed", "changed"]
