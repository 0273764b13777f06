"""Phones and papers in the forms Bangladesh uses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corner_app.domain.contacts import Phone, id_last4, masked, parse_nid, parse_phone

LOCAL = st.from_regex(r"01[3-9][0-9]{8}", fullmatch=True)
BANGLA = str.maketrans("0123456789", "০১২৩৪৫৬৭৮৯")


@pytest.mark.parametrize(
    "text",
    [
        "01712344417",
        "+8801712344417",
        "8801712344417",
        "008801712344417",
        "+88 01712-344417",
        "8801712 344 417",
        "০১৭১২৩৪৪৪১৭",
        "+৮৮০১৭১২৩৪৪৪১৭",
        "017 1234 4417",
        "(017) 12344417",
        "017.1234.4417",
        "1712344417",
        " 01712344417\u200b",
        "\u200e01712344417",
    ],
)
def test_one_phone_however_it_is_written(text: str) -> None:
    assert parse_phone(text) == Phone("01712344417")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "missing"),
        ("  ", "missing"),
        ("-", "missing"),
        ("0171234441", "short"),
        ("017", "short"),
        ("01212344417", "impossible_operator"),
        ("01012344417", "impossible_operator"),
        ("02712344417", "unreadable"),
        ("017123444178", "unreadable"),
        ("01712344417 / 01812344417", "unreadable"),
        ("নেই", "unreadable"),
        ("0171234441O", "unreadable"),
        ("+91 98765 43210 11", "unreadable"),
    ],
)
def test_what_cannot_be_called(text: str, fault: str) -> None:
    assert parse_phone(text) == Phone("", fault)


@given(LOCAL)
def test_every_mobile_in_every_spelling(local: str) -> None:
    for spelling in (local, f"+88{local}", f"88{local}", f"0088{local}", local[1:], f"{local[:5]}-{local[5:]}", local.translate(BANGLA)):
        assert parse_phone(spelling) == Phone(local), spelling


@given(st.text())
def test_any_text_is_a_phone_or_has_a_fault(text: str) -> None:
    phone = parse_phone(text)
    assert bool(phone.local) is not bool(phone.fault)
    assert phone.fault in ("", "missing", "short", "impossible_operator", "unreadable")
    assert not phone.local or parse_phone(phone.local) == phone


@given(LOCAL)
def test_a_masked_phone_keeps_seven_digits(local: str) -> None:
    assert masked(local) == f"{local[:3]}•• ••{local[7:]}"
    assert sum(letter.isdigit() for letter in masked(local)) == 7


def test_nothing_is_shown_of_what_is_no_phone() -> None:
    assert masked("") == masked("0171234441") == masked("+8801712344417") == ""


def test_national_identity_numbers() -> None:
    assert parse_nid("1234567890") == "1234567890"
    assert parse_nid("১২৩ ৪৫৬ ৭৮৯০") == "1234567890"
    assert parse_nid("1234567890123") == "1234567890123"
    assert parse_nid("1985-1234567890123") == "19851234567890123"
    for wrong in ("", "123456789", "12345678901", "12345678901234", "123456789012345678", "12345678ab"):
        assert parse_nid(wrong) is None, wrong


def test_only_the_last_four_of_a_paper() -> None:
    assert id_last4("1234567890") == "7890"
    assert id_last4("bx 0123456") == "3456"
    assert id_last4("১২৩৪-৫৬৭৮৯০") == "7890"
    assert id_last4("a-1b2") == "A1B2"
    assert id_last4("123") is None
    assert id_last4("") is None


@given(st.text())
def test_never_more_than_four(text: str) -> None:
    last = id_last4(text)
    assert last is None or (len(last) == 4 and last.isascii() and last.isalnum())
    assert parse_nid(text) is None or len(parse_nid(text) or "") in (10, 13, 17)
