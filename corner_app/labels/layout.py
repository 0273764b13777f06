"""What stands where on a parcel's label: from values to marks, no painting.

Coordinates are dots at 203 dpi; `raster` scales them. Texts that do not fit shrink, then wrap, then end in "…"; no text ever reaches a code.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from corner_app.labels.media import Media


class Weight(IntEnum):
    """Weights of the font; below SemiBold nothing holds at one bit."""

    SEMIBOLD = 600
    BOLD = 700


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: an outline `line` dots thick inside its edge, or filled when line is 0. radius rounds it; white on black with `invert`."""

    x: int
    y: int
    w: int
    h: int
    line: int = 0
    radius: int = 0
    invert: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A text in a box w wide. y: its baseline. size: pixels at 203 dpi; smallest: how far it may shrink. lines: how often it may wrap, `leading` apart.

    align: "left", "right" or "centre". mono: item numbers.
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
    align: str = "left"
    invert: bool = False
    mono: bool = False


@dataclass(frozen=True, slots=True)
class Code128:
    """A Code 128 at whole dots, centred in a box w wide, h high."""

    x: int
    y: int
    w: int
    h: int
    text: str


@dataclass(frozen=True, slots=True)
class Qr:
    """A QR code at whole dots, its middle at (x, y)."""

    x: int
    y: int
    text: str


Mark = Box | Text | Code128 | Qr


@dataclass(frozen=True, slots=True)
class ParcelLabel:
    """Everything on a parcel's label, already in words. cod_amount "" prints no money field. copy_line: "REPRINT 2 · time · clerk" of a further copy."""

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
_PAD = 51


def background() -> tuple[Mark, ...]:
    """Marks that are the same on every label with money to collect or without; drawn once and kept."""
    rules = tuple(Box(LEFT, y, RIGHT - LEFT, RULE) for y in (_ROW1 - 2, _ROW2 - 2, _ROW3 - 2, _ROW4 - 2, _ROW5 - 2))
    return (
        Box(LEFT, TOP, RIGHT - LEFT, BOTTOM - TOP, line=RULE),
        *rules,
        Box(_SPLIT, _ROW1, RULE, _ROW2 - _ROW1),
        Text(_PAD, 75, 540, "বাংলাদেশ ডাক · ই-কমার্স পার্সেল", 34, Weight.BOLD),
        Text(_PAD, 111, 540, "Bangladesh Post · e-Commerce Parcel", 24),
        Text(_PAD, 167, 420, "গন্তব্য ডাকঘর", 22),
        Text(524, 167, 240, "হাব · রুট", 22),
        Text(_PAD, 409, 400, "প্রাপক", 22),
        Text(_QR_SPLIT + 8, 871, RIGHT - _QR_SPLIT - 16, "কোথায় আছে দেখুন", 24, Weight.SEMIBOLD, align="centre"),
    )


def cod_background() -> tuple[Mark, ...]:
    """The black field of a label with money to collect."""
    return (
        Box(LEFT, _ROW3, _QR_SPLIT - LEFT, _ROW4 - _ROW3),
        Text(_PAD, 673, 380, "ক্রেতার কাছ থেকে নিন", 32, Weight.BOLD, invert=True),
        Box(447, 643, 87, 44, line=3, radius=8, invert=True),
        Text(447, 673, 87, "COD", 24, Weight.BOLD, align="centre", invert=True),
        Box(52, 849, 482, 3, invert=True),
    )


def parcel_marks(label: ParcelLabel, media: Media) -> tuple[Mark, ...]:
    """The marks that change from label to label."""
    return (
        *_destination(label),
        *_recipient(label),
        *_money(label),
        Qr((_QR_SPLIT + RIGHT) // 2, 758, label.link),
        Code128(LEFT, 938, RIGHT - LEFT, 138, label.item),
        Text(LEFT + 8, 1121, RIGHT - LEFT - 16, label.grouped, 42, Weight.BOLD, align="centre", mono=True),
        Text(_PAD, 1172, 350, label.sender, 22),
        Text(RIGHT - 24 - 360, 1172, 360, label.copy_line or label.origin, 22, align="right"),
    )


def _destination(label: ParcelLabel) -> tuple[Mark, ...]:
    return (
        Box(643, 40, 119, 83, line=RULE),
        Text(647, 101, 111, label.item[:2], 56, Weight.BOLD, align="centre"),
        Text(_PAD, 284, 440, label.postcode, 124, Weight.BOLD, smallest=60),
        Text(_PAD, 346, 440, f"{label.office}  {label.district}", 38, Weight.BOLD, smallest=24),
        Text(524, 247, 245, label.route, 74, Weight.BOLD, smallest=40),
        Text(524, 299, 245, label.hub, 28, smallest=22),
        Text(524, 339, 245, label.weight, 28, Weight.BOLD, smallest=22),
        *((Text(220, 167, 272, label.training, 22, Weight.BOLD, align="right"),) if label.training else ()),
    )


def _recipient(label: ParcelLabel) -> tuple[Mark, ...]:
    return (
        Text(_PAD, 459, RIGHT - _PAD - 24, label.name, 42, Weight.BOLD, smallest=28),
        Text(_PAD, 506, RIGHT - _PAD - 24, label.address, 30, smallest=24, lines=2, leading=42),
        Text(_PAD, 597, RIGHT - _PAD - 24, label.phone, 36, Weight.BOLD),
    )


def _money(label: ParcelLabel) -> tuple[Mark, ...]:
    if not label.cod_amount:
        return (Text(_PAD, 790, _QR_SPLIT - LEFT - 48, label.cod_words, 44, Weight.BOLD, smallest=28),)
    return (
        Text(_PAD, 812, 486, label.cod_amount, 128, Weight.BOLD, smallest=60, invert=True),
        Text(_PAD, 889, 486, label.cod_words, 32, Weight.BOLD, smallest=20, invert=True),
    )
