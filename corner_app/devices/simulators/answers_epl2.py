"""An EPL2 printer's side of the talk: `^ee` and `UQ`. Source: Zebra, EPL programming guide (14245L-003); the codes of `^ee` as our own language reads them."""

from __future__ import annotations

import re

from corner_app.devices.readback import epl2
from corner_app.devices.readback.picture import Picture
from corner_app.devices.simulators.dialect import NAME, Dialect, State, Told, cut_at_questions

_ASKS = re.compile(rb"\^ee\r?\n|(?:(?<=[\r\n])|^)UQ\r?\n")
_DOTS = re.compile(rb"GW-?\d{1,5},-?\d{1,5},(?P<wide>\d{1,5}),(?P<high>\d{1,5})(?:\r\n|\n|,)")
_CODES = {"media_out": "07", "head_open": "11"}


def _understand(asked: bytes) -> Told:
    return Told("query", asked.rstrip())


def read(label: bytes, dpi: int) -> Picture:
    """Raises Unreadable. In EPL2 all lengths are dots."""
    return epl2.read(label)


def answer(query: bytes, state: State) -> bytes:
    """Every fault it has by its code, 00 for none; being at work is no fault and has no code."""
    if state.quiet:
        return b""
    if query == b"UQ":
        return f"{NAME} V1.0\r\nS/N: 000000000000\r\n".encode()
    codes = [code for fault, code in _CODES.items() if fault in state.faults] or ["00"]
    return f"{','.join(codes)}\r\n".encode()


EPL2 = Dialect(cut_at_questions(epl2.split, _ASKS, _DOTS, _understand), read, answer)
