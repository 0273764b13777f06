"""The drawer and its day through the batch: what is refused, what is posted, what a closing seals."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import Counter

from corner_app.book import accounts
from corner_app.book.book import Book, make
from corner_app.book.verify import verify

A, B = "CP407774791BD", "CP610037240BD"
ITEMS = (A, B, "EE122079265BD")
DAY_MS = 86_400_000
FLOAT = {"1000": 2}


@pytest.fixture
def counter(new_book: Path) -> Any:
    with Book(new_book) as book:
        yield Counter(book)


def notes(paisa: int) -> dict[str, int]:
    return {"1000": paisa // 100_000, "loose": paisa % 100_000}


def sold(counter: Counter, item: str = A) -> None:
    counter.announce(item)
    counter.do("receive", scan=item)
    assert counter.do("hand_over", scan=item, code="123456", tendered=120_000)["code"] == "handed_over"


def codes(*answers: dict[str, Any]) -> list[str]:
    return [answer["code"] for answer in answers]


def ledger(counter: Counter) -> dict[str, int]:
    return counter.book.write(accounts.balances)


def test_a_day_from_its_float_to_its_seal(counter: Counter) -> None:
    opened = counter.do("open_day", float=200_000)
    assert (opened["tone"], opened["data"]) == ("good", {"date": "2026-11-24", "float": 200_000, "carried": 0})
    sold(counter)
    counter.do("pay_in", amount=5_000, reason="খুচরা")
    counter.do("pay_out", amount=700, reason="চা")
    counter.do("pouch_out", pouch="p 77", to="8200", amount=50_000)
    counter.do("transfer", to=2, amount=1_000)
    expected = 200_000 + 116_000 + 5_000 - 700 - 50_000 - 1_000
    closed = counter.do("close_day", counted=notes(expected))
    figures = {name: closed["data"][name] for name in ("opening", "collected", "paid_in", "paid_out", "deposited", "expected", "counted", "difference")}
    assert figures == {
        "opening": 200_000, "collected": 116_000, "paid_in": 5_000, "paid_out": 1_700, "deposited": 50_000, "expected": expected, "counted": expected,
        "difference": 0,
    }  # fmt: skip
    assert (closed["tone"], closed["code"]) == ("good", "day_closed")
    assert closed["data"]["entries"] == [1, closed["entries"][0]]
    assert counter.do("status")["data"]["head"][:32] == closed["data"]["seal"]
    assert ledger(counter) == {
        "drawer:8500-1": expected, "drawer:8500-2": 1_000, "transit:8500": 50_000, "safe:8500": -200_000 - 5_000 + 700, "cod:M005": -116_000,
    }  # fmt: skip


def test_work_does_not_wait_for_the_day_to_be_opened_nor_for_the_last_to_be_closed(counter: Counter) -> None:
    sold(counter)
    assert counter.do("open_day", float=200_000)["data"]["carried"] == 0
    counter.clock += 2 * DAY_MS
    sold(counter, B)
    late = counter.do("close_day", counted=notes(432_000))
    assert (late["data"]["date"], late["data"]["collected"], late["data"]["difference"]) == ("2026-11-24", 232_000, 0)
    assert counter.do("open_day")["data"] == {"date": "2026-11-26", "float": 432_000, "carried": 432_000}


def test_nothing_is_closed_twice_and_what_comes_after_belongs_to_the_next_day(counter: Counter) -> None:
    sold(counter)
    assert codes(counter.do("close_day", counted=notes(116_000)), counter.do("close_day", counted=notes(116_000)), counter.do("open_day")) == [
        "day_closed", "day_already_closed", "day_already_closed",
    ]  # fmt: skip
    sold(counter, B)
    counter.clock += DAY_MS
    tomorrow = counter.do("close_day", counted=notes(232_000))
    assert (tomorrow["data"]["date"], tomorrow["data"]["opening"], tomorrow["data"]["collected"]) == ("2026-11-25", 116_000, 116_000)


def test_a_float_that_is_not_what_was_left_is_seen_and_goes_to_the_offices_other_cash(counter: Counter) -> None:
    sold(counter)
    counter.do("close_day", counted=notes(116_000))
    counter.clock += DAY_MS
    opened = counter.do("open_day", float=50_000)
    assert (opened["tone"], opened["data"]["carried"]) == ("look", 116_000)
    assert "৳ ১,১৬০" in opened["text"]["bn"]
    assert ledger(counter)["safe:8500"] == 66_000
    assert counter.do("close_day", counted=notes(50_000))["data"]["opening"] == 50_000


def test_a_difference_needs_a_reason_and_is_nobodys(counter: Counter) -> None:
    sold(counter)
    asked = counter.do("close_day", counted=notes(111_000))
    assert (asked["code"], asked["data"]) == ("reason_needed", {"expected": 116_000, "counted": 111_000, "difference": -5_000})
    closed = counter.do("close_day", counted=notes(111_000), reason="খুচরা ফেরত দিতে ভুল")
    assert (closed["tone"], closed["data"]["approved_by"]) == ("look", "")
    assert ledger(counter) == {"cod:M005": -116_000, "drawer:8500-1": 111_000, "suspense:8500": 5_000}
    assert counter.do("close_day", counted={"1000": 1})["code"] == "day_already_closed"


def test_a_supervisor_stands_by_it_with_a_pin_now_or_later(counter: Counter) -> None:
    sold(counter)
    fields = {"counted": notes(111_000), "reason": "ভুল", "approver": "anwar"}
    assert codes(counter.do("close_day", **fields, pin="1111"), counter.do("close_day", **fields | {"approver": "jalil"}, pin="1234")) == [
        "wrong_pin", "supervisor_needed",
    ]  # fmt: skip
    assert counter.do("close_day", counted=notes(111_000), reason="ভুল")["data"]["open_items"]["unapproved"] == 1
    assert codes(counter.do("approve_day", date="2026-11-24"), counter.do("approve_day", date="2026-11-24", approver="anwar", pin="১২৩৪")) == [
        "supervisor_needed", "day_approved",
    ]  # fmt: skip
    assert counter.do("approve_day", date="2026-11-24", clerk="anwar")["code"] == "nothing_to_approve"
    with_pin = counter.book.write(lambda tx: tx.one("SELECT actor, kind FROM entry ORDER BY no DESC LIMIT 1"))
    assert with_pin == ("anwar", "day_approved")


def test_five_wrong_pins_lock_a_name_for_a_quarter_of_an_hour(counter: Counter) -> None:
    sold(counter)
    fields = {"counted": notes(1), "reason": "ভুল", "approver": "anwar"}
    tries = [counter.do("close_day", **fields, pin=f"000{n}") for n in range(6)]
    assert [answer["data"].get("tries_left") for answer in tries] == [4, 3, 2, 1, 0, None]
    assert counter.do("close_day", **fields, pin="1234")["code"] == "pin_locked"
    counter.clock += 16 * 60_000
    assert counter.do("close_day", **fields, pin="1234")["code"] == "day_closed"


def test_no_more_is_taken_out_than_lies_in_the_drawer(counter: Counter) -> None:
    counter.do("open_day", float=1_000)
    answers = (
        counter.do("pay_out", amount=1_001, reason="x"),
        counter.do("transfer", to=2, amount=1_001),
        counter.do("pouch_out", pouch="P1", to="8200", amount=1_001),
    )
    assert codes(*answers) == ["not_enough_cash"] * 3
    assert counter.do("status")["data"]["entries"] == 1


def test_what_is_not_said_rightly_is_refused_and_writes_nothing(counter: Counter) -> None:
    counter.do("open_day", float=100_000)
    answers = (
        counter.do("pay_in", amount=5, reason=" "),
        counter.do("pay_in", amount=5, reason="x", late_for="2026-11-23"),
        counter.do("pay_in", amount=0, reason="x"),
        counter.do("transfer", to=1, amount=5),
        counter.do("pouch_out", pouch="P1", to="9999", amount=5),
        counter.do("pouch_out", pouch=" ", to="8200", amount=5),
        counter.do("pouch_out", pouch="P1", to="8200", amount=500, counted={"1": 4}),
        counter.do("pouch_in", pouch="P9", counted={"1": 4}),
        counter.do("count", counted={"30": 1}),
        counter.do("reverse", entry=1, reason="x"),
        counter.do("reverse", entry=99, reason="x"),
        counter.do("dispute", reason="x", entry=99),
        counter.do("settle_dispute", entry=1, outcome="found", note="x", clerk="anwar"),
    )
    assert codes(*answers) == [
        "reason_needed", "bad_date", "bad_command", "same_counter", "unknown_office", "bad_seal", "counts_differ", "pouch_unknown", "no_such_note",
        "cannot_reverse", "cannot_reverse", "nothing_to_dispute", "dispute_unknown",
    ]  # fmt: skip
    assert counter.do("status")["data"]["entries"] == 1


def test_late_cash_goes_to_the_open_day_and_says_for_which(counter: Counter) -> None:
    sold(counter)
    counter.do("close_day", counted=notes(116_000))
    counter.clock += DAY_MS
    assert counter.do("pay_in", amount=700, reason="ডাকপিয়ন", late_for="2026-11-24")["code"] == "paid_in"
    closed = counter.do("close_day", counted=notes(116_700))["data"]
    assert (closed["date"], closed["paid_in"], closed["difference"]) == ("2026-11-25", 700, 0)


def test_three_figures_of_a_pouch_agree_or_there_is_a_reason(counter: Counter) -> None:
    said = {"pouch": "P9", "sender": "8200", "expected": 20_000}
    assert codes(counter.do("pouch_in", **said, counted=notes(2_000)), counter.do("pouch_in", **said, scanned=2_000, counted=notes(20_000))) == [
        "counts_differ",
        "counts_differ",
    ]
    got = counter.do("pouch_in", **said, scanned=20_000, counted=notes(19_000), reason="একটি নোট কম")
    assert (got["tone"], got["data"]["difference"]) == ("look", -1_000)
    assert counter.do("pouch_in", **said, counted=notes(20_000))["code"] == "pouch_known"
    assert ledger(counter) == {"drawer:8500-1": 19_000, "suspense:8500": 1_000, "transit:8200": -20_000}


def test_a_payment_is_taken_back_once_while_its_day_is_open(counter: Counter) -> None:
    counter.do("open_day", float=100_000)
    seq = counter.do("pay_out", amount=700, reason="চা")["entries"][0]
    assert codes(counter.do("reverse", entry=seq, reason="ভুল", clerk="jalil"), counter.do("reverse", entry=seq, reason="ভুল")) == ["cannot_reverse", "reversed"]
    again = counter.do("reverse", entry=seq, reason="ভুল")
    assert (again["data"]["why"], ledger(counter)["drawer:8500-1"]) == ("reversed", 100_000)
    late = counter.do("pay_in", amount=700, reason="x")["entries"][0]
    closed = counter.do("close_day", counted=notes(100_700))["data"]
    assert (closed["paid_in"], closed["paid_out"]) == (1_400, 700)
    assert counter.do("reverse", entry=late, reason="ভুল")["data"]["why"] == "closed"


def test_a_clerk_can_add_his_day_by_hand(counter: Counter) -> None:
    counter.do("open_day", float=200_000)
    sold(counter)
    counter.do("pay_out", amount=700, reason="চা")
    day = counter.do("my_day")["data"]
    assert (day["opening"], [line["amount"] for line in day["lines"]], day["total"]) == (200_000, [116_000, -700], 315_300)
    running = day["opening"]
    for line in day["lines"]:
        running += line["amount"]
        assert line["drawer"] == running
    counter.do("close_day", counted=notes(315_300))
    assert counter.do("my_day", date="2026-11-24")["data"] == day


def test_a_dispute_is_written_looked_into_and_settled_and_nobody_is_charged(counter: Counter) -> None:
    sold(counter)
    counter.do("close_day", counted=notes(111_000), reason="জানি না")
    disputed = counter.do("dispute", reason="আমি নিইনি", date="2026-11-24")
    assert (disputed["code"], disputed["data"]["amount"]) == ("disputed", -5_000)
    seq = disputed["entries"][0]
    assert counter.do("settle_dispute", entry=seq, outcome="found", note="সিন্দুকে ছিল")["code"] == "supervisor_needed"
    assert counter.do("settle_dispute", entry=seq, outcome="found", note="সিন্দুকে ছিল", clerk="anwar")["code"] == "dispute_settled"
    assert ledger(counter) == {"cod:M005": -116_000, "drawer:8500-1": 111_000, "safe:8500": 5_000}
    assert counter.do("settle_dispute", entry=seq, outcome="found", note="x", clerk="anwar")["code"] == "dispute_unknown"


def test_the_same_op_writes_once(counter: Counter) -> None:
    first = counter.do("open_day", float=5_000, op="a")
    for _ in range(20):
        assert counter.do("open_day", float=5_000, op="a")["entries"] == first["entries"]
        counter.do("pay_in", amount=5, reason="x", op="b")
        counter.do("pouch_out", pouch="P1", to="8200", amount=5)
        counter.do("close_day", counted=notes(5_000), op="c")
    assert counter.do("status")["data"]["entries"] == 4
    assert ledger(counter)["drawer:8500-1"] == 5_000


# Random days

Act = Callable[[Counter, random.Random], object]


def _paid(job: str) -> Act:
    return lambda counter, chance: counter.do(job, amount=chance.randint(1, 90_000), reason="x", op=chance.choice((None, f"o{chance.randint(1, 5)}")))


ACTS: tuple[Act, ...] = (
    _paid("pay_in"),
    _paid("pay_out"),
    lambda counter, chance: counter.do("open_day", float=chance.randint(0, 300_000)),
    lambda counter, chance: counter.do("transfer", to=chance.randint(1, 3), amount=chance.randint(1, 50_000)),
    lambda counter, chance: counter.do("pouch_out", pouch=f"P{chance.randint(1, 4)}", to="8200", amount=chance.randint(1, 50_000)),
    lambda counter, chance: counter.do(
        "pouch_in", pouch=f"P{chance.randint(1, 6)}", sender="8200", expected=10_000, counted=notes(chance.choice((10_000, 9_000))), reason="x"
    ),
    lambda counter, chance: counter.do("reverse", entry=chance.randint(1, 40), reason="x", clerk=chance.choice(("rahima", "anwar"))),
    lambda counter, chance: counter.do("count", counted=notes(chance.randint(0, 300_000))),
    lambda counter, chance: counter.do("close_day", counted=notes(chance.randint(0, 300_000)), reason=chance.choice(("", "x"))),
    lambda counter, chance: counter.do("dispute", reason="x", entry=chance.randint(1, 40)),
    lambda counter, chance: counter.do("settle_dispute", entry=chance.randint(1, 40), outcome="written_off", note="x", clerk="anwar"),
    lambda counter, chance: setattr(counter, "clock", counter.clock + chance.choice((-DAY_MS // 2, DAY_MS // 3, DAY_MS))),
    lambda counter, chance: counter.do("hand_over", scan=chance.choice(ITEMS), code="123456", tendered=200_000),
    lambda counter, chance: counter.do("receive", scan=chance.choice(ITEMS)),
)


@settings(max_examples=40, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32))
def test_random_days_balance_at_every_step(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    """Σ debits = Σ credits after every act, a closing's sum is right, the next day begins with what was counted, and the book verifies."""
    chance = random.Random(seed)
    path = tmp_path_factory.mktemp("random") / "corner.book"
    make(path, office="8500", counter=1, training=True)
    with Book(path) as book:
        counter = Counter(book)
        counter.announce(*ITEMS)
        left: int | None = None
        for _ in range(40):
            answer = chance.choice(ACTS)(counter, chance)
            sums = ledger(counter)
            assert sum(sums.values()) == 0
            assert sums.get("drawer:8500-1", 0) >= 0
            left = _closing_is_right(answer, left, sums)
    assert verify(path).good


def _closing_is_right(answer: object, left: int | None, sums: dict[str, int]) -> int | None:
    """What a closing left in the drawer, after proving that it adds up and continues the one before; a stated float begins anew."""
    if not isinstance(answer, dict):
        return left
    data = answer["data"]
    if answer["code"] == "day_open" and not answer.get("repeated"):
        assert left is None or data["carried"] == left
        return int(data["float"])
    if answer["code"] == "day_closed":
        assert data["opening"] + data["collected"] + data["paid_in"] - data["paid_out"] - data["deposited"] == data["expected"]
        assert left is None or data["opening"] == left
        assert sums.get("drawer:8500-1", 0) == data["counted"]
        return int(data["counted"])
    return left


def test_a_closing_stands_in_the_book_as_it_was_answered(counter: Counter) -> None:
    sold(counter)
    answer = counter.do("close_day", counted=notes(116_000))
    stored = counter.book.write(lambda tx: tx.value("SELECT bytes FROM entry WHERE kind = 'day_closed'"))
    body = json.loads(stored)[4]
    assert body[3:] == ["2026-11-24", 1, 0, 116_000, 0, 0, 0, 116_000, 116_000, [[100_000, 1], [1, 16_000]], 0, 0, 0, "", ""]
    assert answer["data"]["counted"] == 116_000


def test_a_dispute_with_a_file_brings_the_evidence_and_the_program_that_checks_it(counter: Counter, tmp_path: Path) -> None:
    sold(counter)
    counter.do("close_day", counted=notes(111_000), reason="জানি না")
    answer = counter.do("dispute", reason="আমি নিইনি", date="2026-11-24", file=str(tmp_path / "day.zip"))
    assert answer["data"]["file"] == str(tmp_path / "day.zip")
    said = subprocess.run(  # the program that ships beside the bundle
        [sys.executable, "-I", "-S", str(tmp_path / "verify_evidence.py"), str(tmp_path / "day.zip")],
        capture_output=True, text=True, encoding="utf-8", timeout=60, check=True,
    ).stdout  # fmt: skip
    assert "difference -Tk 50.00" in said
    nowhere = counter.do("dispute", reason="x", date="2026-11-24", file=str(tmp_path / "no" / "day.zip"))
    assert (nowhere["code"], nowhere["tone"], nowhere["data"]["file"], nowhere["data"]["why"]) == ("disputed", "look", None, "report_not_written")
