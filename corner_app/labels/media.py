"""Papers of a counter, one row each. Lengths in printer dots."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

MediaName = Literal["4x6in", "3x2in", "100x150mm", "50x25mm", "58mm", "80mm", "a4"]


@dataclass(frozen=True, slots=True)
class Media:
    """A paper at one resolution. height: 0 for a roll, which is as long as what stands on it. scale: dots of this printer for one dot at 203 dpi.

    module: dots of the narrowest bar (X). qr_module: dots of a QR module.
    """

    name: MediaName
    dpi: int
    width: int
    height: int
    scale: float
    module: int
    qr_module: int


PARCEL_203 = Media("4x6in", 203, 812, 1218, 1.0, 3, 5)
"""X = 3 dots is 0.375 mm: with quiet zones 66 mm of the 101.6."""
PARCEL_300 = Media("4x6in", 300, 1200, 1800, 1200 / 812, 4, 7)
"""X = 4 dots is 0.34 mm."""
MEDIA = {
    (media.name, media.dpi): media
    for media in (
        PARCEL_203,
        PARCEL_300,
        Media("3x2in", 203, 609, 406, 1.0, 3, 4),
        Media("3x2in", 300, 900, 600, 900 / 609, 4, 6),
        Media("100x150mm", 203, 800, 1200, 1.0, 3, 5),
        Media("100x150mm", 300, 1181, 1772, 1181 / 800, 4, 7),
        Media("50x25mm", 203, 400, 200, 1.0, 2, 4),
        Media("50x25mm", 300, 591, 295, 591 / 400, 3, 6),
        Media("58mm", 203, 384, 0, 1.0, 2, 4),  # the head is 48 mm wide, the rest of the paper stays white
        Media("80mm", 203, 576, 0, 1.0, 3, 5),  # the head is 72 mm wide
        Media("a4", 300, 2480, 3508, 300 / 203, 4, 6),
    )
}
"""The one table."""


def media_of(name: MediaName, dpi: int = 203) -> Media:
    """A paper by its name. Raises KeyError for a resolution that nobody prints it at: rolls have 203 dpi, A4 300."""
    return MEDIA[name, dpi]


def parcel_media(dpi: int) -> Media:
    """The 4 x 6 inch label at 203 or 300 dpi."""
    return MEDIA["4x6in", dpi]


def receipt_media(width: int) -> Media:
    """The roll for a head of so many dots: 80 mm from 576 dots on, else 58 mm."""
    return MEDIA["80mm" if width >= 576 else "58mm", 203]
