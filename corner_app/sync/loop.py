"""The sync's thread: rounds while there is something to do, then a wait that the clerk, a commit or the centre may shorten."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from corner_app.book import centre as known
from corner_app.book import outbox
from corner_app.book.database import Tx
from corner_app.domain.trouble import Trouble
from corner_app.sync import engine
from corner_app.sync.client import Client, Told
from corner_app.sync.engine import NoAnswer, Pace

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Progress:
    """What the sync screen shows of the thread. phase: see `desk.views.SyncView`; next_try: ms UTC, 0 now; rate: bytes a second."""

    phase: str = "idle"
    trouble: str = ""
    sent: int = 0
    of: int = 0
    rate: int = 0
    next_try: int = 0


def drain(client: Client, up_down: Callable[[], int], watch: Callable[[Told], None] = lambda told: None) -> Told:
    """Rounds until nothing is left to do. Notes how it went in the book. Raises NoAnswer or Trouble."""
    client.told, before, cost = Told(), 0, up_down()
    now = client.machine.now
    _go_on_at_pace(client)
    try:
        more = True
        while more:
            more = client.round()
            entries, spent = client.told.sent - before, up_down() - cost
            before, cost = client.told.sent, up_down()
            client.store.write(lambda tx, n=entries, size=spent: _note(tx, client, now(), up=True, entries=n, size=size))  # type: ignore[misc]
            watch(client.told)
    except NoAnswer:
        client.store.write(lambda tx: _note(tx, client, now(), up=False, entries=0, size=0))
        raise
    finally:
        client.told.left = client.store.read(outbox.backlog).unsent
    return client.told


def _note(tx: Tx, client: Client, at: int, *, up: bool, entries: int, size: int) -> None:
    """How a try went, and how much the next one may carry: a program that ends after a cut must not begin with the same run again."""
    known.spoke(tx, at, up=up, entries=entries, sent_bytes=size)
    if known.kept(tx, "pace_rows") != client.pace.rows:
        known.keep(tx, pace_rows=client.pace.rows)


def _go_on_at_pace(client: Client) -> None:
    """A new client sends no more at once than the last one got through."""
    rows = client.store.read(lambda rows: known.kept(rows, "pace_rows"))
    if client.pace == Pace() and rows is not None:
        client.pace = replace(client.pace, rows=min(client.pace.rows, rows))


class Loop:
    """`run` is the thread's body; the other methods may be called from any thread. told: called from the thread after every try and every round."""

    def __init__(
        self, make_client: Callable[[], Client], up_down: Callable[[], int], chance: Callable[[], float], mono: Callable[[], float],
        told: Callable[[], None] = lambda: None,
    ) -> None:  # fmt: skip
        self._make, self._up_down, self._chance, self._mono, self._told = make_client, up_down, chance, mono, told
        self._wake, self._ended, self._held = threading.Event(), threading.Event(), threading.Event()
        self._asked, self._written = threading.Event(), threading.Event()
        self.progress = Progress()

    def now(self) -> None:
        """Tries at once."""
        self._held.clear()
        self._asked.set()
        self._wake.set()

    def written(self) -> None:
        """Something was committed: it is sent within seconds, unless a failure or the centre asks for patience."""
        self._written.set()
        self._wake.set()

    def hold(self) -> None:
        """Stops trying until `now`."""
        self._held.set()
        self._say(Progress("stopped"))

    def end(self) -> None:
        """Ends the thread after the round it is in."""
        self._ended.set()
        self._wake.set()

    def run(self) -> None:
        """Until the end."""
        client: Client | None = None
        offline_since = self._mono()
        while not self._ended.is_set():
            wait = 5.0
            if not self._held.is_set():
                self._written.clear()
                self._asked.clear()
                client, wait, heard = self._try(client, self._mono() - offline_since)
                offline_since = self._mono() if heard else offline_since
            if self._held.is_set():
                self._say(Progress("stopped"))
            self._rest(wait, client.pace if client is not None else None)

    def _rest(self, wait: float, pace: Pace | None) -> None:
        """Waits for the next try. A commit shortens the wait only where the last try went well: after a failure patience is what the link needs."""
        until = self._mono() + wait
        while not self._ended.is_set() and not self._asked.is_set() and (left := until - self._mono()) > 0:
            if self._written.is_set() and pace is not None and not pace.failures and not pace.turn_s:
                self._written.clear()
                until = min(until, self._mono() + engine.wait_s(pace, self._chance(), idle=False))
                continue
            self._wake.wait(left)
            self._wake.clear()

    def _say(self, progress: Progress) -> None:
        self.progress = progress
        self._told()

    def _try(self, client: Client | None, offline_s: float) -> tuple[Client | None, float, bool]:
        try:
            client = client or self._make()
            began, cost = self._mono(), self._up_down()
            waits = client.store.read(outbox.backlog).unsent
            if waits:
                self._say(Progress("sending", "", 0, waits))

            def watch(told: Told) -> None:
                rate = round((self._up_down() - cost) / max(0.001, self._mono() - began))
                self._say(Progress("sending", "", told.sent, max(waits, told.sent), rate))
                if self._held.is_set() or self._ended.is_set():
                    raise _Held

            drain(client, self._up_down, watch)
            self._say(Progress())
            return client, engine.wait_s(client.pace, self._chance(), idle=True), True
        except _Held:
            return client, 5.0, True
        except Trouble as trouble:
            self._say(Progress("not_enrolled" if trouble.code == "not_enrolled" else "needs_help", trouble.code))
            return client, 30.0, False
        except NoAnswer as none:
            assert client is not None  # noqa: S101 - only rounds raise it
            wait = engine.wait_s(client.pace, self._chance(), idle=False, offline_s=offline_s)
            self._say(Progress("waiting", none.code, next_try=client.machine.now() + round(wait * 1000)))
            return client, wait, False
        except Exception:
            _log.exception("the sync failed")
            self._say(Progress("needs_help", "disk"))
            return None, 60.0, False


class _Held(Exception):
    """The clerk said stop."""
