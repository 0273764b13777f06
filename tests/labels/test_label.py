"""A parcel's label: its codes are read back by others from the picture and from ZPL, its Bangla is joined, and no text reaches a code."""

from __future__ import annotations

import io
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
import uharfbuzz
import zplkit
import zplkit.rendering
import zxingcpp
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont
from PIL import Image

from corner_app.devices.languages import zpl
from corner_app.devices.profile import Profile
from corner_app.devices.readback import zpl as readback
from corner_app.domain.numbers import make_s10
from corner_app.domain.trouble import Trouble
from corner_app.labels.layout import LEFT, Code128, ParcelLabel, Qr, layout, parcel_marks
from corner_app.labels.media import parcel_media
from corner_app.labels.preview import picture, png
from corner_app.labels.raster import Bitmap, draw, draw_parcel_label, missing_glyphs
from corner_app.reference import resource_dir

pytestmark = pytest.mark.usefixtures("qapp")

ITEM = "CP104722182BD"
LINK = f"https://corner.example/t/{ITEM}"
WITH_COD = ParcelLabel(
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
    cod_amount="৳ ১,১৬০",
    cod_words="এক হাজার একশত ষাট টাকা মাত্র",
    sender="নমুনা গ্যাজেট শপ",
    origin="তেজগাঁও · ২৪-১১-২০২৬",
    link=LINK,
)
WITHOUT_COD = replace(WITH_COD, cod_amount="", cod_words="টাকা নেওয়ার নেই")
LABELS = {"cod": WITH_COD, "paid": WITHOUT_COD}
DPIS = (203, 300)
COMPRESSIONS: tuple[zpl.Compression, ...] = ("hex", "acs", "z64")


def dots(bitmap: Bitmap) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """1 is black."""
    packed = np.frombuffer(bitmap.rows, np.uint8).reshape(bitmap.height, bitmap.stride)
    return np.unpackbits(packed, axis=1)[:, : bitmap.width]


OURS = (zxingcpp.BarcodeFormat.Code128, zxingcpp.BarcodeFormat.QRCode)


def codes(image: Image.Image, formats: Any = None) -> set[tuple[str, str]]:
    found = zxingcpp.read_barcodes(image.convert("L"), formats) if formats is not None else zxingcpp.read_barcodes(image.convert("L"))
    return {(code.format.name, code.text) for code in found}


def both(codes_read: set[tuple[str, str]], item: str = ITEM, link: str = LINK) -> bool:
    return {("Code128", item), ("QRCode", link)} <= codes_read


# Codes


@pytest.mark.parametrize("dpi", DPIS)
@pytest.mark.parametrize("kind", LABELS)
def test_codes_are_read_from_the_picture(kind: str, dpi: int) -> None:
    bitmap = draw_parcel_label(LABELS[kind], parcel_media(dpi))
    assert both(codes(picture(bitmap)))


@pytest.mark.parametrize("dpi", DPIS)
@pytest.mark.parametrize("kind", LABELS)
@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_a_printers_zpl_gives_the_same_dots(compression: zpl.Compression, kind: str, dpi: int) -> None:
    """Rendered by an independent ZPL interpreter, which takes no set-up commands."""
    bitmap = draw_parcel_label(LABELS[kind], parcel_media(dpi))
    sent = zpl.encode(bitmap, Profile(name="ZPL", language="zpl", compression=compression), 1)
    bare = re.sub(rb"~SD15|\^(?:JZN|MNY|PON|PW\d+|LL\d+|PQ\d+|LS0|LH0,0)", b"", sent)
    room = zplkit.rendering.Limits(graphic_bytes=len(bitmap.rows), field_bytes=2 * len(sent), input_bytes=2 * len(sent))
    (label,) = zplkit.render(bare, zplkit.Options(width=bitmap.width, height=bitmap.height, dpi=dpi), limits=room).labels
    image = Image.open(io.BytesIO(label.png())).convert("L")
    printed = (np.asarray(image) < 128).astype(np.uint8)
    assert printed.shape == (bitmap.height, bitmap.width)
    assert int((printed != dots(bitmap)).sum()) == 0
    assert both(codes(image))


@pytest.mark.parametrize("dpi", DPIS)
@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_our_own_readback_gives_the_same_rows(compression: zpl.Compression, dpi: int) -> None:
    bitmap = draw_parcel_label(WITH_COD, parcel_media(dpi))
    sent = zpl.encode(bitmap, Profile(name="ZPL", language="zpl", compression=compression), 1) * 2
    read = [readback.read(label) for label in readback.labels(sent)]
    assert [(p.width, p.height, p.rows) for p in read] == [(bitmap.width, bitmap.height, bitmap.rows)] * 2


@pytest.mark.parametrize("dpi", DPIS)
def test_a_turned_and_noisy_shot_is_read(dpi: int) -> None:
    """A hundred shots at two pixels a dot, up to four degrees off, with noise: at least 99 read both codes."""
    random = np.random.default_rng(8_500)
    sharp = picture(draw_parcel_label(WITH_COD, parcel_media(dpi)))
    codes_only = sharp.crop((0, round(sharp.height * 0.5), sharp.width, round(sharp.height * 0.92)))
    double = codes_only.resize((codes_only.width * 2, codes_only.height * 2), Image.Resampling.NEAREST)
    read = 0
    for _ in range(100):
        turned = double.rotate(random.uniform(-4, 4), Image.Resampling.BILINEAR, expand=True, fillcolor=255)
        noisy = np.clip(np.asarray(turned, np.float32) + random.normal(0, 20, (turned.height, turned.width)), 0, 255)
        read += both(codes(Image.fromarray(noisy.astype(np.uint8)), OURS))
    assert read >= 99


def test_every_service_and_digit_is_read() -> None:
    for n, indicator in enumerate(("CP", "EE", "RR", "DA", "HA", "VV")):
        item = make_s10(indicator, f"{n * 16_180_339:08d}"[-8:])
        link = f"https://corner.example/t/{item}"
        label = replace(WITH_COD, item=item, link=link)
        assert both(codes(picture(draw_parcel_label(label, parcel_media(203)))), item, link)


def test_a_number_too_long_for_its_paper_is_refused() -> None:
    with pytest.raises(Trouble, match="label_code_too_long"):
        draw_parcel_label(replace(WITH_COD, item="MERCHANT-REFERENCE-THAT-NEVER-ENDS-0123456789"), parcel_media(203))


# Pictures


@pytest.mark.parametrize("dpi", DPIS)
def test_the_preview_is_what_the_printer_gets(dpi: int) -> None:
    bitmap = draw_parcel_label(WITH_COD, parcel_media(dpi))
    shown = Image.open(io.BytesIO(png(bitmap)))
    assert shown.mode == "1"
    assert shown.size == (bitmap.width, bitmap.height) == (parcel_media(dpi).width, parcel_media(dpi).height)
    assert np.array_equal(np.asarray(shown.convert("L")) < 128, dots(bitmap).astype(bool))


def test_a_label_is_the_same_every_time_and_leaves_nothing_behind() -> None:
    first = draw_parcel_label(WITH_COD, parcel_media(203))
    draw_parcel_label(replace(WITH_COD, name="X" * 200), parcel_media(203))
    draw_parcel_label(WITHOUT_COD, parcel_media(203))
    assert draw_parcel_label(WITH_COD, parcel_media(203)) == first


@pytest.mark.parametrize("dpi", DPIS)
@pytest.mark.parametrize("kind", LABELS)
def test_what_is_kept_changes_no_dot(kind: str, dpi: int) -> None:
    assert draw_parcel_label(LABELS[kind], parcel_media(dpi)) == draw(layout(LABELS[kind]), parcel_media(dpi))


def test_threads_draw_the_same_dots() -> None:
    """Each printer's spool draws on its own thread."""
    labels = [replace(WITH_COD, item=make_s10("CP", f"{n:08d}"), name=f"আরিফুল মৃধা {n}") for n in range(40)]
    alone = [draw_parcel_label(label, parcel_media(203)) for label in labels]
    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(lambda label: draw_parcel_label(label, parcel_media(203)), labels)) == alone


def test_a_foreign_reference_has_no_service_and_its_letters_count() -> None:
    paper = dots(draw_parcel_label(replace(WITH_COD, item="NB-20931/7"), parcel_media(203)))
    assert not paper[45:120, 650:755].any()
    with pytest.raises(Trouble, match="label_code_letters"):
        draw_parcel_label(replace(WITH_COD, item="ক-১২"), parcel_media(203))
    with pytest.raises(Trouble, match="label_code_too_long"):
        draw_parcel_label(replace(WITH_COD, link="https://corner.example/" + "x" * 2500), parcel_media(203))


def test_a_long_reference_is_drawn_narrower_at_whole_dots() -> None:
    item = "DARAZ-BD-2026-1124-0001234"
    assert both(codes(picture(draw_parcel_label(replace(WITH_COD, item=item), parcel_media(203)))), item)


def test_copies_and_training_are_marked() -> None:
    plain = dots(draw_parcel_label(WITH_COD, parcel_media(203)))
    copy = dots(draw_parcel_label(replace(WITH_COD, copy_line="REPRINT 2 · ২৪-১১-২০২৬ · rahima"), parcel_media(203)))
    training = dots(draw_parcel_label(replace(WITH_COD, training="প্রশিক্ষণ"), parcel_media(203)))
    assert (plain != copy)[386:418, 300:761].mean() > 0.4
    assert (plain != training)[562:608, 430:761].mean() > 0.4
    assert np.array_equal(plain[418:], copy[418:])
    assert np.array_equal(plain[:562], training[:562])


# No text reaches a code

LONG = {
    "a name of 200 letters": {"name": "ন্দ্র" * 40},
    "a name of 200 Latin letters without a space": {"name": "W" * 200},
    "a name of many words": {"name": "মোহাম্মদ আব্দুল্লাহ আল মামুন চৌধুরী " * 6},
    "mixed scripts": {"name": "Md. রহিম Uddin উদ্দিন Ω Привет 你好 مرحبا", "address": "House ১১৫, Road १२, ঢাকা Dhaka"},
    "unknown characters": {"name": "রহিম 📦😀 উদ্দিন", "address": "🏠 বাজার রোড 🏠" * 10},
    "a long address": {"address": "বাসা নং ১৪০, নতুন সড়ক, পিরোজপুর সদর, " * 12},
    "a long address without a space": {"address": "পিরোজপুর" * 60},
    "long everything": {
        name: "ক্ষ্ম৳Wg " * 40
        for name in ("postcode", "office", "district", "route", "hub", "weight", "name", "address", "phone", "cod_amount", "cod_words", "sender", "origin")
    },
    "long without a space": {
        name: "স্ত্র্যুWjgy" * 30
        for name in (
            "postcode",
            "office",
            "district",
            "route",
            "hub",
            "weight",
            "name",
            "address",
            "phone",
            "cod_amount",
            "cod_words",
            "sender",
            "origin",
            "copy_line",
        )
    },
    "line breaks": {"name": "রহিম\nউদ্দিন\tআলী", "address": "ক\nখ\r\nগ\u2028ঘ"},
    "tall marks": {"name": "র্ক্ষ্ম্যূঁ" * 30, "phone": "র্ক্ষ্ম্যূঁ" * 10, "sender": "র্ক্ষ্ম্যূঁ" * 10},
    "nothing": dict.fromkeys(("postcode", "office", "district", "route", "hub", "weight", "name", "address", "phone", "cod_words", "sender", "origin"), ""),
}


def code_areas(label: ParcelLabel, dpi: int) -> list[tuple[slice, slice]]:
    """The boxes the codes stand in, quiet zones included."""
    k = parcel_media(dpi).scale
    marks = [mark for mark in parcel_marks(label) if isinstance(mark, Code128 | Qr)]
    assert len(marks) == 2
    return [(slice(round(m.y * k), round((m.y + m.h) * k)), slice(round(m.x * k), round((m.x + m.w) * k))) for m in marks]


@pytest.mark.parametrize("dpi", DPIS)
@pytest.mark.parametrize("what", LONG)
@pytest.mark.parametrize("kind", LABELS)
def test_no_text_paints_into_a_code(kind: str, what: str, dpi: int) -> None:
    plain = LABELS[kind]
    fields = {name: value for name, value in LONG[what].items() if kind == "cod" or name != "cod_amount"}
    full = replace(plain, **fields)
    one, other = dots(draw_parcel_label(plain, parcel_media(dpi))), dots(draw_parcel_label(full, parcel_media(dpi)))
    for rows, columns in code_areas(plain, dpi):
        assert one[rows, columns].any()
        assert np.array_equal(one[rows, columns], other[rows, columns])
    bitmap = draw_parcel_label(full, parcel_media(dpi))
    assert both(codes(picture(bitmap)))


@pytest.mark.parametrize("dpi", DPIS)
def test_nothing_is_painted_outside_the_frame(dpi: int) -> None:
    media = parcel_media(dpi)
    full = dots(draw_parcel_label(replace(WITH_COD, **LONG["long without a space"]), media))
    edge = round(LEFT * media.scale) - 1
    assert not full[:edge].any()
    assert not full[-edge + 2 :].any()
    assert not full[:, :edge].any()
    assert not full[:, -edge + 2 :].any()


def test_what_the_font_lacks_is_a_question_mark() -> None:
    assert missing_glyphs("রহিম 📦 Rahim Ω") == ["📦"] or "📦" in missing_glyphs("রহিম 📦 Rahim Ω")
    assert missing_glyphs("আরিফুল মৃধা, House 12 ৳ ১,১৬০ · — … র\u200d্যাব") == []
    one = draw_parcel_label(replace(WITH_COD, name="রহিম 📦 উদ্দিন"), parcel_media(203))
    assert one == draw_parcel_label(replace(WITH_COD, name="রহিম ? উদ্দিন"), parcel_media(203))


# Bangla is joined: what the shaper of the bundled font makes of it, by glyph names

SEMIBOLD = "HindSiliguri-SemiBold.ttf"
GOLDEN = {
    "ক্ষ": ["bnK_SSA"],
    "স্ত্র": ["bnS_T_RA"],
    "ন্দ্র": ["bnN_D_RA"],
    "র্ক": ["bnKA", "bnReph"],
    "জ্ঞ": ["bnJ_NYA"],
    "ঙ্ক্ষ": ["bnNG_K_SSA"],
    "হ্ম": ["bnH_MA"],
    "র\u200d্যা": ["bnRA", "space", "bnYAc2", "bnmAA"],
    "ত্রি": ["bnmI", "bnT_RA"],
    "কো": ["bnmE.init", "bnKA", "bnmAA"],
    "কৌ": ["bnmE.init", "bnKA", "bnAUlengthmark"],
    "ৎ": ["bnTAkhanda"],
}
"""The joiner in র‍্যা is drawn as a space of no width, which keeps the য-ফলা from turning the র into a reph."""


@cache
def shaper(face: str) -> uharfbuzz.Font:
    return uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(resource_dir() / "fonts" / face))))


def glyphs(text: str, face: str = SEMIBOLD) -> list[str]:
    return [name for name, _ in shaped(text, face)]


def shaped(text: str, face: str = SEMIBOLD) -> list[tuple[str, int]]:
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    font = shaper(face)
    uharfbuzz.shape(font, buffer)
    return [(font.glyph_to_string(info.codepoint), at.x_advance) for info, at in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)]


@pytest.mark.parametrize("cluster", GOLDEN)
def test_clusters_are_joined(cluster: str) -> None:
    made = glyphs(cluster)
    assert made == GOLDEN[cluster]
    assert ".notdef" not in made
    assert "bnVirama" not in made
    assert all(advance == 0 for name, advance in shaped(cluster) if name == "space")


def test_letters_kept_apart_stay_apart() -> None:
    """The shaper is really asked: with a non-joiner the hasanta shows."""
    assert "bnVirama" in glyphs("ক্\u200cষ")
    assert glyphs("র্যা") != glyphs("র\u200d্যা")


@pytest.mark.parametrize("face", ["HindSiliguri-SemiBold.ttf", "HindSiliguri-Bold.ttf"])
def test_every_word_on_the_label_has_its_glyphs(face: str) -> None:
    for text in (
        WITH_COD.name,
        WITH_COD.address,
        WITH_COD.cod_words,
        WITH_COD.cod_amount,
        WITH_COD.origin,
        "বাংলাদেশ ডাক · ই-কমার্স পার্সেল",
        "0123456789 ০১২৩৪৫৬৭৮৯ ৳",
    ):
        assert ".notdef" not in glyphs(text, face)


@pytest.mark.parametrize("weight", ["Regular", "Medium", "SemiBold"])
def test_the_digit_one_is_a_whole_digit_in_every_weight(weight: str) -> None:
    """Some releases of the font have a broken ১ in some weights; compared with Bold it must be as wide within a quarter."""
    advance, box = measure(f"HindSiliguri-{weight}.ttf", "১")
    bold_advance, bold_box = measure("HindSiliguri-Bold.ttf", "১")
    assert abs(advance - bold_advance) <= bold_advance * 0.25
    assert abs(box - bold_box) <= bold_box * 0.25


def measure(face: str, letter: str) -> tuple[float, float]:
    with TTFont(resource_dir() / "fonts" / face) as font:
        drawn = font.getGlyphSet()
        name = font.getBestCmap()[ord(letter)]
        pen = BoundsPen(drawn)
        drawn[name].draw(pen)
        return drawn[name].width, pen.bounds[2] - pen.bounds[0]
