"""The obvious ways from a Pillow picture to a printer's bytes, as the drivers one finds do it: the whole picture, packed or dot by dot."""

from __future__ import annotations

import base64
import binascii
import io
import zlib
from functools import lru_cache
from importlib.util import find_spec
from itertools import groupby
from typing import Any

from PIL import Image, ImageOps

_SMALL, _LARGE = "GHIJKLMNOPQRSTUVWXY", "ghijklmnopqrstuvwxyz"
_PINS = 1296
"""Of a wide Brother QL's head; of a mirrored line on the roll of 104 mm the first 56 stay white."""
_LEFT = 56
PYTHON_ESCPOS = find_spec("escpos") is not None


def _stride(image: Image.Image) -> int:
    return (image.width + 7) // 8


def _black(image: Image.Image) -> bytes:
    """Packed rows, 1 is black."""
    return image.tobytes("raw", "1;I")


def _zpl(image: Image.Image, field: bytes) -> bytes:
    total = _stride(image) * image.height
    return f"^XA^PW{image.width}^LL{image.height}^FO0,0^GFA,{total},{total},{_stride(image)},".encode() + field + b"^FS^XZ"


def zpl_z64(image: Image.Image) -> bytes:
    """zlib as it comes, at level 6."""
    text = base64.b64encode(zlib.compress(_black(image)))
    return _zpl(image, b":Z64:" + text + b":%04x" % binascii.crc_hqx(text, 0))


def zpl_acs(image: Image.Image) -> bytes:
    """Runs found digit by digit; rows that repeat are said so."""
    made, before, digits, wide = [], "", _black(image).hex().upper(), _stride(image) * 2
    for at in range(0, len(digits), wide):
        row = digits[at : at + wide]
        made.append(":" if row == before else "".join(_run(digit, len(list(same))) for digit, same in groupby(row)))
        before = row
    return _zpl(image, "".join(made).encode())


def _run(digit: str, count: int) -> str:
    if count == 1:
        return digit
    return "z" * (count // 400) + (_LARGE[count % 400 // 20 - 1] if count % 400 >= 20 else "") + (_SMALL[count % 20 - 1] if count % 20 else "") + digit


def zpl_hex(image: Image.Image) -> bytes:
    """Two digits a byte."""
    return _zpl(image, _black(image).hex().upper().encode())


def tspl(image: Image.Image) -> bytes:
    """1 is white in Pillow, and in TSPL."""
    size = f"SIZE {image.width / 8:g} mm,{image.height / 8:g} mm\r\nCLS\r\nBITMAP 0,0,{_stride(image)},{image.height},0,"
    return size.encode() + image.tobytes() + b"\r\nPRINT 1,1\r\n"


def epl2(image: Image.Image) -> bytes:
    """1 is white in EPL2 too."""
    return f"\nN\nq{image.width}\nQ{image.height},24\nGW0,0,{_stride(image)},{image.height}\n".encode() + image.tobytes() + b"\nP1\n"


def cpcl(image: Image.Image) -> bytes:
    """1 is black."""
    head = f"! 0 200 200 {image.height} 1\r\nPAGE-WIDTH {image.width}\r\nCG {_stride(image)} {image.height} 0 0 "
    return head.encode() + _black(image) + b"\r\nFORM\r\nPRINT\r\n"


def escpos(image: Image.Image) -> bytes:
    """By python-escpos where it is installed, else one `GS v 0` of the whole picture."""
    if not PYTHON_ESCPOS:
        return b"\x1b@\x1dv0\x00" + _stride(image).to_bytes(2, "little") + image.height.to_bytes(2, "little") + _black(image) + b"\x1dVA\x00"
    printer = _python_escpos()
    printer.clear()
    printer.image(image)
    printer.cut()
    made: bytes = printer.output
    return made


@lru_cache(maxsize=1)
def _python_escpos() -> Any:
    from escpos.printer import Dummy  # type: ignore[import-untyped]

    return Dummy(profile="TM-T20II")  # one that names a width: else it says at every picture that there is none


def brother_ql(image: Image.Image) -> bytes:
    """Mirrored onto a canvas as wide as the head, then row by row."""
    head = Image.new("1", (_PINS, image.height), 1)
    head.paste(ImageOps.mirror(image), (_LEFT, 0))
    rows, wide = _black(head), _PINS // 8
    made = bytearray(bytes(400) + b"\x1b@\x1bia\x01\x1biz\x46\x0a\x68\x00" + image.height.to_bytes(4, "little") + bytes(2))
    for at in range(0, len(rows), wide):
        made += b"g\x00" + bytes([wide]) + rows[at : at + wide]
    return bytes(made + b"\x1a")


def pdf(image: Image.Image) -> bytes:
    """Pillow's own."""
    made = io.BytesIO()
    image.save(made, "PDF", resolution=203)
    return made.getvalue()
