"""ZPL bytes back to a bitmap: what our own simulator shows. Knows the graphic field in hex, ACS and Z64, which is all we send."""

from __future__ import annotations

import base64
import binascii
import re
import zlib

from corner_app.devices.readback.picture import Picture, Unreadable

_FIELD = re.compile(rb"\^GFA,(\d+),(\d+),(\d+),([^^]*)", re.DOTALL)
_WIDTH = re.compile(rb"\^PW(\d+)")
_HEIGHT = re.compile(rb"\^LL(\d+)")
_COUNT = {letter: n for n, letter in enumerate("GHIJKLMNOPQRSTUVWXY", 1)} | {letter: n * 20 for n, letter in enumerate("ghijklmnopqrstuvwxyz", 1)}


def labels(data: bytes) -> list[bytes]:
    """The whole labels (^XA … ^XZ) in a stream."""
    return re.findall(rb"\^XA.*?\^XZ", data, re.DOTALL)


def split(data: bytes) -> tuple[list[bytes], bytes]:
    """The stream cut behind each label (^XZ and its line end), and the rest; what stands before a label, set-up or a question, belongs to its piece."""
    ends = [found.end() for found in re.finditer(rb"\^XZ\r?\n?", data)]
    return [data[start:end] for start, end in zip([0, *ends], ends, strict=False)], data[ends[-1] if ends else 0 :]


def read(label: bytes) -> Picture:
    """One label as a picture. Raises Unreadable."""
    field, width, height = _FIELD.search(label), _WIDTH.search(label), _HEIGHT.search(label)
    if field is None or width is None or height is None:
        raise Unreadable("no graphic field, width or length")
    total, stride = int(field[2]), int(field[3])
    rows = _rows(field[4], total, stride)
    if len(rows) != total or total != stride * int(height[1]):
        raise Unreadable(f"{len(rows)} bytes instead of {total}")
    return Picture(int(width[1]), int(height[1]), rows)


def _rows(data: bytes, total: int, stride: int) -> bytes:
    if data.startswith(b":Z64:"):
        text, _, check = data[5:].rpartition(b":")
        if check.strip().lower() != b"%04x" % binascii.crc_hqx(text, 0):
            raise Unreadable("checksum differs")
        try:
            return zlib.decompressobj().decompress(base64.b64decode(text), total)
        except (binascii.Error, zlib.error) as error:
            raise Unreadable("damaged Z64") from error
    return _expanded(data.decode("ascii", "replace"), stride)


def _expanded(text: str, stride: int) -> bytes:
    """ACS and plain hex: runs are letters before a digit, "," and "!" end a row, ":" repeats it."""
    lines: list[str] = []
    line, count = "", 0
    for letter in text:
        if letter in _COUNT:
            count += _COUNT[letter]
        elif letter in ",!":
            line += ("0" if letter == "," else "F") * (stride * 2 - len(line))
        elif letter == ":" and not line and lines:
            line = lines[-1]
        elif letter in "0123456789ABCDEFabcdef":
            line += letter * max(1, count)
            count = 0
        while len(line) >= stride * 2:
            lines.append(line[: stride * 2])
            line = line[stride * 2 :]
    try:
        return bytes.fromhex("".join(lines))
    except ValueError as error:
        raise Unreadable("odd hex") from error
