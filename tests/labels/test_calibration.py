"""A printer's test label: its rulers and lines are true to the dot, each of its codes tells which it is, its Bangla stands at the sizes it says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import zxingcpp
from PIL import Image
from tests.devices.sheets import dots
from tests.labels.samples import CALIBRATIONS, NOW, test_label
from tests.labels.test_papers import named, shots

from corner_app.domain.numbers import NumberKind, parse_number
from corner_app.i18n import Language
from corner_app.labels.calibration import BAR_DOTS, CONJUNCTS, QR_DOTS, SIZES, calibration_label, dots_per_mm, read_from, test_item
from corner_app.labels.layout import Text
from corner_app.labels.media import Media, media_of
from corner_app.labels.papers import draw_paper, paper_marks
from corner_app.labels.preview import picture
from corner_app.labels.raster import Bitmap, TextRuler

test_label.__test__ = False  # type: ignore[attr-defined]
test_item.__test__ = False  # type: ignore[attr-defined]
pytestmark = pytest.mark.usefixtures("qapp")
OURS: Any = (zxingcpp.BarcodeFormat.Code128, zxingcpp.BarcodeFormat.QRCode)


def drawn(media: Media) -> Bitmap:
    return draw_paper(test_label(media), media)


def sizes_read(image: Image.Image) -> set[tuple[str, int]]:
    found = {read_from(code.text) for code in zxingcpp.read_barcodes(image, OURS)}
    return {each for each in found if each is not None}


def expected(media: Media) -> set[tuple[str, int]]:
    """All six, less the bars that no such paper has room for."""
    room = {"4x6in": 4, "3x2in": 4 if media.dpi == 300 else 3, "58mm": 2, "80mm": 3}[media.name]
    return {("code128", n) for n in BAR_DOTS if n <= room} | {("qr", n) for n in QR_DOTS}


@pytest.mark.parametrize("media", CALIBRATIONS, ids=named)
def test_every_code_is_read_and_tells_which_it_is(media: Media) -> None:
    bitmap = drawn(media)
    assert sizes_read(picture(bitmap)) == expected(media)
    assert {(code.kind, code.module) for code in bitmap.codes} == expected(media)
    assert all(read_from(code.text) == (code.kind, code.module) for code in bitmap.codes)


def test_test_numbers_are_right_s10_numbers_of_no_service() -> None:
    items = [test_item(n) for n in BAR_DOTS] + [test_item(n, square=True) for n in QR_DOTS]
    assert len(set(items)) == 6
    assert all(parse_number(item).kind is NumberKind.S10 and item.startswith("ZZ") for item in items)
    assert read_from("CP104722182BD") is None


@pytest.mark.parametrize("media", [media for media in CALIBRATIONS if media.height], ids=named)
def test_rulers_are_true_to_half_a_dot_on_both_axes(media: Media) -> None:
    """A tick at every millimetre, longer at the fifth and the tenth, where a dot more or less would be an error of a thousandth."""
    black = dots(drawn(media))
    per_mm = dots_per_mm(media)
    assert per_mm == (8 if media.dpi == 203 else 300 / 25.4)
    for line, length in ((black, media.width), (black.T, media.height)):
        long = {1: 10, 5: 15, 10: 22}
        for mm in range(1, int(length / per_mm) - 1):
            at = round(mm * per_mm)
            assert abs(at - mm * per_mm) <= 0.5
            kind = 10 if mm % 10 == 0 else 5 if mm % 5 == 0 else 1
            assert line[: long[kind], at].all()
            if mm > 4:  # nearer the corner the other ruler's ticks lie across
                assert not line[3 : long[1], at - 3 : at].any()
                assert not line[3 : long[1], at + 1 : at + 4].any()


def test_a_roll_is_ruled_across_and_down() -> None:
    for media in CALIBRATIONS[-2:]:
        black = dots(drawn(media))
        assert [int(black[4:11, 8 * mm].all()) for mm in range(1, 46)] == [1] * 45
        assert [int(black[8 * mm, 4:11].all()) for mm in range(1, 40)] == [1] * 39


@pytest.mark.parametrize("media", CALIBRATIONS, ids=named)
def test_the_edge_of_the_paper_is_drawn_whole(media: Media) -> None:
    black = dots(drawn(media))
    assert black[:2].all() and black[-2:].all() and black[:, :2].all() and black[:, -2:].all()


@pytest.mark.parametrize("media", CALIBRATIONS, ids=named)
@pytest.mark.parametrize("thick", [1, 2])
def test_lines_of_one_dot_and_of_two_are_that_at_any_resolution(media: Media, thick: int) -> None:
    """Somewhere on it stand four lines and the white between them, each of so many dots, upright and across."""
    black = dots(drawn(media))
    comb = np.repeat(np.array([0, 1, 0, 1, 0, 1, 0, 1, 0], np.uint8), [3, *[thick] * 7, 3])
    for grid in (black, black.T):
        windows = np.lib.stride_tricks.sliding_window_view(grid, len(comb), axis=1)
        assert int((windows == comb).all(axis=2).sum()) >= 20


@pytest.mark.parametrize("media", CALIBRATIONS, ids=named)
def test_the_conjunct_line_stands_at_its_four_sizes_uncut(media: Media) -> None:
    lines = [mark for mark in paper_marks(test_label(media), media).marks if isinstance(mark, Text) and mark.text == CONJUNCTS]
    ruler = TextRuler(media)
    assert [mark.size for mark in lines] == list(SIZES) == [mark.smallest for mark in lines] or {mark.size for mark in lines} == set(SIZES)
    assert all(ruler.wide(mark) <= mark.w * mark.lines and ruler.lines(mark) <= mark.lines for mark in lines)


def test_it_says_what_it_was_printed_with() -> None:
    label = calibration_label("XP-365B · TSPL", "0.1.0", media_of("4x6in", 300), NOW, offset_x=12, offset_y=-4, darkness=55)
    assert label.title == "পরীক্ষার লেবেল"
    assert label.facts == ("XP-365B · TSPL", "4x6in · ৩০০ dpi · ১২০০ × ১৮০০ বিন্দু", "সরানো ১২, -৪ বিন্দু · গাঢ়তা ৫৫%", "Corner 0.1.0")
    english = calibration_label("XP", "0.1.0", media_of("58mm"), NOW, offset_x=0, offset_y=0, darkness=50, language=Language.EN)
    assert (english.title, english.facts[1]) == ("Test label", "58mm · 203 dpi · 384 dots")


@pytest.mark.parametrize("media", CALIBRATIONS, ids=named)
def test_simulators_are_named_on_it(media: Media) -> None:
    plain, marked = (dots(draw_paper(replace(test_label(media), training=word), media)) for word in ("", "SIMULATED"))
    assert marked.sum() > plain.sum() + 3_000


@pytest.mark.parametrize(
    ("media", "size", "count"), [(media_of("4x6in"), 2.0, 100), (media_of("3x2in"), 2.0, 50), (media_of("3x2in", 300), 1.4, 50)], ids=named
)
def test_turned_and_noisy_shots_are_read(media: Media, size: float, count: int) -> None:
    """Two hundred in all; every code of the label in each."""
    whole = sum(sizes_read(shot) == expected(media) for shot in shots(drawn(media), size, count))
    assert whole >= count * 0.99
