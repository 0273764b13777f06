"""The right of the reports screen: a figure large, whether what is behind it adds up, and every entry behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from corner_app.desk.views import EntryLine
from corner_app.domain.entries import EntryId
from corner_app.i18n import Language, clock, money, number, words
from corner_app.reports.said import known, subject
from corner_app.ui.theme import Look
from corner_app.ui.widgets.basic import Button, Chip, Panel, Rule, column
from corner_app.ui.widgets.report_rows import Row, Rows
from corner_app.ui.widgets.report_sums import Behind, value_words
from corner_app.ui.widgets.texts import LEFT, BigText, Label

_LARGE = 105
_SUMMANDS = 8
"""Figures of a sum that stand written out below the rows."""


class FigureCard(Panel):
    """opened: the name of a row, "part:…", "group:…" or "entry:N". wanted: entries on the screen that nobody has read yet."""

    opened = Signal(str)
    verify = Signal()
    wanted = Signal(object)

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._behind: Behind | None = None
        self._open_groups: set[int] = set()
        self._lines: dict[EntryId, EntryLine] = {}
        self._asked: set[EntryId] = set()
        self._ids: list[EntryId | None] = []
        box = column(self, (18, 14, 18, 14), 4)
        self.title = Label(look, 16, 600, "muted")
        self.big = BigText(look, 58, "ink", align=LEFT, height=58)
        self.why, self.chip = Label(look, 14, 400, "muted", wrap=True), Chip(look, "check", "act", "act_soft")
        box.addWidget(self.title)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.big)
        if look.percent <= _LARGE:
            head.addWidget(self.why, 1)
            head.addWidget(self.chip)
            box.addLayout(head)
        else:  # larger words stand below the figure
            head.addStretch(1)
            head.addWidget(self.chip)
            box.addLayout(head)
            box.addWidget(self.why)
        box.addSpacing(4)
        box.addWidget(Rule(look))
        self.rows = Rows(look)
        self.rows.opened.connect(self._opened)
        self.rows.moved.connect(self._want)
        box.addWidget(self.rows, 1)
        foot = QHBoxLayout()
        self._most = look.px(230) if look.percent <= _LARGE else look.px(120)
        self.sum, self.total = Label(look, 16, 600, spare=True), Label(look, 17, 700, elide=False)
        foot.addWidget(self.sum, 1)
        foot.addWidget(self.total)
        box.addLayout(foot)
        self.open_button = Button(look, "Enter", "reports.open_entry", "book-open" if look.percent <= _LARGE else "")
        self.check_button = Button(look, "V", "reports.check_book", "shield-check" if look.percent <= _LARGE else "")
        self.open_button.pressed.connect(self.rows.open_chosen)
        self.check_button.pressed.connect(self.verify)
        buttons = QHBoxLayout() if look.percent <= _LARGE else QVBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.open_button, 1)
        buttons.addWidget(self.check_button, 1)
        box.addLayout(buttons)

    # A figure

    def show_behind(self, behind: Behind | None) -> None:
        """A figure taken apart; None: nothing is chosen yet."""
        same = behind is not None and self._behind is not None and behind.key == self._behind.key
        if not same:
            self._open_groups = set()
        self._behind = behind
        self._render(at=self.rows.place() if same else 0)

    def show_lines(self, lines: Sequence[EntryLine]) -> None:
        """Entries that were read for the rows on the screen."""
        self._lines |= {line.id: line for line in lines}
        if self._behind is not None:
            self._render(at=self.rows.place())

    def forget(self) -> None:
        """Another report: what was read for the last one is let go."""
        self._lines, self._asked, self._behind = {}, set(), None
        self._render()

    def line(self, name: str) -> EntryLine | None:
        """The entry a row stands for, by the row's name."""
        id = self._id(name)
        return self._lines.get(id) if id is not None else None

    def chosen_line(self) -> EntryLine | None:
        """The entry that is chosen in the list."""
        row = self.rows.chosen()
        return self.line(row.name) if row is not None and self._behind is not None else None

    def _id(self, name: str) -> EntryId | None:
        kind, _, place = name.partition(":")
        return self._ids[int(place)] if kind == "entry" and int(place) < len(self._ids) else None

    def _opened(self, name: str) -> None:
        kind, _, rest = name.partition(":")
        if kind == "group":
            self._open_groups ^= {int(rest)}
            self._render(at=self.rows.place())
        else:
            self.opened.emit(name)

    def _render(self, at: int = 0) -> None:
        behind, lang = self._behind, self.look.language
        if behind is None:
            self.show_other(words("reports.choose", lang), "", words("reports.choose_why", lang), ())
            return
        self.title.say(f"{behind.title} · {behind.of}" if behind.of else behind.title)
        self.big.say(value_words(behind.value, behind.key, lang))
        self.big.hug(self._most)
        count = len(behind.parts) or len(behind.by)
        self.why.say(words("reports.behind_parts" if behind.parts else "reports.behind_entries" if count else "reports.behind_nothing", lang, n=count))
        self._show_agrees(behind.agrees)
        self._ids = []
        self.rows.show_rows(self._figure_rows(behind, lang), at=at)
        self._show_sum(behind, lang)
        self.open_button.use(bool(count))
        self._want()

    def _show_agrees(self, agrees: bool | None) -> None:
        lang = self.look.language
        said, sign, token = {
            True: ("reports.agrees", "check", "act"), False: ("reports.differs", "triangle-alert", "stop"), None: ("reports.stated", "info", "info"),
        }[agrees]  # fmt: skip
        self.chip.setVisible(True)
        self.chip.show_as(words(said, lang), sign, token, f"{token}_soft")

    def _figure_rows(self, behind: Behind, lang: Language) -> list[Row]:
        if behind.parts:
            return [
                Row(f"part:{part.key}", said=part.said, value=("− " if part.sign < 0 else "") + value_words(part.value, behind.key, lang), sign="chevron-right")
                for part in behind.parts
            ]
        rows: list[Row] = []
        for n, group in enumerate(behind.groups):
            opened = n in self._open_groups
            self._ids.append(None)
            rows.append(
                Row(
                    f"group:{n}",
                    code=group.code,
                    said=group.said,
                    value=number(len(group.by), lang),
                    sign="chevron-down" if opened else "chevron-right",
                    strong=True,
                )
            )
            if opened:
                rows += [self._entry_row(id, behind.amounts, lang) for id in group.by]
        return rows or [self._entry_row(id, behind.amounts, lang) for id in behind.by]

    def _entry_row(self, id: EntryId, amounts: Mapping[EntryId, int], lang: Language) -> Row:
        self._ids.append(id)
        name, line = f"entry:{len(self._ids) - 1}", self._lines.get(id)
        lead = number(id.seq, lang)
        if line is None:
            return Row(name, lead=lead, said="…")
        buyer = (line.name_bn if lang is Language.BN else line.name_en) or line.name_bn or line.name_en
        value = money(amounts[id], lang) if id in amounts else ""
        code = "" if ":" in line.subject else line.subject
        said = buyer or (subject(line.subject, lang) if ":" in line.subject else known("kind", line.kind, lang))
        if code and self.look.percent > _LARGE:  # there is room for one of them, and the number names the parcel
            code, said = "", code
        return Row(name, lead=lead, at=clock(line.at, lang), code=code, said=said, value=value)

    def _show_sum(self, behind: Behind, lang: Language) -> None:
        summands = [(part.sign, part.value) for part in behind.parts] or [(1, len(group.by)) for group in behind.groups]
        shown = "".join(
            f"{' + ' if sign > 0 else ' − '}{value_words(value, behind.key, lang)}" for sign, value in summands[:_SUMMANDS]
        ).removeprefix(" + ")  # fmt: skip
        self.sum.say(shown if 1 < len(summands) <= _SUMMANDS else "")
        made = sum(sign * value for sign, value in summands) if summands else sum(behind.amounts.values()) if behind.amounts else len(behind.by)
        self.total.say(f"= {value_words(made, behind.key, lang)}" if behind.agrees is not None and (summands or behind.by) else "")

    def _want(self) -> None:
        """The entries on the screen, and as many again, are read when they are first looked at."""
        if self._behind is None or self._behind.parts:
            return
        first, last = self.rows.window_of_rows()
        ids = [id for id in self._ids[first : last + last - first] if id is not None]
        missing = tuple(id for id in ids if id not in self._lines and id not in self._asked)
        if missing:
            self._asked |= set(missing)
            self.wanted.emit(missing)

    # Other lists in the same place

    def show_other(self, title: str, big: str, why: str, rows: Sequence[Row], at: int = 0) -> None:
        """A list that is no figure's: disputes, defects, or how to begin."""
        self._behind, self._ids = None, []
        self.title.say(title)
        self.big.say(big)
        self.big.hug(self._most)
        self.why.say(why)
        self.chip.setVisible(False)
        self.sum.say("")
        self.total.say("")
        self.rows.show_rows(rows, at=at)
        self.open_button.use(bool(rows))
