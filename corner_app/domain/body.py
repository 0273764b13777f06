"""What every body of an entry is made of: its encoding, and how entries are named."""

from __future__ import annotations

from typing import NamedTuple

import msgspec


class EntryId(NamedTuple):
    """Names one entry in the country: device handle, epoch of that device's book, gapless sequence number from 1."""

    device: int
    epoch: int
    seq: int


Ref = int | EntryId
"""Names an entry from within a book: 0 none, n > 0 entry n of the same device and epoch, else the full name."""


class Body(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """Base of all bodies; gives them nothing but their encoding."""
