"""Rows of dots moved and turned before they go into a printer's bytes, for what a language has no command for."""

from __future__ import annotations

_MIRROR = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
_CLEAN = [bytes(byte for byte in range(256) if not byte & ((1 << spare) - 1)) for spare in range(8)]
"""By the bits that pad a row: its last bytes that are white in all of them."""


def stride_of(width: int) -> int:
    """Bytes of a packed row."""
    return (width + 7) // 8


def cleared(width: int, rows: bytes) -> bytes:
    """The rows with white in the bits that pad each to a whole byte, which a printer would else take for dots."""
    stride, spare = stride_of(width), -width % 8
    last = rows[stride - 1 :: stride]
    if not last.translate(None, _CLEAN[spare]):
        return rows
    made = bytearray(rows)
    made[stride - 1 :: stride] = bytes(byte & (0xFF << spare) for byte in last)
    return bytes(made)


def moved(width: int, rows: bytes, right: int, down: int) -> bytes:
    """The picture at the same size with every dot moved; what leaves the paper is lost, what comes in is white."""
    if not right and not down:
        return rows
    stride = stride_of(width)
    height = len(rows) // stride
    if abs(right) >= width or abs(down) >= height:
        return bytes(len(rows))
    if right:
        paper = (1 << width) - 1
        rows = b"".join(_row_moved(rows[at : at + stride], stride, width, paper, right) for at in range(0, len(rows), stride))
    return bytes(down * stride) + rows[: len(rows) - down * stride] if down >= 0 else rows[-down * stride :] + bytes(-down * stride)


def _row_moved(row: bytes, stride: int, width: int, paper: int, right: int) -> bytes:
    dots = int.from_bytes(row) >> (stride * 8 - width)
    dots = dots >> right if right > 0 else (dots << -right) & paper
    return (dots << (stride * 8 - width)).to_bytes(stride)


def turned(width: int, rows: bytes) -> bytes:
    """The picture upside down (by 180 degrees)."""
    return _unpadded(width, rows[::-1].translate(_MIRROR))


def mirrored(width: int, rows: bytes) -> bytes:
    """Each row from right to left."""
    stride = stride_of(width)
    return _unpadded(width, b"".join(rows[at : at + stride][::-1].translate(_MIRROR) for at in range(0, len(rows), stride)))


def _unpadded(width: int, rows: bytes) -> bytes:
    """Rows whose padding came to stand on the left, moved to the left edge."""
    spare = -width % 8
    if not spare:
        return rows
    stride = stride_of(width)
    whole = (1 << stride * 8) - 1
    return b"".join(((int.from_bytes(rows[at : at + stride]) << spare) & whole).to_bytes(stride) for at in range(0, len(rows), stride))


def columns_of(eight_rows: bytes) -> bytes:
    """Eight rows, one after the other, as columns: one byte a column, the uppermost dot its highest bit. The reverse of `rows_of`."""
    stride = len(eight_rows) // 8
    blocks = bytearray(len(eight_rows))
    for row in range(8):
        blocks[row::8] = eight_rows[row * stride : (row + 1) * stride]
    return _blocks_turned(bytes(blocks))


def rows_of(columns: bytes) -> bytes:
    """Columns, one byte each and a multiple of eight of them, as eight rows one after the other."""
    blocks = _blocks_turned(columns)
    return b"".join(blocks[row::8] for row in range(8))


def _blocks_turned(blocks: bytes) -> bytes:
    """Each eight bytes, a square of eight by eight dots, with rows and columns exchanged: halves, quarters and pairs swapped in all squares at once."""
    count = len(blocks) // 8
    dots = int.from_bytes(blocks)
    for far, mask in ((28, "00000000f0f0f0f0"), (14, "0000cccc0000cccc"), (7, "00aa00aa00aa00aa")):
        kept = int(mask * count or "0", 16)
        changed = (dots ^ (dots >> far)) & kept
        dots ^= changed ^ (changed << far)
    return dots.to_bytes(len(blocks))
