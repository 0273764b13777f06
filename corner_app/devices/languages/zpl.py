"""ZPL II: a bitmap as one graphic field, and what the printer says of itself.

Graphics go as Z64 (base64 of zlib, with a CRC-16 over the base64 text), ACS (runs) or plain hex; which one a printer takes is a matter of its
profile. `^JZN` keeps the printer from reprinting a label by itself after paper ran out. What a printer remembers from label to label (`~SD`,
`^PO`, `^LH`, `^LS`, `^MN`) is said on every label, so that it never depends on what was printed before. Source: Zebra, ZPL II programming guide.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from corner_app.devices.languages.dots import cleared, moved, stride_of
from corner_app.devices.languages.language import Ask, Language
from corner_app.devices.languages.page import Page
from corner_app.devices.profile import Profile
from corner_app.devices.status import MUTE, PrinterStatus, status_of

Compression = Literal["z64", "acs", "hex"]


def encode(page: Page, profile: Profile, job: int) -> bytes:
    """One label. The number of the job is not needed: what proves a label here is the printer's count."""
    rows = cleared(page.width, page.rows)
    if profile.offset_x < 0 or profile.offset_y < 0:
        rows = moved(page.width, rows, min(0, profile.offset_x), min(0, profile.offset_y))
    stride = stride_of(page.width)
    field = _FIELDS[profile.compression](rows, stride)
    home = f"^LH{max(0, profile.offset_x)},{max(0, profile.offset_y)}"
    head = f"{_set_up(profile)}^PW{page.width}^LL{page.height}^LS0{home}^FO0,0^GFA,{len(rows)},{len(rows)},{stride},"
    return head.encode() + field + b"^FS^PQ1^XZ\n"


_MEDIA = {"gap": "Y", "mark": "M", "continuous": "N"}


def _set_up(profile: Profile) -> str:
    """Down to the paper. No field may stand left of or above the paper in ZPL (`^LS`), so a negative offset is moved in the dots instead."""
    speed = f"^PR{profile.speed}" if profile.speed else ""
    cut = "^MMC" if profile.cutter else ""
    return f"~SD{round(profile.darkness * 0.3):02}^XA^JZN^MN{_MEDIA[profile.media]}{cut}{speed}^PO{'I' if profile.rotate else 'N'}"


def _z64(rows: bytes, stride: int) -> bytes:
    text = base64.b64encode(zlib.compress(rows, 1))
    return b":Z64:" + text + b":%04x" % binascii.crc_hqx(text, 0)


def _hex(rows: bytes, stride: int) -> bytes:
    return binascii.hexlify(rows).upper()


_RUN = re.compile("|".join(f"{digit * 3}{digit}*" for digit in "0F123456789ABCDE"))
"""Three or more of a digit: two are as short as they are. Spelt out it is found twice as fast as by a reference back."""
_SMALL, _LARGE = "GHIJKLMNOPQRSTUVWXY", "ghijklmnopqrstuvwxyz"


def _acs(rows: bytes, stride: int) -> bytes:
    """Runs as letters; "," fills a row with white, "!" with black, ":" repeats the row above."""
    made: list[str] = []
    before = ""
    for start in range(0, len(rows), stride):
        line = rows[start : start + stride].hex().upper()
        made.append(":" if line == before else _acs_line(line))
        before = line
    return "".join(made).encode()


def _acs_line(line: str) -> str:
    bare = line.rstrip("0")
    tail = "," if len(bare) < len(line) else ""
    if not tail and len(line.rstrip("F")) < len(line):
        bare, tail = line.rstrip("F"), "!"
    return _RUN.sub(_run, bare) + tail


def _run(found: re.Match[str]) -> str:
    return _counted(len(found[0]), found[0][0])


@lru_cache(maxsize=4096)
def _counted(count: int, digit: str) -> str:
    letters = ""
    while count >= 400:
        letters, count = letters + "z", count - 400
    return letters + (_LARGE[count // 20 - 1] if count >= 20 else "") + (_SMALL[count % 20 - 1] if count % 20 else "") + digit


_FIELDS = {"z64": _z64, "acs": _acs, "hex": _hex}
STATUS_QUERY = b"~HS\r\n"
ERRORS_QUERY = b"~HQES\r\n"
ODOMETER_QUERY = b'! U1 getvar "odometer.total_label_count"\r\n'
ANSWER_S = 2.0
"""Longest wait for an answer."""


def status(ask: Ask) -> PrinterStatus:
    """Asks `~HS`, and only when that is not answered, as on Zebra's printers while paper is out or the head is open, `~HQES`.

    A printer that knows of no fault and yet leaves `~HS` unanswered is mute.
    """
    said = ask(STATUS_QUERY, ANSWER_S)
    host = parse_status(said)
    if host is not None:
        return status_of(host.reasons, said, busy=host.left > 0 or host.waiting > 0)
    said = ask(ERRORS_QUERY, ANSWER_S)
    errors = parse_errors(said)
    if errors is None or not errors.faults:
        return MUTE
    return status_of(errors.faults + errors.warnings, said)


def count(ask: Ask) -> int | None:
    """Labels ever printed, None when it does not say."""
    return parse_odometer(ask(ODOMETER_QUERY, ANSWER_S))


@dataclass(frozen=True, slots=True)
class Status:
    """What `~HS` says. left: labels of the batch not yet printed. waiting: labels received and not yet begun. No answer at all is a fault on Zebra
    printers, not this."""

    paper_out: bool
    paused: bool
    head_open: bool
    ribbon_out: bool
    buffer_full: bool
    head_hot: bool
    left: int
    waiting: int

    @property
    def reasons(self) -> tuple[str, ...]:
        """What stops it, as stable words, the first to mend first."""
        named = (
            ("head_open", self.head_open), ("media_out", self.paper_out), ("ribbon_out", self.ribbon_out), ("head_hot", self.head_hot),
            ("paused", self.paused), ("buffer_full", self.buffer_full),
        )  # fmt: skip
        return tuple(name for name, is_so in named if is_so)

    @property
    def fault(self) -> str:
        """The first fault, "" none."""
        return next(iter(self.reasons), "")


_STRING = re.compile(rb"\x02([^\x02\x03]*)\x03")


def parse_status(answer: bytes) -> Status | None:
    """Reads the three strings of `~HS`; None when they are not whole."""
    parts = [part.split(b",") for part in _STRING.findall(answer)]
    if len(parts) < 3 or len(parts[0]) < 9 or len(parts[1]) < 9:
        return None
    one, two = parts[0], parts[1]
    try:
        left, waiting = int(two[8]), int(one[4])
    except ValueError:
        return None
    hot = len(one) > 11 and one[11] == b"1"
    return Status(one[1] == b"1", one[2] == b"1", two[2] == b"1", two[3] == b"1", one[5] == b"1", hot, left, waiting)


@dataclass(frozen=True, slots=True)
class Errors:
    """What `~HQES` says, as stable words: faults stop the printer, warnings do not."""

    faults: tuple[str, ...]
    warnings: tuple[str, ...]


_FAULTS = (
    (0x4, "head_open"), (0x1, "media_out"), (0x2, "ribbon_out"), (0x8, "cutter"), (0x30, "head_hot"), (0x1000, "paper_jam"), (0x4000, "paper_feed"),
    (0x80000, "mark_not_found"), (0x40000, "mark_calibrate"), (0x10000, "paused"),
)  # fmt: skip
_WARNINGS = ((0x8, "media_low"), (0x1, "calibrate"), (0x2, "clean_head"), (0x4, "replace_head"))
"""Bits of the second word of `~HQES`, the first fault to mend first (ZPL II guide; the same bits in LPrint's driver)."""


def parse_errors(answer: bytes) -> Errors | None:
    """Reads the answer to ERRORS_QUERY; None when it is not one. A fault without a word of ours is "fault"."""
    found = {kind: (flag, int(bits, 16)) for kind, flag, bits in re.findall(rb"(ERRORS|WARNINGS):\s+(\d)\s+[0-9A-F]{8}\s+([0-9A-F]{8})", answer)}
    if b"ERRORS" not in found:
        return None
    flag, bits = found[b"ERRORS"]
    faults = tuple(word for bit, word in _FAULTS if bits & bit) or (("fault",) if flag != b"0" else ())
    return Errors(faults, tuple(word for bit, word in _WARNINGS if found.get(b"WARNINGS", (b"0", 0))[1] & bit))


def parse_odometer(answer: bytes) -> int | None:
    """Labels ever printed, from the answer to ODOMETER_QUERY; None when it is not a whole one: half a number would let a later one seem to have risen."""
    found = re.search(rb'"(\d+)"', answer)
    return int(found[1]) if found else None


ZPL = Language("zpl", encode, status, count=count, cancel=b"~JA")
