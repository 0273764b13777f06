"""Seeds from the command line: `python -m tests.simulation.run 4711` repeats one, `--from 1 --to 50000` is a campaign, `--with relay` of it those days that
have this trouble."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

from tests.simulation.parts import SHELF
from tests.simulation.world import TROUBLES, World, drawn


def play(seed: int, *, troubles: frozenset[str] = frozenset()) -> World:
    """One seed from beginning to end. Raises AssertionError when a promise is broken."""
    with tempfile.TemporaryDirectory(prefix="corner-seed-", dir=SHELF) as folder:
        world = World(seed, Path(folder), troubles)
        try:
            world.run()
        except Exception as error:
            raise AssertionError(f"seed {seed} ({', '.join(sorted(world.troubles)) or 'no trouble'}): {error!r}\n" + "\n".join(world.log)) from error
        finally:
            world.close()
        return world


def main() -> int:
    """Plays the asked seeds; gives 1 when any failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.run")
    parser.add_argument("seed", type=int, nargs="?")
    parser.add_argument("--from", type=int, default=1, dest="first")
    parser.add_argument("--to", type=int, default=2_000, dest="last")
    parser.add_argument("--stop", type=int, default=5, help="end after so many failures")
    parser.add_argument("--with", choices=TROUBLES, dest="having", help="only days with this trouble")
    asked = parser.parse_args()
    seeds: Sequence[int] = [asked.seed] if asked.seed is not None else range(asked.first, asked.last + 1)
    if asked.having:
        seeds = [seed for seed in seeds if asked.having in drawn(random.Random(seed))]
    failed, began, acts = 0, time.monotonic(), 0
    for seed in seeds:
        try:
            acts += len(play(seed).ledger.acts)
        except AssertionError as error:
            failed += 1
            print(error if asked.seed is not None else str(error).splitlines()[0], file=sys.stderr)
            if asked.seed is not None:
                traceback.print_exception(error.__cause__)
            if failed >= asked.stop:
                break
    took = time.monotonic() - began
    print(f"{len(seeds)} seeds, {acts} acts, {failed} failed, {took:.0f} s, {len(seeds) / took:.1f} seeds/s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
