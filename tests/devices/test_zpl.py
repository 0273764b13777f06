"""ZPL out and back: every bitmap survives every compression, and what a printer says is understood or not believed."""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.devices.sheets import Sheet, dots, packed, sheets

from corner_app.devices.languages import zpl
from corner_app.devices.languages.zpl import ZPL
from corner_app.devices.profile import Profile
from corner_app.devices.readback.picture import Unreadable
from corner_app.devices.readback.zpl import labels, read, split
from corner_app.devices.status import FAULTS
from corner_app.i18n import Language, words

COMPRESSIONS: tuple[zpl.Compression, ...] = ("hex", "acs", "z64")
PLAIN = Profile(name="ZPL", language="zpl")
TWO_ROWS = Sheet(812, 2, bytes(204))


def profile(**given: object) -> Profile:
    return Profile(name="ZPL", language="zpl", **given)  # type: ignore[arg-type]


@given(sheets(), st.sampled_from(COMPRESSIONS))
def test_every_bitmap_survives(sheet: Sheet, compression: zpl.Compression) -> None:
    (label,) = labels(zpl.encode(sheet, profile(compression=compression), 1))
    picture = read(label)
    assert (picture.width, picture.height, picture.rows) == (sheet.width, sheet.height, sheet.rows)


@given(st.lists(sheets(widest=20), max_size=3), st.binary(max_size=5).filter(lambda tail: b"^XZ" not in tail))
def test_a_stream_is_cut_behind_each_label(pages: list[Sheet], tail: bytes) -> None:
    sent = [zpl.encode(page, PLAIN, 1) for page in pages]
    tail = tail.lstrip(b"\r\n")
    assert split(b"".join(sent) + tail) == (sent, tail)


@given(sheets(widest=60), st.integers(-70, 0), st.integers(-14, 0))
def test_an_offset_to_the_left_and_up_moves_the_dots(sheet: Sheet, x: int, y: int) -> None:
    (label,) = labels(zpl.encode(sheet, profile(offset_x=x, offset_y=y), 1))
    wanted = dots(sheet) * 0
    rest = dots(sheet)[-y:, -x:]
    wanted[: rest.shape[0], : rest.shape[1]] = rest
    assert read(label).rows == packed(wanted)
    assert b"^LH0,0^" in label


def test_black_beside_the_paper_is_not_sent() -> None:
    (label,) = labels(zpl.encode(Sheet(3, 2, b"\xff\x3f"), PLAIN, 1))
    assert read(label).rows == b"\xe0\x20"


def test_a_label_says_what_a_printer_must_know() -> None:
    sent = zpl.encode(TWO_ROWS, PLAIN, 1)
    assert sent.startswith(b"~SD15^XA^JZN^MNY^PON^PW812^LL2^LS0^LH0,0^FO0,0^GFA,204,204,102,:Z64:")
    assert sent.endswith(b"^FS^PQ1^XZ\n")
    text, check = re.findall(rb":Z64:([^:]+):([0-9a-f]{4})", sent)[0]
    assert int(check, 16) == binascii.crc_hqx(text, 0)


@pytest.mark.parametrize(
    ("given", "command"),
    [
        ({"darkness": 0}, b"~SD00"),
        ({"darkness": 100}, b"~SD30"),
        ({"speed": 4}, b"^PR4^"),
        ({"media": "mark"}, b"^MNM^"),
        ({"media": "continuous"}, b"^MNN^"),
        ({"rotate": True}, b"^POI^"),
        ({"cutter": True}, b"^MMC^"),
        ({"offset_x": 12, "offset_y": 7}, b"^LH12,7^"),
        ({"offset_x": 12, "offset_y": -1}, b"^LH12,0^"),
    ],
)
def test_a_profile_is_obeyed(given: dict[str, object], command: bytes) -> None:
    assert command in zpl.encode(TWO_ROWS, profile(**given), 1)
    assert command not in zpl.encode(TWO_ROWS, PLAIN, 1)


@pytest.mark.parametrize("harm", [(b":Z64:e", b":Z64:f"), (b"^PW812", b""), (b"204,204,102", b"204,999,102"), (b"^LL2", b"^LL3")])
def test_a_harmed_label_is_not_shown(harm: tuple[bytes, bytes]) -> None:
    sent = zpl.encode(TWO_ROWS, PLAIN, 1).replace(*harm)
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
WHOLE = len(READY) - 2
"""The line end after the last string tells nothing."""


def said(**answers: bytes) -> Callable[[bytes, float], bytes]:
    """A printer that gives these answers: hs, hqes, odometer."""
    queries = {zpl.STATUS_QUERY: "hs", zpl.ERRORS_QUERY: "hqes", zpl.ODOMETER_QUERY: "odometer"}
    return lambda query, wait_s: answers.get(queries[query], b"")


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (b"", b"", ""),
        (b"030,0,0", b"030,1,0", "media_out"),
        (b"030,0,0", b"030,0,1", "paused"),
        (b"000,0,0,0,0,2", b"000,0,1,0,0,2", "head_open"),
        (b"000,0,0,0,0,2", b"000,0,0,1,0,2", "ribbon_out"),
        (b"000,0,0,0,000,0,0,0", b"000,1,0,0,000,0,0,0", "buffer_full"),
        (b"000,0,0,0,000,0,0,0", b"000,0,0,0,000,0,0,1", "head_hot"),
    ],
)
def test_host_status(old: bytes, new: bytes, fault: str) -> None:
    answer = READY.replace(old, new, 1) if old else READY
    status = ZPL.status(said(hs=answer))
    assert (status.word, status.takes_labels, status.raw) == (fault or "ready", not fault, answer)


@pytest.mark.parametrize(("old", "new"), [(b"1218,000", b"1218,002"), (b"4,0,00000000", b"4,0,00000003")])
def test_labels_still_to_come_make_it_busy(old: bytes, new: bytes) -> None:
    assert ZPL.status(said(hs=READY.replace(old, new, 1))).state == "busy"


@pytest.mark.parametrize("cut", range(WHOLE))
def test_an_answer_cut_anywhere_is_never_ready(cut: int) -> None:
    assert ZPL.status(said(hs=READY[:cut])).state == "mute"
    assert ZPL.status(said(hs=READY[cut + 1 :])).state == "mute"


def answer(errors: str, warnings: str = "0 00000000 00000000") -> bytes:
    return f"\x02\r\nPRINTER STATUS\r\n   ERRORS:         {errors}\r\n   WARNINGS:       {warnings}\r\n\x03".encode()


@pytest.mark.parametrize(
    ("said", "faults", "warnings"),
    [
        (answer("0 00000000 00000000"), (), ()),
        (answer("1 00000000 00000001"), ("media_out",), ()),
        (answer("1 00000000 00000005"), ("head_open", "media_out"), ()),
        (answer("1 00000000 00000010"), ("head_hot",), ()),
        (answer("1 00000000 00010000", "1 00000000 0000000A"), ("paused",), ("media_low", "clean_head")),
        (answer("1 00000000 00000200"), ("fault",), ()),
    ],
)
def test_host_errors(said: bytes, faults: tuple[str, ...], warnings: tuple[str, ...]) -> None:
    assert zpl.parse_errors(said) == zpl.Errors(faults, warnings)


def test_a_printer_silent_about_its_status_is_asked_what_is_wrong() -> None:
    status = ZPL.status(said(hqes=answer("1 00000000 00000005", "1 00000000 00000008")))
    assert (status.state, status.word, status.reasons) == ("fault", "head_open", ("head_open", "media_out", "media_low"))


def test_a_printer_silent_about_its_status_and_without_fault_is_mute() -> None:
    assert ZPL.status(said(hqes=answer("0 00000000 00000000"))).state == "mute"
    assert ZPL.status(said()).state == "mute"


@given(st.binary(max_size=120))
def test_noise_is_no_answer(noise: bytes) -> None:
    assert ZPL.status(said(hs=noise, hqes=noise)).state == "mute"
    assert zpl.parse_errors(noise) is None


def test_the_count_is_believed_only_whole() -> None:
    """A number without its last digits would let a later one seem to have risen."""
    assert ZPL.count is not None
    assert ZPL.count(said(odometer=b'"1041"')) == 1041
    for cut in (b'"104', b'041"', b'"?"', b"1041", b""):
        assert ZPL.count(said(odometer=cut)) is None


def test_every_fault_has_words() -> None:
    """A state nobody can name would be an error on screen instead of a fault at the printer."""
    for word in ("media_out", "paused", "head_open", "ribbon_out", "buffer_full", "fault", *(word for _, word in zpl._FAULTS)):
        assert word in FAULTS
        assert all(words(f"ui.printer_{word}", language) for language in Language)
