"""Sheets of A4 with the bar codes of invented parcels, to learn at the counter without a parcel in the hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from corner_app.domain.bag_numbers import parse_bag_number
from corner_app.domain.numbers import parse_number
from corner_app.i18n import Language, digits, number, words
from corner_app.labels.layout import Box, Code128, Mark, Text, Weight
from corner_app.labels.marks import band
from corner_app.training_day import Parcel

COLUMNS, ROWS = 3, 9
_WIDE, _HIGH = 1678, 2373
_EDGE, _TOP, _CELL = 76, 330, 212


@dataclass(frozen=True, slots=True)
class PracticeCell:
    """One invented parcel: its number, the same as people read it, whose it is and where it goes."""

    item: str
    grouped: str
    name: str
    place: str


@dataclass(frozen=True, slots=True)
class PracticeSheet:
    """A page in words. bag, bag_words: number of the bag they came in and what it is called, "" for none; cells: from left to right, at most 27."""

    title: str
    warning: str
    bag: str
    bag_words: str
    cells: tuple[PracticeCell, ...]
    page: str
    training: str


def practice_sheets(parcels: Sequence[Parcel], language: Language = Language.BN) -> list[PracticeSheet]:
    """As many pages as the parcels need, each of one bag. parcels: of the training day, in order of their bags."""
    bags = [(bag, tuple(rows)) for bag, rows in groupby(parcels, key=lambda parcel: parcel["bag_id"])]
    parts = [(bag, part) for bag, rows in bags for part in _parts(rows)]
    return [_sheet(bag, rows, page, len(parts), language) for page, (bag, rows) in enumerate(parts, 1)]


def _parts(rows: Sequence[Parcel]) -> Iterator[Sequence[Parcel]]:
    for first in range(0, len(rows), COLUMNS * ROWS):
        yield rows[first : first + COLUMNS * ROWS]


def _sheet(bag: str, rows: Sequence[Parcel], page: int, of: int, language: Language) -> PracticeSheet:
    known = parse_bag_number(bag)
    return PracticeSheet(
        title=words("paper.practice", language),
        warning=words("paper.practice_warning", language),
        bag=known.text if known else "",
        bag_words=words("paper.practice_bag", language, bag=known.short) if known else "",
        cells=tuple(_cell(row, language) for row in rows),
        page=f"{number(page, language)} / {number(of, language)}",
        training=words("label.training", language),
    )


def _cell(row: Parcel, language: Language) -> PracticeCell:
    item, end = row["item_id"], language.value
    return PracticeCell(item, parse_number(item).grouped, row[f"recipient_name_{end}"], f"{digits(row['postcode'], language)} {row[f'office_{end}']}")


def layout(sheet: PracticeSheet) -> tuple[Mark, ...]:
    """On A4."""
    column = (_WIDE - 2 * _EDGE) // COLUMNS
    rules = tuple(Box(_EDGE, _TOP + _CELL * row, _WIDE - 2 * _EDGE, 2) for row in range(-(-len(sheet.cells) // COLUMNS) + 1))
    cells = tuple(
        mark
        for n, cell in enumerate(sheet.cells[: COLUMNS * ROWS])
        for mark in _cell_marks(cell, _EDGE + column * (n % COLUMNS), _TOP + _CELL * (n // COLUMNS), column)
    )
    return (*_head(sheet), *rules, *cells, *_foot(sheet))


def _head(sheet: PracticeSheet) -> tuple[Mark, ...]:
    half = 700
    bag = (
        (Code128(_WIDE - _EDGE - 790, 96, 790, 110, sheet.bag), Text(_WIDE - _EDGE - 790, 250, 790, sheet.bag_words, 32, Weight.BOLD, align="centre"))
        if sheet.bag
        else ()
    )
    return (
        Text(_EDGE, 150, half, sheet.title, 64, Weight.BOLD, smallest=36),
        Text(_EDGE, 208, half, sheet.warning, 30, smallest=24, lines=2, leading=42),
        *bag,
        *(band(_EDGE, 268, _WIDE - 2 * _EDGE, 44, sheet.training, 28) if sheet.training else ()),
    )


def _cell_marks(cell: PracticeCell, x: int, y: int, wide: int) -> tuple[Mark, ...]:
    return (
        Text(x + 16, y + 40, wide - 32, cell.name, 30, Weight.BOLD, tail=cell.place, tail_size=24),
        Code128(x + 4, y + 64, wide - 8, 88, cell.item),
        Text(x + 16, y + 188, wide - 32, cell.grouped, 28, Weight.BOLD, align="centre", mono=True),
    )


def _foot(sheet: PracticeSheet) -> tuple[Mark, ...]:
    return (Text(_EDGE, _HIGH - 66, _WIDE - 2 * _EDGE, sheet.page, 26, align="centre"),)
