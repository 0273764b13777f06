"""What ruff bans is banned where it should be, and allowed in the rooms that are for it."""

import json
import pathlib
import subprocess
import sys
import tomllib

ROOT = pathlib.Path(__file__).parents[2]
MAIN = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]
QT = "PySide6.QtWidgets"


def bans(path: str) -> dict[str, object]:
    room: dict[str, dict[str, dict[str, dict[str, object]]]] = tomllib.loads((ROOT / path).read_text(encoding="utf-8"))
    return room["lint"]["flake8-tidy-imports"]["banned-api"]


def caught(file: str, code: str) -> set[str]:
    """The codes ruff gives for this text if it stood in this file."""
    ruff = pathlib.Path(sys.executable).with_name("ruff")
    command: list[str | pathlib.Path] = [ruff, "check", "--no-cache", "--output-format", "json", "--stdin-filename", file, "-"]
    asked = subprocess.run(command, input=code, cwd=ROOT, capture_output=True, text=True)
    return {finding["code"] for finding in json.loads(asked.stdout)}


def use(api: str) -> str:
    parts = api.split(".")
    if parts[0] == "datetime":
        return f"import datetime\n\nprint({api}())\n"
    if parts[0] == "PySide6" and len(parts) == 4:
        return f"from {'.'.join(parts[:2])} import {parts[2]}\n\nprint({'.'.join(parts[2:])}())\n"
    if api in ("unittest.mock", QT):
        return f"import {api}\n\nprint({api})\n"
    return f"from {'.'.join(parts[:-1])} import {parts[-1]}\n\nprint({parts[-1]})\n"


def test_each_ban_bites_in_the_desk() -> None:
    quiet = [api for api in MAIN["lint"]["flake8-tidy-imports"]["banned-api"] if "TID251" not in caught("corner_app/desk/x.py", use(api))]
    assert quiet == []


def test_the_room_of_widgets_allows_widgets_and_nothing_more() -> None:
    main = MAIN["lint"]["flake8-tidy-imports"]["banned-api"]
    assert bans("corner_app/ui/ruff.toml") == {api: told for api, told in main.items() if api != QT}
    assert "TID251" not in caught("corner_app/ui/x.py", use(QT))
    assert "TID251" in caught("corner_app/ui/screens/x.py", use("threading.Thread"))
    assert "TID251" in caught("corner_app/ui/screens/x.py", use("PySide6.QtWidgets.QApplication.processEvents"))


def test_only_wiring_starts_threads_and_reads_the_clock() -> None:
    for api in ("threading.Thread", "datetime.datetime.now"):
        assert "TID251" not in caught("corner_app/app.py", use(api))
        assert "TID251" in caught("corner_app/book/x.py", use(api))


def test_tests_look_at_widgets_but_do_not_mock() -> None:
    assert caught("tests/ui/x.py", use(QT)) == set()
    assert "TID251" in caught("tests/desk/x.py", use("unittest.mock"))
    assert "TID251" in caught("tests/ui/x.py", use("PySide6.QtWidgets.QApplication.processEvents"))
