"""SMA: the protocol of the American Scale Manufacturers Association (SCP-0499), level 1, asked between LF and CR and answered in fields of fixed width.

Not to be taken for NCI's SCP-01, which asks `W` too and answers otherwise. Sources: Sartorius PR 5211 and Fairbanks FB2550 manuals, chapters "SMA protocol".
"""

from __future__ import annotations

import re

from corner_app.devices.languages.language import Ask
from corner_app.devices.scales.protocol import ScaleProtocol
from corner_app.devices.scales.reading import GARBLED, OVER, UNDER, UNSTABLE, ZERO_ERROR, Reading, Unit, weighed

WAIT_S = 0.5
"""How long the question of `speaks` waits."""
_MESSAGE = re.compile(rb"\n([^\n\r]*)\r")
_STANDARD = re.compile(
    r"(?P<status>[ ZOUEIT])[1-9 ](?P<kind>[GNTgn])(?P<motion>[ M]).(?P<weight>.{10})(?P<unit>(?:kg|g[ _]|lb|oz)[ _])", re.ASCII | re.IGNORECASE
)
"""Status, range, gross or net, motion, one for the maker's own use, ten of weight, three of unit.

The standard prints a blank as "_", and some makers took it at its word."""
_WEIGHT = re.compile(r" *(-?) *(\d+(?:\.\d+)?)", re.ASCII)
_STATES = {"O": OVER, "U": UNDER, "E": ZERO_ERROR, "I": ZERO_ERROR, "T": UNSTABLE}
"""T, a tare that failed, is gone when it has been read: the next answer counts."""
_UNITS: dict[str, Unit] = {"kg": "kg", "g": "g", "lb": "lb", "oz": "oz"}
_DIAGNOSIS = re.compile(rb"\n([R _])([E _])([C _])[ _]\r")
_LONGEST = 32
"""Bytes kept of what has not ended: more than any message has."""


def newest(data: bytes) -> tuple[Reading | None, bytes]:
    """See `protocol.Newest`."""
    messages = list(_MESSAGE.finditer(data))
    end = messages[-1].end() if messages else 0
    return (_read(messages[-1][1].decode("latin-1")) if messages else None), data[end:][-_LONGEST:]


def faults(heard: bytes) -> tuple[str, ...]:
    """What a scale found when it tested itself: "memory", "settings", "calibration". Nothing where it does not say."""
    found = _DIAGNOSIS.search(heard)
    said = zip(("memory", "settings", "calibration"), found.groups(), strict=True) if found else ()
    return tuple(word for word, letter in said if letter not in b" _")


def speaks(ask: Ask) -> bool:
    """Whether it names the level of SMA it keeps to."""
    return re.search(rb"\nSMA:[^\r\n]*\r", ask(b"\nA\r", WAIT_S)) is not None


def _read(message: str) -> Reading:
    found = _STANDARD.fullmatch(message)
    if found is None or found["status"] != found["status"].upper():
        return GARBLED
    if found["status"] in _STATES:
        return _STATES[found["status"]]
    if found["motion"] == "M":
        return UNSTABLE
    weight = _WEIGHT.fullmatch(found["weight"])
    if weight is None or found["kind"] in "Tt":
        return GARBLED
    return weighed(weight[2], _UNITS[found["unit"].rstrip(" _").lower()], minus=bool(weight[1]), net=found["kind"] in "Nn")


SMA = ScaleProtocol("sma", 9600, 8, "none", newest, speaks, ask=b"\nW\r", zero=b"\nZ\r", check=b"\nD\r", faults=faults)
