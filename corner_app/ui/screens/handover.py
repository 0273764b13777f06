"""Handover: find the buyer, verify by code or document, take the money, give the parcels. One commit at the end."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from corner_app.desk import commands as c
from corner_app.desk.views import Drawer, Waiting
from corner_app.domain.handover import Charge
from corner_app.domain.outcome import Outcome, Tone
from corner_app.domain.scan import Meaning, Scan, TokenScan
from corner_app.i18n import latin_digits, say, words
from corner_app.ui.answers import PHONE_CODES, stop_view
from corner_app.ui.bridge import DeskPort
from corner_app.ui.dialogs.ask import Asking, IdShown
from corner_app.ui.screen import Hint
from corner_app.ui.theme import Look
from corner_app.ui.widgets.basic import restyle_all
from corner_app.ui.widgets.handover import BasketView, BuyerCard, CodeCard, MoneyCard, MoneyView, UnknownCard
from corner_app.ui.widgets.sorting import Steps
from corner_app.ui.widgets.stage import ScanField, StopCard

FIND, VERIFY, MONEY, DONE = range(4)
CODE_DIGITS = 6
STEPS = ("ui.step_find", "ui.step_verify", "ui.step_money", "ui.step_done")
UNKNOWN = frozenset({"disk_error", "book_busy", "book_damaged", "bug"})
"""Trouble that may come when all was written already: what became of the handover is not known."""


class HandoverScreen(QWidget):
    """F4."""

    def __init__(self, port: DeskPort, look: Look, asking: Asking, play: Callable[[Tone], None], clock: Callable[[], int]) -> None:
        super().__init__()
        self.port, self.look, self.asking, self.play, self.clock = port, look, asking, play, clock
        self.locked, self.sent, self.step = False, False, FIND
        self.unknown = ""  # the trouble that came instead of an answer, until the same is asked again
        self.asked: c.HandOver | None = None
        self.waiting: Waiting | None = None
        self.chosen: list[str] = []
        self.refused: dict[str, str] = {}
        self.at: int | None = None
        self.paid: c.PaidBy | None = None
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
        self.doubt = UnknownCard(look)
        self.stop.understood.connect(self.understand)
        self.money.hand_over.connect(self._hand_over)
        for signal, key in (
            (self.verify.identity, "I"), (self.verify.proxy, "A"), (self.verify.refuse, "R"), (self.money.cash, "F"), (self.money.mobile, "M"),
            (self.doubt.again, "Enter"), (self.doubt.look_up, "Esc"),
        ):  # fmt: skip
            signal.connect(self._pressed(key))
        for piece in (self.steps, self.field, self.buyer):
            left.addWidget(piece)
        left.addWidget(self.verify, 1)
        left.addWidget(self.stop, 1)
        left.addWidget(self.doubt, 1)
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
                self.refused.pop(card.item, None)
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
        self.refused, self.at, self.paid, self.unknown, self.asked = {}, None, None, "", None
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
        if self.unknown:
            return self._key_in_doubt(key)
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
                self.given, self.paid = str(-(-self._due() // 100)), None
                self._show()
            case "M" if self._can_claim():
                self.asking.payment(self.waiting.wallets, self._claimed)
            case "Space":
                self._tick()
            case "Up" | "Down":
                self._step_to(key)
            case "I" | "A":
                self.asking.identity("ui.identity" if key == "I" else "ui.proxy", self._identified)
            case "R":
                self._ask_why()
            case _:
                return False
        return True

    def _key_in_doubt(self, key: str) -> bool:
        """Enter asks the same again, so that it is done once; Esc looks the parcel up in the book, which alone knows."""
        if key not in ("Enter", "Esc", "Ctrl+Enter"):
            return False
        if self.sent or self.asked is None:
            return True
        if key == "Esc":
            item = self.chosen[0]
            self._begin()
            self._show()
            self.port.ask("waiting", item, lambda found: self._found(found, item))
        else:
            self._send(self.asked)
        return True

    # What of the buyer's parcels

    def _tick(self) -> None:
        """The row the clerk stands on; else all of them, or only the first."""
        if self.waiting is None:
            return
        if self.at is None:
            self.chosen = [card.item for card in self.waiting.parcels] if len(self.chosen) == 1 else self.chosen[:1]
            self.refused = {}
        else:
            self._toggle(self.waiting.parcels[self.at].item)
        self._show()

    def _toggle(self, item: str) -> None:
        if item in self.chosen:
            self.chosen.remove(item)
        else:
            self.chosen.append(item)
            self.refused.pop(item, None)

    def _step_to(self, key: str) -> None:
        if self.waiting is not None and len(self.waiting.parcels) > 1:
            last = len(self.waiting.parcels) - 1
            self.at = 0 if self.at is None else max(0, self.at - 1) if key == "Up" else min(last, self.at + 1)
        self._show()

    def _ask_why(self) -> None:
        """Why the buyer does not take the one parcel, or of several the one the clerk stands on, or the last one ticked."""
        if self.waiting is None:
            return
        items = [card.item for card in self.waiting.parcels]
        if self.at is None and len(self.chosen) > 1:
            self.at = items.index(self.chosen[-1])
        item = items[self.at] if self.at is not None else self.chosen[0] if self.chosen else items[0]
        self._show()
        self.asking.reason("ui.does_not_want", lambda reason: self._left(item, reason), item if len(items) > 1 else "")

    def _left(self, item: str, reason: str) -> None:
        """It is written together with what is taken; where nothing is, each by itself, now."""
        self.refused[item] = reason
        self.chosen = [each for each in self.chosen if each != item]
        if not self.chosen:
            left, self.refused, self.chosen = self.refused, {}, [item]
            for each, why in left.items():
                self.port.do(c.Refuse(each, why), self._answer)
        self._show()

    # The money

    def _can_claim(self) -> bool:
        return self.step == MONEY and self.waiting is not None and bool(self.waiting.wallets) and self._due() > 0

    def _claimed(self, wallet: str, trx: str) -> None:
        self.paid, self.given = c.PaidBy(wallet, trx), ""
        self._show()

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
            self.given, self.paid = (self.given + digit).lstrip("0")[:7], None
        self._show()
        return True

    def _erase(self) -> None:
        if self.step == MONEY and self.paid is not None:
            self.paid = None
        elif self.step == MONEY and self.given:
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

    def _charges(self) -> dict[str, Charge]:
        """What is owed for each of the buyer's parcels."""
        if self.waiting is None:
            return {}
        shown = {card.item: Charge(card.cod, 0) for card in self.waiting.parcels}
        return shown | {card.item: charge for card, charge in zip(self.waiting.parcels, self.waiting.charges, strict=False)}

    def _due(self) -> int:
        return sum(charge.total for item, charge in self._charges().items() if item in self.chosen)

    def _enough(self) -> bool:
        return self.paid is not None or int(self.given or "0") * 100 >= self._due()

    def _hand_over(self) -> None:
        if self.sent or self.unknown or self.step != MONEY or not self._enough() or not self.chosen:
            return
        proof = self.shown_id
        command = c.HandOver(
            items=tuple(self.chosen), code=self.code if proof is None else None,
            id=c.Identity(proof.kind, proof.last4, proof.reason) if proof is not None else None,
            tendered=int(self.given or "0") * 100 if self.paid is None else None, paid_by=self.paid,
            refused=tuple(c.Left(item, reason) for item, reason in self.refused.items()),
        )  # fmt: skip
        self._send(command)

    def _send(self, command: c.HandOver) -> None:
        """The same op as long as nobody knows what became of it."""
        self.asked, self.sent = command, True
        self._show()
        self.port.do(command, self._handed, self.op)

    def _handed(self, outcome: Outcome) -> None:
        if outcome.code in UNKNOWN:
            self.play(Tone.STOP)
            self.unknown, self.sent = outcome.code, False
            self._show()
            return
        self.unknown = ""
        self._answer(outcome)

    def _answer(self, outcome: Outcome) -> None:
        self.play(outcome.tone)
        self.last, self.sent = outcome, False
        self.op = uuid4().hex
        if outcome.code in ("handed_over", "refused"):
            self.step = DONE
            self.port.ask("drawer", None, self._take_drawer)
        elif outcome.code in ("trx_used", "bad_trx", "no_such_wallet", "nothing_due"):
            self.paid = None
        elif outcome.code in ("wrong_code", "locked", "no_code", "code_needed", "id_needed", "supervisor_needed"):
            self.step, self.code, self.shown_id = VERIFY, "", None
            if self.chosen:
                self.port.ask("waiting", self.chosen[0], self._again)
        self._show()

    def _again(self, found: Waiting | None) -> None:
        if self.unknown or self.sent:
            return  # what it was asked with stays until the answer is known
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
        stopped = shown is not None and shown.tone is Tone.STOP and not self.unknown
        self.locked = stopped or bool(self.unknown)
        self.steps.show_at(self.step)
        self.field.setVisible(self.waiting is None)
        self.field.lock(self.locked)
        self.buyer.setVisible(self.waiting is not None)
        self.verify.setVisible(not self.locked)
        self.stop.setVisible(stopped)
        self.doubt.setVisible(bool(self.unknown))
        if self.unknown:
            self.doubt.show_code(PHONE_CODES[self.unknown])
        if stopped and shown is not None:
            safe = words("ui.attempt_written" if shown.entries else "ui.nothing_written", lang)
            self.stop.show_view(stop_view(shown, self.look, safe))
        if self.waiting is not None:
            due = {item: charge.principal for item, charge in self._charges().items()}
            self.buyer.show_buyer(self.waiting, BasketView(self.chosen, self.refused, self.at, due), self.clock())
        tries = (self.waiting.tries, self.waiting.limit) if self.waiting is not None else (0, 5)
        self.verify.show_code(self.code, *tries)
        self.verify.show_done(say(shown, lang) if self.step == DONE and shown is not None else "")
        self._show_money()

    def _show_money(self) -> None:
        if self.drawer is not None:
            self.money.show_drawer(self.drawer)
        if self.step == DONE and self.last is not None and self.last.code == "handed_over":
            self.money.show_money(self._money_done(self.last))
            return
        chosen = [charge for item, charge in self._charges().items() if item in self.chosen]
        paid = (self.paid.wallet, self.paid.trx) if self.paid is not None else None
        ready = self.step == MONEY and self._enough() and bool(self.chosen) and not self.sent and not self.unknown
        self.money.show_money(
            MoneyView(
                sum(charge.principal for charge in chosen), sum(charge.fee for charge in chosen), int(self.given) * 100 if self.given else None, paid,
                ready, words(self._why(), self.look.language), self._can_claim(),
            )
        )  # fmt: skip

    def _why(self) -> str:
        """Key of what stands below the button."""
        if self.unknown:
            return "ui.do_not_take_again"
        if self.step < MONEY:
            return "ui.opens_with_code"
        if not self.chosen:
            return "ui.nothing_chosen"
        if self.paid is not None:
            return "ui.claimed_at_once"
        return "ui.both_at_once" if self._enough() else "ui.opens_with_money"

    def _money_done(self, outcome: Outcome) -> MoneyView:
        data = outcome.data
        claimed, fee = int(data.get("claimed", 0)), int(data.get("fee", 0))
        paid = (self.asked.paid_by.wallet, self.asked.paid_by.trx) if claimed and self.asked is not None and self.asked.paid_by is not None else None
        receipt = words("ui.receipt_is", self.look.language, receipt=data["receipt"])
        return MoneyView(int(data["collected"]) + claimed - fee, fee, int(data["tendered"]), paid, ready=False, why=receipt)

    def hints(self) -> list[Hint]:
        """Keys that act now."""
        if self.unknown:
            return [("Enter", "ui.ask_again"), ("Esc", "ui.look_in_book")]
        if self.locked:
            return [("Esc", "ui.understood")]
        if self.step == DONE:
            return [("Enter", "ui.next_buyer")]
        several = self.waiting is not None and len(self.waiting.parcels) > 1
        more = [("Down", "ui.one_parcel")] if several else []
        return [("Enter", "ui.next_step"), ("Esc", "ui.step_back"), ("Space", "ui.all_parcels"), *more, *([("M", "ui.by_mobile")] if self._can_claim() else [])]

    def render_all(self) -> None:
        """Says everything again."""
        restyle_all(self)
        self._show()
