"""The demo on a PostgreSQL of its own: the server lives while the demo does, and nothing of it is left. What follows is handed on to the demo."""

from __future__ import annotations

import signal
import subprocess
import sys
from types import FrameType

from tests.postgres import Cluster, NoPostgres


def main(arguments: list[str]) -> int:
    """Gives the demo's exit code. Ctrl+C goes to the demo as to us, and SIGTERM is handed on: it ends first, then the server."""
    asked: list[int] = []
    demo: subprocess.Popen[bytes] | None = None

    def told(number: int, frame: FrameType | None) -> None:
        asked.append(number)
        if demo is not None and number == signal.SIGTERM:
            demo.terminate()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, told)
    try:
        with Cluster() as cluster:
            url = cluster.create("centre")
            if asked:
                return 128 + asked[0]
            demo = subprocess.Popen([sys.executable, "-m", "corner_app", "demo", "--db", url, *arguments])
            return demo.wait()
    except NoPostgres as trouble:
        print(trouble, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
