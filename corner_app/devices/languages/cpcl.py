"""CPCL, of mobile printers: a bitmap or strips of it, with bar code and QR code from the printer's own hand, and one byte that says how it is.

Source: Zebra, mobile printer CPCL programming manual. Nothing in it prints upside down, so the dots are turned for that; whether the last dot of a
`LINE` is black it does not say, so plain black goes as dots. A QR code's mask is the printer's choice: it says the same in other modules.
"""

from __future__ import annotations

from corner_app.devices.languages.language import Ask, Language
from corner_app.devices.languages.page import Page
from corner_app.devices.languages.strips import Ink, Placed, Strip, ink
from corner_app.devices.profile import Profile
from corner_app.devices.readback.drawn_codes import LEVEL
from corner_app.devices.status import FAULTS, MUTE, PrinterStatus, status_of

STATUS_QUERY = b"\x1bh"
"""Answered when the label before is done."""
ANSWER_S = 2.0
"""Longest wait for an answer."""


def encode(page: Page, profile: Profile, job: int) -> bytes:
    """One label. The number of the job is not needed: nothing in the language tells of it. Raises DoesNotFit."""
    made = ink(page, profile, kinds=("code128", "qr"), turn=True)
    drawn = [*map(_strip, made.strips), *map(_code, made.codes)]
    return _set_up(made, profile).encode() + b"".join(drawn) + _end(profile).encode()


def _set_up(made: Ink, profile: Profile) -> str:
    """From the beginning of the session down to the empty label. The resolution of 203 dpi is called 200."""
    dpi = 200 if profile.dpi == 203 else profile.dpi
    sensor = {"gap": "GAP-SENSE", "mark": "BAR-SENSE", "continuous": "JOURNAL"}[profile.media]
    speed = [f"SPEED {min(profile.speed, 5)}"] if profile.speed else []
    tone = round(profile.darkness * 2.99) - 99
    return "\r\n".join([f"! 0 {dpi} {dpi} {made.height} 1", f"PAGE-WIDTH {made.width}", sensor, f"TONE {tone}", *speed, ""])


def _end(profile: Profile) -> str:
    cut, form = ["CUT"] * profile.cutter, ["FORM"] * (profile.media != "continuous")
    return "\r\n".join([*cut, *form, "PRINT", ""])


def _strip(strip: Strip) -> bytes:
    """1 is black."""
    return f"CG {strip.stride} {strip.height} {strip.x} {strip.y} ".encode() + strip.rows + b"\r\n"


def _code(code: Placed) -> bytes:
    if code.kind == "code128":
        return f"BARCODE 128 {code.module} 1 {code.height} {code.x} {code.y} {code.text}\r\n".encode()
    return f"BARCODE QR {code.x} {code.y} M 2 U {code.module}\r\n{LEVEL.upper()}A,{code.text}\r\nENDQR\r\n".encode()


_BITS = ((0x02, "media_out"), (0x04, "head_open"))
_BUSY = 0x01
_UNKNOWN = 0xE0
"""Bits the manual gives no meaning. A low battery (08) stops no label and is not told; 10 says that the printer was switched on."""


def status(ask: Ask) -> PrinterStatus:
    """Asks `ESC h`. Anything but one byte with known bits is no answer, as is the silence of a printer at work."""
    said = ask(STATUS_QUERY, ANSWER_S)
    if len(said) != 1 or said[0] & _UNKNOWN:
        return MUTE
    found = {word for bit, word in _BITS if said[0] & bit}
    return status_of(tuple(word for word in FAULTS if word in found), said, busy=bool(said[0] & _BUSY))


CPCL = Language("cpcl", encode, status)
