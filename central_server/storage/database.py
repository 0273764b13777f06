"""One way to PostgreSQL and to SQLite: the same statements, the same transactions, whichever holds the centre.

Statements are written with `?` marks in the SQL that both understand; the few places where they differ (row locks, lists, COPY) are methods
here. Why drivers and not SQLAlchemy on this path: docs/decisions/0005.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar
from urllib.parse import unquote, urlsplit
from weakref import WeakKeyDictionary

import msgspec

from central_server.problems import Problem

T = TypeVar("T")
Row = tuple[Any, ...]
_RETRIES = 3
_RESTED_S = 1.0
BUSY_MS = 30_000
"""How long a writer of the embedded database waits for another."""


class Sql(Protocol):
    """Statements within one transaction."""

    postgresql: bool

    def run(self, statement: str, parameters: Sequence[Any] = ()) -> int:
        """Executes a statement; gives how many rows it changed."""

    def all(self, statement: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """Every row."""

    def each(self, statement: str, parameters: Sequence[Any] = ()) -> Iterator[Row]:
        """Row by row, without holding them all."""

    def many(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """Executes a statement for every row of parameters."""

    def copy(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Adds rows to a table the fastest way there is."""

    def columns(self, table: str) -> list[str]:
        """Names of a table's columns, none for a table that is not there."""

    def dump(self, table: str, columns: Sequence[str]) -> Iterator[Row]:
        """Every row of a table, the fastest way there is, without holding them all."""

    def among(self, column: str, values: Iterable[Any]) -> tuple[str, Any]:
        """The condition that a column is one of many values, and its one parameter."""


def one(sql: Sql, statement: str, parameters: Sequence[Any] = ()) -> Row | None:
    """The first row, or None."""
    rows = sql.all(statement, parameters)
    return rows[0] if rows else None


def value(sql: Sql, statement: str, parameters: Sequence[Any] = ()) -> Any:
    """The first column of the first row, or None."""
    row = one(sql, statement, parameters)
    return None if row is None else row[0]


def locking(sql: Sql) -> str:
    """What ends a SELECT whose rows are held until the transaction ends; the embedded database has one writer anyway."""
    return " FOR UPDATE" if sql.postgresql else ""


class Database(Protocol):
    """The centre's storage."""

    postgresql: bool

    def write(self, job: Callable[[Sql], T]) -> T:
        """Runs a job in one transaction; when this returns it is on the disk. Raises Problem("storage_unreachable")."""

    def read(self, question: Callable[[Sql], T]) -> T:
        """Answers from one snapshot."""

    def close(self) -> None:
        """Ends its connections."""


def connect(url: str) -> Database:
    """The database of a URL: sqlite:///file or postgresql://…. Raises Problem("bad_database_url")."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite" and parts.path.strip("/"):
        return SqliteDatabase(Path(unquote(parts.path[1:])))
    if parts.scheme in ("postgresql", "postgres"):
        return PostgresDatabase(url)
    raise Problem("bad_database_url")


class SqliteSql:
    """Statements on an SQLite connection."""

    postgresql = False

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def run(self, statement: str, parameters: Sequence[Any] = ()) -> int:
        """See Sql."""
        return int(self.connection.execute(statement, parameters).rowcount)

    def all(self, statement: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """See Sql."""
        rows: list[Row] = self.connection.execute(statement, parameters).fetchall()
        return rows

    def each(self, statement: str, parameters: Sequence[Any] = ()) -> Iterator[Row]:
        """See Sql."""
        yield from self.connection.cursor().execute(statement, parameters)

    def many(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """See Sql."""
        self.connection.executemany(statement, rows)

    def copy(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """See Sql."""
        marks = ", ".join("?" * len(columns))
        self.connection.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)  # noqa: S608 - our own names

    def columns(self, table: str) -> list[str]:
        """See Sql."""
        return [name for (name,) in self.all("SELECT name FROM pragma_table_info(?) ORDER BY cid", (table,))]

    def dump(self, table: str, columns: Sequence[str]) -> Iterator[Row]:
        """See Sql."""
        return self.each(f"SELECT {', '.join(columns)} FROM {table}")  # noqa: S608 - our own names

    def among(self, column: str, values: Iterable[Any]) -> tuple[str, Any]:
        """See Sql."""
        return f"{column} IN (SELECT value FROM json_each(?))", msgspec.json.encode(list(values)).decode()  # noqa: S608 - our own names


class SqliteDatabase:
    """The embedded database: for trying it, a district and a relay. One connection a thread, one writer at a time."""

    postgresql = False

    def __init__(self, path: Path, *, durable: bool = True) -> None:
        self.path, self._durable = path, durable
        self._local = threading.local()
        self._open: list[Any] = []
        self._writing = threading.Lock()

    def _connection(self) -> Any:
        if not hasattr(self._local, "connection"):
            from sqlcipher3 import dbapi2

            uri = self.path.absolute().as_uri() + "?mode=rwc"
            made = dbapi2.connect(uri, uri=True, isolation_level=None, check_same_thread=False, cached_statements=256)
            full = "FULL" if self._durable else "OFF"
            for pragma in ("journal_mode=WAL", f"synchronous={full}", "foreign_keys=ON", f"busy_timeout={BUSY_MS}", "cache_size=-32000", "temp_store=MEMORY"):
                made.execute(f"PRAGMA {pragma}")
            self._local.connection = made
            self._open.append(made)
        return self._local.connection

    def write(self, job: Callable[[Sql], T]) -> T:
        """See Database."""
        with self._writing:
            return self._within("IMMEDIATE", job)

    def read(self, question: Callable[[Sql], T]) -> T:
        """See Database."""
        return self._within("DEFERRED", question)

    def _within(self, kind: str, job: Callable[[Sql], T]) -> T:
        connection = self._connection()
        connection.execute(f"BEGIN {kind}")
        try:
            result = job(SqliteSql(connection))
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        return result

    def close(self) -> None:
        """See Database."""
        for connection in self._open:
            connection.close()
        self._open.clear()
        self._local = threading.local()


class PostgresSql:
    """Statements on a psycopg connection."""

    postgresql = True

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def run(self, statement: str, parameters: Sequence[Any] = ()) -> int:
        """See Sql."""
        return int(self.connection.execute(_marked(statement), parameters).rowcount)

    def all(self, statement: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """See Sql."""
        rows: list[Row] = self.connection.execute(_marked(statement), parameters).fetchall()
        return rows

    def each(self, statement: str, parameters: Sequence[Any] = ()) -> Iterator[Row]:
        """See Sql."""
        with self.connection.cursor(name="corner_each") as cursor:
            yield from cursor.execute(_marked(statement), parameters)

    def many(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """See Sql."""
        with self.connection.cursor() as cursor:
            cursor.executemany(_marked(statement), rows)

    def copy(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """See Sql."""
        with self.connection.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    def columns(self, table: str) -> list[str]:
        """See Sql."""
        return [name for name, _ in self._columns(table)]

    def _columns(self, table: str) -> list[Row]:
        return self.all(
            "SELECT column_name, udt_name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = ? ORDER BY ordinal_position",
            (table,),
        )

    def dump(self, table: str, columns: Sequence[str]) -> Iterator[Row]:
        """See Sql."""
        kinds: dict[str, str] = dict(self._columns(table))
        select = f"COPY (SELECT {', '.join(columns)} FROM {table}) TO STDOUT (FORMAT BINARY)"  # noqa: S608 - our own names
        with self.connection.cursor() as cursor, cursor.copy(select) as copy:
            copy.set_types([kinds[column] for column in columns])
            yield from copy.rows()

    def among(self, column: str, values: Iterable[Any]) -> tuple[str, Any]:
        """See Sql."""
        return f"{column} = ANY(?)", list(values)


_statements: dict[str, str] = {}


def _marked(statement: str) -> str:
    """`?` as psycopg wants it; our statements hold neither `?` nor `%` otherwise."""
    found = _statements.get(statement)
    if found is None:
        found = _statements[statement] = statement.replace("?", "%s")
    return found


class PostgresDatabase:
    """PostgreSQL behind a pool of connections."""

    postgresql = True

    def __init__(self, url: str, *, size: int = 12, wait_s: float = 5.0) -> None:
        from psycopg_pool import ConnectionPool

        self._used: WeakKeyDictionary[Any, float] = WeakKeyDictionary()
        self._pool = ConnectionPool(url, min_size=1, max_size=size, timeout=wait_s, open=True, check=self._check, reconnect_timeout=wait_s, name="corner")

    def _check(self, connection: Any) -> None:
        """Whether a connection that rested still lives. One used just now is not asked: that would be a third of what a small question costs."""
        if time.monotonic() - self._used.get(connection, 0) > _RESTED_S:
            self._pool.check_connection(connection)

    def write(self, job: Callable[[Sql], T]) -> T:
        """See Database. Tried again when PostgreSQL says that two of us were in each other's way."""
        import psycopg

        for attempt in range(_RETRIES):
            try:
                return self._within(job)
            except (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure):
                if attempt == _RETRIES - 1:
                    raise
        raise AssertionError("never here")

    def read(self, question: Callable[[Sql], T]) -> T:
        """See Database. At the usual level each statement would see a snapshot of its own."""
        return self._within(question, reading=True)

    def _within(self, job: Callable[[Sql], T], *, reading: bool = False) -> T:
        import psycopg
        import psycopg_pool

        try:
            with self._pool.connection() as connection:
                connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ if reading else None
                connection.read_only = reading
                result = job(PostgresSql(connection))
                self._used[connection] = time.monotonic()
                return result
        except (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure, psycopg.errors.ProgramLimitExceeded):
            raise  # the last is of what was asked, not of the storage
        except (psycopg.OperationalError, psycopg.InterfaceError, psycopg_pool.PoolTimeout) as error:
            raise Problem("storage_unreachable") from error

    def close(self) -> None:
        """See Database."""
        self._pool.close()
