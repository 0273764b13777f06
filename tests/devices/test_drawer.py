"""The cash drawer opens for a reason, on its own pin, once; who and why is written before, what became of it after."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corner_app.devices.discover import probe
from corner_app.devices.drawer import REASONS, DrawerEntry, NoReason, drawer_switch, open_drawer
from corner_app.devices.simulators.drawer import DrawerSimulator
from corner_app.devices.transports.errors import InDoubt, NotSent
from corner_app.devices.transports.tcp import TcpPrinter
from corner_app.devices.transports.transport import Enough

NINE = datetime(2026, 11, 24, 9, 2, tzinfo=UTC)
KICKS = {2: b"\x1bp\x00\x19\xfa", 5: b"\x1bp\x01\x19\xfa"}


class Clock:
    """A second later each time."""

    def __init__(self) -> None:
        self.now = NINE

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


class Line:
    """A printer's line that remembers what was sent, and breaks as it is told. switch: the answer to DLE EOT 1, None for no way to it."""

    name = "line"
    writes_files = False

    def __init__(self, breaks: Exception | None = None, switch: bytes | None = b"\x16", *, two_way: bool = True) -> None:
        self.two_way = two_way
        self.sent: list[bytes] = []
        self.asked = 0
        self._breaks, self._switch = breaks, switch

    def send(self, data: bytes, enough: Enough | None = None, wait_s: float = 0.0) -> bytes:
        self.sent.append(data)
        if self._breaks is not None:
            raise self._breaks
        return b""

    def ask(self, query: bytes, wait_s: float) -> bytes:
        self.asked += 1
        if self._switch is None:
            raise NotSent("busy")
        return self._switch


def opened_by(line: Line, reason: str = "posting:8500-1", who: str = "C-7", pin: Literal[2, 5] = 2) -> list[DrawerEntry]:
    log: list[DrawerEntry] = []
    last = open_drawer(line, reason, who, log.append, pin=pin, clock=Clock(), patience_s=0)
    assert log[-1] == last
    return log


@pytest.mark.parametrize("pin", [2, 5])
def test_who_why_and_when_are_written_before_and_the_outcome_after(pin: Literal[2, 5]) -> None:
    line = Line()
    before, after = opened_by(line, pin=pin)
    assert before == DrawerEntry(NINE + timedelta(seconds=1), "C-7", "posting:8500-1", "asked", "unknown", "")
    assert after == DrawerEntry(NINE + timedelta(seconds=2), "C-7", "posting:8500-1", "sent", "open", "")
    assert (line.sent, after.word) == ([KICKS[pin]], "open")


@pytest.mark.parametrize(
    ("line", "sent", "switch", "detail", "word"),
    [
        (Line(switch=b"\x12"), "sent", "closed", "", "closed"),
        (Line(switch=b""), "sent", "unknown", "", "sent"),
        (Line(switch=b"\xff"), "sent", "unknown", "", "sent"),
        (Line(switch=None), "sent", "unknown", "", "sent"),
        (Line(two_way=False), "sent", "unknown", "", "sent"),
        (Line(NotSent("refused")), "not_sent", "unknown", "refused", "not_sent"),
        (Line(InDoubt("reset", 5)), "in_doubt", "open", "reset", "open"),
        (Line(InDoubt("timeout", 2), b"\x12"), "in_doubt", "closed", "timeout", "closed"),
        (Line(InDoubt("lost", 0), None), "in_doubt", "unknown", "lost", "in_doubt"),
    ],
)
def test_whatever_happens_the_pulse_is_sent_once_and_the_truth_is_written(line: Line, sent: str, switch: str, detail: str, word: str) -> None:
    after = opened_by(line)[-1]
    assert (after.sent, after.switch, after.detail, after.word) == (sent, switch, detail, word)
    assert line.sent == [KICKS[2]]


def test_a_printer_that_cannot_be_heard_or_was_not_reached_is_not_asked() -> None:
    one_way, away = Line(two_way=False), Line(NotSent("missing"))
    opened_by(one_way)
    opened_by(away)
    assert (one_way.asked, away.asked) == (0, 0)


@pytest.mark.parametrize("reason", [*REASONS, "posting:1", "posting:8500-2026/11.24"])
def test_a_posting_or_a_logged_reason_opens_it(reason: str) -> None:
    assert [entry.reason for entry in opened_by(Line(), reason)] == [reason, reason]


@pytest.mark.parametrize(
    ("reason", "who"), [("", "C-7"), ("posting:", "C-7"), ("posting: ", "C-7"), ("posting:1\n", "C-7"), ("just so", "C-7"), ("Float", "C-7"), ("posting:1", "")]
)
def test_without_a_reason_or_a_clerk_it_stays_shut_and_nothing_is_written(reason: str, who: str) -> None:
    line, log = Line(), list[DrawerEntry]()
    with pytest.raises(NoReason):
        open_drawer(line, reason, who, log.append, pin=2, clock=Clock())
    assert (line.sent, log) == ([], [])


@given(st.text(max_size=60))
def test_no_text_but_a_reason_opens_it(reason: str) -> None:
    line = Line()
    try:
        opened_by(line, reason)
    except NoReason:
        assert line.sent == []
    else:
        assert reason in REASONS or reason.startswith("posting:")


def test_what_cannot_be_written_before_does_not_happen() -> None:
    line = Line()

    def refuse(entry: DrawerEntry) -> None:
        raise OSError("the book is locked")

    with pytest.raises(OSError, match="locked"):
        open_drawer(line, "check", "C-7", refuse, pin=2, clock=Clock())
    assert line.sent == []


# On a socket


@pytest.fixture
def drawer() -> Iterator[DrawerSimulator]:
    made, stop = DrawerSimulator(), threading.Event()
    thread = threading.Thread(target=made.run, args=(stop,), name="drawer")
    thread.start()
    yield made
    stop.set()
    thread.join(10)
    assert not thread.is_alive()


@pytest.fixture
def kicked(drawer: DrawerSimulator) -> Callable[..., DrawerEntry]:
    def kick(pin: Literal[2, 5] = 2, *, high_is_open: bool = True, patience_s: float = 1.5, two_way: bool = True) -> DrawerEntry:
        line = TcpPrinter(*drawer.address, two_way=two_way)
        return open_drawer(line, "float", "C-7", lambda entry: None, pin=pin, clock=Clock(), high_is_open=high_is_open, patience_s=patience_s)

    return kick


def test_a_drawer_comes_open_and_says_so_until_it_is_pushed_shut(drawer: DrawerSimulator, kicked: Callable[..., DrawerEntry]) -> None:
    line = TcpPrinter(*drawer.address)
    assert drawer_switch(line) == "closed"
    assert kicked().word == "open"
    assert (drawer.is_open, drawer.kicks, drawer_switch(line)) == (True, [2], "open")
    drawer.push_shut()
    assert drawer_switch(line) == "closed"


def test_only_the_pin_that_is_set_up_is_fired(drawer: DrawerSimulator, kicked: Callable[..., DrawerEntry]) -> None:
    drawer.pin = 5
    assert kicked(patience_s=0).word == "closed"
    assert kicked(5).word == "open"
    assert drawer.kicks == [2, 5]


def test_a_slow_drawer_is_waited_for_and_not_kicked_again(drawer: DrawerSimulator, kicked: Callable[..., DrawerEntry]) -> None:
    drawer.opens_after_s = 0.15
    assert kicked(patience_s=10).word == "open"
    assert drawer.kicks == [2]
    assert drawer.asked > 1


def test_a_stuck_drawer_is_closed_and_was_kicked_once(drawer: DrawerSimulator, kicked: Callable[..., DrawerEntry]) -> None:
    drawer.faults = {"stuck"}
    assert kicked(patience_s=0.2).word == "closed"
    assert drawer.kicks == [2]


def test_a_switch_wired_the_other_way_is_read_the_other_way(drawer: DrawerSimulator, kicked: Callable[..., DrawerEntry]) -> None:
    drawer.high_is_open = False
    assert kicked(high_is_open=False).word == "open"


def test_a_connection_that_breaks_leaves_the_doubt_to_the_switch(drawer: DrawerSimulator, kicked: Callable[..., DrawerEntry]) -> None:
    drawer.faults = {"resets"}
    entry = kicked()
    assert (entry.sent, entry.switch, drawer.kicks) == ("in_doubt", "open", [2])


def test_a_mute_or_one_way_printer_leaves_it_unknown(drawer: DrawerSimulator, kicked: Callable[..., DrawerEntry]) -> None:
    assert kicked(two_way=False).switch == "unknown"
    drawer.faults = {"mute"}
    assert kicked().switch == "unknown"


def test_a_printer_that_is_not_there_opens_nothing() -> None:
    gone = DrawerSimulator()
    gone.run(_set())
    entry = open_drawer(TcpPrinter(*gone.address), "check", "C-7", lambda entry: None, pin=2, clock=Clock())
    assert (entry.word, entry.detail) == ("not_sent", "refused")


def _set() -> threading.Event:
    event = threading.Event()
    event.set()
    return event


def test_the_simulated_drawer_says_that_it_is_one_and_looks_like_a_receipt_printer(drawer: DrawerSimulator) -> None:
    spoken = probe(TcpPrinter(*drawer.address), 0.2)
    assert spoken is not None and (spoken.language, spoken.model) == ("escpos", "SIMULATED drawer")
    assert drawer.kicks == []
