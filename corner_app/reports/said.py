"""Codes of a report's lines in words, the same in the table, the sheet and the file."""

from __future__ import annotations

from datetime import datetime

from corner_app.domain.bag_numbers import parse_bag_number
from corner_app.domain.cash import DAY, POUCH, SLIP
from corner_app.domain.here import DHAKA
from corner_app.i18n import Language, digits, load_words, money, number, short_day, words
from corner_app.reports.figures import ExceptionLine, Names

_MONEY = frozenset({"cash_difference", "spot_difference", "pouch_difference", "float_differs"})
_COUNTS = frozenset({"wrong_code", "locked", "came_late"})
_BAGS = frozenset({"bag_missing", "bag_extra"})
_DATES = frozenset({"late_payment"})


def known(group: str, code: str, language: Language) -> str:
    """Words of a code; a newer program may have written one that this one has no words for."""
    return words(f"{group}.{code}", language) if f"{group}.{code}" in load_words() else code


def exception(line: ExceptionLine, names: Names, language: Language) -> str:
    """What happened, and what belongs to it: an amount, a place, a number, somebody's own words."""
    what = next((words(key, language) for key in (f"exception.{line.what}", f"verdict.{line.what}") if key in load_words()), line.what)
    detail = _detail(line, names, language)
    return f"{what}: {detail}" if detail else what


def _detail(line: ExceptionLine, names: Names, language: Language) -> str:
    if not line.detail:
        return ""
    if line.what in _MONEY:
        return money(int(line.detail), language, exact=True)
    if line.what in _COUNTS:
        return number(int(line.detail), language)
    if line.what in _BAGS:
        return bag(line.detail)
    if line.what in _DATES:
        return date(line.detail, language)
    if line.what == "missent":
        place = names.place(line.detail, language.value)
        return digits(line.detail, language) if place == line.detail else f"{place} {digits(line.detail, language)}"
    return known("print", f"paper_{line.detail}", language).removeprefix("paper_") if line.what == "print_in_doubt" else line.detail


def subject(code: str, language: Language) -> str:
    """What an entry is about: a parcel's number, a bag as people read it, a day of a counter's drawer, a pouch by its seal, a slip by its place, a date."""
    if code.startswith(DAY):
        counter, _, of = code.removeprefix(DAY).partition("-")[2].partition("-")
        return f"{words('report.counter', language, n=digits(counter, language))} · {date(of, language)}"
    return date(bag(code.removeprefix(POUCH).removeprefix(SLIP).removeprefix("bag:")), language)


def bag(code: str) -> str:
    """A bag's number as people read it; anything else as it is."""
    parsed = parse_bag_number(code)
    return parsed.short if parsed is not None else code


def date(iso: str, language: Language) -> str:
    """২৪-১১-২০২৬ of "2026-11-24"; a text that is no date as it is."""
    try:
        noon = datetime.fromisoformat(f"{iso}T12:00").replace(tzinfo=DHAKA)
    except ValueError:
        return iso
    return short_day(int(noon.timestamp() * 1000), language)
