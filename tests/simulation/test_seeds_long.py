"""See test_simulation.py: a campaign of hours."""

from __future__ import annotations

import pytest
from tests.simulation.seeds import play_long


@pytest.mark.long
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("piece", range(100))
def test_a_long_campaign(piece: int) -> None:
    play_long(piece)
