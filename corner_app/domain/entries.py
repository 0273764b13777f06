"""The vocabulary of the book: every fact a corner can write, as frozen typed records.

An `Entry` is an envelope (who, when, about what, after what) round one body. The book stores the bytes `encode` makes, hashes
them and never makes them again; `decode` reads them back, checked. Bodies are positional (`array_like`) and tagged by a small
integer, so a later version may add trailing fields with defaults and must never reorder, remove or renumber.

Amounts are integer paisa, weights grams, texts NFC. Office means the office's code, not its postcode (`domain.offices`).
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from corner_app.domain.body import Body as Body
from corner_app.domain.body import EntryId as EntryId
from corner_app.domain.body import Ref as Ref
from corner_app.domain.cash_bodies import Counted as Counted
from corner_app.domain.cash_bodies import DayApproved as DayApproved
from corner_app.domain.cash_bodies import DayClosed as DayClosed
from corner_app.domain.cash_bodies import DayOpened as DayOpened
from corner_app.domain.cash_bodies import Disputed as Disputed
from corner_app.domain.cash_bodies import DisputeSettled as DisputeSettled
from corner_app.domain.cash_bodies import PaidIn as PaidIn
from corner_app.domain.cash_bodies import PaidOut as PaidOut
from corner_app.domain.cash_bodies import PaymentChecked as PaymentChecked
from corner_app.domain.cash_bodies import Pieces as Pieces
from corner_app.domain.cash_bodies import PouchReceived as PouchReceived
from corner_app.domain.cash_bodies import PouchSent as PouchSent
from corner_app.domain.cash_bodies import Remitted as Remitted
from corner_app.domain.cash_bodies import Reversed as Reversed
from corner_app.domain.cash_bodies import Transferred as Transferred

SYSTEM = "SYSTEM"
"""Actor of entries the program makes by itself; they never carry a clerk's name (Horizon row 8)."""


class Announced(Body, frozen=True, array_like=True, tag=1):
    """A merchant's pre-advice (UPU ITMATT/PREDES). `code_hash` is the salted hash of the pickup code, b"" when none is known."""

    cod: int
    weight_g: int
    postcode: str
    phone: str
    name_bn: str
    name_en: str
    address_bn: str
    address_en: str
    merchant: str
    merchant_bn: str
    merchant_en: str
    order_ref: str
    numbers: tuple[str, ...]
    service: str
    delivery_mode: str
    contents_bn: str
    contents_en: str
    declared: int
    bag: str
    code_salt: bytes
    code_hash: bytes
    warnings: tuple[str, ...]
    platform: str = ""


class Received(Body, frozen=True, array_like=True, tag=2):
    """Taken into an office's hands. `missent`: it belongs elsewhere. `foreign`: a reference without a right check digit, keyed twice."""

    office: str
    bag: str = ""
    missent: bool = False
    foreign: bool = False


class Shelved(Body, frozen=True, array_like=True, tag=3):
    """Laid on a shelf (or a beat's pigeonhole) of the office that holds it."""

    office: str
    shelf: str


class Bagged(Body, frozen=True, array_like=True, tag=4):
    """Sorted into an outgoing bag towards the office with postcode `towards`."""

    office: str
    bag: str
    towards: str


class Damaged(Body, frozen=True, array_like=True, tag=5):
    """Seen damaged; a flag beside the state."""

    office: str
    note: str


class HandedOver(Body, frozen=True, array_like=True, tag=6):
    """Given to the buyer at a counter; the money of it is in the same entry, so neither exists without the other.

    collected: paisa of COD taken for this parcel, into drawer `counter`. proof: "code", "token" or "id"; an id keeps kind and
    last four characters only. basket: sequence number of the first parcel handed over in the same act (its own for that one),
    which alone carries what the buyer tendered and got back. fee: paisa of the post's own charge, beside the principal. wallet: "" for cash, else the
    mobile money service that `trx`, its transaction id, is said to have been paid with; that money is claimed, not in the drawer.
    """

    office: str
    counter: int
    collected: int
    merchant: str
    proof: str
    basket: int
    tendered: int = 0
    change: int = 0
    id_kind: str = ""
    id_last4: str = ""
    reason: str = ""
    fee: int = 0
    wallet: str = ""
    trx: str = ""


class Refused(Body, frozen=True, array_like=True, tag=7):
    """The buyer does not take it; it stays in the office until returned. basket: as in HandedOver, of the act in which others were taken, 0 none was."""

    office: str
    reason: str
    basket: int = 0


class ReturnStarted(Body, frozen=True, array_like=True, tag=8):
    """On its way back to the sender from now on; still in the office until dispatched."""

    office: str
    reason: str


class Undone(Body, frozen=True, array_like=True, tag=9):
    """Takes back the entry that the envelope's `sup` names. Nothing is removed."""

    reason: str = ""


class CodeFailed(Body, frozen=True, array_like=True, tag=10):
    """A wrong pickup code was given for this parcel; the fold counts them."""

    office: str


class BagOpened(Body, frozen=True, array_like=True, tag=11):
    """An incoming bag was opened; `expected` parcels stood on its manifest."""

    office: str
    expected: int


class BagEnded(Body, frozen=True, array_like=True, tag=12):
    """An incoming bag was checked to its end: what was there, what was missing, what was not on its manifest."""

    office: str
    expected: int
    received: int
    missing: tuple[str, ...]
    extra: tuple[str, ...]


class LabelAsked(Body, frozen=True, array_like=True, tag=13):
    """A label was asked for. copy: 1 the first; a further copy has a reason. Settled by `LabelSettled` naming this entry in `sup`."""

    what: str
    copy: int
    reason: str = ""


class LabelSettled(Body, frozen=True, array_like=True, tag=14):
    """What became of a label: result "printed", "failed" or "in_doubt"; how: "printer", "scan", "clerk", "restart", "transport"."""

    result: str
    how: str
    detail: str = ""


class BagStarted(Body, frozen=True, array_like=True, tag=15):
    """An outgoing bag was begun. number: first 23 characters of its S9-shaped number, weight and flags come when it is closed."""

    office: str
    towards: str


class Dispatched(Body, frozen=True, array_like=True, tag=16):
    """Left the office in a closed bag."""

    office: str
    bag: str


class OutForDelivery(Body, frozen=True, array_like=True, tag=17):
    """Given to a postman."""

    office: str
    postman: str


class Attempted(Body, frozen=True, array_like=True, tag=18):
    """Could not be delivered at the door: a reason and a measure of `domain.reasons`."""

    office: str
    reason: str
    measure: str


class Held(Body, frozen=True, array_like=True, tag=19):
    """Kept back at the office."""

    office: str
    reason: str


class Returned(Body, frozen=True, array_like=True, tag=20):
    """Given back to the sender."""

    office: str


class Lost(Body, frozen=True, array_like=True, tag=21):
    """Looked for and not found."""

    office: str
    note: str


class CustodyConfirmed(Body, frozen=True, array_like=True, tag=22):
    """A named person settles a dispute: the parcel is at `office`."""

    office: str


class Restarted(Body, frozen=True, array_like=True, tag=23):
    """SYSTEM: the program ended without closing. cause: what it found; screen: where the clerk was."""

    cause: str
    screen: str = ""


class SignedIn(Body, frozen=True, array_like=True, tag=24):
    """A clerk took over the counter. Envelopes of what follows carry this entry's number as `session`."""

    counter: int


class Released(Body, frozen=True, array_like=True, tag=25):
    """SYSTEM, in the centre's book: the entry that `sup` names waited too long for its base; until that comes it stands after this one."""


class DrawerAsked(Body, frozen=True, array_like=True, tag=26):
    """The cash drawer of a counter was asked to open without a posting; written before it is told to. reason: "float", "check", "change", "day_close" or
    "other", which alone has a note.
    """

    office: str
    counter: int
    reason: str
    note: str = ""


AnyBody = (
    Announced
    | Received
    | Shelved
    | Bagged
    | Damaged
    | HandedOver
    | Refused
    | ReturnStarted
    | Undone
    | CodeFailed
    | BagOpened
    | BagEnded
    | LabelAsked
    | LabelSettled
    | BagStarted
    | Dispatched
    | OutForDelivery
    | Attempted
    | Held
    | Returned
    | Lost
    | CustodyConfirmed
    | Restarted
    | SignedIn
    | Released
    | DrawerAsked
    | DayOpened
    | PaidIn
    | PaidOut
    | PouchSent
    | PouchReceived
    | Transferred
    | Counted
    | DayClosed
    | Disputed
    | DisputeSettled
    | Reversed
    | Remitted
    | PaymentChecked
    | DayApproved
)


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """The envelope.

    hlc: hybrid logical clock, milliseconds UTC << 16 | counter; orders, never decides money. actor: badge name or SYSTEM.
    subject: a parcel's primary number, "bag:…", "drawer:…", a cash document of `domain.cash` ("day:…", "slip:…", "pouch:…") or "book".
    base: the last entry about the subject this book knew.
    sup: the entry this one corrects or settles. clk: 0 the clock is right, 1 unknown, 2 suspect, 3 known wrong.
    session: number of the sign-in entry. boot, mono: boot count and milliseconds since, to estimate true time later.
    orig: `origin_text` under which an entry was first written that had to be written again in another lineage ("re-homed"), "" for all others.
    """

    hlc: int
    actor: str
    subject: str
    base: Ref
    body: AnyBody
    sup: Ref = 0
    clk: int = 0
    session: int = 0
    boot: int = 0
    mono: int = 0
    orig: str = ""

    @property
    def at(self) -> int:
        """Milliseconds UTC by the writing PC's clock."""
        return self.hlc >> 16


UID_SIZE = 16
"""Bytes of an entry's hash that name it for good, also when it is written again elsewhere (sync notes §2.1)."""


class Fact(NamedTuple):
    """An entry with its name: what folds work on. uid: first 16 bytes of its hash; b"" only where no entry was ever written again."""

    id: EntryId
    entry: Entry
    uid: bytes = b""


def origin_text(id: EntryId, uid: bytes) -> str:
    """How a re-homed entry names its first writing: both the name and the hash, because a forked book used names twice."""
    return f"{id.device}.{id.epoch}.{id.seq}.{uid.hex()}"


def first_name(orig: str) -> EntryId | None:
    """The name under which the act of an `origin_text` was first written; None for a text that is none."""
    parts = orig.split(".")
    if len(parts) != 4 or not all(part.isascii() and part.isdigit() and len(part) < 20 for part in parts[:3]):
        return None
    return EntryId(int(parts[0]), int(parts[1]), int(parts[2]))


def origin(fact: Fact) -> str:
    """What two writings of the same act have in common."""
    return fact.entry.orig or origin_text(fact.id, fact.uid)


class UnreadableEntry(ValueError):
    """Stored bytes are no entry this version knows. They are kept as they are; the message says what failed."""


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Entry)


def encode(entry: Entry) -> bytes:
    """The bytes the book stores and hashes."""
    return _encoder.encode(entry)


def decode(stored: bytes) -> Entry:
    """Reads stored bytes back. Raises UnreadableEntry."""
    try:
        return _decoder.decode(stored)
    except msgspec.MsgspecError as error:
        raise UnreadableEntry(str(error)) from error


KINDS: dict[type, str] = {
    Announced: "announced",
    Received: "received",
    Shelved: "shelved",
    Bagged: "bagged",
    Damaged: "damaged",
    HandedOver: "handed_over",
    Refused: "refused",
    ReturnStarted: "returning",
    Undone: "undone",
    CodeFailed: "wrong_code",
    BagOpened: "bag_opened",
    BagEnded: "bag_ended",
    LabelAsked: "label_asked",
    LabelSettled: "label_settled",
    BagStarted: "bag_started",
    Dispatched: "dispatched",
    OutForDelivery: "out_for_delivery",
    Attempted: "attempted",
    Held: "on_hold",
    Returned: "returned",
    Lost: "lost",
    CustodyConfirmed: "custody_confirmed",
    Restarted: "restarted",
    SignedIn: "signed_in",
    Released: "released",
    DrawerAsked: "drawer_asked",
    DayOpened: "day_opened",
    PaidIn: "paid_in",
    PaidOut: "paid_out",
    PouchSent: "pouch_sent",
    PouchReceived: "pouch_received",
    Transferred: "transferred",
    Counted: "counted",
    DayClosed: "day_closed",
    Disputed: "disputed",
    DisputeSettled: "dispute_settled",
    Reversed: "reversed",
    Remitted: "remitted",
    PaymentChecked: "payment_checked",
    DayApproved: "day_approved",
}
"""Stable word of each body, as timelines and the batch interface show it."""


def kind(body: AnyBody) -> str:
    """The stable word of a body."""
    return KINDS[type(body)]


EMSEVT: dict[str, str] = {
    "received": "EMG",
    "shelved": "EDH",
    "bagged": "EDE",
    "dispatched": "EDE",
    "out_for_delivery": "EDG",
    "attempted": "EMH",
    "on_hold": "EDF",
    "handed_over": "EMI",
    "refused": "EMH",
    "returning": "EMH",
    "returned": "EMI",
    "damaged": "EDF",
}
"""UPU EMSEVT V3 event of each kind that has one (field notes §2.1, 2.3); money, labels and corrections have none."""
