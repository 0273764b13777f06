"""A frame is whole, by whom it should be, and the answer to this question; or it is refused and nothing of it is read."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sync.strategies import many

from corner_app.domain.entries import EntryId
from corner_app.sync import wire
from corner_app.sync.columns import deflate
from corner_app.sync.signing import SEED_SIZE, checker, new_seed, public_key, signer
from corner_app.sync.wire import Answer, FeedEntry, FeedNotice, FeedVerdict, Fetch, Page, Parent, Part, Policy, Probe, ProbeAnswer, Push, Refused, Report, Run

SEED = bytes(range(SEED_SIZE))
SIGN, CHECK = signer(SEED), checker(public_key(SEED))
OTHER = checker(public_key(bytes(SEED_SIZE)))
NONCE, UID = b"question", bytes(range(16))
RUN = Run(1, UID, UID, 3, 1, b"packed", Parent(0, 0, b""))
SAID = (
    Push(1, 7, 1, NONCE, 5, 9, UID, 64_000, b"instance", RUN, Report("corner 1", 3, 4, b"machine", 1, 2)),
    Answer(0, b"instance", 1, 4, UID, 5, Page(9, 1, deflate(b"\xdd\0\0\0\0"), UID, 3), 2, Policy(30, 600, 100)),
    Probe(1, 7, NONCE, ((1, 2), (1, 3)), Parent(1, 2, bytes(32)), b"wish", 3, (bytes(16), bytes(32))),
    ProbeAnswer((UID, b""), 2, 7),
    Fetch(1, 7, NONCE, "CP407774791BD", 64_000),
    Part(3, UID, 0, deflate(b"\xdd\0\0\0\0"), "CP407774791BD", True, b"instance"),
)
KINDS = [type(value) for value in SAID]
every_value = pytest.mark.parametrize("value", SAID, ids=lambda value: type(value).__name__)


def opened(kind: type, frame: bytes, check: wire.Check = CHECK, nonce: bytes = NONCE) -> wire.Said:
    found: wire.Said = wire.unseal(kind, frame, check, nonce)
    return found


def refusal(kind: type, frame: bytes, check: wire.Check = CHECK, nonce: bytes = NONCE) -> str:
    with pytest.raises(Refused) as refused:
        wire.unseal(kind, frame, check, nonce)
    return refused.value.code


@every_value
def test_what_is_sealed_is_read_again(value: wire.Said) -> None:
    assert opened(type(value), wire.seal(value, SIGN, NONCE)) == value


@every_value
def test_another_key_another_question_no_question(value: wire.Said) -> None:
    frame = wire.seal(value, SIGN, NONCE)
    assert refusal(type(value), frame, OTHER) == "signature"
    assert refusal(type(value), frame, CHECK, b"earlier!") == "signature"
    assert refusal(type(value), frame, CHECK, b"") == "signature"


@every_value
def test_a_frame_of_one_kind_is_not_one_of_another(value: wire.Said) -> None:
    frame = wire.seal(value, SIGN, NONCE)
    for other in KINDS:
        if other is not type(value):
            assert refusal(other, frame) in ("garbled", "signature")


@every_value
def test_every_flipped_bit_is_refused(value: wire.Said) -> None:
    frame = wire.seal(value, SIGN, NONCE)
    for place in range(len(frame) * 8):
        flipped = bytearray(frame)
        flipped[place // 8] ^= 1 << place % 8
        assert refusal(type(value), bytes(flipped)) in ("garbled", "signature")


@every_value
def test_every_cut_and_every_addition_is_refused(value: wire.Said) -> None:
    frame = wire.seal(value, SIGN, NONCE)
    for end in range(len(frame)):
        refusal(type(value), frame[:end])
    refusal(type(value), frame + b"\0")
    refusal(type(value), b"\0" + frame)


@pytest.mark.parametrize("kind", KINDS)
@many
@given(st.binary(max_size=300))
def test_noise_is_refused(kind: type, noise: bytes) -> None:
    assert refusal(kind, noise) in ("garbled", "signature")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "plain", [b"\x91" * 200_000, b"\x9f" + b"\x91" * 200_000, b"\xdd\xff\xff\xff\xff", b"\xdb\xff\xff\xff\xff", b"\xc1", b"<html>portal</html>"]
)
def test_values_without_end_or_bottom_are_refused(kind: type, plain: bytes) -> None:
    assert refusal(kind, plain + SIGN(plain)) == "garbled"


@every_value
def test_later_fields_that_are_nested_beyond_reason_are_refused(value: wire.Said) -> None:
    fields = msgspec.msgpack.decode(msgspec.msgpack.encode(value))
    plain = b"\xdc" + (len(fields) + 1).to_bytes(2, "big") + b"".join(msgspec.msgpack.encode(field) for field in fields) + b"\x91" * 200_000
    assert refusal(type(value), plain + bytes(64)) == "garbled"


@every_value
def test_fields_that_a_later_version_adds_are_passed_over(value: wire.Said) -> None:
    plain = msgspec.msgpack.encode([*msgspec.msgpack.decode(msgspec.msgpack.encode(value)), {"later": [1, 2]}, "more"])
    domain = f"corner-{type(value).__name__.lower()}-1:".encode()
    assert opened(type(value), plain + SIGN(domain + NONCE + plain)) == value


def test_a_frame_has_a_size_it_may_not_exceed() -> None:
    push = Push(1, 7, 1, NONCE, 5, 0, b"", 0, b"", Run(1, UID, UID, 3, 0, bytes(wire.FRAME_LIMIT - 500)))
    frame = wire.seal(push, SIGN)
    assert wire.unseal(Push, frame, CHECK) == push
    larger = wire.seal(msgspec.structs.replace(push, run=Run(1, UID, UID, 3, 0, bytes(wire.FRAME_LIMIT - 60))), SIGN)
    assert len(larger) > wire.FRAME_LIMIT
    assert refusal(Push, larger, CHECK, b"") == "garbled"


@pytest.mark.parametrize(
    "wrong",
    [
        {"protocol": 0}, {"device": 0}, {"device": 1 << 53}, {"epoch": 0}, {"epoch": 65_536}, {"nonce": b"short"}, {"nonce": bytes(9)}, {"feed": -1},
        {"check": bytes(17)}, {"room": wire.RUN_LIMIT + 1}, {"instance": bytes(9)}, {"run": Run(0, UID, UID, 3, 0, b"")}, {"run": Run(1, b"", UID, 3, 0, b"")},
        {"run": Run(1, UID, UID, 0, 0, b"")}, {"run": Run(1, UID, UID, wire.ROWS_LIMIT + 1, 0, b"")}, {"run": Run(1, UID, UID, 1, 16, b"")},
        {"run": Run(1, UID, UID, 1, 0, b"", Parent(0, 0, bytes(33)))}, {"report": Report("x" * 65, 0, 0, b"")}, {"report": Report("x", 0, 0, bytes(17))},
    ],
)  # fmt: skip
def test_a_value_out_of_its_bounds_is_refused_although_it_is_signed(wrong: dict[str, object]) -> None:
    assert refusal(Push, wire.seal(msgspec.structs.replace(SAID[0], **wrong), SIGN), CHECK, b"") == "garbled"


def test_a_probe_asks_for_no_more_than_it_may() -> None:
    assert refusal(Probe, wire.seal(Probe(1, 7, NONCE, ((1, 1),) * 65), SIGN), CHECK, b"") == "garbled"


# Pages of a feed

ITEMS = (FeedEntry(9, 1, 3, UID, b"[1]"), FeedVerdict(9, 1, 3, 1, "CP407774791BD", "held", 5), FeedNotice("lease", b"{}"))


def test_a_page_gives_its_items_and_the_bytes_they_are_hashed_by() -> None:
    stored = [wire.pack_item(item) for item in ITEMS]
    assert wire.read_page(wire.pack_page(stored), 3) == list(zip(ITEMS, stored, strict=True))
    assert [wire.read_item(each) for each in stored] == list(ITEMS)
    assert ITEMS[0].id == EntryId(9, 1, 3)
    assert wire.read_page(wire.pack_page([]), 0) == []


def test_an_item_to_which_a_later_version_added_keeps_its_hash() -> None:
    """Else the running hash would differ at the office, which would fetch its state again and again."""
    later = [msgspec.msgpack.encode([*msgspec.msgpack.decode(wire.pack_item(item)), "later", {"more": 1}]) for item in ITEMS]
    read = wire.read_page(wire.pack_page(later), 3)
    assert [item for item, _ in read] == list(ITEMS)
    assert [stored for _, stored in read] == later


@pytest.mark.parametrize("count", [0, 2, 4])
def test_a_page_with_another_number_of_items_is_refused(count: int) -> None:
    packed = wire.pack_page(wire.pack_item(item) for item in ITEMS)
    with pytest.raises(Refused):
        wire.read_page(packed, count)


@pytest.mark.parametrize("plain", [b"\x91" * 200_000, b"\xdd\xff\xff\xff\xff", b"", b"\xc0", b"\x91\x91\x63", bytes(wire.RUN_LIMIT + 1)])
def test_a_page_that_is_none_is_refused(plain: bytes) -> None:
    with pytest.raises(Refused):
        wire.read_page(deflate(plain), 1)
    with pytest.raises(Refused):
        wire.read_page(plain[:1000], 1)


@many
@given(st.integers(0, 1 << 20), st.integers(0, 255))
def test_a_page_that_is_wrong_inside_is_read_or_refused(place: int, other: int) -> None:
    plain = bytearray(b"\xdd\0\0\0\3" + b"".join(wire.pack_item(item) for item in ITEMS))
    plain[place % len(plain)] = other
    try:
        assert len(wire.read_page(deflate(bytes(plain)), 3)) == 3
    except Refused as refused:
        assert refused.code == "garbled"


def test_the_running_hash_tells_every_order_and_every_change() -> None:
    stored = [wire.pack_item(item) for item in ITEMS]

    def end(items: list[bytes]) -> bytes:
        check = wire.FEED_START
        for item in items:
            check = wire.next_check(check, item)
        return check

    ends = {end(stored), end(stored[::-1]), end(stored[:2]), end([*stored, stored[0]]), end([stored[0] + b"\0", *stored[1:]])}
    assert len(ends) == 5
    assert {len(found) for found in ends} == {16}


# Keys


def test_a_signature_is_by_one_key_over_one_message() -> None:
    seed = new_seed()
    assert len(seed) == SEED_SIZE
    assert seed != new_seed()
    signature, check = signer(seed)(b"message"), checker(public_key(seed))
    assert check(signature, b"message")
    assert not check(signature, b"another")
    assert not check(signature[:-1], b"message")
    assert not check(b"", b"message")
    assert not CHECK(signature, b"message")
