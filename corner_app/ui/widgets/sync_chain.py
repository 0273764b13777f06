"""The way of an entry: this PC, the office's relay, the centre; one tick where a copy is kept, two where the centre has signed."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from corner_app.desk.views import SyncView
from corner_app.i18n import digits, words
from corner_app.ui.theme import Look
from corner_app.ui.widgets.basic import Panel, Sign, column
from corner_app.ui.widgets.texts import CENTRE, Label

_BOX = 56


class _Stretch(QWidget):
    """A line as long as there is room, broken where nothing has gone along it yet."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look, self._whole = look, True
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(look.px(24))

    def show_whole(self, whole: bool) -> None:
        if whole != self._whole:
            self._whole = whole
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        y, ink = self.height() // 2 - 1, self._look.colour("act" if self._whole else "edge")
        if self._whole:
            painter.fillRect(0, y, self.width(), 2, ink)
        else:
            for x in range(0, self.width(), 9):
                painter.fillRect(QRectF(x, y, 5, 2), ink)
        painter.end()


class _Node(QWidget):
    """A place that keeps entries."""

    def __init__(self, look: Look, sign: str, key: str = "") -> None:
        super().__init__()
        self._sign = sign
        self.box = Panel(look, "act_soft", "", radius=14, frame=0)
        self.box.setFixedSize(look.grown(_BOX), look.grown(_BOX))
        self.sign = Sign(look, sign, 28, "act")
        column(self.box).addWidget(self.sign, 0, Qt.AlignmentFlag.AlignCenter)
        self.name, self.has = Label(look, 16, 700, key=key, elide=False), Label(look, 14, 400, "muted", elide=False)
        box = column(self)
        box.addWidget(self.box, 0, CENTRE)
        box.addSpacing(4)
        for label in (self.name, self.has):
            label.setAlignment(CENTRE)
            box.addWidget(label)

    def show_reached(self, reached: bool) -> None:
        """Paler while nothing is kept there."""
        self.box.dress("act_soft" if reached else "chip", "", frame=0)
        self.sign.show_as(self._sign, "act" if reached else "muted")


class _Link(QWidget):
    """Between two places: a line, its ticks, and what they mean."""

    def __init__(self, look: Look, sign: str) -> None:
        super().__init__()
        self._look, self._sign = look, sign
        self.lines = (_Stretch(look), _Stretch(look))
        self.tick = Sign(look, sign, 20, "act")
        self.said = Label(look, 14, 400, "muted", spare=True)
        self.said.setAlignment(CENTRE)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.lines[0], 1)
        row.addWidget(self.tick)
        row.addWidget(self.lines[1], 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, look.grown(_BOX) // 2 - look.px(24) // 2 - 5, 0, 0)
        box.setSpacing(0)
        box.addLayout(row)
        box.addWidget(self.said)
        box.addStretch(1)

    def show_reached(self, reached: bool, meaning: str) -> None:
        """Ticks, and what they mean, only where something arrived."""
        self.said.say(meaning if reached else words("link.not_gone", self._look.language))
        for line in self.lines:
            line.show_whole(reached)
        self.tick.show_as(self._sign if reached else "clock", "act" if reached else "muted")


class Chain(QWidget):
    """The three places, two where the office has no relay."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.pc, self.relay, self.centre = _Node(look, "monitor", "link.this_pc"), _Node(look, "server"), _Node(look, "radio-tower", "link.centre")
        self.first, self.second = _Link(look, "check"), _Link(look, "check-check")
        self._grid = grid = QGridLayout(self)
        grid.setContentsMargins(look.px(10), 0, look.px(10), 0)
        grid.setHorizontalSpacing(look.px(14))
        for place, piece in enumerate((self.pc, self.first, self.relay, self.second, self.centre)):
            grid.addWidget(piece, 0, place)
            grid.setColumnStretch(place, 3 if place % 2 else 1)

    def show_chain(self, view: SyncView) -> None:
        """How far the entries have come. A relay named by a number alone is the counter of that number."""
        lang = self._look.language
        self.pc.has.say(words("link.pc_has", lang, n=view.entries))
        relay = bool(view.relay)
        for place, piece in ((2, self.relay), (1, self.first)):
            piece.setVisible(relay)
            self._grid.setColumnStretch(place, (3 if place == 1 else 1) if relay else 0)
        if relay:
            name = words("ui.counter", lang, n=int(view.relay)) if view.relay.isdigit() else digits(view.relay, lang)
            self.relay.name.say(name)
            self.relay.has.say(words("link.relay_has", lang, n=view.relay_has))
            self.relay.show_reached(view.relay_has > 0)
            self.first.show_reached(view.relay_has > 0, words("link.one_tick", lang, name=name))
        self.centre.has.say(words("link.centre_has", lang, n=view.confirmed) if view.confirmed else words("link.centre_none", lang))
        self.centre.show_reached(view.confirmed > 0)
        self.second.show_reached(view.confirmed > 0, words("link.two_ticks", lang))
