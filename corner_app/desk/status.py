"""Counts of the office, for the frame, the home screen and the batch."""

from __future__ import annotations

from corner_app.book import bags, entries, outbox, parcels
from corner_app.book.accounts import drawers
from corner_app.book.database import Rows
from corner_app.book.lineage import read_head
from corner_app.desk.bags import progress
from corner_app.desk.commands import Status
from corner_app.desk.printing import doubts
from corner_app.desk.views import Header, Today
from corner_app.domain.here import Here
from corner_app.domain.outcome import Outcome, Tone


def status(rows: Rows, here: Here, command: Status) -> Outcome:
    """Parcels by state, on hand, cash by counter, the head of the book and what waits for the centre."""
    backlog = outbox.backlog(rows)
    data = {
        "parcels": parcels.counts(rows),
        "on_hand": parcels.on_hand(rows),
        "drawer": {str(c): paisa for c, paisa in drawers(rows, here.office)},
        "entries": backlog.entries,
        "head": read_head(rows).hash.hex(),
        "unsent": backlog.unsent,
    }
    return Outcome(Tone.GOOD, "status", data=data)


def header(rows: Rows) -> Header:
    """What the frame always shows."""
    backlog = outbox.backlog(rows)
    return Header(backlog.unsent, backlog.since, backlog.entries, parcels.on_hand(rows))


def today(rows: Rows, here: Here, since: int) -> Today:
    """The day so far. since: ms UTC at which the office's day began."""
    moves = entries.moves_since(rows, since)
    on_hand = parcels.on_hand(rows)
    arrived, gone = moves.received, moves.handed_over + moves.dispatched + moves.returned
    numbers = dict.fromkeys((*bags.announced(rows), *(bag.number for bag in bags.all_of(rows, "in"))))
    shown = tuple(p for p in (progress(rows, number) for number in numbers) if p is not None)
    return Today(
        on_hand - arrived + gone,
        arrived,
        moves.received_in_bags,
        moves.handed_over,
        moves.dispatched,
        on_hand,
        sum(parcels.per_shelf(rows).values()),
        tuple(drawers(rows, here.office)),
        shown,
        doubts(rows),
    )
