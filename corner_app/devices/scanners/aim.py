"""Symbology identifiers (ISO/IEC 15424): "]", a letter for the kind of code and a letter or digit for its variant, sent before the code."""

from __future__ import annotations

import re
from typing import Literal

Symbology = Literal["code128", "ean", "code39", "itf", "codabar", "code93", "databar", "datamatrix", "qr", "pdf417", "aztec", "other", "unknown"]
"""The kind of code. other: an identifier that is none of ours. unknown: the scanner sent none."""

_AIM = re.compile(r"\]([A-Za-z][0-9A-Za-z])")
_KINDS: dict[str, Symbology] = {
    "C": "code128", "E": "ean", "A": "code39", "I": "itf", "F": "codabar", "G": "code93", "e": "databar", "d": "datamatrix", "Q": "qr", "L": "pdf417",
    "z": "aztec",
}  # fmt: skip
_GS1 = frozenset({"C1", "e0", "e1", "e2", "d2", "Q3", "z1", "J1"})


def split_aim(text: str) -> tuple[str, str]:
    """The identifier without its bracket ("C0"), "" if there is none, and the code without it."""
    found = _AIM.match(text)
    return (found[1], text[found.end() :]) if found else ("", text)


def symbology(aim: str) -> Symbology:
    """The kind of code an identifier names. aim: as in `Scan.aim`."""
    return _KINDS.get(aim[:1], "other") if aim else "unknown"


def says_gs1(aim: str) -> bool:
    """Whether the identifier says that a FNC1 made the code one of GS1's (]C1, ]d2, ]Q3, DataBar)."""
    return aim in _GS1
