"""The counter's devices, one row each: what it is, how it is reached, how it is now, and the last thing heard of it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from corner_app.devices.setup.station import Device, Station
from corner_app.i18n import words
from corner_app.ui.device_words import line_of, news_of, pill_of, sign_of, title_of, weight_words
from corner_app.ui.theme import Look
from corner_app.ui.widgets.basic import Chip, Panel, Rule, Sign, column, row_of
from corner_app.ui.widgets.device_foot import Foot
from corner_app.ui.widgets.texts import RIGHT, Label

ROWS = 10
_ROW, _ICON, _BAR = 81, 30, 4
_NEWS = 0.42
"""Part of the row that the last thing heard may take; where that is too little, its name matters more."""
_TINTS = {"good": "act", "busy": "info", "look": "look", "stop": "stop"}


class DeviceRow(QWidget):
    """One device; the chosen one on soft ground with a bar."""

    pressed = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look, self._chosen, self._still = look, False, False
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 0, 18, 1)
        row.setSpacing(14)
        self.sign = Sign(look, "printer", _ICON, "act")
        self.sign.setFixedSize(_ICON, _ICON)
        self.title, self.line = Label(look, 16, 700), Label(look, 14, 400, "muted")
        self.chip, self.news, self.weight = Chip(look), Label(look, 14, 400, "muted", elide=False), Label(look, 20, 700, elide=False)
        self.news.setAlignment(RIGHT | Qt.AlignmentFlag.AlignVCenter)
        left, right = QVBoxLayout(), QVBoxLayout()
        for side, pieces in ((left, (self.title, self.line)), (right, (self.chip, self.weight, self.news))):
            side.setSpacing(2)
            side.addStretch(1)
            for piece in pieces:
                side.addWidget(piece, 0, RIGHT if side is right and piece is not self.news else Qt.AlignmentFlag(0))
            side.addStretch(1)
        row.addWidget(self.sign)
        row.addLayout(left, 1)
        row.addLayout(right)
        self.setFixedHeight(look.grown(_ROW))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_device(self, device: Device, station: Station, now: int, *, chosen: bool) -> None:
        """now: ms UTC."""
        lang = self._look.language
        pill = pill_of(device, lang)
        self.sign.show_as(sign_of(device), _TINTS[device.tone])
        self.title.say(title_of(device, station.devices, lang))
        self.line.say(line_of(device, lang))
        self.chip.show_as(pill.text, pill.sign, pill.token, "paper" if chosen and pill.fill == "act_soft" else pill.fill)
        still = device.kind == "scale" and device.grams is not None
        self.weight.setVisible(still)
        self._still = still
        self.weight.say(weight_words(device.grams or 0, lang) if still else "")
        self.news.say("" if still else news_of(device, now, lang))
        self._fit()
        self.setAccessibleName(f"{self.title.full}: {pill.text}")
        if chosen != self._chosen:
            self._chosen = chosen
            self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.news.setVisible(not self._still and self.news.sizeHint().width() <= self.width() * _NEWS)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pressed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._chosen:
            painter.fillRect(self.rect(), self._look.colour("act_soft"))
            painter.fillRect(0, 0, _BAR, self.height(), self._look.colour("act"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, self._look.colour("line"))
        painter.end()


class _Rows(QWidget):
    """As many rows as there is room for, the chosen one among them."""

    chosen = Signal(int)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.rows = [DeviceRow(look) for _ in range(ROWS)]
        self._station, self._row, self._first, self._now = Station(), 0, 0, 0
        box = column(self)
        for place, row in enumerate(self.rows):
            row.setVisible(False)
            row.pressed.connect(lambda place=place: self.chosen.emit(self._first + place))
            box.addWidget(row)
        box.addStretch(1)

    def show_station(self, station: Station, row: int, now: int) -> None:
        self._station, self._row, self._now = station, row, now
        self._draw()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.rows[0].height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._draw()

    def _draw(self) -> None:
        room = max(1, min(ROWS, self.height() // self.rows[0].height()))
        self._first = max(0, min(self._first, len(self._station.devices) - room))
        self._first = min(max(self._first, self._row - room + 1), max(0, self._row))
        shown = self._station.devices[self._first : self._first + room]
        for place, row in enumerate(self.rows):
            row.setVisible(place < len(shown))
            if place < len(shown):
                row.show_device(shown[place], self._station, self._now, chosen=self._first + place == self._row)


class DeviceList(Panel):
    """The card: its title, the rows, and the two keys below them."""

    def __init__(self, look: Look, press: Callable[[str], None]) -> None:
        """press: gets a button's key."""
        super().__init__(look)
        box = column(self, (1, 0, 1, 0))
        head = row_of(Label(look, 16, 600, "muted", key="device.this_counter", elide=False), spacing=8, stretch=False)
        self.again = Label(look, 14, 400, "muted", key="device.known_again", spare=True)
        self.again.setAlignment(RIGHT | Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self.again, 1)
        head.setContentsMargins(18, 0, 18, 0)
        top = QWidget()
        top.setLayout(head)
        top.setFixedHeight(look.grown(47))
        self.rows, self.none = _Rows(look), Label(look, 16, 400, "muted", wrap=True)
        self._empty = QWidget()
        empty = column(self._empty, (18, 22, 18, 0))
        empty.addWidget(self.none)
        empty.addStretch(1)
        self.foot = Foot(look, (("find", "N", "device.find_new", "search", "plain"), ("sound", "V", "device.sound", "volume-2", "plain")), press)
        self.foot.show_buttons(("find", "sound"))
        foot = QHBoxLayout()
        foot.setContentsMargins(18, 12, 18, 14)
        foot.addWidget(self.foot)
        for piece in (top, Rule(look), self._empty, self.rows, Rule(look)):
            box.addWidget(piece, 1 if piece in (self.rows, self._empty) else 0)
        box.addLayout(foot)

    def show_station(self, station: Station, row: int, now: int) -> None:
        """row: the chosen one. now: ms UTC."""
        lang = self.look.language
        self._empty.setVisible(not station.devices)
        self.rows.setVisible(bool(station.devices))
        self.none.say(words("device.none", lang))
        self.rows.show_station(station, row, now)
