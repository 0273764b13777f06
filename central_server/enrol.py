"""Offices, codes and devices: who may send in whose name."""

from __future__ import annotations

import secrets
from dataclasses import replace

from msgspec import structs

from central_server.identity import Centre
from central_server.problems import Problem
from central_server.storage import devices
from central_server.storage.database import Sql
from central_server.storage.devices import Device
from corner_app.domain.chain import handle_of
from corner_app.domain.offices import Places
from corner_app.sync.enrolment import Code, Enrolled, EnrolRequest, centre_proof, code_from, device_proof, same

CODE_LIVES_MS = 14 * 86_400_000


def add_office(sql: Sql, places: Places, office: str, counter: int, now: int) -> Code:
    """An office's counter may be enrolled with the code this gives, once, within two weeks. Raises Problem("office_unknown")."""
    if places.office(office) is None and office not in places.hubs:
        raise Problem("office_unknown")
    code = code_from(office, counter, secrets.token_bytes(10))
    devices.add_office(sql, office, now)
    devices.keep_code(sql, devices.Code(code.id, code.secret, office, counter, now, 0))
    return code


def enrol(sql: Sql, centre: Centre, asked: EnrolRequest, now: int) -> Enrolled:
    """Enrols a device, or answers the same device again. Raises Problem: code_wrong, code_used, device_taken."""
    code = devices.code(sql, asked.id)
    uuid, key = bytes.fromhex(asked.uuid), bytes.fromhex(asked.public_key)
    if code is None or not same(asked.proof, device_proof(code.secret, uuid, key)):
        raise Problem("code_wrong")
    handle = handle_of(uuid)
    known = devices.find(sql, handle)
    if known is not None and (known.uuid, known.public_key) != (uuid, key):
        raise Problem("device_taken")
    if code.device not in (0, handle) or (code.device == 0 and now - code.made_at > CODE_LIVES_MS):
        raise Problem("code_used")
    if known is None:
        devices.replace_counter(sql, code.office, code.counter)
        devices.add(sql, Device(handle, uuid, key, code.office, code.counter, devices.ACTIVE, asked.app, b"", now, now, 0, 0, 0))
    devices.use_code(sql, code.id, handle)
    told = Enrolled(handle, code.office, code.counter, centre.public_key.hex(), centre.instance.hex(), "", now, centre.box.public.hex(), centre.certificate)
    return structs.replace(told, proof=centre_proof(code.secret, uuid, told))


def revoke(sql: Sql, device: int) -> Device:
    """A device's data goes to quarantine from now on. Raises Problem("unknown_device")."""
    found = devices.find(sql, device)
    if found is None:
        raise Problem("unknown_device")
    devices.revoke(sql, device)
    return replace(found, state=devices.REVOKED)
