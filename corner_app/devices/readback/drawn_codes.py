"""Bar codes and QR codes in the dots a printer gives them when it draws them itself.

A Code 128 is drawn in the shortest choice of code sets, a QR code in bytes (ISO/IEC 18004) with the mask it was asked for, as on our own labels. A real
printer may choose other code sets, and where its language names no mask it picks one by itself: the code says the same, its dots may differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import segno
from barcode.codex import Code128
from barcode.errors import BarcodeError

from corner_app.devices.languages.page import Code
from corner_app.devices.readback.picture import Unreadable

Level = Literal["l", "m", "q", "h"]
LEVEL: Level = "m"
"""Error correction of the QR codes on our labels."""
MASK = 3
"""Mask of the QR codes on our labels."""
_LONGEST = 80
"""Letters in a Code 128 that fit on any label."""
_WIDEST, _HIGHEST = 64, 20_000
"""Dots of a module, and of a bar, that are believed."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """width: dots. rows: from the top, each a number of `width` bits and the dots it is high."""

    width: int
    rows: tuple[tuple[int, int], ...]

    @property
    def height(self) -> int:
        """Dots."""
        return sum(high for _, high in self.rows)


def drawn(code: Code) -> Drawn:
    """A code of a page as a printer draws it. Raises Unreadable for one that none draws."""
    return code128(code.text, code.module, code.height) if code.kind == "code128" else qr(code.text, code.module)


def code128(text: str, module: int, height: int) -> Drawn:
    """Bars without quiet zone. Raises Unreadable."""
    if not 1 <= module <= _WIDEST or not 1 <= height <= _HIGHEST:
        raise Unreadable(f"bars of {module} x {height} dots")
    bars = _bars(text)
    return Drawn(len(bars) * module, ((int(_widened(bars, module), 2), height),))


def qr(text: str, module: int, level: Level = LEVEL, mask: int = MASK) -> Drawn:
    """Modules without quiet zone. Raises Unreadable."""
    if not 1 <= module <= _WIDEST:
        raise Unreadable(f"modules of {module} dots")
    return Drawn(len(rows := _modules(text, level, mask)) * module, tuple((int(_widened(row, module), 2), module) for row in rows))


@lru_cache(maxsize=64)
def _bars(text: str) -> str:
    if not text or len(text) > _LONGEST or not text.isascii() or not text.isprintable():
        raise Unreadable("a text no Code 128 carries")
    try:
        return str(Code128(text).build()[0])
    except BarcodeError as error:
        raise Unreadable("a text no Code 128 carries") from error


@lru_cache(maxsize=64)
def _modules(text: str, level: Level, mask: int) -> tuple[str, ...]:
    if not text:
        raise Unreadable("an empty QR code")
    try:
        code = segno.make(text, error=level, mode="byte", micro=False, mask=mask, boost_error=False)
    except ValueError as error:
        raise Unreadable("a text no QR code carries") from error
    return tuple("".join("1" if dark else "0" for dark in row) for row in code.matrix)


def _widened(modules: str, dots: int) -> str:
    return modules.replace("0", "0" * dots).replace("1", "1" * dots)
