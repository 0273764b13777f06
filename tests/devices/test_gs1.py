"""GS1's codes are taken apart whole or refused with a reason; nothing is guessed."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corner_app.devices.scanners.framing import Framer
from corner_app.devices.scanners.gs1 import Element, Gs1, NotGs1, Reason, parse, read
from corner_app.domain.scan import Scan

GS = "\x1d"
ALPHABET = "!\"%&'*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"


def check(digits: str) -> str:
    """The check digit as GS1 writes it down: from the right, three times and once."""
    weights = [3, 1] * 20
    return digits + str((10 - sum(int(d) * w for d, w in zip(reversed(digits), weights, strict=False)) % 10) % 10)


def digits(count: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=count, max_size=count)


def letters(most: int) -> st.SearchStrategy[str]:
    return st.text(ALPHABET, min_size=1, max_size=most)


DATES = st.tuples(st.integers(0, 99), st.integers(1, 12), st.integers(0, 31)).map(lambda day: "{:02}{:02}{:02}".format(*day))
FIXED = st.one_of(
    st.tuples(st.just("00"), digits(17).map(check)),
    st.tuples(st.sampled_from(["01", "02"]), digits(13).map(check)),
    st.tuples(st.sampled_from(["11", "12", "13", "15", "16", "17"]), DATES),
    st.tuples(st.just("20"), digits(2)),
    st.tuples(st.sampled_from(["3103", "3200", "3302", "3451", "3569", "3600"]), digits(6)),
    st.tuples(st.sampled_from(["410", "413", "414"]), digits(12).map(check)),
)
VARIABLE = st.one_of(
    st.tuples(st.sampled_from(["10", "21", "22", "420"]), letters(20)),
    st.tuples(st.sampled_from(["240", "400", "401", "403", "250"]), letters(30)),
    st.tuples(st.sampled_from(["30", "37"]), st.integers(1, 8).flatmap(digits)),
    st.tuples(st.sampled_from(["90", "91", "99", "8008", "7005", "4300"]), letters(60)),
)
CODES = st.lists(st.one_of(FIXED, VARIABLE), min_size=1, max_size=6, unique_by=lambda element: element[0])
_FIXED = ("00", "01", "02", "11", "12", "13", "15", "16", "17", "20", "31", "32", "33", "34", "35", "36", "41")


def encoded(elements: list[tuple[str, str]]) -> str:
    """As an encoder writes it: a separator after each element that may end anywhere, but not at the end."""
    return "".join(ai + value + ("" if ai.startswith(_FIXED) else GS) for ai, value in elements).removesuffix(GS)


def elements(found: Gs1 | NotGs1) -> list[tuple[str, str]] | NotGs1:
    return found if isinstance(found, NotGs1) else [(element.ai, element.value) for element in found.elements]


@given(CODES, st.sampled_from(["", GS, "]C1", "]d2", "]Q3", "]C1" + GS]))
def test_what_was_encoded_is_read_whatever_stands_before_it(code: list[tuple[str, str]], before: str) -> None:
    assert elements(parse(before + encoded(code))) == code


@given(CODES, st.sampled_from(["", " "]))
def test_the_line_under_the_bars_says_the_same(code: list[tuple[str, str]], space: str) -> None:
    assert elements(parse("".join(f"({ai}){space}{value}{space}" for ai, value in code))) == code


@given(CODES, st.sampled_from([b"]C1", b"]d2", b"]Q3", b"\x1d"]))
def test_a_serial_scanner_brings_it_whole(code: list[tuple[str, str]], before: bytes) -> None:
    (scan,) = Framer("s").feed(before + encoded(code).encode() + b"\r", 1)
    assert elements(read(scan)) == code


@given(st.text(st.characters(max_codepoint=0x2FF), max_size=60))
def test_any_text_is_an_element_string_or_refused_with_a_reason(text: str) -> None:
    found = parse(text)
    if isinstance(found, NotGs1):
        assert found.reason in get_args(Reason)
        assert 0 <= found.at <= len(text)
    else:
        assert found.elements
        assert all(element.ai in text and element.value in text for element in found.elements)


@given(CODES, st.data())
def test_a_digit_changed_in_a_checked_number_is_found(code: list[tuple[str, str]], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, 12))
    number = check("0950110153000")
    wrong = number[:at] + str((int(number[at]) + data.draw(st.integers(1, 9))) % 10) + number[at + 1 :]
    assert parse("01" + wrong) == NotGs1("bad_check_digit", 2)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("]C10109501101530003172612311000A1" + GS + "21S7", [("01", "09501101530003"), ("17", "261231"), ("10", "00A1"), ("21", "S7")]),
        ("00106141412345678908", [("00", "106141412345678908")]),
        ("3103001234" + GS + "3922995", [("3103", "001234"), ("3922", "995")]),
        ("(01)09501101530003(3103)001234", [("01", "09501101530003"), ("3103", "001234")]),
        ("4109501101530003", [("410", "9501101530003")]),
        (GS + "10A" + GS + "21B" + GS, [("10", "A"), ("21", "B")]),
    ],
)
def test_codes_known_by_hand(text: str, found: list[tuple[str, str]]) -> None:
    assert elements(parse(text)) == found


@pytest.mark.parametrize(
    ("text", "reason", "at"),
    [
        ("", "empty", 0),
        ("]C1" + GS, "empty", 4),
        ("0109501101530004", "bad_check_digit", 2),
        ("010950110153", "too_short", 2),
        ("10" + GS + "21B", "too_short", 2),
        ("010950110" + GS + "21BCDEFGHIJ", "too_short", 2),
        ("10" + "A" * 21, "too_long", 2),
        ("(20)123", "too_long", 4),
        ("37ABC", "bad_characters", 2),
        ("10é", "bad_characters", 2),
        ("17261331", "bad_date", 2),
        ("05123456", "unknown_ai", 0),
        ("10A" + GS + "XY1", "unknown_ai", 4),
        ("31", "unknown_ai", 0),
        ("(5)12", "unknown_ai", 0),
        ("(0109)12", "unknown_ai", 0),
        ("10A" + GS + "10B", "contradiction", 4),
        ("CP104722182BD", "unknown_ai", 0),
        ("01٠٩٥٠١١٠١٥٣٠٠٠٣", "bad_characters", 2),
    ],
)
def test_garbage_is_refused_with_its_reason_and_place(text: str, reason: Reason, at: int) -> None:
    assert parse(text) == NotGs1(reason, at)


def test_only_a_code_that_is_marked_is_read_as_gs1() -> None:
    plain = "106141412345678908"
    assert read(Scan(plain)) == NotGs1("not_gs1", 0)
    assert read(Scan(plain, "C0")) == NotGs1("not_gs1", 0)
    assert read(Scan(plain, "C1")) == Gs1((Element("10", "6141412345678908"),))
    assert read(Scan(GS + plain)) == read(Scan(f"(10){plain[2:]}")) == read(Scan(plain, "C1"))


def test_a_value_is_found_by_its_identifier() -> None:
    code = parse("(01)09501101530003(10)AB")
    assert isinstance(code, Gs1)
    assert (code.value("10"), code.value("21")) == ("AB", None)


def test_a_separator_in_what_is_not_gs1s_is_noise() -> None:
    framer = Framer("s")
    assert framer.feed(b"EE12\x1d3456785BD\r", 1) == []
    assert framer.noise == 1
