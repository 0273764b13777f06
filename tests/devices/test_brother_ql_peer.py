"""Brother QL beside brother_ql, which reads and writes rasters by a mind of its own.

It brings a package that would have to be compiled, so it is not locked: where somebody installed it (`pip install brother_ql-inventree`) these tests run.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zxingcpp
from PIL import Image
from tests.devices.sheets import dots, image, receipt
from tests.devices.test_brother_ql import noise, profile

from corner_app.devices.languages.brother_ql import BROTHER_QL, ROLLS
from corner_app.devices.readback.brother_ql import questions, read, split

conversion: Any = pytest.importorskip("brother_ql.conversion", reason="brother_ql-inventree is not installed")
raster: Any = pytest.importorskip("brother_ql.raster")
reader: Any = pytest.importorskip("brother_ql.reader")
NAMES = {(696, 0): "62", (306, 991): "29x90", (696, 1109): "62x100", (306, 0): "29", (1164, 1660): "102x152", (1200, 1822): "103x164"}


@pytest.mark.parametrize("size", NAMES, ids=NAMES.get)
def test_another_reader_finds_the_same_dots(size: tuple[int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """brother_ql's reader draws the whole head; our page stands where its own writer puts one."""
    width, height = size
    sheet, item, link = receipt(width, height or 800) if width >= 384 else (noise(width, height or 300), "", "")
    monkeypatch.chdir(tmp_path)
    reader.BrotherQLReader(io.BytesIO(BROTHER_QL.encode(sheet, profile(size), 1))).analyse()
    head = Image.open(tmp_path / "label0001.png").convert("L")
    roll = ROLLS[size]
    left = roll.pins - roll.margin - width
    black = (np.asarray(head) < 128).astype(np.uint8)
    assert head.size == (roll.pins, sheet.height)
    assert np.array_equal(black[:, left : left + width], dots(sheet))
    assert int(black.sum()) == int(dots(sheet).sum())
    if item:
        assert {code.text for code in zxingcpp.read_barcodes(head)} == {item, link}


@pytest.mark.parametrize("compress", [False, True])
@pytest.mark.parametrize("size", NAMES, ids=NAMES.get)
def test_labels_of_another_writer_are_read(size: tuple[int, int], compress: bool) -> None:
    """Written by brother_ql, whose idea of rolls, margins and mirroring is its own."""
    width, height = size
    sheet = noise(width, height or 300)
    other = raster.BrotherQLRaster("QL-1110NWB" if width > 720 else "QL-820NWB")
    sent = conversion.convert(other, [image(sheet)], NAMES[size], dither=False, threshold=50, compress=compress, cut=True)
    pieces, rest = split(sent)
    assert (rest, [questions(piece) for piece in pieces]) == (b"", [1] * (len(pieces) - 1) + [0])
    picture = read(pieces[-1])
    assert (picture.width, picture.height, picture.rows) == (sheet.width, sheet.height, sheet.rows)
