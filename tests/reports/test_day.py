"""What stands where on a report: ways out, other counters, days over midnight, what comes late, and how it is stopped."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conftest import Counter
from tests.reports.office import DAY_MS, Desk, advice, office, pouch
from tests.reports.test_two_computations import agrees, report

from corner_app.book.book import Book, Reader
from corner_app.domain import entries as e
from corner_app.domain.cash import slip_subject
from corner_app.domain.entries import EntryId
from corner_app.domain.numbers import make_s10
from corner_app.reports import data, day
from corner_app.reports.figures import DrawerLine, Figure, ParcelLine, Report

A, B, C = (make_s10("CP", f"{n:08d}") for n in (40777479, 61003724, 43842440))
DAY = "2026-11-24"
NEXT = "2026-11-25"


@pytest.fixture
def desks(tmp_path: Path) -> Iterator[tuple[Desk, Desk, Desk, Desk]]:
    with office(tmp_path) as made:
        yield made


def every(found: Report) -> ParcelLine:
    return next(line for line in found.parcels if line.kind == "all")


def gone(found: Report) -> dict[str, int]:
    return {way: figure.value for way, figure in every(found).gone if figure.value}


def drawer(found: Report, counter: int) -> DrawerLine:
    return next(line for line in found.drawers if line.counter == counter)


def test_every_way_out_has_its_place(desks: tuple[Desk, Desk, Desk, Desk]) -> None:
    one, _, far, _ = desks
    items = [make_s10("CP", f"{n:08d}") for n in range(1, 8)]
    for item in items:
        one.write(item, advice(50_000))
        got = one.write(item, e.Received("8500"))
    one.write(items[6], e.Undone(), sup=got.id.seq)
    one.write(items[0], e.HandedOver("8500", 1, 50_000, "M005", "code", 0, 50_000, 0))
    one.write(items[1], e.Dispatched("8500", "BD8500BD8510CCC60001001"))
    one.write(items[2], e.ReturnStarted("8500", "refused"))
    one.write(items[2], e.Returned("8500"))
    one.write(items[3], e.Lost("8500", "নেই"))
    far.hear(one, 100)
    far.write(items[4], e.Received("8200"))
    one.hear(far, 100)
    found = agrees(one, DAY)
    assert gone(found) == {"handed_over": 1, "dispatched": 1, "returned": 1, "lost": 1, "elsewhere": 1, "taken_back": 1}
    assert (every(found).came.value, every(found).on_hand.value) == (7, 1)
    assert [line.subject for line in found.exceptions if line.what == "lost"] == [items[3]]


def test_a_parcel_that_another_office_took_in_and_handed_over_left_to_it(desks: tuple[Desk, Desk, Desk, Desk]) -> None:
    """The handover came before the receipt it rests on, so both take effect in one moment."""
    one, _, far, _ = desks
    one.write(A, e.Received("8500"))
    far.hear(one, 1)
    far.write(A, e.Received("8200"))
    far.write(A, e.HandedOver("8200", 1, 50_000, "M005", "code", 0, 50_000, 0))
    one.heard[30] = 1
    one.hear(far, 1)
    one.heard[30] = 0
    one.hear(far, 1)
    assert gone(agrees(one, DAY)) == {"elsewhere": 1}


def test_a_departure_taken_back_came_in(desks: tuple[Desk, Desk, Desk, Desk]) -> None:
    one = desks[0]
    one.write(A, e.Received("8500"))
    sent = one.write(A, e.Dispatched("8500", "BD8500BD8510CCC60001001"))
    one.write(A, e.Undone(), sup=sent.id.seq)
    found = agrees(one, DAY)
    assert (every(found).came.value, gone(found), every(found).on_hand.value) == (2, {"dispatched": 1}, 1)
    assert [(line.kind, line.of.seq) for line in found.undone] == [("dispatched", sent.id.seq)]


def test_an_undo_of_yesterdays_receipt_counts_today(desks: tuple[Desk, Desk, Desk, Desk]) -> None:
    one = desks[0]
    got = one.write(A, e.Received("8500"))
    one.write(B, e.Received("8500"))
    one.close_day()
    yesterday = report(one, DAY)
    one.clock += DAY_MS
    one.write(A, e.Undone(), sup=got.id.seq)
    today = agrees(one, NEXT)
    assert (every(today).opening.value, every(today).came.value, gone(today), every(today).on_hand.value) == (2, 0, {"taken_back": 1}, 1)
    assert agrees(one, DAY) == yesterday


def test_the_float_and_what_went_to_the_safe(desks: tuple[Desk, Desk, Desk, Desk]) -> None:
    one = desks[0]
    one.open_day(200_000)
    one.write(A, advice(50_000))
    one.write(A, e.Received("8500"))
    one.write(A, e.HandedOver("8500", 1, 50_000, "M005", "code", 0, 50_000, 0))
    one.close_day(off=-1_000)
    one.clock += DAY_MS
    one.open_day(200_000)
    one.write(slip_subject("8500", 1, EntryId(7, 1, 99)), e.PaidOut("8500", 1, 5_000, "রিকশা", DAY))
    one.close_day(off=500)
    first, second, both = agrees(one, DAY), agrees(one, NEXT), agrees(one, DAY, NEXT)
    assert values(drawer(first, 1)) == (200_000, 50_000, 0, 0, 0, 250_000, 249_000, -1_000)
    assert values(drawer(second, 1)) == (200_000, 0, 0, 5_000, 0, 195_000, 195_500, 500)
    # 49,000 went to the safe over night
    assert values(drawer(both, 1)) == (200_000, 50_000, 0, 54_000, 0, 196_000, 195_500, -500)
    assert drawer(first, 1).opening.by == (one.log()[0].id,)
    told = [(line.what, line.detail) for line in both.exceptions]
    assert told == [("cash_difference", "-1000"), ("float_differs", "-49000"), ("late_payment", DAY), ("cash_difference", "500")]


def values(line: DrawerLine) -> tuple[int | None, ...]:
    figures = (line.opening, line.collected, line.paid_in, line.paid_out, line.deposited, line.expected, line.counted, line.difference)
    return tuple(None if figure is None else figure.value for figure in figures)


def test_another_counter_stands_as_it_closed_itself_or_as_far_as_it_is_known(desks: tuple[Desk, Desk, Desk, Desk]) -> None:
    one, two, _, _ = desks
    two.open_day(100_000)
    two.write(slip_subject("8500", 2, EntryId(8, 1, 2)), e.Transferred("8500", 2, 1, 30_000))
    one.hear(two, 100)
    open_ = report(one, DAY)
    assert values(drawer(open_, 2)) == (100_000, 0, 0, 30_000, 0, 70_000, None, None)
    assert drawer(open_, 1).paid_in == Figure(30_000, (EntryId(8, 1, 2),))
    seal = two.close_day(off=-500).uid.hex()
    one.hear(two, 100)
    shut = report(one, DAY)
    assert values(drawer(shut, 2)) == (100_000, 0, 0, 30_000, 0, 70_000, 69_500, -500)
    assert (drawer(shut, 2).closed, drawer(shut, 2).seal, drawer(shut, 2).clerks) == (True, seal, ("jalil",))
    assert (drawer(shut, 1).closed, shut.closed) == (False, False)


def test_what_others_wrote_and_came_after_the_closing_is_of_the_next_day(desks: tuple[Desk, Desk, Desk, Desk]) -> None:
    one, two, _, centre = desks
    centre.write(A, advice(50_000))
    one.hear(centre, 1)
    two.hear(centre, 1)
    two.write(A, e.Received("8500"))
    one.close_day()
    then = report(one, DAY)
    one.clock += DAY_MS
    one.write(B, e.Received("8500"))
    one.hear(two, 10)
    assert agrees(one, DAY) == then
    late = agrees(one, NEXT)
    assert (every(late).opening.value, every(late).came.value) == (0, 2)
    assert [(line.what, line.subject, line.detail) for line in late.exceptions if line.what == "came_late"] == [("came_late", DAY, "1")]


def test_a_pouch_that_comes_twice_is_an_exception(desks: tuple[Desk, Desk, Desk, Desk]) -> None:
    one = desks[0]
    for _ in range(2):
        one.write(pouch(1), e.PouchReceived("8500", 1, "8200", 10_000, 10_000, 9_000))
    found = agrees(one, DAY)
    assert drawer(found, 1).paid_in.value == 18_000
    assert [(line.what, line.detail) for line in found.exceptions] == [
        ("pouch_difference", "-1000"),
        ("pouch_difference", "-1000"),
        ("pouch_received_twice", ""),
    ]


def test_lists_tell_what_happened(counter: Counter) -> None:
    counter.announce(A)
    counter.announce(B, postcode="1000")
    counter.do("receive", scan=A)
    counter.do("receive", scan=B)
    counter.do("receive", scan=C)
    counter.do("damaged", scan=A, note="ভেজা")
    for _ in range(3):
        counter.do("hand_over", scan=A, code="999999", tendered=116_000)
    counter.do("print_label", scan=A)
    counter.do("reprint", scan=A, reason="ছেঁড়া")
    counter.do("receive", scan=A)
    counter.do("refuse", scan=A, reason="refused")
    found = of(counter)
    assert [(line.subject, line.what, line.detail, line.now) for line in found.exceptions] == [
        (B, "missent", "1000", "missent"), (C, "unannounced", "", "received"), (A, "damaged", "ভেজা", "refused"), (A, "wrong_code", "3", "refused"),
    ]  # fmt: skip
    assert [(line.subject, line.what, line.copy, line.reason) for line in found.reprints] == [(A, "parcel_label", 2, "ছেঁড়া")]
    assert [(line.item, line.reason, line.now) for line in found.returns] == [(A, "refused", "refused")]
    assert [(line.badge, line.received.value, line.labels.value, line.reprints.value) for line in found.clerks] == [("rahima", 3, 1, 1)]
    assert found.faults == ()


def of(counter: Counter, date: str = DAY) -> Report:
    reader = Reader(counter.book.path)
    try:
        return reader.read(lambda rows: day.read(rows, counter.here, date))
    finally:
        reader.close()


@pytest.mark.parametrize("seed", range(6))
def test_the_desk_seals_what_the_report_adds_up_to(counter: Counter, seed: int) -> None:
    """Random cash through the jobs; the report of each closed day finds the sealed figures and no fault."""
    chance = random.Random(seed)
    items = [make_s10("CP", f"{n:08d}") for n in range(1, 30)]
    counter.announce(*items)
    for date in (DAY, NEXT, "2026-11-26"):
        for item in chance.sample(items, 8):
            counter.do("receive", scan=item)
            counter.do("hand_over", scan=item, code="123456", tendered=200_000)
        for _ in range(8):
            amount = chance.randrange(1, 50) * 1_000
            job, fields = chance.choice(
                (
                    ("open_day", {"float": 200_000}),
                    ("pay_in", {"amount": amount, "reason": "ভাংতি"}),
                    ("pay_out", {"amount": amount, "reason": "রিকশা"}),
                    ("pouch_out", {"pouch": f"P{chance.randrange(10**6)}", "to": "8200", "amount": amount}),
                    ("transfer", {"to": 2, "amount": amount}),
                    ("count", {"counted": {"loose": amount}}),
                )
            )
            done = counter.do(job, **fields)
            if done["entries"] and chance.random() < 0.3:
                counter.do("reverse", entry=done["entries"][-1], reason="ভুল")
        sealed = counter.do("close_day", counted={"loose": counter.do("status")["data"]["drawer"].get("1", 0) + chance.choice((0, 700))}, reason="গোনায় বেশি")
        assert sealed["code"] == "day_closed", sealed
        found = of(counter, date)
        assert found.faults == ()
        line = data.plain(found)["drawers"]["1"]
        names = ("opening", "collected", "paid_in", "paid_out", "deposited", "expected", "counted", "difference", "seal")
        assert {name: line[name] for name in names} == {name: sealed["data"][name] for name in names}
        assert (found.date, found.seal) == (sealed["data"]["date"], sealed["data"]["seal"])
        counter.clock += DAY_MS


def test_a_closing_that_says_something_else_is_a_fault(desks: tuple[Desk, Desk, Desk, Desk]) -> None:
    one = desks[0]
    one.open_day(200_000)
    one.write("day:8500-1-2026-11-24", e.DayClosed("8500", 1, DAY, 0, 200_000, 5_000, 0, 0, 0, 205_000, 205_000, (), 7, 0, 0))
    assert set(report(one, DAY).faults) == {"on_hand_differs", "drawer_differs"}


def test_progress_rises_and_a_stop_is_heard(counter: Counter) -> None:
    counter.announce(*(make_s10("CP", f"{n:08d}") for n in range(1, 1_200)))
    told: list[tuple[int, int]] = []
    reader = Reader(counter.book.path)
    try:
        reader.read(lambda rows: day.read(rows, counter.here, DAY, progress=lambda done, of: told.append((done, of))))
        assert told[-1] == (1, 1)
        assert [done / of for done, of in told] == sorted(done / of for done, of in told)
        assert len(told) > 4
        asked = iter([False, False, True])
        with pytest.raises(day.Stopped):
            reader.read(lambda rows: day.read(rows, counter.here, DAY, stop=lambda: next(asked)))
        assert reader.read(lambda rows: day.read(rows, counter.here, DAY)).faults == ()
    finally:
        reader.close()


def test_a_book_without_an_entry(new_book: Path) -> None:
    with Book(new_book) as book:
        found = of(Counter(book))
    assert (found.first, found.last, found.seal, found.closed, found.faults) == (None, None, "", False, ())
    assert (every(found).opening.value, every(found).on_hand.value) == (0, 0)
    assert values(drawer(found, 1)) == (0, 0, 0, 0, 0, 0, None, None)


def test_entries_of_others_are_named_in_full(desks: tuple[Desk, Desk, Desk, Desk]) -> None:
    one, two, _, _ = desks
    two.write(A, e.Received("8500"))
    one.hear(two, 10)
    one.write(B, e.Received("8500"))
    assert data.plain(report(one, DAY), details=True)["parcels"]["in"]["entries"] == ["8.1.1", 1]
    assert data.exact(report(one, DAY)) == data.exact(report(one, DAY))
