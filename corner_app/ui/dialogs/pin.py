"""Who stands by what a clerk alone may not do: the supervisor by F1 to F4 or a scanned badge, and the PIN as dots."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from corner_app.domain.scan import BadgeScan, understand
from corner_app.i18n import Language, latin_digits, words
from corner_app.ui.theme import Look
from corner_app.ui.widgets.basic import Button, column
from corner_app.ui.widgets.count import NumberField
from corner_app.ui.widgets.texts import Label

MOST = 4
"""Supervisors that have a key of their own."""
_SHORTEST, _LONGEST = 4, 6
"""Digits of a PIN."""


@dataclass(frozen=True, slots=True)
class Approval:
    """What is asked. title, said: in words already; does: key of the button's words; later: key of the words for doing it without approval, "" where
    that is no way; people: (badge, name_bn, name_en); chosen: badge; wrong: what was wrong before, in words.
    """

    title: str
    said: str
    does: str
    people: tuple[tuple[str, str, str], ...]
    later: str = ""
    chosen: str = ""
    wrong: str = ""


class _Person(Button):
    """A supervisor's name on a button."""

    person = ""

    def restyle(self) -> None:
        """A screen reader hears the name."""
        super().restyle()
        self.setAccessibleName(self.person)


class PinPanel(QWidget):
    """Names to choose from, and the field for the PIN. The PIN is kept nowhere."""

    def __init__(self, look: Look, asked: Approval) -> None:
        super().__init__()
        lang = look.language
        self.people = asked.people[:MOST]
        box = column(self, spacing=8)
        box.addWidget(Label(look, 15, 500, "muted", key="close.choose_supervisor", wrap=True))
        self.buttons = [_Person(look, f"F{n + 1}", "close.approver") for n in range(len(self.people))]
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        for n, button in enumerate(self.buttons):
            button.person = self.people[n][1 if lang is Language.BN else 2]
            button.label.say(button.person)
            button.pressed.connect(self._chooser(n))
            grid.addWidget(button, n // 2, n % 2)
        box.addLayout(grid)
        self.field = NumberField(look, most=_LONGEST, height=48)
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.setAccessibleName(words("close.pin", lang))
        box.addWidget(Label(look, 15, 500, "muted", key="close.pin"))
        box.addWidget(self.field)
        self.wrong = Label(look, 16, 600, "stop", wrap=True)
        box.addWidget(self.wrong)
        self.wrong.say(asked.wrong)
        self.wrong.setVisible(bool(asked.wrong))
        self.chosen = next((n for n, person in enumerate(self.people) if person[0] == asked.chosen), 0)
        self._show()

    def keys(self) -> dict[str, Callable[[], None]]:
        """F1 to F4."""
        return {f"F{n + 1}": self._chooser(n) for n in range(len(self.people))}

    def _chooser(self, n: int) -> Callable[[], None]:
        def choose() -> None:
            if n != self.chosen:
                self.field.clear()
            self.chosen = n
            self._show()
            self.field.setFocus()

        return choose

    def _show(self) -> None:
        for place, button in enumerate(self.buttons):
            button.choose(place == self.chosen)

    def take_scan(self, text: str) -> bool:
        """A badge chooses its supervisor; no other code is a PIN."""
        meaning = understand(text)
        found = next((n for n, person in enumerate(self.people) if isinstance(meaning, BadgeScan) and person[0] == meaning.badge), None)
        if found is not None:
            self._chooser(found)()
        return found is not None

    def whole(self) -> bool:
        """Whether the PIN can be one; a shorter one is no try, and that is said."""
        whole = len(self.field.text()) >= _SHORTEST
        if not whole:
            self.wrong.say(words("close.pin_short", self.field.language))
            self.wrong.show()
            self.field.setFocus()
        return whole

    @property
    def answer(self) -> tuple[str, str]:
        """Badge and PIN in Latin digits."""
        return self.people[self.chosen][0], latin_digits(self.field.text())
