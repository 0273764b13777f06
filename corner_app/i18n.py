"""Words, digits, numbers, money, weights, times and dates in Bangla and English.

The one place that knows words: everything below speaks codes. No Qt, so window, batch, labels and reports say the same.
Amounts are paisa, weights grams, times milliseconds UTC shown in the zone of Bangladesh.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any

from corner_app.domain.here import DHAKA
from corner_app.domain.outcome import TIME_KEYS, Outcome, Tone
from corner_app.domain.shelves import latin_reading, parse_shelf
from corner_app.reference import resource_dir


class Language(StrEnum):
    """The two languages of the counter."""

    BN = "bn"
    EN = "en"


_TO_BANGLA = str.maketrans("0123456789", "০১২৩৪৫৬৭৮৯")
_TO_LATIN = str.maketrans("০১২৩৪৫৬৭৮৯", "0123456789")
_MONEY_KEYS = frozenset({"cod", "due", "collected", "change", "tendered", "fee", "claimed", "drawer", "float", "carried", "amount", "least"})
_CASH_CODES = frozenset({"counts_differ", "counted", "day_closed", "pouch_received", "reason_needed", "my_day", "too_much_cash"})
_CASH_KEYS = frozenset({"expected", "counted", "opening", "total"})
"""Of these answers these are paisa; elsewhere the same words stand for parcels."""


def digits(text: str, language: Language) -> str:
    """The same text in the digits of the language."""
    return text.translate(_TO_BANGLA if language is Language.BN else _TO_LATIN)


def latin_digits(text: str) -> str:
    """Text with Latin digits, whatever was typed."""
    return text.translate(_TO_LATIN)


def number(value: int, language: Language) -> str:
    """Grouped as South Asia groups: 1,23,45,678."""
    sign, plain = ("-", str(-value)) if value < 0 else ("", str(value))
    head, tail = plain[:-3], plain[-3:]
    groups = [tail]
    while head:
        groups.insert(0, head[-2:])
        head = head[:-2]
    return digits(sign + ",".join(groups), language)


def money(paisa: int, language: Language, *, exact: bool = False) -> str:
    """৳ ১,৮৫০, what is owed as − ৳ ৫০; the paisa are shown when there are any, or always when `exact`."""
    taka, rest = divmod(abs(paisa), 100)
    sign = "− " if paisa < 0 else ""
    cents = digits(f".{rest:02d}", language) if rest or exact else ""
    return f"{sign}৳ {number(taka, language)}{cents}"


def weight(grams: int, language: Language) -> str:
    """১.২ কেজি; grams below one kilogram."""
    if grams < 1_000:
        return f"{number(grams, language)} {words('unit.gram', language)}"
    kilograms, tenth = divmod((grams + 50) // 100, 10)
    return f"{digits(f'{kilograms}.{tenth}', language)} {words('unit.kilogram', language)}"


def local(ms: int) -> datetime:
    """The moment in the zone of the office."""
    return datetime.fromtimestamp(ms / 1000, DHAKA)


def clock(ms: int, language: Language) -> str:
    """১০:৪২."""
    return digits(f"{local(ms):%H:%M}", language)


def day(ms: int, language: Language) -> str:
    """২৪ নভেম্বর ২০২৬."""
    at = local(ms)
    return f"{digits(str(at.day), language)} {words(f'month.{at.month}', language)} {digits(str(at.year), language)}"


def on_date(text: str, language: Language) -> str:
    """The same for a date as entries carry it ("2026-11-24")."""
    at = date.fromisoformat(text)
    return f"{digits(str(at.day), language)} {words(f'month.{at.month}', language)} {digits(str(at.year), language)}"


def short_day(ms: int, language: Language) -> str:
    """২৪-১১-২০২৬, as labels carry it."""
    return digits(f"{local(ms):%d-%m-%Y}", language)


def weekday(ms: int, language: Language) -> str:
    """মঙ্গলবার."""
    return words(f"weekday.{local(ms).weekday()}", language)


def age(milliseconds: int, language: Language) -> str:
    """How long ago: ৪ সেকেন্ড আগে, ৩ মিনিট আগে, ২ ঘণ্টা আগে, ৫ দিন আগে."""
    seconds = max(0, milliseconds // 1000)
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= length:
            count = seconds // length
            return words("ago.one_day", language) if (unit, count) == ("day", 1) else words(f"ago.{unit}", language, n=count)
    return words("ago.second", language, n=seconds)


def bangla_date(ms: int, language: Language) -> str:
    """The date of the Bangla calendar: ৯ অগ্রহায়ণ ১৪৩৩."""
    d, m, y = bangla_calendar(local(ms).date())
    return f"{digits(str(d), language)} {words(f'bangla_month.{m}', language)} {digits(str(y), language)}"


def bangla_calendar(at: date) -> tuple[int, int, int]:
    """(day, month from 1 Boishakh, year) of the calendar as revised in October 2019 (field notes §3.2)."""
    new_year = date(at.year, 4, 14)
    start = new_year if at >= new_year else date(at.year - 1, 4, 14)
    leap = (start.year + 1) % 4 == 0 and ((start.year + 1) % 100 != 0 or (start.year + 1) % 400 == 0)
    lengths = (31, 31, 31, 31, 31, 31, 30, 30, 30, 30, 30 if leap else 29, 30)
    left = (at - start).days
    for month, length in enumerate(lengths, 1):
        if left < length:
            return left + 1, month, start.year - 593
        left -= length
    raise AssertionError("a Bangla year has no more days")


def money_in_words(paisa: int, language: Language) -> str:
    """নয়শত নব্বই টাকা মাত্র; for the label and the receipt, up to crores of crores. Raises ValueError below zero: nobody is asked for less than nothing."""
    if paisa < 0:
        raise ValueError("an amount on paper is not negative")
    taka, rest = divmod(paisa, 100)
    said = f"{_spoken(taka, language)} {words('unit.taka', language)}"
    if rest:
        said = f"{said} {_spoken(rest, language)} {words('unit.paisa', language)}"
    return f"{said} {words('unit.only', language)}"


def _spoken(value: int, language: Language) -> str:
    small = _numerals(language)
    if value < 100:
        return small[value]
    parts: list[str] = []
    for size, word in ((10_000_000, "crore"), (100_000, "lakh"), (1_000, "thousand")):
        count, value = divmod(value, size)
        if count:
            parts.append(f"{_spoken(count, language)} {words(f'unit.{word}', language)}")
    hundreds, value = divmod(value, 100)
    if hundreds:
        joint = "" if language is Language.BN else " "
        parts.append(f"{small[hundreds]}{joint}{words('unit.hundred', language)}")
    if value:
        parts.append(small[value])
    return " ".join(parts)


@cache
def _numerals(language: Language) -> tuple[str, ...]:
    return tuple(words("numerals.0_to_99", language).split("|"))


Catalogue = Mapping[str, Mapping[Language, str]]


@cache
def load_words() -> Catalogue:
    """Every word, from all tables in resources/translations. A key that stands twice is a fault of ours."""
    found: dict[str, Mapping[Language, str]] = {}
    for table in sorted((resource_dir() / "translations").glob("*.toml")):
        for group, entries in tomllib.loads(table.read_text(encoding="utf-8")).items():
            for name, said in entries.items():
                key = f"{group}.{name}"
                if key in found:
                    raise KeyError(f"{key} stands twice")
                found[key] = {language: said[language.value] for language in Language}
    return found


def words(key: str, language: Language, **params: object) -> str:
    """The words of a key; numbers among the params come in the digits of the language. Raises KeyError for a key nobody wrote."""
    said = load_words()[key][language]
    if not params and "{" not in said:
        return said
    return string.Formatter().vformat(said, (), {name: _shown(name, value, language) for name, value in params.items()})


def _shown(name: str, value: object, language: Language) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        if name in _MONEY_KEYS:
            return money(value, language)
        return clock(value, language) if name in TIME_KEYS else number(value, language)
    return str(value)


def say(outcome: Outcome, language: Language) -> str:
    """An answer as the clerk would read it: what happened, and the one thing to do. Raises KeyError for a code nobody gave words."""
    known, code = load_words(), outcome.code
    key = next((key for key in (f"trouble.{code}", f"outcome.{code}_{_case(outcome)}") if key in known), f"outcome.{code}")
    params: dict[str, Any] = {"item": outcome.item or ""}
    for name, value in outcome.data.items():
        cash = code in _CASH_CODES and name in _CASH_KEYS and isinstance(value, int)
        params[name] = money(value, language) if cash else len(value) if isinstance(value, list | tuple) else _word_of(name, value, language)
    return " ".join(words(each, language, **params) for each in (key, *_also(outcome)))


def _also(outcome: Outcome) -> list[str]:
    """What an answer says besides: things still to be done with what lies on the counter."""
    if outcome.code != "handed_over":
        return []
    return [f"outcome.{word}" for word, so in (("and_refused", outcome.data.get("refused")), ("and_send_pouch", outcome.data.get("send_pouch"))) if so]


def _case(outcome: Outcome) -> str:
    """Which of the words of an answer fit, where one code stands for things that a clerk does differently; "" for the plain ones."""
    data = outcome.data
    match outcome.code:
        case "received" | "sorted":
            return str(data.get("to") or "nowhere")
        case "unannounced":
            return "taken" if outcome.entries else ""
        case "unknown_bag":
            return "opened" if data.get("opened") else ""
        case "bag_ended":
            return "whole" if data["expected"] and not data["missing"] and not data["extra"] else ""
        case "handed_over" if data.get("claimed"):
            return "claimed"
        case "handed_over" if not data["change"]:
            return "exact" if data["collected"] else "free"
        case "not_here":
            return "" if data["state"] else "unknown"
        case "day_open":
            return "differs" if outcome.tone is Tone.LOOK else ""
        case "day_closed" | "pouch_received":
            return "differs" if data["difference"] else ""
        case "reason_needed":
            return "differs" if "difference" in data else ""
        case "supervisor_needed":
            return "cash" if "approver" in data else ""
        case "undone":
            return "one" if len(data["undone"]) == 1 else ""
        case _:
            return ""


def _word_of(name: str, value: object, language: Language) -> object:
    """What stands inside an answer, as words: a state, why an undo failed, a mobile money service, where a parcel belongs."""
    match name:
        case "state" | "why" | "wallet" if f"{name}.{value}" in load_words():
            return words(f"{name}.{value}", language)
        case "seal" if isinstance(value, str):
            return f"{value[:4]}…{value[-4:]}"
        case "date" if isinstance(value, str):
            return on_date(value, language)
        case "place" | "shelf" | "right_office" if isinstance(value, str):
            return _place(value, language)
        case _:
            return "—" if value is None else value


def _place(place: str, language: Language) -> str:
    """A postcode in the clerk's digits; a shelf as painted on it, in English with its reading: খ-১২ (Kh-12)."""
    if parse_shelf(place) != place:
        return digits(place, language)
    return place if language is Language.BN else f"{place} ({latin_reading(place)})"
