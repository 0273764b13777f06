"""A ZPL printer's side of the talk: `~HS`, `~HQES`, `~HI`, the odometer, `~JA`. Source: Zebra, ZPL II programming guide."""

from __future__ import annotations

import re

from corner_app.devices.readback import zpl
from corner_app.devices.readback.picture import Picture
from corner_app.devices.simulators.dialect import NAME, Dialect, State, Told

_QUERY = re.compile(rb'~HS|~HQES|~HI|! U1 getvar "odometer\.total_label_count"\r?\n')
_CANCEL = b"~JA"
_ERRORS, _WARNINGS = {"media_out": 0x1, "head_open": 0x4}, {"media_low": 0x8}


def cut(data: bytes) -> tuple[list[Told], bytes]:
    """Questions are heard wherever they stand, for there are no raw bytes in ZPL; `~JA` takes away whatever stands before it."""
    told: list[Told] = []
    pieces, rest = zpl.split(data)
    for piece in pieces:
        label = _heard(piece, told)
        told.append(Told("label", label))
    return told, _heard(rest, told)


def _heard(data: bytes, told: list[Told]) -> bytes:
    """Notes what is asked, and gives what is left."""
    _, cancel, data = data.rpartition(_CANCEL)
    if cancel:
        told.append(Told("cancel"))
    told += [Told("query", query.rstrip()) for query in _QUERY.findall(data)]
    return _QUERY.sub(b"", data).lstrip()


def read(label: bytes, dpi: int) -> Picture:
    """Raises Unreadable. In ZPL all lengths are dots."""
    return zpl.read(label)


def answer(query: bytes, state: State) -> bytes:
    """Of a quiet printer that has a fault only `~HS` stays unanswered."""
    match query:
        case b"~HS":
            return b"" if state.quiet else _status(state)
        case b"~HQES":
            return _errors(state)
        case b"~HI":
            return f"\x02{NAME},V1.0,{round(state.dpi / 25.4)},8192KB\x03\r\n".encode()
    return b'"%d"' % state.count


def _status(state: State) -> bytes:
    """The third string ends in a password nobody needs: there it says that it is simulated."""
    paper_out, head_open = "media_out" in state.faults, "head_open" in state.faults
    waiting = max(0, state.left - 1)
    strings = (f"030,{paper_out:d},0,1218,{waiting:03},0,0,0,000,0,0,0", f"000,0,{head_open:d},0,0,2,4,0,{state.left:08},1,000", f"{NAME},0")
    return "".join(f"\x02{text}\x03\r\n" for text in strings).encode()


def _errors(state: State) -> bytes:
    lines = [f"PRINTER STATUS {NAME}"]
    for name, bits in (("ERRORS:  ", _ERRORS), ("WARNINGS:", _WARNINGS)):
        mask = sum(bit for fault, bit in bits.items() if fault in state.faults)
        lines.append(f"   {name} {int(bool(mask))} 00000000 {mask:08X}")
    return ("\x02\r\n" + "".join(f"{line}\r\n" for line in lines) + "\x03").encode()


ZPL = Dialect(cut, read, answer)
