"""How a text is made to fit: first smaller, then on more lines, then cut with "…". No painting: widths are measured by what is handed in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Measure = Callable[[str, int], float]
"""measure(text, size) -> dots the text is wide."""
Cut = Callable[[str, int, float], str]
"""cut(text, size, room) -> what of the text has room, with "…" for the rest."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """Lines from the top, none of them wider than the room, and the size they fit at."""

    lines: tuple[str, ...]
    size: int


def fit(text: str, sizes: Sequence[int], room: float, most: int, measure: Measure, cut: Cut) -> Fitted:
    """The largest size at which the text stands on at most `most` lines; at the smallest it is cut.

    sizes: allowed, the largest first. A line break in the text begins a new line if there is one, and is a space where lines are short.
    """
    paragraphs = [plain for part in text.split("\n") if (plain := " ".join(part.split()))]
    for size in sizes:
        lines = [line for part in paragraphs for line in _broken(part, size, room, measure)]
        if len(lines) <= most and all(measure(line, size) <= room for line in lines):
            return Fitted(tuple(lines), size)
    plain, size = " ".join(paragraphs), sizes[-1]
    lines = _broken(plain, size, room, measure)
    whole = lines[: most - 1]
    if any(measure(line, size) > room for line in whole):
        whole = []  # one word is wider than the paper: no line can be trusted to hold
    return Fitted((*whole, cut(" ".join(lines[len(whole) :]), size, room)), size)


def _broken(text: str, size: int, room: float, measure: Measure) -> list[str]:
    """Broken at spaces, each line as long as it can be; a word wider than the room has a line of its own."""
    if measure(text, size) <= room:
        return [text]
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and measure(longer, size) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
