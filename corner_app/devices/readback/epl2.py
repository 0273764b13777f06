"""EPL2 bytes back to a picture: what our own simulator shows. Knows dots, lines and Code 128; text is refused, not left out."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from corner_app.devices.readback import commands
from corner_app.devices.readback.commands import Command, Grammar, numbers
from corner_app.devices.readback.drawn_codes import Drawn, code128
from corner_app.devices.readback.picture import Canvas, Mode, Picture, Unreadable

_GRAMMAR = Grammar(
    name=re.compile(rb"[A-Za-z]+"),
    asks=re.compile(rb"\^ee\r?\n"),
    graphic=re.compile(rb"GW(-?\d{1,5}),(-?\d{1,5}),(\d{1,5}),(\d{1,5})(?:\r\n|\n|,)"),
    graphic_names=(b"GW",),
    dots=lambda head: int(head[3]) * int(head[4]),
    ends=lambda command: command.name == "P",
    tail=frozenset({"C"}),
)
_NOT_DRAWN = frozenset({"A", "b", "FR", "GG", "LS", "X"})
_LINES: dict[str, Mode] = {"LO": "or", "LW": "erase", "LE": "xor"}
_BARCODE = re.compile(r'(-?\d{1,5}),(-?\d{1,5}),0,1,(\d{1,2}),\d{1,2},(\d{1,5}),N,"([^"\\]*)"\s*')
_NEGATIVE = bytes(0xFF - byte for byte in range(256))


@dataclass(frozen=True, slots=True)
class _Drawing:
    """Something drawn: down to which row it reaches, and how."""

    bottom: int
    draw: Callable[[Canvas], None]


def split(data: bytes) -> tuple[list[bytes], bytes]:
    """The whole labels of a stream, each up to its `P` and a cut that has come with it, and the rest; together they are the stream.

    `^ee` between labels is a piece of its own, without a picture. A cut that comes late begins the next piece.
    """
    return commands.split(data, _GRAMMAR)


def read(label: bytes) -> Picture:
    """One label as a picture, as high as `Q` says, or where that is left to the printer's memory, as what is drawn. Raises Unreadable."""
    width = height = left = top = 0
    turned = False
    drawings: list[_Drawing] = []
    for command in commands.commands(label, _GRAMMAR):
        match command.name:
            case "N":
                drawings = []
            case "q":
                width = _some(command, 1)[0]
            case "Q":
                height = _some(command, 1)[0]
            case "R":
                left, top = _some(command, 2)
            case "ZB" | "ZT":
                turned = command.name == "ZB"
            case "P":
                break
            case name if name in _NOT_DRAWN:
                raise Unreadable(f"{name} is not drawn here")
            case _:
                drawings += _drawing(command, left, top)
    else:
        raise Unreadable("no P")
    canvas = Canvas(width, height or max((drawing.bottom for drawing in drawings), default=0))
    for drawing in drawings:
        drawing.draw(canvas)
    return canvas.picture(upside_down=turned)


def _some(command: Command, count: int) -> list[int]:
    found = numbers(command.args)[:count]
    if len(found) < count:
        raise Unreadable(f"{command.name} without its numbers")
    return found


def _drawing(command: Command, left: int, top: int) -> list[_Drawing]:
    """What a command draws; nothing for one that draws nothing."""
    if command.name == "GW":
        x, y, stride, high = _some(command, 4)
        ink = command.dots.translate(_NEGATIVE)
        if len(ink) != stride * high:
            raise Unreadable("GW that says not how large it is")
        return [_Drawing(top + y + high, lambda canvas: canvas.dots(left + x, top + y, stride, ink))]
    if command.name in _LINES:
        x, y, wide, high = _some(command, 4)
        mode = _LINES[command.name]
        return [_Drawing(top + y + high, lambda canvas: canvas.box(left + x, top + y, wide, high, mode))]
    if command.name == "B":
        x, y, dots = _barcode(command)
        return [_Drawing(top + y + dots.height, lambda canvas: canvas.stamp(left + x, top + y, dots.width, dots.rows, "or"))]
    return []


def _barcode(command: Command) -> tuple[int, int, Drawn]:
    found = _BARCODE.fullmatch(command.args)
    if found is None:
        raise Unreadable("a B that is not drawn here")
    return int(found[1]), int(found[2]), code128(found[5], int(found[3]), int(found[4]))
