"""A repeat is known by its code, its scanner and its step, and is never dropped."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corner_app.devices.scanners.repeats import WITHIN_MS, Repeats
from corner_app.domain.scan import Scan


def scan(text: str = "EE123456785BD", device: str = "wedge", at_ms: int = 0) -> Scan:
    return Scan(text, "", device, at_ms)


@pytest.mark.parametrize(("ago", "again"), [(0, 0), (600, 600), (WITHIN_MS, WITHIN_MS), (WITHIN_MS + 1, None)])
def test_how_long_ago_is_said_within_a_second_and_a_half(ago: int, again: int | None) -> None:
    repeats = Repeats()
    assert repeats.seen(scan(at_ms=1000), "receive") is None
    assert repeats.seen(scan(at_ms=1000 + ago), "receive") == again


def test_another_code_scanner_or_step_is_no_repeat() -> None:
    repeats = Repeats()
    assert repeats.seen(scan(), "receive") is None
    assert repeats.seen(scan("EE123456799BD"), "receive") is None
    assert repeats.seen(scan(device="serial:1"), "receive") is None
    assert repeats.seen(scan(), "confirm") is None
    assert repeats.seen(scan(at_ms=900), "receive") == 900


def test_a_code_that_stays_under_the_beam_is_a_repeat_throughout() -> None:
    repeats = Repeats()
    assert [repeats.seen(scan(at_ms=at), "receive") for at in range(0, 5000, 1000)] == [None, 1000, 1000, 1000, 1000]


SCANS = st.lists(st.tuples(st.sampled_from("AB"), st.sampled_from(["wedge", "hid"]), st.sampled_from(["receive", "sort"]), st.integers(0, 3000)), max_size=40)


@given(SCANS)
def test_it_says_the_time_since_the_last_of_the_same(given_scans: list[tuple[str, str, str, int]]) -> None:
    repeats, last, at = Repeats(), dict[tuple[str, str, str], int](), 0
    for text, device, step, gap in given_scans:
        at += gap
        before = last.get((text, device, step))
        expected = None if before is None or at - before > WITHIN_MS else at - before
        assert repeats.seen(scan(text, device, at), step) == expected
        last[text, device, step] = at


def test_it_remembers_no_more_than_it_needs() -> None:
    repeats = Repeats()
    for n in range(10_000):
        repeats.seen(scan(f"A-{n}", at_ms=n * 100), "receive")
    assert len(repeats._seen) <= WITHIN_MS // 100 + 1


def test_a_clock_that_went_back_is_no_repeat() -> None:
    repeats = Repeats()
    repeats.seen(scan(at_ms=5000), "receive")
    assert repeats.seen(scan(at_ms=1000), "receive") is None
