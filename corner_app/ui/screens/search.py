"""Search: any number or part of one, a name in either script, the end of a phone; then everything about one parcel."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from corner_app.desk import commands as c
from corner_app.desk.views import Found, ParcelView, TimelineLine
from corner_app.domain.bag_numbers import parse_bag_number
from corner_app.domain.contacts import masked
from corner_app.domain.outcome import Outcome, Tone
from corner_app.domain.scan import Meaning, Scan, TokenScan
from corner_app.i18n import Language, day, digits, load_words, money, say, words
from corner_app.ui.answers import address_line, cod_chip, grouped, origin_words, shelf_reading
from corner_app.ui.bridge import DeskPort
from corner_app.ui.dialogs.ask import Asking
from corner_app.ui.screen import Hint
from corner_app.ui.theme import Look
from corner_app.ui.widgets.basic import Button, Chip, ChipRow, ChipView, KeyCap, Panel, Sign, column, restyle_all, row_of
from corner_app.ui.widgets.lists import LifeLine, LifeList, NumberList, name_of
from corner_app.ui.widgets.marks import Marks, legend
from corner_app.ui.widgets.texts import RIGHT, BigText, Label

FOUND_ROWS = 9


class _FoundRow(QWidget):
    """One of several parcels found; a digit chooses it."""

    def __init__(self, look: Look, n: int) -> None:
        super().__init__()
        self._look = look
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(14)
        self.cap = KeyCap(look, str(n))
        self.item, self.name, self.state = Label(look, 15, mono=True), Label(look, 17, 600), Label(look, 15, 400, "muted")
        self.shelf, self.marks = Label(look, 17, 700, "act", elide=False), Marks(look)
        self.item.setFixedWidth(look.px(150))
        self.state.setFixedWidth(look.px(190))
        self.shelf.setMinimumWidth(look.px(72))
        self.shelf.setAlignment(RIGHT)
        row.addWidget(self.cap)
        row.addWidget(self.item)
        row.addWidget(self.name, 1)
        row.addWidget(self.state)
        row.addWidget(self.shelf)
        row.addWidget(self.marks)
        self.setFixedHeight(look.px(44))

    def show_found(self, found: Found) -> None:
        lang, card = self._look.language, found.card
        self.item.say(card.item)
        self.name.say(name_of(card, lang) or words("ui.unknown_number", lang))
        self.state.say(words("verdict.update_needed" if found.update_needed else f"state.{card.state}", lang))
        self.state.tint("look" if found.update_needed else "muted")
        self.shelf.say(card.shelf or "—")
        self.marks.show_marks(found.at_centre)


class SearchScreen(QWidget):
    """F8. `start_handover` takes a number to the Handover screen."""

    def __init__(
        self, port: DeskPort, look: Look, asking: Asking, play: Callable[[Tone], None], clock: Callable[[], int], start_handover: Callable[[str], None]
    ) -> None:
        super().__init__()
        look = look.slower()  # everything about one parcel, on one screen
        self.port, self.look, self.asking, self.play, self.clock, self.start_handover = port, look, asking, play, clock, start_handover
        self.locked, self.phone_shown = False, False
        self.view: ParcelView | None = None
        self.found: tuple[Found, ...] = ()
        self._searched = self._listed = ""
        self.said: Outcome | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 18, 18, 18)
        row.setSpacing(16)
        left, right = QVBoxLayout(), QVBoxLayout()
        for side in (left, right):
            side.setSpacing(14)
        left.addWidget(self._field())
        self.card, self.life_card, self.found_card = self._parcel_card(), self._life(), self._found()
        left.addWidget(self.card)
        left.addWidget(self.life_card, 1)
        left.addWidget(self.found_card, 1)
        self.numbers_card, self.actions_card = self._numbers(), self._actions()
        right.addWidget(self.numbers_card, 1)
        right.addWidget(self.actions_card)
        row.addLayout(left, 1)
        row.addLayout(right)
        self.render_all()

    def _field(self) -> Panel:
        look = self.look
        panel = Panel(look, "paper", "edge")
        panel.setFixedHeight(max(54, look.px(40)))
        row = QHBoxLayout(panel)
        row.setContentsMargins(18, 0, 16, 0)
        row.setSpacing(12)
        self.field = QLineEdit()
        self.field.setFrame(False)
        self.field.setMinimumWidth(look.px(140))
        self.field.setFont(look.font(18, 700, mono=False))
        self.field.setStyleSheet("background: transparent; border: none")
        self.field.returnPressed.connect(self._search)
        self.hits, self.hint = Chip(look), Label(look, 15, 400, "muted", key="ui.what_search", spare=True)
        self.hits.setVisible(False)
        row.addWidget(Sign(look, "search", 24, "muted"))
        row.addWidget(self.field, 1)
        row.addWidget(self.hits)
        row.addWidget(self.hint)
        row.addWidget(KeyCap(look, "/"))
        return panel

    def _parcel_card(self) -> Panel:
        look = self.look
        card = Panel(look, bar="act")
        row = QHBoxLayout(card)
        row.setContentsMargins(35, 12, 26, 14)
        left = QVBoxLayout()
        left.setSpacing(2)
        self.item, self.name, self.phone = Label(look, 20, 700, mono=True), Label(look, 23, 700), Label(look, 18, 400, "muted", elide=False)
        self.where = Label(look, 16, 400, "muted")
        self.chips = ChipRow(look, 3)
        left.addWidget(self.item)
        left.addLayout(row_of(self.name, self.phone))
        left.addWidget(self.where)
        left.addSpacing(4)
        left.addWidget(self.chips)
        right = QVBoxLayout()
        self.state_sign, self.state = Sign(look, "circle-check", 28, "act"), Label(look, 20, 700, "act", elide=False)
        state = QHBoxLayout()
        state.addStretch(1)
        state.addWidget(self.state_sign)
        state.addWidget(self.state)
        self.shelf, self.reading = BigText(look, 76, height=72), Label(look, 16, 600, "muted", elide=False)
        right.addLayout(state)
        right.addWidget(self.shelf, 0, RIGHT)
        right.addWidget(self.reading, 0, RIGHT)
        row.addLayout(left, 1)
        row.addLayout(right)
        return card

    def _life(self) -> Panel:
        look = self.look
        card = Panel(look)
        box = column(card, (20, 12, 20, 8), 4)
        head = row_of(Label(look, 16, 600, "muted", key="ui.what_happened", spare=True))
        for piece in legend(look):
            head.addWidget(piece)
        box.addLayout(head)
        self.life = LifeList(look)
        box.addWidget(self.life, 1)
        return card

    def _found(self) -> Panel:
        card = Panel(self.look)
        box = column(card, (20, 12, 20, 8), 0)
        self.found_title, self.found_legend = Label(self.look, 17, 600, "muted"), legend(self.look)
        head = row_of(self.found_title, stretch=False)
        head.setStretch(0, 1)
        for piece in self.found_legend:
            head.addWidget(piece)
        box.addLayout(head)
        self.rows = [_FoundRow(self.look, n + 1) for n in range(FOUND_ROWS)]
        for row in self.rows:
            row.setVisible(False)
            box.addWidget(row)
        box.addStretch(1)
        return card

    def _numbers(self) -> Panel:
        card = Panel(self.look)
        card.setFixedWidth(_side(self.look))
        box = column(card, (20, 12, 20, 8), 4)
        box.addWidget(Label(self.look, 16, 600, "muted", key="ui.all_numbers"))
        self.numbers = NumberList(self.look)
        box.addWidget(self.numbers, 1)
        return card

    def _actions(self) -> Panel:
        look = self.look
        card = Panel(look)
        card.setFixedWidth(_side(look))
        box = column(card, (20, 12, 20, 12), 8)
        box.addWidget(Label(look, 16, 600, "muted", key="ui.what_to_do"))
        self.buttons: dict[str, Button] = {}
        for key, say_key, sign in (
            ("H", "ui.start_handover", "hand-coins"), ("P", "ui.label_again", "printer"), ("T", "ui.change_shelf", "tag"), ("C", "ui.show_phone", "phone"),
            ("R", "ui.start_return", "undo-2"), ("D", "ui.damaged_key", "package-x"),
        ):  # fmt: skip
            button = Button(look, key, say_key, sign, kind="primary" if key == "H" else "plain", height=42)
            button.pressed.connect(self._pressed(key))
            self.buttons[key] = button
            box.addWidget(button)
        self.note = Label(look, 14, 400, "muted", wrap=True)
        box.addWidget(self.note)
        return card

    def _pressed(self, key: str) -> Callable[[], None]:
        return lambda: (self.on_key(key), None)[1]

    # What comes in

    def on_scan(self, meaning: Meaning, scan: Scan) -> None:
        """A scanned number is searched as if typed."""
        self.field.setText(meaning.number.text if isinstance(meaning, TokenScan) else scan.text)
        self._search()

    def on_key(self, key: str) -> bool:
        """/ begins a new search; letters act on the parcel; digits choose among several; arrows move through its life."""
        if key == "/":
            self.field.setFocus()
            self.field.selectAll()
            return True
        if key in ("Up", "Down"):
            self.life.move(1 if key == "Down" else -1)
            return True
        if key == "Esc":
            self._forget()
            return True
        if self.view is None:
            if key.isdigit() and 0 < int(key) <= min(len(self.found), FOUND_ROWS):
                self._choose(self.found[int(key) - 1].card.item)
                return True
            return False
        if key in self.buttons and self.buttons[key].isEnabled():
            self._act(key, self.view.card.item)
            return True
        return False

    def _act(self, key: str, item: str) -> None:
        match key:
            case "H":
                self.start_handover(item)
            case "P":
                self.port.do(c.PrintLabel(item), self._printed)
            case "T":
                self.asking.text("ui.change_shelf", lambda shelf: self.port.do(c.Shelve(item, shelf), self._done))
            case "C":
                self.phone_shown = not self.phone_shown
                self._show()
            case "R":
                self.asking.reason("ui.start_return", lambda reason: self.port.do(c.ReturnToSender(item, reason), self._done))
            case "D":
                self.asking.text("ui.damage_note", lambda note: self.port.do(c.MarkDamaged(item, note), self._done))

    def _printed(self, outcome: Outcome) -> None:
        if outcome.code == "reason_needed" and outcome.item:
            item = outcome.item
            self.asking.text("ui.reprint_reason", lambda reason: self.port.do(c.Reprint(item, reason), self._done))
        else:
            self._done(outcome)

    def _done(self, outcome: Outcome) -> None:
        self.play(outcome.tone)
        self.said = outcome
        if outcome.item:
            self._choose(outcome.item)

    def _search(self) -> None:
        text = self.field.text().strip()
        self._searched = text
        if text:
            self.port.ask("find", text, self._take)
        self.setFocus()

    def _take(self, found: tuple[Found, ...]) -> None:
        self.found, self.view, self.said, self.phone_shown = found, None, None, False
        self.play(Tone.GOOD if found else Tone.LOOK)
        if len(found) == 1:
            self._choose(found[0].card.item)
        self._show()

    def changed(self) -> None:
        """The parcel shown, or the list of those found, as it is now: no tone, and what is being typed is not looked at."""
        if self.view is not None:
            self._choose(self.view.card.item)
        elif searched := self._searched:
            self.port.ask("find", searched, lambda found: self._found_again(searched, found))

    def _found_again(self, searched: str, found: tuple[Found, ...]) -> None:
        """A list keeps its order under the clerk's hand; only what is new comes at its end."""
        if self.view is not None or searched != self._searched:
            return
        fresh = {each.card.item: each for each in found}
        kept = tuple(fresh.pop(each.card.item, each) for each in self.found)
        self.found = (*kept, *fresh.values())
        self._show()

    def _choose(self, item: str) -> None:
        self.port.ask("view", item, self._take_view)

    def _take_view(self, view: ParcelView | None) -> None:
        self.view = view
        self._show()

    def _forget(self) -> None:
        if self.view is not None and len(self.found) > 1:
            self.view = None
        else:
            self.found, self.view, self._searched = (), None, ""
            self.field.clear()
        self._show()

    def enter(self) -> None:
        """The field waits for typing; the parcel may have changed."""
        if self.view is not None:
            self._choose(self.view.card.item)
        else:
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    # What is shown

    def _show(self) -> None:
        lang, view = self.look.language, self.view
        for piece in (self.card, self.life_card, self.numbers_card, self.actions_card):
            piece.setVisible(view is not None)
        self.found_card.setVisible(view is None)
        searched = bool(self.field.text())
        self.hits.setVisible(searched)
        n = max(len(self.found), int(view is not None))
        self.hits.show_as(words("ui.hits", lang, n=n), "check" if n else "x", "act" if n else "look", "act_soft" if n else "look_soft")
        if view is None:
            self.found_title.say(words("ui.choose_one" if self.found else "ui.nothing_found" if searched else "ui.search_help", lang))
            for place, row in enumerate(self.rows):
                row.setVisible(place < len(self.found))
                if place < len(self.found):
                    row.show_found(self.found[place])
            for mark in self.found_legend:
                mark.setVisible(bool(self.found))
            return
        self._show_card(view, lang)
        self.numbers.show_numbers(view.numbers)
        self.life.show_lines([_life_line(line, lang) for line in view.timeline], self.clock(), stay=self._listed == view.card.item)
        self._listed = view.card.item
        ready = view.card.state in ("received", "shelved", "attempted", "on_hold")
        for key in "HTRD":
            self.buttons[key].use(ready or (key != "H" and view.card.state in ("missent", "refused")))
        why = words("verdict.update_needed_why", lang) if view.update_needed else ""
        self.note.say(say(self.said, lang) if self.said is not None else why)

    def _show_card(self, view: ParcelView, lang: Language) -> None:
        card = view.card
        self.item.say(grouped(card.item))
        self.name.say(name_of(card, lang) or words("ui.unknown_number", lang))
        self.phone.say(digits(f"· {card.phone if self.phone_shown else masked(card.phone)}", lang) if card.phone else "")
        self.where.say(address_line(card, lang))
        ready = card.state == "shelved"
        self.state.say(words("ui.ready_for_pickup" if ready else f"state.{card.state}", lang))
        self.state_sign.show_as("circle-check" if card.state in ("shelved", "handed_over", "received") else "info")
        self.shelf.say(card.shelf)
        self.shelf.hug(220)
        self.reading.say(shelf_reading(card.shelf, lang))
        cod = cod_chip(card, lang) if view.cod_state == "due" else None
        paid = (words(f"ui.cod_{view.cod_state}", lang, cod=card.cod), "banknote") if view.cod_state not in ("due", "none") else None
        keep = (words("ui.keep_until", lang, day=day(view.keep_until, lang)), "calendar-clock") if view.keep_until else None
        other = (words("ui.others_wait", lang, n=len(view.others)), "package") if view.others else None
        shown = [ChipView(words("verdict.update_needed", lang), "refresh-cw", "look", "look_soft")] if view.update_needed else []
        shown += [cod] if cod else [ChipView(*paid, "act", "act_soft")] if paid else []
        shown += [ChipView(*other, "info", "info_soft")] if other else []
        shown += [ChipView(*keep)] if keep else []
        self.chips.show_chips(shown)

    def hints(self) -> list[Hint]:
        """Keys that act now."""
        return [("/", "ui.new_search"), ("↑ ↓", "ui.next_entry"), ("Esc", "ui.step_back")]

    def render_all(self) -> None:
        """Says everything again."""
        restyle_all(self)
        self.field.setAccessibleName(words("ui.what_search", self.look.language))
        self._show()


def _side(look: Look) -> int:
    """Width of the right column: its longest button, in either language."""
    return look.grown(316) + (look.percent - 100) * 3 // 4


def _life_line(line: TimelineLine, lang: Language) -> LifeLine:
    """One entry in words: what, with its one detail; where and who."""
    head, detail = words(f"kind.{line.kind}", lang), line.detail
    bag = parse_bag_number(detail) if line.kind in ("received", "bagged", "dispatched") and detail else None
    if bag is not None:
        detail = bag.short
    elif line.kind == "handed_over" and detail:
        detail = money(int(detail), lang)
    elif f"reason.{detail}" in load_words():
        detail = words(f"reason.{detail}", lang)
    elif f"ui.print_{detail}" in load_words():
        detail = words(f"ui.print_{detail}", lang)
    if detail:
        head = f"{head} — {digits(detail, lang) if detail.isdigit() else detail}"
    if line.undone:
        head = f"{head} · {words('ui.taken_back', lang)}"
    by = line.by_bn if lang is Language.BN else line.by_en
    by = by if by != "SYSTEM" else words("ui.by_system", lang)
    where = origin_words(line.office, lang) if line.office and not line.ours else ""
    return LifeLine(line, head, f"{where} · {by}" if where else by)
