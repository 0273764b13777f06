"""The office's relay as a counter sees it: a second peer, spoken with in the same words as the centre, whose word is the first tick only."""

from __future__ import annotations

import hashlib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, TypeVar
from urllib.parse import urlsplit

from corner_app.book import centre as known
from corner_app.book import outbox
from corner_app.book.database import Rows, Tx
from corner_app.book.lineage import Place
from corner_app.domain.trouble import Trouble
from corner_app.sync.client import Client, Machine, Store
from corner_app.sync.engine import NoAnswer
from corner_app.sync.enrol import enrol
from corner_app.sync.http import HttpLink
from corner_app.sync.loop import drain
from corner_app.sync.store import where

T = TypeVar("T")
CONNECT_S = 15
THROUGH = "/centre"
"""Under which a relay passes questions on to the centre."""


class RelayStore:
    """The book for whoever speaks with the relay: the same entries, another peer's keys."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def write(self, job: Callable[[Tx], T]) -> T:
        """See Store."""

        def towards(tx: Tx) -> T:
            tx.peer = known.RELAY
            return job(tx)

        return self._store.write(towards)

    def read(self, question: Callable[[Rows], T]) -> T:
        """See Store."""

        def towards(rows: Rows) -> T:
            rows.peer = known.RELAY
            return question(rows)

        return self._store.read(towards)

    def rebuild(self) -> None:
        """See Store."""
        self._store.rebuild()


@dataclass(frozen=True)
class At:
    """Where the relay is. certificate: SHA-256 of its own, hex."""

    url: str
    certificate: str


def relay_of(store: Store) -> At | None:
    """The relay this book is enrolled at, None for none."""

    def find(rows: Rows) -> At | None:
        at = known.centre(rows)
        return None if at is None else At(at.url, known.kept(rows, "certificate"))

    return RelayStore(store).read(find)


def is_enrolled(store: Store) -> bool:
    """Whether this book is a device of a centre or of a relay."""
    return store.read(known.centre) is not None or relay_of(store) is not None


def certificate_at(url: str) -> str:
    """SHA-256 of the certificate whoever answers there shows, hex. Raises NoAnswer: unreachable, not_our_relay."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        raise NoAnswer("not_our_relay")
    try:
        shown = ssl.get_server_certificate((parts.hostname, parts.port or 443), timeout=CONNECT_S)
    except ssl.SSLError as error:
        raise NoAnswer("not_our_relay") from error
    except OSError as error:
        raise NoAnswer("relay_unreachable") from error
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(shown)).hexdigest()


def pinned(at: At, under: str = "") -> HttpLink:
    """A link to the relay that takes no other certificate than its own."""
    return HttpLink(at.url.rstrip("/") + under, pin=at.certificate)


def enrol_at_relay(store: Store, place: Place, seed: bytes, url: str, code: str, now: int) -> None:
    """Makes this book a device of the relay: notes who answers, shows the code's proof, and compares what the answer's proof covers.

    A relay that was made anew takes the old one's place. Raises as `enrol` does, and NoAnswer: not_our_relay, relay_unreachable.
    """
    at = At(url, certificate_at(url))
    link, towards = pinned(at), RelayStore(store)
    try:
        enrol(towards, link, place, seed, url, code, now, certificate=at.certificate)
    except NoAnswer as none:
        raise NoAnswer(_OF_A_RELAY.get(none.code, none.code)) from none
    finally:
        link.close()


_OF_A_RELAY = {"unreachable": "relay_unreachable", "not_our_centre": "not_our_relay", "portal": "not_our_relay"}


MOST_FAILURES = 3
"""After which the next try is put off no longer: a relay was switched off for the night, and nobody else waits at its door."""


class RelayClient(Client):
    """A client towards the relay. Whether the book came from another machine is between it and the centre."""

    def round(self) -> bool:
        """See Client."""
        try:
            return super().round()
        except NoAnswer as none:
            self.pace = replace(self.pace, failures=min(self.pace.failures, MOST_FAILURES))
            raise NoAnswer(_OF_A_RELAY.get(none.code, none.code)) from none


@dataclass(frozen=True)
class RelayTold:
    """What a session with the relay did. why: code of what stood in the way, "" nothing; left: entries it does not keep yet."""

    sent: int = 0
    received: int = 0
    left: int = 0
    why: str = ""


def sync_with_relay(store: Store, machine: Machine) -> RelayTold | None:
    """Rounds with the relay until nothing is left; None when this book has none."""
    at = relay_of(store)
    if at is None:
        return None
    link = pinned(at)
    client = RelayClient(RelayStore(store), link, machine, moved=False)
    why = ""
    try:
        drain(client, lambda: link.up + link.down)
    except NoAnswer as none:
        why = none.code
    finally:
        link.close()
    return RelayTold(client.told.sent, client.told.received, client.told.left, why)


@dataclass(frozen=True)
class CentreTold:
    """What a session with the centre did. why: code of what stood in the way, "" nothing; unsent: entries not there; up, down: bytes."""

    sent: int = 0
    received: int = 0
    unsent: int = 0
    up: int = 0
    down: int = 0
    why: str = ""


def sync_with_centre(store: Store, machine: Machine) -> CentreTold:
    """Rounds with the centre until nothing is left, by whichever way reaches it."""
    try:
        link = link_to_centre(store)
    except Trouble as trouble:
        return CentreTold(unsent=store.read(outbox.backlog).unsent, why=trouble.code)
    client, why = Client(store, link, machine), ""
    try:
        drain(client, lambda: link.up + link.down)
    except NoAnswer as none:
        why = none.code
    finally:
        link.close()
    return CentreTold(client.told.sent, client.told.received, client.told.left, link.up, link.down, why)


class CentreLink(Protocol):
    """The way to the centre."""

    @property
    def up(self) -> int:
        """Bytes sent."""

    @property
    def down(self) -> int:
        """Bytes got."""

    def send(self, path: str, frame: bytes) -> bytes:
        """See `client.Link`."""

    def send_json(self, path: str, body: bytes) -> bytes:
        """See `enrol.JsonLink`."""

    def send_segment(self, sealed: bytes) -> bytes:
        """See `carry.SegmentLink`."""

    def close(self) -> None:
        """Ends the connections."""


def link_to_centre(store: Store) -> CentreLink:
    """This PC's own way to the centre, and the relay's where that does not answer. Raises Trouble("not_enrolled")."""
    url, ca = store.read(where)
    at = relay_of(store)
    if at is None:
        return HttpLink(url, ca)
    through = pinned(at, THROUGH)
    return through if url.startswith(at.url.rstrip("/") + "/") else EitherLink(HttpLink(url, ca), through)


def link_for_enrolment(store: Store, url: str, ca: Path | None) -> CentreLink:
    """The way to a centre this book is not enrolled at yet; an address under the relay's goes through the relay."""
    at = relay_of(store)
    if at is not None and url.startswith(at.url.rstrip("/") + "/"):
        return HttpLink(url, pin=at.certificate)
    return HttpLink(url, ca)


class EitherLink:
    """Two ways to one centre: the second where the first does not reach it. What is asked is signed, so it matters to nobody which one was taken."""

    def __init__(self, first: HttpLink, second: HttpLink) -> None:
        self._ways = [first, second]

    @property
    def up(self) -> int:
        """Bytes sent on both."""
        return sum(way.up for way in self._ways)

    @property
    def down(self) -> int:
        """Bytes got on both."""
        return sum(way.down for way in self._ways)

    def send(self, path: str, frame: bytes) -> bytes:
        """See `client.Link`."""
        return self._try(lambda way: way.send(path, frame))

    def send_json(self, path: str, body: bytes) -> bytes:
        """See `enrol.JsonLink`."""
        return self._try(lambda way: way.send_json(path, body))

    def send_segment(self, sealed: bytes) -> bytes:
        """See `carry.SegmentLink`."""
        return self._try(lambda way: way.send_segment(sealed))

    def close(self) -> None:
        """Ends both."""
        for way in self._ways:
            way.close()

    def _try(self, ask: Callable[[HttpLink], bytes]) -> bytes:
        first, second = self._ways
        try:
            return ask(first)
        except NoAnswer as none:
            if none.code not in _NOT_THERE:
                raise
            try:
                answer = ask(second)
            except NoAnswer:
                raise none from None  # what is wrong with our own way is what the clerk can do something about
        self._ways = [second, first]
        return answer


_NOT_THERE = frozenset({"unreachable", "portal", "not_our_centre", "certificate_expired", "clock_wrong"})
