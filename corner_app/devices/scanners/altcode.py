"""Characters typed as a decimal code on the keypad while Alt is down: how some scanners type whatever the layout."""

from __future__ import annotations


def alt_character(digits: str) -> str:
    """The character of a code: of code page 437, or 1252 when it begins with a zero ("065" as "65" is A, "029" is GS); "" for none."""
    code = int(digits) if digits else 0
    if not 0 < code < 256:
        return ""
    try:
        return bytes((code,)).decode("cp1252" if digits.startswith("0") else "cp437")
    except UnicodeDecodeError:  # one of the five places that 1252 leaves empty
        return ""
