"""The smallest pieces beside words: signs, chips, key caps, cards, buttons. Each asks the shared Look for colours and fonts and can `restyle`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from corner_app.i18n import words
from corner_app.ui.icons import icon
from corner_app.ui.theme import RADIUS, Look
from corner_app.ui.widgets.texts import Label


class Sign(QWidget):
    """An icon in a token's colour."""

    def __init__(self, look: Look, name: str, size: int = 20, token: str = "ink") -> None:
        super().__init__()
        self._look, self._name, self._size, self._token = look, name, size, token
        self.setFixedSize(look.px(size), look.px(size))

    def show_as(self, name: str, token: str | None = None) -> None:
        """Another icon, another colour."""
        if (name, token or self._token) != (self._name, self._token):
            self._name, self._token = name, token or self._token
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.drawPixmap(0, 0, icon(self._name, self._look.colour(self._token).name(), self.width(), self.devicePixelRatioF()))
        painter.end()


class Panel(QWidget):
    """A rounded ground: fill and edge by token, optional bar at the left, frame of any width."""

    def __init__(self, look: Look, fill: str = "paper", edge: str = "line", *, radius: int = RADIUS, frame: int = 1, bar: str = "") -> None:
        super().__init__()
        self.look, self.fill, self.edge, self.radius, self.frame, self.bar = look, fill, edge, radius, frame, bar

    def dress(self, fill: str, edge: str, *, frame: int = 1, bar: str = "") -> None:
        """Changes what it is painted with."""
        if (fill, edge, frame, bar) != (self.fill, self.edge, self.frame, self.bar):
            self.fill, self.edge, self.frame, self.bar = fill, edge, frame, bar
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        half = self.frame / 2
        area = QRectF(self.rect()).adjusted(half, half, -half, -half)
        path = QPainterPath()
        path.addRoundedRect(area, self.radius, self.radius)
        painter.fillPath(path, self.look.colour(self.fill))
        if self.bar:
            painter.save()
            painter.setClipPath(path)
            painter.fillRect(QRectF(0, 0, 13, self.height()), self.look.colour(self.bar))
            painter.restore()
        if self.edge and self.frame:
            painter.setPen(QPen(self.look.colour(self.edge), self.frame))
            painter.drawPath(path)
        painter.end()


class Chip(Panel):
    """A pill with an icon and words: ✓ গ্রহণ."""

    def __init__(self, look: Look, name: str = "", token: str = "ink", fill: str = "chip", size: int = 14, *, elide: bool = False) -> None:
        super().__init__(look, fill, "", radius=7, frame=0)
        row = QHBoxLayout(self)
        row.setContentsMargins(look.px(9), look.px(3), look.px(9), look.px(3))
        row.setSpacing(look.px(6))
        self.sign = Sign(look, name or "check", 16, token)
        self.label = Label(look, size, 600, token, elide=elide)
        row.addWidget(self.sign)
        row.addWidget(self.label)
        self.sign.setVisible(bool(name))  # once it lies in something: before, it would be a window of its own and take the focus
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def show_as(self, text: str, name: str = "", token: str = "ink", fill: str = "chip") -> None:
        """Words, icon and colours at once."""
        self.label.say(text)
        self.label.tint(token)
        self.sign.setVisible(bool(name))
        if name:
            self.sign.show_as(name, token)
        self.dress(fill, "", frame=0)


@dataclass(frozen=True, slots=True)
class ChipView:
    """One chip: words already said, an icon, its colours."""

    text: str
    name: str = ""
    token: str = "ink"
    fill: str = "chip"


class ChipRow(QWidget):
    """Chips in the order of their weight; those for which there is no room are left out whole."""

    def __init__(self, look: Look, most: int = 4) -> None:
        super().__init__()
        self.chips = [Chip(look) for _ in range(most)]
        self._count = 0
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for chip in self.chips:
            chip.hide()
            row.addWidget(chip)
        row.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(self.chips[0].sizeHint().height())

    def show_chips(self, views: Sequence[ChipView]) -> None:
        """From the left."""
        self._count = len(views)
        for chip, view in zip(self.chips, views, strict=False):
            chip.show_as(view.text, view.name, view.token, view.fill)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        left = self.width()
        for place, chip in enumerate(self.chips):
            wide = chip.sizeHint().width()
            chip.setVisible(place < self._count and wide <= left)
            left -= wide + 8 if place < self._count else 0


class KeyCap(Panel):
    """A key as it is printed on the keyboard."""

    def __init__(self, look: Look, text: str, fill: str = "chip") -> None:
        super().__init__(look, fill, "line", radius=6)
        row = QHBoxLayout(self)
        row.setContentsMargins(look.px(7), 1, look.px(7), 1)
        self.label = Label(look, 13, 600, "ink", elide=False)
        self.label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.label.say(text)
        row.addWidget(self.label)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)


class Button(Panel):
    """A button with its key on it; kind "primary", "plain" or "stop". Locked ones show a lock and say why by `setToolTip`."""

    pressed = Signal()

    def __init__(self, look: Look, key: str, words_key: str, name: str = "", *, kind: str = "plain", height: int = 44) -> None:
        super().__init__(look, "paper", "edge", radius=10)
        self._kind, self._name, self._words = kind, name, words_key
        row = QHBoxLayout(self)
        row.setContentsMargins(look.px(14), 0, look.px(12), 0)
        row.setSpacing(look.px(8))
        self.sign = Sign(look, name or "check", 20)
        self.label = Label(look, 16 if height < 56 else 19, 600, key=words_key, elide=False)
        self.cap = KeyCap(look, key)
        for widget in (self.sign, self.label):
            row.addWidget(widget)
        self.sign.setVisible(bool(name))
        if kind == "plain" and name:
            row.addStretch(1)
        row.addWidget(self.cap)
        if not name:
            row.insertStretch(0, 1)
            row.addStretch(1)
        elif kind != "plain":
            row.insertStretch(0, 1)
            row.addStretch(1)
        self.cap.setVisible(bool(key))
        self.setMinimumHeight(look.grown(height))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.restyle()

    def restyle(self) -> None:
        """Colours by kind and by whether it can be used."""
        on = self.isEnabled()
        fill, ink, edge = {"primary": ("act", "act_ink", ""), "stop": ("stop", "stop_ink", ""), "plain": ("paper", "ink", "edge")}[self._kind]
        if not on:
            fill, ink, edge = "chip", "muted", ""
        focused = self.hasFocus()
        self.dress(fill, "info" if focused else edge, frame=2 if focused else 1 if edge else 0)
        self.label.tint(ink)
        self.sign.show_as("lock" if not on and self._kind == "primary" else self._name or "check", ink)
        self.sign.setVisible(bool(self._name) or (not on and self._kind == "primary"))
        self.cap.label.tint(ink if self._kind != "plain" and on else "ink" if on else "muted")
        self.cap.dress("chip" if self._kind == "plain" or not on else fill, "line" if self._kind == "plain" or not on else ink)
        self.setAccessibleName(words(self._words, self.look.language))

    def rename(self, words_key: str) -> None:
        """Other words on the same button."""
        self._words = words_key
        self.label._key = words_key
        self.label.restyle()
        self.restyle()

    def choose(self, on: bool) -> None:
        """Among several, the one that counts."""
        self._kind = "primary" if on else "plain"
        self.restyle()

    def use(self, on: bool) -> None:
        """Whether it can be used now."""
        if on != self.isEnabled():
            self.setEnabled(on)
            self.restyle()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.pressed.emit()

    def keyPressEvent(self, event: object) -> None:
        if getattr(event, "key", int)() == Qt.Key.Key_Space:
            self.pressed.emit()
        else:
            super().keyPressEvent(event)  # type: ignore[arg-type]

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.restyle()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.restyle()


class Rule(QWidget):
    """A thin line."""

    def __init__(self, look: Look, token: str = "line", *, upright: bool = False) -> None:
        super().__init__()
        self._look, self._token = look, token
        if upright:
            self.setFixedWidth(1)
        else:
            self.setFixedHeight(1)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.colour(self._token))
        painter.end()


class Bar(QWidget):
    """How much of something: a rounded bar on its track."""

    def __init__(self, look: Look, height: int = 12, token: str = "act") -> None:
        super().__init__()
        self._look, self._share, self._token = look, 0.0, token
        self.setFixedHeight(look.px(height))

    def fill_to(self, share: float) -> None:
        """0 to 1."""
        if share != self._share:
            self._share = max(0.0, min(1.0, share))
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        half = self.height() / 2
        painter.setBrush(self._look.colour("track"))
        painter.drawRoundedRect(QRectF(self.rect()), half, half)
        path = QPainterPath()
        path.addRoundedRect(QRectF(self.rect()), half, half)
        painter.setClipPath(path)
        painter.fillRect(QRectF(0, 0, self.width() * self._share, self.height()), self._look.colour(self._token))
        painter.end()


def column(parent: QWidget, margins: tuple[int, int, int, int] = (0, 0, 0, 0), spacing: int = 0) -> QVBoxLayout:
    """A column laid into a widget."""
    made = QVBoxLayout(parent)
    made.setContentsMargins(*margins)
    made.setSpacing(spacing)
    return made


def row_of(*widgets: QWidget, spacing: int = 8, stretch: bool = True) -> QHBoxLayout:
    """Widgets side by side, to the left."""
    made = QHBoxLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(spacing)
    for widget in widgets:
        made.addWidget(widget)
    if stretch:
        made.addStretch(1)
    return made


def restyle_all(root: QWidget) -> None:
    """Every piece below takes its colours, fonts and fixed words again."""
    for piece in root.findChildren(QWidget):
        again: Callable[[], None] | None = getattr(piece, "restyle", None)
        if again is not None:
            again()
        piece.update()
