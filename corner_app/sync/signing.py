"""Ed25519 keys of devices and of the centre. A private key never leaves the machine it was made on."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from corner_app.sync.wire import Check, Sign

SEED_SIZE = 32


def new_seed() -> bytes:
    """A new private key's 32 bytes, from the system's random source."""
    return Ed25519PrivateKey.generate().private_bytes_raw()


def public_key(seed: bytes) -> bytes:
    """The public key of a private one."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def signer(seed: bytes) -> Sign:
    """Signs with a private key."""
    return Ed25519PrivateKey.from_private_bytes(seed).sign


def checker(public: bytes) -> Check:
    """Checks signatures against a public key."""
    key = Ed25519PublicKey.from_public_bytes(public)

    def check(signature: bytes, message: bytes) -> bool:
        try:
            key.verify(signature, message)
        except InvalidSignature:
            return False
        return True

    return check
