"""The cash drawer: opened once, after the commit, for cash that was taken or for a reason that stands in the book; never in the middle of a receipt."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from tests.conftest import Counter

from corner_app.book import entries
from corner_app.book.verify import verify
from corner_app.devices import drawer as device
from corner_app.devices.drawer import DrawerEntry
from corner_app.devices.simulators.drawer import DrawerSimulator
from corner_app.devices.transports.tcp import TcpPrinter
from corner_app.devices.transports.transport import Enough
from corner_app.domain import entries as e
from corner_app.domain.outcome import Outcome, Tone
from corner_app.domain.reasons import DRAWER_REASONS
from corner_app.port import opens_drawer
from corner_app.station_drawer import TOO_LATE_S, CounterDrawer, InTurn

NOW = 1_795_500_000_000
GIVEN = Outcome(Tone.GOOD, "handed_over", "CP104722182BD", (7,), {"collected": 116_000, "receipt": "8500-1-1-7-ABCD"})


# In the book


def test_a_reason_is_written_with_the_clerk_and_the_time_and_the_book_verifies(counter: Counter) -> None:
    answer = counter.do("open_drawer", reason="float")
    again = counter.do("open_drawer", reason="other", note="coin stuck")
    assert (answer["code"], again["code"]) == ("drawer_asked", "drawer_asked")
    facts = counter.book.write(lambda tx: entries.facts_about(tx, "drawer:8500-1"))
    assert [fact.entry.body for fact in facts] == [e.DrawerAsked("8500", 1, "float"), e.DrawerAsked("8500", 1, "other", "coin stuck")]
    assert {fact.entry.actor for fact in facts} == {counter.here.clerk.badge}
    assert verify(counter.book.path).good


@pytest.mark.parametrize("fields", [{"reason": "other"}, {"reason": "other", "note": "  "}])
def test_another_reason_must_be_said_and_without_it_nothing_is_written(counter: Counter, fields: dict[str, str]) -> None:
    answer = counter.do("open_drawer", **fields)
    assert (answer["tone"], answer["code"], answer.get("entries", [])) == ("stop", "reason_needed", [])


def test_a_reason_nobody_knows_is_refused(counter: Counter) -> None:
    assert counter.do("open_drawer", reason="curiosity")["code"] == "bad_command"


def test_the_desk_and_the_device_know_the_same_reasons() -> None:
    assert device.REASONS == DRAWER_REASONS


def test_undo_takes_back_the_scan_before_and_not_the_opening(counter: Counter) -> None:
    counter.announce("CP104722182BD")
    counter.do("receive", scan="CP104722182BD")
    counter.do("open_drawer", reason="check")
    assert counter.do("undo")["code"] == "undone"


# When it opens


def test_cash_opens_it_for_the_receipt_it_belongs_to() -> None:
    assert opens_drawer(GIVEN) == "posting:8500-1-1-7-ABCD"


def test_a_reason_opens_it() -> None:
    assert opens_drawer(Outcome(Tone.GOOD, "drawer_asked", entries=(3,), data={"reason": "check", "counter": 1})) == "check"


@pytest.mark.parametrize(
    "outcome",
    [
        replace(GIVEN, repeated=True),
        replace(GIVEN, data={"collected": 0, "receipt": "8500-1-1-7-ABCD"}),
        Outcome(Tone.STOP, "money_short", data={"due": 5}),
        Outcome(Tone.STOP, "reason_needed"),
    ],
    ids=["the same act answered again", "nothing was due", "not handed over", "no reason"],
)
def test_nothing_else_opens_it(outcome: Outcome) -> None:
    assert opens_drawer(outcome) is None


# At a real socket


class Bench:
    """A simulated drawer behind a TCP printer, and the thread that opens it."""

    def __init__(self, simulator: DrawerSimulator) -> None:
        self.drawer, self.stop = simulator, threading.Event()
        self.way = InTurn(TcpPrinter(*simulator.address, two_way=True))
        self.told: list[DrawerEntry] = []
        self.opener = CounterDrawer(self.way, 2, self.told.append, lambda: NOW, self.stop)


@contextmanager
def working(*runs: object, stop: threading.Event) -> Iterator[None]:
    threads = [threading.Thread(target=run) for run in runs]  # type: ignore[arg-type]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(10)
            assert not thread.is_alive()


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench(DrawerSimulator())
    with working(lambda: made.drawer.run(made.stop), made.opener.run, stop=made.stop):
        yield made


def until(true: object) -> None:
    ends = time.monotonic() + 10
    while not true():  # type: ignore[operator]
        assert time.monotonic() < ends
        threading.Event().wait(0.005)


def test_each_asking_opens_it_once_and_says_that_it_is_open(bench: Bench) -> None:
    bench.opener.open("posting:8500-1-1-7-ABCD", "rahima")
    until(lambda: len(bench.told) == 1)
    assert bench.drawer.kicks == [2]
    assert (bench.told[0].word, bench.told[0].who, bench.told[0].reason) == ("open", "rahima", "posting:8500-1-1-7-ABCD")
    bench.drawer.push_shut()
    bench.opener.open("check", "rahima")
    until(lambda: len(bench.told) == 2)
    assert bench.drawer.kicks == [2, 2]


def test_a_stuck_drawer_is_said_and_not_kicked_again(bench: Bench) -> None:
    bench.drawer.faults.add("stuck")
    bench.opener.open("check", "rahima")
    until(lambda: bench.told)
    assert bench.told[0].word == "closed"
    assert bench.drawer.kicks == [2]


def test_a_pulse_waits_until_the_receipt_is_out() -> None:
    inside, may_go, order = threading.Event(), threading.Event(), list[str]()

    class Slow:
        name, two_way, writes_files = "slow", False, False

        def send(self, data: bytes, enough: Enough | None = None, wait_s: float = 0.0) -> bytes:
            if data == b"receipt":
                inside.set()
                assert may_go.wait(10)
            order.append("receipt" if data == b"receipt" else "pulse")
            return b""

        def ask(self, query: bytes, wait_s: float) -> bytes:
            return b""

    way, stop, told = InTurn(Slow()), threading.Event(), list[DrawerEntry]()
    opener = CounterDrawer(way, 5, told.append, lambda: NOW, stop)
    with working(lambda: way.send(b"receipt"), opener.run, stop=stop):
        assert inside.wait(10)
        opener.open("change", "rahima")
        may_go.set()
        until(lambda: told)
    assert order == ["receipt", "pulse"]


@pytest.mark.parametrize("turned", ["late", "retired", "stopped"])
def test_a_pulse_that_waited_for_the_line_until_it_was_too_late_is_never_sent(turned: str) -> None:
    """A drawer that springs open when nobody looks at it any more is a danger."""
    inside, logged, may_go, sent = threading.Event(), threading.Event(), threading.Event(), list[bytes]()

    class Slow:
        name, two_way, writes_files = "slow", False, False

        def send(self, data: bytes, enough: Enough | None = None, wait_s: float = 0.0) -> bytes:
            if data == b"receipt":
                inside.set()
                assert may_go.wait(10)
            sent.append(data)
            return b""

        def ask(self, query: bytes, wait_s: float) -> bytes:
            return b""

    def clock() -> int:
        """Asked when the opening is written down, before its pulse goes to the line."""
        logged.set()
        return NOW

    way, stop, told, time_s = InTurn(Slow()), threading.Event(), list[DrawerEntry](), [0.0]
    opener = CounterDrawer(way, 2, told.append, clock, stop, timer=lambda: time_s[0])
    with working(lambda: way.send(b"receipt"), opener.run, stop=stop):
        assert inside.wait(10)
        opener.open("change", "rahima")
        assert logged.wait(10)
        if turned == "late":
            time_s[0] = TOO_LATE_S + 0.1
        elif turned == "retired":
            opener.retire()
        else:
            stop.set()
        may_go.set()
        until(lambda: told)
    assert [(entry.word, entry.detail) for entry in told] == [("not_sent", "too_late" if turned == "late" else "withdrawn")]
    assert sent == [b"receipt"]


def test_a_drawer_that_was_asked_for_too_long_ago_stays_shut(bench: Bench) -> None:
    late = CounterDrawer(bench.way, 2, bench.told.append, lambda: NOW, bench.stop, too_late_s=-1.0)
    with working(late.run, stop=bench.stop):
        late.open("check", "rahima")
        until(lambda: bench.told)
    assert (bench.told[0].word, bench.told[0].detail) == ("not_sent", "too_late")
    assert bench.drawer.kicks == []
