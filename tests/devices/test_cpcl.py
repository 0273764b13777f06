"""CPCL: what is sent, what the one byte of status says, and labels as others write them."""

from __future__ import annotations

import numpy as np
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from tests.devices.parcel import paste
from tests.devices.sheets import Sheet, dots, image

from corner_app.devices.languages.cpcl import CPCL
from corner_app.devices.languages.strips import Placed
from corner_app.devices.profile import Profile
from corner_app.devices.readback.cpcl import read, split
from corner_app.devices.readback.picture import Picture, Unreadable
from corner_app.devices.status import PrinterStatus

PAGE = Sheet(16, 2, b"\xff\x00\x0f\xf0")


def profile(**given: object) -> Profile:
    return Profile(**({"name": "Labels", "language": "cpcl", "width": 16, "height": 2, "gap": 24} | given))  # type: ignore[arg-type]


def test_a_label_says_all_that_a_printer_would_else_remember() -> None:
    assert CPCL.encode(PAGE, profile(speed=4), 1) == (
        b"! 0 200 200 2 1\r\nPAGE-WIDTH 16\r\nGAP-SENSE\r\nTONE 51\r\nSPEED 4\r\nCG 2 2 0 0 \xff\x00\x0f\xf0\r\nFORM\r\nPRINT\r\n"
    )


@pytest.mark.parametrize(
    ("given_", "line"),
    [
        ({"media": "mark"}, b"\r\nBAR-SENSE\r\n"),
        ({"media": "continuous"}, b"\r\nJOURNAL\r\n"),
        ({"media": "continuous"}, b"\xf0\r\nPRINT\r\n"),
        ({"darkness": 0}, b"\r\nTONE -99\r\n"),
        ({"darkness": 100}, b"\r\nTONE 200\r\n"),
        ({"speed": 14}, b"\r\nSPEED 5\r\n"),
        ({"rotate": True}, b"CG 2 2 0 0 \x0f\xf0\x00\xff\r\n"),
        ({"cutter": True}, b"\r\nCUT\r\nFORM\r\nPRINT\r\n"),
        ({"dpi": 300}, b"! 0 300 300 2 1\r\n"),
    ],
)
def test_the_profile_is_obeyed(given_: dict[str, object], line: bytes) -> None:
    assert line in CPCL.encode(PAGE, profile(**given_), 1)


def coded() -> Sheet:
    codes = [Placed("code128", 30, 8, 2, 40, "CP104722182BD"), Placed("qr", 30, 80, 4, 0, "https://corner.example/t/1")]
    black = np.zeros((240, 400), np.uint8)
    for code in codes:
        paste(black, code)
    return Sheet(400, 240, np.packbits(black, axis=1).tobytes(), codes)


def test_codes_are_left_to_the_printer_in_strips() -> None:
    sent = CPCL.encode(coded(), profile(width=400, height=240, image="strips", offset_x=1, offset_y=2), 1)
    assert sent.endswith(
        b"TONE 51\r\nBARCODE 128 2 1 40 31 10 CP104722182BD\r\nBARCODE QR 31 82 M 2 U 4\r\nMA,https://corner.example/t/1\r\nENDQR\r\nFORM\r\nPRINT\r\n"
    )


def test_upside_down_no_code_is_left_to_a_printer_that_cannot_turn_it() -> None:
    sent = CPCL.encode(coded(), profile(width=400, height=240, image="strips", rotate=True), 1)
    assert b"BARCODE" not in sent
    picture = read(sent)
    turned = Sheet(picture.width, picture.height, picture.rows)
    assert (dots(turned) == dots(coded())[::-1, ::-1]).all()
    assert {code.text for code in zxingcpp.read_barcodes(image(turned))} == {"CP104722182BD", "https://corner.example/t/1"}


# What it says


def state(said: bytes) -> PrinterStatus:
    return CPCL.status(lambda query, wait_s: said if query == b"\x1bh" else b"")


@pytest.mark.parametrize(
    ("said", "word", "reasons"),
    [
        (b"\x00", "ready", ()),
        (b"\x08", "ready", ()),
        (b"\x10", "ready", ()),
        (b"\x01", "busy", ()),
        (b"\x02", "media_out", ("media_out",)),
        (b"\x04", "head_open", ("head_open",)),
        (b"\x17", "head_open", ("head_open", "media_out")),
    ],
)
def test_its_byte_is_understood(said: bytes, word: str, reasons: tuple[str, ...]) -> None:
    found = state(said)
    assert (found.word, found.reasons, found.raw) == (word, reasons, said)


@given(st.binary(max_size=4))
def test_bits_without_meaning_and_more_than_a_byte_are_no_answer(said: bytes) -> None:
    if len(said) != 1 or said[0] >= 0x20:
        assert state(said).state == "mute"
    else:
        assert state(said).takes_labels == (not said[0] & 0x06)


# As others write it


def test_the_graphics_of_the_makers_manual_are_read() -> None:
    """Chapter 7 of the programming manual: 16 x 16 dots in squares of four, at 90, 45; the width is ours."""
    label = b"! 0 200 200 210 1\r\nPAGE-WIDTH 120\r\nEG 2 16 90 45 " + (b"F0F0" * 4 + b"0F0F" * 4) * 2 + b"\r\nFORM\r\nPRINT\r\n"
    black = dots(Sheet(120, 210, read(label).rows))
    squares = np.kron(np.indices((4, 4)).sum(0) % 2 == 0, np.ones((4, 4), bool))
    assert (black[45:61, 90:106] == squares).all()
    assert black.sum() == squares.sum()


def test_the_sessions_offset_moves_everything() -> None:
    assert read(b"! 4 200 200 2 1\nPW 16\nCG 1 1 0 1 \xff\nPRINT\n") == Picture(16, 2, b"\0\0\x0f\xf0")


def test_a_label_of_short_names_is_read() -> None:
    label = b"! 0 200 200 60 1\r\nPW 400\r\nB 128 2 1 40 30 8 CP104722182BD\r\nPRINT\r\n"
    assert {code.text for code in zxingcpp.read_barcodes(image(Sheet(400, 60, read(label).rows)))} == {"CP104722182BD"}


@pytest.mark.parametrize("text", [b"H7A,corner", b"LA,corner", b"Q8A,corner"])
def test_a_qr_code_of_another_level_or_mask_says_the_same(text: bytes) -> None:
    label = b"! 0 200 200 200 1\r\nPW 200\r\nBARCODE QR 20 20 U 5\r\n" + text + b"\r\nENDQR\r\nPRINT\r\n"
    (code,) = zxingcpp.read_barcodes(image(Sheet(200, 200, read(label).rows)))
    assert (code.text, code.ec_level) == ("corner", text[:1].decode())


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"TEXT 4 0 0 0 A", "TEXT is not drawn here"),
        (b"LINE 0 0 9 9 1", "LINE is not drawn here"),
        (b"BARCODE 39 1 1 9 0 0 A", "a BARCODE that is not drawn here"),
        (b"BARCODE QR 0 0 M 2 U 4\r\nA\r\nENDQR", "a QR code that is not drawn here"),
        (b"BARCODE QR 0 0 M 2 U 4\r\nMA,A", "a QR code that is not drawn here"),
        (b"EG 2 2 0 0 FF", "EG that says not how large it is"),
        (b"PAGE-WIDTH wide", "paper of 0"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_a_reason(line: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        read(b"! 0 200 200 80 1\r\nPAGE-WIDTH 80\r\n" + line + b"\r\nPRINT\r\n")


@pytest.mark.parametrize("label", [b"", b"PRINT\r\n", b"! U1 setvar\r\nPRINT\r\n", b"! 0 200 200 9 1\r\nPRINT\r\n", b"! 0 200 200 9 1\r\nPW 9\r\n"])
def test_a_label_without_session_width_or_print_is_none(label: bytes) -> None:
    with pytest.raises(Unreadable, match=r"no session|no PAGE-WIDTH|no PRINT"):
        read(label)


def test_a_question_is_a_piece_of_its_own_between_labels() -> None:
    label = CPCL.encode(PAGE, profile(), 1)
    assert split(b"\x1bh" + label + b"\x1bh" + label + b"\x1b") == ([b"\x1bh", label, b"\x1bh", label], b"\x1b")
