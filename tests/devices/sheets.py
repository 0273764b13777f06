"""Pages to print in tests: small ones of any shape, and what a page is in numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import zxingcpp
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from corner_app.devices.languages.page import Code, Page


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page by its numbers."""

    width: int
    height: int
    rows: bytes
    codes: Sequence[Code] = ()


@st.composite
def sheets(draw: st.DrawFn, widest: int = 900, highest: int = 12) -> Sheet:
    """Pages with rows of noise, white, black and stripes; the bits that pad a row are white."""
    width, height = draw(st.integers(1, widest)), draw(st.integers(1, highest))
    stride = (width + 7) // 8
    row = st.one_of(st.binary(min_size=stride, max_size=stride), st.sampled_from([b"\0" * stride, b"\xff" * stride, b"\x0f" * stride]))
    made = Sheet(width, height, b"".join(draw(st.lists(row, min_size=height, max_size=height))))
    return replace(made, rows=packed(dots(made)))


def dots(page: Page) -> NDArray[np.uint8]:
    """1 is black."""
    return np.unpackbits(np.frombuffer(page.rows, np.uint8).reshape(page.height, -1), axis=1)[:, : page.width]


def packed(black: NDArray[np.uint8]) -> bytes:
    """Rows of these dots."""
    return np.packbits(black, axis=1).tobytes()


def image(page: Page) -> Image.Image:
    """One dot a pixel, grey-scale."""
    return Image.fromarray((1 - dots(page)) * 255)


def receipt(width: int, height: int = 700) -> tuple[Sheet, str, str]:
    """Something like a receipt: noise like text, a Code 128 and a QR code; with what the two say."""
    item, link = "CP104722182BD", "https://corner.example/t/CP104722182BD"
    black = np.zeros((height, width), np.uint8)
    random = np.random.default_rng(width)
    for y in range(20, 200, 40):
        black[y : y + 22, 16 : width - 60] = random.random((22, width - 76)) < 0.3
    for code, kind, at, scale in ((item, zxingcpp.BarcodeFormat.Code128, 230, 2), (link, zxingcpp.BarcodeFormat.QRCode, 380, 5)):
        drawn = zxingcpp.create_barcode(code, kind).to_image(scale=scale)
        bits = (np.asarray(drawn) < 128).astype(np.uint8)
        left = (width - bits.shape[1]) // 2
        black[at : at + bits.shape[0], left : left + bits.shape[1]] = bits
    return Sheet(width, height, packed(black)), item, link
