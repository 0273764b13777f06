"""Rows that are made once and used again: last scans, parcels not seen yet, a parcel's life, its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from corner_app.desk.views import NumberLine, ScanLine, TimelineLine
from corner_app.domain.outcome import ParcelCard, Tone
from corner_app.i18n import Language, clock, local, money, number, short_day, words
from corner_app.ui.icons import icon
from corner_app.ui.theme import Look
from corner_app.ui.widgets.basic import Chip, Rule, Sign, column
from corner_app.ui.widgets.marks import Marks
from corner_app.ui.widgets.texts import RIGHT, Label

_TONE_CHIPS = {
    Tone.GOOD: ("check", "act", "act_soft"), Tone.LOOK: ("triangle-alert", "look", "look_soft"), Tone.STOP: ("circle-x", "stop", "stop_soft"),
}  # fmt: skip


def name_of(card: ParcelCard | ScanLine, language: Language) -> str:
    """The buyer's name in the clerk's language, the other one if there is only that."""
    first, second = (card.name_bn, card.name_en) if language is Language.BN else (card.name_en, card.name_bn)
    return first or second


class _ScanRow(QWidget):
    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        self.item, self.name, self.chip = Label(look, 14, mono=True), Label(look, 16), Chip(look, elide=True)
        self.place, self.at = Label(look, 16, 600, elide=False), Label(look, 15, 400, "muted", elide=False)
        self.item.setFixedWidth(QFontMetrics(self.item.font()).horizontalAdvance("0") * 13 + look.px(38))
        row.addWidget(self.item)
        row.addWidget(self.name)
        row.addWidget(self.chip)
        row.addStretch(1)
        row.addWidget(self.place, 0, RIGHT)
        self.at.setFixedWidth(look.px(56))
        self.at.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.at)
        self.marks = Marks(look)
        row.addWidget(self.marks)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Large text leaves less room: first the name grows short, then it goes, then the time."""
        super().resizeEvent(event)
        chip, place, gaps = self._look.px(96), self._look.px(52) + self.marks.width(), 50
        left = self.width() - self.item.width() - chip - place - gaps
        self.at.setVisible(left > self._look.px(56))
        left -= self._look.px(56) if left > self._look.px(56) else 0
        self.name.setVisible(left > self._look.px(60))
        self.name.setFixedWidth(max(1, min(left, self._look.px(166))))

    def show_line(self, line: ScanLine, said: str, marked: bool) -> None:
        lang = self._look.language
        self.item.say(line.item)
        self.name.say(name_of(line, lang) or ("—" if line.code == "not_counted" else words("ui.unknown_number", lang)))
        if line.undone:
            self.chip.show_as(words("ui.taken_back", lang), "undo-2", "muted", "chip")
        else:
            sign, token, fill = _TONE_CHIPS[line.tone] if line.code != "already_received" else ("info", "info", "info_soft")
            self.chip.show_as(said, sign, token, fill)
        self.place.say(line.place or "—")
        self.at.say(clock(line.at, lang))
        self.marks.show_marks(line.at_centre if marked else None)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(0, self.height() - 1, self.width(), 1, self._look.colour("line"))
        painter.end()


class ScanList(QWidget):
    """The last scans, newest first. Rows are reused: a scan repaints texts, not widgets."""

    def __init__(self, look: Look, rows: int = 8) -> None:
        super().__init__()
        self._rows = [_ScanRow(look) for _ in range(rows)]
        box = column(self)
        for row in self._rows:
            row.setFixedHeight(max(36, look.px(32)))
            row.setVisible(False)
            box.addWidget(row)
        box.addStretch(1)

        self._count = 0

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Only whole rows are shown."""
        super().resizeEvent(event)
        self._cut()

    def _cut(self) -> None:
        room = max(1, self.height() // max(1, self._rows[0].height()))
        for place, row in enumerate(self._rows):
            row.setVisible(place < min(self._count, room))

    def minimumSizeHint(self) -> QSize:
        """One row, so that a STOP may take the room."""
        return QSize(0, self._rows[0].height())

    def show_lines(self, lines: Sequence[tuple[ScanLine, str, bool]]) -> None:
        """Each line with the words of its chip, and whether its parcel stands in the book."""
        self._count = len(lines)
        self._cut()
        for place, row in enumerate(self._rows):
            if place < len(lines):
                row.show_line(*lines[place])


class MissingList(QWidget):
    """Parcels of a bag that were not seen yet: as many as there is room for, then how many more."""

    def __init__(self, look: Look, rows: int = 6) -> None:
        super().__init__()
        self._look = look
        box = column(self)
        self._rows: list[tuple[QWidget, Label, Label, Label]] = []
        for _ in range(rows):
            line = QWidget()
            line.setFixedHeight(max(48, look.px(44)))
            item, name, cod = Label(look, 14, mono=True), Label(look, 14, 400, "muted"), Label(look, 16, 600, elide=False)
            both = QVBoxLayout()
            both.setSpacing(0)
            both.addStretch(1)
            both.addWidget(item)
            both.addWidget(name)
            both.addStretch(1)
            row = QHBoxLayout()
            row.setContentsMargins(0, 0, 0, 0)
            row.addLayout(both, 1)
            row.addWidget(cod)
            outer = column(line)
            outer.addLayout(row, 1)
            outer.addWidget(Rule(look))
            box.addWidget(line)
            self._rows.append((line, item, name, cod))
        self._more, self._count = Label(look, 14, 600, "muted"), 0
        box.addSpacing(4)
        box.addWidget(self._more)
        box.addStretch(1)

    def show_cards(self, cards: Sequence[ParcelCard]) -> None:
        """In the order of the list."""
        lang, self._count = self._look.language, len(cards)
        for (_, item, name, cod), card in zip(self._rows, cards, strict=False):
            item.say(card.item)
            name.say(name_of(card, lang) or "—")
            cod.say(money(card.cod, lang) if card.cod else "—")
        self._cut()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._cut()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)

    def _cut(self) -> None:
        height, foot = self._rows[0][0].height(), self._more.line_height() + 4
        room = min(len(self._rows), self.height() // height)
        if self._count > room:
            room = min(room, max(0, self.height() - foot) // height)
        for place, (line, *_) in enumerate(self._rows):
            line.setVisible(place < min(self._count, room))
        self._more.say(words("ui.and_more", self._look.language, n=self._count - room) if self._count > room else "")
        self._more.setVisible(self._count > room and self.height() >= foot)


KIND_ICONS = {
    "announced": "cloud-download", "received": "package-check", "shelved": "tag", "bagged": "package-open", "dispatched": "truck", "damaged": "triangle-alert",
    "handed_over": "hand-coins", "refused": "hand", "returning": "undo-2", "undone": "rotate-ccw", "wrong_code": "lock", "label_asked": "printer",
    "label_settled": "printer-check",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class LifeLine:
    """One entry of a parcel's life in words."""

    line: TimelineLine
    head: str
    foot: str


_NODE = 46
"""Pixels of the column of signs."""


class _LifeRow(QWidget):
    """One entry: when, sign on the line, what and who, its number, saved here, at the centre."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._icon, self._here = "package", False
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        self.at = Label(look, 15, 400, "muted", elide=False)
        self.at.setFixedWidth(look.px(118))
        self.at.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.at)
        row.addSpacing(_NODE)
        both = QVBoxLayout()
        both.setSpacing(0)
        self.head, self.foot = Label(look, 16, 600), Label(look, 14, 400, "muted")
        both.addStretch(1)
        both.addWidget(self.head)
        both.addWidget(self.foot)
        both.addStretch(1)
        row.addLayout(both, 1)
        self.seq = Label(look, 14, 400, "muted", elide=False)
        self.marks = Marks(look)
        for piece in (self.seq, self.marks):
            row.addWidget(piece)
        self.setFixedHeight(max(45, self.head.line_height() + self.foot.line_height()))

    def show_line(self, shown: LifeLine, now: int) -> None:
        lang = self._look.language
        line = shown.line
        self.at.say(f"{words('ui.today', lang) if is_today(line.at, now) else short_day(line.at, lang)[:5]} **{clock(line.at, lang)}**")
        self.head.say(shown.head)
        self.head.tint("muted" if line.undone else "ink")
        self.foot.say(shown.foot)
        self.seq.say(number(line.seq, lang))
        self.marks.show_marks(line.at_centre)
        self._icon, self._here = KIND_ICONS.get(line.kind, "package"), not line.at_centre
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x, middle = self._look.px(118) + _NODE // 2, self.height() / 2
        fill, ink = ("act", "act_ink") if self._here else ("act_soft", "act")
        painter.fillRect(QRectF(x - 1, 0, 2, self.height()), self._look.colour("line"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.colour(fill))
        painter.drawEllipse(QRectF(x - 15, middle - 15, 30, 30))
        painter.drawPixmap(round(x - 8), round(middle - 8), icon(self._icon, self._look.colour(ink).name(), 16, self.devicePixelRatioF()))
        painter.end()


class LifeList(QWidget):
    """A parcel's life, newest first; ↑ ↓ move through it."""

    def __init__(self, look: Look, rows: int = 8) -> None:
        super().__init__()
        self._rows = [_LifeRow(look) for _ in range(rows)]
        self._lines: Sequence[LifeLine] = ()
        self._first, self._now = 0, 0
        box = column(self)
        for row in self._rows:
            row.setVisible(False)
            box.addWidget(row)
        box.addStretch(1)

    def show_lines(self, lines: Sequence[LifeLine], now: int, *, stay: bool = False) -> None:
        """From the top, or where the clerk has moved to. now: ms UTC, to say "today"."""
        self._lines, self._now = lines, now
        self._first = max(0, min(self._first, len(lines) - self._room())) if stay else 0
        self._draw()

    def move(self, step: int) -> None:  # type: ignore[override]
        """One entry up or down."""
        self._first = max(0, min(self._first + step, len(self._lines) - self._room()))
        self._draw()

    def _room(self) -> int:
        return max(1, min(len(self._rows), self.height() // self._rows[0].height()))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self._rows[0].height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._draw()

    def _draw(self) -> None:
        shown = self._lines[self._first : self._first + self._room()]
        for place, row in enumerate(self._rows):
            row.setVisible(place < len(shown))
            if place < len(shown):
                row.show_line(shown[place], self._now)


_NUMBER_ICONS = {"item": "barcode", "order": "store", "reference": "package", "token": "qr-code"}


class NumberList(QWidget):
    """All numbers of a parcel."""

    def __init__(self, look: Look, rows: int = 4) -> None:
        super().__init__()
        self._look = look
        self._rows: list[tuple[QWidget, Sign, Label, Label]] = []
        self._count = 0
        box = column(self)
        for _ in range(rows):
            line = QWidget()
            sign, kind, text = Sign(look, "barcode", 18, "muted"), Label(look, 13, 400, "muted"), Label(look, 15, 700, mono=True)
            line.setFixedHeight(max(44, kind.line_height() + text.line_height() + 3))
            both = QVBoxLayout()
            both.setSpacing(0)
            both.addStretch(1)
            both.addWidget(kind)
            both.addWidget(text)
            both.addStretch(1)
            row = QHBoxLayout()
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(14)
            row.addWidget(sign)
            row.addLayout(both, 1)
            outer = column(line)
            outer.addWidget(Rule(look))
            outer.addLayout(row, 1)
            box.addWidget(line)
            self._rows.append((line, sign, kind, text))
        box.addStretch(1)

    def show_numbers(self, numbers: Sequence[NumberLine]) -> None:
        """The first few: as many as there is room for."""
        self._count = len(numbers)
        for (_, sign, kind, text), number_line in zip(self._rows, numbers, strict=False):
            sign.show_as(_NUMBER_ICONS.get(number_line.kind, "package"))
            kind.say(words(f"ui.number_{number_line.kind}", self._look.language))
            text.say(number_line.text)
        self._cut()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._cut()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self._rows[0][0].height())

    def _cut(self) -> None:
        room = self.height() // self._rows[0][0].height()
        for place, (line, *_) in enumerate(self._rows):
            line.setVisible(place < min(self._count, room))


def is_today(at: int, now: int) -> bool:
    """Whether a moment lies on the office's present day."""
    return local(at).date() == local(now).date()
