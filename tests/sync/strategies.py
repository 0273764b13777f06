"""Entries as Hypothesis draws them: every kind of the vocabulary, field by field from its declaration, so that a new kind is drawn from its first day."""

from __future__ import annotations

from typing import Any, get_type_hints

import msgspec
from hypothesis import settings
from hypothesis import strategies as st

from corner_app.domain.cash_bodies import Pieces
from corner_app.domain.entries import KINDS, AnyBody, Entry, EntryId, Ref, encode
from corner_app.domain.numbers import s10_check_digit

T0 = 1_795_500_000_000
FIRST_SEQS = (1, 2, 700, 1 << 40)

few = settings(max_examples=8, deadline=None, derandomize=True, database=None)
many = settings(max_examples=60, deadline=None, derandomize=True, database=None)

texts = st.text(max_size=12)
_FIELDS: dict[Any, st.SearchStrategy[Any]] = {
    int: st.integers(0, 1 << 40) | st.integers(0, 3),
    str: st.sampled_from(("", "8500", "8200", "রহিমা", "ক-০১")) | texts,
    bool: st.booleans(),
    bytes: st.binary(max_size=16),
    tuple[str, ...]: st.lists(texts, max_size=3).map(tuple),
    Pieces: st.lists(st.tuples(st.integers(1, 100_000), st.integers(0, 1 << 30)), max_size=3).map(tuple),
    Ref: st.integers(0, 1000) | st.builds(EntryId, st.integers(1, 9), st.integers(1, 3), st.integers(1, 1000)),
}


def s10(serial: int) -> str:
    """A parcel's number with its check digit."""
    digits = f"{serial:08d}"
    return f"CP{digits}{s10_check_digit(digits)}BD"


def bodies(kind: type) -> st.SearchStrategy[AnyBody]:
    """A body of one kind with any values its fields may hold."""
    hints = get_type_hints(kind)
    return st.builds(kind, *(_FIELDS[hints[field.name]] for field in msgspec.structs.fields(kind)))


any_body = st.one_of([bodies(kind) for kind in KINDS])
numbers = st.integers(0, 99_999_999).map(s10)
subjects = st.sampled_from((s10(40777479), s10(61003724), "bag:BD82", "drawer:8500-1", "book", "ORDER-17")) | numbers | texts
ids = st.builds(EntryId, st.integers(1, 9), st.integers(1, 3), st.integers(1, 1000))
refs = st.just(0) | st.integers(1, 50) | ids


@st.composite
def runs(draw: st.DrawFn, first_seq: int = 1, kinds: st.SearchStrategy[AnyBody] = any_body) -> list[bytes]:
    """Stored entries of one lineage; about half of them follow the one before about the same thing."""
    last: dict[str, int] = {}
    rows, at = [], draw(st.integers(0, 1 << 45))
    for seq in range(first_seq, first_seq + draw(st.integers(1, 8))):
        subject = draw(subjects)
        base = last[subject] if subject in last and draw(st.booleans()) else draw(refs)
        at += draw(st.sampled_from((0, 1_000, 90_000, 1 << 24, -5_000, 1 << 33)))
        entry = Entry(
            max(0, at) << 16 | draw(st.integers(0, 3)), draw(texts), subject, base, draw(kinds), draw(refs), draw(st.integers(0, 3)), draw(st.integers(0, 9)),
            draw(st.integers(0, 2)), draw(st.integers(0, 1 << 20)), draw(st.sampled_from(("", "7.1.3." + "ab" * 16))),
        )  # fmt: skip
        rows.append(encode(entry))
        last[subject] = seq
    return rows
