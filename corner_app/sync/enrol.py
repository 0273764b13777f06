"""Enrolling this book at a centre with the code headquarters gave."""

from __future__ import annotations

from typing import Any, Protocol

import msgspec

from corner_app.book import centre as known
from corner_app.book.lineage import Place
from corner_app.domain.trouble import Trouble
from corner_app.sync.client import APP, Store
from corner_app.sync.engine import NoAnswer
from corner_app.sync.enrolment import Enrolled, EnrolRequest, centre_proof, device_proof, parse, same
from corner_app.sync.signing import public_key


class JsonLink(Protocol):
    """The way to the centre for enrolment. Raises NoAnswer."""

    def send_json(self, path: str, body: bytes) -> bytes:
        """Sends JSON, gets JSON."""


def enrol(store: Store, link: JsonLink, place: Place, seed: bytes, url: str, text: str, now: int, certificate: str = "") -> None:
    """Makes this book a device of the centre. Doing it again with the same code is harmless.

    certificate: SHA-256 of the one a relay showed, hex; it must be the one its proof covers. A relay that was made anew replaces the old one.
    Raises Trouble: code_unreadable, code_of_another_office, enrolled_elsewhere; NoAnswer: unreachable, code_wrong, code_used, not_our_centre, ….
    """
    code = parse(text)
    if code is None:
        raise Trouble("code_unreadable")
    if (code.office, code.counter) != (place.office, place.counter):
        raise Trouble("code_of_another_office", office=code.office, counter=code.counter)
    before = store.read(known.centre)
    key = public_key(seed)
    asked = EnrolRequest(code.id, place.uuid.hex(), key.hex(), device_proof(code.secret, place.uuid, key), APP)
    answer = link.send_json("/v1/enrol", msgspec.json.encode(asked))
    try:
        enrolled = msgspec.json.decode(answer, type=Enrolled)
        theirs, instance, box = (bytes.fromhex(told) for told in (enrolled.public_key, enrolled.instance, enrolled.box))
        proof = centre_proof(code.secret, place.uuid, enrolled)
    except (msgspec.MsgspecError, ValueError) as error:
        raise NoAnswer("garbled") from error
    if not same(enrolled.proof, proof) or enrolled.device != place.device:
        raise NoAnswer("not_our_centre")
    if enrolled.certificate != certificate:
        raise NoAnswer("not_our_centre")
    if before is not None and before.public_key != theirs:
        if not certificate:
            raise Trouble("enrolled_elsewhere")
        before = None
    values: dict[str, Any] = {"url": url, "centre_key": theirs, "instance": instance, "heard_at": now} | ({"box": box} if box else {})
    if certificate:
        values["certificate"] = certificate
    if before is None:
        values |= {"feed_pos": -1, "feed_check": b"", "state_after": "", "confirmed_no": 0}
    store.write(lambda tx: known.keep(tx, **values))
