"""What a scan of a test label proves, or what is wrong with it: the same text says whether printer, scanner, size and keyboard go together."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from corner_app.domain.scan import BadgeScan, BagScan, CommandScan, ItemScan, ShelfScan, TokenScan, understand

Reading = Literal["right", "older", "other_printer", "other_code", "wrong_digit", "lower_case", "other_layout", "garbled"]
"""right: a code of the label that was printed just now. older: of one printed before it. other_printer: of another printer's test label. other_code: a
code, but of no test label. wrong_digit: an item number that cannot be. lower_case: right but for its case. other_layout: the letters of another keyboard
layout, Avro's or Bijoy's among them, for the right ones. garbled: nothing that can be recognised."""

_DIGITS = str.maketrans("০১২৩৪৫৬৭৮৯", "0123456789")
_PRINTER = slice(0, 4)
"""Letters of a test number that are the same on every test label of a printer: the service indicator, and two digits by which its set-up is told apart."""
_INDICATOR = slice(0, 2)


@dataclass(frozen=True, slots=True)
class TestCode:
    """One code as it stands on a test label. kind: "code128" or "qr". dots: of its narrowest bar, or of a module. text: its content."""

    __test__ = False  # the name is not pytest's

    kind: Literal["code128", "qr"]
    dots: int
    text: str


def reading_of(text: str, codes: Iterable[TestCode], earlier: frozenset[str] = frozenset()) -> tuple[Reading, TestCode | None]:
    """What was read, and which code of the label it is, where it is one of them.

    text: as it came; of a scanner that types, either the letters of its key positions or those that the layout made of them. earlier: what stood on
    labels printed before this one.
    """
    known, plain = tuple(codes), text.strip()
    for code in known:
        if plain == code.text:
            return "right", code
    for code in known:
        if plain.casefold() == code.text.casefold():
            return "lower_case", code
    if plain.upper() in earlier:
        return "older", None
    if any(_is_cipher(plain, code.text) for code in known):
        return "other_layout", None  # many codes fit a cipher
    return _stranger(plain, known), None


def _stranger(plain: str, known: tuple[TestCode, ...]) -> Reading:
    """What a text is that is none of the label's codes."""
    match understand(plain):
        case ItemScan(number) if number.kind.value == "s10":
            return _other_label(number.text, known)
        case ItemScan(number) if number.kind.value == "bad_digit":
            return "wrong_digit"
        case TokenScan() | BagScan() | ShelfScan() | BadgeScan() | CommandScan():
            return "other_code"
    return "other_code" if re.fullmatch(r"[ -~]{4,}", plain) else "garbled"


def _other_label(text: str, known: tuple[TestCode, ...]) -> Reading:
    if not any(text[_INDICATOR] == code.text[_INDICATOR] for code in known):
        return "other_code"
    return "older" if any(text[_PRINTER] == code.text[_PRINTER] for code in known) else "other_printer"


def _is_cipher(typed: str, right: str) -> bool:
    """Whether `typed` is what another layout makes of the keys of `right`.

    Either letter for letter, the same key always the same letter and no two alike; or, where letters became clusters, its digits alone tell.
    """
    if len(typed) < 4 or (typed.isascii() and typed.isalnum()):
        return False
    if len(typed) == len(right) and len(set(zip(typed, right, strict=True))) == len(set(typed)) == len(set(right)):
        return True
    digits = re.search(r"\d{6,}", right)
    return digits is not None and digits[0] in typed.translate(_DIGITS) and typed.translate(_DIGITS) != right
