"""What one cell of a stranger's table holds: text, code or digits, out of whatever a spreadsheet, a program or a person put there."""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import datetime
from decimal import Decimal

from corner_app.domain.names import clean

EXACT_DIGITS = 15
"""Digits a spreadsheet keeps of a number; it makes zeros of the rest."""
FORMULA_SIGNS = "=+-@"
_NOTHING = frozenset({"-", "--", "–", "—", "n/a", "#n/a", "nan", "null", "none", "#ref!", "#name?", "#value!", "#null!", "#div/0!", "#num!"})
"""What spreadsheets and programs write where there is nothing."""
_BANGLA_DIGITS = str.maketrans("০১২৩৪৫৬৭৮৯", "0123456789")
_ODD = re.compile("[^ -~ঀ-৿]|  ")
_SURROGATE = re.compile("[\ud800-\udfff]")
_JOINERS = "\u200c\u200d"
_SIGNED = re.compile(r"[-+][\d\s.,()-]*")
_WRAPPED = re.compile(r"=\"([^\"=]*)\"")
_POINTED = re.compile(r"(\d{1,15})\.0+")
_LINE_END = re.compile("[\r\n\u2028\u2029]+")


def plain(value: object) -> str:
    """A cell as text: numbers without a decimal point they do not need, "" for nothing and for what is no cell."""
    if isinstance(value, str):
        return "" if len(value) < 8 and value.strip().casefold() in _NOTHING else value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bool):
        return ""
    if isinstance(value, int):
        return str(value) if abs(value) < 10**40 else ""
    if not isinstance(value, float | Decimal) or not finite(value) or not -(10**40) < value < 10**40:
        return ""
    whole = int(value)
    return str(whole) if whole == value and -(10**EXACT_DIGITS) < whole < 10**EXACT_DIGITS else str(value)


def finite(value: float | Decimal) -> bool:
    """Whether the number is one that can be compared."""
    return value.is_finite() if isinstance(value, Decimal) else math.isfinite(value)


def code(value: object) -> str:
    """A cell that should be a number or a code, without what spreadsheets put round those to keep their zeros, or lost them by."""
    text = plain(value).strip()
    if not text or (text[0] not in "='" and "." not in text):
        return text
    wrapped = _WRAPPED.fullmatch(text)
    text = wrapped[1] if wrapped else text.lstrip("'")
    pointed = _POINTED.fullmatch(text)
    return pointed[1] if pointed else text


def digits(text: str) -> str:
    """Text with Bangla digits as Latin ones and without spaces. Other forms of digits stay: in "149²" nobody knows what is meant."""
    return cleaned(text).translate(_BANGLA_DIGITS).replace(" ", "")


def cleaned(text: str) -> str:
    """`names.clean`, by a short way for the many texts that need only normalising; halves of characters become U+FFFD."""
    if _ODD.search(text):
        if _SURROGATE.search(text):
            text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return clean(text)
    return text.strip(" ") if text.isascii() else unicodedata.normalize("NFC", text).strip(" ")


def one_line(text: str) -> str:
    """An address of several lines in one: a line break becomes a comma, or a space after punctuation."""
    if not _LINE_END.search(text):
        return text
    line = ""
    for part in filter(None, map(str.strip, _LINE_END.split(text))):
        line += (" " if line[-1] in ",;:।-" else ", ") + part if line else part
    return line


def is_formula(given: str, text: str) -> bool:
    """Whether a spreadsheet would compute the cell instead of showing it. text: the cell cleaned. A signed number is none."""
    return bool(text) and (text[0] in FORMULA_SIGNS or given[0] in "\t\r") and not _SIGNED.fullmatch(text)


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, never between a letter and its signs."""
    if len(text) <= limit:
        return text
    end = limit
    while end and (unicodedata.category(text[end])[0] == "M" or text[end] in _JOINERS or text[end - 1] in _JOINERS or text[end - 1] == "্"):
        end -= 1
    return text[: end or limit].rstrip()
