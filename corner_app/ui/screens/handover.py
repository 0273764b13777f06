"""Handover: find the buyer, verify by code or document, take the money, give the parcels. One commit at the end."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from corner_app.desk import commands as c
from corner_app.desk.views import Drawer, Waiting
from corner_app.domain.outcome import Outcome, Tone
from corner_app.domain.scan import Meaning, Scan, TokenScan
from corner_app.i18n import latin_digits, say, words
from corner_app.ui.answers import stop_view
from corner_app.ui.bridge import DeskPort
from corner_app.ui.dialogs.ask import Asking, IdShown
from corner_app.ui.screen import Hint
from corner_app.ui.theme import Look
from corner_app.ui.widgets.basic import restyle_all
from corner_app.ui.widgets.handover import BuyerCard, CodeCard, MoneyCard
from corner_app.ui.widgets.sorting import Steps
from corner_app.ui.widgets.stage import ScanField, StopCard

FIND, VERIFY, MONEY, DONE = range(4)
CODE_DIGITS = 6
STEPS = ("ui.step_find", "ui.step_verify", "ui.step_money", "ui.step_done")


class HandoverScreen(QWidget):
    """F4."""

    def __init__(self, port: DeskPort, look: Look, asking: Asking, play: Callable[[Tone], None], clock: Callable[[], int]) -> None:
        super().__init__()
        self.port, self.look, self.asking, self.play, self.clock = port, look, asking, play, clock
        self.locked, self.sent, self.step = False, False, FIND
        self.waiting: Waiting | None = None
        self.chosen: list[str] = []
        self.code, self.given, self.shown_id = "", "", None
        self.last: Outcome | None = None
        self.drawer: Drawer | None = None
        self.op = uuid4().hex
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 18, 18, 18)
        row.setSpacing(16)
        left = QVBoxLayout()
        left.setSpacing(14)
        self.steps, self.field = Steps(look, STEPS), ScanField(look, "ui.what_handover")
        self.buyer, self.verify, self.stop, self.money = BuyerCard(look), CodeCard(look), StopCard(look), MoneyCard(look)
        self.stop.understood.connect(self.understand)
        self.money.hand_over.connect(self._hand_over)
        for signal, key in ((self.verify.identity, "I"), (self.verify.proxy, "A"), (self.verify.refuse, "R")):
            signal.connect(self._pressed(key))
        for piece in (self.steps, self.field, self.buyer):
            left.addWidget(piece)
        left.addWidget(self.verify, 1)
        left.addWidget(self.stop, 1)
        row.addLayout(left, 1)
        row.addWidget(self.money)
        self.render_all()

    code: str
    shown_id: IdShown | None

    def _pressed(self, key: str) -> Callable[[], None]:
        return lambda: (self.on_key(key), None)[1]

    # What comes in

    def on_scan(self, meaning: Meaning, scan: Scan) -> None:
        """A parcel finds its buyer, or adds to the basket of the one before; a buyer's QR brings the code along."""
        if self.sent:
            self.play(Tone.LOOK)
            return
        if isinstance(meaning, TokenScan):
            self._begin()
            self.code = meaning.code
        elif self.waiting is not None and self.step < DONE:
            card = next((card for card in self.waiting.parcels if card.item in scan.text.upper()), None)
            if card is not None:
                self.chosen = [*dict.fromkeys((*self.chosen, card.item))]
                self._show()
                return
            self._begin()
        else:
            self._begin()
        text = scan.text if not isinstance(meaning, TokenScan) else meaning.number.text
        self.port.ask("waiting", text, lambda found: self._found(found, text))

    def start_with(self, item: str) -> None:
        """From the search screen: this parcel's buyer."""
        self._begin()
        self.port.ask("waiting", item, lambda found: self._found(found, item))

    def _begin(self) -> None:
        self.step, self.waiting, self.chosen, self.code, self.given, self.shown_id, self.last = FIND, None, [], "", "", None, None
        self.op = uuid4().hex  # a double Ctrl+Enter is one handover

    def _found(self, found: Waiting | None, text: str) -> None:
        if found is None or not found.parcels:
            self.port.do(c.HandOver(scan=text), self._answer)  # says why it is not here, and writes nothing
            return
        self.waiting = found
        asked = [card.item for card in found.parcels if card.item == found.first.item]
        self.chosen = asked or [found.parcels[0].item]
        self.step = MONEY if len(self.code) == CODE_DIGITS else VERIFY
        self.play(Tone.GOOD)
        self._show()

    def on_key(self, key: str) -> bool:
        """Digits are the code, then the money; Space adds the buyer's other parcels; Enter goes on, Esc goes back."""
        if self.locked:
            if key == "Esc":
                self.understand()
            return key in ("Esc", "Enter")
        if self.sent:
            return True
        if len(key) == 1 and latin_digits(key).isdigit():
            return self._digit(latin_digits(key))
        if self.waiting is None or self.step == DONE:
            return self._leave(key)
        match key:
            case "Backspace":
                self._erase()
            case "Enter":
                self._next()
            case "Esc":
                self._back()
            case "Ctrl+Enter":
                self._hand_over()
            case "F" if self.step == MONEY:
                self.given = str(-(-self._due() // 100))
                self._show()
            case "Space":
                self.chosen = [card.item for card in self.waiting.parcels] if len(self.chosen) == 1 else self.chosen[:1]
                self._show()
            case "I" | "A":
                self.asking.identity("ui.identity" if key == "I" else "ui.proxy", self._identified)
            case "R":
                item = self.chosen[0]
                self.asking.reason("ui.does_not_want", lambda reason: self.port.do(c.Refuse(item, reason), self._answer))
            case _:
                return False
        return True

    def _leave(self, key: str) -> bool:
        if key in ("Esc", "Enter") and self.step == DONE:
            self._begin()
            self._show()
            return True
        return False

    def _digit(self, digit: str) -> bool:
        if self.waiting is None or self.step not in (VERIFY, MONEY):
            return False
        if self.step == VERIFY:
            self.code = (self.code + digit)[:CODE_DIGITS]
            if len(self.code) == CODE_DIGITS:
                self.step = MONEY
        else:
            self.given = (self.given + digit).lstrip("0")[:7]
        self._show()
        return True

    def _erase(self) -> None:
        if self.step == MONEY and self.given:
            self.given = self.given[:-1]
        else:
            self.code, self.step = self.code[:-1], VERIFY
        self._show()

    def _next(self) -> None:
        if self.step == VERIFY and (len(self.code) == CODE_DIGITS or self.shown_id is not None):
            self.step = MONEY
        self._show()

    def _back(self) -> None:
        if self.step == MONEY:
            self.step, self.code, self.shown_id = VERIFY, "", None
        else:
            self._begin()
        self._show()

    def _identified(self, shown: IdShown) -> None:
        self.shown_id, self.code, self.step = shown, "", MONEY
        self._show()

    # The one commit

    def _due(self) -> int:
        return sum(card.cod for card in self.waiting.parcels if card.item in self.chosen) if self.waiting is not None else 0

    def _enough(self) -> bool:
        return int(self.given or "0") * 100 >= self._due()

    def _hand_over(self) -> None:
        if self.sent or self.step != MONEY or not self._enough() or not self.chosen:
            return
        proof = self.shown_id
        command = c.HandOver(
            items=tuple(self.chosen), code=self.code if proof is None else None,
            id=c.Identity(proof.kind, proof.last4, proof.reason) if proof is not None else None, tendered=int(self.given or "0") * 100,
        )  # fmt: skip
        self.sent = True
        self._show_money()
        self.port.do(command, self._answer, self.op)

    def _answer(self, outcome: Outcome) -> None:
        self.play(outcome.tone)
        self.last, self.sent = outcome, False
        self.op = uuid4().hex
        if outcome.code in ("handed_over", "refused"):
            self.step = DONE
            self.port.ask("drawer", None, self._take_drawer)
        elif outcome.code in ("wrong_code", "locked", "no_code", "code_needed", "id_needed", "supervisor_needed"):
            self.step, self.code, self.shown_id = VERIFY, "", None
            if self.chosen:
                self.port.ask("waiting", self.chosen[0], self._again)
        self._show()

    def _again(self, found: Waiting | None) -> None:
        if self.waiting is not None and found is not None and found.first.item in {card.item for card in self.waiting.parcels}:
            self.waiting = found  # and not the buyer before, asked about when news came
        self._show()

    def understand(self) -> None:
        """The STOP was read."""
        if self.waiting is None:
            self._begin()
        self.last = None
        self._show()

    # What is shown

    def enter(self) -> None:
        """A parcel may have changed since."""
        self.port.ask("drawer", None, self._take_drawer)
        if self.waiting is not None and self.step < DONE:
            self.port.ask("waiting", self.waiting.first.item, self._again)

    def changed(self) -> None:
        """The money is at the centre, or a parcel changed elsewhere; code and cash typed so far stay."""
        self.enter()

    def _take_drawer(self, drawer: Drawer) -> None:
        self.drawer = drawer
        self._show_money()

    def _show(self) -> None:
        lang, shown = self.look.language, self.last
        self.locked = shown is not None and shown.tone is Tone.STOP
        self.steps.show_at(self.step)
        self.field.setVisible(self.waiting is None)
        self.field.lock(self.locked)
        self.buyer.setVisible(self.waiting is not None)
        self.verify.setVisible(not self.locked)
        self.stop.setVisible(self.locked)
        if self.locked and shown is not None:
            safe = words("ui.attempt_written" if shown.entries else "ui.nothing_written", lang)
            self.stop.show_view(stop_view(shown, self.look, safe))
        if self.waiting is not None:
            self.buyer.show_buyer(self.waiting, self.chosen, self.clock())
        tries = (self.waiting.tries, self.waiting.limit) if self.waiting is not None else (0, 5)
        self.verify.show_code(self.code, *tries)
        self.verify.show_done(say(shown, lang) if self.step == DONE and shown is not None else "")
        self._show_money()

    def _show_money(self) -> None:
        lang, shown = self.look.language, self.last
        if self.drawer is not None:
            self.money.show_drawer(self.drawer)
        if self.step == DONE and shown is not None and shown.code == "handed_over":
            self.money.show_money(
                int(shown.data["collected"]),
                str(int(shown.data["tendered"]) // 100),
                open_now=False,
                why=words("ui.receipt_is", lang, receipt=shown.data["receipt"]),
            )
            return
        why = "ui.opens_with_code" if self.step < MONEY else "ui.opens_with_money" if not self._enough() else "ui.both_at_once"
        self.money.show_money(self._due(), self.given, open_now=self.step == MONEY and self._enough() and not self.sent, why=words(why, lang))

    def hints(self) -> list[Hint]:
        """Keys that act now."""
        if self.locked:
            return [("Esc", "ui.understood")]
        if self.step == DONE:
            return [("Enter", "ui.next_buyer")]
        return [("Enter", "ui.next_step"), ("Esc", "ui.step_back"), ("Space", "ui.all_parcels")]

    def render_all(self) -> None:
        """Says everything again."""
        restyle_all(self)
        self._show()
