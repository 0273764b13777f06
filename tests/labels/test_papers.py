"""Every paper of the counter: its codes are read back by others, no text reaches a code, nothing is painted outside it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, is_dataclass, replace
from itertools import cycle
from math import ceil
from typing import Any

import numpy as np
import pytest
import zxingcpp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFilter
from tests.devices.sheets import dots
from tests.labels.samples import ACT, BAG, CALIBRATIONS, HERE, ITEM, LINK, PAPERS, PARCEL, PRINTS, TWO, media_for, test_label

from corner_app.domain.bag_numbers import parse_bag_number
from corner_app.domain.scan import COMMANDS, BagScan, CommandScan, command_code, understand
from corner_app.labels.acts import handover_receipt
from corner_app.labels.bag import bag_label
from corner_app.labels.codes import BAR_QUIET, QR_QUIET
from corner_app.labels.layout import Box, Code128, Mark, Qr, Text
from corner_app.labels.media import MEDIA, Media, media_of, receipt_media
from corner_app.labels.papers import PaperValues, WrongPaper, draw_paper, missing_in, paper_marks
from corner_app.labels.preview import picture
from corner_app.labels.raster import Bitmap, TextRuler, draw
from corner_app.ui import routes

test_label.__test__ = False  # type: ignore[attr-defined]
pytestmark = pytest.mark.usefixtures("qapp")


def named(value: object) -> str:
    return f"{value.name} {value.dpi}" if isinstance(value, Media) else str(value)


def read(bitmap: Bitmap) -> set[str]:
    return {code.text for code in zxingcpp.read_barcodes(picture(bitmap))}


@pytest.mark.parametrize(("paper", "media"), PRINTS, ids=named)
def test_every_code_of_a_paper_is_read(paper: str, media: Media) -> None:
    values, _, said = PAPERS[paper]
    bitmap = draw_paper(values, media)
    assert read(bitmap) == said
    assert {code.text for code in bitmap.codes} == said


@pytest.mark.parametrize(("paper", "media"), PRINTS, ids=named)
def test_a_paper_has_its_size_and_is_the_same_every_time(paper: str, media: Media) -> None:
    first = draw_paper(PAPERS[paper][0], media)
    assert first.width == media.width
    assert first.height == media.height or (not media.height and first.height > 600)
    assert draw_paper(PAPERS[paper][0], media) == first


def test_papers_are_drawn_on_every_thread_the_same() -> None:
    """Each printer's spool draws on its own thread."""
    alone = [draw_paper(PAPERS[paper][0], media) for paper, media in PRINTS[:14]]
    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(lambda one: draw_paper(PAPERS[one[0]][0], one[1]), PRINTS[:14])) == alone


def test_300_dpi_is_the_same_layout() -> None:
    """Every text and box stands at the same place of the paper, to a dot."""
    for paper in ("small parcel", "shelf", "small shelf", "bag", "slip 3x2"):
        values, name, _ = PAPERS[paper]
        coarse, fine = (draw_paper(values, media) for media in media_for(name))
        small = picture(fine).resize((coarse.width, coarse.height), Image.Resampling.BOX).filter(ImageFilter.GaussianBlur(4))
        other = picture(coarse).filter(ImageFilter.GaussianBlur(4))
        apart = np.abs(np.asarray(small, np.int16) - np.asarray(other, np.int16))
        codes = [(code.x - 60, code.y - 60, code.x + code.width + 60, code.y + 400) for code in coarse.codes]
        for left, top, right, bottom in codes:
            apart[max(0, top) : bottom, max(0, left) : right] = 0  # whole dots: a code may be a little smaller
        assert float((apart > 110).mean()) < 0.01


# No text reaches a code, nothing leaves the paper

CODED = {"item", "number", "code", "link", "check_link", "listed", "bag"}
"""Fields whose words stand in codes. A receipt's number stands in no code of its own."""
TEXTS = (
    "ন্দ্র" * 40, "র\u200d্যাব ক্ষ্ম " * 24, "মোহাম্মদ আব্দুল্লাহ আল মামুন চৌধুরী " * 6, "W" * 200, "Md. রহিম Uddin Ω Привет 你好 مرحبا 📦 " * 6, "",
    "৯" * 200, "1234567890 " * 20, "ক\nখ\r\nগ\u2028ঘ", "র্ক্ষ্ম্যূঁ" * 40, "৳ ৯,৯৯,৯৯,৯৯৯.৯৯",
)  # fmt: skip


def filled(value: Any, texts: Iterator[str], name: str = "") -> Any:
    """The same values with every text that stands in no code another."""
    if isinstance(value, str):
        return value if name in CODED else next(texts)
    if isinstance(value, tuple):
        return tuple(filled(each, texts) for each in value)
    if isinstance(value, int):
        return value
    assert is_dataclass(value)
    kept = {"number"} if hasattr(value, "check_link") else set()
    made: dict[str, Any] = {f.name: filled(getattr(value, f.name), texts, "" if f.name in kept else f.name) for f in fields(value)}
    return replace(value, **made)  # type: ignore[type-var]


def quiet(bitmap: Bitmap) -> Iterator[tuple[slice, slice]]:
    """Where each code stands, its white included."""
    for code in bitmap.codes:
        beside = code.module * (BAR_QUIET if code.kind == "code128" else QR_QUIET)
        above = 0 if code.kind == "code128" else beside
        high = sum(rows for _, rows in code.rows)
        yield slice(max(0, code.y - above), code.y + high + above), slice(code.x - beside, code.x + code.width + beside)


def inside(mark: Mark, media: Media, height: int) -> bool:
    """Whether nothing of it can be painted outside the paper: a text with all the glyphs' reach."""
    k = media.scale
    match mark:
        case Box(exact=True):
            return 0 <= mark.x and mark.x + mark.w <= media.width and 0 <= mark.y and mark.y + mark.h <= height
        case Text():
            rise, drop = ceil(1.14 * mark.size), ceil(0.52 * mark.size)
            last = mark.y + (TextRuler(media).lines(mark) - 1) * mark.leading
            return 0 <= mark.x and (mark.x + mark.w) * k <= media.width + 1 and mark.y >= rise and (last + drop) * k <= height + 1
        case _:
            return 0 <= mark.x and (mark.x + mark.w) * k <= media.width + 1 and 0 <= mark.y and (mark.y + mark.h) * k <= height + 1


def proves(values: PaperValues, media: Media, *, words: bool = True) -> None:
    """words: not signs at random, of which one alone may hang lower than any word; then it is cut off, and the code is whole."""
    paper = paper_marks(values, media)
    size = replace(media, height=paper.height)
    whole = draw(paper.marks, size)
    alone = dots(draw([mark for mark in paper.marks if isinstance(mark, Code128 | Qr)], size))
    bare = dots(draw([mark for mark in paper.marks if not isinstance(mark, Code128 | Qr)], size))
    assert whole.codes
    for rows, columns in quiet(whole):
        assert columns.start >= 0 and columns.stop <= whole.width
        assert rows.stop <= whole.height
        assert np.array_equal(dots(whole)[rows, columns], alone[rows, columns])
        assert not (words and bare[rows, columns].any())
    assert [mark for mark in paper.marks if not inside(mark, media, paper.height)] == []


LABELS_AND_ROLLS = [each for each in PRINTS if each[1].name != "a4"]


@pytest.mark.parametrize(("paper", "media"), LABELS_AND_ROLLS, ids=named)
@given(texts=st.lists(st.sampled_from(TEXTS), min_size=1, max_size=9))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_reaches_a_code_or_leaves_the_paper(paper: str, media: Media, texts: list[str]) -> None:
    proves(filled(PAPERS[paper][0], cycle(texts)), media)


@pytest.mark.parametrize(("paper", "media"), LABELS_AND_ROLLS, ids=named)
@given(texts=st.lists(st.text(max_size=60), min_size=1, max_size=9))
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_code_is_whole_whatever_stands_round_it(paper: str, media: Media, texts: list[str]) -> None:
    proves(filled(PAPERS[paper][0], cycle(texts)), media, words=False)


@pytest.mark.parametrize("text", TEXTS[:6], ids=range(6))
@pytest.mark.parametrize("paper", ["practice", "commands"])
def test_no_text_reaches_a_code_of_a_sheet(paper: str, text: str) -> None:
    proves(filled(PAPERS[paper][0], cycle((text,))), media_of("a4", 300))


@pytest.mark.parametrize("media", CALIBRATIONS, ids=named)
@given(texts=st.lists(st.sampled_from(TEXTS), min_size=1, max_size=9))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_reaches_a_code_of_a_test_label(media: Media, texts: list[str]) -> None:
    proves(filled(test_label(media), cycle(texts)), media)


def test_a_word_as_wide_as_a_narrow_paper_is_painted_whole() -> None:
    """Its last letter stands where its width says, not cut off by what it is painted on."""
    media = replace(media_of("58mm"), height=60)
    word = "W" * 14
    text = Text(12, 40, 360, word, 26)
    assert 336 < TextRuler(media).wide(text) <= 360
    columns = np.flatnonzero(dots(draw([text], media)).any(axis=0))
    assert columns[-1] >= 12 + TextRuler(media).wide(text) - 4


# Missing letters


def test_letters_that_no_paper_can_show_are_named() -> None:
    assert all(missing_in(values) == [] for values, _, _ in PAPERS.values())
    receipt = handover_receipt(TWO, ACT, HERE)
    assert missing_in(replace(receipt, facts=(("প্রাপক", "রহিম 📦"), ("মোবাইল", "🏠📦")))) == ["📦", "🏠"]
    assert missing_in(replace(PARCEL, name="র\u200d্যাব 你好")) == ["你", "好"]


def test_values_for_another_paper_are_refused_by_name() -> None:
    with pytest.raises(WrongPaper, match="ParcelLabel on 58mm"):
        draw_paper(PARCEL, media_of("58mm"))


def test_the_roll_is_chosen_by_the_head() -> None:
    assert [receipt_media(width).name for width in (384, 512, 576, 640)] == ["58mm", "58mm", "80mm", "80mm"]
    assert len(MEDIA) == len({(media.name, media.dpi) for media in MEDIA.values()}) == 11


# Bags


def test_a_bags_code_carries_its_list_and_is_still_a_bags() -> None:
    raw = bytes(range(256))
    label = bag_label(BAG, raw, 11, HERE)
    (square,) = (code for code in zxingcpp.read_barcodes(picture(draw_paper(label, media_of("100x150mm")))) if code.format.name == "QRCode")
    assert square.bytes == BAG.encode() + b"|" + raw
    assert understand(f"{BAG}|CP104722182BD") == BagScan(parse_bag_number(BAG))  # type: ignore[arg-type]


@pytest.mark.parametrize("media", media_for("100x150mm"), ids=named)
def test_a_list_too_long_for_its_place_is_left_out_and_the_label_says_so(media: Media) -> None:
    longest = bisect_left(range(800, 1_000), True, key=lambda n: bag_label(BAG, "x" * n, 60, HERE).listed == BAG) + 799
    label = bag_label(BAG, "x" * longest, 60, HERE)
    assert read(draw_paper(label, media)) == {BAG, f"{BAG}|{'x' * longest}"}
    without = bag_label(BAG, "x" * (longest + 1), 60, HERE)
    assert read(draw_paper(without, media)) == {BAG}
    assert (label.list_words, without.list_words) == ("এই কোডে ব্যাগের তালিকা আছে", "তালিকা বড়, কোডে ধরেনি")


def test_a_bags_label_says_what_its_number_says() -> None:
    label = bag_label(BAG, "", 11, HERE)
    assert (label.short, label.postcode, label.destination, label.weight) == ("8500-8560-0093-01", "8560", "মঠবাড়িয়া", "৯.৫ কেজি")
    assert (label.last, label.valuable, label.list_words) == ("শেষ ব্যাগ", "COD আছে", "")
    assert (bag_label(BAG[:23], "", 11, HERE).last, bag_label(BAG[:23], "", 11, HERE).weight) == ("", "")
    with pytest.raises(ValueError, match="no bag's number"):
        bag_label("CP104722182BD", "", 11, HERE)


# Commands


def test_the_sheet_of_commands_holds_what_the_window_obeys() -> None:
    assert {*routes._CARDS, "UNDO"} == set(COMMANDS)
    assert [understand(command_code(word)) for word in COMMANDS] == [CommandScan(word) for word in COMMANDS]


# Shots

NOISE = np.random.default_rng(8_500).normal(0, 20, 4_000_000).astype(np.float32)
"""Made once: making it anew for every shot is what would take the time."""


def shots(bitmap: Bitmap, size: float, count: int) -> Iterator[Image.Image]:
    """Pictures of a paper up to four degrees off, blurred, with noise. size: pixels of a dot."""
    random = np.random.default_rng(bitmap.height)
    wide, high = round(bitmap.width * size), round(bitmap.height * size)
    sharp = picture(bitmap).resize((wide, high), Image.Resampling.BOX).filter(ImageFilter.GaussianBlur(0.7))
    for _ in range(count):
        turned = sharp.rotate(random.uniform(-4, 4), Image.Resampling.BILINEAR, fillcolor=255)
        first = int(random.integers(0, len(NOISE) - wide * high))
        noisy = np.asarray(turned, np.float32) + NOISE[first : first + wide * high].reshape(high, wide)
        yield Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))


OURS: Any = (zxingcpp.BarcodeFormat.Code128, zxingcpp.BarcodeFormat.QRCode)


def whole_shots(bitmap: Bitmap, said: set[str], size: float, count: int = 100) -> int:
    return sum({code.text for code in zxingcpp.read_barcodes(shot, OURS)} >= said for shot in shots(bitmap, size, count))


@pytest.mark.parametrize(("media", "size"), [(media_of("3x2in"), 1.4), (media_of("3x2in", 300), 1.0)], ids=named)
def test_a_turned_and_noisy_shot_of_a_small_label_is_read(media: Media, size: float) -> None:
    assert whole_shots(draw_paper(PARCEL, media), {ITEM, LINK}, size) >= 99
