"""Programs that are killed at a commit: one process that has everything imported, and forks a real one for each line it reads.

A line: {"run": "office" | "centre", "words": [...], "at": N, "when": "before" | "after", "arm": FILE, "out": FILE}. The fork runs the product's
own command line and ends itself with kill -9 right before or right after its N-th commit; at 0 never. A centre counts from the moment the file
`arm` appears, whose text is "N before" or "N after". It may be given short times and few files: {"stall": s, "quiet": s, "files": n}.
Answers: {"pid": …} at once, {"pid": …, "ended": …} when it ended (−9: killed).
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import psycopg
import psycopg_pool
import uvicorn
from sqlcipher3 import dbapi2

import central_server.app
import central_server.cli
import corner_app.cli
import corner_app.desk.opening
import corner_app.sync.http
import corner_app.sync.loop
import corner_app.sync.store
from central_server.http import patience
from central_server.storage import database

T = TypeVar("T")
IMPORTED = (psycopg, psycopg_pool, uvicorn)


class Killer:
    """Counts commits, and ends this process at one of them."""

    def __init__(self, at: int, when: str, arm: Path | None = None) -> None:
        self.at, self.when, self.arm, self.count = at, when, arm, 0

    def around(self, commit: Callable[[Callable[[], None]], T]) -> T:
        """commit: runs the transaction and calls back at its end, before it is committed."""
        if self.arm is not None and not self.at and self.arm.exists():
            at, self.when = self.arm.read_text().split()
            self.at = int(at)
        self.count += 1 if self.at else 0
        mine = bool(self.at) and self.count == self.at

        def within() -> None:
            if mine and self.when == "before":
                os.kill(os.getpid(), signal.SIGKILL)

        result = commit(within)
        if mine and self.when == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        return result


def watch_book(killer: Killer) -> None:
    """Counts every writing transaction of every SQLite file this process opens."""

    class Connection(dbapi2.Connection):  # type: ignore[misc]
        writing = False

        def execute(self, statement: str, *parameters: Any) -> Any:
            if statement.startswith("BEGIN"):
                self.writing = statement == "BEGIN IMMEDIATE"
            if statement != "COMMIT" or not self.writing:
                return super().execute(statement, *parameters)

            def commit(within: Callable[[], None]) -> Any:
                within()
                return super(Connection, self).execute("COMMIT")

            return killer.around(commit)

    plain = dbapi2.connect
    dbapi2.connect = lambda *words, **options: plain(*words, factory=Connection, **options)


def watch_centre(killer: Killer) -> None:
    """Counts every `write` of both kinds of storage."""
    for kind in (database.SqliteDatabase, database.PostgresDatabase):
        plain = kind.write

        def write(self: Any, job: Callable[[Any], T], plain: Callable[..., T] = plain) -> T:
            def commit(within: Callable[[], None]) -> T:
                def both(sql: Any) -> T:
                    result = job(sql)
                    within()
                    return result

                return plain(self, both)

            return killer.around(commit)

        kind.write = write  # type: ignore[method-assign]


def program(asked: dict[str, Any]) -> int:
    """The product's command line in this process."""
    killer = Killer(asked.get("at", 0), asked.get("when", ""), Path(asked["arm"]) if "arm" in asked else None)
    if asked["run"] == "office":
        watch_book(killer)
        return corner_app.cli.main(asked["words"])
    watch_centre(killer)
    if "files" in asked:
        resource.setrlimit(resource.RLIMIT_NOFILE, (asked["files"], asked["files"]))
    central_server.app.STALL_S = asked.get("stall", central_server.app.STALL_S)
    patience.QUIET_S = asked.get("quiet", patience.QUIET_S)
    return central_server.cli.main(asked["words"])


def main() -> None:
    """Forks for each line until the lines end. One thread a child waits for its end, so children are forked by the main thread alone."""
    said = threading.Lock()

    def tell(**what: Any) -> None:
        with said:
            sys.stdout.write(json.dumps(what) + "\n")
            sys.stdout.flush()

    def wait(pid: int) -> None:
        _, status = os.waitpid(pid, 0)
        tell(pid=pid, ended=os.waitstatus_to_exitcode(status))

    for line in sys.stdin:
        asked = json.loads(line)
        with said:
            pid = os.fork()
        if pid == 0:
            handle = os.open(asked["out"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            for number in (1, 2):
                os.dup2(handle, number)
            code = 70
            try:
                code = program(asked)
            except BaseException:
                sys.excepthook(*sys.exc_info())
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)
        tell(pid=pid)
        threading.Thread(target=wait, args=(pid,), daemon=True).start()


if __name__ == "__main__":
    main()
