"""ESC/POS out and back: every page in every way to send dots, what a printer says, and receipts written by a mind that is not ours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
import pytest
import zxingcpp
from escpos.printer import Dummy  # type: ignore[import-untyped]
from hypothesis import example, given
from hypothesis import strategies as st
from tests.devices.sheets import Sheet, dots, image, packed, receipt, sheets

from corner_app.devices.languages.escpos import ESCPOS, drawer_open, job_id, kick
from corner_app.devices.profile import Profile
from corner_app.devices.readback.escpos import Seen, read, seen, split
from corner_app.devices.readback.picture import Picture, Unreadable
from corner_app.devices.status import PrinterStatus

Raster = Literal["gs_v_0", "gs_lparen_l", "esc_star"]
WAYS: tuple[Raster, ...] = ("gs_v_0", "gs_lparen_l", "esc_star")


def profile(**given: object) -> Profile:
    return Profile(**({"name": "Receipts", "language": "escpos", "width": 576, "height": 0, "confirm": "none"} | given))  # type: ignore[arg-type]


def on_paper(sheet: Sheet, picture: Picture, *, foot: int = 0) -> bool:
    """Whether the picture is the page, with white in the bits beside it and, at most, `foot` white rows below."""
    stride = (sheet.width + 7) // 8
    below = picture.rows[len(sheet.rows) :]
    return picture.width == stride * 8 and picture.rows[: len(sheet.rows)] == sheet.rows and not any(below) and len(below) <= foot * stride


@given(sheets(highest=60), st.sampled_from(WAYS), st.booleans(), st.booleans())
@example(Sheet(576, 600, bytes(range(1, 73)) * 600), "gs_v_0", True, True)
@example(Sheet(2_400, 300, bytes(range(1, 101)) * 900), "gs_lparen_l", False, False)
def test_every_page_survives_every_way(sheet: Sheet, raster: Raster, cutter: bool, reply: bool) -> None:
    sent = ESCPOS.encode(sheet, profile(raster=raster, cutter=cutter, confirm="reply" if reply else "none"), 7)
    (piece,), rest = split(sent)
    assert (piece, rest) == (sent, b"")
    assert on_paper(sheet, read(piece), foot=23 if raster == "esc_star" else 0)
    asked = [event for event in seen(piece) if event.what not in ("dots", "set_up") and event != Seen("feed")]
    assert asked == [Seen("cut")] * cutter + [Seen("confirm", job_id(7))] * reply


@given(sheets(highest=60), st.sampled_from(WAYS))
def test_strips_are_the_same_dots_and_never_longer(sheet: Sheet, raster: Raster) -> None:
    whole, strips = (ESCPOS.encode(sheet, profile(raster=raster, image=image), 1) for image in ("bitmap", "strips"))
    assert len(strips) <= len(whole)
    (picture,) = (read(piece) for piece in split(strips)[0])
    stride = picture.width // 8
    wide = b"".join(picture.rows[at : at + stride].ljust((sheet.width + 7) // 8, b"\0") for at in range(0, len(picture.rows), stride))
    assert on_paper(sheet, Picture((sheet.width + 7) // 8 * 8, picture.height, wide), foot=23)


@given(sheets(widest=60, highest=30), st.integers(-30, 30), st.integers(-30, 30), st.booleans())
def test_offset_and_turn_move_the_dots_on_the_same_paper(sheet: Sheet, x: int, y: int, rotate: bool) -> None:
    wanted = np.zeros((sheet.height + 60, sheet.width + 60), np.uint8)
    wanted[30 + y : 30 + y + sheet.height, 30 + x : 30 + x + sheet.width] = dots(sheet)
    wanted = wanted[30 : 30 + sheet.height, 30 : 30 + sheet.width]
    ((piece,), _) = split(ESCPOS.encode(sheet, profile(offset_x=x, offset_y=y, rotate=rotate), 1))
    assert read(piece).rows == packed(wanted[::-1, ::-1] if rotate else wanted)


@pytest.mark.parametrize("width", [384, 576])
@pytest.mark.parametrize("raster", WAYS)
def test_codes_on_a_receipt_are_read_from_what_was_sent(raster: Raster, width: int) -> None:
    sheet, item, link = receipt(width)
    ((piece,), _) = split(ESCPOS.encode(sheet, profile(raster=raster, width=width, cutter=True), 1))
    picture = read(piece)
    assert on_paper(sheet, picture, foot=23)
    found = {code.text for code in zxingcpp.read_barcodes(image(Sheet(picture.width, picture.height, picture.rows)))}
    assert found == {item, link}


def test_slices_are_small_enough_for_little_printers() -> None:
    sent = ESCPOS.encode(Sheet(576, 600, bytes([0x80] * 72) * 600), profile(), 1)
    heights = [int.from_bytes(sent[at + 6 : at + 8], "little") for at in range(len(sent)) if sent.startswith(b"\x1dv0\x00", at)]
    assert heights == [255, 255, 90]
    assert sent.startswith(b"\x1b@\x1dv0\x00\x48\x00\xff\x00")
    assert sent.endswith(b"\x1b2\x1bd\x04")


def test_dots_that_look_like_opening_the_drawer_do_not_open_it() -> None:
    sent = ESCPOS.encode(Sheet(40, 1, b"\x10\x14\x01\x00\x01"), profile(), 1)
    assert sent.startswith(b"\x1b@\x1d(D\x05\x00\x14\x01\x00\x02\x00\x1dv0")
    assert not [event for event in seen(sent) if event.what == "kick"]
    assert b"\x1d(D" not in ESCPOS.encode(Sheet(40, 1, b"\x10\x15\x01\x00\x01"), profile(), 1)


# This very job


@given(st.integers(1, 2**40), st.binary(max_size=40), st.binary(max_size=40))
def test_only_this_job_confirms_itself(job: int, before: bytes, after: bytes) -> None:
    said = b'7"' + job_id(job) + b"\x00"
    assert ESCPOS.replied is not None
    assert all(0x20 <= byte <= 0x7E for byte in job_id(job))
    assert ESCPOS.replied(before + said + after, job)
    assert not ESCPOS.replied(said, job + 1)
    assert not any(ESCPOS.replied(said[:cut], job) for cut in range(len(said)))


def test_automatic_status_around_a_confirmation_is_no_hindrance() -> None:
    assert ESCPOS.replied is not None
    assert ESCPOS.replied(b"\x14\x00\x00\x0f" + b'7"' + job_id(41) + b"\x00" + b"\x10\x00\x00\x0f\x12", 41)


# What it says


def printer(*answers: bytes) -> Callable[[bytes, float], bytes]:
    """One that gives these answers to DLE EOT 1, 2, 3, 4, and none where there are fewer."""
    return lambda query, wait_s: answers[query[2] - 1] if query[2] <= len(answers) else b""


def state(*answers: bytes) -> PrinterStatus:
    return ESCPOS.status(printer(*answers))


@pytest.mark.parametrize(
    ("said", "word", "reasons"),
    [
        (b"\x16\x12\x12\x12", "ready", ()),
        (b"\x12\x12\x12\x1e", "ready", ("media_low",)),
        (b"\x1e\x32\x12\x7e", "media_out", ("media_out", "media_low")),
        (b"\x12\x12\x12\x32", "media_out", ("media_out",)),
        (b"\x12\x12\x12\x52", "media_out", ("media_out",)),
        (b"\x12\x32\x12\x12", "media_out", ("media_out",)),
        (b"\x1e\x16\x12\x12", "head_open", ("head_open",)),
        (b"\x1e\x36\x12\x7e", "head_open", ("head_open", "media_out", "media_low")),
        (b"\x1a\x52\x1a\x12", "cutter", ("cutter",)),
        (b"\x1a\x52\x32\x12", "fault", ("fault",)),
        (b"\x1a\x52\x52\x12", "head_hot", ("head_hot",)),
        (b"\x1a\x52\x16\x12", "fault", ("fault",)),
        (b"\x1a\x52\x12\x12", "fault", ("fault",)),
        (b"\x1a\x12\x12\x12", "paused", ("paused",)),
        (b"\x1a\x12\x12\x1e", "paused", ("paused", "media_low")),
        (b"\x5a\x1a\x12\x12", "paused", ("paused",)),
    ],
)
def test_status_bits(said: bytes, word: str, reasons: tuple[str, ...]) -> None:
    status = state(*(said[at : at + 1] for at in range(4)))
    assert (status.word, status.reasons, status.raw) == (word, reasons, said)


@pytest.mark.parametrize("heard", range(4))
def test_a_printer_that_leaves_a_question_unanswered_is_never_ready(heard: int) -> None:
    assert state(*[b"\x12"] * heard).state == "mute"


def test_a_mute_printer_is_asked_once() -> None:
    asked: list[bytes] = []
    ESCPOS.status(lambda query, wait_s: asked.append(query) or b"")  # type: ignore[func-returns-value]
    assert asked == [b"\x10\x04\x01"]


@pytest.mark.parametrize("stray", [b"", b"\x11", b"\x14\x00\x00\x0f", b'7"1234\x00', b'\x14\x00\x00\x0f7"6666\x00\x13'])
def test_what_comes_unasked_is_told_from_the_answer(stray: bytes) -> None:
    assert state(*[stray + b"\x12"] * 4).state == "ready"
    assert state(*[b"\x12" + stray] * 4).state == "ready"
    assert state(*[stray] * 4).state == "mute"


@given(st.lists(st.binary(max_size=12), min_size=4, max_size=4))
def test_noise_is_ready_only_when_it_is_the_answer(noise: list[bytes]) -> None:
    status = state(*noise)
    if status.takes_labels:
        assert all(any(byte & 0x93 == 0x12 for byte in answer) for answer in noise)
    assert state(b"030,0,0,1218\r\n", *noise).state == "mute"


# The drawer


def test_a_drawer_is_kicked_on_its_pin() -> None:
    assert kick(2) == b"\x1bp\x00\x19\xfa"
    assert kick(5, 100, 200) == b"\x1bp\x01\x32\x64"
    assert [seen(kick(pin)) for pin in (2, 5)] == [(Seen("kick", 2),), (Seen("kick", 5),)]


@pytest.mark.parametrize(("on_ms", "off_ms"), [(0, 500), (50, 512), (200, 100)])
def test_a_pulse_that_no_printer_makes_is_refused(on_ms: int, off_ms: int) -> None:
    with pytest.raises(ValueError, match="no pulse"):
        kick(2, on_ms, off_ms)


def test_a_drawer_says_whether_it_is_open() -> None:
    assert drawer_open(printer(b"\x16")) is True
    assert drawer_open(printer(b"\x12")) is False
    assert drawer_open(printer(b"\x12"), high_is_open=False) is True
    assert drawer_open(printer(b"")) is None
    assert drawer_open(printer(b"OK")) is None


# Reading what others send


@given(st.lists(st.sampled_from([b"\x1b@", b"\x1dv0\x00\x01\x00\x02\x00\x81\x7e", b"\x1b*\x21\x01\x00abc\n", b"\x1dVB\x00", b"\x1bd\x04", b"\n",
    b"\x1d(H\x06\x0000abcd", b"\x10\x04\x01", b"\x1bp\x00\x19\x19", b"hello", b"\x1dV\x01", b"\x1bJ\x09"]), max_size=14), st.data())  # fmt: skip
def test_a_stream_cut_anywhere_says_the_same(parts: list[bytes], data: st.DataObject) -> None:
    """Text apart, of which a piece more or less may be seen."""
    stream = b"".join(parts)
    at = data.draw(st.integers(0, len(stream)))
    whole, whole_rest = split(stream)
    first, held = split(stream[:at])
    second, rest = split(held + stream[at:])
    assert b"".join([*whole, whole_rest]) == b"".join([*first, *second, rest]) == stream

    def said(pieces: list[bytes]) -> list[Seen]:
        return [event for piece in pieces for event in seen(piece) if event.what not in ("text", "set_up")]

    assert said([*first, *second, rest]) == said([*whole, whole_rest])


@given(st.binary(max_size=300), st.sampled_from([b"", b"\x1d", b"\x1b*", b"\x1dv0", b"\x1d(L", b"\x1d(H", b"\x10\x14", b"\x1dk", b"\x1bD", b"\x1d8L"]))
def test_anything_at_all_is_read_or_refused(noise: bytes, head: bytes) -> None:
    data = head + noise + b"\x1bd\x04\x1dVA\x03"
    pieces, rest = split(data)
    assert b"".join(pieces) + rest == data
    for piece in [*pieces, rest, data]:
        seen(piece)
        try:
            picture = read(piece)
            assert len(picture.rows) == picture.width // 8 * picture.height
        except Unreadable as error:
            assert str(error)


@pytest.mark.parametrize(
    "piece",
    [b"\x1dv0\x03\x01\x00\x01\x00\xff", b"\x1dv0\x00\x00\x00\x05\x00", b"\x1b*\x01\x08\x0012345678\n", b"\x1d(L\x0b\x000p0\x02\x011\x08\x00\x01\x00\xff",
     b"\x1dv0\x00\xff\xff\x01\x00" + bytes(65_535) + b"\x1bd\xff" * 9 + b"\x1dv0\x00\x01\x00\x01\x00\xff", b"hello\n", b""],
)  # fmt: skip
def test_dots_in_a_form_we_do_not_draw_are_refused(piece: bytes) -> None:
    with pytest.raises(Unreadable):
        read(piece)


@pytest.mark.parametrize("way", ["bitImageRaster", "graphics", "bitImageColumn"])
@pytest.mark.parametrize("width", [384, 576])
def test_receipts_of_another_maker_are_read(way: str, width: int) -> None:
    """Written by python-escpos, in its three ways, with text before and a cut behind."""
    sheet, item, link = receipt(width)
    other = Dummy()
    other.text("Receipt\n")
    other.image(image(sheet), impl=way, fragment_height=240)
    other.cut()
    pieces, rest = split(other.output)
    assert rest == b""
    assert [event.what for event in seen(pieces[0]) if event.what in ("text", "cut")][:1] == ["text"]
    assert seen(other.output)[-1] == Seen("cut")
    picture = read(pieces[0])
    assert on_paper(sheet, picture, foot=23)
    assert {code.text for code in zxingcpp.read_barcodes(image(Sheet(picture.width, picture.height, picture.rows)))} == {item, link}


def test_a_drawer_of_another_maker_is_seen_to_open() -> None:
    other = Dummy()
    other.cashdraw(2)
    other.cashdraw(5)
    assert [event for event in seen(other.output) if event.what == "kick"] == [Seen("kick", 2), Seen("kick", 5)]
