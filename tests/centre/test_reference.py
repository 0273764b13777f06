"""Offices, hubs and postcodes as the centre's own data: proven, kept by version, used wherever the packaged tables were."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.centre.country import DAY, announced, country

from central_server import enrol, reference
from central_server.announce import announce
from central_server.cli import main
from central_server.exchange import Desk
from central_server.problems import Problem
from central_server.storage import devices, tables
from corner_app.reference import load_places, resource_dir

OFFICES, HUBS = "post_offices.csv", "hubs.csv"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    return str(request.getfixturevalue("postgres_url")) if request.param == "postgresql" else f"sqlite:///{tmp_path}/centre.db"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The packaged tables, to be changed."""
    made = tmp_path / "tables"
    made.mkdir()
    for name in (OFFICES, HUBS):
        shutil.copy(resource_dir() / "reference" / name, made / name)
    return made


def change(path: Path, how: Callable[[list[str]], list[str]]) -> None:
    path.write_text("\n".join(how(path.read_text(encoding="utf-8").splitlines())) + "\n", encoding="utf-8")


def renamed(lines: list[str]) -> list[str]:
    return [line.replace("Dhaka GPO,ঢাকা জিপিও", "Dhaka General,ঢাকা জেনারেল") for line in lines]


def test_the_packaged_tables_are_used_until_others_are_loaded(url: str, folder: Path) -> None:
    with country(url) as at:
        assert at.database.read(reference.places) is load_places()
        assert at.database.read(reference.version) == 0
        change(folder / OFFICES, renamed)
        assert reference.load(at.database, folder, at.now) == reference.Loaded(1, True)
        office = at.database.read(reference.places).office("1000")
        assert office is not None and (office.name_en, office.name_bn) == ("Dhaka General", "ঢাকা জেনারেল")


def test_the_same_tables_again_are_no_new_version_and_every_version_is_kept(url: str, folder: Path) -> None:
    with country(url) as at:
        assert reference.load(at.database, None, at.now) == reference.Loaded(1, True)
        assert at.database.read(reference.places) == load_places()
        assert reference.load(at.database, folder, at.now) == reference.Loaded(1, False)
        change(folder / OFFICES, renamed)
        assert reference.load(at.database, folder / OFFICES, at.now + DAY) == reference.Loaded(2, True)
        assert reference.load(at.database, folder / HUBS, at.now + DAY) == reference.Loaded(2, False)
        kept = at.database.read(lambda sql: sql.all("SELECT version, name FROM reference ORDER BY version, name"))
        assert kept == [(1, HUBS), (1, OFFICES), (2, HUBS), (2, OFFICES)]
        assert at.database.read(tables.newest)[OFFICES].loaded_at == at.now + DAY


def test_a_new_office_can_be_added_and_announced_for(url: str, folder: Path) -> None:
    with country(url) as at:
        with pytest.raises(Problem, match="office_unknown"):
            at.database.write(lambda sql: enrol.add_office(sql, reference.places(sql), "8599", 1, at.now))
        change(folder / OFFICES, lambda lines: [*lines, next(line for line in lines if line.startswith("8500,")).replace("8500,", "8599,", 1)])
        assert reference.load(at.database, folder, at.now).fresh
        at.database.write(lambda sql: enrol.add_office(sql, reference.places(sql), "8599", 1, at.now))
        assert at.database.read(devices.offices) == ["8599"]


BROKEN: dict[str, tuple[str, Callable[[list[str]], list[str]], tuple[str, str]]] = {
    "an office twice": (OFFICES, lambda lines: [*lines, lines[5]], ("twice", "")),
    "a postcode with three digits": (OFFICES, lambda lines: [lines[0], lines[1].replace("1000,", "100,", 1), *lines[2:]], ("code_wrong", "100")),
    "an office without a hub": (OFFICES, lambda lines: [*lines, lines[1].replace("1000,", "0199,", 1)], ("no_hub", "0199")),
    "a head office that does not exist": (OFFICES, lambda lines: [lines[0], *lines[2:]], ("head_office_unknown", "1000")),
    "a column less": (OFFICES, lambda lines: [lines[0].replace("office_bn", "something"), *lines[1:]], ("column_missing", "office_bn")),
    "no rows": (HUBS, lambda lines: lines[:1], ("empty", "")),
    "a cut line": (OFFICES, lambda lines: [*lines[:-1], lines[-1].split(",")[0]], ("cut_short", "")),
    "a hub under an unknown one": (
        HUBS,
        lambda lines: [line.replace("MPC-TEJ", "MPC-GONE") if n == 1 else line for n, line in enumerate(lines)],
        ("parent_wrong", ""),
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_table_changes_nothing_and_says_what_is_wrong(what: str, folder: Path, tmp_path: Path) -> None:
    name, how, (code, detail) = BROKEN[what]
    with country(f"sqlite:///{tmp_path}/centre.db") as at:
        reference.load(at.database, None, at.now)
        change(folder / name, how)
        loaded = reference.load(at.database, folder, at.now)
        assert (loaded.version, loaded.fresh) == (1, False)
        assert any(fault.code == code and detail in fault.detail for fault in loaded.faults), loaded.faults
        assert at.database.read(reference.places) == load_places()


def test_an_office_that_has_pcs_cannot_go(tmp_path: Path, folder: Path) -> None:
    with country(f"sqlite:///{tmp_path}/centre.db") as at:
        at.database.write(lambda sql: enrol.add_office(sql, reference.places(sql), "8502", 1, at.now))
        change(folder / OFFICES, lambda lines: [line for line in lines if not line.startswith("8502,")])
        assert [(f.code, f.detail) for f in reference.load(at.database, folder, at.now).faults] == [("enrolled_office_missing", "8502")]


@pytest.mark.parametrize("content", (b"", b"\xff\xfe\x00garbage", b"a,b\n1,2\n"))
def test_a_file_that_is_no_table_is_refused(content: bytes, tmp_path: Path) -> None:
    with country(f"sqlite:///{tmp_path}/centre.db") as at:
        file = tmp_path / "file.csv"
        file.write_bytes(content)
        for path in (file, tmp_path / "none"):
            with pytest.raises(Problem, match="bad_reference"):
                reference.load(at.database, path, at.now)


def test_by_the_command_line(tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = f"sqlite:///{tmp_path}/centre.db"
    assert main(["--db", url, "init"]) == 0
    assert main(["--db", url, "load-reference", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"version": 1, "new": True, "faults": []}
    change(folder / OFFICES, lambda lines: [*lines, lines[5]])
    assert main(["--db", url, "load-reference", str(folder)]) == 1
    assert "twice" in capsys.readouterr().err


def test_announcements_are_judged_by_them(tmp_path: Path, folder: Path) -> None:
    with country(f"sqlite:///{tmp_path}/centre.db") as at:

        def warned_of(n: int) -> list[str]:
            desk = Desk(at.database, at.desk.centre, at.database.read(reference.places))
            rows = announce(desk, [(1, announced(1, after=n)[0] | {"postcode": "8599"})], "merchant:M005", at.now)["warned"]
            return [row["code"] for row in rows if row["field"] == "postcode"]

        assert warned_of(0) == ["postcode_unknown"]
        change(folder / OFFICES, lambda lines: [*lines, next(line for line in lines if line.startswith("8500,")).replace("8500,", "8599,", 1)])
        reference.load(at.database, folder, at.now)
        assert warned_of(1) == []
