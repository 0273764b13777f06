"""An entry whose base never came: the centre releases it, every book says the same of it, and the base may come after all."""

from __future__ import annotations

import itertools

from corner_app.domain import entries as e
from corner_app.domain.entries import Entry, EntryId, Fact
from corner_app.domain.money import balances, parcel_postings
from corner_app.domain.parcels import State, fold, in_order, waiting_roots

ITEM = "CP407774791BD"
MINUTE = 60_000 << 16


def entry(device: int, seq: int, body: e.AnyBody, base: EntryId | None = None, sup: EntryId | int = 0) -> Fact:
    return Fact(EntryId(device, 1, seq), Entry(seq * MINUTE, "rahima", ITEM, base or 0, body, sup))


RECEIVED = entry(1, 1, e.Received("8500"))
SHELVED = entry(1, 2, e.Shelved("8500", "ক-০১"), RECEIVED.id)
"""The one whose PC broke before it was sent."""
HANDED_OVER = entry(2, 3, e.HandedOver("8500", 2, 500, "M005", "code", 0, 500, 0), SHELVED.id)
LABEL = entry(2, 4, e.LabelAsked("receipt", 1), HANDED_OVER.id)
RELEASED = entry(9, 5, e.Released(), RECEIVED.id, sup=HANDED_OVER.id)


def test_it_takes_effect_and_is_named_as_unverified() -> None:
    waiting = fold(ITEM, [RECEIVED, HANDED_OVER, LABEL])
    assert waiting.held == (HANDED_OVER.id, LABEL.id)
    assert waiting.parcel.state is State.RECEIVED
    facts = [RECEIVED, HANDED_OVER, LABEL, RELEASED]
    released = fold(ITEM, facts)
    assert (released.held, released.conflicts) == ((), ())
    assert released.unverified == {HANDED_OVER.id}
    assert released.parcel.state is State.HANDED_OVER
    assert balances(parcel_postings(released, facts)) == {"cod:M005": -500, "drawer:8500-2": 500}


def test_whoever_waited_for_it_goes_on_and_only_the_first_is_released() -> None:
    assert waiting_roots([RECEIVED, HANDED_OVER, LABEL]) == [HANDED_OVER]
    assert waiting_roots([RECEIVED, HANDED_OVER, LABEL, RELEASED]) == []


def test_when_the_base_comes_after_all_everything_stands_where_it_would_have() -> None:
    folded = fold(ITEM, [RECEIVED, SHELVED, HANDED_OVER, LABEL, RELEASED])
    assert (folded.unverified, folded.held, folded.conflicts) == (frozenset(), (), ())
    assert folded.parcel.state is State.HANDED_OVER


def test_the_order_of_arrival_does_not_matter() -> None:
    for among in ([RECEIVED, HANDED_OVER, LABEL, RELEASED], [RECEIVED, SHELVED, HANDED_OVER, LABEL, RELEASED], [HANDED_OVER, LABEL, RELEASED]):
        assert len({repr(fold(ITEM, order)) for order in itertools.permutations(among)}) == 1


def test_what_happened_meanwhile_and_the_centre_did_not_know_is_a_conflict() -> None:
    elsewhere = entry(3, 6, e.Refused("8500", "not_wanted"), RECEIVED.id)
    late = entry(9, 7, e.Released(), RECEIVED.id, sup=HANDED_OVER.id)
    folded = fold(ITEM, [RECEIVED, HANDED_OVER, elsewhere, late])
    assert [(c.what, c.by) for c in folded.conflicts] == [("did_not_know", HANDED_OVER.id)]


def test_two_releases_of_the_same_are_one() -> None:
    again = entry(9, 8, e.Released(), RELEASED.id, sup=HANDED_OVER.id)
    ordered, held = in_order([again, RELEASED, LABEL, HANDED_OVER, RECEIVED])
    assert [fact.id for fact in ordered] == [RECEIVED.id, RELEASED.id, HANDED_OVER.id, LABEL.id, again.id]
    assert held == []
