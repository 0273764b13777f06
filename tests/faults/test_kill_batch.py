"""Kill -9 at random instants: every acknowledged job is there, none is doubled, the book verifies at every restart (promises 1 and 3)."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from tests.conftest import parcel

from corner_app.book.book import Book, make
from corner_app.book.verify import verify
from corner_app.domain.numbers import make_s10

KILLS = 140
"""With the sixty of test_kill_window, 200."""

Answer = dict[str, Any]


def commands() -> list[dict[str, Any]]:
    """Several lives of parcels, interleaved with refusals, undos and labels; each with its own op."""
    made: list[dict[str, Any]] = []
    for n in range(400):
        item = make_s10("CP", f"{n * 977:08d}")
        made.append({"job": "announce", "parcels": [parcel(item)]})
        made.append({"job": "receive", "scan": item})
        if n % 7 == 0:
            made += [{"job": "undo"}, {"job": "receive", "scan": item}]
        made.append({"job": "print_label", "scan": item})
        made.append({"job": "sort", "scan": item})
        if n % 5 == 0:
            made.append({"job": "hand_over", "scan": item, "code": "999999", "tendered": 116_000})
        if n % 11 == 0:
            made.append({"job": "refuse", "scan": item, "reason": "refused"})
        else:
            made.append({"job": "hand_over", "scan": item, "code": "123456", "tendered": 120_000})
    return [{"op": f"op-{k}", **command} for k, command in enumerate(made)]


def kill(pid: int) -> None:
    """Kill -9; a process that ended by itself meanwhile is none to kill."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def play_and_kill(book: Path, todo: list[dict[str, Any]], rng: random.Random) -> list[Answer]:
    """Feeds commands as fast as they are taken and kills the process after a random number of answers and a random instant more."""
    program = subprocess.Popen(
        [sys.executable, "-m", "corner_app", "--book", str(book), "batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert program.stdin is not None
    assert program.stdout is not None

    def feed() -> None:
        with contextlib.suppress(BrokenPipeError):
            for command in todo:
                program.stdin.write(json.dumps(command).encode() + b"\n")  # type: ignore[union-attr]
        with contextlib.suppress(BrokenPipeError):
            program.stdin.close()  # type: ignore[union-attr]

    feeder = threading.Thread(target=feed, daemon=True)
    feeder.start()
    answers: list[Answer] = []
    timer = threading.Timer(rng.uniform(0, 0.004), kill, (program.pid,))
    wanted = rng.randint(0, 45)
    for line in iter(program.stdout.readline, b""):
        if not line.endswith(b"\n"):
            break
        answers.append(json.loads(line))
        if len(answers) == wanted:
            timer.start()
    if wanted == 0 or not timer.is_alive():
        program.kill()
    program.wait()
    feeder.join()
    if program.stderr is not None:
        program.stderr.close()
    program.stdout.close()
    return answers


def test_every_acknowledged_job_survives_and_none_is_doubled(tmp_path: Path) -> None:
    rng = random.Random(8500)
    book = tmp_path / "corner.book"
    make(book, office="8500", counter=1, training=True)
    todo = commands()
    acknowledged: dict[str, Answer] = {}
    for _ in range(KILLS):
        first = len(acknowledged)
        again = rng.sample(todo[:first], min(first, 2))
        for answer in play_and_kill(book, [*again, *todo[first:]], rng):
            before = acknowledged.setdefault(answer["op"], answer)
            assert {**answer, "repeated": None} == {**before, "repeated": None}, "the same op gave another answer"
        report = verify(book)
        assert report.good, report.faults
    written = [seq for answer in acknowledged.values() for seq in answer["entries"]]
    assert len(written) == len(set(written)), "an entry was acknowledged twice"
    with Book(book) as reopened:
        reader = reopened.reader()
        total = reader.read(lambda rows: rows.value("SELECT count(*) FROM entry"))
        ops = reader.read(lambda rows: {op for (op,) in rows.all("SELECT op FROM op")})
        reader.close()
    assert set(acknowledged) <= ops
    assert total >= len(written)
    assert len(ops) - len(acknowledged) <= 1, "at most the one job under way was committed without its answer being read"
    assert len(acknowledged) > KILLS * 5
