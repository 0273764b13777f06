"""The device's private key: a file beside the book that only its owner may read. It is made here and never leaves this PC."""

from __future__ import annotations

import hashlib
import os
import uuid
from pathlib import Path

from corner_app.book.backup import sync_folder
from corner_app.domain.trouble import Trouble
from corner_app.sync.signing import SEED_SIZE, new_seed

_MACHINE_ID = Path("/etc/machine-id")


def key_file(book: Path, device: int | None = None) -> Path:
    """Where the key of a book lies; of a device that the book became on another machine, under its handle."""
    return book.with_name(book.name + (".key" if device is None else f".key.{device}"))


def read_seed(book: Path, device: int | None = None) -> bytes:
    """The private key. Raises Trouble("no_key") when it is not there: a copied book without its key must be enrolled anew."""
    named = device is not None and key_file(book, device).exists()
    try:
        seed = key_file(book, device if named else None).read_bytes()
    except OSError as error:
        raise Trouble("no_key") from error
    if len(seed) != SEED_SIZE:
        raise Trouble("no_key")
    return seed


def make_seed(book: Path, device: int | None = None) -> bytes:
    """The private key, made and made durable if there is none."""
    file = key_file(book, device)
    if file.exists():
        return read_seed(book, device)
    seed, beside = new_seed(), file.with_name(file.name + ".new")
    beside.unlink(missing_ok=True)
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as opened:
        opened.write(seed)
        opened.flush()
        os.fsync(opened.fileno())
    os.replace(beside, file)
    sync_folder(book.parent)
    return seed


class KeyFiles:
    """The keys beside a book (see `client.Keys`)."""

    def __init__(self, book: Path) -> None:
        self._book = book

    def seed(self, device: int) -> bytes:
        """See `client.Keys`."""
        return read_seed(self._book, device)

    def make(self, device: int) -> bytes:
        """See `client.Keys`."""
        return make_seed(self._book, device)


def fingerprint() -> bytes:
    """What tells this machine from another: 8 bytes of a hash of the system's id, or of its network address where it has none."""
    try:
        named = _MACHINE_ID.read_text(encoding="ascii").strip()
    except OSError:
        named = f"{uuid.getnode():012x}"
    return hashlib.sha256(b"corner-machine:" + named.encode()).digest()[:8]
