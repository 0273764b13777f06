"""TSPL: what is sent, what the one byte of status says, and labels as others write them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.devices.parcel import paste
from tests.devices.sheets import Sheet, sheets

from corner_app.devices.languages.strips import Placed
from corner_app.devices.languages.tspl import TSPL
from corner_app.devices.profile import Profile
from corner_app.devices.readback.picture import Picture, Unreadable
from corner_app.devices.readback.tspl import read, split
from corner_app.devices.status import PrinterStatus

PAGE = Sheet(16, 2, b"\xff\x00\x0f\xf0")


def profile(**given: object) -> Profile:
    return Profile(**({"name": "Labels", "language": "tspl", "width": 16, "height": 2, "gap": 24} | given))  # type: ignore[arg-type]


def test_a_label_says_all_that_a_printer_would_else_remember() -> None:
    assert TSPL.encode(PAGE, profile(speed=4, darkness=53), 1) == (
        b"\r\nSIZE 2 mm,0.25 mm\r\nGAP 3 mm,0 mm\r\nDENSITY 8\r\nSPEED 4\r\nDIRECTION 0,0\r\nREFERENCE 0,0\r\nSET CUTTER OFF\r\nCLS\r\n"
        b"BITMAP 0,0,2,2,0,\x00\xff\xf0\x0f\r\nPRINT 1,1\r\n"
    )


@pytest.mark.parametrize(
    ("given_", "line"),
    [
        ({"media": "mark", "gap": 40}, b"\r\nBLINE 5 mm,0 mm\r\n"),
        ({"media": "continuous"}, b"\r\nGAP 0 mm,0 mm\r\n"),
        ({"darkness": 0}, b"\r\nDENSITY 0\r\n"),
        ({"darkness": 100}, b"\r\nDENSITY 15\r\n"),
        ({"rotate": True}, b"\r\nDIRECTION 1,0\r\n"),
        ({"cutter": True}, b"\r\nSET CUTTER 1\r\n"),
        ({"width": 812, "height": 1218}, b"\r\nSIZE 101.5 mm,152.25 mm\r\n"),
        ({"dpi": 300, "width": 1200, "height": 1800}, b"\r\nSIZE 101.6 mm,152.4 mm\r\n"),
    ],
)
def test_the_profile_is_obeyed(given_: dict[str, object], line: bytes) -> None:
    assert line in TSPL.encode(PAGE, profile(**given_), 1)
    assert b"SPEED" not in TSPL.encode(PAGE, profile(**given_), 1)


def test_codes_and_black_are_left_to_the_printer_in_strips() -> None:
    codes = [Placed("code128", 30, 8, 2, 40, "CP104722182BD"), Placed("qr", 30, 80, 4, 0, "https://corner.example/t/1")]
    black = np.zeros((240, 400), np.uint8)
    black[:3] = 1
    for code in codes:
        paste(black, code)
    sheet = Sheet(400, 240, np.packbits(black, axis=1).tobytes(), codes)
    sent = TSPL.encode(sheet, profile(width=400, height=240, image="strips", offset_x=1, offset_y=2), 1)
    assert sent.endswith(
        b'CLS\r\nBAR 1,2,399,3\r\nBARCODE 31,10,"128",40,0,0,2,2,"CP104722182BD"\r\nQRCODE 31,82,M,4,A,0,M2,S3,"https://corner.example/t/1"\r\nPRINT 1,1\r\n'
    )


@given(sheets(widest=1200, highest=8), st.sampled_from([180, 203, 300, 600]), st.integers(0, 400))
def test_lengths_in_millimetres_come_back_as_the_same_dots(sheet: Sheet, dpi: int, more: int) -> None:
    known = profile(dpi=dpi, width=sheet.width + 8, height=sheet.height + more)
    picture = read(TSPL.encode(sheet, known, 1), dpi)
    assert (picture.width, picture.height) == (known.width, known.height)


# What it says


def state(said: bytes) -> PrinterStatus:
    asked: list[bytes] = []

    def ask(query: bytes, wait_s: float) -> bytes:
        asked.append(query)
        return said

    found = TSPL.status(ask)
    assert asked == [b"\x1b!?"]
    return found


@pytest.mark.parametrize(
    ("said", "word", "reasons"),
    [
        (b"\x00", "ready", ()),
        (b"\x20", "busy", ()),
        (b"\x01", "head_open", ("head_open",)),
        (b"\x40", "head_open", ("head_open",)),
        (b"\x02", "paper_jam", ("paper_jam",)),
        (b"\x04", "media_out", ("media_out",)),
        (b"\x05", "head_open", ("head_open", "media_out")),
        (b"\x08", "ribbon_out", ("ribbon_out",)),
        (b"\x10", "paused", ("paused",)),
        (b"\x24", "media_out", ("media_out",)),
        (b"\x80", "fault", ("fault",)),
    ],
)
def test_its_byte_is_understood(said: bytes, word: str, reasons: tuple[str, ...]) -> None:
    found = state(said)
    assert (found.word, found.reasons, found.raw) == (word, reasons, said)


@given(st.binary().filter(lambda said: len(said) != 1))
def test_anything_but_one_byte_is_no_answer(said: bytes) -> None:
    assert state(said).state == "mute"


@given(st.integers(0, 255))
def test_only_nothing_wrong_and_printing_take_labels(byte: int) -> None:
    assert state(bytes([byte])).takes_labels == (byte in (0x00, 0x20))


def test_a_restart_empties_its_memory() -> None:
    assert TSPL.cancel == b"\x1b!C"


# As others write it


def test_a_label_as_lprint_writes_it_is_read() -> None:
    """LPrint 1.3 adds its dots to those that are there, and asks for no copy at all."""
    label = b"SIZE 2 mm,1 mm\nDIRECTION 0,0\nGAP 3 mm,0 mm\nDENSITY 8\nCLS\nBITMAP 0,0,2,8,1," + bytes([0xFF, 0x0F] * 4 + [0xFF, 0xFF] * 4) + b"PRINT 0,1\n"
    assert split(label * 2) == ([label, label], b"")
    assert read(label) == Picture(16, 8, b"\x00\xf0" * 4 + bytes(8))


@pytest.mark.parametrize("size", [b"SIZE 0.1,0.05", b"size 2.54 mm, 1.27 mm", b"SIZE 20 dot,10 dot", b"SIZE 0.1, 0.05 "])
def test_a_size_in_any_unit_is_read(size: bytes) -> None:
    picture = read(size + b"\r\nCLS\r\nBAR 1,1,2,1\r\nPRINT 1\r\n")
    assert (picture.width, picture.height) == (20, 10)
    assert picture.rows[:6] == b"\0\0\0\x60\0\0"


def test_dots_replace_add_or_change_what_is_there_and_a_reference_moves_them() -> None:
    start = b"SIZE 8 dot,4 dot\r\nCLS\r\nBAR 0,0,8,3\r\nREFERENCE 0,1\r\n"
    dots = {mode: read(start + b"BITMAP 0,0,1,1,%d,\x0f\r\nPRINT 1,1\r\n" % mode).rows for mode in (0, 1, 2)}
    assert dots == {0: b"\xff\xf0\xff\0", 1: b"\xff\xff\xff\0", 2: b"\xff\x0f\xff\0"}


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b'TEXT 0,0,"3",0,1,1,"A"', "TEXT is not drawn here"),
        (b'BARCODE 0,0,"39",9,0,0,2,2,"A"', "BARCODE"),
        (b'BARCODE 0,0,"128",9,1,0,2,2,"A"', "BARCODE"),
        (b'BARCODE 0,0,"128",9,0,90,2,2,"A"', "BARCODE"),
        (b'QRCODE 0,0,M,4,A,90,"A"', "QRCODE"),
        (b'BARCODE 0,0,"128",9,0,0,99,2,"A"', "bars of 99"),
        (b"SIZE 9999 mm,9999 mm", "paper of"),
        (b"SIZE large", "SIZE large"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_a_reason(line: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        read(b"SIZE 10 mm,10 mm\r\nCLS\r\n" + line + b"\r\nPRINT 1,1\r\n")


@pytest.mark.parametrize("label", [b"", b"CLS\r\nPRINT 1,1\r\n", b"SIZE 10 mm,10 mm\r\nCLS\r\n", b"PRINT 1,1\r\n"])
def test_a_label_without_size_or_print_is_none(label: bytes) -> None:
    with pytest.raises(Unreadable, match=r"no SIZE|no PRINT"):
        read(label)


def test_a_question_is_a_piece_of_its_own_between_labels() -> None:
    label = TSPL.encode(PAGE, profile(), 1)
    assert split(b"\x1b!?" + label + b"\x1b!?" + label + b"\x1b!") == ([b"\x1b!?", label, b"\x1b!?", label], b"\x1b!")
    with pytest.raises(Unreadable):
        read(b"\x1b!?")


def test_a_question_within_a_label_does_not_cut_it() -> None:
    label = b"SIZE 8 dot,1 dot\r\n\x1b!?CLS\r\nPRINT 1,1\r\n"
    assert split(label) == ([label], b"")
    assert read(label) == Picture(8, 1, b"\0")


def test_a_graphic_that_is_none_holds_up_no_label() -> None:
    label = b"SIZE 8 dot,1 dot\r\nCLS\r\nBITMAP wide\r\nPRINT 1,1\r\n"
    assert split(label) == ([label], b"")
    with pytest.raises(Unreadable, match="BITMAP"):
        read(label)


def test_a_cut_that_comes_with_the_label_is_part_of_it() -> None:
    label = b"SIZE 8 dot,1 dot\r\nCLS\r\nPRINT 1,1\r\nCUT\r\n"
    assert split(label + label) == ([label, label], b"")
