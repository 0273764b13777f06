"""All benchmarks: `python3 tools/dev.py bench [--quick] [receive search label start]`. Floor, obvious way and ours by turns; one table, one JSON line a row."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from benchmarks import turns

QUICK, FULL = (1_000, 20_000), (1_000, 1_000_000)


def _receive(sizes: tuple[int, ...]) -> list[turns.Row]:
    from benchmarks import receive

    return receive.measure(sizes)


def _search(sizes: tuple[int, ...]) -> list[turns.Row]:
    from benchmarks import search

    return search.measure(sizes[-1])


def _label(_: tuple[int, ...]) -> list[turns.Row]:
    from benchmarks import label

    return label.measure()


def _start(sizes: tuple[int, ...]) -> list[turns.Row]:
    from benchmarks import start

    return start.measure(sizes[0])


BENCHES: dict[str, Callable[[tuple[int, ...]], list[turns.Row]]] = {"receive": _receive, "search": _search, "label": _label, "start": _start}


def main() -> int:
    """Runs the benchmarks named, or all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help=f"books of {QUICK[0]:,} and {QUICK[1]:,} parcels instead of {FULL[0]:,} and {FULL[1]:,}")
    parser.add_argument("names", nargs="*", metavar="bench", help=f"only these: {', '.join(BENCHES)}")
    chosen = parser.parse_args()
    if unknown := [name for name in chosen.names if name not in BENCHES]:
        parser.error(f"no such bench: {', '.join(unknown)}")
    table: list[turns.Row] = []
    for name in chosen.names or BENCHES:
        print(f"measuring {name} ...", file=sys.stderr)
        table += BENCHES[name](QUICK if chosen.quick else FULL)
    turns.show(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
