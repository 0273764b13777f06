"""The right side of the day-close screen: what should be there, the difference and its reason, what is open before closing, the closed day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from corner_app.desk.views import ClosedDay, CloseView
from corner_app.i18n import Language, money, number, on_date, words
from corner_app.ui.theme import Look
from corner_app.ui.widgets.basic import Button, Chip, Panel, Rule, Sign, column, row_of
from corner_app.ui.widgets.count import field_style
from corner_app.ui.widgets.texts import RIGHT, BigText, Label

_SUMS = ("opening", "collected", "postage", "paid_in", "paid_out", "deposited", "claimed")
"""Rows above the line, in the order of the sum; what is in no drawer comes last."""
_ALWAYS = ("opening", "collected", "deposited")
_OUT = ("paid_out", "deposited")


def sum_rows(view: CloseView, lang: Language) -> list[tuple[str, str]]:
    """The lines of the sum that say something: words and amount."""
    found = []
    for name in _SUMS:
        value = getattr(view, name)
        n, paisa = value if isinstance(value, tuple) else (0, value)
        if name in _ALWAYS or n or paisa:
            sign = "− " if name in _OUT else ""
            found.append((words(f"close.row_{name}", lang, n=n), sign + money(paisa, lang, exact=True)))
    return found


class _SumRow(QWidget):
    def __init__(self, look: Look, weight: int = 400) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self.said, self.amount = Label(look, 16, weight), Label(look, 16, weight, elide=False)
        row.addWidget(self.said, 1)
        row.addWidget(self.amount)
        self.setFixedHeight(max(29, self.said.line_height()))


class SumCard(Panel):
    """What should be in the drawer; before the count it shows no figure of the book."""

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        box = column(self, (20, 10, 20, 10), 0)
        box.addWidget(Label(look, 16, 600, "muted", key="close.sums"))
        self._blind = QWidget()
        inside = column(self._blind, (0, 6, 0, 4), 2)
        self._title, self._why = Label(look, 20, 700, wrap=True), Label(look, 16, 400, "muted", wrap=True)
        head = row_of(Sign(look, "eye-off", 24, "muted"), stretch=False)
        head.addWidget(self._title, 1)
        inside.addLayout(head)
        inside.addWidget(self._why)
        box.addWidget(self._blind)
        self._shown = QWidget()
        lines = column(self._shown)
        self._rows: list[tuple[_SumRow, Rule]] = []
        for _ in _SUMS:
            row, rule = _SumRow(look), Rule(look)
            lines.addWidget(row)
            lines.addWidget(rule)
            self._rows.append((row, rule))
        self._thick, self._expected = Rule(look, "ink"), _SumRow(look, 700)
        self._thick.setFixedHeight(2)
        lines.addWidget(self._thick)
        lines.addWidget(self._expected)
        box.addWidget(self._shown)

    def show_blind(self, *, moved: bool) -> None:
        """Nothing of the book. moved: there was a count, and cash moved since."""
        lang = self.look.language
        self._blind.show()
        self._shown.hide()
        self._title.say(words("close.moved_since" if moved else "close.after_count", lang))
        self._why.say(words("close.moved_since_why" if moved else "close.after_count_why", lang))

    def show_view(self, view: CloseView) -> None:
        """The book's figures, after the count."""
        lang = self.look.language
        rows = sum_rows(view, lang)
        self._blind.hide()
        self._shown.show()
        for place, (row, rule) in enumerate(self._rows):
            row.setVisible(place < len(rows))
            rule.setVisible(place + 1 < len(rows))
            if place < len(rows):
                row.said.say(rows[place][0])
                row.amount.say(rows[place][1])
        self._expected.said.say(words("close.row_expected", lang))
        self._expected.amount.say(money(view.expected, lang, exact=True))


class DifferenceCard(Panel):
    """What was counted against what should be there, and why they differ."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, "look_wash", "look", frame=2, bar="look")
        box = column(self, (34, 10, 20, 10), 6)
        self._sign, self._word, self._amount = Sign(look, "triangle-alert", 28, "look"), Label(look, 28, 700, "look", elide=False), BigText(look, 44, "look")
        self._amount.setFixedHeight(look.grown(44))
        head = row_of(self._sign, self._word, spacing=10, stretch=False)
        head.addWidget(self._amount, 1)
        box.addLayout(head)
        self.reason = QLineEdit()
        self.reason.setFont(look.font(16, 500))
        self.reason.setFixedHeight(look.grown(40))
        self.reason.setMaxLength(200)
        box.addWidget(self.reason)
        self._why = Label(look, 14, 400, "muted", wrap=True)
        box.addWidget(self._why)
        self.restyle()

    def restyle(self) -> None:
        """The field's colours and name."""
        self.reason.setStyleSheet(field_style(self.look))
        self.reason.setAccessibleName(words("close.reason", self.look.language))
        self.reason.setPlaceholderText(words("close.reason_hint", self.look.language))

    def show_difference(self, paisa: int, *, supervisor: bool, crowded: bool) -> None:
        """paisa: counted less expected. supervisor: who closes may approve it. crowded: the sum above needs the room."""
        lang, good = self.look.language, paisa == 0
        token = "act" if good else "look"
        self._word.say(words("close.good" if good else "close.short" if paisa < 0 else "close.over", lang))
        self._amount.say("" if good else money(abs(paisa), lang, exact=True), token)
        self._dress(token, "circle-check" if good else "triangle-alert")
        self.reason.setVisible(not good)
        self._why.setVisible(not crowded)
        self._why.say(words("close.good_why" if good else "close.stands_by" if supervisor else "close.pin_hint", lang))

    def show_changed(self) -> None:
        """The numbers are no longer those that were counted."""
        self._word.say(words("close.changed", self.look.language))
        self._amount.say("", "look")
        self._dress("look", "info")
        self.reason.hide()
        self._why.show()
        self._why.say(words("close.changed_why", self.look.language))

    def _dress(self, token: str, sign: str) -> None:
        self._word.tint(token)
        self._sign.show_as(sign, token)
        good = token == "act"
        self.dress("paper" if good else "look_wash", "line" if good else "look", frame=1 if good else 2, bar=token)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that may be open. room: where it is settled, "" on this screen. chip: how many, in words."""

    name: str
    said: str
    chip: str
    good: bool
    room: str


def checks(view: CloseView, lang: Language) -> list[Check]:
    """What is open before closing, in the order a clerk would settle it; what the book knows nothing of is left out."""
    ended, opened = view.bags
    found = []
    if opened:
        whole = ended == opened
        said = words("close.check_bags" if whole else "close.check_bags_open", lang)
        found.append(Check("bags", said, f"{number(ended, lang)} / {number(opened, lang)}", whole, "receive"))
    for name, count, room in (("prints", view.prints, "prints"), ("unsent", view.unsent, "sync")):
        said = words(f"close.check_{name}_open" if count else f"close.check_{name}", lang)
        found.append(Check(name, said, words("close.pieces", lang, n=count), not count, room))
    if view.unapproved:
        found.append(Check("unapproved", words("close.check_unapproved", lang), words("close.pieces", lang, n=len(view.unapproved)), False, ""))
    if view.disputes:
        found.append(Check("disputes", words("close.check_disputes", lang), words("close.pieces", lang, n=view.disputes), False, "reports"))
    return found


class CheckRow(QWidget):
    """One of them. Enter, Space or the mouse opens its room."""

    pressed = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look, self._name = look, ""
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 0, 4, 0)
        row.setSpacing(12)
        self.sign, self.said, self.chip = Sign(look, "circle-check", 22, "act"), Label(look, 16), Chip(look)
        row.addWidget(self.sign)
        row.addWidget(self.said, 1)
        row.addWidget(self.chip)
        self.setFixedHeight(max(36, look.px(34)))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_check(self, check: Check) -> None:
        """What it says; its name is given when it is pressed."""
        self._name = check.name
        token = "act" if check.good else "look"
        self.sign.show_as("circle-check" if check.good else "triangle-alert", token)
        self.said.say(check.said)
        self.chip.setVisible(bool(check.chip))
        self.chip.show_as(check.chip, "", token, f"{token}_soft")
        self.setAccessibleName(f"{check.said} {check.chip}".strip())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.pressed.emit(self._name)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.pressed.emit(self._name)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self._look.colour("info"), 2))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 8, 8)
        else:
            painter.fillRect(0, self.height() - 1, self.width(), 1, self._look.colour("line"))
        painter.end()


ALL = "all"
"""Name of the row that stands for those for which there was no room."""


class CheckList(QWidget):
    """As many rows as there is room for, what is open first; one row stands for the rest."""

    pressed = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._checks: Sequence[Check] = ()
        self.rows = [CheckRow(look) for _ in range(5)]
        box = column(self)
        for row in self.rows:
            row.pressed.connect(self.pressed)
            row.hide()
            box.addWidget(row)
        box.addStretch(1)

    def show_checks(self, found: Sequence[Check]) -> None:
        """In their order."""
        self._checks = found
        self._fit()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.rows[0].height())

    def sizeHint(self) -> QSize:
        return QSize(200, len(self._checks) * self.rows[0].height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = max(1, self.height() // self.rows[0].height())
        shown = list(self._checks)
        if len(shown) > room:
            kept = sorted(shown, key=lambda check: check.good)[: room - 1]
            rest = [check for check in shown if check not in kept]
            open_ones = sum(not check.good for check in rest)
            lang = self._look.language
            chip = words("close.pieces", lang, n=open_ones or len(rest))
            shown = [*(check for check in shown if check in kept), Check(ALL, words("close.check_more", lang), chip, not open_ones, "")]
        for place, row in enumerate(self.rows):
            row.setVisible(place < len(shown))
            if place < len(shown):
                row.show_check(shown[place])


class BeforeCard(Panel):
    """What is open, and the two things to do: a draft, and the close."""

    opened = Signal(str)
    draft = Signal()
    go_on = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        box = column(self, (20, 10, 20, 14), 4)
        self._title = Label(look, 16, 600, "muted", key="close.before")
        self.list = CheckList(look)
        box.addWidget(self._title)
        box.addWidget(self.list, 1)
        self._draft = Button(look, "Ctrl+P", "close.draft", "file-chart-column" if look.percent < 140 else "", height=48)
        self.button = Button(look, "Ctrl+Enter", "close.close_day", "stamp" if look.percent < 140 else "", kind="primary", height=48)
        self._draft.pressed.connect(self.draft)
        self.button.pressed.connect(self.go_on)
        self.list.pressed.connect(self.opened)
        self._row = row_of(self._draft, spacing=12, stretch=False)
        self._row.addWidget(self.button, 1)
        box.addSpacing(4)
        box.addLayout(self._row)

    def show_view(self, view: CloseView, *, counted: bool, busy: bool, crowded: bool) -> None:
        """counted: the count on the screen stands in the book. busy: the close is on its way. crowded: as for the difference."""
        self._title.setVisible(not crowded)
        self._title._key = "close.carried" if view.closed else "close.before"
        self._title.restyle()
        self.list.show_checks(checks(view, self.look.language))
        self.button.rename("close.close_day" if counted and not view.closed else "close.write")
        self.button.use(not busy and not (counted and view.closed))


class ClosedCard(Panel):
    """The closed day: its seal, what it came to, and that nothing is in the way."""

    approve = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look, "paper", "line", bar="act")
        box = column(self, (34, 12, 20, 12), 4)
        head = row_of(Sign(look, "circle-check", 30, "act"), Label(look, 28, 700, "act", key="close.closed", elide=False), spacing=10, stretch=False)
        head.addStretch(1)
        box.addLayout(head)
        self._date = Label(look, 16, 500, "muted")
        box.addWidget(self._date)
        self._rows: dict[str, Label] = {}
        for name in ("seal", "counted_was", "difference", "approved_by"):
            value = self._rows[name] = Label(look, 13 if name == "seal" else 16, 600, mono=name == "seal", elide=False)
            row = row_of(Label(look, 16, 400, key=f"close.{name}", elide=False), stretch=False)
            value.setAlignment(RIGHT | Qt.AlignmentFlag.AlignVCenter)
            row.addWidget(value, 1)
            box.addWidget(Rule(look))
            box.addLayout(row)
        self.button = Button(look, "V", "close.approve", height=44)
        self.button.pressed.connect(self.approve)
        box.addWidget(self.button)
        box.addSpacing(4)
        box.addWidget(Label(look, 16, 600, key="close.report_where", wrap=True))
        box.addWidget(Label(look, 16, 600, "act", key="close.tomorrow", wrap=True))

    def show_closed(self, closed: ClosedDay, approver: str) -> None:
        """What it came to. approver: the name to the badge."""
        lang = self.look.language
        waits = bool(closed.difference) and not closed.approved_by
        self._date.say(words("close.closed_date", lang, date=on_date(closed.date, lang)))
        self._rows["seal"].say(seal_words(closed.seal))
        self._rows["counted_was"].say(money(closed.counted, lang, exact=True))
        self._rows["difference"].say(difference_words(closed.difference, lang))
        self._rows["approved_by"].say(words("close.not_approved", lang) if waits else approver or "—")
        self.button.setVisible(waits)
        self.dress("paper", "look" if waits else "line", frame=2 if waits else 1, bar="look" if waits else "act")


def seal_words(seal: str) -> str:
    """A seal in groups of four, as it is read out."""
    return " ".join(seal[at : at + 4] for at in range(0, len(seal), 4))


def difference_words(paisa: int, lang: Language) -> str:
    """Short by ৳ 50.00."""
    if not paisa:
        return words("close.agrees", lang)
    return words("close.short_by" if paisa < 0 else "close.over_by", lang, amount=money(abs(paisa), lang, exact=True))


class OfferCard(Panel):
    """A calm word about a day that is not opened, or not closed."""

    taken = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look, "info_soft", "", frame=0)
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 8, 14, 8)
        row.setSpacing(12)
        box = QWidget()
        inside = column(box)
        self._title, self._why = Label(look, 17, 700, wrap=True), Label(look, 14, 400, wrap=True)
        inside.addWidget(self._title)
        inside.addWidget(self._why)
        self.button = Button(look, "O", "close.open_day", height=44)
        self.button.pressed.connect(self.taken)
        row.addWidget(Sign(look, "calendar-clock", 26, "info"))
        row.addWidget(box, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)

    def show_offer(self, offer: str, view: CloseView) -> None:
        """offer: "open", "old" or "" for none."""
        lang = self.look.language
        self.setVisible(bool(offer))
        self.button.setVisible(offer == "open")
        title, why = offer_words(offer, view, lang)
        self._title.say(title)
        self._why.say(why)


def offer_of(view: CloseView, today: str) -> str:
    """What is offered in the morning: "open" today, "old" where an earlier day is still open, "" nothing. today: the office's date."""
    if view.opened:
        return "old" if view.date < today else ""
    return "open" if view.date == today and not view.closed else ""


def offer_words(offer: str, view: CloseView, lang: Language) -> tuple[str, str]:
    """What it says, and why."""
    if offer == "old":
        return words("close.old_day", lang, date=on_date(view.date, lang)), words("close.old_day_why", lang)
    return words("close.not_opened", lang), words("close.not_opened_why", lang, carried=money(view.opening, lang))
