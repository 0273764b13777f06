"""Day close: count the drawer blind, see what should be there, say why it differs, close. The count is never lost on the way."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from corner_app.desk import commands as c
from corner_app.desk.views import ClosedDay, CloseView
from corner_app.domain.close import local_date
from corner_app.domain.here import Clerk
from corner_app.domain.outcome import Outcome, Tone
from corner_app.domain.scan import Meaning, Scan
from corner_app.i18n import Language, money, on_date, say, words
from corner_app.ui.answers import PHONE_CODES
from corner_app.ui.bridge import DeskPort
from corner_app.ui.dialogs.ask import Asking
from corner_app.ui.dialogs.pin import Approval
from corner_app.ui.screen import Hint
from corner_app.ui.theme import Look
from corner_app.ui.widgets.basic import restyle_all
from corner_app.ui.widgets.cash_page import CashPage
from corner_app.ui.widgets.close import ALL, BeforeCard, ClosedCard, DifferenceCard, OfferCard, SumCard, checks, difference_words, offer_of, sum_rows
from corner_app.ui.widgets.count import CountCard

_LARGE, _FEW = 130, 5
"""Per cent of text from which more rows of the sum than these take the room of hints."""
_PIN_ANSWERS = ("wrong_pin", "pin_locked", "no_pin", "supervisor_needed")
"""Answers that leave the question for the PIN standing."""


class CloseScreen(QWidget):
    """F10. clerk: who works here now; open_room: brings another screen to the front; back: to where the clerk was; tell: a calm word in passing;
    rehint: shows the keys that act now.
    """

    def __init__(
        self, port: DeskPort, look: Look, asking: Callable[[], Asking], play: Callable[[Tone], None], clock: Callable[[], int], counter: int,
        *, clerk: Callable[[], Clerk], open_room: Callable[[str], None], back: Callable[[], None], tell: Callable[[str], None],
        to_receive: Callable[[Meaning, Scan], None], rehint: Callable[[], None],
    ) -> None:  # fmt: skip
        super().__init__()
        look = look.slower()
        self.port, self.look, self.asking, self.play, self.clock = port, look, asking, play, clock
        self.clerk, self.open_room, self.back, self.tell, self.to_receive, self.rehint = clerk, open_room, back, tell, to_receive, rehint
        self.locked = False
        self.view: CloseView | None = None
        self._sent, self._typed, self._was_counted, self._just_closed = False, False, False, False
        self._op = uuid4().hex
        self.count = CountCard(look, counter)
        self.offer, self.sums, self.difference, self.closed_card, self.before = (
            OfferCard(look), SumCard(look), DifferenceCard(look), ClosedCard(look), BeforeCard(look)
        )  # fmt: skip
        self.cash = CashPage(port, look, self._stop, play, tell, self._cash_done)
        self.pages = QStackedWidget()
        page = QWidget()
        row = QHBoxLayout(page)
        row.setContentsMargins(18, 18, 18, 18)
        row.setSpacing(16)
        right = QVBoxLayout()
        right.setSpacing(14 if look.percent <= _LARGE else 8)
        for card in (self.offer, self.sums, self.difference, self.closed_card):
            right.addWidget(card)
        right.addWidget(self.before, 1)
        row.addWidget(self.count, 1)
        row.addLayout(right, 1)
        self.pages.addWidget(page)
        self.pages.addWidget(self.cash)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.pages)
        self._connect()
        self.render_all()

    def _connect(self) -> None:
        self.count.confirmed.connect(self._confirm)
        self.count.edited.connect(self._edited)
        self.count.letter.connect(self._key)
        self.before.opened.connect(self._open_check)
        self.before.draft.connect(lambda: self.open_room("reports"))
        self.before.go_on.connect(self._go_on)
        self.offer.taken.connect(self.ask_open)
        self.closed_card.approve.connect(self._approve)
        self.difference.reason.returnPressed.connect(self.before.button.setFocus)
        self.cash.back.connect(self.show_count)

    # What comes in

    def on_scan(self, meaning: Meaning, scan: Scan) -> None:
        """The seal of a pouch where one is asked for; anything else begins work where a person would take it. What is typed stays."""
        if self.pages.currentWidget() is self.cash and self.cash.take_scan(scan.text):
            self.play(Tone.GOOD)
        else:
            self.to_receive(meaning, scan)

    @property
    def wants_seal(self) -> bool:
        """Whether a code of any kind is taken for the seal of a pouch."""
        return self.pages.currentWidget() is self.cash and self.cash.wants_seal

    def _key(self, key: str) -> None:
        self.on_key(key)

    def on_key(self, key: str) -> bool:
        """M cash and pouches, O opens the day, V approves, Ctrl+P a draft, Ctrl+Enter goes on; Esc goes back and loses nothing."""
        if self._sent:
            return True
        if self.pages.currentWidget() is self.cash:
            return self.cash.on_key(key)
        match key:
            case "M":
                self.show_cash()
            case "O" if self._offered() == "open":
                self.ask_open()
            case "V" if self._waiting_dates():
                self._approve()
            case "Ctrl+P":
                self.open_room("reports")
            case "Ctrl+Enter":
                self._go_on()
            case "Esc":
                self.back()
            case "Up" if self.count.total.hasFocus():
                self.count.pile.enter(last=True)
            case "Enter" | "Down" if not self._in_a_piece():
                self.count.pile.enter()
            case _:
                return False
        return True

    def _in_a_piece(self) -> bool:
        """Whether something of this screen has the focus and knows the key itself."""
        return self.count.has_focus() or any(row.hasFocus() for row in self.before.list.rows)

    def show_cash(self) -> None:
        """The page of cash acts."""
        self.pages.setCurrentWidget(self.cash)
        self.cash.enter()

    def show_count(self) -> None:
        """Back to the count."""
        self.pages.setCurrentIndex(0)
        self.enter()
        self.count.pile.enter()

    def _cash_done(self) -> None:
        """Cash moved: what was counted before it counts no more, and stays typed."""
        self._ask()

    # The count

    def _edited(self) -> None:
        self._typed = True
        self._show()

    def _matches(self) -> bool:
        """Whether the numbers on the screen are those of a count that still holds."""
        return self.view is not None and self.view.counted is not None and self.count.pile.pieces() == self.view.pieces

    def _confirm(self) -> None:
        """Enter on the total: the count is written; a count that stands is not written again."""
        if self._sent or self._matches():
            return
        if not self.count.pile.counted():
            self.play(Tone.LOOK)
            self.tell(words("close.type_first", self.look.language))
            return
        self._send(c.Count(self.count.pile.counted()), self._counted)

    def _send(self, command: c.AnyCommand, then: Callable[[Outcome], None]) -> None:
        self._sent = True
        self.tell("")
        self._show()

        def answered(outcome: Outcome) -> None:
            self._sent, self._op = False, uuid4().hex
            then(outcome)
            self._show()

        self.port.do(command, answered, self._op)

    def _counted(self, outcome: Outcome) -> None:
        if outcome.tone is Tone.STOP:
            self._stop(outcome)
            return
        self.play(outcome.tone)
        self._was_counted = True
        self._ask(self._after_count)

    def _after_count(self) -> None:
        """Where it differs the reason is the next thing to say."""
        if self.view is not None and self.view.closed:
            self.tell(words("close.closed_already", self.look.language))
        elif self._difference():
            self.difference.reason.setFocus()
        else:
            self.count.total.setFocus()

    def _difference(self) -> int:
        """Counted less expected; 0 where no count stands."""
        view = self.view
        return (view.counted or 0) - view.expected if view is not None and self._matches() else 0

    # The close

    def _go_on(self) -> None:
        """Ctrl+Enter: writes the count, then asks for the close. Each press does one thing."""
        view = self.view
        if self._sent or view is None:
            return
        if not self._matches():
            self._confirm()
        elif view.closed:
            self.tell(words("close.closed_already", self.look.language))
        elif self._difference() and not self.difference.reason.text().strip():
            self.play(Tone.LOOK)
            self.difference.reason.setFocus()
            self.tell(words("close.reason_first", self.look.language))
        else:
            self._ask_close(view)

    def _is_supervisor(self) -> bool:
        return self.view is not None and any(badge == self.clerk().badge for badge, _, _ in self.view.supervisors)

    def _ask_close(self, view: CloseView, wrong: str = "", chosen: str = "") -> None:
        lang, differs = self.look.language, self._difference()
        date = on_date(view.date, lang)
        if not differs:
            self.asking().confirm("close.sure", words("close.sure_good", lang, date=date), lambda: self._close(None, ""))
            return
        said = words("close.sure_differs", lang, date=date, difference=difference_words(differs, lang))
        if self._is_supervisor():
            self.asking().confirm("close.sure", f"{said} {words('close.stands_by', lang)}", lambda: self._close(None, ""))
            return
        asked = Approval(words("close.sure", lang), said, "close.approve_and_close", view.supervisors, "close.later", chosen, wrong)
        self.asking().approver(asked, self._close)

    def _close(self, approver: str | None, pin: str) -> None:
        reason = self.difference.reason.text().strip() if self._difference() else ""
        command = c.CloseDay(self.count.pile.counted(), reason or None, approver, pin if approver is not None else None)
        self._send(command, lambda outcome: self._close_answered(outcome, approver))

    def _close_answered(self, outcome: Outcome, approver: str | None) -> None:
        if outcome.code == "day_closed":
            self.play(outcome.tone)
            self._ask(self._after_close)
        elif outcome.code in _PIN_ANSWERS and self.view is not None and approver is not None:
            self.play(Tone.STOP)
            self._ask_close(self.view, say(outcome, self.look.language), approver)
        elif outcome.code == "reason_needed":
            self._ask(self._after_count)  # something was posted between the count and the close
        else:
            self._stop(outcome)

    def _after_close(self) -> None:
        """The count is sealed with the day; the fields are for the next one."""
        self.count.clear()
        self.difference.reason.clear()
        self._typed, self._was_counted, self._just_closed = False, False, True
        self.setFocus()
        self._show()

    def _name(self, badge: str) -> str:
        people = self.view.supervisors if self.view is not None else ()
        bangla = self.look.language is Language.BN
        return next((bn if bangla else en for known, bn, en in people if known == badge), badge)

    def _stop(self, outcome: Outcome) -> None:
        """What went wrong, what is safe, and the code for the phone; Esc acknowledges."""
        lang = self.look.language
        self.play(Tone.STOP)
        code = f"{words('ui.phone_code', lang)}: {PHONE_CODES.get(outcome.code, 'X-00')}"
        self.asking().tell("ui.stop", (say(outcome, lang), words("close.nothing_moved", lang), code), lambda: None)

    # The morning, and days that wait for approval

    def _offered(self) -> str:
        return offer_of(self.view, local_date(self.clock())) if self.view is not None else ""

    def ask_open(self) -> None:
        """The float, suggested with what was carried."""
        if self.view is None or self._offered() != "open":
            return
        carried = self.view.opening
        said = words("close.open_float_why", self.look.language, carried=money(carried, self.look.language))
        self.asking().amount("close.open_float", said, carried, lambda float_: self._send(c.OpenDay(float_), self._opened))

    def _opened(self, outcome: Outcome) -> None:
        if outcome.tone is Tone.STOP:
            self._stop(outcome)
            return
        self.play(outcome.tone)
        self.tell(say(outcome, self.look.language))
        self._just_closed = False
        self._ask()

    def _waiting_dates(self) -> tuple[str, ...]:
        return self.view.unapproved if self.view is not None else ()

    def _approve(self, wrong: str = "", chosen: str = "") -> None:
        """The oldest day whose difference nobody approved."""
        dates = self._waiting_dates()
        if not dates or self.view is None:
            return
        lang, date = self.look.language, dates[0]
        title, why = words("close.approve_day", lang, date=on_date(date, lang)), words("close.approve_why", lang)
        if self._is_supervisor():
            self.asking().confirm("close.approve", f"{title}. {why}", lambda: self._approved_by(date, None, ""))
            return
        asked = Approval(title, why, "close.approve", self.view.supervisors, "", chosen, wrong)
        self.asking().approver(asked, lambda badge, pin: self._approved_by(date, badge, pin))

    def _approved_by(self, date: str, badge: str | None, pin: str) -> None:
        command = c.ApproveDay(date, badge, pin if badge is not None else None)

        def answered(outcome: Outcome) -> None:
            if outcome.code in _PIN_ANSWERS and badge is not None:
                self.play(Tone.STOP)
                self._approve(say(outcome, self.look.language), badge)
            elif outcome.tone is Tone.STOP:
                self._stop(outcome)
            else:
                self.play(outcome.tone)
                self.tell(say(outcome, self.look.language))
                self._ask()

        self._send(command, answered)

    def _open_check(self, name: str) -> None:
        """A row was pressed: its room, or what is done here."""
        if self.view is None:
            return
        found = checks(self.view, self.look.language)
        if name == ALL:
            self.asking().choose("close.see_all", [(f"close.to_{check.name}", self._opener(check.name)) for check in found])
        elif name == "unapproved":
            self._approve()
        else:
            self.open_room(next(check.room for check in found if check.name == name))

    def _opener(self, name: str) -> Callable[[], None]:
        return lambda: self._open_check(name)

    # What is shown

    def enter(self) -> None:
        """Reads the day; the cursor waits in the count, if there is something to count."""
        self._ask()
        if self.pages.currentWidget() is self.cash:
            self.cash.enter()
        elif self._closed_day() is None:
            self.count.pile.enter()

    def changed(self) -> None:
        """Reads again what came meanwhile."""
        self._ask()

    def _ask(self, then: Callable[[], None] | None = None) -> None:
        self.port.ask("close", None, lambda view: self._take(view, then))

    def _take(self, view: CloseView, then: Callable[[], None] | None) -> None:
        self.view = view
        self.cash.show_view(view)
        if view.counted is not None:
            self._was_counted = True
            if not self._typed and not self.count.pile.counted() and not view.closed:
                self.count.put(view.pieces)  # the program was stopped after the count
        self._show()
        self.rehint()
        if then is not None:
            then()

    def _closed_day(self) -> ClosedDay | None:
        """The closed day that is shown until the next one is opened or counted."""
        view = self.view
        return view.last if view is not None and (view.closed or self._just_closed) and not self.count.pile.counted() else None

    def _show(self) -> None:
        view = self.view
        self.count.render_all(again=self._was_counted)
        if view is None:
            self.offer.hide()
            self.difference.hide()
            self.closed_card.hide()
            self.sums.show_blind(moved=False)
            return
        self.offer.show_offer(self._offered(), view)
        counted, matches, closed = view.counted is not None, self._matches(), self._closed_day()
        self.closed_card.setVisible(closed is not None)
        self.sums.setVisible(closed is None)
        self.difference.setVisible(counted and closed is None)
        if closed is not None:
            self.closed_card.show_closed(closed, self._name(closed.approved_by))
        if counted:
            self.sums.show_view(view)
        else:
            self.sums.show_blind(moved=self._was_counted)
        crowded = self.look.percent > _LARGE and counted and closed is None and len(sum_rows(view, self.look.language)) > _FEW
        if matches:
            self.difference.show_difference(self._difference(), supervisor=self._is_supervisor(), crowded=crowded)
        else:
            self.difference.show_changed()
        self.before.show_view(view, counted=matches, busy=self._sent, crowded=crowded)

    def hints(self) -> list[Hint]:
        """Keys that act now."""
        if self.pages.currentWidget() is self.cash:
            return self.cash.hints()
        go_on = "close.close_day" if self._matches() else "close.write"
        approve: list[Hint] = [("V", "close.approve")] if self._waiting_dates() else []
        plain: list[Hint] = [("Tab", "close.next_note"), ("Ctrl+P", "close.draft_report")] if self.look.percent <= _LARGE else []
        return [*plain, ("Ctrl+Enter", go_on), ("M", "close.money"), *approve, ("Esc", "ui.step_back")]

    def render_all(self) -> None:
        """Says everything again."""
        restyle_all(self)
        self.cash.render_all()
        self._show()
