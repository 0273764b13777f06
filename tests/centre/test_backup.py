"""A centre's backup: whole, proven, the same file for both databases; and a centre put back says nothing under a name it used before."""

from __future__ import annotations

import stat
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.centre.country import DAY, HOUR, T0, Country, Office, announced, country, everything
from tests.postgres import Cluster

from central_server import backup as backups
from central_server import own_book
from central_server.backup import backup, check, restore
from central_server.care import verify
from central_server.cli import main
from central_server.problems import Problem
from central_server.storage import database, logs, schema
from central_server.storage.migrate import migrate
from corner_app.desk import commands as c
from corner_app.domain.entries import EntryId
from corner_app.reference import load_places

NewUrl = Callable[[str], str]
SAME_AFTER = [table for table in (*schema.REFERENCE, *schema.LED_BY) if table not in ("centre", "cursor", "lease_head")]


@pytest.fixture
def new_url(cluster: Cluster, tmp_path: Path) -> Iterator[NewUrl]:
    """Makes empty databases of either kind."""
    made: list[str] = []

    def new(kind: str) -> str:
        made.append(f"b_{id(tmp_path)}_{len(made)}")
        return cluster.create(made[-1]) if kind == "postgresql" else f"sqlite:///{tmp_path}/{made[-1]}.db"

    yield new
    for name in made:
        cluster.drop(name)


KINDS = ("sqlite", "postgresql")


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, new_url: NewUrl) -> str:
    """An empty database of each kind."""
    return new_url(request.param)


def a_day(at: Country, path: Path) -> Office:
    """Merchants announce, an office takes in, sends and hears."""
    at.announce(announced(20))
    office = Office(at, path)
    office.sync()
    for row in announced(5):
        office.do(c.Receive(row["item_id"]))
        office.do(c.Sort(row["item_id"]))
    office.sync()
    return office


@pytest.mark.parametrize("target", KINDS)
def test_what_is_put_back_is_what_was_there_on_either_database(url: str, target: str, new_url: NewUrl, tmp_path: Path) -> None:
    with country(url) as at:
        office = a_day(at, tmp_path / "8500.book")
        made = backup(at.database, tmp_path, at.now)
        before = at.database.read(everything)
        office.close()
    empty = new_url(target)
    migrate(empty)
    opened = database.connect(empty)
    assert restore(opened, empty, made.file, T0 + HOUR).rows == sum(map(len, before.values()))
    opened.close()
    with country(empty, T0 + HOUR, found=False) as again:
        after = again.database.read(everything)
        assert [table for table in SAME_AFTER if after[table] != before[table]] == []
        assert set(before["cursor"]) - {(*row[:5], 0, *row[6:]) for row in after["cursor"]} == set()
        again.good()


def test_every_table_is_in_it(url: str, tmp_path: Path) -> None:
    with country(url) as at:
        names = "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = 'public'::regnamespace"
        found = at.database.read(lambda sql: sql.all(names if sql.postgresql else "SELECT name FROM sqlite_master WHERE type = 'table'"))
        made = backup(at.database, tmp_path / "one.backup", at.now)
    assert {name for (name,) in found} - {"alembic_version"} == set(made.manifest.tables)


def test_a_centre_put_back_hears_everything_again_and_speaks_under_new_names(url: str, new_url: NewUrl, tmp_path: Path) -> None:
    lost, kept = announced(4, after=30), announced(4, after=40)
    with country(url) as at:
        office = a_day(at, tmp_path / "8500.book")
        made = backup(at.database, tmp_path / "c.backup", at.now)
        at.announce(lost)
        for row in announced(8)[5:]:
            office.do(c.Receive(row["item_id"]))
        office.sync()
        first = at.database.read(lambda sql: own_book.newest(sql, at.desk.centre))
        device, epoch_before = at.desk.centre.device, first.epoch if first else 0
    empty = new_url("sqlite")
    opened = database.connect(empty)
    restore(opened, empty, made.file, T0 + HOUR)
    opened.close()
    with country(empty, T0 + HOUR, found=False) as again:
        again.announce(kept)
        office.country = again
        office.sync()
        newest = again.database.read(lambda sql: own_book.newest(sql, again.desk.centre))
        assert newest is not None and newest.epoch > epoch_before and newest.device == device
        assert office.do(c.Receive(lost[0]["item_id"])) == "received"
        assert office.do(c.Receive(kept[0]["item_id"])) == "received"
        office.sync()
        sent = again.database.read(lambda sql: logs.cursor(sql, "8500", office.device, 1))
        assert sent is not None and sent.next - 1 == office.written
        again.good()
    office.good()
    office.close()


def test_the_same_copy_put_back_twice_never_gives_a_name_twice(tmp_path: Path) -> None:
    first = f"sqlite:///{tmp_path}/first.db"
    with country(first) as at:
        at.announce(announced(3))
        made = backup(at.database, tmp_path / "c.backup", at.now)
    names: set[EntryId] = set()
    for n, (place, hours) in enumerate((("second", 1), ("third", 6), ("third", 6), ("third", 7))):
        again = f"sqlite:///{tmp_path}/{place}.db"
        opened = database.connect(again)
        restore(opened, again, made.file, T0 + hours * HOUR, replace=True)
        opened.close()
        with country(again, T0 + hours * HOUR, found=False) as centre:
            centre.announce(announced(2, after=10 + 2 * n))
            end = centre.database.read(lambda sql: own_book.newest(sql, centre.desk.centre))
            assert end is not None
            said = {EntryId(end.device, end.epoch, seq) for seq in range(1, end.next)}
            assert len(said) == 2 and not said & names
            names |= said
            centre.good()


def test_only_a_proven_backup_makes_entries_safe(url: str, tmp_path: Path) -> None:
    with country(url) as at:
        office = a_day(at, tmp_path / "8500.book")

        def safe() -> int:
            return at.database.read(lambda sql: logs.safe(sql, "8500", office.device, 1))

        backup(at.database, tmp_path / "plain.backup", at.now)
        assert safe() == 1
        made = backup(at.database, tmp_path / "proven.backup", at.now, load_places())
        assert made.faults == []
        assert safe() == office.written + 1
        office.do(c.Receive(announced(1, after=9)[0]["item_id"]))
        office.sync()
        assert safe() == office.written
        office.close()


def test_a_centre_that_was_changed_is_copied_and_not_called_safe(url: str, tmp_path: Path) -> None:
    with country(url) as at:
        office = a_day(at, tmp_path / "8500.book")
        at.database.write(lambda sql: sql.run("DELETE FROM fact WHERE device = ? AND seq = 3", (office.device,)))
        made = backup(at.database, tmp_path / "c.backup", at.now, load_places())
        assert made.faults and made.faults[0][0] == "fold_differs"
        assert at.database.read(lambda sql: logs.safe(sql, "8500", office.device, 1)) == 1
        assert check(made.file).rows == made.manifest.rows
        office.close()


def test_a_lineage_that_is_not_its_devices_is_seen(url: str, tmp_path: Path) -> None:
    with country(url) as at:
        office = a_day(at, tmp_path / "8500.book")
        at.good()
        at.database.write(lambda sql: sql.run("UPDATE device SET uuid = ? WHERE device = ?", (bytes(16), office.device)))
        assert at.database.read(verify).faults == [("lineage_start", f"8500 {office.device}.1.1")]
        office.close()


def test_it_is_one_moment_of_a_centre_at_work(url: str, tmp_path: Path) -> None:
    with country(url) as at:
        rows, stop = announced(60), threading.Event()

        def work() -> None:
            for row in rows:
                if stop.is_set():
                    return
                at.announce([row])

        worker = threading.Thread(target=work)
        worker.start()
        try:
            for n in range(3):
                assert backup(at.database, tmp_path / f"{n}.backup", at.now, load_places()).faults == []
        finally:
            stop.set()
            worker.join()


def test_a_filled_database_is_not_overwritten_unless_asked(url: str, tmp_path: Path) -> None:
    with country(url) as at:
        at.announce(announced(3))
        made = backup(at.database, tmp_path / "c.backup", at.now)
        at.announce(announced(3, after=3))
        before = at.database.read(everything)
        with pytest.raises(Problem, match="not_empty"):
            restore(at.database, url, made.file, at.now)
        assert at.database.read(everything) == before
        restore(at.database, url, made.file, at.now, replace=True)
        assert len(at.database.read(everything)["fact"]) == 3


def test_a_damaged_file_is_refused_before_anything_is_touched(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/centre.db"
    with country(url) as at:
        at.announce(announced(30))
        file = backup(at.database, tmp_path / "c.backup", at.now).file
        before = at.database.read(everything)
        whole = file.read_bytes()
        with zipfile.ZipFile(file) as archive:
            within = [archive.getinfo(table).header_offset + 60 for table in ("fact", "batch", backups.MANIFEST)]
        damaged = tmp_path / "damaged.backup"
        for at_byte in within:
            damaged.write_bytes(whole[:at_byte] + bytes([whole[at_byte] ^ 0x20]) + whole[at_byte + 1 :])
            with pytest.raises(Problem, match="backup_damaged"):
                restore(at.database, url, damaged, at.now, replace=True)
        for size in (0, 10, len(whole) // 2, len(whole) - 1):
            damaged.write_bytes(whole[:size])
            with pytest.raises(Problem, match="backup_damaged"):
                restore(at.database, url, damaged, at.now, replace=True)
        with pytest.raises(Problem, match="no_backup"):
            restore(at.database, url, tmp_path / "none", at.now, replace=True)
        assert at.database.read(everything) == before


@settings(max_examples=60, deadline=None)
@given(where=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_flipped_bit_is_refused_or_changes_nothing(where: float, bit: int, one_backup: Path) -> None:
    whole, manifest = bytearray(one_backup.read_bytes()), check(one_backup)
    whole[int(where * len(whole))] ^= 1 << bit
    damaged = one_backup.with_name("flipped.backup")
    damaged.write_bytes(whole)
    try:
        assert check(damaged) == manifest
    except Problem as problem:
        assert problem.code == "backup_damaged"


@pytest.fixture(scope="module")
def one_backup(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small centre's."""
    folder = tmp_path_factory.mktemp("backup")
    with country(f"sqlite:///{folder}/centre.db") as at:
        at.announce(announced(5))
        return backup(at.database, folder / "c.backup", at.now).file


def test_a_copy_that_cannot_be_finished_leaves_the_last_one_alone(tmp_path: Path) -> None:
    with country(f"sqlite:///{tmp_path}/centre.db") as at:
        target = tmp_path / "c.backup"
        backup(at.database, target, at.now)
        good = target.read_bytes()
        assert stat.S_IMODE(target.stat().st_mode) == 0o600
        at.database.write(lambda sql: sql.run("DELETE FROM centre WHERE k = 'instance'"))
        with pytest.raises(Problem):
            backup(at.database, target, at.now + DAY)
        assert target.read_bytes() == good
        assert sorted(path.name for path in tmp_path.iterdir() if "backup" in path.name) == ["c.backup"]
        with pytest.raises(Problem, match="folder_unwritable"):
            backup(at.database, tmp_path / "no such folder" / "c.backup", at.now)


def test_by_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url, other = f"sqlite:///{tmp_path}/centre.db", f"sqlite:///{tmp_path}/other.db"
    folder = tmp_path / "copies"
    folder.mkdir()
    assert main(["--db", url, "init"]) == 0
    assert main(["--db", url, "backup", str(folder), "--verify"]) == 0
    (file,) = folder.iterdir()
    assert "verified" in capsys.readouterr().out
    assert main(["--db", other, "restore", str(file)]) == 0
    assert main(["--db", other, "restore", str(file)]) == 2
    assert "--replace" in capsys.readouterr().err
    assert main(["--db", other, "verify"]) == 0
    assert backups.check(file).format == backups.FORMAT
