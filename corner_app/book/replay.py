"""The log and what arrived from other books, in the order in which this book wrote and got them: what every projection is computed from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

from corner_app.book.database import Rows
from corner_app.book.entries import project, project_arrived
from corner_app.book.lineage import lineages
from corner_app.domain.entries import UID_SIZE, EntryId, Fact, UnreadableEntry, decode

Row = tuple[Any, ...]
OWN = "SELECT no, epoch, seq, kind, actor, subject, sup, bytes, hash FROM entry"
ARRIVED = "SELECT id, after_no, device, epoch, seq, uid, sum, kind, subject, bytes FROM arrived"
SUM_SIZE = 8


def sum_of(stored: bytes) -> bytes:
    """What shows that an arrived entry lies as it came: its own chain is its writer's and not here to check it by."""
    return hashlib.sha256(stored).digest()[:SUM_SIZE]


def merged(own: Iterable[Row], arrived: Iterable[Row]) -> Iterator[tuple[bool, Row]]:
    """(is our own, row) in order: an arrived entry stands after the own one that was the last when it came."""
    waiting = iter(arrived)
    foreign = next(waiting, None)
    for row in own:
        while foreign is not None and foreign[1] < row[0]:
            yield False, foreign
            foreign = next(waiting, None)
        yield True, row
    while foreign is not None:
        yield False, foreign
        foreign = next(waiting, None)


def play_into(target: Rows, rows: Iterable[tuple[bool, Row]]) -> Iterator[Row]:
    """Writes rows into a book whose lineages are written and projects each; yields every own row after it is done."""
    by_epoch = {lineage.epoch: lineage for lineage in lineages(target)}
    kept = {epoch: upto for epoch, upto in target.all("SELECT epoch, kept_to FROM lineage WHERE kept_to IS NOT NULL")}
    for own, row in rows:
        if own:
            target.run("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
            no, epoch, seq, stored, digest = row[0], row[1], row[2], row[7], row[8]
            if seq <= kept.get(epoch, seq):
                project(target, Fact(EntryId(by_epoch[epoch].device, epoch, seq), decode(stored), digest[:UID_SIZE]), no)
            yield row
        else:
            target.run("INSERT INTO arrived VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
            _project_foreign(target, row)


def _project_foreign(target: Rows, row: Row) -> None:
    try:
        entry = decode(row[9])
    except UnreadableEntry:
        return  # written by a later version: kept, and shown as such
    project_arrived(target, Fact(EntryId(row[2], row[3], row[4]), entry, row[5]), row[0])
