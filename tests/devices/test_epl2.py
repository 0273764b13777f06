"""EPL2: what is sent, what `^ee` says, and labels as LPrint writes them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from tests.devices.parcel import paste
from tests.devices.sheets import Sheet, dots, image

from corner_app.devices.languages.epl2 import EPL2
from corner_app.devices.languages.strips import Placed
from corner_app.devices.profile import Profile
from corner_app.devices.readback.epl2 import read, split
from corner_app.devices.readback.picture import Picture, Unreadable
from corner_app.devices.status import PrinterStatus

PAGE = Sheet(16, 2, b"\xff\x00\x0f\xf0")
LPRINT = Path(__file__).parents[1] / "data/devices/lprint-1.1-epl2.bin"


def profile(**given: object) -> Profile:
    return Profile(**({"name": "Labels", "language": "epl2", "width": 16, "height": 2, "gap": 24} | given))  # type: ignore[arg-type]


def test_a_label_says_all_that_a_printer_would_else_remember() -> None:
    assert EPL2.encode(PAGE, profile(speed=4, darkness=53), 1) == b"\nq16\nQ2,24\nS4\nD8\nZT\nN\nGW0,0,2,2\n\x00\xff\xf0\x0f\nP1\n"


@pytest.mark.parametrize(
    ("given_", "line"),
    [
        ({"media": "mark", "gap": 40}, b"\nQ2,B40\n"),
        ({"media": "continuous"}, b"\nQ2,0\n"),
        ({"darkness": 0}, b"\nD0\n"),
        ({"darkness": 100}, b"\nD15\n"),
        ({"speed": 14}, b"\nS6\n"),
        ({"rotate": True}, b"\nZB\n"),
        ({"cutter": True}, b"\nP1\nC\n"),
        ({"width": 812}, b"\nq816\n"),
    ],
)
def test_the_profile_is_obeyed(given_: dict[str, object], line: bytes) -> None:
    assert line in EPL2.encode(PAGE, profile(**given_), 1)


def test_bars_and_black_are_left_to_the_printer_in_strips_and_a_qr_code_is_not() -> None:
    codes = [Placed("code128", 30, 8, 2, 40, "CP104722182BD"), Placed("qr", 32, 80, 4, 0, "https://corner.example/t/1")]
    black = np.zeros((240, 400), np.uint8)
    black[:3] = 1
    for code in codes:
        paste(black, code)
    sheet = Sheet(400, 240, np.packbits(black, axis=1).tobytes(), codes)
    sent = EPL2.encode(sheet, profile(width=400, height=240, image="strips", offset_x=1, offset_y=2), 1)
    assert b"\nN\nGW32,82,13,100\n" in sent
    assert sent.endswith(b'\nLO1,2,399,3\nB31,10,0,1,2,4,40,N,"CP104722182BD"\nP1\n')


# What it says


def state(said: bytes) -> PrinterStatus:
    return EPL2.status(lambda query, wait_s: said if query == b"^ee\r\n" else b"")


@pytest.mark.parametrize(
    ("said", "word", "reasons"),
    [
        (b"00\r\n", "ready", ()),
        (b"\x1100\r\n", "ready", ()),
        (b"07\r\n", "media_out", ("media_out",)),
        (b"07P003\r\n", "media_out", ("media_out",)),
        (b"\x1307,11\r\n", "head_open", ("head_open", "media_out")),
        (b"11\r\n", "head_open", ("head_open",)),
        (b"81\r\n", "cutter", ("cutter",)),
        (b"01\r\n", "fault", ("fault",)),
        (b"00,99\r\n", "fault", ("fault",)),
    ],
)
def test_its_report_is_understood(said: bytes, word: str, reasons: tuple[str, ...]) -> None:
    found = state(said)
    assert (found.word, found.reasons, found.raw) == (word, reasons, said)


@pytest.mark.parametrize("said", [b"", b"00", b"00\r", b"0\r\n", b"00\r\n00", b"OK\r\n", b"UQ 00\r\n", b"00,\r\n", b"^ee\r\n", b"\x00"])
def test_half_a_report_or_another_answer_is_none(said: bytes) -> None:
    assert state(said).state == "mute"


@given(st.binary(max_size=8))
def test_only_no_error_is_ready(said: bytes) -> None:
    assert not state(said).takes_labels or said.lstrip(b"\x11\x13\x06\x15") == b"00\r\n"


# As others write it


def test_a_recorded_label_of_lprint_is_read_dot_for_dot() -> None:
    sent = LPRINT.read_bytes()
    assert split(sent * 2) == ([sent, sent], b"")
    picture = read(sent)
    assert picture.width == 408
    there = 1 - np.asarray(Image.open(LPRINT.with_suffix(".png")).convert("1")).astype(np.uint8)
    assert not there[picture.height :].any()
    black = dots(Sheet(picture.width, picture.height, picture.rows))
    assert not black[:, 406:].any()
    assert (black[:, :406] == there[: picture.height]).all()
    found = {code.text for code in zxingcpp.read_barcodes(image(Sheet(picture.width, picture.height, picture.rows)))}
    assert found == {"CP104722182BD", "https://corner.example/t/CP104722182BD"}


def test_lines_add_take_away_and_change_and_a_reference_moves_them() -> None:
    label = b"N\r\nq16\r\nQ4,24\r\nR8,1\r\nLO0,0,8,2\r\nLW0,0,2,1\r\nLE4,1,8,1\r\nP1,1\r\n"
    assert read(label) == Picture(16, 4, b"\0\0\0\x3f\0\xf0\0\0")


def test_a_new_label_forgets_what_was_drawn() -> None:
    assert read(b"q8\nQ1,24\nLO0,0,8,1\nN\nP1\n") == Picture(8, 1, b"\0")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b'A50,0,0,1,1,1,N,"A"', "A is not drawn here"),
        (b'GG0,0,"LOGO"', "GG is not drawn here"),
        (b'B0,0,1,1,2,4,9,N,"A"', "a B that is not drawn here"),
        (b'B0,0,0,3,2,4,9,N,"A"', "a B that is not drawn here"),
        (b'B0,0,0,1,2,4,9,B,"A"', "a B that is not drawn here"),
        (b'B0,0,0,1,2,4,9,N,""', "a text no Code 128 carries"),
        (b"LO1,1", "LO without its numbers"),
        (b"q0", "paper of 0"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_a_reason(line: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        read(b"N\nq80\nQ80,24\n" + line + b"\nP1\n")


def test_a_question_is_a_piece_of_its_own_between_labels() -> None:
    label = EPL2.encode(PAGE, profile(), 1)
    assert split(b"^ee\r\n" + label + b"^ee\r\n" + label + b"^ee\r") == ([b"^ee\r\n", label, b"^ee\r\n", label], b"^ee\r")


def test_a_cut_that_comes_late_begins_the_next_piece() -> None:
    label = EPL2.encode(PAGE, profile(cutter=True), 1)
    assert split(label) == ([label], b"")
    assert split(label[:-2]) == ([label[:-2]], b"")
    assert split(b"C\n" + label) == ([b"C\n" + label], b"")
    assert read(b"C\n" + label) == read(label)
