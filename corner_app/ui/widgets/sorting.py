"""The sorting frame at the bottom of the Sort screen, and the steps and boxes of Handover."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from corner_app.desk.views import SortBin
from corner_app.i18n import Language, digits, words
from corner_app.ui.theme import Look
from corner_app.ui.widgets.basic import Panel, Sign, column
from corner_app.ui.widgets.texts import Label


class BinTile(Panel):
    """One place of the frame: what it is, who or where, how many."""

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        box = column(self, (16, 8, 12, 8), 0)
        self.head, self.name, self.count = Label(look, 22, 700), Label(look, 14, 400, "muted"), Label(look, 17, 700)
        for piece in (self.head, self.name, self.count):
            box.addWidget(piece)

    def show_bin(self, shown: SortBin, *, chosen: bool) -> None:
        """chosen: the last parcel went here."""
        lang = self.look.language
        heads = {"shelf": words("ui.bin_counter", lang), "beat": digits(shown.place, lang)}
        self.head.say(heads.get(shown.to, digits(shown.place, lang)))
        name = shown.name_bn if lang is Language.BN else shown.name_en
        self.name.say(name or (words("ui.bin_shelves", lang) if shown.to == "shelf" else ""))
        self.count.say(words("ui.pieces", lang, n=shown.count))
        self.dress("act_soft" if chosen else "paper", "act" if chosen else "line", frame=3 if chosen else 1)


class BinRow(QWidget):
    """Up to six places side by side; the chosen one is always among them."""

    def __init__(self, look: Look, tiles: int = 6) -> None:
        super().__init__()
        look = look.slower()
        self._tiles = [BinTile(look) for _ in range(tiles)]
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        for tile in self._tiles:
            row.addWidget(tile, 1)
        self.setFixedHeight(max(100, look.px(88)))

    def show_bins(self, bins: Sequence[SortBin], chosen: str) -> None:
        """chosen: place of the last parcel, "" none; the counter's shelves are chosen by "shelf"."""
        shown = list(bins[: len(self._tiles)])
        hit = next((b for b in bins if _place(b) == chosen), None)
        if hit is not None and hit not in shown:
            shown[-1] = hit
        for place, tile in enumerate(self._tiles):
            tile.setVisible(place < len(shown))
            if place < len(shown):
                tile.show_bin(shown[place], chosen=_place(shown[place]) == chosen)


def _place(shown: SortBin) -> str:
    return shown.place or shown.to


class Steps(QWidget):
    """Find → verify → money → hand over: where the clerk is."""

    def __init__(self, look: Look, keys: Sequence[str]) -> None:
        super().__init__()
        look = look.slower()
        self._look, self._keys, self._at = look, keys, 0
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        self._pills: list[tuple[Panel, Sign, Label]] = []
        for n in range(len(keys)):
            if n and look.percent < 140:
                row.addWidget(Sign(look, "chevron-right", 18, "muted"))
            pill = Panel(look, "chip", "", radius=9, frame=0)
            inner = QHBoxLayout(pill)
            inner.setContentsMargins(14, 0, 16, 0)
            inner.setSpacing(8)
            sign, label = Sign(look, "check", 18, "act"), Label(look, 16, 600, "muted", elide=False)
            inner.addWidget(sign)
            inner.addWidget(label)
            pill.setFixedHeight(look.px(34))
            row.addWidget(pill)
            self._pills.append((pill, sign, label))
        row.addStretch(1)
        self.show_at(0)

    def show_at(self, at: int) -> None:
        """0 is the first step."""
        self._at = at
        for n, (pill, sign, label) in enumerate(self._pills):
            done, now = n < at, n == at
            pill.dress("act" if now else "act_soft" if done else "chip", "", frame=0)
            sign.setVisible(done)
            label.tint("act_ink" if now else "act" if done else "muted")
            text = words(self._keys[n], self._look.language)
            label.say(text if done else f"{digits(str(n + 1), self._look.language)}   {text}")

    def restyle(self) -> None:
        """Language changed."""
        self.show_at(self._at)


class CodeBoxes(QWidget):
    """Six boxes for a pickup code, in the clerk's digits."""

    def __init__(self, look: Look, boxes: int = 6) -> None:
        super().__init__()
        self._look, self._boxes, self._code, self._wrong = look, boxes, "", False
        self.setMinimumSize(64 * boxes, 72)
        self.setMaximumHeight(112)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:
        return QSize(self.minimumWidth(), 112)

    def say(self, code: str, *, wrong: bool = False) -> None:
        """What was typed so far."""
        if (code, wrong) != (self._code, self._wrong):
            self._code, self._wrong = code, wrong
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        step = min(self._look.px(110), self.width() // self._boxes)
        side = step - 12
        for n in range(self._boxes):
            area = QRectF(n * step + 2, 2, side - 4, self.height() - 4)
            typed, now = n < len(self._code), n == len(self._code)
            if now and not self._wrong:
                painter.setPen(QPen(self._look.colour("act_soft"), 5))
                painter.drawRoundedRect(area, 10, 10)
            painter.setPen(QPen(self._look.colour("stop" if self._wrong else "act" if typed or now else "edge"), 2))
            painter.setBrush(self._look.colour("paper"))
            painter.drawRoundedRect(area, 10, 10)
            painter.setPen(self._look.colour("ink"))
            painter.setFont(self._look.font(min(52, self.height() // 2), 600))
            text = digits(self._code[n], self._look.language) if typed else "|" if now else ""
            if now:
                painter.setPen(self._look.colour("act"))
                painter.setFont(self._look.font(34, 400))
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)
            painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.end()


class Tries(QWidget):
    """A dot a try: filled ones were wrong."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look, self._wrong, self._of = look, 0, 5
        self.setFixedSize(look.px(90), look.px(18))

    def show_tries(self, wrong: int, of: int) -> None:
        """wrong of so many allowed."""
        self._wrong, self._of = wrong, of
        self.setAccessibleName(f"{wrong}/{of}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for n in range(self._of):
            painter.setPen(QPen(self._look.colour("look" if n < self._wrong else "edge"), 2))
            painter.setBrush(self._look.colour("look") if n < self._wrong else Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QRectF(2 + n * 18, 3, 11, 11))
        painter.end()


def stacked(*widgets: QWidget) -> QVBoxLayout:
    """Widgets close above each other."""
    made = QVBoxLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(0)
    for widget in widgets:
        made.addWidget(widget)
    return made
