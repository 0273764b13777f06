"""Pieces of the set-up: what there is to choose from, the label as the printer gets it, and what it proves."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from corner_app.devices.languages.page import Page
from corner_app.devices.setup.state import LADDER, Check
from corner_app.i18n import digits
from corner_app.ui.theme import Look
from corner_app.ui.widgets.basic import Rule, Sign, column
from corner_app.ui.widgets.texts import Label

_ROW = 52
_CHECK_SIGNS = {"good": ("circle-check", "act"), "bad": ("circle-x", "stop"), "open": ("circle-dashed", "muted")}
_INK, _WHITE = QColor(0, 0, 0), QColor(255, 255, 255)


class Preview(QWidget):
    """The label, dot for dot what the printer gets, as large as there is room for. Paper is white in the dark too."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._page: Page | None = None
        self._image = QImage()
        self._scaled = QPixmap()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_page(self, page: Page | None, name: str) -> None:
        """None: nothing to show yet. name: for who cannot see it."""
        self.setAccessibleName(name if page is not None else "")
        if page is self._page:
            return
        self._page, self._scaled = page, QPixmap()
        if page is not None:
            stride = (page.width + 7) // 8
            image = QImage(page.rows, page.width, page.height, stride, QImage.Format.Format_Mono)
            image.setColorTable([_WHITE.rgb(), _INK.rgb()])
            self._image = image.convertToFormat(QImage.Format.Format_Grayscale8)
        self.updateGeometry()
        self.update()

    def minimumSizeHint(self) -> QSize:
        return QSize(60, 60)

    def sizeHint(self) -> QSize:
        return QSize(300, 300)

    def width_for(self, height: int) -> int:
        """How wide it is at this height: all of the label is always seen."""
        if self._page is None or not self._page.height:
            return 0
        return round(self._page.width * height / self._page.height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._scaled = QPixmap()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._page is None:
            return
        ratio = self.devicePixelRatioF()
        if self._scaled.isNull():
            size = QSize(round((self.width() - 4) * ratio), round((self.height() - 4) * ratio))
            self._scaled = QPixmap.fromImage(self._image.scaled(size, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation))
            self._scaled.setDevicePixelRatio(ratio)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        wide, high = self._scaled.width() / ratio, self._scaled.height() / ratio
        area = QRectF(0.5, 0.5, wide + 3, high + 3)
        painter.setPen(QPen(self._look.colour("edge"), 1))
        painter.setBrush(_WHITE)
        painter.drawRoundedRect(area, 4, 4)
        painter.drawPixmap(2, 2, self._scaled)
        painter.end()


class _CheckRow(QWidget):
    def __init__(self, look: Look) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 5, 0, 5)
        row.setSpacing(12)
        self.sign = Sign(look, "circle-dashed", 24, "muted")
        self.title, self.line = Label(look, 16, 600), Label(look, 14, 400, "muted", wrap=True)
        both = QVBoxLayout()
        both.setSpacing(0)
        both.addWidget(self.title)
        both.addWidget(self.line)
        row.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(both, 1)

    def show_check(self, check: Check, title: str, line: str) -> None:
        self.sign.show_as(*_CHECK_SIGNS[check.state])
        self.title.say(title)
        self.line.say(line)
        self.setAccessibleName(f"{title}: {check.state}")


class Checks(QWidget):
    """The four things a test label proves; where room is short without what is said below each."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._box = column(self)
        self.rows = [_CheckRow(look) for _ in range(4)]
        for row in self.rows:
            self._box.addWidget(Rule(look))
            self._box.addWidget(row)
        self._box.addStretch(1)
        self._lines: tuple[str, ...] = ("",) * 4

    def show_checks(self, checks: Sequence[Check], said: Sequence[tuple[str, str]]) -> None:
        """said: the words of each, and by whom."""
        self._lines = tuple(line for _, line in said)
        for row, check, (title, line) in zip(self.rows, checks, said, strict=True):
            row.show_check(check, title, line)
        self._fit()

    def hasHeightForWidth(self) -> bool:
        return False  # it fits itself into what it is given

    def minimumSizeHint(self) -> QSize:
        return QSize(120, sum(max(row.sign.height(), row.title.line_height()) + 11 for row in self.rows))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """First with the lines, then without."""
        for with_lines in (True, False):
            for row, line in zip(self.rows, self._lines, strict=True):
                row.line.setVisible(with_lines and bool(line))
                row.updateGeometry()  # else its height is remembered
            self._box.invalidate()
            if self._box.minimumHeightForWidth(self.width()) <= self.height():
                return


class _Option(QWidget):
    pressed = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look, self._on = look, False
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 14, 1)
        row.setSpacing(12)
        self.sign = Sign(look, "circle", 22, "edge")
        self.title, self.line = Label(look, 16, 600), Label(look, 14, 400, "muted")
        both = QVBoxLayout()
        both.setSpacing(0)
        both.addStretch(1)
        both.addWidget(self.title)
        both.addWidget(self.line)
        both.addStretch(1)
        row.addWidget(self.sign)
        row.addLayout(both, 1)
        self.setFixedHeight(max(look.grown(_ROW), self.title.line_height() + self.line.line_height() + 6))
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_option(self, title: str, line: str, *, on: bool) -> None:
        self.title.say(title)
        self.line.say(line)
        self.sign.show_as("circle-dot" if on else "circle", "act" if on else "edge")
        self.setAccessibleName(f"{title} · {line}")
        self._on = on
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pressed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._on:
            painter.fillRect(self.rect(), self._look.colour("act_soft"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, self._look.colour("line"))
        painter.end()


class Options(QWidget):
    """A list one of which counts; ↑ ↓ move through it, and it shows as many as there is room for."""

    chosen = Signal(int)

    def __init__(self, look: Look, rows: int = 8) -> None:
        super().__init__()
        self._options: Sequence[tuple[str, str]] = ()
        self._row = self._first = 0
        self.rows = [_Option(look) for _ in range(rows)]
        box = column(self)
        for place, row in enumerate(self.rows):
            row.setVisible(False)
            row.pressed.connect(lambda place=place: self.chosen.emit(self._first + place))
            box.addWidget(row)
        box.addStretch(1)

    def show_options(self, options: Sequence[tuple[str, str]], row: int) -> None:
        """Each with a line below it. row: the one that counts."""
        self._options, self._row = options, row
        self._draw()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.rows[0].height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._draw()

    def _draw(self) -> None:
        room = max(1, min(len(self.rows), self.height() // self.rows[0].height()))
        self._first = max(0, min(self._first, len(self._options) - room))
        self._first = min(max(self._first, self._row - room + 1), max(0, self._row))
        shown = self._options[self._first : self._first + room]
        for place, row in enumerate(self.rows):
            row.setVisible(place < len(shown))
            if place < len(shown):
                row.show_option(*shown[place], on=self._first + place == self._row)


class DarknessScale(QWidget):
    """The rungs of a ladder, light to dark, and where the printer stands."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look, self._level = look, 50
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(look.grown(92))

    def show_level(self, level: int, name: str) -> None:
        """In percent of what the printer can."""
        self._level = level
        self.setAccessibleName(name)
        self.update()

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look, wide = self._look, self.width() / len(LADDER)
        nearest = min(LADDER, key=lambda rung: abs(rung - self._level))
        for place, rung in enumerate(LADDER):
            area = QRectF(place * wide + 3, 3, wide - 6, self.height() - look.grown(26) - 6)
            shade = round(235 - 2.3 * rung)
            painter.setPen(QPen(look.colour("act"), 3) if rung == nearest else QPen(look.colour("edge"), 1))
            painter.setBrush(QColor(shade, shade, shade))
            painter.drawRoundedRect(area, 8, 8)
            painter.setPen(look.colour("ink" if rung == nearest else "muted"))
            painter.setFont(look.font(15, 700 if rung == nearest else 400))
            foot = QRectF(place * wide, self.height() - look.grown(24), wide, look.grown(24))
            painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, f"{digits(str(rung), look.language)} %")
        painter.end()
