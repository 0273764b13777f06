"""Wiring of the relay: the centre's code over a file beside the primary PC's book, which it reads and never writes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from threading import Lock

from central_server import enrol, identity
from central_server.app import make_relay_app
from central_server.exchange import Desk
from central_server.judge import judge_all
from central_server.relay import Relay, Unreached, Upstream, make_storage
from central_server.storage.database import Database
from corner_app.book import arrivals
from corner_app.book import centre as known
from corner_app.book.book import Reader
from corner_app.book.database import Rows
from corner_app.book.lineage import Place, read_place
from corner_app.domain.entries import EntryId
from corner_app.domain.trouble import Trouble
from corner_app.reference import load_places
from corner_app.sync.engine import NoAnswer
from corner_app.sync.http import HttpLink
from corner_app.sync.relay_tls import Certificate, certificate_of
from corner_app.sync.store import where


class PrimaryPc:
    """See `central_server.relay.Primary`."""

    def __init__(self, book: Path) -> None:
        self._book = book
        self._lock = Lock()
        self._link: tuple[tuple[str, Path | None], HttpLink] | None = None

    def upstream(self) -> Upstream | None:
        """See Primary."""

        def find(rows: Rows) -> Upstream | None:
            at, box = known.centre(rows), known.kept(rows, "box")
            return Upstream(at.public_key, box) if at is not None and box else None

        with closing(Reader(self._book)) as reader:
            return reader.read(find)

    def arrived(self, after: int, limit: int) -> Sequence[tuple[int, EntryId, bytes, bytes]]:
        """See Primary."""
        with closing(Reader(self._book)) as reader:
            return reader.read(lambda rows: arrivals.after(rows, after, limit))

    def post(self, path: str, body: bytes, kind: str, limit: int) -> tuple[int, str, bytes]:
        """See Primary."""
        try:
            return self._to_centre().pass_on(path, body, kind, limit)
        except (NoAnswer, Trouble) as none:
            raise Unreached from none

    def _to_centre(self) -> HttpLink:
        with closing(Reader(self._book)) as reader:
            at = reader.read(where)
        with self._lock:
            if self._link is None or self._link[0] != at:
                self._link = (at, HttpLink(*at))
            return self._link[1]


def storage_file(book: Path) -> Path:
    """Where a relay keeps its copies."""
    return book.with_name(book.name + ".relay")


def _opened(book: Path, now: int) -> tuple[Database, Place, Certificate]:
    if not book.exists():
        raise Trouble("no_book", file=book.name)
    with closing(Reader(book)) as reader:
        place = reader.read(read_place)
    certificate = certificate_of(book)
    return make_storage(storage_file(book), certificate.sha256, now), place, certificate


def serve(book: Path, host: str, port: int, clock: Callable[[], int]) -> None:
    """Serves the office's counters until the process is ended. clock: ms UTC. Raises Trouble."""
    import uvicorn

    database, place, certificate = _opened(book, clock())
    try:
        desk = Desk(database, database.read(identity.centre), load_places(), relay=True)
        judge_all(database, desk.places, clock())
        app = make_relay_app(desk, Relay(desk, place.office, PrimaryPc(book)), clock)
        uvicorn.run(
            app, host=host, port=port, log_level="warning", access_log=False, server_header=False, date_header=False, timeout_keep_alive=75,
            ssl_certfile=str(certificate.file),
        )  # fmt: skip
    finally:
        database.close()


def add(book: Path, counter: int, now: int) -> str:
    """A one-time code with which a counter of this office enrols at the relay."""
    database, place, _ = _opened(book, now)
    try:
        return database.write(lambda sql: enrol.add_office(sql, load_places(), place.office, counter, now)).text
    finally:
        database.close()
