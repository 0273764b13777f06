"""A label read back from a printer's bytes, whatever their language."""

from __future__ import annotations

from dataclasses import dataclass


class Unreadable(ValueError):
    """The bytes are no label of ours; the message says why."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A label read back: dots, rows packed from the left, 1 is black."""

    width: int
    height: int
    rows: bytes
