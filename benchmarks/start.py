"""From starting a process to its first frame and to being ready for a scan, and its memory then, against a bare PySide6 window with one field."""

from __future__ import annotations

import compileall
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import psutil  # type: ignore[import-untyped]

import corner_app
from benchmarks.books import filled
from benchmarks.turns import Row, rows

TURNS = 7
SETTLE_S = 0.5
"""Between ready and reading the memory: threads that start behind the window have started."""
FLOOR = "floor: bare PySide6 window"
OURS = "ours: corner window"
AIMS = {"first frame": 1.5, "scan-ready": 2.5, "memory": 1.8}
_BARE = """
import sys
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow
application = QApplication(sys.argv)
window = QMainWindow()
window.setCentralWidget(QLineEdit())
window.show()
window.grab()
print("first-frame", flush=True, file=sys.stderr)
print("scan-ready", flush=True, file=sys.stderr)
application.exec()
"""


@dataclass(frozen=True, slots=True)
class Start:
    """One start. first_us, ready_us: from spawning. memory: bytes resident once ready."""

    first_us: float
    ready_us: float
    memory: int


def _start(command: Sequence[str], home: Path) -> Start:
    environment = {**os.environ, "CORNER_TIMES": "1", "QT_QPA_PLATFORM": "offscreen", "HOME": str(home), "XDG_CONFIG_HOME": str(home)}
    at: dict[str, float] = {}
    said: list[str] = []
    begun = time.perf_counter_ns()
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, env=environment, text=True) as process:
        assert process.stderr is not None  # noqa: S101 - a pipe was asked for
        for line in process.stderr:
            at[line.strip()] = (time.perf_counter_ns() - begun) / 1_000
            said.append(line)
            if line.strip() == "scan-ready":
                break
        else:
            raise SystemExit(f"bench: the window did not get ready: {''.join(said)}")
        time.sleep(SETTLE_S)
        memory = psutil.Process(process.pid).memory_info().rss
        process.terminate()
        process.stderr.close()
    return Start(at["first-frame"], at["scan-ready"], memory)


def measure(size: int, turns: int = TURNS) -> list[Row]:
    """Both by turns, bytecode compiled, after one start each that is not counted."""
    compileall.compile_dir(str(Path(corner_app.__file__).parent), quiet=2)
    with tempfile.TemporaryDirectory(dir=Path.cwd() / "build") as folder:
        book, home = Path(folder) / "office.book", Path(folder) / "home"
        home.mkdir()
        shutil.copy(filled(size), book)
        ways = {FLOOR: [sys.executable, "-c", _BARE], OURS: [sys.executable, "-m", "corner_app", "--book", str(book), "window"]}
        taken: dict[str, list[Start]] = {name: [] for name in ways}
        for n in range(turns + 1):
            for name, command in ways.items():
                start = _start(command, home)
                if n:
                    taken[name].append(start)
    return [
        *_compared("first frame", {name: [start.first_us for start in starts] for name, starts in taken.items()}),
        *_compared("scan-ready", {name: [start.ready_us for start in starts] for name, starts in taken.items()}),
        *_memory({name: [start.memory for start in starts] for name, starts in taken.items()}),
    ]


def _compared(what: str, taken: dict[str, list[float]]) -> list[Row]:
    floor, ours = rows(f"start: {what}", taken, FLOOR)
    return [floor, replace(ours, note=_verdict(what, ours.ratio))]


def _memory(taken: dict[str, list[int]]) -> list[Row]:
    """The p columns are times; memory stands in the note."""
    middle = {name: statistics.median(sizes) for name, sizes in taken.items()}
    ratio = middle[OURS] / middle[FLOOR]
    floor = Row("start: memory", FLOOR, 0, 0, 0, 1, f"{middle[FLOOR] / 1e6:.0f} MB")
    return [floor, Row("start: memory", OURS, 0, 0, 0, ratio, f"{middle[OURS] / 1e6:.0f} MB, {_verdict('memory', ratio)}")]


def _verdict(what: str, ratio: float) -> str:
    return f"aim <= {AIMS[what]} {'met' if ratio <= AIMS[what] else 'MISSED'}"
