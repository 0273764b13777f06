"""Brother QL out and back: read by us and by a mind that is not ours, and what the printer says."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.devices.sheets import Sheet, dots, packed, receipt, sheets

from corner_app.devices.languages.brother_ql import BROTHER_QL, ROLLS, NoSuchRoll
from corner_app.devices.profile import Profile
from corner_app.devices.readback.brother_ql import questions, read, split
from corner_app.devices.readback.picture import Unreadable
from corner_app.devices.status import PrinterStatus

DATA = Path(__file__).parents[1] / "data" / "devices"
SIZES = sorted(ROLLS)


def profile(size: tuple[int, int] = (696, 0), **given: Any) -> Profile:
    width, height = size
    media = "gap" if height else "continuous"
    return Profile(name="QL", language="brother_ql", dpi=300, width=width, height=height, media=media, confirm="reply", **given)  # type: ignore[arg-type]


@given(sheets(widest=165, highest=60), st.sampled_from(SIZES), st.booleans())
@example(Sheet(1_164, 40, bytes(range(1, 147)) * 40), (1164, 1660), True)
def test_every_page_survives_on_every_roll(sheet: Sheet, size: tuple[int, int], cutter: bool) -> None:
    sent = BROTHER_QL.encode(sheet, profile(size, cutter=cutter), 1)
    pieces, rest = split(sent * 2)
    assert (pieces, rest) == ([sent, sent], b"")
    picture = read(sent)
    assert (picture.width, picture.height) == (size[0], sheet.height)
    black = dots(Sheet(picture.width, picture.height, picture.rows))
    assert np.array_equal(black[:, : sheet.width], dots(sheet))
    assert not black[:, sheet.width :].any()


@pytest.mark.parametrize("compress", [False, True])
def test_a_recorded_label_of_another_writer_is_read(compress: bool) -> None:
    """Written by brother_ql 1.3, whose idea of margins and mirroring is its own; see tests/data/devices/README.md."""
    sheet, _, _ = receipt(696, 800)
    sent = zlib.decompress((DATA / f"brother_ql-{'packed' if compress else 'plain'}.z").read_bytes())
    pieces, rest = split(sent)
    assert (rest, [questions(piece) for piece in pieces]) == (b"", [1] * (len(pieces) - 1) + [0])
    picture = read(pieces[-1])
    assert (picture.width, picture.height, picture.rows) == (sheet.width, sheet.height, sheet.rows)


def noise(width: int, height: int) -> Sheet:
    return Sheet(width, height, packed((np.random.default_rng(width).random((height, width)) < 0.3).astype(np.uint8)))


@given(sheets(widest=60, highest=30), st.integers(-30, 30), st.integers(-30, 30), st.booleans())
@settings(max_examples=40)
def test_offset_and_turn_move_the_dots_on_the_same_paper(sheet: Sheet, x: int, y: int, rotate: bool) -> None:
    wanted = np.zeros((sheet.height + 60, sheet.width + 60), np.uint8)
    wanted[30 + y : 30 + y + sheet.height, 30 + x : 30 + x + sheet.width] = dots(sheet)
    wanted = wanted[30 : 30 + sheet.height, 30 : 30 + sheet.width]
    picture = read(BROTHER_QL.encode(sheet, profile(offset_x=x, offset_y=y, rotate=rotate), 1))
    assert np.array_equal(dots(Sheet(picture.width, picture.height, picture.rows))[:, : sheet.width], wanted[::-1, ::-1] if rotate else wanted)


def test_a_label_says_what_the_printer_must_know() -> None:
    sent = BROTHER_QL.encode(Sheet(1200, 1822, bytes(150 * 1822)), profile((1200, 1822), cutter=True), 1)
    assert sent.startswith(bytes(400) + b"\x1b@\x1bia\x01\x1biz\x4e\x0b\x68\xa4\x1e\x07\x00\x00\x00\x00\x1biM\x40\x1biK\x08\x1bid\x00\x00g\x00\xa2")
    assert len(sent) == 400 + 2 + 4 + 13 + 4 + 4 + 5 + 1822 * (3 + 162) + 1
    endless = BROTHER_QL.encode(Sheet(696, 2, bytes(87 * 2)), profile(), 1)
    assert endless[406:] == b"\x1biz\x46\x0a\x3e\x00\x02\x00\x00\x00\x00\x00\x1biM\x00\x1biK\x00\x1bid\x23\x00" + (b"g\x00\x5a" + bytes(90)) * 2 + b"\x1a"


@pytest.mark.parametrize(("sheet", "size"), [((500, 10), (500, 0)), ((700, 10), (696, 0)), ((306, 992), (306, 991))])
def test_a_page_no_roll_can_carry_is_refused_in_words(sheet: tuple[int, int], size: tuple[int, int]) -> None:
    width, height = sheet
    with pytest.raises(NoSuchRoll, match=f"{width} x"):
        BROTHER_QL.encode(Sheet(width, height, bytes((width + 7) // 8 * height)), profile(size), 1)


# What it says


def block(kind: int = 0, errors: tuple[int, int] = (0, 0), phase: int = 0) -> bytes:
    return b"\x80\x20B48" + bytes(3) + bytes(errors) + b"\x3e\x0a" + bytes(6) + bytes([kind, phase]) + bytes(12)


def state(said: bytes) -> PrinterStatus:
    return BROTHER_QL.status(lambda query, wait_s: said if query == b"\x1biS" else b"")


@pytest.mark.parametrize(
    ("errors", "word"),
    [
        ((0, 0), "ready"), ((0x01, 0), "media_out"), ((0x02, 0), "media_out"), ((0x04, 0), "cutter"), ((0x08, 0), "fault"), ((0x20, 0), "fault"),
        ((0x80, 0), "fault"), ((0, 0x01), "fault"), ((0, 0x02), "buffer_full"), ((0, 0x04), "fault"), ((0, 0x08), "buffer_full"),
        ((0, 0x10), "head_open"), ((0, 0x20), "head_hot"), ((0, 0x40), "paper_feed"), ((0, 0x80), "fault"), ((0x01, 0x10), "head_open"),
        ((0x10, 0), "busy"),
    ],
)  # fmt: skip
def test_status_bits(errors: tuple[int, int], word: str) -> None:
    status = state(block(errors=errors))
    assert (status.word, status.raw) == (word, block(errors=errors))


def test_a_printer_at_work_is_busy() -> None:
    assert state(block(phase=1)).state == "busy"


@pytest.mark.parametrize("cut", range(32))
def test_an_answer_cut_anywhere_is_never_ready_and_never_printed(cut: int) -> None:
    assert len(block()) == 32
    assert BROTHER_QL.replied is not None
    assert state(block()[:cut]).state == "mute"
    assert state(block()[cut + 1 :]).state == "mute"
    assert not BROTHER_QL.replied(block(1)[:cut], 1)


def test_what_came_unasked_is_no_answer() -> None:
    assert state(block(6, phase=1)).state == "mute"
    assert state(block(6, phase=1) + block(0)).state == "ready"


@given(st.binary(max_size=40), st.binary(max_size=40))
def test_completed_is_heard_among_anything_else(before: bytes, after: bytes) -> None:
    assert BROTHER_QL.replied is not None
    assert BROTHER_QL.replied(block(6, phase=1) + block(1) + block(6) + after, 1)
    assert BROTHER_QL.replied(before.replace(b"\x80", b"") + block(1) + after, 1)


@pytest.mark.parametrize("said", [b"", block(0), block(2, (1, 0)), block(1, (1, 0)), block(1, (0, 0x10)), block(6, phase=1)])
def test_nothing_else_means_printed(said: bytes) -> None:
    assert BROTHER_QL.replied is not None
    assert not BROTHER_QL.replied(said, 1)


# Garbage


@given(st.lists(st.sampled_from([b"\x00", b"\x1b@", b"\x1bia\x01", b"\x1biz\x4e\x0a\x3e\x00\x02\x00\x00\x00\x00\x00", b"g\x00\x5a" + bytes(90),
    b"M\x02", b"Z", b"g\x00\x02\xa7\xff", b"\x1a", b"\x1biS", b"?", b"\x1bx"]), max_size=12), st.data())  # fmt: skip
def test_a_stream_cut_anywhere_gives_the_same_pieces(parts: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(parts)
    at = data.draw(st.integers(0, len(stream)))
    first, held = split(stream[:at])
    second, rest = split(held + stream[at:])
    assert ([*first, *second], rest) == split(stream)
    assert b"".join([*first, *second, rest]) == stream


@given(st.binary(max_size=200), st.sampled_from([b"", b"\x1biz\x4e\x0a\x3e\x00\x02\x00\x00\x00\x00\x00", b"M\x02g\x00\x05", b"\x1bi", b"g"]))
def test_anything_at_all_is_read_or_refused(tail: bytes, head: bytes) -> None:
    pieces, rest = split(head + tail + b"\x1a")
    assert b"".join(pieces) + rest == head + tail + b"\x1a"
    for piece in [*pieces, rest]:
        questions(piece)
        try:
            assert read(piece).width
        except Unreadable as error:
            assert str(error)


def test_a_question_between_labels_is_seen() -> None:
    label = BROTHER_QL.encode(noise(696, 2), profile(), 1)
    pieces, rest = split(b"\x1biS" + label + b"\x1biS\x1bi")
    assert (pieces, rest) == ([b"\x1biS", label, b"\x1biS"], b"\x1bi")
    assert [questions(piece) for piece in pieces] == [1, 0, 1]


@pytest.mark.parametrize("harm", [(b"\x1biz", b"\x1bix"), (b"\x3e\x00\x02", b"\x3d\x00\x02"), (b"g\x00\x5a" + bytes(90), b"g\x00\x59" + bytes(89))])
def test_a_harmed_label_is_not_shown(harm: tuple[bytes, bytes]) -> None:
    sent = BROTHER_QL.encode(Sheet(696, 2, bytes(174)), profile(), 1)
    assert read(sent).height == 2
    with pytest.raises(Unreadable):
        read(sent.replace(*harm))
