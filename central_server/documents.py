"""Cash documents at the centre: whom they concern, how they stand, and which of them are finished."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from central_server.storage.cash import Standing
from central_server.storage.parcels import Written
from corner_app.domain import entries as e
from corner_app.domain.cash import DAY, POUCH, Document
from corner_app.domain.entries import AnyBody, Fact


def concerned(body: AnyBody) -> set[str]:
    """Offices beside the writer's that a cash entry concerns: the other end of a pouch."""
    match body:
        case e.PouchSent():
            return {body.to}
        case e.PouchReceived():
            return {body.sender}
        case _:
            return set()


def standing(document: Document, everything: Sequence[Written]) -> Standing:
    """How a document stands."""
    first = min(everything, key=lambda written: (written.fact.entry.hlc, written.fact.id))
    office, at, disputes = _office(document, first), first.fact.entry.at, len(document.disputes)
    if document.subject.startswith(DAY):
        counter, date = _drawer_day(document.subject)
        state, amount, unfinished = _day(document)
    elif document.subject.startswith(POUCH):
        counter, date = 0, ""
        state, amount, unfinished = _pouch(document)
    else:
        counter, date = 0, ""
        state, amount, unfinished = "posted", _slip(first.fact), False
    return Standing(office, document.subject, counter, date, state, amount, at, disputes, unfinished or disputes > 0)


def _office(document: Document, first: Written) -> str:
    """Whose cash it is about: of a pouch the sender's, also where only its arrival is known."""
    for fact in (document.sent, document.closed, document.opened):
        if fact is not None and isinstance(fact.entry.body, e.PouchSent | e.DayClosed | e.DayOpened):
            return fact.entry.body.office
    received = document.received.entry.body if document.received is not None else None
    return (received.sender if isinstance(received, e.PouchReceived) else "") or first.office


def _drawer_day(subject: str) -> tuple[int, str]:
    """Counter and date of a day's subject, 0 and "" where it says none."""
    parts = subject.removeprefix(DAY).rsplit("-", 4)
    if len(parts) != 5 or not all(part.isascii() and part.isdigit() and len(part) < 10 for part in parts[1:]):
        return 0, ""
    return int(parts[1]), "-".join(parts[2:])


def _day(document: Document) -> tuple[str, int, bool]:
    closed = document.closed.entry.body if document.closed is not None else None
    if not isinstance(closed, e.DayClosed):
        return "open", 0, True
    off = closed.counted - closed.expected
    return "closed", off, bool(off) and not closed.approved_by and document.approved is None


def _pouch(document: Document) -> tuple[str, int, bool]:
    sent = document.sent.entry.body if document.sent is not None else None
    received = document.received.entry.body if document.received is not None else None
    back = document.sent is not None and document.sent.id in document.reversed
    amount = sent.amount if isinstance(sent, e.PouchSent) else received.expected if isinstance(received, e.PouchReceived) else 0
    return ("received" if received is not None else "reversed" if back else "sent"), amount, received is None and not back


def _slip(fact: Fact) -> int:
    body = fact.entry.body
    return body.amount if isinstance(body, e.PaidIn | e.PaidOut | e.Transferred) else 0


def offices_of(everything: Iterable[Written]) -> set[str]:
    """Every office under which a document may have been kept."""
    found: set[str] = set()
    for written in everything:
        body = written.fact.entry.body
        found |= {written.office, *concerned(body)}
        if isinstance(body, e.PouchSent | e.DayClosed | e.DayOpened):
            found.add(body.office)
    return found
