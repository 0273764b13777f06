"""Who did what, and the lines a supervisor reads one by one: bags, exceptions, papers printed again, scans taken back, returns."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from corner_app.domain.bag_numbers import parse_bag_number
from corner_app.i18n import Language, clock, digits, number, short_day, words
from corner_app.reports import said
from corner_app.reports.figures import BagLine, Names, Report
from corner_app.reports.grid import Cell, Column, Tables
from corner_app.reports.keys import CLERK, LISTS
from corner_app.reports.marks import Ink


def put_clerks(flow: Tables, report: Report, names: Names, language: Language) -> None:
    """What each clerk did."""
    titles = ("taken_in", "sorted", "handed_over", "labels", "reprints_of", "undone_of")
    columns = [Column(words("report.clerk", language), words=True), *(Column(words(f"report.{title}", language), figures=True) for title in titles)]
    rows = []
    for line in report.clerks:
        figures = [Cell(number(getattr(line, name).value, language), f"clerks.{line.badge}.{name}") for name in CLERK]
        rows.append([Cell(names.clerk(line.badge, language)), *figures])
    _put(flow, "clerks", columns, rows, language)


def put_bags(flow: Tables, report: Report, names: Names, language: Language) -> None:
    """Bags that left, and bags that came and what was wrong with them."""
    sent, came = ([bag for bag in report.bags if bag.way == way] for way in ("out", "in"))
    weigh = Column(words("report.kilograms", language), figures=True)
    ends = Column(words("report.ended", language), figures=True)
    count = Column(words("report.items", language), figures=True)
    columns = [_column("bag", language, mono=True), _column("to", language), count, weigh, ends]
    rows = [[*_bag(bag, names, language), _kilograms(bag, language), _ended(bag, report, language)] for bag in sent]
    _put(flow, "bags_out", columns, rows, language)
    further = [Column(words(f"report.{key}", language), figures=True) for key in ("announced", "missing", "extra")]
    columns = [_column("bag", language, mono=True), _column("from", language), count, *further, ends]
    rows = []
    for bag in came:
        counts = [Cell(number(bag.expected, language)), *(_wrong(value, language) for value in (bag.missing, bag.extra))]
        rows.append([*_bag(bag, names, language), *counts, _ended(bag, report, language)])
    _put(flow, "bags_in", columns, rows, language)


def _bag(bag: BagLine, names: Names, language: Language) -> list[Cell]:
    known = parse_bag_number(bag.bag)
    place = (
        f"{names.place(bag.place, language)} {digits(bag.place, language)}" if names.place(bag.place, language) != bag.place else digits(bag.place, language)
    )
    return [Cell(known.short if known else bag.bag), Cell(place), Cell(number(bag.items.value, language), f"bags.{bag.bag}")]


def _kilograms(bag: BagLine, language: Language) -> Cell:
    kilograms, tenth = divmod((bag.weight_g + 50) // 100, 10)
    return Cell(digits(f"{kilograms}.{tenth}", language) if bag.weight_g else "—")


def _ended(bag: BagLine, report: Report, language: Language) -> Cell:
    if not bag.ended_at:
        return Cell(words("report.not_ended", language), ink=Ink.LOOK, weight=600)
    return Cell(_when(bag.ended_at, report, language))


def _wrong(value: int, language: Language) -> Cell:
    """What should be none."""
    return Cell(number(value, language), ink=Ink.LOOK if value else Ink.INK, weight=600 if value else 400)


def put_exceptions(flow: Tables, report: Report, names: Names, language: Language) -> None:
    """What a supervisor should know."""
    columns = [_column("number", language, mono=True), *(_column(key, language) for key in ("what", "now", "who")), _time(language)]
    rows = []
    for n, line in enumerate(report.exceptions):
        cells = [
            _number(line.subject, language),
            Cell(said.exception(line, names, language), f"exceptions.{n}"),
            Cell(_state(line.now, language)),
            Cell(names.clerk(line.who, language)),
        ]
        rows.append([*cells, Cell(_when(line.at, report, language))])
    _put(flow, "exceptions", columns, rows, language)


def put_papers(flow: Tables, report: Report, names: Names, language: Language) -> None:
    """Papers that were printed again, and why."""
    copy = Column(words("report.copy", language))
    columns = [
        _column("number", language, mono=True),
        _column("paper", language),
        copy,
        *(_column(key, language) for key in ("reason", "who")),
        _time(language),
    ]
    rows = []
    for n, line in enumerate(report.reprints):
        what = said.known("print", f"paper_{line.what}", language).removeprefix("paper_")
        cells = [_number(line.subject, language), Cell(what), Cell(number(line.copy, language), f"reprints.{n}"), Cell(line.reason or "—")]
        rows.append([*cells, Cell(names.clerk(line.who, language)), Cell(_when(line.at, report, language))])
    _put(flow, "reprints", columns, rows, language)


def put_undone(flow: Tables, report: Report, names: Names, language: Language) -> None:
    """Scans that were taken back."""
    entry = Column(words("report.entry_of", language))
    columns = [_column("number", language, mono=True), _column("undone_kind", language), entry, _column("who", language), _time(language)]
    rows = []
    for n, line in enumerate(report.undone):
        cells = [_number(line.subject, language), Cell(said.known("kind", line.kind, language), f"undone.{n}"), Cell(number(line.of.seq, language))]
        rows.append([*cells, Cell(names.clerk(line.who, language)), Cell(_when(line.at, report, language))])
    _put(flow, "undone", columns, rows, language)


def put_returns(flow: Tables, report: Report, names: Names, language: Language) -> None:
    """Parcels that nobody took, or that go back."""
    columns = [_column("number", language, mono=True), *(_column(key, language) for key in ("reason", "now", "who")), _time(language)]
    rows = []
    for n, line in enumerate(report.returns):
        reason = said.known("reason", line.reason, language) if line.reason else "—"
        cells = [_number(line.item, language), Cell(reason, f"returns.{n}"), Cell(_state(line.now, language)), Cell(names.clerk(line.who, language))]
        rows.append([*cells, Cell(_when(line.at, report, language))])
    _put(flow, "returns", columns, rows, language)


def put_empty(flow: Tables, report: Report, language: Language) -> None:
    """The lists that have nothing in them, by name, so that nobody has to wonder whether one was left out."""
    bags = {bag.way for bag in report.bags}
    held = {"clerks": report.clerks, "bags_out": "out" in bags, "bags_in": "in" in bags} | {name: getattr(report, name) for name in LISTS}
    if empty := [words(f"report.{name}", language) for name, lines in held.items() if not lines]:
        flow.heading(words("report.empty", language), " · ".join(empty))


def _put(flow: Tables, name: str, columns: Sequence[Column], rows: Sequence[Sequence[Cell]], language: Language) -> None:
    if rows:
        flow.table(words(f"report.{name}", language), "", columns, rows)


def _column(key: str, language: Language, *, mono: bool = False) -> Column:
    return Column(words(f"report.{key}", language), mono=mono, words=True)


def _time(language: Language) -> Column:
    return Column(words("report.at", language), figures=True)


def _number(code: str, language: Language) -> Cell:
    """What a line is about. A parcel's number stands as it is."""
    return Cell(said.subject(code, language) if ":" in code else code)


def _state(state: str, language: Language) -> str:
    return said.known("state", state, language) if state else "—"


def _when(at: int, report: Report, language: Language) -> str:
    """The time of day; on a report of several days the date too."""
    time = _minute(at // 60_000, language)
    return time if report.date == report.to else f"{short_day(at, language)} {time}"


@lru_cache(maxsize=2048)
def _minute(minutes: int, language: Language) -> str:
    return clock(minutes * 60_000, language)
