"""Questions inside the window: a sheet over the screen, answered by keys. Only what cannot be undone, or needs words, is ever asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from corner_app.domain.contacts import ID_KINDS
from corner_app.domain.numbers import parse_number
from corner_app.domain.reasons import SHORT_LIST, Reason
from corner_app.i18n import words
from corner_app.ui.theme import Look
from corner_app.ui.widgets.basic import Button, KeyCap, Panel, column, row_of
from corner_app.ui.widgets.count import NumberField
from corner_app.ui.widgets.texts import Label

if TYPE_CHECKING:
    from corner_app.ui.dialogs.pin import Approval

Field = TypeVar("Field", bound=QLineEdit)
_ABOUT = 8
"""Numbers shown below a question."""
_REASON_SIGNS = {
    Reason.REFUSED: "hand", Reason.ABSENT: "user-round-x", Reason.DOOR_LOCKED: "door-closed", Reason.MOVED: "truck",
    Reason.NO_SUCH_PERSON: "circle-question-mark", Reason.INSUFFICIENT_ADDRESS: "map-pin-x", Reason.NO_MONEY: "wallet", Reason.UNCLAIMED: "calendar-clock",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class IdShown:
    """A document as the clerk wrote it down."""

    kind: str
    last4: str
    reason: str


class Asking(QWidget):
    """The sheet. One question at a time; Esc goes back and changes nothing."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look = look.slower()
        self.fields: list[QLineEdit] = []
        self._done: Callable[[], None] = _nothing
        self._keys: dict[str, Callable[[], None]] = {}
        self._scanned: Callable[[str], bool] | None = None
        self.card = Panel(look, "paper", "edge")
        self.card.setFixedWidth(look.px(620))
        self._frame = column(self.card, (28, 22, 28, 22))
        self._body = QWidget()
        self._box = column(self._body, spacing=12)
        self._frame.addWidget(self._body)
        outer = QVBoxLayout(self)
        outer.addStretch(2)
        middle = QHBoxLayout()  # and not by an alignment: that would count the lines of the words at the window's width
        middle.addStretch(1)
        middle.addWidget(self.card)
        middle.addStretch(1)
        outer.addLayout(middle)
        outer.addStretch(3)
        self.hide()

    # The questions

    def confirm(self, title: str, said: str, yes: Callable[[], None], about: Sequence[tuple[str, str]] = ()) -> None:
        """Once, with the consequence in words. about: numbers it concerns, each with a name; the first few are shown."""
        self._begin(title)
        self._add(self._label(said, 18))
        rows = QGridLayout()
        rows.setHorizontalSpacing(20)
        for place, (item, name) in enumerate(about[:_ABOUT]):
            for side, label in enumerate((Label(self._look, 15, mono=True, elide=False), Label(self._look, 16, 400, "muted"))):
                label.say((item, name)[side])
                rows.addWidget(label, place, side)
        rows.setColumnStretch(1, 1)
        self._box.addLayout(rows)
        if len(about) > _ABOUT:
            self._add(self._label(words("ui.and_more", self._look.language, n=len(about) - _ABOUT), 15, "muted"))
        self._finish("Ctrl+Enter", "ui.yes_do_it", yes)
        self._keys["Ctrl+Enter"] = self._accept

    def text(self, title: str, then: Callable[[str], None], said: str = "") -> None:
        """A few words: what is damaged, why a label is printed again."""
        self._begin(title)
        if said:
            self._add(self._label(said, 16, "muted"))
        field = self._field(title)
        self._finish("Enter", "ui.ok", lambda: then(field.text().strip()))

    def key_twice(self, then: Callable[[str], None]) -> None:
        """A number typed twice the same; only then is it believed."""
        self._begin("ui.key_twice_title")
        self._add(self._label(words("ui.key_twice_why", self._look.language), 16, "muted"))
        one, two = self._field("ui.key_first"), self._field("ui.key_again")
        wrong = self._label("", 16, "stop")
        self._add(wrong)

        def compare() -> None:
            first, second = parse_number(one.text()), parse_number(two.text())
            if first.text and first.text == second.text:
                self.close_sheet()
                then(first.text)
            else:
                wrong.say(words("ui.key_differs", self._look.language))
                two.clear()
                two.setFocus()

        self._finish("Enter", "ui.ok", compare, closes=False)

    def identity(self, title: str, then: Callable[[IdShown], None]) -> None:
        """Kind, last four characters, reason."""
        self._begin(title)
        self._chosen = 0
        buttons = [Button(self._look, f"F{n + 1}", f"ui.id_{kind}") for n, kind in enumerate(ID_KINDS)]

        def show(n: int) -> None:
            self._chosen = n
            for place, button in enumerate(buttons):
                button.choose(place == n)

        for n, button in enumerate(buttons):
            self._keys[f"F{n + 1}"] = choose = lambda n=n: show(n)
            button.pressed.connect(choose)
        show(0)
        self._box.addLayout(in_grid(buttons, 2))
        last4, reason = self._field("ui.id_last4"), self._field("ui.id_reason")
        last4.setMaxLength(20)
        self._finish("Enter", "ui.ok", lambda: then(IdShown(ID_KINDS[self._chosen], last4.text().strip(), reason.text().strip())))

    def payment(self, wallets: Sequence[str], then: Callable[[str, str], None]) -> None:
        """Which mobile money, and the transaction id of its message; `then` gets both."""
        self._begin("ui.mobile_title")
        self._chosen = 0
        buttons = [Button(self._look, f"F{n + 1}", f"wallet.{name}") for n, name in enumerate(wallets)]

        def show(n: int) -> None:
            self._chosen = n
            for place, button in enumerate(buttons):
                button.choose(place == n)

        for n, button in enumerate(buttons):
            self._keys[f"F{n + 1}"] = choose = partial(show, n)
            button.pressed.connect(choose)
        show(0)
        self._box.addLayout(in_grid(buttons, 2))
        trx = self._field("ui.trx_field")
        trx.setMaxLength(40)
        self._add(self._label(words("ui.mobile_why", self._look.language), 16, "muted"))
        self._finish("Enter", "ui.ok", lambda: then(wallets[self._chosen], trx.text().strip()))

    def reason(self, title: str, then: Callable[[str], None], about: str = "") -> None:
        """One of eight reasons, each with its sign, by its digit. about: which parcel, where several lie there."""
        self._begin(title)
        if about:
            self._add(self._label(about, 18))
        buttons = []
        for n, code in enumerate(SHORT_LIST):
            button = Button(self._look, str(n + 1), f"reason.{code.value}", _REASON_SIGNS[code], height=60)
            choose = self._chooser(then, code.value)
            button.pressed.connect(choose)
            self._keys[str(n + 1)] = choose
            buttons.append(button)
        self._box.addLayout(in_grid(buttons, 2))
        self._add(self._label(words("ui.esc_back", self._look.language), 14, "muted"))
        self._show()

    def choose(self, title: str, choices: Sequence[tuple[str, Callable[[], None]]]) -> None:
        """One of a few, by its digit. choices: the key of its words, and what it leads to."""
        self._begin(title)
        buttons = []
        for n, (said, then) in enumerate(choices):
            button = Button(self._look, str(n + 1), said, height=60)
            choose = self._after_close(then)
            button.pressed.connect(choose)
            self._keys[str(n + 1)] = choose
            buttons.append(button)
        self._box.addLayout(in_grid(buttons, 2))
        self._add(self._label(words("ui.esc_back", self._look.language), 14, "muted"))
        self._show()

    def keys(self, title: str, pairs: Sequence[tuple[str, str]], then: Callable[[], None]) -> None:
        """All keys: each cap with its words, two columns."""
        self._begin(title)
        pieces = []
        for key, said in pairs:
            piece, label = QWidget(), Label(self._look, 16, elide=False)
            label.say(said)
            cap = KeyCap(self._look, key)
            cap.setMinimumWidth(self._look.px(58))
            row = row_of(cap, label, spacing=10)
            piece.setLayout(row)
            pieces.append(piece)
        self._box.addLayout(in_grid(pieces, 2))
        self._finish("Esc", "ui.understood", then)
        self._keys["Esc"] = self._accept

    def tell(self, title: str, lines: Sequence[str], then: Callable[[], None]) -> None:
        """Something the clerk must know before work goes on."""
        self._begin(title)
        for line in lines:
            self._add(self._label(line, 17))
        self._finish("Esc", "ui.understood", then)
        self._keys["Esc"] = self._accept

    def enrolment(self, then: Callable[[str, str], None]) -> None:
        """Where the centre is, and the code headquarters gave."""
        self._begin("link.enrol")
        self._add(self._label(words("link.enrol_why", self._look.language), 16, "muted"))
        url, code = self._field("link.enrol_url"), self._field("link.enrol_code")
        url.setText("https://")
        self._finish("Enter", "ui.ok", lambda: then(url.text().strip(), code.text().strip()))

    def amount(self, title: str, said: str, paisa: int, then: Callable[[int], None]) -> None:
        """One sum of money, suggested. paisa: what stands in the field."""
        self._begin(title)
        self._add(self._label(said, 16, "muted"))
        field = NumberField(self._look, decimals=True, most=12, height=48)
        field.put(paisa)
        self._put(field, title)
        self._finish("Enter", "ui.ok", lambda: then(paisa if field.paisa is None else field.paisa))

    def approver(self, asked: Approval, then: Callable[[str | None, str], None]) -> None:
        """Which supervisor stands by it, with the PIN; `then` gets badge and PIN, or None where it is to be approved later."""
        from corner_app.ui.dialogs.pin import PinPanel

        self._begin("")
        self._add(self._label(asked.title, 25))
        self._add(self._label(asked.said, 17))
        panel = PinPanel(self._look, asked)
        if panel.people:
            self._add(panel)
            self.fields.append(panel.field)
            self._scanned = panel.take_scan
            self._keys |= panel.keys()
        else:
            self._add(self._label(words("close.no_supervisor", self._look.language), 17, "look"))
        if asked.later:
            later = Button(self._look, "L", asked.later, height=48)
            choose = self._after_close(lambda: then(None, ""))
            later.pressed.connect(choose)
            self._keys["L"] = choose
            self._add(later)
        if panel.people:
            done = self._after_close(lambda: then(*panel.answer))
            self._finish("Enter", asked.does, lambda: done() if panel.whole() else None, closes=False)
        else:
            self._add(self._label(words("ui.esc_back", self._look.language), 14, "muted"))
            self._show()

    def notice(self, title: str, lines: Sequence[str], remedy: str, read: Callable[[], None]) -> None:
        """What is wrong, in words already said; what to do stands out. Ctrl+Enter says it was read, Esc leaves it to stand."""
        self._begin("verdict.said")
        self._add(self._label(title, 22))
        for line in lines:
            self._add(self._label(line, 16, "muted"))
        self._add(self._label(remedy, 19))
        self._finish("Ctrl+Enter", "verdict.understood", read)
        self._keys["Ctrl+Enter"] = self._accept

    def yes_or_no(self, title: str, said: str, yes: Callable[[], None], no: Callable[[], None]) -> None:
        """Y or N, as for a label in doubt."""
        self._begin(title)
        self._add(self._label(said, 18))
        self._add(self._label(words("ui.doubt_never_again", self._look.language), 16, "muted"))
        for key, say, answer in (("Y", "ui.in_hand", yes), ("N", "ui.print_again", no)):
            button = Button(self._look, key, say, kind="primary" if key == "Y" else "plain", height=48)
            choose = self._after_close(answer)
            button.pressed.connect(choose)
            self._keys[key] = choose
            self._add(button)
        self._show()

    # How it works

    @property
    def open(self) -> bool:
        """Whether a question waits."""
        parent = self.parentWidget()
        return not self.isHidden() if parent is None else self.isVisibleTo(parent)

    def on_key(self, key: str) -> bool:
        """Keys while a question waits; whatever is not used goes to the text field."""
        if key in self._keys:
            self._keys[key]()
            return True
        if key == "Esc":
            self.close_sheet()
            return True
        if key == "Enter":
            return self._enter()
        return key.startswith("F") and len(key) < 4

    def _enter(self) -> bool:
        if not self.fields:
            return True
        at = next((n for n, field in enumerate(self.fields) if field.hasFocus()), len(self.fields) - 1)
        if at + 1 < len(self.fields):
            self.fields[at + 1].setFocus()
        else:
            self._accept()
        return True

    def take_scan(self, text: str) -> bool:
        """A code scanned while a field waits is written into it. False if none waits, or if it is no field for codes."""
        if self._scanned is not None:
            return self._scanned(text)
        field = next((f for f in self.fields if f.hasFocus()), None)
        if field is not None:
            field.setText(text)
        return field is not None

    def close_sheet(self) -> None:
        """Nothing is changed."""
        self.hide()
        self.fields, self._keys, self._scanned = [], {}, None

    def _begin(self, title: str) -> None:
        self.close_sheet()
        self._body.hide()
        self._body.deleteLater()
        self._body = QWidget()
        self._box = column(self._body, spacing=12)
        self._frame.addWidget(self._body)
        if title:
            self._add(self._label(words(title, self._look.language), 25))

    def _label(self, text: str, size: int, token: str = "ink") -> Label:
        label = Label(self._look, size, 700 if size > 20 else 500, token, wrap=True)
        label.say(text)
        return label

    def _add(self, widget: QWidget) -> None:
        self._box.addWidget(widget)

    def _field(self, title: str) -> QLineEdit:
        self._add(self._label(words(title, self._look.language), 15, "muted"))
        field = QLineEdit()
        field.setFont(self._look.font(20, 600))
        field.setMinimumHeight(self._look.grown(48))
        colours = self._look.colours
        field.setStyleSheet(
            f"QLineEdit {{ border: 1px solid {colours.edge}; border-radius: 10px; padding: 0 14px; background: {colours.paper}; color: {colours.ink} }}"
            f"QLineEdit:focus {{ border: 2px solid {colours.act}; padding: 0 13px }}"
        )
        return self._put(field, title)

    def _put(self, field: Field, title: str) -> Field:
        field.setAccessibleName(words(title, self._look.language))
        self.fields.append(field)
        self._add(field)
        return field

    def _finish(self, key: str, say: str, done: Callable[[], None], *, closes: bool = True) -> None:
        self._done = self._after_close(done) if closes else done
        button = Button(self._look, key, say, kind="primary", height=52)
        button.pressed.connect(self._accept)
        self._box.addSpacing(8)
        back = self._label(words("ui.esc_back", self._look.language), 14, "muted")
        self._add(button)
        if key != "Esc":
            self._add(back)
        self._show()

    def _show(self) -> None:
        self.show()
        self.raise_()
        if self.fields:
            self.fields[0].setFocus()
        else:
            self.setFocus()

    def _accept(self) -> None:
        self._done()

    def _after_close(self, answer: Callable[[], None]) -> Callable[[], None]:
        def run() -> None:
            self.hide()
            answer()
            if self.isHidden():
                self.close_sheet()

        return run

    def _chooser(self, then: Callable[[str], None], code: str) -> Callable[[], None]:
        return self._after_close(lambda: then(code))

    def hideEvent(self, event: QHideEvent) -> None:
        """The keys go back to the screen, not to whatever button comes next, which Space would press."""
        super().hideEvent(event)
        focus = QApplication.focusWidget()
        if focus is not None and (focus is self or self.isAncestorOf(focus)):
            self.window().setFocus()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(10, 25, 20, 110))
        painter.end()


def in_grid(pieces: Sequence[QWidget], across: int) -> QGridLayout:
    """Pieces in columns of equal width, filled downwards."""
    made, down = QGridLayout(), -(-len(pieces) // across)
    made.setHorizontalSpacing(12)
    made.setVerticalSpacing(10)
    for place, piece in enumerate(pieces):
        made.addWidget(piece, place % down, place // down)
    for side in range(across):
        made.setColumnStretch(side, 1)
    return made


def _nothing() -> None:
    """No question waits."""
