"""Horizon rows 4 and 6 at the window: whatever is pressed while something is awaited, a basket is settled once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.ui.conftest import look, no_thread_left
from tests.ui.test_handover_money import POSTED, Stand, lossy, port_of

from corner_app.book.verify import verify

__all__ = ["look", "lossy", "no_thread_left"]

KEYS = ["Ctrl+Enter", "Enter", "F", *"2500", "Space", "Enter", "Ctrl+Enter"]


def _printed(stand: Stand) -> list[Any]:
    return port_of(stand).counter.book.write(lambda tx: tx.all("SELECT item, what, state FROM print_job ORDER BY no"))


def test_04_a_key_that_is_held_is_one_handover(lossy: Callable[..., Stand]) -> None:
    """Dalmellington, 2015: each further press of the key booked the same cash again (FUJ00085882)."""
    stand = lossy([])
    stand.keys(*["Ctrl+Enter"] * 100)
    port_of(stand).settle_all()
    stand.keys(*["Enter", "Ctrl+Enter"] * 100)
    port_of(stand).settle_all()
    assert port_of(stand).balances() == POSTED


@pytest.mark.parametrize("lost", [[], ["book_busy"], ["disk_error", "bug"]], ids=["answered", "lost once", "lost twice"])
@pytest.mark.parametrize("broken", [False, True], ids=["after the commit", "before the commit"])
def test_06_keys_at_every_point_where_something_is_awaited_settle_a_basket_once(lossy: Callable[..., Stand], lost: list[str], broken: bool) -> None:
    """Derby, January 2010: Settle pressed between the answer and the printing sent the basket twice (FUJ00117478).

    Every key is pressed before the answer and again after it, with no printer that takes any paper: cash is posted once.
    """
    stand = lossy(list(lost), broken=broken)
    port = port_of(stand)
    stand.keys("Ctrl+Enter")
    for _ in range(len(lost) + 1):
        stand.keys(*KEYS)
        port.settle_all()
    stand.keys(*KEYS)
    port.settle_all()
    assert port.balances() == POSTED
    assert len({op for op in port.ops if op}) == 1
    assert all(state == "queued" for _, _, state in _printed(stand))
    assert verify(port.counter.book.path).good
