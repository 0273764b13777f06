"""Phones and papers of people, in the forms Bangladesh uses."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corner_app.domain.numbers import normal_reference

_MOBILE = re.compile(r"01[3-9]\d{8}", re.ASCII)
_NID_LENGTHS = (10, 13, 17)
ID_KINDS = ("nid", "passport", "birth_certificate", "driving_licence", "other")
"""Papers a buyer may show. Of any of them only the kind and the last four characters are kept."""


@dataclass(frozen=True, slots=True)
class Phone:
    """A mobile number in local form (01XXXXXXXXX), "" when there is none that can be called; fault: why not, "" if fine."""

    local: str
    fault: str = ""


def parse_phone(text: str) -> Phone:
    """Reads a phone in any usual spelling: Bangla digits, +880, spaces, hyphens. fault: missing, short, impossible_operator or unreadable."""
    plain = re.sub(r"[-().+]", "", normal_reference(text))
    if not plain:
        return Phone("", "missing")
    if not (plain.isascii() and plain.isdigit()):
        return Phone("", "unreadable")
    local = re.sub(r"^(00)?880?(?=1\d)", "0", plain) if plain.startswith(("88", "0088")) else plain
    if re.fullmatch(r"1[3-9]\d{8}", local):
        local = "0" + local  # a spreadsheet took the zero; there is one meaning
    if _MOBILE.fullmatch(local):
        return Phone(local)
    if len(local) < 11:
        return Phone("", "short")
    return Phone("", "impossible_operator" if len(local) == 11 and local.startswith("01") else "unreadable")


def masked(local: str) -> str:
    """A phone that does not give its owner away: 017•• ••4417."""
    return f"{local[:3]}•• ••{local[-4:]}" if len(local) == 11 else ""


def parse_nid(text: str) -> str | None:
    """A national identity number of 10, 13 or 17 digits, or None."""
    plain = re.sub(r"-", "", normal_reference(text))
    return plain if plain.isascii() and plain.isdigit() and len(plain) in _NID_LENGTHS else None


def id_last4(text: str) -> str | None:
    """The last four characters of a paper's number, all that is ever kept of it; None when there are fewer."""
    plain = re.sub(r"[^0-9A-Z]", "", normal_reference(text))
    return plain[-4:] if len(plain) >= 4 else None
