"""Bar codes and QR codes in whole printer dots, as rows of bits: no painter touches a code."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import segno
from barcode.codex import Code128 as Code128Pattern
from barcode.errors import BarcodeError

from corner_app.domain.trouble import Trouble
from corner_app.labels.layout import Code128, Qr
from corner_app.labels.media import Media

BAR_QUIET, QR_QUIET = 10, 4
"""Modules of white beside a Code 128 (ISO/IEC 15417) and around a QR code (ISO/IEC 18004)."""
BAR_LEAST, QR_LEAST = 2, 3
"""Dots of the narrowest module that a hand scanner still reads at 203 dpi."""
_LEARNT = 80
"""Longest text of which it is learnt what each letter changes."""
_MASK = 3
"""Always the same one; with any mask it is a right QR code."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A code in dots: its left upper corner, its width, and rows from the top, each a number of `width` bits and the dots it is high.

    The rest is for a printer that draws the code itself. module: dots of the narrowest bar or of a QR module; height: dots of a bar, 0 for a QR code.
    """

    x: int
    y: int
    width: int
    rows: tuple[tuple[int, int], ...]
    kind: Literal["code128", "qr"]
    module: int
    height: int
    text: str


def code128(code: Code128, media: Media) -> Pattern:
    """The bars, centred in their box with ten modules of white beside them.

    A number too long for the paper's module is drawn narrower, down to two dots; a module that was asked for is kept. Raises Trouble for one
    longer still, or with letters that a Code 128 cannot carry.
    """
    modules = _bars(code.text)
    left, right = round(code.x * media.scale), round((code.x + code.w) * media.scale)
    room = (right - left) // (len(modules) + 2 * BAR_QUIET)
    dots = min(code.module or media.module, room)
    if dots < (code.module or BAR_LEAST):
        raise Trouble("label_code_too_long", item=code.text)
    width, high = len(modules) * dots, round(code.h * media.scale)
    rows = ((int(_widened(modules, dots), 2), high),)
    return Pattern(left + (right - left - width) // 2, round(code.y * media.scale), width, rows, "code128", dots, high, code.text)


def qr(code: Qr, media: Media) -> Pattern:
    """The QR code, centred in its box with four modules of white around it. Raises Trouble for a text too long for the box."""
    side, modules = qr_modules(code.text)
    x, y, w, h = (round(length * media.scale) for length in (code.x, code.y, code.w, code.h))
    dots = min(code.module or media.qr_module, min(w, h) // (side + 2 * QR_QUIET))
    if dots < (code.module or QR_LEAST):
        raise Trouble("label_code_too_long", item=code.text)
    width, text = side * dots, _widened(f"{modules:0{side * side}b}", dots)
    rows = tuple((int(text[start : start + width], 2), dots) for start in range(0, len(text), width))
    return Pattern(x + (w - width) // 2, y + (h - width) // 2, width, rows, "qr", dots, 0, code.text)


def qr_modules(text: str) -> tuple[int, int]:
    """Modules of a side, and all modules row by row as one number, error correction M.

    A QR code of a fixed length and mask is linear: bits of the text, their Reed-Solomon words and the mask are only ever added modulo 2. So the
    code of a text is the code of as many zeros, changed by what each letter changes at its place; what a letter changes is learnt from segno
    once, and 13 letters cost some microseconds instead of half a millisecond. A long text, such as a bag's list, is no label's of a thousand.
    """
    if not text.isascii() or len(text) > _LEARNT:
        return _made(text)
    side, modules = _made("0" * len(text))
    for place, letter in enumerate(text):
        if letter != "0":
            modules ^= _change(len(text), place, letter)
    return side, modules


@lru_cache(maxsize=8192)
def _change(length: int, place: int, letter: str) -> int:
    zeros = "0" * length
    return _made(zeros[:place] + letter + zeros[place + 1 :])[1] ^ _made(zeros)[1]


@lru_cache(maxsize=64)
def _made(text: str) -> tuple[int, int]:
    try:
        code = segno.make(text, error="m", mode="byte", micro=False, mask=_MASK, boost_error=False)
    except segno.DataOverflowError as error:
        raise Trouble("label_code_too_long", item=text[:40]) from error
    return len(code.matrix), int("".join("1" if dark else "0" for row in code.matrix for dark in row), 2)


@lru_cache(maxsize=64)
def _bars(text: str) -> str:
    """Modules as "1" and "0", in the shortest choice of code sets."""
    if not text:
        raise Trouble("label_code_letters", item=text)
    try:
        return str(Code128Pattern(text).build()[0])
    except BarcodeError as error:
        raise Trouble("label_code_letters", item=text) from error


def _widened(modules: str, dots: int) -> str:
    return modules.replace("0", "0" * dots).replace("1", "1" * dots)
