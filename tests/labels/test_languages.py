"""One parcel's label in every printer language that takes it: read back from the printer's bytes it is the very same dots, and its codes are read."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

import numpy as np
import pypdfium2  # type: ignore[import-untyped]
import pytest
import zxingcpp
from PIL import Image
from tests.devices.sheets import Sheet, dots, image, packed

from corner_app.devices.languages.known import LANGUAGES
from corner_app.devices.profile import LanguageName, Profile
from corner_app.devices.readback import brother_ql, escpos, zpl
from corner_app.devices.readback.picture import Picture
from corner_app.labels.layout import ParcelLabel
from corner_app.labels.media import parcel_media
from corner_app.labels.raster import Bitmap, draw_parcel_label

pytestmark = pytest.mark.usefixtures("qapp")
ITEM = "CP104722182BD"
LINK = f"https://corner.example/t/{ITEM}"
LABEL = ParcelLabel(
    item=ITEM, grouped="CP 1047 2218 2 BD", postcode="৮৫০০", office="পিরোজপুর সদর", district="পিরোজপুর", route="খ-১২", hub="বরিশাল", weight="১.২ কেজি",
    name="আরিফুল মৃধা", address="বাসা নং ১৪০, নতুন সড়ক, পিরোজপুর সদর, পিরোজপুর-৮৫০০", phone="০১৭০০-০০৩১৯৪", cod_amount="৳ ১,১৬০",
    cod_words="এক হাজার একশত ষাট টাকা মাত্র", sender="নমুনা গ্যাজেট শপ", origin="তেজগাঁও · ২৪-১১-২০২৬", link=LINK,
)  # fmt: skip


@cache
def bitmap(dpi: int) -> Bitmap:
    return draw_parcel_label(LABEL, parcel_media(dpi))


def pdf(data: bytes) -> Picture:
    """By PDFium, at the resolution the page was drawn for, which its image tells."""
    width = int(re.findall(rb"/Width (\d+)", data)[0])
    page = pypdfium2.PdfDocument(data)[0]
    drawn = page.render(scale=(width - 0.01) / page.get_size()[0]).to_pil().convert("L")
    return Picture(drawn.width, drawn.height, packed((np.asarray(drawn) < 128).astype(np.uint8)))


READERS: dict[LanguageName, Callable[[bytes], Picture]] = {"zpl": zpl.read, "escpos": escpos.read, "brother_ql": brother_ql.read, "pdf": pdf}
PRINTERS = {
    "zpl 203": Profile(name="ZPL", language="zpl"),
    "zpl 300": Profile(name="ZPL", language="zpl", dpi=300, compression="acs"),
    "escpos gs_v_0": Profile(name="ESC/POS", language="escpos", raster="gs_v_0", cutter=True, confirm="reply"),
    "escpos gs_lparen_l": Profile(name="ESC/POS", language="escpos", dpi=300, raster="gs_lparen_l"),
    "escpos esc_star": Profile(name="ESC/POS", language="escpos", raster="esc_star"),
    "escpos strips": Profile(name="ESC/POS", language="escpos", image="strips"),
    "brother_ql": Profile(name="QL-1110", language="brother_ql", dpi=300, width=1200, height=1822),
    "pdf 203": Profile(name="PDF", language="pdf"),
    "pdf 300": Profile(name="PDF", language="pdf", dpi=300),
}


@pytest.mark.parametrize("printer", PRINTERS)
def test_a_parcels_label_is_the_same_dots_in_every_language(printer: str) -> None:
    profile = PRINTERS[printer]
    label = bitmap(profile.dpi)
    picture = READERS[profile.language](LANGUAGES[profile.language].encode(label, profile, 41))
    black = dots(Sheet(picture.width, picture.height, picture.rows))
    width = min(label.width, picture.width) if profile.image == "strips" else label.width
    assert np.array_equal(black[: label.height, :width], dots(label)[:, :width])
    assert not dots(label)[:, width:].any()
    assert not black[label.height :].any()
    assert not black[:, width:].any()
    assert {code.text for code in zxingcpp.read_barcodes(image(Sheet(picture.width, picture.height, picture.rows)))} == {ITEM, LINK}


def test_every_language_is_known_by_its_own_name() -> None:
    assert all(language.name == name for name, language in LANGUAGES.items())
    assert set(READERS) <= set(LANGUAGES)


def test_the_picture_is_not_white() -> None:
    assert isinstance(image(bitmap(203)), Image.Image)
    assert 0.05 < float(dots(bitmap(203)).mean()) < 0.5
