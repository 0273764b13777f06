"""A Brother QL's side of the talk: 32 bytes, when asked and by itself. Source: Brother, Raster Command Reference for QL-800/810W/820NWB.

It answers over the network too, which the real ones do not: its port stands for the USB cable.
"""

from __future__ import annotations

from corner_app.devices.languages.brother_ql import BROTHER_QL
from corner_app.devices.readback import brother_ql
from corner_app.devices.readback.picture import Picture
from corner_app.devices.simulators.dialect import NAME, Dialect, Event, State, Told

_QUERY = b"\x1biS"
_REPLY, _COMPLETED, _ERROR, _PHASE = 0x00, 0x01, 0x02, 0x06
_SERIES, _MODEL, _ROLL_MM, _ENDLESS = 0x34, 0x38, 62, 0x0A
_RESERVED = 23
"""From here on the printer says nothing of meaning: there is room for what it is."""


def cut(data: bytes) -> tuple[list[Told], bytes]:
    """What makes the printer forget begins every label too, so it is an order by itself only when nothing has come behind it."""
    pieces, rest = brother_ql.split(data)
    told = [Told("query", _QUERY) if piece.endswith(_QUERY) else Told("label", piece) for piece in pieces]
    if rest == BROTHER_QL.cancel:
        return [*told, Told("cancel")], b""
    return told, rest


def read(label: bytes, dpi: int) -> Picture:
    """Raises Unreadable. Lengths are in the dots of the one resolution there is."""
    return brother_ql.read(label)


def answer(query: bytes, state: State) -> bytes:
    """The status as it is."""
    return b"" if state.quiet else _block(_REPLY, state)


def unasked(event: Event, state: State) -> bytes:
    """At work, printed and waiting again, or an error."""
    match event:
        case "begun":
            return _block(_PHASE, state)
        case "printed":
            return _block(_COMPLETED, state) + _block(_PHASE, state)
        case "failed":
            return _block(_ERROR, state)


def _block(kind: int, state: State) -> bytes:
    made = bytearray(b"\x80\x20B" + bytes([_SERIES, _MODEL]) + b"0").ljust(_RESERVED, b"\0")
    made[8], made[9] = 0x01 * ("media_out" in state.faults), 0x10 * ("head_open" in state.faults)
    made[10], made[11], made[18], made[19] = _ROLL_MM, _ENDLESS, kind, int(state.working)
    return bytes(made) + NAME.encode()


BROTHER_QL_800 = Dialect(cut, read, answer, unasked, dpi=300)
