"""One page of a report as it will be printed, with the chosen figure framed. Tab and the arrows go from figure to figure, a click takes one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from corner_app.reports.marks import HEIGHT, WIDTH, Ink, Page, Spot, spots
from corner_app.reports.pdf import paint
from corner_app.ui.theme import Look

_FRAME, _AWAY, _ROUND = 2.0, 3.0, 4.0
"""Pixels: the frame's thickness, its distance from the figure, its corners."""
_NEAR = 2.0
"""Millimetres by which figures of one row may differ in height."""


class ReportPage(QWidget):
    """chosen: the name of the figure that was taken (`reports.keys`); opened: Enter was pressed on it, or it was clicked twice."""

    chosen = Signal(str)
    opened = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._page: Page | None = None
        self._spots: Sequence[Spot] = ()
        self._at = -1
        self._picture = QPixmap()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_page(self, page: Page, key: str = "") -> None:
        """Shows a page; the figure of that name is framed if it stands there, else none."""
        if page is not self._page:
            self._page, self._spots, self._picture = page, spots(page), QPixmap()
        self._at = next((n for n, spot in enumerate(self._spots) if spot.key == key), -1)
        self.update()

    def key(self) -> str:
        """Name of the framed figure, "" none."""
        return self._spots[self._at].key if self._at >= 0 else ""

    def sizeHint(self) -> QSize:
        """As on the design's picture."""
        return QSize(self._look.px(410), self._look.px(580))

    def area(self) -> QRectF:
        """Where the paper lies in the widget."""
        scale = min(self.width() / WIDTH, self.height() / HEIGHT)
        wide, high = WIDTH * scale, HEIGHT * scale
        return QRectF((self.width() - wide) / 2, (self.height() - high) / 2, wide, high)

    def place(self, spot: Spot) -> QRectF:
        """Where a figure lies in the widget."""
        paper = self.area()
        scale = paper.width() / WIDTH
        return QRectF(paper.left() + spot.x * scale, paper.top() + spot.y * scale, spot.w * scale, spot.h * scale)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._page is None:
            return
        paper, ratio = self.area(), self.devicePixelRatioF()
        size = (paper.size() * ratio).toSize()
        if self._picture.size() != size:
            self._picture = self._painted(size, self._page)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawPixmap(paper, self._picture, QRectF(self._picture.rect()))
        painter.setPen(QPen(self._look.colour("line"), 1))
        painter.drawRect(paper.adjusted(0.5, 0.5, -0.5, -0.5))
        if self._at >= 0:
            # The paper is white by day and by night, so the frame has the colour of the day.
            strong = QColor(Ink.ACT.value)
            soft = QColor(strong)
            soft.setAlphaF(0.25)
            frame = self.place(self._spots[self._at]).adjusted(-_AWAY, -_AWAY, _AWAY, _AWAY)
            painter.setPen(QPen(soft, _FRAME * 3))
            painter.drawRoundedRect(frame, _ROUND, _ROUND)
            painter.setPen(QPen(strong, _FRAME))
            painter.drawRoundedRect(frame, _ROUND, _ROUND)
        painter.end()

    @staticmethod
    def _painted(size: QSize, page: Page) -> QPixmap:
        """Kept until the page or its size is another: moving the frame paints no text."""
        picture = QPixmap(size)
        picture.fill(QColor(Ink.PAPER.value))
        painter = QPainter(picture)
        paint(painter, page, size.width() / WIDTH)
        painter.end()
        return picture

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        reasons = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        if self._at < 0 and self._spots and event.reason() in reasons:
            self._take(0 if event.reason() is reasons[0] else len(self._spots) - 1)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes through the figures and leaves after the last, back before the first."""
        to = self._at + (1 if forward else -1)
        if not 0 <= to < len(self._spots):
            return super().focusNextPrevChild(forward)
        self._take(to)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves: dict[int, Callable[[], int | None]] = {
            Qt.Key.Key_Right: lambda: self._at + 1,
            Qt.Key.Key_Left: lambda: self._at - 1,
            Qt.Key.Key_Down: lambda: self._beyond(1),
            Qt.Key.Key_Up: lambda: self._beyond(-1),
            Qt.Key.Key_Home: lambda: 0,
            Qt.Key.Key_End: lambda: len(self._spots) - 1,
        }
        if event.key() in moves:
            to = moves[event.key()]()
            if to is not None and 0 <= to < len(self._spots):
                self._take(to)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._at >= 0:
            self.opened.emit(self.key())
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if (under := self._under(event.position())) is not None:
            self._take(under)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._under(event.position()) is not None:
            self.opened.emit(self.key())

    def _under(self, point: QPointF) -> int | None:
        return next((n for n, spot in enumerate(self._spots) if self.place(spot).contains(point)), None)

    def _beyond(self, way: int) -> int | None:
        """The nearest figure in the next row down (1) or up (-1), None at the end of the page."""
        if self._at < 0:
            return 0 if way > 0 else None
        now = self._spots[self._at]
        low = now.y + now.h
        rows = [(way * (spot.y + spot.h - low), abs(spot.x + spot.w / 2 - now.x - now.w / 2), n) for n, spot in enumerate(self._spots)]
        ahead = [row for row in rows if row[0] > _NEAR]
        if not ahead:
            return None
        first = min(ahead)[0]
        return min((row for row in ahead if row[0] <= first + _NEAR), key=lambda row: row[1])[2]

    def _take(self, to: int) -> None:
        self._at = to
        self.update()
        self.chosen.emit(self.key())
