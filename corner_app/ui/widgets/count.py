"""Cash being counted: a field for the pieces of each note, the amounts beside them, and the total that confirms."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QWidget

from corner_app.domain.cash_bodies import Pieces
from corner_app.domain.close import LOOSE, NOTES, pieces_of, total
from corner_app.i18n import Language, digits, latin_digits, money, number, words
from corner_app.ui.keys import key_name
from corner_app.ui.theme import Look
from corner_app.ui.widgets.basic import Panel, Rule, Sign, column, row_of
from corner_app.ui.widgets.texts import LEFT, RIGHT, BigText, Label

COUNTED: tuple[int, ...] = tuple(note // 100 for note in NOTES if note >= 1_000)
"""Notes counted piece by piece, in taka; smaller coins are one amount."""
_MOST = 6
"""Digits of a number of pieces; more notes than that lie in no drawer."""


class NumberField(QLineEdit):
    """Takes digits of either script and shows the clerk's. Up, Down and Enter go on; a letter is left to the screen, which may know it as a key.

    decimals: an amount in taka with paisa behind a point.
    """

    moved = Signal(int)
    letter = Signal(str)

    def __init__(self, look: Look, *, decimals: bool = False, most: int = _MOST, height: int = 38) -> None:
        super().__init__()
        self._look, self._decimals = look, decimals
        self.setMaxLength(most)
        self.setFont(look.font(17, 600))
        self.setFixedHeight(look.grown(height))
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.textEdited.connect(self._clean)
        self.restyle()

    def restyle(self) -> None:
        """Colours, and what was typed in the digits of the language."""
        self.setStyleSheet(field_style(self._look))
        self.setText(digits(self.text(), self._look.language))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Return: 1, Qt.Key.Key_Enter: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        name = key_name(event)
        if step is not None:
            self.moved.emit(step)
        elif len(name) == 1 and name.isalpha():
            self.letter.emit(name)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """What is typed next takes the place of what stands there."""
        super().focusInEvent(event)
        self.selectAll()

    def _clean(self, text: str) -> None:
        allowed = "0123456789." if self._decimals else "0123456789"
        kept = digits("".join(sign for sign in latin_digits(text) if sign in allowed), self._look.language)
        if kept != text:
            self.setText(kept)

    @property
    def language(self) -> Language:
        """In whose digits it shows."""
        return self._look.language

    @property
    def pieces(self) -> int | None:
        """The number typed, None for none."""
        return int(latin_digits(self.text())) if self.text() else None

    @property
    def paisa(self) -> int | None:
        """The amount typed, None for none or for what is no amount."""
        taka, point, rest = latin_digits(self.text()).partition(".")
        if not (taka or rest) or "." in rest or len(rest) > 2:
            return None
        return int(taka or "0") * 100 + int(rest.ljust(2, "0") if point else "0")

    def put(self, value: int | None) -> None:
        """Shows a number of pieces, or paisa as taka; None empties it."""
        taka, paisa = divmod(value or 0, 100)
        plain = "" if value is None else str(value) if not self._decimals else f"{taka}.{paisa:02d}" if paisa else str(taka)
        self.setText(digits(plain, self._look.language))


def field_style(look: Look) -> str:
    """How fields of this look are drawn; the focus is seen."""
    colours = look.colours
    return (
        f"QLineEdit {{ border: 1px solid {colours.edge}; border-radius: 9px; padding: 0 12px; background: {colours.paper}; color: {colours.ink} }}"
        f"QLineEdit:focus {{ border: 2px solid {colours.act}; padding: 0 11px }}"
    )


class Pile(QWidget):
    """Fields for every note and for loose coins; gives the count. across: how many columns of them; one column shows the amounts too."""

    edited = Signal()
    left = Signal(int)
    letter = Signal(str)

    def __init__(self, look: Look, across: int = 1) -> None:
        super().__init__()
        self._look = look
        self.fields = {str(note): NumberField(look) for note in COUNTED} | {LOOSE: NumberField(look, decimals=True, most=10)}
        self._names: dict[str, Label] = {}
        self._amounts: dict[str, Label] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(0 if across == 1 else 3)
        down = -(-len(self.fields) // across)
        for place, (key, field) in enumerate(self.fields.items()):
            row, side = place % down, place // down * 3
            name = self._names[key] = Label(look, 16, elide=False)
            field.setFixedWidth(look.grown(104))
            grid.addWidget(name, row * 2, side)
            grid.addWidget(field, row * 2, side + 1)
            if across == 1:
                amount = self._amounts[key] = Label(look, 16, elide=False)
                amount.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                grid.addWidget(amount, row * 2, 2)
                grid.setRowMinimumHeight(row * 2, look.grown(38) + (8 if look.percent < 110 else 4))
                if row + 1 < down:
                    grid.addWidget(Rule(look), row * 2 + 1, 0, 1, 3)
            field.textChanged.connect(self._show_amounts)
            field.textEdited.connect(self.edited)
            field.moved.connect(lambda step, at=place: self._go(at + step))
            field.letter.connect(self.letter)
        grid.setColumnStretch(0, 3)
        grid.setColumnStretch(2, 4 if across == 1 else 0)
        self.render_all()

    def _go(self, place: int) -> None:
        fields = list(self.fields.values())
        if 0 <= place < len(fields):
            fields[place].setFocus()
        else:
            self.left.emit(1 if place > 0 else -1)

    def enter(self, *, last: bool = False) -> None:
        """Puts the cursor into the first empty field, or into the last field."""
        fields = list(self.fields.values())
        empty = next((field for field in fields if not field.text()), fields[0])
        (fields[-1] if last else empty).setFocus()

    def counted(self) -> dict[str, int]:
        """Note to pieces, "loose" to paisa; what is empty is left out."""
        found = {key: field.paisa if key == LOOSE else field.pieces for key, field in self.fields.items()}
        return {key: many for key, many in found.items() if many is not None}

    def pieces(self) -> Pieces:
        """The count as the book keeps it."""
        return pieces_of(self.counted())

    def total(self) -> int:
        """Paisa counted so far."""
        return total(self.pieces())

    def put(self, pieces: Pieces) -> None:
        """Shows a count; coins that have no field of their own are loose."""
        known = {str(note // 100): many for note, many in pieces if note // 100 in COUNTED}
        loose = sum(note * many for note, many in pieces if note // 100 not in COUNTED)
        for key, field in self.fields.items():
            field.put((loose or None) if key == LOOSE else known.get(key))

    def clear(self) -> None:
        """Empties every field."""
        for field in self.fields.values():
            field.clear()

    def _show_amounts(self) -> None:
        lang, counted = self._look.language, self.counted()
        for key, label in self._amounts.items():
            paisa = counted.get(key, 0) * (1 if key == LOOSE else int(key) * 100)
            label.say(money(paisa, lang).removeprefix("৳ ") if paisa else "—")

    def render_all(self) -> None:
        """Says everything again."""
        lang = self._look.language
        for key, name in self._names.items():
            note = f"৳ {number(int(key), lang)}" if key != LOOSE else ""
            name.say(note or words("close.loose", lang))
            self.fields[key].setAccessibleName(words("close.pieces_of", lang, note=note) if note else words("close.loose_name", lang))
        self._show_amounts()


class TotalLine(QWidget):
    """The sum of the count, large. Enter on it confirms."""

    confirmed = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 4, 4, 4)
        row.addWidget(Label(look, 22, 700, key="close.total", elide=False))
        self.big = BigText(look, 36, "ink", align=RIGHT, height=46)
        row.addWidget(self.big, 1)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.show_total(0)

    def show_total(self, paisa: int) -> None:
        """paisa: of everything counted."""
        said = money(paisa, self._look.language)
        self.big.say(said)
        self.setAccessibleName(words("close.total_confirm", self._look.language, total=said))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.confirmed.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.hasFocus():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._look.colour("act"), 2))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 9, 9)
        painter.end()

    def sizeHint(self) -> QSize:
        return QSize(200, self._look.grown(46) + 8)


class CountCard(Panel):
    """The drawer counted by note and coin. It knows nothing of the book."""

    confirmed = Signal()
    edited = Signal()
    letter = Signal(str)

    def __init__(self, look: Look, counter: int) -> None:
        super().__init__(look)
        self._counter = counter
        box = column(self, (20, 12, 20, 12), 0)
        self._title, self._blind = Label(look, 16, 600, "muted", elide=False), Label(look, 14, 400, "muted", key="close.blind", spare=True)
        self._blind.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        head = row_of(self._title, stretch=False)
        head.addWidget(self._blind, 1)
        box.addLayout(head)
        box.addSpacing(6 if look.percent < 110 else 0)
        box.addLayout(_heads(look))
        box.addWidget(Rule(look))
        self.pile, self.total = Pile(look), TotalLine(look)
        box.addWidget(self.pile)
        box.addWidget(Rule(look, "ink"))
        box.addSpacing(4)
        box.addWidget(self.total)
        box.addStretch(1)
        self.hint = Label(look, 14, 400, "muted", wrap=True)
        self._info = row_of(Sign(look, "info", 18, "muted"), stretch=False)
        self._info.addWidget(self.hint, 1)
        box.addLayout(self._info)
        self.pile.edited.connect(self._edited)
        self.pile.left.connect(self._left)
        self.pile.letter.connect(self.letter)
        self.total.confirmed.connect(self.confirmed)
        self.render_all(again=False)

    def _edited(self) -> None:
        self.total.show_total(self.pile.total())
        self.edited.emit()

    def _left(self, step: int) -> None:
        (self.total if step > 0 else next(iter(self.pile.fields.values()))).setFocus()

    def put(self, pieces: Pieces) -> None:
        """Shows a count that stands in the book."""
        self.pile.put(pieces)
        self.total.show_total(self.pile.total())

    def clear(self) -> None:
        """For the next day."""
        self.put(())

    def has_focus(self) -> bool:
        """Whether the cursor is in it."""
        return any(piece.hasFocus() for piece in (*self.pile.fields.values(), self.total))

    def render_all(self, *, again: bool) -> None:
        """Says everything again. again: a count stands in the book, so that another may follow."""
        lang = self.look.language
        self._title.say(words("close.counted_title", lang, n=self._counter))
        self.hint.say(words("close.count_again" if again else "close.write_count", lang))
        self._blind.setVisible(not again)
        self.pile.render_all()
        self.total.show_total(self.pile.total())


def _heads(look: Look) -> QHBoxLayout:
    """What the columns are."""
    made = QHBoxLayout()
    made.setContentsMargins(0, 0, 0, 2)
    made.setSpacing(14)
    labels: Sequence[Label] = [Label(look, 14, 500, "muted", key=f"close.{key}", spare=True) for key in ("note", "many", "taka")]
    for label, stretch, side in zip(labels, (3, 0, 4), (LEFT, RIGHT, RIGHT), strict=True):
        label.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        made.addWidget(label, stretch)
    labels[1].setFixedWidth(look.grown(104))
    return made
