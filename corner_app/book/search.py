"""Finding a parcel by whatever a clerk has: a number or part of one, a name in either script, the end of a phone number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from corner_app.book import parcels
from corner_app.book.database import Rows
from corner_app.domain.names import clean, sound_key
from corner_app.domain.numbers import normal_reference

_PART = 3
"""Shortest part of a number that the fragment index can find."""
_LOOKED_UP = 6
"""Characters of a part looked up in the fragment index; what stands before them is compared, for each further one costs a long list."""
_BEGINNING = 5
"""Longest beginning of a word that the index of names holds; for a longer one every parcel of every such word is read."""


def find(rows: Rows, text: str, limit: int) -> list[parcels.Row]:
    """Parcels that `text` may mean, surest first: exact number, end or part of a number, end of a phone, name."""
    found: dict[int, None] = {}
    for ids in _surest_first(rows, text, limit):
        found.update(dict.fromkeys(ids))
        if len(found) >= limit:
            break
    wanted = list(found)[:limit]
    if not wanted:
        return []
    by_id = {row.id: row for row in parcels.where(rows, f"id IN ({', '.join('?' * len(wanted))})", wanted)}
    return [by_id[parcel] for parcel in wanted]


def _surest_first(rows: Rows, text: str, limit: int) -> Iterator[list[int]]:
    """One list of parcels after the other, each asked for only when the ones before were not enough."""
    code = normal_reference(text)
    yield from _by_number(rows, code, limit)
    yield from _by_phone(rows, code, limit)
    yield from _by_name(rows, text, limit)


def _by_number(rows: Rows, code: str, limit: int) -> Iterator[list[int]]:
    if not code:
        return
    exact = _first(rows.all("SELECT parcel FROM alias WHERE code = ?", (code,)))
    yield exact
    if exact or len(code) < _PART:
        return
    ends = [code, *((f"{code}BD",) if code.isdecimal() else ())]
    for end in ends:
        start = end[::-1]
        yield _first(rows.all("SELECT parcel FROM alias WHERE reversed >= ? AND reversed < ? LIMIT ?", (start, start + "\U0010ffff", limit)))
    yield _first(
        rows.all(
            """SELECT alias.parcel FROM numbers JOIN alias ON alias.id = numbers.rowid
               WHERE numbers.code MATCH ? AND instr(alias.code, ?) ORDER BY numbers.rowid DESC LIMIT ?""",
            (_quoted(code[-_LOOKED_UP:]), code, limit),
        )
    )


def _by_phone(rows: Rows, code: str, limit: int) -> Iterator[list[int]]:
    if not re.fullmatch(r"\+?\d{4,14}", code):
        return
    tail = code.lstrip("+")[-11:].removeprefix("880") if len(code) > 11 else code
    start = tail[::-1]
    found = rows.all("SELECT id FROM parcel WHERE phone_reversed >= ? AND phone_reversed < ? AND phone_reversed <> '' LIMIT ?", (start, start + ":", limit))
    yield _first(found)


def _by_name(rows: Rows, text: str, limit: int) -> Iterator[list[int]]:
    """Newest first: names of these words, then of words that begin so, then of words that begin like them by sound."""
    words = [word for word in clean(text).split() if any(c.isalpha() for c in word)]
    if not words:
        return
    wide = _named(rows, map(_alike, words), limit)
    if len(words) == 1 or len(wide) == limit:
        yield _named(rows, map(_quoted, words), limit)
        yield _named(rows, map(_begun, words), limit)
    yield wide


def _named(rows: Rows, wanted: Iterable[str], limit: int) -> list[int]:
    return _first(rows.all("SELECT rowid FROM names WHERE names MATCH ? ORDER BY rowid DESC LIMIT ?", (" AND ".join(wanted), limit)))


def _begun(word: str) -> str:
    return f"{_quoted(word)} *"


def _alike(word: str) -> str:
    """Words that begin or sound so. A long word stands for itself beside its sound: its beginnings are not indexed, and they sound so anyway."""
    key = sound_key(word)
    if not key:
        return _begun(word)
    spelt = _begun(word) if len(word) <= _BEGINNING else _quoted(word)
    return f"({spelt} OR {_begun(parcels.SOUND + key)})"


def _first(found: list[tuple[Any, ...]]) -> list[int]:
    return [parcel for (parcel,) in found]


def _quoted(text: str) -> str:
    """An FTS5 string: quotes doubled, so nothing typed is taken for an operator."""
    return '"' + text.replace('"', '""') + '"'
