"""Papers a label is drawn on, one row each. Lengths in printer dots."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Media:
    """A label's paper at one resolution. scale: dots of this printer for one dot at 203 dpi. module: dots of the narrowest bar (X).

    qr_module: dots of a QR module.
    """

    name: str
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


def parcel_media(dpi: int) -> Media:
    """The 4 x 6 inch label at 203 or 300 dpi."""
    return {203: PARCEL_203, 300: PARCEL_300}[dpi]
