"""Pages to print in tests: small ones of any shape, and what a page is in numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
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
