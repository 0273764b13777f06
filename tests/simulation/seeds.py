"""Which seeds every test run plays: 2,000, in four files, so that each core has its share."""

from __future__ import annotations

from tests.simulation.run import play

SEEDS, FILES, PIECES, CAMPAIGN = 2_000, 4, 10, 50_000


def play_piece(file: int, piece: int) -> None:
    """A tenth of one file's seeds."""
    for seed in range(1 + file + FILES * piece, SEEDS + 1, FILES * PIECES):
        play(seed)


def play_long(piece: int) -> None:
    """A hundredth of the seeds that no ordinary run plays."""
    for seed in range(SEEDS + 1 + piece, CAMPAIGN + 1, 100):
        play(seed)
