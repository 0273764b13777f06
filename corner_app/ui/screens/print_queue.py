"""The print queue: what was printed, what waits, and the question about a label in doubt."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from corner_app.desk.views import PrintLine
from corner_app.domain.outcome import Tone
from corner_app.domain.scan import ItemScan, Meaning, Scan
from corner_app.i18n import clock, words
from corner_app.ui.answers import grouped
from corner_app.ui.bridge import DeskPort
from corner_app.ui.screen import Hint
from corner_app.ui.theme import Look
from corner_app.ui.widgets.basic import Button, Chip, Panel, Rule, Sign, column, restyle_all, row_of
from corner_app.ui.widgets.texts import Label

ROWS = 10
_STATES = {
    "queued": ("clock", "ink", "chip"), "printed": ("check", "act", "act_soft"), "failed": ("circle-x", "stop", "stop_soft"),
    "in_doubt": ("circle-question-mark", "look", "look_soft"),
}  # fmt: skip


class _JobRow(QWidget):
    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.setFixedHeight(max(36, look.px(34)))
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        self.at, self.what = Label(look, 15, 400, "muted", elide=False), Label(look, 16)
        self.item, self.chip = Label(look, 15, mono=True, elide=False), Chip(look, elide=True)
        for piece, width in ((self.at, 50), (self.what, 200), (self.item, 150)):
            piece.setFixedWidth(look.px(width))
            row.addWidget(piece)
        row.addWidget(self.chip)
        row.addStretch(1)
        outer = column(self)
        outer.addLayout(row, 1)
        outer.addWidget(Rule(look))

    def show_job(self, job: PrintLine) -> None:
        lang = self._look.language
        self.at.say(clock(job.at, lang))
        self.what.say(words("ui.parcel_label", lang) if job.copy == 1 else words("ui.parcel_label_copy", lang, n=job.copy))
        self.item.say(job.item)
        sign, token, fill = _STATES[job.state]
        by = f" · {words(f'ui.by_{job.how}', lang)}" if job.how else ""
        self.chip.show_as(words(f"ui.print_{job.state}", lang) + by, sign, token, fill)


class JobList(QWidget):
    """The newest jobs: as many as there is room for."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._jobs: tuple[PrintLine, ...] = ()
        self._rows = [_JobRow(look) for _ in range(ROWS)]
        box = column(self)
        for row in self._rows:
            row.setVisible(False)
            box.addWidget(row)
        box.addStretch(1)

    def show_jobs(self, jobs: tuple[PrintLine, ...]) -> None:
        """Newest first."""
        self._jobs = jobs
        for row, job in zip(self._rows, jobs, strict=False):
            row.show_job(job)
        self._cut()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self._rows[0].height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._cut()

    def _cut(self) -> None:
        room = self.height() // self._rows[0].height()
        for place, row in enumerate(self._rows):
            row.setVisible(place < min(len(self._jobs), room))


class PrintQueueScreen(QWidget):
    """F12 until the devices screen is built; the printer's state stands in the header."""

    def __init__(self, port: DeskPort, look: Look, play: Callable[[Tone], None]) -> None:
        super().__init__()
        look = look.slower()
        self.port, self.look, self.play = port, look, play
        self.locked = False
        self.jobs: tuple[PrintLine, ...] = ()
        box = column(self, (18, 18, 18, 18), 14)
        self.question = self._question()
        box.addWidget(self.question)
        card = Panel(look)
        inner = column(card, (20, 12, 20, 12), 4)
        inner.addWidget(Label(look, 16, 600, "muted", key="ui.print_queue"))
        self.list = JobList(look)
        inner.addWidget(self.list, 1)
        box.addWidget(card, 1)
        self.render_all()

    def _question(self) -> Panel:
        look = self.look
        card = Panel(look, "look_wash", "look", frame=2, bar="look")
        row = QHBoxLayout(card)
        row.setContentsMargins(36, 18, 28, 18)
        row.setSpacing(28)
        label = Panel(look, "paper", "edge", radius=6)
        label.setFixedSize(look.px(240), look.grown(150))
        on_it = column(label, (14, 12, 14, 12), 2)
        self.name, self.item = Label(look, 20, 700), Label(look, 16, 700, mono=True)
        on_it.addStretch(1)
        on_it.addWidget(self.name)
        on_it.addWidget(self.item)
        on_it.addStretch(1)
        row.addWidget(label)
        box = QVBoxLayout()
        box.setSpacing(6)
        box.addLayout(row_of(Sign(look, "circle-question-mark", 36, "look"), Label(look, 30, 700, "look", key="ui.in_your_hand", elide=False)))
        box.addWidget(Label(look, 17, 500, key="ui.doubt_why", wrap=True))
        box.addWidget(Label(look, 16, 400, "muted", key="ui.doubt_never_again", wrap=True))
        yes, no = Button(look, "Y", "ui.in_hand", kind="primary", height=48), Button(look, "N", "ui.print_again", height=48)
        yes.pressed.connect(lambda: self._answer(in_hand=True))
        no.pressed.connect(lambda: self._answer(in_hand=False))
        box.addLayout(row_of(yes, no, spacing=12))
        box.addLayout(row_of(Sign(look, "scan-barcode", 18, "muted"), Label(look, 15, 400, "muted", key="ui.doubt_scan")))
        row.addLayout(box, 1)
        return card

    def doubt(self) -> PrintLine | None:
        """The oldest label nobody knows the fate of."""
        return next((job for job in reversed(self.jobs) if job.state == "in_doubt"), None)

    def _answer(self, *, in_hand: bool) -> None:
        job = self.doubt()
        if job is not None:
            self.port.answer_print(job.job, in_hand, self.enter)

    def on_scan(self, meaning: Meaning, scan: Scan) -> None:
        """The label in question, scanned, is the surest answer."""
        job = self.doubt()
        if job is not None and isinstance(meaning, ItemScan) and meaning.number.text == job.item:
            self.play(Tone.GOOD)
            self.port.answer_print(job.job, True, self.enter)
        else:
            self.play(Tone.LOOK)

    def on_key(self, key: str) -> bool:
        """Y it is in the hand, N print again."""
        if key in ("Y", "N") and self.doubt() is not None:
            self._answer(in_hand=key == "Y")
            return True
        return False

    def enter(self) -> None:
        """Reads the queue."""
        self.port.ask("prints", None, self._take)

    def changed(self) -> None:
        """Reads again what came meanwhile."""
        self.enter()

    def _take(self, jobs: tuple[PrintLine, ...]) -> None:
        self.jobs = jobs
        self._show()

    def _show(self) -> None:
        doubt = self.doubt()
        self.question.setVisible(doubt is not None)
        if doubt is not None:
            self.name.say(doubt.name_bn)
            self.item.say(grouped(doubt.item))
        self.list.show_jobs(self.jobs)

    def hints(self) -> list[Hint]:
        """Keys that act now."""
        return [("Y", "ui.in_hand"), ("N", "ui.print_again")] if self.doubt() is not None else []

    def render_all(self) -> None:
        """Says everything again."""
        restyle_all(self)
        self._show()
