"""What stands where on a parcel's label: from values to marks, no painting.

Coordinates are dots at 203 dpi; `raster` scales them. A text that does not fit shrinks, stands on more lines where it may, and at its smallest
ends in "…" (`fit`); no text ever reaches a code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Literal


class Weight(IntEnum):
    """Weights of the font; below SemiBold nothing holds at one bit."""

    SEMIBOLD = 600
    BOLD = 700


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: an outline `line` dots thick inside its edge, or filled when line is 0. radius rounds an outline; white on black with `invert`.

    exact: lengths are the printer's own dots, whatever its resolution. dash: in dashes so long, black and without corners.
    """

    x: int
    y: int
    w: int
    h: int
    line: int = 0
    radius: int = 0
    invert: bool = False
    exact: bool = False
    dash: int = 0


@dataclass(frozen=True, slots=True)
class Text:
    """A text in a box w wide. y: its baseline. size: pixels at 203 dpi; smallest: how far it may shrink. lines: how many it may fill, `leading` apart.

    align: "left", "right" (cut at its beginning, for its end matters, unless `keep_start`) or "centre". mono: item numbers. tail: a second text
    after the first, `tail_size` large in SemiBold, that shrinks with it and is cut before it.
    """

    x: int
    y: int
    w: int
    text: str
    size: int
    weight: Weight = Weight.SEMIBOLD
    smallest: int = 20
    lines: int = 1
    leading: int = 0
    align: Literal["left", "right", "centre"] = "left"
    invert: bool = False
    mono: bool = False
    tail: str = ""
    tail_size: int = 0
    keep_start: bool = False


@dataclass(frozen=True, slots=True)
class Code128:
    """A Code 128 at whole dots, centred in a box w wide with its quiet zones inside it, h high.

    module: the printer's dots of its narrowest bar, 0 as the paper has it.
    """

    x: int
    y: int
    w: int
    h: int
    text: str
    module: int = 0


@dataclass(frozen=True, slots=True)
class Qr:
    """A QR code at whole dots, centred in a box with its quiet zone inside it. module: the printer's dots of a module, 0 as the paper has it."""

    x: int
    y: int
    w: int
    h: int
    text: str
    module: int = 0


Mark = Box | Text | Code128 | Qr


@dataclass(frozen=True, slots=True)
class ParcelLabel:
    """Everything on a parcel's label, already in words (see `labels.parcel`).

    item: the number in the bar code; grouped: as people read it. cod_amount "" prints no black field, and cod_words alone. address: a line break
    begins its second line. copy_line: "REPRINT 2 · time · clerk" of a further copy. training: words of the band that marks a practice label.
    """

    item: str
    grouped: str
    postcode: str
    office: str
    district: str
    route: str
    hub: str
    weight: str
    name: str
    address: str
    phone: str
    cod_amount: str
    cod_words: str
    sender: str
    origin: str
    link: str
    copy_line: str = ""
    training: str = ""


LEFT, RIGHT, TOP, BOTTOM, RULE = 27, 785, 27, 1191, 4
_ROW1, _ROW2, _ROW3, _ROW4, _ROW5 = 135, 375, 627, 917, 1139
_SPLIT, _QR_SPLIT = 501, 556
_PAD, _EDGE = 51, 761
_SERVICE = re.compile(r"[A-Z]{2}(?=\d{9}[A-Z]{2}$)", re.ASCII)


def layout(label: ParcelLabel) -> tuple[Mark, ...]:
    """The whole label, the marks every label has first."""
    return (*kept(service_of(label), with_money=bool(label.cod_amount)), *parcel_marks(label))


def service_of(label: ParcelLabel) -> str:
    """The service indicator, "CP", of an S10-shaped number; "" for a reference of another kind."""
    found = _SERVICE.match(label.item)
    return found[0] if found else ""


@lru_cache(maxsize=64)
def kept(service: str, *, with_money: bool) -> tuple[Mark, ...]:
    """Marks that are the same on every label of a service with money to collect, or without; drawn once and kept."""
    rules = tuple(Box(LEFT, y, RIGHT - LEFT, RULE) for y in (_ROW1 - 2, _ROW2 - 2, _ROW3 - 2, _ROW4 - 2, _ROW5 - 2))
    return (
        Box(LEFT, TOP, RIGHT - LEFT, BOTTOM - TOP, line=RULE),
        *rules,
        Box(_SPLIT - 1, _ROW1, RULE, _ROW2 - _ROW1),
        Text(_PAD, 75, 580, "বাংলাদেশ ডাক · ই-কমার্স পার্সেল", 36, Weight.BOLD),
        Text(_PAD, 111, 580, "Bangladesh Post · e-Commerce Parcel", 24),
        Text(_PAD, 167, 420, "গন্তব্য ডাকঘর", 24),
        Text(524, 167, 240, "হাব · রুট", 24),
        Text(_PAD, 409, 240, "প্রাপক", 24),
        Text(_QR_SPLIT + 8, 871, RIGHT - _QR_SPLIT - 16, "কোথায় আছে দেখুন", 24, align="centre"),
        *((Box(643, 40, 119, 83, line=RULE), Text(647, 100, 111, service, 58, Weight.BOLD, align="centre")) if service else ()),
        *(_money_field() if with_money else (Box(_QR_SPLIT - RULE, _ROW3, RULE, _ROW4 - _ROW3),)),
    )


def _money_field() -> tuple[Mark, ...]:
    return (
        Box(LEFT, _ROW3, _QR_SPLIT - LEFT, _ROW4 - _ROW3),
        Text(_PAD, 673, 380, "ক্রেতার কাছ থেকে নিন", 32, Weight.BOLD, invert=True),
        Box(447, 643, 87, 44, line=3, radius=8, invert=True),
        Text(447, 673, 87, "COD", 28, Weight.BOLD, align="centre", invert=True),
        Box(52, 849, 482, 3, invert=True),
    )


def parcel_marks(label: ParcelLabel) -> tuple[Mark, ...]:
    """The marks that change from label to label."""
    return (
        *_destination(label),
        *_recipient(label),
        *_money(label),
        Qr(571, 661, 198, 196, label.link),
        Code128(LEFT + RULE, 938, RIGHT - LEFT - 2 * RULE, 138, label.item),
        Text(LEFT + 8, 1119, RIGHT - LEFT - 16, label.grouped, 48, Weight.BOLD, smallest=24, align="centre", mono=True),
        Text(_PAD, 1172, 340, label.sender, 23),
        Text(_EDGE - 362, 1172, 362, label.origin, 23, align="right"),
    )


def _destination(label: ParcelLabel) -> tuple[Mark, ...]:
    return (
        Text(_PAD - 2, 284, 440, label.postcode, 130, Weight.BOLD, smallest=60),
        Text(_PAD, 346, 440, label.office, 42, Weight.BOLD, smallest=26, tail=label.district, tail_size=30),
        Text(524, 248, 245, label.route, 80, Weight.BOLD, smallest=40),
        Text(524, 299, 245, label.hub, 28, smallest=22),
        Text(524, 339, 245, label.weight, 28, Weight.BOLD, smallest=22),
    )


def _recipient(label: ParcelLabel) -> tuple[Mark, ...]:
    wide = _EDGE - _PAD
    return (
        Text(_PAD - 1, 461, wide, label.name, 46, Weight.BOLD, smallest=28),
        Text(_PAD - 1, 507, wide, label.address, 30, smallest=24, lines=2, leading=42),
        Text(_PAD, 597, wide, label.phone, 38, Weight.BOLD, smallest=28),
        *(_band(300, 386, _EDGE - 300, 32, label.copy_line, 24) if label.copy_line else ()),
        *(_band(430, 562, _EDGE - 430, 46, label.training, 30) if label.training else ()),
    )


def _band(x: int, y: int, w: int, h: int, text: str, size: int) -> tuple[Mark, ...]:
    """White words on a black band."""
    return (Box(x, y, w, h), Text(x + 8, y + h // 2 + size // 3, w - 16, text, size, Weight.BOLD, align="centre", invert=True))


def _money(label: ParcelLabel) -> tuple[Mark, ...]:
    if not label.cod_amount:
        return (Text(_PAD, 790, _QR_SPLIT - LEFT - 48, label.cod_words, 46, Weight.BOLD, smallest=28, lines=2, leading=56),)
    return (
        Text(_PAD - 2, 815, 486, label.cod_amount, 152, Weight.BOLD, smallest=60, invert=True),
        Text(_PAD, 889, 486, label.cod_words, 32, Weight.BOLD, smallest=20, invert=True),
    )
