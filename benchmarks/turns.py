"""Measuring by turns: floor, peers and ours one after the other in the same run, so that their ratio means something on any machine."""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter_ns


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: microseconds (or `unit`) at the 10th, 50th and 90th of a hundred, and the ratio of medians to the floor."""

    bench: str
    way: str
    p10: float
    p50: float
    p90: float
    ratio: float
    note: str = ""
    unit: str = "us"


def by_turns(ways: Mapping[str, Callable[[int], object]], rounds: int, each: int = 1, clock: Callable[[], int] = perf_counter_ns) -> dict[str, list[float]]:
    """Runs each way `each` times a round, in turns; gives microseconds a call. The number handed in rises over all rounds."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for n in range(rounds):
        for name, way in ways.items():
            start = clock()
            for k in range(each):
                way(n * each + k)
            taken[name].append((clock() - start) / each / 1_000)
    return taken


def rows(bench: str, taken: Mapping[str, Sequence[float]], floor: str) -> list[Row]:
    """The table of one benchmark."""
    base = statistics.median(taken[floor])
    return [Row(bench, way, _at(times, 10), statistics.median(times), _at(times, 90), statistics.median(times) / base) for way, times in taken.items()]


def figure(bench: str, way: str, value: float, unit: str, ratio: float = 1.0, note: str = "") -> Row:
    """A row of one number that has no spread: bytes, or something that is done once."""
    return Row(bench, way, value, value, value, ratio, note, unit)


def met(good: bool, aim: str) -> str:
    """What a note says of an aim."""
    return f"aim {aim} {'met' if good else 'MISSED'}"


def _at(times: Sequence[float], hundredth: int) -> float:
    return sorted(times)[min(len(times) - 1, len(times) * hundredth // 100)]


def show(table: Sequence[Row]) -> None:
    """Prints a table, then one JSON line a row."""
    for row in table:
        print(f"  {row.bench:<44} {row.way:<34} p50 {row.p50:>12.1f} {row.unit:<9} p10 {row.p10:>10.1f}   p90 {row.p90:>10.1f}   x{row.ratio:.2f}  {row.note}")
    for row in table:
        print(
            json.dumps(
                {"bench": row.bench, "way": row.way, f"p10_{row.unit}": row.p10, f"p50_{row.unit}": row.p50, f"p90_{row.unit}": row.p90}
                | {"ratio": row.ratio, "note": row.note}
            )
        )
