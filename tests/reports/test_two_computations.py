"""Random days with two counters, late arrivals, undo and retries: two computations of the report agree, figures are sums of their entries, closed days stay."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from tests.reports import second
from tests.reports.office import DAY_MS, Desk, advice, any_parcel_body, office, pouch

from corner_app.book.book import Reader
from corner_app.book.verify import verify
from corner_app.domain import entries as e
from corner_app.domain.cash import slip_subject
from corner_app.domain.entries import EntryId, Fact
from corner_app.domain.numbers import make_s10
from corner_app.reports import day
from corner_app.reports.figures import Report

ITEMS = [make_s10("CP", f"{n * 7919 + 11:08d}") for n in range(14)]


def report(desk: Desk, date: str, to: str | None = None) -> Report:
    reader = Reader(desk.book.path)
    try:
        return reader.read(lambda rows: day.read(rows, desk.here(), date, to))
    finally:
        reader.close()


def some_work(chance: random.Random, desks: tuple[Desk, Desk, Desk, Desk], steps: int) -> None:
    one, two, far, centre = desks
    for _ in range(steps):
        desk = chance.choice((one, one, one, two, two, far))
        desk.clock += chance.randrange(200_000)
        item = chance.choice(ITEMS)
        match chance.randrange(13):
            case 0 | 1:
                chance.choice((desk, centre)).write(item, advice(chance.choice((0, 50_000, 116_000))))
            case 2 | 3:
                desk.write(item, e.Received(desk.office, "BAG1"))
            case 4:
                take_back(chance, desk)
            case 5:
                some_cash(chance, desk, desks)
            case 6:
                one.hear(chance.choice((two, far, centre)), chance.randrange(1, 9))
            case 7:
                two.hear(chance.choice((one, far, centre)), chance.randrange(1, 9))
            case 8:
                desk.print_label(item)
            case _:
                desk.write(item, any_parcel_body(chance, desk))


def take_back(chance: random.Random, desk: Desk) -> None:
    mine = [fact for fact in desk.log()[-6:] if ":" not in fact.entry.subject]
    if mine:
        undone = chance.choice(mine)
        desk.write(undone.entry.subject, e.Undone(), sup=undone.id.seq)


def some_cash(chance: random.Random, desk: Desk, desks: tuple[Desk, Desk, Desk, Desk]) -> None:
    o, c, amount = desk.office, desk.counter, chance.randrange(1, 40) * 10_000
    slip = slip_subject(o, c, EntryId(desk.book.place.device, 1, len(desk.log()) + 1))
    match chance.randrange(7):
        case 0:
            desk.open_day(amount)
        case 1:
            desk.write(slip, e.PaidIn(o, c, amount, "ভাংতি", chance.choice(("", "2026-11-20"))))
        case 2:
            desk.write(slip, e.PaidOut(o, c, amount, "রিকশা"))
        case 3:
            desk.write(slip, e.Transferred(o, c, 3 - min(c, 2), amount))
        case 4:
            desk.write(pouch(chance.randrange(4)), e.PouchSent(o, c, chance.choice(("8500", "8200")), amount))
        case 5:
            desk.write(pouch(chance.randrange(4)), e.PouchReceived(o, c, "8200", amount, amount, amount - chance.choice((0, 0, 1_000))))
        case _:
            reverse(chance, desk)


def reverse(chance: random.Random, desk: Desk) -> None:
    paid = [fact for fact in desk.log() if fact.entry.subject.startswith(("slip:", "pouch:"))]
    if paid:
        chosen = chance.choice(paid)
        desk.write(chosen.entry.subject, e.Reversed(desk.office, desk.counter, "ভুল"), sup=chosen.id.seq)


def agrees(desk: Desk, date: str, to: str | None = None) -> Report:
    found = report(desk, date, to)
    other = second.compute(desk.book.path, desk.office, desk.counter, date, to or date)
    assert found.seal == other.seal
    assert found.faults == ()
    for line in found.parcels:
        assert line.opening.value == other.opening.get(line.kind, 0), line
        assert line.came.value == other.came.get(line.kind, 0), line
        assert line.on_hand.value == other.on_hand.get(line.kind, 0), line
        assert {way: figure.value for way, figure in line.gone if figure.value} == {way: n for (kind, way), n in other.gone.items() if kind == line.kind}
        assert line.opening.value + line.came.value - sum(figure.value for _, figure in line.gone) == line.on_hand.value
    made = {a.account: (a.opening.value, a.debit.value, a.credit.value, a.closing.value) for a in found.accounts}
    assert made == other.accounts
    own = next(line for line in found.drawers if line.counter == desk.counter)
    for part in ("opening", "collected", "postage", "claimed", "paid_in", "paid_out", "deposited", "expected"):
        assert getattr(own, part).value == getattr(other.drawer, part), part
    assert {hour.hour: (hour.received.value, hour.handed_over.value) for hour in found.hours if hour.received.value or hour.handed_over.value} == other.hours
    assert {line.badge: line.received.value for line in found.clerks if line.received.value} == other.received_by
    are_sums(found, desk)
    return found


def are_sums(found: Report, desk: Desk) -> None:
    """Counts are as many entries; money is what the ledger's lines of just these entries add up to."""
    for line in found.parcels:
        for figure in (line.came, *(figure for _, figure in line.gone)):
            assert figure.value == len(figure.by) == len(set(figure.by))
    for account in found.accounts:
        lines = [line for line in found.ledger if line.account == account.account]
        assert account.debit.value == sum(line.amount for line in lines if line.by in set(account.debit.by) and line.amount > 0)
        assert account.credit.value == -sum(line.amount for line in lines if line.by in set(account.credit.by) and line.amount < 0)
        assert account.opening.value + account.debit.value - account.credit.value == account.closing.value
    for drawer in found.drawers:
        assert drawer.opening.value + drawer.collected.value + drawer.paid_in.value - drawer.paid_out.value - drawer.deposited.value == drawer.expected.value
        if drawer.counted is not None and drawer.difference is not None:
            assert drawer.counted.value - drawer.expected.value == drawer.difference.value
    own = next(line for line in found.drawers if line.counter == desk.counter)
    lines = [line for line in found.ledger if line.account == f"drawer:{desk.office}-{desk.counter}"]
    for part, sign in (("collected", 1), ("paid_in", 1), ("paid_out", -1), ("deposited", -1)):
        figure = getattr(own, part)
        assert figure.value == sign * sum(line.amount for line in lines if line.by in set(figure.by) and line.part == part)


@pytest.mark.parametrize("seed", range(12))
def test_random_days_come_out_the_same_twice(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    with office(tmp_path) as desks:
        one, two = desks[0], desks[1]
        closed: dict[str, Report] = {}
        dates: list[str] = []
        for _ in range(4):
            some_work(chance, desks, 45)
            dates.append(one.date())
            agrees(one, dates[-1])
            for desk in (one, two):
                if chance.random() < 0.75:
                    desk.close_day(chance.choice((0, 0, -5_000)))
            if len(closed) < len(one_closings(one)):
                closed[dates[-1]] = agrees(one, dates[-1])
            for desk in desks:
                desk.clock += DAY_MS
        for date, then in closed.items():
            assert agrees(one, date) == then
        agrees(one, dates[0], dates[-1])
        agrees(two, dates[0], dates[-1])
        assert verify(one.book.path).good


def one_closings(desk: Desk) -> list[Fact]:
    return [fact for fact in desk.log() if isinstance(fact.entry.body, e.DayClosed)]
