"""The fold is a function of the set of entries: order, doubles and pieces do not matter, and money always sums to zero."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corner_app.domain import entries as e
from corner_app.domain.entries import Entry, EntryId, Fact
from corner_app.domain.money import balances, parcel_postings
from corner_app.domain.parcels import CodState, Folded, Parcel, State, apply, fold

ITEM = "CP407774791BD"
T0 = 1_795_000_000_000


def announced(cod: int = 116_000) -> e.Announced:
    return e.Announced(
        cod, 450, "8500", "01700003194", "আরিফুল মৃধা", "Ariful Mridha", "", "", "M005", "", "", "", (), "parcel", "counter_pickup", "", "", 0, "", b"", b"", ()
    )


def handed_over(collected: int = 116_000, counter: int = 1, office: str = "8500") -> e.HandedOver:
    return e.HandedOver(office, counter, collected, "M005", "code", 0, collected, 0)


class Lineage:
    """Writes entries as one device would, gapless and with a rising clock."""

    def __init__(self, device: int, start: int = T0) -> None:
        self.device, self.seq, self.ms = device, 0, start

    def write(self, body: e.AnyBody, base: EntryId | None, sup: EntryId | int = 0, gap_ms: int = 1000) -> Fact:
        self.seq += 1
        self.ms += gap_ms
        ref: e.Ref = 0 if base is None else base.seq if base.device == self.device else base
        return Fact(EntryId(self.device, 1, self.seq), Entry(self.ms << 16, "rahima", ITEM, ref, body, sup))


def life(*bodies: e.AnyBody) -> list[Fact]:
    line, base, facts = Lineage(1), None, []
    for body in bodies:
        facts.append(line.write(body, base))
        base = facts[-1].id
    return facts


def test_a_plain_life() -> None:
    facts = life(announced(), e.Received("8500", "bag"), e.Shelved("8500", "খ-১২"), handed_over())
    states = [fold(ITEM, facts[:n]).parcel.state for n in range(1, 5)]
    assert states == [State.ANNOUNCED, State.RECEIVED, State.SHELVED, State.HANDED_OVER]
    done = fold(ITEM, facts)
    assert done.parcel.cod_state is CodState.COLLECTED
    assert not done.conflicts
    assert not done.held
    assert balances(parcel_postings(done, facts)) == {"cod:M005": -116_000, "drawer:8500-1": 116_000}


def test_an_entry_waits_for_its_base() -> None:
    facts = life(announced(), e.Received("8500"), e.Shelved("8500", "ক-০১"))
    without = fold(ITEM, [facts[0], facts[2]])
    assert without.parcel.state is State.ANNOUNCED
    assert without.held == (facts[2].id,)
    assert fold(ITEM, [facts[0], facts[2], facts[1]]).parcel.state is State.SHELVED


def test_parcel_before_its_data_joins_when_the_announcement_comes() -> None:
    desk, centre = Lineage(1), Lineage(9, T0 + 50_000)
    facts = [desk.write(e.Received("8500"), None), centre.write(announced(), None)]
    joined = fold(ITEM, facts).parcel
    assert joined.state is State.RECEIVED
    assert joined.cod_state is CodState.DUE


def test_undo_takes_back_and_the_chain_goes_on() -> None:
    line = Lineage(1)
    a = line.write(announced(), None)
    b = line.write(e.Received("8500"), a.id)
    c = line.write(e.Undone(), b.id, sup=b.id.seq)
    d = line.write(e.Received("8500"), c.id)
    assert fold(ITEM, [a, b, c]).parcel.state is State.ANNOUNCED
    assert fold(ITEM, [a, b, c, d]).parcel.state is State.RECEIVED
    assert not fold(ITEM, [a, b, c, d]).conflicts


def test_a_handover_cannot_be_undone() -> None:
    line = Lineage(1)
    a = line.write(announced(), None)
    b = line.write(e.Received("8500"), a.id)
    c = line.write(handed_over(), b.id)
    d = line.write(e.Undone(), c.id, sup=c.id.seq)
    assert fold(ITEM, [a, b, c, d]).parcel.state is State.HANDED_OVER


def test_two_counters_hand_over_the_same_parcel_without_knowing() -> None:
    one, two = Lineage(1), Lineage(2, T0 + 5)
    a = one.write(announced(), None)
    b = one.write(e.Received("8500"), a.id)
    c1 = one.write(handed_over(counter=1), b.id)
    c2 = two.write(handed_over(counter=2), b.id, gap_ms=50_000)
    for order in itertools.permutations([a, b, c1, c2]):
        done = fold(ITEM, order)
        assert [c.what for c in done.conflicts] == ["handed_over_twice"]
        assert balances(parcel_postings(done, order)) == {"cod:M005": -116_000, "drawer:8500-1": 116_000, "drawer:8500-2": 116_000, "suspense:8500": -116_000}


def test_two_offices_claim_it_within_a_minute_and_it_is_disputed() -> None:
    one, two = Lineage(1), Lineage(2, T0 + 10_000)
    a = one.write(announced(), None)
    b1, b2 = one.write(e.Received("8500"), a.id), two.write(e.Received("8560"), a.id)
    done = fold(ITEM, [a, b1, b2])
    assert done.parcel.state is State.DISPUTED
    settled = one.write(e.CustodyConfirmed("8560"), b2.id)
    after = fold(ITEM, [settled, b1, b2, a]).parcel
    assert (after.state, after.office) == (State.RECEIVED, "8560")


def test_the_later_physical_scan_has_custody() -> None:
    one, two = Lineage(1), Lineage(2, T0 + 3_600_000)
    a = one.write(announced(), None)
    b1, b2 = one.write(e.Received("8500"), a.id), two.write(e.Received("8560"), a.id)
    done = fold(ITEM, [b2, a, b1])
    assert done.parcel.office == "8560"
    assert [c.what for c in done.conflicts] == ["claimed_elsewhere"]


def test_found_after_handover_keeps_the_money_and_asks_a_person() -> None:
    facts = life(announced(), e.Received("8500"), handed_over(), e.Received("8500"))
    done = fold(ITEM, facts)
    assert done.parcel.state is State.RECEIVED
    assert [c.what for c in done.conflicts] == ["found_after_handed_over"]
    assert balances(parcel_postings(done, facts))["drawer:8500-1"] == 116_000


BODIES: st.SearchStrategy[e.AnyBody] = st.sampled_from(
    [
        announced(),
        announced(0),
        e.Received("8500"),
        e.Received("8560"),
        e.Shelved("8500", "ক-০১"),
        e.Bagged("8500", "b", "8560"),
        e.Damaged("8500", "wet"),
        handed_over(),
        handed_over(116_000, 2),
        handed_over(0),
        e.Refused("8500", "refused"),
        e.ReturnStarted("8500", "refused"),
        e.CodeFailed("8500"),
        e.Dispatched("8500", "b"),
        e.OutForDelivery("8500", "harun"),
        e.Attempted("8500", "absent", "held"),
        e.Held("8500", "x"),
        e.Returned("8500"),
        e.Lost("8500", ""),
        e.CustodyConfirmed("8500"),
        e.LabelAsked("parcel", 1),
        e.LabelSettled("printed", "printer"),
    ]
)


@st.composite
def histories(draw: st.DrawFn) -> list[Fact]:
    """Up to three devices write about one parcel, each knowing any earlier entry as its base; some entries take others back."""
    lines = [Lineage(d, T0 + draw(st.integers(0, 400_000))) for d in (1, 2, 3)]
    facts: list[Fact] = []
    for _ in range(draw(st.integers(1, 14))):
        line = lines[draw(st.integers(0, 2))]
        base = draw(st.sampled_from([None, *(f.id for f in facts)]))
        if facts and draw(st.integers(0, 5)) == 0:
            facts.append(line.write(e.Undone(), base, sup=draw(st.sampled_from(facts)).id))
        else:
            facts.append(line.write(draw(BODIES), base, gap_ms=draw(st.integers(1, 200_000))))
    return facts


def comparable(done: Folded, facts: list[Fact]) -> tuple[object, ...]:
    return done, parcel_postings(done, facts)


@settings(max_examples=400, deadline=None)
@given(histories(), st.randoms(use_true_random=False))
def test_any_order_twice_and_in_pieces_gives_the_same_parcel_and_ledger(facts: list[Fact], rng: random.Random) -> None:
    straight = comparable(fold(ITEM, facts), facts)
    shuffled = [*facts, *rng.choices(facts, k=len(facts))]
    rng.shuffle(shuffled)
    assert comparable(fold(ITEM, shuffled), shuffled) == straight


@settings(max_examples=400, deadline=None)
@given(histories())
def test_debits_equal_credits_at_every_prefix(facts: list[Fact]) -> None:
    for n in range(len(facts) + 1):
        assert sum(p.amount for p in parcel_postings(fold(ITEM, facts[:n]), facts[:n])) == 0


@settings(max_examples=400, deadline=None)
@given(histories())
def test_every_taka_taken_is_in_a_drawer(facts: list[Fact]) -> None:
    taken = sum(f.entry.body.collected for f in facts if isinstance(f.entry.body, e.HandedOver))
    lines = parcel_postings(fold(ITEM, facts), facts)
    assert sum(p.amount for p in lines if p.account.startswith("drawer:")) == taken
    keys = [p.key for p in lines if p.account.startswith("drawer:")]
    assert len(keys) == len(set(keys)), "the same thing was posted twice"


@settings(max_examples=400, deadline=None)
@given(histories(), st.randoms(use_true_random=False))
def test_entry_by_entry_in_any_order_equals_folding_again(facts: list[Fact], rng: random.Random) -> None:
    """What desk and centre do for every entry that comes: one step where `goes_on` allows it, else the whole fold."""
    arriving = rng.sample(facts, len(facts))
    parcel = Parcel(ITEM)
    for n, fact in enumerate(arriving, 1):
        again = fold(ITEM, arriving[:n])
        if parcel.goes_on(fact):
            parcel, conflict = apply(parcel, fact)
            assert conflict == next((c.what for c in again.conflicts if c.by == fact.id), None)
        else:
            parcel = again.parcel
        assert parcel == again.parcel


def test_what_is_taken_back_before_it_comes_has_no_effect_when_it_does() -> None:
    """By a clock that is behind, and before the entry itself: what came entry by entry is what the whole makes."""
    line, behind = Lineage(1, T0 + 500_000), Lineage(2)
    told = line.write(announced(), None)
    received = line.write(e.Received("8500"), told.id)
    undone = behind.write(e.Undone(), None, sup=received.id)
    parcel = fold(ITEM, [undone, told]).parcel
    assert (parcel.head, parcel.goes_on(received)) == (told.id, False)
    assert fold(ITEM, [undone, told, received]).parcel.state is State.ANNOUNCED


def test_who_knew_both_branches_goes_on_from_the_one_that_counts() -> None:
    """8200 took it in by mistake while 8500 did; 8200 undid it. Who then hands it over at 8500 knew of all that and must not be told otherwise."""
    centre, hub, office = Lineage(9), Lineage(2, T0 + 1_000), Lineage(1, T0 + 60_000)
    told = centre.write(announced(), None)
    mistake = hub.write(e.Received("8200"), None)
    here = office.write(e.Received("8500"), told.id)
    sorry = hub.write(e.Undone(), mistake.id, sup=mistake.id.seq, gap_ms=300_000)
    facts = [told, mistake, here, sorry]
    known = fold(ITEM, facts).parcel
    assert (known.head, known.abreast, known.base) == (sorry.id, False, here.id)
    given_out = office.write(handed_over(), known.base, gap_ms=900_000)
    assert fold(ITEM, [*facts, given_out]).parcel.state is State.HANDED_OVER
    assert [c.what for c in fold(ITEM, [*facts, given_out]).conflicts] == []


def test_cash_taken_again_after_it_was_found_is_in_suspense() -> None:
    """A parcel handed over elsewhere turns up, is handed over again and paid again: it left twice, the merchant is owed once."""
    one, two = Lineage(1), Lineage(2, T0 + 600_000)
    facts = [one.write(announced(), None)]
    facts.append(one.write(e.Received("8500"), facts[-1].id))
    facts.append(one.write(handed_over(), facts[-1].id))
    facts.append(two.write(e.Received("8500"), facts[0].id))
    facts.append(two.write(handed_over(counter=2), facts[-1].id))
    done = fold(ITEM, facts)
    assert done.parcel.state is State.HANDED_OVER
    assert [c.what for c in done.conflicts] == ["found_after_handed_over", "collected_twice"]
    assert balances(parcel_postings(done, facts)) == {"cod:M005": -116_000, "drawer:8500-1": 116_000, "drawer:8500-2": 116_000, "suspense:8500": -116_000}


def again(fact: Fact, id: EntryId, base: EntryId | None) -> Fact:
    """The same act in another lineage, as a book that was copied or restored writes it."""
    body, orig = fact.entry.body, e.origin_text(fact.id, fact.uid)
    return Fact(id, Entry(fact.entry.hlc, fact.entry.actor, ITEM, base or 0, body, orig=orig), b"2" * 16)


def test_an_act_is_found_by_the_name_of_a_writing_that_is_lost() -> None:
    """A relay told of the first writing, the centre got only the second: who named the first comes after the second."""
    line, other = Lineage(1), Lineage(2, T0 + 60_000)
    received = line.write(e.Received("8500"), None)
    shelved = other.write(e.Shelved("8500", "ক-০১"), received.id)
    done = fold(ITEM, [shelved, again(received, EntryId(1, 2, 1), None)])
    assert (done.parcel.state, done.held) == (State.SHELVED, ())


def test_an_act_goes_by_whichever_of_its_writings_can_be_placed() -> None:
    line = Lineage(1)
    received = line.write(e.Received("8500"), None)
    shelved = line.write(e.Shelved("8500", "ক-০১"), received.id)
    renamed = again(received, EntryId(1, 3, 1), None)
    second = again(shelved, EntryId(1, 3, 2), renamed.id)
    unknown = Fact(EntryId(1, 1, 2), Entry(shelved.entry.hlc, "rahima", ITEM, EntryId(7, 7, 7), shelved.entry.body), shelved.uid)
    done = fold(ITEM, [unknown, renamed, second])
    assert (done.parcel.state, done.held, done.echoes) == (State.SHELVED, (), frozenset({second.id}))


@pytest.mark.parametrize("orig", ["", ".", "1.1.1", "a.b.c.d", "1.1.\u09e7.00", "9" * 400 + ".1.1.00", "1.1.1.00.00"])
def test_a_first_name_that_is_none_breaks_nothing(orig: str) -> None:
    received = Lineage(1).write(e.Received("8500"), None)
    strange = Fact(received.id, Entry(received.entry.hlc, "rahima", ITEM, 0, received.entry.body, orig=orig))
    assert fold(ITEM, [strange]).parcel.state is State.RECEIVED


def test_encoding_is_stable_and_refuses_what_it_does_not_know() -> None:
    fact = life(announced())[0]
    assert e.decode(e.encode(fact.entry)) == fact.entry
    with pytest.raises(e.UnreadableEntry):
        e.decode(b'[1,"rahima","CP",0,[99]]')
