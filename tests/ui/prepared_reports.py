"""The reports screen over prepared values: the day of the design's picture, with entries behind its figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from tests.reports import samples as s
from tests.ui import prepared as p
from tests.ui import prepared_close as k

from corner_app.desk.views import DisputeLine, EntryLine, PrinterView
from corner_app.domain.entries import EntryId
from corner_app.reports.figures import DrawerLine, Figure, LedgerLine, Names, Report
from corner_app.ui.main_window import MainWindow
from corner_app.ui.screens.reports import ReportsScreen
from corner_app.ui.theme import Look

EVENING = p.NOW + 450 * p.MINUTE
"""18:12."""
_BAGS = (("0418", "8200", 12), ("0061", "8510", 6), ("0093", "8560", 11), ("0077", "8520", 3), ("0419", "8200", 5))
_BUYERS = (("মোঃ কামরুল হাসান", "Md. Kamrul Hasan"), ("সোহেল প্রামাণিক", "Sohel Pramanik"), ("অর্চনা পাল", "Archana Paul"), ("মোছাঃ শাহনাজ জাহান", "Mst. Shahnaz Jahan"))
_NUMBERS = ("CP104722315BD", "CP749668655BD", "CP251994672BD", "EE251722135BD")


def _seqs(first: int, many: int, step: int = 3) -> Figure:
    return Figure(many, tuple(s.at(first + n * step) for n in range(many)))


def _day() -> Report:
    """The sample's day with as many entries as its figures say, bags with their departures, and money line by line."""
    sent = [_seqs(4_500 + 60 * n, many, 4) for n, (_, _, many) in enumerate(_BAGS)]
    dispatched = Figure(37, tuple(id for figure in sent for id in figure.by))
    every = s.DAY.parcels[2]
    gone = tuple((way, dispatched if way == "dispatched" else _seqs(4_200, figure.value, 1)) for way, figure in every.gone)
    bags = tuple(
        replace(s.DAY.bags[0], bag=f"BD8500BD{place}CCC6{dispatch}001", place=place, items=figure)
        for (dispatch, place, _), figure in zip(_BAGS, sent, strict=True)
    )
    drawers = tuple(_closed(drawer) for drawer in s.DAY.drawers)
    ledger = tuple(
        LedgerLine(_NUMBERS[n], "handed_over", "drawer:8500-2", amount, "collected", s.at(4_300 + n), p.NOW + n * p.MINUTE, "rahima")
        for n, amount in enumerate((1_000_000, 1_605_000, 650_000, 350_000))
    )
    return replace(
        s.DAY, parcels=(*s.DAY.parcels[:2], replace(every, came=_seqs(4_102, 186, 1), gone=gone)), bags=(*bags, s.DAY.bags[-1]), drawers=drawers, ledger=ledger
    )  # fmt: skip


def _closed(drawer: DrawerLine) -> DrawerLine:
    if drawer.counter != 2:
        return drawer
    by = tuple(s.at(4_300 + n) for n in range(4))
    return replace(drawer, collected=Figure(3_605_000, by), deposited=Figure(3_600_000, (s.at(4_301),)))


DAY = _day()
DRAFT = replace(DAY, closed=False, closed_at=0, closed_by="", approved_by="")
FAULTY = replace(DAY, faults=("drawer_differs", "ledger_unequal"))
DISPUTES = (
    DisputeLine(4_990, p.NOW - 9 * 3_600_000, "rahima", "day:8500-2-2026-11-24", "2026-11-24", -5_000, "পঞ্চাশ টাকার নোট ড্রয়ারের নিচে ছিল"),
    DisputeLine(4_993, p.NOW, "jalil", "slip:8500-2-1-3830", "", 100_000, "এত টাকা আমি দিইনি"),
)
RECEIPT = PrinterView("receipt", "Epson TM-T20III", "path:/dev/ttyS0", "ready")


def entries(ids: Iterable[EntryId]) -> tuple[EntryLine, ...]:
    """What stands behind figures."""
    found = []
    for id in ids:
        n = id.seq % 4
        found.append(EntryLine(id, p.NOW + (id.seq - 4_400) * p.MINUTE // 3, "dispatched", _NUMBERS[n], "rahima", *_BUYERS[n], ours=True))
    return tuple(found)


class ReportsPort(p.PreparedPort):
    """A desk with one report, which is given at once; without one it is read for ever, and told how far it is."""

    def __init__(self, report: Report | None = DAY, names: Names = s.NAMES, **answers: Any) -> None:
        prepared = {"close": k.CLOSED, "cash": k.lines(9), "behind": entries, "disputes": DISPUTES, "printers": (RECEIPT,), **answers}
        super().__init__(**prepared)
        self.told: list[Callable[[int, int], None]] = []
        self.given: list[Callable[[Report, Names], None]] = []
        self.report_read = (report, names) if report is not None else None

    def report(self, date: str, to: str, told: Callable[[int, int], None], then: Callable[[Report, Names], None]) -> Callable[[], None]:
        self.told.append(told)
        self.given.append(then)
        return super().report(date, to, told, then)


def opened(look: Look, port: ReportsPort) -> tuple[MainWindow, ReportsScreen]:
    """The window with the reports in front."""
    window = p.window(port, look, EVENING)
    window.open("reports")
    screen = window.screens["reports"]
    assert isinstance(screen, ReportsScreen)
    return window, screen


def scene(look: Look, *, key: str = "", keys: Iterable[str] = (), port: ReportsPort | None = None) -> MainWindow:
    """One state: a figure framed, then keys pressed."""
    window, screen = opened(look, port or ReportsPort())
    if key:
        screen.page.show_page(screen.pages[screen.at_page], key)
        screen.page.chosen.emit(key)
    for pressed in keys:
        window.on_key(pressed)
    return window


def figure(look: Look) -> MainWindow:
    """The picture: 37 sent, the third bag opened."""
    window = scene(look, key="parcels.all.gone.dispatched")
    screen = window.screens["reports"]
    assert isinstance(screen, ReportsScreen)
    screen.figure.rows.move_by(2)
    screen.figure.rows.open_chosen()
    return window


def reading(look: Look) -> MainWindow:
    """A long report, half of it read."""
    port = ReportsPort(None)
    window = scene(look, port=port)
    port.told[0](4_500, 10_000)
    return window


def mine(look: Look) -> MainWindow:
    """The drawer's day line by line."""
    return scene(look, keys="2")


SCENES: dict[str, Callable[[Look], MainWindow]] = {
    "reports": figure,
    "reports-begin": lambda look: scene(look, port=ReportsPort(DRAFT, close=k.SHORT)),
    "reports-money": lambda look: scene(look, key="drawers.2.collected"),
    "reports-sum": lambda look: scene(look, key="drawers.2.expected"),
    "reports-mine": mine,
    "reports-disputes": lambda look: scene(look, keys="8"),
    "reports-defects": lambda look: scene(look, keys="9"),
    "reports-faulty": lambda look: scene(look, port=ReportsPort(FAULTY), key="parcels.all.came"),
    "reports-reading": reading,
    "reports-empty": lambda look: scene(look, port=ReportsPort(s.NOTHING, cash=())),
}
