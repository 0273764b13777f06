"""Sealed files: only their reader opens them, and nobody learns from outside what is in them."""

from __future__ import annotations

import os

import pytest

from corner_app.sync import sealing
from corner_app.sync.sealing import IN, OUT, Label, Opener, Segment, Unopened, hint, seal, sign_segment, signed
from corner_app.sync.signing import checker, new_seed, public_key, signer


def test_a_sealed_file_names_its_reader_and_nothing_of_a_parcel() -> None:
    reader = Opener(new_seed())
    label = Label("8500", 1, 77, 2, 1, 9, hint(reader.public))
    value = Segment(77, bytes(32), (b"CP407774791BD",), b"", bytes(64))
    one, two = (seal(OUT, label, value, reader.public, os.urandom) for _ in range(2))
    assert reader.open(OUT, one, Segment) == reader.open(OUT, two, Segment) == value
    assert one != two
    assert b"CP407774791BD" not in one
    assert not sealing.signed(value, checker(bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")))


def test_a_changed_label_opens_nothing() -> None:
    reader = Opener(new_seed())
    value = Segment(77, bytes(32), (b"frame",), b"", bytes(64))
    sealed = seal(OUT, Label("8500", 1, 77, 2, 1, 9, hint(reader.public)), value, reader.public, os.urandom)
    assert b"8500" in sealed
    with pytest.raises(Unopened, match="damaged"):
        reader.open(OUT, sealed.replace(b"8500", b"8200"), Segment)
    with pytest.raises(Unopened, match="damaged"):
        reader.open(IN, sealed, Segment)


@pytest.mark.parametrize("part", ["device", "box", "frames", "fetch"])
def test_a_devices_signature_covers_all_of_its_segment(part: str) -> None:
    seed = new_seed()
    good = sign_segment(77, Opener(seed).public, (b"one", b"two"), b"three", signer(seed))
    check = checker(public_key(seed))
    assert signed(good, check)
    others = {"device": 78, "box": bytes(32), "frames": (b"one",), "fetch": b""}
    whole = {"device": good.device, "box": good.box, "frames": good.frames, "fetch": good.fetch} | {part: others[part]}
    assert not signed(Segment(**whole, signature=good.signature), check)  # type: ignore[arg-type]
