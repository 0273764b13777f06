"""What screens read from the desk: frozen values, no rows. Amounts paisa, weights grams, times milliseconds UTC."""

from __future__ import annotations

from dataclasses import dataclass

from corner_app.domain.entries import EntryId
from corner_app.domain.handover import Charge
from corner_app.domain.outcome import ParcelCard, Tone


@dataclass(frozen=True, slots=True)
class BagProgress:
    """An incoming bag being checked. short: as people say it (8200-8500-0417-01). origin: postcode it came from.

    expected: parcels on its manifest; received: how many of them are here; missing: the others; extra: numbers found in it that were not listed.
    weight_g: of the bag as its number says, 0 unknown. opened, ended: whether it is being checked, or done.
    """

    bag: str
    short: str
    origin: str
    expected: int
    received: int
    missing: tuple[ParcelCard, ...]
    extra: tuple[str, ...]
    weight_g: int
    opened: bool
    ended: bool


@dataclass(frozen=True, slots=True)
class ScanLine:
    """One line of the last scans. code: of the outcome; place: shelf or postcode or ""; undone: taken back since.

    at_centre: the centre has all that this counter wrote about the parcel.
    """

    seq: int
    item: str
    name_bn: str
    name_en: str
    tone: Tone
    code: str
    place: str
    at: int
    undone: bool = False
    at_centre: bool = False


@dataclass(frozen=True, slots=True)
class SortBin:
    """One place of the sorting frame. to: "shelf", "beat", "bag" or "hub". place: postcode, beat or "" for the counter's shelves.

    bag: short number of the outgoing bag; weight_g and limit_g of that bag.
    """

    to: str
    place: str
    name_bn: str
    name_en: str
    count: int
    bag: str = ""
    weight_g: int = 0
    limit_g: int = 0


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """One entry of a parcel's life. kind: of `domain.entries.KINDS`; at_centre: the centre has confirmed it, or it came from there.

    office: where it was written, "" unknown; ours: by this counter, so that `by` is one of its own clerks.
    """

    seq: int
    kind: str
    at: int
    by: str
    by_bn: str
    by_en: str
    office: str
    detail: str
    undone: bool
    at_centre: bool
    ours: bool = True


@dataclass(frozen=True, slots=True)
class Found:
    """A parcel that a search found. at_centre: the centre has all that this counter wrote about it.

    update_needed: part of what happened to it can only be read by a later version of this program.
    """

    card: ParcelCard
    at_centre: bool
    update_needed: bool = False


@dataclass(frozen=True, slots=True)
class NumberLine:
    """One of a parcel's numbers. kind: "item", "order", "reference" or "token"."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class ParcelView:
    """Everything the search screen shows of one parcel. others: further parcels waiting for the same buyer. keep_until: 0 unknown.

    at_centre, update_needed: see Found.
    """

    card: ParcelCard
    cod_state: str
    numbers: tuple[NumberLine, ...]
    timeline: tuple[TimelineLine, ...]
    others: tuple[ParcelCard, ...]
    warnings: tuple[str, ...]
    keep_until: int = 0
    at_centre: bool = False
    update_needed: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """A buyer's parcels that lie here ready: `first` was asked for. tries: wrong codes so far, of `limit`; has_code: a pickup code is known.

    charges: what is owed for each parcel, in their order. wallets: mobile money that may be claimed.
    """

    first: ParcelCard
    parcels: tuple[ParcelCard, ...]
    tries: int
    limit: int
    locked: bool
    has_code: bool
    charges: tuple[Charge, ...] = ()
    wallets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Header:
    """What the frame always shows. unsent: entries the centre has not confirmed; since: when the oldest was written, 0 none.

    phase, trouble: as in SyncView. skew_ms: this PC's clock less the centre's when that is too much, else 0. attention: see Today.
    """

    unsent: int
    since: int
    entries: int
    on_hand: int
    phase: str = "idle"
    trouble: str = ""
    skew_ms: int = 0
    attention: int = 0


@dataclass(frozen=True, slots=True)
class Drawer:
    """Cash of one counter. paisa: in its drawer; at_centre: of it, what the centre knows of."""

    counter: int
    paisa: int
    at_centre: int


@dataclass(frozen=True, slots=True)
class AttentionLine:
    """What the centre said of an entry other than that it counts. item: the parcel, "" none; code: of the words `verdict.<code>`; ours: we wrote it."""

    device: int
    epoch: int
    seq: int
    item: str
    name_bn: str
    name_en: str
    code: str
    at: int
    ours: bool


@dataclass(frozen=True, slots=True)
class Today:
    """The home screen. opening + arrived - gone = on_hand. bags: today's incoming bags. attention: what the centre said and nobody acted on."""

    opening: int
    arrived: int
    arrived_in_bags: int
    handed_over: int
    dispatched: int
    on_hand: int
    on_shelf: int
    drawers: tuple[Drawer, ...]
    bags: tuple[BagProgress, ...]
    in_doubt: tuple[PrintLine, ...]
    attention: tuple[AttentionLine, ...] = ()


@dataclass(frozen=True, slots=True)
class PrintLine:
    """One print job. item: the parcel, bag or shelf. state: queued, sending, printed, failed or in_doubt; how: who said so.

    detail: why it failed or is in doubt, "" unknown. printer: "label" or "receipt".
    """

    job: int
    what: str
    item: str
    name_bn: str
    copy: int
    state: str
    how: str
    at: int
    detail: str = ""
    printer: str = "label"


@dataclass(frozen=True, slots=True)
class PrintCounts:
    """Papers of today. copies: of those that did not fail, the further ones."""

    printed: int
    copies: int
    failed: int


@dataclass(frozen=True, slots=True)
class PrinterView:
    """One of the counter's printers. role: "label" or "receipt". model: as its profile names it; address: what it is known by.

    word: its state or what stops it (`ui.printer_<word>`); warnings: what does not stop it yet; why: the transport's word where it is off.
    again_s: seconds from one look to the next. heard_at: when it fell silent, 0 while it answers or where it never did.
    """

    role: str
    model: str
    address: str
    word: str
    warnings: tuple[str, ...] = ()
    why: str = ""
    again_s: int = 5
    heard_at: int = 0


@dataclass(frozen=True, slots=True)
class UnsentGroup:
    """Entries of one kind that wait for the centre. group: "parcels", "money", "bags" or "prints"; things: parcels concerned; paisa: money in them."""

    group: str
    entries: int
    things: int = 0
    paisa: int = 0


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter of an hour of today. start: ms UTC; written: entries in it; unsent: of them not at the centre."""

    start: int
    written: int
    unsent: int


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of today with the link up or down. until: ms UTC, not after now."""

    since: int
    until: int
    online: bool


@dataclass(frozen=True, slots=True)
class SyncView:
    """The sync screen.

    phase: "not_enrolled", "idle", "sending", "waiting" (next try at `next_try`), "stopped" (by the clerk) or "needs_help".
    trouble: code of the words `sync.<code>` that say what is wrong, what is safe and what to do, "" none. sent, of: entries of this run.
    rate: bytes a second on the wire, 0 unknown. first_unsent, last_unsent: running numbers, 0 none. oldest_at, oldest_kind: of the oldest unsent.
    heard_at: when the centre's signature was last seen to be right, 0 never. sent_today, bytes_today: entries confirmed and bytes sent today.
    entries: in this book; relay: name of the office's relay, "" none, and up to which number it keeps copies; confirmed: at the centre.
    carry_bytes: what a sealed file would weigh; carried_at: when one was last written, 0 never. attention: see Today.
    """

    phase: str
    trouble: str
    sent: int
    of: int
    rate: int
    unsent: int
    first_unsent: int
    last_unsent: int
    oldest_at: int
    oldest_kind: str
    heard_at: int
    sent_today: int
    bytes_today: int
    next_try: int
    groups: tuple[UnsentGroup, ...]
    quarters: tuple[Quarter, ...]
    spans: tuple[Span, ...]
    entries: int
    relay: str
    relay_has: int
    confirmed: int
    carry_bytes: int
    carried_at: int
    attention: tuple[AttentionLine, ...] = ()


@dataclass(frozen=True, slots=True)
class ClosedDay:
    """A day that was closed. seal: 32 hex digits. counted, difference: paisa, negative where cash is missing. approved_by: badge, "" nobody yet."""

    date: str
    seal: str
    counted: int
    difference: int
    approved_by: str


@dataclass(frozen=True, slots=True)
class CloseView:
    """The open day of this counter's drawer, as the day-close screen shows it. Amounts paisa.

    date: that the closing will have. opened: whether somebody stated the float. Each of collected (the principal alone), postage, claimed, paid_in,
    paid_out, deposited is (how many, paisa). expected: what should be in the drawer. counted: of the last count of this day, None when nobody counted or
    something was posted since; pieces: what was counted then. bags: (ended, opened) incoming bags; prints: papers asked for and not printed;
    unsent: entries the centre has not confirmed. unapproved: dates of closed days whose difference nobody approved. disputes: open ones. closed: today's
    date was closed already, so that nothing can be closed before tomorrow. supervisors: (badge, name_bn, name_en) of who may approve.
    last: the day that was closed last, None before the first.
    """

    date: str
    opened: bool
    opening: int
    collected: tuple[int, int]
    postage: tuple[int, int]
    claimed: tuple[int, int]
    paid_in: tuple[int, int]
    paid_out: tuple[int, int]
    deposited: tuple[int, int]
    expected: int
    counted: int | None
    pieces: tuple[tuple[int, int], ...]
    bags: tuple[int, int]
    prints: int
    unsent: int
    unapproved: tuple[str, ...]
    disputes: int
    closed: bool
    supervisors: tuple[tuple[str, str, str], ...]
    last: ClosedDay | None = None


@dataclass(frozen=True, slots=True)
class PouchView:
    """A pouch before it is opened. seal: in normal form. sent: its sender's entry has come; sender: postcode; amount: paisa. received: opened before."""

    seal: str
    sent: bool
    sender: str
    amount: int
    received: bool


@dataclass(frozen=True, slots=True)
class CashLine:
    """One line of a clerk's day. item: parcel, pouch or slip; by: badge; amount: paisa into the drawer, negative out of it. drawer: sum after it."""

    seq: int
    at: int
    kind: str
    item: str
    by: str
    amount: int
    drawer: int


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One entry behind a figure. subject: parcel, bag or cash document; kind: of `domain.entries.KINDS`; by: badge; name: the buyer's, "" where there is none.

    ours: of the lineage this book writes now, so that its number alone names it in a command.
    """

    id: EntryId
    at: int
    kind: str
    subject: str
    by: str
    name_bn: str
    name_en: str
    ours: bool


@dataclass(frozen=True, slots=True)
class DisputeLine:
    """A dispute nobody has settled. entry: its sequence number; date: of the day it is noted on, "" of a payment or pouch; amount: paisa at stake."""

    entry: int
    at: int
    by: str
    subject: str
    date: str
    amount: int
    reason: str
