"""Money at the handover: fee and principal, mobile money, what the buyer leaves; and that nothing is ever posted twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlcipher3 import dbapi2
from tests.conftest import T0, Answer, Counter

from corner_app.book import accounts, arrivals, migrate
from corner_app.book.book import Book, make
from corner_app.book.database import Rows, Tx
from corner_app.book.entries import facts_about
from corner_app.book.verify import verify
from corner_app.desk import commands as c
from corner_app.desk import handover, jobs
from corner_app.desk.receipts import HandoverReceipt, handover_receipt
from corner_app.domain import entries as e
from corner_app.domain.entries import EntryId, Fact, encode
from corner_app.domain.handover import Charge
from corner_app.domain.rules import Rules, rules_from

A, B, C = "CP407774791BD", "CP610037240BD", "CP438424402BD"
TRX = "9HM4W2K7XQ"
BKASH = {"wallet": "bkash", "trx": TRX}


def charge(counter: Counter, *rules: dict[str, Any]) -> None:
    """Puts rules in force at this counter; the mobile money services stay."""
    table = rules_from({"rule": [{"since": "2026-01-01", **rule} for rule in rules]})
    counter.here = replace(counter.here, rules=Rules(table.rule, counter.here.rules.wallet))


def ready(counter: Counter, *items: str, **fields: Any) -> None:
    counter.announce(*items, **fields)
    for item in items:
        assert counter.do("receive", scan=item)["code"] == "received"


def give(counter: Counter, *items: str, **fields: Any) -> Answer:
    return counter.do("hand_over", items=list(items), code="123456", **fields)


def read(counter: Counter, question: Callable[[Rows], Any]) -> Any:
    with closing(counter.book.reader()) as reader:
        return reader.read(question)


def balances(counter: Counter) -> dict[str, int]:
    found: dict[str, int] = read(counter, accounts.balances)
    return found


def tasks(counter: Counter) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = read(counter, lambda rows: rows.all("SELECT item, what FROM task ORDER BY item, what"))
    return found


def facts(counter: Counter, item: str) -> list[Fact]:
    found: list[Fact] = read(counter, lambda rows: facts_about(rows, item))
    return found


def whole(counter: Counter) -> bool:
    """Every projection is what the log says, and the books balance."""
    return verify(counter.book.path).faults == [] and sum(balances(counter).values()) == 0


# Fee and principal


def test_the_fee_is_due_beside_the_principal_and_is_the_posts_own(counter: Counter) -> None:
    charge(counter, {"name": "collection_fee", "amount": 25})
    ready(counter, A, B)
    due = 2 * (116_000 + 116 * 25)
    short = give(counter, A, B, tendered=due - 1)
    assert (short["code"], short["data"]["due"], short["entries"]) == ("money_short", due, [])
    done = give(counter, A, B, tendered=300_000)
    assert {k: done["data"][k] for k in ("collected", "fee", "claimed", "change")} == {"collected": due, "fee": 5_800, "claimed": 0, "change": 300_000 - due}
    assert balances(counter) == {"drawer:8500-1": due, "cod:M005": -232_000, "postage": -5_800}
    assert whole(counter)


def test_what_is_prepaid_costs_no_fee(counter: Counter) -> None:
    charge(counter, {"name": "collection_fee", "amount": 25})
    ready(counter, A, cod_amount_minor=0)
    assert give(counter, A)["data"]["fee"] == 0
    assert balances(counter) == {}


def test_without_a_rule_nothing_is_charged(counter: Counter) -> None:
    ready(counter, A)
    done = give(counter, A, tendered=116_000)
    assert (done["data"]["collected"], done["data"]["fee"], done["data"]["drawer"], done["tone"]) == (116_000, 0, 116_000, "good")


def test_the_fee_of_the_day_of_the_handover_counts_and_of_the_service(counter: Counter) -> None:
    charge(
        counter,
        {"name": "collection_fee", "amount": 25, "until": "2026-11-24"},
        {"name": "collection_fee", "amount": 30, "since": "2026-11-25"},
        {"name": "collection_fee", "amount": 0, "service": "express"},
    )  # fmt: skip
    ready(counter, A, B, cod_amount_minor=1_000)
    ready(counter, C, cod_amount_minor=1_000, service="express")
    assert give(counter, C, tendered=1_000)["data"]["fee"] == 0
    assert give(counter, A, tendered=2_000)["data"]["fee"] == 25
    counter.clock += 86_400_000
    assert give(counter, B, tendered=2_000)["data"]["fee"] == 30


def test_a_full_drawer_asks_for_a_pouch_and_a_mobile_payment_does_not_fill_it(counter: Counter) -> None:
    charge(counter, {"name": "drawer_ceiling", "amount": 200_000})
    ready(counter, A, B, C)
    assert give(counter, A, tendered=116_000)["data"]["send_pouch"] is False
    assert give(counter, C, paid_by=BKASH)["data"]["send_pouch"] is False
    over = give(counter, B, tendered=116_000)
    assert (over["tone"], over["data"]["send_pouch"], over["data"]["drawer"]) == ("look", True, 232_000)
    assert over["text"]["en"].endswith("The drawer holds ৳ 2,320: send a pouch.")


def test_a_screen_knows_the_fees_before_anything_is_written(counter: Counter) -> None:
    charge(counter, {"name": "collection_fee", "amount": 25})
    ready(counter, A, B)
    waiting = read(counter, lambda rows: handover.waiting(rows, replace(counter.here, now=T0), A))
    assert waiting.charges == (Charge(116_000, 2_900), Charge(116_000, 2_900))
    assert waiting.wallets == ("bkash", "nagad", "rocket", "upay")


def test_too_much_cod_for_a_delivery_at_the_door_is_said_at_intake_and_sorting(counter: Counter) -> None:
    charge(counter, {"name": "counter_only_above", "amount": 10_000})
    counter.announce(A, cod_amount_minor=10_000)
    counter.announce(B, cod_amount_minor=10_001)
    for item, only in ((A, False), (B, True)):
        assert counter.do("receive", scan=item)["data"]["counter_only"] is only
        assert counter.do("sort", scan=item)["data"]["counter_only"] is only


def test_cod_above_the_ceiling_is_announced_with_a_warning(counter: Counter) -> None:
    charge(counter, {"name": "cod_ceiling", "amount": 100_000, "service": "vp"})
    counter.announce(A)
    told = counter.announce(B, service="VP")
    assert (told["data"]["accepted"][0]["item"], told["data"]["warned"][0]["code"]) == (B, "cod_above_limit")
    assert counter.do("receive", scan=A)["data"]["warnings"] == []
    assert counter.do("receive", scan=B)["data"]["warnings"] == ["cod_above_limit"]
    assert counter.announce(B, service="VP")["data"]["known"], "the same row, whatever is warned of"


# Mobile money


def test_mobile_money_is_claimed_and_not_in_the_drawer(counter: Counter) -> None:
    charge(counter, {"name": "collection_fee", "amount": 25})
    ready(counter, A, B)
    done = give(counter, A, B, paid_by={"wallet": " bKash ", "trx": " 9hm4 w2k7xq"})
    expected = {"collected": 0, "claimed": 237_800, "fee": 5_800, "change": 0, "tendered": 0, "wallet": "bkash", "drawer": 0}
    assert (done["code"], {k: done["data"][k] for k in expected}) == ("handed_over", expected)
    assert balances(counter) == {"claimed:bkash": 237_800, "cod:M005": -232_000, "postage": -5_800}
    assert counter.do("parcel", scan=A)["data"]["cod_state"] == "claimed"
    assert whole(counter)


def test_a_transaction_id_is_taken_once(counter: Counter) -> None:
    ready(counter, A, B, C)
    assert give(counter, A, paid_by=BKASH)["code"] == "handed_over"
    again = give(counter, B, paid_by={"wallet": "bkash", "trx": TRX.lower()})
    assert (again["tone"], again["code"], again["entries"]) == ("stop", "trx_used", [])
    assert (again["data"]["item"], again["data"]["when"][:10]) == (A, "2026-11-24")
    assert give(counter, B, paid_by={"wallet": "upay", "trx": TRX})["code"] == "handed_over", "another service has its own numbers"
    assert whole(counter)


def test_the_same_op_after_a_claim_is_the_first_answer_and_not_trx_used(counter: Counter) -> None:
    ready(counter, A)
    first = give(counter, A, paid_by=BKASH, op="h")
    assert give(counter, A, paid_by=BKASH, op="h") == first | {"repeated": True}


@pytest.mark.parametrize(
    ("paid_by", "code"),
    [
        ({"wallet": "paypal", "trx": TRX}, "no_such_wallet"),
        ({"wallet": "bkash", "trx": "01712345678"}, "bad_trx"),
        ({"wallet": "rocket", "trx": TRX}, "bad_trx"),
        ({"wallet": "bkash", "trx": ""}, "bad_trx"),
    ],
)
def test_what_cannot_be_a_payment_writes_nothing(counter: Counter, paid_by: dict[str, str], code: str) -> None:
    ready(counter, A)
    answer = give(counter, A, paid_by=paid_by)
    assert (answer["tone"], answer["code"], answer["entries"]) == ("stop", code, [])
    assert balances(counter) == {}


def test_a_payment_for_nothing_is_said_and_a_free_parcel_of_a_paid_basket_carries_none(counter: Counter) -> None:
    ready(counter, A, cod_amount_minor=0)
    ready(counter, B)
    assert give(counter, A, paid_by=BKASH)["code"] == "nothing_due"
    assert give(counter, A, B, paid_by=BKASH)["code"] == "handed_over"
    claimed = {item: facts(counter, item)[-1].entry.body for item in (A, B)}
    assert [(body.wallet, body.trx) for body in claimed.values() if isinstance(body, e.HandedOver)] == [("", ""), ("bkash", TRX)]


def test_cash_and_mobile_money_at_once_are_no_command(counter: Counter) -> None:
    assert give(counter, A, paid_by=BKASH, tendered=5)["code"] == "bad_command"


def test_a_transaction_that_another_office_took_is_known_here(counter: Counter) -> None:
    ready(counter, A)
    other = e.HandedOver("8200", 1, 500, "M1", "code", 1, wallet="bkash", trx=TRX)
    stored = encode(e.Entry(T0 << 16, "jalil", C, 0, other))
    counter.book.write(lambda tx: arrivals.take(tx, EntryId(9, 1, 1), bytes(16), stored))
    assert (answer := give(counter, A, paid_by=BKASH))["code"] == "trx_used"
    assert answer["data"]["item"] == C
    assert whole(counter)


def test_an_older_book_learns_of_payments_that_came_from_a_newer_office(new_book: Path) -> None:
    """The table of payments is younger than the first books."""
    with Book(new_book) as book:
        stored = encode(e.Entry(T0 << 16, "jalil", C, 0, e.HandedOver("8200", 1, 500, "M1", "code", 1, wallet="bkash", trx=TRX)))
        book.write(lambda tx: arrivals.take(tx, EntryId(9, 1, 1), bytes(16), stored))
    with closing(dbapi2.connect(str(new_book))) as old:
        old.executescript("DROP TABLE payment; PRAGMA user_version = 1;")
    assert verify(new_book).good, "before it is opened, too"
    with Book(new_book) as book:
        counter = Counter(book)
        assert read(counter, lambda rows: accounts.claimed_by(rows, "bkash", TRX)) == [(EntryId(9, 1, 1), C)]
        assert whole(counter)
    assert len(migrate.STEPS) >= 2
    assert new_book.with_name("corner.before-2.book").exists()


# What the buyer leaves


def test_what_is_left_is_refused_in_the_same_commit_and_not_asked_for(counter: Counter) -> None:
    ready(counter, A, B, C)
    head = counter.do("status")["data"]["entries"]
    done = give(counter, A, B, tendered=232_000, refused=[{"scan": C, "reason": "damaged"}])
    assert (done["code"], done["tone"], done["data"]["collected"], done["data"]["refused"]) == ("handed_over", "look", 232_000, [C])
    assert done["entries"] == [head + 1, head + 2, head + 3]
    state = counter.do("parcel", scan=C)["data"]
    assert (state["state"], state["cod_state"]) == ("refused", "due")
    assert balances(counter) == {"drawer:8500-1": 232_000, "cod:M005": -232_000}
    assert whole(counter)


@pytest.mark.parametrize(
    ("refused", "code"),
    [
        ([{"scan": B, "reason": " "}], "reason_needed"),
        ([{"scan": A, "reason": "damaged"}], "given_and_refused"),
        ([{"scan": C, "reason": "damaged"}], "different_buyers"),
        ([{"scan": "CP104722182BD", "reason": "damaged"}], "not_here"),
    ],
)
def test_what_cannot_be_left_stops_all_of_it(counter: Counter, refused: list[dict[str, str]], code: str) -> None:
    ready(counter, A, B)
    ready(counter, C, recipient_phone="01700009999")
    answer = give(counter, A, tendered=116_000, refused=refused)
    assert (answer["tone"], answer["code"], answer["entries"]) == ("stop", code, [])
    assert balances(counter) == {}


def receipt(counter: Counter, item: str) -> HandoverReceipt:
    found = read(counter, lambda rows: handover_receipt(rows, counter.here, item))
    assert isinstance(found, HandoverReceipt)
    return found


def test_the_receipt_tells_the_whole_act_and_not_a_refusal_that_came_after_it(counter: Counter) -> None:
    charge(counter, {"name": "collection_fee", "amount": 25})
    ready(counter, A, B, C)
    done = give(counter, A, paid_by=BKASH, refused=[{"scan": B, "reason": "damaged"}])
    counter.do("refuse", scan=C, reason="refused")
    told = receipt(counter, A)
    assert (told.number, told.total, [each.item for each in told.left]) == (done["data"]["receipt"], 118_900, [B])
    assert (told.handed[0].body.fee, told.handed[0].body.trx, told.left[0].body.reason) == (2_900, TRX, "damaged")


def test_the_receipt_is_asked_for_in_the_commit_of_the_money(counter: Counter) -> None:
    counter.here = replace(counter.here, gives_receipts=True)
    ready(counter, A, B)
    give(counter, A, tendered=116_000, refused=[{"scan": B, "reason": "damaged"}], op="h")
    give(counter, A, tendered=116_000, refused=[{"scan": B, "reason": "damaged"}], op="h")
    queued = read(counter, lambda rows: rows.all("SELECT item, what, copy FROM print_job WHERE state = 'queued'"))
    assert queued == [(A, "receipt_handover", 1)]
    assert [fact.entry.body.copy for fact in facts(counter, A) if isinstance(fact.entry.body, e.LabelAsked)] == [1]


# Never twice


def test_a_hundred_times_enter_post_once(counter: Counter) -> None:
    """Horizon row 4: a script made each key press repeat the posting."""
    ready(counter, A, B)
    answers = [give(counter, A, B, tendered=232_000, op="h") for _ in range(100)]
    assert [answer.pop("repeated", False) for answer in answers] == [False, *[True] * 99]
    assert all(answer == answers[0] for answer in answers)
    assert balances(counter) == {"drawer:8500-1": 232_000, "cod:M005": -232_000}


def test_key_auto_repeat_without_an_op_posts_once(counter: Counter) -> None:
    ready(counter, A)
    codes = [give(counter, A, tendered=116_000)["code"] for _ in range(100)]
    assert codes == ["handed_over", *["already_handed_over"] * 99]
    assert balances(counter) == {"drawer:8500-1": 116_000, "cod:M005": -116_000}


def test_a_basket_with_one_parcel_that_went_before_posts_nothing(counter: Counter) -> None:
    ready(counter, A, B)
    give(counter, A, tendered=116_000)
    assert give(counter, B, A, tendered=232_000)["code"] == "already_handed_over"
    assert give(counter, B, tendered=116_000, refused=[{"scan": A, "reason": "damaged"}])["code"] == "already_handed_over"
    assert balances(counter) == {"drawer:8500-1": 116_000, "cod:M005": -116_000}


def test_a_crash_before_the_commit_leaves_nothing_and_the_same_op_does_it_once(counter: Counter) -> None:
    ready(counter, A, B)
    before = counter.do("status")["data"]["head"]
    asked = c.HandOver(items=(A,), code="123456", tendered=116_000, refused=(c.Left(B, "damaged"),))

    def dies_at_the_end(tx: Tx) -> None:
        assert jobs.run(tx, replace(counter.here, now=T0), asked, "h").code == "handed_over"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        counter.book.write(dies_at_the_end)
    assert (counter.do("status")["data"]["head"], balances(counter)) == (before, {})
    done = give(counter, A, tendered=116_000, refused=[{"scan": B, "reason": "damaged"}], op="h")
    assert (done["code"], done.get("repeated")) == ("handed_over", None)
    assert balances(counter) == {"drawer:8500-1": 116_000, "cod:M005": -116_000}
    assert whole(counter)


@pytest.fixture
def second(tmp_path: Path) -> Iterator[Counter]:
    """The other counter of the office, with its own book."""
    path = tmp_path / "second.book"
    make(path, office="8500", counter=2, training=True, device=8, uuid=bytes(range(16, 32)))
    with Book(path) as book:
        yield Counter(book)


def merged(into: Counter, out_of: Counter, *items: str) -> None:
    """What the second counter wrote of these parcels arrives, twice."""
    for item in items:
        for fact in facts(out_of, item):
            if fact.id.device == out_of.book.place.device:
                stored = out_of.book.write(lambda tx, seq=fact.id.seq: tx.value("SELECT bytes FROM entry WHERE seq = ?", (seq,)))  # type: ignore[misc]
                for _ in range(2):
                    into.book.write(lambda tx, fact=fact, stored=stored: arrivals.take(tx, fact.id, fact.uid, stored))  # type: ignore[misc]


def test_a_second_counter_that_took_the_cash_as_well_has_it_in_suspense_and_a_task(counter: Counter, second: Counter) -> None:
    for each in (counter, second):
        ready(each, A)
        assert give(each, A, tendered=116_000)["code"] == "handed_over"
    merged(counter, second, A)
    assert balances(counter) == {"drawer:8500-1": 116_000, "drawer:8500-2": 116_000, "cod:M005": -116_000, "suspense:8500": -116_000}
    assert (A, "handed_over_twice") in tasks(counter)
    assert whole(counter)


def test_cash_taken_again_for_a_parcel_that_came_back_is_in_suspense_and_a_task(counter: Counter) -> None:
    ready(counter, A)
    give(counter, A, tendered=116_000)
    again: list[e.AnyBody] = [e.Received("8200"), e.HandedOver("8200", 1, 116_000, "M005", "code", 2)]
    base = facts(counter, A)[-1].id
    for seq, body in enumerate(again, 1):
        stored = encode(e.Entry(T0 + 86_400_000 << 16 | seq, "jalil", A, base, body))
        counter.book.write(lambda tx, seq=seq, stored=stored: arrivals.take(tx, EntryId(9, 1, seq), bytes([seq]) * 16, stored))  # type: ignore[misc]
        base = EntryId(9, 1, seq)
    assert balances(counter) == {"drawer:8500-1": 116_000, "drawer:8200-1": 116_000, "cod:M005": -116_000, "suspense:8200": -116_000}
    assert {what for item, what in tasks(counter) if item == A} == {"found_after_handed_over", "collected_twice"}
    assert whole(counter)


def test_a_claim_for_a_parcel_that_was_given_here_as_well_is_known_and_in_suspense(counter: Counter, second: Counter) -> None:
    ready(counter, A)
    ready(second, A)
    give(counter, A, tendered=116_000)
    give(second, A, paid_by=BKASH)
    merged(counter, second, A)
    assert [item for _, item in read(counter, lambda rows: accounts.claimed_by(rows, "bkash", TRX))] == [A]
    assert balances(counter) == {"drawer:8500-1": 116_000, "claimed:bkash": 116_000, "cod:M005": -116_000, "suspense:8500": -116_000}
    ready(counter, B)
    assert give(counter, B, paid_by=BKASH)["code"] == "trx_used"
    assert whole(counter)


def test_two_claims_of_one_transaction_at_two_counters_are_both_known_after_the_merge(counter: Counter, second: Counter) -> None:
    """Nobody could know at the counter; the centre says trx_used of the second."""
    ready(counter, A)
    ready(second, B)
    assert give(counter, A, paid_by=BKASH)["code"] == give(second, B, paid_by=BKASH)["code"] == "handed_over"
    merged(counter, second, B)

    def claims(rows: Rows) -> list[str]:
        return sorted(item for _, item in accounts.claimed_by(rows, "bkash", TRX))

    assert read(counter, claims) == [A, B]
    assert balances(counter)["claimed:bkash"] == 232_000
    assert whole(counter)
