"""The smallest pieces: words, signs, chips, key caps, cards, buttons. Each asks the shared Look for colours and fonts and can `restyle`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from corner_app.i18n import words
from corner_app.ui.icons import icon
from corner_app.ui.theme import RADIUS, Look

LEFT, RIGHT, CENTRE = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignHCenter
MIDDLE = Qt.AlignmentFlag.AlignVCenter
LINE, ABOVE = 1.38, 1.1
"""A line of Hind Siliguri in parts of its size, and how much of it stands above the base line: measured over every word of the reference tables."""
_COMFORTABLE = 420
"""Width, in pixels of the design, that wrapped words ask for."""


class Label(QLabel):
    """Words at a size and weight, in a token's colour. Long ones end in "…" instead of pushing the layout apart, unless they wrap.

    It paints itself: the line is as high as Bangla's marks above and below need, and no higher (the face's own line is half as high again,
    and still cuts some of them). `**words**` inside come out bold, in ink. spare: rather nothing than half of it.
    """

    def __init__(
        self, look: Look, size: int = 16, weight: int = 400, token: str = "ink", *, mono: bool = False, wrap: bool = False, elide: bool = True, key: str = "",
        spare: bool = False,
    ) -> None:  # fmt: skip
        super().__init__()
        self._look, self._size, self._weight, self._token, self._mono, self._key = look, size, weight, token, mono, key
        self._full, self._elide, self._wrap, self._spare = "", (elide or spare) and not wrap, wrap, spare
        self._lines: tuple[str, ...] = ("",)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum if wrap else QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(wrap)
        self.setSizePolicy(policy)
        self.restyle()

    def restyle(self) -> None:
        """Takes font, colour and, for fixed words, language from the Look again."""
        self.setFont(self._look.font(self._size, self._weight, mono=self._mono))
        if self._key:
            self.say(words(self._key, self._look.language))
        self.update()

    def say(self, text: str) -> None:
        """Shows a text; nothing is painted when it is the same."""
        if text != self._full:
            wide = self._advance()
            self._full = text
            self.setAccessibleName(text.replace("**", ""))
            self._fit()
            if self._wrap or self._advance() != wide:
                self.updateGeometry()
            self.update()

    def tint(self, token: str) -> None:
        """Changes the colour."""
        if token != self._token:
            self._token = token
            self.update()

    @property
    def full(self) -> str:
        """The whole text, also when its end is hidden."""
        return self._full

    @property
    def cut(self) -> bool:
        """Whether some of it is hidden."""
        if self._wrap:
            return self.height() < len(self._lines) * self.line_height()
        if self._elide:
            return self._lines[0] not in (self._full, "" if self._spare else self._full)
        return self._advance() > self.width()

    @property
    def key(self) -> str:
        """Where its words come from, "" when a screen says them."""
        return self._key

    @property
    def may_shorten(self) -> bool:
        """Whether its end may be hidden."""
        return self._elide or self._wrap

    def line_height(self) -> int:
        """Pixels from one line to the next."""
        return ceil(self.font().pixelSize() * LINE)

    def _advance(self) -> int:
        parts = self._full.split("**")
        bold = QFontMetrics(self._look.font(self._size, 700, mono=self._mono)) if len(parts) > 1 else None
        plain = QFontMetrics(self.font())
        return sum((bold if bold is not None and n % 2 else plain).horizontalAdvance(part) for n, part in enumerate(parts))

    def _fit(self) -> None:
        metrics = QFontMetrics(self.font())
        if self._wrap:
            self._lines = tuple(wrapped(self._full, metrics, max(1, self.width())))
        elif self._elide and self.width() > 8 and self._advance() > self.width():
            shown = metrics.elidedText(self._full.replace("**", ""), Qt.TextElideMode.ElideRight, self.width())
            self._lines = ("" if self._spare or len(shown) < 3 else shown,)
        else:
            self._lines = (self._full,)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:
        wide = self._advance() + 2
        if not self._wrap:
            return QSize(wide, self.line_height())
        wide = min(wide, self._look.px(_COMFORTABLE))
        return QSize(wide, self.heightForWidth(wide))

    def minimumSizeHint(self) -> QSize:
        wide = self._look.px(80) if self._wrap else 24 if self._elide else self._advance() + 2
        return QSize(min(wide, self._advance() + 2), self.line_height())

    def heightForWidth(self, width: int) -> int:
        return len(wrapped(self._full, QFontMetrics(self.font()), width)) * self.line_height() if self._wrap else self.line_height()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._full:
            return
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(self._look.colour(self._token))
        step, size = self.line_height(), self.font().pixelSize()
        top = (self.height() - step * len(self._lines)) / 2
        for n, line in enumerate(self._lines):
            self._line(painter, line, top + n * step + size * ABOVE)
        painter.end()

    def _line(self, painter: QPainter, line: str, baseline: float) -> None:
        slack = self.width() - (self._advance() if "**" in line else painter.fontMetrics().horizontalAdvance(line))
        across = self.alignment() & Qt.AlignmentFlag.AlignHorizontal_Mask
        x = float({RIGHT: slack, CENTRE: slack // 2}.get(across, 0))
        for n, part in enumerate(line.split("**")):
            if n:
                painter.setFont(self._look.font(self._size, 700 if n % 2 else self._weight, mono=self._mono))
                painter.setPen(self._look.colour("ink" if n % 2 else self._token))
            painter.drawText(QPointF(x, round(baseline)), part)
            x += painter.fontMetrics().horizontalAdvance(part)


def wrapped(text: str, metrics: QFontMetrics, width: int) -> list[str]:
    """The text in lines that fit, broken between words."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and metrics.horizontalAdvance(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines or [""]


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
        self.sign.setVisible(bool(name))
        self.label = Label(look, size, 600, token, elide=elide)
        row.addWidget(self.sign)
        row.addWidget(self.label)
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
        self.sign.setVisible(bool(name))
        self.label = Label(look, 16 if height < 56 else 19, 600, key=words_key, elide=False)
        self.cap = KeyCap(look, key)
        for widget in (self.sign, self.label):
            row.addWidget(widget)
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

    def __init__(self, look: Look, height: int = 12) -> None:
        super().__init__()
        self._look, self._share = look, 0.0
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
        painter.fillRect(QRectF(0, 0, self.width() * self._share, self.height()), self._look.colour("act"))
        painter.end()


class BigText(QWidget):
    """One answer in the largest type there is room for: a shelf, a postcode, an amount. Bangla marks above and below are never cut."""

    def __init__(self, look: Look, size: int, token: str = "act", *, align: Qt.AlignmentFlag = RIGHT, height: int = 0) -> None:
        super().__init__()
        self._look, self._size, self._token, self._align, self._text = look, size, token, align, ""
        if height:
            self.setFixedHeight(look.grown(height))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed if height else QSizePolicy.Policy.Expanding)

    def hug(self, most: int) -> None:
        """As wide as the text at its full size, at most `most`; a longer one is made smaller."""
        self.setFixedWidth(min(most, ceil(self._outline(self._size).boundingRect().width()) + 3) if self._text else 0)

    def say(self, text: str, token: str | None = None) -> None:
        """Shows it."""
        if (text, token or self._token) != (self._text, self._token):
            self._text, self._token = text, token or self._token
            self.setAccessibleName(text)
            self.update()

    @property
    def full(self) -> str:
        """What is shown."""
        return self._text

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._text:
            return
        path = self._fitting()
        box = path.boundingRect()
        slack = self.width() - box.width() - 2
        x = {RIGHT: slack, CENTRE: slack / 2}.get(self._align, 1.0)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(x - box.x(), (self.height() - box.height()) / 2 - box.y())
        painter.fillPath(path, self._look.colour(self._token))
        painter.end()

    def _fitting(self) -> QPainterPath:
        """The text's outline at the largest size that fits: its real extent, which for Bangla is more than the font's metrics say."""
        size = self._size
        while True:
            path = self._outline(size)
            box = path.boundingRect()
            if size <= 20 or (box.width() <= self.width() - 2 and box.height() <= self.height() - 2):
                return path
            size -= 4

    def _outline(self, size: int) -> QPainterPath:
        path = QPainterPath()
        path.setFillRule(Qt.FillRule.WindingFill)  # glyphs of one word overlap
        path.addText(0, 0, self._look.font(size, 700), self._text)
        return path


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
