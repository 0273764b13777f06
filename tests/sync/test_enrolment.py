"""A code is read as people type it; its secret is never sent; neither side can be anybody else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import T0, Counter
from tests.sync.strategies import many

from corner_app.book import centre as known
from corner_app.domain.trouble import Trouble
from corner_app.sync.engine import NoAnswer
from corner_app.sync.enrol import enrol
from corner_app.sync.enrolment import ALPHABET, Code, Enrolled, EnrolRequest, centre_proof, code_from, device_proof, parse, same
from corner_app.sync.keys import fingerprint, key_file, make_seed, read_seed
from corner_app.sync.signing import public_key
from corner_app.sync.store import BookStore

CODE = code_from("8500", 1, bytes(range(10)))
SEED, CENTRE_KEY, INSTANCE = bytes(range(32)), bytes(range(32, 64)), b"instance"
BANGLA = str.maketrans("0123456789", "০১২৩৪৫৬৭৮৯")
MISREAD = str.maketrans({"1": "I", "0": "O", "V": "U"})

typed: dict[str, Callable[[str], str]] = {
    "as it stands": str,
    "lower case": str.lower,
    "spaces for dashes": lambda text: text.replace("-", " "),
    "spaces round dashes": lambda text: f"  {text.replace('-', ' - ')} ",
    "Bangla digits": lambda text: text.translate(BANGLA),
    "I, O and U": lambda text: text.translate(MISREAD),
    "l": lambda text: text.replace("1", "l"),
    "everything": lambda text: text.translate(MISREAD).lower().translate(BANGLA).replace("-", "  "),
}

codes = st.builds(code_from, st.sampled_from(("8500", "1000")), st.integers(1, 99), st.binary(min_size=10, max_size=10))


@pytest.mark.parametrize("how", typed)
@many
@given(codes)
def test_a_code_is_read_as_people_type_it(how: str, code: Code) -> None:
    """Office and counter stand before the letters, so only in these may a digit be taken for a letter."""
    place, letters = code.text.rsplit("-", 4)[0], code.text[len(f"{code.office}-{code.counter}") :]
    place = place if how in ("I, O and U", "l") else typed[how](place) if how != "everything" else place.translate(BANGLA).replace("-", " ")
    assert parse(place + typed[how](letters)) == code


@many
@given(codes)
def test_a_code_has_sixty_secret_bits_and_a_public_beginning(code: Code) -> None:
    assert (len(code.beginning), len(code.secret)) == (4, 12)
    assert set(code.beginning + code.secret) <= set(ALPHABET)
    assert code.text.startswith(code.id)
    assert code.secret not in code.id


def test_every_random_bit_is_in_the_code() -> None:
    texts = {code_from("8500", 1, (1 << bit).to_bytes(10, "big")).text for bit in range(80)}
    assert len(texts) == 80


NO_CODES = (
    "", "8500", "8500-1", "8500-1-ABCD-ABCD-ABCD", "8500-1-ABCD-ABCD-ABCD-ABC", "8500-1-ABCD-ABCD-ABCD-ABCDE", "8500-0-ABCD-ABCD-ABCD-ABCD",
    "8500-100-ABCD-ABCD-ABCD-ABCD", "8500-X-ABCD-ABCD-ABCD-ABCD", "8500-²-ABCD-ABCD-ABCD-ABCD", "8500-1-ABCD-ABCD-ABCD-AB!D", "8500-1-ABCD-ABCD-ABCD-ABকD",
)  # fmt: skip


@pytest.mark.parametrize("text", NO_CODES)
def test_what_is_no_code_is_none(text: str) -> None:
    assert parse(text) is None


@many
@given(st.text(max_size=60) | st.text("0123456789ABCD- ০১", max_size=40))
def test_any_text_is_a_code_or_none(text: str) -> None:
    code = parse(text)
    assert code is None or parse(code.text) == code


@many
@given(st.text(max_size=70))
def test_proofs_of_any_shape_are_compared(text: str) -> None:
    right = device_proof("0" * 12, bytes(16), bytes(32))
    assert not same(text, right) or text == right
    assert same(right, right)


def test_a_proof_is_of_one_secret_one_device_one_key() -> None:
    uuid, key = bytes(16), bytes(32)
    answers = (told(), told(counter=2), told(office="8200"), told(instance="00" * 8), told(public_key="00" * 32), told(box="00"), told(certificate="00"))
    proofs = {
        device_proof(CODE.secret, uuid, key), device_proof(CODE.secret[:-1] + "Z", uuid, key), device_proof(CODE.secret, b"x" + uuid[1:], key),
        device_proof(CODE.secret, uuid, b"x" + key[1:]), *(centre_proof(CODE.secret, uuid, answer) for answer in answers),
        centre_proof(CODE.secret[:-1] + "Z", uuid, told()),
    }  # fmt: skip
    assert len(proofs) == 12


def told(**changes: object) -> Enrolled:
    return msgspec.structs.replace(Enrolled(7, "8500", 1, CENTRE_KEY.hex(), INSTANCE.hex(), "", T0, "ab" * 32), **changes)


class Headquarters:
    """A centre that knows one secret. changes: what of its proven answer is another's."""

    def __init__(self, secret: str = CODE.secret, key: bytes = CENTRE_KEY, **changes: object) -> None:
        self.secret, self.key, self.changes, self.heard = secret, key, changes, b""

    def send_json(self, path: str, body: bytes) -> bytes:
        self.heard = body
        assert path == "/v1/enrol"
        asked = msgspec.json.decode(body, type=EnrolRequest)
        answer = told(public_key=self.key.hex())
        proven = msgspec.structs.replace(answer, proof=centre_proof(self.secret, bytes.fromhex(asked.uuid), answer))
        return msgspec.json.encode(msgspec.structs.replace(proven, **self.changes))


def enrolled(counter: Counter, centre: Headquarters, text: str = CODE.text) -> known.Centre | None:
    store = BookStore(counter.book)
    try:
        enrol(store, centre, counter.book.place, SEED, "https://centre.example", text, T0)
    finally:
        found = store.read(known.centre)
        store.close()
    return found


def test_a_book_is_enrolled_and_the_secret_is_not_sent(counter: Counter) -> None:
    centre = Headquarters()
    found = enrolled(counter, centre, CODE.text.lower().translate(BANGLA).replace("-", " "))
    assert found is not None
    assert (found.url, found.public_key, found.instance, found.feed) == ("https://centre.example", CENTRE_KEY, INSTANCE, -1)
    asked = msgspec.json.decode(centre.heard, type=EnrolRequest)
    assert asked.public_key == public_key(SEED).hex()
    assert asked.proof == device_proof(CODE.secret, counter.book.place.uuid, public_key(SEED))
    for part in (CODE.secret, *CODE.text.rsplit("-", 3)[1:], SEED.hex()):
        assert part.encode() not in centre.heard


def test_enrolling_again_with_the_same_centre_keeps_how_far_its_feed_was_read(counter: Counter) -> None:
    enrolled(counter, Headquarters())
    counter.book.write(lambda tx: known.keep(tx, feed_pos=12))
    found = enrolled(counter, Headquarters())
    assert found is not None
    assert found.feed == 12


@pytest.mark.parametrize(
    "centre",
    [
        Headquarters("000000000000"), Headquarters(proof="0" * 64), Headquarters(proof=""), Headquarters(proof="প্রমাণ"), Headquarters(public_key="00" * 32),
        Headquarters(instance="00" * 8), Headquarters(office="8200"), Headquarters(counter=2), Headquarters(device=8), Headquarters(box="00" * 32),
        Headquarters(certificate="00"),
    ],
    ids=["secret", "proof", "no proof", "Bangla proof", "key", "instance", "office", "counter", "device", "box", "certificate"],
)  # fmt: skip
def test_a_centre_that_cannot_prove_the_secret_is_not_ours(counter: Counter, centre: Headquarters) -> None:
    with pytest.raises(NoAnswer) as none:
        enrolled(counter, centre)
    assert none.value.code == "not_our_centre"
    assert counter.book.reader().read(known.centre) is None


class Stranger:
    def __init__(self, body: bytes) -> None:
        self.body = body

    def send_json(self, path: str, body: bytes) -> bytes:
        return self.body


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"<html>", b"[1]", b'{"device":7,"office":"8500","counter":1,"public_key":"xx","instance":"","proof":"","now":0}', b"\xff"]
)
def test_an_answer_that_is_none_enrols_nothing(counter: Counter, body: bytes) -> None:
    store = BookStore(counter.book)
    with pytest.raises(NoAnswer) as none:
        enrol(store, Stranger(body), counter.book.place, SEED, "https://centre.example", CODE.text, T0)
    assert none.value.code == "garbled"
    assert store.read(known.centre) is None
    store.close()


def test_a_key_cut_in_two_is_no_key(counter: Counter) -> None:
    """A proof over bytes side by side would still hold; every later answer would then be checked against half a key."""
    with pytest.raises(NoAnswer):
        enrolled(counter, Headquarters(public_key=CENTRE_KEY[:-1].hex(), instance=(CENTRE_KEY[-1:] + INSTANCE).hex()))
    assert counter.book.reader().read(known.centre) is None


def test_the_clerk_is_told_before_anything_is_sent(counter: Counter) -> None:
    for text, code in (("8500-1-ABCD", "code_unreadable"), (code_from("8200", 1, bytes(10)).text, "code_of_another_office")):
        centre = Headquarters()
        with pytest.raises(Trouble) as trouble:
            enrolled(counter, centre, text)
        assert (trouble.value.code, centre.heard) == (code, b"")


def test_a_book_of_one_centre_does_not_go_over_to_another(counter: Counter) -> None:
    enrolled(counter, Headquarters())
    with pytest.raises(Trouble) as trouble:
        enrolled(counter, Headquarters(key=bytes(32)))
    assert trouble.value.code == "enrolled_elsewhere"


# The key beside the book


def test_the_private_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    book = tmp_path / "corner.book"
    with pytest.raises(Trouble) as trouble:
        read_seed(book)
    assert trouble.value.code == "no_key"
    seed = make_seed(book)
    assert (make_seed(book), read_seed(book), len(seed)) == (seed, seed, 32)
    assert key_file(book).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["corner.book.key"]


def test_a_key_that_is_cut_is_no_key_and_is_not_made_anew_in_silence(tmp_path: Path) -> None:
    book = tmp_path / "corner.book"
    key_file(book).write_bytes(bytes(31))
    for attempt in (read_seed, make_seed):
        with pytest.raises(Trouble):
            attempt(book)
    assert key_file(book).read_bytes() == bytes(31)


def test_a_make_that_was_cut_off_is_made_whole(tmp_path: Path) -> None:
    book = tmp_path / "corner.book"
    (tmp_path / "corner.book.key.new").write_bytes(b"half")
    assert len(make_seed(book)) == 32
    assert not (tmp_path / "corner.book.key.new").exists()


def test_a_machine_has_one_name() -> None:
    assert fingerprint() == fingerprint()
    assert len(fingerprint()) == 8
