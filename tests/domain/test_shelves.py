"""Shelf codes as painted, typed and scanned are one code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corner_app.domain.shelves import barcode, beat_code, latin_reading, parse_shelf, shelf_code

LETTERS = "কখগঘচজটড"


@pytest.mark.parametrize("text", ["খ-১২", "খ১২", "খ 12", "kh12", "KH-12", "Kh - 12", "SH*KH-12", "sh*kh-12", " খ–১২ ", "kh-012"])
def test_one_shelf_however_it_is_written(text: str) -> None:
    assert parse_shelf(text) == "খ-১২"


@pytest.mark.parametrize(
    ("text", "shelf"),
    [
        ("ka1", "ক-০১"),
        ("ga-3", "গ-০৩"),
        ("gh-04", "ঘ-০৪"),
        ("cha5", "চ-০৫"),
        ("ja6", "জ-০৬"),
        ("ta7", "ট-০৭"),
        ("da8", "ড-০৮"),
        ("ক১২৩", "ক-১২৩"),
        ("beat 2", "বিট-২"),
        ("Beat-12", "বিট-১২"),
        ("বিট-১", "বিট-১"),
        ("বিট১", "বিট-১"),
        ("SH*BEAT-1", "বিট-১"),
    ],
)
def test_shelves_and_pigeonholes(text: str, shelf: str) -> None:
    assert parse_shelf(text) == shelf


@pytest.mark.parametrize("text", ["", "খ", "12", "zz-1", "x1", "খ-১২৩৪", "খখ-১২", "CP104722182BD", "SH*", "ka-", "ক-x", "বিট", "beat-123", "ড়-১"])
def test_what_is_none(text: str) -> None:
    assert parse_shelf(text) is None


@given(st.sampled_from(LETTERS), st.integers(0, 999))
def test_the_label_and_the_reading_mean_the_shelf(letter: str, number: int) -> None:
    shelf = shelf_code(letter, number)
    assert parse_shelf(shelf) == shelf
    assert parse_shelf(barcode(shelf)) == shelf
    assert parse_shelf(latin_reading(shelf)) == shelf
    assert barcode(shelf).isascii()


@given(st.integers(0, 99))
def test_the_same_for_pigeonholes(number: int) -> None:
    shelf = beat_code(number)
    assert parse_shelf(shelf) == parse_shelf(barcode(shelf)) == parse_shelf(latin_reading(shelf)) == shelf
    assert barcode(shelf).isascii()


def test_readings() -> None:
    assert latin_reading("খ-১২") == "Kh-12"
    assert latin_reading("বিট-১") == "Beat-1"
    assert barcode("খ-১২") == "SH*KH-12"
    assert barcode("বিট-১") == "SH*BEAT-1"


@given(st.text())
def test_any_text_is_a_shelf_or_none(text: str) -> None:
    shelf = parse_shelf(text)
    assert shelf is None or parse_shelf(shelf) == shelf
