"""What stands behind a code has words in both languages, and what belongs to it is said as a clerk reads it."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import pytest
from tests.reports.samples import NAMES, at

from corner_app.domain import cash, parcels
from corner_app.i18n import Language
from corner_app.reports import notes, said
from corner_app.reports.figures import ExceptionLine


def codes(module: ModuleType, given: str) -> set[str]:
    """Words with an underscore in the lines of a module that give a conflict."""
    lines = Path(str(module.__file__)).read_text(encoding="utf-8").splitlines()
    return {code for line in lines if re.search(given, line) for code in re.findall(r'"([a-z]+(?:_[a-z]+)+)"', line)}


CONFLICTS = codes(parcels, r"^\s+(return|conflict = )") | codes(cash, r"\.refuse\(")
NOTED = set(re.findall(r'(?:_note|_line)\(fact, "([a-z_]+)"', Path(str(notes.__file__)).read_text(encoding="utf-8")))


def line(what: str, detail: str = "", subject: str = "CP104722151BD") -> ExceptionLine:
    return ExceptionLine(subject, what, at(1), 0, "rahima", detail, "")


def test_codes_are_found_in_the_sources() -> None:
    assert {"handed_over_twice", "two_offices", "pouch_sent_twice", "cannot_reverse"} <= CONFLICTS
    assert {"missent", "float_differs", "disputed"} <= NOTED


@pytest.mark.parametrize("what", sorted(CONFLICTS | NOTED | {"wrong_code", "locked", "came_late", "dispute_explained", "dispute_found", "dispute_written_off"}))
@pytest.mark.parametrize("language", list(Language))
def test_every_exception_has_words(what: str, language: Language) -> None:
    words = said.exception(line(what), NAMES, language)
    assert words != what
    assert bool(re.search("[\u0980-\u09ff]", words)) == (language is Language.BN)


@pytest.mark.parametrize(
    ("what", "detail", "bangla", "english"),
    [
        ("cash_difference", "-5000", "− ৳ ৫০.০০", "− ৳ 50.00"),
        ("missent", "8510", "কাউখালী ৮৫১০", "Kawkhali 8510"),
        ("bag_missing", "BD8200BD8500CCC60417001010345", "8200-8500-0417-01", "8200-8500-0417-01"),
        ("late_payment", "2026-11-24", "২৪-১১-২০২৬", "24-11-2026"),
        ("wrong_code", "3", "৩", "3"),
        ("print_in_doubt", "parcel_label", "পার্সেলের লেবেল", "Parcel label"),
        ("damaged", "ভেজা", "ভেজা", "ভেজা"),
    ],
)
def test_what_belongs_to_it_stands_behind_a_colon(what: str, detail: str, bangla: str, english: str) -> None:
    assert said.exception(line(what, detail), NAMES, Language.BN).endswith(f": {bangla}")
    assert said.exception(line(what, detail), NAMES, Language.EN).endswith(f": {english}")


@pytest.mark.parametrize(
    ("code", "bangla"),
    [("day:8500-2-2026-11-24", "কাউন্টার ২ · ২৪-১১-২০২৬"), ("pouch:PCH0001", "PCH0001"), ("2026-11-24", "২৪-১১-২০২৬"), ("CP104722151BD", "CP104722151BD")],
)
def test_a_subject_is_said_as_people_say_it(code: str, bangla: str) -> None:
    assert said.subject(code, Language.BN) == bangla
