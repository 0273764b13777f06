"""Marks that many papers have."""

from __future__ import annotations

from corner_app.labels.layout import Box, Mark, Text, Weight


def band(x: int, y: int, w: int, h: int, text: str, size: int, weight: Weight = Weight.BOLD) -> tuple[Mark, ...]:
    """White words in the middle of a black band."""
    return (Box(x, y, w, h), Text(x + 8, y + h // 2 + size // 3, w - 16, text, size, weight, smallest=min(size, 20), align="centre", invert=True))


def dashes(x: int, y: int, w: int, *, long: int = 5, gap: int = 3, line: int = 3) -> tuple[Mark, ...]:
    """A dashed line, ending in a whole dash."""
    count = (w + gap) // (long + gap)
    return tuple(Box(x + n * (long + gap), y, long, line) for n in range(count))
