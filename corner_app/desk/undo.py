"""Taking back the last scans: a new entry that names the old one. Nothing is removed."""

from __future__ import annotations

from corner_app.book import entries, parcels
from corner_app.book.database import Tx
from corner_app.desk.commands import Undo
from corner_app.desk.lookup import card
from corner_app.domain import entries as e
from corner_app.domain.entries import Fact
from corner_app.domain.here import Here
from corner_app.domain.outcome import Outcome, Tone
from corner_app.domain.parcels import taken_back

_SCANS = ("received", "shelved", "bagged", "damaged", "refused", "returning")
_FINAL = ("handed_over",)
_BESIDE = (e.LabelAsked, e.LabelSettled, e.CodeFailed, e.Undone)


def undo(tx: Tx, here: Here, command: Undo) -> Outcome:
    """Takes back the clerk's own last scans, newest first: all that were asked for, or none."""
    found = entries.last_of(tx, here.clerk.badge, (*_SCANS, *_FINAL), command.count)
    why = _why_not(tx, found, command.count)
    if why is not None:
        item = found[0].entry.subject if found else None
        return Outcome(Tone.STOP, "cannot_undo", item, data={"why": why, "count": command.count})
    written = [_take_back(tx, here, fact) for fact in found]
    last = parcels.by_item(tx, found[0].entry.subject)
    data = {"undone": [fact.id.seq for fact in found], "items": [fact.entry.subject for fact in found]}
    return Outcome(Tone.GOOD, "undone", found[0].entry.subject, tuple(written), data, card(last) if last else None)


def _why_not(tx: Tx, found: list[Fact], count: int) -> str | None:
    if len(found) < count:
        return "nothing_left"
    if any(isinstance(fact.entry.body, e.HandedOver) for fact in found):
        return "handed_over"
    asked = {fact.id for fact in found}
    for subject in {fact.entry.subject for fact in found}:
        facts = entries.facts_about(tx, subject)
        gone = taken_back(facts) | asked
        first = next(place for place, fact in enumerate(facts) if fact.id in asked)
        if any(f.id not in gone and not isinstance(f.entry.body, _BESIDE) for f in facts[first + 1 :]):
            return "went_on"
    return None


def _take_back(tx: Tx, here: Here, fact: Fact) -> int:
    row = parcels.by_item(tx, fact.entry.subject)
    base = row.parcel.base if row else fact.id
    written = entries.append(tx, here.clerk.badge, here.now, fact.entry.subject, e.Undone(), base=base, sup=entries.short(fact.id, tx.head.id(0)))
    return written.id.seq
