"""What a scan leads to at the counter: each scanner hears how its own scan went, the same code again is said and done once, a wrong kind of code is refused."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot
from tests.ui import prepared as p

from corner_app.desk import commands as c
from corner_app.domain.outcome import Outcome, Tone
from corner_app.domain.scan import Scan
from corner_app.i18n import Language, words
from corner_app.ui.main_window import MainWindow
from corner_app.ui.theme import Look

FIRST, SECOND, THIRD = "CP104722187BD", "CP104722182BD", "CP104719909BD"
SHELF = "SH*KH-12"
TOKEN = f"BDP/{SECOND}/123456"
FOREIGN = Outcome(Tone.LOOK, "missent", THIRD, (9,), {"right_office": "8510", "right_office_bn": "কাউখালী", "right_office_en": "Kaukhali"}, None)


class Counter:
    """A window on a prepared desk, with what it sounded and what each scanner was told."""

    def __init__(self, qtbot: QtBot, look: Look) -> None:
        self.port = p.PreparedPort()
        self.tones: list[Tone] = []
        self.told: list[tuple[str, Tone]] = []
        self.window = MainWindow(
            self.port, look, p.OFFICE, "8500", 2, training=False, clerk=p.RAHIMA, clock=lambda: p.NOW, play=self.tones.append, on_close=lambda: None,
            tell=lambda device, tone: self.told.append((device, tone)),
        )  # fmt: skip
        qtbot.addWidget(self.window)
        self.window.show()

    def scan(self, text: str, device: str = "left", at_ms: int = 1_000, aim: str = "") -> None:
        self.window.on_scan(Scan(text, aim, device, at_ms))

    @property
    def notice(self) -> str:
        return self.window.footer._notice.full


@pytest.fixture
def counter(qtbot: QtBot, look: Look) -> Counter:
    return Counter(qtbot, look)


# Who is told


def test_each_scanner_hears_how_its_own_scan_went_in_their_order(counter: Counter) -> None:
    counter.scan(FIRST, "left")
    counter.scan(SECOND, "right")
    counter.scan(THIRD, "left")
    assert counter.told == []
    counter.port.settle(p.RECEIVED)
    counter.port.settle(FOREIGN)
    counter.port.settle(p.WRONG_DIGIT)
    assert counter.told == [("left", Tone.GOOD), ("right", Tone.LOOK), ("left", Tone.STOP)]


def test_what_is_scanned_behind_a_stop_is_told_stop_in_its_own_hand(counter: Counter) -> None:
    counter.scan(FIRST, "left")
    counter.scan(SECOND, "right")
    counter.port.settle(p.WRONG_DIGIT)
    assert counter.told == [("left", Tone.STOP), ("right", Tone.STOP)]


def test_a_key_is_no_scanners_business(counter: Counter) -> None:
    counter.scan(FIRST)
    counter.port.settle(p.RECEIVED)
    counter.told.clear()
    counter.window.on_key("Ctrl+Z")
    counter.port.settle(Outcome(Tone.GOOD, "undone", data={"undone": [1]}))
    assert counter.tones[-1] is Tone.GOOD
    assert counter.told == []


@pytest.mark.parametrize("code", ["CMD*SORT", "BADGE*RAHIMA"])
def test_a_card_is_answered_too_so_that_no_scanner_waits(counter: Counter, code: str) -> None:
    counter.scan(code)
    assert counter.told == [("left", Tone.GOOD)]


def test_a_buyer_who_is_looked_for_is_answered_when_found_whoever_scans_meanwhile(counter: Counter) -> None:
    counter.window.open("handover")
    late: list[object] = []
    counter.port.ask = lambda question, argument, then: late.append(then) if question == "waiting" else None  # type: ignore[method-assign]
    counter.scan(SECOND, "left")
    counter.scan(THIRD, "right")
    assert counter.told == []
    for then in reversed(late):
        then(p.WAITING)  # type: ignore[operator]
    assert counter.told == [("right", Tone.GOOD), ("left", Tone.GOOD)]


# The same again


def test_the_same_code_again_so_soon_is_said_with_its_age_and_done_once(counter: Counter) -> None:
    counter.scan(SECOND, at_ms=1_000)
    counter.port.settle(p.RECEIVED)
    counter.scan(SECOND, at_ms=1_600)
    assert counter.port.commands == [c.Receive(SECOND)]
    assert words("ui.scanned_again", Language.BN, ago="০.৬") in p.words_shown(counter.window.receive.stage)
    assert counter.told == [("left", Tone.GOOD), ("left", Tone.GOOD)]
    assert counter.tones == [Tone.GOOD], "calm: no second tone in the room"


@pytest.mark.parametrize(("device", "at_ms"), [("right", 1_600), ("left", 2_501)])
def test_another_scanner_or_a_later_scan_is_acted_on(counter: Counter, device: str, at_ms: int) -> None:
    counter.scan(SECOND, at_ms=1_000)
    counter.port.settle(p.RECEIVED)
    counter.scan(SECOND, device, at_ms)
    assert counter.port.commands == [c.Receive(SECOND), c.Receive(SECOND)]


def test_after_a_key_the_same_code_is_an_act_of_its_own(counter: Counter) -> None:
    counter.scan(SECOND, at_ms=1_000)
    counter.port.settle(p.RECEIVED)
    counter.window.on_key("Ctrl+Z")
    counter.port.settle(Outcome(Tone.GOOD, "undone", data={"undone": [1]}))
    counter.scan(SECOND, at_ms=1_900)
    assert counter.port.commands == [c.Receive(SECOND), c.Undo(), c.Receive(SECOND)]


def test_the_undo_card_takes_back_one_scan_each_time(counter: Counter) -> None:
    counter.port.reply = lambda command: Outcome(Tone.GOOD, "undone", data={"undone": [1]})
    counter.scan("CMD*UNDO", at_ms=1_000)
    counter.scan("CMD*UNDO", at_ms=1_700)
    assert counter.port.commands == [c.Undo(), c.Undo()]


def test_two_parcels_laid_on_one_shelf_quickly_are_both_laid_there(counter: Counter) -> None:
    counter.port.reply = lambda command: p.RECEIVED
    for at_ms, code in enumerate((SECOND, SHELF, THIRD, SHELF)):
        counter.scan(code, at_ms=1_000 + 300 * at_ms)
    assert sum(isinstance(command, c.Shelve) for command in counter.port.commands) == 2


def test_a_parcel_that_came_back_to_the_beam_after_another_is_looked_at_again(counter: Counter) -> None:
    """Else the shelf scanned next would be the other's."""
    counter.port.reply = lambda command: p.RECEIVED
    for at_ms, code in enumerate((SECOND, THIRD, SECOND)):
        counter.scan(code, at_ms=1_000 + 300 * at_ms)
    assert counter.port.commands == [c.Receive(SECOND), c.Receive(THIRD), c.Receive(SECOND)]


def test_where_there_is_no_stage_the_same_again_is_said_below(counter: Counter) -> None:
    counter.window.open("sort")
    counter.port.reply = lambda command: p.RECEIVED
    counter.scan(SECOND, at_ms=1_000)
    counter.scan(SECOND, at_ms=2_300)
    assert counter.port.commands == [c.Sort(SECOND)]
    assert counter.notice == words("ui.scanned_again", Language.BN, ago="১.৩")


def test_the_weight_on_the_scale_stands_beside_what_was_announced_and_goes_when_it_is_not_known(counter: Counter) -> None:
    counter.port.reply = lambda command: p.RECEIVED
    counter.window.show_weight(1_240)
    counter.scan(SECOND, at_ms=1_000)
    line = counter.window.receive.stage.line
    announced = line.full.removesuffix(" · পাল্লায় ১.২ কেজি")
    assert line.full != announced
    counter.window.show_weight(None)
    assert line.full == announced
    counter.scan(SECOND, at_ms=1_500)
    counter.window.show_weight(1_250)
    assert line.full == words("ui.scanned_again", Language.BN, ago="০.৫"), "what was said of the scan is not covered by the scale"


# What no label of ours carries, and what is no code


def test_a_parcels_number_in_a_foreign_qr_is_not_received_and_stands_in_the_list(counter: Counter) -> None:
    counter.scan(SECOND, aim="Q1")
    assert counter.port.commands == []
    assert counter.told == [("left", Tone.STOP)]
    assert counter.notice == words("ui.not_such_a_code_item", Language.BN, code=SECOND)
    assert counter.window.receive.lines[0][0].item == SECOND
    assert words("ui.line_not_counted", Language.BN) in p.words_shown(counter.window.receive.stage)


@pytest.mark.parametrize("screen", ["receive", "sort"])
def test_the_parcel_before_a_code_that_is_not_counted_leaves_the_stage_and_no_shelf_takes_it(counter: Counter, screen: str) -> None:
    """Else the uncounted one would be laid where the other goes."""
    counter.window.open(screen)
    counter.port.reply = lambda command: p.RECEIVED
    counter.scan(SECOND)
    counter.scan(THIRD, aim="Q1")
    card = counter.window.receive.stage if screen == "receive" else counter.window.screens["sort"].card  # type: ignore[attr-defined]
    assert p.RECEIVED.card is not None
    assert not any(p.RECEIVED.card.name_bn in said for said in p.words_shown(card))
    counter.scan(SHELF)
    assert not any(isinstance(command, c.Shelve) for command in counter.port.commands)


def test_a_buyers_code_in_a_linear_barcode_opens_nothing_and_is_shown_nowhere(counter: Counter) -> None:
    counter.window.open("handover")
    counter.scan(TOKEN, aim="C0")
    assert counter.port.commands == []
    assert counter.told == [("left", Tone.STOP)]
    assert counter.notice == words("ui.not_such_a_code_token", Language.BN)


def test_the_pickup_code_of_a_refused_token_is_not_listed(counter: Counter) -> None:
    counter.scan(TOKEN, aim="C0")
    assert all("123456" not in line.item for line, _ in counter.window.receive.lines)


@pytest.mark.parametrize(("text", "aim"), [(SECOND, "C0"), (SECOND, ""), (TOKEN, "Q1"), (TOKEN, "")])
def test_what_is_printed_so_or_by_a_scanner_that_does_not_say_is_acted_on(counter: Counter, text: str, aim: str) -> None:
    counter.scan(text, aim=aim)
    assert counter.port.commands == [c.Receive(text)]


def test_a_garbled_code_sounds_and_asks_for_another_scan(counter: Counter) -> None:
    counter.window.on_noise()
    assert counter.tones == [Tone.LOOK]
    assert counter.notice == words("ui.unreadable", Language.BN)
    assert counter.told == []
