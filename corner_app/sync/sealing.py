"""Files that only one reader can open: what an office sends on a stick or through another's hands, and the reply to it.

A sealed file is a readable label (whose it is, for whom), a key made for this one file, and the content enciphered with what that key and
the reader's make together: X25519, HKDF-SHA256, ChaCha20-Poly1305. The label is covered, so a changed one opens nothing. Sealing hides and
notices damage; who wrote is proven by the signed frames inside. Shared by the office, the centre and the relay; knows neither disk nor book.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Annotated, TypeVar

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from msgspec import Meta

from corner_app.sync.wire import NONCE_SIZE, Check, Count, Handle, Short, Sign

MEDIA_TYPE = "application/x-corner-segment"
SEGMENT_LIMIT = 20_000_000
"""Bytes of a sealed file; a larger one is refused unread."""
FRAMES_LIMIT = 4_000
"""Frames of one segment."""
BOX_SIZE = 32
"""Bytes of the public key a file is sealed to."""
HINT_SIZE = 8
OUT, IN = b"CORNER-OUT-1\n", b"CORNER-IN-1\n"
"""First bytes of a segment and of the reply to one."""
_LABEL_LIMIT = 1_000
_NONCE = bytes(12)
"""The key is used once, so its nonce need not differ."""

Box = Annotated[bytes, Meta(min_length=BOX_SIZE, max_length=BOX_SIZE)]
K = TypeVar("K")


class Unopened(ValueError):
    """A file that gives nothing. code: "damaged" (not what was written), "elsewhere" (sealed for another reader)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Label(msgspec.Struct, frozen=True, array_like=True):
    """What anybody may read. order: of the question among its book's; first, last: running numbers of its entries; hint: whose key opens it."""

    office: Short
    counter: Annotated[int, Meta(ge=0, le=999)]
    device: Handle
    order: Count
    first: Count
    last: Count
    hint: Annotated[bytes, Meta(min_length=HINT_SIZE, max_length=HINT_SIZE)]


class Segment(msgspec.Struct, frozen=True, array_like=True):
    """An office's signed frames: pushes, and a fetch, b"" none. box: the device's key, to which the reply is sealed; signature: by the device over all.

    A relay forwards without a signature; it is answered without anything that is the devices' alone.
    """

    device: Handle
    box: Box
    frames: Annotated[tuple[bytes, ...], Meta(max_length=FRAMES_LIMIT)]
    fetch: bytes
    signature: Annotated[bytes, Meta(max_length=64)]


class Word(msgspec.Struct, frozen=True, array_like=True):
    """The answer to one frame. nonce: of the question; frame: the signed answer, b"" when refused; code: why it was refused."""

    nonce: Annotated[bytes, Meta(min_length=NONCE_SIZE, max_length=NONCE_SIZE)]
    frame: bytes
    code: Short = ""


class Reply(msgspec.Struct, frozen=True, array_like=True):
    """The answers to a segment's pushes, in their order, and to its fetch."""

    device: Handle
    words: Annotated[tuple[Word, ...], Meta(max_length=FRAMES_LIMIT)]
    fetched: Word | None = None


class Opener:
    """A private key that opens what was sealed to its `public` one. It is made from the signing key's seed, so there is no second secret to keep."""

    def __init__(self, seed: bytes) -> None:
        self._key = X25519PrivateKey.from_private_bytes(_stretched(seed, b"", b"corner-box-1"))
        self.public = self._key.public_key().public_bytes_raw()

    def open(self, mark: bytes, sealed: bytes, kind: type[K]) -> K:
        """The value in a sealed file that begins with `mark`. Raises Unopened."""
        label, begin = _label(mark, sealed)
        if label.hint != hint(self.public):
            raise Unopened("elsewhere")
        theirs, secret = sealed[begin : begin + BOX_SIZE], sealed[begin + BOX_SIZE :]
        try:
            shared = self._key.exchange(X25519PublicKey.from_public_bytes(theirs))
            plain = _cipher(shared, theirs, self.public).decrypt(_NONCE, secret, sealed[:begin])
            return msgspec.msgpack.decode(plain, type=kind)
        except (InvalidTag, ValueError, msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise Unopened("damaged") from error


def seal(mark: bytes, label: Label, value: Segment | Reply, box: bytes, fresh: Callable[[int], bytes]) -> bytes:
    """A value as a file that only the owner of `box` opens. fresh: random bytes."""
    once = X25519PrivateKey.from_private_bytes(fresh(BOX_SIZE))
    ours = once.public_key().public_bytes_raw()
    written = msgspec.msgpack.encode(label)
    head = mark + len(written).to_bytes(2, "big") + written
    shared = once.exchange(X25519PublicKey.from_public_bytes(box))
    return head + ours + _cipher(shared, ours, box).encrypt(_NONCE, msgspec.msgpack.encode(value), head)


def read_label(mark: bytes, sealed: bytes) -> Label:
    """The label of a sealed file, unproven. Raises Unopened("damaged")."""
    return _label(mark, sealed)[0]


def _label(mark: bytes, sealed: bytes) -> tuple[Label, int]:
    begin = len(mark) + 2
    if not sealed.startswith(mark) or len(sealed) > SEGMENT_LIMIT:
        raise Unopened("damaged")
    end = begin + int.from_bytes(sealed[len(mark) : begin], "big")
    if end > min(len(sealed), begin + _LABEL_LIMIT):
        raise Unopened("damaged")
    try:
        return msgspec.msgpack.decode(sealed[begin:end], type=Label), end
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Unopened("damaged") from error


def hint(box: bytes) -> bytes:
    """How a label names a reader's key."""
    return hashlib.sha256(b"corner-hint:" + box).digest()[:HINT_SIZE]


def sign_segment(device: int, box: bytes, frames: tuple[bytes, ...], fetch: bytes, sign: Sign) -> Segment:
    """A segment with its device's signature."""
    return Segment(device, box, frames, fetch, sign(_covered(device, box, (*frames, fetch))))


def signed(segment: Segment, check: Check) -> bool:
    """Whether its device signed that the reply goes to this box and answers these frames."""
    return check(segment.signature, _covered(segment.device, segment.box, (*segment.frames, segment.fetch)))


def _covered(device: int, box: bytes, frames: tuple[bytes, ...]) -> bytes:
    digests = b"".join(hashlib.sha256(frame).digest() for frame in frames)
    return b"corner-segment-1:" + device.to_bytes(8, "big") + box + digests


def _cipher(shared: bytes, once: bytes, box: bytes) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(_stretched(shared, once + box, b"corner-seal-1"))


def _stretched(secret: bytes, salt: bytes, about: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt, about).derive(secret)
