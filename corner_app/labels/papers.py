"""Any paper of the counter, from its values to dots."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from corner_app.labels import bag, calibration, command_card, intimation, practice, receipt, shelf, small_parcel
from corner_app.labels.bag import BagLabel
from corner_app.labels.calibration import CalibrationLabel
from corner_app.labels.command_card import CommandCard
from corner_app.labels.flow import Roll
from corner_app.labels.intimation import Slip
from corner_app.labels.layout import Mark, ParcelLabel
from corner_app.labels.layout import layout as parcel
from corner_app.labels.media import Media, MediaName
from corner_app.labels.practice import PracticeSheet
from corner_app.labels.raster import Bitmap, TextRuler, draw, draw_parcel_label, missing_glyphs
from corner_app.labels.receipt import Receipt
from corner_app.labels.shelf import ShelfLabel

PaperValues = ParcelLabel | BagLabel | ShelfLabel | Receipt | Slip | CalibrationLabel | PracticeSheet | CommandCard


class WrongPaper(ValueError):
    """Nobody has drawn these values for this paper; the message names both."""


def _sheet(lay: Callable[[Any], tuple[Mark, ...]]) -> Callable[[Any, Media], Roll]:
    return lambda values, media: Roll(lay(values), media.height)


def _exact(lay: Callable[[Any, Media], tuple[Mark, ...]]) -> Callable[[Any, Media], Roll]:
    return lambda values, media: Roll(lay(values, media), media.height)


def _roll(lay: Callable[[Any, Media, TextRuler], Roll]) -> Callable[[Any, Media], Roll]:
    return lambda values, media: lay(values, media, TextRuler(media))


_LAYOUTS: Mapping[tuple[type, MediaName], Callable[[Any, Media], Roll]] = {
    (ParcelLabel, "4x6in"): _sheet(parcel),
    (ParcelLabel, "3x2in"): _sheet(small_parcel.layout),
    (ShelfLabel, "3x2in"): _sheet(shelf.layout),
    (ShelfLabel, "50x25mm"): _sheet(shelf.small_layout),
    (BagLabel, "100x150mm"): _sheet(bag.layout),
    (Receipt, "58mm"): _roll(receipt.layout),
    (Receipt, "80mm"): _roll(receipt.layout),
    (Slip, "58mm"): _roll(intimation.layout),
    (Slip, "80mm"): _roll(intimation.layout),
    (Slip, "3x2in"): _sheet(intimation.small_layout),
    (CalibrationLabel, "4x6in"): _exact(calibration.layout),
    (CalibrationLabel, "3x2in"): _exact(calibration.small_layout),
    (CalibrationLabel, "58mm"): _roll(calibration.roll_layout),
    (CalibrationLabel, "80mm"): _roll(calibration.roll_layout),
    (PracticeSheet, "a4"): _sheet(practice.layout),
    (CommandCard, "a4"): _sheet(command_card.layout),
}
"""The one list of papers."""


def paper_marks(values: PaperValues, media: Media) -> Roll:
    """What stands where, and how long the paper is. Raises WrongPaper."""
    lay = _LAYOUTS.get((type(values), media.name))
    if lay is None:
        raise WrongPaper(f"no {type(values).__name__} on {media.name}")
    return lay(values, media)


def draw_paper(values: PaperValues, media: Media) -> Bitmap:
    """The paper in dots; a roll is as long as what stands on it.

    Needs a QGuiApplication; may be called in any thread. Raises WrongPaper, and Trouble for what no code can carry.
    """
    if isinstance(values, ParcelLabel) and media.name == "4x6in":
        return draw_parcel_label(values, media)
    paper = paper_marks(values, media)
    return draw(paper.marks, replace(media, height=paper.height))


def missing_in(values: PaperValues) -> list[str]:
    """Characters anywhere in these values that the paper's font has no glyph for, each once, so that they can be named before printing."""
    return missing_glyphs("".join(_texts(values)))


def _texts(value: object) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from _texts(each)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _texts(getattr(value, field.name))
