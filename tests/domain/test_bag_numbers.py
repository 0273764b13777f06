"""Bag numbers in the shape of S9, open and closed, and in front of a manifest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corner_app.domain.bag_numbers import BagNumber, closed_bag_number, open_bag_number, parse_bag_number

EXAMPLE = "BD8200BD8500CCC60417001010345"


def test_the_example_taken_apart() -> None:
    assert len(EXAMPLE) == 29
    assert parse_bag_number(EXAMPLE) == BagNumber(EXAMPLE, "8200", "8500", "C", "CC", 6, 417, 1, False, True, 345)


def test_as_people_say_it() -> None:
    bag = parse_bag_number(EXAMPLE)
    assert bag is not None
    assert bag.short == "8200-8500-0417-01"


def test_a_bag_being_filled_has_23_characters_and_states_nothing() -> None:
    number = open_bag_number("8200", "8500", 2026, 417, 1)
    assert number == EXAMPLE[:23]
    bag = parse_bag_number(number)
    assert bag is not None
    assert (bag.last_bag, bag.valuable_inside, bag.weight_hg) == (None, None, None)
    assert bag.short == "8200-8500-0417-01"


def test_in_front_of_its_manifest() -> None:
    bag = parse_bag_number(f"{EXAMPLE}|11|8.6|K7QM")
    assert bag is not None
    assert bag.text == EXAMPLE
    assert parse_bag_number(f"{EXAMPLE}|") == bag


@pytest.mark.parametrize(
    "text", [EXAMPLE.lower(), f" {EXAMPLE}\r\n", "BD8200 BD8500 C CC 6 0417 001 0 1 0345", "BD৮২০০BD৮৫০০CCC৬০৪১৭০০১০১০৩৪৫", f"\ufeff{EXAMPLE}"]
)
def test_one_bag_however_it_is_written(text: str) -> None:
    bag = parse_bag_number(text)
    assert bag is not None
    assert bag.text == EXAMPLE


@pytest.mark.parametrize(
    ("flags", "last", "valuable", "weight"),
    [("110345", True, True, 345), ("000000", False, False, 0), ("990001", None, None, 1), ("199998", True, None, 9998), ("019999", False, True, None)],
)
def test_flags_and_weight(flags: str, last: bool | None, valuable: bool | None, weight: int | None) -> None:
    bag = parse_bag_number(EXAMPLE[:23] + flags)
    assert bag is not None
    assert (bag.last_bag, bag.valuable_inside, bag.weight_hg) == (last, valuable, weight)


def test_a_place_abroad_keeps_its_six_characters() -> None:
    bag = parse_bag_number("AEDXBABDDACACUN6041700101" + "0345")
    assert bag is not None
    assert (bag.origin_office, bag.destination_office, bag.category, bag.mail_class) == ("AEDXBA", "BDDACA", "C", "UN")


@pytest.mark.parametrize(
    "text",
    [
        "",
        EXAMPLE[:20],
        EXAMPLE[:22],
        EXAMPLE[:28],
        EXAMPLE + "0",
        EXAMPLE.replace("CCC", "XCC"),
        EXAMPLE[:23] + "210345",
        EXAMPLE[:23] + "0A0345",
        "CP104722182BD",
        "|" + EXAMPLE,
        "BD8200-BD8500-CCC60417001",
    ],
)
def test_what_is_none(text: str) -> None:
    assert parse_bag_number(text) is None


@given(
    st.integers(0, 9999),
    st.integers(0, 9999),
    st.integers(2020, 2099),
    st.integers(0, 9999),
    st.integers(0, 999),
    st.booleans(),
    st.booleans(),
    st.integers(0, 999_800),
)
def test_what_is_made_is_read(origin: int, destination: int, year: int, dispatch: int, bag: int, last: bool, valuable: bool, grams: int) -> None:
    started = open_bag_number(f"{origin:04d}", f"{destination:04d}", year, dispatch, bag)
    closed = closed_bag_number(started, last=last, valuable=valuable, weight_g=grams)
    assert (len(started), len(closed)) == (23, 29)
    read = parse_bag_number(closed)
    assert read == BagNumber(closed, f"{origin:04d}", f"{destination:04d}", "C", "CC", year % 10, dispatch, bag, last, valuable, round(grams / 100))
    assert abs((read.weight_hg or 0) * 100 - grams) <= 50


def test_a_bag_heavier_than_the_field_is_written_as_the_heaviest() -> None:
    """9998 and not 9999, which gives no weight at all."""
    assert closed_bag_number(EXAMPLE[:23], last=False, valuable=False, weight_g=2_000_000).endswith("9998")


@given(st.text())
def test_any_text_is_a_bag_or_none(text: str) -> None:
    assert parse_bag_number(text) is None or len(parse_bag_number(text).text) in (23, 29)  # type: ignore[union-attr]
