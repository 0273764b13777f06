"""A real parcel label in dots, with made-up people, and codes for made-up ones, for the tests of printers."""

from __future__ import annotations

from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from corner_app.devices.languages.strips import Placed
from corner_app.devices.readback.drawn_codes import drawn
from corner_app.labels.layout import ParcelLabel
from corner_app.labels.media import parcel_media
from corner_app.labels.raster import Bitmap, draw_parcel_label

ITEM = "CP104722182BD"
LINK = f"https://corner.example/t/{ITEM}"
Dpi = Literal[203, 300]


@cache
def parcel(dpi: Dpi, *, cod: bool = True) -> Bitmap:
    """4 x 6 inches. cod: with money to collect, in white on black. Needs a QGuiApplication."""
    label = ParcelLabel(
        item=ITEM,
        grouped="CP 1047 2218 2 BD",
        postcode="৮৫০০",
        office="পিরোজপুর সদর",
        district="পিরোজপুর",
        route="খ-১২",
        hub="বরিশাল",
        weight="১.২ কেজি",
        name="আরিফুল মৃধা",
        address="বাসা নং ১৪০, নতুন সড়ক, পিরোজপুর সদর, পিরোজপুর-৮৫০০",
        phone="০১৭০০-০০৩১৯৪",
        cod_amount="৳ ১,১৬০" if cod else "",
        cod_words="এক হাজার একশত ষাট টাকা মাত্র" if cod else "টাকা নেওয়ার নেই",
        sender="নমুনা গ্যাজেট শপ",
        origin="তেজগাঁও · ২৪-১১-২০২৬",
        link=LINK,
    )
    return draw_parcel_label(label, parcel_media(dpi))


def paste(black: NDArray[np.uint8], code: Placed) -> None:
    """Draws a code; what would stand beside the page is lost."""
    y = code.y
    made = drawn(code)
    for bits, high in made.rows:
        line = np.frombuffer(f"{bits:0{made.width}b}".encode(), np.uint8) - ord("0")
        part = black[y : y + high, code.x : code.x + made.width]
        part[:] = line[: part.shape[1]]
        y += high
