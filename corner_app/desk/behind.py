"""What stands behind the figures of a report: entries with the buyers they concern, and the disputes that wait."""

from __future__ import annotations

from collections.abc import Iterable

from corner_app.book import days, entries, marks, parcels
from corner_app.book.database import Rows
from corner_app.desk.views import DisputeLine, EntryLine
from corner_app.domain import entries as e
from corner_app.domain.cash import DAY
from corner_app.domain.entries import EntryId, kind
from corner_app.domain.here import Here


def lines(rows: Rows, ids: Iterable[EntryId]) -> tuple[EntryLine, ...]:
    """The entries of these names, in their order; one that this book does not hold is left out."""
    own, found = marks.marks(rows).own, []
    now = max(own, key=lambda lineage: own[lineage][0], default=None)
    for id in ids:
        fact = entries.named(rows, id)
        if fact is None:
            continue
        entry = fact.entry
        row = parcels.by_item(rows, entry.subject)
        advice = row.advice if row is not None else None
        names = (advice.name_bn, advice.name_en) if advice is not None else ("", "")
        found.append(EntryLine(id, entry.at, kind(entry.body), entry.subject, entry.actor, *names, (id.device, id.epoch) == now))
    return tuple(found)


def disputes(rows: Rows, here: Here) -> tuple[DisputeLine, ...]:
    """The disputes of this drawer that nobody has settled, oldest first."""
    found = []
    for fact in days.disputes(rows, here.office, here.counter):
        entry, body = fact.entry, fact.entry.body
        if isinstance(body, e.Disputed):
            date = entry.subject[-10:] if entry.subject.startswith(DAY) else ""
            found.append(DisputeLine(fact.id.seq, entry.at, entry.actor, entry.subject, date, body.amount, body.reason))
    return tuple(found)
