"""The last scans of a counter, as its screens list them after a start."""

from __future__ import annotations

from corner_app.book import entries, marks, parcels
from corner_app.book.database import Rows
from corner_app.desk.views import ScanLine
from corner_app.domain import entries as e
from corner_app.domain.entries import Fact
from corner_app.domain.outcome import Tone

SCANS = ("received", "shelved", "bagged", "damaged", "handed_over", "refused", "returning")


def last(rows: Rows, limit: int = 8) -> tuple[ScanLine, ...]:
    """The newest scans of everybody at this counter, newest first; those taken back are marked."""
    found = entries.newest(rows, SCANS, limit)
    unsent = marks.not_at_centre(rows, {fact.entry.subject for fact, _ in found})
    return tuple(_line(rows, fact, undone, at_centre=fact.entry.subject not in unsent) for fact, undone in found)


def _line(rows: Rows, fact: Fact, undone: bool, *, at_centre: bool) -> ScanLine:
    item, body = fact.entry.subject, fact.entry.body
    row = parcels.by_item(rows, item)
    advice = row.advice if row is not None else None
    code, tone, place = "received", Tone.GOOD, ""
    match body:
        case e.Received(missent=True):
            code, tone, place = "missent", Tone.LOOK, advice.postcode if advice else ""
        case e.Received() if advice is None:
            code, tone = "unannounced", Tone.LOOK
        case e.Shelved(shelf=shelf):
            code, place = "shelved", shelf
        case e.Bagged(towards=towards):
            code, place = "sorted", towards
        case e.Damaged():
            code, tone = "damaged", Tone.LOOK
        case e.HandedOver():
            code = "handed_over"
        case e.Refused():
            code, tone = "refused", Tone.LOOK
        case e.ReturnStarted():
            code, tone = "returning", Tone.LOOK
        case _:
            pass
    names = (advice.name_bn, advice.name_en) if advice else ("", "")
    return ScanLine(fact.id.seq, item, *names, tone, code, place, fact.entry.at, undone, at_centre)
