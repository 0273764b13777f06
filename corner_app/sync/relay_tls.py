"""The relay's certificate: made once on the PC it runs on, signed by itself, known to its counters by its SHA-256.

It says nothing of names or dates that anybody relies on: the office's PCs have addresses that change and clocks that are wrong.
"""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from corner_app.book.backup import sync_folder

_FROM, _UNTIL = dt.datetime(2020, 1, 1, tzinfo=dt.UTC), dt.datetime(9999, 12, 31, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Certificate:
    """file: PEM of the private key and of the certificate, which only its owner may read; sha256: of the certificate, hex."""

    file: Path
    sha256: str


def certificate_of(book: Path) -> Certificate:
    """The certificate of the relay beside a book, made if there is none. Raises OSError, ValueError when the file is none of ours."""
    file = book.with_name(book.name + ".relay.pem")
    if not file.exists():
        _make(file)
    shown = x509.load_pem_x509_certificate(file.read_bytes())
    return Certificate(file, shown.fingerprint(SHA256()).hex())


def _make(file: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "corner relay")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_FROM)
        .not_valid_after(_UNTIL)
        .sign(key, SHA256())
    )
    beside = file.with_name(file.name + ".new")
    beside.unlink(missing_ok=True)
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as opened:
        opened.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + made.public_bytes(Encoding.PEM))
        opened.flush()
        os.fsync(opened.fileno())
    os.replace(beside, file)
    sync_folder(file.parent)
