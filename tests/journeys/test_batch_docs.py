"""docs/batch.md is the interface: its table names every job with its fields, and every code in it has words."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from corner_app.desk import commands as c
from corner_app.i18n import load_words

PAGE = (Path(__file__).parents[2] / "docs" / "batch.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in PAGE.partition("| job | fields |")[2].partition("\n\n")[0].splitlines()[2:] if line]
COMMANDS = {str(command.__struct_config__.tag): command for command in get_args(c.AnyCommand)}


def outside_brackets(text: str) -> list[str]:
    """The words in code quotes that stand in no bracket of any kind."""
    while (plain := re.sub(r"\([^()]*\)|\{[^{}]*\}", "", text)) != text:
        text = plain
    return re.findall(r"`([a-z_0-9]+)`", text)


def jobs_of(row: list[str]) -> list[str]:
    """A row may stand for two jobs."""
    return re.findall(r"`([a-z_]+)`", row[0])


def test_the_table_names_every_job_and_no_other() -> None:
    named = [job for row in ROWS for job in jobs_of(row)]
    assert sorted(named) == sorted(COMMANDS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: jobs_of(row)[0])
def test_the_table_names_every_field_of_a_job_and_no_other(row: list[str]) -> None:
    for job in jobs_of(row):
        assert set(outside_brackets(row[1])) == {field.name for field in msgspec.structs.fields(COMMANDS[job])}, job


def test_a_document_has_the_fields_the_table_says() -> None:
    row = next(row for row in ROWS if jobs_of(row) == ["hand_over"])
    inside = re.search(r"`id` \{([^}]*)\}", row[1])
    assert inside is not None
    assert re.findall(r"`(\w+)`", inside[1]) == [field.name for field in msgspec.structs.fields(c.Identity)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: jobs_of(row)[0])
def test_every_code_has_words(row: list[str]) -> None:
    codes = outside_brackets(row[2])
    assert codes
    for code in codes:
        assert any(key == f"trouble.{code}" or re.fullmatch(rf"outcome\.{code}(_[a-z]+)?", key) for key in load_words()), code
        assert f"outcome.{code}" in load_words() or f"trouble.{code}" in load_words() or code in ("received", "sorted"), code


def test_trouble_named_on_the_page_has_words() -> None:
    for code in ("disk_full", "disk_error", "book_damaged"):
        assert f"`{code}`" in PAGE
        assert f"trouble.{code}" in load_words()
    assert any(key.startswith("trouble.file_") for key in load_words())
    assert "outcome.bad_command" in load_words()


def test_every_code_with_words_that_a_job_answers_is_in_the_table() -> None:
    """A code the desk can give must be on the page, or callers meet a word nobody told them of."""
    desk = Path(c.__file__).parent
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (*desk.glob("*.py"), *(desk.parent / "domain").glob("receive.py")))
    given = set(re.findall(r"(?:Outcome\(\s*Tone\.\w+(?: if [^,]*?)?|Decision\(|Outcome\(\s*decision\.tone),\s*\"([a-z_]+)\"", sources))
    given |= set(re.findall(r"Decision\(\"([a-z_]+)\"", sources))
    assert len(given) > 20
    assert given - {code for row in ROWS for code in outside_brackets(row[2])} == set()
