"""GS1 element strings: what stands behind each application identifier, from a scanner's bytes or from the line printed under the bars.

FNC1 between elements reaches us as 0x1D; before the first it is "]C1", "]d2", "]Q3" or 0x1D too (GS1 General Specifications 5.10, 7.8).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from corner_app.devices.scanners.aim import says_gs1, split_aim
from corner_app.domain.scan import Scan

GS = "\x1d"
Reason = Literal["not_gs1", "empty", "unknown_ai", "too_short", "too_long", "bad_characters", "bad_check_digit", "bad_date", "contradiction"]
"""not_gs1: nothing marks the code as GS1's. contradiction: one identifier with two values."""

_AI_DIGITS = {
    **dict.fromkeys("00 01 02 10 11 12 13 15 16 17 20 21 22 30 37 90 91 92 93 94 95 96 97 98 99".split(), 2),
    **dict.fromkeys("23 24 25 40 41 42 71".split(), 3),
    **dict.fromkeys("31 32 33 34 35 36 39 43 70 72 80 81 82".split(), 4),
}
"""Digits of an identifier, by its first two."""
_LENGTHS = {
    "00": 18, "01": 14, "02": 14, **dict.fromkeys("11 12 13 15 16 17 31 32 33 34 35 36".split(), 6), "20": 2, "41": 13,
}  # fmt: skip
"""Digits behind identifiers that need no separator, by their first two: the length says where they end."""
_MOST = {"10": 20, "21": 20, "22": 20, "30": 8, "37": 8, "23": 30, "24": 30, "25": 30, "40": 30, "42": 20, "39": 18}
_LONGEST = 90
"""Characters behind the rest."""
_NUMERIC = frozenset({"30", "37", "39"})
_CHECKED = frozenset({"00", "01", "02", "41"})
_DATES = frozenset({"11", "12", "13", "15", "16", "17"})
_CHARACTERS = re.compile(r"[!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z]+")
_HUMAN = re.compile(r"\((\d{2,4})\)")


@dataclass(frozen=True, slots=True)
class Element:
    """ai: the application identifier ("01", "3103"). value: what stands behind it, as encoded."""

    ai: str
    value: str


@dataclass(frozen=True, slots=True)
class Gs1:
    """A whole element string, in its order."""

    elements: tuple[Element, ...]

    def value(self, ai: str) -> str | None:
        """What stands behind an identifier, None if it is not there."""
        return next((element.value for element in self.elements if element.ai == ai), None)


@dataclass(frozen=True, slots=True)
class NotGs1:
    """Why a text is no element string, and at which character it stopped being one."""

    reason: Reason
    at: int


def read(scan: Scan) -> Gs1 | NotGs1:
    """What a scan says in GS1's terms. A code is asked only if it is marked: by its AIM identifier, by a separator or by parentheses.

    Plain digits are not: every number that begins with 10 would be a batch.
    """
    marked = says_gs1(scan.aim) or GS in scan.text or _HUMAN.match(scan.text) is not None
    return parse(scan.text) if marked else NotGs1("not_gs1", 0)


def parse(text: str) -> Gs1 | NotGs1:
    """Takes a text as an element string; it may begin with an AIM identifier and a separator, or be in the human form "(01)…(10)…"."""
    body = split_aim(text)[1].removeprefix(GS)
    start = len(text) - len(body)
    if not body:
        return NotGs1("empty", start)
    found = _human(body, start) if body.startswith("(") else _machine(body, start)
    if isinstance(found, NotGs1):
        return found
    values: dict[str, str] = {}
    for element, at in found:
        if values.setdefault(element.ai, element.value) != element.value:
            return NotGs1("contradiction", at)
    return Gs1(tuple(element for element, _ in found))


def _machine(body: str, start: int) -> list[tuple[Element, int]] | NotGs1:
    found: list[tuple[Element, int]] = []
    at = 0
    while at < len(body):
        ai = body[at : at + _AI_DIGITS.get(body[at : at + 2], 0)]
        if not _is_ai(ai):
            return NotGs1("unknown_ai", start + at)
        begin = at + len(ai)
        length = _LENGTHS.get(ai[:2])
        separator = body.find(GS, begin)
        stop = len(body) if separator < 0 else separator
        end = stop if length is None else min(begin + length, stop)
        value = body[begin:end]
        if (wrong := _wrong(ai, value)) is not None:
            return NotGs1(wrong, start + begin)
        found.append((Element(ai, value), start + at))
        at = end + 1 if body[end : end + 1] == GS else end
    return found


def _human(body: str, start: int) -> list[tuple[Element, int]] | NotGs1:
    marks = list(_HUMAN.finditer(body))
    if not marks or marks[0].start() != 0:
        return NotGs1("unknown_ai", start)
    found: list[tuple[Element, int]] = []
    for mark, end in zip(marks, [*(later.start() for later in marks[1:]), len(body)], strict=True):
        ai, value = mark[1], body[mark.end() : end].strip()
        if not _is_ai(ai):
            return NotGs1("unknown_ai", start + mark.start())
        if (wrong := _wrong(ai, value)) is not None:
            return NotGs1(wrong, start + mark.end())
        found.append((Element(ai, value), start + mark.start()))
    return found


def _is_ai(ai: str) -> bool:
    return ai.isascii() and ai.isdecimal() and len(ai) == _AI_DIGITS.get(ai[:2])


def _wrong(ai: str, value: str) -> Reason | None:
    family = ai[:2]
    length = _LENGTHS.get(family)
    if len(value) < (length or 1):
        return "too_short"
    if len(value) > (length or _MOST.get(family, _LONGEST)):
        return "too_long"
    numeric = length is not None or family in _NUMERIC
    if not (value.isascii() and value.isdecimal() if numeric else _CHARACTERS.fullmatch(value)):
        return "bad_characters"
    if family in _CHECKED and _check_digit(value[:-1]) != value[-1]:
        return "bad_check_digit"
    if family in _DATES and not ("01" <= value[2:4] <= "12" and value[4:] <= "31"):
        return "bad_date"
    return None


def _check_digit(digits: str) -> str:
    """GS1's last digit: weights 3 and 1 from the right, to the next ten."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)
