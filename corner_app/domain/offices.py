"""Post offices, hubs, and which hub serves a postcode.

A postcode is not an office's key: 1,349 postcodes serve some 9,900 offices, and a branch uses its parent's. An office has a code of its own; until
headquarters gives them out, an office that has a postcode to itself is called by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Office:
    """A place with a postcode. kind: GPO, HO, UPO, TSO, SO, EDSO or "" unknown."""

    postcode: str
    name_bn: str
    name_en: str
    kind: str
    upazila_bn: str
    upazila_en: str
    district_bn: str
    district_en: str


@dataclass(frozen=True, slots=True)
class Hub:
    """A sorting place: a district's, at its head office, or a mail processing centre above several. head_office: its postcode, "" for a centre."""

    code: str
    name_bn: str
    name_en: str
    short_bn: str
    head_office: str
    parent: str
    prefixes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Places:
    """All offices and hubs of the country."""

    offices: Mapping[str, Office]
    hubs: Mapping[str, Hub]
    by_prefix: Mapping[str, Hub]

    def office(self, postcode: str) -> Office | None:
        """The place with this postcode."""
        return self.offices.get(postcode)

    def hub_of(self, postcode: str) -> Hub | None:
        """The district hub by the postcode's first two digits (the *postal* district, not always the administrative one)."""
        return self.by_prefix.get(postcode[:2])

    def served_from(self, head_office: str) -> frozenset[str]:
        """Postcodes of a head office's hub; empty for an office that is no head."""
        hub = self.hub_of(head_office)
        if hub is None or hub.head_office != head_office:
            return frozenset()
        return frozenset(code for code in self.offices if code[:2] in hub.prefixes)


def places_from(offices: Iterable[Mapping[str, str]], hubs: Iterable[Mapping[str, str]]) -> Places:
    """Places from the rows of the reference tables."""
    all_offices = {
        row["postcode"]: Office(
            row["postcode"],
            row["office_bn"],
            row["office_en"],
            row["office_type"],
            row["upazila_bn"],
            row["upazila_en"],
            row["district_bn"],
            row["district_en"],
        )
        for row in offices
    }
    all_hubs = {
        row["hub_code"]: Hub(
            row["hub_code"],
            row["name_bn"],
            row["name_en"],
            row["short_bn"],
            row["head_office_postcode"],
            row["parent_hub_code"],
            tuple(row["postcode_prefixes"].replace(";", " ").replace("|", " ").replace(",", " ").split()),
        )
        for row in hubs
    }
    return Places(all_offices, all_hubs, {prefix: hub for hub in all_hubs.values() for prefix in hub.prefixes})
