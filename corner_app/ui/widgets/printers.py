"""The counter's printers beside its print queue: how each is, and what helps where one is not well."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from corner_app.desk.views import PrinterView
from corner_app.domain.papers import ROLES
from corner_app.i18n import Language, number
from corner_app.ui.printer_words import looks_words, model_line, name_words, sign_of, state_chip, steps, steps_title
from corner_app.ui.theme import Look
from corner_app.ui.widgets.basic import Button, Chip, Panel, Rule, Sign, column
from corner_app.ui.widgets.sync_cards import Yielding
from corner_app.ui.widgets.texts import Label

_MOST = 3
NOT_SET_UP = {role: PrinterView(role, "", "", "none") for role in ROLES}


class _Step(QWidget):
    """One thing to try, with its number."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        self.place, self.what = Label(look, 15, 700, "look", elide=False), Label(look, 15, wrap=True)
        self.place.setFixedWidth(look.px(14))
        row.addWidget(self.place)
        row.addWidget(self.what, 1)


class PrinterCard(QWidget):
    """One printer. remedy, again: left out where there is no room, the latter first."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.view = NOT_SET_UP["label"]
        box = column(self, spacing=8)
        head = QHBoxLayout()
        head.setSpacing(10)
        names = QVBoxLayout()
        names.setSpacing(0)
        self.sign, self.name = Sign(look, "printer", 26, "muted"), Label(look, 16, 700)
        self.place, self.chip = Label(look, 13, 400, "muted", mono=True), Chip(look, size=14)
        names.addWidget(self.name)
        names.addWidget(self.place)
        head.addWidget(self.sign)
        head.addLayout(names, 1)
        box.addLayout(head)
        chips = QHBoxLayout()
        chips.setContentsMargins(look.px(26) + 10, 0, 0, 0)
        chips.addWidget(self.chip)
        chips.addStretch(1)
        box.addLayout(chips)
        self.remedy = Panel(look, "sunk", "", radius=10, frame=0)
        inner = column(self.remedy, (14, 8, 14, 8), 6)
        self.title, self.steps = Label(look, 15, 700, wrap=True), [_Step(look) for _ in range(_MOST)]
        inner.addWidget(self.title)
        for step in self.steps:
            inner.addWidget(step)
        self.again = Label(look, 14, 400, "muted", wrap=True)
        box.addWidget(self.remedy)
        box.addWidget(self.again)

    def show_printer(self, view: PrinterView) -> None:
        """Says how it is."""
        self.view = view
        lang = self._look.language
        chip, helps = state_chip(view, lang), steps(view, lang)
        self.sign.show_as(*sign_of(view))
        self.name.say(name_words(view, lang))
        self.place.say(model_line(view))
        self.place.setVisible(bool(self.place.full))
        self.chip.show_as(chip.text, chip.name, chip.token, chip.fill)
        self.title.say(steps_title(view, lang))
        for place, step in enumerate(self.steps):
            step.setVisible(place < len(helps))
            if place < len(helps):
                step.place.say(number(place + 1, lang))
                step.what.say(helps[place])
        self.again.say(looks_words(view, lang))

    def extras(self) -> tuple[QWidget, ...]:
        """What it shows beyond its state, the more needed first."""
        if self.view.word == "none":
            return ()
        troubled = bool(steps(self.view, Language.EN))
        return (self.remedy, self.again) if troubled else ()


class PrintersPanel(Yielding):
    """Both printers, and the key that looks at them now."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, (18, 14, 18, 16), 12)
        self.box.addWidget(Label(look, 16, 600, "muted", key="print.printers"))
        self.printers = {role: PrinterCard(look) for role in ROLES}
        for place, card in enumerate(self.printers.values()):
            if place:
                self.box.addWidget(Rule(look))
            self.box.addWidget(card)
        self.box.addStretch(1)
        self.look_now = Button(look, "L", "print.look_now")
        self.box.addWidget(self.look_now)

    def event(self, event: QEvent) -> bool:
        """What words need within a card is known only once they are laid out; then it is looked at again whether there is room."""
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and self._needs() > self.height() and any(not piece.isHidden() for piece in self.choices[0]):
            self.fit()
        return done

    def show_printers(self, views: Sequence[PrinterView]) -> None:
        """Each in its place; one that nobody set up says so."""
        known = NOT_SET_UP | {view.role: view for view in views}
        for role, card in self.printers.items():
            card.show_printer(known[role])
            card.remedy.hide()
            card.again.hide()
        remedies = [piece for card in self.printers.values() for piece in card.extras()[:1]]
        others = [piece for card in self.printers.values() for piece in card.extras()[1:]]
        wanted = (*remedies, *others)
        self.choices = tuple(wanted[:size] for size in range(len(wanted), -1, -1)) or ((),)
        self.fit()
