"""The centre of the demo: `corner-centre serve` as a child process that ends with its parent, and its other commands beside it."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

from corner_app.domain.trouble import Trouble

_STARTS_S, _ENDS_S = 60, 15
"""Seconds a slow PC may take to start and to end the centre."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Serves until its standard input ends: whatever becomes of the parent, no centre is left behind."""
    from central_server.cli import main as centre

    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    return centre(arguments)


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


def command(database: str, *words: str) -> str:
    """What a command of the centre prints. Raises Trouble("demo_centre") when it did not go well."""
    from central_server.cli import main as centre

    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        code = centre(["--db", database, *words])
    if code:
        raise Trouble("demo_centre", detail=f"{words[0]} {code}")
    return said.getvalue().strip()


def told(database: str, *words: str) -> dict[str, Any]:
    """The same as JSON."""
    said: dict[str, Any] = json.loads(command(database, *words, "--json"))
    return said


def is_founded(database: str) -> bool:
    """Whether there is a centre in the database already."""
    from central_server import identity
    from central_server.storage.database import connect

    with closing(connect(database)) as opened:
        try:
            opened.read(identity.centre)
        except Exception:  # whatever a database says instead of a centre: there are no tables
            return False
    return True


def entries(database: str) -> dict[str, int]:
    """How many entries the centre has of each office; its own stand under "centre"."""
    from central_server.own_book import OFFICE
    from central_server.storage import logs
    from central_server.storage.database import connect

    counted: Counter[str] = Counter()
    with closing(connect(database)) as opened:
        for cursor in opened.read(logs.cursors):
            counted["centre" if cursor.office == OFFICE else cursor.office] += cursor.next - 1
    return dict(sorted(counted.items()))


@contextmanager
def serving(database: str) -> Iterator[int]:
    """The centre answers at the port this gives, until the end. Raises Trouble("demo_centre")."""
    port = _free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "corner_app.demo.centre", "--db", database, "serve", "--port", str(port)], stdin=subprocess.PIPE, start_new_session=True
    )
    try:
        _wait(port, process)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(_ENDS_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        assert process.stdin is not None  # noqa: S101 - a pipe was asked for
        process.stdin.close()


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _STARTS_S
    while time.monotonic() < until:
        if process.poll() is not None:
            raise Trouble("demo_centre", detail=f"serve {process.returncode}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/health", timeout=2):
                return
        except OSError:
            time.sleep(0.05)
    raise Trouble("demo_centre", detail="serve")


if __name__ == "__main__":
    sys.exit(main())
