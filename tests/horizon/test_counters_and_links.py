"""Horizon's failures between counters, keys, printers and links: locks, doubles, lost answers, power, partitions, malformed entries."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlcipher3 import dbapi2
from tests.centre.country import Country, Office, country
from tests.centre.test_judge import ledger
from tests.conftest import Counter
from tests.reports import office as offices
from tests.reports.test_two_computations import agrees, some_work

from corner_app.book import accounts, arrivals, days
from corner_app.book.book import Book, make
from corner_app.book.database import Tx, connect
from corner_app.book.verify import verify
from corner_app.desk import jobs, session
from corner_app.desk.commands import PayIn
from corner_app.domain import entries as e
from corner_app.domain.entries import EntryId
from corner_app.domain.outcome import Outcome
from corner_app.sync.client import Client, Machine
from corner_app.sync.engine import NoAnswer

ITEM = "CP407774791BD"


def balances(counter: Counter) -> dict[str, int]:
    return counter.book.write(accounts.balances)


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[list[Counter]]:
    """Two counters of one office, each with its own book."""
    books = []
    for at in (1, 2):
        make(tmp_path / f"{at}.book", office="8500", counter=at, training=True, device=6 + at, uuid=bytes([at]) * 16)
        books.append(Book(tmp_path / f"{at}.book"))
    yield [Counter(book) for book in books]
    for book in books:
        book.close()


def hear(counter: Counter, other: Counter, order: Callable[[list[Any]], None] = list.reverse) -> None:
    """Takes in all of another counter's entries, in the order asked for."""
    found = other.book.write(lambda tx: tx.all("SELECT epoch, seq, substr(hash, 1, 16), bytes FROM entry ORDER BY no"))
    order(found)
    for epoch, seq, uid, stored in found:
        id = EntryId(other.book.place.device, epoch, seq)
        counter.book.write(lambda tx, id=id, uid=uid, stored=stored: arrivals.take(tx, id, uid, stored))  # type: ignore[misc]


def test_02_a_lock_is_loud_and_leaves_no_half_of_a_transfer(pair: list[Counter]) -> None:
    """Callendar Square, 2000 to 2006: a lock on one counter made transfers between stock units vanish or double (POL00039522).

    Both legs are one record: while the lock is held the clerk is told so and nothing is written; afterwards the same act is done once.
    """
    one, two = pair
    one.do("open_day", float=100_000)
    with closing(connect(one.book.path)) as other:
        one.book._connection.execute("PRAGMA busy_timeout=1")
        for step in range(3):
            other.execute("BEGIN IMMEDIATE")
            refused = one.do("transfer", to=2, amount=30_000, op=f"t{step}")
            assert (refused["tone"], refused["code"], refused["entries"]) == ("stop", "book_busy", [])
            other.execute("ROLLBACK")
            done = one.do("transfer", to=2, amount=30_000, op=f"t{step}")
            assert one.do("transfer", to=2, amount=30_000, op=f"t{step}")["repeated"]
            assert done["code"] == "transferred"
            hear(two, one)
            held = balances(two)
            assert held["drawer:8500-2"] == 30_000 * (step + 1) == 100_000 - held["drawer:8500-1"]
    assert balances(one) == balances(two)


class _Broken(Exception):
    """The power goes in the middle of a job."""


def test_02_a_transfer_that_stops_at_any_statement_leaves_no_half(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same, at each write of the job and not only before it."""
    counter.do("open_day", float=100_000)
    before, run, stops = balances(counter), Tx.run, 0
    while True:
        left = stops

        def stopping(tx: Tx, statement: str, parameters: Any = ()) -> int:
            nonlocal left
            if left == 0:
                raise _Broken
            left -= 1
            return run(tx, statement, parameters)

        monkeypatch.setattr(Tx, "run", stopping)
        try:
            done = counter.do("transfer", to=2, amount=30_000)
        except _Broken:
            monkeypatch.setattr(Tx, "run", run)
            assert balances(counter) == before
            stops += 1
            continue
        break
    monkeypatch.setattr(Tx, "run", run)
    assert (done["code"], stops > 3) == ("transferred", True)
    assert balances(counter) == {**before, "drawer:8500-1": 70_000, "drawer:8500-2": 30_000}


class _CutAfterSend:
    """A link that brings every frame to the centre and loses the first answers."""

    def __init__(self, land: Country, lose: int) -> None:
        self.land, self.lose = land, lose

    def send(self, path: str, frame: bytes) -> bytes:
        answer = self.land.send(path, frame)
        if self.lose:
            self.lose -= 1
            raise NoAnswer("unreachable")
        return answer


def test_07_an_answer_of_the_centre_that_is_lost_is_asked_again_and_counts_once(tmp_path: Path) -> None:
    """Drop & Go, 2017: a transaction that timed out was recorded as a success, and the clerk tried again (POL00132736)."""
    with country(f"sqlite:///{tmp_path}/centre.db") as land:
        office = Office(land, tmp_path / "corner.book")
        counter = Counter(office.book)
        counter.do("pay_in", amount=5_000, reason="x")
        link, drawn = _CutAfterSend(land, 3), iter(range(1, 1 << 20))
        client = Client(office.store, link, Machine(office.seed, bytes(8), lambda: land.now, lambda size: next(drawn).to_bytes(size, "big")))
        for _ in range(3):
            with pytest.raises(NoAnswer):
                client.round()
        while client.round():
            pass
        assert ledger(land.desk) == balances(counter) == {"drawer:8500-1": 5_000, "safe:8500": -5_000}
        land.good()
        office.close()


def test_07_a_desk_answer_that_is_lost_is_asked_for_again_by_the_same_key(counter: Counter) -> None:
    """The same at the desk: the key of the act is made before it, and asking again gives the first answer."""
    lost = counter.book.write(lambda tx: jobs.run(tx, counter.here, PayIn(5_000, "x"), "op-1"))
    again: Outcome = counter.book.write(lambda tx: jobs.run(tx, counter.here, PayIn(5_000, "x"), "op-1"))
    assert (again.repeated, again.entries, again.code) == (True, lost.entries, lost.code)
    assert balances(counter) == {"drawer:8500-1": 5_000, "safe:8500": -5_000}


def test_08_what_the_program_writes_by_itself_says_so_and_why(counter: Counter) -> None:
    """Lepton, 2012: a reversal made by recovery carried the postmaster's name, and he paid £76.09 (POL00022598, POL00021846).

    After a power cut the new start writes as SYSTEM, with its cause, and moves no money; entries of people keep their names.
    """
    counter.book.write(lambda tx: session.begin(tx, counter.tick()))
    counter.announce(ITEM)
    counter.do("receive", scan=ITEM)
    counter.do("hand_over", scan=ITEM, code="123456", tendered=116_000)
    before, last = balances(counter), counter.book.write(lambda tx: int(tx.value("SELECT max(no) FROM entry")))
    begun = counter.book.write(lambda tx: session.begin(tx, counter.tick()))
    assert begun.crashed
    made = [fact for no, fact in counter.book.write(lambda tx: list(days.own(tx, 1, 10**9))) if no > last]
    assert [fact.entry.actor for fact in made] == [e.SYSTEM] * len(made)
    assert [body.cause for body in (fact.entry.body for fact in made) if isinstance(body, e.Restarted)] == ["not_closed"]
    assert balances(counter) == before


@pytest.mark.parametrize("seed", range(3))
def test_10_counters_that_were_apart_come_to_the_same_whatever_is_heard_first(pair: list[Counter], seed: int) -> None:
    """Two terminals disagreed, as Castleton alleged (FUJ00152602). Each counter owns its log, and the merge is a union."""
    chance = random.Random(seed)
    for counter in pair:
        counter.do("open_day", float=200_000)
        counter.announce(ITEM)
        counter.do("receive", scan=ITEM)
        counter.do("transfer", to=3 - counter.here.counter, amount=chance.randrange(1, 90_000))
        counter.do("hand_over", scan=ITEM, code="123456", tendered=116_000)
        counter.do("pay_out", amount=chance.randrange(1, 9_000), reason="x")
    one, two = pair
    hear(one, two, chance.shuffle)
    hear(two, one, chance.shuffle)
    hear(two, one, chance.shuffle)
    assert balances(one) == balances(two)
    assert verify(one.book.path).good
    assert verify(two.book.path).good


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"job": "pay_in", "amount": 5}, "bad_command"),
        ({"job": "pay_in", "amount": 5, "reason": "  "}, "reason_needed"),
        ({"job": "pay_in", "amount": 5, "reason": "x", "clerk": " rahima"}, "bad_command"),
        ({"job": "pay_in", "amount": 5, "reason": "x", "now": ""}, "bad_command"),
        ({"job": "pay_in", "amount": 5, "reason": "x", "now": "2026-11-24"}, "bad_command"),
        ({"job": "pay_in", "reason": "x"}, "bad_command"),
        ({"amount": 5, "reason": "x"}, "bad_command"),
        ({"job": "delete", "entry": 1}, "bad_command"),
    ],
)
def test_11_what_is_malformed_is_a_named_refusal_and_nothing_is_lost(counter: Counter, fields: dict[str, Any], code: str) -> None:
    """TIP incidents, August 1999: a name beginning with a space, a time or mode missing, and entries were silently left out (FUJ00118144)."""
    refused = counter.lines(json.dumps(fields))[0]
    assert (refused["tone"], refused["code"], refused["entries"]) == ("stop", code, [])
    assert refused["text"]["bn"] and refused["text"]["en"]
    assert counter.do("status")["data"]["entries"] == 0


@pytest.mark.parametrize("column", ["epoch", "seq", "kind", "actor", "subject", "bytes", "hash"])
def test_11_an_entry_without_a_part_is_refused_by_the_book_itself(counter: Counter, column: str) -> None:
    """Nothing that is missing can be stored, and so nothing can be passed over later."""
    counter.do("pay_in", amount=5_000, reason="x")
    columns = ["no", "epoch", "seq", "kind", "actor", "subject", "bytes", "hash"]
    chosen = ", ".join({"no": "2", "seq": "2", column: "NULL"}.get(each, each) for each in columns)
    with pytest.raises(dbapi2.IntegrityError):
        counter.book.write(lambda tx: tx.run(f"INSERT INTO entry ({', '.join(columns)}) SELECT {chosen} FROM entry"))
    assert counter.do("status")["data"]["entries"] == 1


@pytest.mark.parametrize("seed", [101, 102])
def test_12_the_report_is_computed_twice_by_programs_that_share_nothing(tmp_path: Path, seed: int) -> None:
    """Trading statement, February 2010: one part of it was right and another wrong (FUJ00142152)."""
    chance = random.Random(seed)
    with offices.office(tmp_path) as desks:
        some_work(chance, desks, 60)
        date = desks[0].date()
        agrees(desks[0], date)
        desks[0].close_day()
        closed = agrees(desks[0], date)
        some_work(chance, desks, 20)
        assert agrees(desks[0], date) == closed
