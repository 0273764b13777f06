"""The settings are written one table at a time: every other key, and every comment, stays; a file that nobody can read is left alone."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corner_app.config import Settings, load, save_table, save_value
from corner_app.domain.trouble import Trouble

OLD = """# this counter
language = "en"  # the clerk's

[printer]  # bought in 2026
transport = "tcp"
host = "10.0.0.9"

# the one on the left
[receipt_printer]
identity = "usb:04B8:0E28:X1"

[receipt_printer.differs]
darkness = 60

[scanner]
port = "usb:05E0:1701:S1"
"""
PRINTER = {"identity": "tcp:192.0.2.7:9100", "profile": "generic-zpl", "transport": None, "host": None, "differs": {"darkness": 65, "gap": 30}}


def written(tmp_path: Path, text: str | None, name: str, values: dict[str, Any] | None) -> str:
    file = tmp_path / "corner.toml"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    save_table(file, name, values)
    assert [path.name for path in tmp_path.iterdir()] == ["corner.toml"]
    return file.read_text(encoding="utf-8")


def test_one_printer_is_written_and_all_else_stays(tmp_path: Path) -> None:
    text = written(tmp_path, OLD, "printer", PRINTER)
    made, before = tomllib.loads(text), tomllib.loads(OLD)
    assert made["printer"] == {"identity": "tcp:192.0.2.7:9100", "profile": "generic-zpl", "differs": {"darkness": 65, "gap": 30}}
    assert {key: value for key, value in made.items() if key != "printer"} == {key: value for key, value in before.items() if key != "printer"}
    for comment in ("# this counter", "# the clerk's", "# the one on the left"):
        assert comment in text
    assert load(tmp_path / "corner.toml").printer.differs == {"darkness": 65, "gap": 30}


def test_written_twice_is_written_once(tmp_path: Path) -> None:
    once = written(tmp_path, OLD, "receipt_printer", {"identity": "cups:receipts"})
    assert written(tmp_path, None, "receipt_printer", {"identity": "cups:receipts"}) == once


def test_a_new_file_begins_with_what_is_known(tmp_path: Path) -> None:
    assert written(tmp_path, None, "scanner", {"port": "usb:05E0:1701:S1", "baud": 9600}) == '[scanner]\nport = "usb:05E0:1701:S1"\nbaud = 9600\n'


def test_a_device_is_forgotten(tmp_path: Path) -> None:
    made = tomllib.loads(written(tmp_path, OLD, "receipt_printer", None))
    assert sorted(made) == ["language", "printer", "scanner"]
    assert tomllib.loads(written(tmp_path, None, "nothing_of_ours", None)) == made


@pytest.mark.parametrize(
    "other",
    ['printer = { identity = "cups:a" }\nvolume = 5\n', 'printer.identity = "cups:a"\nvolume = 5\n', 'volume = 5\n[ "printer" ]\nidentity = "cups:a"\n'],
)
def test_a_table_in_another_spelling_is_replaced_all_the_same(tmp_path: Path, other: str) -> None:
    made = tomllib.loads(written(tmp_path, other, "printer", {"identity": "cups:b"}))
    assert made == {"volume": 5, "printer": {"identity": "cups:b"}}


@pytest.mark.parametrize("text", ["[printer\n", "volume = 500\n", "unheard_of = 1\n"])
def test_a_file_nobody_can_read_is_left_alone(tmp_path: Path, text: str) -> None:
    with pytest.raises(Trouble) as caught:
        written(tmp_path, text, "printer", PRINTER)
    assert caught.value.code == "bad_settings"
    assert (tmp_path / "corner.toml").read_text(encoding="utf-8") == text


def test_what_is_no_setting_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(Trouble):
        written(tmp_path, OLD, "printer", {"identity": 5})
    assert (tmp_path / "corner.toml").read_text(encoding="utf-8") == OLD


def test_a_table_is_written_beside_the_list_of_scanners(tmp_path: Path) -> None:
    """Also where the file must be said anew, since the table stands in another spelling."""
    for printer in ('printer.identity = "cups:a"\n', ""):
        text = printer + '\n[[scanners]]\nidentity = "usb:05E0:1701:A"\nkind = "ssi"\n\n[[scanners]]\nidentity = "usb:0C2E:0B61:B"\nsuffix = ["CR"]\n'
        written(tmp_path, text, "printer", {"identity": "cups:b"})
        made = load(tmp_path / "corner.toml")
        assert made.printer.identity == "cups:b"
        assert [(scanner.identity, scanner.kind, scanner.suffix) for scanner in made.scanners] == [
            ("usb:05E0:1701:A", "ssi", ("CR", "LF", "TAB", "ETX")), ("usb:0C2E:0B61:B", "serial", ("CR",)),
        ]  # fmt: skip


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), st.booleans())
def test_any_name_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, name: str, before: bool) -> None:
    file = tmp_path_factory.mktemp("settings") / "corner.toml"
    if before:
        file.write_text(OLD, encoding="utf-8", newline="\r\n")
    save_table(file, "scanner", {"port": name})
    assert load(file).scanner.port == name
    save_table(file, "scanner", None)
    assert load(file).scanner == Settings().scanner


SCANNERS = (
    OLD
    + """
# at the door
[[scanners]]
identity = "usb:0C2E:0B61:A"
kind = "hid_pos"

[[scanners]]
identity = "usb:1EAB:0D06:B"
role = "intake"

[scale]
identity = "path:/dev/ttyS1"
"""
)


def test_one_of_several_scanners_is_taken_out_and_the_others_stay(tmp_path: Path) -> None:
    file = tmp_path / "corner.toml"
    file.write_text(SCANNERS, encoding="utf-8")
    before = tomllib.loads(SCANNERS)
    save_value(file, "scanners", before["scanners"][1:])
    assert tomllib.loads(file.read_text(encoding="utf-8")) == before | {"scanners": before["scanners"][1:]}
    save_value(file, "scanners", [])
    assert tomllib.loads(file.read_text(encoding="utf-8")) == {key: value for key, value in before.items() if key != "scanners"}
    assert "# the one on the left" in file.read_text(encoding="utf-8")


def test_a_printer_is_written_beside_scanners_in_any_spelling(tmp_path: Path) -> None:
    inline = 'printer = { identity = "cups:a" }\nscanners = [{ identity = "usb:0C2E:0B61:A" }]\n'
    assert tomllib.loads(written(tmp_path, inline, "printer", {"identity": "cups:b"})) == {
        "printer": {"identity": "cups:b"}, "scanners": [{"identity": "usb:0C2E:0B61:A"}],
    }  # fmt: skip


@given(st.integers(0, 100), st.sampled_from(("", OLD, "volume = 5 # loud\n", "volume = 5\n\n[scanner]\nbaud = 1200\n", 'theme = "dark"')))
def test_a_single_value_is_written_where_it_stands(tmp_path_factory: pytest.TempPathFactory, volume: int, text: str) -> None:
    file = tmp_path_factory.mktemp("settings") / "corner.toml"
    file.write_text(text, encoding="utf-8")
    save_value(file, "volume", volume)
    after = file.read_text(encoding="utf-8")
    assert tomllib.loads(after) == tomllib.loads(text) | {"volume": volume}
    assert all(comment in after for comment in ("# loud", "# the one on the left") if comment in text)
