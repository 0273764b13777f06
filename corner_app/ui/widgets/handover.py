"""The pieces of the Handover screen: who and which parcels, the code, the money. They only show; the screen decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QWidget

from corner_app.desk.views import Drawer, Waiting
from corner_app.domain.contacts import masked
from corner_app.domain.outcome import ParcelCard
from corner_app.i18n import Language, age, digits, money, words
from corner_app.ui.answers import shelf_reading
from corner_app.ui.theme import Look
from corner_app.ui.widgets.basic import Button, Chip, Panel, Rule, Sign, column, row_of
from corner_app.ui.widgets.lists import name_of
from corner_app.ui.widgets.marks import Marks
from corner_app.ui.widgets.sorting import CodeBoxes, Tries
from corner_app.ui.widgets.texts import LEFT, RIGHT, BigText, Label

ROWS = 4
"""Parcels shown at once; fewer where the text is larger."""


@dataclass(frozen=True, slots=True)
class BasketView:
    """What of a buyer's parcels goes over the counter. chosen: numbers of those given; left: why others are not taken, by number. at: row the clerk
    stands on, None none. due: principal of each, paisa.
    """

    chosen: Sequence[str]
    left: Mapping[str, str]
    at: int | None
    due: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class MoneyView:
    """The money of a handover. principal, fee: paisa due. given: paisa on the table, None nothing yet. paid: (service, transaction id) of a claimed
    payment, which stands for cash. ready: the button acts. mobile: such a payment can be made.
    """

    principal: int
    fee: int
    given: int | None
    paid: tuple[str, str] | None
    ready: bool
    why: str
    mobile: bool = False


class _ParcelRow(Panel):
    def __init__(self, look: Look) -> None:
        super().__init__(look, "paper", "", radius=0, frame=0)
        self._look = look
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(14)
        self.box = Sign(look, "square-check", 22, "act")
        self.item, self.merchant = Label(look, 15, 500, mono=True), Label(look, 16)
        self.arrived, self.cod = Label(look, 16), Label(look, 16, 700, elide=False)
        for piece, width in zip((self.item, self.arrived, self.cod), column_widths(look), strict=True):
            piece.setFixedWidth(width)
        row.addWidget(self.box)
        row.addWidget(self.item)
        row.addWidget(self.merchant, 1)
        row.addWidget(self.arrived)
        self.cod.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.cod)
        outer = column(self)
        outer.addWidget(Rule(look))
        outer.addLayout(row, 1)
        self.setFixedHeight(max(36, look.px(32)))

    def show_card(self, card: ParcelCard, due: int, now: int, *, chosen: bool, left: str, at: bool) -> None:
        """due: paisa. left: why the buyer does not take it, in words, "" where that is not said. at: the clerk stands on this row."""
        lang = self._look.language
        self.dress("act_soft" if at else "paper", "", frame=0)
        self.box.show_as("hand" if left else "square-check" if chosen else "square", "look" if left else "act" if chosen else "muted")
        self.item.say(card.item)
        merchant = (card.merchant_bn if lang is Language.BN else card.merchant_en) or "—"
        self.merchant.say(words("ui.left_because", lang, reason=left) if left else merchant)
        self.merchant.tint("look" if left else "ink")
        self.arrived.say(age(now - card.received_at, lang))
        self.cod.say("—" if left else money(due, lang))


def column_widths(look: Look) -> tuple[int, int, int]:
    """Of number, time of arrival and money; the merchant takes the rest."""
    return QFontMetrics(look.font(15, 500, mono=True)).horizontalAdvance("0") * 13 + look.px(40), look.px(124), look.px(92)


class _Heads(QWidget):
    """What the columns are."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(look.px(22) + 14, 0, 0, 0)
        row.setSpacing(14)
        item, merchant, arrived, cod = (Label(look, 14, 500, "muted", key=f"ui.column_{key}", spare=True) for key in ("item", "merchant", "arrived", "cod"))
        for piece, width in zip((item, arrived, cod), column_widths(look), strict=True):
            piece.setFixedWidth(width)
        cod.setAlignment(Qt.AlignmentFlag.AlignRight)
        row.addWidget(item)
        row.addWidget(merchant, 1)
        row.addWidget(arrived)
        row.addWidget(cod)
        self.setFixedHeight(max(26, look.px(22)))


class BuyerCard(Panel):
    """Who, where to fetch from, which parcels."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, bar="act")
        look = look.slower()
        box = column(self, (35, 12, 20, 8), 2)
        head = QHBoxLayout()
        left = QWidget()
        names = column(left)
        self.name, self.phone = Label(look, 29, 700), Label(look, 16, 400, "muted")
        names.addStretch(1)
        names.addWidget(self.name)
        names.addWidget(self.phone)
        names.addStretch(1)
        right = QWidget()
        right.setFixedWidth(look.grown(214))
        fetch = column(right, (0, 0, 0, 0), 0)
        self.fetch = Label(look, 16, 500, "muted", key="ui.fetch_from", elide=False)
        self.shelf = BigText(look, 60, height=58)
        self.reading = Label(look, 15, 600, "muted", elide=False)
        fetch.addWidget(self.fetch, 0, RIGHT)
        fetch.addWidget(self.shelf)
        fetch.addWidget(self.reading, 0, RIGHT)
        head.addWidget(left, 1)
        head.addWidget(right)
        box.addLayout(head)
        self.heads = _Heads(look)
        box.addWidget(self.heads)
        self.rows = [_ParcelRow(look) for _ in range(ROWS if look.percent <= 110 else ROWS - 1 if look.percent <= 130 else ROWS - 2)]
        for row in self.rows:
            row.setVisible(False)
            box.addWidget(row)
        self.more = Label(look, 14, 600, "muted")
        box.addWidget(self.more)

    def show_buyer(self, waiting: Waiting, basket: BasketView, now: int) -> None:
        """Who it is, and what of it goes over the counter now."""
        lang, first, chosen = self.look.language, waiting.first, basket.chosen
        self.name.say(name_of(first, lang) or words("ui.unknown_number", lang))
        said = words("ui.parcels_waiting", lang, n=len(waiting.parcels))
        self.phone.say(" · ".join(part for part in (digits(masked(first.phone), lang), said) if part))
        shelves = list(dict.fromkeys(card.shelf for card in waiting.parcels if card.item in (*chosen, *basket.left) and card.shelf))
        self.shelf.say(", ".join(shelves) or "—")
        self.reading.say(shelf_reading(shelves[0], lang) if len(shelves) == 1 else "")
        top = max(0, (basket.at or 0) - len(self.rows) + 1)
        shown = waiting.parcels[top : top + len(self.rows)]
        for place, row in enumerate(self.rows):
            row.setVisible(place < len(shown))
            if place < len(shown):
                card = shown[place]
                reason = basket.left.get(card.item, "")
                left = words(f"reason.{reason}", lang) if reason else ""
                due = basket.due.get(card.item, card.cod)
                row.show_card(card, due, now, chosen=card.item in chosen, left=left, at=basket.at == top + place)
        more = len(waiting.parcels) - len(shown)
        self.more.setVisible(more > 0 and len(self.rows) > ROWS - 2)  # how many wait stands below the name as well
        self.more.say(words("ui.and_more", lang, n=more) if more > 0 else "")


class CodeCard(Panel):
    """The pickup code, the tries, and what to do without a code."""

    identity = Signal()
    proxy = Signal()
    refuse = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        look = look.slower()
        box = column(self, (20, 14, 20, 16), 10)
        self.title = Label(look, 15, 600, "muted", key="ui.code_title")
        self.boxes, self.tries, self.tries_said = CodeBoxes(look), Tries(look), Label(look, 15, 500, "muted")
        self.qr = Chip(look, "scan-qr-code", "info", "info_soft")
        box.addWidget(self.title)
        box.addWidget(self.boxes)
        box.addLayout(row_of(self.qr, self.tries, self.tries_said, spacing=12))
        self.done = Label(look, 26, 700, "act", wrap=True)
        self.done_sign = Sign(look, "circle-check", 64, "act")
        box.addWidget(self.done_sign)
        box.addWidget(self.done)
        box.addStretch(1)
        self.rule = Rule(look)
        box.addWidget(self.rule)
        row = QHBoxLayout()
        row.setSpacing(12)
        self.without = Label(look, 16, 400, "muted", key="ui.no_code", spare=True)
        self._ways: list[QWidget] = [self.without, self.rule]
        row.addWidget(self.without)
        for key, say, sign, signal in (
            ("I", "ui.identity", "id-card", self.identity), ("A", "ui.proxy", "users-round", self.proxy), ("R", "ui.does_not_want", "hand", self.refuse),
        ):  # fmt: skip
            button = Button(look, key, say, sign if look.percent < 140 else "", height=48)
            button.pressed.connect(signal)
            row.addWidget(button)
            self._ways.append(button)
        row.addStretch(1)
        box.addLayout(row)

    def show_code(self, code: str, wrong: int, of: int) -> None:
        """What is typed and how often it was wrong."""
        lang = self.look.language
        self.boxes.say(code)
        self.tries.show_tries(wrong, of)
        self.qr.show_as(words("ui.qr_works_too", lang), "scan-qr-code", "info", "info_soft")
        self.tries_said.say(words("ui.tries_said", lang, of=of, wrong=wrong) if wrong else "")

    def show_done(self, text: str) -> None:
        """After the handover: the receipt; "" brings the boxes back."""
        self.done.say(text)
        self.done.setVisible(bool(text))
        self.done_sign.setVisible(bool(text))
        for piece in (self.boxes, self.qr, self.tries, self.tries_said, self.title, *self._ways):
            piece.setVisible(not text)


class MoneyCard(Panel):
    """What is due, what was given, what goes back; the one button that hands over."""

    hand_over = Signal()
    cash = Signal()
    mobile = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        look = look.slower()
        self.setFixedWidth(look.grown(380))
        self._holds, self._large = False, look.percent > 140  # larger text leaves room for what is due, or what the drawer holds, but not for both
        box = column(self, (20, 14, 20, 18), 6)
        box.addWidget(Label(look, 16, 500, "muted", key="ui.to_take"))
        self.due = BigText(look, 76, "ink", align=LEFT, height=92)
        box.addWidget(self.due)
        self.goods, self.postage, self.charge = (Label(look, 16, 400, elide=False) for _ in range(3))
        self.charge.say(words("ui.postage", look.language))
        goods = Label(look, 16, key="ui.goods", elide=False)
        self.lines = [_under_rule(look, goods, self.goods), _under_rule(look, self.charge, self.postage)]
        for line in self.lines:
            box.addWidget(line)
        box.addSpacing(4)
        self.by_cash = Button(look, "F", "ui.by_cash")
        self.by_mobile = Button(look, "M", "ui.by_mobile")
        self.by_cash.pressed.connect(self.cash)
        self.by_mobile.pressed.connect(self.mobile)
        for way in (self.by_cash, self.by_mobile):
            way.cap.setVisible(not self._large)
        ways = QHBoxLayout()
        ways.setSpacing(8)
        ways.addWidget(self.by_cash, 1)
        ways.addWidget(self.by_mobile, 1)
        box.addLayout(ways)
        box.addWidget(self._well(look))
        box.addStretch(1)
        self.drawer = QWidget()
        rows, held = column(self.drawer, (0, 0, 0, 4), 0), QHBoxLayout()
        self.held, self.of_it, self.marks = Label(look, 15, 600), Label(look, 14, 400, "muted"), Marks(look)
        held.addWidget(self.held, 1)
        held.addWidget(self.marks)
        rows.addLayout(held)
        rows.addWidget(self.of_it)
        self.drawer.setVisible(False)
        box.addWidget(self.drawer)
        self.button = Button(look, "Ctrl+Enter", "ui.hand_over", kind="primary", height=64)
        self.button.pressed.connect(self.hand_over)
        self.why = Label(look, 14, 400, "muted", wrap=True)
        self.why.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        box.addWidget(self.button)
        box.addWidget(self.why)

    def _well(self, look: Look) -> Panel:
        """Cash: what was given and what goes back. Mobile money: the service and the transaction id."""
        self.well = Panel(look, "sunk", "", radius=10, frame=0)
        inside = column(self.well, (16, 10, 16, 12), 8)
        self.above, self.below = Label(look, 16, elide=False), Label(look, 16, elide=False)
        self.given, self.back = BigText(look, 32, "ink", height=44), BigText(look, 42, "act", height=56)
        self.trx = Label(look, 22, 700, mono=True, elide=False)
        self.trx.setAlignment(RIGHT)
        self.trx.setFixedHeight(look.grown(56))
        for said, big in ((self.above, self.given), (self.below, self.back)):
            row = QHBoxLayout()
            row.addWidget(said)
            row.addWidget(big, 1)
            if big is self.back:
                row.addWidget(self.trx, 1)
            inside.addLayout(row)
            if said is self.above:
                inside.addWidget(Rule(look))
        return self.well

    def show_drawer(self, drawer: Drawer) -> None:
        """What was collected so far, and how much of it the centre knows of."""
        lang = self.look.language
        self._holds = drawer.paisa != 0
        self.held.say(f"{words('ui.in_this_drawer', lang)} {money(drawer.paisa, lang)}")
        self.of_it.say(words("ui.of_it_at_centre", lang, paid=money(drawer.at_centre, lang)))
        self.marks.show_marks(drawer.at_centre == drawer.paisa)

    def show_money(self, view: MoneyView) -> None:
        """Principal and fee apart, and how it is paid."""
        lang, due = self.look.language, view.principal + view.fee
        self.due.say(money(due, lang))
        self.goods.say(money(view.principal, lang, exact=True))
        self.charge.say(words("ui.collection_fee" if view.fee else "ui.postage", lang))
        self.postage.say(money(view.fee, lang, exact=True) if view.fee else words("ui.paid_before", lang))
        for line in self.lines:
            line.setVisible(not self._large or view.fee > 0)
        self.drawer.setVisible(self._holds and not (self._large and view.fee > 0))
        self.by_cash.choose(view.paid is None)
        self.by_mobile.choose(view.paid is not None)
        self.by_mobile.use(view.mobile)
        self.above.say(words("ui.given" if view.paid is None else "ui.by_mobile", lang))
        self.below.say(words("ui.give_back" if view.paid is None else "ui.trx", lang))
        self.back.setVisible(view.paid is None)
        self.trx.setVisible(view.paid is not None)
        if view.paid is None:
            self.given.say("—" if view.given is None else money(view.given, lang))
            self.back.say("—" if view.given is None and due else money(max(0, (view.given or 0) - due), lang))
        else:
            self.given.say(words(f"wallet.{view.paid[0]}", lang))
            self.trx.say(view.paid[1])
        self.button.use(view.ready)
        self.why.say(view.why)


def _under_rule(look: Look, said: Label, value: Label) -> QWidget:
    """A line of the bill: what it is and how much."""
    made = QWidget()
    box = column(made, spacing=6)
    row = row_of(said)
    row.addWidget(value)
    box.addLayout(row)
    box.addWidget(Rule(look))
    return made


class UnknownCard(Panel):
    """Nobody knows whether the handover was written: neither done nor not done, until the book is asked again."""

    again = Signal()
    look_up = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look, "look_wash", "look", frame=8)
        look = look.slower()
        box = column(self, (36, 22, 36, 22), 10)
        head = QHBoxLayout()
        head.setSpacing(22)
        large, beside = look.percent > 110, QHBoxLayout()  # larger text leaves room for what is known and what can be done
        sign = Sign(look, "circle-question-mark", 84, "look")
        sign.setFixedSize(84, 84)
        head.addWidget(sign)
        text = QWidget()
        said = column(text, spacing=4)
        self.word = BigText(look, 52, "look", align=LEFT, height=62)
        self.what = Label(look, 24, 700, wrap=True, key="ui.unknown_what")
        said.addWidget(self.word)
        self.word.setVisible(not large)
        said.addWidget(self.what)
        head.addWidget(text, 1)
        box.addLayout(head)
        box.addWidget(Rule(look))
        box.addStretch(1)
        for key, name, why, signal, kind in (
            ("Enter", "ui.ask_again", "ui.ask_again_why", self.again, "primary"), ("Esc", "ui.look_in_book", "ui.look_in_book_why", self.look_up, "plain"),
        ):  # fmt: skip
            button = Button(look, key, name, kind=kind, height=52)
            button.setMinimumWidth(0 if large else look.grown(250))
            button.pressed.connect(signal)
            if large:
                beside.addWidget(button)
                continue
            row = QHBoxLayout()
            row.setSpacing(16)
            row.addWidget(button)
            row.addWidget(Label(look, 16, 400, "muted", wrap=True, key=why), 1)
            box.addLayout(row)
        box.addLayout(beside)
        box.addStretch(1)
        foot = QHBoxLayout()
        self.code = Label(look, 20, 700, mono=True, elide=False)
        if large:
            foot.addStretch(1)
        else:
            foot.addWidget(Label(look, 16, 500, wrap=True, key="ui.unknown_safe"), 1)
        foot.addWidget(Label(look, 14, 400, "muted", key="ui.phone_code", elide=False))
        foot.addWidget(self.code)
        box.addLayout(foot)

    def show_code(self, code: str) -> None:
        """code: to read out on the phone."""
        self.word.say(words("ui.unknown_word", self.look.language))
        self.code.say(code)
