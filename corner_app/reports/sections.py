"""A report as tables of plain cells: what sheets, files and the terminal are made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from corner_app.domain.entries import EntryId
from corner_app.i18n import Language, clock, digits, money, number, short_day, weight, words
from corner_app.reports import said
from corner_app.reports.figures import WAYS_OUT, BagLine, ExceptionLine, Figure, Names, PaperLine, Report, ReturnLine, UndoneLine
from corner_app.reports.keys import ACCOUNT, CLERK
from corner_app.reports.tables import account

Cell = str | int | None
"""Words, a number, or nothing. Money paisa, weights grams, times ms UTC."""


class Sort(Enum):
    """What the cells of a column are."""

    WORDS = "words"
    COUNT = "count"
    MONEY = "money"
    WEIGHT = "weight"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Column:
    """title: its heading. total: its sum stands below. sum_of: its cells are made of other cells of the row, each (sign, column from 0)."""

    title: str
    sort: Sort = Sort.WORDS
    total: bool = False
    sum_of: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """One table. key: name of its file; total: heading of the line of sums, "" for none; lines: long lists of single entries."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Cell, ...]]
    total: str = ""
    lines: bool = False


def sections(report: Report, names: Names, language: Language) -> list[Section]:
    """All tables of a report, the cover first."""
    return _Sections(report, names, language).all()


class _Sections:
    """Tables in one language."""

    def __init__(self, report: Report, names: Names, language: Language) -> None:
        self._report, self._names, self._language = report, names, language
        self._said: dict[str, str] = {}
        self._own = (report.last.device, report.last.epoch) if report.last is not None else None

    def all(self) -> list[Section]:
        made = [self._cover(), self._parcels(), self._drawers(), self._accounts(), self._clerks(), self._hours(), self._bags("out"), self._bags("in")]
        return [*made, self._exceptions(), self._reprints(), self._undone(), self._returns(), self._moves(), self._ledger()]

    def _w(self, key: str) -> str:
        """Words, looked up once."""
        if key not in self._said:
            group, _, code = key.partition(".")
            self._said[key] = said.known(group, code, self._language)
        return self._said[key]

    def _head(self, *keys: str) -> tuple[Column, ...]:
        return tuple(Column(self._w(f"report.{key}"), _SORTS.get(key, Sort.WORDS)) for key in keys)

    def _entry(self, id: EntryId) -> Cell:
        return id.seq if (id.device, id.epoch) == self._own else f"{id.device}.{id.epoch}.{id.seq}"

    def _who(self, badge: str) -> str:
        return self._names.clerk(badge, self._language.value)

    def _by(self, line: ExceptionLine | PaperLine | UndoneLine | ReturnLine) -> tuple[Cell, Cell, Cell]:
        """Who, when, and by which entry."""
        return self._who(line.who), line.at, self._entry(line.by)

    def _section(self, key: str, columns: tuple[Column, ...], rows: Sequence[tuple[Cell, ...]], *, total: bool = False, lines: bool = False) -> Section:
        return Section(key, self._w(f"report.{key}"), columns, rows, self._w("report.all") if total else "", lines)

    def _cover(self) -> Section:
        report, language = self._report, self._language
        dates = said.date(report.date, language)
        span = dates if report.to == report.date else words("report.until", language, first=dates, last=said.date(report.to, language))
        office = self._names.office[0 if language is Language.BN else 1] or report.office
        state = self._w("report.not_closed")
        if report.closed_at:
            state = words("report.closed_at", language, date=short_day(report.closed_at, language), at=clock(report.closed_at, language))
        named = [str(self._entry(id)) for id in (report.first, report.last) if id is not None]
        every = next((line.on_hand.value for line in report.parcels if line.kind == "all"), 0)
        rows: list[tuple[Cell, ...]] = [
            (self._w("report.office"), f"{office} ({digits(self._names.postcode, language)})"),
            (self._w("report.counter_of"), report.counter),
            (self._w("report.date"), span),
            (self._w("report.state"), state),
            (self._w("report.closed_by_of"), self._who(report.closed_by)),
            (self._w("report.approved_by"), self._who(report.approved_by)),
            (self._w("report.on_hand"), every),
            (self._w("report.entries_of"), " – ".join(named) or self._w("report.no_entries")),
            (self._w("report.seal"), report.seal),
            ("", self._w("report.one_seal")),
        ]
        rows += [(self._w("report.training_of"), self._w("report.training"))] if report.training else []
        rows += [(self._w("report.faulty"), self._w(f"fault.{fault}")) for fault in report.faults]
        title = self._w("report.day" if report.date == report.to else "report.range")
        return Section("cover", title, (Column(title), Column(span)), rows)

    def _parcels(self) -> Section:
        ways = len(WAYS_OUT)
        counts = ("opening", "received", *WAYS_OUT)
        columns = [Column(self._w("report.kind")), *(Column(self._w(f"report.{key}"), Sort.COUNT, True) for key in counts)]
        columns.append(Column(self._w("report.closing"), Sort.COUNT, True, ((1, 1), (1, 2), *((-1, at) for at in range(3, 3 + ways)))))
        rows: list[tuple[Cell, ...]] = []
        for line in self._report.parcels:
            if line.kind != "all":
                gone = dict(line.gone)
                left = [gone.get(way, Figure()).value for way in WAYS_OUT]
                rows.append((self._w(f"report.{line.kind}"), line.opening.value, line.came.value, *left, line.on_hand.value))
        return self._section("parcels", tuple(columns), rows, total=True)

    def _drawers(self) -> Section:
        keys = ("opening", "collected", "postage", "paid_in", "paid_out", "deposited")
        columns = [Column(self._w("report.drawer")), *(Column(self._w(f"report.{key}"), Sort.MONEY, True) for key in keys)]
        columns.append(Column(self._w("report.expected"), Sort.MONEY, True, ((1, 1), (1, 2), (1, 4), (-1, 5), (-1, 6))))
        columns += [Column(self._w(f"report.{key}"), Sort.MONEY, True) for key in ("counted", "difference", "claimed")]
        columns += [Column(self._w("report.state")), Column(self._w("report.seal"))]
        rows: list[tuple[Cell, ...]] = []
        for line in self._report.drawers:
            clerks = ", ".join(self._who(badge) for badge in line.clerks) or "—"
            name = words("report.drawer_of", self._language, n=line.counter, clerks=clerks)
            found = [getattr(line, key).value for key in (*keys, "expected")]
            counted = [None if figure is None else figure.value for figure in (line.counted, line.difference)]
            state = self._w("report.closed" if line.closed else "report.not_closed")
            rows.append((name, *found, *counted, line.claimed.value, state, line.seal))
        return self._section("money", tuple(columns), rows, total=True)

    def _accounts(self) -> Section:
        columns = [Column(self._w("report.account")), *(Column(self._w(f"report.{key}"), Sort.MONEY, key in ("debit", "credit")) for key in ACCOUNT[:3])]
        columns.append(Column(self._w("report.closing"), Sort.MONEY, False, ((1, 1), (1, 2), (-1, 3))))
        rows = [
            (account(line.account, self._names, self._language), *(getattr(line, key).value for key in ACCOUNT)) for line in self._report.accounts
        ]  # fmt: skip
        return self._section("ledger", tuple(columns), rows, total=True)

    def _clerks(self) -> Section:
        titles = ("taken_in", "sorted", "handed_over", "labels", "reprints_of", "undone_of")
        columns = (Column(self._w("report.clerk")), *(Column(self._w(f"report.{title}"), Sort.COUNT, True) for title in titles))
        rows = [(self._who(line.badge), *(getattr(line, key).value for key in CLERK)) for line in self._report.clerks]
        return self._section("clerks", columns, rows, total=True)

    def _hours(self) -> Section:
        columns = (Column(self._w("report.at")), *(Column(self._w(f"report.{key}"), Sort.COUNT, True) for key in ("received", "out")))
        rows = [
            (words("report.hour", self._language, n=digits(str(line.hour), self._language)), line.received.value, line.handed_over.value)
            for line in self._report.hours
        ]
        return self._section("hours", columns, rows, total=True)

    def _bags(self, way: str) -> Section:
        bags = [bag for bag in self._report.bags if bag.way == way]
        columns = [Column(self._w("report.bag")), Column(self._w("report.to" if way == "out" else "report.from"))]
        columns += [Column(self._w("report.items"), Sort.COUNT, True), Column(self._w("report.kilograms"), Sort.WEIGHT, True)]
        columns += [Column(self._w(f"report.{key}"), Sort.COUNT, True) for key in ("announced", "missing", "extra") if way == "in"]
        columns.append(Column(self._w("report.ended"), Sort.TIME))
        further: Callable[[BagLine], tuple[Cell, ...]] = (lambda bag: (bag.expected, bag.missing, bag.extra)) if way == "in" else lambda bag: ()
        rows = [
            (said.bag(bag.bag), self._names.place(bag.place, self._language.value), bag.items.value, bag.weight_g, *further(bag), bag.ended_at or None)
            for bag in bags
        ]
        return self._section(f"bags_{way}", tuple(columns), rows, total=True)

    def _exceptions(self) -> Section:
        language = self._language
        rows = [
            (
                said.subject(line.subject, language),
                said.exception(line, self._names, language),
                self._w(f"state.{line.now}") if line.now else "",
                *self._by(line),
            )
            for line in self._report.exceptions
        ]
        return self._section("exceptions", self._head("number", "what", "now", "who", "at", "entry_of"), rows)

    def _reprints(self) -> Section:
        rows = [
            (said.subject(line.subject, self._language), self._w(f"print.paper_{line.what}"), line.copy, line.reason, *self._by(line))
            for line in self._report.reprints
        ]
        return self._section("reprints", self._head("number", "paper", "copy", "reason", "who", "at", "entry_of"), rows)

    def _undone(self) -> Section:
        rows = [
            (said.subject(line.subject, self._language), self._w(f"kind.{line.kind}"), self._entry(line.of), *self._by(line)) for line in self._report.undone
        ]
        columns = (*self._head("number", "undone_kind"), Column(self._w("report.entry_undone")), *self._head("who", "at", "entry_of"))
        return self._section("undone", columns, rows)

    def _returns(self) -> Section:
        rows = [
            (line.item, self._w(f"reason.{line.reason}") if line.reason else "", self._w(f"state.{line.now}"), *self._by(line)) for line in self._report.returns
        ]
        return self._section("returns", self._head("number", "reason", "now", "who", "at", "entry_of"), rows)

    def _moves(self) -> Section:
        rows = [
            (self._entry(line.by), line.at, line.item, self._w("report.received" if line.way == "came" else f"report.{line.way}"),
             self._w(f"report.{line.kind}"), self._who(line.who))
            for line in self._report.moves
        ]  # fmt: skip
        return self._section("moves", self._head("entry_of", "at", "number", "way", "kind", "who"), rows, lines=True)

    def _ledger(self) -> Section:
        names: dict[str, str] = {}
        rows = []
        for line in self._report.ledger:
            if line.account not in names:
                names[line.account] = account(line.account, self._names, self._language)
            debit, credit = (line.amount, None) if line.amount > 0 else (None, -line.amount)
            part = self._w(f"report.{line.part}") if line.part else ""
            about = line.subject if ":" not in line.subject else said.subject(line.subject, self._language)
            rows.append((self._entry(line.by), line.at, about, self._w(f"kind.{line.word}"), names[line.account], debit, credit, part, self._who(line.who)))
        columns = [
            *self._head("entry_of", "at", "number", "what", "account"),
            *(Column(self._w(f"report.{key}"), Sort.MONEY, True) for key in ("debit", "credit")),
        ]
        return self._section("ledger_lines", (*columns, *self._head("part", "who")), rows, total=True, lines=True)


_SORTS = {"at": Sort.TIME, "copy": Sort.COUNT}


def totals(section: Section) -> tuple[Cell, ...]:
    """The line of sums of a section: its heading, then the sum of each column that has one. Cells that are not known yet count nothing."""
    made: list[Cell] = [section.total]
    for at, column in enumerate(section.columns[1:], 1):
        values = [row[at] for row in section.rows]
        made.append(sum(value for value in values if isinstance(value, int)) if column.total else None)
    return tuple(made)


def shown(cell: Cell, sort: Sort, language: Language) -> str:
    """A cell as people read it."""
    if cell is None or isinstance(cell, str):
        return cell or ""
    match sort:
        case Sort.MONEY:
            return money(cell, language, exact=True)
        case Sort.WEIGHT:
            return weight(cell, language)
        case Sort.TIME:
            return f"{short_day(cell, language)} {clock(cell, language)}"
        case Sort.COUNT:
            return number(cell, language)
        case _:
            return digits(str(cell), language)
