"""ZPL out and back: every bitmap survives every compression, and what a printer says is understood or not believed."""

from __future__ import annotations

import binascii
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corner_app.devices.languages import zpl
from corner_app.devices.readback.zpl import Unreadable, labels, read
from corner_app.i18n import Language, words

COMPRESSIONS: tuple[zpl.Compression, ...] = ("hex", "acs", "z64")


@st.composite
def bitmaps(draw: st.DrawFn) -> tuple[int, int, bytes]:
    width, height = draw(st.integers(1, 900)), draw(st.integers(1, 12))
    stride = (width + 7) // 8
    row = st.one_of(st.binary(min_size=stride, max_size=stride), st.sampled_from([b"\0" * stride, b"\xff" * stride, b"\x0f" * stride]))
    return width, height, b"".join(draw(st.lists(row, min_size=height, max_size=height)))


@given(bitmaps(), st.sampled_from(COMPRESSIONS))
def test_every_bitmap_survives(bitmap: tuple[int, int, bytes], compression: zpl.Compression) -> None:
    (label,) = labels(zpl.encode(*bitmap, compression))
    picture = read(label)
    assert (picture.width, picture.height, picture.rows) == bitmap


def test_a_label_says_what_a_printer_must_know() -> None:
    sent = zpl.encode(812, 2, bytes(204))
    assert sent.startswith(b"^XA^JZN^PW812^LL2^LH0,0^FO0,0^GFA,204,204,102,:Z64:")
    assert sent.endswith(b"^FS^PQ1^XZ\n")
    text, check = re.findall(rb":Z64:([^:]+):([0-9a-f]{4})", sent)[0]
    assert int(check, 16) == binascii.crc_hqx(text, 0)


@pytest.mark.parametrize("harm", [(b":Z64:e", b":Z64:f"), (b"^PW812", b""), (b"204,204,102", b"204,999,102"), (b"^LL2", b"^LL3")])
def test_a_harmed_label_is_not_shown(harm: tuple[bytes, bytes]) -> None:
    sent = zpl.encode(812, 2, bytes(204)).replace(*harm)
    with pytest.raises(Unreadable):
        read(sent)


@given(st.binary(max_size=60))
def test_a_right_checksum_over_rubbish_is_not_shown(rubbish: bytes) -> None:
    text = binascii.b2a_base64(rubbish, newline=False)
    with pytest.raises(Unreadable):
        read(b"^XA^PW8^LL9^GFA,9,9,1,:Z64:%s:%04x^FS^XZ" % (text, binascii.crc_hqx(text, 0)))


@given(st.binary(max_size=200))
def test_anything_at_all_is_unreadable_or_a_picture(data: bytes) -> None:
    for label in labels(b"^XA^PW8^LL1^GFA,1,1,1," + data + b"^FS^XZ"):
        try:
            assert read(label).width == 8
        except Unreadable as error:
            assert str(error)


READY = b"\x02030,0,0,1218,000,0,0,0,000,0,0,0\x03\r\n\x02000,0,0,0,0,2,4,0,00000000,1,000\x03\r\n\x021234,0\x03\r\n"


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (b"", b"", ""),
        (b"030,0,0", b"030,1,0", "media_out"),
        (b"030,0,0", b"030,0,1", "paused"),
        (b"000,0,0,0,0,2", b"000,0,1,0,0,2", "head_open"),
        (b"000,0,0,0,0,2", b"000,0,0,1,0,2", "ribbon_out"),
        (b"000,0,0,0,000,0,0,0", b"000,1,0,0,000,0,0,0", "buffer_full"),
    ],
)
def test_host_status(old: bytes, new: bytes, fault: str) -> None:
    status = zpl.parse_status(READY.replace(old, new, 1) if old else READY)
    assert status is not None
    assert (status.fault, status.ready, status.left) == (fault, not fault, 0)


@pytest.mark.parametrize("cut", range(0, len(READY) - 30, 7))
def test_half_an_answer_is_none(cut: int) -> None:
    status = zpl.parse_status(READY[:cut])
    assert status is None or status.ready


def answer(errors: str, warnings: str = "0 00000000 00000000") -> bytes:
    return f"\x02\r\nPRINTER STATUS\r\n   ERRORS:         {errors}\r\n   WARNINGS:       {warnings}\r\n\x03".encode()


@pytest.mark.parametrize(
    ("said", "faults", "warnings"),
    [
        (answer("0 00000000 00000000"), (), ()),
        (answer("1 00000000 00000001"), ("media_out",), ()),
        (answer("1 00000000 00000005"), ("head_open", "media_out"), ()),
        (answer("1 00000000 00010000", "1 00000000 0000000A"), ("paused",), ("media_low", "clean_head")),
        (answer("1 00000000 00000200"), ("fault",), ()),
    ],
)
def test_host_errors(said: bytes, faults: tuple[str, ...], warnings: tuple[str, ...]) -> None:
    assert zpl.parse_errors(said) == zpl.Errors(faults, warnings)


@given(st.binary(max_size=120))
def test_noise_is_no_answer(noise: bytes) -> None:
    zpl.parse_status(noise)
    assert zpl.parse_errors(noise) is None


def test_odometer() -> None:
    assert zpl.parse_odometer(b'"1041"') == 1041
    assert zpl.parse_odometer(b'"?"') is None
    assert zpl.parse_odometer(b"") is None


def test_every_fault_has_words() -> None:
    """A state nobody can name would be an error on screen instead of a fault at the printer."""
    for word in ("media_out", "paused", "head_open", "ribbon_out", "buffer_full", "fault", *(word for _, word in zpl._FAULTS)):
        assert all(words(f"ui.printer_{word}", language) for language in Language)
