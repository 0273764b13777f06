"""What can be asked of the desk: one frozen struct a job, the job's word as its tag. `docs/batch.md` is written from this file.

A command carries only what the caller says; office, clerk and time are in `Here`. Unknown fields are refused, so that a misspelt one
cannot be taken for its absence. Amounts are paisa.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

import msgspec

from corner_app.domain.papers import What
from corner_app.domain.reasons import DrawerReason

Text = Annotated[str, msgspec.Meta(max_length=4_000)]
CEILING = 10**12
"""Paisa of the largest amount anybody may write: ৳ 10,00,00,00,000."""
Paisa = Annotated[int, msgspec.Meta(ge=0, le=CEILING)]


class Command(msgspec.Struct, frozen=True, tag_field="job", forbid_unknown_fields=True):
    """Base of all commands. Raises ValueError for a date that no calendar has."""

    def __post_init__(self) -> None:
        for name in ("date", "late_for"):
            given = getattr(self, name, None)
            if given is not None:
                date.fromisoformat(given)


class Announce(Command, frozen=True, tag="announce"):
    """Take in announced parcels from a file or a list."""

    file: str | None = None
    parcels: tuple[dict[str, Any], ...] | None = None


class Receive(Command, frozen=True, tag="receive"):
    """Take one parcel in; `bag` is the open bag it came out of; `keyed_twice` takes a doubtful number as a foreign reference."""

    scan: Text
    bag: Text | None = None
    keyed_twice: bool = False


class OpenBag(Command, frozen=True, tag="open_bag"):
    """Begin to check an incoming bag."""

    bag: Text


class EndBag(Command, frozen=True, tag="end_bag"):
    """Say that an incoming bag is empty."""

    bag: Text


class MarkDamaged(Command, frozen=True, tag="damaged"):
    """Note damage on a parcel in the office."""

    scan: Text
    note: Text = ""


class Sort(Command, frozen=True, tag="sort"):
    """Ask where a parcel goes and record it there."""

    scan: Text


class Shelve(Command, frozen=True, tag="shelve"):
    """Lay a parcel on a shelf."""

    scan: Text
    shelf: Text


class Find(Command, frozen=True, tag="find"):
    """Search by any number or part of one, name in either script, last digits of the phone."""

    text: Text
    limit: Annotated[int, msgspec.Meta(ge=1, le=200)] = 20


class Identity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A document seen instead of a code: kind ("nid", "passport", …), last four characters, and why no code was used."""

    kind: Text
    last4: Annotated[str, msgspec.Meta(max_length=20)]
    reason: Text


class PaidBy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Mobile money said to be paid: the service ("bkash", "nagad", …) and the transaction id of its message."""

    wallet: Text
    trx: Annotated[str, msgspec.Meta(max_length=40)]


class Left(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A parcel of the basket that the buyer does not take, and why."""

    scan: Text
    reason: Text


class HandOver(Command, frozen=True, tag="hand_over"):
    """Give one or several parcels of one buyer out, against code, document or the buyer's QR, and take the money.

    tendered: cash on the table; paid_by: instead of cash, for all that is due. refused: what the buyer leaves of the same basket.
    """

    scan: Text | None = None
    items: tuple[Text, ...] | None = None
    code: Text | None = None
    id: Identity | None = None
    token: Text | None = None
    tendered: Paisa | None = None
    paid_by: PaidBy | None = None
    refused: tuple[Left, ...] = ()


class Refuse(Command, frozen=True, tag="refuse"):
    """The buyer does not take the parcel."""

    scan: Text
    reason: Text


class ReturnToSender(Command, frozen=True, tag="return_to_sender"):
    """Start the way back."""

    scan: Text
    reason: Text


class Undo(Command, frozen=True, tag="undo"):
    """Take back the clerk's own last scans."""

    count: Annotated[int, msgspec.Meta(ge=1, le=1_000)] = 1


class PrintLabel(Command, frozen=True, tag="print_label"):
    """Queue a label, receipt or slip; a second copy needs a reason. scan: of the parcel, or of the bag or shelf whose label it is."""

    scan: Text
    reason: Text | None = None
    what: What = "parcel_label"


class Reprint(Command, frozen=True, tag="reprint"):
    """Queue a further copy."""

    scan: Text
    reason: Text | None = None
    what: What = "parcel_label"


class DropLabel(Command, frozen=True, tag="drop_label"):
    """Take a label out of the queue before it is printed. print_job: as `queued` gave it."""

    print_job: int


class OpenDrawer(Command, frozen=True, tag="open_drawer"):
    """Have the cash drawer opened without a posting: change put in or taken out (`float`), counted (`check`), notes changed, the day's end, or `other`."""

    reason: DrawerReason
    note: Text = ""


Positive = Annotated[int, msgspec.Meta(ge=1, le=CEILING)]
"""Paisa of a payment: nothing is no payment."""
Pieces = dict[Annotated[str, msgspec.Meta(max_length=8)], Annotated[int, msgspec.Meta(ge=0, le=10**9)]]
Pin = Annotated[str, msgspec.Meta(max_length=12)]
Date = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d\d-\d\d$")]


class OpenDay(Command, frozen=True, tag="open_day"):
    """Begin the day: what lies in the drawer. Without float: what lay in it by the book."""

    float: Paisa | None = None


class PayIn(Command, frozen=True, tag="pay_in"):
    """Put cash into the drawer that is no parcel's. late_for: date of a closed day it belongs to."""

    amount: Positive
    reason: Text
    late_for: Date | None = None


class PayOut(Command, frozen=True, tag="pay_out"):
    """Take cash out of the drawer."""

    amount: Positive
    reason: Text
    late_for: Date | None = None


class PouchOut(Command, frozen=True, tag="pouch_out"):
    """Send a sealed pouch of cash to another office. pouch: number on its seal."""

    pouch: Text
    to: Text
    amount: Positive
    counted: Pieces | None = None


class PouchIn(Command, frozen=True, tag="pouch_in"):
    """Open a pouch and put its cash into the drawer. expected, sender: known where the sender's entry has come; scanned: amount on its label."""

    pouch: Text
    counted: Pieces
    sender: Text | None = None
    expected: Positive | None = None
    scanned: Positive | None = None
    reason: Text | None = None


class Transfer(Command, frozen=True, tag="transfer"):
    """Pass cash to another counter of this office."""

    to: Annotated[int, msgspec.Meta(ge=1, le=999)]
    amount: Positive
    reason: Text | None = None


class Reverse(Command, frozen=True, tag="reverse"):
    """Take back the money of a payment, passing on or pouch of the open day, exactly. entry: its sequence number."""

    entry: Annotated[int, msgspec.Meta(ge=1)]
    reason: Text


class Count(Command, frozen=True, tag="count"):
    """Count the drawer, before being told what should be in it."""

    counted: Pieces


class CloseDay(Command, frozen=True, tag="close_day"):
    """Close the day of this drawer. A difference needs a reason, and a supervisor who stands by it, now or later."""

    counted: Pieces
    reason: Text | None = None
    approver: Text | None = None
    pin: Pin | None = None


class ApproveDay(Command, frozen=True, tag="approve_day"):
    """A supervisor stands by a closed day whose count differed."""

    date: Date
    approver: Text | None = None
    pin: Pin | None = None


class Dispute(Command, frozen=True, tag="dispute"):
    """Say that a day's closing, or an entry, is not right; the evidence is written into `file`. Nobody is charged."""

    reason: Text
    date: Date | None = None
    entry: Annotated[int, msgspec.Meta(ge=1)] | None = None
    amount: Annotated[int, msgspec.Meta(ge=-CEILING, le=CEILING)] | None = None
    file: str | None = None


class SettleDispute(Command, frozen=True, tag="settle_dispute"):
    """A supervisor says what came of a dispute. entry: sequence number of the dispute."""

    entry: Annotated[int, msgspec.Meta(ge=1)]
    outcome: Literal["explained", "found", "written_off"]
    note: Text
    amount: Annotated[int, msgspec.Meta(ge=-CEILING, le=CEILING)] | None = None


class MyDay(Command, frozen=True, tag="my_day"):
    """Every line of this drawer's day with the running sum, to be added by hand."""

    date: Date | None = None


class ShowParcel(Command, frozen=True, tag="parcel"):
    """One parcel with all its numbers and its timeline."""

    scan: Text


class Status(Command, frozen=True, tag="status"):
    """Counts, drawers and the head of the book."""


AnyCommand = (
    Announce
    | Receive
    | OpenBag
    | EndBag
    | MarkDamaged
    | Sort
    | Shelve
    | Find
    | HandOver
    | Refuse
    | ReturnToSender
    | Undo
    | PrintLabel
    | Reprint
    | DropLabel
    | OpenDrawer
    | OpenDay
    | PayIn
    | PayOut
    | PouchOut
    | PouchIn
    | Transfer
    | Reverse
    | Count
    | CloseDay
    | ApproveDay
    | Dispute
    | SettleDispute
    | MyDay
    | ShowParcel
    | Status
)
