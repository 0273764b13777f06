"""The tests' own PostgreSQL: it starts, it crashes, it remembers what it said, and its databases are apart."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from tests.postgres import Cluster, NoPostgres, find_bin


@contextlib.contextmanager
def connected(url: str) -> Iterator[psycopg.Connection]:
    with contextlib.closing(psycopg.connect(url)) as link:
        yield link


def test_what_was_committed_outlives_a_crash() -> None:
    with Cluster(durable=True) as cluster:
        url = cluster.create("kept")
        with connected(url) as link:
            link.execute("CREATE TABLE parcel (item text)")
            link.execute("INSERT INTO parcel VALUES ('committed')")
            link.commit()
            link.execute("INSERT INTO parcel VALUES ('never committed')")
            cluster.crash()
            with pytest.raises(psycopg.OperationalError):
                link.execute("SELECT 1")
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(url)
        cluster.start()
        with connected(url) as link:
            assert link.execute("SELECT item FROM parcel").fetchall() == [("committed",)]
        cluster.stop()
        cluster.start()
        with connected(url) as link:
            assert link.execute("SELECT item FROM parcel").fetchall() == [("committed",)]


def test_a_durable_server_writes_as_a_real_one_does() -> None:
    with Cluster(durable=True) as cluster, connected(cluster.url("postgres")) as link:
        shown = [link.execute(f"SHOW {name}").fetchone() for name in ("fsync", "full_page_writes", "synchronous_commit")]
        assert shown == [("on",), ("on",), ("on",)]


def test_the_server_of_a_worker_is_private(cluster: Cluster) -> None:
    with connected(cluster.url("postgres")) as link:
        assert link.execute("SHOW listen_addresses").fetchone() == ("",)
        assert link.execute("SHOW unix_socket_directories").fetchone() == (str(cluster.folder),)
        assert link.execute("SHOW fsync").fetchone() == ("off",)
        assert link.execute("SHOW server_encoding").fetchone() == ("UTF8",)
        assert link.info.server_version >= 150_000


def test_two_databases_are_apart(cluster: Cluster, postgres_url: str) -> None:
    other = cluster.create("other")
    with connected(postgres_url) as here, connected(other) as there:
        here.execute("CREATE TABLE parcel (item text)")
        here.commit()
        assert there.execute("SELECT to_regclass('parcel')").fetchone() == (None,)
    cluster.drop("other")
    assert not cluster.has("other")


def test_a_test_starts_from_the_template(cluster: Cluster) -> None:
    with connected(cluster.create("pattern")) as link:
        link.execute("CREATE TABLE parcel (item text)")
        link.execute("INSERT INTO parcel VALUES ('in the pattern')")
        link.commit()
    with connected(cluster.create("copied", "pattern")) as link:
        assert link.execute("SELECT item FROM parcel").fetchall() == [("in the pattern",)]
    cluster.drop("copied")
    cluster.drop("pattern")


def test_the_folder_goes_with_the_server() -> None:
    with Cluster() as cluster:
        folder = cluster.folder
    assert not folder.exists()


def test_without_postgres_the_command_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoPostgres, match="sudo apt-get install -y postgresql"):
        find_bin(str(tmp_path / "*/bin"))
