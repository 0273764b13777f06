"""What a figure of a report is made of: its words, its entries, and whether they add up to it. Computed here anew, beside the report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from corner_app.domain.bag_numbers import parse_bag_number
from corner_app.domain.entries import EntryId
from corner_app.i18n import Language, digits, money, number, words
from corner_app.reports.figures import DrawerLine, Figure, LedgerLine, Names, Report
from corner_app.reports.keys import figures

_SIGNS = {"collected": 1, "paid_in": 1, "paid_out": -1, "deposited": -1}
_OTHER_WORDS = {"came": "received", "by_hand": "handed_over", "received": "taken_in", "reprints": "reprints_of", "undone": "undone_of"}
"""Names of figures whose words have another name."""


@dataclass(frozen=True, slots=True)
class Part:
    """One summand: another figure of the report. sign: 1 or -1."""

    key: str
    said: str
    value: int
    sign: int


@dataclass(frozen=True, slots=True)
class Group:
    """Entries that belong together: those of one bag. code: of it; said: the place it came from or goes to."""

    code: str
    said: str
    by: tuple[EntryId, ...]


@dataclass(frozen=True, slots=True)
class Behind:
    """A figure taken apart. title, of: what it is, and of what; is_money: its value is paisa. parts: other figures it is the sum of; by: entries behind it.

    groups: the same entries by bag, none where bags do not matter. amounts: paisa of each entry, for money. agrees: whether parts or entries add up to the
    value; None where the figure is what somebody stated or counted, which has no summands.
    """

    key: str
    title: str
    of: str
    value: int
    is_money: bool
    parts: tuple[Part, ...]
    by: tuple[EntryId, ...]
    groups: tuple[Group, ...]
    amounts: Mapping[EntryId, int]
    agrees: bool | None


def behind(report: Report, names: Names, key: str, lang: Language) -> Behind | None:
    """A figure by its name (`reports.keys`); None for one this report does not have."""
    known = figures(report)
    figure = known.get(key)
    if figure is None:
        return None
    parts = tuple(
        Part(other, title(report, names, other, lang)[0 if other.rpartition(".")[0] == key.rpartition(".")[0] else 1], known[other].value, sign)
        for other, sign in _parts(report, key)
        if other in known
    )
    by = tuple(dict.fromkeys(figure.by))
    amounts = {} if parts else _amounts(report, key, by)
    said, of = title(report, names, key, lang)
    groups = _groups(report, names, by, lang) if key.startswith("parcels.") and not parts else ()
    return Behind(key, said, of, figure.value, is_money(key), parts, by, groups, amounts, _agrees(report, key, figure, parts, amounts))


def is_money(key: str) -> bool:
    """Whether a figure is paisa."""
    return key.startswith(("drawers.", "accounts."))


def value_words(value: int, key: str, lang: Language) -> str:
    """A figure as it is read."""
    return money(value, lang) if is_money(key) else number(value, lang)


def title(report: Report, names: Names, key: str, lang: Language) -> tuple[str, str]:
    """What a figure is, and of what: ("প্রেরিত", "মোট")."""
    group, _, rest = key.partition(".")
    of, _, name = rest.rpartition(".")
    name = _OTHER_WORDS.get(name, name)
    match group:
        case "parcels":
            kind = of.removesuffix(".gone")
            return words(f"report.{name}", lang), words(f"report.{kind}", lang)
        case "drawers":
            return words(f"report.{name}", lang), words("report.all", lang) if of == "all" else words("report.counter", lang, n=digits(of, lang))
        case "accounts":
            kind, _, whose = of.partition(":")
            return words(f"report.{name}", lang), words(f"account.{kind}", lang, of=names.merchant(whose, lang.value) if kind == "cod" else digits(whose, lang))
        case "clerks":
            return words(f"report.{name}", lang), names.clerk(of, lang.value)
        case "hours":
            return words(f"report.{name}", lang), words("report.hour", lang, n=int(of))
        case "bags":
            line = next(bag for bag in report.bags if bag.bag == rest)
            return words(f"report.bags_{line.way}", lang), short_bag(rest)
        case _:
            return words(f"report.{group}", lang), ""


def short_bag(bag: str) -> str:
    """A bag as people say it."""
    parsed = parse_bag_number(bag)
    return parsed.short if parsed is not None else bag


def _parts(report: Report, key: str) -> list[tuple[str, int]]:
    """The figures another one is computed from, with their signs."""
    group, _, rest = key.partition(".")
    of, _, name = rest.rpartition(".")
    if group == "parcels" and rest.endswith((".on_hand", ".opening", ".out")):
        line = next(line for line in report.parcels if line.kind == of)
        gone = [(f"parcels.{of}.gone.{way}", -1) for way, figure in line.gone if figure.value]
        if name == "out":
            return [(f"parcels.{of}.gone.{way}", 1) for way in ("handed_over", "delivered")]
        if name == "on_hand":
            return [(f"parcels.{of}.opening", 1), (f"parcels.{of}.came", 1), *gone]
        return [(f"parcels.{of}.on_hand", 1), (f"parcels.{of}.came", -1), *((each, 1) for each, _ in gone)]
    if group == "drawers" and of == "all":
        return [(f"drawers.{drawer.counter}.{name}", 1) for drawer in report.drawers]
    if group == "drawers" and name == "expected":
        return [(f"drawers.{of}.opening", 1), *((f"drawers.{of}.{part}", sign) for part, sign in _SIGNS.items())]
    if group == "drawers" and name == "difference" and report.date == report.to:
        return [(f"drawers.{of}.counted", 1), (f"drawers.{of}.expected", -1)]
    if group == "accounts" and name == "closing":
        return [(f"accounts.{of}.opening", 1), (f"accounts.{of}.debit", 1), (f"accounts.{of}.credit", -1)]
    if group == "accounts" and name == "opening":
        return [(f"accounts.{of}.closing", 1), (f"accounts.{of}.debit", -1), (f"accounts.{of}.credit", 1)]
    return []


def _lines(report: Report, key: str) -> Iterable[tuple[LedgerLine, int]]:
    """The lines of the ledger that make up a figure, each with its sign there."""
    group, _, rest = key.partition(".")
    of, _, name = rest.rpartition(".")
    for line in report.ledger:
        if group == "accounts" and line.account == of and name in ("debit", "credit"):
            sign = 1 if name == "debit" else -1
            if line.amount * sign > 0:
                yield line, sign
        elif group == "drawers" and line.account == f"drawer:{report.office}-{of}" and line.part == name and name in _SIGNS:
            yield line, _SIGNS[name]


def _amounts(report: Report, key: str, by: Iterable[EntryId]) -> dict[EntryId, int]:
    wanted = set(by)
    found: dict[EntryId, int] = {}
    for line, sign in _lines(report, key):
        if line.by in wanted:
            found[line.by] = found.get(line.by, 0) + sign * line.amount
    return found


def _agrees(report: Report, key: str, figure: Figure, parts: tuple[Part, ...], amounts: Mapping[EntryId, int]) -> bool | None:
    if parts:
        return sum(part.sign * part.value for part in parts) == figure.value
    if not is_money(key):
        return len(figure.by) == figure.value
    if key.rpartition(".")[2] in ("debit", "credit") or (key.rpartition(".")[2] in _SIGNS and _by_entries(report, key)):
        return sum(amounts.values()) == figure.value
    return None


def _by_entries(report: Report, key: str) -> bool:
    """Whether a drawer is told by its entries; that of another counter by what it closed itself, and then its closings stand behind the figure."""
    drawer: DrawerLine | None = next((line for line in report.drawers if str(line.counter) == key.split(".")[1]), None)
    return drawer is not None and (drawer.counter == report.counter or not drawer.closed)


def _groups(report: Report, names: Names, by: tuple[EntryId, ...], lang: Language) -> tuple[Group, ...]:
    left, found = dict.fromkeys(by), []
    for bag in report.bags:
        inside = tuple(id for id in bag.items.by if id in left)
        if inside:
            found.append(Group(short_bag(bag.bag), names.place(bag.place, lang.value), inside))
            for id in inside:
                del left[id]
    if found and left:
        found.append(Group("", words("reports.no_bag", lang), tuple(left)))
    return tuple(found)
