"""A page for office printers: drawn by another's hand it is the same dots on paper of the right size."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pypdfium2  # type: ignore[import-untyped]
import pytest
import zxingcpp
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image
from tests.devices.sheets import Sheet, dots, packed, receipt, sheets

from corner_app.devices.languages.pdf import PDF
from corner_app.devices.profile import Profile


def profile(**given: Any) -> Profile:
    return Profile(name="Office printer", language="pdf", two_way=False, confirm="none", **given)


def drawn(data: bytes, dpi: int) -> Image.Image:
    """By PDFium at the page's own resolution."""
    document = pypdfium2.PdfDocument(data)
    assert len(document) == 1
    return document[0].render(scale=dpi / 72).to_pil().convert("L")  # type: ignore[no-any-return]


def black(image: Image.Image) -> NDArray[np.uint8]:
    return (np.asarray(image) < 128).astype(np.uint8)


@settings(max_examples=60)
@given(sheets(highest=30), st.sampled_from([180, 203, 300, 600]))
@example(Sheet(2_480, 40, bytes(range(1, 156)) * 80), 300)
@example(Sheet(812, 1_218, bytes(range(1, 204)) * 612), 203)
@example(Sheet(1_200, 1_800, bytes(range(1, 151)) * 1_800), 300)
def test_every_page_is_drawn_with_the_same_dots(sheet: Sheet, dpi: int) -> None:
    assert np.array_equal(black(drawn(PDF.encode(sheet, profile(dpi=dpi), 1), dpi)), dots(sheet))


@pytest.mark.parametrize("width", [384, 576])
def test_codes_on_the_page_are_read(width: int) -> None:
    sheet, item, link = receipt(width)
    assert {code.text for code in zxingcpp.read_barcodes(drawn(PDF.encode(sheet, profile(), 1), 203))} == {item, link}


@pytest.mark.parametrize(
    ("width", "height", "dpi", "points"), [(812, 1218, 203, (288, 432)), (1200, 1800, 300, (288, 432)), (576, 700, 203, (204.2955, 248.2758))]
)
def test_the_page_is_as_large_as_the_paper(width: int, height: int, dpi: int, points: tuple[float, float]) -> None:
    document = pypdfium2.PdfDocument(PDF.encode(Sheet(width, height, bytes((width + 7) // 8 * height)), profile(dpi=dpi), 1))
    assert document[0].get_size() == pytest.approx(points, abs=0.01)


@given(sheets(widest=40, highest=20), st.integers(-30, 30), st.integers(-30, 30), st.booleans())
@settings(max_examples=30)
def test_offset_and_turn_move_the_dots_on_the_same_page(sheet: Sheet, x: int, y: int, rotate: bool) -> None:
    wanted = np.zeros((sheet.height + 60, sheet.width + 60), np.uint8)
    wanted[30 + y : 30 + y + sheet.height, 30 + x : 30 + x + sheet.width] = dots(sheet)
    wanted = wanted[30 : 30 + sheet.height, 30 : 30 + sheet.width]
    image = drawn(PDF.encode(sheet, profile(offset_x=x, offset_y=y, rotate=rotate), 1), 203)
    assert packed(black(image)) == packed(wanted[::-1, ::-1] if rotate else wanted)


def test_the_same_page_gives_the_same_bytes() -> None:
    """So a label printed again can be compared with the one kept."""
    sheet, _, _ = receipt(576)
    assert PDF.encode(sheet, profile(), 1) == PDF.encode(sheet, profile(), 2)


def test_every_place_in_the_table_is_where_its_object_begins() -> None:
    data = PDF.encode(receipt(384)[0], profile(), 1)
    table = int(re.findall(rb"startxref\n(\d+)\n%%EOF\n$", data)[0])
    assert data[table : table + 5] == b"xref\n"
    places = [int(place) for place in re.findall(rb"(\d{10}) 00000 n \n", data[table:])]
    assert [data[place : place + 7] for place in places] == [b"%d 0 obj" % number for number in range(1, 6)]


def test_nobody_is_asked_how_an_office_printer_is() -> None:
    assert PDF.status(lambda query, wait_s: pytest.fail("asked")).state == "mute"
