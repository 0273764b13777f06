"""TSPL and TSPL2: a bitmap or strips of it, with bar code and QR code from the printer's own hand, and one byte that says how the printer is.

What a printer remembers from label to label is said on every label. Sources: TSC, TSPL/TSPL2 programming manual; Gprinter, GP-2120T manual (`ESC !?`).
A QR code is asked for with our mask; printers that know none print the same text in other modules.
"""

from __future__ import annotations

from corner_app.devices.languages.language import Ask, Language
from corner_app.devices.languages.page import Page
from corner_app.devices.languages.strips import Bar, Ink, Placed, Strip, ink
from corner_app.devices.profile import Profile
from corner_app.devices.readback.drawn_codes import LEVEL, MASK
from corner_app.devices.status import FAULTS, MUTE, PrinterStatus, status_of

STATUS_QUERY = b"\x1b!?"
"""Answered at any time, also with a fault."""
CANCEL = b"\x1b!C"
"""Starts the printer anew; what it held is gone."""
ANSWER_S = 2.0
"""Longest wait for an answer."""
_NEGATIVE = bytes(0xFF - byte for byte in range(256))


def dots_per_mm(dpi: int) -> float:
    """Of a head. 203 dpi is 8 dots a millimetre exactly."""
    return 8.0 if dpi == 203 else dpi / 25.4


def encode(page: Page, profile: Profile, job: int) -> bytes:
    """One label. The number of the job is not needed: a printer that was busy and is ready again has printed it. Raises DoesNotFit."""
    made = ink(page, profile, kinds=("code128", "qr"), bars=True)
    drawn = [*map(_strip, made.strips), *map(_bar, made.bars), *map(_code, made.codes)]
    return _set_up(made, profile).encode() + b"".join(drawn) + b"PRINT 1,1\r\n"


def _set_up(made: Ink, profile: Profile) -> str:
    """Down to the empty label. The first end of line ends whatever stood open."""
    gap = _mm(profile.gap, profile.dpi)
    media = {"gap": f"GAP {gap},0 mm", "mark": f"BLINE {gap},0 mm", "continuous": "GAP 0 mm,0 mm"}[profile.media]
    speed = [f"SPEED {profile.speed}"] if profile.speed else []
    lines = [
        "", f"SIZE {_mm(made.width, profile.dpi)},{_mm(made.height, profile.dpi)}", media, f"DENSITY {round(profile.darkness * 0.15)}", *speed,
        f"DIRECTION {int(profile.rotate)},0", "REFERENCE 0,0", f"SET CUTTER {1 if profile.cutter else 'OFF'}", "CLS", "",
    ]  # fmt: skip
    return "\r\n".join(lines)


def _mm(dots: int, dpi: int) -> str:
    return f"{dots / dots_per_mm(dpi):.2f}".rstrip("0").rstrip(".") + " mm"


def _strip(strip: Strip) -> bytes:
    """0 is black."""
    return f"BITMAP {strip.x},{strip.y},{strip.stride},{strip.height},0,".encode() + strip.rows.translate(_NEGATIVE) + b"\r\n"


def _bar(bar: Bar) -> bytes:
    return f"BAR {bar.x},{bar.y},{bar.width},{bar.height}\r\n".encode()


def _code(code: Placed) -> bytes:
    """ "128" chooses the code sets by itself and adds no FNC1, as "EAN128" would."""
    if code.kind == "code128":
        return f'BARCODE {code.x},{code.y},"128",{code.height},0,0,{code.module},{code.module},"{code.text}"\r\n'.encode()
    return f'QRCODE {code.x},{code.y},{LEVEL.upper()},{code.module},A,0,M2,S{MASK},"{code.text}"\r\n'.encode()


_BITS = (
    (0x01, "head_open"), (0x40, "head_open"), (0x04, "media_out"), (0x08, "ribbon_out"), (0x02, "paper_jam"), (0x10, "paused"), (0x80, "fault"),
)  # fmt: skip
_PRINTING = 0x20


def status(ask: Ask) -> PrinterStatus:
    """Asks `ESC !?`. Anything but one byte is no answer."""
    said = ask(STATUS_QUERY, ANSWER_S)
    if len(said) != 1:
        return MUTE
    found = {word for bit, word in _BITS if said[0] & bit}
    return status_of(tuple(word for word in FAULTS if word in found), said, busy=bool(said[0] & _PRINTING))


TSPL = Language("tspl", encode, status, cancel=CANCEL)
