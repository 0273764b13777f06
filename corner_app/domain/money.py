"""Double-entry postings derived from entries, in integer paisa.

Nothing is posted that an entry does not say, and the postings of each entry sum to zero. A debit is positive. Accounts are named:

drawer:OFFICE-COUNTER  cash of one counter         transit:OFFICE   cash on its way to the head office, until counted
cod:MERCHANT           COD owed to a merchant      postage          charges earned
over_short:OFFICE      differences of the count    suspense:OFFICE  money whose reason is in doubt; a person settles it
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from corner_app.domain.entries import EntryId, Fact, HandedOver
from corner_app.domain.parcels import Folded


@dataclass(frozen=True, slots=True)
class Posting:
    """One line: `amount` paisa on `account` (debit positive) because of entry `by`. key: the physical thing, which can be posted once."""

    by: EntryId
    line: int
    account: str
    amount: int
    key: str


def drawer(office: str, counter: int) -> str:
    """Account of a counter's cash."""
    return f"drawer:{office}-{counter}"


def postings(item: str, fact: Fact, *, effective: bool) -> tuple[Posting, ...]:
    """What one entry about a parcel does to money.

    The cash lies in the drawer whatever the entry's standing; when the same parcel's COD was taken before, or the entry had no effect,
    it is owed to nobody known and goes to suspense, never to the merchant.
    """
    body = fact.entry.body
    if not isinstance(body, HandedOver) or not body.collected:
        return ()
    owed = f"cod:{body.merchant}" if effective else f"suspense:{body.office}"
    key = f"cod:{item}" if effective else f"doubt:{item}:{fact.id.device}.{fact.id.epoch}.{fact.id.seq}"
    return (Posting(fact.id, 0, drawer(body.office, body.counter), body.collected, key), Posting(fact.id, 1, owed, -body.collected, key))


def parcel_postings(folded: Folded, facts: Iterable[Fact]) -> tuple[Posting, ...]:
    """All money of one parcel, in the order of its entries' names. Doubles and repetitions count once; held entries' cash is in suspense."""
    known = {fact.id: fact for fact in facts if fact.id not in folded.echoes}
    return tuple(p for key in sorted(known) for p in postings(folded.parcel.item, known[key], effective=key in folded.effective))


def balances(lines: Iterable[Posting]) -> dict[str, int]:
    """Sum of each account, zero sums left out."""
    sums: dict[str, int] = {}
    for line in lines:
        sums[line.account] = sums.get(line.account, 0) + line.amount
    return {account: amount for account, amount in sorted(sums.items()) if amount}
