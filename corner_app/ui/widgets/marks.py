"""The two marks of everything that is written: saved on this PC, and at the centre. They are never one mark (invariant I9)."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from corner_app.i18n import clock, day, local, words
from corner_app.ui.theme import Look
from corner_app.ui.widgets.basic import Panel, Sign
from corner_app.ui.widgets.texts import Label

_SIZE = 18
LEGEND = (("hard-drive", "act", "ui.saved_here"), ("cloud-check", "act", "ui.at_centre"), ("clock", "look", "ui.waits"))
"""Sign, colour and words of each mark, and of the second one before the centre has it."""


def legend(look: Look) -> list[QWidget]:
    """What the marks mean, for the head of a card."""
    pieces: list[QWidget] = []
    for sign, token, key in LEGEND:
        pieces += [Sign(look, sign, _SIZE, token), Label(look, 14, 500, "muted" if token == "act" else "look", key=key, elide=False)]
    return pieces


class Marks(QWidget):
    """Both marks of one thing. Their place is kept where nothing is written."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        self.here, self.centre = Sign(look, "hard-drive", _SIZE, "act"), Sign(look, "clock", _SIZE, "look")
        row.addWidget(self.here)
        row.addWidget(self.centre)
        self.setFixedWidth(2 * look.px(_SIZE) + 10)
        self.at_centre: bool | None = None

    def show_marks(self, at_centre: bool | None) -> None:
        """None: nothing is written here about it."""
        self.at_centre = at_centre
        for sign in (self.here, self.centre):
            sign.setVisible(at_centre is not None)
        self.centre.show_as("cloud-check" if at_centre else "clock", "act" if at_centre else "look")
        said = ["ui.saved_here", "ui.at_centre" if at_centre else "ui.waits"] if at_centre is not None else []
        self.setAccessibleName(", ".join(words(key, self._look.language) for key in said))


class ClockBanner(Panel):
    """Says over every screen that this PC's clock is wrong, with the centre's time."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, "look_soft", "", radius=0, frame=0)
        self._skew = self._now = 0
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 8, 20, 8)
        row.setSpacing(12)
        self.said = Label(look, 16, 600, "look", wrap=True)
        row.addWidget(Sign(look, "triangle-alert", 22, "look"))
        row.addWidget(self.said, 1)
        self.setVisible(False)

    def show_skew(self, skew_ms: int) -> None:
        """This PC's clock less the centre's; 0 takes the banner away."""
        self._skew = skew_ms
        self.setVisible(skew_ms != 0)
        self.tick(self._now)

    def tick(self, now: int) -> None:
        """now: ms UTC by this PC's clock."""
        self._now, lang = now, self.look.language
        if self._skew and now:
            theirs = now - self._skew
            same = local(theirs).date() == local(now).date()
            self.said.say(words("link.clock_banner", lang, at=clock(theirs, lang) if same else f"{day(theirs, lang)}, {clock(theirs, lang)}"))
