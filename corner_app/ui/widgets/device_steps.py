"""The way of a set-up, painted in one line: what is done, where it stands, what is to come. Where room is short only the present step keeps its word."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from corner_app.devices.setup.state import STEPS, Step
from corner_app.i18n import number, words
from corner_app.ui.icons import icon
from corner_app.ui.theme import Look

SHOWN: tuple[Step, ...] = tuple(step for step in STEPS if step != "saved")
_CIRCLE, _NEAR, _LINE = 30, 8, 8


class StepBar(QWidget):
    """Six circles with their words."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look, self._step = look, STEPS[0]
        self._skipped: frozenset[Step] = frozenset()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(look.grown(34))

    def show_step(self, step: Step, skipped: frozenset[Step]) -> None:
        """skipped: steps left for later."""
        self._step, self._skipped = step, skipped
        self.restyle()

    def restyle(self) -> None:
        """Says it again."""
        self.setAccessibleName("" if self._step == "saved" else words(f"setup.step_{self._step}", self._look.language))
        self.update()

    def minimumSizeHint(self) -> QSize:
        return QSize(len(SHOWN) * (_CIRCLE + _LINE), self.height())

    def _words(self, step: Step) -> str:
        return words(f"setup.step_{step}", self._look.language)

    def _widths(self, said: tuple[Step, ...]) -> dict[Step, int]:
        metrics = QFontMetrics(self._look.font(16, 700))
        circle = self._look.grown(_CIRCLE)
        return {step: circle + (_NEAR + metrics.horizontalAdvance(self._words(step)) + 2 if step in said else 0) for step in SHOWN}

    def paintEvent(self, event: QPaintEvent) -> None:
        widths = self._widths(SHOWN)
        least = 2 * _NEAR + _LINE
        said = SHOWN
        if sum(widths.values()) + least * (len(SHOWN) - 1) > self.width():
            said = (self._step,)
            widths = self._widths(said)
        gap = (self.width() - sum(widths.values())) / (len(SHOWN) - 1)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x = 0.0
        for place, step in enumerate(SHOWN):
            self._circle(painter, x, step)
            if step in said:
                self._word(painter, x, step)
            x += widths[step]
            if place + 1 < len(SHOWN):
                painter.setPen(QPen(self._look.colour("line"), 2))
                painter.drawLine(round(x + _NEAR + 2), self.height() // 2, round(x + gap - _NEAR - 2), self.height() // 2)
                x += gap
        painter.end()

    def _circle(self, painter: QPainter, x: float, step: Step) -> None:
        look, size = self._look, self._look.grown(_CIRCLE)
        done = STEPS.index(step) < STEPS.index(self._step)
        here, later = step == self._step, step in self._skipped
        fill, ink = ("act", "act_ink") if here else ("look_soft", "look") if done and later else ("act_soft", "act") if done else ("chip", "muted")
        area = QRectF(x, (self.height() - size) / 2, size, size)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour(fill))
        painter.drawEllipse(area)
        if done:
            side = round(size * 0.6)
            sign = icon("clock" if later else "check", look.colour(ink).name(), side, self.devicePixelRatioF())
            painter.drawPixmap(round(area.center().x() - side / 2), round(area.center().y() - side / 2), sign)
            return
        painter.setPen(look.colour(ink))
        painter.setFont(look.font(16, 700))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, number(SHOWN.index(step) + 1, look.language))

    def _word(self, painter: QPainter, x: float, step: Step) -> None:
        to_come = STEPS.index(step) > STEPS.index(self._step)
        painter.setFont(self._look.font(16, 700))
        painter.setPen(self._look.colour("muted" if to_come else "ink"))
        left = x + self._look.grown(_CIRCLE) + _NEAR
        painter.drawText(QRectF(left, 0, self.width() - left, self.height()), Qt.AlignmentFlag.AlignVCenter, self._words(step))
