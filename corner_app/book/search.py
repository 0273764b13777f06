"""Finding a parcel by whatever a clerk has: a number or part of one, a name in either script, the end of a phone number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from corner_app.book import parcels
from corner_app.book.database import Rows
from corner_app.domain.names import name_words, sound_key
from corner_app.domain.numbers import normal_reference

_PART = 3
"""Shortest part of a number that the fragment index can find."""
_LOOKED_UP = 6
"""Characters of a part looked up in the fragment index; what stands before them is compared, for each further one costs a long list."""
_BEGINNING = 7
"""Longest beginning that the index of names holds; for a longer one every parcel of every such word is read, so its sound must do."""
_WHOLE_PHONE = 11
"""Digits of a phone in local form."""


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
    if code:
        exact = _first(rows.all("SELECT parcel FROM alias WHERE code = ?", (code,)))
        yield exact
        if exact:
            yield _by_phone(rows, code, limit)
        else:
            yield from _by_digits(rows, code, limit)
    yield from _by_name(rows, text, limit)


def _by_digits(rows: Rows, code: str, limit: int) -> Iterator[list[int]]:
    """Ends of numbers, ends of phones, and what stands inside a number, which a whole phone is not asked for."""
    if len(code) < _PART:
        return
    for end in (code, f"{code}BD") if code.isdecimal() else (code,):
        start = end[::-1]
        yield _first(rows.all("SELECT parcel FROM alias WHERE reversed >= ? AND reversed < ? LIMIT ?", (start, start + "\U0010ffff", limit)))
    of_phone = _by_phone(rows, code, limit)
    yield of_phone
    if of_phone and len(code) >= _WHOLE_PHONE:
        return
    yield _first(
        rows.all(
            """SELECT alias.parcel FROM numbers JOIN alias ON alias.id = numbers.rowid
               WHERE numbers.code MATCH ? AND instr(alias.code, ?) ORDER BY numbers.rowid DESC LIMIT ?""",
            (_quoted(code[-_LOOKED_UP:]), code, limit),
        )
    )


def _by_phone(rows: Rows, code: str, limit: int) -> list[int]:
    if not re.fullmatch(r"\+?\d{4,14}", code):
        return []
    tail = code.lstrip("+")[-_WHOLE_PHONE:].removeprefix("880") if len(code) > _WHOLE_PHONE else code
    start = tail[::-1]
    found = rows.all("SELECT id FROM parcel WHERE phone_reversed >= ? AND phone_reversed < ? AND phone_reversed <> '' LIMIT ?", (start, start + ":", limit))
    return _first(found)


def _by_name(rows: Rows, text: str, limit: int) -> Iterator[list[int]]:
    """Newest first: names of these words, then of words that begin so, then of words that begin like them by sound.

    Several words together may be on few parcels or none, and each way then reads long lists: the widest way is asked first and its few are all there are.
    """
    words = [word for word in name_words(text) if any(c.isalpha() for c in word)]
    if not words:
        return
    last = words[-1]
    spelt = _begun(last) if len(last) <= _BEGINNING else _quoted(last)
    alike = (*map(_sounding, words[:-1]), f"({spelt} OR {_sounding(last)})")
    if len(words) > 1 and len(few := _named(rows, alike, limit)) < limit:
        yield few
        return
    yield _named(rows, map(_quoted, words), limit)
    yield _named(rows, map(_begun, words), limit)
    yield _named(rows, alike, limit)


def _named(rows: Rows, wanted: Iterable[str], limit: int) -> list[int]:
    return _first(rows.all("SELECT rowid FROM names WHERE names MATCH ? ORDER BY rowid DESC LIMIT ?", (" AND ".join(wanted), limit)))


def _begun(word: str) -> str:
    return f"{_quoted(word)} *"


def _sounding(word: str) -> str:
    """Words that begin like this one by sound, which takes in the word itself; a word without a sound stands for itself."""
    key = sound_key(word)
    return _begun(parcels.SOUND + key) if key else _begun(word)


def _first(found: list[tuple[Any, ...]]) -> list[int]:
    return [parcel for (parcel,) in found]


def _quoted(text: str) -> str:
    """An FTS5 string: quotes doubled, so nothing typed is taken for an operator."""
    return '"' + text.replace('"', '""') + '"'
