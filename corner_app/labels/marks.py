"""Marks that many papers have."""

from __future__ import annotations

from corner_app.labels.layout import Box, Mark, Text, Weight


def band(x: int, y: int, w: int, h: int, text: str, size: int, weight: Weight = Weight.BOLD) -> tuple[Mark, ...]:
    """White words in the middle of a black band."""
    return (Box(x, y, w, h), Text(x + 8, y + h // 2 + size // 3, w - 16, text, size, weight, smallest=min(size, 20), align="centre", invert=True))
