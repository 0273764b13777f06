"""The three languages that cannot compress: the same dots as one bitmap and as strips, on every page, and nothing breaks their readers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pytest
import zxingcpp
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.devices.parcel import ITEM, LINK, Dpi, parcel, paste
from tests.devices.sheets import Sheet, dots, image, packed, sheets

from corner_app.devices.languages.cpcl import CPCL
from corner_app.devices.languages.epl2 import EPL2
from corner_app.devices.languages.language import Language
from corner_app.devices.languages.strips import DoesNotFit, Kind, Placed, Strip, ink
from corner_app.devices.languages.tspl import TSPL
from corner_app.devices.profile import Profile
from corner_app.devices.readback import cpcl, epl2, tspl
from corner_app.devices.readback.picture import Picture, Unreadable

KINDS: tuple[Kind, Kind] = ("code128", "qr")


@dataclass(frozen=True, slots=True)
class Way:
    """A language, there and back. read is told the dpi, which only TSPL needs."""

    language: Language
    read: Callable[[bytes, int], Picture]
    split: Callable[[bytes], tuple[list[bytes], bytes]]


WAYS = [
    Way(TSPL, tspl.read, tspl.split),
    Way(EPL2, lambda label, dpi: epl2.read(label), epl2.split),
    Way(CPCL, lambda label, dpi: cpcl.read(label), cpcl.split),
]
ways = pytest.mark.parametrize("way", WAYS, ids=lambda way: way.language.name)


def profile(sheet: Sheet, way: Way = WAYS[0], **given: object) -> Profile:
    """One whose paper is as large as the page."""
    known = {"name": "Labels", "language": way.language.name, "width": max(8, sheet.width), "height": sheet.height, "image": "strips"}
    return Profile(**(known | given))  # type: ignore[arg-type]


def printed(way: Way, sheet: Sheet, profile: Profile) -> Picture:
    """What comes of a page, sent and read back; nothing is left over."""
    sent = way.language.encode(sheet, profile, 7)
    assert way.split(sent) == ([sent], b"")
    return way.read(sent, profile.dpi)


def on_paper(sheet: Sheet, width: int, height: int, right: int = 0, down: int = 0) -> bytes:
    """Rows of the page on paper of that size, moved, with white in the last byte's spare bits."""
    room = np.zeros((height + 800, (width + 7) // 8 * 8 + 800), np.uint8)
    room[400 + down : 400 + down + sheet.height, 400 + right : 400 + right + sheet.width] = dots(sheet)
    room[:, 400 + width :] = 0
    return packed(room[400 : 400 + height, 400:-400])


@st.composite
def pages(draw: st.DrawFn) -> Sheet:
    """Noise, black boxes, frames, rules, and codes, which may be spoilt or stand over each other and over all else."""
    width, height = draw(st.integers(8, 500)), draw(st.integers(1, 260))
    black = np.zeros((height, width), np.uint8)
    random = np.random.default_rng(draw(st.integers(0, 999)))
    for _ in range(draw(st.integers(0, 6))):
        x, y = draw(st.integers(0, width - 1)), draw(st.integers(0, height - 1))
        w, h = draw(st.integers(1, width)), draw(st.integers(1, height))
        match draw(st.sampled_from(["box", "frame", "noise", "white"])):
            case "box":
                black[y : y + h, x : x + w] = 1
            case "frame":
                black[y : y + h, x : x + w] = 1
                black[y + 3 : y + h - 3, x + 3 : x + w - 3] = 0
            case "noise":
                part = black[y : y + h, x : x + w]
                part |= (random.random(part.shape) < 0.3).astype(np.uint8)
            case _:
                black[y : y + h, x : x + w] = 0
    codes = []
    for _ in range(draw(st.integers(0, 3))):
        kind: Kind = draw(st.sampled_from(KINDS))
        text = draw(st.sampled_from(["CP104722182BD", "A1", "https://corner.example/t/1", 'say "so"', "a\\b", ">5"]))
        code = Placed(kind, draw(st.integers(0, width)), draw(st.integers(0, height)), draw(st.integers(1, 4)), 40 if kind == "code128" else 0, text)
        paste(black, code)
        codes.append(code)
    return Sheet(width, height, packed(black), codes)


@ways
@settings(max_examples=60)
@given(st.one_of(pages(), sheets(highest=30)), st.sampled_from(["bitmap", "strips"]))
@example(Sheet(9, 2, b"\xff\xff\xff\xff"), "strips")
@example(Sheet(9, 2, b"\xff\xff\xff\xff"), "bitmap")
@example(Sheet(8, 1, b"\0"), "strips")
def test_every_page_comes_back_with_every_dot(way: Way, sheet: Sheet, image: str) -> None:
    picture = printed(way, sheet, profile(sheet, way, image=image))
    width = max(8, sheet.width)
    assert picture.height == sheet.height
    assert picture.width == ((width + 7) // 8 * 8 if way.language is EPL2 else width)
    assert picture.rows == on_paper(sheet, width, sheet.height)


@ways
@settings(max_examples=60)
@given(pages(), st.integers(-60, 60), st.integers(-60, 60), st.booleans(), st.sampled_from(["bitmap", "strips"]))
def test_offset_and_turn_move_bitmap_strips_and_codes_alike(way: Way, sheet: Sheet, x: int, y: int, rotate: bool, image: str) -> None:
    given_ = profile(sheet, way, offset_x=x, offset_y=y, rotate=rotate, image=image)
    picture = printed(way, sheet, given_)
    moved = Sheet(given_.width, sheet.height, on_paper(sheet, given_.width, sheet.height, x, y))
    wide = np.zeros((sheet.height, picture.width), np.uint8)
    wide[:, : given_.width] = dots(moved)
    assert picture.rows == packed(wide[::-1, ::-1] if rotate else wide)


@ways
@pytest.mark.parametrize("cod", [True, False], ids=["cod", "paid"])
@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.usefixtures("qapp")
def test_a_parcel_label_is_the_same_dots_in_strips_and_its_codes_are_read(way: Way, dpi: Dpi, cod: bool) -> None:
    label = parcel(dpi, cod=cod)
    known = profile(Sheet(label.width, label.height, label.rows), way, dpi=dpi)
    sent = {kind: way.language.encode(label, in_image(known, kind), 1) for kind in ("bitmap", "strips")}
    assert {way.read(bytes_, dpi).rows for bytes_ in sent.values()} == {label.rows}
    picture = way.read(sent["strips"], dpi)
    found = {(code.format.name, code.text) for code in zxingcpp.read_barcodes(image(Sheet(picture.width, picture.height, picture.rows)))}
    assert found == {("Code128", ITEM), ("QRCode", LINK)}
    assert len(sent["strips"]) < len(sent["bitmap"]) * (0.4 if way.language is CPCL else 0.26)
    assert sent["strips"] == way.language.encode(label, known, 2)


def in_image(known: Profile, kind: str) -> Profile:
    return Profile(**({field: getattr(known, field) for field in known.__struct_fields__} | {"image": kind}))


@pytest.mark.usefixtures("qapp")
def test_a_parcel_label_in_strips_is_sent_in_a_quarter_of_the_time() -> None:
    """At 9600 baud, ten bits a byte, at 203 dpi: about half a minute instead of more than two, of which what is collected takes a quarter."""
    label = parcel(203)
    seconds = [len(TSPL.encode(label, profile(Sheet(812, 1218, label.rows), image=kind), 1)) / 960 for kind in ("bitmap", "strips")]
    assert seconds[0] > 129
    assert seconds[1] < 31
    paid = parcel(203, cod=False)
    assert len(TSPL.encode(paid, profile(Sheet(812, 1218, paid.rows)), 1)) / 960 < 24


def test_a_page_of_five_words_and_two_codes_takes_six_seconds() -> None:
    black = np.zeros((1218, 812), np.uint8)
    random = np.random.default_rng(3)
    for y in range(40, 540, 100):
        black[y : y + 30, 40:332] = random.random((30, 292)) < 0.4
    codes = [Placed("code128", 172, 938, 3, 138, ITEM), Placed("qr", 597, 686, 5, 0, LINK)]
    for code in codes:
        paste(black, code)
    sheet = Sheet(812, 1218, packed(black), codes)
    assert len(TSPL.encode(sheet, profile(sheet), 1)) < 6_500


# What the printer draws, and what it does not


def test_a_code_is_left_to_the_printer_only_where_its_dots_are_the_same() -> None:
    code = Placed("code128", 20, 10, 2, 50, ITEM)
    black = np.zeros((100, 400), np.uint8)
    paste(black, code)
    clean = Sheet(400, 100, packed(black), [code])
    assert ink(clean, profile(clean), kinds=KINDS).codes == (code,)
    assert ink(clean, profile(clean), kinds=KINDS).strips == ()
    assert ink(clean, profile(clean), kinds=["qr"]).codes == ()
    black[30, 30] ^= 1
    assert ink(replace(clean, rows=packed(black)), profile(clean), kinds=KINDS).codes == ()


@pytest.mark.parametrize("text", ['A"B', "A\\B", "A B", ">5A", "A\r\nP1", "~JA", "^ee", " A", "টাকা"])
def test_a_text_that_means_something_to_the_printer_stays_dots(text: str) -> None:
    sheet = Sheet(400, 100, bytes(5000), [Placed("qr", 0, 0, 2, 0, text), Placed("code128", 0, 0, 2, 50, text)])
    for way in WAYS:
        assert text.encode() not in way.language.encode(sheet, profile(sheet, way), 1)


def test_a_code_that_is_moved_over_the_edge_stays_dots() -> None:
    code = Placed("code128", 20, 10, 2, 50, ITEM)
    black = np.zeros((100, 400), np.uint8)
    paste(black, code)
    sheet = Sheet(400, 100, packed(black), [code])
    assert ink(sheet, profile(sheet, offset_x=-20), kinds=KINDS).codes == (replace(code, x=0),)
    assert ink(sheet, profile(sheet, offset_x=-21), kinds=KINDS).codes == ()
    assert ink(sheet, profile(sheet, offset_y=41), kinds=KINDS).codes == ()


def test_plain_black_goes_as_rectangles_and_what_stands_in_it_as_strips() -> None:
    black = np.ones((200, 400), np.uint8)
    black[80:120, 160:240] = np.random.default_rng(1).random((40, 80)) < 0.5
    sheet = Sheet(400, 200, packed(black))
    made = ink(sheet, profile(sheet), bars=True)
    assert [(strip.x, strip.y, strip.stride, strip.height) for strip in made.strips] == [(160, 80, 10, 40)]
    assert sum(bar.width * bar.height for bar in made.bars) == 200 * 400 - 40 * 80
    assert ink(sheet, profile(sheet)).bars == ()


def test_strips_carry_little_white() -> None:
    black = np.zeros((600, 800), np.uint8)
    black[:3], black[-3:], black[:, :3], black[:, -3:] = 1, 1, 1, 1
    random = np.random.default_rng(4)
    for x, y in ((40, 40), (400, 40), (120, 300)):
        black[y : y + 24, x : x + 160] = random.random((24, 160)) < 0.5
    sheet = Sheet(800, 600, packed(black))
    made = ink(sheet, profile(sheet), bars=True)
    assert sorted((strip.x, strip.y, strip.stride, strip.height) for strip in made.strips) == [(40, 40, 20, 24), (120, 300, 20, 24), (400, 40, 20, 24)]
    assert len(made.bars) == 4


def test_a_page_on_larger_paper_stands_in_the_corner_and_on_smaller_paper_is_refused() -> None:
    sheet = Sheet(16, 2, b"\xff\x0f\xf0\xff")
    for way in WAYS:
        assert printed(way, sheet, profile(sheet, way, width=24, height=3)).rows == b"\xff\x0f\0\xf0\xff\0\0\0\0"
        for size in ({"width": 15}, {"height": 1}):
            with pytest.raises(DoesNotFit, match="16 x 2 dots on"):
                way.language.encode(sheet, profile(sheet, way, **size), 1)


@ways
def test_endless_paper_is_as_long_as_the_page(way: Way) -> None:
    sheet = Sheet(16, 2, b"\xff\x0f\xf0\xff")
    picture = printed(way, sheet, profile(sheet, way, media="continuous", height=900))
    assert (picture.height, picture.rows) == (2, sheet.rows)


def test_a_bitmap_is_one_strip_of_all_rows() -> None:
    sheet = Sheet(16, 2, bytes(4))
    assert ink(sheet, profile(sheet, image="bitmap"), kinds=KINDS, bars=True).strips == (Strip(0, 0, 2, bytes(4)),)


# Streams


@ways
@given(st.data())
def test_labels_are_found_wherever_a_stream_is_cut(way: Way, data: st.DataObject) -> None:
    labels = [way.language.encode(sheet, profile(sheet, way), n) for n, sheet in enumerate(data.draw(st.lists(pages(), min_size=1, max_size=3)))]
    stream = b"".join(labels)
    found, held = [], b""
    for start, end in cuts(data, len(stream)):
        pieces, held = way.split(held + stream[start:end])
        found += pieces
    assert (found, held) == (labels, b"")


def cuts(data: st.DataObject, size: int) -> list[tuple[int, int]]:
    places = sorted({0, size, *data.draw(st.lists(st.integers(0, size), max_size=6))})
    return list(pairwise(places))


WORDS = [
    b"BITMAP 0,0,", b"BITMAP -9,5,2,3,1,", b"BAR 0,0,99999,99999", b'BARCODE 0,0,"128",9,0,0,99,2,"A"', b'QRCODE 0,0,M,99,A,0,"A"', b"SIZE ",
    b"SIZE 10 mm,10 mm", b"SIZE 9999,9999", b"PRINT", b"PRINT 1,1", b"CLS", b"q80", b"q99999", b"Q80,24", b"Q0", b"GW0,0,", b"GW-5,-5,2,9\n", b"LO0,0,9,9",
    b"LE-9,-9,99999,99999", b'B0,0,0,1,2,2,9,N,"A"', b'B0,0,0,1,0,2,0,N,""', b"R9,9", b"ZB", b"N", b"P1", b"P1,1", b"C", b"! 0 200 200 80 1",
    b"! 0 200 200 99999 1", b"PAGE-WIDTH 80", b"PW 99999", b"CG 2 3 0 0 ", b"CG 99999 99999 0 0 ", b"EG 1 1 0 0 FF", b"EG 1 1 0 0 F",
    b"BARCODE 128 2 1 9 0 0 A", b"BARCODE QR 0 0 M 2 U 3", b"MA,A", b"ENDQR", b"TEXT", b"\x1b!?", b"\x1bh", b"^ee", b"\r\n", b"\n", b"\r", b" ", b",",
]  # fmt: skip
garbage = st.one_of(st.binary(max_size=300), st.lists(st.one_of(st.sampled_from(WORDS), st.binary(max_size=8)), max_size=30).map(b"".join))
lines = st.lists(st.sampled_from(WORDS), max_size=30).map(b"\r\n".join)


NUMBER = st.sampled_from([-99999, -9, -1, 0, 1, 2, 7, 8, 63, 64, 65, 99999])
ALMOST = {
    "tspl": (b"SIZE 99 dot,99 dot\nCLS\n", ["BAR %d,%d,%d,%d", 'BARCODE %d,%d,"128",%d,0,0,%d,2,"A"', 'QRCODE %d,%d,M,%d,A,0,S%d,"A"'], b"\nPRINT 1,1\n"),
    "epl2": (b"q99\nQ99,9\nN\n", ["LO%d,%d,%d,%d", "LE%d,%d,%d,%d", 'B%d,%d,0,1,%d,2,%d,N,"A"', "R%d,%d\nQ%d,%d"], b"\nP1\n"),
    "cpcl": (b"! 0 200 200 99 1\r\nPW 99\r\n", ["BARCODE 128 %d 1 %d %d %d A", "BARCODE QR %d %d M 2 U %d\r\nM%dA,A\r\nENDQR"], b"\r\nPRINT\r\n"),
}  # fmt: skip


@ways
@settings(max_examples=200)
@given(st.data())
def test_a_label_with_numbers_beside_all_measure_breaks_nothing(way: Way, data: st.DataObject) -> None:
    start, commands, end = ALMOST[way.language.name]
    drawn = [data.draw(st.sampled_from(commands)) % tuple(data.draw(NUMBER) for _ in range(4)) for _ in range(data.draw(st.integers(1, 3)))]
    label = start + "\r\n".join(drawn).encode() + end
    assert way.split(label) == ([label], b"")
    try:
        assert way.read(label, 203).width == 99
    except Unreadable as error:
        assert str(error)


@ways
@settings(max_examples=300)
@given(st.one_of(garbage, lines), st.sampled_from([203, 300]))
@example(b"\r\n" * 50 + b"x" * 9000 + b"\n", 203)
def test_garbage_is_no_label_and_breaks_nothing(way: Way, data: bytes, dpi: int) -> None:
    pieces, rest = way.split(data)
    assert b"".join(pieces) + rest == data
    for piece in [data, *pieces]:
        try:
            picture = way.read(piece, dpi)
        except Unreadable as error:
            assert str(error)
        else:
            assert len(picture.rows) == (picture.width + 7) // 8 * picture.height


@ways
@given(st.data())
def test_a_label_cut_short_is_no_label(way: Way, data: st.DataObject) -> None:
    sheet = data.draw(pages())
    sent = way.language.encode(sheet, profile(sheet, way), 1)
    cut = sent[: data.draw(st.integers(0, len(sent) - 3))]
    assert way.split(cut) == ([], cut)
    with pytest.raises(Unreadable):
        way.read(cut, 203)
