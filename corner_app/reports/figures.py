"""A report as values: every figure with the entries behind it. Words, pages and sheets are made of it elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from corner_app.domain.entries import EntryId


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and why it is that number. value: a count, or paisa. by: the entries it is the sum of, in order; none for a figure carried over."""

    value: int = 0
    by: tuple[EntryId, ...] = ()


WAYS_OUT = ("handed_over", "delivered", "dispatched", "returned", "lost", "taken_back", "elsewhere")
"""How parcels leave: over the counter, by a postman, in a bag, to the sender, lost, a receipt taken back, taken in by another office."""


@dataclass(frozen=True, slots=True)
class ParcelLine:
    """Parcels of one kind: opening + came - sum of gone = on_hand. kind: "cod", "prepaid" or "all". gone: by each of WAYS_OUT."""

    kind: str
    opening: Figure
    came: Figure
    gone: tuple[tuple[str, Figure], ...]
    on_hand: Figure


@dataclass(frozen=True, slots=True)
class DrawerLine:
    """Cash of one drawer in paisa: opening + collected + paid_in - paid_out - deposited = expected; counted - expected = difference.

    collected: COD and fees in cash; of it postage: the fees. claimed: mobile money, in no drawer. paid_in, paid_out hold transfers and pouches received, too.
    counted, difference: None while not closed. closed: its closing is known here; seal: hex of it, "" none. clerks: badges who worked at it.
    Over several days: opening of the first, counted of the last, difference the sum of theirs, and cash that went to the safe or came from it over night is
    paid in or out.
    """

    counter: int
    clerks: tuple[str, ...]
    opening: Figure
    collected: Figure
    postage: Figure
    claimed: Figure
    paid_in: Figure
    paid_out: Figure
    deposited: Figure
    expected: Figure
    counted: Figure | None
    difference: Figure | None
    closed: bool
    seal: str


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One account of the ledger in paisa: opening + debit - credit = closing."""

    account: str
    opening: Figure
    debit: Figure
    credit: Figure
    closing: Figure


@dataclass(frozen=True, slots=True)
class ClerkLine:
    """What one clerk did."""

    badge: str
    received: Figure
    sorted: Figure
    handed_over: Figure
    labels: Figure
    reprints: Figure
    undone: Figure


@dataclass(frozen=True, slots=True)
class HourLine:
    """One hour of the office's day, 0 to 23."""

    hour: int
    received: Figure
    handed_over: Figure


@dataclass(frozen=True, slots=True)
class ExceptionLine:
    """Something a supervisor should know. subject: parcel, bag or cash document. what: code of the words `exception.<what>`. by: the entry. who: badge.

    detail: what belongs to it (office, reason, amount in paisa), as the words want it. now: state of the parcel at the end of the day, "" for none.
    """

    subject: str
    what: str
    by: EntryId
    at: int
    who: str
    detail: str
    now: str


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A further copy of a paper. copy: 2 and up."""

    subject: str
    what: str
    copy: int
    reason: str
    by: EntryId
    at: int
    who: str


@dataclass(frozen=True, slots=True)
class UndoneLine:
    """An entry taken back. kind: of the entry that was; of: its name; by: the entry that took it back."""

    subject: str
    kind: str
    of: EntryId
    by: EntryId
    at: int
    who: str


@dataclass(frozen=True, slots=True)
class BagLine:
    """A bag that came in and was checked, or goes out. way: "in" or "out"; place: postcode it came from or goes to. items: parcels in it.

    expected, missing, extra: of an incoming one. weight_g: of its parcels as far as known. ended_at: ms UTC, 0 not ended.
    """

    bag: str
    way: str
    place: str
    expected: int
    items: Figure
    missing: int
    extra: int
    weight_g: int
    ended_at: int


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """A parcel refused, or sent back."""

    item: str
    reason: str
    by: EntryId
    at: int
    who: str
    now: str


@dataclass(frozen=True, slots=True)
class MoveLine:
    """A parcel came into the office or left it. way: "came" or one of WAYS_OUT; kind: "cod" or "prepaid"; by: the entry that did it."""

    item: str
    way: str
    kind: str
    by: EntryId
    at: int
    who: str


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """What one entry did to one account. subject: parcel or cash document; word: kind of the entry; amount: paisa, a debit positive.

    part: to which figure of a DrawerLine it belongs ("opening", "collected", "paid_in", "paid_out", "deposited", "difference"), "" for other accounts.
    """

    subject: str
    word: str
    account: str
    amount: int
    part: str
    by: EntryId
    at: int
    who: str


@dataclass(frozen=True, slots=True)
class Report:
    """One day, or a range of days, of one office as one counter's book knows it.

    date, to: first and last date ("2026-11-24"). first, last: names of the first and last own entry, None when nothing was written. seal: hex of the first
    16 bytes of the last entry's hash; the same seal means the same entries. closed: the counter's day was closed (for a range: every day with work).
    closed_at: ms UTC, 0 not closed. closed_by, approved_by: badges, "" nobody. faults: codes of what does not add up, which must be empty.
    moves, ledger: line by line what the figures of parcels, drawers and accounts are sums of, in the order of the book.
    """

    office: str
    counter: int
    date: str
    to: str
    training: bool
    first: EntryId | None
    last: EntryId | None
    seal: str
    closed: bool
    closed_at: int
    closed_by: str
    approved_by: str
    parcels: tuple[ParcelLine, ...]
    drawers: tuple[DrawerLine, ...]
    accounts: tuple[AccountLine, ...]
    clerks: tuple[ClerkLine, ...]
    hours: tuple[HourLine, ...]
    exceptions: tuple[ExceptionLine, ...]
    reprints: tuple[PaperLine, ...]
    undone: tuple[UndoneLine, ...]
    bags: tuple[BagLine, ...]
    returns: tuple[ReturnLine, ...]
    faults: tuple[str, ...] = ()
    moves: tuple[MoveLine, ...] = ()
    ledger: tuple[LedgerLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Names:
    """Words for what a report knows by code, each as (Bangla, English), so that pages and sheets need no book.

    clerks: by badge. office: of the report, which stands at `postcode`. places: by postcode, of every place the report names. merchants: by code. A code
    that is missing is shown as it is.
    """

    clerks: Mapping[str, tuple[str, str]]
    office: tuple[str, str]
    postcode: str
    places: Mapping[str, tuple[str, str]]
    merchants: Mapping[str, tuple[str, str]]

    def clerk(self, badge: str, language: str) -> str:
        """Name of a badge. language: "bn" or "en"."""
        return _chosen(self.clerks.get(badge), badge, language)

    def place(self, postcode: str, language: str) -> str:
        """Name of a place."""
        return _chosen(self.places.get(postcode), postcode, language)

    def merchant(self, code: str, language: str) -> str:
        """Name of a merchant."""
        return _chosen(self.merchants.get(code), code, language)


def _chosen(names: tuple[str, str] | None, code: str, language: str) -> str:
    return code if names is None else names[0 if language == "bn" else 1] or code
