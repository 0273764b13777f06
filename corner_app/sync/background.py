"""The sync behind the window: a thread that does nothing, and imports nothing of the link, before the book is enrolled.

The window's thread only sets flags here; whoever waits for the link is this thread alone.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from corner_app.book.database import Rows
from corner_app.book.writer import Writer

if TYPE_CHECKING:
    from corner_app.sync.client import Client
    from corner_app.sync.loop import Loop, Progress
    from corner_app.sync.relay import CentreLink
    from corner_app.sync.store import WriterStore

_log = logging.getLogger(__name__)
LOOK_AGAIN_S = 30
"""Seconds after which an enrolment done meanwhile is taken up; the clerk's "try now" looks at once."""


class Background:
    """`run` is the thread's body, started once the book is open; all else may be called from any thread.

    clock: ms UTC; told: called from the thread when something may have changed: how far the centre has our entries, what came, the link itself.
    """

    def __init__(self, writer: Writer, path: Path, clock: Callable[[], int], told: Callable[[], None]) -> None:
        self._writer, self._path, self._clock, self._told = writer, path, clock, told
        self._wake, self._ended = threading.Event(), threading.Event()
        self._held = False
        self._wishes: deque[tuple[str, str, Callable[[str], None]]] = deque()
        self._loop: Loop | None = None
        self._link: CentreLink | None = None

    @property
    def progress(self) -> Progress | None:
        """How it goes; None before there is anything to tell."""
        loop = self._loop
        return loop.progress if loop is not None else None

    def now(self) -> None:
        """Tries at once."""
        self._held = False
        if (loop := self._loop) is not None:
            loop.now()
        self._wake.set()

    def hold(self) -> None:
        """Stops trying until `now`."""
        self._held = True
        if (loop := self._loop) is not None:
            loop.hold()

    def written(self) -> None:
        """Something was committed that the centre should hear of."""
        if (loop := self._loop) is not None:
            loop.written()

    def end(self) -> None:
        """Ends the thread after the round it is in."""
        self._ended.set()
        self._wake.set()
        if (loop := self._loop) is not None:
            loop.end()

    def enrol(self, url: str, code: str, then: Callable[[str], None]) -> None:
        """Makes the book a device of the centre; `then` gets "" or a code of trouble, on the sync's thread."""
        self._wishes.append((url, code, then))
        self._wake.set()
        if (loop := self._loop) is not None:
            loop.end()

    def run(self) -> None:
        """Until the end."""
        while not self._ended.is_set():
            self._fulfil()
            if self._enrolled():
                self._send()
            else:
                self._wake.wait(LOOK_AGAIN_S)
                self._wake.clear()

    def _fulfil(self) -> None:
        while self._wishes:
            url, code, then = self._wishes.popleft()
            then(self._enrol(url, code))
            self._told()

    def _enrol(self, url: str, code: str) -> str:
        from corner_app.book.lineage import read_place
        from corner_app.domain.trouble import Trouble
        from corner_app.sync.engine import NoAnswer
        from corner_app.sync.enrol import enrol
        from corner_app.sync.keys import make_seed
        from corner_app.sync.relay import link_for_enrolment
        from corner_app.sync.store import WriterStore

        store = WriterStore(self._writer, self._path)
        link = link_for_enrolment(store, url, None)
        try:
            enrol(store, link, store.read(read_place), make_seed(self._path), url, code, self._clock())
        except (NoAnswer, Trouble) as failed:
            return failed.code
        except Exception:
            _log.exception("enrolling failed")
            return "unknown"
        finally:
            store.close()
            link.close()
        return ""

    def _send(self) -> None:
        """Runs the loop until the end, or until the book is to be enrolled anew."""
        from corner_app.sync.loop import Loop
        from corner_app.sync.store import WriterStore

        store = WriterStore(self._writer, self._path)
        try:
            loop = Loop(lambda: self._client(store), self._up_down, random.random, time.monotonic, self._told)
            self._loop = loop
            if self._held:
                loop.hold()
            if self._ended.is_set() or self._wishes:
                loop.end()
            loop.run()
        finally:
            store.close()
            self._close_link()

    def _enrolled(self) -> bool:
        from corner_app.book.book import Reader
        from corner_app.domain.trouble import Trouble

        reader = Reader(self._path)
        try:
            return reader.read(self._known)
        except Trouble:
            _log.exception("whether the book is enrolled could not be read")
            return False
        finally:
            reader.close()

    def _known(self, rows: Rows) -> bool:
        from corner_app.book.centre import centre

        return centre(rows) is not None

    def _client(self, store: WriterStore) -> Client:
        from corner_app.sync.relay import link_to_centre
        from corner_app.sync.store import client_of

        self._close_link()
        self._link = link_to_centre(store)
        return client_of(store, self._link, self._path, self._clock)

    def _up_down(self) -> int:
        link = self._link
        return link.up + link.down if link is not None else 0

    def _close_link(self) -> None:
        if self._link is not None:
            self._link.close()
            self._link = None


class RelayBackground(Background):
    """The same towards the office's relay, on a thread of its own: the LAN goes on while the centre does not answer."""

    def _known(self, rows: Rows) -> bool:
        from corner_app.book.centre import relay

        return relay(rows) is not None

    def _client(self, store: WriterStore) -> Client:
        from corner_app.domain.trouble import Trouble
        from corner_app.sync.relay import RelayClient, RelayStore, pinned, relay_of
        from corner_app.sync.store import machine_of

        self._close_link()
        at = relay_of(store)
        if at is None:
            raise Trouble("not_enrolled")
        self._link = link = pinned(at)
        return RelayClient(RelayStore(store), link, machine_of(store, self._path, self._clock), moved=False)
