"""The centre's own name, key and instance. The key signs every answer; a restored database gets a new instance, so that offices notice."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from central_server.problems import Problem
from central_server.storage import devices
from central_server.storage.database import Sql
from corner_app.domain.chain import handle_of
from corner_app.sync.sealing import Opener
from corner_app.sync.signing import new_seed, public_key, signer
from corner_app.sync.wire import Sign

INSTANCE_SIZE = 8


@dataclass(frozen=True)
class Centre:
    """instance: changes with every restore; device, uuid: of the centre's own book, in which announcements stand; box: opens what is sealed to us.

    certificate: SHA-256 of a relay's own certificate, hex, "" where an authority vouches for it.
    """

    instance: bytes
    device: int
    uuid: bytes
    sign: Sign
    public_key: bytes
    box: Opener
    certificate: str = ""


def found(sql: Sql, now: int) -> None:
    """Gives an empty database its identity; one that has it keeps it."""
    if devices.told(sql, "uuid") is not None:
        return
    uuid = secrets.token_bytes(16)
    devices.tell(sql, "uuid", uuid.hex())
    devices.tell(sql, "key", new_seed().hex())
    devices.tell(sql, "founded_at", str(now))
    new_instance(sql)


def new_instance(sql: Sql) -> None:
    """To be called when a database was put back from a copy."""
    devices.tell(sql, "instance", secrets.token_bytes(INSTANCE_SIZE).hex())


def centre(sql: Sql) -> Centre:
    """Who we are. Raises Problem("not_a_centre")."""
    uuid, key, instance = (devices.told(sql, name) for name in ("uuid", "key", "instance"))
    if uuid is None or key is None or instance is None:
        raise Problem("not_a_centre")
    seed = bytes.fromhex(key)
    raw = bytes.fromhex(uuid)
    return Centre(bytes.fromhex(instance), handle_of(raw), raw, signer(seed), public_key(seed), Opener(seed), devices.told(sql, "certificate") or "")
