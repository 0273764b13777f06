"""What stands on a receipt, gathered from the entries it is the receipt of. Nothing is computed again from today's state of a parcel."""

from __future__ import annotations

from dataclasses import dataclass

from corner_app.book import entries, parcels
from corner_app.book.database import Rows
from corner_app.desk.handover import receipt_number
from corner_app.domain import entries as e
from corner_app.domain.entries import Fact
from corner_app.domain.here import Here
from corner_app.domain.parcels import taken_back


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One parcel on a receipt. merchant_bn, merchant_en, order_ref: "" when nobody announced it. amount: paisa taken for it."""

    item: str
    merchant_bn: str
    merchant_en: str
    order_ref: str
    amount: int


@dataclass(frozen=True, slots=True)
class HandoverReceipt:
    """All that was given in one act. number: as the screen showed it. at: ms UTC. clerk: badge. total, tendered, change: paisa.

    proof: "code", "token" or "id"; id_kind, id_last4: of the document, "" none.
    """

    number: str
    at: int
    clerk: str
    lines: tuple[ReceiptLine, ...]
    total: int
    tendered: int
    change: int
    proof: str
    id_kind: str
    id_last4: str


@dataclass(frozen=True, slots=True)
class RefusalReceipt:
    """The buyer did not take it. line.amount: paisa that were not taken. reason: as the clerk gave it."""

    number: str
    at: int
    clerk: str
    line: ReceiptLine
    reason: str


def handover_receipt(rows: Rows, here: Here, item: str) -> HandoverReceipt | None:
    """The receipt of the act in which this counter gave the parcel out; None when it did not."""
    facts = _basket(rows, item)
    if not facts:
        return None
    first = facts[0]
    bodies = [fact.entry.body for fact in facts if isinstance(fact.entry.body, e.HandedOver)]
    lines = tuple(_line(rows, fact.entry.subject, body.collected) for fact, body in zip(facts, bodies, strict=True))
    one = bodies[0]
    return HandoverReceipt(
        receipt_number(here, first.id, first.uid), first.entry.at, first.entry.actor, lines, sum(line.amount for line in lines), one.tendered, one.change,
        one.proof, one.id_kind, one.id_last4,
    )  # fmt: skip


def refusal_receipt(rows: Rows, here: Here, item: str) -> RefusalReceipt | None:
    """The receipt of this counter's last refusal of the parcel that was not taken back; None when there is none."""
    facts = entries.facts_about(rows, item)
    gone = taken_back(facts)
    refused = [fact for fact in facts if isinstance(fact.entry.body, e.Refused) and fact.id not in gone and entries.number_of(rows, fact.id, 0) is not None]
    if not refused:
        return None
    fact = refused[-1]
    row = parcels.by_item(rows, item)
    reason = fact.entry.body.reason if isinstance(fact.entry.body, e.Refused) else ""
    return RefusalReceipt(
        receipt_number(here, fact.id, fact.uid), fact.entry.at, fact.entry.actor, _line(rows, item, row.parcel.cod if row else 0), reason
    )  # fmt: skip


def _basket(rows: Rows, item: str) -> list[Fact]:
    """The handovers of one act, first first: entries that follow each other and name the same basket."""
    row = parcels.by_item(rows, item)
    no = entries.number_of(rows, row.parcel.delivery, 0) if row is not None and row.parcel.delivery is not None else None
    own = entries.fact(rows, no) if no is not None else None
    if no is None or own is None or not isinstance(own.entry.body, e.HandedOver):
        return []
    basket = own.entry.body.basket
    found: list[Fact] = []
    no -= own.id.seq - basket
    while (fact := entries.fact(rows, no)) is not None and isinstance(fact.entry.body, e.HandedOver) and fact.entry.body.basket == basket:
        found.append(fact)
        no += 1
    return found if own in found else [own]


def _line(rows: Rows, item: str, amount: int) -> ReceiptLine:
    row = parcels.by_item(rows, item)
    advice = row.advice if row is not None else None
    return ReceiptLine(item, *((advice.merchant_bn, advice.merchant_en, advice.order_ref) if advice else ("", "", "")), amount)
