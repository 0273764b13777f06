"""Brother QL raster: each line as the head wants it, and what the printer says of itself, asked or not.

The head's pins are counted from the right edge of the paper, so every line goes mirrored behind the margin of its roll. Source: Brother, Raster Command
Reference for QL-600, QL-700, QL-800/810W/820NWB and QL-1100/1110NWB: print areas, commands, status of 32 bytes. On a network port they answer nothing,
and darkness and speed cannot be set.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from corner_app.devices.languages.dots import cleared, mirrored, moved, stride_of, turned
from corner_app.devices.languages.language import Ask, Language
from corner_app.devices.languages.page import Page
from corner_app.devices.profile import Profile
from corner_app.devices.status import FAULTS, MUTE, PrinterStatus, status_of


class NoSuchRoll(ValueError):
    """Brother makes no paper on which the page can be printed; the message gives its dots."""


@dataclass(frozen=True, slots=True)
class Roll:
    """A roll by what the printer is told of it. width_mm, length_mm: of the label, length 0 for endless paper. margin: pins right of the print area.

    pins: of the head it is made for.
    """

    width_mm: int
    length_mm: int
    margin: int
    pins: int = 720


NARROW, WIDE = 720, 1296
"""Pins of the head of most models, and of QL-1050, 1060, 1100, 1110 and 1115."""
ROLLS = {
    (306, 0): Roll(29, 0, 6), (413, 0): Roll(38, 0, 12), (554, 0): Roll(50, 0, 12), (590, 0): Roll(54, 0, 0), (696, 0): Roll(62, 0, 12),
    (1164, 0): Roll(102, 0, 12 + 44, WIDE), (1200, 0): Roll(104, 0, 12 + 44, WIDE),
    (165, 566): Roll(17, 54, 0), (165, 956): Roll(17, 87, 0), (306, 425): Roll(29, 42, 6), (306, 991): Roll(29, 90, 6), (413, 991): Roll(38, 90, 12),
    (425, 495): Roll(39, 48, 6), (578, 271): Roll(52, 29, 0), (672, 954): Roll(60, 87, 18), (696, 271): Roll(62, 29, 12),
    (696, 1109): Roll(62, 100, 12), (1164, 526): Roll(102, 51, 12 + 44, WIDE), (1164, 1660): Roll(102, 153, 12 + 44, WIDE),
    (1200, 1822): Roll(104, 164, 12 + 44, WIDE),
}  # fmt: skip
"""By the dots of the print area at 300 dpi: width and, for cut labels, height."""
_INVALIDATE = bytes(400)
_INIT = b"\x1b@"
_STATUS = b"\x1biS"
_ENDLESS_MARGIN = 35
"""Dots (3 mm) before and after what is printed on endless paper, the least the printer takes."""
ANSWER_S = 2.0
"""Longest wait for an answer."""


def roll_of(profile: Profile) -> Roll:
    """The roll a profile's paper stands for. Raises NoSuchRoll."""
    size = profile.width, 0 if profile.media == "continuous" else profile.height
    if size not in ROLLS:
        raise NoSuchRoll(f"{size[0]} x {size[1] or 'endless'} dots")
    return ROLLS[size]


def encode(page: Page, profile: Profile, job: int) -> bytes:
    """One label; the printer says by itself when it is out, see `replied`.

    Raises NoSuchRoll, also for a page wider than its roll or higher than a cut label.
    """
    roll = roll_of(profile)
    if page.width > profile.width or (roll.length_mm and page.height > profile.height):
        raise NoSuchRoll(f"{page.width} x {page.height} dots")
    rows = moved(page.width, cleared(page.width, page.rows), profile.offset_x, profile.offset_y)
    if profile.rotate:
        rows = turned(page.width, rows)
    lines = _lines(page.width, rows, roll, roll.margin + profile.width - page.width)
    head = b"g\x00" + bytes([roll.pins // 8])
    return _INVALIDATE + _INIT + _set_up(roll, profile, len(lines)) + b"".join(head + line for line in lines) + b"\x1a"


def _set_up(roll: Roll, profile: Profile, lines: int) -> bytes:
    """Raster mode, what paper must be loaded, cutting, margins.

    The printer checks kind, width and length, as the flags ask it to (02, 04, 08; 40 is quality before speed). "Recovery" (80) is not asked for: what
    failed is not to be printed again by the printer itself.
    """
    flags, kind = (0x4E, 0x0B) if roll.length_mm else (0x46, 0x0A)
    paper = bytes([flags, kind, roll.width_mm, roll.length_mm]) + lines.to_bytes(4, "little") + bytes(2)
    margin = 0 if roll.length_mm else _ENDLESS_MARGIN
    cut = (b"\x40", b"\x08") if profile.cutter else (b"\x00", b"\x00")
    return b"\x1bia\x01" + b"\x1biz" + paper + b"\x1biM" + cut[0] + b"\x1biK" + cut[1] + b"\x1bid" + margin.to_bytes(2, "little")


def _lines(width: int, rows: bytes, roll: Roll, white: int) -> list[bytes]:
    """Each row as the whole head takes it. white: pins right of the page."""
    stride, pins = stride_of(width), roll.pins // 8
    shift = roll.pins - white - stride * 8
    back = mirrored(width, rows)
    made = []
    for at in range(0, len(back), stride):
        line = int.from_bytes(back[at : at + stride])
        made.append((line << shift if shift >= 0 else line >> -shift).to_bytes(pins))
    return made


_BITS = (
    (8, 0x03, "media_out"), (8, 0x04, "cutter"), (8, 0xA8, "fault"), (9, 0x10, "head_open"), (9, 0x20, "head_hot"), (9, 0x40, "paper_feed"),
    (9, 0x0A, "buffer_full"), (9, 0x85, "fault"),
)  # fmt: skip
"""Error bits of the bytes 8 and 9. Another roll than was asked for is a fault without a word of its own."""
_IN_USE = 0x10
_REPLY, _COMPLETED = 0x00, 0x01
"""Byte 18: an answer to a question; told unasked that printing is completed."""


def status(ask: Ask) -> PrinterStatus:
    """Asks for the 32 bytes of status; what is not a whole answer is none."""
    answer = next((block for block in _blocks(ask(_STATUS, ANSWER_S)) if block[18] == _REPLY), None)
    if answer is None:
        return MUTE
    found = {word for at, bits, word in _BITS if answer[at] & bits}
    return status_of(tuple(word for word in FAULTS if word in found), answer, busy=answer[19] == 1 or bool(answer[8] & _IN_USE))


def replied(heard: bytes, job: int) -> bool:
    """Whether the printer told unasked, and without an error, that printing is completed. It knows no number of a job: heard must be this job's own."""
    return any(block[18] == _COMPLETED and not any(block[8:10]) for block in _blocks(heard))


def _blocks(heard: bytes) -> Iterator[bytes]:
    at = heard.find(b"\x80\x20B")
    while 0 <= at <= len(heard) - 32:
        yield heard[at : at + 32]
        at = heard.find(b"\x80\x20B", at + 32)


BROTHER_QL = Language("brother_ql", encode, status, replied=replied, cancel=_INVALIDATE + _INIT)
