"""Receive: bags and parcels come in; the stage says where each goes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from corner_app.desk import commands as c
from corner_app.desk.views import BagProgress, ScanLine
from corner_app.domain.bag_numbers import parse_bag_number
from corner_app.domain.outcome import Outcome, Tone
from corner_app.domain.scan import BagScan, ItemScan, Meaning, Scan, ShelfScan, TokenScan
from corner_app.i18n import number, weight, words
from corner_app.ui.answers import line_words, origin_words, scan_line, stage_view, stop_view
from corner_app.ui.bridge import DeskPort
from corner_app.ui.dialogs.ask import Asking
from corner_app.ui.screen import Hint
from corner_app.ui.theme import Look
from corner_app.ui.widgets.basic import Bar, Button, ChipRow, ChipView, Panel, column, restyle_all, row_of
from corner_app.ui.widgets.lists import MissingList, ScanList, name_of
from corner_app.ui.widgets.marks import legend
from corner_app.ui.widgets.stage import ScanField, Stage, StageView, StopCard
from corner_app.ui.widgets.texts import LEFT, BigText, Label

LINES = 8


class ReceiveScreen(QWidget):
    """F2. `play` sounds a tone; `clock` gives ms UTC."""

    def __init__(self, port: DeskPort, look: Look, asking: Asking, play: Callable[[Tone], None], clock: Callable[[], int]) -> None:
        super().__init__()
        self.port, self.look, self.asking, self.play, self.clock = port, look, asking, play, clock
        self.locked, self.bag = False, ""
        self.last: Outcome | None = None
        self.progress: BagProgress | None = None
        self.lines: deque[tuple[ScanLine, Outcome | None]] = deque(maxlen=LINES)
        self.received = 0
        self.grams: int | None = None
        self._detail: str | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 18, 18, 18)
        row.setSpacing(16)
        left = QVBoxLayout()
        left.setSpacing(14)
        self.field, self.stage, self.stop = ScanField(look, "ui.what_receive"), Stage(look), StopCard(look)
        self.stop.setVisible(False)
        self.stop.understood.connect(self.understand)
        left.addWidget(self.field)
        left.addWidget(self.stage)
        left.addWidget(self.stop, 6)
        self.scans_card, self.bag_card = self._scans_card(), self._bag_card()
        left.addWidget(self.scans_card, 1)
        row.addLayout(left, 1)
        row.addWidget(self.bag_card)
        self.render_all()

    def _scans_card(self) -> Panel:
        look = self.look.slower()
        card = Panel(look)
        box = column(card, (20, 12, 20, 10), 4)
        self.scans_title = Label(look, 15, 600, "muted", spare=True)
        head = row_of(self.scans_title)
        for piece in legend(look):
            head.addWidget(piece)
        box.addLayout(head)
        self.list = ScanList(look, LINES)
        box.addWidget(self.list, 1)
        card.setMinimumHeight(look.px(84))
        return card

    def _bag_card(self) -> Panel:
        look = self.look.slower()
        card = Panel(look)
        card.setFixedWidth(look.grown(336) + (look.percent - 100) // 2)
        box = column(card, (20, 14, 20, 16), 8)
        self.bag_title, self.bag_number = Label(look, 15, 500, "muted"), Label(look, 17, 700, mono=True)
        self.count, self.of = BigText(look, 62, "ink", align=LEFT, height=66), Label(look, 22, 400, "muted", elide=False)
        self.bar, self.facts = Bar(look), ChipRow(look, 2)
        self.missing_title, self.missing = Label(look, 15, 600, "muted"), MissingList(look, 5)
        self.finish = Button(look, "Ctrl+Enter", "ui.finish_bag", height=48)
        self.finish.pressed.connect(self._finish_bag)
        for piece in (self.bag_title, self.bag_number):
            box.addWidget(piece)
        box.addLayout(row_of(self.count, self.of, spacing=6))
        box.addWidget(self.bar)
        box.addWidget(self.facts)
        box.addSpacing(6)
        box.addWidget(self.missing_title)
        box.addWidget(self.missing, 1)
        box.addWidget(self.finish)
        return card

    # What comes in

    def on_scan(self, meaning: Meaning, scan: Scan) -> None:
        """A bag is opened; a shelf after a parcel lays it there; anything else is received as it was read."""
        match meaning:
            case BagScan(bag):
                self.port.do(c.OpenBag(bag.text), self._bag_answer)
            case ShelfScan(shelf) if self.last is not None and self.last.item and self.last.tone is not Tone.STOP:
                self.port.do(c.Shelve(self.last.item, shelf), self._answer)
            case ItemScan() | TokenScan():
                self.port.do(c.Receive(scan.text, self.bag or None), self._answer)
            case _:
                self.port.do(c.Receive(scan.text, self.bag or None), self._answer)

    def on_key(self, key: str) -> bool:
        """Esc acknowledges; K keys a number twice; X puts aside; P, D act on the last parcel; Ctrl+Enter ends the bag."""
        if self.locked:
            if key == "Esc":
                self.understand()
            elif key == "K" and self.last is not None:
                self.understand()
                self.asking.key_twice(self._keyed)
            elif key == "X":
                self.understand()
            return key in ("Esc", "K", "X", "Enter")
        parcel = self.last.item if self.last is not None and self.last.tone is not Tone.STOP else None
        match key:
            case "Ctrl+Z":
                self.port.do(c.Undo(), self._undone)
            case "Ctrl+Enter" if self.bag:
                self._finish_bag()
            case "P" if parcel:
                self.port.do(c.PrintLabel(parcel), self._printed)
            case "D" if parcel:
                self.asking.text("ui.damage_note", lambda note: self.port.do(c.MarkDamaged(parcel, note), self._answer))
            case "K":
                self.asking.key_twice(self._keyed)
            case _:
                return False
        return True

    def _keyed(self, text: str) -> None:
        self.port.do(c.Receive(text, self.bag or None, keyed_twice=True), self._answer)

    def refuse(self, scan: Scan) -> None:
        """A code read while a STOP stands is not looked at, but stands in the list, so that nobody believes it was counted."""
        self.lines.appendleft((ScanLine(0, scan.text[:32], "", "", Tone.STOP, "not_counted", "", self.clock()), None))
        self._show_lines()

    def not_counted(self, scan: Scan, said: str) -> None:
        """A code that is not looked at. The parcel before it leaves the stage, or this one would be laid on that one's shelf."""
        self.last = self._detail = None
        self.refuse(scan)
        self.stage.show_view(StageView(Tone.STOP, words("ui.line_not_counted", self.look.language), number=scan.text[:32], line=said))

    def say_beside(self, said: str) -> None:
        """Says something on the stage about the parcel that stands there, until the next answer."""
        self._detail = None
        self.stage.line.say(said)

    def show_weight(self, grams: int | None) -> None:
        """What lies on the scale, None while that is not known: beside what was announced of the parcel on the stage."""
        self.grams = grams
        if self._detail is not None:
            self.stage.line.say(self._with_weight(self._detail))

    def _with_weight(self, detail: str) -> str:
        on_scale = words("ui.on_scale", self.look.language, kg=weight(self.grams, self.look.language)) if self.grams else ""
        return " · ".join(part for part in (detail, on_scale) if part)

    # What comes back, after the commit

    def _answer(self, outcome: Outcome) -> None:
        self.play(outcome.tone)
        self.last = outcome
        self.received += bool(outcome.entries)
        self.lines.appendleft((scan_line(outcome, self.clock()), outcome))
        if outcome.entries:  # what was written just now is not at the centre, whatever the parcel's other lines said
            self._mark(lambda line: line.at_centre and line.item != outcome.item)
        elif outcome.card is not None:
            self._ask_marks()
        self._show_last()
        self._show_lines()
        if self.bag:
            self.port.ask("bag", self.bag, self._show_bag)

    def _bag_answer(self, outcome: Outcome) -> None:
        self.play(outcome.tone)
        self.last = outcome
        self._show_last()
        if outcome.data.get("opened"):
            self.bag = str(outcome.data["bag"])
            self.port.moved("receive", self.bag)
            self.port.ask("bag", self.bag, self._show_bag)

    def _undone(self, outcome: Outcome) -> None:
        seqs = outcome.data.get("undone", ())
        for place, (line, was) in enumerate(self.lines):
            if line.seq and line.seq in seqs:
                self.lines[place] = (replace(line, undone=True), was)
        self._answer_beside(outcome)

    def _printed(self, outcome: Outcome) -> None:
        if outcome.code == "reason_needed" and outcome.item:
            item = outcome.item
            self.asking.text("ui.reprint_reason", lambda reason: self.port.do(c.Reprint(item, reason), self._answer_beside))
        else:
            self._answer_beside(outcome)

    def _answer_beside(self, outcome: Outcome) -> None:
        """An answer that is no scan: shown, but the parcel on the stage stays the one that keys act on."""
        self.play(outcome.tone)
        if outcome.tone is Tone.STOP or outcome.code == "undone":
            self.last = outcome
        self._show_last(outcome)
        self._show_lines()
        if self.bag:
            self.port.ask("bag", self.bag, self._show_bag)

    def understand(self) -> None:
        """The STOP was read; the parcel before it is no longer meant by any key."""
        self.last = None
        self._show_last()
        self._show_lines()

    def _finish_bag(self) -> None:
        """Ending a bag cannot be undone, so it is asked once, with what would be reported missing."""
        missing = len(self.progress.missing) if self.progress is not None else 0
        lang = self.look.language
        said = words("ui.finish_with_missing", lang, n=missing) if missing else words("ui.finish_complete", lang)
        about = [(card.item, name_of(card, lang)) for card in self.progress.missing] if self.progress is not None else []
        self.asking.confirm("ui.finish_bag", said, lambda: self.port.do(c.EndBag(self.bag), self._bag_ended), about)

    def _bag_ended(self, outcome: Outcome) -> None:
        self.play(outcome.tone)
        self.last = outcome
        if outcome.code in ("bag_ended", "already_ended"):
            self.bag, self.progress = "", None
            self.port.moved("receive", "")
        self._show_last()
        self._show_bag(None)

    # What is shown

    def enter(self) -> None:
        """Reads the last scans once, and the open bag again."""
        if not self.lines:
            self.port.ask("last_scans", LINES, self._take_lines)
        if self.bag:
            self.port.ask("bag", self.bag, self._show_bag)

    def changed(self) -> None:
        """The centre has more of what stands in the list, or announced more of the bag."""
        self._ask_marks()
        if self.bag:
            self.port.ask("bag", self.bag, self._show_bag)

    def _ask_marks(self) -> None:
        items = tuple({line.item for line, outcome in self.lines if _in_book(line, outcome)})
        if items:
            self.port.ask("at_centre", items, self._take_marks)

    def _take_marks(self, sent: frozenset[str]) -> None:
        self._mark(lambda line: line.item in sent)
        self._show_lines()

    def _mark(self, at_centre: Callable[[ScanLine], bool]) -> None:
        for place, (line, outcome) in enumerate(self.lines):
            self.lines[place] = (replace(line, at_centre=at_centre(line)), outcome)

    def reopen(self, bag: str) -> None:
        """The bag that was open when the program ended."""
        self.bag = bag
        self.enter()

    def _take_lines(self, lines: tuple[ScanLine, ...]) -> None:
        if not self.lines:
            self.lines.extend((line, None) for line in lines)
            self._show_lines()

    def _show_last(self, outcome: Outcome | None = None) -> None:
        """Draws the last answer, or one beside it. A STOP locks until it is understood."""
        shown = outcome or self.last
        self.locked = shown is not None and shown.tone is Tone.STOP
        self.field.lock(self.locked)
        self.stage.setVisible(not self.locked)
        self.stop.setVisible(self.locked)
        large = self.look.percent > 100  # then a STOP takes the whole screen
        self.bag_card.setVisible(not (self.locked and large))
        self.scans_card.setVisible(not (self.locked and large))
        self._detail = None
        if shown is None:
            self.stage.show_view(StageView(Tone.GOOD, words("ui.ready", self.look.language), words("ui.ready_line", self.look.language)))
        elif self.locked:
            self.stop.show_view(stop_view(shown, self.look, words("ui.safe_so_far", self.look.language, n=self.received)))
        else:
            view = stage_view(shown, self.look)
            self._detail = view.line if shown.card is not None else None
            self.stage.show_view(view if self._detail is None else replace(view, line=self._with_weight(self._detail)))

    def _show_lines(self) -> None:
        """Under a STOP stand the scans before it; the STOP itself is above."""
        now, lang = self.clock(), self.look.language
        above = bool(self.locked and self.lines and self.last is not None and self.lines[0][1] is self.last)
        self.scans_title.say(words("ui.earlier_scans" if above else "ui.last_scans", lang))
        shown = list(self.lines)[above:]
        self.list.show_lines([(line, line_words(line, outcome, now, lang), _in_book(line, outcome)) for line, outcome in shown])

    def _show_bag(self, progress: BagProgress | None) -> None:
        self.progress = progress if progress is not None and progress.bag == self.bag else None
        lang, shown = self.look.language, self.progress
        self.finish.use(shown is not None)
        for piece in (self.bar, self.missing_title, self.facts, self.of):
            piece.setVisible(shown is not None)
        if shown is None:
            self.bag_title.say(words("ui.no_bag", lang))
            self.bag_number.say("")
            self.count.say("")
            self.missing.show_cards(())
            return
        parsed = parse_bag_number(shown.bag)
        self.bag_title.say(words("ui.open_bag", lang, origin=origin_words(shown.origin, lang)))
        self.bag_number.say(shown.short)
        self.count.say(number(shown.received, lang))
        self.count.hug(180)
        self.of.say(words("ui.of_expected", lang, n=shown.expected))
        self.bar.fill_to(shown.received / shown.expected if shown.expected else 0.0)
        facts = [ChipView(words("ui.last_bag" if parsed and parsed.last_bag else "ui.more_bags", lang), "check", "act", "act_soft")]
        if shown.weight_g:
            facts.append(ChipView(weight(shown.weight_g, lang), "weight", "act", "act_soft"))
        self.facts.show_chips(facts)
        self.missing_title.say(words("ui.not_seen_yet", lang, n=len(shown.missing)))
        self.missing.show_cards(shown.missing)

    def hints(self) -> list[Hint]:
        """Keys that act now."""
        if self.locked:
            return [("Esc", "ui.understood"), ("K", "ui.key_twice"), ("X", "ui.to_exceptions")]
        parcel = self.last is not None and self.last.item and self.last.tone is not Tone.STOP
        of_parcel = [("P", "ui.print_label"), ("D", "ui.damaged_key")] if parcel else []
        return [("Ctrl+Z", "ui.undo"), *of_parcel, ("K", "ui.key_twice")]

    def render_all(self) -> None:
        """Says everything again."""
        restyle_all(self)
        self.finish.rename("ui.finish_bag")
        self._show_last()
        self._show_lines()
        self._show_bag(self.progress)


def _in_book(line: ScanLine, outcome: Outcome | None) -> bool:
    """Whether the line's parcel stands in the book: a code that was refused is saved nowhere."""
    return line.seq > 0 or (outcome is not None and outcome.card is not None)
