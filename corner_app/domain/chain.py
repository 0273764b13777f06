"""The hash chain of a book: what an office and the centre both compute, so that an entry changed, lost or doubled shows (sync notes §2.1)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from corner_app.domain.entries import UID_SIZE


def first_hash(uuid: bytes, epoch: int, parent_head: bytes) -> bytes:
    """h0 of a lineage: of whose it is and of the whole hash it continues from, b"" for none."""
    return hashlib.sha256(b"corner-book-1" + uuid + epoch.to_bytes(2, "big") + parent_head).digest()


def next_hash(before: bytes, stored: bytes) -> bytes:
    """Hash of an entry: of the hash before it and its stored bytes."""
    return hashlib.sha256(before + stored).digest()


def hashes(before: bytes, rows: Iterable[bytes]) -> list[bytes]:
    """Hash of each entry of a run."""
    found = []
    for stored in rows:
        before = hashlib.sha256(before + stored).digest()
        found.append(before)
    return found


def handle_of(uuid: bytes) -> int:
    """Handle of a device: the first 48 bits of its uuid. Among 20,000 devices two meet once in a million countries, and enrolment refuses it."""
    return int.from_bytes(uuid[:6], "big") or 1


def uid(digest: bytes) -> bytes:
    """The part of an entry's hash that names it everywhere."""
    return digest[:UID_SIZE]
