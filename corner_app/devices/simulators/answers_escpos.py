"""A receipt printer's side of the talk: `DLE EOT`, `GS r`, `GS I`, `GS ( H`, a drawer's pulse. Source: Epson, ESC/POS command reference."""

from __future__ import annotations

import re

from corner_app.devices.readback import escpos
from corner_app.devices.readback.escpos import Seen, seen
from corner_app.devices.readback.picture import Picture
from corner_app.devices.simulators.dialect import NAME, Dialect, State, Told

_QUERY = re.compile(rb"\x10\x04[\x01-\x04]|\x1d[Ir].", re.DOTALL)
_TEXTS = {b"\x1dIA": "1.0", b"\x1dIB": NAME, b"\x1dIC": NAME, b"\x1dID": "0000"}


def cut(data: bytes) -> tuple[list[Told], bytes]:
    """Questions are heard also where a receipt has begun, or noise that never ends, but not within dots."""
    pieces, rest = escpos.split(data)
    told = [one for piece in pieces for one in _told(piece)]
    at = 0
    while (found := _QUERY.search(rest, at)) is not None:
        before, upto = seen(rest[: found.start()]), seen(rest[: found.end()])
        at = found.end()
        if len(upto) > len(before) and upto[-1].what == "query":
            told += _told(found[0])
            rest, at = rest[: found.start()] + rest[at:], found.start()
    return told, rest


def _told(piece: bytes) -> list[Told]:
    asked = seen(piece)
    told = [Told("label", piece)] if any(one.what in ("dots", "text") for one in asked) else []
    for one in asked:
        match one:
            case Seen("query", int(which)):
                told.append(Told("query", b"\x10\x04" + bytes([which])))
            case Seen("query", bytes(query)):
                told.append(Told("query", query, in_turn=True))
            case Seen("confirm", bytes(job)):
                told.append(Told("confirm", b'7"' + job + b"\0"))
            case Seen("kick", int(pin)):
                told.append(Told("kick", bytes([pin])))
    return told


def read(label: bytes, dpi: int) -> Picture:
    """Raises Unreadable, also for a receipt of text only."""
    return escpos.read(label)


def answer(query: bytes, state: State) -> bytes:
    """Only `DLE EOT` is answered while the printer is offline."""
    if state.quiet:
        return b""
    out, cover = "media_out" in state.faults, "head_open" in state.faults
    if query.startswith(b"\x10\x04"):
        low = out or "media_low" in state.faults
        bits = {1: 0x08 * (out or cover) | 0x04 * state.drawer_open, 2: 0x20 * out | 0x04 * cover, 3: 0, 4: 0x60 * out | 0x0C * low}
        return bytes([0x12 | bits[query[2]]]) if query[2] in bits else b""
    if out or cover:
        return b""
    if query.startswith(b"\x1dr"):
        return b"\x03" if query[2:] in (b"\x01", b"1") and "media_low" in state.faults else bytes([state.drawer_open and query[2:] in (b"\x02", b"2")])
    return b"_" + _TEXTS[query].encode() + b"\0" if query in _TEXTS else b"\x02"


ESCPOS = Dialect(cut, read, answer, holds=True)
