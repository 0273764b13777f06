"""How an office is written on paper."""

from __future__ import annotations

from corner_app.domain.here import Here
from corner_app.i18n import Language, digits, words

_KIND = {"HO": "track.head_office", "GPO": ""}
"""Key of the words round a name; a GPO's name says what it is."""


def office_line(here: Here, language: Language) -> str:
    """The office's name with what it is, and its postcode: পিরোজপুর সদর প্রধান ডাকঘর ৮৫০০."""
    office, postcode = here.places.office(here.postcode), digits(here.postcode, language)
    if office is None:
        return f"{words('paper.post_office', language)} {postcode}"
    name = office.name_bn if language is Language.BN else office.name_en
    key = _KIND.get(office.kind, "track.office")
    return f"{words(key, language, name=name) if key else name} {postcode}"
