"""ESC/POS: a bitmap in slices, cut or fed, and what the printer says of itself and of this job.

Three ways to send dots, for no two makers kept the same: `GS v 0`, `GS ( L` (functions 112 and 50) and `ESC *` in columns of 24 dots. Source: Epson, ESC/POS
command reference; Epson, TM-T81 specification (`GS ( D`). Papers of 58 mm are 384 dots wide, of 80 mm 576. For darkness and speed makers share no command.
"""

from __future__ import annotations

from typing import Literal

from corner_app.devices.languages.dots import cleared, columns_of, moved, stride_of, turned
from corner_app.devices.languages.language import Ask, Language
from corner_app.devices.languages.page import Page
from corner_app.devices.profile import Profile
from corner_app.devices.status import FAULTS, MUTE, PrinterStatus, status_of

SLICE = 255
"""Rows sent at once: what printers with little memory still take."""
BAND = 24
"""Rows of one `ESC *` line."""
_INIT = b"\x1b@"
_CUT = b"\x1dVB\x00"
"""Feeds to the knife and cuts, leaving one point."""
_FEED = b"\x1b2\x1bd\x04"
"""Four lines of 1/6 inch: from the head over the tear bar."""
_NO_REAL_TIME = b"\x1d(D\x05\x00\x14\x01\x00\x02\x00"
ANSWER_S = 2.0
"""Longest wait for an answer."""


def encode(page: Page, profile: Profile, job: int) -> bytes:
    """One label or receipt. With confirm "reply" it ends in the request to say when it is printed, see `replied`.

    With image "strips" the white right of every slice's last black dot is not sent. With `ESC *` the picture ends in white up to the next 24 rows.
    """
    rows = moved(page.width, cleared(page.width, page.rows), profile.offset_x, profile.offset_y)
    if profile.rotate:
        rows = turned(page.width, rows)
    ink = {"gs_v_0": _gs_v_0, "gs_lparen_l": _gs_lparen_l, "esc_star": _esc_star}[profile.raster](page.width, rows, crop=profile.image == "strips")
    # Dots that look like "open the drawer now" or "switch off now" would be obeyed even within a picture.
    quiet = _NO_REAL_TIME if b"\x10\x14" in ink else b""
    asked = b"\x1d(H\x06\x0000" + job_id(job) if profile.confirm == "reply" else b""
    return _INIT + quiet + ink + (_CUT if profile.cutter else _FEED) + asked


def _slices(width: int, rows: bytes, highest: int, *, crop: bool) -> list[tuple[int, bytes]]:
    """(bytes of a row, rows) from top to bottom."""
    stride = stride_of(width)
    made = [(stride, rows[at : at + stride * highest]) for at in range(0, len(rows), stride * highest)]
    return [_cropped(stride, part) for _, part in made] if crop else made


def _cropped(stride: int, rows: bytes) -> tuple[int, bytes]:
    black = 0
    for at in range(0, len(rows), stride):
        black |= int.from_bytes(rows[at : at + stride])
    used = len(black.to_bytes(stride).rstrip(b"\0")) or 1
    return used, rows if used == stride else b"".join(rows[at : at + used] for at in range(0, len(rows), stride))


def _gs_v_0(width: int, rows: bytes, *, crop: bool) -> bytes:
    return b"".join(b"\x1dv0\x00" + _word(used) + _word(len(part) // used) + part for used, part in _slices(width, rows, SLICE, crop=crop))


def _gs_lparen_l(width: int, rows: bytes, *, crop: bool) -> bytes:
    """Stores each slice in the printer's graphics memory and prints it from there; what is stored at once is less than 64 kB."""
    made = []
    for used, part in _slices(width, rows, min(SLICE, 65_000 // stride_of(width)), crop=crop):
        made.append(b"\x1d(L" + _word(10 + len(part)) + b"0p0\x01\x011" + _word(used * 8) + _word(len(part) // used) + part + b"\x1d(L\x02\x0002")
    return b"".join(made)


def _esc_star(width: int, rows: bytes, *, crop: bool) -> bytes:
    """Lines of 24 rows, three bytes a column, with the line feed as high as the line."""
    made = [b"\x1b3\x18"]
    for used, part in _slices(width, rows, BAND, crop=crop):
        part += bytes(used * BAND - len(part))
        columns = bytearray(used * BAND)
        for third in range(3):
            columns[third::3] = columns_of(part[third * used * 8 : (third + 1) * used * 8])
        made.append(b"\x1b*\x21" + _word(used * 8) + columns + b"\n")
    return b"".join(made)


def _word(number: int) -> bytes:
    return number.to_bytes(2, "little")


def job_id(job: int) -> bytes:
    """Four characters of 20 to 7E hexadecimal that stand for a job; the same again after 81 million."""
    made = bytearray()
    for _ in range(4):
        job, digit = divmod(job, 95)
        made.insert(0, 0x20 + digit)
    return bytes(made)


def replied(heard: bytes, job: int) -> bool:
    """Whether the printer said that this very job is printed, among whatever else it said meanwhile."""
    return b'7"' + job_id(job) + b"\x00" in heard


_BITS = {
    2: ((0x04, "head_open"), (0x20, "media_out"), (0x08, "paused")),
    3: ((0x08, "cutter"), (0x20, "fault"), (0x04, "fault"), (0x40, "head_hot")),
    4: ((0x60, "media_out"), (0x0C, "media_low")),
}
"""Bits of the answers to `DLE EOT 2`, `3` and `4`. Paper fed by its button counts as paused; an error that a person can end is a plain fault, for models
do not agree what it is."""
_OFFLINE, _ERROR = 0x08, 0x40


def status(ask: Ask) -> PrinterStatus:
    """Asks `DLE EOT` 1 to 4 in turn, which alone are answered while the printer is offline. What leaves one of them unanswered is mute.

    Offline without a reason given is "paused", an error without one "fault".
    """
    said: list[int] = []
    for which in (1, 2, 3, 4):
        answer = _asked(ask, which)
        if answer is None:
            return MUTE
        said.append(answer)
    found = {word for which, bits in _BITS.items() for bit, word in bits if said[which - 1] & bit}
    if said[1] & _ERROR and not found & {"cutter", "fault", "head_hot"}:
        found.add("fault")
    if said[0] & _OFFLINE and not found - {"media_low"}:
        found.add("paused")
    return status_of(tuple(word for word in (*FAULTS, "media_low") if word in found), bytes(said))


def drawer_open(ask: Ask, *, high_is_open: bool = True) -> bool | None:
    """Whether the cash drawer stands open, None when the printer does not answer.

    high_is_open: most drawers let pin 3 go high when they open; which, is a matter of the drawer's switch and is found out once.
    """
    answer = _asked(ask, 1)
    return None if answer is None else bool(answer & 0x04) is high_is_open


def kick(pin: Literal[2, 5], on_ms: int = 50, off_ms: int = 500) -> bytes:
    """The pulse that opens a cash drawer, on pin 2 or 5. on_ms, off_ms: 2 to 510, the second not less. Raises ValueError."""
    if pin not in (2, 5) or not 2 <= on_ms <= off_ms <= 510:
        raise ValueError(f"no pulse: pin {pin}, {on_ms} ms, {off_ms} ms")
    return b"\x1bp" + bytes([0 if pin == 2 else 1, on_ms // 2, off_ms // 2])


def _asked(ask: Ask, which: int) -> int | None:
    """The answer to one `DLE EOT`: the last byte 0xx1xx10; None when there is none, or anything that is neither that nor known to come unasked."""
    answers = _unasked_left_out(ask(b"\x10\x04" + bytes([which]), ANSWER_S))
    return answers[-1] if answers and all(byte & 0x93 == 0x12 for byte in answers) else None


def _unasked_left_out(heard: bytes) -> bytes:
    """Without XON and XOFF, replies to earlier jobs (`37 22 … 00`) and automatic status (0xx1xx00 and three bytes 0xx0xxxx)."""
    left = bytearray()
    at = 0
    while at < len(heard):
        if heard[at : at + 2] == b'7"' and heard[at + 6 : at + 7] == b"\x00":
            at += 7
        elif heard[at] & 0x93 == 0x10 and len(heard) >= at + 4 and all(byte & 0x90 == 0 for byte in heard[at + 1 : at + 4]):
            at += 4
        else:
            if heard[at] not in (0x11, 0x13):
                left.append(heard[at])
            at += 1
    return bytes(left)


ESCPOS = Language("escpos", encode, status, replied=replied)
