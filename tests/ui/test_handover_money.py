"""Money on the handover screen: fee apart from the price, mobile money, what the buyer leaves; and an answer that was lost after the commit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from tests.conftest import Counter
from tests.ui import prepared as p

from corner_app.book import accounts
from corner_app.book.database import Rows
from corner_app.book.verify import verify
from corner_app.desk import commands as c
from corner_app.desk import handover, jobs, status
from corner_app.domain.outcome import Outcome, Tone
from corner_app.domain.scan import Scan
from corner_app.i18n import Language, words
from corner_app.ui.main_window import MainWindow
from corner_app.ui.screens.handover import HandoverScreen
from corner_app.ui.theme import Look

A, B = "CP407774791BD", "CP610037240BD"
SHARMIN, SECOND, THIRD = p.SHARMIN.item, p.SECOND.item, p.THIRD.item
CODE = "481720"


class Stand:
    """The handover screen over a desk; the tones it played."""

    def __init__(self, qtbot: QtBot, look: Look, port: p.PreparedPort) -> None:
        self.port, self.tones = port, list[Tone]()
        self.window: MainWindow = p.window(port, look, tones=self.tones)
        qtbot.addWidget(self.window)
        self.window.show()
        self.window.open("handover")

    @property
    def screen(self) -> HandoverScreen:
        shown = self.window.front_screen
        assert isinstance(shown, HandoverScreen)
        return shown

    def scan(self, *items: str) -> None:
        for item in items:
            self.window.on_scan(Scan(item))

    def keys(self, *keys: str) -> None:
        for key in keys:
            self.window.on_key(key)

    def shown(self) -> str:
        return " ".join(p.words_shown(self.window))


@pytest.fixture
def stand(qtbot: QtBot, look: Look) -> Stand:
    made = Stand(qtbot, look, p.PreparedPort(waiting=p.WITH_FEES))
    made.scan(SHARMIN)
    return made


def test_the_fee_is_a_line_of_its_own_and_part_of_what_is_due(stand: Stand) -> None:
    stand.keys(*CODE)
    money = stand.screen.money
    assert (money.due.full, money.goods.full, money.postage.full, money.charge.full) == ("৳ ১,৮৯৬.২৫", "৳ ১,৮৫০.০০", "৳ ৪৬.২৫", "আদায়ের মাশুল")
    stand.keys(*"1896", "Ctrl+Enter")
    assert stand.port.commands == [], "twenty-five paisa are missing"
    stand.keys("Backspace", *"7", "Ctrl+Enter")
    assert stand.port.commands == [c.HandOver(items=(SHARMIN,), code=CODE, tendered=189_700)]
    assert money.back.full == "৳ ০.৭৫"


def test_f_is_the_exact_money_in_whole_taka(stand: Stand) -> None:
    stand.keys(*CODE, "F", "Ctrl+Enter")
    assert stand.port.commands == [c.HandOver(items=(SHARMIN,), code=CODE, tendered=189_700)]


def test_one_unticked_stays_and_is_not_asked_for(stand: Stand) -> None:
    stand.keys("Space", "Down", "Down", "Space", *CODE, "F", "Ctrl+Enter")
    assert stand.port.commands == [c.HandOver(items=(SHARMIN, THIRD), code=CODE, tendered=-(-(189_625 + 65_600) // 100) * 100)]


def test_one_left_with_a_reason_goes_in_the_same_command(stand: Stand) -> None:
    stand.keys("Space", "Down", "Down", "Down", "R")
    assert THIRD in " ".join(p.words_shown(stand.window.asking))
    stand.keys("1", *CODE, "F", "Ctrl+Enter")
    given = c.HandOver(items=(SHARMIN, SECOND), code=CODE, tendered=189_700, refused=(c.Left(THIRD, "refused"),))
    assert stand.port.commands == [given]
    assert words("reason.refused", Language.BN) in stand.shown()


def test_without_standing_on_a_row_the_last_one_ticked_is_asked_about(stand: Stand) -> None:
    stand.scan(SECOND)
    stand.keys("R", "1", *CODE, "F", "Ctrl+Enter")
    assert stand.port.commands == [c.HandOver(items=(SHARMIN,), code=CODE, tendered=189_700, refused=(c.Left(SECOND, "refused"),))]


def test_what_was_left_can_be_taken_after_all(stand: Stand) -> None:
    stand.keys("Space", "Down", "R", "1", "Space")
    assert (sorted(stand.screen.chosen), stand.screen.refused) == (sorted([SHARMIN, SECOND, THIRD]), {})


def test_where_nothing_is_taken_each_is_refused_by_itself_and_no_money_is_asked_for(stand: Stand) -> None:
    stand.scan(SECOND)
    stand.keys("R", "1", "Up", "R", "2")
    assert stand.port.commands == [c.Refuse(SECOND, "refused"), c.Refuse(SHARMIN, "absent")]


def test_nothing_ticked_cannot_be_handed_over(stand: Stand) -> None:
    stand.keys("Down", "Space", *CODE, "F", "Ctrl+Enter")
    assert stand.port.commands == []
    assert words("ui.nothing_chosen", Language.BN) in stand.shown()


# Mobile money


def pay(stand: Stand, trx: str = "9HM4W2K7XQ", service: str = "F1") -> None:
    stand.keys("M", service)
    stand.window.asking.fields[0].setText(trx)
    stand.keys("Enter")


def test_mobile_money_stands_for_cash(stand: Stand) -> None:
    stand.keys(*CODE, *"50")
    pay(stand, service="F2")
    money = stand.screen.money
    assert (money.given.full, money.trx.full) == (words("wallet.nagad", Language.BN), "9HM4W2K7XQ")
    stand.keys("Ctrl+Enter")
    assert stand.port.commands == [c.HandOver(items=(SHARMIN,), code=CODE, paid_by=c.PaidBy("nagad", "9HM4W2K7XQ"))]


@pytest.mark.parametrize("key", ["F", "Backspace"])
def test_and_can_become_cash_again(stand: Stand, key: str) -> None:
    stand.keys(*CODE)
    pay(stand)
    stand.keys(key, "F", "Ctrl+Enter")
    assert stand.port.commands == [c.HandOver(items=(SHARMIN,), code=CODE, tendered=189_700)]


def test_it_is_not_asked_for_before_the_code_nor_where_nothing_is_due(stand: Stand) -> None:
    stand.keys("M")
    assert not stand.window.asking.open
    stand.keys("Down", "Space", "Down", "Space", *CODE, "M")
    assert stand.screen.chosen == [SECOND]
    assert not stand.window.asking.open


def test_a_transaction_id_used_before_is_a_stop_and_then_asked_again(stand: Stand) -> None:
    stand.keys(*CODE)
    pay(stand)
    data = {"wallet": "bkash", "trx": "9HM4W2K7XQ", "when": p.NOW, "item": SECOND}
    stand.port.reply = lambda command: Outcome(Tone.STOP, "trx_used", SHARMIN, data=data)
    stand.keys("Ctrl+Enter")
    assert stand.screen.locked
    assert "H-32" in stand.shown()
    stand.keys("Esc")
    assert (stand.screen.paid, stand.screen.code) == (None, CODE)


def test_what_was_claimed_is_shown_as_claimed(stand: Stand) -> None:
    stand.keys(*CODE)
    pay(stand)
    data = {"collected": 0, "claimed": 189_625, "fee": 4_625, "wallet": "bkash", "tendered": 0, "change": 0, "receipt": "R-1", "items": [SHARMIN]}
    stand.port.reply = lambda command: Outcome(Tone.GOOD, "handed_over", SHARMIN, (1,), data, p.SHARMIN)
    stand.keys("Ctrl+Enter")
    money = stand.screen.money
    assert (money.due.full, money.goods.full, money.postage.full, money.trx.full) == ("৳ ১,৮৯৬.২৫", "৳ ১,৮৫০.০০", "৳ ৪৬.২৫", "9HM4W2K7XQ")
    assert "যাচাই বাকি" in stand.shown()


# Nobody knows whether it was written


class LossyPort(p.PreparedPort):
    """A real book under the screen. lose: what is answered instead, as often as there is something; broken: it comes before the commit, not after."""

    def __init__(self, counter: Counter, lose: list[str], *, broken: bool = False) -> None:
        super().__init__(waiting=self._waiting, drawer=self._drawer)
        self.counter, self.lose, self.broken, self.ops = counter, lose, broken, list[str | None]()
        self.later: list[Callable[[], None]] = []

    def do(self, command: c.AnyCommand, then: Callable[[Outcome], None], op: str | None = None) -> None:
        self.commands.append(command)
        self.ops.append(op)
        here = replace(self.counter.here, now=self.counter.tick())
        lost = self.lose.pop(0) if self.lose else ""
        if not (lost and self.broken):
            outcome = self.counter.book.write(lambda tx: jobs.run(tx, here, command, op))
        self.later.append(lambda: then(Outcome(Tone.STOP, lost) if lost else outcome))

    def settle_all(self) -> None:
        while self.later:
            self.later.pop(0)()

    def _read(self, question: Callable[[Rows], Any]) -> Any:
        reader = self.counter.book.reader()
        try:
            return reader.read(question)
        finally:
            reader.close()

    def _waiting(self, scan: Any) -> Any:
        return self._read(lambda rows: handover.waiting(rows, replace(self.counter.here, now=self.counter.clock), scan))

    def _drawer(self, argument: Any) -> Any:
        return self._read(lambda rows: status.drawer(rows, self.counter.here))

    def balances(self) -> dict[str, int]:
        found: dict[str, int] = self._read(accounts.balances)
        return found


@pytest.fixture
def lossy(qtbot: QtBot, look: Look, counter: Counter) -> Callable[..., Stand]:
    def at_the_money(lose: list[str], *, broken: bool = False) -> Stand:
        counter.announce(A, B)
        for item in (A, B):
            counter.do("receive", scan=item)
        stand = Stand(qtbot, look, LossyPort(counter, lose, broken=broken))
        stand.scan(A)
        stand.keys("Space", *"123456", *"2500")
        return stand

    return at_the_money


def port_of(stand: Stand) -> LossyPort:
    assert isinstance(stand.port, LossyPort)
    return stand.port


POSTED = {"drawer:8500-1": 232_000, "cod:M005": -232_000}


@pytest.mark.parametrize("trouble", ["disk_error", "book_busy", "book_damaged", "bug"])
@pytest.mark.parametrize("broken", [False, True], ids=["after the commit", "before the commit"])
def test_a_lost_answer_is_unknown_and_enter_does_it_once(lossy: Callable[..., Stand], trouble: str, broken: bool) -> None:
    """Horizon row 7: a timed-out transaction was recorded as a success, and the clerk tried again."""
    stand = lossy([trouble], broken=broken)
    port = port_of(stand)
    stand.keys("Ctrl+Enter")
    port.settle_all()
    assert port.balances() == ({} if broken else POSTED)
    assert (stand.screen.unknown, stand.screen.locked, stand.tones[-1]) == (trouble, True, Tone.STOP)
    assert words("ui.unknown_what", Language.BN) in stand.shown()
    assert words("ui.do_not_take_again", Language.BN) in stand.shown()
    stand.keys(*"99", "Space", "M", "R", "F", "F2")
    stand.scan(B)
    assert stand.window.front == "handover"
    stand.keys("Enter", "Enter", "Enter")
    assert len(port.commands) == 2, "a second Enter waits for the answer of the first"
    port.settle_all()
    assert port.ops[0] == port.ops[1] is not None
    assert port.commands[0] == port.commands[1]
    assert (stand.screen.unknown, stand.screen.last.code if stand.screen.last else "") == ("", "handed_over")
    assert stand.screen.last is not None
    assert stand.screen.last.repeated is not broken
    assert port.balances() == POSTED
    assert verify(port.counter.book.path).good


def test_it_may_be_lost_again_and_again(lossy: Callable[..., Stand]) -> None:
    stand = lossy(["book_busy"] * 50)
    port = port_of(stand)
    stand.keys("Ctrl+Enter")
    for _ in range(49):
        port.settle_all()
        assert stand.screen.unknown == "book_busy"
        stand.keys("Enter")
    port.settle_all()
    stand.keys("Ctrl+Enter")
    port.settle_all()
    assert (stand.screen.unknown, port.balances(), len(set(port.ops))) == ("", POSTED, 1)


def test_esc_looks_into_the_book_where_it_was_written(lossy: Callable[..., Stand]) -> None:
    stand = lossy(["disk_error"])
    stand.keys("Ctrl+Enter")
    port_of(stand).settle_all()
    stand.keys("Esc")
    port_of(stand).settle_all()
    assert stand.screen.last is not None
    assert stand.screen.last.code == "already_handed_over"
    assert port_of(stand).balances() == POSTED


def test_esc_looks_into_the_book_where_it_was_not_written_and_the_buyer_stands_there_again(lossy: Callable[..., Stand]) -> None:
    stand = lossy(["disk_error"], broken=True)
    stand.keys("Ctrl+Enter")
    port_of(stand).settle_all()
    stand.keys("Esc")
    port_of(stand).settle_all()
    assert (stand.screen.locked, stand.screen.waiting is not None, stand.screen.code) == (False, True, "")
    stand.keys("Space", *"123456", "F", "Ctrl+Enter")
    port_of(stand).settle_all()
    assert port_of(stand).balances() == POSTED


def test_news_meanwhile_does_not_take_away_what_was_asked(lossy: Callable[..., Stand]) -> None:
    stand = lossy(["disk_error"])
    stand.keys("Ctrl+Enter")
    port_of(stand).settle_all()
    stand.screen.changed()
    assert (stand.screen.chosen, stand.screen.money.due.full) == ([A, B], "৳ ২,৩২০")
    stand.keys("Enter")
    port_of(stand).settle_all()
    assert port_of(stand).balances() == POSTED


def test_a_disk_that_is_full_is_known_to_have_written_nothing(lossy: Callable[..., Stand]) -> None:
    stand = lossy(["disk_full"], broken=True)
    stand.keys("Ctrl+Enter")
    port_of(stand).settle_all()
    assert (stand.screen.unknown, stand.screen.locked) == ("", True)
    stand.keys("Esc", "Ctrl+Enter")
    port_of(stand).settle_all()
    assert port_of(stand).balances() == POSTED


def test_a_hundred_presses_are_one_handover(lossy: Callable[..., Stand]) -> None:
    stand = lossy([])
    port = port_of(stand)
    stand.keys(*["Ctrl+Enter"] * 100)
    assert len(port.commands) == 1
    port.settle_all()
    stand.keys(*["Ctrl+Enter"] * 100)
    assert (len(port.commands), port.balances()) == (1, POSTED)


@pytest.mark.parametrize("end", ["1", "Esc"])
def test_after_a_question_no_button_has_the_keys(stand: Stand, qtbot: QtBot, end: str) -> None:
    """Space would press it instead of ticking a parcel."""
    qtbot.waitUntil(stand.window.isActiveWindow)
    stand.keys("Space", "Down", "R")
    qtbot.waitUntil(lambda: QApplication.focusWidget() is stand.window.asking)
    stand.keys(end)
    assert QApplication.focusWidget() is stand.window
