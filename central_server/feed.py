"""Pages of an office's feed, as many bytes as the office has room for."""

from __future__ import annotations

from central_server.storage import feeds
from central_server.storage.database import Sql
from corner_app.sync.wire import ENTRY_LIMIT, FEED_START, FRAME_LIMIT, Page, pack_page

ITEMS_LIMIT = 4_000
"""Items of one page."""
_PACKED = 4
"""How much smaller a page gets when packed, at least in the long run."""

MOST = FRAME_LIMIT - ENTRY_LIMIT - 50_000
"""Bytes of a page before its last item, however much room there is: also what does not pack at all must fit a frame."""


def agrees(sql: Sql, office: str, pos: int, check: bytes) -> bool:
    """Whether an office read its feed as it is here."""
    return feeds.running(sql, office, pos) == (check or FEED_START)


def page(sql: Sql, office: str, after: int, room: int) -> Page | None:
    """What follows a position, None when nothing does. room: bytes of it, about."""
    end, check = feeds.end(sql, office)
    if end <= after:
        return None
    taken: list[bytes] = []
    size = 0
    for _, running, item in feeds.after(sql, office, after, min(ITEMS_LIMIT, max(1, room // 20))):
        taken.append(item)
        check, size = running, size + len(item)
        if size >= min(room * _PACKED, MOST):
            break
    return Page(after, len(taken), pack_page(taken), check, end - after - len(taken))
