"""Today: what wants attention first, and the day's sum of parcels."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from corner_app.desk.views import AttentionLine, BagProgress, CloseView, Header, PrintLine, Today
from corner_app.domain.close import local_date
from corner_app.domain.outcome import Tone
from corner_app.domain.scan import Meaning, Scan
from corner_app.i18n import age, bangla_date, day, digits, money, number, weekday, words
from corner_app.ui.answers import origin_words
from corner_app.ui.bridge import DeskPort
from corner_app.ui.screen import Hint
from corner_app.ui.sync_words import entry_words, verdict_words
from corner_app.ui.theme import Look
from corner_app.ui.widgets.basic import Bar, Button, Chip, Panel, Rule, Sign, column, restyle_all, row_of
from corner_app.ui.widgets.close import offer_of, offer_words
from corner_app.ui.widgets.marks import Marks
from corner_app.ui.widgets.texts import LEFT, MIDDLE, RIGHT, BigText, Label

BAGS = 5


class HomeScreen(QWidget):
    """F1. A scan here goes where a person would take it: to Receive."""

    def __init__(
        self, port: DeskPort, look: Look, play: Callable[[Tone], None], clock: Callable[[], int], to_receive: Callable[[Meaning, Scan], None],
        answer_doubt: Callable[[PrintLine], None], read: Callable[[AttentionLine], None],
        to_close: Callable[[], None],
    ) -> None:  # fmt: skip
        super().__init__()
        look = look.slower()
        self.port, self.look, self.play, self.clock, self.to_receive, self.answer_doubt, self.read = port, look, play, clock, to_receive, answer_doubt, read
        self.to_close = to_close
        self.locked = False
        self.day: CloseView | None = None
        self.today: Today | None = None
        self.header = Header(0, 0, 0, 0)
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 18, 18, 18)
        row.setSpacing(16)
        left, right = QVBoxLayout(), QVBoxLayout()
        for side in (left, right):
            side.setSpacing(14)
        left.addWidget(self._first())
        left.addWidget(self._sum())
        left.addWidget(self._bags(), 1)
        right.addWidget(self._backlog())
        right.addWidget(self._drawers(), 1)
        row.addLayout(left, 1)
        row.addLayout(right)
        self.render_all()

    def _first(self) -> Panel:
        look = self.look
        card = Panel(look)
        box = column(card, (20, 14, 20, 14), 8)
        head = row_of(Label(look, 21, 700, key="ui.first_these", elide=False))
        self.date = Label(look, 16, 500, "muted", spare=True)
        head.addWidget(self.date)
        box.addLayout(head)
        box.addWidget(Rule(look))
        self.calm = Label(look, 17, 500, "act", key="ui.nothing_waits")
        box.addWidget(self.calm)
        self.doubts: list[tuple[QWidget, Label, Label, Label, Button]] = []
        for n in range(3 if look.percent <= 115 else 1):
            line = QWidget()
            inner = QHBoxLayout(line)
            inner.setContentsMargins(0, 0, 0, 0)
            inner.setSpacing(14)
            title, who, when = Label(look, 18, 700), Label(look, 14, 400, "muted"), Label(look, 16, 400, "muted", elide=False)
            both = QVBoxLayout()
            both.setSpacing(0)
            both.addWidget(title)
            both.addWidget(who)
            button = Button(look, str(n + 1), "ui.answer")
            button.setMinimumWidth(152)
            button.pressed.connect(self._opener(n))
            inner.addWidget(Sign(look, "triangle-alert", 28, "look"))
            inner.addLayout(both, 1)
            inner.addWidget(when)
            inner.addWidget(button)
            line.setVisible(False)
            box.addWidget(line)
            self.doubts.append((line, title, who, when, button))
        self.more = Label(look, 14, 600, "muted")
        box.addWidget(self.more)
        return card

    def _sum(self) -> Panel:
        look = self.look
        card = Panel(look)
        row = QHBoxLayout(card)
        row.setContentsMargins(20, 12, 20, 12)
        self.sums: list[tuple[BigText, Label]] = []
        for n, (key, sign) in enumerate((("ui.had", "+"), ("ui.came", "−"), ("ui.went", "="), ("ui.have", ""))):
            box = QVBoxLayout()
            box.setSpacing(0)
            big, foot = BigText(look, 56, "act" if n == 3 else "ink", align=LEFT, height=56), Label(look, 14, 400, "muted", wrap=True)
            box.addWidget(Label(look, 16, 500, "muted", key=key))
            box.addWidget(big)
            box.addWidget(foot)
            row.addLayout(box, 1)
            self.sums.append((big, foot))
            if sign:
                mark = Label(look, 32, 500, "muted", elide=False)
                mark.say(sign)
                row.addWidget(mark)
                row.addSpacing(22)
        return card

    def _bags(self) -> Panel:
        look = self.look
        card = Panel(look)
        box = column(card, (20, 12, 20, 12), 0)
        box.addWidget(Label(look, 16, 600, "muted", key="ui.bags_of_today"))
        box.addSpacing(4)
        self.bags: list[tuple[QWidget, Label, Label, Chip, Bar, Label]] = []
        for _ in range(BAGS):
            line = QWidget()
            inner = QHBoxLayout(line)
            inner.setContentsMargins(0, 0, 0, 0)
            inner.setSpacing(18)
            name, origin, bar, count = Label(look, 15, mono=True, elide=False), Label(look, 16), Bar(look, 10), Label(look, 16, 400, "muted", elide=False)
            chip, held = Chip(look), QWidget()
            column(held).addWidget(chip, 0, LEFT | MIDDLE)
            for piece, width in ((origin, look.px(96)), (held, look.px(130)), (count, look.px(78))):
                piece.setFixedWidth(width)
            bar.setMaximumWidth(154)
            count.setAlignment(RIGHT)
            for piece in (name, origin, held):
                inner.addWidget(piece)
            inner.addStretch(1)
            inner.addWidget(bar, 4)
            inner.addWidget(count)
            origin.setVisible(look.percent < 140)
            line.setFixedHeight(max(36, look.px(32)))
            line.setVisible(False)
            box.addWidget(line)
            self.bags.append((line, name, origin, chip, bar, count))
        box.addStretch(1)
        return card

    def _backlog(self) -> Panel:
        look = self.look
        self.backlog = Panel(look, "look_wash", "look", frame=2, bar="look")
        self.backlog.setFixedWidth(look.grown(348))
        box = column(self.backlog, (34, 12, 20, 14), 4)
        box.addWidget(Label(look, 15, 500, "muted", key="ui.to_send"))
        self.unsent, self.oldest = BigText(look, 52, "look", align=LEFT, height=50), Label(look, 17, 700, wrap=True)
        waits = row_of(self.unsent, spacing=12, stretch=False)
        waits.addWidget(self.oldest, 1)
        box.addLayout(waits)
        box.addLayout(row_of(Sign(look, "hard-drive", 18, "muted"), Label(look, 15, 400, "muted", key="ui.all_safe_here")))
        return self.backlog

    def _drawers(self) -> Panel:
        look = self.look
        card = Panel(look)
        card.setFixedWidth(look.grown(348))
        box = column(card, (20, 12, 20, 14), 8)
        box.addWidget(Label(look, 16, 600, "muted", key="ui.in_the_drawers"))
        self.drawers: list[tuple[QWidget, Label, Label, Label, Marks]] = []
        for _ in range(3):
            line = QWidget()
            rows, inner = column(line, (0, 4, 0, 4), 0), QHBoxLayout()
            inner.setSpacing(12)
            who, cash = Label(look, 17, 600), Label(look, 18, 700, elide=False)
            of_it, marks = Label(look, 14, 400, "muted"), Marks(look)
            inner.addWidget(who, 1)
            inner.addWidget(cash)
            inner.addWidget(marks)
            rows.addLayout(inner)
            rows.addWidget(of_it)
            line.setVisible(False)
            box.addWidget(line)
            self.drawers.append((line, who, cash, of_it, marks))
        box.addStretch(1)
        box.addWidget(self._offer())
        box.addWidget(Rule(look))
        self.book = Label(look, 15, 500, "muted", wrap=True)
        box.addLayout(row_of(Sign(look, "shield-check", 24, "muted"), self.book, stretch=False))
        return card

    def _offer(self) -> Panel:
        """A calm word about a day that is not opened, or not closed; work goes on without it."""
        look = self.look
        self.offer = Panel(look, "info_soft", "", radius=10, frame=0)
        box = column(self.offer, (12, 8, 12, 10), 6)
        self.offered = Label(look, 16, 600, wrap=True)
        button = Button(look, "F10", "close.to_day")
        button.pressed.connect(self.to_close)
        box.addWidget(self.offered)
        box.addWidget(button)
        return self.offer

    def _opener(self, n: int) -> Callable[[], None]:
        def opener() -> None:
            waits = self._waits()
            if n < len(waits):
                match waits[n]:
                    case PrintLine() as job:
                        self.answer_doubt(job)
                    case AttentionLine() as said:
                        self.read(said)

        return opener

    def _waits(self) -> tuple[PrintLine | AttentionLine, ...]:
        """What wants attention, paper first: it lies in somebody's hand."""
        return (*self.today.in_doubt, *self.today.attention) if self.today is not None else ()

    def on_scan(self, meaning: Meaning, scan: Scan) -> None:
        """Work begins with a scan, wherever it falls."""
        self.to_receive(meaning, scan)

    def on_key(self, key: str) -> bool:
        """1 to 3 open what waits."""
        if key in ("1", "2", "3"):
            self._opener(int(key) - 1)()
            return True
        return False

    def enter(self) -> None:
        """Counts again."""
        self.port.ask("today", None, self._take)
        self.port.ask("header", None, self._take_header)
        self.port.ask("close", None, self._take_close)

    def changed(self) -> None:
        """Reads again what came meanwhile."""
        self.enter()

    def _take(self, today: Today) -> None:
        self.today = today
        self._show()

    def _take_close(self, close: CloseView) -> None:
        self.day = close
        self._show()

    def _take_header(self, header: Header) -> None:
        self.header = header
        self._show()

    def _show(self) -> None:
        lang, now, today = self.look.language, self.clock(), self.today
        self.date.say(f"{weekday(now, lang)}, {day(now, lang)} · {bangla_date(now, lang)}")
        self.backlog.setVisible(self.header.unsent > 0)
        self.unsent.say(number(self.header.unsent, lang))
        self.unsent.hug(150)
        self.oldest.say(words("ui.oldest", lang, age=age(now - self.header.since, lang)) if self.header.since else "")
        self.book.say(words("ui.book_has", lang, n=self.header.entries))
        offer = offer_of(self.day, local_date(now)) if self.day is not None else ""
        self.offer.setVisible(bool(offer))
        if self.day is not None and offer:
            self.offered.say(offer_words(offer, self.day, lang)[0])
        if today is None:
            return
        self._show_waits(now)
        gone = today.handed_over + today.dispatched
        values = (today.opening, today.arrived, gone, today.on_hand)
        feet = (
            words("ui.from_yesterday", lang), words("ui.came_how", lang, bags=today.arrived_in_bags, loose=today.arrived - today.arrived_in_bags),
            words("ui.went_how", lang, handed=today.handed_over, dispatched=today.dispatched), words("ui.have_where", lang, shelf=today.on_shelf),
        )  # fmt: skip
        for (big, foot), value, text in zip(self.sums, values, feet, strict=True):
            big.say(number(value, lang))
            foot.say(text)
        self._show_bags(sorted(today.bags, key=_bag_order))
        for place, (line, who, cash, of_it, marks) in enumerate(self.drawers):
            line.setVisible(place < len(today.drawers))
            if place < len(today.drawers):
                drawer = today.drawers[place]
                who.say(words("ui.counter", lang, n=drawer.counter))
                cash.say(money(drawer.paisa, lang))
                of_it.say(words("ui.of_it_at_centre", lang, paid=money(drawer.at_centre, lang)))
                marks.show_marks(drawer.at_centre == drawer.paisa)

    def _show_waits(self, now: int) -> None:
        lang, waits = self.look.language, self._waits()
        self.calm.setVisible(not waits)
        for place, (line, title, who, when, button) in enumerate(self.doubts):
            line.setVisible(place < len(waits))
            if place < len(waits):
                one = waits[place]
                doubt = isinstance(one, PrintLine)
                title.say(words("ui.label_in_doubt", lang) if isinstance(one, PrintLine) else verdict_words(one, lang)[0])
                who.say(f"{one.name_bn or one.item} · {one.item}" if isinstance(one, PrintLine) else entry_words(one, lang))
                when.say(age(now - one.at, lang))
                button.rename("ui.answer" if doubt else "verdict.open")
        left = len(waits) - len(self.doubts)
        self.more.setVisible(left > 0)
        self.more.say(words("verdict.more", lang, n=left) if left > 0 else "")

    def _show_bags(self, bags: list[BagProgress]) -> None:
        lang = self.look.language
        room = BAGS if self.look.percent < 150 or len(self._waits()) <= 1 else 2  # the largest text leaves the room to what wants attention
        for place, (line, name, origin, chip, bar, count) in enumerate(self.bags):
            line.setVisible(place < min(len(bags), room))
            if place < len(bags):
                bag = bags[place]
                name.say(bag.short)
                origin.say(origin_words(bag.origin, lang))
                key, token, fill = (
                    ("ui.bag_done", "ink", "chip")
                    if bag.ended
                    else ("ui.bag_opened", "act", "act_soft")
                    if bag.opened
                    else ("ui.bag_to_come", "look", "look_soft")
                )
                chip.show_as(words(key, lang), "", token, fill)
                bar.fill_to(bag.received / bag.expected if bag.expected else 0.0)
                count.say(digits(f"**{bag.received}** / {bag.expected}", lang))

    def hints(self) -> list[Hint]:
        """Keys that act now."""
        return [("1–3", "ui.choose_work"), ("F2", "ui.begin_receiving")]

    def render_all(self) -> None:
        """Says everything again."""
        restyle_all(self)
        self._show()


def _bag_order(bag: BagProgress) -> tuple[int, str]:
    """Open ones first, then those to come, then those done."""
    return (0 if bag.opened else 2 if bag.ended else 1, bag.short)
