"""EPL2: a bitmap or strips of it, with the bar code from the printer's own hand, and what `^ee` says of the printer.

Only Japanese models know QR codes, so those stay dots. Sources: Zebra, EPL programming guide (14245L-003); for the answer to `^ee` Intermec, ESim
programmer's reference, since no EPL2 printer was at hand: what is not understood is never "ready". `R` is not used, for it would undo the centring
of the paper that `q` does, nor `O`, which would undo what is set on the printer for ribbon and cutter.
"""

from __future__ import annotations

import re

from corner_app.devices.languages.language import Ask, Language
from corner_app.devices.languages.page import Page
from corner_app.devices.languages.strips import Bar, Ink, Placed, Strip, ink
from corner_app.devices.profile import Profile
from corner_app.devices.status import FAULTS, MUTE, PrinterStatus, status_of

STATUS_QUERY = b"^ee\r\n"
ANSWER_S = 2.0
"""Longest wait for an answer."""
_NEGATIVE = bytes(0xFF - byte for byte in range(256))


def encode(page: Page, profile: Profile, job: int) -> bytes:
    """One label, its width a whole number of bytes. The number of the job is not needed: nothing in the language tells of it. Raises DoesNotFit."""
    made = ink(page, profile, kinds=["code128"], bars=True)
    drawn = [*map(_strip, made.strips), *map(_bar, made.bars), *map(_code, made.codes)]
    return _set_up(made, profile).encode() + b"".join(drawn) + b"P1\n" + b"C\n" * profile.cutter


def _set_up(made: Ink, profile: Profile) -> str:
    """Down to the empty label: `N` last, for `q` and `Q` make the memory anew. The first end of line ends whatever stood open."""
    media = {"gap": f"{profile.gap}", "mark": f"B{profile.gap}", "continuous": "0"}[profile.media]
    speed = [f"S{min(profile.speed, 6)}"] if profile.speed else []
    lines = [
        "", f"q{(made.width + 7) // 8 * 8}", f"Q{made.height},{media}", *speed, f"D{round(profile.darkness * 0.15)}",
        f"Z{'B' if profile.rotate else 'T'}", "N", "",
    ]  # fmt: skip
    return "\n".join(lines)


def _strip(strip: Strip) -> bytes:
    """1 is white."""
    return f"GW{strip.x},{strip.y},{strip.stride},{strip.height}\n".encode() + strip.rows.translate(_NEGATIVE) + b"\n"


def _bar(bar: Bar) -> bytes:
    return f"LO{bar.x},{bar.y},{bar.width},{bar.height}\n".encode()


def _code(code: Placed) -> bytes:
    """Code 128 with the sets of its own choice, no text below. The wide bar means nothing here."""
    return f'B{code.x},{code.y},0,1,{code.module},{code.module * 2},{code.height},N,"{code.text}"\n'.encode()


_CODES = {"07": "media_out", "11": "head_open", "62": "head_hot", "80": "mark_not_found", "81": "cutter", "92": "paused"}
_REPORT = re.compile(rb"[\x11\x13\x06\x15]*(\d\d(?:P\d+)?(?:,\d\d(?:P\d+)?)*)\r\n")
"""Codes, one with how many labels are left, and before them what flow control may have sent."""


def status(ask: Ask) -> PrinterStatus:
    """Asks `^ee`: 00 alone is ready, every other code a fault. Anything but whole codes is no answer."""
    said = ask(STATUS_QUERY, ANSWER_S)
    report = _REPORT.fullmatch(said)
    if report is None:
        return MUTE
    found = {_CODES.get(code[:2], "fault") for code in report[1].decode().split(",") if code != "00"}
    return status_of(tuple(word for word in FAULTS if word in found), said)


EPL2 = Language("epl2", encode, status)
