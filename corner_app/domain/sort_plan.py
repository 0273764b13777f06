"""Where a parcel goes from an office: a shelf of its own, a beat's pigeonhole, a bag to an office it serves, or the hub."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from corner_app.domain.offices import Places
from corner_app.domain.shelves import beat_code, shelf_code

BAG_LIMIT_G = 20_000
"""Grams an outgoing bag may hold; a setting until the post's own rule is known."""
_LETTERS = ("ক", "খ", "গ", "ঘ")
_PER_LETTER = 12
EXCEPTIONS = "ব্যতিক্রম"
"""Where parcels lie that nobody knows the way of."""


@dataclass(frozen=True, slots=True)
class Place:
    """Answer of the plan. to: "shelf", "bag" or "hub"; place: a shelf's code or a postcode; beat: the shelf is a postman's pigeonhole."""

    to: str
    place: str
    beat: bool = False


@dataclass(frozen=True, slots=True)
class Beat:
    """A postman's round. areas: words of addresses in it."""

    number: int
    postman_bn: str
    postman_en: str
    areas: tuple[str, ...] = ()

    @property
    def pigeonhole(self) -> str:
        """Code of its place in the sorting frame."""
        return beat_code(self.number)


@dataclass(frozen=True, slots=True)
class SortPlan:
    """The plan of one office. own: its postcode; served: postcodes it makes bags for; up: postcode everything else goes to."""

    own: str
    shelves: tuple[str, ...]
    beats: tuple[Beat, ...]
    served: frozenset[str]
    up: str

    def place_for(self, postcode: str, delivery_mode: str, phone: str, address_bn: str, item: str = "") -> Place | None:
        """Where a parcel for `postcode` goes; None without one. Counter parcels of one phone lie on one shelf, so one walk fetches all."""
        if not postcode:
            return None
        if postcode != self.own:
            return Place("bag", postcode) if self.serves(postcode) else Place("hub", self.up)
        beat = self._beat(address_bn) if delivery_mode == "door" else None
        return Place("shelf", beat.pigeonhole, beat=True) if beat else Place("shelf", self._shelf(phone or item))

    def _shelf(self, key: str) -> str:
        """By the last two digits where there are some, which a clerk can do by head, else spread evenly."""
        number = int(key[-2:]) if key[-2:].isdigit() and key.isascii() else zlib.crc32(key.encode())
        return self.shelves[number % len(self.shelves)]

    def _beat(self, address: str) -> Beat | None:
        if not self.beats:
            return None
        named = next((beat for beat in self.beats if any(area in address for area in beat.areas)), None)
        return named or self.beats[zlib.crc32(address.encode()) % len(self.beats)]

    def serves(self, postcode: str) -> bool:
        """Whether this office makes a bag for that one."""
        return postcode in self.served and postcode != self.own

    def is_missent(self, postcode: str) -> bool:
        """Whether a parcel for `postcode` has no business here."""
        return bool(postcode) and postcode != self.own and not self.serves(postcode)

    def way_back(self) -> Place:
        """Where returns go."""
        return Place("hub", self.up)

    def has_shelf(self, shelf: str) -> bool:
        """Whether the office has this shelf or pigeonhole."""
        return shelf in self.shelves or any(shelf == beat.pigeonhole for beat in self.beats)


def plan_for(own: str, places: Places, given: Mapping[str, Any] | None = None) -> SortPlan:
    """The plan of an office from its table, or a plain one: four rows of twelve shelves, bags for the offices of its hub if it heads one."""
    table = given or {}
    hub = places.hub_of(own)
    parent = places.hubs.get(hub.parent) if hub is not None else None
    up = hub.head_office if hub is not None and hub.head_office != own else _head_of(places, parent.code if parent else "")
    if up == own:  # it stands beside its own centre: the rest of the country goes by the capital's
        up = _head_of(places, next(iter(places.hubs), ""))
    shelves = tuple(
        shelf_code(letter, number) for letter in table.get("letters", _LETTERS) for number in range(1, int(table.get("per_letter", _PER_LETTER)) + 1)
    )
    beats = tuple(Beat(b["number"], b["postman_bn"], b["postman_en"], tuple(b.get("areas", ()))) for b in table.get("beats", ()))
    return SortPlan(own, shelves, beats, places.served_from(own), str(table.get("up", up or "")))


def _head_of(places: Places, centre: str) -> str:
    """Postcode of the district head office beside a processing centre: the hub under it that lies in the centre's own district."""
    under = [hub for hub in places.hubs.values() if hub.parent == centre and hub.head_office]
    district = places.hubs[centre].name_en if centre in places.hubs else ""
    beside = next((hub for hub in under if (office := places.office(hub.head_office)) and office.district_en in district), None)
    return beside.head_office if beside else under[0].head_office if under else ""
