"""Enrolling a counter: a one-time code from headquarters proves each side to the other without ever being sent.

A code is `OFFICE-COUNTER-XXXX-XXXX-XXXX-XXXX`: office, counter, a public beginning, and 60 secret bits in Crockford's letters. The office
sends what it makes of the secret and its new public key, the centre answers with what it makes of the secret and its own, so somebody in
between learns and changes nothing.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import Annotated

import msgspec
from msgspec import Meta

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without I, L, O and U, which people misread."""
_MISREAD = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V"})
_BANGLA = str.maketrans("০১২৩৪৫৬৭৮৯", "0123456789")
GROUP, GROUPS = 4, 4
_ROUNDS = 50_000
_KEY_SIZE = 32

Hex16 = Annotated[str, Meta(pattern="^[0-9a-f]{32}$")]
Hex32 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


class EnrolRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """id: the code up to its public beginning; uuid, public_key: of the device; proof: made with the secret."""

    id: Annotated[str, Meta(min_length=1, max_length=40, pattern="^[ -~]+$")]
    uuid: Hex16
    public_key: Hex32
    proof: Hex32
    app: Annotated[str, Meta(max_length=64, pattern=r"^[^\x00]*$")] = ""


class Enrolled(msgspec.Struct, frozen=True):
    """The centre's answer. device: handle; public_key, instance: of the centre; proof: made with the secret; now: milliseconds UTC.

    box: key that files for the centre are sealed to; certificate: SHA-256 of a relay's own certificate, "" where an authority vouches for it.
    """

    device: int
    office: str
    counter: int
    public_key: str
    instance: str
    proof: str
    now: int
    box: str = ""
    certificate: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """A code in its parts."""

    office: str
    counter: int
    beginning: str
    secret: str

    @property
    def id(self) -> str:
        """What may be sent."""
        return f"{self.office}-{self.counter}-{self.beginning}"

    @property
    def text(self) -> str:
        """As headquarters reads it out."""
        groups = [self.secret[n : n + GROUP] for n in range(0, len(self.secret), GROUP)]
        return "-".join((self.id, *groups))


def parse(text: str) -> Code | None:
    """A code as people type it, in either script, lower case, with spaces for dashes; None for none."""
    cleaned = "-".join(text.translate(_BANGLA).upper().replace("-", " ").split())
    parts = cleaned.rsplit("-", GROUPS + 1)
    if len(parts) != GROUPS + 2 or not (parts[1].isascii() and parts[1].isdigit()) or not 1 <= int(parts[1]) <= 99:
        return None
    groups = [part.translate(_MISREAD) for part in parts[2:]]
    if any(len(group) != GROUP or any(letter not in ALPHABET for letter in group) for group in groups):
        return None
    return Code(parts[0], int(parts[1]), groups[0], "".join(groups[1:]))


def code_from(office: str, counter: int, bits: bytes) -> Code:
    """A code out of 10 random bytes."""
    number = int.from_bytes(bits, "big")
    letters = "".join(ALPHABET[number >> shift & 31] for shift in range(0, 5 * GROUP * GROUPS, 5))
    return Code(office, counter, letters[:GROUP], letters[GROUP:])


def _key(secret: str) -> bytes:
    return hashlib.pbkdf2_hmac("sha256", secret.encode(), b"corner-enrol-1", _ROUNDS)


def device_proof(secret: str, uuid: bytes, public_key: bytes) -> str:
    """What a device shows to the centre, hex."""
    return hmac.new(_key(secret), b"device:" + uuid + public_key, "sha256").hexdigest()


def centre_proof(secret: str, uuid: bytes, enrolled: Enrolled) -> str:
    """What the centre shows to the device, hex: it covers the answer. uuid: of the device. Raises ValueError when the answer holds no key, or is not hex."""
    key = bytes.fromhex(enrolled.public_key)
    if len(key) != _KEY_SIZE:  # else a byte of it could go over to what follows
        raise ValueError("no public key")
    theirs = key + bytes.fromhex(enrolled.instance)
    place = f"{enrolled.office}-{enrolled.counter}:{enrolled.box}:{enrolled.certificate}"
    return hmac.new(_key(secret), b"centre:" + uuid + theirs + place.encode(), "sha256").hexdigest()


def same(a: str, b: str) -> bool:
    """Compares proofs in constant time, whatever somebody sent for one."""
    return hmac.compare_digest(a.encode(errors="surrogatepass"), b.encode(errors="surrogatepass"))
