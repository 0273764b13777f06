"""One office day of the training office, step by step: what arrives, what goes wrong, what is handed over.

The plan is made from the announced parcels alone and is the same every time. It is played through the windows by `demo`, and through the
batch by tests; both must end in the same book.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corner_app.domain.numbers import make_s10
from corner_app.reference import resource_dir

OFFICE = "8500"
BAGS = 24
"""Bags of the whole day."""
LEFT_OUT, UNKNOWN, WRONG_DIGITS, DAMAGED, UNDONE = 12, 10, 10, 5, 50
HANDED_OVER, AFTER_WRONG_CODE, LOCKED, REFUSED, REPRINTS = 450, 6, 2, 30, 25
WRONG_CODES_TO_LOCK = 5

Parcel = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing a clerk does. job: of the desk; scan: what goes through the scanner; more: fields typed or chosen; screen: where it is done."""

    screen: str
    job: str
    scan: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)

    def command(self, bag: str) -> dict[str, Any]:
        """The same as a batch command. bag: the incoming bag that is open, "" none."""
        made = {"job": self.job, **self.more}
        if self.job in ("open_bag", "end_bag"):
            made["bag"] = self.scan
        elif self.scan:
            made["scan"] = self.scan
        if self.job == "receive" and bag:
            made["bag"] = bag
        return made


def announced_file() -> Path:
    """The day's announcements."""
    return resource_dir() / "reference" / "training_day_8500.csv"


def announced() -> list[Parcel]:
    """The day's 1,000 parcels, in the order they were announced."""
    with announced_file().open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def of_bags(bags: int) -> list[Parcel]:
    """The parcels of the day's first so many bags."""
    parcels = announced()
    taken = set(list(dict.fromkeys(p["bag_id"] for p in parcels))[:bags])
    return [p for p in parcels if p["bag_id"] in taken]


def plan(bags: int = BAGS) -> Iterator[Step]:
    """The day in order: the whole of it, or as much as its first so many bags make."""
    parcels = of_bags(bags)
    yield from _intake(parcels)
    own = [p for p in parcels if p["postcode"] == OFFICE]
    district = [p for p in parcels if p["postcode"] != OFFICE and p["hub_code"] == "D85"]
    for parcel in (*own, *district):
        yield Step("sort", "sort", parcel["item_id"])
    yield from _labels(own[: REPRINTS * bags // BAGS])
    yield from _counter([p for p in own if p["delivery_mode"] == "counter_pickup"], bags)


def _intake(parcels: Sequence[Parcel]) -> Iterator[Step]:
    """Every bag to its end, with what goes wrong on the way; what was left out turns up loose at the end."""
    bags: dict[str, list[Parcel]] = {}
    for parcel in parcels:
        bags.setdefault(parcel["bag_id"], []).append(parcel)
    left_out = {rows[5]["item_id"] for rows in list(bags.values())[:LEFT_OUT]}
    undone = {p["item_id"] for n, p in enumerate(p for p in parcels if p["item_id"] not in left_out) if n % 19 == 3}
    undone = set(sorted(undone)[:UNDONE])
    for n, (bag, rows) in enumerate(bags.items()):
        yield Step("receive", "open_bag", bag)
        for k, parcel in enumerate(p for p in rows if p["item_id"] not in left_out):
            yield Step("receive", "receive", parcel["item_id"])
            if parcel["item_id"] in undone:
                yield Step("receive", "undo")
                yield Step("receive", "receive", parcel["item_id"])
            if k == 7 and n < DAMAGED:
                yield Step("receive", "damaged", parcel["item_id"], {"note": "কোণ ছেঁড়া"})
        if n < UNKNOWN:
            yield Step("receive", "receive", make_s10("DA", f"{85_000_000 + n:08d}"))
        if n < WRONG_DIGITS:
            yield Step("receive", "receive", _with_wrong_digit(rows[0]["item_id"]))
        yield Step("receive", "end_bag", bag)
    for parcel in parcels:
        if parcel["item_id"] in left_out:
            yield Step("receive", "receive", parcel["item_id"])


def _with_wrong_digit(item: str) -> str:
    return f"{item[:10]}{(int(item[10]) + 1) % 10}{item[11:]}"


def _labels(own: Sequence[Parcel]) -> Iterator[Step]:
    for parcel in own:
        yield Step("search", "print_label", parcel["item_id"])
        yield Step("search", "reprint", parcel["item_id"], {"reason": "লেবেল ছেঁড়া"})


def _counter(waiting: Sequence[Parcel], bags: int) -> Iterator[Step]:
    """Handovers, with wrong codes among them, two parcels locked, and refusals."""
    handed_over, refused = HANDED_OVER * bags // BAGS, REFUSED * bags // BAGS
    for n, parcel in enumerate(waiting[:handed_over]):
        if n % 75 == 10:
            yield _hand_over(parcel, _wrong(parcel["pickup_code"]))
        yield _hand_over(parcel, parcel["pickup_code"])
    locked = waiting[handed_over : handed_over + LOCKED]
    for parcel in locked:
        for _ in range(WRONG_CODES_TO_LOCK):
            yield _hand_over(parcel, _wrong(parcel["pickup_code"]))
    for parcel in waiting[handed_over + LOCKED : handed_over + LOCKED + refused]:
        yield Step("handover", "refuse", parcel["item_id"], {"reason": "refused"})


def _wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def _hand_over(parcel: Parcel, code: str) -> Step:
    """The buyer gives the next full 500 taka above what is due."""
    due = int(parcel["cod_amount_minor"])
    return Step("handover", "hand_over", parcel["item_id"], {"code": code, "tendered": -(-due // 50_000) * 50_000})
