"""Numbers on parcels: the S10 vectors of the field, what its check digit can and cannot find, SSCC, and any text at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corner_app.domain.numbers import (
    COUNTRIES,
    Number,
    NumberKind,
    make_s10,
    normal_reference,
    parse_number,
    parse_sscc,
    s10_check_digit,
    service_class,
    sscc_check_digit,
)

WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
SERIALS = st.text("0123456789", min_size=8, max_size=8)
BANGLA = str.maketrans("0123456789", "০১২৩৪৫৬৭৮৯")

VALID = [
    "RB123456785GB",
    "RB123456785US",
    "RB123456785CV",
    "RB123456785CF",
    "RA123456785GB",
    "AW784699994IN",
    "RH054250664CN",
    "EC610548787UA",
    "VV015975882ES",
    "UG251781108MV",
    "EB000000005CN",
    "RR000000080BD",
    "RR100000025BD",
    "RR100000140BD",
    "RR999999995BD",
]
SHAPED_BUT_WRONG = ["RB123456786US", "RA123456784GB", "ED123456789IN", "EE123456789MD", "BR006035782MG", "RB123456785XX"]


def weighted(serial: str) -> int:
    return sum(weight * int(digit) for weight, digit in zip(WEIGHTS, serial, strict=True))


@pytest.mark.parametrize(
    ("serial", "total", "check"),
    [
        ("47312482", 200, 9),
        ("12345678", 204, 5),
        ("78469999", 348, 4),
        ("05425066", 161, 4),
        ("61054878", 235, 7),
        ("01597588", 218, 2),
        ("25178110", 102, 8),
        ("00000000", 0, 5),
        ("00000008", 56, 0),
        ("10000002", 22, 5),
        ("10000014", 45, 0),
        ("99999999", 396, 5),
        ("00603578", 177, 0),
    ],
)
def test_check_digits_of_the_worked_examples(serial: str, total: int, check: int) -> None:
    assert weighted(serial) == total
    assert s10_check_digit(serial) == check


@pytest.mark.parametrize("text", VALID)
def test_right_numbers(text: str) -> None:
    assert parse_number(text) == Number(text, NumberKind.S10)
    assert parse_number(text).right_digit is None


@pytest.mark.parametrize("text", SHAPED_BUT_WRONG)
def test_shaped_like_one_but_wrong_is_an_answer_of_its_own(text: str) -> None:
    assert parse_number(text) == Number(text, NumberKind.BAD_DIGIT)


def test_a_wrong_digit_names_the_right_one_and_a_wrong_country_names_none() -> None:
    assert parse_number("ED123456789IN").right_digit == "5"
    assert parse_number("EE123456789MD").right_digit == "5"
    assert parse_number("BR006035782MG").right_digit == "0"
    assert parse_number("RB123456785XX").right_digit is None
    assert parse_number("FP234234").right_digit is None


@pytest.mark.parametrize(
    "text",
    [
        "CP 1047 2218 2 BD",
        " C P 1 0 4 7 2 2 1 8 2 B D ",
        "cp104722182bd",
        "CP-104722182-BD",
        "CP১০৪৭২২১৮২BD",
        "cp ১০৪৭ ২২১৮ ২ bd",
        "CP\u00a0104722182\u00a0BD",
        "\ufeffCP104722182BD",
        "CP\u200b1047\u200c2218\u200d2BD\u200e",
        "CP\u2060104722182\u00adBD",
        "ＣＰ１０４７２２１８２ＢＤ",
        "CP104722182BD\r\n",
        "\tCP104722182BD\t",
    ],
)
def test_one_number_however_it_is_written(text: str) -> None:
    assert parse_number(text) == Number("CP104722182BD", NumberKind.S10)


def test_the_set_of_public_trackers_with_spaces_everywhere() -> None:
    assert parse_number(" R B 1 2 3 4 5 6 7 8 5 C F ") == Number("RB123456785CF", NumberKind.S10)


@pytest.mark.parametrize(
    "text", ["20A312THJDJ8", "21A427TU4BN3R", "DL121224VS8TTJ", "15BAEB8A", "FP234234", "CP10472218BD", "1CP104722182BD", "CP104722182B", "", "পার্সেল"]
)
def test_other_numbers_are_kept_as_references(text: str) -> None:
    assert parse_number(text) == Number(text, NumberKind.OTHER)


def test_hyphens_of_a_reference_stay() -> None:
    assert parse_number("ord-2024-17").text == "ORD-2024-17"


def test_grouped_as_people_read_it() -> None:
    assert parse_number("CP104722182BD").grouped == "CP 1047 2218 2 BD"
    assert parse_number("ED123456789IN").grouped == "ED 1234 5678 9 IN"
    assert parse_number("15BAEB8A").grouped == "15BAEB8A"


@given(SERIALS, st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=2), st.sampled_from(sorted(COUNTRIES)))
def test_made_numbers_are_right_and_survive_every_spelling(serial: str, indicator: str, country: str) -> None:
    made = make_s10(indicator, serial, country)
    number = parse_number(made)
    assert number == Number(made, NumberKind.S10)
    assert parse_number(number.grouped) == number
    assert parse_number(made.lower().translate(BANGLA)) == number


@given(SERIALS, st.integers(0, 7), st.integers(1, 9))
def test_one_wrong_digit_in_a_serial_is_found_unless_both_come_to_five(serial: str, place: int, shift: int) -> None:
    """Every weight is prime to 11, so one wrong digit always changes the sum mod 11. Of the eleven remainders only 0 (11 → 5) and 6 (5) share a digit.

    So an error is missed exactly when one of the two sums is 0 and the other 6 mod 11: 10 → 0 collides with nothing.
    """
    wrong = f"{serial[:place]}{(int(serial[place]) + shift) % 10}{serial[place + 1 :]}"
    right_rest, wrong_rest = weighted(serial) % 11, weighted(wrong) % 11
    assert right_rest != wrong_rest
    missed = {right_rest, wrong_rest} == {0, 6}
    scanned = f"RR{wrong}{s10_check_digit(serial)}BD"
    assert parse_number(scanned).kind is (NumberKind.S10 if missed else NumberKind.BAD_DIGIT)
    if missed:
        assert s10_check_digit(serial) == s10_check_digit(wrong) == 5


@given(SERIALS, st.integers(0, 6))
def test_two_neighbours_swapped_are_found_with_the_same_exception(serial: str, place: int) -> None:
    swapped = f"{serial[:place]}{serial[place + 1]}{serial[place]}{serial[place + 2 :]}"
    missed = swapped == serial or {weighted(serial) % 11, weighted(swapped) % 11} == {0, 6}
    assert (s10_check_digit(serial) == s10_check_digit(swapped)) is missed


@given(SERIALS, st.integers(1, 9))
def test_a_wrong_check_digit_is_always_found_and_the_right_one_named(serial: str, shift: int) -> None:
    right = s10_check_digit(serial)
    number = parse_number(f"RR{serial}{(right + shift) % 10}BD")
    assert number.kind is NumberKind.BAD_DIGIT
    assert number.right_digit == str(right)


def test_the_known_pair_that_the_check_digit_cannot_tell_apart() -> None:
    assert weighted("00000000") % 11 == 0
    assert weighted("00200003") % 11 == 7, "not a collision"
    assert weighted("20100000") % 11 == 9, "not a collision"
    assert weighted("90000000") % 11 == 6
    assert parse_number("RR000000005BD").kind is NumberKind.S10
    assert parse_number("RR900000005BD").kind is NumberKind.S10


@given(st.text())
def test_any_text_is_some_number(text: str) -> None:
    number = parse_number(text)
    assert number.kind in NumberKind
    assert "".join(number.grouped.split()) == number.text
    assert parse_sscc(text) is None or len(parse_sscc(text) or "") == 18


@given(st.text(st.characters(max_codepoint=0x7E) | st.sampled_from("০৯পমéßＡ９-\u200b\u200d\u00a0\ufeff\u00ad\u3000")))
def test_normal_form_is_normal(text: str) -> None:
    once = normal_reference(text)
    assert normal_reference(once) == once
    assert not any(letter.isspace() for letter in once)


@given(st.from_regex(r"[A-Za-z]{2} ?\d{4} ?\d{4} ?\d ?[A-Za-z]{2}", fullmatch=True))
def test_whatever_is_shaped_like_one_is_judged(text: str) -> None:
    assert parse_number(text).kind in (NumberKind.S10, NumberKind.BAD_DIGIT, NumberKind.OTHER)


@pytest.mark.parametrize("serial", ["", "1234567", "123456789", "1234567a", "১২৩৪৫৬৭৮", " 1234567"])
def test_a_serial_has_eight_ascii_digits(serial: str) -> None:
    with pytest.raises(ValueError, match="eight digits"):
        s10_check_digit(serial)


def test_sscc() -> None:
    assert sscc_check_digit("10614141234567890") == 8
    for text in ("106141412345678908", "00106141412345678908", "(00)106141412345678908", "(00) 1 0614141 234567890 8", "১০৬১৪১৪১২৩৪৫৬৭৮৯০৮"):
        assert parse_sscc(text) == "106141412345678908", text
    for text in ("106141412345678907", "10614141234567890", "0106141412345678908", "CP104722182BD", ""):
        assert parse_sscc(text) is None, text
    with pytest.raises(ValueError, match="17 digits"):
        sscc_check_digit("1061414123456789")


@given(st.text("0123456789", min_size=17, max_size=17), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_in_an_sscc_is_always_found(digits: str, place: int, shift: int) -> None:
    wrong = f"{digits[:place]}{(int(digits[place]) + shift) % 10}{digits[place + 1 :]}"
    check = sscc_check_digit(digits)
    assert parse_sscc(f"{digits}{check}") == f"{digits}{check}"
    assert parse_sscc(f"{wrong}{check}") is None


@pytest.mark.parametrize(
    ("indicator", "meaning"),
    [
        ("EE", "express"),
        ("RR", "registered"),
        ("LA", "tracked"),
        ("VV", "insured"),
        ("UA", "letters"),
        ("CP", "parcel"),
        ("HA", "ecommerce"),
        ("MA", "m_bag"),
        ("QA", "ibrs"),
        ("DA", "domestic"),
        ("ZZ", "domestic"),
        ("JA", "other"),
        ("", "other"),
    ],
)
def test_service_class(indicator: str, meaning: str) -> None:
    assert service_class(indicator) == meaning
