"""Whether a closed day of a drawer agrees with what the centre has of its money, and each of its figures as the centre computes it.

A day begins with what the closing before it sealed. What the entries of the PC itself did since is all in it. Of what others did to the drawer
(a transfer from another counter, the rest of a PC that was replaced) nobody wrote down when it came to that PC, so the day agrees if some of it,
and nothing that an earlier day took, makes up exactly what the closing expected. What comes later is tried again.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

from central_server.storage import cash, devices, logs
from central_server.storage.cash import Closing
from central_server.storage.database import Sql
from corner_app.domain import entries as e
from corner_app.domain.entries import EntryId, Fact
from corner_app.domain.money import drawer
from corner_app.sync import wire

DIFFERS = "day_differs"
_FEW = 12
"""So many pieces are tried in every combination; of more only the first ones, as they were written."""
_OPEN_END = 1 << 62


@dataclass(frozen=True, slots=True)
class _Piece:
    """What others did to a drawer and a day may hold or not. mark: (lineage, last entry) of the same counter's other PC, else `by` names the entry."""

    amount: int
    by: EntryId
    mark: tuple[str, int] | None


def check(sql: Sql, office: str, closed: Fact, now: int) -> Closing:
    """Compares a closing with the entries that are here, and keeps what was found. One that agreed stays so: what comes later belongs to later days.

    office: of the writer.
    """
    body = closed.entry.body
    assert isinstance(body, e.DayClosed)  # noqa: S101 - the caller looked
    known = cash.closing(sql, body.office, body.counter, body.date, lock=True)
    if known is not None and known.by == closed.id and not known.differs:
        return known
    before = cash.closing_before(sql, body.office, body.counter, body.date)
    marks = dict(before.marks) if before is not None else {}
    start = (before.counted if before is not None else 0) + _own(sql, office, closed.id, drawer(body.office, body.counter), marks)
    pieces = _pieces(sql, office, body, closed.id, marks)
    chosen = _made_up(body.expected - start, pieces)
    if chosen is None:
        computed = known.computed if known is not None and known.by == closed.id else start + sum(piece.amount for piece in pieces)
    else:
        computed = body.expected
        marks |= dict(piece.mark for piece in chosen if piece.mark is not None)
    others = tuple(piece.by for piece in chosen or () if piece.mark is None)
    found = Closing(body.office, body.counter, body.date, closed.id, body.expected, body.counted, computed, chosen is None, marks, others, now)
    cash.keep_closing(sql, found)
    return found


def _own(sql: Sql, office: str, by: EntryId, account: str, marks: dict[str, int]) -> int:
    """What the book that wrote a closing did to its drawer since the marks, which move up to the closing."""
    total = 0
    for epoch, upto in _path(sql, office, by):
        name = f"{by.device}.{epoch}"
        total += cash.moved(sql, account, by.device, epoch, marks.get(name, 0), upto)
        marks[name] = max(marks.get(name, 0), upto)
    marks[f"{by.device}.{by.epoch}"] = by.seq
    return total


def _path(sql: Sql, office: str, by: EntryId) -> list[tuple[int, int]]:
    """(lineage, up to which entry) of the book of one PC before an entry of it: its own, and those it goes on from."""
    path = [(by.epoch, by.seq - 1)]
    while True:
        first = logs.frames(sql, office, by.device, path[-1][0], 1, 1)
        run = wire.peek(wire.Push, first[0].frame).run if first and first[0].first == 1 else None
        if run is None or run.parent is None or run.parent.epoch == 0 or logs.cursor(sql, office, by.device, run.parent.epoch) is None:
            return path
        path.append((run.parent.epoch, run.parent.seq))


def _pieces(sql: Sql, office: str, body: e.DayClosed, by: EntryId, marks: dict[str, int]) -> list[_Piece]:
    account = drawer(body.office, body.counter)
    counters = {device.device: device.counter for device in devices.all_of(sql, office)}
    every = cash.closings(sql, body.office, body.counter)
    taken = {name for closing in every if closing.date != body.date for name in closing.others}
    found: list[_Piece] = []
    for at in logs.cursors(sql, office):
        if (at.device, at.epoch) == (by.device, by.epoch):
            continue
        same = counters.get(at.device) == body.counter
        name = f"{at.device}.{at.epoch}"
        lines = cash.lines(sql, account, at.device, at.epoch, marks.get(name, 0) if same else 0, _OPEN_END)
        if same and lines:
            found.append(_Piece(sum(amount for _, _, amount in lines), lines[-1][1], (name, lines[-1][1].seq)))
        elif not same:
            found += [_Piece(amount, entry, None) for _, entry, amount in lines if entry not in taken]
    return found


def _made_up(wanted: int, pieces: list[_Piece]) -> tuple[_Piece, ...] | None:
    """Pieces that make an amount, as few as can be; None if none do."""
    if len(pieces) > _FEW:
        return next((tuple(pieces[:n]) for n in range(len(pieces) + 1) if sum(piece.amount for piece in pieces[:n]) == wanted), None)
    for size in range(len(pieces) + 1):
        for chosen in combinations(pieces, size):
            if sum(piece.amount for piece in chosen) == wanted:
                return chosen
    return None
