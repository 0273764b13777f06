"""A drawer's day line by line, with the running sum, so that anybody can add it by hand."""

from __future__ import annotations

from corner_app.book import days
from corner_app.book.database import Rows
from corner_app.desk.close import open_date, opening_of, range_of
from corner_app.desk.commands import MyDay
from corner_app.desk.views import CashLine
from corner_app.domain import entries as e
from corner_app.domain.cash import POUCH
from corner_app.domain.here import Here
from corner_app.domain.outcome import Outcome, Tone


def my_day(rows: Rows, here: Here, command: MyDay) -> Outcome:
    """Every line of cash of this drawer on one date."""
    date = command.date or open_date(rows, here)
    found = lines(rows, here, date)
    opening = found[0].drawer - found[0].amount if found else opening_of(rows, here, date)
    data = {
        "date": date,
        "opening": opening,
        "total": found[-1].drawer if found else opening,
        "lines": [
            {"seq": line.seq, "at": line.at, "kind": line.kind, "item": line.item, "by": line.by, "amount": line.amount, "drawer": line.drawer}
            for line in found
        ],
    }
    return Outcome(Tone.GOOD, "my_day", data=data)


def lines(rows: Rows, here: Here, date: str) -> tuple[CashLine, ...]:
    """The lines in the order they were written, the opening first; a closing's difference is no line, for it is what the lines are compared with."""
    found: list[CashLine] = []
    in_drawer = opening_of(rows, here, date)
    for _, move in days.moves(rows, here.office, here.counter, range_of(rows, here, date)):
        if move.amount and move.way not in ("opening", "counted"):
            in_drawer += move.amount
            entry = move.fact.entry
            item = entry.subject.removeprefix(POUCH)
            found.append(CashLine(move.fact.id.seq, entry.at, e.kind(entry.body), item, entry.actor, move.amount, in_drawer))
    return tuple(found)
