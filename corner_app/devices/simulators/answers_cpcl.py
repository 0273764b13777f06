"""A CPCL printer's side of the talk: `ESC h` and `ESC v`. Source: Zebra, mobile printer CPCL programming manual."""

from __future__ import annotations

import re

from corner_app.devices.languages.cpcl import STATUS_QUERY
from corner_app.devices.readback import cpcl
from corner_app.devices.readback.picture import Picture
from corner_app.devices.simulators.dialect import NAME, Dialect, State, Told, cut_at_questions

_ASKS = re.compile(rb"\x1b[hv]")
_DOTS = re.compile(rb"(?:CG|COMPRESSED-GRAPHICS) +(?P<wide>\d{1,5}) +(?P<high>\d{1,5}) +-?\d{1,5} +-?\d{1,5} ")
_BITS = {"media_out": 0x02, "head_open": 0x04}


def _understand(asked: bytes) -> Told:
    return Told("query", asked, in_turn=True)


def read(label: bytes, dpi: int) -> Picture:
    """Raises Unreadable. Our labels have their lengths in dots."""
    return cpcl.read(label)


def answer(query: bytes, state: State) -> bytes:
    """A printer at work answers when it is done, so that it never says "busy"."""
    if state.quiet:
        return b""
    if query == STATUS_QUERY:
        return bytes([sum(bit for fault, bit in _BITS.items() if fault in state.faults)])
    return f"{NAME} V1.0\0".encode()


CPCL = Dialect(cut_at_questions(cpcl.split, _ASKS, _DOTS, _understand), read, answer)
