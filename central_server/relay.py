"""One PC of an office keeps copies for its other counters on the LAN: the centre's own code over SQLite, with an identity of its own.

It stores signed frames as they came and forwards them as they are; it never numbers, changes or signs anything of a counter's. Its word is
the first tick; only the centre's makes the second. A counter may push to both: (device, epoch, seq) names an entry wherever it lies.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from central_server import identity
from central_server.exchange import Desk
from central_server.problems import Problem
from central_server.storage import database, devices, feeds, logs
from central_server.storage.database import Database, Sql
from central_server.storage.logs import Cursor, Kept
from central_server.storage.migrate import migrate
from corner_app.domain.entries import EntryId
from corner_app.sync import sealing, wire
from corner_app.sync.sealing import IN, OUT, Label, Reply, Segment, Unopened, hint
from corner_app.sync.signing import checker
from corner_app.sync.wire import Answer, FeedEntry

_log = logging.getLogger("corner.relay")
TICK_S = 5.0
"""Seconds between two looks at what came from the centre and what it lacks."""
AT_ONCE = 500
"""Arrived entries taken over in one transaction."""
_ENOUGH = 2_000_000
"""Bytes of frames forwarded in one segment: the office's link may be slow."""
_ARRIVED, _INSTANCE = "relay_arrived", "relay_centre"


class Unreached(Exception):
    """The centre did not answer the relay."""


@dataclass(frozen=True)
class Upstream:
    """The centre as the primary PC's book knows it. public_key: of its answers; box: that files are sealed to."""

    public_key: bytes
    box: bytes


class Way(Protocol_ := object):  # type: ignore[misc]
    pass
