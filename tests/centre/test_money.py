"""Cash documents at the centre: kept, folded, posted, told to whom they concern; and days whose closing is compared with the entries."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.centre import offices
from tests.centre.country import Country, Office, announced, country
from tests.centre.offices import T0, A, Pc, count, prepare
from tests.centre.offices import announced as announcement
from tests.centre.test_judge import good, ledger, said
from tests.conftest import Counter, parcel

from central_server import money
from central_server.cli import main
from central_server.exchange import Desk
from central_server.judge import try_days_again
from central_server.pages import overview
from central_server.storage import cash, database, schema
from central_server.storage.database import Sql
from central_server.storage.migrate import migrate
from corner_app.book import accounts, entries
from corner_app.domain import entries as e
from corner_app.domain.cash import day_subject, pouch_subject, slip_subject
from corner_app.domain.entries import AnyBody, EntryId

DAY1, DAY2 = "2026-11-24", "2026-11-25"


def closed(date: str, expected: int, counted: int, counter: int = 1, office: str = "8500") -> e.DayClosed:
    """A closing that says no more than what it expects and what was counted."""
    return e.DayClosed(office, counter, date, 1, 0, 0, 0, 0, 0, expected, counted, (), 0, 0, 0)


def opened(date: str, amount: int, carried: int = 0, counter: int = 1) -> e.DayOpened:
    return e.DayOpened("8500", counter, date, amount, carried)


def slip(pc: Pc) -> str:
    """Subject of a slip that will be the next entry."""
    return slip_subject(pc.office, pc.counter, EntryId(pc.device, pc.epoch, len(pc.rows) + 1))


def day(date: str, counter: int = 1) -> str:
    return day_subject("8500", counter, date)


# Kept, folded, posted


def test_documents_are_posted_as_at_the_counter_and_are_no_parcels(desk: Desk) -> None:
    here = Pc(desk).enrol()
    here.write(day(DAY1), opened(DAY1, 50_000))
    here.write(slip(here), e.PaidIn("8500", 1, 20_000, "change"))
    here.write(slip(here), e.PaidOut("8500", 1, 5_000, "rickshaw"))
    here.write(slip(here), e.Transferred("8500", 1, 2, 10_000))
    here.write(pouch_subject("S100"), e.PouchSent("8500", 1, "8200", 40_000))
    here.write("counter:8500-1", e.SignedIn(1))
    here.send(1, 3)
    here.send()
    assert ledger(desk) == {"drawer:8500-1": 15_000, "drawer:8500-2": 10_000, "safe:8500": -65_000, "transit:8500": 40_000}
    assert count(desk, "fact") == 5
    counted = desk.database.read(lambda sql: overview.count(sql, T0))
    assert (counted.on_hand.total(), counted.states.total()) == (0, 0)
    assert good(desk)


def test_a_reversal_takes_money_back_once_and_a_second_one_is_said(desk: Desk) -> None:
    here = Pc(desk).enrol()
    paid = here.write(subject := slip(here), e.PaidOut("8500", 1, 5_000, "stamps"))
    here.send()
    here.write(subject, e.Reversed("8500", 1, "typed wrong"), 1, sup=paid.seq)
    here.write(subject, e.Reversed("8500", 1, "again"), 2, sup=paid.seq)
    here.send(2)
    assert ledger(desk) == {}
    assert said(desk, subject) == [(3, 1, "cannot_reverse")]


def test_a_document_written_again_after_a_fork_counts_once(desk: Desk) -> None:
    here = Pc(desk).enrol()
    here.write("counter:8500-1", e.SignedIn(1))
    here.write(subject := slip(here), e.PaidIn("8500", 1, 5_000, "float"))
    here.send()
    again = here.goes_on(2, 1)
    again.write(subject, e.PaidIn("8500", 1, 5_000, "float"), orig=e.origin_text(EntryId(here.device, 1, 2), here.name(2)))
    again.send()
    assert ledger(desk) == {"drawer:8500-1": 5_000, "safe:8500": -5_000}
    assert said(desk, subject) == [(1, 1, "duplicate_of")]


@pytest.mark.parametrize("first", ["sent", "received"])
def test_a_pouch_is_heard_at_both_ends_in_whatever_order_it_comes(desk: Desk, first: str) -> None:
    here, there, far = Pc(desk).enrol(), Pc(desk, "8200").enrol(), Pc(desk, "1000").enrol()
    sent = here.write(pouch_subject("S7"), e.PouchSent("8500", 1, "8200", 90_000))
    got = there.write(pouch_subject("S7"), e.PouchReceived("8200", 1, "8500", 90_000, 90_000, 89_500))
    for pc in (here, there) if first == "sent" else (there, here):
        pc.send()
    assert ledger(desk) == {"drawer:8200-1": 89_500, "drawer:8500-1": -90_000, "suspense:8200": 500}
    assert got in here.heard_entries()
    assert sent in there.heard_entries()
    assert far.heard() == []
    assert good(desk)


def test_a_pouch_sent_or_received_twice_or_with_another_amount_is_said_at_both_ends(desk: Desk) -> None:
    here, there = Pc(desk).enrol(), Pc(desk, "8200").enrol()
    here.write(pouch_subject("S7"), e.PouchSent("8500", 1, "8200", 90_000))
    here.write(pouch_subject("S7"), e.PouchSent("8500", 1, "8200", 10_000), 1)
    here.send()
    there.write(pouch_subject("S7"), e.PouchReceived("8200", 1, "8500", 80_000, 80_000, 90_000))
    there.write(pouch_subject("S7"), e.PouchReceived("8200", 1, "8500", 90_000, 90_000, 90_000), 1)
    there.send()
    expected = {(2, 1, "pouch_sent_twice"), (1, 1, "pouch_differs"), (2, 1, "pouch_received_twice")}
    assert set(said(desk, "pouch:S7")) == expected
    assert set(here.heard_verdicts()) == set(there.heard_verdicts()) == expected
    assert ledger(desk)["suspense:8500"] == 10_000
    assert good(desk)


def test_names_too_long_to_be_found_by_are_kept_and_not_judged(desk: Desk) -> None:
    here = Pc(desk).enrol()
    here.write(pouch_subject("S7"), e.PouchSent("8500", 1, "8" * 300, 90_000))
    here.send()
    assert here.heard_verdicts() == [(1, 1, "undecodable")]
    assert ledger(desk) == {}


# Office total = centre total


def test_days_that_agree_leave_what_was_counted_in_the_centres_drawer(desk: Desk) -> None:
    here = Pc(desk).enrol()
    base = here.write(A, announcement())
    base = here.write(A, e.Received("8500"), base)
    here.write(day(DAY1), opened(DAY1, 50_000))
    here.write(A, e.HandedOver("8500", 1, 116_000, "M005", "code", 4), base)
    here.write(day(DAY1), closed(DAY1, 166_000, 165_000), 3)
    here.send()
    assert standing(desk) == [(DAY1, 166_000, 165_000, 166_000, False)]
    assert ledger(desk)["drawer:8500-1"] == 165_000
    here.write(day(DAY2), opened(DAY2, 60_000, 165_000))
    here.write(day(DAY2), closed(DAY2, 60_000, 60_000), 6)
    here.send(6)
    assert standing(desk)[1:] == [(DAY2, 60_000, 60_000, 60_000, False)]
    assert ledger(desk)["drawer:8500-1"] == 60_000
    assert here.heard_verdicts() == []
    assert good(desk)


def standing(desk: Desk, counter: int = 1) -> list[tuple[str, int, int, int, bool]]:
    """(date, expected, counted, what the centre expects, whether they differ) of each closing."""
    found = desk.database.read(lambda sql: cash.closings(sql, "8500", counter))
    return [(each.date, each.expected, each.counted, each.computed, each.differs) for each in found]


def test_a_day_that_differs_is_said_once_with_both_figures_and_nothing_is_repaired(desk: Desk) -> None:
    here = Pc(desk).enrol()
    here.write(slip(here), e.PaidIn("8500", 1, 20_000, "float"))
    here.write(day(DAY1), closed(DAY1, 25_000, 25_000))
    here.send()
    assert here.heard_verdicts() == [(2, 1, "day_differs")]
    assert standing(desk) == [(DAY1, 25_000, 25_000, 20_000, True)]
    assert ledger(desk)["drawer:8500-1"] == 20_000
    here.write(slip(here), e.PaidIn("8500", 1, 1_000, "stamps"))
    here.write(day(DAY2), closed(DAY2, 26_000, 26_000))
    here.write(day(DAY1), e.DayApproved("8500", 1), 2, sup=2)
    here.send(3)
    assert here.heard_verdicts() == [(2, 1, "day_differs")], "the next day begins with what this one sealed"
    assert try_days_again(desk.database, T0) == 0
    assert good(desk)


def test_a_transfer_that_comes_late_makes_the_day_agree(desk: Desk) -> None:
    """Counter 1 heard of it through the relay and closed; the other counter's entries reach the centre afterwards."""
    one, two = Pc(desk).enrol(), Pc(desk, counter=2).enrol()
    one.write(day(DAY1), closed(DAY1, 30_000, 30_000))
    one.send()
    assert one.heard_verdicts() == [(1, 1, "day_differs")]
    two.write(slip(two), e.Transferred("8500", 2, 1, 30_000))
    two.send()
    assert one.heard_verdicts() == [(1, 1, "day_differs"), (1, 2, "applied")]
    assert standing(desk) == [(DAY1, 30_000, 30_000, 30_000, False)]


def test_a_transfer_the_book_had_not_heard_of_belongs_to_a_later_day_and_to_one_only(desk: Desk) -> None:
    one, two = Pc(desk).enrol(), Pc(desk, counter=2).enrol()
    two.write(slip(two), e.Transferred("8500", 2, 1, 30_000))
    two.write(slip(two), e.Transferred("8500", 2, 1, 7_000))
    two.send()
    one.write(day(DAY1), closed(DAY1, 7_000, 7_000))
    one.write(day(DAY2), closed(DAY2, 37_000, 37_000))
    one.write(day("2026-11-26"), closed("2026-11-26", 44_000, 44_000))
    one.send()
    assert [(date, differs) for date, _, _, _, differs in standing(desk)] == [(DAY1, False), (DAY2, False), ("2026-11-26", True)]
    assert one.heard_verdicts()[-1] == (3, 1, "day_differs")


def test_a_book_that_goes_on_from_a_copy_and_a_new_pc_of_the_counter_carry_on(desk: Desk) -> None:
    here = Pc(desk).enrol()
    here.write(slip(here), e.PaidIn("8500", 1, 10_000, "float"))
    here.write(slip(here), e.PaidIn("8500", 1, 2_000, "lost with the disk"))
    here.send()
    copy = here.goes_on(2, 1)
    copy.write(day(DAY1), closed(DAY1, 10_000, 10_000))
    copy.send()
    copy.write(slip(copy), e.PaidIn("8500", 1, 500, "stamps"))
    copy.send(2)
    new = Pc(desk, uuid=b"another PC of it".ljust(16)).enrol()
    new.write(day(DAY2), closed(DAY2, 12_500, 12_500))
    new.send()
    assert [differs for *_, differs in standing(desk)] == [False, False]


def test_a_day_that_agreed_is_not_unsettled_by_what_comes_after_it(desk: Desk) -> None:
    """Its counter has a second PC that goes on writing; a supervisor approves the day afterwards."""
    old = Pc(desk).enrol()
    old.write(slip(old), e.PaidIn("8500", 1, 10_000, "float"))
    old.send()
    new = Pc(desk, uuid=b"another PC of it".ljust(16)).enrol()
    new.write(day(DAY1), closed(DAY1, 10_000, 9_000))
    new.send()
    old.write(slip(old), e.PaidIn("8500", 1, 500, "still in use"))
    old.send(2)
    new.write(day(DAY1), e.DayApproved("8500", 1), 1, sup=1)
    new.send(2)
    assert standing(desk) == [(DAY1, 10_000, 9_000, 10_000, False)]
    assert new.heard_verdicts() == []


def test_a_second_closing_of_a_day_is_said_and_compared_with_nothing(desk: Desk) -> None:
    here = Pc(desk).enrol()
    here.write(day(DAY1), closed(DAY1, 0, 0))
    here.write(day(DAY1), closed(DAY1, 5, 5), 1)
    here.send()
    assert here.heard_verdicts() == [(2, 1, "day_closed_twice")]
    assert ledger(desk) == {}


@pytest.mark.parametrize("seed", range(6))
def test_random_days_of_two_counters_agree_exactly_when_their_books_were_right(desk: Desk, seed: int) -> None:
    """Counters write, hear of each other sooner or later, send in pieces in any order; one closing in three says a wrong sum."""
    chance = random.Random(seed)
    pcs = [Pc(desk, counter=n).enrol() for n in (1, 2)]
    has, sent, wrong = [0, 0], [0, 0], set[tuple[int, str]]()
    coming: tuple[list[int], list[int]] = ([], [])
    for n in range(80):
        at = chance.randrange(2)
        pc, amount = pcs[at], chance.randrange(1, 900) * 100
        match chance.randrange(5):
            case 0:
                pc.write(slip(pc), e.Transferred("8500", at + 1, 2 - at, amount))
                has[at] -= amount
                coming[1 - at].append(amount)
            case 1 if coming[at]:
                has[at] += coming[at].pop(0)
            case 2:
                date, off = f"2027-{1 + n // 28:02d}-{1 + n % 28:02d}", chance.choice((0, 0, 77_777_777))
                said_ = has[at] + off
                has[at] = said_ - chance.choice((0, 300))
                pc.write(day(date, at + 1), closed(date, said_, has[at], at + 1))
                wrong |= {(at, date)} if off else set()
            case _:
                pc.write(slip(pc), e.PaidIn("8500", at + 1, amount, "stamps"))
                has[at] += amount
        if chance.random() < 0.2 and len(pc.rows) > sent[at]:
            pc.send(sent[at] + 1)
            sent[at] = len(pc.rows)
    for at, pc in enumerate(pcs):
        if len(pc.rows) > sent[at]:
            pc.send(sent[at] + 1)
    try_days_again(desk.database, T0)
    assert wrong
    assert {(at, date) for at in (0, 1) for date, *_, differs in standing(desk, at + 1) if differs} == wrong
    assert good(desk)


# Figure by figure


def test_each_figure_of_a_drawer_stands_beside_what_its_closing_says(desk: Desk) -> None:
    one, two = Pc(desk).enrol(), Pc(desk, counter=2).enrol()
    base = one.write(A, announcement())
    base = one.write(A, e.Received("8500"), base)
    one.write(day(DAY1), opened(DAY1, 50_000))
    one.write(A, e.HandedOver("8500", 1, 116_000, "M005", "code", 4, fee=500), base)
    one.write(slip(one), e.PaidIn("8500", 1, 2_000, "stamps"))
    one.write(slip(one), e.PaidOut("8500", 1, 700, "rickshaw"))
    one.write(pouch_subject("S1"), e.PouchSent("8500", 1, "8200", 100_000))
    two.write(slip(two), e.Transferred("8500", 2, 1, 9_000))
    two.send()
    said_ = e.DayClosed("8500", 1, DAY1, 1, 50_000, 116_500, 11_000, 700, 100_000, 76_800, 76_500, (), 0, 0, 1, "coins")
    one.write(day(DAY1), said_, 3)
    one.write(slip(one), e.PaidIn("8500", 1, 400, "of the next day"))
    one.send()
    first, second = desk.database.read(lambda sql: money.drawers(sql, "8500", DAY1))
    figures = {"opening": 50_000, "collected": 116_500, "paid_in": 11_000, "paid_out": 700, "deposited": 100_000}
    figures |= {"expected": 76_800, "counted": 76_500, "difference": -300}
    assert (first.counter, first.closed, first.agrees) == (1, True, True)
    assert first.figures == first.closing == figures
    assert {name: sum(amount for _, _, amount in found) for name, found in first.entries.items()} == {
        "opening": 50_000, "collected": 116_500, "paid_in": 11_000, "paid_out": -700, "deposited": -100_000, "difference": -300,
    }  # fmt: skip
    assert (second.closed, second.closing, second.figures["paid_out"], second.figures["expected"]) == (False, None, 9_000, -9_000)
    after = desk.database.read(lambda sql: money.drawers(sql, "8500", DAY2))[0]
    assert (after.closed, after.figures["opening"], after.figures["paid_in"], after.figures["expected"]) == (False, 76_500, 400, 76_900)


def test_the_command_line_gives_the_figures_and_fails_where_they_differ(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = f"sqlite:///{tmp_path}/centre.db"
    prepare(url)
    with closing(database.connect(url)) as at:
        here = Pc(offices.opened(at)).enrol()
        here.write(slip(here), e.PaidIn("8500", 1, 2_000, "stamps"))
        here.write(day(DAY1), closed(DAY1, 2_000, 2_000))
        here.write(day(DAY2), closed(DAY2, 9_999, 9_999))
        here.send()
    assert main(["--db", url, "money", "--office", "8500", "--date", DAY1, "--json", "--details"]) == 0
    told = json.loads(capsys.readouterr().out)
    (drawer,) = told["drawers"]
    assert (drawer["centre"]["expected"], drawer["closing"]["expected"], drawer["agrees"]) == (2_000, 2_000, True)
    assert [(each["seq"], each["amount"]) for each in drawer["entries"]["paid_in"]] == [(1, 2_000)]
    assert told["accounts"] == {"drawer:8500-1": 2_000, "safe:8500": -2_000}
    assert main(["--db", url, "money", "--office", "8500", "--date", DAY2]) == 1
    assert "DIFFERS" in capsys.readouterr().out
    with pytest.raises(SystemExit) as ended:
        main(["--db", url, "money", "--office", "8500", "--date", "today"])
    assert ended.value.code == 64


# A centre of before


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_centre_of_the_first_step_is_upgraded_and_takes_money(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    url = request.getfixturevalue("cluster").create("first_step") if kind == "postgresql" else f"sqlite:///{tmp_path}/centre.db"
    with closing(database.connect(url)) as at:

        def first_step(sql: Sql) -> None:
            for statement in (*schema.statements(postgresql=sql.postgresql), "CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)"):
                sql.run(statement)
            sql.run("INSERT INTO alembic_version VALUES ('0001')")
            sql.copy("posting", sql.columns("posting"), [("CP1", 1, 1, 1, 0, "cod:M005", -5, "k"), ("CP1", 1, 1, 1, 1, "drawer:8500-1", 5, "k")])

        at.write(first_step)
        migrate(url)
        migrate(url)
        desk = offices.opened(at)
        assert at.read(lambda sql: cash.balance(sql, "drawer:8500-1")) == 5
        here = Pc(desk).enrol()
        here.write(slip(here), e.PaidIn("8500", 1, 2_000, "stamps"))
        here.write(day(DAY1), closed(DAY1, 2_005, 2_005))
        here.send()
        assert at.read(lambda sql: cash.balance(sql, "drawer:8500-1")) == 2_005
        assert here.heard_verdicts() == [(2, 1, "day_differs")], "nobody's entry is behind those five"


# With real books


@pytest.fixture
def land(tmp_path: Path) -> Iterator[Country]:
    with country(f"sqlite:///{tmp_path}/centre.db") as made:
        yield made


def write(office: Office, subject: str, body: AnyBody) -> EntryId:
    """An entry as a job of the desk appends it."""
    now = office.country.now
    return office.book.write(lambda tx: entries.append(tx, "rahima", now, subject, body, base=entries.last_about(tx, subject))).id


def drawer_at(office: Office, account: str) -> int:
    return office.store.read(lambda rows: accounts.balance(rows, account))


def test_the_other_counter_a_new_pc_and_the_other_office_know_the_documents(land: Country, tmp_path: Path) -> None:
    land.announce(announced(3))
    with closing(Office(land, tmp_path / "1.book")) as one, closing(Office(land, tmp_path / "2.book", counter=2)) as two:
        with closing(Office(land, tmp_path / "hub.book", "8200")) as hub:
            for office in (one, two, hub):
                office.sync()
            write(one, day(DAY1), opened(DAY1, 90_000))
            write(one, "slip:8500-1-1-2", e.Transferred("8500", 1, 2, 30_000))
            write(one, pouch_subject("S9"), e.PouchSent("8500", 1, "8200", 45_000))
            write(one, day(DAY1), closed(DAY1, 15_000, 14_000))
            one.sync()
            two.sync()
            hub.sync()
            assert (drawer_at(two, "drawer:8500-2"), drawer_at(two, "drawer:8500-1"), drawer_at(two, "transit:8500")) == (30_000, 14_000, 45_000)
            assert [f.entry.body for f in hub.store.read(lambda rows: entries.facts_about(rows, "pouch:S9"))] == [e.PouchSent("8500", 1, "8200", 45_000)]
            assert drawer_at(hub, "drawer:8500-1") == -45_000, "of 8500 it knows the pouch alone"
            write(two, day(DAY1, 2), closed(DAY1, 30_000, 30_000, 2))
            two.sync()
            one.sync()
            assert drawer_at(one, "drawer:8500-2") == 30_000
            with closing(Office(land, tmp_path / "new.book")) as new:
                new.sync()
                for account in ("drawer:8500-1", "drawer:8500-2", "safe:8500", "transit:8500", "suspense:8500"):
                    assert drawer_at(new, account) == drawer_at(one, account) != 0, account
                new.good()
            for office in (one, two, hub):
                office.good()
    land.good()
    assert [each.differs for each in land.database.read(lambda sql: [*cash.closings(sql, "8500", 1), *cash.closings(sql, "8500", 2)])] == [False, False]


NOTES = ((100_000, "1000"), (50_000, "500"), (10_000, "100"), (5_000, "50"), (1_000, "10"))


def in_notes(amount: int) -> dict[str, int]:
    """Cash as a clerk counts it."""
    counted = {}
    for note, name in NOTES:
        counted[name], amount = divmod(amount, note)
    return {name: many for name, many in counted.items() if many} | ({"loose": amount} if amount else {})


def test_days_of_real_counters_agree_figure_by_figure(land: Country, tmp_path: Path) -> None:
    """Two counters and the hub do everything with cash that their jobs allow, hear of each other late, and close; the centre finds every sum by itself."""
    offices_ = [Office(land, tmp_path / "1.book"), Office(land, tmp_path / "2.book", counter=2), Office(land, tmp_path / "hub.book", "8200")]
    counters = [Counter(office.book) for office in offices_]
    chance, serial = random.Random(8), itertools.count(70_000)

    def do(at: int, job: str, **fields: Any) -> dict[str, Any]:
        counters[at].clock = land.now = land.now + 60_000
        answer: dict[str, Any] = counters[at].do(job, **fields)
        assert answer["tone"] != "stop", answer
        return answer

    pouches = []
    for n in range(2):
        for at, office in enumerate(offices_):
            do(at, "open_day", **({"float": 50_000} if n == 0 else {}))
            numbers = [offices.item(next(serial)) for _ in range(3)]
            postcode = office.book.place.office
            do(at, "announce", parcels=[parcel(number, postcode=postcode) for number in numbers])
            for number in numbers:
                do(at, "receive", scan=number)
            do(at, "hand_over", items=numbers[:2], code="123456", tendered=240_000)
            do(at, "hand_over", scan=numbers[2], code="123456", paid_by={"wallet": "bkash", "trx": f"8N7A6B5C{n}{at}"})
            do(at, "pay_in", amount=chance.randrange(1, 50) * 1_000, reason="stamps")
            wrong = do(at, "pay_out", amount=3_000, reason="rickshaw")
            do(at, "reverse", entry=wrong["entries"][0], reason="typed wrong")
        do(0, "transfer", to=2, amount=30_000)
        do(1, "transfer", to=1, amount=7_000)
        do(0, "pouch_out", pouch=f"PB10{n}", to="8200", amount=200_000)
        pouches.append(f"PB10{n}")
        back = do(0, "pouch_out", pouch=f"PB20{n}", to="8200", amount=1_000)
        do(0, "reverse", entry=back["entries"][0], reason="opened again")
        for office in offices_:
            office.sync()
        if offices_[2].store.read(lambda rows: entries.facts_about(rows, f"pouch:{pouches[0]}")):
            do(2, "pouch_in", pouch=pouches.pop(0), counted=in_notes(200_000), scanned=200_000)
        for at in range(3):
            expected = do(at, "count", counted={})["data"]["expected"]
            off = chance.choice((0, 500))
            do(at, "close_day", counted=in_notes(expected - off), **({"reason": "coins"} if off else {}))
        land.now += 20 * 3_600_000
    for _ in range(2):
        for office in offices_:
            office.sync()
    land.good()
    assert land.database.read(cash.differing) == []
    assert pouches == [], "each was counted at the hub on its day"
    taken = [len(each.others) for counter in (1, 2) for each in land.database.read(lambda sql, n=counter: cash.closings(sql, "8500", n))]  # type: ignore[misc]
    assert taken == [0, 1, 1, 1], "counter 1 heard of the other's transfer the day after"
    for code, date in itertools.product(("8500", "8200"), ("2026-11-24", "2026-11-25")):
        for found in land.database.read(lambda sql, code=code, date=date: money.drawers(sql, code, date)):  # type: ignore[misc]
            assert found.closed
            assert found.figures == found.closing, (code, date, found.counter)
    for office in offices_:
        account = f"drawer:{office.book.place.office}-{office.book.place.counter}"
        assert land.database.read(lambda sql, account=account: cash.balance(sql, account)) == drawer_at(office, account) > 0  # type: ignore[misc]
        office.good()
        office.close()
