"""Scales that tell their weight unasked, line after line: "ST,GS,+  1.234kg". Lines without a word on stability are not taken.

Every family has its own fixed widths, so a line with bytes missing from it is no weight. Sources: A&D GX-A communication manual 7-2 and AD-4329A manual
11.1.1; CAS CI-600D manual 10-1 and 10-3; Kern KXS-TM manual 14.2 and GAB-N manual 12.1.3; Tiger TI-02 manual 7.1.
"""

from __future__ import annotations

import re

from corner_app.devices.languages.language import Ask
from corner_app.devices.scales.protocol import ScaleProtocol
from corner_app.devices.scales.reading import GARBLED, OVER, UNDER, UNSTABLE, Reading, Unit, weighed

WAIT_S = 1.0
"""How long `speaks` listens."""
_UNITS: dict[bytes, Unit] = {b"kg": "kg", b"g": "g", b"lb": "lb", b"oz": "oz"}
_UNIT = rb"(?i:(kg| g|lb|oz))"
_LAYOUTS = tuple(
    re.compile(layout, re.DOTALL)
    for layout in (
        rb"(ST|US),()([+-][\d.]{8})(?i:( kg|  g| lb| oz))",  # A&D balances
        rb"(ST|US),(GS|NT),([+\- \d.]{8})" + _UNIT,  # A&D indicators, and CAS and others set to them ("18 bytes")
        rb"(ST|US),(GS|NT),..,([+\- \d.]{8}) " + _UNIT,  # CAS ("22 bytes"), with the scale's number and a byte of lamps
        rb"(ST|US),(GS|NT),([+\- \d.]{8})  " + _UNIT,  # Kern KXS
        rb"(ST|US),(GS|NT),([+\- \d.]{8})," + _UNIT,  # Tiger, and Kern GAB-N
    )
)
"""Stability, gross or net, sign and digits, unit."""
_NUMBER = re.compile(rb" *([+-]?) *(\d+(?:\.\d+)?)")
_OVERLOAD = re.compile(rb"OL,(?:[A-Z]{2},)?(?:..,)?([+-])?", re.DOTALL)
_LINE = re.compile(rb"[\r\n]([^\r\n]+)(?=[\r\n])")
_LONGEST = 64
"""Bytes of a line that has not ended and may still be one."""


def newest(data: bytes) -> tuple[Reading | None, bytes]:
    """See `protocol.Newest`. A line begins where another has ended, so the first one heard, of which half may be missing, is never taken."""
    lines: list[bytes] = _LINE.findall(data)
    ended = max(data.rfind(b"\r"), data.rfind(b"\n"))
    rest = data[ended:] if ended >= 0 else b""
    return (_read(lines[-1]) if lines else None), rest if len(rest) <= _LONGEST else b""


def speaks(ask: Ask) -> bool:
    """Whether it talks by itself, and what it says is of a known family."""
    reading, _ = newest(ask(b"", WAIT_S))
    return reading is not None and reading != GARBLED


def _read(line: bytes) -> Reading:
    overload = _OVERLOAD.match(line)
    if overload is not None:
        return UNDER if overload[1] == b"-" else OVER
    for layout in _LAYOUTS:
        found = layout.fullmatch(line)
        number = _NUMBER.fullmatch(found[3]) if found else None
        if found and number:
            if found[1] == b"US":
                return UNSTABLE
            return weighed(number[2].decode(), _UNITS[found[4].strip().lower()], minus=number[1] == b"-", net=found[2] == b"NT")
    return GARBLED


CONTINUOUS = ScaleProtocol("continuous", 9600, 8, "none", newest, speaks)
