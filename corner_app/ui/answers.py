"""From an Outcome to what the stage, the red card and the list of scans show, in the clerk's language."""

from __future__ import annotations

from corner_app.desk.views import ScanLine
from corner_app.domain.numbers import parse_number
from corner_app.domain.outcome import Outcome, ParcelCard, Tone
from corner_app.domain.shelves import latin_reading
from corner_app.i18n import Language, age, digits, load_words, say, weight, words
from corner_app.reference import load_places
from corner_app.ui.theme import Look
from corner_app.ui.widgets.basic import ChipView
from corner_app.ui.widgets.lists import name_of
from corner_app.ui.widgets.stage import StageView, StopView

PHONE_CODES = {
    "wrong_check_digit": "R-14", "not_a_parcel": "R-11", "unannounced": "R-12", "unknown_bag": "R-21", "already_handed_over": "R-15", "not_here": "H-11",
    "wrong_code": "H-21", "locked": "H-22", "money_short": "H-31", "no_such_shelf": "S-11", "no_destination": "S-12", "cannot_undo": "U-11",
    "different_buyers": "H-12", "supervisor_needed": "H-23", "id_needed": "H-24", "no_code": "H-25", "code_needed": "H-26", "reason_needed": "P-11",
    "trx_used": "H-32", "bad_trx": "H-33", "no_such_wallet": "H-34", "nothing_due": "H-35", "given_and_refused": "H-13",
    "not_enough_cash": "C-11", "same_counter": "C-12", "bad_date": "C-13", "no_such_note": "C-14", "pouch_known": "C-21", "pouch_unknown": "C-22",
    "bad_seal": "C-23", "unknown_office": "C-24", "counts_differ": "C-25", "day_already_open": "C-31", "day_already_closed": "C-32", "wrong_pin": "C-33",
    "pin_locked": "C-34", "no_pin": "C-35", "nothing_to_approve": "C-36", "ledger_unequal": "C-99",
    "disk_full": "B-03", "disk_error": "B-03", "book_damaged": "B-01", "book_busy": "B-04", "bug": "X-99",
}  # fmt: skip
"""Code of each STOP to read out on the phone."""


def phone_tail(card: ParcelCard, language: Language) -> str:
    """The last four digits, all that a screen shows unasked."""
    return digits(f"· …{card.phone[-4:]}", language) if card.phone else ""


def address_line(card: ParcelCard, language: Language) -> str:
    """Where to, and how heavy."""
    address = card.address_bn if language is Language.BN else card.address_en
    parts = [address or card.address_bn or card.address_en, weight(card.weight_g, language) if card.weight_g else ""]
    return " · ".join(part for part in parts if part)


def grouped(item: str) -> str:
    """A number as people read it."""
    return parse_number(item).grouped


def cod_chip(card: ParcelCard, language: Language) -> ChipView | None:
    """What is to be collected."""
    return ChipView(words("ui.collect", language, cod=card.cod), "banknote", "look", "look_soft") if card.cod else None


def stage_view(outcome: Outcome, look: Look) -> StageView:
    """An answer that needs no acknowledging."""
    lang, card = look.language, outcome.card
    above, answer, below = _answer(outcome, lang)
    key = f"ui.result_{outcome.code}"
    result = words(key, lang) if key in load_words() else say(outcome, lang)
    if card is None:
        return StageView(outcome.tone, result, line=say(outcome, lang) if key in load_words() else "", above=above, answer=answer, below=below)
    return StageView(
        outcome.tone, result, name_of(card, lang) or words("ui.unknown_number", lang), phone_tail(card, lang), grouped(card.item), address_line(card, lang),
        above, answer, below, tuple(chip for chip in _chips(outcome, card, lang) if chip is not None),
    )  # fmt: skip


def _answer(outcome: Outcome, lang: Language) -> tuple[str, str, str]:
    """The one thing to do now: words above, the answer in the largest type, words below."""
    data = outcome.data
    match outcome.code:
        case "received" if data.get("shelf"):
            return words("ui.put_on_shelf", lang), str(data["shelf"]), shelf_reading(str(data["shelf"]), lang)
        case "received" if data.get("place"):
            return words("ui.sort_to", lang), digits(str(data["place"]), lang), ""
        case "received" | "unannounced":
            return words("ui.put_aside", lang), "?", words("ui.exceptions_shelf", lang)
        case "missent":
            name = data.get("right_office_bn") if lang is Language.BN else data.get("right_office_en")
            return words("ui.belongs_to", lang), digits(str(data["right_office"]), lang), str(name or "")
        case "already_received":
            shelf = str(data.get("shelf") or "")
            return words("ui.lies_on", lang) if shelf else "", shelf, shelf_reading(shelf, lang)
        case "shelved":
            return words("ui.put_on_shelf", lang), str(data["shelf"]), shelf_reading(str(data["shelf"]), lang)
        case "bag_open":
            return words("ui.on_its_list", lang), digits(str(data["expected"]), lang), ""
        case "bag_ended":
            missing = len(data.get("missing", ()))
            return words("ui.missing", lang), digits(str(missing), lang), ""
        case _:
            return "", "", ""


def shelf_reading(shelf: str, lang: Language) -> str:
    """English adds how the shelf's code is read."""
    return latin_reading(shelf) if shelf and lang is Language.EN else ""


def _chips(outcome: Outcome, card: ParcelCard, lang: Language) -> list[ChipView | None]:
    made: list[ChipView | None] = [cod_chip(card, lang)]
    if outcome.code in ("received", "missent"):
        listed = bool(outcome.data.get("announced", True))
        made.append(ChipView(words("ui.on_the_list" if listed else "ui.not_on_the_list", lang), "check" if listed else "x"))
    if outcome.data.get("extra"):
        made.append(ChipView(words("ui.not_of_this_bag", lang), "triangle-alert", "look", "look_soft"))
    if outcome.code == "already_received":
        made.append(ChipView(words("ui.received_at", lang, when=outcome.data["when"]), "info", "info", "info_soft"))
    warnings = outcome.data.get("warnings") or ()
    if warnings:
        made.append(ChipView(words(f"advice.{warnings[0]}", lang), "triangle-alert", "look", "look_soft"))
    if outcome.data.get("counter_only"):
        made.append(ChipView(words("ui.counter_only", lang), "hand-coins", "look", "look_soft"))
    if card.damaged:
        made.append(ChipView(words("ui.damaged", lang), "triangle-alert", "look", "look_soft"))
    return made


def stop_view(outcome: Outcome, look: Look, safe: str = "") -> StopView:
    """A STOP in words: what happened, what to do, what is safe."""
    lang = look.language
    what, _, rest = say(outcome, lang).partition("।" if lang is Language.BN else ". ")
    number, why = ("", "", ""), rest.strip()
    remedies: tuple[tuple[str, str], ...] = ()
    if outcome.code == "wrong_check_digit":
        number, why = _digit_parts(str(outcome.data["number"])), words("ui.digit_why", lang)
        remedies = tuple((words(f"ui.digit_remedy_{n}", lang), key) for n, key in ((1, ""), (2, "K"), (3, "X")))
    elif outcome.code == "unannounced":
        number = (grouped(outcome.item or ""), "", "")
        why = words("ui.unknown_why", lang)
        remedies = tuple((words(f"ui.unknown_remedy_{n}", lang), key) for n, key in ((1, ""), (2, "K"), (3, "X")))
    return StopView(what.strip(), number, why, remedies, safe or words("ui.nothing_written", lang), PHONE_CODES.get(outcome.code, "X-00"))


def _digit_parts(number: str) -> tuple[str, str, str]:
    return f"{number[:2]} {number[2:6]} {number[6:10]}", number[10:11], number[11:]


def scan_line(outcome: Outcome, now: int) -> ScanLine:
    """An answer as a line of the last scans; also answers that wrote nothing, so that no scan is ever dropped from view."""
    card, data = outcome.card, outcome.data
    place = str(data.get("shelf") or data.get("place") or "")
    return ScanLine(
        outcome.entries[0] if outcome.entries else 0, outcome.item or "—", card.name_bn if card else "", card.name_en if card else "", outcome.tone,
        outcome.code, place, now,
    )  # fmt: skip


def line_words(line: ScanLine, outcome: Outcome | None, now: int, lang: Language) -> str:
    """The chip of a line: ভিন্ন ডাকঘর · ৮৫১০ কাউখালী."""
    base = words(f"ui.line_{line.code}", lang) if f"ui.line_{line.code}" in load_words() else words(f"ui.line_{line.tone.value}", lang)
    if outcome is None:
        return base
    if line.code == "missent":
        name = outcome.data.get("right_office_bn") if lang is Language.BN else outcome.data.get("right_office_en")
        return f"{base} · {digits(str(outcome.data.get('right_office', '')), lang)} {name or ''}".strip()
    if line.code == "already_received" and line.tone is Tone.LOOK:
        return f"{base} · {age(line.at - int(outcome.data['when']), lang)}"
    return base


def origin_words(postcode: str, lang: Language) -> str:
    """Where a bag comes from: বরিশাল হাব. The tables are in memory by then: the desk read them to open the book."""
    places = load_places()
    office, hub = places.office(postcode), places.hub_of(postcode)
    if office is None:
        return digits(postcode, lang)
    if hub is not None and hub.head_office == postcode:
        return words("ui.hub", lang, name=office.district_bn if lang is Language.BN else office.district_en)
    return office.name_bn if lang is Language.BN else office.name_en
