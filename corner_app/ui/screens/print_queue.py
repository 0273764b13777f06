"""The print queue: the question about a paper in doubt, what waits and what was printed, and how the printers are."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from corner_app.desk import commands as c
from corner_app.desk.views import PrintCounts, PrinterView, PrintLine
from corner_app.domain.outcome import Outcome, Tone
from corner_app.domain.scan import BagScan, ItemScan, Meaning, Scan, ShelfScan
from corner_app.i18n import clock, words
from corner_app.ui.answers import grouped
from corner_app.ui.bridge import DeskPort
from corner_app.ui.printer_words import counts_words, doubt_words, item_words, job_chip, paper_words
from corner_app.ui.screen import Hint
from corner_app.ui.theme import Look
from corner_app.ui.widgets.basic import Button, Chip, KeyCap, Panel, Rule, Sign, column, restyle_all, row_of
from corner_app.ui.widgets.printers import PrintersPanel
from corner_app.ui.widgets.texts import Label

ROWS, _ROW_WIDE = 10, 700
_NOT_PRINTED = "not printed"
"""Reason of the copy that takes the place of one that failed."""
KEYED, DROPPED = "keyed", "dropped"


class _JobRow(QWidget):
    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.setFixedHeight(max(36, look.px(34)))
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        self.at, self.what = Label(look, 15, 400, "muted", elide=False), Label(look, 16)
        self.item, self.printer = Label(look, 15, mono=True, elide=False), Label(look, 14, 400, "muted")
        self.chip, self.key = Chip(look, elide=True), KeyCap(look, "Del")
        for piece, width in ((self.at, 48), (self.what, 176), (self.item, 158), (self.printer, 48)):
            piece.setFixedWidth(look.px(width))
            row.addWidget(piece)
        row.addWidget(self.chip)
        row.addStretch(1)
        row.addWidget(self.key)
        outer = column(self)
        outer.addLayout(row, 1)
        outer.addWidget(Rule(look))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Which printer it is gives way to larger words."""
        super().resizeEvent(event)
        self.printer.setVisible(self.width() >= self._look.px(_ROW_WIDE))

    def show_job(self, job: PrintLine, key: str) -> None:
        """key: that acts on it, "" none."""
        lang = self._look.language
        self.at.say(clock(job.at, lang))
        self.what.say(paper_words(job, lang))
        self.item.say(item_words(job))
        self.printer.say(words(f"print.short_{job.printer}", lang))
        chip = job_chip(job, lang)
        self.chip.show_as(chip.text, chip.name, chip.token, chip.fill)
        self.key.setVisible(bool(key))
        self.key.label.say(key)


class JobList(QWidget):
    """Doubts, then the newest jobs: as many as there is room for."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._jobs: tuple[PrintLine, ...] = ()
        self._rows = [_JobRow(look) for _ in range(ROWS)]
        box = column(self)
        for row in self._rows:
            row.setVisible(False)
            box.addWidget(row)
        box.addStretch(1)

    def show_jobs(self, jobs: tuple[PrintLine, ...], keys: dict[int, str]) -> None:
        """keys: by the number of the job they act on."""
        self._jobs = jobs
        for row, job in zip(self._rows, jobs, strict=False):
            row.show_job(job, keys.get(job.job, ""))
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


class Question(Panel):
    """Is it in your hand?"""

    def __init__(self, look: Look) -> None:
        super().__init__(look, "look_wash", "look", frame=2, bar="look")
        row = QHBoxLayout(self)
        row.setContentsMargins(32, 16, 24, 16)
        row.setSpacing(24)
        label = self._label = Panel(look, "paper", "edge", radius=6)
        label.setFixedSize(look.px(220), look.grown(140))
        on_it = column(label, (14, 12, 14, 12), 2)
        self.what, self.name, self.item = Label(look, 14, 400, "muted"), Label(look, 20, 700), Label(look, 16, 700, mono=True)
        on_it.addStretch(1)
        for piece in (self.what, self.name, self.item):
            on_it.addWidget(piece)
        on_it.addStretch(1)
        row.addWidget(label)
        self._words = QWidget()
        box = column(self._words, spacing=6)
        box.addLayout(row_of(Sign(look, "circle-question-mark", 36, "look"), Label(look, 28, 700, "look", key="ui.in_your_hand", elide=False)))
        self.why = Label(look, 17, 500, wrap=True)
        box.addWidget(self.why)
        box.addWidget(Label(look, 16, 400, "muted", key="ui.doubt_never_again", wrap=True))
        self.yes, self.no = Button(look, "Y", "ui.in_hand", kind="primary", height=48), Button(look, "N", "ui.print_again", height=48)
        box.addLayout(row_of(self.yes, self.no, spacing=12))
        self.scan, self.more = Label(look, 15, 400, "muted", key="ui.doubt_scan"), Label(look, 15, 600, "look", spare=True)
        box.addLayout(row_of(Sign(look, "scan-barcode", 18, "muted"), self.scan, self.more))
        row.addWidget(self._words, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The picture of the paper gives way to larger words."""
        super().resizeEvent(event)
        self._label.setVisible(self.width() >= 80 + self._label.width() + self._words.minimumSizeHint().width())

    def show_doubt(self, job: PrintLine, others: int) -> None:
        """others: how many more are in doubt."""
        lang = self.look.language
        self.what.say(paper_words(job, lang))
        self.name.say(job.name_bn)
        self.name.setVisible(bool(job.name_bn))
        self.item.say(grouped(job.item) if job.name_bn else item_words(job))
        self.why.say(doubt_words(job, lang))
        self.more.say(words("print.more_doubts", lang, n=others) if others else "")


class PrintQueueScreen(QWidget):
    """F12 until the devices screen is built. to_receive: for a bag that is none of the doubts'; back: to where the clerk was."""

    def __init__(self, port: DeskPort, look: Look, play: Callable[[Tone], None], to_receive: Callable[[Meaning, Scan], None], back: Callable[[], None]) -> None:
        super().__init__()
        look = look.slower()
        self.port, self.look, self.play, self.to_receive, self.back = port, look, play, to_receive, back
        self.locked = False
        self.jobs: tuple[PrintLine, ...] = ()
        self.printers: tuple[PrinterView, ...] = ()
        self._said, self._counted = "", PrintCounts(0, 0, 0)
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 18, 18, 18)
        row.setSpacing(16)
        left = QVBoxLayout()
        left.setSpacing(14)
        self.question = Question(look)
        self.question.yes.pressed.connect(lambda: self._answer(in_hand=True))
        self.question.no.pressed.connect(lambda: self._answer(in_hand=False))
        left.addWidget(self.question)
        card = Panel(look)
        inner = column(card, (20, 12, 20, 12), 4)
        self.news = Label(look, 15, 600, "look", spare=True)
        self.counts = Label(look, 14, 400, "muted", spare=True)
        head = row_of(Label(look, 16, 600, "muted", key="ui.print_queue", elide=False), self.news, spacing=16)
        head.addWidget(self.counts)
        inner.addLayout(head)
        self.list = JobList(look)
        inner.addWidget(self.list, 1)
        left.addWidget(card, 1)
        row.addLayout(left, 1)
        self.panel = PrintersPanel(look)
        self.panel.setFixedWidth(look.grown(336))
        self.panel.look_now.pressed.connect(self._look_now)
        row.addWidget(self.panel)
        self.render_all()

    # What the clerk does

    def doubt(self) -> PrintLine | None:
        """The oldest paper nobody knows the fate of."""
        return next((job for job in self.jobs if job.state == "in_doubt"), None)

    def _answer(self, *, in_hand: bool) -> None:
        job = self.doubt()
        if job is not None:
            self.port.answer_print(job.job, in_hand, self.enter)

    def on_scan(self, meaning: Meaning, scan: Scan) -> None:
        """The paper in question, scanned, is the surest answer. Typed it is no proof that it is there."""
        job = next((job for job in self.jobs if job.state == "in_doubt" and _is_on(job, meaning)), None)
        if job is None and isinstance(meaning, BagScan):
            self.to_receive(meaning, scan)
            return
        if job is None or scan.device == KEYED:
            self.play(Tone.LOOK)
            return
        self.play(Tone.GOOD)
        self.port.scan_print(job.job, scan.text, self.enter)

    def on_key(self, key: str) -> bool:
        """Y it is in the hand, N print again, R what failed again, Del out of the queue, L look at the printers, Esc back."""
        acts = self._acts()
        if key not in acts:
            return False
        acts[key]()
        return True

    def _acts(self) -> dict[str, Callable[[], None]]:
        acts: dict[str, Callable[[], None]] = {}
        if self.doubt() is not None:
            acts |= {"Y": lambda: self._answer(in_hand=True), "N": lambda: self._answer(in_hand=False)}
        failed, waiting = self._failed(), self._waiting()
        if failed is not None:
            acts["R"] = lambda: self.port.do(c.Reprint(failed.item, _NOT_PRINTED, failed.what), self._done)  # type: ignore[arg-type]
        if waiting is not None:
            acts["Del"] = lambda: self.port.do(c.DropLabel(waiting.job), self._done)
        return acts | {"L": self._look_now, "Esc": self.back}

    def _failed(self) -> PrintLine | None:
        """The newest that failed by itself, if no copy took its place."""
        failed = next((job for job in self.jobs if job.state == "failed" and job.detail != DROPPED), None)
        again = failed is not None and any((job.item, job.what) == (failed.item, failed.what) and job.copy > failed.copy for job in self.jobs)
        return None if again else failed

    def _waiting(self) -> PrintLine | None:
        """The newest that waits."""
        return next((job for job in self.jobs if job.state == "queued"), None)

    def _look_now(self) -> None:
        self.port.look_at_printers()

    def _done(self, outcome: Outcome) -> None:
        """Says what became of it where the clerk looks."""
        from corner_app.i18n import say

        self.play(outcome.tone)
        self._said = say(outcome, self.look.language)
        self.enter()

    # What is shown

    def enter(self) -> None:
        """Reads the queue and the printers."""
        self.port.ask("printers", None, self._take_printers)
        self.port.ask("print_counts", None, self._take_counts)
        self.port.ask("prints", None, self._take)

    def changed(self) -> None:
        """Reads again what came meanwhile."""
        self.enter()

    def _take(self, jobs: tuple[PrintLine, ...]) -> None:
        self.jobs = jobs
        self._show()

    def _take_printers(self, printers: tuple[PrinterView, ...]) -> None:
        self.printers = printers
        self.panel.show_printers(printers)

    def _take_counts(self, counts: PrintCounts) -> None:
        self._counted = counts
        self.counts.say(counts_words(counts, self.look.language))

    def _show(self) -> None:
        doubt = self.doubt()
        self.question.setVisible(doubt is not None)
        if doubt is not None:
            self.question.show_doubt(doubt, sum(job.state == "in_doubt" for job in self.jobs) - 1)
        failed, waiting = self._failed(), self._waiting()
        keys = ({failed.job: "R"} if failed else {}) | ({waiting.job: "Del"} if waiting else {})
        self.list.show_jobs(self.jobs, keys)
        self.news.say(self._said)
        self._said = ""

    def hints(self) -> list[Hint]:
        """Keys that act now."""
        said = {"Y": "ui.in_hand", "N": "ui.print_again", "R": "print.failed_again", "Del": "print.out_of_queue", "L": "print.look_now", "Esc": "print.back"}
        return [(key, said[key]) for key in self._acts()]

    def render_all(self) -> None:
        """Says everything again."""
        restyle_all(self)
        self._show()
        self.panel.show_printers(self.printers)
        self._take_counts(self._counted)


def _is_on(job: PrintLine, meaning: Meaning) -> bool:
    """Whether a code on the job's paper says this."""
    match meaning:
        case ItemScan(number):
            return number.text == job.item
        case BagScan(bag):
            return bag.text == job.item
        case ShelfScan(shelf):
            return shelf == job.item
        case _:
            return False
