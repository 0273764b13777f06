"""Opening the book, its settings, and the one kind of transaction.

Statements are prepared text on the driver's cursor, which keeps a scan near the bare cost and a start short (docs/decisions/0004); `engine`
gives SQLAlchemy over the same connections to whoever has time. The driver is the `sqlcipher3` wheel: SQLite 3.7.0-3.51.2 can lose commits
in WAL mode.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sqlcipher3 import dbapi2

from corner_app.domain.entries import EntryId
from corner_app.domain.trouble import Trouble

if TYPE_CHECKING:
    import sqlalchemy as sa

T = TypeVar("T")
OLDEST_SQLITE = (3, 51, 3)
"""First SQLite without the WAL-reset fault."""

SIGNATURE = b"SQLite format 3\x00"
"""First bytes of a database file."""

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA busy_timeout=5000",
    "PRAGMA cache_size=-16000",
    "PRAGMA temp_store=MEMORY",
)


class Rows:
    """Statements on one connection. Parameters are always bound; the text of every statement stands in `book`.

    peer: what begins the keys of `sync` that are asked for: "" for the centre; see `centre.RELAY`.
    """

    __slots__ = ("_cursor", "connection", "peer")

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.peer = ""
        self._cursor = connection.cursor()

    def run(self, statement: str, parameters: Sequence[Any] = ()) -> int:
        """Executes a statement and returns the id of the last inserted row."""
        self._cursor.execute(statement, parameters)
        return int(self._cursor.lastrowid or 0)

    def changed(self, statement: str, parameters: Sequence[Any] = ()) -> int:
        """Executes a statement and returns how many rows it changed."""
        self._cursor.execute(statement, parameters)
        return int(self._cursor.rowcount)

    def one(self, statement: str, parameters: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        """The first row, or None."""
        row: tuple[Any, ...] | None = self._cursor.execute(statement, parameters).fetchone()
        return row

    def value(self, statement: str, parameters: Sequence[Any] = ()) -> Any:
        """The first column of the first row, or None."""
        row = self._cursor.execute(statement, parameters).fetchone()
        return None if row is None else row[0]

    def all(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Every row."""
        rows: list[tuple[Any, ...]] = self._cursor.execute(statement, parameters).fetchall()
        return rows

    def each(self, statement: str, parameters: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """Row by row, on a cursor of its own."""
        yield from self.connection.cursor().execute(statement, parameters)


class Head:
    """The end of the log: what the next entry continues. Kept in memory by the writer, read again after any rollback."""

    __slots__ = ("device", "epoch", "hash", "hlc", "no", "seq")

    def __init__(self, device: int, epoch: int, no: int, seq: int, digest: bytes, hlc: int) -> None:
        self.device, self.epoch, self.no, self.seq, self.hash, self.hlc = device, epoch, no, seq, digest, hlc

    def become(self, other: Head) -> None:
        """Stands where another stands: after a new lineage was begun."""
        self.device, self.epoch, self.no, self.seq, self.hash, self.hlc = other.device, other.epoch, other.no, other.seq, other.hash, other.hlc

    def id(self, seq: int) -> EntryId:
        """Full name of entry `seq` of this lineage."""
        return EntryId(self.device, self.epoch, seq)


class Tx(Rows):
    """The one writing transaction a job gets. Everything it does is kept or dropped together.

    seen: projections read or written in this transaction by their key, so that none is read twice.
    """

    __slots__ = ("head", "seen")

    def __init__(self, connection: Any, head: Head) -> None:
        super().__init__(connection)
        self.head = head
        self.seen: dict[str, Any] = {}


def connect(path: Path, *, read_only: bool = False) -> Any:
    """A connection to one book file with the settings every one of ours has. Raises Trouble("old_sqlite")."""
    if dbapi2.sqlite_version_info < OLDEST_SQLITE:
        raise Trouble("old_sqlite", version=dbapi2.sqlite_version)
    uri = path.absolute().as_uri() + ("?mode=ro" if read_only else "?mode=rwc")
    connection = dbapi2.connect(uri, uri=True, isolation_level=None, check_same_thread=False, cached_statements=256)
    for pragma in _PRAGMAS[1:] if read_only else _PRAGMAS:
        connection.execute(pragma)
    return connection


def engine(path: Path, *, read_only: bool = False) -> sa.Engine:
    """SQLAlchemy over such connections, for whoever queries a book outside the counter's path; importing it costs a start 290 ms."""
    import sqlalchemy as sa
    from sqlalchemy.pool import NullPool

    return sa.create_engine("sqlite://", creator=lambda: connect(path, read_only=read_only), module=dbapi2, poolclass=NullPool)


@contextmanager
def translated() -> Iterator[None]:
    """Turns what the file system and SQLite report into Trouble the clerk can act on; a bug stays a bug."""
    try:
        yield
    except (dbapi2.OperationalError, OSError) as error:
        known = trouble_of(error)
        if known.code == "bug":
            raise
        raise known from error
    except dbapi2.DatabaseError as error:
        if isinstance(error, dbapi2.IntegrityError | dbapi2.ProgrammingError | dbapi2.InterfaceError):
            raise
        raise Trouble("book_damaged", detail=str(error)) from error


_SIGNS = (
    ("disk_full", ("is full", "no space")), ("book_busy", ("locked", "busy")), ("book_damaged", ("malformed", "not a database")),
    ("book_not_writable", ("readonly", "read-only", "unable to open", "permission denied")), ("disk_error", ("i/o", "input/output", "file too large")),
)  # fmt: skip


def trouble_of(error: BaseException) -> Trouble:
    """The trouble an error of the engine or the system tells of; code "bug" when it is none we know."""
    text = str(error).lower()
    code = next((code for code, signs in _SIGNS if any(sign in text for sign in signs)), "bug")
    return Trouble(code, detail=str(error)) if code == "book_damaged" else Trouble(code)


def in_transaction(connection: Any, job: Callable[[], T], *, kind: str = "IMMEDIATE") -> T:
    """Runs `job` between BEGIN and COMMIT; rolls back and lets the error pass if either fails."""
    connection.execute(f"BEGIN {kind}")
    try:
        result = job()
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return result


def is_database(path: Path) -> bool:
    """Whether the file begins as an SQLite file does; an empty or missing file does not."""
    try:
        with path.open("rb") as file:
            return file.read(16) == SIGNATURE
    except OSError:
        return False


ERRORS: tuple[type[Exception], ...] = (dbapi2.DatabaseError,)
"""What the engine raises when a page cannot be read; used where rows are rescued one by one."""
