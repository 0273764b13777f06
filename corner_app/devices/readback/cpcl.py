"""CPCL bytes back to a picture: what our own simulator shows. Knows dots, raw and in hex, Code 128 and QR codes; text is refused, not left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import get_args

from corner_app.devices.languages.cpcl import STATUS_QUERY
from corner_app.devices.readback import commands
from corner_app.devices.readback.commands import Command, Grammar, numbers
from corner_app.devices.readback.drawn_codes import MASK, Level, code128, qr
from corner_app.devices.readback.picture import Canvas, Picture, Unreadable

_GRAMMAR = Grammar(
    name=re.compile(rb"[A-Za-z!-]+"),
    asks=re.compile(re.escape(STATUS_QUERY)),
    graphic=re.compile(rb"(?:CG|COMPRESSED-GRAPHICS) +(\d{1,5}) +(\d{1,5}) +(-?\d{1,5}) +(-?\d{1,5}) "),
    graphic_names=(b"CG ", b"COMPRESSED-GRAPHICS "),
    dots=lambda head: int(head[1]) * int(head[2]),
    ends=lambda command: command.name == "PRINT",
)
_START = re.compile(r" *(-?\d{1,5}) +\d{1,3} +\d{1,3} +(\d{1,5}) +\d{1,5} *")
_BARCODE = re.compile(r" +128 +(\d{1,2}) +\d{1,2} +(\d{1,5}) +(-?\d{1,5}) +(-?\d{1,5}) +(.*)")
_QRCODE = re.compile(r" +QR +(-?\d{1,5}) +(-?\d{1,5})(?: +M +[12])?(?: +U +(\d{1,2}))? *")
_QR_TEXT = re.compile(r"([LMQH])([0-8]?)A,(.*)")
_HEX = re.compile(r" +(\d{1,5}) +(\d{1,5}) +(-?\d{1,5}) +(-?\d{1,5}) +([0-9A-Fa-f]*) *")
_NOT_DRAWN = frozenset(
    "BARCODE-TEXT BT BOX CONCAT EXPANDED-GRAPHICS-V FG INVERSE-LINE IL LINE L PATTERN PCX SCALE-TEXT ST T T90 T180 T270 TEXT TEXT90 TEXT180 TEXT270 "
    "VB VBARCODE VCG VCOMPRESSED-GRAPHICS VCONCAT VEG VEXPANDED-GRAPHICS VT VTEXT".split()
)


def split(data: bytes) -> tuple[list[bytes], bytes]:
    """The whole labels of a stream, each up to its `PRINT`, and the rest; together they are the stream.

    `ESC h` between labels is a piece of its own, without a picture.
    """
    return commands.split(data, _GRAMMAR)


def read(label: bytes) -> Picture:
    """One label as a picture. Raises Unreadable. A QR code without a mask gets ours; a real printer chooses one."""
    lines = commands.commands(label, _GRAMMAR)
    left, height = _start(lines)
    canvas: Canvas | None = None
    for command in lines:
        name = command.name
        if name in ("PAGE-WIDTH", "PW"):
            canvas = Canvas((numbers(command.args) or [0])[0], height)
        elif name == "PRINT":
            break
        elif name in _NOT_DRAWN:
            raise Unreadable(f"{name} is not drawn here")
        elif name in ("CG", "COMPRESSED-GRAPHICS", "EG", "EXPANDED-GRAPHICS", "BARCODE", "B"):
            if canvas is None:
                raise Unreadable("no PAGE-WIDTH")
            _draw(canvas, command, lines, left)
    else:
        raise Unreadable("no PRINT")
    if canvas is None:
        raise Unreadable("no PAGE-WIDTH")
    return canvas.picture()


def _start(lines: Iterator[Command]) -> tuple[int, int]:
    """Where every x begins, and the height, as the session's first line says; what stands before it is no part of the label."""
    for command in lines:
        found = _START.fullmatch(command.args) if command.name == "!" else None
        if found is not None:
            return int(found[1]), int(found[2])
    raise Unreadable("no session")


def _draw(canvas: Canvas, command: Command, lines: Iterator[Command], left: int) -> None:
    if command.name in ("BARCODE", "B"):
        _code(canvas, command, lines, left)
    elif command.dots or command.name.startswith("C"):
        found = numbers(command.args)
        if len(found) != 4 or len(command.dots) != found[0] * found[1]:
            raise Unreadable("CG that says not how large it is")
        canvas.dots(left + found[2], found[3], found[0], command.dots)
    else:
        written = _HEX.fullmatch(command.args)
        if written is None or len(written[5]) != int(written[1]) * int(written[2]) * 2:
            raise Unreadable("EG that says not how large it is")
        canvas.dots(left + int(written[3]), int(written[4]), int(written[1]), bytes.fromhex(written[5]))


def _code(canvas: Canvas, command: Command, lines: Iterator[Command], left: int) -> None:
    bars, square = _BARCODE.fullmatch(command.args), _QRCODE.fullmatch(command.args)
    if bars is not None:
        dots = code128(bars[5], int(bars[1]), int(bars[2]))
        canvas.stamp(left + int(bars[3]), int(bars[4]), dots.width, dots.rows, "or")
    elif square is not None:
        level, mask, text = _qr_text(lines)
        dots = qr(text, int(square[3] or 6), level, mask)
        canvas.stamp(left + int(square[1]), int(square[2]), dots.width, dots.rows, "or")
    else:
        raise Unreadable("a BARCODE that is not drawn here")


def _qr_text(lines: Iterator[Command]) -> tuple[Level, int, str]:
    """The line after `BARCODE QR`, and the `ENDQR` behind it."""
    line, end = next(lines, None), next(lines, None)
    found = _QR_TEXT.fullmatch(line.name + line.args) if line is not None else None
    if found is None or end is None or end.name != "ENDQR":
        raise Unreadable("a QR code that is not drawn here")
    levels: dict[str, Level] = {level: level for level in get_args(Level)}
    return levels[found[1].lower()], int(found[2]) if found[2] and found[2] != "8" else MASK, found[3]
