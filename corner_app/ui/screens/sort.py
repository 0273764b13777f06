"""Sort: each parcel's next place in the largest type there is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QGridLayout, QWidget

from corner_app.desk import commands as c
from corner_app.desk.views import SortBin
from corner_app.domain.outcome import Outcome, Tone
from corner_app.domain.scan import Meaning, Scan, ShelfScan
from corner_app.i18n import Language, digits, say, weight, words
from corner_app.ui.answers import address_line, cod_chip, grouped, phone_tail, shelf_reading, stop_view
from corner_app.ui.bridge import DeskPort
from corner_app.ui.screen import Hint
from corner_app.ui.theme import Look
from corner_app.ui.widgets.basic import Bar, Chip, Panel, Rule, Sign, column, restyle_all, row_of
from corner_app.ui.widgets.lists import name_of
from corner_app.ui.widgets.sorting import BinRow
from corner_app.ui.widgets.stage import ScanField, StopCard
from corner_app.ui.widgets.texts import LEFT, BigText, Label


class SortScreen(QWidget):
    """F3."""

    def __init__(self, port: DeskPort, look: Look, play: Callable[[Tone], None]) -> None:
        super().__init__()
        self.port, self.look, self.play = port, look, play
        self.locked = False
        self.last: Outcome | None = None
        self.bins: tuple[SortBin, ...] = ()
        box = column(self, (18, 18, 18, 18), 14)
        self.field, self.stop, self.frame = ScanField(look, "ui.what_sort"), StopCard(look), BinRow(look)
        self.stop.understood.connect(self.understand)
        self.card = self._card()
        box.addWidget(self.field)
        box.addWidget(self.card, 1)
        box.addWidget(self.stop, 1)
        box.addWidget(self.frame)
        self.render_all()

    def _card(self) -> Panel:
        look = self.look
        card = Panel(look, bar="act")
        grid = QGridLayout(card)
        grid.setContentsMargins(35, 24, 20, 24)
        grid.setHorizontalSpacing(28)
        self.sign, self.result = Sign(look, "circle-check", 38, "act"), Label(look, 34, 700, "act")
        self.answer, self.name = BigText(look, 196, align=LEFT), Label(look, 50, 700)
        left = QWidget()
        inside = column(left, (0, 0, 0, 0), 0)
        inside.addStretch(2)
        inside.addLayout(row_of(self.sign, self.result, spacing=10))
        inside.addWidget(self.answer, 6)
        inside.addWidget(self.name)
        inside.addStretch(2)
        grid.addWidget(left, 0, 0)
        self.rule = Rule(look, upright=True)
        grid.addWidget(self.rule, 0, 1)
        grid.addWidget(self._facts(), 0, 2)
        grid.setColumnStretch(0, 1)
        return card

    def _facts(self) -> QWidget:
        look = self.look.slower()
        facts = QWidget()
        facts.setFixedWidth(look.px(316))
        box = column(facts, (0, 0, 0, 0), 4)
        self.item, self.who, self.where = Label(look, 19, 700, mono=True), Label(look, 20, 400, "muted"), Label(look, 15, 400, "muted", wrap=True)
        self.cod, self.mark = Chip(look), Chip(look)
        self.bag_title, self.bag = Label(look, 15, 500, "muted"), Label(look, 17, 700, mono=True)
        self.inside, self.bar, self.limit = Label(look, 16, 500), Bar(look), Label(look, 14, 400, "muted")
        box.addStretch(1)
        for piece in (self.item, self.who, self.where):
            box.addWidget(piece)
        box.addLayout(row_of(self.cod, self.mark))
        box.addSpacing(14)
        self.line = Rule(look)
        self.about_bag: tuple[QWidget, ...] = (self.line, self.bag_title, self.bag, self.inside, self.bar, self.limit)
        for part in self.about_bag:
            box.addWidget(part)
        box.addStretch(1)
        return facts

    def on_scan(self, meaning: Meaning, scan: Scan) -> None:
        """Every code is a parcel's here; a shelf after it lays it there instead."""
        if isinstance(meaning, ShelfScan) and self.last is not None and self.last.item:
            self.port.do(c.Shelve(self.last.item, meaning.shelf), self._answer)
        else:
            self.port.do(c.Sort(scan.text), self._answer)

    def not_counted(self, scan: Scan, said: str) -> None:
        """A code that is not looked at. The parcel before it leaves the card, or this one would be laid where that one goes."""
        self.last = None
        self._show()
        self.result.say(words("ui.line_not_counted", self.look.language))
        self.item.say(scan.text[:32])
        self.where.say(said)

    def on_key(self, key: str) -> bool:
        """Esc acknowledges a STOP; Ctrl+Z takes the last scan back."""
        if self.locked:
            if key == "Esc":
                self.understand()
            return key in ("Esc", "Enter")
        if key == "Ctrl+Z":
            self.port.do(c.Undo(), self._answer)
            return True
        return False

    def understand(self) -> None:
        """The STOP was read."""
        self.last = None
        self._show()

    def _answer(self, outcome: Outcome) -> None:
        self.play(outcome.tone)
        self.last = outcome
        self._show()
        self.port.ask("bins", None, self._show_bins)

    def enter(self) -> None:
        """What lies where may have changed."""
        self.port.ask("bins", None, self._show_bins)

    def changed(self) -> None:
        """What lies where may have changed elsewhere."""
        self.enter()

    def _show_bins(self, bins: tuple[SortBin, ...]) -> None:
        self.bins = bins
        self._show()

    def _show(self) -> None:
        shown, lang = self.last, self.look.language
        self.locked = shown is not None and shown.tone is Tone.STOP
        self.field.lock(self.locked)
        self.card.setVisible(not self.locked)
        self.stop.setVisible(self.locked)
        if shown is not None and self.locked:
            self.stop.show_view(stop_view(shown, self.look))
        else:
            self._show_answer(shown, lang)
        self.frame.show_bins(self.bins, self._place(shown))

    def _place(self, shown: Outcome | None) -> str:
        if shown is None or shown.code not in ("sorted", "shelved"):
            return ""
        return str(shown.data["place"]) if shown.data.get("to") != "shelf" or shown.data.get("beat") else "shelf"

    def _show_answer(self, shown: Outcome | None, lang: Language) -> None:
        place = str(shown.data.get("place") or shown.data.get("shelf") or "") if shown is not None else ""
        to = str(shown.data.get("to", "shelf")) if shown is not None else ""
        known = shown is not None and bool(place)
        self.result.say(words(f"ui.into_{to}", lang) if known else say(shown, lang) if shown is not None else words("ui.ready_to_sort", lang))
        self.answer.say(digits(place, lang) if to != "shelf" else place)
        hit = next((b for b in self.bins if b.place == place and to in ("bag", "hub")), None)
        reading = shelf_reading(place, lang) if to == "shelf" else ""
        self.name.say((hit.name_bn if lang is Language.BN else hit.name_en) if hit is not None else reading)
        self._show_parcel(shown, lang)
        for piece in self.about_bag:
            piece.setVisible(hit is not None)
        if hit is not None:
            self.bag_title.say(words("ui.bag", lang))
            self.bag.say(hit.bag)
            self.inside.say(words("ui.in_it_now", lang, n=hit.count, kg=weight(hit.weight_g, lang)))
            self.bar.fill_to(hit.weight_g / hit.limit_g if hit.limit_g else 0.0)
            self.limit.say(words("ui.weight_limit", lang, kg=weight(hit.limit_g, lang)))

    def _show_parcel(self, shown: Outcome | None, lang: Language) -> None:
        card = shown.card if shown is not None else None
        self.item.say(grouped(card.item) if card else "")
        self.who.say(f"**{name_of(card, lang) or words('ui.unknown_number', lang)}** {phone_tail(card, lang)}" if card else "")
        self.where.say(address_line(card, lang) if card else "")
        chip = cod_chip(card, lang) if card else None
        self.cod.setVisible(chip is not None)
        self.mark.setVisible(card is not None and card.damaged)
        self.rule.setVisible(card is not None)
        if chip is not None:
            self.cod.show_as(chip.text, chip.name, chip.token, chip.fill)
        if card is not None and card.damaged:
            self.mark.show_as(words("ui.damaged", lang), "triangle-alert", "look", "look_soft")

    def hints(self) -> list[Hint]:
        """Keys that act now."""
        return [("Esc", "ui.understood")] if self.locked else [("Ctrl+Z", "ui.undo")]

    def render_all(self) -> None:
        """Says everything again."""
        restyle_all(self)
        self._show()
