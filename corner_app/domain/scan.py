"""What a scanner delivered, and what it means at a counter.

`Scan` is the only type of ours that `devices` knows: bytes become a `Scan` there, and a meaning here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from corner_app.domain.bag_numbers import BagNumber, parse_bag_number
from corner_app.domain.numbers import Number, NumberKind, normal_reference, parse_number
from corner_app.domain.shelves import parse_shelf


@dataclass(frozen=True, slots=True)
class Scan:
    """One code as read by a scanner or typed by hand.

    text: the code without prefix, terminator and AIM identifier, as read (not yet normalised); 0x1D stands where GS1 has its separator.
    aim: AIM symbology identifier without the bracket ("C0", "Q1"), "" if the scanner sent none (ISO/IEC 15424).
    device: stable name of the scanner ("wedge", "serial:05E0:1701:SIM0001", "keyed" for typing).
    at_ms: milliseconds of a monotonic clock when the last byte arrived.
    """

    text: str
    aim: str = ""
    device: str = "wedge"
    at_ms: int = 0


@dataclass(frozen=True, slots=True)
class ItemScan:
    """A parcel's number: its S10, any other number of it, or the tracking link on its label."""

    number: Number


@dataclass(frozen=True, slots=True)
class TokenScan:
    """A buyer's QR: the parcel's number and its pickup code."""

    number: Number
    code: str


@dataclass(frozen=True, slots=True)
class BagScan:
    """A bag's number, from its label or in front of the manifest in its 2-D code."""

    bag: BagNumber


@dataclass(frozen=True, slots=True)
class ShelfScan:
    """A shelf's code as painted on it."""

    shelf: str


@dataclass(frozen=True, slots=True)
class BadgeScan:
    """A clerk's badge."""

    badge: str


@dataclass(frozen=True, slots=True)
class CommandScan:
    """A card of the command sheet: UNDO, RECEIVE, SORT, …"""

    command: str


@dataclass(frozen=True, slots=True)
class Nothing:
    """Empty, too short to be a code, or noise."""


Meaning = ItemScan | TokenScan | BagScan | ShelfScan | BadgeScan | CommandScan | Nothing

TRACKING_LINK = "HTTPS://CORNER.EXAMPLE/T/"
"""What the label's QR carries before the item number; the host is a setting of the centre. In capitals it is of QR's alphanumeric set: 25 modules, not 29."""
RECEIPT_LINK = "HTTPS://CORNER.EXAMPLE/R/"
"""What a receipt's QR carries before the receipt's number."""
TOKEN = "BDP/"  # noqa: S105 - a prefix, no secret
"""Begins a buyer's QR: BDP/item/code, all of it in QR's alphanumeric set."""
COMMANDS = ("RECEIVE", "SORT", "HANDOVER", "SEARCH", "TODAY", "UNDO")
"""What the cards of the command sheet can ask for: a screen, or the last scan taken back."""
_SHORTEST, _LONGEST = 4, 200
_SHORTEST_BAG, _LONGEST_SHELF = 23, 16
_AIM = re.compile(r"^\][A-Za-z][0-9A-Za-z]")
_LINK = re.compile(r"https?://[^/\s]+/t/([0-9A-Za-z]+)/?", re.IGNORECASE)
_TOKEN = re.compile(r"BDP/([0-9A-Z]+)/(\d{4,8})")
_CARD = re.compile(r"(BADGE|CMD)\*([0-9A-Za-z_.-]{1,40})", re.IGNORECASE)


def command_code(command: str) -> str:
    """What a command's card carries: CMD*UNDO."""
    return f"CMD*{command}"


def understand(text: str) -> Meaning:
    """What a code means, whatever it is; never raises. Each kind that names itself is looked at only when its mark is there: this runs on every scan."""
    plain = _readable(text)
    return _marked(plain) or _place(plain) or _number(plain)


def carries(scan: Scan, meaning: Meaning) -> bool:
    """Whether such a thing is printed in such a kind of code: an S10 in Code 128, a buyer's code in QR or Data Matrix.

    A scanner that names no symbology is believed, and so is every other meaning; what the label's QR holds is a link, and its number not a bare S10.
    """
    kind = scan.aim[:1]
    match meaning:
        case TokenScan():
            return kind in ("", "Q", "d")
        case ItemScan(number) if number.kind in (NumberKind.S10, NumberKind.BAD_DIGIT) and "/" not in scan.text:
            return kind in ("", "C")
    return True


def _readable(text: str) -> str:
    shown = text[:_LONGEST] if text.isprintable() else "".join(letter for letter in text if letter.isprintable())[:_LONGEST]
    return (_AIM.sub("", shown) if shown.startswith("]") else shown).strip()


def _marked(plain: str) -> Meaning | None:
    """A card, a buyer's QR or a tracking link."""
    if "*" in plain and (card := _CARD.fullmatch(plain)) is not None:
        return BadgeScan(card[2].casefold()) if card[1].upper() == "BADGE" else CommandScan(card[2].upper())
    if "/" not in plain:
        return None
    token = _TOKEN.fullmatch(normal_reference(plain))
    if token is not None:
        return TokenScan(parse_number(token[1]), token[2])
    link = _LINK.fullmatch(plain)
    return ItemScan(parse_number(link[1])) if link is not None else None


def _place(plain: str) -> Meaning | None:
    """A shelf, which is short, or a bag, which is long."""
    if len(plain) <= _LONGEST_SHELF:
        shelf = parse_shelf(plain)
        return None if shelf is None else ShelfScan(shelf)
    bag = parse_bag_number(plain) if len(plain) >= _SHORTEST_BAG else None
    return None if bag is None else BagScan(bag)


def _number(plain: str) -> Meaning:
    number = parse_number(plain)
    if number.kind is not NumberKind.OTHER:
        return ItemScan(number)
    solid = sum(map(str.isalnum, number.text))
    readable = solid >= _SHORTEST and solid * 2 >= len(number.text)
    return ItemScan(number) if readable else Nothing()
