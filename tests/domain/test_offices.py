"""The country's postcodes and hubs: every place has one hub, and a head office serves its own."""

from __future__ import annotations

import pytest

from corner_app.domain.names import clean
from corner_app.domain.offices import Places, places_from
from corner_app.reference import load_places


@pytest.fixture(scope="module")
def places() -> Places:
    return load_places()


def test_the_whole_country(places: Places) -> None:
    assert 1_349 <= len(places.offices) <= 1_360
    assert all(len(code) == 4 and code.isascii() and code.isdigit() and office.postcode == code for code, office in places.offices.items())
    assert len({office.district_en for office in places.offices.values()}) == 64
    assert all(office.name_bn and office.name_en and office.district_bn for office in places.offices.values())


def test_every_postcode_has_exactly_one_hub(places: Places) -> None:
    for code in places.offices:
        hubs = [hub.code for hub in places.hubs.values() if code[:2] in hub.prefixes]
        assert len(hubs) == 1, code
        found = places.hub_of(code)
        assert found is not None
        assert found.code == hubs[0]


def test_hubs_form_a_tree_with_its_head_offices_in_their_own_districts(places: Places) -> None:
    for hub in places.hubs.values():
        assert hub.parent == "" or hub.parent in places.hubs, hub.code
        if hub.prefixes:
            assert hub.head_office[:2] in hub.prefixes, hub.code
            assert hub.head_office in places.offices, hub.code
        above, steps = hub, 0
        while above.parent:
            above, steps = places.hubs[above.parent], steps + 1
            assert steps < 5, hub.code


def test_pirojpur_serves_its_own_postal_district(places: Places) -> None:
    served = places.served_from("8500")
    assert "8500" in served
    assert served == {code for code in places.offices if code.startswith("85")}
    assert len(served) > 5
    hub = places.hub_of("8500")
    assert hub is not None
    assert (hub.code, hub.head_office) == ("D85", "8500")


def test_head_offices_serve_every_postcode_once(places: Places) -> None:
    served = [code for hub in places.hubs.values() if hub.head_office for code in places.served_from(hub.head_office)]
    assert sorted(served) == sorted(places.offices)


def test_an_office_that_heads_nothing_serves_nothing(places: Places) -> None:
    assert places.served_from("8560") == frozenset()
    assert places.served_from("0000") == frozenset()
    assert places.served_from("") == frozenset()


def test_places_nobody_knows(places: Places) -> None:
    assert places.office("0000") is None
    assert places.hub_of("0000") is None
    assert places.hub_of("") is None
    assert places.hub_of("8") is None


def test_names_are_clean(places: Places) -> None:
    for office in places.offices.values():
        assert clean(office.name_bn) == office.name_bn, office.postcode
        assert clean(office.name_en) == office.name_en, office.postcode
        assert office.name_en.isascii(), office.postcode


@pytest.mark.parametrize("between", [" ", ";", "|", ",", "; "])
def test_prefixes_of_a_hub_however_the_table_separates_them(between: str) -> None:
    row = {"hub_code": "D10", "name_bn": "ক", "name_en": "k", "short_bn": "ক", "head_office_postcode": "1000", "parent_hub_code": ""}
    made = places_from([], [{**row, "postcode_prefixes": between.join(("10", "11", "12"))}])
    assert made.hubs["D10"].prefixes == ("10", "11", "12")
    assert set(made.by_prefix) == {"10", "11", "12"}
