"""Figures of parcels, drawers and accounts: sums over what the entries of a range did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from corner_app.domain import entries as e
from corner_app.domain.entries import EntryId, Fact
from corner_app.domain.money import drawer
from corner_app.reports.figures import WAYS_OUT, AccountLine, DrawerLine, Figure, LedgerLine, MoveLine, ParcelLine

KINDS = ("cod", "prepaid", "all")


def parcel_lines(moves: Sequence[MoveLine], on_hand_cod: int, on_hand: int) -> tuple[ParcelLine, ...]:
    """Parcels by kind. on_hand: at the end of the range, those with COD and all of them."""
    return tuple(
        _parcels(kind, [move for move in moves if kind in (move.kind, "all")], left) for kind, left in zip(KINDS, _kinds(on_hand_cod, on_hand), strict=True)
    )


def _kinds(cod: int, every: int) -> tuple[int, int, int]:
    return cod, every - cod, every


def _parcels(kind: str, moves: Sequence[MoveLine], left: int) -> ParcelLine:
    came = counted(move.by for move in moves if move.way == "came")
    gone = tuple((way, counted(move.by for move in moves if move.way == way)) for way in WAYS_OUT)
    opening = left - came.value + sum(figure.value for _, figure in gone)
    return ParcelLine(kind, Figure(opening), came, gone, Figure(left))


def counted(entries: Iterable[EntryId]) -> Figure:
    """How many entries."""
    by = tuple(entries)
    return Figure(len(by), by)


def summed(lines: Iterable[tuple[EntryId, int]]) -> Figure:
    """Paisa over entries."""
    found = tuple(lines)
    return Figure(sum(amount for _, amount in found), tuple(dict.fromkeys(by for by, _ in found)))


def account_lines(ledger: Sequence[LedgerLine], closing: Mapping[str, int]) -> tuple[AccountLine, ...]:
    """Every account that was touched. closing: paisa on each at the end of the range."""
    by_account: dict[str, list[LedgerLine]] = {}
    for line in ledger:
        by_account.setdefault(line.account, []).append(line)
    return tuple(_account(account, lines, closing.get(account, 0)) for account, lines in sorted(by_account.items()))


def _account(account: str, lines: Sequence[LedgerLine], left: int) -> AccountLine:
    debit = summed((line.by, line.amount) for line in lines if line.amount > 0)
    credit = summed((line.by, -line.amount) for line in lines if line.amount < 0)
    return AccountLine(account, Figure(left - debit.value + credit.value), debit, credit, Figure(left))


def floats_placed(ledger: Sequence[LedgerLine], opened: Mapping[str, Fact]) -> tuple[LedgerLine, ...]:
    """The same lines; of the floats stated only that of a drawer's first day is its opening, any other is cash put in or taken out.

    opened: by drawer the entry that stated that float.
    """

    def placed(line: LedgerLine) -> LedgerLine:
        begins = line.account in opened and opened[line.account].id == line.by
        return replace(line, part="paid_in" if line.amount > 0 else "paid_out") if line.part == "opening" and not begins else line

    return tuple(map(placed, ledger))


@dataclass(frozen=True, slots=True)
class DrawerFacts:
    """What belongs to one drawer in a range. balance: paisa in it before. lines: of the ledger. taken: handovers at it. closings: of its days, oldest first.

    opened: the entry that stated the float of its first day, None where nobody did. ends_closed: the range ends with a closing of it.
    """

    counter: int
    clerks: tuple[str, ...]
    balance: int
    lines: Sequence[LedgerLine]
    taken: Sequence[Fact]
    closings: Sequence[Fact]
    opened: Fact | None
    ends_closed: bool


def drawer_from_lines(of: DrawerFacts) -> DrawerLine:
    """A drawer by what its entries did."""
    signs = {"collected": 1, "paid_in": 1, "paid_out": -1, "deposited": -1}
    parts = {name: summed((line.by, sign * line.amount) for line in of.lines if line.part == name) for name, sign in signs.items()}
    moved = sum(line.amount for line in of.lines if line.part == "opening")
    off = sum(line.amount for line in of.lines if line.part == "difference")
    closed = of.closings[-1] if of.ends_closed else None
    last = closed.entry.body if closed is not None else None
    return _line(
        of,
        Figure(of.balance + moved, (of.opened.id,) if of.opened is not None else ()),
        parts,
        Figure(last.counted, (closed.id,)) if closed is not None and isinstance(last, e.DayClosed) else None,
        Figure(off, tuple(fact.id for fact in of.closings)) if of.closings else None,
    )


def _line(of: DrawerFacts, opening: Figure, parts: Mapping[str, Figure], counted_cash: Figure | None, difference: Figure | None) -> DrawerLine:
    handed = [(fact.id, fact.entry.body) for fact in of.taken if isinstance(fact.entry.body, e.HandedOver)]
    value = opening.value + parts["collected"].value + parts["paid_in"].value - parts["paid_out"].value - parts["deposited"].value
    return DrawerLine(
        of.counter,
        of.clerks,
        opening,
        parts["collected"],
        summed((by, body.fee) for by, body in handed if body.fee and not body.wallet),
        summed((by, body.collected + body.fee) for by, body in handed if body.wallet),
        parts["paid_in"],
        parts["paid_out"],
        parts["deposited"],
        Figure(value, tuple(dict.fromkeys((*opening.by, *(by for part in parts.values() for by in part.by))))),
        counted_cash,
        difference,
        of.ends_closed,
        of.closings[-1].uid.hex() if of.ends_closed else "",
    )


def drawer_from_days(of: DrawerFacts) -> DrawerLine:
    """Another counter's drawer by what it closed itself. Cash that went to the safe or came from it between two days is paid in or out."""
    bodies = [fact.entry.body for fact in of.closings if isinstance(fact.entry.body, e.DayClosed)]
    by = tuple(fact.id for fact in of.closings)
    overnight = [after.opening - before.counted for before, after in pairwise(bodies)]
    parts = {
        "collected": Figure(sum(body.collected for body in bodies), by),
        "paid_in": Figure(sum(body.paid_in for body in bodies) + sum(moved for moved in overnight if moved > 0), by),
        "paid_out": Figure(sum(body.paid_out for body in bodies) - sum(moved for moved in overnight if moved < 0), by),
        "deposited": Figure(sum(body.deposited for body in bodies), by),
    }
    difference = Figure(sum(body.counted - body.expected for body in bodies), by)
    return _line(of, Figure(bodies[0].opening, by[:1]), parts, Figure(bodies[-1].counted, by[-1:]), difference)


def counter_of(account: str, office: str) -> int | None:
    """The counter whose drawer an account is; None for any other account."""
    start = drawer(office, 0)[:-1]
    rest = account.removeprefix(start)
    return int(rest) if account.startswith(start) and rest.isdigit() else None
