"""A peer for the sync: Anki's own server and client, given what the office's entries say, in both shapes that Anki knows.

*Notes*: each entry a note with its article, kind, clerk, and what else stands in it; its clock is the note's id. *Reviews*: each article a note that is
there already, each entry a review of its card; that keeps clock, article and kind and loses the rest (clerk, money, shelf), so it is less than ours.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
from anki.collection import Collection
from anki.errors import NetworkError

from benchmarks.sync_proxy import Proxy, proxy
from corner_app.domain.entries import Entry, decode, kind

USER, WORD = "office", "word"
NOTES, REVIEWS = "notes", "reviews"
_SEPARATOR = "\x1f"


@contextmanager
def serving(folder: Path) -> Iterator[tuple[psutil.Process, Proxy]]:
    """Anki's server behind a proxy."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = int(taken.getsockname()[1])
    settings = {"SYNC_USER1": f"{USER}:{WORD}", "SYNC_BASE": str(folder), "SYNC_HOST": "127.0.0.1", "SYNC_PORT": str(port), "RUST_LOG": "error"}
    process = subprocess.Popen([sys.executable, "-m", "anki.syncserver"], env={**os.environ, **settings})
    try:
        _wait(port)
        with proxy(port) as link:
            yield psutil.Process(process.pid), link
    finally:
        process.terminate()
        process.wait(10)


def _wait(port: int) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit("bench: Anki's server does not answer")


class Peer:
    """A collection and its way to the server."""

    def __init__(self, path: Path, link: Proxy) -> None:
        self.collection = Collection(str(path))
        self._auth = self.collection.sync_login(USER, WORD, f"http://127.0.0.1:{link.port}/")

    def agree(self, *, upload: bool) -> None:
        """The first sync of a collection, which takes or gives all of it."""
        self.collection.sync_collection(self._auth, False)
        self.collection.close_for_full_sync()
        self.collection.full_upload_or_download(auth=self._auth, server_usn=None, upload=upload)
        self.collection.reopen(after_full_sync=True)

    def sync(self) -> int:
        """A usual sync; gives how often it was cut."""
        cuts = 0
        while True:
            try:
                required = self.collection.sync_collection(self._auth, False).required
            except NetworkError:
                cuts += 1
                continue
            if required not in (0, 1):
                raise SystemExit(f"bench: Anki wants a full sync ({required})")
            return cuts

    def write(self, shape: str, rows: Sequence[bytes]) -> None:
        """Puts the entries in, to be sent by the next sync."""
        entries = [decode(row) for row in rows]
        (self._notes if shape == NOTES else self._reviews)(entries)

    def prepare(self, shape: str, rows: Sequence[bytes]) -> None:
        """What is there before: for reviews the articles."""
        if shape == REVIEWS:
            subjects = dict.fromkeys(decode(row).subject for row in rows)
            self._add([(n, (subject, "", "", "")) for n, subject in enumerate(subjects, 1)])

    def _notes(self, entries: Sequence[Entry]) -> None:
        ids = _rising(entry.at for entry in entries)
        self._add([(id, (e.subject, kind(e.body), e.actor, _more(e))) for id, e in zip(ids, entries, strict=True)])

    def _add(self, found: Sequence[tuple[int, tuple[str, ...]]]) -> None:
        collection, run = self.collection, self._run
        model = collection.models.by_name("Basic")
        assert model is not None  # noqa: S101 - every collection has it
        for id, fields in found:
            flds = _SEPARATOR.join((fields[0], " ".join(fields[1:]).strip()))
            run("INSERT INTO notes VALUES (?, ?, ?, ?, -1, '', ?, ?, ?, 0, '')", id, f"{id:x}", model["id"], id // 1000, flds, fields[0], 0)
            run("INSERT INTO cards VALUES (?, ?, 1, 0, ?, -1, 0, 0, ?, 0, 0, 0, 0, 0, 0, 0, 0, '')", id, id, id // 1000, 1)
        self._touched()

    def _reviews(self, entries: Sequence[Entry]) -> None:
        assert self.collection.db is not None  # noqa: S101 - it is open
        cards = {flds.partition(_SEPARATOR)[0]: id for id, flds in self.collection.db.all("SELECT id, flds FROM notes")}
        kinds = {name: n for n, name in enumerate(sorted({kind(entry.body) for entry in entries}))}
        for id, entry in zip(_rising(entry.at for entry in entries), entries, strict=True):
            card, name = cards[entry.subject], kinds[kind(entry.body)]
            self._run("INSERT INTO revlog VALUES (?, ?, -1, ?, ?, 0, 0, 0, 0)", id, card, 1 + name % 4, name // 4)
            self._run("UPDATE cards SET mod = ?, usn = -1, reps = reps + 1 WHERE id = ?", id // 1000, card)
        self._touched()

    def _run(self, statement: str, *parameters: Any) -> None:
        assert self.collection.db is not None  # noqa: S101 - it is open
        self.collection.db.execute(statement, *parameters)

    def _touched(self) -> None:
        self._run("UPDATE col SET mod = max(mod + 1, ?)", time.time_ns() // 1_000_000)

    def count(self, shape: str) -> int:
        """How many are there."""
        assert self.collection.db is not None  # noqa: S101 - it is open
        return int(self.collection.db.scalar(f"SELECT count(*) FROM {'notes' if shape == NOTES else 'revlog'}"))  # noqa: S608 - our own names

    def close(self) -> None:
        self.collection.close()


def _rising(clocks: Iterator[int] | Any) -> list[int]:
    """Clocks as ids: two of one millisecond get the next."""
    ids, last = [], 0
    for clock in clocks:
        last = max(last + 1, clock)
        ids.append(last)
    return ids


def _more(entry: Entry) -> str:
    """What an entry says beyond article, kind, clerk and clock."""
    import msgspec

    body = msgspec.to_builtins(entry.body)[1:]
    return json.dumps([entry.base, *body, entry.sup], separators=(",", ":"), ensure_ascii=False)


def compared(folder: Path, shape: str, rows: Sequence[bytes], spend: Callable[[Proxy, psutil.Process, Callable[[], object]], Any]) -> dict[str, Any]:
    """What a sync costs whole, idle, down to another collection, and with a cut in the middle of the upload. spend: measures one."""
    said: dict[str, Any] = {}
    for name in ("whole", "cut"):
        at = folder / f"{shape}-{name}"
        at.mkdir()
        with serving(at / "server") as (server, link):
            here = Peer(at / "here.anki2", link)
            here.prepare(shape, rows)
            here.agree(upload=True)
            there = Peer(at / "there.anki2", link)
            there.agree(upload=False)
            here.write(shape, rows)
            if name == "cut":
                link.tell(f"cut up {said['whole'].up // 2}")
            said[name] = spend(link, server, here.sync)
            if name == "whole":
                said["idle"] = spend(link, server, here.sync)
                said["down"] = spend(link, server, there.sync)
                if there.count(shape) < len(rows):
                    raise SystemExit(f"bench: only {there.count(shape)} of {len(rows)} came")
            here.close()
            there.close()
    return said
