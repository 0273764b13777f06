"""Mettler-Toledo 8217: asked `W`, a scale answers with its weight while that stands still and is none below nothing, else with a byte of status.

The unit is not said, and the weight has as many digits as the model shows, leading zeros and all; both are set up. Sources: Mettler-Toledo, Diva service
manual, chapter 6.1.4; Brecknell, 67xxU service manual, table 7.6 (echo mode).
"""

from __future__ import annotations

import re
from typing import Literal

from corner_app.devices.languages.language import Ask
from corner_app.devices.scales.protocol import ScaleProtocol
from corner_app.devices.scales.reading import GARBLED, OVER, UNDER, UNSTABLE, ZERO_ERROR, Reading, Unit, weighed

Form = Literal["00.000", "000.00", "000.000"]
"""Digits before and after the point: kilograms, pounds or many kilograms, and what larger scales make of it."""
FORMS: tuple[Form, ...] = ("00.000", "000.00", "000.000")
WAIT_S = 0.5
"""How long each question of `speaks` waits."""
_MESSAGE = re.compile(rb"\x02(\?[^\r]|[^\x02\r]*)\r")
_WEIGHT = re.compile(r"(\d+\.\d+)(N?)", re.ASCII)
_LONGEST = 16
"""Bytes kept of what has not ended: more than any message has."""
_BITS = ((0x02, OVER), (0x04, UNDER), (0x01, UNSTABLE), (0x08, ZERO_ERROR))
"""Of the status byte: over capacity, under zero, in motion, outside the range in which zero is captured, which tells only where nothing else does. 10 is
centre of zero, 20 net, 40 always 1 in the manual, and in what others made of it "bad command". A status without any of the four answers a command that
the scale does not know: no weight either."""


def toledo(unit: Unit = "kg", form: Form = "00.000") -> ScaleProtocol:
    """A scale that shows this unit in this form. A message of another form is garbled: bytes may be missing from it."""
    return ScaleProtocol("toledo", 9600, 7, "even", lambda data: newest(data, unit, form), speaks, ask=b"W", zero=b"Z")


def newest(data: bytes, unit: Unit, form: Form) -> tuple[Reading | None, bytes]:
    """See `protocol.Newest`."""
    messages = list(_MESSAGE.finditer(data))
    end = messages[-1].end() if messages else 0
    return (_read(messages[-1][1], unit, form) if messages else None), data[end:][-_LONGEST:]


def form_of(answer: bytes) -> Form | None:
    """The form of the weight in an answer to `W`; None where it is none: a scale that moves, or nothing known."""
    found = _MESSAGE.search(answer)
    weight = _WEIGHT.fullmatch(found[1].decode("latin-1")) if found else None
    shape = re.sub(r"\d", "0", weight[1]) if weight else ""
    return next((form for form in FORMS if form == shape), None)


def speaks(ask: Ask) -> bool:
    """Whether it echoes: `Ehello` brings STX E CR and hello. Echo mode is left (`F`) by whatever answered at all, or it would echo for ever."""
    heard = ask(b"Ehello", WAIT_S)
    if heard:
        ask(b"F", WAIT_S)
    return heard == b"\x02E\rhello"


def _read(message: bytes, unit: Unit, form: Form) -> Reading:
    if len(message) == 2 and message[:1] == b"?":
        return next((reading for bit, reading in _BITS if message[1] & bit), GARBLED)
    weight = _WEIGHT.fullmatch(message.decode("latin-1"))
    if weight is None or re.sub(r"\d", "0", weight[1]) != form:
        return GARBLED
    return weighed(weight[1], unit, net=bool(weight[2]))
