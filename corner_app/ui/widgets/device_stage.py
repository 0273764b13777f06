"""The stage of the devices screen: the one thing to do now, in the largest type, and what helps when something is wrong."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from corner_app.i18n import number
from corner_app.ui.device_words import StageWords
from corner_app.ui.theme import Look
from corner_app.ui.widgets.basic import Panel, Sign, column
from corner_app.ui.widgets.texts import LEFT, BigText, Label

_MOST = 3


class DeviceStage(Panel):
    """A sign, a title as large as there is room for, then a line or up to three things to do."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, "paper", "line", bar="act")
        row = QHBoxLayout(self)
        row.setContentsMargins(36, 14, 22, 14)
        row.setSpacing(16)
        self.sign = Sign(look, "search", 42, "act")
        self.sign.setFixedSize(42, 42)
        row.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignVCenter)
        box = QVBoxLayout()
        box.setSpacing(2)
        self.title = BigText(look, 36, "act", align=LEFT, height=50)
        self.line = Label(look, 16, 400, "muted", wrap=True)
        self._todo, todo = QWidget(), QVBoxLayout()
        column(self._todo).addLayout(todo)
        todo.setSpacing(2)
        self.remedies: list[tuple[QWidget, Label, Label]] = []
        for _ in range(_MOST):
            one, count, text = QWidget(), Label(look, 16, 700, "look", elide=False), Label(look, 16, 500, wrap=True)
            count.setFixedWidth(look.px(18))
            inner = QHBoxLayout(one)
            inner.setContentsMargins(0, 0, 0, 0)
            inner.setSpacing(6)
            inner.addWidget(count, 0, Qt.AlignmentFlag.AlignTop)
            inner.addWidget(text, 1)
            todo.addWidget(one)
            self.remedies.append((one, count, text))
        for piece in (self.title, self.line, self._todo):
            box.addWidget(piece)
        row.addLayout(box, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)

    def show_stage(self, stage: StageWords, remedies: tuple[str, ...] = ()) -> None:
        """remedies: words already said; where there are any they stand in place of the line."""
        token = stage.token
        self.dress(f"{token}_wash" if stage.frame else "paper", token if stage.frame else "line", frame=2 if stage.frame else 1, bar=token)
        self.sign.show_as(stage.sign, token)
        self.title.say(stage.title, token)
        self.line.say("" if remedies else stage.line)
        self.line.setVisible(bool(stage.line) and not remedies)
        self._todo.setVisible(bool(remedies))
        for n, (one, count, text) in enumerate(self.remedies):
            one.setVisible(n < len(remedies))
            if n < len(remedies):
                count.say(number(n + 1, self.look.language))
                text.say(remedies[n])
        self.setAccessibleName(stage.title)
