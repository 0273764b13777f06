"""The pieces of the Handover screen: who and which parcels, the code, the money. They only show; the screen decides."""

from __future__ import annotations

from collections.abc import Sequence

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


class _ParcelRow(QWidget):
    def __init__(self, look: Look) -> None:
        super().__init__()
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

    def show_card(self, card: ParcelCard, now: int, *, chosen: bool) -> None:
        lang = self._look.language
        self.box.show_as("square-check" if chosen else "square", "act" if chosen else "muted")
        self.item.say(card.item)
        self.merchant.say((card.merchant_bn if lang is Language.BN else card.merchant_en) or "—")
        self.arrived.say(age(now - card.received_at, lang))
        self.cod.say(money(card.cod, lang))


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
        self.rows = [_ParcelRow(look) for _ in range(ROWS)]
        for row in self.rows:
            row.setVisible(False)
            box.addWidget(row)
        self.more = Label(look, 14, 600, "muted")
        box.addWidget(self.more)

    def show_buyer(self, waiting: Waiting, chosen: Sequence[str], now: int) -> None:
        """chosen: numbers of the parcels to be handed over now."""
        lang, first = self.look.language, waiting.first
        self.name.say(name_of(first, lang) or words("ui.unknown_number", lang))
        said = words("ui.parcels_waiting", lang, n=len(waiting.parcels))
        self.phone.say(" · ".join(part for part in (digits(masked(first.phone), lang), said) if part))
        shelves = list(dict.fromkeys(card.shelf for card in waiting.parcels if card.item in chosen and card.shelf))
        self.shelf.say(", ".join(shelves) or "—")
        self.reading.say(shelf_reading(shelves[0], lang) if shelves else "")
        for place, row in enumerate(self.rows):
            row.setVisible(place < len(waiting.parcels))
            if place < len(waiting.parcels):
                card = waiting.parcels[place]
                row.show_card(card, now, chosen=card.item in chosen)
        left = len(waiting.parcels) - ROWS
        self.more.setVisible(left > 0)
        self.more.say(words("ui.and_more", lang, n=left) if left > 0 else "")


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

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        look = look.slower()
        self.setFixedWidth(look.grown(380))
        box = column(self, (20, 14, 20, 18), 6)
        box.addWidget(Label(look, 16, 500, "muted", key="ui.to_take"))
        self.due = BigText(look, 76, "ink", align=LEFT, height=92)
        box.addWidget(self.due)
        self.goods, self.postage = Label(look, 16, 400, elide=False), Label(look, 16, 400, elide=False)
        for say, value in (("ui.goods", self.goods), ("ui.postage", self.postage)):
            if value is self.postage and look.percent > 140:
                continue  # larger text leaves room for what is due and what the drawer holds
            row = row_of(Label(look, 16, key=say, elide=False))
            row.addWidget(value)
            box.addLayout(row)
            box.addWidget(Rule(look))
        box.addSpacing(8)
        self.well = Panel(look, "sunk", "", radius=10, frame=0)
        inside = column(self.well, (16, 10, 16, 12), 8)
        self.given, self.back = BigText(look, 32, "ink", height=44), BigText(look, 42, "act", height=56)
        for say, big in (("ui.given", self.given), ("ui.give_back", self.back)):
            row = QHBoxLayout()
            row.addWidget(Label(look, 16, key=say, elide=False))
            row.addWidget(big, 1)
            inside.addLayout(row)
            if say == "ui.given":
                inside.addWidget(Rule(look))
        box.addWidget(self.well)
        box.addStretch(1)
        self.drawer = QWidget()
        rows, held = column(self.drawer, (0, 0, 0, 4), 0), QHBoxLayout()
        self.cash, self.of_it, self.marks = Label(look, 15, 600), Label(look, 14, 400, "muted"), Marks(look)
        held.addWidget(self.cash, 1)
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

    def show_drawer(self, drawer: Drawer) -> None:
        """What was collected so far, and how much of it the centre knows of."""
        lang = self.look.language
        self.drawer.setVisible(drawer.paisa != 0)
        self.cash.say(f"{words('ui.in_this_drawer', lang)} {money(drawer.paisa, lang)}")
        self.of_it.say(words("ui.of_it_at_centre", lang, paid=money(drawer.at_centre, lang)))
        self.marks.show_marks(drawer.at_centre == drawer.paisa)

    def show_money(self, due: int, given: str, *, open_now: bool, why: str) -> None:
        """due: paisa; given: taka as typed, "" nothing yet."""
        lang = self.look.language
        self.due.say(money(due, lang))
        self.goods.say(money(due, lang, exact=True))
        self.postage.say(words("ui.paid_before", lang))
        tendered = int(given) * 100 if given else 0
        self.given.say(money(tendered, lang) if given else "—")
        self.back.say(money(max(0, tendered - due), lang) if given or not due else "—")
        self.button.use(open_now)
        self.why.say(why)
