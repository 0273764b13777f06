"""The cash page of the day-close screen: paid in, paid out, passed on, pouches sent and opened, and the day's lines to be added by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast
from uuid import uuid4

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from corner_app.desk import commands as c
from corner_app.desk.views import CashLine, CloseView, PouchView
from corner_app.domain.numbers import normal_reference
from corner_app.domain.outcome import Outcome, Tone
from corner_app.i18n import say, words
from corner_app.ui.bridge import DeskPort
from corner_app.ui.screen import Hint
from corner_app.ui.theme import Look
from corner_app.ui.widgets.basic import Panel, column, restyle_all
from corner_app.ui.widgets.cash import ACTS, Act, ActForm, ActsCard, Ledger, typed_date


class CashPage(QWidget):
    """Acts at the left, today's lines at the right. stop: shows a refusal; tell: a calm word; done: cash moved."""

    back = Signal()

    def __init__(
        self, port: DeskPort, look: Look, stop: Callable[[Outcome], None], play: Callable[[Tone], None], tell: Callable[[str], None],
        done: Callable[[], None],
    ) -> None:  # fmt: skip
        super().__init__()
        self.port, self.look, self._stop, self.play, self.tell, self._done = port, look, stop, play, tell, done
        self.forms: dict[Act, ActForm] = {}
        self._cards: dict[Act, Panel] = {}
        self.form: ActForm | None = None
        self._pouch: PouchView | None = None
        self._view: CloseView | None = None
        self._sent = False
        self._op = uuid4().hex
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 18, 18, 18)
        row.setSpacing(16)
        self.left, self.acts, self.ledger = QStackedWidget(), ActsCard(look), Ledger(look)
        self.acts.chosen.connect(lambda act: self.choose(cast("Act", act)))
        self.left.addWidget(self.acts)
        row.addWidget(self.left, 1)
        row.addWidget(self.ledger, 1)

    # What comes in

    def enter(self) -> None:
        """Reads the day's lines; the form that is open stays as it is."""
        self.read()
        if self.form is not None:
            self.form.enter()
        else:
            self.setFocus()

    def show_view(self, view: CloseView) -> None:
        """Whose day it is; its lines are read when the page is in front."""
        self._view = view
        if self.isVisible():
            self.read()

    def read(self) -> None:
        """Reads the lines of the open day."""
        if self._view is not None:
            view = self._view
            self.port.ask("cash", view.date, lambda lines: self._take_lines(view, lines))

    def on_key(self, key: str) -> bool:
        """Digits choose an act; Ctrl+Enter writes it; Esc goes back, and what was typed stays."""
        if self._sent:
            return True
        digit = int(key) if key.isascii() and key.isdigit() else 0
        if self.form is None and 0 < digit <= len(ACTS):
            self.choose(ACTS[digit - 1][0])
        elif self.form is not None and key == "Ctrl+Enter":
            self._do()
        elif key == "Esc" and self.form is not None:
            self._close_form()
        elif key == "Esc":
            self.back.emit()
        elif key in ("Up", "Down"):
            self.ledger.older(1 if key == "Up" else -1)
        else:
            return False
        return True

    @property
    def wants_seal(self) -> bool:
        """Whether a code is taken for a seal now."""
        return self.form is not None and "seal_number" in self.form.fields

    def take_scan(self, text: str) -> bool:
        """The seal of the pouch, wherever the cursor is. False where none is asked for."""
        if self.form is None or not self.wants_seal:
            return False
        self.form.fields["seal_number"].setText(text)
        self.form.enter()
        return True

    def choose(self, act: Act) -> None:
        """Opens the form of an act."""
        if act == "spot_count":
            self.back.emit()
            return
        if act not in self.forms:
            made = self.forms[act] = ActForm(self.look, act)
            made.changed.connect(self._changed)
            made.do_it.connect(self._do)
            card = self._cards[act] = Panel(self.look)
            column(card, (20, 12, 20, 14)).addWidget(made)
            self.left.addWidget(card)
        self.form = self.forms[act]
        self.left.setCurrentWidget(self._cards[act])
        self._changed()
        self.form.enter()

    def _close_form(self) -> None:
        self.form = None
        self.left.setCurrentWidget(self.acts)
        self.setFocus()

    # What is typed

    def _changed(self) -> None:
        form = self.form
        if form is None:
            return
        form.render_all()
        if form.act == "pouch_in":
            seal = normal_reference(form.text("seal_number"))
            if self._pouch is None or self._pouch.seal != seal:
                self._pouch = None
                if seal:
                    self.port.ask("pouch", seal, self._take_pouch)
            self._show_figures()

    def _take_pouch(self, pouch: PouchView) -> None:
        form = self.forms["pouch_in"]
        if pouch.seal == normal_reference(form.text("seal_number")):
            self._pouch = pouch
            self._show_figures()

    def _show_figures(self) -> None:
        """The three figures as they are now, and whether they agree."""
        form = self.forms["pouch_in"]
        pouch = self._pouch if self._pouch is not None and self._pouch.sent else None
        form.hide_known(known=pouch is not None)
        expected = pouch.amount if pouch is not None else form.paisa("by_advice")
        scanned = form.paisa("by_label")
        counted = form.pile.total() if form.pile is not None and form.pile.counted() else None
        known = {figure for figure in (expected, scanned, counted) if figure is not None}
        differ = counted is not None and len(known) > 1
        form.figures.show_figures(expected, scanned, counted, differ=differ)
        form.fields["pouch_reason"].setVisible(differ)

    # The one commit

    def _do(self) -> None:
        form = self.form
        if form is None or self._sent:
            return
        lang, missing = self.look.language, form.missing()
        if missing:
            self.play(Tone.LOOK)
            self.tell(words("cash.fill_first", lang, field=words(f"cash.{missing}", lang)))
            form.fields[missing].setFocus()
            return
        command = self._command(form)
        if command is not None:
            self._sent = True
            self.tell("")
            self.port.do(command, lambda outcome: self._answer(form, outcome), self._op)

    def _command(self, form: ActForm) -> c.AnyCommand | None:
        """What the form asks for; None where a field is not understood, which is said."""
        amount = form.paisa("amount") or 0 if "amount" in form.fields else 0
        match form.act:
            case "pay_in" | "pay_out":
                late = form.text("late_for")
                date = typed_date(late) if late else None
                if late and date is None:
                    self.play(Tone.LOOK)
                    self.tell(words("cash.bad_day", self.look.language))
                    form.fields["late_for"].setFocus()
                    return None
                return (c.PayIn if form.act == "pay_in" else c.PayOut)(amount, form.text("reason"), date)
            case "transfer":
                return c.Transfer(max(1, int(form.text("to_counter"))), amount, form.text("note") or None)
            case "pouch_out":
                return c.PouchOut(form.text("seal_number"), form.text("to_office"), amount)
            case _:
                return self._pouch_in(form)

    def _pouch_in(self, form: ActForm) -> c.AnyCommand | None:
        if form.pile is None or not form.pile.counted():
            self.play(Tone.LOOK)
            self.tell(words("close.type_first", self.look.language))
            if form.pile is not None:
                form.pile.enter()
            return None
        known = self._pouch is not None and self._pouch.sent
        return c.PouchIn(
            form.text("seal_number"), form.pile.counted(), None if known else form.text("from_office") or None, None if known else form.paisa("by_advice"),
            form.paisa("by_label"), form.text("pouch_reason") or None,
        )  # fmt: skip

    def _answer(self, form: ActForm, outcome: Outcome) -> None:
        self._sent, self._op = False, uuid4().hex
        if outcome.code == "counts_differ" and "pouch_reason" in form.fields:
            self.play(Tone.LOOK)
            self.tell(say(outcome, self.look.language))
            form.fields["pouch_reason"].show()
            form.fields["pouch_reason"].setFocus()
        elif outcome.tone is Tone.STOP:
            self._stop(outcome)
        else:
            self.play(outcome.tone)
            self.tell(say(outcome, self.look.language))
            form.clear()
            self._pouch = None
            self._close_form()
            self._done()

    def _take_lines(self, view: CloseView, lines: tuple[CashLine, ...]) -> None:
        self.ledger.show_day(lines[0].drawer - lines[0].amount if lines else view.opening, lines)

    # What is shown

    def hints(self) -> list[Hint]:
        """Keys that act now."""
        if self.form is not None:
            return [("Tab", "ui.next_step"), ("Ctrl+Enter", "cash.do_it"), ("Esc", "ui.step_back")]
        return [("1–6", "ui.choose_work"), ("Up", "cash.older"), ("Esc", "cash.back_to_count")]

    def render_all(self) -> None:
        """Says everything again."""
        restyle_all(self)
        for form in self.forms.values():
            form.render_all()
        self.ledger.render_all()
        if self.form is not None:
            self._changed()
