"""Rows to choose from by the arrows: entries behind a figure, cash of a day, disputes, defects. Widgets are made once and used again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from corner_app.i18n import words
from corner_app.ui.theme import Look
from corner_app.ui.widgets.basic import Sign, column
from corner_app.ui.widgets.texts import RIGHT, Label


@dataclass(frozen=True, slots=True)
class Row:
    """One row. name: what it stands for, given back when it is opened, "" for one that leads nowhere. lead, at, code, said, value, sum: its cells.

    sign: icon before it; strong: as the head of others; token: colour of its words.
    """

    name: str = ""
    lead: str = ""
    at: str = ""
    code: str = ""
    said: str = ""
    value: str = ""
    sum: str = ""
    sign: str = ""
    strong: bool = False
    token: str = "ink"


_CELLS = ("lead", "at", "code", "value", "sum")
"""Cells as wide as their widest text on the screen; the words take what is left."""


class _RowWidget(QWidget):
    def __init__(self, look: Look, place: int, owner: Rows) -> None:
        super().__init__(owner)
        self._look, self._place, self._owner = look, place, owner
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(10)
        self.sign = Sign(look, "chevron-right", 18, "muted")
        self.cells = {
            "lead": Label(look, 14, 400, "muted", elide=False),
            "at": Label(look, 14, 400, "muted", elide=False),
            "code": Label(look, 13, mono=True, elide=False),
            "said": Label(look, 15),
            "value": Label(look, 15, 600, elide=False),
            "sum": Label(look, 15, 400, "muted", elide=False),
        }
        row.addWidget(self.sign)
        for name, label in self.cells.items():
            row.addWidget(label, 1 if name == "said" else 0)
            if name in ("value", "sum"):
                label.setAlignment(RIGHT | Qt.AlignmentFlag.AlignVCenter)
        self.setFixedHeight(max(42, look.grown(38)))

    def show_row(self, row: Row, widths: dict[str, int]) -> None:
        self.sign.setVisible(bool(row.sign))
        if row.sign:
            self.sign.show_as(row.sign)
        for name, label in self.cells.items():
            text = getattr(row, name)
            label.say(text)
            if name in widths:  # the head of a group begins at the left, whatever its entries need
                label.setFixedWidth(QFontMetrics(label.font()).horizontalAdvance(text) + 3 if row.strong else widths[name])
                label.setVisible(widths[name] > 0 and not (row.strong and not text))
        self.cells["said"].tint(row.token)
        self.cells["value"].tint(row.token)
        self.setAccessibleName(" ".join(getattr(row, name) for name in self.cells if getattr(row, name)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._owner.press(self._place)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        chosen, focused = self._owner.chosen_place() == self._place, self._owner.hasFocus()
        if chosen:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self._look.colour("info"), 2) if focused else Qt.PenStyle.NoPen)
            painter.setBrush(self._look.colour("act_soft"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)
        else:
            painter.fillRect(0, self.height() - 1, self.width(), 1, self._look.colour("line"))
        painter.end()


class Rows(QWidget):
    """A list. opened: the name of the row on which Enter was pressed, or the mouse."""

    opened = Signal(str)
    moved = Signal()

    def __init__(self, look: Look, most: int = 16) -> None:
        super().__init__()
        self._look = look
        self._rows: Sequence[Row] = ()
        self._first, self._at = 0, 0
        box = column(self)
        self._widgets = [_RowWidget(look, n, self) for n in range(most)]
        for widget in self._widgets:
            widget.hide()
            box.addWidget(widget)
        box.addStretch(1)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_rows(self, rows: Sequence[Row], *, at: int = 0) -> None:
        """Other rows, the one at `at` chosen."""
        self._rows = rows
        self._at = max(0, min(at, len(rows) - 1))
        self._draw()

    def chosen(self) -> Row | None:
        """The chosen row."""
        return self._rows[self._at] if self._rows else None

    def place(self) -> int:
        """Where the chosen row stands."""
        return self._at

    def chosen_place(self) -> int:
        """Where the chosen row stands among those on the screen."""
        return self._at - self._first

    def window_of_rows(self) -> tuple[int, int]:
        """First and one past the last row on the screen."""
        return self._first, min(len(self._rows), self._first + self._room())

    def move_by(self, step: int) -> bool:
        """Chooses another row; False at the end."""
        to = max(0, min(self._at + step, len(self._rows) - 1))
        if not self._rows or to == self._at:
            return False
        self._at = to
        self._draw()
        self.moved.emit()
        return True

    def press(self, place: int) -> None:
        """The mouse: chooses a row and opens it."""
        self.setFocus()
        self._at = min(self._first + place, len(self._rows) - 1)
        self._draw()
        self.open_chosen()

    def open_chosen(self) -> None:
        """As Enter does."""
        row = self.chosen()
        if row is not None and row.name:
            self.opened.emit(row.name)

    def _room(self) -> int:
        return max(1, min(len(self._widgets), self.height() // self._widgets[0].height()))

    def _draw(self) -> None:
        room = self._room()
        self._first = max(0, min(self._first, self._at, len(self._rows) - room))
        if self._at >= self._first + room:
            self._first = self._at - room + 1
        shown = self._rows[self._first : self._first + room]
        widths = self._widths(shown)
        for place, widget in enumerate(self._widgets):
            widget.setVisible(place < len(shown))
            if place < len(shown):
                widget.show_row(shown[place], widths)
                widget.update()
        self.setAccessibleName(self._widgets[self.chosen_place()].accessibleName() if shown else words("reports.entries", self._look.language))

    def _widths(self, shown: Sequence[Row]) -> dict[str, int]:
        """Of each cell; the number of an entry goes first where there is too little room, then the parcel's."""
        found = {}
        for name in _CELLS:
            metrics = QFontMetrics(self._widgets[0].cells[name].font())
            found[name] = max((metrics.horizontalAdvance(getattr(row, name)) + 3 for row in shown if getattr(row, name)), default=0)
        for name in ("lead", "at", "code"):
            least = self._look.px(70) if any(row.said for row in shown) else 0
            if sum(found.values()) + 10 * len(found) + 44 + least > self.width():
                found[name] = 0
        return found

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self._widgets[0].height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._draw()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.move_by(-1 if event.angleDelta().y() > 0 else 1)

    def focusInEvent(self, event: object) -> None:
        self._draw()

    def focusOutEvent(self, event: object) -> None:
        self._draw()
