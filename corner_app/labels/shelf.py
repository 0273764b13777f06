"""A shelf's label: its code as large as the paper allows, and the same as a bar code for "put it here"."""

from __future__ import annotations

from dataclasses import dataclass

from corner_app.domain.here import Here
from corner_app.domain.shelves import barcode, latin_reading
from corner_app.i18n import Language, digits, words
from corner_app.labels.layout import Box, Code128, Mark, Text, Weight
from corner_app.labels.marks import band


@dataclass(frozen=True, slots=True)
class ShelfLabel:
    """shelf: as painted, খ-১২; reading: in Latin letters; code: in the bars; office: whose shelf. training: words of the band on practice labels."""

    shelf: str
    reading: str
    code: str
    office: str
    training: str = ""


def shelf_label(shelf: str, here: Here) -> ShelfLabel:
    """The label of a shelf of this office. shelf: its code as `domain.shelves` writes it."""
    bn = Language.BN
    office = here.places.office(here.postcode)
    return ShelfLabel(
        shelf,
        latin_reading(shelf),
        barcode(shelf),
        f"{office.name_bn if office else here.office} {digits(here.postcode, bn)}",
        words("label.training", bn) if here.training else "",
    )


def layout(label: ShelfLabel) -> tuple[Mark, ...]:
    """On 3 x 2 inch paper."""
    foot = band(12, 366, 585, 30, label.training, 22) if label.training else (Text(26, 382, 557, label.office, 22, align="centre"),)
    return (
        Box(12, 10, 585, 386, line=3),
        Text(24, 192, 561, label.shelf, 160, Weight.BOLD, smallest=60, align="centre"),
        Text(26, 238, 557, label.reading, 30, align="centre"),
        Code128(15, 258, 579, 94, label.code),
        *foot,
    )


def small_layout(label: ShelfLabel) -> tuple[Mark, ...]:
    """On 50 x 25 mm paper."""
    foot = band(8, 170, 384, 26, label.training, 20) if label.training else (Text(12, 187, 376, label.office, 20, align="centre"),)
    return (
        Text(12, 84, 250, label.shelf, 72, Weight.BOLD, smallest=36),
        Text(268, 82, 120, label.reading, 26, align="right", keep_start=True),
        Code128(4, 110, 392, 52, label.code),
        *foot,
    )
