"""A PostgreSQL for each worker of pytest, and a database of its own for each test that asks."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.centre.faults import Nursery, nursery
from tests.centre.offices import empty, opened, prepare
from tests.postgres import Cluster

from central_server.exchange import Desk
from central_server.storage.database import Database, PostgresDatabase, SqliteDatabase

TEMPLATE = "corner_template"
"""A test module that wants a centre's tables makes this database once; every later test starts from a copy of it."""

NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """The server of this worker. It may forget in a crash: a test of faults makes a `Cluster(durable=True)` of its own."""
    with Cluster() as running:
        yield running


@pytest.fixture(scope="session")
def kin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    """Starts the product's programs quickly, and kills them at a commit."""
    with nursery(tmp_path_factory.mktemp("programs")) as made:
        yield made


@pytest.fixture
def postgres_url(cluster: Cluster) -> Iterator[str]:
    """The URL of a database of this test alone."""
    name = f"t_{next(NUMBERS)}"
    yield cluster.create(name, TEMPLATE if cluster.has(TEMPLATE) else "template1")
    cluster.drop(name)


@pytest.fixture(scope="session")
def empty_centre(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with a centre's tables and nothing in them."""
    path = tmp_path_factory.mktemp("centre") / "empty.db"
    prepare(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def centre_on_postgres(cluster: Cluster) -> Iterator[Database]:
    """A PostgreSQL database with a centre's tables, used by one test after another."""
    url = cluster.create("centre")
    prepare(url)
    database = PostgresDatabase(url)
    yield database
    database.close()


@pytest.fixture
def sqlite_database(empty_centre: Path, tmp_path: Path) -> Iterator[Database]:
    """An empty centre's SQLite file, which may forget in a crash."""
    path = tmp_path / "centre.db"
    shutil.copy(empty_centre, path)
    database = SqliteDatabase(path, durable=False)
    yield database
    database.close()


@pytest.fixture
def postgres_database(centre_on_postgres: Database) -> Database:
    """The same, emptied: a database of a test's own would take longer than the test."""
    centre_on_postgres.write(empty)
    return centre_on_postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest) -> Desk:
    """A centre that nobody enrolled at yet, over either database."""
    database: Database = request.getfixturevalue("sqlite_database" if request.param == "sqlite" else "postgres_database")
    return opened(database)
