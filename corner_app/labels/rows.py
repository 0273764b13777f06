"""Packed rows of dots, a byte is eight of them, 1 is black: what is drawn once is laid over a sheet as one big number, rows and all."""

from __future__ import annotations

from dataclasses import dataclass


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
    there = int.from_bytes(sheet.rows[place], "big")
    sheet.rows[place] = (there & ~ink if white else there | ink).to_bytes(high * pitch, "big")


def columns(pitch: int, high: int, first: int, past: int) -> int:
    """`high` rows of `pitch` bytes, black from column `first` up to, not including, `past`: a mask for what would run over an edge."""
    row = ((1 << (past - first)) - 1) << (pitch * 8 - past)
    return int.from_bytes(row.to_bytes(pitch, "big") * high, "big")


def trimmed(top: int, high: int, ink: int, pitch: int) -> tuple[int, int, int]:
    """The same ink without its empty rows above and below: first row, rows, ink. pitch: bytes of a row."""
    if not ink:
        return top, 0, 0
    bits = pitch * 8
    above = (high * bits - ink.bit_length()) // bits
    below = ((ink & -ink).bit_length() - 1) // bits
    return top + above, high - above - below, ink >> below * bits


def stamp(sheet: Sheet, x: int, y: int, width: int, pattern: tuple[tuple[int, int], ...]) -> None:
    """Adds a code at its left upper corner: rows of `width` bits, each with the dots it is high."""
    shift = sheet.stride * 8 - x - width
    block = b"".join((bits << shift).to_bytes(sheet.stride, "big") * high for bits, high in pattern)
    lay(sheet, y, len(block) // sheet.stride, int.from_bytes(block, "big"), white=False)
