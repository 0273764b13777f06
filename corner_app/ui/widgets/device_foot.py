"""The keys of the page in front: those beside each other that fit, the chief one at the right, or below them where text is large."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from corner_app.ui.theme import Look
from corner_app.ui.widgets.basic import Button

_GAP = 10


class Foot(QWidget):
    """Buttons that are told which of them count now."""

    def __init__(self, look: Look, buttons: Sequence[tuple[str, str, str, str, str]], press: Callable[[str], None]) -> None:
        """buttons: (name, key, words, icon, kind) of every one there may be; press: gets its key."""
        super().__init__()
        self.buttons: dict[str, Button] = {}
        self._chief = {name for name, *_, kind in buttons if kind == "primary"}
        self._shown: tuple[str, ...] = ()
        for name, key, words, sign, kind in buttons:
            made = Button(look, key, words, sign, kind=kind)
            made.setParent(self)
            made.pressed.connect(lambda key=key: press(key))
            made.hide()
            self.buttons[name] = made
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)

    def show_buttons(self, names: Sequence[str], locked: Sequence[str] = ()) -> None:
        """In their order; the last one that is primary stands at the right. locked: those that cannot be used yet."""
        self._shown = tuple(names)
        for name, button in self.buttons.items():
            button.setVisible(name in self._shown)
            button.use(name not in locked)
        self._lay()
        self.updateGeometry()

    def restyle(self) -> None:
        """Words may have become longer."""
        self._lay()
        self.updateGeometry()

    def _lines(self, width: int) -> list[list[str]]:
        """Names of buttons that stand beside each other."""
        lines: list[list[str]] = [[]]
        used = 0
        for name in self._shown:
            wide = self.buttons[name].sizeHint().width()
            if lines[-1] and used + wide > width:
                lines.append([])
                used = 0
            lines[-1].append(name)
            used += wide + _GAP
        return lines

    def _height(self, width: int) -> int:
        lines = self._lines(width)
        return sum(max((self.buttons[name].minimumHeight() for name in line), default=0) for line in lines) + _GAP * (len(lines) - 1)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._height(width)

    def sizeHint(self) -> QSize:
        return QSize(300, self._height(self.width()))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self._height(self.width()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay()
        self.updateGeometry()

    def _lay(self) -> None:
        y = 0
        for line in self._lines(self.width()):
            x, high = 0, max((self.buttons[name].minimumHeight() for name in line), default=0)
            for name in line:
                button = self.buttons[name]
                wide = min(self.width(), button.sizeHint().width())
                button.setGeometry(self.width() - wide if name in self._chief else x, y, wide, high)
                x += wide + _GAP
            y += high + _GAP
