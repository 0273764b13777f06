"""Cash acts on paper-like forms, and the day's cash line by line. They only show; the page decides."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QWidget

from corner_app.desk.views import CashLine
from corner_app.i18n import Language, clock, latin_digits, load_words, money, words
from corner_app.ui.answers import origin_words
from corner_app.ui.theme import Look
from corner_app.ui.widgets.basic import Button, Panel, Rule, Sign, column, row_of
from corner_app.ui.widgets.count import NumberField, Pile, field_style
from corner_app.ui.widgets.texts import RIGHT, Label

Act = Literal["pay_in", "pay_out", "transfer", "pouch_out", "pouch_in", "spot_count"]
ACTS: tuple[tuple[Act, str], ...] = (
    ("pay_in", "banknote"), ("pay_out", "hand-coins"), ("transfer", "store"), ("pouch_out", "upload"), ("pouch_in", "download"), ("spot_count", "eye"),
)  # fmt: skip
"""In the order of their digits, each with its sign."""
FIELDS: dict[Act, tuple[str, ...]] = {
    "pay_in": ("amount", "reason", "late_for"),
    "pay_out": ("amount", "reason", "late_for"),
    "transfer": ("to_counter", "amount", "note"),
    "pouch_out": ("seal_number", "to_office", "amount"),
    "pouch_in": ("seal_number", "by_label", "from_office", "by_advice"),
    "spot_count": (),
}
OPTIONAL = frozenset({"late_for", "note", "by_label", "from_office", "by_advice", "pouch_reason"})
_LARGE = 130
"""Per cent of text from which the fields need the room of what is less."""
_AMOUNTS = frozenset({"amount", "by_advice", "by_label"})
_NUMBERS = frozenset({"to_counter", "to_office", "from_office"})


class TextField(QLineEdit):
    """A few words, or a number with letters in it."""

    moved = Signal(int)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.setMaxLength(200)
        self.setFont(look.font(17, 600))
        self.setFixedHeight(look.grown(38))
        self.returnPressed.connect(lambda: self.moved.emit(1))
        self.restyle()

    def restyle(self) -> None:
        """The colours of the look."""
        self.setStyleSheet(field_style(self._look))


class ActForm(QWidget):
    """The fields of one act. What was typed stays until it is written."""

    changed = Signal()
    do_it = Signal()

    def __init__(self, look: Look, act: Act) -> None:
        super().__init__()
        self.look, self.act = look, act
        self.fields: dict[str, NumberField | TextField] = {}
        self._labels: dict[str, Label] = {}
        self.pile = Pile(look, 2) if act == "pouch_in" else None
        box = column(self, spacing=8)
        if act != "pouch_in" or look.percent < _LARGE:
            box.addWidget(Label(look, 21, 700, key=f"cash.{act}", elide=False))
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(2)
        across = 2 if act == "pouch_in" else 1
        for place, name in enumerate(FIELDS[act]):
            row, side = place // across * 2, place % across
            grid.addWidget(self._label(name), row, side)
            grid.addWidget(self._field(name), row + 1, side)
            grid.setColumnStretch(side, 1)
        box.addLayout(grid)
        self.figures = Figures(look)
        if self.pile is not None:
            self.pile.edited.connect(self.changed)
            self.pile.left.connect(self._left)
            box.addWidget(self.pile)
            box.addWidget(self.figures)
            box.addWidget(self._field("pouch_reason"))
            self.fields["pouch_reason"].hide()
        else:
            box.addWidget(self.figures)
            self.figures.hide()
        box.addStretch(1)
        self.button = Button(look, "Ctrl+Enter", "cash.do_it", kind="primary", height=48)
        self.button.pressed.connect(self.do_it)
        box.addWidget(self.button)
        self.render_all()

    def _label(self, name: str) -> Label:
        made = self._labels[name] = Label(self.look, 14, 500, "muted")
        return made

    def _field(self, name: str) -> NumberField | TextField:
        made: NumberField | TextField
        if name in _AMOUNTS | _NUMBERS:
            made = NumberField(self.look, decimals=name in _AMOUNTS, most=12 if name in _AMOUNTS else 4)
            made.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        else:
            made = TextField(self.look)
        self.fields[name] = made
        made.moved.connect(lambda step, name=name: self._go(name, step))
        made.textChanged.connect(self.changed)
        return made

    def _go(self, name: str, step: int) -> None:
        order = [field for key, field in self.fields.items() if key != "pouch_reason" and not field.isHidden()]
        at = order.index(self.fields[name]) + step if name != "pouch_reason" else len(order)
        if 0 <= at < len(order):
            order[at].setFocus()
        elif at >= len(order) and self.pile is not None and name != "pouch_reason":
            self.pile.enter()
        elif at >= len(order):
            self.button.setFocus()

    def _left(self, step: int) -> None:
        if step < 0:
            next(iter(self.fields.values())).setFocus()
        elif self.fields["pouch_reason"].isHidden():
            self.button.setFocus()
        else:
            self.fields["pouch_reason"].setFocus()

    def enter(self) -> None:
        """Puts the cursor where something is missing."""
        empty = next((field for field in self.fields.values() if not field.text() and not field.isHidden()), next(iter(self.fields.values())))
        empty.setFocus()

    def text(self, name: str) -> str:
        """What was typed, numbers in Latin digits."""
        field = self.fields[name]
        return latin_digits(field.text()) if isinstance(field, NumberField) else field.text().strip()

    def paisa(self, name: str) -> int | None:
        """An amount that was typed."""
        field = self.fields[name]
        return field.paisa if isinstance(field, NumberField) else None

    def missing(self) -> str:
        """The first field that is needed and empty, "" none."""
        for name, field in self.fields.items():
            wrong = not field.text().strip() or (name in _AMOUNTS and not self.paisa(name))
            if name not in OPTIONAL and wrong:
                return name
        return ""

    def clear(self) -> None:
        """It was written."""
        for field in self.fields.values():
            field.clear()
        if self.pile is not None:
            self.pile.clear()

    def hide_known(self, *, known: bool) -> None:
        """What the sender's entry says need not be typed."""
        for name in ("from_office", "by_advice"):
            self.fields[name].setVisible(not known)
            self._labels[name].setVisible(not known)

    def render_all(self) -> None:
        """Says everything again."""
        lang = self.look.language
        for name, label in self._labels.items():
            label.say(self.said(name, lang))
        for name, field in self.fields.items():
            field.setAccessibleName(words("cash.reason" if name == "pouch_reason" else f"cash.{name}", lang))
            hint = {"pouch_reason": "cash.reason", "late_for": "cash.late_hint"}.get(name)
            field.setPlaceholderText(words(hint, lang) if hint else "")
        if self.pile is not None:
            self.pile.render_all()

    def said(self, name: str, lang: Language) -> str:
        """What stands above a field; above a postcode also whose it is."""
        place = latin_digits(self.fields[name].text()) if name in ("to_office", "from_office") else ""
        office = origin_words(place, lang) if len(place) == 4 else ""
        said = words(f"cash.{name}", lang)
        return f"{said} · {office}" if office and latin_digits(office) != place else said


class Figures(Panel):
    """What the advice says, what the label says, what was counted: before anything is written."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, "sunk", "", radius=10, frame=0)
        box = column(self, (14, 6, 14, 6), 2)
        row = QHBoxLayout()
        row.setSpacing(12)
        self._values: list[Label] = []
        for name in ("expected", "scanned", "counted"):
            piece = QWidget()
            inside = column(piece)
            value = Label(look, 18, 700, elide=False)
            inside.addWidget(Label(look, 14, 500, "muted", key=f"cash.{name}"))
            inside.addWidget(value)
            row.addWidget(piece, 1)
            self._values.append(value)
        box.addLayout(row)
        self._sign, self._said = Sign(look, "circle-check", 20, "act"), Label(look, 14, 600, wrap=True)
        line = row_of(self._sign, stretch=False)
        line.addWidget(self._said, 1)
        box.addLayout(line)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def show_figures(self, expected: int | None, scanned: int | None, counted: int | None, *, differ: bool) -> None:
        """Paisa; None where nothing is known yet. A label that says nothing is no third figure."""
        lang = self.look.language
        for label, paisa in zip(self._values, (expected, scanned, counted), strict=True):
            label.say("—" if paisa is None else money(paisa, lang))
        whole = expected is not None and counted is not None
        self._sign.show_as("triangle-alert" if differ else "circle-check" if whole else "info", "look" if differ else "act" if whole else "muted")
        self._said.tint("look" if differ else "act" if whole else "muted")
        self._said.say(words("cash.differ" if differ else "cash.agree" if whole else "cash.figures", lang))


class ActsCard(Panel):
    """The acts by their digits."""

    chosen = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        box = column(self, (20, 14, 20, 16), 10)
        box.addWidget(Label(look, 21, 700, key="cash.title", elide=False))
        box.addWidget(Label(look, 15, 400, "muted", key="cash.choose"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(12)
        for place, (act, sign) in enumerate(ACTS):
            button = Button(look, str(place + 1), f"cash.{act}", sign if look.percent < 140 else "", height=60)
            button.pressed.connect(lambda act=act: self.chosen.emit(act))
            grid.addWidget(button, place // 2, place % 2)
        box.addLayout(grid)
        box.addStretch(1)


class _Line(QWidget):
    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        self.at, self.what, self.item = Label(look, 15, 400, "muted", elide=False), Label(look, 16), Label(look, 13, mono=True, spare=True)
        self.amount, self.drawer = Label(look, 16, 600, elide=False), Label(look, 16, 400, "muted", elide=False)
        for piece, width in zip((self.at, self.amount, self.drawer), (look.px(50), *money_widths(look)), strict=True):
            piece.setFixedWidth(width)
        for piece in (self.amount, self.drawer):
            piece.setAlignment(RIGHT | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.at)
        row.addWidget(self.what, 1)
        row.addWidget(self.item, 2)
        if look.percent >= _LARGE:
            self.at.hide()
        if look.percent > 110:  # larger text leaves room for what is added
            self.item.hide()
        else:
            self.what.setFixedWidth(look.px(104))
        row.addWidget(self.amount)
        row.addWidget(self.drawer)
        outer = column(self)
        outer.addLayout(row, 1)
        outer.addWidget(Rule(look))
        self.setFixedHeight(max(34, look.px(32)))

    def show_opening(self, paisa: int, before: int) -> None:
        """The first row: what the sum begins with. before: lines that stand above it."""
        lang = self._look.language
        self.at.say("")
        self.what.say("")
        self.item.say("")
        self.what.say(words("cash.earlier", lang, n=before) if before else words("cash.opening", lang))
        self.amount.say("")
        self.drawer.say(money(paisa, lang))

    def show_line(self, line: CashLine) -> None:
        """One movement."""
        lang = self._look.language
        key = f"cash.line_{line.kind}"
        self.at.say(clock(line.at, lang))
        self.what.say(words(key if key in load_words() else "cash.line_other", lang))
        self.item.say("" if line.item.startswith("slip:") else line.item)
        self.amount.say(("+ " if line.amount > 0 else "") + money(line.amount, lang))
        self.drawer.say(money(line.drawer, lang))


def money_widths(look: Look) -> tuple[int, int]:
    """Of an amount and of the drawer after it."""
    return look.px(100), look.px(104)


class Ledger(Panel):
    """The day's cash, each line with what the drawer held after it."""

    def __init__(self, look: Look, rows: int = 16) -> None:
        super().__init__(look)
        box = column(self, (20, 14, 20, 14), 4)
        box.addWidget(Label(look, 16, 600, "muted", key="cash.lines", elide=False))
        box.addWidget(Label(look, 14, 400, "muted", key="cash.lines_why", wrap=True))
        self._none = Label(look, 16, 400, "muted", key="cash.no_lines", wrap=True)
        box.addWidget(self._none)
        self._area = _Area(look, rows)
        box.addWidget(self._area, 1)
        self.show_day(0, ())

    def show_day(self, opening: int, lines: tuple[CashLine, ...]) -> None:
        """From the newest line back, as many as there is room for. opening: paisa in the drawer as the day began."""
        self._none.setVisible(not lines)
        self._area.show_day(opening, lines)

    def render_all(self) -> None:
        """Says the lines again."""
        self._area.fit()

    def older(self, step: int) -> None:
        """Goes back (1) or on (-1) by what fits."""
        self._area.older(step)


class _Area(QWidget):
    def __init__(self, look: Look, rows: int) -> None:
        super().__init__()
        self._rows = [_Line(look) for _ in range(rows)]
        self._opening, self._back = 0, 0
        self._lines: tuple[CashLine, ...] = ()
        box = column(self)
        for row in self._rows:
            row.hide()
            box.addWidget(row)
        box.addStretch(1)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 2 * self._rows[0].height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def show_day(self, opening: int, lines: tuple[CashLine, ...]) -> None:
        if len(lines) != len(self._lines):
            self._back = 0
        self._opening, self._lines = opening, lines
        self.fit()

    def older(self, step: int) -> None:
        room = self._room()
        most = max(0, len(self._lines) - room)
        self._back = max(0, min(most, self._back + step * room))
        self.fit()

    def _room(self) -> int:
        """Lines beside the first row."""
        return max(1, min(len(self._rows), self.height() // self._rows[0].height()) - 1)

    def fit(self) -> None:
        lines, room = self._lines, self._room()
        end = len(lines) - self._back
        start = max(0, end - room)
        shown: Sequence[CashLine] = lines[start:end]
        self._rows[0].setVisible(bool(lines))
        self._rows[0].show_opening(lines[start - 1].drawer if start else self._opening, start)
        for place, row in enumerate(self._rows[1:]):
            row.setVisible(place < len(shown))
            if place < len(shown):
                row.show_line(shown[place])


def typed_date(text: str) -> str | None:
    """A date as one types it (23-11-2026, 23/11/26, 2026-11-23) in the book's form; None for what is none."""
    parts = latin_digits(text.strip()).replace("/", "-").replace(".", "-").split("-")
    if len(parts) != 3 or not all(part.isdigit() for part in parts):
        return None
    year, month, day = (int(part) for part in (parts if len(parts[0]) == 4 else reversed(parts)))
    try:
        return date(year + 2000 if year < 100 else year, month, day).isoformat()
    except ValueError:
        return None
