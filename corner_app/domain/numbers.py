"""Numbers on parcels: UPU S10 with its three answers, SSCC, and opaque references.

S10 (UPU standard S10-12): two letters of service, eight digits, a check digit, two letters of the issuing country. The check digit is
11 - (sum of digits x weights 8 6 4 2 3 5 9 7, mod 11), where 10 becomes 0 and 11 becomes 5.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
_S10 = re.compile(r"([A-Z]{2})(\d{8})(\d)([A-Z]{2})", re.ASCII)
_SSCC = re.compile(r"(?:\(00\)|00)?(\d{17})(\d)", re.ASCII)
_NOISE = dict.fromkeys((0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF, 0x00AD))
_DIGITS = str.maketrans("০১২৩৪৫৬৭৮৯", "0123456789")

# ISO 3166-1 alpha-2, officially assigned; the UPU adds none for issuing posts.
COUNTRIES = frozenset(
    """AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK
    CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT
    GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA
    MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS
    PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ
    UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW""".split()
)


class NumberKind(StrEnum):
    """The three answers for a number: a right S10, one shaped like it that cannot be right, something else (an opaque reference)."""

    S10 = "s10"
    BAD_DIGIT = "bad_digit"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Number:
    """A number in normal form: no spaces, upper case, Latin digits."""

    text: str
    kind: NumberKind

    @property
    def grouped(self) -> str:
        """As people read it: "CP 1047 2218 2 BD" for anything shaped like S10, else unchanged."""
        t = self.text
        return t if self.kind is NumberKind.OTHER else f"{t[:2]} {t[2:6]} {t[6:10]} {t[10]} {t[11:]}"

    @property
    def right_digit(self) -> str | None:
        """For a wrong check digit: the digit that would be right. None when the digit is right and the country is not, or nothing is wrong."""
        if self.kind is not NumberKind.BAD_DIGIT:
            return None
        right = str(s10_check_digit(self.text[2:10]))
        return None if right == self.text[10] else right


def s10_check_digit(serial: str) -> int:
    """Check digit of eight ASCII digits. Raises ValueError for anything else."""
    if len(serial) != 8 or not (serial.isascii() and serial.isdigit()):
        raise ValueError("a serial has eight digits")
    check = 11 - sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, serial, strict=True)) % 11
    return {10: 0, 11: 5}.get(check, check)


def make_s10(indicator: str, serial: str, country: str = "BD") -> str:
    """The item number of a service indicator and a serial of eight digits."""
    return f"{indicator}{serial}{s10_check_digit(serial)}{country}"


def parse_number(text: str) -> Number:
    """Reads a number as scanned or typed: spaces, hyphens, invisible characters and case do not matter, Bangla digits do neither.

    S10-shaped with a wrong digit, or with a country no post has, is BAD_DIGIT: a person must look. What is not S10-shaped is OTHER.
    """
    plain = normal_reference(text)
    shaped = _S10.fullmatch(plain) or _S10.fullmatch(plain.replace("-", ""))
    if shaped is None:
        return Number(plain, NumberKind.OTHER)
    _, serial, digit, country = shaped.groups()
    right = int(digit) == s10_check_digit(serial) and country in COUNTRIES
    return Number(shaped.group(), NumberKind.S10 if right else NumberKind.BAD_DIGIT)


def normal_reference(text: str) -> str:
    """Normal form of any number: compatibility forms folded, Latin digits, upper case, no white space, nothing invisible. Hyphens stay."""
    if text.isascii():
        return "".join(text.split()).upper()
    return "".join(unicodedata.normalize("NFKC", text).translate(_NOISE).translate(_DIGITS).split()).upper()


def sscc_check_digit(digits: str) -> int:
    """GS1 mod-10 digit of the 17 digits of an SSCC (weights 3 1 3 … from the left)."""
    if len(digits) != 17 or not (digits.isascii() and digits.isdigit()):
        raise ValueError("an SSCC has 17 digits before its check digit")
    return -sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(digits)) % 10


def parse_sscc(text: str) -> str | None:
    """The 18 digits of an SSCC, with or without its application identifier 00; None if it is none or its digit is wrong."""
    found = _SSCC.fullmatch(normal_reference(text))
    if found is None or int(found[2]) != sscc_check_digit(found[1]):
        return None
    return found[1] + found[2]


_DOMESTIC = frozenset("ABDGNPZ")


def service_class(indicator: str) -> str:
    """What a service indicator's first letter says (UPU S10): express, registered, tracked, insured, letters, parcel, ecommerce, domestic or other."""
    named = {"E": "express", "R": "registered", "L": "tracked", "V": "insured", "U": "letters", "C": "parcel", "H": "ecommerce", "M": "m_bag", "Q": "ibrs"}
    return named.get(indicator[:1], "domestic" if indicator[:1] in _DOMESTIC else "other")
