"""Cash documents fold as sets: in any order, twice, in pieces they post the same, and every entry's postings sum to zero."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corner_app.domain import cash
from corner_app.domain import entries as e
from corner_app.domain.close import NoSuchNote, Segment, day_after, local_date, pieces_of, total
from corner_app.domain.entries import Entry, EntryId, Fact, origin
from corner_app.domain.money import balances

few = settings(max_examples=200, deadline=None, derandomize=True, database=None)
DAY, SLIP, POUCH = "day:8500-1-2026-11-24", "slip:8500-1-1-4", "pouch:P1"


def fact(device: int, seq: int, body: e.AnyBody, sup: e.Ref = 0, at: int = 0, orig: str = "") -> Fact:
    return Fact(EntryId(device, 1, seq), Entry((at or seq) << 16, "rahima", "x", 0, body, sup, orig=orig), bytes([device, seq] + [0] * 14))


paisa = st.integers(1, 10**7)
bodies: st.SearchStrategy[e.AnyBody] = st.one_of(
    st.builds(e.PaidIn, st.just("8500"), st.just(1), paisa, st.just("r")),
    st.builds(e.PaidOut, st.just("8500"), st.just(1), paisa, st.just("r")),
    st.builds(e.Transferred, st.just("8500"), st.just(1), st.just(2), paisa),
    st.builds(e.PouchSent, st.sampled_from(("8500", "8200")), st.just(1), st.just("8200"), paisa),
    st.builds(e.PouchReceived, st.just("8200"), st.just(1), st.just("8500"), paisa, st.just(0), paisa),
    st.builds(e.DayOpened, st.just("8500"), st.just(1), st.just("2026-11-24"), paisa, st.integers(0, 10**6)),
    st.builds(
        lambda counted, expected: e.DayClosed("8500", 1, "2026-11-24", 1, 0, 0, 0, 0, 0, expected, counted, (), 0, 0, 0),
        st.integers(0, 10**7), st.integers(0, 10**7),
    ),
    st.builds(e.Counted, st.just("8500"), st.just(1), st.just("spot"), paisa, paisa),
    st.builds(e.Disputed, st.just("8500"), st.just(1), st.integers(-1000, 1000), st.just("r")),
    st.builds(e.DisputeSettled, st.just("8500"), st.just(1), st.sampled_from(("explained", "found", "written_off")), st.integers(-1000, 1000), st.just("n")),
    st.builds(e.Reversed, st.just("8500"), st.just(1), st.just("r")),
    st.just(e.DayApproved("8500", 1)),
    st.just(e.LabelAsked("receipt_cash", 1)),
)  # fmt: skip


@st.composite
def histories(draw: st.DrawFn) -> list[Fact]:
    """Entries of two books about one document; some take back or settle others, some were written again in another lineage."""
    found: list[Fact] = []
    for seq in range(1, draw(st.integers(1, 9)) + 1):
        device = draw(st.integers(1, 2))
        named: int = draw(st.integers(-9, 8))
        sup = found[named].id if 0 <= named < len(found) else 0
        found.append(fact(device, seq, draw(bodies), sup, at=draw(st.integers(1, 20))))
    for again in draw(st.lists(st.sampled_from(found), max_size=2)):
        found.append(
            Fact(EntryId(9, 2, again.id.seq), Entry(again.entry.hlc, "rahima", "x", 0, again.entry.body, again.entry.sup, orig=origin(again)), b"9" * 16)
        )
    return found


@few
@given(histories(), st.randoms(use_true_random=False))
def test_any_order_twice_or_in_pieces_posts_the_same(facts: list[Fact], chance: random.Random) -> None:
    expected = cash.fold(POUCH, facts)
    again = [*facts, *chance.sample(facts, len(facts) // 2)]
    chance.shuffle(again)
    assert cash.fold(POUCH, again) == expected


@few
@given(histories())
def test_debits_equal_credits_at_every_prefix_and_for_every_entry(facts: list[Fact]) -> None:
    for upto in range(len(facts) + 1):
        document = cash.fold(SLIP, facts[:upto])
        sums: dict[EntryId, int] = {}
        for line in document.lines:
            sums[line.by] = sums.get(line.by, 0) + line.amount
        assert not any(sums.values())


@few
@given(histories())
def test_an_act_written_again_in_another_lineage_counts_once(facts: list[Fact]) -> None:
    once = [each for each in facts if each.id.device != 9]
    assert balances(cash.fold(SLIP, facts).lines) == balances(cash.fold(SLIP, once).lines)


@few
@given(bodies.filter(lambda body: isinstance(body, e.PaidIn | e.PaidOut | e.Transferred | e.PouchSent)))
def test_what_is_taken_back_is_as_if_it_never_was_once_and_not_twice(body: e.AnyBody) -> None:
    act, back = fact(1, 1, body), fact(1, 2, e.Reversed("8500", 1, "r"), 1)
    assert balances(cash.fold(SLIP, [act, back]).lines) == {}
    twice = cash.fold(SLIP, [act, back, fact(1, 3, e.Reversed("8500", 1, "r"), 1)])
    assert balances(twice.lines) == {}
    assert [conflict.what for conflict in twice.conflicts] == ["cannot_reverse"]


def test_a_pouch_is_in_transit_until_counted_and_its_difference_waits_in_suspense() -> None:
    sent = fact(1, 1, e.PouchSent("8500", 1, "8200", 50_000))
    assert balances(cash.fold(POUCH, [sent]).lines) == {"drawer:8500-1": -50_000, "transit:8500": 50_000}
    got = fact(2, 1, e.PouchReceived("8200", 1, "8500", 50_000, 50_000, 49_000, (), "short"))
    assert balances(cash.fold(POUCH, [got, sent]).lines) == {"drawer:8500-1": -50_000, "drawer:8200-1": 49_000, "suspense:8200": 1_000}


@pytest.mark.parametrize("crossed", [False, True], ids=["counted there first", "taken back here first"])
def test_a_pouch_that_was_counted_while_its_sender_took_it_back_is_in_doubt_and_changes_no_drawer(crossed: bool) -> None:
    sent, back = fact(1, 1, e.PouchSent("8500", 1, "8200", 50_000), at=1), fact(1, 2, e.Reversed("8500", 1, "not sent"), 1, at=5)
    got = fact(2, 1, e.PouchReceived("8200", 1, "8500", 50_000, 50_000, 50_000), at=9 if crossed else 3)
    assert balances(cash.fold(POUCH, [sent, back]).lines) == {}
    both = cash.fold(POUCH, [sent, back, got])
    assert balances(both.lines) == {"drawer:8200-1": 50_000, "suspense:8500": -50_000}
    assert [(conflict.what, conflict.by) for conflict in both.conflicts] == [("cannot_reverse", back.id)]


@few
@given(histories(), st.integers(1, 9))
def test_what_comes_later_changes_no_drawer_that_may_be_closed(facts: list[Fact], known: int) -> None:
    """A closed day stays as it was: what an entry did to a drawer is said by itself and by what its writer knew."""
    for subject in (SLIP, POUCH):
        early, late = cash.fold(subject, facts[:known]), cash.fold(subject, facts)
        for each in facts[:known]:
            body = each.entry.body
            told_again = any(other.entry.orig for other in facts)
            if not told_again and isinstance(body, e.PaidIn | e.PaidOut | e.Transferred | e.PouchSent | e.PouchReceived):
                assert _in_drawers(early, each) == _in_drawers(late, each)


def _in_drawers(document: cash.Document, by: Fact) -> dict[str, int]:
    return {account: paisa for account, paisa in balances(line for line in document.lines if line.by == by.id).items() if account.startswith("drawer:")}


def test_the_same_pouch_again_is_cash_of_nobody_known_and_a_task() -> None:
    sent, again = fact(1, 1, e.PouchSent("8500", 1, "8200", 50_000)), fact(1, 2, e.PouchSent("8500", 1, "8200", 50_000))
    document = cash.fold(POUCH, [sent, again])
    assert balances(document.lines) == {"drawer:8500-1": -100_000, "suspense:8500": 50_000, "transit:8500": 50_000}
    assert [conflict.what for conflict in document.conflicts] == ["pouch_sent_twice"]


def test_a_missing_fifty_goes_to_suspense_and_leaves_it_only_by_a_settlement() -> None:
    closed = fact(1, 1, e.DayClosed("8500", 1, "2026-11-24", 1, 0, 0, 0, 0, 0, 20_000, 15_000, (), 0, 0, 0, "r"))
    dispute = fact(1, 2, e.Disputed("8500", 1, -5_000, "r"), 1)
    assert balances(cash.fold(DAY, [closed, dispute]).lines) == {"drawer:8500-1": -5_000, "suspense:8500": 5_000}
    ends = {
        outcome: balances(cash.fold(DAY, [closed, dispute, fact(1, 3, e.DisputeSettled("8500", 1, outcome, -5_000, "n"), 2)]).lines)
        for outcome in ("explained", "found", "written_off")
    }
    assert ends["explained"] == {"drawer:8500-1": -5_000, "suspense:8500": 5_000}
    assert ends["found"] == {"drawer:8500-1": -5_000, "safe:8500": 5_000}
    assert ends["written_off"] == {"drawer:8500-1": -5_000, "over_short:8500": 5_000}


def test_no_account_is_a_persons() -> None:
    """Whatever happens at a drawer, money lies with the office, the post or a merchant (Horizon row 15)."""
    every = [fact(1, 1, e.PaidIn("8500", 1, 1, "r")), fact(1, 2, e.Transferred("8500", 1, 2, 3))]
    kinds = {account.split(":")[0] for account in balances(cash.fold(SLIP, every).lines)}
    assert kinds <= {"drawer", "safe", "transit", "suspense", "over_short"}


# Counting


@few
@given(st.dictionaries(st.sampled_from(("1000", "500", "200", "100", "50", "20", "10", "5", "2", "1")), st.integers(0, 1000)), st.integers(0, 9_999))
def test_counted_cash_is_the_sum_of_its_notes(counted: dict[str, int], loose: int) -> None:
    assert total(pieces_of(counted | {"loose": loose})) == sum(int(note) * 100 * many for note, many in counted.items()) + loose


@pytest.mark.parametrize("note", ["3", "1000.0", "-1", "", "১০০", "2000", "100000"])
def test_a_note_that_does_not_exist_is_named(note: str) -> None:
    with pytest.raises(NoSuchNote, match=f"^{note}$"):
        pieces_of({note: 1})
    with pytest.raises(NoSuchNote):
        pieces_of({"1000": -1})


# The day


def at(date: str, hour: int = 12) -> int:
    from datetime import datetime

    return int(datetime.fromisoformat(f"{date}T{hour:02d}:00:00+06:00").timestamp() * 1000)


def test_a_moment_has_the_date_of_the_office() -> None:
    assert (local_date(at("2026-11-24", 0)), local_date(at("2026-11-24", 23))) == ("2026-11-24", "2026-11-24")
    assert day_after("2026-12-31") == "2027-01-01"


def test_what_is_done_after_a_closing_belongs_to_the_next_day() -> None:
    rest = Segment(after=40, before="2026-11-24", to=50, date="", opened=0, closed=False)
    assert rest.date_of(41, at("2026-11-24", 19)) == "2026-11-25"
    assert rest.date_of(45, at("2026-11-26")) == "2026-11-26"
    opened = Segment(after=40, before="2026-11-24", to=50, date="2026-11-26", opened=44, closed=False)
    assert {opened.date_of(no, when) for no, when in ((41, at("2026-11-24", 19)), (43, at("2026-11-25")), (45, at("2026-11-27")))} == {"2026-11-26"}


def test_work_from_before_the_first_day_that_was_ever_opened_keeps_its_dates() -> None:
    first = Segment(after=0, before="", to=50, date="2026-11-24", opened=30, closed=True)
    assert [first.date_of(no, when) for no, when in ((3, at("2026-11-20")), (29, at("2026-11-26")), (45, at("2026-11-23")))] == [
        "2026-11-20", "2026-11-24", "2026-11-24",
    ]  # fmt: skip


@few
@given(st.lists(st.integers(0, 6), min_size=1, max_size=12), st.integers(0, 12), st.sampled_from(("", "2026-11-24", "2026-11-27")), st.booleans())
def test_dates_only_grow_along_the_log(days: list[int], opened: int, date: str, first: bool) -> None:
    before = "" if first else "2026-11-23"
    segment = Segment(0, before, len(days), date, opened if date else 0, False)
    dates = [segment.date_of(no, at(f"2026-11-{22 + day}")) for no, day in enumerate(sorted(days), 1)]
    assert dates == sorted(dates)
    assert all(each > before for each in dates)
