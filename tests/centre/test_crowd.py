"""Too many callers at once: nobody waits in vain, each other one is told its turn, and takes it."""

from __future__ import annotations

from contextlib import ExitStack

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.centre.hostile import door, http, says

from central_server.http.crowd import AT_ONCE, EAGER, PATIENCE_S, Crowd
from central_server.problems import Problem
from corner_app.sync import engine
from corner_app.sync.engine import NoAnswer, Pace
from corner_app.sync.http import HttpLink


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def fill(crowd: Crowd, stack: ExitStack, most: int = 100_000) -> int:
    """Lets callers in until one is sent away; gives the turn it was told."""
    for _ in range(most):
        try:
            stack.enter_context(crowd.let_in())
        except Problem as problem:
            assert problem.code == "crowded"
            return problem.again_s
    raise AssertionError("everybody was let in")


def test_who_is_let_in_is_answered_within_the_patience_and_who_is_not_is_told_a_turn() -> None:
    clock = Clock()
    crowd = Crowd(clock)
    with ExitStack() as stack:
        first = fill(crowd, stack)
        assert first >= PATIENCE_S * EAGER
        turns = []
        for _ in range(1_000):
            with pytest.raises(Problem) as told:
                stack.enter_context(crowd.let_in())
            turns.append(told.value.again_s)
    assert turns == sorted(turns), "who came first is told the earlier turn"
    assert turns[-1] > turns[0] + 2, "they are not all called for the same moment"


def admitted(crowd: Crowd) -> list[ExitStack]:
    """Everybody who gets in."""
    inside = list[ExitStack]()
    while True:
        caller = ExitStack()
        try:
            caller.enter_context(crowd.let_in())
        except Problem:
            return inside
        inside.append(caller)


def test_a_slow_storage_lets_fewer_in() -> None:
    clock = Clock()
    crowd = Crowd(clock)
    inside = admitted(crowd)
    quick = len(inside)
    for caller in inside:
        clock.now += 0.1  # a tenth of a second each, not a hundredth
        caller.close()
    assert AT_ONCE <= len(admitted(crowd)) <= PATIENCE_S / 0.1 + 1 < quick / 10


def test_a_crowd_that_is_gone_leaves_the_door_open() -> None:
    clock = Clock()
    crowd = Crowd(clock)
    with ExitStack() as stack:
        fill(crowd, stack)
    clock.now += 60
    with crowd.let_in():
        pass


@given(st.integers(-5, 10_000_000), st.floats(0, 1, exclude_max=True))
def test_a_turn_is_waited_for_and_never_longer_than_the_longest_back_off(again: int, chance: float) -> None:
    before = Pace(rows=400)
    pace = engine.after(before, NoAnswer("crowded", again))
    wait = engine.wait_s(pace, chance, idle=False)
    if again > 0:
        assert pace.rows == before.rows
        assert pace.failures == 0, "a turn is no failure"
        assert 0 < wait <= engine.LAST_BACKOFF_S * 1.25
    else:
        assert pace == engine.slower(before)
    assert engine.faster(pace, None).turn_s == 0
    assert engine.slower(pace).turn_s == 0


def test_an_office_reads_its_turn_from_the_answer() -> None:
    said = msgspec.json.encode({"code": "crowded", "text": "…", "again": 17})
    with door(says(http("503 Service Unavailable", said, "Content-Type: application/json"))) as centre, pytest.raises(NoAnswer) as told:
        HttpLink(f"http://127.0.0.1:{centre.port}").send("/v1/sync", b"frame")
    assert (told.value.code, told.value.again_s) == ("crowded", 17)
