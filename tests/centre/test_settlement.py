"""What merchants are owed and paid: from the offices' entries, each parcel once, whoever calls twice and wherever the program dies."""

from __future__ import annotations

import csv
import io
import json
import signal
import threading
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from fastapi.testclient import TestClient
from tests.centre.faults import Nursery
from tests.centre.offices import T0, Pc, announced, item, opened, prepare
from tests.centre.processes import centre
from tests.centre.test_judge import good, ledger, standing

from central_server import care, settle
from central_server.app import make_app
from central_server.backup import backup, restore
from central_server.cli import main
from central_server.exchange import Desk
from central_server.http.merchants import key_hash
from central_server.pages.statement import as_csv, as_json, as_xlsx
from central_server.problems import Problem
from central_server.settle import Statement
from central_server.storage import cash, database, devices, remittances
from corner_app.domain import entries as e
from corner_app.domain.cash import day_subject
from corner_app.domain.entries import EntryId
from corner_app.sync.wire import FeedEntry

M = "M005"
ONE, TWO, THREE = item(1001), item(1002), item(1003)
DAY_MS = 86_400_000


def hand_over(pc: Pc, number: str, amount: int = 116_000, *, at: int = T0, merchant: str = M, wallet: str = "", trx: str = "") -> EntryId:
    """A parcel's whole life at one counter, up to its handover."""
    base = pc.write(number, announced(merchant=merchant, cod=amount), hlc=at << 16)
    base = pc.write(number, e.Received(pc.office), base, hlc=at << 16)
    body = e.HandedOver(pc.office, pc.counter, amount, merchant, "code", len(pc.rows) + 1, wallet=wallet, trx=trx)
    return pc.write(number, body, base, hlc=at << 16)


def due(desk: Desk, to: str = "") -> Statement:
    return desk.database.read(lambda sql: settle.due(sql, M, to))


def items(found: Statement) -> list[str]:
    return [line.item for line in found.lines]


def whole(desk: Desk) -> bool:
    """Everything verifies, and what is owed and what was paid together are what was collected for merchants."""
    accounts = ledger(desk)
    collected = sum(amount for account, amount in accounts.items() if account.startswith("drawer:"))
    assert -sum(amount for account, amount in accounts.items() if account.startswith(("cod:", "remitted:"))) == collected
    for merchant in {account.partition(":")[2] for account in accounts if account.startswith(("cod:", "remitted:"))}:
        statement = desk.database.read(lambda sql, m=merchant: settle.due(sql, m))  # type: ignore[misc]
        made = desk.database.read(lambda sql, m=merchant: remittances.all_of(sql, m))  # type: ignore[misc]
        assert statement.amount + sum(w.amount for w in statement.waiting) == -accounts.get(f"cod:{merchant}", 0)
        assert sum(each.amount for each in made) == -accounts.get(f"remitted:{merchant}", 0)
        assert [each.number for each in made] == list(range(1, len(made) + 1)), "no gap"
    return good(desk)


def test_a_statement_lists_what_was_collected_and_says_why_the_rest_waits(desk: Desk) -> None:
    here, there = Pc(desk).enrol(), Pc(desk, "8200").enrol()
    hand_over(here, ONE)
    hand_over(there, TWO, 50_000, at=T0 + DAY_MS)
    hand_over(here, THREE, 7_000, wallet="bkash", trx="8N7A6B5C4D")
    hand_over(here, item(1004), 900, merchant="M001")
    disputed = hand_over(here, item(1005), 3_000)
    here.write(day_subject("8500", 1, "2026-11-24"), e.Disputed("8500", 1, 3_000, "never took it"), sup=disputed.seq)
    here.write(item(1006), announced(cod=1_000))
    for pc in (here, there):
        pc.send()
    found = due(desk)
    assert [(line.item, line.office, line.date, line.amount) for line in found.lines] == [
        (ONE, "8500", "2026-11-24", 116_000),
        (TWO, "8200", "2026-11-25", 50_000),
    ]
    assert {(each.item, each.amount, each.why) for each in found.waiting} == {(THREE, 7_000, "claimed"), (item(1005), 3_000, "disputed")}
    assert items(due(desk, "2026-11-24")) == [ONE]
    assert (TWO, 50_000, "later") in {(each.item, each.amount, each.why) for each in due(desk, "2026-11-24").waiting}
    assert good(desk)


def test_money_taken_twice_waits_until_a_person_decides(desk: Desk) -> None:
    one, two = Pc(desk).enrol(), Pc(desk, counter=2).enrol()
    base = one.write(ONE, announced(cod=5_000))
    base = one.write(ONE, e.Received("8500"), base)
    one.write(ONE, e.HandedOver("8500", 1, 5_000, M, "code", 3), base)
    two.write(ONE, e.HandedOver("8500", 2, 5_000, M, "code", 1), base, hlc=(T0 + 9_000) << 16)
    one.send()
    two.send()
    assert [(each.item, each.amount, each.why) for each in due(desk).waiting] == [(ONE, 5_000, "handed_over_twice")]
    with pytest.raises(Problem, match="nothing_due"):
        settle.remit(desk, M, T0)
    assert settle.remit(desk, M, T0, include=[ONE]).amount == 5_000
    assert standing(desk, ONE).cod_state == "remitted"
    assert good(desk)


def test_a_remittance_moves_the_money_and_offices_see_it_and_then_that_it_was_received(desk: Desk) -> None:
    here, other = Pc(desk).enrol(), Pc(desk, counter=2).enrol()
    hand_over(here, ONE)
    hand_over(here, TWO, 4_000)
    here.send()
    made = settle.remit(desk, M, T0 + 5)
    assert (made.invoice, made.state, made.amount, items(made)) == ("M005-000001", "remitted", 120_000, [ONE, TWO])
    assert ledger(desk) == {"drawer:8500-1": 120_000, "remitted:M005": -120_000}
    assert standing(desk, ONE).cod_state == "remitted"
    assert due(desk).lines == ()
    done = settle.paid(desk, "M005-000001", T0 + 9)
    assert (done.state, done.paid_at) == ("closed", T0 + 9)
    assert standing(desk, TWO).cod_state == "closed"
    told = [got for got in other.heard() if isinstance(got, FeedEntry) and got.device == desk.centre.device]
    assert len(told) == 4
    assert here.heard_verdicts() == []
    before = told
    assert settle.paid(desk, "M005-000001", T0 + 99) == done
    assert [got for got in other.heard() if isinstance(got, FeedEntry) and got.device == desk.centre.device] == before
    assert whole(desk)


def test_the_same_invoice_again_is_the_same_remittance_and_none_is_left_out(desk: Desk) -> None:
    here = Pc(desk).enrol()
    hand_over(here, ONE)
    here.send()
    with pytest.raises(Problem, match="invoice_gap"):
        settle.remit(desk, M, T0, invoice="M005-000002")
    first = settle.remit(desk, M, T0, invoice="M005-000001")
    hand_over(here, TWO, 4_000)
    here.send(4)
    again = settle.remit(desk, M, T0 + 1, invoice="M005-000001")
    assert (items(again), again.made_at) == (items(first), T0)
    assert items(settle.remit(desk, M, T0 + 2)) == [TWO]
    for wrong in ("M001-000001", "M005-1", "M005-000009x", "", "-1"):
        with pytest.raises(Problem, match="invoice_unknown"):
            desk.database.read(lambda sql, wrong=wrong: settle.statement(sql, wrong))  # type: ignore[misc]
    assert whole(desk)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_two_calls_at_once_pay_each_parcel_once(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    url = str(request.getfixturevalue("postgres_url")) if kind == "postgresql" else f"sqlite:///{tmp_path}/centre.db"
    prepare(url)
    at = database.connect(url)
    desk = opened(at)
    here = Pc(desk).enrol()
    for n in range(40):
        hand_over(here, item(2000 + n), 1_000 + n)
    here.send()
    gate, made, refused = threading.Barrier(4), list[Statement](), list[str]()

    def call() -> None:
        gate.wait()
        try:
            made.append(settle.remit(desk, M, T0))
        except Problem as problem:
            refused.append(problem.code)

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ([len(each.lines) for each in made], refused) == ([40], ["nothing_due"] * 3)
    assert whole(desk)
    at.close()


def test_more_parcels_than_one_run_holds_are_one_remittance(desk: Desk) -> None:
    """Whole lives would take long: parcels that nobody announced, handed over at once."""
    here, many = Pc(desk).enrol(), settle.STEP + 30
    for n in range(many):
        base = here.write(item(10_000 + n), e.Received("8500"))
        here.write(item(10_000 + n), e.HandedOver("8500", 1, 100, M, "code", len(here.rows) + 1), base)
    for first in range(1, len(here.rows), 500):
        here.send(first, min(len(here.rows), first + 499))
    made = settle.remit(desk, M, T0)
    assert (len(made.lines), made.amount) == (many, many * 100)
    assert ledger(desk) == {"drawer:8500-1": many * 100, "remitted:M005": -many * 100}
    assert whole(desk)


def test_a_dispute_that_is_settled_lets_the_money_go(desk: Desk) -> None:
    here = Pc(desk).enrol()
    by = hand_over(here, ONE)
    subject = day_subject("8500", 1, "2026-11-24")
    dispute = here.write(subject, e.Disputed("8500", 1, 0, "not me"), sup=by.seq)
    here.send()
    assert due(desk).lines == ()
    here.write(subject, e.DisputeSettled("8500", 1, "explained", 0, "it was"), dispute.seq, sup=dispute.seq)
    here.send(len(here.rows))
    assert items(due(desk)) == [ONE]


def test_verify_sees_a_remittance_that_is_not_what_the_entries_say(desk: Desk) -> None:
    here = Pc(desk).enrol()
    hand_over(here, ONE)
    here.send()
    settle.remit(desk, M, T0)
    for broken in ("UPDATE remittance SET amount = 7", "UPDATE remittance SET number = 3", "UPDATE remitted SET amount = 7", "DELETE FROM remitted"):

        def damage(sql: Any, broken: str = broken) -> list[tuple[str, str]]:
            sql.run(broken)
            faults = care.verify(sql).faults
            raise Undo(faults)

        with pytest.raises(Undo) as found:
            desk.database.write(damage)
        assert {code for code, _ in found.value.faults} == {"remittance_differs"}, broken
    assert whole(desk)


class Undo(Exception):
    """Carries what was found out of a transaction that is given up."""

    def __init__(self, faults: list[tuple[str, str]]) -> None:
        super().__init__()
        self.faults = faults


# Put back from a copy


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_centre_put_back_from_a_copy_pays_nothing_again_that_the_lost_one_paid(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    url = str(request.getfixturevalue("postgres_url")) if kind == "postgresql" else f"sqlite:///{tmp_path}/centre.db"
    prepare(url)
    at = database.connect(url)
    desk = opened(at)
    here = Pc(desk).enrol()
    for number in (ONE, TWO, THREE):
        hand_over(here, number, 5_000)
    here.send()
    first = settle.remit(desk, M, T0, include=[]).invoice
    hand_over(here, item(1004), 700)
    here.send(10)
    copy = backup(at, tmp_path / "copy.backup", T0, desk.places)
    assert copy.faults == []
    lost = settle.remit(desk, M, T0 + 5)
    (tmp_path / "lost.json").write_text(json.dumps(as_json(lost)), encoding="utf-8")
    restore(at, url, copy.file, T0 + DAY_MS, replace=True)
    desk = opened(at)
    assert items(due(desk)) == [item(1004)], "it does not know of the last one"
    with pytest.raises(Problem, match="remittances_in_doubt"):
        settle.remit(desk, M, T0 + DAY_MS)
    with pytest.raises(Problem, match="remittances_missing"):
        settle.remit(desk, M, T0 + DAY_MS, last=lost.invoice)
    wrong = tmp_path / "wrong.json"
    wrong.write_text(json.dumps(as_json(lost) | {"parcels": [{"item": ONE, "office": "8500", "date": "2026-11-24", "amount": 5_000}]}), encoding="utf-8")
    assert [main(["--db", url, "settle", "--again", str(file)]) for file in (wrong, tmp_path / "none.json")] == [2, 2]
    for _ in range(2):
        assert centre(url, "settle", "--again", str(tmp_path / "lost.json"), "--json")["invoice"] == lost.invoice
    hand_over(here, item(1005), 300)
    here.send(13)
    made = settle.remit(desk, M, T0 + DAY_MS, last=lost.invoice)
    assert (items(made), made.invoice) == ([item(1005)], "M005-000003")
    hand_over(here, item(1006), 300)
    here.send(16)
    assert settle.remit(desk, M, T0 + DAY_MS).invoice == "M005-000004", "it is asked once"
    with pytest.raises(Problem, match="remittances_in_doubt"):
        settle.remit(desk, "M001", T0 + DAY_MS)
    assert first == "M005-000001"
    assert whole(desk)
    at.close()


# Killed in the middle


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_killed_at_any_commit_each_parcel_is_remitted_once_and_the_same_call_finishes_it(
    kin: Nursery, kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """`settle --remit --invoice` and `settle --paid`, killed before and after each of their commits and called again."""
    url = str(request.getfixturevalue("postgres_url")) if kind == "postgresql" else f"sqlite:///{tmp_path}/centre.db"
    prepare(url)
    at = database.connect(url)
    desk = opened(at)
    here = Pc(desk).enrol()
    invoices, killed = 0, 0
    for when in ("before", "after"):
        for n in range(1, 20):
            for _ in range(2):
                hand_over(here, item(4000 + len(here.rows)), 500)
            here.send(len(here.rows) - 5)
            invoices += 1
            invoice = f"M005-{invoices:06d}"
            ended = kin.run("centre", "--db", url, "settle", "--merchant", M, "--remit", "--invoice", invoice, at=n, when=when).wait()
            assert len(json.loads(_run(kin, url, "settle", "--merchant", M, "--remit", "--invoice", invoice))["parcels"]) == 2
            paid = kin.run("centre", "--db", url, "settle", "--paid", invoice, at=n, when=when).wait()
            assert json.loads(_run(kin, url, "settle", "--paid", invoice))["state"] == "closed"
            assert ended in (0, -signal.SIGKILL)
            killed += (ended != 0) + (paid != 0)
            if ended == paid == 0:
                break
        assert ended == 0, "N never reached the end"
    assert killed >= 8, "it commits more often"
    assert whole(desk)
    at.close()


def _run(kin: Nursery, url: str, *words: str) -> str:
    program = kin.run("centre", "--db", url, *words, "--json")
    assert program.wait() == 0, program.said()
    return program.said()


# Sheets, the command line, the merchant


def test_sheets_hold_real_numbers_and_nothing_a_spreadsheet_would_run(desk: Desk) -> None:
    lines = (remittances.Line(ONE, "=8500", "2026-11-24", 116_050), remittances.Line(TWO, "8200", "2026-11-25", 4_000))
    found = Statement(M, "M005-000001", "remitted", T0, 0, lines, (settle.Waiting(THREE, 700, "suspense"),))
    for language in ("bn", "en"):
        raw = as_csv(found, language)
        assert raw.startswith(b"\xef\xbb\xbf")
        rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
        assert [row[3] for row in rows[1:]] == ["1160.50", "40.00", "1200.50", "7.00"]
        assert rows[1][1] == "'=8500"
        sheet = openpyxl.load_workbook(io.BytesIO(as_xlsx(found, language))).active
        assert sheet is not None
        assert [sheet.cell(row, 4).value for row in (2, 3, 4, 6)] == [1160.5, 40, "=SUM(D2:D3)", 7]
        assert sheet.freeze_panes == "A2"
        assert sheet.cell(2, 2).data_type == "s"
        kept = openpyxl.load_workbook(io.BytesIO(as_xlsx(found, language)), data_only=True).active
        assert kept is not None
        assert kept.cell(4, 4).value == 1200.5


def test_the_command_line_settles_from_statement_to_received(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = f"sqlite:///{tmp_path}/centre.db"
    prepare(url)
    at = database.connect(url)
    here = Pc(opened(at)).enrol()
    hand_over(here, ONE)
    here.send()
    at.close()
    sheet, text = tmp_path / "s.xlsx", tmp_path / "s.csv"
    found = centre(url, "settle", "--merchant", M, "--json", "--xlsx", str(sheet), "--csv", str(text))
    assert (found["state"], found["amount"], [line["item"] for line in found["parcels"]]) == ("due", 116_000, [ONE])
    assert sheet.stat().st_size > 1_000
    assert ONE in text.read_text(encoding="utf-8-sig")
    assert main(["--db", url, "settle", "--merchant", M, "--remit"]) == 0
    assert "M005-000001: remitted, 1 parcels, 1,160.00" in capsys.readouterr().out
    assert centre(url, "settle", "--merchant", M, "--invoice", "M005-000001", "--json")["state"] == "remitted"
    assert main(["--db", url, "settle", "--merchant", "M001", "--invoice", "M005-000001"]) == 2
    assert main(["--db", url, "settle", "--merchant", M, "--remit"]) == 2
    assert main(["--db", url, "settle", "--paid", "M005-000001"]) == 0
    assert main(["--db", url, "settle", "--merchant", M, "--list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["state"] == "closed"
    assert centre(url, "verify", "--json")["good"]


def test_a_merchant_reads_its_own_statements_and_nobody_elses(desk: Desk) -> None:
    for merchant in (M, "M001"):
        desk.database.write(lambda sql, m=merchant: devices.add_merchant(sql, m, m, key_hash(f"key of {m}")))  # type: ignore[misc]
    here = Pc(desk).enrol()
    hand_over(here, ONE)
    here.send()
    settle.remit(desk, M, T0)
    hand_over(here, TWO, 4_000)
    here.send(4)
    client = TestClient(make_app(desk.database, desk.places))
    mine, others = {"authorization": f"Bearer key of {M}"}, {"authorization": "Bearer key of M001"}
    found = client.get("/v1/statements", headers=mine).json()
    assert [line["item"] for line in found["due"]["parcels"]] == [TWO]
    assert [each["invoice"] for each in found["remittances"]] == ["M005-000001"]
    assert client.get("/v1/statements/M005-000001", headers=mine).json()["parcels"] == [
        {"item": ONE, "office": "8500", "date": "2026-11-24", "amount": 116_000}
    ]
    assert client.get("/v1/statements", headers=others).json() == {
        "due": {"merchant": "M001", "invoice": "", "state": "due", "made_at": 0, "paid_at": 0, "amount": 0, "parcels": [], "waiting": []},
        "remittances": [],
    }
    assert [client.get("/v1/statements/M005-000001", headers=h).status_code for h in (others, {})] == [404, 401]
    assert desk.database.read(cash.unfinished) == []
