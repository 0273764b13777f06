"""Finding a parcel by whatever a clerk has: a number or part of one, a name in either script, the end of a phone number."""

from __future__ import annotations

import re

from corner_app.book import parcels
from corner_app.book.database import Rows
from corner_app.domain.names import clean, sound_key
from corner_app.domain.numbers import normal_reference

_PART = 3
"""Shortest part of a number that the fragment index can find."""
_PHONE_TAIL = 4
"""Fewest digits of a phone that are searched: fewer would show strangers' parcels."""


def find(rows: Rows, text: str, limit: int) -> list[parcels.Row]:
    """Parcels that `text` may mean, surest first: exact number, end or part of a number, end of a phone, name."""
    found: dict[int, parcels.Row] = {}
    code = normal_reference(text)
    for ids in _by_number(rows, code, limit), _by_phone(rows, code, limit), _by_name(rows, text, limit):
        for parcel in ids:
            if parcel not in found and len(found) < limit:
                found.update((row.id, row) for row in parcels.where(rows, "id = ?", (parcel,), 1))
        if len(found) >= limit:
            break
    return list(found.values())


def _by_number(rows: Rows, code: str, limit: int) -> list[int]:
    if not code:
        return []
    exact = rows.all("SELECT parcel FROM alias WHERE code = ?", (code,))
    if exact or len(code) < _PART:
        return [parcel for (parcel,) in exact]
    end = rows.all("SELECT parcel FROM alias WHERE reversed >= ? AND reversed < ? LIMIT ?", (code[::-1], code[::-1] + "\U0010ffff", limit))
    digits = re.sub(r"\D", "", code) if re.fullmatch(r"[\d ]+", code) else ""
    before_country = (
        rows.all("SELECT parcel FROM alias WHERE reversed >= ? AND reversed < ? LIMIT ?", ("DB" + code[::-1], "DB" + code[::-1] + "\U0010ffff", limit))
        if digits
        else []
    )
    parts = rows.all(
        "SELECT alias.parcel FROM numbers JOIN alias ON alias.id = numbers.rowid WHERE numbers.code MATCH ? ORDER BY numbers.rowid DESC LIMIT ?",
        (_quoted(code), limit),
    )
    return [parcel for (parcel,) in (*end, *before_country, *parts)]


def _by_phone(rows: Rows, code: str, limit: int) -> list[int]:
    if not re.fullmatch(r"\+?\d{4,14}", code):
        return []
    tail = code.lstrip("+")[-11:].removeprefix("880") if len(code) > 11 else code
    start = tail[::-1]
    found = rows.all("SELECT id FROM parcel WHERE phone_reversed >= ? AND phone_reversed < ? AND phone_reversed <> '' LIMIT ?", (start, start + ":", limit))
    return [parcel for (parcel,) in found]


def _by_name(rows: Rows, text: str, limit: int) -> list[int]:
    words = [word for word in clean(text).split() if any(c.isalpha() for c in word)]
    if not words:
        return []
    exact = " AND ".join(f"{_quoted(word)} *" for word in words)
    sounds = [key for key in map(sound_key, words) if key]
    found = rows.all("SELECT rowid FROM names WHERE names MATCH ? ORDER BY rowid DESC LIMIT ?", (exact, limit))
    if sounds:
        like = " AND ".join(f"{_quoted(parcels.SOUND + key)} *" for key in sounds)
        found += rows.all("SELECT rowid FROM names WHERE names MATCH ? ORDER BY rowid DESC LIMIT ?", (like, limit))
    return [parcel for (parcel,) in found]


def _quoted(text: str) -> str:
    """An FTS5 string: quotes doubled, so nothing typed is taken for an operator."""
    return '"' + text.replace('"', '""') + '"'
