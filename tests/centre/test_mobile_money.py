"""Mobile money: a transaction pays for one basket in the country; its provider's statement verifies or refuses it, once."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from tests.centre.offices import T0, Pc, announced, count, item, opened, prepare
from tests.centre.test_judge import good, ledger, said, standing

from central_server import payments, settle
from central_server.cli import main
from central_server.exchange import Desk
from central_server.payments import Checked, Told
from central_server.problems import Problem
from central_server.storage import database
from central_server.storage import payments as stored
from corner_app.domain import entries as e
from corner_app.domain.entries import EntryId, origin_text

TRX, OTHER = "8N7A6B5C4D", "9P0Q1R2S3T"
ONE, TWO, THREE = item(5001), item(5002), item(5003)


def basket(pc: Pc, amounts: dict[str, int], trx: str = TRX, wallet: str = "bkash", fee: int = 0) -> list[EntryId]:
    """Parcels that come in and are handed over in one act, paid by a wallet."""
    bases = {}
    for number, amount in amounts.items():
        base = pc.write(number, announced(cod=amount))
        bases[number] = pc.write(number, e.Received(pc.office), base)
    first = len(pc.rows) + 1
    return [pc.write(n, e.HandedOver(pc.office, 1, amount, "M005", "code", first, fee=fee, wallet=wallet, trx=trx), bases[n]) for n, amount in amounts.items()]


def check(desk: Desk, *told: tuple[str, int], wallet: str = "") -> Checked:
    return payments.check(desk, [Told(*line) for line in told], T0, wallet)


def test_claimed_money_becomes_collected_when_its_provider_confirms_it_and_only_then_is_paid_on(desk: Desk) -> None:
    here = Pc(desk).enrol()
    basket(here, {ONE: 3_000, TWO: 4_000}, fee=100)
    here.send()
    assert ledger(desk) == {"claimed:bkash": 7_200, "cod:M005": -7_000, "postage": -200}
    assert standing(desk, ONE).cod_state == "claimed"
    assert settle_due(desk) == []
    done = check(desk, (TRX, 7_200), ("NEVERSEEN1", 500))
    assert (done.verified, done.unknown, done.waiting) == ([TRX], ["NEVERSEEN1"], [])
    assert standing(desk, ONE).cod_state == standing(desk, TWO).cod_state == "collected"
    assert ledger(desk) == {"wallet:bkash": 7_200, "cod:M005": -7_000, "postage": -200}
    assert settle_due(desk) == [ONE, TWO]
    facts = count(desk, "fact")
    again = check(desk, (TRX, 7_200))
    assert (again.verified, again.before) == ([], [TRX])
    assert count(desk, "fact") == facts
    assert good(desk)


def settle_due(desk: Desk) -> list[str]:
    return [line.item for line in desk.database.read(lambda sql: settle.due(sql, "M005")).lines]


def test_another_amount_is_refused_and_disputed_and_stays_so(desk: Desk) -> None:
    here = Pc(desk).enrol()
    basket(here, {ONE: 3_000})
    basket(here, {TWO: 500}, OTHER)
    here.write("counter:8500-1", e.SignedIn(1))
    here.send()
    done = check(desk, (TRX, 2_999), (OTHER, 501))
    assert sorted(done.refused) == sorted([TRX, OTHER])
    assert standing(desk, ONE).cod_state == standing(desk, TWO).cod_state == "disputed"
    assert ledger(desk) == {"claimed:bkash": 3_500, "cod:M005": -3_500}
    assert check(desk, (TRX, 3_000)).before == [TRX]
    assert standing(desk, ONE).cod_state == "disputed"
    assert good(desk)


def test_what_no_statement_names_stays_claimed_and_is_listed(desk: Desk) -> None:
    here = Pc(desk).enrol()
    basket(here, {ONE: 3_000})
    basket(here, {TWO: 500}, OTHER, "nagad")
    here.send()
    assert check(desk, wallet="bkash").waiting == [TRX]
    assert sorted(check(desk).waiting) == sorted([TRX, OTHER])
    assert check(desk, (TRX, 3_000), wallet="nagad").unknown == [TRX]
    assert standing(desk, ONE).cod_state == "claimed"


def test_the_second_handover_with_a_transaction_is_said_at_both_offices(desk: Desk) -> None:
    here, there = Pc(desk).enrol(), Pc(desk, "8200").enrol()
    basket(here, {ONE: 3_000})
    here.send()
    basket(there, {TWO: 3_000})
    there.send()
    assert here.heard_verdicts() == there.heard_verdicts() == [(3, 1, "trx_used")]
    assert said(desk, TWO) == [(3, 1, "trx_used")]
    there.write(TWO, e.LabelAsked("receipt_handover", 1), EntryId(there.device, 1, 2))
    there.send(4)
    assert said(desk, TWO) == [(3, 1, "trx_used")], "folded again it is not said again"
    assert check(desk, (TRX, 3_000)).verified == [TRX]
    assert (standing(desk, ONE).cod_state, standing(desk, TWO).cod_state) == ("collected", "claimed")
    assert [each.why for each in desk.database.read(lambda sql: settle.due(sql, "M005")).waiting] == ["claimed"]
    assert good(desk)


def test_a_basket_that_comes_in_two_pieces_is_one_payment_and_waits_for_its_rest(desk: Desk) -> None:
    here = Pc(desk).enrol()
    basket(here, {ONE: 3_000, TWO: 4_000})
    here.send(1, 5)
    assert check(desk, (TRX, 7_000)).unfinished == [TRX]
    here.send(6)
    assert here.heard_verdicts() == []
    assert check(desk, (TRX, 7_000)).verified == [TRX]


@pytest.mark.parametrize("first", ["original", "copy"])
def test_an_act_written_again_after_a_fork_is_the_same_payment(desk: Desk, first: str) -> None:
    here = Pc(desk).enrol()
    (original,) = basket(here, {ONE: 3_000})
    base = EntryId(here.device, 1, 2)
    here.send(1, 2)
    again = here.goes_on(2, 2)
    body = e.HandedOver("8500", 1, 3_000, "M005", "code", 1, wallet="bkash", trx=TRX)
    again.write(ONE, body, base, orig=origin_text(original, here.name(3)))
    if first == "original":
        here.send(3)
    again.send()
    codes = [code for _, _, code in here.heard_verdicts()]
    assert codes == (["duplicate_of"] if first == "original" else [])
    assert check(desk, (TRX, 3_000)).verified == [TRX]
    assert standing(desk, ONE).cod_state == "collected"
    assert ledger(desk) == {"wallet:bkash": 3_000, "cod:M005": -3_000}
    assert good(desk)


def test_a_handover_that_does_not_count_is_left_to_a_person(desk: Desk) -> None:
    here, two = Pc(desk).enrol(), Pc(desk, counter=2).enrol()
    base = here.write(ONE, announced(cod=3_000))
    base = here.write(ONE, e.Received("8500"), base)
    here.write(ONE, e.HandedOver("8500", 1, 3_000, "M005", "code", 3), base)
    two.write(ONE, e.HandedOver("8500", 2, 3_000, "M005", "code", 1, wallet="bkash", trx=TRX), base, hlc=(T0 + 9_000) << 16)
    here.send()
    two.send()
    done = check(desk, (TRX, 3_000))
    assert (done.in_doubt, done.verified) == ([TRX], [])
    assert standing(desk, ONE).cod_state == "collected"


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_two_offices_that_claim_at_once_leave_one_payment_and_one_word(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    url = str(request.getfixturevalue("postgres_url")) if kind == "postgresql" else f"sqlite:///{tmp_path}/centre.db"
    prepare(url)
    at = database.connect(url)
    desk = opened(at)
    pcs = [Pc(desk, office).enrol() for office in ("8500", "8200", "1000", "1200")]
    for n, pc in enumerate(pcs):
        basket(pc, {item(6000 + n): 3_000})
    gate = threading.Barrier(len(pcs))

    def send(pc: Pc) -> None:
        gate.wait()
        pc.send()

    threads = [threading.Thread(target=send, args=(pc,)) for pc in pcs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    words = [code for n in range(len(pcs)) for _, _, code in said(desk, item(6000 + n))]
    assert words == ["trx_used"] * 3
    assert [claim.used for claim in at.read(lambda sql: stored.claims(sql, TRX, "bkash"))].count(False) == 1
    assert good(desk)
    at.close()


# A provider's file


def test_a_statement_is_read_with_its_columns_in_any_order_and_as_people_write_them() -> None:
    content = "\ufeffTime;Amount;TRX\n2026-11-24 10:02;1,160.50;8n7a6b5c4d\n2026-11-24 10:03;40;9P0Q 1R2S 3T\n".encode()
    assert payments.read(content) == [Told(TRX, 116_050), Told(OTHER, 4_000)]


@pytest.mark.parametrize(
    "content",
    [
        b"", b"trx\nA\n", b"trx,amount\n,5\n", b"trx,amount\nA,five\n", b"trx,amount\nA,-5\n", b"trx,amount\nA,0.001\n",
        b"trx,amount\nA,NaN\n", b"\xff\xfe\x00", b"trx,amount\nA,1e99\n",
    ],
)  # fmt: skip
def test_a_file_that_is_no_statement_changes_nothing(content: bytes) -> None:
    with pytest.raises(Problem, match="bad_statement"):
        payments.read(content)


def test_the_command_line_checks_a_file_again_and_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url, file = f"sqlite:///{tmp_path}/centre.db", tmp_path / "bkash.csv"
    prepare(url)
    at = database.connect(url)
    here = Pc(opened(at)).enrol()
    basket(here, {ONE: 3_000})
    basket(here, {TWO: 500}, OTHER)
    here.send()
    file.write_text(f"trx,amount,time\n{TRX},30.00,2026-11-24 10:00\nUNKNOWN777,12,2026-11-24 10:01\n", encoding="utf-8")
    for verified, before in (([TRX], []), ([], [TRX])):
        assert main(["--db", url, "payments", str(file), "--wallet", "bkash", "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert (told["verified"], told["before"], told["unknown"], told["waiting"]) == (verified, before, ["UNKNOWN777"], [OTHER])
    file.write_text(f"trx,amount\n{OTHER},4.00\n", encoding="utf-8")
    assert main(["--db", url, "payments", str(file)]) == 1
    assert OTHER in capsys.readouterr().out
    assert main(["--db", url, "payments", str(tmp_path / "none.csv")]) == 2
    assert good(opened(at))
    at.close()
