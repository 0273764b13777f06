"""What the guest shows: each scenario is a function named for what the product promises, and gives what was seen."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import TypeVar

Value = TypeVar("Value")
Scenario = Callable[[], str]
SCENARIOS: dict[str, Scenario] = {}
"""By name, in the order in which they are played."""
_LOOK_S = 0.01


def scenario(function: Scenario) -> Scenario:
    """Adds a function to those played."""
    SCENARIOS[function.__name__] = function
    return function


def wait_for(look: Callable[[], Value | None], what: str, within_s: float = 10.0) -> Value:
    """The first thing that is seen and is not nothing. Raises AssertionError when nothing was within the time."""
    ends = time.monotonic() + within_s
    while True:
        seen = look()
        if seen:
            return seen
        if time.monotonic() > ends:
            raise AssertionError(f"{what}: not within {within_s} s")
        time.sleep(_LOOK_S)


@contextmanager
def meanwhile(work: Callable[[], None], end: Callable[[], None]) -> Iterator[None]:
    """Has `work` done on a thread of its own until the block is left; end: tells it to stop. What it raised is raised."""
    raised: list[BaseException] = []

    def guarded() -> None:
        try:
            work()
        except BaseException as error:
            raised.append(error)

    thread = Thread(target=guarded, name=work.__name__)
    thread.start()
    try:
        yield
    finally:
        end()
        thread.join(10)
    assert not thread.is_alive(), f"{work.__name__} does not end"
    if raised:
        raise raised[0]
