"""Codes of shelves: a Bangla letter and a number as painted on the shelf (খ-১২), and a postman's pigeonhole (বিট-১)."""

from __future__ import annotations

import re
import unicodedata

_LATIN = {"ka": "ক", "kh": "খ", "ga": "গ", "gh": "ঘ", "cha": "চ", "ja": "জ", "ta": "ট", "da": "ড"}
_READING = {letter: latin.capitalize() for latin, letter in _LATIN.items()}
_BANGLA_DIGITS = str.maketrans("0123456789", "০১২৩৪৫৬৭৮৯")
_LATIN_DIGITS = str.maketrans("০১২৩৪৫৬৭৮৯", "0123456789")
_SHELF = re.compile(r"(?:SH\*)?\s*([a-z]{1,3}|[ক-হ])\s*[-–]?\s*(\d{1,3})", re.IGNORECASE)
_BEAT = re.compile(r"(?:SH\*)?\s*(?:বিট|beat)\s*[-–]?\s*(\d{1,2})", re.IGNORECASE)


def parse_shelf(text: str) -> str | None:
    """The shelf that a scanned or typed code means, as painted on it; None if it is no shelf's code. SH*KH-12, kh12, খ১২ and খ-১২ are one."""
    plain = unicodedata.normalize("NFC", text).strip().translate(_LATIN_DIGITS)
    beat = _BEAT.fullmatch(plain)
    if beat is not None:
        return beat_code(int(beat[1]))
    found = _SHELF.fullmatch(plain)
    if found is None:
        return None
    letter = _LATIN.get(found[1].casefold(), found[1])
    return shelf_code(letter, int(found[2])) if "ক" <= letter <= "হ" and len(letter) == 1 else None


def shelf_code(letter: str, number: int) -> str:
    """A shelf's code as painted: খ-১২."""
    return f"{letter}-{number:02d}".translate(_BANGLA_DIGITS)


def beat_code(number: int) -> str:
    """A postman's pigeonhole: বিট-১."""
    return f"বিট-{number}".translate(_BANGLA_DIGITS)


def latin_reading(shelf: str) -> str:
    """How a shelf's code is read in English: Kh-12, Beat-1."""
    plain = shelf.translate(_LATIN_DIGITS)
    if plain.startswith("বিট-"):
        return plain.replace("বিট", "Beat")
    return _READING.get(plain[:1], plain[:1]) + plain[1:]


def barcode(shelf: str) -> str:
    """What the shelf's label carries as a barcode: SH*KH-12."""
    return "SH*" + latin_reading(shelf).upper()
