"""The day of the link: how much was written in each quarter of an hour, and when the link was up."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from corner_app.desk.views import Quarter, Span
from corner_app.i18n import digits, local, words
from corner_app.ui.theme import Look
from corner_app.ui.widgets.texts import ABOVE, LINE

QUARTER, HOUR = 900_000, 3_600_000
_OPENS, _SHUTS = 17, 37
"""The half hours a day of an office spans at least: 8:30 to 18:30."""
_BAND, _BARS, _GAP = 32, 26, 10
_PALE = 0.45
_HATCH = 8.0


def hatch(painter: QPainter, look: Look, area: QRectF) -> None:
    """The ground of time without a link: slanted lines, so that it is told apart without colour."""
    painter.save()
    painter.setClipRect(area, Qt.ClipOperation.IntersectClip)
    painter.fillRect(area, look.colour("look_soft"))
    pale = look.colour("look")
    pale.setAlphaF(0.22)
    painter.setPen(QPen(pale, 2))
    x = area.left() - area.height()
    while x < area.right():
        painter.drawLine(QLineF(x, area.bottom(), x + area.height(), area.top()))
        x += _HATCH
    painter.setPen(QPen(look.colour("look"), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(area.adjusted(0.5, 0.5, -0.5, -0.5))
    painter.restore()


class Swatch(QWidget):
    """What a part of the band means, in a legend."""

    def __init__(self, look: Look, *, online: bool) -> None:
        super().__init__()
        self._look, self._online = look, online
        self.setFixedSize(look.px(16), look.px(11))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        path = QPainterPath()
        path.addRoundedRect(QRectF(self.rect()), 3, 3)
        painter.setClipPath(path)
        if self._online:
            painter.fillPath(path, self._look.colour("act"))
        else:
            hatch(painter, self._look, QRectF(self.rect()))
        painter.end()


class DayChart(QWidget):
    """Bars of entries by quarter, what is not at the centre in another colour, over a band of the link; a mark stands at now."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._quarters: tuple[Quarter, ...] = ()
        self._spans: tuple[Span, ...] = ()
        self._now = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_day(self, quarters: tuple[Quarter, ...], spans: tuple[Span, ...], now: int) -> None:
        """now: ms UTC."""
        if (quarters, spans, now // 10_000) != (self._quarters, self._spans, self._now // 10_000):
            self._quarters, self._spans, self._now = quarters, spans, now
            self.update()

    def minimumSizeHint(self) -> QSize:
        return QSize(200, _BARS + _GAP + self._band() + self._axis())

    def sizeHint(self) -> QSize:
        return QSize(600, self._look.px(130))

    def _band(self) -> int:
        return self._look.grown(_BAND)

    def _axis(self) -> int:
        return ceil(self._look.font(14).pixelSize() * LINE) + 6

    def reach(self) -> tuple[int, int]:
        """The first and the last moment drawn: the hours of an office, longer when there was work before or after."""
        at = local(self._now)
        midnight = self._now - ((at.hour * 60 + at.minute) * 60 + at.second) * 1000 - self._now % 1000
        half = HOUR // 2
        first = min([midnight + _OPENS * half, *(quarter.start for quarter in self._quarters), *(span.since for span in self._spans)])
        last = max([midnight + _SHUTS * half, self._now + half, *(quarter.start + QUARTER for quarter in self._quarters)])
        return max(first, midnight), last

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        begin, end = self.reach()
        scale = self.width() / (end - begin)
        foot = self.height() - self._axis() - self._band() - _GAP
        self._bars(painter, begin, scale, foot)
        painter.fillRect(QRectF(0, foot, self.width(), 1), self._look.colour("line"))
        band = QRectF(0, foot + _GAP, self.width(), self._band())
        self._link(painter, begin, scale, band)
        self._hours(painter, begin, end, scale, band.bottom())
        painter.end()

    def _bars(self, painter: QPainter, begin: int, scale: float, foot: int) -> None:
        most = max((quarter.written for quarter in self._quarters), default=0)
        if not most:
            return
        pale: QColor = self._look.colour("act")
        pale.setAlphaF(_PALE)
        wide, last = max(2.0, QUARTER * scale - 3), 0.0
        painter.setPen(Qt.PenStyle.NoPen)
        for quarter in self._quarters:
            if not quarter.written:
                continue
            x, high = (quarter.start - begin) * scale, max(3.0, quarter.written / most * (foot - 1))
            path = QPainterPath()
            path.addRoundedRect(QRectF(x, foot - high, wide, high + 4), 3, 3)
            painter.save()
            painter.setClipRect(QRectF(x, foot - high, wide, high))
            painter.fillPath(path, pale)
            if quarter.unsent:
                last = x + wide
                part = high * quarter.unsent / quarter.written
                painter.setClipRect(QRectF(x, foot - high, wide, part))
                painter.fillPath(path, self._look.colour("look"))
            painter.restore()
        if last:
            self._not_gone(painter, last, foot)

    def _not_gone(self, painter: QPainter, x: float, foot: int) -> None:
        """Said beside the last of them, where nothing stands yet."""
        font, text = self._look.font(14, 600), words("link.not_gone", self._look.language)
        painter.setFont(font)
        beyond = [quarter for quarter in self._quarters if quarter.written and not quarter.unsent and quarter.start >= self._quarters[-1].start]
        if x + 10 + painter.fontMetrics().horizontalAdvance(text) > self.width() or beyond or foot < font.pixelSize() * LINE:
            return
        painter.setPen(self._look.colour("look"))
        painter.drawText(QPointF(x + 9, foot - (foot - font.pixelSize() * LINE) * 0.45 - font.pixelSize() * (LINE - ABOVE)), text)

    def _link(self, painter: QPainter, begin: int, scale: float, band: QRectF) -> None:
        path = QPainterPath()
        path.addRoundedRect(band, 8, 8)
        painter.fillPath(path, self._look.colour("track"))
        painter.save()
        painter.setClipPath(path)
        for span in self._spans:
            left = max(0.0, (span.since - begin) * scale)
            area = QRectF(left, band.top(), max(1.0, (span.until - begin) * scale - left), band.height())
            if span.online:
                painter.fillRect(area, self._look.colour("act"))
            else:
                hatch(painter, self._look, area)
        painter.restore()
        if self._now:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._look.colour("ink"))
            painter.drawRoundedRect(QRectF((self._now - begin) * scale - 1.5, band.top() - 7, 3, band.height() + 14), 1.5, 1.5)

    def _hours(self, painter: QPainter, begin: int, end: int, scale: float, top: float) -> None:
        font, lang = self._look.font(14), self._look.language
        painter.setFont(font)
        painter.setPen(self._look.colour("muted"))
        measure = painter.fontMetrics()
        widest = max(measure.horizontalAdvance(words("link.at_hour", lang, n=digits(str(hour), lang))) for hour in (10, 12, 18))
        step = next(step for step in (1, 2, 3, 4, 6, 12, 24) if step * HOUR * scale > widest + 14 or step == 24)
        moment = begin - begin % HOUR + HOUR if begin % HOUR else begin
        while moment < end:
            hour = local(moment).hour
            text = words("link.at_hour", lang, n=digits(str(hour), lang))
            wide = measure.horizontalAdvance(text)
            x = (moment - begin) * scale - wide / 2
            if hour % step == 0 and x >= 0 and x + wide <= self.width():
                painter.drawText(QPointF(x, top + 6 + font.pixelSize() * ABOVE), text)
            moment += HOUR
