"""Pickup codes: six digits in the buyer's SMS, checked at the counter with no link.

A book keeps only a salted hash. A million codes can be tried in minutes by whoever steals the file, so the hash only keeps a code from being read;
what protects the parcel is the limit of attempts, which is counted in the book.
"""

from __future__ import annotations

import hashlib
import hmac

from corner_app.domain.numbers import normal_reference

ATTEMPT_LIMIT = 5
"""Wrong codes after which only a supervisor hands the parcel over."""
_ROUNDS = 1_000


def hash_code(code: str, salt: bytes) -> bytes:
    """PBKDF2-HMAC-SHA256 of a code's digits, in either script, with 1,000 rounds."""
    return hashlib.pbkdf2_hmac("sha256", normal_reference(code).encode(), salt, _ROUNDS)


def code_matches(code: str, salt: bytes, expected: bytes) -> bool:
    """Whether the code is the one that was hashed; takes the same time either way."""
    return hmac.compare_digest(hash_code(code, salt), expected)


def tries_left(wrong: int) -> int:
    """Attempts left after so many wrong codes."""
    return max(0, ATTEMPT_LIMIT - wrong)


def locked(wrong: int) -> bool:
    """Whether no further code is accepted."""
    return wrong >= ATTEMPT_LIMIT
