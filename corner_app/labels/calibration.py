"""A printer's test label: rulers to measure, lines to see single dots, codes to scan, and Bangla to read.

Codes stand at 2, 3 and 4 dots a bar and 3, 4 and 5 a QR module, each with a number of its own, so that a scan tells which of them was read.
What is wider than the paper is left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import ceil

from corner_app.domain.numbers import make_s10
from corner_app.i18n import Language, clock, digits, number, short_day, words
from corner_app.labels.codes import BAR_QUIET
from corner_app.labels.flow import Flow, Roll, Ruler
from corner_app.labels.layout import Box, Code128, Mark, Qr, Text, Weight
from corner_app.labels.marks import band
from corner_app.labels.media import Media

TEST_INDICATOR = "ZZ"
"""Service indicator of test numbers: S10 leaves it to domestic use, and no parcel of ours has it."""
BAR_DOTS, QR_DOTS = (2, 3, 4), (3, 4, 5)
CONJUNCTS = "ক্ষ স্ত্র ন্দ্র র্ক জ্ঞ ঙ্ক্ষ হ্ম ত্রি কো ৎ"
"""What a printer that shapes no Bangla gets wrong, and what a dull head fills in."""
SIZES = (18, 20, 24, 28)
_BAR_MODULES = 156
"""Of an S10 in Code 128."""
_SIDES = (87, 116, 145)
"""Dots of the QR codes with their quiet zones: 21 modules and twice four."""


@dataclass(frozen=True, slots=True)
class CalibrationLabel:
    """Everything on it, in words. facts: lines on the printer and this print. bars, squares: captions of the codes, in the order of their dots.

    thin, thick: captions of the lines of one dot and of two. training: words of the band that marks practice or a simulator. tag: see `test_item`.
    """

    title: str
    day: str
    facts: tuple[str, ...]
    bars: tuple[str, str, str]
    squares: tuple[str, str, str]
    thin: str
    thick: str
    training: str = ""
    tag: int = 0


def test_item(dots: int, *, square: bool = False, tag: int = 0) -> str:
    """The number in the test code of so many dots a bar, or a QR module. tag: six digits that tell this label from other test labels."""
    return make_s10(TEST_INDICATOR, f"{tag:06d}{10 + dots if square else dots:02d}")


def read_from(item: str) -> tuple[str, int] | None:
    """Which code of a test label a scanned number is from: ("code128", 3), ("qr", 4); None when it is from none."""
    tag = int(item[2:8]) if re.fullmatch(f"{TEST_INDICATOR}[0-9]{{9}}BD", item) else 0
    known = {test_item(dots, tag=tag): ("code128", dots) for dots in BAR_DOTS} | {test_item(dots, square=True, tag=tag): ("qr", dots) for dots in QR_DOTS}
    return known.get(item)


def calibration_label(
    profile: str, version: str, media: Media, now: int, *, offset_x: int, offset_y: int, darkness: int, language: Language = Language.BN, training: str = "",
    tag: int = 0,
) -> CalibrationLabel:  # fmt: skip
    """The test label of a printer as it is set up.

    profile: its name; version: of this program; offsets: dots; darkness: percent; now: ms UTC; tag: see `test_item`.
    """
    size = f"{media.width} × {media.height}" if media.height else f"{media.width}"
    return CalibrationLabel(
        title=words("paper.test_label", language),
        day=f"{short_day(now, language)} · {clock(now, language)}",
        facts=(
            profile,
            words("paper.test_paper", language, media=media.name, dpi=digits(str(media.dpi), language), size=digits(size, language)),
            words("paper.test_offsets", language, x=number(offset_x, language), y=number(offset_y, language), darkness=number(darkness, language)),
            words("paper.test_version", language, version=version),
        ),
        bars=_captions(BAR_DOTS, language),
        squares=_captions(QR_DOTS, language),
        thin=words("paper.dots", language, n=1),
        thick=words("paper.dots", language, n=2),
        training=training,
        tag=tag,
    )


def _captions(dots: tuple[int, int, int], language: Language) -> tuple[str, str, str]:
    one, two, three = (words("paper.dots", language, n=n) for n in dots)
    return one, two, three


def layout(label: CalibrationLabel, media: Media) -> tuple[Mark, ...]:
    """On 4 x 6 inch paper."""
    left, wide = 84, 712
    bars, below = _bars(label, media, 78, 410, 722, 104, captions=True)
    squares, beside = _squares(label, media, left, below + 40, captions=True)
    return (
        *_edge(media, media.height),
        *ruler_across(media),
        *ruler_down(media, media.height),
        Text(left, 122, 430, label.title, 54, Weight.BOLD, smallest=24),
        Text(left + 440, 118, wide - 440, label.day, 28, align="right"),
        *(band(left, 144, wide, 44, label.training, 30) if label.training else ()),
        *(Text(left, 236 + 44 * n, 530, fact, 30, smallest=22) for n, fact in enumerate(label.facts)),
        *dot_pairs(label, media, 612, 210, high=64),
        *bars,
        *squares,
        *(Text(beside + 16, below + 74 + (0, 34, 74, 120)[n], 800 - beside - 16, CONJUNCTS, size, smallest=size) for n, size in enumerate(SIZES)),
    )


def small_layout(label: CalibrationLabel, media: Media) -> tuple[Mark, ...]:
    """On 3 x 2 inch paper: close together, without captions."""
    left, wide, bottom = 56, 544, 316
    bars, below = _bars(label, media, 50, 84, 554, 42, captions=False)
    squares, beside = _squares(label, media, left, below, captions=False)
    return (
        *_edge(media, media.height),
        *ruler_across(media),
        *ruler_down(media, media.height),
        Text(left, 69, 236, label.title, 28, Weight.BOLD, smallest=20),
        *(band(left + 244, 48, wide - 244, 28, label.training, 20) if label.training else (Text(left + 244, 70, wide - 244, label.day, 20, align="right"),)),
        *dot_pairs(label, media, 412, 92, high=22, beside=True),
        *bars,
        *squares,
        Text(beside + 8, below + 24, 600 - beside - 8, " · ".join(label.facts), 20, smallest=16, lines=(bottom - below) // 24, leading=24),
        Text(left, 338, 226, CONJUNCTS, SIZES[0], smallest=SIZES[0]),
        Text(left + 238, 338, wide - 238, CONJUNCTS, SIZES[1], smallest=SIZES[1]),
        Text(left, 363, wide, CONJUNCTS, SIZES[2], smallest=SIZES[2]),
        Text(left, 391, wide, CONJUNCTS, SIZES[3], smallest=SIZES[3]),
    )


def roll_layout(label: CalibrationLabel, media: Media, ruler: Ruler) -> Roll:
    """On a roll: the same from top to bottom, the ruler down beside the words, where no code is."""
    flow = Flow(media, ruler)
    flow.indent(44)
    flow.gap(40)
    if label.training:
        flow.band(label.training, 26, 40)
    flow.words(label.title, 34, Weight.BOLD, most=1)
    for fact in (label.day, *label.facts):
        flow.words(fact, 22)
    flow.gap(12)
    flow.put(*dot_pairs(label, media, flow.left + (flow.wide - 150) // 2, flow.y))
    flow.gap(86)
    down = ruler_down(media, flow.y)
    flow.indent(-44)
    for dots, caption in zip(BAR_DOTS, label.bars, strict=True):
        if _bar_room(dots) <= media.width - 8:
            flow.gap(6)
            flow.put(Code128(4, flow.y, media.width - 8, 64, test_item(dots, tag=label.tag), dots))
            flow.gap(64)
            flow.words(f"{caption} · {test_item(dots, tag=label.tag)}", 20, most=1)
    flow.gap(8)
    flow.put(*_squares(label, media, (media.width - sum(_SIDES)) // 2, flow.y, captions=True)[0])
    flow.gap(190)
    for size in SIZES:
        flow.words(CONJUNCTS, size)
    roll = flow.done()
    return Roll((*_edge(media, roll.height), *ruler_across(media), *down, *roll.marks), roll.height)


def dots_per_mm(media: Media) -> float:
    """Heads of "203 dpi" have eight dots a millimetre, all others what their name says."""
    return 8.0 if media.dpi == 203 else media.dpi / 25.4


def ruler_across(media: Media) -> tuple[Mark, ...]:
    """Millimetres along the upper edge, from the paper's left one; every tenth with its number, in centimetres."""
    per_mm = dots_per_mm(media)
    ticks: list[Mark] = []
    for mm in range(1, int(media.width / per_mm)):
        at = round(mm * per_mm)
        ticks.append(Box(at, 0, 1, _tick(mm, per_mm), exact=True))
        if mm % 10 == 0 and at + 20 < media.width:
            ticks.append(Text(round(at / media.scale) - 20, 44, 40, str(mm // 10), 18, smallest=18, align="centre"))
    return tuple(ticks)


def ruler_down(media: Media, past: int) -> tuple[Mark, ...]:
    """The same along the left edge, from the paper's upper edge down to the dot `past`."""
    per_mm = dots_per_mm(media)
    ticks: list[Mark] = []
    for mm in range(1, int(past / per_mm)):
        at = round(mm * per_mm)
        ticks.append(Box(0, at, _tick(mm, per_mm), 1, exact=True))
        if mm % 10 == 0 and at + 20 < past:
            ticks.append(Text(28, round(at / media.scale) + 6, 24, str(mm // 10), 18, smallest=18))
    return tuple(ticks)


def _tick(mm: int, per_mm: float) -> int:
    return round(per_mm * (3 if mm % 10 == 0 else 2.2 if mm % 5 == 0 else 1.4))


def _edge(media: Media, height: int) -> tuple[Mark, ...]:
    """A line round the paper at its very edge: what of it is missing, the printer cuts off."""
    return (Box(0, 0, media.width, height, line=2, exact=True),)


def dot_pairs(label: CalibrationLabel, media: Media, x: int, y: int, *, high: int = 44, beside: bool = False) -> tuple[Mark, ...]:
    """Lines of one dot and of two, as far apart as they are thick, upright and across; their captions below, or right of them."""
    made: list[Mark] = []
    step = 2 * high + 52 if beside else high + 32
    for n, (dots, caption) in enumerate(((1, label.thin), (2, label.thick))):
        left, top, long = round((x + step * n) * media.scale), round(y * media.scale), round(high * media.scale)
        for line in range(4):
            made.append(Box(left + 2 * dots * line, top, dots, long, exact=True))
            made.append(Box(left + 10 * dots, top + 2 * dots * line, long, dots, exact=True))
        aside, down = (high + 10 * dots + 6, high - 4) if beside else (0, high + 24)
        made.append(Text(x + step * n + aside, y + down, step - aside - 2, caption, 18, smallest=12))
    return tuple(made)


def _bar_room(dots: int) -> int:
    return (_BAR_MODULES + 2 * BAR_QUIET) * dots


def _bars(label: CalibrationLabel, media: Media, x: int, y: int, wide: int, high: int, *, captions: bool) -> tuple[list[Mark], int]:
    """The bar codes that the paper has room for, one below the other, and where the next thing has room."""
    made: list[Mark] = []
    for dots, caption in zip(BAR_DOTS, label.bars, strict=True):
        room = _bar_room(dots)
        if room > wide * media.scale:
            continue
        made.append(Code128(x, y, min(wide, ceil(room / media.scale) + 1), high, test_item(dots, tag=label.tag), dots))
        if captions:
            made.append(Text(x + 8, y + high + 30, wide - 16, f"{caption} · {test_item(dots, tag=label.tag)}", 24, smallest=20))
        y += high + (52 if captions else 4)
    return made, y


def _squares(label: CalibrationLabel, media: Media, x: int, y: int, *, captions: bool) -> tuple[list[Mark], int]:
    """The QR codes side by side on one line, and where the next thing has room."""
    made: list[Mark] = []
    places = [ceil(side / media.scale) + 1 for side in _SIDES]
    bottom = y + max(places)
    for dots, caption, place in zip(QR_DOTS, label.squares, places, strict=True):
        made.append(Qr(x, bottom - place, place, place, test_item(dots, square=True, tag=label.tag), dots))
        if captions:
            made.append(Text(x, bottom + 24, place, caption, 20, smallest=12, align="centre"))
        x += place
    return made, x
