"""See test_simulation.py: the fourth 500 of the seeds."""

from __future__ import annotations

import pytest
from tests.simulation.seeds import PIECES, play_piece


@pytest.mark.parametrize("piece", range(PIECES))
def test_whatever_happens_every_act_arrives_once(piece: int) -> None:
    play_piece(3, piece)
