"""What an office is called, by its code."""

from __future__ import annotations

from corner_app.domain.offices import Places
from corner_app.i18n import Language, words


def short_name(places: Places, office: str, language: Language) -> str:
    """Its name alone; the code of an office that the tables do not know."""
    found, hub = places.office(office), places.hubs.get(office)
    if found is not None:
        return found.name_bn if language is Language.BN else found.name_en
    if hub is not None:
        return hub.short_bn if language is Language.BN else hub.name_en
    return office


def full_name(places: Places, office: str, language: Language) -> str:
    """Its name with what it is: পিরোজপুর প্রধান ডাকঘর."""
    found = places.office(office)
    name = short_name(places, office, language)
    if found is None or found.kind == "GPO":
        return name
    return words("track.head_office" if found.kind == "HO" else "track.office", language, name=name)


def district(places: Places, office: str) -> str:
    """The English name of its district, which is the key of one; "" unknown."""
    found, hub = places.office(office), places.hubs.get(office)
    if found is None and hub is not None:
        found = places.office(hub.head_office)
    return found.district_en if found is not None else ""
