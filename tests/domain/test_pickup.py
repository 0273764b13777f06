"""Pickup codes: kept as salted hashes, read in either script, five tries."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from corner_app.domain.pickup import ATTEMPT_LIMIT, code_matches, hash_code, locked, tries_left

SALT = bytes(range(16))
CODES = st.text("0123456789", min_size=6, max_size=6)


@given(CODES, CODES)
def test_only_the_code_matches(code: str, other: str) -> None:
    kept = hash_code(code, SALT)
    assert code_matches(code, SALT, kept)
    assert code_matches(other, SALT, kept) is (other == code)


def test_either_script_and_any_spacing() -> None:
    kept = hash_code("048172", SALT)
    for spelling in ("০৪৮১৭২", " 048 172 ", "০৪৮ ১৭২", "048\u200b172", "０４８１７２"):
        assert code_matches(spelling, SALT, kept), spelling
    for wrong in ("", "48172", "0481720", "048-172", "o48172"):
        assert not code_matches(wrong, SALT, kept), wrong


def test_the_salt_makes_equal_codes_differ_and_the_code_is_not_in_the_hash() -> None:
    one, two = hash_code("123456", SALT), hash_code("123456", SALT[::-1])
    assert one != two
    assert len(one) == 32
    assert b"123456" not in one
    assert not code_matches("123456", SALT[::-1], one)


def test_the_hash_never_changes_between_versions() -> None:
    """Books in the field hold hashes: another way of hashing would refuse every buyer."""
    assert hash_code("123456", SALT).hex() == "6e3849111be8d3070634220666e93c55dbfd75e923f34d35716805464c0a7eaf"


def test_nothing_matches_an_empty_hash() -> None:
    assert not code_matches("", SALT, b"")


def test_five_tries() -> None:
    assert [tries_left(wrong) for wrong in range(8)] == [5, 4, 3, 2, 1, 0, 0, 0]
    assert [locked(wrong) for wrong in range(8)] == [False] * ATTEMPT_LIMIT + [True] * 3
    assert all(locked(wrong) is (tries_left(wrong) == 0) for wrong in range(100))
