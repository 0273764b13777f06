"""What a drawer's day is made of: every movement of cash in it, by way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from corner_app.domain import entries as e
from corner_app.domain.entries import Fact

Way = Literal["opening", "collected", "paid_in", "paid_out", "deposited", "counted"]


@dataclass(frozen=True, slots=True)
class Move:
    """One entry's effect on one drawer. amount: paisa, negative out of it. fee: of it the post's own charge. claimed: mobile money taken with it, in no drawer.

    undoes: the body whose money it takes back, None for none.
    """

    fact: Fact
    amount: int
    fee: int = 0
    claimed: int = 0
    undoes: e.AnyBody | None = None

    @property
    def way(self) -> Way:
        """Where it stands in the sum. What takes back a payment in counts as paid out, and the other way round; a pouch taken back is not deposited."""
        match self.undoes or self.fact.entry.body:
            case e.HandedOver():
                return "collected"
            case e.DayOpened():
                return "opening"
            case e.DayClosed():
                return "counted"
            case e.PouchSent():
                return "deposited"
            case _:
                return "paid_in" if self.amount > 0 else "paid_out"


@dataclass(frozen=True, slots=True)
class Day:
    """Sums of a drawer's day, each (how many, paisa): opening + collected + paid_in - paid_out - deposited = expected.

    collected holds the fees, which postage counts again; claimed is in no drawer.
    """

    opening: int
    collected: tuple[int, int]
    postage: tuple[int, int]
    claimed: tuple[int, int]
    paid_in: tuple[int, int]
    paid_out: tuple[int, int]
    deposited: tuple[int, int]
    expected: int


def day(moves: Iterable[Move], expected: int) -> Day:
    """The sums of an open day. expected: what lies in the drawer by the book now; the opening is what remains when all of the day is taken off."""
    sums: dict[str, list[int]] = {name: [0, 0] for name in ("collected", "postage", "claimed", "paid_in", "paid_out", "deposited")}
    for move in moves:
        way = move.way
        if way in sums and move.amount:
            _add(sums[way], move.amount if way in ("collected", "paid_in") else -move.amount)
        if move.fee:
            _add(sums["postage"], move.fee)
        if move.claimed:
            _add(sums["claimed"], move.claimed)
    opening = expected - sums["collected"][1] - sums["paid_in"][1] + sums["paid_out"][1] + sums["deposited"][1]
    told = {name: (n, paisa) for name, (n, paisa) in sums.items()}
    return Day(opening, told["collected"], told["postage"], told["claimed"], told["paid_in"], told["paid_out"], told["deposited"], expected)


def _add(to: list[int], paisa: int) -> None:
    to[0] += 1
    to[1] += paisa
