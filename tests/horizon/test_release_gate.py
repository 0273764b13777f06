"""The release gate of the field notes, section 6: (a) kills at every write, (b) replay, (c) what writes where, (d) adding by hand, (e) office and centre."""

from __future__ import annotations

import hashlib
import os
import random
import re
import shutil
import signal
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.centre.country import DAY, Office, country
from tests.centre.offices import Pc
from tests.centre.test_judge import ledger
from tests.conftest import Counter

from central_server.storage import cash
from corner_app.book import accounts, arrivals
from corner_app.book.book import Book, make
from corner_app.book.database import Rows
from corner_app.book.verify import verify
from corner_app.domain import entries as e
from corner_app.domain.cash import day_subject, slip_subject
from corner_app.domain.entries import EntryId
from corner_app.reports import day

ROOT = Path(__file__).parents[2]
ITEM, OTHER = "CP407774791BD", "CP610037240BD"
DATE = "2026-11-24"


def balances(counter: Counter) -> dict[str, int]:
    return counter.book.write(accounts.balances)


# (a) kill -9


ACTS: dict[str, dict[str, Any]] = {
    "intake": {"job": "receive", "scan": OTHER},
    "handover with COD": {"job": "hand_over", "scan": ITEM, "code": "123456", "tendered": 120_000},
    "transfer": {"job": "transfer", "to": 2, "amount": 30_000},
    "close": {"job": "close_day", "counted": {"1000": 1}},
    "pouch": {"job": "pouch_out", "pouch": "P1", "to": "8200", "amount": 30_000},
    "paper": {"job": "print_label", "scan": ITEM},
}


class _Killer:
    """Lets so many statements of the engine through and then ends this process with kill -9."""

    def __init__(self, book: Book, left: int) -> None:
        self.left = left
        book._connection.set_trace_callback(self._next)

    def _next(self, statement: str) -> None:
        if not re.match(r"INSERT|UPDATE|DELETE|COMMIT", statement):
            return
        self.left -= 1
        if self.left < 0:
            os.kill(os.getpid(), signal.SIGKILL)


def _killed_at(path: Path, write: int, act: dict[str, Any]) -> bool:
    """Does the act in a process of its own that is killed at one of its writes; False where it lived to its end."""
    child = os.fork()
    if child == 0:
        try:
            book = Book(path)
            counter = Counter(book)
            counter.clock += 60_000
            _Killer(book, write)
            counter.do(**act, op="op-1")
            os._exit(0)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def _ready(path: Path) -> None:
    make(path, office="8500", counter=1, training=True, device=7, uuid=bytes(range(16)))
    with Book(path) as book:
        counter = Counter(book)
        counter.do("open_day", float=100_000)
        counter.announce(ITEM, OTHER)
        counter.do("receive", scan=ITEM)


def _of(counter: Counter) -> tuple[dict[str, int], list[Any]]:
    """What a clerk and an auditor see: money, and what was written by kind and subject."""
    return balances(counter), counter.book.write(lambda tx: tx.all("SELECT kind, subject FROM entry ORDER BY no"))


def _kills(tmp_path: Path, what: str) -> int:
    """Kills at every write until the act lives to its end; each time the book is whole, and the same act again is done once."""
    act = ACTS[what]
    _ready(tmp_path / "start.book")
    shutil.copy(tmp_path / "start.book", tmp_path / "done.book")
    with Book(tmp_path / "done.book") as book:
        counter = Counter(book)
        counter.clock += 60_000
        before = _of(counter)
        assert counter.do(**act, op="op-1")["tone"] == "good"
        after = _of(counter)
    assert before != after
    write = 0
    while True:
        path = tmp_path / f"{write}.book"
        shutil.copy(tmp_path / "start.book", path)
        killed = _killed_at(path, write, act)
        with Book(path) as book:
            counter = Counter(book)
            counter.clock += 60_000
            assert _of(counter) == (before if killed else after)
            assert _papers_without_entry(counter) == []
            again = counter.do(**act, op="op-1")
            assert (again["tone"], again.get("repeated", False)) == ("good", not killed)
            assert _of(counter) == after
        assert verify(path).good
        if not killed:
            return write
        write += 1


def _papers_without_entry(counter: Counter) -> list[Any]:
    """Papers in the queue that no entry asks for."""
    return counter.book.write(lambda tx: tx.all("SELECT item FROM print_job WHERE item NOT IN (SELECT subject FROM entry WHERE kind = 'label_asked')"))


@pytest.mark.parametrize("what", ACTS)
def test_a_kill_at_every_write_loses_nothing_and_doubles_nothing(tmp_path: Path, what: str) -> None:
    """Each act dies at every one of its writes, COMMIT among them, in a process of its own, until it lives; COMMIT is not the first."""
    assert _kills(tmp_path, what) >= 3


# (b) replay


def _day(counter: Counter) -> None:
    counter.do("open_day", float=100_000)
    counter.announce(ITEM, OTHER)
    for item in (ITEM, OTHER):
        counter.do("receive", scan=item)
    counter.do("hand_over", scan=ITEM, code="123456", tendered=120_000)
    counter.do("pay_out", amount=700, reason="x")
    seq = counter.do("pay_in", amount=5_000, reason="x")["entries"][0]
    counter.do("reverse", entry=seq, reason="x")
    counter.do("transfer", to=2, amount=30_000)
    counter.do("pouch_out", pouch="P1", to="8200", amount=50_000)
    counter.do("close_day", counted={"1000": 1, "loose": 35_000}, reason="x")


@pytest.mark.parametrize("seed", range(4))
def test_b_entries_heard_twice_and_shuffled_give_the_same_balances_and_hash(counter: Counter, tmp_path: Path, seed: int) -> None:
    """Another PC of the office takes all of it in, twice, in any order: the ledger, line by line, is the writer's."""
    _day(counter)
    rows = counter.book.write(lambda tx: tx.all("SELECT epoch, seq, substr(hash, 1, 16), bytes FROM entry ORDER BY no"))
    twice = [*rows, *rows]
    random.Random(seed).shuffle(twice)
    make(tmp_path / "two.book", office="8500", counter=2, training=True, device=8, uuid=b"2" * 16)
    with Book(tmp_path / "two.book") as book:
        for epoch, number, uid, stored in twice:
            id = EntryId(7, epoch, number)
            book.write(lambda tx, id=id, uid=uid, stored=stored: arrivals.take(tx, id, uid, stored))  # type: ignore[misc]
        assert book.write(_ledger_hash) == counter.book.write(_ledger_hash)
        assert book.write(accounts.balances) == balances(counter)
    assert verify(tmp_path / "two.book").good


def _ledger_hash(rows: Rows) -> str:
    return hashlib.sha256(repr(rows.all("SELECT * FROM posting ORDER BY by, line")).encode()).hexdigest()


# (c) what writes where


WRITES = re.compile(r"\b(?:INSERT INTO|UPDATE|DELETE FROM|REPLACE INTO)\s+(posting|account|entry|arrived)\b")
MAY = {"posting": {"accounts.py"}, "account": {"accounts.py"}, "entry": {"entries.py", "replay.py", "rehome.py"}, "arrived": {"arrivals.py", "replay.py"}}


def test_c_only_projections_write_money_and_only_the_log_writes_entries() -> None:
    """Every statement in the sources of the counter: who writes `posting`, `account`, `entry`, `arrived`, and that none changes or removes an entry."""
    found: dict[str, set[str]] = {}
    for file in sorted((ROOT / "corner_app").rglob("*.py")):
        if file.parent.name == "migrations":
            continue
        text = file.read_text(encoding="utf-8")
        for match in WRITES.finditer(text):
            found.setdefault(match[1], set()).add(file.name)
        assert not re.search(r"(?:UPDATE|DELETE FROM)\s+(?:entry|arrived)\b", text), file
    assert found == MAY


# (d) adding by hand


def test_d_the_days_statement_adds_up_by_hand(counter: Counter) -> None:
    """Opening and each line make the sum that stands beside it; the last is the total, and what the closing expected."""
    _day(counter)
    told = counter.do("my_day", date=DATE)["data"]
    summed = told["opening"]
    assert len(told["lines"]) >= 5
    for line in told["lines"]:
        summed += line["amount"]
        assert line["drawer"] == summed
    assert summed == told["total"]
    with closing(counter.book.reader()) as reader:
        report = reader.read(lambda rows: day.read(rows, counter.here, DATE))
    own = next(line for line in report.drawers if line.counter == 1)
    assert own.expected.value == told["total"]
    assert own.opening.value + own.collected.value + own.paid_in.value - own.paid_out.value - own.deposited.value == own.expected.value
    assert own.difference is not None
    assert own.counted is not None
    assert own.counted.value - own.expected.value == own.difference.value


# (e) office and centre


def test_e_the_centres_total_is_the_offices_and_a_difference_is_told_to_both(tmp_path: Path) -> None:
    """By drawer after each closing. Where an office seals what its entries do not give, both sides are told and both figures kept."""
    with country(f"sqlite:///{tmp_path}/centre.db") as land:
        office = Office(land, tmp_path / "corner.book")
        counter = Counter(office.book)
        for _ in range(3):
            _day_of(counter)
            counter.clock += DAY
            land.now = counter.clock
            office.sync()
            rows = land.database.read(lambda sql: sql.all("SELECT account, sum(amount) FROM posting GROUP BY account"))
            assert {account: int(amount) for account, amount in rows if amount} == balances(counter) == ledger(land.desk)
        land.good()
        office.close()


def test_e_a_drawer_that_differs_is_told_to_the_office_and_kept_at_the_centre(tmp_path: Path) -> None:
    """Both figures are kept, and both sides have them."""
    with country(f"sqlite:///{tmp_path}/centre.db") as land:
        pc = Pc(land.desk).enrol()
        pc.write(slip_subject("8500", 1, EntryId(pc.device, 1, 1)), e.PaidIn("8500", 1, 20_000, "x"))
        pc.write(day_subject("8500", 1, DATE), e.DayClosed("8500", 1, DATE, 1, 0, 0, 0, 0, 0, 25_000, 25_000, (), 0, 0, 0))
        pc.send()
        assert pc.heard_verdicts() == [(2, 1, "day_differs")]
        kept = land.database.read(lambda sql: cash.closings(sql, "8500", 1))
        assert [(each.expected, each.computed, each.differs) for each in kept] == [(25_000, 20_000, True)]


def _day_of(counter: Counter) -> None:
    counter.do("pay_in", amount=5_000, reason="x")
    counter.do("transfer", to=2, amount=1_000)
    held = counter.book.write(lambda tx: accounts.balance(tx, counter.here.drawer))
    counter.do("close_day", counted={"loose": held - 100}, reason="x")
