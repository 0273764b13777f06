"""The left of the reports screen: whose day, the lists, and whether the day is closed."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout

from corner_app.i18n import clock, digits, on_date, words
from corner_app.reports.figures import Names, Report
from corner_app.ui.theme import Look
from corner_app.ui.widgets.basic import KeyCap, Panel, Sign, column
from corner_app.ui.widgets.texts import Label

SECTIONS = (
    ("day", "calendar-check"), ("mine", "user-round"), ("parcels", "package"), ("money", "banknote"), ("bags", "truck"), ("returns", "undo-2"),
    ("papers", "printer"), ("disputes", "flag"), ("defects", "triangle-alert"), ("month", "calendar"),
)  # fmt: skip
"""Lists in the order of their digits, the tenth on 0."""
_LARGE = 105
"""Per cent of text from which signs make room for words."""


class _Section(Panel):
    """One list, by its digit or the mouse."""

    pressed = Signal()

    def __init__(self, look: Look, name: str, sign: str, key: str) -> None:
        super().__init__(look, "paper", "", radius=9, frame=0)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 8, 0)
        row.setSpacing(10)
        self.sign = Sign(look, sign, 20)
        self.label, self.cap = Label(look, 16, 500, key=f"reports.{name}"), KeyCap(look, key)
        if look.percent <= _LARGE:
            row.addWidget(self.sign)
        row.addWidget(self.label, 1)
        row.addWidget(self.cap)
        self.setFixedHeight(42)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._name, self._sign = name, sign

    def choose(self, on: bool) -> None:
        """Whether it is the one that is shown."""
        self.dress("act_soft" if on else "paper", "", frame=0)
        self.label.tint("act" if on else "ink")
        self.sign.show_as(self._sign, "act" if on else "ink")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pressed.emit()


class ReportList(Panel):
    """Date, lists, seal. dated: another date is wanted; chosen: the name of a list."""

    dated = Signal()
    chosen = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self.setFixedWidth(look.px(252 if look.percent <= _LARGE else 200))
        box = column(self, (12, 12, 12, 12), 2)
        self.date = _DateButton(look)
        self.date.pressed.connect(self.dated)
        box.addWidget(self.date)
        box.addSpacing(8)
        self.sections = {name: _Section(look, name, sign, str((n + 1) % 10)) for n, (name, sign) in enumerate(SECTIONS)}
        for name, section in self.sections.items():
            section.pressed.connect(lambda name=name: self.chosen.emit(name))
            box.addWidget(section)
        box.addStretch(1)
        self.state, self.approved = Label(look, 14, 600, "muted", wrap=True), Label(look, 13, 400, "muted", spare=True)
        self.seal = Label(look, 13, 400, "muted", mono=True, spare=True)
        for label in (self.state, self.approved, self.seal):
            box.addWidget(label)
        self.show_dates("", "")
        self.show_section("day")

    def show_section(self, name: str) -> None:
        """Which list is shown."""
        for each, section in self.sections.items():
            section.choose(each == name)

    def show_dates(self, date: str, to: str) -> None:
        """The day, or the first and last of several."""
        lang = self.look.language
        self.date.label.say(
            "" if not date else on_date(date, lang) if date == to else words("reports.range", lang, first=_short(date, self.look), last=_short(to, self.look))
        )

    def show_report(self, report: Report | None, names: Names | None) -> None:
        """Draft, or who closed it when, who approved it, and the seal."""
        lang = self.look.language
        crowded = report is not None and bool(report.faults) and self.look.percent > _LARGE
        for label in (self.state, self.approved, self.seal):
            label.setVisible(not crowded)
            label.say("")
        self.state.tint("muted")
        if report is None or names is None:
            return
        if report.closed:
            at = clock(report.closed_at, lang) if report.closed_at else ""
            self.state.say(words("reports.closed", lang, at=at, name=names.clerk(report.closed_by, lang.value)))
            if report.approved_by:
                self.approved.say(words("reports.approved", lang, name=names.clerk(report.approved_by, lang.value)))
        elif report.first is None and not report.ledger and not report.moves:
            self.state.say(words("reports.empty", lang))
        else:
            self.state.say(words("reports.draft" if report.date == report.to else "reports.draft_range", lang))
            self.state.tint("look")
        if report.seal:
            self.seal.say(f"{report.seal[:4]}…{report.seal[-4:]}")
            self.seal.setAccessibleName(words("reports.seal", lang, seal=report.seal))


class _DateButton(Panel):
    pressed = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look, "paper", "edge", radius=10)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 8, 0)
        row.setSpacing(10)
        self.label = Label(look, 16, 600)
        if look.percent <= _LARGE:
            row.addWidget(Sign(look, "calendar", 20, "muted"))
        row.addWidget(self.label, 1)
        row.addWidget(KeyCap(look, "T"))
        self.setFixedHeight(look.grown(44))
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pressed.emit()


def _short(date: str, look: Look) -> str:
    """২৪-১১ of a date."""
    return digits(f"{date[8:]}-{date[5:7]}", look.language)
