"""Double-entry postings derived from entries, in integer paisa.

Nothing is posted that an entry does not say, and the postings of each entry sum to zero. A debit is positive. Accounts are named:

drawer:OFFICE-COUNTER  cash of one counter            transit:OFFICE     cash in pouches that left OFFICE, until counted
safe:OFFICE            the office's other cash, from  claimed:WALLET     mobile money said to be paid, until the centre has seen it
                       which drawers are filled       wallet:WALLET      … and what its provider confirmed
cod:MERCHANT           COD owed to a merchant         remitted:MERCHANT  … and what was paid out of the post's bank
postage                charges earned                 over_short:OFFICE  differences written off
suspense:OFFICE        money whose reason is in doubt; a person settles it
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from corner_app.domain import entries as e
from corner_app.domain.entries import EntryId, Fact
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
    """What one entry about a parcel does to money. Cash lies in the drawer, mobile money is claimed, whatever the entry's standing.

    When the same parcel's COD was taken before, or the entry had no effect, it is owed to nobody known and goes to suspense, never to the merchant.
    """
    match fact.entry.body:
        case e.HandedOver() as body if body.collected or body.fee:
            return _taken(item, fact.id, body, effective)
        case e.Remitted() as body if effective:
            paid = body.amount if body.state == "remitted" else 0
            return _both(fact.id, f"cod:{body.merchant}", f"remitted:{body.merchant}", paid, f"remitted:{item}")
        case e.PaymentChecked() as body if effective:
            seen = body.amount if body.result == "verified" else 0
            return _both(fact.id, f"wallet:{body.wallet}", f"claimed:{body.wallet}", seen, f"verified:{item}")
        case _:
            return ()


def _taken(item: str, by: EntryId, body: e.HandedOver, effective: bool) -> tuple[Posting, ...]:
    name = f"{item}:{by.device}.{by.epoch}.{by.seq}"  # a fee without COD is taken at each handover of a parcel that came back
    key = f"doubt:{name}" if not effective else f"cod:{item}" if body.collected else f"fee:{name}"
    lies = f"claimed:{body.wallet}" if body.wallet else drawer(body.office, body.counter)
    owed = f"cod:{body.merchant}" if effective else f"suspense:{body.office}"
    earned = "postage" if effective else f"suspense:{body.office}"
    lines = ((lies, body.collected + body.fee), (owed, -body.collected), (earned, -body.fee))
    return tuple(Posting(by, line, account, amount, key) for line, (account, amount) in enumerate(lines) if amount)


def _both(by: EntryId, to: str, out_of: str, amount: int, key: str) -> tuple[Posting, ...]:
    return (Posting(by, 0, to, amount, key), Posting(by, 1, out_of, -amount, key)) if amount else ()


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
