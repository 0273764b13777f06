"""The cards of the sync screen: the state, four facts, the day of the link, what waits, and the way by USB."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from corner_app.desk.views import AttentionLine, SyncView, UnsentGroup
from corner_app.i18n import clock, load_words, local, money, number, words
from corner_app.ui.sync_words import Said as Trouble
from corner_app.ui.sync_words import StateView, entry_words, hours, length, size, total, verdict_words
from corner_app.ui.theme import Look
from corner_app.ui.widgets.basic import Bar, Button, Panel, Rule, Sign, column, row_of
from corner_app.ui.widgets.sync_chain import Chain
from corner_app.ui.widgets.sync_chart import DayChart, Swatch
from corner_app.ui.widgets.texts import ABOVE, LEFT, LINE, MIDDLE, RIGHT, BigText, Label

_SIGNS = {"parcels": "package", "money": "banknote", "bags": "truck", "prints": "printer"}


class Yielding(QWidget):
    """A card that leaves out whole pieces where the window has no room for all of them. choices: which to show, the best first."""

    def __init__(self, look: Look, margins: tuple[int, int, int, int], spacing: int) -> None:
        super().__init__()
        self.card = Panel(look)
        self.card.setParent(self)
        self.box = column(self.card, margins, spacing)
        self.choices: tuple[tuple[QWidget, ...], ...] = ((),)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)

    def _needs(self) -> int:
        self.box.invalidate()
        return self.box.minimumHeightForWidth(self.width()) if self.box.hasHeightForWidth() else self.box.minimumSize().height()

    def fit(self) -> None:
        """Chooses anew."""
        for choice in self.choices:
            for piece in self.choices[0]:
                piece.setVisible(piece in choice)
            if self._needs() <= self.height():
                break

    def minimumSizeHint(self) -> QSize:
        return QSize(self.card.minimumSizeHint().width(), 60)

    def sizeHint(self) -> QSize:
        return self.card.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.card.setGeometry(self.rect())
        self.fit()


def _marked(row: QWidget, sign: Sign, label: Label) -> QHBoxLayout:
    """A sign at the height of the first line of words that may take several."""
    inner, held = QHBoxLayout(row), QVBoxLayout()
    inner.setContentsMargins(0, 0, 0, 0)
    inner.setSpacing(10)
    held.setContentsMargins(0, max(0, (label.line_height() - sign.height()) // 2 + 1), 0, 0)
    held.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
    inner.addLayout(held)
    inner.addWidget(label, 1)
    return inner


class _Figure(BigText):
    """A number or a few words that stand on one line with those beside them."""

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.full:
            return
        path = self._fitting()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(1 - path.boundingRect().x(), self.height() * ABOVE / LINE)
        painter.fillPath(path, self._look.colour(self._token))
        painter.end()


class StateCard(Panel):
    """What the link is doing, its progress, and a trouble in three parts."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, "paper", "line", bar="info")
        self.look = look
        box = column(self, (36, 16, 24, 16), 8)
        self.sign, self.title = Sign(look, "clock", 34, "info"), Label(look, 30, 700, "info", wrap=True)
        self.count = Label(look, 24, 400, elide=False)
        self.stop, self.again = Button(look, "Esc", "link.stop"), Button(look, "S", "link.try_now")
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.sign)
        head.addWidget(self.title, 1)
        for piece in (self.count, self.stop, self.again):
            head.addWidget(piece, 0, MIDDLE)
        box.addLayout(head)
        self.progress = Bar(look, 16, "info")
        box.addWidget(self.progress)
        self.safe, self.remedy = Label(look, 16, 400, "muted", wrap=True), Label(look, 16, 600, wrap=True)
        self._safe_row, self._do_row = QWidget(), QWidget()
        self.code = Label(look, 15, 400, "muted", elide=False)
        for row, sign, token, label in ((self._safe_row, "shield-check", "act", self.safe), (self._do_row, "arrow-right", "ink", self.remedy)):
            inner = _marked(row, Sign(look, sign, 20, token), label)
            if label is self.safe:
                inner.addWidget(self.code, 0, Qt.AlignmentFlag.AlignTop)
            box.addWidget(row)
        self.why, self.rate = Label(look, 16, 400, "muted", wrap=True), Label(look, 16, 400, "muted", elide=False)
        self._foot = QWidget()
        foot = QHBoxLayout(self._foot)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.addWidget(self.why, 1)
        foot.addWidget(self.rate)
        box.addWidget(self._foot)

    def show_state(self, state: StateView) -> None:
        """Words, colours, and which button acts."""
        self.dress(
            "stop_wash" if state.tone == "stop" else "look_wash" if state.tone == "look" and state.trouble else "paper", self._edge(state), bar=state.tone
        )
        self.sign.show_as(state.sign, state.tone)
        self.title.say(state.title)
        self.title.tint(state.tone)
        self.count.say(state.count)
        self.count.setVisible(bool(state.count))
        self.stop.setVisible(state.button == "Esc")
        self.again.setVisible(state.button == "S")
        self.progress.setVisible(state.share >= 0)
        self.progress.fill_to(max(0.0, state.share))
        trouble = state.trouble or Trouble("", "", "", "")
        self.safe.say(trouble.safe)
        self.remedy.say(trouble.remedy)
        for row in (self._safe_row, self._do_row):
            row.setVisible(state.trouble is not None)
        self.why.say(state.why)
        self.code.say(words("link.phone_code", self.look.language, code=trouble.code) if trouble.code else "")
        self.rate.say(state.rate)
        self._foot.setVisible(bool(state.why or state.rate))

    def _edge(self, state: StateView) -> str:
        return state.tone if state.tone == "stop" or (state.tone == "look" and state.trouble) else "line"


class Facts(Panel):
    """What waits, how old, when the centre was heard, what went today."""

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self.look = look
        row = QHBoxLayout(self)
        row.setContentsMargins(22, 12, 12, 12)
        row.setSpacing(14)
        self.facts: list[tuple[BigText, Label]] = []
        for place, key in enumerate(("link.unsent", "link.oldest", "link.heard", "link.gone_today")):
            if place:
                row.addWidget(Rule(look, upright=True))
            box = QVBoxLayout()
            box.setSpacing(0)
            big, foot = _Figure(look, 34, "ink", align=LEFT), Label(look, 14, 400, "muted", spare=True)
            big.setFixedHeight(look.grown(round(34 * LINE)))
            box.addWidget(Label(look, 15, 600, "muted", key=key, elide=False))
            box.addWidget(big)
            box.addWidget(foot)
            row.addLayout(box, 1)
            self.facts.append((big, foot))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_facts(self, view: SyncView, now: int) -> None:
        """now: ms UTC."""
        lang = self.look.language
        first, last = view.first_unsent, view.last_unsent
        range_key = "link.unsent_none" if not view.unsent else "link.unsent_one" if first == last else "link.unsent_range"
        kind = f"kind.{view.oldest_kind}"
        oldest = words(kind, lang) if kind in load_words() else view.oldest_kind
        said = (
            (number(view.unsent, lang), "look" if view.unsent else "act", words(range_key, lang, first=first, last=last)),
            (
                length(now - view.oldest_at, lang) if view.oldest_at else words("link.none", lang),
                "ink",
                words("link.oldest_kind", lang, at=clock(view.oldest_at, lang), kind=oldest) if view.oldest_at else "",
            ),
            (self._heard(view.heard_at, now), "ink", words("link.heard_right" if view.heard_at else "link.heard_never", lang)),
            (size(view.bytes_today, lang), "ink", words("link.gone_entries", lang, n=view.sent_today)),
        )
        for (big, foot), (text, token, below) in zip(self.facts, said, strict=True):
            big.say(text, token)
            foot.say(below)

    def _heard(self, at: int, now: int) -> str:
        lang = self.look.language
        if not at:
            return "—"
        return words("link.just_now", lang) if now - at < 60_000 else words("link.heard_ago", lang, n=length(now - at, lang))


class LinkCard(Yielding):
    """The day of the link above, the way of an entry below."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, (20, 12, 20, 14), 8)
        self.look, box = look, self.box
        self.online, self.offline = Label(look, 14, 500, "muted", elide=False), Label(look, 14, 500, "muted", elide=False)
        head = row_of(Label(look, 16, 600, "muted", key="link.connection", elide=False), spacing=8, stretch=False)
        self.per_quarter = Label(look, 14, 400, "muted", key="link.per_quarter", spare=True)
        head.addSpacing(8)
        head.addWidget(self.per_quarter, 1)
        head.addWidget(Swatch(look, online=True))
        head.addWidget(self.online)
        head.addSpacing(8)
        head.addWidget(Swatch(look, online=False))
        head.addWidget(self.offline)
        self.head, self.way = QWidget(), QWidget()
        self.head.setLayout(head)
        self.chart, self.chain = DayChart(look), Chain(look)
        way = column(self.way, spacing=10)
        way.addWidget(Rule(look))
        way.addWidget(self.chain)
        box.addWidget(self.head)
        box.addWidget(self.chart, 1)
        box.addWidget(self.way)
        box.addStretch(0)
        self.choices = ((self.head, self.chart, self.way), (self.head, self.chart), (self.chart,), (self.head,), ())

    def show_link(self, view: SyncView, now: int) -> None:
        """now: ms UTC."""
        lang = self.look.language
        self.online.say(words("link.online", lang, time=hours(total(view.spans, online=True), lang)))
        self.offline.say(words("link.offline", lang, time=hours(total(view.spans, online=False), lang)))
        self.chart.show_day(view.quarters, view.spans, now)
        self.chart.setAccessibleName(f"{words('link.connection', lang)}: {self.online.full}, {self.offline.full}")
        self.chain.show_chain(view)
        self.fit()


class Said(Panel):
    """What the centre said of entries and nobody has read: how many, and the newest."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, "look_wash", "look", frame=2, bar="look")
        self.look = look
        box = column(self, (32, 12, 20, 12), 2)
        self.count, self.what, self.who = Label(look, 15, 600, "muted"), Label(look, 17, 700, wrap=True), Label(look, 14, 400, "muted", wrap=True)
        self.remedy = Label(look, 15, 400, wrap=True)
        self.open = Button(look, "A", "verdict.open")
        for piece in (self.count, self.what, self.who, self.remedy):
            box.addWidget(piece)
        box.addSpacing(6)
        box.addWidget(self.open)
        self.setVisible(False)

    def show_said(self, lines: tuple[AttentionLine, ...]) -> None:
        """Newest first; none hides the card."""
        lang = self.look.language
        self.setVisible(bool(lines))
        if lines:
            what, remedy = verdict_words(lines[0], lang)
            self.count.say(words("verdict.one", lang, n=len(lines)))
            self.what.say(what)
            self.who.say(entry_words(lines[0], lang))
            self.who.setVisible(self.look.percent <= 115)  # larger text leaves the rest to the sheet that "open" brings
            self.remedy.say(remedy)


class Waits(Panel):
    """What waits, by kind."""

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self.look = look
        box = column(self, (20, 12, 20, 10), 0)
        box.addWidget(Label(look, 16, 600, "muted", key="link.what_waits"))
        box.addSpacing(8)
        self.rows: dict[str, tuple[Label, Label]] = {}
        for group, sign in _SIGNS.items():
            box.addWidget(Rule(look))
            line = QWidget()
            line.setFixedHeight(look.grown(40))
            inner = QHBoxLayout(line)
            inner.setContentsMargins(0, 0, 0, 0)
            inner.setSpacing(12)
            name, things, count = (
                Label(look, 16, 400, key=f"link.group_{group}", elide=False), Label(look, 14, 400, "muted", spare=True), Label(look, 18, 700, elide=False)
            )  # fmt: skip
            for label in (things, count):
                label.setAlignment(RIGHT)
            count.setMinimumWidth(look.px(34))
            for piece, stretch in ((Sign(look, sign, 20, "muted"), 0), (name, 0), (things, 1), (count, 0)):
                inner.addWidget(piece, stretch)
            box.addWidget(line)
            self.rows[group] = (things, count)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_groups(self, groups: tuple[UnsentGroup, ...]) -> None:
        """A kind that is not named has none."""
        lang, by_name = self.look.language, {group.group: group for group in groups}
        for name, (things, count) in self.rows.items():
            group = by_name.get(name, UnsentGroup(name, 0))
            count.say(number(group.entries, lang))
            count.tint("ink" if group.entries else "muted")
            things.say(money(group.paisa, lang) if group.paisa else words("link.things", lang, n=group.things) if group.things else "")


class CarryCard(Yielding):
    """A sealed file on a stick, where no link comes."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, (20, 14, 20, 16), 10)
        self.look, box = look, self.box
        box.addLayout(row_of(Sign(look, "usb", 24, "act"), Label(look, 20, 700, key="link.carry", elide=False), spacing=12))
        self.why = Label(look, 16, 400, "muted", wrap=True)
        box.addWidget(self.why)
        self.well = Panel(look, "sunk", "", radius=10, frame=0)
        well = column(self.well, (14, 8, 14, 8), 2)
        self.weight, self.last = Label(look, 16, 600, elide=False), Label(look, 16, 600, elide=False)
        only = Label(look, 16, 600, key="link.carry_only_centre", elide=False)
        for key, label in (("link.carry_size", self.weight), ("link.carry_who", only), ("link.carry_last", self.last)):
            line = row_of(Label(look, 16, 400, key=key), stretch=False)
            line.addStretch(1)
            line.addWidget(label)
            well.addLayout(line)
        box.addWidget(self.well)
        self.note_sign, self.note = Sign(look, "info", 18, "muted"), Label(look, 15, 400, "muted", wrap=True)
        self.note_row = QWidget()
        _marked(self.note_row, self.note_sign, self.note)
        box.addWidget(self.note_row)
        box.addStretch(1)
        self.out, self.back = Button(look, "U", "link.carry_out"), Button(look, "J", "link.carry_in")
        buttons = QVBoxLayout() if look.percent > 115 else QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.out, 1)
        buttons.addWidget(self.back, 1)
        box.addLayout(buttons)
        self.choices = ((self.why, self.well, self.note_row), (self.well, self.note_row), (self.why, self.note_row), (self.note_row,), ())

    def show_carry(self, view: SyncView, now: int, news: str, token: str) -> None:
        """news: what came of the last file, "" nothing; token: its colour."""
        lang = self.look.language
        why = "link.carry_later" if view.phase == "not_enrolled" else "link.carry_why" if view.unsent else "link.carry_nothing"
        self.why.say(words(why, lang, n=view.unsent))
        self.weight.say(size(view.carry_bytes, lang) if view.unsent else "—")
        self.last.say(self._last(view.carried_at, now))
        self.note.say(news or words("link.carry_note", lang))
        self.note.tint(token if news else "muted")
        self.note_sign.show_as({"act": "circle-check", "stop": "circle-x"}.get(token, "info") if news else "info", token if news else "muted")
        self.fit()

    def _last(self, at: int, now: int) -> str:
        lang = self.look.language
        if not at:
            return words("link.carry_never", lang)
        if local(at).date() == local(now).date():
            return clock(at, lang)
        return f"{number(local(at).day, lang)} {words(f'month.{local(at).month}', lang)}"
