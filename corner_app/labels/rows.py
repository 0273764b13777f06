"""Packed rows of dots, a byte is eight of them, 1 is black: what is drawn once is laid over a sheet as one big number, rows and all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache


@dataclass(slots=True)
class Sheet:
    """A sheet of dots. width, height: dots; rows: packed from the left, each row a whole number of bytes (`stride`)."""

    width: int
    height: int
    rows: bytearray

    @property
    def stride(self) -> int:
        """Bytes of a row."""
        return stride(self.width)


def stride(width: int) -> int:
    """Bytes of a row of so many dots."""
    return (width + 7) // 8


def empty(width: int, height: int) -> Sheet:
    """White paper."""
    return Sheet(width, height, bytearray(stride(width) * height))


def lay(sheet: Sheet, top: int, high: int, ink: int, *, white: bool) -> None:
    """Adds ink, or with `white` takes it away. ink: `high` whole rows of the sheet as one number, the first row highest.

    Rows above or below the sheet are left out.
    """
    pitch = sheet.stride
    if top + high > sheet.height:
        ink >>= (top + high - sheet.height) * pitch * 8
        high = sheet.height - top
    if top < 0:
        high, top = high + top, 0
        ink &= (1 << max(0, high) * pitch * 8) - 1
    if high <= 0:
        return
    place = slice(top * pitch, (top + high) * pitch)
    there = _number(sheet.rows[place], pitch, high)
    sheet.rows[place] = (there & ~ink if white else there | ink).to_bytes(high * pitch, "big")


def _number(rows: bytearray, pitch: int, high: int) -> int:
    """Rows as one number. Making it of bytes costs more than adding the ink, so that of rows all alike, as they mostly are under a text, is kept."""
    row = bytes(rows[:pitch])
    return _alike(row, high) if rows == row * high else int.from_bytes(rows, "big")


@lru_cache(maxsize=128)
def _alike(row: bytes, high: int) -> int:
    return int.from_bytes(row * high, "big")


def columns(pitch: int, high: int, first: int, past: int) -> int:
    """`high` rows of `pitch` bytes, black from column `first` up to, not including, `past`: a mask for what would run over an edge."""
    row = ((1 << (past - first)) - 1) << (pitch * 8 - past)
    return int.from_bytes(row.to_bytes(pitch, "big") * high, "big")


def stamp(sheet: Sheet, x: int, y: int, width: int, pattern: Iterable[tuple[int, int]], white: tuple[int, int]) -> None:
    """A code at its left upper corner and nothing else beside it: rows of `width` bits, each with the dots it is high.

    white: from which column up to, not including, which one nothing else is left on these rows; seven dots more than the code on either side, or
    the edge of the sheet. Rows above or below the sheet are left out.
    """
    pitch, (left, right) = sheet.stride, white
    first, past = (left + 7) // 8, right // 8
    shift, wide = past * 8 - x - width, past - first
    top = at = y * pitch
    for bits, high in pattern:
        row, start, at = bytearray((bits << shift).to_bytes(wide, "big")), at, at + high * pitch
        for place in range(max(0, start) + first, min(at, len(sheet.rows)), pitch):
            sheet.rows[place : place + wide] = row
    for column, edge in ((first - 1, (1 << -left % 8) - 1), (past, 0xFF00 >> right % 8 & 0xFF)):
        if edge:
            rows = slice(max(0, top) + column, max(0, min(at, len(sheet.rows))), pitch)
            sheet.rows[rows] = sheet.rows[rows].translate(_without(edge))


@lru_cache(maxsize=16)
def _without(bits: int) -> bytes:
    """Every byte with these bits white, for `translate`."""
    return bytes(byte & ~bits for byte in range(256))
