"""Entries that are well formed and still no entries of an office: what no table, page or sum could hold."""

from __future__ import annotations

from typing import Any

import msgspec

from corner_app.domain import entries as e
from corner_app.domain.entries import Entry
from corner_app.sync.wire import ENTRY_LIMIT

TEXT_LIMIT = 200
"""Letters of a text that something is found by."""
AMOUNT_LIMIT = 1 << 53
"""Beyond it a whole number is no amount, count or time of ours."""
_ZERO = b"\\u0000"


def is_strange(entry: Entry, stored: bytes) -> bool:
    """Whether an entry must be called undecodable though it can be read."""
    if len(stored) > ENTRY_LIMIT or _ZERO in stored or not entry.subject:
        return True
    times = (entry.hlc >> 16, entry.boot, entry.mono, entry.session)
    return any(len(text) > TEXT_LIMIT for text in _keyed(entry)) or _beyond(times) or _beyond(msgspec.to_builtins(entry.body))


def _keyed(entry: Entry) -> tuple[str, ...]:
    body = entry.body
    match body:
        case e.Announced():
            return (entry.subject, body.order_ref, body.postcode, body.merchant, *body.numbers)
        case e.Bagged():
            return (entry.subject, body.office, body.towards)
        case e.HandedOver():
            return (entry.subject, body.office, body.merchant, body.wallet, body.trx)
        case e.PouchSent():
            return (entry.subject, body.office, body.to)
        case e.PouchReceived():
            return (entry.subject, body.office, body.sender)
        case e.DayClosed() | e.DayOpened():
            return (entry.subject, body.office, body.date)
    return (entry.subject,)


def _beyond(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return any(map(_beyond, value))
    return isinstance(value, int) and not -AMOUNT_LIMIT < value < AMOUNT_LIMIT
