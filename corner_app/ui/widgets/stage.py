"""The stage: one answer at a time, readable from two metres, in three tones; and the scan field above it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from corner_app.domain.outcome import Tone
from corner_app.i18n import digits, words
from corner_app.ui.theme import Look
from corner_app.ui.widgets.basic import Button, ChipRow, ChipView, KeyCap, Panel, Rule, Sign, column, restyle_all, row_of
from corner_app.ui.widgets.texts import RIGHT, BigText, Label

_ANSWER_WIDTH = 290
"""Pixels that the answer may take at the side of who and what."""

TONE_SIGNS = {Tone.GOOD: ("circle-check", "act"), Tone.LOOK: ("triangle-alert", "look"), Tone.STOP: ("octagon-x", "stop")}
"""Icon and colour of each tone: never colour alone."""


class ScanField(Panel):
    """Shows that scans are awaited, and what of; locked while a STOP waits."""

    def __init__(self, look: Look, what: str) -> None:
        super().__init__(look, "paper", "act", frame=2)
        look = look.slower()
        self.setFixedHeight(max(54, look.px(40)))
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 0, 18, 0)
        row.setSpacing(12)
        self.sign = Sign(look, "scan-barcode", 24, "act")
        self.title = Label(look, 19, 700, "act", key="ui.scan", elide=False)
        self.caret = Rule(look, "act", upright=True)
        self.caret.setFixedSize(2, look.px(26))
        self.what = Label(look, 16, 400, "muted", key=what)
        self.cap = KeyCap(look, "Esc")
        for piece in (self.sign, self.title, self.caret):
            row.addWidget(piece)
        row.addWidget(self.what, 1)
        row.addWidget(self.cap)
        self._what = what
        self.lock(False)

    def lock(self, on: bool) -> None:
        """A locked field says what to do first."""
        self.cap.setVisible(on)
        self.caret.setVisible(not on)
        self.dress("chip" if on else "paper", "edge" if on else "act", frame=2)
        self.sign.show_as("lock" if on else "scan-barcode", "muted" if on else "act")
        self.title.tint("muted" if on else "act")
        self.title._key, self.what._key = ("ui.scan_stopped", "ui.press_understood") if on else ("ui.scan", self._what)
        self.title.restyle()
        self.what.restyle()


@dataclass(frozen=True, slots=True)
class StageView:
    """What the stage shows: tone and result word, the one answer with the words above and below it, who and what, chips."""

    tone: Tone
    result: str
    name: str = ""
    tail: str = ""
    number: str = ""
    line: str = ""
    above: str = ""
    answer: str = ""
    below: str = ""
    chips: tuple[ChipView, ...] = ()


class Stage(Panel):
    """The last result: good with a bar, look with bar and frame."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, "paper", "line", bar="act")
        grid = QGridLayout(self)
        grid.setContentsMargins(35, 14, 28, 14)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(2)
        self.sign, self.result = Sign(look, "circle-check", 34, "act"), Label(look, 30, 700, "act")
        self.name, self.tail = Label(look, 23, 700), Label(look, 19, 400, "muted", elide=False)
        self.number = Label(look, 19, 700, mono=True)
        self.line = Label(look, 16, 400, "muted")
        self.above, self.below = Label(look, 18, 600, "muted", elide=False), Label(look, 18, 600, "muted", elide=False)
        self.answer = BigText(look, 112, height=100)
        head = row_of(self.sign, spacing=10, stretch=False)
        head.addWidget(self.result, 1)
        grid.addLayout(head, 0, 0)
        who = row_of(self.name, self.tail, spacing=8)
        grid.addLayout(who, 1, 0)
        grid.addWidget(self.number, 2, 0)
        grid.addWidget(self.line, 3, 0)
        self.chips = ChipRow(look)
        grid.addWidget(self.chips, 4, 0)
        grid.addWidget(self.above, 0, 1, RIGHT)
        grid.addWidget(self.answer, 1, 1, 3, 1, RIGHT)
        grid.addWidget(self.below, 4, 1, RIGHT)
        grid.setColumnStretch(0, 1)
        self.setMinimumHeight(204)

    def show_view(self, view: StageView) -> None:
        """Repaints only what changed."""
        name, token = TONE_SIGNS[view.tone]
        self.dress(f"{token}_wash" if view.tone is Tone.LOOK else "paper", token if view.tone is Tone.LOOK else "line",
                   frame=2 if view.tone is Tone.LOOK else 1, bar=token)  # fmt: skip
        self.sign.show_as(name, token)
        self.result.tint(token)
        for label, text in (
            (self.result, view.result), (self.name, view.name), (self.tail, view.tail), (self.number, view.number), (self.line, view.line),
            (self.above, view.above), (self.below, view.below),
        ):  # fmt: skip
            label.say(text)
        self.answer.say(view.answer, token)
        self.answer.hug(_ANSWER_WIDTH)
        self.chips.show_chips(view.chips)


_APART, _INSIDE = 20, 10
"""Pixels round the wrong digit's box, and inside it."""


class DigitNumber(QWidget):
    """An item number with its wrong digit on red."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look, self._parts = look, ("", "", "")
        self.setFixedHeight(look.grown(42))

    def say(self, before: str, wrong: str, after: str) -> None:
        """The number in three parts."""
        self._parts = (before, wrong, after)
        self.setAccessibleName(" ".join(part for part in self._parts if part))
        wide = QFontMetrics(self._look.font(33, 700, mono=True)).horizontalAdvance("".join(self._parts))
        self.setFixedWidth(wide + (2 * _APART + 2 * _INSIDE if wrong else 0) + 4)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._look.font(33, 700, mono=True))
        x, metrics = 0, painter.fontMetrics()
        for place, part in enumerate(self._parts):
            width = metrics.horizontalAdvance(part)
            if place == 1 and part:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(self._look.colour("stop"))
                painter.drawRoundedRect(QRectF(x + _APART, 1, width + 2 * _INSIDE, self.height() - 2), 8, 8)
                painter.setPen(self._look.colour("stop_ink"))
                x += _APART + _INSIDE
                painter.drawText(QRectF(x, 0, width + 4, self.height()), Qt.AlignmentFlag.AlignVCenter, part)
                x += width + _INSIDE + _APART
            else:
                painter.setPen(self._look.colour("ink"))
                painter.drawText(QRectF(x, 0, width + 4, self.height()), Qt.AlignmentFlag.AlignVCenter, part)
                x += width
        painter.end()


@dataclass(frozen=True, slots=True)
class StopView:
    """A STOP: what happened, the number if one is at fault, why, the remedies with their keys, what is safe, the code for the phone."""

    what: str
    number: tuple[str, str, str] = ("", "", "")
    why: str = ""
    remedies: tuple[tuple[str, str], ...] = ()
    safe: str = ""
    code: str = ""


class StopCard(Panel):
    """The red card. Acknowledged by Esc alone."""

    understood = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look, "stop_wash", "stop", frame=8)
        look = look.slower()  # its word is as large as it can be, and all of it must be seen
        box = column(self, (36, 20, 36, 22), 8)
        head = QHBoxLayout()
        head.setSpacing(22)
        self.sign = Sign(look, "octagon-x", 100, "stop")
        self.sign.setFixedSize(100, 100)
        head.addWidget(self.sign)
        self.word = BigText(look, 88, "stop", align=Qt.AlignmentFlag.AlignLeft, height=80)
        self.what = Label(look, 27, 700, wrap=True)
        words_column = QVBoxLayout()
        words_column.setSpacing(4)
        words_column.addWidget(self.word)
        words_column.addWidget(self.what)
        head.addLayout(words_column, 1)
        box.addLayout(head)
        self.number, self.why = DigitNumber(look), Label(look, 16, 400, "muted", wrap=True)
        self._number_row = QWidget()
        row = QHBoxLayout(self._number_row)
        row.setContentsMargins(0, 4, 0, 6)
        row.setSpacing(16)
        row.addWidget(self.number)
        row.addWidget(self.why, 1)
        box.addWidget(self._number_row)
        box.addWidget(Rule(look))
        box.addSpacing(4)
        self._steps = [_Remedy(look, n) for n in (1, 2, 3)]
        for step in self._steps:
            box.addWidget(step)
        box.addStretch(1)
        foot = QHBoxLayout()
        foot.setSpacing(16)
        self.button = Button(look, "Esc", "ui.understood", kind="stop", height=62)
        self.button.setMinimumWidth(184)
        self.button.pressed.connect(self.understood)
        foot.addWidget(self.button)
        self.lock_line, self.safe = Label(look, 16, 400, "muted", wrap=True, key="ui.not_counted"), Label(look, 16, 500, wrap=True)
        self.code = Label(look, 24, 700, mono=True, elide=False)
        foot.addLayout(_middle(self.lock_line, self.safe), 1)
        foot.addLayout(_middle(Label(look, 14, 400, "muted", key="ui.phone_code", elide=False), self.code, side=RIGHT))
        box.addLayout(foot)

    def show_view(self, view: StopView) -> None:
        """Says why all stands still."""
        self.word.say(words("ui.stop", self.look.language))
        self.what.say(view.what)
        self.number.say(*view.number)
        self.why.say(view.why)
        self._number_row.setVisible(bool(view.number[0] or view.why))
        self.safe.say(view.safe)
        self.code.say(view.code)
        for step, remedy in zip(self._steps, (*view.remedies, *(None,) * 3), strict=False):
            step.setVisible(remedy is not None)
            if remedy is not None:
                step.show_view(*remedy)
        restyle_all(self)


def _middle(*pieces: QWidget, side: Qt.AlignmentFlag | None = None) -> QVBoxLayout:
    """Pieces above each other in the middle of the height."""
    made = QVBoxLayout()
    made.setSpacing(0)
    made.addStretch(1)
    for piece in pieces:
        made.addWidget(piece, 0, side or Qt.AlignmentFlag(0))
    made.addStretch(1)
    return made


class _Remedy(QWidget):
    """A numbered thing to do, with its key."""

    def __init__(self, look: Look, n: int) -> None:
        super().__init__()
        self._look, self._n = look, n
        row = QHBoxLayout(self)
        row.setContentsMargins(46, 0, 0, 0)
        self.label, self.cap = Label(look, 18, 400, wrap=True), KeyCap(look, "K")
        row.addWidget(self.label, 1)
        row.addWidget(self.cap)
        self.setMinimumHeight(34)

    def show_view(self, text: str, key: str) -> None:
        self.label.say(text)
        self.cap.setVisible(bool(key))
        self.cap.label.say(key)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._look.colour("stop"), 2))
        circle = QRectF(1, (self.height() - 31) / 2, 31, 31)
        painter.drawEllipse(circle)
        painter.setFont(self._look.font(17, 700))
        painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, digits(str(self._n), self._look.language))
        painter.end()
