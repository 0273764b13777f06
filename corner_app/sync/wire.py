"""What an office and the centre say to each other: one signed question, one signed answer (docs/decisions/0005).

A frame is a msgpack value and the 64 bytes of an Ed25519 signature over its kind's name and that value; an answer's signature also covers
the question's nonce, so that a page from a cache, a captive portal or a replay can never be taken for the centre's word. Values are
positional: later versions add fields with defaults at the end and never reorder or remove. Shared by the office, the centre and the relay;
it knows neither disk nor network.

Hashes travel as their first 16 bytes (`uid` of an entry); times are milliseconds UTC.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta

from corner_app.domain.entries import UID_SIZE, EntryId
from corner_app.sync.columns import Unpackable, deflate, inflate

PROTOCOL = 1
"""Version of the frames. A centre answers every version it ever spoke."""
MEDIA_TYPE = "application/x-corner"
SIGNATURE_SIZE = 64
NONCE_SIZE = 8
FRAME_LIMIT = 1_000_000
"""Bytes of a frame as sent; a larger one is refused unread."""
RUN_LIMIT = 4_000_000
"""Bytes of a run of entries, or of a page, when unfolded."""
ROWS_LIMIT = 5_000
"""Entries of one run."""
ENTRY_LIMIT = 200_000
"""Bytes of one stored entry."""

Handle = Annotated[int, Meta(gt=0, lt=1 << 53)]
Epoch = Annotated[int, Meta(ge=1, le=65_535)]
Count = Annotated[int, Meta(ge=0, lt=1 << 53)]
Seq = Annotated[int, Meta(ge=1, lt=1 << 53)]
Uid = Annotated[bytes, Meta(min_length=UID_SIZE, max_length=UID_SIZE)]
Digest = Annotated[bytes, Meta(max_length=32)]
Nonce = Annotated[bytes, Meta(min_length=NONCE_SIZE, max_length=NONCE_SIZE)]
Short = Annotated[str, Meta(max_length=64)]
NO_ZERO = r"^[^\x00]*$"
"""Of a text that goes to a database: PostgreSQL takes no zero byte in one."""

Sign = Callable[[bytes], bytes]
"""Signs bytes with this side's private key."""
Check = Callable[[bytes, bytes], bool]
"""(signature, bytes) → whether the other side's key made it."""


class Refused(ValueError):
    """A frame that is not what it should be. code: "garbled" (no frame of ours) or "signature" (not by whom it should be)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Parent(msgspec.Struct, frozen=True, array_like=True):
    """The entry a lineage continues from; epoch 0 for a book that continues none. head: its whole hash."""

    epoch: Annotated[int, Meta(ge=0, le=65_535)]
    seq: Count
    head: Digest


class Run(msgspec.Struct, frozen=True, array_like=True):
    """Entries of one lineage without a gap. before, last: uid of the entry before the first and of the last. parent: given with the first entry."""

    first: Seq
    before: Uid
    last: Uid
    count: Annotated[int, Meta(ge=1, le=ROWS_LIMIT)]
    layout: Annotated[int, Meta(ge=0, le=15)]
    packed: Annotated[bytes, Meta(max_length=FRAME_LIMIT)]
    parent: Parent | None = None


LEASE_SIZE, LEASE_LOW = 500, 100
"""Serial numbers of one block, and how few a device may have left before it gets another."""


class Numbers(msgspec.Struct, frozen=True, array_like=True):
    """What a lineage of a device has of one service indicator's numbers. left: unused; newest: first of the block it got last, 0 none."""

    indicator: Short
    left: Count
    newest: Count
    epoch: Epoch


class Report(msgspec.Struct, frozen=True, array_like=True):
    """How a device is. unsent: entries not at the centre; oldest: when the first of them was written, 0 none; fp: of the machine it runs on."""

    app: Annotated[str, Meta(max_length=64, pattern=NO_ZERO)]
    unsent: Count
    oldest: Count
    fp: Annotated[bytes, Meta(max_length=16)]
    boot: Count = 0
    mono: Count = 0
    numbers: Annotated[tuple[Numbers, ...], Meta(max_length=8)] = ()


class Push(msgspec.Struct, frozen=True, array_like=True):
    """A device speaks. feed, check: how far it has read its office's feed and the running hash there; room: bytes of feed it wants, 0 none.

    wall: its clock; instance: of the centre it last spoke with, b"" never; run: entries, None for a mere question; wants: what else to be told,
    0 or WANTS_BOX.
    """

    protocol: Annotated[int, Meta(ge=1, le=99)]
    device: Handle
    epoch: Epoch
    nonce: Nonce
    wall: Count
    feed: Count
    check: Annotated[bytes, Meta(max_length=UID_SIZE)]
    room: Annotated[int, Meta(ge=0, le=RUN_LIMIT)]
    instance: Annotated[bytes, Meta(max_length=8)]
    run: Run | None = None
    report: Report | None = None
    wants: Annotated[int, Meta(ge=0, le=255)] = 0


class Page(msgspec.Struct, frozen=True, array_like=True):
    """Feed items that follow position `after`. check: running hash after the last; more: items that wait beyond it."""

    after: Count
    count: Annotated[int, Meta(ge=0, le=50_000)]
    packed: Annotated[bytes, Meta(max_length=FRAME_LIMIT)]
    check: Uid
    more: Count = 0


class Policy(msgspec.Struct, frozen=True, array_like=True):
    """What the centre asks of its callers. window: seconds over which to spread the next try, 0 none; poll: seconds between idle questions."""

    window: Annotated[int, Meta(ge=0, le=86_400)] = 0
    poll: Annotated[int, Meta(ge=5, le=86_400)] = 600
    rows: Annotated[int, Meta(ge=1, le=ROWS_LIMIT)] = ROWS_LIMIT


WANTS_BOX = 1
"""A device that was enrolled before files were sealed asks for the key they are sealed to."""

OK, GAP, FORK, FENCED, CORRUPT, QUARANTINED, FEED_DIFFERS = range(7)
"""What became of a push. OK: `next` and `head` hold. GAP: send from (epoch, next). FORK: another entry stands at `next`. FENCED: a later lineage
of this device is known. CORRUPT: the run is not what it says; nothing was kept. QUARANTINED: kept, but this device was revoked.
FEED_DIFFERS: the office's feed is another one there (the centre was restored): take it from the beginning."""


class Answer(msgspec.Struct, frozen=True, array_like=True):
    """The centre's word. epoch, next, head: the lineage it speaks of, the first entry it does not have, uid of the one before (b"" none known).

    safe: entries before this one may be forgotten by a PC that must (they lie in a verified backup elsewhere). box: key that files for the
    centre are sealed to, when asked for.
    """

    kind: Annotated[int, Meta(ge=0, le=99)]
    instance: Annotated[bytes, Meta(max_length=8)]
    epoch: Epoch
    next: Seq
    head: Annotated[bytes, Meta(max_length=UID_SIZE)]
    now: Count
    page: Page | None = None
    safe: Count = 0
    policy: Policy | None = None
    box: Annotated[bytes, Meta(max_length=32)] = b""


class Probe(msgspec.Struct, frozen=True, array_like=True):
    """A device asks which of its entries the centre knows, or for a new lineage after a fork.

    ask: (epoch, seq) pairs. open: wants a lineage that continues `parent`; request makes the wish idempotent. clone: (uuid, public key) of a new
    device, when the book was copied to another machine.
    """

    protocol: Annotated[int, Meta(ge=1, le=99)]
    device: Handle
    nonce: Nonce
    ask: Annotated[tuple[tuple[Epoch, Seq], ...], Meta(max_length=64)] = ()
    open: Parent | None = None
    request: Annotated[bytes, Meta(max_length=16)] = b""
    newest: Annotated[int, Meta(ge=0, le=65_535)] = 0
    clone: tuple[Annotated[bytes, Meta(min_length=16, max_length=16)], Annotated[bytes, Meta(min_length=32, max_length=32)]] | None = None


class ProbeAnswer(msgspec.Struct, frozen=True, array_like=True):
    """uid of each entry asked for, b"" where none is known; epoch: of the new lineage, 0 none was asked for; device: whose it is."""

    known: tuple[Annotated[bytes, Meta(max_length=UID_SIZE)], ...]
    epoch: Annotated[int, Meta(ge=0, le=65_535)] = 0
    device: Count = 0


class Fetch(msgspec.Struct, frozen=True, array_like=True):
    """A device asks for the next part of its office's state: of subjects after `after`."""

    protocol: Annotated[int, Meta(ge=1, le=99)]
    device: Handle
    nonce: Nonce
    after: Annotated[str, Meta(max_length=200, pattern=NO_ZERO)]
    room: Annotated[int, Meta(ge=1_000, le=RUN_LIMIT)]


class Part(msgspec.Struct, frozen=True, array_like=True):
    """A part of the office's state. feed, check: end of the feed before it was read; last: subject it goes up to; done: nothing follows."""

    feed: Count
    check: Uid
    count: Annotated[int, Meta(ge=0, le=50_000)]
    packed: Annotated[bytes, Meta(max_length=FRAME_LIMIT)]
    last: Annotated[str, Meta(max_length=200)]
    done: bool
    instance: Annotated[bytes, Meta(max_length=8)] = b""


ENTRY, VERDICT, NOTICE = 1, 2, 3


class FeedEntry(msgspec.Struct, frozen=True, array_like=True, tag=ENTRY):
    """Another book's entry, as it was written there."""

    device: Handle
    epoch: Epoch
    seq: Seq
    uid: Uid
    stored: Annotated[bytes, Meta(max_length=ENTRY_LIMIT)]

    @property
    def id(self) -> EntryId:
        """Its name."""
        return EntryId(self.device, self.epoch, self.seq)


class FeedVerdict(msgspec.Struct, frozen=True, array_like=True, tag=VERDICT):
    """What the centre says of an entry. ver: 1, 2, … : a later one replaces an earlier. code: stable word of `verdict.<code>`."""

    device: Handle
    epoch: Epoch
    seq: Seq
    ver: Annotated[int, Meta(ge=1, le=1_000_000)]
    subject: Annotated[str, Meta(max_length=200)]
    code: Short
    at: Count


class FeedNotice(msgspec.Struct, frozen=True, array_like=True, tag=NOTICE):
    """Something for the office's counters. topic: "lease" (a block of numbers) or "roll" (its people); body: JSON of it."""

    topic: Short
    body: Annotated[bytes, Meta(max_length=100_000)]


FeedItem = FeedEntry | FeedVerdict | FeedNotice

_pack = msgspec.msgpack.Encoder().encode
_apart = msgspec.msgpack.Decoder(list[msgspec.Raw])
_item: msgspec.msgpack.Decoder[FeedItem] = msgspec.msgpack.Decoder(FeedItem)
Said = Push | Answer | Probe | ProbeAnswer | Fetch | Part
_DOMAINS: dict[type, bytes] = {kind: f"corner-{kind.__name__.lower()}-1:".encode() for kind in (Push, Answer, Probe, ProbeAnswer, Fetch, Part)}
_READERS: dict[type, msgspec.msgpack.Decoder[Any]] = {kind: msgspec.msgpack.Decoder(kind) for kind in _DOMAINS}
_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What reading bytes of somebody else may end in."""
S = TypeVar("S", Push, Answer, Probe, ProbeAnswer, Fetch, Part)


def seal(value: Said, sign: Sign, nonce: bytes = b"") -> bytes:
    """The frame of a value. nonce: of the question, when this is its answer."""
    plain = _pack(value)
    return plain + sign(_DOMAINS[type(value)] + nonce + plain)


def peek(kind: type[S], frame: bytes) -> S:
    """Reads a frame without asking who made it: to find whose signature to look for. Raises Refused("garbled")."""
    if not SIGNATURE_SIZE < len(frame) <= FRAME_LIMIT:
        raise Refused("garbled")
    try:
        value: S = _READERS[kind].decode(frame[:-SIGNATURE_SIZE])
    except _UNREADABLE as error:
        raise Refused("garbled") from error
    return value


def signed_by(kind: type[Said], frame: bytes, check: Check, nonce: bytes = b"") -> bool:
    """Whether the frame bears the signature."""
    return check(frame[-SIGNATURE_SIZE:], _DOMAINS[kind] + nonce + frame[:-SIGNATURE_SIZE])


def unseal(kind: type[S], frame: bytes, check: Check, nonce: bytes = b"") -> S:
    """Reads a frame and proves it. Raises Refused."""
    value = peek(kind, frame)
    if not signed_by(kind, frame, check, nonce):
        raise Refused("signature")
    return value


def pack_item(item: FeedItem) -> bytes:
    """A feed item as it is stored and hashed."""
    return _pack(item)


def read_item(stored: bytes) -> FeedItem:
    """A stored feed item. Raises Refused("garbled")."""
    try:
        return _item.decode(stored)
    except _UNREADABLE as error:
        raise Refused("garbled") from error


def next_check(before: bytes, stored: bytes) -> bytes:
    """Running hash of a feed after one more item."""
    return hashlib.sha256(before + stored).digest()[:UID_SIZE]


FEED_START = bytes(UID_SIZE)
"""Running hash of an empty feed."""


def pack_page(items: Iterable[bytes]) -> bytes:
    """Stored items as a page carries them."""
    stored = list(items)
    return deflate(b"".join((_array_head(len(stored)), *stored)))


def _array_head(count: int) -> bytes:
    """msgpack's mark of an array: the items are packed already."""
    return b"\xdd" + count.to_bytes(4, "big")


def read_page(packed: bytes, count: int) -> list[tuple[FeedItem, bytes]]:
    """Items of a page, each with its stored form, which may hold more than this version reads. Raises Refused("garbled")."""
    try:
        stored = [bytes(raw) for raw in _apart.decode(inflate(packed, RUN_LIMIT))]
    except (Unpackable, *_UNREADABLE) as error:
        raise Refused("garbled") from error
    if len(stored) != count:
        raise Refused("garbled")
    return [(read_item(each), each) for each in stored]
