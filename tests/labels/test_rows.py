"""Packed rows against the same done dot by dot: ink, white, codes with their quiet zone, and what runs over an edge."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from corner_app.labels.rows import Sheet, lay, stamp, stride

WIDTHS = st.integers(1, 70)


def dots(sheet: Sheet) -> NDArray[np.uint8]:
    """Every dot, those that pad a row too."""
    return np.unpackbits(np.frombuffer(bytes(sheet.rows), np.uint8)).reshape(sheet.height, sheet.stride * 8)


@st.composite
def sheets(draw: st.DrawFn) -> Sheet:
    """Rows of a few kinds, so that often many of them are alike."""
    width, height = draw(WIDTHS), draw(st.integers(1, 24))
    pitch = stride(width)
    kinds = draw(st.lists(st.binary(min_size=pitch, max_size=pitch), min_size=1, max_size=2))
    return Sheet(width, height, bytearray().join(draw(st.sampled_from(kinds)) for _ in range(height)))


@given(sheets(), st.integers(-6, 26), st.binary(min_size=1, max_size=90), st.booleans())
def test_ink_is_added_or_taken_away_where_it_stands(sheet: Sheet, top: int, ink: bytes, white: bool) -> None:
    pitch = sheet.stride
    high = len(ink) // pitch
    ink = ink[: high * pitch]
    wanted = dots(sheet)
    for n in range(high):
        row = np.unpackbits(np.frombuffer(ink[n * pitch : (n + 1) * pitch], np.uint8))
        if 0 <= top + n < sheet.height:
            wanted[top + n] = wanted[top + n] & ~row if white else wanted[top + n] | row
    lay(sheet, top, high, int.from_bytes(ink, "big"), white=white)
    assert np.array_equal(dots(sheet), wanted)


@settings(max_examples=400)
@given(sheets(), st.data())
def test_a_code_stands_alone_in_its_white_and_changes_nothing_beside_it(sheet: Sheet, data: st.DataObject) -> None:
    bits = sheet.stride * 8
    width = data.draw(st.integers(1, bits))
    x = data.draw(st.integers(0, bits - width))
    left = 0 if x < 7 else data.draw(st.integers(0, x - 7))
    right = bits if x + width + 7 > bits else data.draw(st.integers(x + width + 7, bits))
    y = data.draw(st.integers(-6, 26))
    pattern = data.draw(st.lists(st.tuples(st.integers(0, (1 << width) - 1), st.integers(0, 6)), max_size=6))
    wanted, at = dots(sheet), y
    for row, high in pattern:
        for n in range(at, at + high):
            if 0 <= n < sheet.height:
                wanted[n, left:right] = 0
                wanted[n, x : x + width] = [int(bit) for bit in f"{row:0{width}b}"]
        at += high
    stamp(sheet, x, y, width, pattern, (left, right))
    assert np.array_equal(dots(sheet), wanted)
    assert len(sheet.rows) == sheet.stride * sheet.height
