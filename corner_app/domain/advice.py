"""What a merchant announces, judged row by row: an `Advice`, or a refusal.

The parcel will arrive whatever the row says. So a row is rejected only when its parcel cannot be told apart or its money is in doubt;
what has one meaning is put right in silence; all else is taken with a warning that the clerk sees when the parcel is scanned.

Rejected (field): number_missing, number_unreadable, number_mangled, wrong_check_digit (item_id) · cod_missing, cod_negative,
cod_not_whole, cod_too_large (cod_amount_minor) · currency_unknown (currency). Only the caller can see that a number came
before with other content (`same_announcement`).

Warned (field): item_not_s10 · phone_missing, phone_short, phone_impossible_operator, phone_unreadable · name_missing, name_cut ·
address_missing, address_cut · postcode_missing, postcode_unknown · weight_zero (also when none is told), weight_over_limit,
weight_unreadable · value_unreadable · bag_unreadable · code_unreadable · cod_above_limit (cod_amount_minor) · formula (any text).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from msgspec import structs

from corner_app.domain import cells
from corner_app.domain.bag_numbers import parse_bag_number
from corner_app.domain.contacts import parse_phone
from corner_app.domain.entries import Announced
from corner_app.domain.numbers import NumberKind, normal_reference, parse_number
from corner_app.domain.offices import Places
from corner_app.domain.pickup import hash_code
from corner_app.domain.rules import NO_RULES, Rules, above

FIELDS = (
    "advice_id",
    "advised_at",
    "item_id",
    "service",
    "platform",
    "merchant_id",
    "merchant_name_en",
    "merchant_name_bn",
    "merchant_order_ref",
    "recipient_name_bn",
    "recipient_name_en",
    "recipient_phone",
    "address_bn",
    "address_en",
    "postcode",
    "delivery_mode",
    "contents_bn",
    "contents_en",
    "weight_g",
    "declared_value_minor",
    "cod_amount_minor",
    "currency",
    "bag_id",
    "pickup_code",
)
"""Names of the fields that are read; what else a row holds is left alone."""
REQUIRED = ("item_id", "cod_amount_minor")
"""Without these columns a file cannot be an announcement."""

NAME_LIMIT, ADDRESS_LIMIT, TEXT_LIMIT, REFERENCE_LIMIT = 100, 300, 120, 64
"""Characters kept of a name, an address and any other text, and those of the longest reference that names a parcel."""
COD_LIMIT = 10**10
"""Paisa: a hundred million taka. More is a slip, not a parcel."""
WEIGHT_LIMITS = {"registered": 2_000}
"""Grams the post carries, by service; 20,000 for the others. More is announced with a warning and settled at the scale."""
WEIGHT_LIMIT = 20_000
_DHAKA = timezone(timedelta(hours=6))


@dataclass(frozen=True, slots=True)
class Warned:
    """A doubt about a row that was taken. code: as above; field: the column it is about."""

    code: str
    field: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """Why a row was not taken. code: as above; field: the column it is about, None for the row as a whole."""

    code: str
    field: str | None


@dataclass(frozen=True, slots=True)
class Advice:
    """One announced parcel, every text NFC, clean and within its limit, "" where nothing is known.

    item: primary number in normal form. advised_at: milliseconds UTC, 0 unknown. other_numbers: further numbers the parcel may be scanned
    by. phone: 01XXXXXXXXX, "" if it cannot be called; phone_as_given: what stood there. postcode: of a known office, else "".
    weight_g: grams, 0 unknown. declared, cod: paisa. bag: number of the bag it travels in. pickup_code: digits the buyer knows; it is
    for hashing at once, never for keeping, and stays out of `repr`.
    """

    item: str
    advice_id: str
    advised_at: int
    service: str
    platform: str
    merchant_id: str
    merchant_bn: str
    merchant_en: str
    order_ref: str
    other_numbers: tuple[str, ...]
    name_bn: str
    name_en: str
    phone: str
    phone_as_given: str
    address_bn: str
    address_en: str
    postcode: str
    delivery_mode: str
    contents_bn: str
    contents_en: str
    weight_g: int
    declared: int
    cod: int
    bag: str
    pickup_code: str = field(repr=False)
    warnings: tuple[Warned, ...] = ()


def judge_row(row: Mapping[str, object], places: Places, rules: Rules = NO_RULES, day: str = "") -> Advice | Rejected:
    """Judges one row: values under the names of FIELDS, as text or as numbers, anything else ignored. Never raises, whatever they are.

    rules: of money, as they hold on `day` ("2026-11-24").
    """
    warned: list[Warned] = []
    item = _item(row, warned)
    if isinstance(item, Rejected):
        return item
    cod = _cod(row)
    if isinstance(cod, Rejected):
        return cod
    advice = _advice(_Reader(row, warned), item, cod, places)
    if not above(rules, "cod_ceiling", advice.service, cod, day):
        return advice
    return replace(advice, warnings=(*advice.warnings, Warned("cod_above_limit", "cod_amount_minor")))


def _advice(read: _Reader, item: str, cod: int, places: Places) -> Advice:
    service = read.text("service").lower()
    order_ref = read.text("merchant_order_ref")
    name_bn, name_en = read.name("recipient_name_bn"), read.name("recipient_name_en")
    if not (name_bn or name_en):
        read.warn("name_missing", "recipient_name_bn")
    phone, phone_as_given = read.phone()
    address_bn, address_en = read.address("address_bn"), read.address("address_en")
    if not (address_bn or address_en):
        read.warn("address_missing", "address_bn")
    return Advice(
        item=item,
        advice_id=read.text("advice_id"),
        advised_at=_moment(read.row.get("advised_at")),
        service=service,
        platform=read.text("platform"),
        merchant_id=read.text("merchant_id"),
        merchant_bn=read.text("merchant_name_bn"),
        merchant_en=read.text("merchant_name_en"),
        order_ref=order_ref,
        other_numbers=_aliases(item, order_ref),
        name_bn=name_bn,
        name_en=name_en,
        phone=phone,
        phone_as_given=phone_as_given,
        address_bn=address_bn,
        address_en=address_en,
        postcode=read.postcode(places),
        delivery_mode=read.text("delivery_mode").lower(),
        contents_bn=read.text("contents_bn"),
        contents_en=read.text("contents_en"),
        weight_g=read.weight(service),
        declared=read.declared(),
        cod=cod,
        bag=read.bag(),
        pickup_code=read.pickup_code(),
        warnings=tuple(read.warned),
    )


# What decides whether the row is taken


def _item(row: Mapping[str, object], warned: list[Warned]) -> str | Rejected:
    """The primary number. One that is no S10 is an opaque reference, unless a spreadsheet has visibly put another in its place."""
    value = row.get("item_id")
    text = cells.code(value)
    if not text:
        return Rejected("number_missing", "item_id")
    number = parse_number(text)
    if number.kind is NumberKind.S10:
        return number.text
    if number.kind is NumberKind.BAD_DIGIT:
        return Rejected("wrong_check_digit", "item_id")
    plain = number.text
    if not plain:
        return Rejected("number_missing", "item_id")
    if plain[0] in cells.FORMULA_SIGNS:
        number = parse_number(plain.strip("=+-@\"'"))
        if number.kind is not NumberKind.S10:
            return Rejected("number_unreadable", "item_id")
        warned.append(Warned("formula", "item_id"))
        return number.text
    if _MANGLED.fullmatch(plain) or (not isinstance(value, str) and len(plain) > cells.EXACT_DIGITS):
        return Rejected("number_mangled", "item_id")
    if not 4 <= len(plain) <= REFERENCE_LIMIT or not plain.isprintable() or not any(letter.isdigit() for letter in plain):
        return Rejected("number_unreadable", "item_id")
    warned.append(Warned("item_not_s10", "item_id"))
    return plain


_MANGLED = re.compile(r"\d+[.,]\d*E[+-]?\d+|\d+E[+-]\d+|\d+[.,]\d+|[1-9]\d{14}0{3,}", re.ASCII)
"""What spreadsheets make of a long number: 8.80194E+11, 880194123456.5, 880194123456789000."""


def _cod(row: Mapping[str, object]) -> int | Rejected:
    """The money. A text must be digits and nothing else: in "1490.00" nobody knows whether taka or paisa are meant."""
    amount = _amount(row.get("cod_amount_minor"))
    if isinstance(amount, str):
        return Rejected(f"cod_{amount}", "cod_amount_minor")
    if amount and normal_reference(cells.plain(row.get("currency"))) not in _TAKA:
        return Rejected("currency_unknown", "currency")
    return amount


_TAKA = frozenset({"", "BDT", "TK", "TK.", "TAKA", "৳", "টাকা"})


def _amount(value: object) -> int | str:
    """Whole paisa from 0 to COD_LIMIT; else why not: missing, negative, not_whole, too_large."""
    if isinstance(value, bool):
        return "not_whole"
    if isinstance(value, int | float | Decimal):
        return _number_amount(value)
    text = cells.digits(cells.plain(value))
    if not text:
        return "missing" if value is None or isinstance(value, str) else "not_whole"
    if _DIGITS.fullmatch(text):
        return "too_large" if len(text.lstrip("+0")) > 11 else _number_amount(int(text))
    return "negative" if _NEGATIVE.fullmatch(text) else "not_whole"


def _number_amount(value: int | float | Decimal) -> int | str:
    if not isinstance(value, int) and not cells.finite(value):
        return "not_whole"
    if value < 0:
        return "negative"
    if value > COD_LIMIT:
        return "too_large"
    whole = int(value)
    return whole if whole == value else "not_whole"


_DIGITS = re.compile(r"\+?\d+", re.ASCII)
_NEGATIVE = re.compile(r"[-\u2212](?=.*[1-9])\d+(\.\d*)?", re.ASCII)


# What only warns


class _Reader:
    """Reads the other fields of one row and gathers the doubts about them."""

    __slots__ = ("row", "warned")

    def __init__(self, row: Mapping[str, object], warned: list[Warned]) -> None:
        self.row = row
        self.warned = warned

    def warn(self, code: str, field: str) -> None:
        self.warned.append(Warned(code, field))

    def _clean(self, field: str, *, lines: bool = False) -> str:
        given = cells.plain(self.row.get(field))
        if not given:
            return ""
        text = cells.cleaned(cells.one_line(given) if lines else given)
        if cells.is_formula(given, text):
            self.warn("formula", field)
        return text

    def text(self, field: str) -> str:
        """Any text but names and addresses; cut in silence, since nothing depends on its end."""
        text = self._clean(field)
        return text if len(text) <= TEXT_LIMIT else cells.cut(text, TEXT_LIMIT)

    def name(self, field: str) -> str:
        return self._kept(field, self._clean(field), NAME_LIMIT, "name_cut")

    def address(self, field: str) -> str:
        return self._kept(field, self._clean(field, lines=True), ADDRESS_LIMIT, "address_cut")

    def _kept(self, field: str, text: str, limit: int, code: str) -> str:
        if len(text) <= limit:
            return text
        self.warn(code, field)
        return cells.cut(text, limit)

    def phone(self) -> tuple[str, str]:
        given = cells.code(self.row.get("recipient_phone"))
        if given[:1] in ("=", "@"):
            self.warn("formula", "recipient_phone")
        phone = parse_phone(given)
        if phone.fault:
            self.warn(f"phone_{phone.fault}", "recipient_phone")
        return phone.local, given if given == phone.local else cells.cut(cells.cleaned(given), TEXT_LIMIT)

    def postcode(self, places: Places) -> str:
        code = normal_reference(cells.code(self.row.get("postcode"))).replace("-", "")
        if code and places.office(code) is not None:
            return code
        self.warn("postcode_unknown" if code else "postcode_missing", "postcode")
        return ""

    def weight(self, service: str) -> int:
        grams = _whole(self.row.get("weight_g"))
        if grams is None:
            self.warn("weight_unreadable", "weight_g")
        elif grams == 0:
            self.warn("weight_zero", "weight_g")
        elif grams > WEIGHT_LIMITS.get(service, WEIGHT_LIMIT):
            self.warn("weight_over_limit", "weight_g")
        return grams or 0

    def declared(self) -> int:
        amount = _amount(self.row.get("declared_value_minor"))
        if isinstance(amount, int):
            return amount
        if amount != "missing":
            self.warn("value_unreadable", "declared_value_minor")
        return 0

    def bag(self) -> str:
        given = cells.code(self.row.get("bag_id"))
        if not given:
            return ""
        bag = parse_bag_number(given)
        if bag is None:
            self.warn("bag_unreadable", "bag_id")
            return ""
        return bag.text

    def pickup_code(self) -> str:
        """Codes have six digits. A spreadsheet takes zeros in front: five digits, or fewer in a number, get them back."""
        value = self.row.get("pickup_code")
        code = normal_reference(cells.code(value)).replace("-", "")
        if not code:
            return ""
        if not (code.isascii() and code.isdigit() and len(code) <= 12) or (isinstance(value, str) and len(code) < 4):
            self.warn("code_unreadable", "pickup_code")
            return ""
        return code.zfill(6) if len(code) == 5 or not isinstance(value, str) else code


def _aliases(item: str, order_ref: str) -> tuple[str, ...]:
    """The merchant's reference, as a scanner would give it, if it can name a parcel at all."""
    number = parse_number(order_ref)
    doubtful = number.kind is NumberKind.BAD_DIGIT or not 4 <= len(number.text) <= REFERENCE_LIMIT or number.text[0] in cells.FORMULA_SIGNS
    return () if doubtful or number.text == item else (number.text,)


def _whole(value: object) -> int | None:
    """Whole grams up to a ton; 0 when none is told; None for all else, such as a decimal, whose unit may be another."""
    text = cells.digits(cells.code(value))
    if not text:
        return 0 if value is None or isinstance(value, str) else None
    grams = int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None
    return grams if grams is not None and grams <= 1_000_000 else None


def _moment(value: object) -> int:
    """Milliseconds UTC of an RFC 3339 time or a spreadsheet's date; one without a zone is Bangladesh's. 0 if it is none of this century."""
    try:
        at = value if isinstance(value, datetime) else datetime.fromisoformat(cells.plain(value).strip())
        moment = int((at if at.tzinfo else at.replace(tzinfo=_DHAKA)).timestamp() * 1000)
    except (ValueError, OverflowError):
        return 0
    return moment if _CENTURY[0] <= moment < _CENTURY[1] else 0


_CENTURY = (946_684_800_000, 4_102_444_800_000)


def announcement(advice: Advice, secret: bytes) -> Announced:
    """The entry an accepted row becomes. secret: of whoever announces; salts of pickup codes come from it, so the same row says the same again."""
    salt = hashlib.sha256(secret + advice.item.encode()).digest()[:8] if advice.pickup_code else b""
    return Announced(
        advice.cod,
        advice.weight_g,
        advice.postcode,
        advice.phone,
        advice.name_bn,
        advice.name_en,
        advice.address_bn,
        advice.address_en,
        advice.merchant_id,
        advice.merchant_bn,
        advice.merchant_en,
        advice.order_ref,
        advice.other_numbers,
        advice.service,
        advice.delivery_mode,
        advice.contents_bn,
        advice.contents_en,
        advice.declared,
        advice.bag,
        salt,
        hash_code(advice.pickup_code, salt) if advice.pickup_code else b"",
        tuple(dict.fromkeys(w.code for w in advice.warnings)),
        advice.platform,
    )


def same_announcement(kept: Announced, again: Announced) -> bool:
    """Whether a number announced again says the same of its parcel. The pickup code is not compared: only its hash is kept."""
    blank: dict[str, Any] = {"code_salt": b"", "code_hash": b"", "warnings": ()}
    return structs.replace(kept, **blank) == structs.replace(again, **blank)
