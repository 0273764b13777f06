"""What a cash slip and the slip of a closed day are of, read from the entries of their document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from corner_app.book import entries
from corner_app.book.database import Rows
from corner_app.desk.receipts import receipt_number
from corner_app.domain import entries as e
from corner_app.domain.cash import DAY, POUCH, SLIP, fold
from corner_app.domain.entries import Fact
from corner_app.domain.here import Here


@dataclass(frozen=True, slots=True)
class CashSlip:
    """Cash that went into this counter's drawer or out of it. number: of the receipt; at: ms UTC; clerk: badge; amount: paisa.

    kind: word of the entry. purpose: the clerk's reason, "" none. party: counter it was passed to or office at the other end, "" for a person. pouch: its seal.
    """

    number: str
    at: int
    clerk: str
    way: Literal["in", "out"]
    kind: str
    amount: int
    purpose: str
    party: str
    pouch: str


@dataclass(frozen=True, slots=True)
class DaySlip:
    """A closed day. number: of the receipt; at: ms UTC; clerk: badge. seal: 32 hex digits; last: sequence number of the closing; approved_by: badge or ""."""

    number: str
    at: int
    clerk: str
    body: e.DayClosed
    seal: str
    last: int
    approved_by: str


def cash_slip(rows: Rows, here: Here, subject: str) -> CashSlip | None:
    """The slip of a payment, a passing on or a pouch of this counter; None where the document has none or its money was taken back."""
    if not subject.startswith((SLIP, POUCH)):
        return None
    facts = entries.facts_about(rows, subject)
    document = fold(subject, facts)
    for fact in reversed(facts):
        made = _slip(here, subject, fact)
        if made is not None and fact.id not in document.reversed:
            return made
    return None


def day_slip(rows: Rows, here: Here, subject: str) -> DaySlip | None:
    """The slip of one of this counter's days; None while it is not closed."""
    if not subject.startswith(f"{DAY}{here.office}-{here.counter}-"):
        return None
    document = fold(subject, entries.facts_about(rows, subject))
    closed = document.closed
    if closed is None or not isinstance(closed.entry.body, e.DayClosed):
        return None
    approved = closed.entry.body.approved_by or (document.approved.entry.actor if document.approved is not None else "")
    number = receipt_number(here, closed.id, closed.uid)
    return DaySlip(number, closed.entry.at, closed.entry.actor, closed.entry.body, closed.uid.hex(), closed.id.seq, approved)


def _slip(here: Here, subject: str, fact: Fact) -> CashSlip | None:
    body, pouch = fact.entry.body, subject.removeprefix(POUCH) if subject.startswith(POUCH) else ""
    found = _moved(body)
    if found is None or (getattr(body, "office", ""), getattr(body, "counter", 0)) != (here.office, here.counter):
        return None
    way, amount, purpose, party = found
    return CashSlip(receipt_number(here, fact.id, fact.uid), fact.entry.at, fact.entry.actor, way, e.kind(body), amount, purpose, party, pouch)


def _moved(body: e.AnyBody) -> tuple[Literal["in", "out"], int, str, str] | None:
    match body:
        case e.PaidIn():
            return "in", body.amount, body.reason, ""
        case e.PaidOut():
            return "out", body.amount, body.reason, ""
        case e.Transferred():
            return "out", body.amount, body.reason, str(body.to_counter)
        case e.PouchSent():
            return "out", body.amount, "", body.to
        case e.PouchReceived():
            return "in", body.counted, body.reason, body.sender
        case _:
            return None
