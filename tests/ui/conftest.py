"""What every test of the window needs: a look, and no thread left behind."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator

import pytest

from corner_app.i18n import Language
from corner_app.ui.theme import Look

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(autouse=True)
def no_thread_left() -> Iterator[None]:
    """A thread that outlives its test would act on the next one's window."""
    before = set(threading.enumerate())
    yield
    left = [thread.name for thread in threading.enumerate() if thread not in before and thread.is_alive()]
    assert left == [], f"threads left running: {left}"


@pytest.fixture
def look(qapp: object) -> Look:
    """Bangla, light, 100 %."""
    return Look(Language.BN)
