"""A TSPL printer's side of the talk: `ESC !?`, `~!T`, `ESC !C`. Source: TSC, TSPL/TSPL2 programming manual."""

from __future__ import annotations

import re

from corner_app.devices.languages.tspl import CANCEL, STATUS_QUERY
from corner_app.devices.readback import tspl
from corner_app.devices.simulators.dialect import NAME, Dialect, State, Told, cut_at_questions

_ASKS = re.compile(rb"\x1b!\?|\x1b!C|~!T\r?\n")
_DOTS = re.compile(rb"BITMAP[ \t]*-?\d{1,5},[ \t]*-?\d{1,5},[ \t]*(?P<wide>\d{1,5}),[ \t]*(?P<high>\d{1,5}),[ \t]*[012],", re.IGNORECASE)
_BITS = {"head_open": 0x01, "media_out": 0x04}
_PRINTING = 0x20


def _understand(asked: bytes) -> Told:
    if asked == CANCEL:
        return Told("cancel")
    return Told("query", asked.rstrip(), in_turn=asked != STATUS_QUERY)


def answer(query: bytes, state: State) -> bytes:
    """Questions with "~" are answered by a printer that is ready; those with ESC always, unless it is one that falls silent."""
    if state.quiet:
        return b""
    bits = sum(bit for fault, bit in _BITS.items() if fault in state.faults)
    if query == STATUS_QUERY:
        return bytes([bits | (_PRINTING if state.working else 0)])
    return b"" if bits else f"{NAME}\r\n".encode()


TSPL = Dialect(cut_at_questions(tspl.split, _ASKS, _DOTS, _understand), tspl.read, answer, by_itself=CANCEL, print_s=0.4)
