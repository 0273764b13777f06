"""When the sync's thread tries: soon after a commit, patiently after a failure, never while the clerk said stop."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from corner_app.sync import engine, loop
from corner_app.sync.engine import NoAnswer, Pace
from corner_app.sync.loop import Loop

LIMIT_S = 20


@dataclass
class Stage:
    """A loop whose waits are noted instead of waited, and whose tries do what the test says."""

    outcomes: list[Callable[[Any], None]] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    now: float = 0.0
    tries: int = 0
    told: int = 0


class Client:
    """Only what the loop looks at."""

    def __init__(self) -> None:
        self.pace = Pace()
        self.machine = type("Machine", (), {"now": staticmethod(lambda: 0)})
        self.store = type("Store", (), {"read": staticmethod(lambda question: type("Backlog", (), {"unsent": 0}))})


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Stage, Loop]]:
    """The script runs out with the end of the loop."""
    here = Stage()

    def drain(client: Any, up_down: Callable[[], int], watch: Callable[[Any], None]) -> None:
        here.tries += 1
        if not here.outcomes:
            made.end()
            return
        here.outcomes.pop(0)(client)

    def told() -> None:
        here.told += 1

    monkeypatch.setattr(loop, "drain", drain)
    made = Loop(Client, lambda: 0, lambda: 0.5, lambda: here.now, told)  # type: ignore[arg-type]

    def wait(seconds: float) -> bool:
        here.waits.append(seconds)
        here.now += seconds
        return False

    monkeypatch.setattr(made._wake, "wait", wait)
    yield here, made


def run(made: Loop) -> None:
    thread = threading.Thread(target=made.run)
    thread.start()
    thread.join(LIMIT_S)
    assert not thread.is_alive()


def failing(code: str) -> Callable[[Any], None]:
    def fail(client: Any) -> None:
        client.pace = engine.slower(client.pace)
        raise NoAnswer(code)

    return fail


def test_without_news_it_asks_every_five_to_fifteen_minutes(stage: tuple[Stage, Loop]) -> None:
    here, made = stage
    here.outcomes = [lambda client: None]
    run(made)
    assert here.tries == 2
    assert 300 <= here.waits[0] <= 900


def test_a_commit_is_sent_within_five_to_thirty_seconds(stage: tuple[Stage, Loop]) -> None:
    here, made = stage
    here.outcomes = [lambda client: made.written()]  # while the round was on its way, too late for it
    run(made)
    assert here.tries == 2
    assert 5 <= here.waits[0] <= 30


def test_a_commit_does_not_hurry_a_link_that_fails(stage: tuple[Stage, Loop]) -> None:
    here, made = stage

    def fail(client: Any) -> None:
        made.written()
        failing("unreachable")(client)

    here.outcomes = [fail, fail, fail]
    run(made)
    assert here.waits[:3] == [engine.wait_s(Pace(failures=n), 0.5, idle=False) for n in (1, 2, 3)]


def test_while_held_nothing_is_tried_and_the_screen_says_so(stage: tuple[Stage, Loop], monkeypatch: pytest.MonkeyPatch) -> None:
    here, made = stage
    phases: list[str] = []
    watched = made._wake.wait

    def wait(seconds: float) -> bool:
        phases.append(made.progress.phase)
        if len(phases) == 3:
            made.now()
        return watched(seconds)

    monkeypatch.setattr(made._wake, "wait", wait)

    def hold(client: Any) -> None:
        made.hold()
        failing("unreachable")(client)

    here.outcomes = [hold]
    run(made)
    assert phases[:3] == ["stopped", "stopped", "stopped"], "also when the round that was on its way came to nothing"
    assert here.tries == 2, "only the clerk's word began again"


def test_every_try_is_told(stage: tuple[Stage, Loop]) -> None:
    here, made = stage
    here.outcomes = [failing("portal"), lambda client: None]
    run(made)
    assert here.told >= 3
    assert made.progress.phase == "idle"
