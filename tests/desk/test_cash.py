"""Cash at the desk where it could go wrong: a book that does not add up, PINs, pouches that cross, and two counters on random days."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import Counter

from corner_app.book import accounts, arrivals, days, entries, people
from corner_app.book.backup import backup
from corner_app.book.book import Book, make
from corner_app.book.database import Rows
from corner_app.book.lineage import Parent
from corner_app.book.rehome import rehome
from corner_app.book.verify import verify
from corner_app.desk.people import set_pin
from corner_app.domain.cash import fold, is_document
from corner_app.domain.entries import EntryId, Fact
from corner_app.domain.money import Posting, balances, parcel_postings
from corner_app.domain.outcome import Outcome, Tone
from corner_app.domain.parcels import fold as fold_parcel
from corner_app.domain.trouble import Trouble
from corner_app.port import opens_drawer

A, B = "CP407774791BD", "CP610037240BD"
ITEMS = (A, B, "EE122079265BD")
DAY_MS = 86_400_000


def notes(paisa: int) -> dict[str, int]:
    return {"1000": paisa // 100_000, "loose": paisa % 100_000}


def sold(counter: Counter, item: str = A) -> int:
    counter.announce(item)
    counter.do("receive", scan=item)
    answer = counter.do("hand_over", scan=item, code="123456", tendered=120_000)
    assert answer["code"] == "handed_over"
    return int(answer["entries"][0])


def written(counter: Counter) -> int:
    return int(counter.do("status")["data"]["entries"])


def drawer(counter: Counter) -> int:
    return counter.book.write(lambda tx: accounts.balance(tx, counter.here.drawer))


# A book that does not add up


_AGAIN = "UPDATE account SET balance = (SELECT coalesce(sum(amount), 0) FROM posting WHERE account = account.name)"
_LESS = "UPDATE posting SET amount = amount + CASE line WHEN 0 THEN -5000 ELSE 5000 END WHERE item = "
TAMPERED = {
    "an account": ["UPDATE account SET balance = balance - 5000 WHERE name = 'drawer:8500-1'"],
    "two accounts": [
        "UPDATE account SET balance = balance + 5000 WHERE name = 'cod:M005'",
        "UPDATE account SET balance = balance - 5000 WHERE name = 'drawer:8500-1'",
    ],
    "what was posted today": [f"{_LESS} '{B}'", _AGAIN],
    "what was posted on a closed day": [f"{_LESS} '{A}'", _AGAIN],
    "what was posted is gone": [f"DELETE FROM posting WHERE item = '{B}'", _AGAIN],
}


@pytest.mark.parametrize("change", TAMPERED)
def test_a_day_is_not_closed_on_sums_that_do_not_follow_from_the_entries(counter: Counter, change: str) -> None:
    """What was posted is compared with the entries before anybody is shown a difference. Nothing is written, and computing it again mends it."""
    sold(counter)
    counter.do("close_day", counted=notes(116_000))
    counter.clock += DAY_MS
    sold(counter, B)
    before = written(counter)
    for statement in TAMPERED[change]:
        counter.book.write(lambda tx, statement=statement: tx.run(statement))  # type: ignore[misc]
    refused = counter.do("close_day", counted=notes(232_000), reason="x")
    assert (refused["tone"], refused["code"]) == ("stop", "ledger_unequal")
    assert refused["data"]["detail"]
    assert "কিছু হারায়নি" in refused["text"]["bn"]
    assert written(counter) == before
    counter.book.rebuild()
    assert counter.do("close_day", counted=notes(232_000))["data"]["difference"] == 0


def test_not_even_on_the_first_day(counter: Counter) -> None:
    sold(counter)
    for statement in TAMPERED["two accounts"]:
        counter.book.write(lambda tx, statement=statement: tx.run(statement))  # type: ignore[misc]
    assert counter.do("close_day", counted=notes(116_000), reason="x")["code"] == "ledger_unequal"


@pytest.mark.parametrize("heard", ["before", "after"])
def test_a_copied_book_that_both_used_can_still_close_and_its_count_shows_what_the_other_took(counter: Counter, tmp_path: Path, heard: str) -> None:
    """After a fork our own closing is written again beside work of the copy: the drawer holds more by the book than was left, and nobody is held up."""
    counter.do("open_day", float=10_000)
    fork = written(counter)
    backup(counter.book.path, tmp_path / "copy.book")
    with Book(tmp_path / "copy.book") as book:
        copy = Counter(book)
        copy.do("pay_in", amount=7_000, reason="x")
        theirs = book.write(lambda tx: tx.all("SELECT seq, substr(hash, 1, 16), bytes FROM entry WHERE no > ?", (fork,)))

    def hear_the_copy() -> None:
        device = counter.book.place.device
        counter.book.write(lambda tx: [arrivals.take(tx, EntryId(device, 1, seq), uid, stored) for seq, uid, stored in theirs])

    counter.do("pay_in", amount=500, reason="x")
    counter.do("close_day", counted=notes(10_500))
    parent = counter.book.write(lambda tx: Parent(*(tx.one("SELECT epoch, seq, hash FROM entry WHERE no = ?", (fork,)) or (0, 0, b""))))
    if heard == "before":
        hear_the_copy()
    counter.book.write(lambda tx: rehome(tx, counter.book.place, 2, parent))
    counter.book.rebuild()
    if heard == "after":
        hear_the_copy()
    assert drawer(counter) == 17_500
    counter.clock += DAY_MS
    asked = counter.do("close_day", counted=notes(10_500))
    assert (asked["code"], asked["data"]["difference"]) == ("reason_needed", -7_000)
    assert counter.do("close_day", counted=notes(10_500), reason="x")["code"] == "day_closed"
    counter.clock += DAY_MS
    assert counter.do("close_day", counted=notes(10_500))["data"]["opening"] == 10_500
    assert verify(counter.book.path).good


# What is said wrongly


@pytest.mark.parametrize(
    ("job", "fields"),
    [
        ("my_day", {"date": "2026-13-01"}),
        ("my_day", {"date": "2026-02-30"}),
        ("approve_day", {"date": "0000-01-01"}),
        ("dispute", {"reason": "x", "date": "2026-02-29"}),
        ("pay_in", {"amount": 5, "reason": "x", "late_for": "2026-11-31"}),
        ("pay_in", {"amount": 10**12 + 1, "reason": "x"}),
        ("pay_out", {"amount": -5, "reason": "x"}),
        ("count", {"counted": {"1000": -1}}),
    ],
)
def test_a_date_or_an_amount_that_cannot_be_is_no_command_and_the_next_line_is_read(counter: Counter, job: str, fields: dict[str, Any]) -> None:
    refused = counter.do(job, **fields)
    assert (refused["tone"], refused["code"], refused["entries"]) == ("stop", "bad_command", [])
    assert refused["data"]["why"]
    assert written(counter) == 0


@pytest.mark.parametrize(("job", "fields"), [("count", {}), ("close_day", {}), ("pouch_in", {"pouch": "P1", "sender": "8200", "expected": 5})])
def test_more_than_any_drawer_holds_is_a_slip_of_the_hand(counter: Counter, job: str, fields: dict[str, Any]) -> None:
    refused = counter.do(job, **fields, counted={"1000": 10**8})
    assert (refused["tone"], refused["code"]) == ("stop", "too_much_cash")
    assert "৳ ১,০০" in refused["text"]["bn"]
    assert written(counter) == 0


def test_a_float_less_than_what_left_the_drawer_since_cannot_have_been(counter: Counter) -> None:
    counter.do("pay_in", amount=5_000, reason="x")
    counter.do("close_day", counted=notes(5_000))
    counter.clock += DAY_MS
    counter.do("pay_out", amount=4_000, reason="x")
    refused = counter.do("open_day", float=3_999)
    assert (refused["code"], refused["data"]) == ("float_too_small", {"float": 3_999, "least": 4_000})
    assert counter.do("open_day", float=4_000)["code"] == "day_open"
    assert drawer(counter) == 0


def test_a_pouch_nobody_announced_needs_its_sender_and_its_amount(counter: Counter) -> None:
    said: dict[str, Any] = {"pouch": "P9", "counted": notes(5_000)}
    answers = [
        counter.do("pouch_in", **said, expected=5_000),
        counter.do("pouch_in", **said, sender="8200"),
        counter.do("pouch_in", **said, expected=5_000, sender="9999"),
        counter.do("pouch_in", **said, expected=5_000, sender="8200"),
    ]
    assert [answer["code"] for answer in answers] == ["pouch_unknown", "pouch_unknown", "unknown_office", "pouch_received"]
    assert "প্রেরক" in answers[0]["text"]["bn"]
    assert counter.book.write(accounts.balances) == {"drawer:8500-1": 5_000, "transit:8200": -5_000}


def test_what_cannot_be_taken_back_says_why(counter: Counter) -> None:
    counter.do("open_day", float=100_000)
    given = sold(counter)
    got = counter.do("pouch_in", pouch="P9", sender="8200", expected=5_000, counted=notes(5_000))["entries"][0]
    paid = counter.do("pay_in", amount=700, reason="x", clerk="jalil")["entries"][0]
    counter.do("close_day", counted=notes(221_700))
    counter.clock += DAY_MS
    mine = counter.do("pay_in", amount=700, reason="x")["entries"][0]
    why = {seq: counter.do("reverse", entry=seq, reason="x", clerk="jalil")["data"]["why"] for seq in (1, given, got, paid, mine)}
    assert why == {1: "not_money", given: "handed_over", got: "pouch_received", paid: "closed", mine: "another_clerk"}
    by_supervisor = counter.do("reverse", entry=mine, reason="x", clerk="anwar")
    assert (by_supervisor["code"], by_supervisor["data"]["amount"], drawer(counter)) == ("reversed", 700, 221_700)


def test_what_was_passed_on_comes_back_in_both_drawers(counter: Counter) -> None:
    counter.do("open_day", float=100_000)
    seq = counter.do("transfer", to=2, amount=30_000)["entries"][0]
    assert counter.do("status")["data"]["drawer"] == {"1": 70_000, "2": 30_000}
    assert counter.do("reverse", entry=seq, reason="x")["data"]["amount"] == 30_000
    assert counter.do("status")["data"]["drawer"] == {"1": 100_000, "2": 0}


# Open items


def test_what_nobody_approved_or_settled_stays_open_however_long_ago(counter: Counter) -> None:
    paid = counter.do("pay_in", amount=5_000, reason="x")["entries"][0]
    counter.do("close_day", counted=notes(4_000), reason="x")
    for _ in range(70):
        counter.clock += DAY_MS
        counter.do("close_day", counted=notes(4_000))
    about_a_slip = counter.do("dispute", entry=paid, reason="x")["entries"][0]
    about_a_day = counter.do("dispute", date="2026-11-24", reason="x")["entries"][0]
    counter.clock += DAY_MS
    items = counter.do("close_day", counted=notes(4_000))["data"]["open_items"]
    assert (items["unapproved"], items["disputes"]) == (1, 2)
    counter.do("approve_day", date="2026-11-24", clerk="anwar")
    for seq in (about_a_slip, about_a_day):
        counter.do("settle_dispute", entry=seq, outcome="explained", note="x", clerk="anwar")
    counter.clock += DAY_MS
    items = counter.do("close_day", counted=notes(4_000))["data"]["open_items"]
    assert (items["unapproved"], items["disputes"]) == (0, 0)


# PINs


@pytest.fixture
def real(tmp_path: Path) -> Any:
    make(tmp_path / "real.book", office="8500", counter=1, training=False)
    with Book(tmp_path / "real.book") as book:
        yield Counter(book)


def test_a_real_book_has_no_pin_until_one_is_set_and_keeps_no_digit_of_it(real: Counter) -> None:
    fields: dict[str, Any] = {"counted": notes(500), "reason": "x", "approver": "postmaster"}
    unset = real.do("close_day", **fields, pin="1234")
    assert unset["code"] == "no_pin"
    assert "corner-app pin postmaster" in unset["text"]["bn"]
    real.book.write(lambda tx: set_pin(tx, "postmaster", "৪৮১৫"))
    kept = real.book.write(lambda tx: people.pin_hash(tx, "postmaster"))
    assert kept.startswith("$argon2id$")
    assert "4815" not in kept
    assert [real.do("close_day", **fields, pin=pin)["code"] for pin in ("1234", "", "4815")] == ["wrong_pin", "wrong_pin", "day_closed"]


def test_a_pin_that_is_set_in_a_practice_book_replaces_the_known_one(counter: Counter) -> None:
    counter.book.write(lambda tx: set_pin(tx, "anwar", "998877"))
    fields: dict[str, Any] = {"counted": notes(500), "reason": "x", "approver": "anwar"}
    assert [counter.do("close_day", **fields, pin=pin)["code"] for pin in ("1234", "998877")] == ["wrong_pin", "day_closed"]


@pytest.mark.parametrize(("badge", "pin", "code"), [("anwar", "12", "bad_pin"), ("anwar", "abcd", "bad_pin"), ("jalil", "1234", "no_supervisor")])
def test_only_a_supervisor_has_a_pin_of_four_to_six_digits(counter: Counter, badge: str, pin: str, code: str) -> None:
    with pytest.raises(Trouble) as refused:
        counter.book.write(lambda tx: set_pin(tx, badge, pin))
    assert refused.value.code == code


def test_who_may_approve_is_said_apart_from_who_may_hand_over(counter: Counter) -> None:
    counter.do("pay_in", amount=500, reason="x")
    counter.do("close_day", counted={}, reason="x")
    said = counter.do("approve_day", date="2026-11-24")
    assert said["code"] == "supervisor_needed"
    assert "parcel" not in said["text"]["en"]


# The drawer's lock


@pytest.mark.parametrize(
    ("code", "data", "reason"),
    [
        ("paid_in", {"slip": "S1"}, "posting:S1"),
        ("paid_out", {"slip": "S1"}, "posting:S1"),
        ("transferred", {"slip": "S1"}, "posting:S1"),
        ("pouch_sent", {"pouch": "P1"}, "posting:P1"),
        ("pouch_received", {"pouch": "P1"}, "posting:P1"),
        ("reversed", {}, "posting:7"),
        ("counted", {}, "posting:7"),
        ("day_closed", {}, "posting:7"),
        ("day_open", {}, None),
        ("my_day", {}, None),
    ],
)
def test_the_drawer_opens_where_cash_is_to_be_touched(code: str, data: dict[str, Any], reason: str | None) -> None:
    assert opens_drawer(Outcome(Tone.GOOD, code, entries=(7,), data=data)) == reason
    assert opens_drawer(Outcome(Tone.GOOD, code, entries=(7,), data=data, repeated=True)) is None


# Two counters


def hear(counter: Counter, other: Counter, most: int) -> None:
    """Takes in the next entries of another counter's book that this one has not heard."""
    known = counter.book.write(lambda tx: int(tx.value("SELECT coalesce(max(seq), 0) FROM arrived WHERE device = ?", (other.book.place.device,))))
    fresh = other.book.write(lambda tx: tx.all("SELECT epoch, seq, substr(hash, 1, 16), bytes FROM entry WHERE seq > ? ORDER BY no LIMIT ?", (known, most)))
    for epoch, seq, uid, stored in fresh:
        id = EntryId(other.book.place.device, epoch, seq)
        counter.book.write(lambda tx, id=id, uid=uid, stored=stored: arrivals.take(tx, id, uid, stored))  # type: ignore[misc]


def from_the_log(rows: Rows) -> dict[str, int]:
    """Every account by folding every subject of the log from nothing."""
    facts: list[Fact] = [fact for _, fact in (*days.own(rows, 1, 10**9), *days.arrived(rows, 1, 10**9))]
    lines: list[Posting] = []
    for subject in {fact.entry.subject for fact in facts}:
        about = [fact for fact in facts if fact.entry.subject == subject]
        if is_document(subject):
            lines += fold(subject, about).lines
        elif ":" not in subject and subject != "book":
            lines += parcel_postings(fold_parcel(subject, about), about)
    return balances(lines)


Act = Callable[[Counter, random.Random], object]


def _paid(job: str) -> Act:
    return lambda counter, chance: counter.do(job, amount=chance.randint(1, 90_000), reason="x", op=chance.choice((None, f"o{chance.randint(1, 5)}")))


def _closes(counter: Counter, chance: random.Random) -> object:
    """Counts what should be there, or what should not."""
    return counter.do("close_day", counted=notes(max(0, drawer(counter) + chance.choice((0, 0, -500, 900)))), reason="x", op=f"c{chance.randint(1, 9)}")


def _hands_over(counter: Counter, chance: random.Random) -> object:
    item = chance.choice(ITEMS)
    counter.do("receive", scan=item)
    return counter.do("hand_over", scan=item, code="123456", tendered=200_000)


def _money_of(counter: Counter, chance: random.Random) -> int:
    """One of the last payments, or an entry of which nothing can be taken back."""
    found = counter.book.write(
        lambda tx: tx.all("SELECT seq FROM entry WHERE kind IN ('paid_in', 'paid_out', 'transferred', 'pouch_sent') ORDER BY no DESC LIMIT 4")
    )
    return int(chance.choice(found)[0]) if found and chance.random() < 0.8 else chance.randint(1, 40)


ACTS: tuple[Act, ...] = (
    _paid("pay_in"),
    _paid("pay_in"),
    _paid("pay_out"),
    lambda counter, chance: counter.do("open_day", **({"float": chance.randint(0, 90_000)} if chance.random() < 0.5 else {})),
    lambda counter, chance: counter.do("transfer", to=chance.randint(1, 2), amount=chance.randint(1, 50_000)),
    lambda counter, chance: counter.do("pouch_out", pouch=f"P{chance.randint(1, 4)}", to=_other(counter), amount=chance.randint(1, 20_000)),
    lambda counter, chance: counter.do(
        "pouch_in", pouch=f"P{chance.randint(1, 4)}", sender=_other(counter), expected=10_000, counted=notes(chance.randint(1, 20_000)), reason="x"
    ),
    lambda counter, chance: counter.do("reverse", entry=_money_of(counter, chance), reason="x", clerk="anwar"),
    lambda counter, chance: counter.do("reverse", entry=_money_of(counter, chance), reason="x", clerk="anwar"),
    lambda counter, chance: counter.do("count", counted=notes(chance.randint(0, 300_000))),
    _closes,
    _closes,
    _hands_over,
    _hands_over,
    lambda counter, chance: counter.do("undo"),
    lambda counter, chance: setattr(counter, "clock", counter.clock + chance.choice((-DAY_MS // 2, DAY_MS // 3, DAY_MS))),
)


def _other(counter: Counter) -> str:
    return "8200" if counter.here.office == "8500" else "8500"


@settings(max_examples=12, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32))
def test_random_days_of_two_counters_and_another_office_balance_at_every_step(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    """What one hears of the others comes late and in pieces, pouches and takings-back cross, clocks go back: every day goes on where the last ended."""
    chance = random.Random(seed)
    folder = tmp_path_factory.mktemp("random")
    places = (("8500", 1), ("8500", 2), ("8200", 1))
    for number, (office, at) in enumerate(places):
        make(folder / f"{number}.book", office=office, counter=at, training=True, device=7 + number, uuid=bytes([7 + number]) * 16)
    books = [Book(folder / f"{number}.book") for number in range(len(places))]
    counters = [Counter(book) for book in books]
    left: dict[int, int | None] = dict.fromkeys(range(len(books)))
    for counter in counters:
        counter.announce(*ITEMS)
    for _ in range(90):
        who = chance.randrange(len(counters))
        counter = counters[who]
        if chance.random() < 0.25:
            hear(counter, counters[(who + chance.randint(1, 2)) % 3], chance.randint(1, 12))
        else:
            left[who] = _goes_on(chance.choice(ACTS)(counter, chance), left[who], counter)
        assert sum(counter.book.write(accounts.balances).values()) == 0
    for counter in counters:
        for other in counters:
            if other is not counter:
                hear(counter, other, 10**6)
    ledgers = [counter.book.write(accounts.balances) for counter in counters]
    assert ledgers[0] == ledgers[1] == ledgers[2] == counters[0].book.write(from_the_log)
    for who, counter in enumerate(counters):
        counter.clock = max(each.clock for each in counters) + 3 * DAY_MS
        left[who] = _goes_on(counter.do("close_day", counted=notes(max(0, drawer(counter))), reason="x"), left[who], counter)
    for book in books:
        book.close()
        assert verify(book.path).good


def _goes_on(answer: object, left: int | None, counter: Counter) -> int | None:
    """What a closing left in the drawer, or an opening stated, after proving that it adds up and goes on from the one before."""
    if not isinstance(answer, dict) or answer.get("repeated"):
        return left
    data = answer["data"]
    assert answer["code"] != "ledger_unequal", data
    if answer["code"] == "day_open":
        assert left is None or data["carried"] == left
        return int(data["float"])
    if answer["code"] == "day_closed":
        told = counter.do("my_day", date=data["date"])["data"]
        assert data["opening"] + data["collected"] + data["paid_in"] - data["paid_out"] - data["deposited"] == data["expected"] == told["total"]
        assert left is None or data["opening"] == left == told["opening"]
        assert counter.book.write(from_the_log).get(counter.here.drawer, 0) == data["counted"]
        return int(data["counted"])
    return left


def test_a_pouch_taken_back_while_it_was_counted_elsewhere_leaves_the_closed_day_as_it_was(tmp_path: Path) -> None:
    for device, office in ((7, "8500"), (8, "8200")):
        make(tmp_path / f"{office}.book", office=office, counter=1, training=True, device=device, uuid=bytes([device]) * 16)
    with Book(tmp_path / "8500.book") as ours, Book(tmp_path / "8200.book") as theirs:
        here, there = Counter(ours), Counter(theirs)
        here.do("open_day", float=100_000)
        seq = here.do("pouch_out", pouch="P1", to="8200", amount=60_000)["entries"][0]
        hear(there, here, 9)
        there.do("pouch_in", pouch="P1", counted=notes(60_000))
        here.do("reverse", entry=seq, reason="ভুল")
        assert here.do("close_day", counted=notes(100_000))["data"]["difference"] == 0
        hear(here, there, 9)
        here.clock += DAY_MS
        opened = here.do("open_day")
        assert (opened["tone"], opened["data"]["carried"]) == ("good", 100_000)
        assert here.book.write(accounts.balances)["suspense:8500"] == -60_000
        assert here.do("close_day", counted=notes(100_000))["code"] == "day_closed"


def test_the_last_entry_of_a_slip_is_known_to_the_next(counter: Counter) -> None:
    """Every entry of a document names the one before it, so that another book can tell what its writer knew."""
    counter.do("open_day", float=5_000)
    seq = counter.do("pay_out", amount=700, reason="x")["entries"][0]
    back = counter.do("reverse", entry=seq, reason="x")["entries"][0]
    fact = counter.book.write(lambda tx: entries.fact(tx, back))
    assert fact is not None
    assert (fact.entry.base, fact.entry.sup) == (seq, seq)
