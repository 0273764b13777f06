"""A PostgreSQL of the tests' own: a cluster in a temporary folder, reached by a Unix socket in that folder and by nothing else."""

from __future__ import annotations

import contextlib
import glob
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import psycopg
from psycopg import sql

ADMIN = "postgres"
OLDEST = 15
BIN_FOLDERS = "/usr/lib/postgresql/*/bin"
FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")
DURABLE = ("fsync=on", "full_page_writes=on", "synchronous_commit=on")
SOCKET_PATH_MAX = 107
"""What Linux takes for the path of a Unix socket. A folder of pytest may be longer, so the cluster makes its own."""


class NoPostgres(Exception):
    """This machine cannot run the tests of the centre; the text says what to type."""


def find_bin(folders: str = BIN_FOLDERS) -> Path:
    """The folder of the newest `initdb`. Debian keeps it away from the PATH."""
    found = []
    for folder in map(Path, glob.glob(folders)):
        version = folder.parent.name
        if version.isdigit() and (folder / "initdb").exists():
            found.append((int(version), folder))
    if found and max(found)[0] >= OLDEST:
        return max(found)[1]
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    raise NoPostgres(f"the tests need PostgreSQL {OLDEST} or newer; type this once, then call again:\n  sudo apt-get install -y postgresql")


class Cluster:
    """One server. `with Cluster() as cluster:` starts it, and stops it and removes its folder at the end.

    A server that may forget (`durable=False`) is what a test wants that only asks. One that must remember what it said through a
    `crash()` writes as a real one does (`durable=True`).
    """

    def __init__(self, *, durable: bool = False) -> None:
        self.durable = durable
        self.bin = find_bin()
        self.folder = Path(tempfile.mkdtemp(prefix="corner-pg-"))
        self.data = self.folder / "data"
        self.running = False
        try:
            self._make()
        except BaseException:
            self.remove()
            raise

    def __enter__(self) -> Cluster:
        self.start()
        return self

    def __exit__(self, *trouble: object) -> None:
        self.remove()

    def url(self, database: str) -> str:
        return f"postgresql://{ADMIN}@/{database}?host={self.folder}"

    # ---- the server ------------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start it and wait until it answers. After a crash that is when it has read its log again."""
        self._ctl("start", "-w", "-t", "60", "-l", str(self.folder / "server.log"))
        self.running = True

    def stop(self) -> None:
        """Close it in order: every client is cut off, what was committed is written out."""
        self._ctl("stop", "-w", "-m", "fast")
        self.running = False

    def crash(self) -> None:
        """End it as a power cut would: nothing is written out, the next `start()` reads the log."""
        self._ctl("stop", "-w", "-m", "immediate")
        self.running = False

    def remove(self) -> None:
        try:
            if self.running:
                self.crash()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    # ---- databases -------------------------------------------------------------------------------------------------------------

    def create(self, database: str, template: str = "template1") -> str:
        """Make a database and give its URL. Nobody may be connected to the template."""
        self._admin(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(database), sql.Identifier(template)))
        return self.url(database)

    def drop(self, database: str) -> None:
        """Drop it, whoever is still connected."""
        self._admin(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))

    def has(self, database: str) -> bool:
        with contextlib.closing(psycopg.connect(self.url("postgres"))) as link:
            return link.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone() is not None

    def _admin(self, statement: sql.Composed) -> None:
        with contextlib.closing(psycopg.connect(self.url("postgres"), autocommit=True)) as link:
            link.execute(statement)

    # ---- its programs ----------------------------------------------------------------------------------------------------------

    def _make(self) -> None:
        if len(os.fsencode(self.folder / ".s.PGSQL.5432")) > SOCKET_PATH_MAX:
            raise NoPostgres(f"{self.folder} is too long for a Unix socket; set TMPDIR to a shorter folder")
        if os.geteuid() == 0:
            shutil.chown(self.folder, ADMIN)
        settings = ["listen_addresses=''", f"unix_socket_directories='{self.folder}'", *(DURABLE if self.durable else FAST)]
        # A worker of pytest beside it has the machine too: a small server starts sooner.
        settings += ["shared_buffers=32MB", "max_connections=60", "max_wal_size=256MB", "timezone='UTC'"]
        make = ["-D", str(self.data), "-U", ADMIN, "--locale=C.UTF-8", "--encoding=UTF8", "--auth=trust", "--no-sync"]
        self._run([self.bin / "initdb", *make])
        with (self.data / "postgresql.conf").open("a", encoding="utf-8") as conf:
            conf.write("\n" + "\n".join(settings) + "\n")

    def _ctl(self, action: str, *options: str) -> None:
        self._run([self.bin / "pg_ctl", action, "-D", self.data, *options])

    def _run(self, command: Sequence[str | Path]) -> None:
        """Run one of PostgreSQL's programs, as its own user where we are root: it refuses to run as root."""
        words = [str(word) for word in command]
        if os.geteuid() == 0:
            words = ["runuser", "-u", ADMIN, "--", *words]
        log = self.folder / f"{Path(command[0]).name}.log"
        # Into a file, not a pipe: the server keeps what it inherits, and a pipe would never close.
        with log.open("wb") as said:
            code = subprocess.run(words, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT).returncode
        if code != 0:
            logs = [path.read_text(encoding="utf-8", errors="replace") for path in (log, self.folder / "server.log") if path.exists()]
            raise NoPostgres(f"{' '.join(words)} gave {code}:\n" + "\n".join(logs))
