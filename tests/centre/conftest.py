"""A PostgreSQL for each worker of pytest, and a database of its own for each test that asks."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from tests.postgres import Cluster

TEMPLATE = "corner_template"
"""A test module that wants a centre's tables makes this database once; every later test starts from a copy of it."""

NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """The server of this worker. It may forget in a crash: a test of faults makes a `Cluster(durable=True)` of its own."""
    with Cluster() as running:
        yield running


@pytest.fixture
def postgres_url(cluster: Cluster) -> Iterator[str]:
    """The URL of a database of this test alone."""
    name = f"t_{next(NUMBERS)}"
    yield cluster.create(name, TEMPLATE if cluster.has(TEMPLATE) else "template1")
    cluster.drop(name)
