"""TSPL bytes back to a picture: what our own simulator shows. Knows dots, black rectangles, Code 128 and QR codes; text is refused, not left out."""

from __future__ import annotations

import re
from typing import get_args

from corner_app.devices.languages.tspl import STATUS_QUERY, dots_per_mm
from corner_app.devices.readback import commands
from corner_app.devices.readback.commands import Command, Grammar, numbers
from corner_app.devices.readback.drawn_codes import MASK, Level, code128, qr
from corner_app.devices.readback.picture import Canvas, Mode, Picture, Unreadable

_HEAD = re.compile(rb"BITMAP[ \t]*(-?\d{1,5}),[ \t]*(-?\d{1,5}),[ \t]*(\d{1,5}),[ \t]*(\d{1,5}),[ \t]*([012]),", re.IGNORECASE)
_GRAMMAR = Grammar(
    name=re.compile(rb"[A-Za-z]+"),
    asks=re.compile(re.escape(STATUS_QUERY)),
    graphic=_HEAD,
    graphic_names=(b"BITMAP", b"bitmap"),
    dots=lambda head: int(head[3]) * int(head[4]),
    ends=lambda command: command.name.upper() == "PRINT",
    tail=frozenset({"CUT"}),
)
_MODES: tuple[Mode, ...] = ("over", "or", "xor")
_SIZE = re.compile(r"\s*(\d{1,4}(?:\.\d{1,4})?)\s*(mm|dot)?\s*,\s*(\d{1,4}(?:\.\d{1,4})?)\s*(mm|dot)?", re.IGNORECASE)
_BARCODE = re.compile(r'\s*(-?\d{1,5}),(-?\d{1,5}),"128M?",(\d{1,5}),(\d),(\d{1,3}),(\d{1,2}),(\d{1,2}),(?:[0-3],)?"([^"\\]*)"\s*', re.IGNORECASE)
_QRCODE = re.compile(r'\s*(-?\d{1,5}),(-?\d{1,5}),([LMQH]),(\d{1,2}),[AM],(\d{1,3}),(?:M[12],)?(?:S(\d),)?"([^"\\]*)"\s*', re.IGNORECASE)
_NOT_DRAWN = frozenset(
    "AZTEC BLOCK BOX CIRCLE CODABLOCK DIAGONAL DMATRIX DOWNLOAD ELLIPSE ERASE MAXICODE MPDF417 PDF417 PUTBMP PUTPCX REVERSE RSS TEXT TLC39".split()
)
_NEGATIVE = bytes(0xFF - byte for byte in range(256))


def split(data: bytes) -> tuple[list[bytes], bytes]:
    """The whole labels of a stream, each up to its `PRINT`, and the rest; together they are the stream.

    `ESC !?` between labels is a piece of its own, without a picture.
    """
    return commands.split(data, _GRAMMAR)


def read(label: bytes, dpi: int = 203) -> Picture:
    """One label as a picture. dpi: of the printer, for lengths come in millimetres. Raises Unreadable.

    A QR code without a mask gets ours; a real printer chooses one.
    """
    canvas: Canvas | None = None
    left = top = 0
    turned = False
    for command in commands.commands(label, _GRAMMAR):
        name = command.name.upper()
        if name == "SIZE":
            canvas = _paper(command.args, dpi)
        elif name == "DIRECTION":
            turned = numbers(command.args)[:1] == [1]
        elif name == "REFERENCE":
            left, top = _two(command)
        elif name == "PRINT":
            break
        elif name in _NOT_DRAWN:
            raise Unreadable(f"{name} is not drawn here")
        elif name in _DRAWS or name == "CLS":
            if canvas is None:
                raise Unreadable("no SIZE")
            if name == "CLS":
                canvas.clear()
            else:
                _DRAWS[name](canvas, command, left, top)
    else:
        raise Unreadable("no PRINT")
    if canvas is None:
        raise Unreadable("no SIZE")
    return canvas.picture(upside_down=turned)


def _paper(args: str, dpi: int) -> Canvas:
    """Without a unit a length is in inches."""
    found = _SIZE.match(args)
    if found is None:
        raise Unreadable(f"SIZE {args.strip()[:40]}")
    per_mm = dots_per_mm(dpi)
    scale = {"mm": per_mm, "dot": 1.0, "": per_mm * 25.4}
    unit = (found[4] or found[2] or "").lower()
    return Canvas(round(float(found[1]) * scale[unit]), round(float(found[3]) * scale[unit]))


def _two(command: Command) -> tuple[int, int]:
    found = numbers(command.args)
    if len(found) < 2:
        raise Unreadable(f"{command.name} without two numbers")
    return found[0], found[1]


def _bitmap(canvas: Canvas, command: Command, left: int, top: int) -> None:
    found = numbers(command.args)
    if len(found) != 5 or len(command.dots) != found[2] * found[3]:
        raise Unreadable("BITMAP that says not how large it is")
    canvas.dots(left + found[0], top + found[1], found[2], command.dots.translate(_NEGATIVE), _MODES[found[4]])


def _bar(canvas: Canvas, command: Command, left: int, top: int) -> None:
    found = numbers(command.args)
    if len(found) != 4:
        raise Unreadable("BAR without four numbers")
    canvas.box(left + found[0], top + found[1], found[2], found[3])


def _barcode(canvas: Canvas, command: Command, left: int, top: int) -> None:
    found = _BARCODE.fullmatch(command.args)
    if found is None or found[4] != "0" or int(found[5]):
        raise Unreadable("a BARCODE that is not drawn here")
    dots = code128(found[8], int(found[6]), int(found[3]))
    canvas.stamp(left + int(found[1]), top + int(found[2]), dots.width, dots.rows, "or")


def _qrcode(canvas: Canvas, command: Command, left: int, top: int) -> None:
    found = _QRCODE.fullmatch(command.args)
    if found is None or int(found[5]):
        raise Unreadable("a QRCODE that is not drawn here")
    mask = int(found[6]) if found[6] and int(found[6]) < 8 else MASK
    levels: dict[str, Level] = {level: level for level in get_args(Level)}
    dots = qr(found[7], int(found[4]), levels[found[3].lower()], mask)
    canvas.stamp(left + int(found[1]), top + int(found[2]), dots.width, dots.rows, "or")


_DRAWS = {"BITMAP": _bitmap, "BAR": _bar, "BARCODE": _barcode, "QRCODE": _qrcode}
