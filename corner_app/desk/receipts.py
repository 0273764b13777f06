"""What a receipt is of, gathered from its own entries. Nothing is computed again from today's state of a parcel."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from corner_app.book import entries, parcels
from corner_app.book.database import Rows
from corner_app.domain import entries as e
from corner_app.domain.entries import Fact
from corner_app.domain.here import Here
from corner_app.domain.parcels import taken_back


@dataclass(frozen=True, slots=True)
class Handed:
    """One parcel of an act: what the entry says of it, and its advice if there is one."""

    item: str
    body: e.HandedOver
    advice: e.Announced | None


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A parcel the buyer left: what the entry says of it, and its advice if there is one."""

    item: str
    body: e.Refused
    advice: e.Announced | None


@dataclass(frozen=True, slots=True)
class HandoverReceipt:
    """All that was given in one act, the first first, and what was left in it. number: as the screen showed it. at: ms UTC. clerk: badge.

    total, tendered, change: paisa.
    """

    number: str
    at: int
    clerk: str
    handed: tuple[Handed, ...]
    left: tuple[NotTaken, ...] = ()

    @property
    def total(self) -> int:
        """Taken for all of it, in cash or claimed, fees with it."""
        return sum(each.body.collected + each.body.fee for each in self.handed)

    @property
    def tendered(self) -> int:
        """What the buyer put on the table."""
        return self.handed[0].body.tendered

    @property
    def change(self) -> int:
        """What the buyer got back."""
        return self.handed[0].body.change


@dataclass(frozen=True, slots=True)
class RefusalReceipt:
    """The buyer did not take it. at: ms UTC. clerk: badge."""

    number: str
    at: int
    clerk: str
    item: str
    body: e.Refused
    advice: e.Announced | None


def handover_receipt(rows: Rows, here: Here, item: str) -> HandoverReceipt | None:
    """The receipt of the act in which this counter gave the parcel out; None when it did not."""
    facts = _basket(rows, item)
    handed: list[Handed] = []
    left: list[NotTaken] = []
    for fact in facts:
        match fact.entry.body:
            case e.HandedOver() as body:
                handed.append(Handed(fact.entry.subject, body, _advice(rows, fact.entry.subject)))
            case e.Refused() as body:
                left.append(NotTaken(fact.entry.subject, body, _advice(rows, fact.entry.subject)))
    if not handed:
        return None
    first = facts[0]
    return HandoverReceipt(receipt_number(here, first.id, first.uid), first.entry.at, first.entry.actor, tuple(handed), tuple(left))


def refusal_receipt(rows: Rows, here: Here, item: str) -> RefusalReceipt | None:
    """The receipt of this counter's last refusal of the parcel that was not taken back; None when there is none."""
    facts = entries.facts_about(rows, item)
    gone = taken_back(facts)
    for fact in reversed(facts):
        body = fact.entry.body
        if isinstance(body, e.Refused) and fact.id not in gone and entries.number_of(rows, fact.id, 0) is not None:
            return RefusalReceipt(receipt_number(here, fact.id, fact.uid), fact.entry.at, fact.entry.actor, item, body, _advice(rows, item))
    return None


def _basket(rows: Rows, item: str) -> list[Fact]:
    """The handovers of one act, the first first, then what was left in it: entries that follow each other and name the same basket."""
    row = parcels.by_item(rows, item)
    no = entries.number_of(rows, row.parcel.delivery, 0) if row is not None and row.parcel.delivery is not None else None
    own = entries.fact(rows, no) if no is not None else None
    if no is None or own is None or not isinstance(own.entry.body, e.HandedOver):
        return []
    basket = own.entry.body.basket
    found: list[Fact] = []
    no -= own.id.seq - basket
    while (fact := entries.fact(rows, no)) is not None and isinstance(body := fact.entry.body, e.HandedOver | e.Refused) and body.basket == basket:
        found.append(fact)
        no += 1
    return found if own in found else [own]


def _advice(rows: Rows, item: str) -> e.Announced | None:
    row = parcels.by_item(rows, item)
    return row.advice if row is not None else None


def receipt_number(here: Here, entry: e.EntryId, digest: bytes) -> str:
    """office-counter-epoch-seq and four characters of the entry's hash: two copies of a forked book give visibly different receipts."""
    return f"{here.office}-{here.counter}-{entry.epoch}-{entry.seq}-{base64.b32encode(digest[:3]).decode()[:4]}"
