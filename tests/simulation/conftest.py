"""What every test of the simulated country wants."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """A simulated day goes wrong thousands of times; its log says so only where a seed is repeated by hand."""
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)
