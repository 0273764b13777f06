"""The two programs as processes: a centre that serves, an office's commands against it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CENTRE = [sys.executable, "-c", "import sys; from central_server.cli import main; sys.exit(main())"]
OFFICE = [sys.executable, "-m", "corner_app"]


def centre(url: str, *words: str) -> Any:
    """Runs a command of the centre; gives its JSON."""
    done = subprocess.run([*CENTRE, "--db", url, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout) if done.stdout.startswith("{") else done.stdout.strip()


def office(book: Path, *words: str, code: int = 0) -> Any:
    """Runs a command of an office's PC; gives its JSON."""
    done = subprocess.run([*OFFICE, "--book", str(book), *words], capture_output=True, text=True, check=False)
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    return json.loads(done.stdout) if done.stdout.startswith("{") else done.stdout + done.stderr


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@dataclass
class Serving:
    """A serving centre."""

    url: str
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@contextmanager
def serving(database: str, port: int | None = None, *more: str) -> Iterator[Serving]:
    """`corner-centre serve` until the end; waits until it answers."""
    port = port or free_port()
    process = subprocess.Popen([*CENTRE, "--db", database, "serve", "--port", str(port), *more], env={**os.environ, "PYTHONUNBUFFERED": "1"})
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url, process)
        yield Serving(url, process)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        assert process.poll() is None, "the centre ended"
        try:
            with urllib.request.urlopen(f"{url}/v1/health", timeout=2) as answer:  # noqa: S310 - our own
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the centre does not answer")


def batch(book: Path, *commands: dict[str, Any]) -> list[dict[str, Any]]:
    """Plays batch commands on an office's book."""
    lines = "\n".join(json.dumps(command) for command in commands)
    done = subprocess.run([*OFFICE, "--book", str(book), "batch"], input=lines, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]
