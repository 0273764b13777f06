"""Words on the screen: a line as high as Bangla needs, and the one answer in the largest type there is room for."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPainterPath, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from corner_app.i18n import words
from corner_app.ui.theme import Look

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
        self._wide = 0
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum if wrap else QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(wrap)
        self.setSizePolicy(policy)
        self.restyle()

    def restyle(self) -> None:
        """Takes font, colour and, for fixed words, language from the Look again."""
        font = self._look.font(self._size, self._weight, mono=self._mono)
        self.setFont(font)
        self._metrics, self._pixels = QFontMetrics(font), font.pixelSize()
        self._wide = self._advance()
        if self._key:
            self.say(words(self._key, self._look.language))
        self.update()

    def say(self, text: str) -> None:
        """Shows a text; nothing is painted when it is the same."""
        if text != self._full:
            wide, self._full = self._wide, text
            self._wide = self._advance()
            self.setAccessibleName(text.replace("**", ""))
            self._fit()
            if self._wrap or self._wide != wide:
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
        return self._wide > self.width()

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
        return ceil(self._pixels * LINE)

    def _advance(self) -> int:
        if "**" not in self._full:
            return self._metrics.horizontalAdvance(self._full)
        bold = QFontMetrics(self._look.font(self._size, 700, mono=self._mono))
        return sum((bold if n % 2 else self._metrics).horizontalAdvance(part) for n, part in enumerate(self._full.split("**")))

    def _fit(self) -> None:
        if self._wrap:
            self._lines = tuple(wrapped(self._full, self._metrics, max(1, self.width())))
        elif self._elide and self.width() > 8 and self._wide > self.width():
            shown = self._metrics.elidedText(self._full.replace("**", ""), Qt.TextElideMode.ElideRight, self.width())
            self._lines = ("" if self._spare or len(shown) < 3 else shown,)
        else:
            self._lines = (self._full,)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:
        wide = self._wide + 2
        if not self._wrap:
            return QSize(wide, self.line_height())
        wide = min(wide, self._look.px(_COMFORTABLE))
        return QSize(wide, self.heightForWidth(wide))

    def minimumSizeHint(self) -> QSize:
        wide = self._look.px(80) if self._wrap else 24 if self._elide else self._wide + 2
        return QSize(min(wide, self._wide + 2), self.line_height())

    def heightForWidth(self, width: int) -> int:
        return len(wrapped(self._full, self._metrics, width)) * self.line_height() if self._wrap else self.line_height()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._full:
            return
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(self._look.colour(self._token))
        step, size = self.line_height(), self._pixels
        top = (self.height() - step * len(self._lines)) / 2
        for n, line in enumerate(self._lines):
            self._line(painter, line, top + n * step + size * ABOVE)
        painter.end()

    def _line(self, painter: QPainter, line: str, baseline: float) -> None:
        across, x = self.alignment() & Qt.AlignmentFlag.AlignHorizontal_Mask, 0.0
        if across != LEFT:
            slack = self.width() - (self._wide if line == self._full else self._metrics.horizontalAdvance(line.replace("**", "")))
            x = slack if across == RIGHT else slack // 2 if across == CENTRE else 0
        if "**" not in line:
            painter.drawText(QPointF(x, round(baseline)), line)
            return
        for n, part in enumerate(line.split("**")):
            if n:
                painter.setFont(self._look.font(self._size, 700 if n % 2 else self._weight, mono=self._mono))
                painter.setPen(self._look.colour("ink" if n % 2 else self._token))
            painter.drawText(QPointF(x, round(baseline)), part)
            x += painter.fontMetrics().horizontalAdvance(part)


def wrapped(text: str, metrics: QFontMetrics, width: int) -> list[str]:
    """The text in lines that fit, broken between words; what is bold goes on being bold in the next line."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and metrics.horizontalAdvance(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    for n, line in enumerate(lines):
        if line.count("**") % 2:
            lines[n] += "**"
            lines[n + 1 : n + 2] = ["**" + after for after in lines[n + 1 : n + 2]]
    return lines or [""]


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
