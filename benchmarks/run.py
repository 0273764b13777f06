"""All benchmarks: `python3 tools/dev.py bench [--quick] [receive search …]`. Floor or peer and ours in one run; one table, one JSON line a row."""

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


def _label_bytes(sizes: tuple[int, ...]) -> list[turns.Row]:
    from benchmarks import label_bytes

    return label_bytes.measure(60 if sizes == FULL else 20)


def _label_spool(sizes: tuple[int, ...]) -> list[turns.Row]:
    from benchmarks import label_spool

    return label_spool.measure(100 if sizes == FULL else 20)


def _report(sizes: tuple[int, ...]) -> list[turns.Row]:
    from benchmarks import report

    return report.measure(5_000 if sizes == FULL else 1_000)


def _report_pdf(sizes: tuple[int, ...]) -> list[turns.Row]:
    from benchmarks import report_pdf

    return report_pdf.measure(15 if sizes == FULL else 5)


def _start(sizes: tuple[int, ...]) -> list[turns.Row]:
    from benchmarks import start

    return start.measure(sizes[0])


def _sync_bytes(sizes: tuple[int, ...]) -> list[turns.Row]:
    from benchmarks import sync_bytes

    return sync_bytes.measure(10_000 if sizes == FULL else 2_000)


def _centre_ingest(sizes: tuple[int, ...]) -> list[turns.Row]:
    from benchmarks import centre_ingest

    return centre_ingest.measure(20_000 if sizes == FULL else 5_000)


def _centre_herd(sizes: tuple[int, ...]) -> list[turns.Row]:
    from benchmarks import centre_herd

    return centre_herd.measure(10_000, 300) if sizes == FULL else centre_herd.measure(500, 10)


def _centre_feed(sizes: tuple[int, ...]) -> list[turns.Row]:
    from benchmarks import centre_feed

    return centre_feed.measure((10_000, 1_000_000, 10_000_000) if sizes == FULL else (10_000, 100_000))


def _centre_snapshot(sizes: tuple[int, ...]) -> list[turns.Row]:
    from benchmarks import centre_snapshot

    return centre_snapshot.measure(sizes[-1])


BENCHES: dict[str, Callable[[tuple[int, ...]], list[turns.Row]]] = {
    "receive": _receive,
    "search": _search,
    "label": _label,
    "label_bytes": _label_bytes,
    "label_spool": _label_spool,
    "report": _report,
    "report_pdf": _report_pdf,
    "start": _start,
    "sync_bytes": _sync_bytes,
    "centre_ingest": _centre_ingest,
    "centre_herd": _centre_herd,
    "centre_feed": _centre_feed,
    "centre_snapshot": _centre_snapshot,
}


def main() -> int:
    """Runs the benchmarks named, or all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    smaller = f"books of {QUICK[0]:,} and {QUICK[1]:,} parcels instead of {FULL[0]:,} and {FULL[1]:,}, and a small country"
    parser.add_argument("--quick", action="store_true", help=smaller)
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
