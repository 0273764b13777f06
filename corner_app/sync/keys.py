"""The device's private key: a file beside the book that only its owner may read. It is made here and never leaves this PC."""

from __future__ import annotations

import hashlib
import os
import uuid
from pathlib import Path

from corner_app.domain.trouble import Trouble
from corner_app.sync.signing import SEED_SIZE, new_seed

_MACHINE_ID = Path("/etc/machine-id")


def key_file(book: Path) -> Path:
    """Where the key of a book lies."""
    return book.with_name(book.name + ".key")


def read_seed(book: Path) -> bytes:
    """The private key. Raises Trouble("no_key") when it is not there: a copied book without its key must be enrolled anew."""
    try:
        seed = key_file(book).read_bytes()
    except OSError as error:
        raise Trouble("no_key") from error
    if len(seed) != SEED_SIZE:
        raise Trouble("no_key")
    return seed


def make_seed(book: Path) -> bytes:
    """The private key, made and made durable if there is none."""
    if key_file(book).exists():
        return read_seed(book)
    seed, beside = new_seed(), key_file(book).with_name(key_file(book).name + ".new")
    beside.unlink(missing_ok=True)
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(seed)
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, key_file(book))
    return seed


def fingerprint() -> bytes:
    """What tells this machine from another: 8 bytes of a hash of the system's id, or of its network address where it has none."""
    try:
        named = _MACHINE_ID.read_text(encoding="ascii").strip()
    except OSError:
        named = f"{uuid.getnode():012x}"
    return hashlib.sha256(b"corner-machine:" + named.encode()).digest()[:8]
