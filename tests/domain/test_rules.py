"""The rules of money: which figure holds on a day, what is charged, and what can be a payment's number."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corner_app.domain.rules import NO_RULES, Rules, above, fee, limit, may_be_trx, rules_from, trx_form, wallet
from corner_app.reference import load_money_rules

DAY = "2026-11-24"


def rules(*lines: dict[str, Any]) -> Rules:
    return rules_from({"rule": [{"since": "2026-01-01", **line} for line in lines]})


def test_the_table_that_ships_charges_nothing_and_limits_nothing() -> None:
    shipped = load_money_rules()
    assert fee(shipped, "parcel", 185_000, DAY) == 0
    assert [limit(shipped, name, "parcel", DAY) for name in ("cod_ceiling", "counter_only_above", "drawer_ceiling")] == [None, None, None]
    assert [each.name for each in shipped.wallet] == ["bkash", "nagad", "rocket", "upay"]


def test_nothing_is_owed_by_no_rules() -> None:
    assert fee(NO_RULES, "vp", 100_000, DAY) == 0
    assert not above(NO_RULES, "drawer_ceiling", "", 10**12, DAY)


@pytest.mark.parametrize(("cod", "due"), [(0, 0), (1, 25), (999, 25), (1_000, 25), (1_001, 50), (185_000, 4_625)])
def test_the_fee_is_due_for_every_ten_taka_or_part_of_it(cod: int, due: int) -> None:
    assert fee(rules({"name": "collection_fee", "amount": 25}), "vp", cod, DAY) == due


def test_a_figure_holds_from_its_first_day_to_its_last() -> None:
    dated = rules(
        {"name": "collection_fee", "amount": 25, "until": "2026-06-30"},
        {"name": "collection_fee", "amount": 30, "since": "2026-07-01"},
    )  # fmt: skip
    days = ["2025-12-31", "2026-01-01", "2026-06-30", "2026-07-01", "2099-01-01"]
    assert [limit(dated, "collection_fee", "", day) for day in days] == [None, 25, 25, 30, 30]


def test_a_later_line_replaces_an_earlier_one_that_was_left_open() -> None:
    dated = rules({"name": "cod_ceiling", "amount": 7, "since": "2026-05-01"}, {"name": "cod_ceiling", "amount": 5})
    assert [limit(dated, "cod_ceiling", "", day) for day in ("2026-04-30", "2026-05-01")] == [5, 7]


def test_a_services_own_figure_stands_before_that_of_all() -> None:
    both = rules({"name": "cod_ceiling", "amount": 9, "since": "2026-10-01"}, {"name": "cod_ceiling", "amount": 5, "service": "vp"})
    assert (limit(both, "cod_ceiling", "vp", DAY), limit(both, "cod_ceiling", "parcel", DAY)) == (5, 9)


def test_a_limit_itself_is_not_above_it() -> None:
    ceiling = rules({"name": "drawer_ceiling", "amount": 100})
    assert [above(ceiling, "drawer_ceiling", "", amount, DAY) for amount in (100, 101)] == [False, True]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "collection_fees", "amount": 1},
        {"name": "collection_fee", "amount": -1},
        {"name": "collection_fee", "amount": 0.25},
        {"name": "collection_fee", "amount": 1, "since": "last year"},
        {"name": "collection_fee", "amount": 1, "form": "2026-01-01"},
    ],
)  # fmt: skip
def test_a_table_that_is_wrong_is_not_loaded(wrong: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError, match=r"rule\[0\]"):
        rules(wrong)


@given(cod=st.integers(0, 10**10), amount=st.integers(0, 10_000))
def test_the_fee_grows_with_what_is_collected_and_is_whole_paisa(cod: int, amount: int) -> None:
    charged = rules({"name": "collection_fee", "amount": amount})
    assert fee(charged, "", cod, DAY) <= fee(charged, "", cod + 1, DAY)
    assert fee(charged, "", cod, DAY) * 1_000 <= (cod + 999) * amount


@pytest.mark.parametrize(
    ("service", "trx", "right"),
    [
        ("bkash", "9HM4W2K7XQ", True),
        ("bkash", "9HM4", False),
        ("bkash", "01712345678", False),
        ("bkash", "9HM4-W2K7XQ", False),
        ("bkash", "৯HM4W2K7XQ", False),
        ("nagad", "71AB2CDE", True),
        ("rocket", "2345678901", True),
        ("rocket", "23456789AB", False),
        ("upay", "01G5K4YQMN7T", True),
    ],
)  # fmt: skip
def test_the_shape_of_a_transaction_id(service: str, trx: str, right: bool) -> None:
    taken = wallet(load_money_rules(), service)
    assert taken is not None
    assert may_be_trx(taken, trx) is right


def test_a_transaction_id_is_the_same_however_it_is_typed() -> None:
    assert trx_form(" ৯hm4 w2k7xq\u00a0") == "9HM4W2K7XQ"
    assert wallet(load_money_rules(), "cash") is None
