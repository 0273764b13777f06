"""Counts of the office, for the frame, the home screen and the batch."""

from __future__ import annotations

from corner_app.book import bags, centre, entries, marks, outbox, parcels
from corner_app.book.accounts import drawers
from corner_app.book.database import Rows
from corner_app.book.lineage import read_head
from corner_app.desk import attention
from corner_app.desk.bags import progress
from corner_app.desk.commands import Status
from corner_app.desk.printing import doubts
from corner_app.desk.sync import Working, link_state, skew
from corner_app.desk.views import Drawer, Header, Today
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


def header(rows: Rows, working: Working | None = None) -> Header:
    """What the frame always shows. working: the thread that sends, None before there is one."""
    backlog, at = outbox.backlog(rows), centre.centre(rows)
    phase, trouble = link_state(at, working)
    waits = len(attention.lines(rows, 99)) if at is not None else 0
    return Header(backlog.unsent, backlog.since, backlog.entries, parcels.on_hand(rows), phase, trouble, skew(at), waits)


def drawers_of(rows: Rows, here: Here) -> tuple[Drawer, ...]:
    """Cash of the office's counters, and how much of it the centre knows of."""
    held = drawers(rows, here.office)
    if centre.centre(rows) is None:
        return tuple(Drawer(counter, paisa, 0) for counter, paisa in held)
    unsent = marks.money_not_at_centre(rows)
    return tuple(Drawer(counter, paisa, paisa - unsent.get(f"drawer:{here.office}-{counter}", 0)) for counter, paisa in held)


def drawer(rows: Rows, here: Here) -> Drawer:
    """Cash of this counter."""
    return next((each for each in drawers_of(rows, here) if each.counter == here.counter), Drawer(here.counter, 0, 0))


def today(rows: Rows, here: Here, since: int) -> Today:
    """The day so far. since: ms UTC at which the office's day began."""
    moves = entries.moves_since(rows, since)
    on_hand = parcels.on_hand(rows)
    went_on = moves.dispatched + parcels.moved_on_since(rows, since)
    arrived, gone = moves.received, moves.handed_over + went_on + moves.returned
    numbers = dict.fromkeys((*bags.announced(rows), *(bag.number for bag in bags.all_of(rows, "in"))))
    shown = tuple(p for p in (progress(rows, number) for number in numbers) if p is not None)
    return Today(
        on_hand - arrived + gone,
        arrived,
        moves.received_in_bags,
        moves.handed_over,
        went_on,
        on_hand,
        sum(parcels.per_shelf(rows).values()),
        drawers_of(rows, here),
        shown,
        doubts(rows),
        attention.lines(rows, 9),
    )
