"""A parcel's label on 3 x 2 inch paper: what a sorter and a postman need, and the number."""

from __future__ import annotations

from corner_app.labels.layout import Box, Code128, Mark, ParcelLabel, Qr, Text, Weight
from corner_app.labels.marks import band

_LEFT, _RIGHT, _TOP, _BOTTOM, _RULE = 12, 597, 10, 396, 3
_ROW1, _ROW2 = 111, 264
_PAD, _EDGE = 26, 585
_FOOT, _COPY = 368, 256
_OFFICE, _MONEY, _QR = 214, 402, 446


def layout(label: ParcelLabel) -> tuple[Mark, ...]:
    """The whole label, for values as `labels.parcel` makes them."""
    wide = _RIGHT - _LEFT
    return (
        Box(_LEFT, _TOP, wide, _BOTTOM - _TOP, line=_RULE),
        Box(_LEFT, _ROW1, wide, _RULE),
        Box(_LEFT, _ROW2, wide, _RULE),
        *_destination(label),
        *_money(label),
        *_recipient(label),
        Qr(_QR, _ROW1 + 4, 148, 148, label.link),
        Code128(_LEFT + _RULE, 273, wide - 2 * _RULE, 62, label.item),
        Text(_LEFT + 8, 361, wide - 16, label.grouped, 28, Weight.BOLD, smallest=20, align="centre", mono=True),
        *_foot(label),
    )


def _destination(label: ParcelLabel) -> tuple[Mark, ...]:
    wide = _MONEY - _OFFICE - 10
    return (
        Text(_PAD - 2, 91, _OFFICE - _PAD - 6, label.postcode, 78, Weight.BOLD, smallest=40),
        Text(_OFFICE, 47, wide, label.office, 30, Weight.BOLD, smallest=20),
        Text(_OFFICE, 74, wide, label.route, 26, Weight.BOLD, smallest=20, tail=label.hub, tail_size=22),
        Text(_OFFICE, 101, wide, label.weight, 22),
    )


def _money(label: ParcelLabel) -> tuple[Mark, ...]:
    wide = _RIGHT - _MONEY
    if not label.cod_amount:
        return (
            Box(_MONEY, _TOP, _RULE, _ROW1 - _TOP),
            Text(_MONEY + 12, 52, wide - 22, label.cod_words, 28, Weight.BOLD, smallest=20, lines=2, leading=38, align="centre"),
        )
    return (
        Box(_MONEY, _TOP, wide, _ROW1 - _TOP),
        Text(_MONEY + 12, 72, wide - 24, label.cod_amount, 62, Weight.BOLD, smallest=26, align="centre", invert=True),
        Text(_MONEY + 8, 101, wide - 16, "ক্রেতার কাছ থেকে নিন", 20, align="centre", invert=True),
    )


def _recipient(label: ParcelLabel) -> tuple[Mark, ...]:
    wide = _QR - _PAD - 4
    return (
        Text(_PAD, 151, wide, label.name, 32, Weight.BOLD, smallest=22),
        Text(_PAD, 184, wide, label.address, 24, smallest=20, lines=2, leading=31),
        Text(_PAD, 252, wide, label.phone, 28, Weight.BOLD, smallest=20),
    )


def _foot(label: ParcelLabel) -> tuple[Mark, ...]:
    """Whose parcel it is and when this was printed; a copy and practice say so there instead."""
    high = _BOTTOM - _FOOT
    sender = Text(_PAD, 387, _COPY - _PAD - 8, label.sender, 20)
    origin = Text(_COPY, 387, _EDGE - _COPY, label.origin, 20, align="right")
    return (
        *(band(_LEFT, _FOOT, _COPY - _LEFT - 8, high, label.training, 20) if label.training else (sender,)),
        *(band(_COPY, _FOOT, _RIGHT - _COPY, high, label.copy_line, 20) if label.copy_line else (origin,)),
    )
