"""The day-close screen in each of its states, over prepared values (figures of the design's picture)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.ui import prepared as p

from corner_app.desk import commands as c
from corner_app.desk.views import CashLine, ClosedDay, CloseView, PouchView
from corner_app.domain.outcome import Outcome, Tone
from corner_app.domain.scan import Scan
from corner_app.ui.main_window import MainWindow
from corner_app.ui.screens.close import CloseScreen
from corner_app.ui.theme import Look

EVENING = p.NOW + 440 * p.MINUTE
"""18:02."""
COUNTED = {"1000": 12, "500": 31, "200": 14, "100": 55, "50": 22, "20": 30, "10": 41, "loose": 9_000}
PIECES = ((100_000, 12), (50_000, 31), (20_000, 14), (10_000, 55), (5_000, 22), (2_000, 30), (1_000, 41), (1, 9_000))
ANWAR = ("anwar", "মোঃ আনোয়ার হোসেন", "Md. Anwar Hossen")
VIEW = CloseView(
    "2026-11-24", True, 200_000, (41, 3_475_000), (7, 130_000), (0, 0), (0, 0), (0, 0), (0, 0), 3_805_000, None, (), (6, 6), 1, 42, (), 0, False, (ANWAR,)
)
"""Before the count."""
SHORT = replace(VIEW, counted=3_800_000, pieces=PIECES)
GOOD = replace(VIEW, opening=195_000, expected=3_800_000, counted=3_800_000, pieces=PIECES, prints=0)
FULL = replace(
    SHORT, postage=(7, 130_000), claimed=(3, 255_000), paid_in=(2, 50_000), paid_out=(1, 30_000), deposited=(1, 1_000_000), expected=2_825_000, bags=(5, 6),
    unapproved=("2026-11-22", "2026-11-23"), disputes=1,
)  # fmt: skip
SEAL = "7f3a09c2d41e8b56a0c47d1190e3f2b8"
LAST = ClosedDay("2026-11-24", SEAL, 3_800_000, -5_000, "anwar")
CLOSED = replace(
    VIEW, date="2026-11-25", opened=False, opening=3_800_000, collected=(0, 0), postage=(0, 0), expected=3_800_000, closed=True, last=LAST,
)  # fmt: skip
WAITS = replace(CLOSED, unapproved=("2026-11-24",), disputes=1, last=replace(LAST, approved_by=""))
NOT_OPENED = replace(VIEW, opened=False, collected=(0, 0), postage=(0, 0), expected=200_000, unapproved=("2026-11-23",), prints=0)
DAY_CLOSED = Outcome(
    Tone.LOOK, "day_closed", None, (4_220,),
    {
        "date": "2026-11-24", "opening": 200_000, "collected": 3_605_000, "paid_in": 0, "paid_out": 0, "deposited": 0, "expected": 3_805_000,
        "counted": 3_800_000, "difference": -5_000, "seal": SEAL, "entries": [3_804, 4_220], "open_items": {}, "approved_by": "anwar",
    },
)  # fmt: skip
_LINES = (
    ("handed_over", "CP104719767BD", 185_000), ("paid_in", "slip:8500-2-1-3822", 50_000), ("handed_over", "CP104722148BD", 99_000),
    ("transferred", "slip:8500-2-1-3830", -100_000), ("handed_over", "CP104722165BD", 240_000), ("pouch_sent", "SL00417733", -1_000_000),
    ("paid_out", "slip:8500-2-1-3902", -12_050), ("pouch_received", "SL00398112", 2_000_000), ("handed_over", "CP407774791BD", 1_203_000),
)  # fmt: skip


def lines(many: int = len(_LINES)) -> tuple[CashLine, ...]:
    """Cash of a day from ৳ 12,000 on."""
    drawer, found = 1_200_000, []
    for n in range(many):
        kind, item, amount = _LINES[n % len(_LINES)]
        drawer += amount
        found.append(CashLine(3_810 + n, p.NOW + n * 11 * p.MINUTE, kind, item, "rahima", amount, drawer))
    return tuple(found)


class ClosePort(p.PreparedPort):
    """A desk whose day can be counted and closed; what it holds is `view`."""

    def __init__(self, view: CloseView, **answers: Any) -> None:
        self.view = view
        super().__init__(close=lambda _: self.view, cash=lambda _: lines(), pouch=lambda seal: PouchView(seal, False, "", 0, False), **answers)


def window_of(port: ClosePort, look: Look) -> tuple[MainWindow, CloseScreen]:
    """The window with the day close in front."""
    window = p.window(port, look, EVENING)
    window.open("dayclose")
    screen = window.front_screen
    assert isinstance(screen, CloseScreen)
    return window, screen


def at(look: Look, view: CloseView, reason: str = "") -> MainWindow:
    """A state of the day, its count typed."""
    window, screen = window_of(ClosePort(view), look)
    if view.counted is None:
        screen.count.put(view.pieces)
    screen.difference.reason.setText(reason)
    window.show_hints()
    return window


def short(look: Look) -> MainWindow:
    """Fifty taka are missing."""
    return at(look, SHORT, "খুচরা ফেরত দিতে ভুল")


def morning(look: Look) -> MainWindow:
    """The day is not opened, and yesterday's difference waits."""
    return at(look, NOT_OPENED)


def home(look: Look) -> MainWindow:
    """The first screen of the morning: the day is not opened yet."""
    window = p.window(ClosePort(NOT_OPENED, today=p.TODAY), look, p.NOW - 100 * p.MINUTE)
    window.open("today")
    return window


def blind(look: Look) -> MainWindow:
    """Half counted."""
    window, screen = window_of(ClosePort(VIEW), look)
    screen.count.put(PIECES[:4])
    return window


def good(look: Look) -> MainWindow:
    """It agrees."""
    return at(look, GOOD)


def moved(look: Look) -> MainWindow:
    """A parcel was handed over after the count, on a day of yesterday that is still open."""
    port = ClosePort(replace(SHORT, date="2026-11-23"))
    window, screen = window_of(port, look)
    port.view = replace(VIEW, date="2026-11-23")
    screen.changed()
    return window


def full(look: Look) -> MainWindow:
    """Everything that can be open is open."""
    return at(look, FULL, "থলি পাঠানোর সময় একটি নোট কম গোনা হয়েছিল")


def pin(look: Look) -> MainWindow:
    """The supervisor's PIN was wrong once."""
    port = ClosePort(SHORT)
    window, screen = window_of(port, look)
    screen.difference.reason.setText("খুচরা ফেরত দিতে ভুল")
    window.on_key("Ctrl+Enter")
    port.reply = lambda command: Outcome(Tone.STOP, "wrong_pin", data={"tries_left": 4})
    window.asking.fields[0].setText("1234")
    window.on_key("Enter")
    window.asking.fields[0].setText("12")
    return window


def closed(look: Look, outcome: Outcome = DAY_CLOSED, after: CloseView = CLOSED) -> MainWindow:
    """The day was closed with its difference approved."""
    port = ClosePort(SHORT)
    window, screen = window_of(port, look)
    screen.difference.reason.setText("খুচরা ফেরত দিতে ভুল")

    def reply(command: c.AnyCommand) -> Outcome:
        port.view = after
        return outcome

    port.reply = reply
    window.on_key("Ctrl+Enter")
    window.on_key("L")
    return window


def waits(look: Look) -> MainWindow:
    """Closed while the supervisor was not there."""
    data = dict(DAY_CLOSED.data) | {"approved_by": ""}
    return closed(look, replace(DAY_CLOSED, data=data), WAITS)


def cash(look: Look) -> MainWindow:
    """The cash page with the day's lines."""
    window, _ = window_of(ClosePort(SHORT), look)
    window.on_key("M")
    return window


def pouch_in(look: Look) -> MainWindow:
    """A pouch whose three figures do not agree."""
    port = ClosePort(VIEW)
    port.answers["pouch"] = lambda seal: PouchView(seal, True, "8510", 500_000, False)
    window, screen = window_of(port, look)
    window.on_key("M")
    window.on_key("5")
    window.on_scan(Scan("SL00417744"))
    form = screen.cash.forms["pouch_in"]
    form.fields["by_label"].put(500_000)  # type: ignore[union-attr]
    assert form.pile is not None
    form.pile.put(((100_000, 4), (50_000, 1), (10_000, 4)))
    form.changed.emit()
    return window


def opening(look: Look) -> MainWindow:
    """The float is asked for."""
    window = morning(look)
    window.on_key("O")
    return window


def sure(look: Look) -> MainWindow:
    """Asked once, with the consequence in words."""
    window = good(look)
    window.on_key("Ctrl+Enter")
    return window
