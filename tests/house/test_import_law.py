"""The borders between the floors hold, and each of them bites when it is broken on purpose."""

import pathlib
import shutil
import subprocess
import sys
import tomllib

import pytest

ROOT = pathlib.Path(__file__).parents[2]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]

# Contract -> one or more ways to break it, each {file: line added to it}.
BREACHES: dict[str, list[dict[str, str]]] = {
    "Imports go down only": [
        {"corner_app/domain/planted.py": "import corner_app.desk"},
        {"corner_app/labels/planted.py": "import corner_app.book"},
        {"corner_app/utils.py": "A_MODULE_WITHOUT_A_FLOOR = True"},
    ],
    "The book is opened by jobs, reports and sync, never by a screen": [{"corner_app/ui/screens/planted.py": "import corner_app.book"}],
    "Hardware knows bytes and scans, not parcels": [{"corner_app/devices/planted.py": "import corner_app.domain.entries"}],
    "Screens are independent": [{"corner_app/ui/screens/one.py": "import corner_app.ui.screens.other", "corner_app/ui/screens/other.py": ""}],
    "The domain is pure": [
        {"corner_app/domain/planted.py": "import time"},
        {"corner_app/domain/planted.py": "from random import choice"},
        {"corner_app/domain/planted.py": "import PySide6.QtCore"},
    ],
    "SQL is written in the book": [{"corner_app/desk/planted.py": "import sqlalchemy"}, {"corner_app/ui/screens/planted.py": "import sqlite3"}],
    "Only painters see Qt": [
        {"corner_app/reports/planted.py": "from PySide6.QtGui import QPainter"},
        {"corner_app/devices/scanners/planted.py": "from PySide6.QtCore import QObject"},
    ],
    "The wire is plain": [{"corner_app/sync/wire.py": "import requests"}],
    "Jobs and sync touch no paper and no hardware": [
        {"corner_app/desk/planted.py": "import corner_app.devices"},
        {"corner_app/sync/planted.py": "import corner_app.labels"},
    ],
    "Codes inside, words at the edge": [
        {"corner_app/desk/planted.py": "import corner_app.i18n", "corner_app/i18n.py": ""},
        {"central_server/storage/planted.py": "import corner_app.i18n"},
    ],
    "Floors of the centre": [
        {"central_server/storage/planted.py": "import central_server.http"},
        {"central_server/feed.py": "import central_server.judge", "central_server/judge.py": ""},
        {"central_server/identity.py": "import central_server.judge"},
    ],
    "The centre shares domain and wire only": [
        {"central_server/storage/planted.py": "import corner_app.book"},
        {"central_server/http/planted.py": "from corner_app.desk import jobs"},
        {"central_server/cli.py": "import corner_app.demo"},
        {"central_server/judge.py": "import corner_app.domain.planted", "corner_app/domain/planted.py": "import corner_app.labels"},
    ],
    "An office does not import the centre": [{"corner_app/sync/planted.py": "import central_server.storage"}, {"corner_app/cli.py": "import central_server"}],
}


def lint(tree: pathlib.Path) -> subprocess.CompletedProcess[str]:
    program = pathlib.Path(sys.executable).with_name("lint-imports")
    return subprocess.run([program, "--no-logo", "--no-cache"], cwd=tree, capture_output=True, text=True)


@pytest.fixture
def copy(tmp_path: pathlib.Path) -> pathlib.Path:
    for package in ("corner_app", "central_server"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_every_contract_has_a_breach() -> None:
    assert sorted(BREACHES) == sorted(contract["name"] for contract in CONTRACTS)


def test_the_tree_keeps_the_law() -> None:
    checked = lint(ROOT)
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize(
    ("name", "breach"), [pytest.param(name, breach, id=f"{name}-{n}") for name, breaches in BREACHES.items() for n, breach in enumerate(breaches)]
)
def test_the_law_bites(name: str, breach: dict[str, str], copy: pathlib.Path) -> None:
    for file, line in breach.items():
        path = copy / file
        kept = path.read_text(encoding="utf-8") if path.exists() else ""
        path.write_text(f"{kept}\n{line}\n", encoding="utf-8")
    checked = lint(copy)
    assert checked.returncode != 0
    assert f"{name} BROKEN" in checked.stdout, checked.stdout + checked.stderr


def test_a_device_may_speak_of_scans(copy: pathlib.Path) -> None:
    (copy / "corner_app/domain/scan.py").touch()
    (copy / "corner_app/devices/scanners/planted.py").write_text("import corner_app.domain.scan\n", encoding="utf-8")
    checked = lint(copy)
    assert "Hardware knows bytes and scans, not parcels KEPT" in checked.stdout, checked.stdout + checked.stderr


def test_the_demo_may_start_a_centre(copy: pathlib.Path) -> None:
    demo = copy / "corner_app/demo/centre.py"
    demo.write_text(demo.read_text(encoding="utf-8") + "\nimport central_server\nimport central_server.storage\n", encoding="utf-8")
    checked = lint(copy)
    assert "An office does not import the centre KEPT" in checked.stdout, checked.stdout + checked.stderr


def test_the_centre_may_speak_of_parcels_and_words(copy: pathlib.Path) -> None:
    for module in ("corner_app/sync/wire.py", "corner_app/sync/columns.py"):
        (copy / module).touch()
    shared = ("domain.parcels", "sync.wire", "sync.columns", "reference", "i18n")
    lines = "".join(f"import corner_app.{module}\n" for module in shared)
    (copy / "central_server/http/planted.py").write_text(lines, encoding="utf-8")
    checked = lint(copy)
    assert checked.returncode == 0, checked.stdout + checked.stderr
