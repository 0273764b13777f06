"""Horizon row 9: nobody but the office writes about the office's cash, and nothing written is changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2
from tests.centre import offices
from tests.centre.country import Country, Office, country
from tests.centre.offices import A, Pc
from tests.centre.test_judge import ledger
from tests.conftest import Counter

from central_server import exchange, own_book
from central_server.judge import judge_all
from central_server.problems import Problem
from corner_app.book import accounts
from corner_app.domain import entries as e
from corner_app.domain.entries import AnyBody, Entry, encode
from corner_app.sync import wire
from corner_app.sync.signing import checker, signer

FORGED: dict[str, tuple[str, AnyBody]] = {
    "paid out": ("slip:8500-1-1-9", e.PaidOut("8500", 1, 8_000, "remote")),
    "float": ("day:8500-1-2026-11-24", e.DayOpened("8500", 1, "2026-11-24", 5_000, 0)),
    "pouch": ("pouch:P9", e.PouchReceived("8500", 1, "8200", 9_000, 9_000, 9_000)),
    "closing": ("day:8500-1-2026-11-24", e.DayClosed("8500", 1, "2026-11-24", 1, 0, 0, 0, 0, 0, 9_000, 1_000, (), 0, 0, 0)),
}


@pytest.fixture
def land(tmp_path: Path) -> Iterator[Country]:
    with country(f"sqlite:///{tmp_path}/centre.db") as opened:
        yield opened


@pytest.mark.parametrize("what", FORGED)
def test_09_cash_in_the_centres_own_book_posts_nothing_anywhere(land: Country, tmp_path: Path, what: str) -> None:
    """Remote injection: the centre could insert entries into a branch's store, and telling the branch was somebody else's job (FUJ00087187)."""
    office = Office(land, tmp_path / "corner.book")
    counter = Counter(office.book)
    counter.do("pay_in", amount=5_000, reason="x")
    office.sync()
    subject, body = FORGED[what]
    stored = encode(Entry(counter.clock << 16, "rahima", subject, 0, body))
    desk = land.desk
    desk.database.write(lambda sql: own_book.write(sql, desk.centre, own_book.end(sql, desk.centre), [stored], land.now))
    judge_all(desk.database, desk.places, land.now)
    office.sync()
    before = {"drawer:8500-1": 5_000, "safe:8500": -5_000}
    assert office.book.write(accounts.balances) == before == ledger(desk)
    assert office.book.write(lambda tx: tx.value("SELECT count(*) FROM arrived")) == 0
    land.good()
    office.good()
    office.close()


@pytest.mark.parametrize("what", FORGED)
def test_09_neither_does_what_a_pc_of_another_office_writes(land: Country, what: str) -> None:
    """A device speaks for the drawers of its own office only; its office is told that the entry was not taken."""
    here, there = Pc(land.desk).enrol(), Pc(land.desk, "8200").enrol()
    there.write(*FORGED[what])
    there.send()
    assert (ledger(land.desk), here.heard()) == ({}, [])
    assert there.heard_verdicts() == [(1, 1, "others_cash")]


def test_09_nor_a_handover_in_an_offices_name(land: Country) -> None:
    """Money of parcels is cash, too."""
    here, there = Pc(land.desk).enrol(), Pc(land.desk, "8200").enrol()
    here.write(A, offices.announced())
    here.send()
    body = e.HandedOver("8500", 1, 116_000, "M005", "code", 1)
    there.write(A, body)
    there.send()
    assert (ledger(land.desk), there.heard_verdicts()) == ({}, [(1, 1, "others_cash")])


def test_09_a_word_signed_with_another_key_is_refused_at_both_ends(land: Country) -> None:
    """Only the key of the device makes its entries, only the centre's key makes the centre's answers."""
    pc = Pc(land.desk).enrol()
    pc.write(*FORGED["paid out"])
    forged = wire.seal(pc.question(pc.run()), signer(bytes(32)))
    with pytest.raises(Problem) as refused:
        exchange.push(land.desk, forged, land.now)
    assert (refused.value.code, ledger(land.desk)) == ("signature", {})
    asked = pc.question(pc.run())
    answer = exchange.push(land.desk, wire.seal(asked, signer(pc.seed)), land.now)
    wire.unseal(wire.Answer, answer, checker(land.desk.centre.public_key), asked.nonce)
    with pytest.raises(wire.Refused):
        wire.unseal(wire.Answer, answer[:-1] + bytes([answer[-1] ^ 1]), checker(land.desk.centre.public_key), asked.nonce)


@pytest.mark.parametrize("statement", ["UPDATE {} SET bytes = x'00'", "UPDATE {} SET subject = 'x'", "DELETE FROM {}"])
@pytest.mark.parametrize("table", ["entry", "arrived"])
def test_09_the_database_itself_refuses_to_change_or_remove_an_entry(counter: Counter, table: str, statement: str) -> None:
    """Judgment, by a secondary text: the centre could insert, inject, edit or delete. The guard stands below the program."""
    counter.do("pay_in", amount=5_000, reason="x")
    counter.book.write(lambda tx: tx.run("INSERT INTO arrived SELECT 1, 1, 99, 1, 1, zeroblob(16), zeroblob(8), kind, subject, bytes FROM entry"))
    with pytest.raises(dbapi2.IntegrityError, match="never"):
        counter.book.write(lambda tx: tx.run(statement.format(table)))
    assert counter.book.write(lambda tx: tx.value(f"SELECT count(*) FROM {table}")) == 1
