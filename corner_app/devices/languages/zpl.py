"""ZPL II: a bitmap as one graphic field, and what the printer says of itself.

Graphics go as Z64 (base64 of zlib, with a CRC-16 over the base64 text), ACS (runs) or plain hex; which one a printer takes is a matter of its
profile. `^JZN` keeps the printer from reprinting a label by itself after paper ran out.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from dataclasses import dataclass
from typing import Literal

Compression = Literal["z64", "acs", "hex"]


def encode(width: int, height: int, rows: bytes, compression: Compression = "z64") -> bytes:
    """One label. width, height: dots; rows: packed from the left, 1 is black, each row a whole number of bytes."""
    stride = (width + 7) // 8
    field = {"z64": _z64, "acs": _acs, "hex": _hex}[compression](rows, stride)
    head = f"^XA^JZN^PW{width}^LL{height}^LH0,0^FO0,0^GFA,{len(rows)},{len(rows)},{stride},"
    return head.encode() + field + b"^FS^PQ1^XZ\n"


def _z64(rows: bytes, stride: int) -> bytes:
    text = base64.b64encode(zlib.compress(rows, 1))
    return b":Z64:" + text + b":%04x" % binascii.crc_hqx(text, 0)


def _hex(rows: bytes, stride: int) -> bytes:
    return rows.hex().upper().encode()


_RUN = re.compile(r"(.)\1*")
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
    return "".join(_run(found[0]) for found in _RUN.finditer(bare)) + tail


def _run(run: str) -> str:
    count, digit = len(run), run[0]
    letters = ""
    while count >= 400:
        letters, count = letters + "z", count - 400
    if count == 1 and not letters:
        return digit
    return letters + (_LARGE[count // 20 - 1] if count >= 20 else "") + (_SMALL[count % 20 - 1] if count % 20 else "") + digit


STATUS_QUERY = b"~HS\r\n"
ERRORS_QUERY = b"~HQES\r\n"
ODOMETER_QUERY = b'! U1 getvar "odometer.total_label_count"\r\n'


@dataclass(frozen=True, slots=True)
class Status:
    """What `~HS` says. left: labels of the batch not yet printed. No answer at all is a fault on Zebra printers, not this."""

    paper_out: bool
    paused: bool
    head_open: bool
    ribbon_out: bool
    buffer_full: bool
    left: int

    @property
    def ready(self) -> bool:
        """Whether a label sent now would come out."""
        return not (self.paper_out or self.paused or self.head_open or self.ribbon_out or self.buffer_full)

    @property
    def fault(self) -> str:
        """The first fault, as a stable word, "" none."""
        named = (
            ("head_open", self.head_open), ("media_out", self.paper_out), ("ribbon_out", self.ribbon_out), ("paused", self.paused),
            ("buffer_full", self.buffer_full),
        )  # fmt: skip
        return next((name for name, is_so in named if is_so), "")


def parse_status(answer: bytes) -> Status | None:
    """Reads the three strings of `~HS`; None when they are not whole."""
    parts = [part.split(b"\x03")[0].split(b",") for part in answer.split(b"\x02")[1:]]
    if len(parts) < 2 or len(parts[0]) < 9 or len(parts[1]) < 8:
        return None
    one, two = parts[0], parts[1]
    try:
        left = int(two[7])
    except ValueError:
        return None
    return Status(one[1] == b"1", one[2] == b"1", two[2] == b"1", two[3] == b"1", one[5] == b"1", left)


@dataclass(frozen=True, slots=True)
class Errors:
    """What `~HQES` says, as stable words: faults stop the printer, warnings do not."""

    faults: tuple[str, ...]
    warnings: tuple[str, ...]


_FAULTS = (
    (0x4, "head_open"), (0x1, "media_out"), (0x2, "ribbon_out"), (0x8, "cutter"), (0x1000, "paper_jam"), (0x4000, "paper_feed"),
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
    """Labels ever printed, from the answer to ODOMETER_QUERY; None when it is not one."""
    found = re.search(rb'"?(\d+)"?', answer)
    return int(found[1]) if found else None
