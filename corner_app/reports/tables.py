"""The tables that must add up: parcels, cash by drawer, the ledger. Each says beside its heading how."""

from __future__ import annotations

from corner_app.i18n import Language, digits, load_words, money, number, words
from corner_app.reports.figures import DrawerLine, Figure, Names, Report
from corner_app.reports.grid import Cell, Column, Tables
from corner_app.reports.keys import ACCOUNT, of_all
from corner_app.reports.marks import Ink

_ALWAYS = ("handed_over", "delivered", "dispatched", "returned")
"""Ways out that have their column on every report; the others when a parcel went that way."""
_CASH = ("opening", "collected", "paid_in", "paid_out", "deposited", "expected")
_BESIDE = ("postage", "claimed")
"""Amounts that are part of another, or in no drawer: their columns stand where there are any."""


def put_parcels(flow: Tables, report: Report, language: Language) -> None:
    """Opening + received - gone = closing, by kind."""
    if not report.parcels:
        flow.heading(words("report.parcels", language), words("report.none", language))
        return
    used = {way for line in report.parcels for way, figure in line.gone if figure.value or figure.by}
    ways = [way for way in dict.fromkeys((*_ALWAYS, *(way for line in report.parcels for way, _ in line.gone))) if way in _ALWAYS or way in used]
    gone = " − ".join(words(f"report.{way}", language) for way in ways)
    note = f"{words('report.opening', language)} + {words('report.received', language)} − {gone} = {words('report.closing', language)}"
    columns = [Column(words("report.kind", language), words=True), *(Column(words(f"report.{key}", language), figures=True) for key in ("opening", "received"))]
    columns += [Column(words(f"report.{key}", language), figures=True) for key in (*ways, "closing")]
    rows, totals = [], []
    for line in report.parcels:
        stem, parts = f"parcels.{line.kind}", dict(line.gone)
        figures = [("opening", line.opening), ("came", line.came), *((f"gone.{way}", parts.get(way, Figure())) for way in ways), ("on_hand", line.on_hand)]
        row = [Cell(words(f"report.{line.kind}", language)), *(Cell(number(figure.value, language), f"{stem}.{name}") for name, figure in figures)]
        if line.kind == "all":
            totals = row
        else:
            rows.append(row)
    flow.table(words("report.parcels", language), note, columns, rows, totals)


def put_drawers(flow: Tables, report: Report, names: Names, language: Language) -> None:
    """Cash by drawer; a difference stands out, a drawer that is not closed says so."""
    title = words("report.money", language)
    if not report.drawers:
        flow.heading(title, words("report.none_written", language))
        return
    beside = [name for name in _BESIDE if any(getattr(drawer, name).value or getattr(drawer, name).by for drawer in report.drawers)]
    shown = ["opening", "collected", *(name for name in beside if name == "postage"), *_CASH[2:]]
    columns = [Column(words("report.drawer", language), words=True)]
    columns += [Column(words(f"report.{name}", language), figures=True) for name in (*shown, "counted", "difference")]
    columns += [Column(words("report.claimed", language), figures=True) for name in beside if name == "claimed"]
    shown += ["counted", "difference", *(name for name in beside if name == "claimed")]
    rows = []
    for drawer in report.drawers:
        clerks = ", ".join(names.clerk(badge, language) for badge in drawer.clerks) or "—"
        name = Cell(words("report.drawer_of", language, n=drawer.counter, clerks=clerks))
        rows.append([name, *(_cash(drawer, key, language) for key in shown)])
    totals = [Cell(words("report.all", language))]
    totals += [_total(report, key, language) for key in shown]
    flow.table(title, words("report.money_sum", language), columns, rows, totals if len(rows) > 1 else ())


def _cash(drawer: DrawerLine, key: str, language: Language) -> Cell:
    if key == "counted" and not drawer.closed:
        return Cell(words("report.not_closed", language), ink=Ink.LOOK, weight=600)
    figure = getattr(drawer, key)
    return _amount(None if figure is None else figure.value, f"drawers.{drawer.counter}.{key}", key, language)


def _total(report: Report, key: str, language: Language) -> Cell:
    each = of_all(report.drawers, key)
    return _amount(sum(figure.value for figure in each) if each else None, f"drawers.all.{key}", key, language)


def _amount(value: int | None, key: str, name: str, language: Language) -> Cell:
    if value is None:
        return Cell("—", ink=Ink.MUTED)
    differs = name == "difference" and value
    return Cell(money(value, language, exact=True), key, Ink.LOOK if differs else Ink.INK, 600 if differs else 400)


def put_accounts(flow: Tables, report: Report, names: Names, language: Language) -> None:
    """The ledger by account; what is owed stands with a minus."""
    title = words("report.ledger", language)
    if not report.accounts:
        flow.heading(title, words("report.none_written", language))
        return
    columns = [Column(words("report.account", language), words=True)]
    columns += [Column(words(f"report.{name}", language), figures=True) for name in ACCOUNT]
    rows = []
    for line in report.accounts:
        figures = [getattr(line, name) for name in ACCOUNT]
        cells = [Cell(money(figure.value, language, exact=True), f"accounts.{line.account}.{name}") for name, figure in zip(ACCOUNT, figures, strict=True)]
        rows.append([Cell(account(line.account, names, language)), *cells])
    flow.table(title, words("report.ledger_sum", language), columns, rows)


def account(code: str, names: Names, language: Language) -> str:
    """An account as people say it: the drawer of a counter, what is owed to a merchant by name. A code nobody gave words stands as it is."""
    kind, _, of = code.partition(":")
    if f"account.{kind}" not in load_words():
        return code
    whose = names.merchant(of, language) if kind in ("cod", "remitted") else digits(of, language)
    return words(f"account.{kind}", language, of=whose).strip()
