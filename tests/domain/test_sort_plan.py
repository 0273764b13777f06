"""Where parcels go from an office: the training office with its beats, and offices that have no table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corner_app.domain.offices import Places
from corner_app.domain.shelves import parse_shelf
from corner_app.domain.sort_plan import Place, SortPlan, plan_for
from corner_app.reference import load_places, load_plan
from corner_app.training_day import announced

Row = Mapping[str, str]


@pytest.fixture(scope="module")
def places() -> Places:
    return load_places()


@pytest.fixture(scope="module")
def plan(places: Places) -> SortPlan:
    return load_plan("8500", places)


@pytest.fixture(scope="module")
def own() -> list[Row]:
    return [row for row in announced() if row["postcode"] == "8500"]


def place_of(plan: SortPlan, row: Row) -> Place:
    place = plan.place_for(row["postcode"], row["delivery_mode"], row["recipient_phone"], row["address_bn"], row["item_id"])
    assert place is not None
    return place


def test_48_shelves_and_two_pigeonholes(plan: SortPlan) -> None:
    assert (len(plan.shelves), plan.shelves[0], plan.shelves[-1]) == (48, "ক-০১", "ঘ-১২")
    assert [beat.pigeonhole for beat in plan.beats] == ["বিট-১", "বিট-২"]
    assert all(parse_shelf(shelf) == shelf and plan.has_shelf(shelf) for shelf in (*plan.shelves, "বিট-১", "বিট-২"))
    assert not plan.has_shelf("ঘ-১৩")
    assert not plan.has_shelf("বিট-৩")
    assert not plan.has_shelf("")


def test_the_training_days_own_parcels_spread_over_the_shelves(plan: SortPlan, own: list[Row]) -> None:
    assert len(own) == 700
    waiting = [row for row in own if row["delivery_mode"] == "counter_pickup"]
    on_shelf = Counter(place_of(plan, row).place for row in waiting)
    mean = len(waiting) / len(plan.shelves)
    assert max(on_shelf.values()) <= 2.5 * mean, on_shelf.most_common(3)
    assert len(on_shelf) >= 40
    assert all(place_of(plan, row).to == "shelf" and plan.has_shelf(place_of(plan, row).place) for row in own)


def test_one_buyers_parcels_lie_on_one_shelf(plan: SortPlan, own: list[Row]) -> None:
    shelves: dict[str, set[str]] = {}
    for row in own:
        if row["delivery_mode"] == "counter_pickup":
            shelves.setdefault(row["recipient_phone"], set()).add(place_of(plan, row).place)
    assert all(len(found) == 1 for found in shelves.values())


@given(st.from_regex(r"01[3-9][0-9]{8}", fullmatch=True), st.text(), st.text(), st.text())
def test_a_phone_alone_decides_the_shelf_and_its_last_two_digits_suffice(phone: str, one: str, two: str, item: str) -> None:
    plan = load_plan("8500", load_places())
    place = plan.place_for("8500", "counter_pickup", phone, one, item)
    assert place == plan.place_for("8500", "counter_pickup", phone, two)
    assert place == plan.place_for("8500", "counter_pickup", f"013000000{phone[-2:]}", "")
    assert place == Place("shelf", plan.shelves[int(phone[-2:]) % 48])


def test_without_a_phone_parcels_spread_by_their_numbers(plan: SortPlan, own: list[Row]) -> None:
    items = [row["item_id"] for row in own]
    where = [plan.place_for("8500", "counter_pickup", "", "", item) for item in items]
    assert where == [plan.place_for("8500", "counter_pickup", "", "", item) for item in items]
    on_shelf = Counter(place.place for place in where if place)
    assert max(on_shelf.values()) <= 2.5 * len(items) / 48


def test_beats(plan: SortPlan, own: list[Row]) -> None:
    at_door = [row for row in own if row["delivery_mode"] == "door"]
    assert at_door
    for row in at_door:
        place = place_of(plan, row)
        assert place.beat
        assert place.place in ("বিট-১", "বিট-২")
        for beat in plan.beats:
            if any(area in row["address_bn"] for area in beat.areas) and not any(area in row["address_bn"] for area in plan.beats[0].areas):
                assert place.place == beat.pigeonhole
    assert plan.place_for("8500", "door", "01712344417", "বাসা ৪, বাজার রোড, পিরোজপুর") == Place("shelf", "বিট-১", beat=True)
    assert plan.place_for("8500", "door", "01712344417", "কলেজ রোড") == Place("shelf", "বিট-২", beat=True)
    assert len({place_of(plan, row).place for row in at_door}) == 2
    assert not any(place_of(plan, row).beat for row in own if row["delivery_mode"] == "counter_pickup")


def test_an_address_without_a_known_road_always_goes_to_the_same_beat(plan: SortPlan) -> None:
    address = "বাসা নং ১১৫, রোড নং ১৫"
    assert len({plan.place_for("8500", "door", "", address) for _ in range(5)}) == 1


def test_bags_for_the_offices_it_serves_and_the_hub_for_the_rest(plan: SortPlan, places: Places) -> None:
    other = next(code for code in sorted(plan.served) if code != "8500")
    assert plan.place_for(other, "door", "01712344417", "") == Place("bag", other)
    assert plan.place_for("1000", "door", "01712344417", "") == Place("hub", plan.up)
    assert plan.place_for("0000", "door", "01712344417", "") == Place("hub", plan.up)
    assert plan.place_for("", "door", "01712344417", "") is None
    assert plan.way_back() == Place("hub", plan.up)
    assert plan.up in places.offices
    assert plan.up != "8500"


def test_missent(plan: SortPlan, places: Places) -> None:
    missent = {code for code in places.offices if plan.is_missent(code)}
    assert missent == {code for code in places.offices if not code.startswith("85")}
    assert plan.is_missent("0000")
    assert not plan.is_missent("")
    assert not plan.is_missent("8500")
    assert not plan.serves("8500")


def test_every_office_has_a_plan_and_a_way_up(places: Places) -> None:
    for code in places.offices:
        plan = plan_for(code, places)
        assert plan.up in places.offices, code
        assert plan.up != code or code == "1000", "only the capital's head office has nobody above"
        hub = places.hub_of(code)
        assert hub is not None
        if hub.head_office != code:
            assert plan.up == hub.head_office
            assert not plan.served
        assert plan.place_for(code, "door", "01712344417", "x") == Place("shelf", plan.shelves[17])


def test_a_table_of_ones_own(places: Places) -> None:
    plan = plan_for("8560", places, {"letters": ["চ"], "per_letter": 3, "up": "8200", "beats": [{"number": 7, "postman_bn": "ক", "postman_en": "K"}]})
    assert plan.shelves == ("চ-০১", "চ-০২", "চ-০৩")
    assert plan.up == "8200"
    assert plan.place_for("8560", "door", "", "") == Place("shelf", "বিট-৭", beat=True)
    assert plan.place_for("8560", "counter_pickup", "01712344404", "") == Place("shelf", "চ-০২")
