"""Horizon's failures at one drawer (reference field notes, section 6): closing, old figures, repeats, lost lines, taking back, disputes."""

from __future__ import annotations

import json
import random
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.centre.country import DAY, Country, Office, country
from tests.centre.test_judge import ledger
from tests.conftest import Counter

from corner_app import evidence as day_evidence
from corner_app.book import accounts
from corner_app.book.book import Book
from corner_app.book.verify import verify
from corner_app.reports import evidence

ITEM = "CP407774791BD"
DATE = "2026-11-24"


def notes(paisa: int) -> dict[str, int]:
    return {"1000": paisa // 100_000, "loose": paisa % 100_000}


def balances(counter: Counter) -> dict[str, int]:
    return counter.book.write(accounts.balances)


def in_drawer(counter: Counter) -> int:
    return counter.book.write(lambda tx: accounts.balance(tx, counter.here.drawer))


def written(counter: Counter) -> int:
    return counter.book.write(lambda tx: int(tx.value("SELECT count(*) FROM entry")))


@pytest.fixture
def land(tmp_path: Path) -> Iterator[Country]:
    with country(f"sqlite:///{tmp_path}/centre.db") as opened:
        yield opened


def synced(land: Country, office: Office, counter: Counter) -> None:
    land.now = counter.clock
    office.sync()


CLOSES: tuple[dict[str, Any], ...] = (
    {},
    {"reason": "x"},
    {"reason": "x", "approver": "anwar", "pin": "0000"},
    {"reason": "x", "approver": "anwar", "pin": "1234"},
    {"reason": "x", "approver": "jalil", "pin": "1234"},
)


def _step_of_a_close(counter: Counter, chance: random.Random) -> None:
    """A clerk goes into the close, back out of it, tries again, or is told no: each may write only what it says."""
    before, held = written(counter), balances(counter)
    off = chance.choice((0, 0, -500, 700))
    match chance.randrange(6):
        case 0:
            answer = counter.do("count", counted=notes(max(0, in_drawer(counter) + off)))
        case 1:
            answer = counter.do("my_day")
        case 2:
            answer = counter.do("pay_in", amount=chance.randrange(1, 9_000), reason="x")
        case 3:
            answer = counter.do("approve_day", date=DATE, clerk="anwar")
        case _:
            fields = {"counted": notes(max(0, in_drawer(counter) + off)), **chance.choice(CLOSES), "op": f"c{chance.randrange(9)}"}
            answer = counter.do("close_day", **fields)
            again = counter.do("close_day", **fields)
            assert answer["tone"] == "stop" or (again["repeated"], again["entries"]) == (True, answer["entries"])
    assert answer["code"] != "ledger_unequal"
    if answer["tone"] == "stop":
        assert (written(counter), balances(counter)) == (before, held), "a refusal moved something"


@pytest.mark.parametrize("seed", range(3))
def test_01_no_path_through_the_close_makes_the_office_and_the_centre_differ(land: Country, tmp_path: Path, seed: int) -> None:
    """Receipts and payments mismatch, 2010: Cancel zeroed a discrepancy at the counter while the centre kept it (FUJ00081945, POL00039522).

    Whatever is cancelled, refused, tried again or cut off by a program that is started anew, both ledgers are one ledger, and debits are credits.
    """
    chance = random.Random(seed)
    office = Office(land, tmp_path / "corner.book")
    counter = Counter(office.book)
    counter.do("open_day", float=50_000)
    for _ in range(3):
        for _ in range(14):
            _step_of_a_close(counter, chance)
            assert sum(balances(counter).values()) == 0
        if chance.random() < 0.7:
            clock = counter.clock
            office.store.close()
            office.book.close()
            office.book = Book(tmp_path / "corner.book")
            office.store = type(office.store)(office.book)
            counter = Counter(office.book)
            counter.clock = clock
        counter.clock += DAY
        synced(land, office, counter)
        assert ledger(land.desk) == balances(counter) != {}
    land.good()
    office.good()
    office.close()


def test_03_nothing_old_comes_back_a_year_later(counter: Counter) -> None:
    """Suspense account, 2010 to 2013: temporary figures were not deleted and were used again a year later (POL00039522).

    After 366 days the day begins with what was counted last, and computing every table from the entries again changes nothing.
    """
    counter.do("open_day", float=10_000)
    counter.do("pay_in", amount=5_000, reason="x")
    counter.do("close_day", counted=notes(14_000), reason="x")
    stale = balances(counter)
    counter.clock += 366 * DAY
    assert counter.do("open_day")["data"]["carried"] == 14_000
    counter.do("pay_out", amount=1_000, reason="x")
    closed = counter.do("close_day", counted=notes(13_000))["data"]
    assert (closed["date"], closed["opening"], closed["difference"]) == ("2027-11-25", 14_000, 0)
    stored = counter.book.write(lambda tx: (tx.all("SELECT * FROM posting ORDER BY by, line"), accounts.balances(tx)))
    assert stored[1]["suspense:8500"] == stale["suspense:8500"] == 1_000
    counter.book.rebuild()
    assert counter.book.write(lambda tx: (tx.all("SELECT * FROM posting ORDER BY by, line"), accounts.balances(tx))) == stored
    assert verify(counter.book.path).good


def test_04_a_hundred_repeats_of_one_paper_are_one_posting(counter: Counter) -> None:
    """Dalmellington, 2015: each key press repeated the pouch, £8,000 were booked as £32,000, each with a receipt (FUJ00085882).

    The key of a posting is the physical thing: the pouch's seal, the parcel, the bag. A second scan is told, not posted.
    """
    counter.do("open_day", float=100_000)
    counter.announce(ITEM)
    acts: tuple[dict[str, Any], ...] = (
        {"job": "pouch_in", "pouch": "P7", "sender": "8200", "expected": 80_000, "counted": notes(80_000)},
        {"job": "pouch_out", "pouch": "P8", "to": "8200", "amount": 30_000},
        {"job": "receive", "scan": ITEM},
        {"job": "hand_over", "scan": ITEM, "code": "123456", "tendered": 116_000},
    )
    for act in acts:
        first = counter.do(**act)
        assert first["tone"] == "good", first
        held, postings = balances(counter), counter.book.write(lambda tx: tx.all("SELECT * FROM posting ORDER BY by, line"))
        for _ in range(100):
            assert counter.do(**act)["tone"] != "good"
        assert (balances(counter), counter.book.write(lambda tx: tx.all("SELECT * FROM posting ORDER BY by, line"))) == (held, postings)
    assert balances(counter) == {"cod:M005": -116_000, "drawer:8500-1": 266_000, "safe:8500": -100_000, "transit:8200": -80_000, "transit:8500": 30_000}


@pytest.mark.parametrize("counted", [{"1000": 2}, {"1000": 20, "500": 2}, {"1000": 38, "500": 4}], ids=["a line dropped", "half of one", "doubled"])
def test_05_a_pouch_whose_lines_are_lost_or_doubled_is_not_taken_in(counter: Counter, counted: dict[str, int]) -> None:
    """Cash remittances, June 2019: of £20,000 in a pouch only £2,000 were registered (Computer Weekly, 2 July 2019).

    Expected, scanned and counted are shown together; where they differ nothing is written without a reason.
    """
    before = written(counter)
    fields = {"pouch": "P7", "sender": "8200", "expected": 2_000_000, "scanned": 2_000_000}
    refused = counter.do("pouch_in", **fields, counted=counted)
    assert (refused["tone"], refused["code"], refused["entries"]) == ("stop", "counts_differ", [])
    counted_paisa = sum(int(note) * 100 * pieces for note, pieces in counted.items())
    assert (refused["data"]["expected"], refused["data"]["scanned"], refused["data"]["counted"]) == (2_000_000, 2_000_000, counted_paisa)
    assert (written(counter), balances(counter)) == (before, {})
    taken = counter.do("pouch_in", **fields, counted={"1000": 20})
    assert (taken["code"], taken["data"]["difference"]) == ("pouch_received", 0)


@pytest.mark.parametrize("seed", range(5))
def test_13_what_is_taken_back_is_taken_back_exactly_and_once(counter: Counter, seed: int) -> None:
    """MoneyGram, 2016: a declined payment was reversed and the result was in dispute for £3,100 (trial, day 5, by a secondary text).

    A reversal is the exact negative of one entry, whatever the amount, and there is no second one.
    """
    chance = random.Random(seed)
    counter.do("open_day", float=900_000)
    before = balances(counter)
    amount = chance.randrange(1, 90_000)
    act = chance.choice(
        ({"job": "pay_in", "reason": "x"}, {"job": "pay_out", "reason": "x"}, {"job": "transfer", "to": 2}, {"job": "pouch_out", "pouch": "P1", "to": "8200"})
    )
    seq = counter.do(**act, amount=amount)["entries"][0]
    assert balances(counter) != before
    assert counter.do("reverse", entry=seq, reason="x")["code"] == "reversed"
    assert balances(counter) == before
    for _ in range(3):
        assert counter.do("reverse", entry=seq, reason="x")["code"] == "cannot_reverse"
    assert balances(counter) == before


def test_15_a_dispute_charges_nobody_and_its_evidence_cannot_be_altered(counter: Counter, tmp_path: Path) -> None:
    """No neutral place for a dispute: there was no suspense account for it, and staff paid (JARB0000064, Second Sight).

    Disputing moves no money, no account bears a person's name, and the bundle that goes with it is refused with any byte altered.
    """
    counter.do("pay_in", amount=5_000, reason="x")
    counter.do("close_day", counted=notes(4_000), reason="x")
    before = balances(counter)
    assert before["suspense:8500"] == 1_000
    disputed = counter.do("dispute", date=DATE, reason="x")
    assert disputed["code"] == "disputed"
    assert balances(counter) == before
    people = {clerk.badge for clerk in counter.roll.clerks}
    assert not [account for account in balances(counter) if any(badge in account for badge in people)]
    target = tmp_path / "day.zip"
    day_evidence.write(counter.book.path, counter.here, DATE, target, {"reason": "x", "entry": disputed["entries"][0]})
    checker: dict[str, Any] = {"__name__": "checking"}
    exec(compile(evidence.script(), evidence.SCRIPT, "exec"), checker)  # noqa: S102 - the program under test
    data = target.read_bytes()
    checker["check"](data)
    with closing(zipfile.ZipFile(target)) as bundle:
        assert json.loads(bundle.read("manifest.json"))["seal"]
    chance = random.Random(15)
    for place in {*range(0, 60), *range(len(data) - 60, len(data)), *(chance.randrange(len(data)) for _ in range(150))}:
        altered = bytearray(data)
        altered[place] ^= 1 << chance.randrange(8)
        with pytest.raises(Exception, match=r"."):
            checker["check"](bytes(altered))
