"""Bodies of entries about cash and the day: what a drawer, a pouch and a business day go through. Part of the vocabulary of `domain.entries`."""

from __future__ import annotations

from corner_app.domain.body import Body, Ref


class DayOpened(Body, frozen=True, array_like=True, tag=27):
    """A counter's day was begun. date: of the office ("2026-11-24"). float: paisa in the drawer to begin with; carried: what lay in it by the book."""

    office: str
    counter: int
    date: str
    float: int
    carried: int


Pieces = tuple[tuple[int, int], ...]
"""Counted cash: (paisa of one note or coin, how many), the largest first; loose coins as (1, paisa)."""


class PaidIn(Body, frozen=True, array_like=True, tag=28):
    """Cash put into a drawer that is no parcel's. late_for: date of an earlier, closed day it belongs to, "" none."""

    office: str
    counter: int
    amount: int
    reason: str
    late_for: str = ""


class PaidOut(Body, frozen=True, array_like=True, tag=29):
    """Cash taken out of a drawer. late_for: as in PaidIn."""

    office: str
    counter: int
    amount: int
    reason: str
    late_for: str = ""


class PouchSent(Body, frozen=True, array_like=True, tag=30):
    """A sealed pouch of cash left a drawer for office `to`; in transit until it is counted there."""

    office: str
    counter: int
    to: str
    amount: int
    pieces: Pieces = ()
    late_for: str = ""


class PouchReceived(Body, frozen=True, array_like=True, tag=31):
    """A pouch was opened and its cash put into a drawer. sender: office it came from. expected: paisa by its advice; scanned: by the label on it;
    counted: by hand. reason: why they differ, "" where they do not.
    """

    office: str
    counter: int
    sender: str
    expected: int
    scanned: int
    counted: int
    pieces: Pieces = ()
    reason: str = ""
    late_for: str = ""


class Transferred(Body, frozen=True, array_like=True, tag=32):
    """Cash went from one counter's drawer into another's of the same office: both legs in one record, written by who gave."""

    office: str
    counter: int
    to_counter: int
    amount: int
    reason: str = ""


class Counted(Body, frozen=True, array_like=True, tag=33):
    """A drawer was counted before anybody was shown what should be in it. expected: what should have been, by the book. what: "spot" or "close"."""

    office: str
    counter: int
    what: str
    counted: int
    expected: int
    pieces: Pieces = ()


class DayClosed(Body, frozen=True, array_like=True, tag=34):
    """A counter's day is over; this entry's hash is its seal.

    first: the first entry of the sealed range, which ends with this one. opening, collected (COD and fees in cash), paid_in, paid_out, deposited (pouches
    sent), expected, counted: paisa of the drawer. on_hand, on_hand_cod: parcels in the office, and of them those with COD. others: entries of other books
    that had come. reason: of a difference. approved_by: supervisor who stood by it, "" nobody yet.
    """

    office: str
    counter: int
    date: str
    first: Ref
    opening: int
    collected: int
    paid_in: int
    paid_out: int
    deposited: int
    expected: int
    counted: int
    pieces: Pieces
    on_hand: int
    on_hand_cod: int
    others: int
    reason: str = ""
    approved_by: str = ""


class Disputed(Body, frozen=True, array_like=True, tag=35):
    """A named person does not agree with an entry (envelope's `sup`): it is looked into, and nobody is charged.

    amount: paisa it is about; of a count what was counted less what was expected, negative where cash is missing.
    """

    office: str
    counter: int
    amount: int
    reason: str


class DisputeSettled(Body, frozen=True, array_like=True, tag=36):
    """A dispute (envelope's `sup`) is settled by a supervisor. amount: paisa as in Disputed that leave suspense.

    outcome: "explained" (nothing moves), "found" (the cash is with the office's other cash), "written_off" (over/short of the post).
    """

    office: str
    counter: int
    outcome: str
    amount: int
    note: str


class Reversed(Body, frozen=True, array_like=True, tag=37):
    """Takes back the money of the entry that the envelope's `sup` names, exactly and once."""

    office: str
    counter: int
    reason: str


class Remitted(Body, frozen=True, array_like=True, tag=38):
    """The centre's: the COD of this parcel is in a remittance to its merchant. state: "remitted", then "closed" when the merchant has it."""

    merchant: str
    invoice: str
    amount: int
    state: str


class PaymentChecked(Body, frozen=True, array_like=True, tag=39):
    """The centre's: what a wallet's provider says of a claimed payment (`sup` names the handover). amount: paisa. result: "verified" or "refused"."""

    wallet: str
    trx: str
    amount: int
    result: str


class DayApproved(Body, frozen=True, array_like=True, tag=40):
    """A supervisor stands by a closed day whose count differed; the envelope's `sup` names its closing."""

    office: str
    counter: int
