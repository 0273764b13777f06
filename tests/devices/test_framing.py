"""Whatever the splits, the same codes; nothing invented out of noise."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corner_app.devices.scanners.framing import IDLE_MS, LONGEST, RECOVER_MS, Framer
from corner_app.devices.scanners.keeping import NoiseBell
from corner_app.devices.scanners.profile import EVERY_SUFFIX, ScannerProfile, Suffix

CODES = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=40).filter(lambda text: not text.startswith("]"))
ENDS = st.sampled_from([b"\r", b"\n", b"\r\n", b"\t", b"\r\r"])
PIECES = st.lists(st.one_of(st.sampled_from([b"\r", b"\n", b"\t", b"\x02", b"\x03", b"\x00", b"\xff", b"]C1"]), st.binary(max_size=12)), max_size=20)


def texts(framer: Framer, *chunks: bytes) -> list[str]:
    return [scan.text for chunk in chunks for scan in framer.feed(chunk, 1000)]


@given(PIECES.map(b"".join), st.lists(st.integers(0, 200), max_size=12))
def test_any_split_gives_the_same_scans(data: bytes, at: list[int]) -> None:
    cuts = [0, *sorted(min(cut, len(data)) for cut in at), len(data)]
    whole, cut = Framer("s"), Framer("s")
    assert whole.feed(data, 1000) + whole.idle(2000) == [
        scan for start, end in itertools.pairwise(cuts) for scan in cut.feed(data[start:end], 1000)
    ] + cut.idle(2000)
    assert whole.noise == cut.noise


@given(st.lists(st.tuples(CODES, ENDS), max_size=12))
def test_every_code_comes_once_as_sent(codes: list[tuple[str, bytes]]) -> None:
    framer = Framer("s")
    assert texts(framer, b"".join(code.encode() + end for code, end in codes)) == [code for code, _ in codes]
    assert framer.noise == 0


@given(st.binary(max_size=300))
def test_noise_invents_nothing(data: bytes) -> None:
    framer = Framer("s")
    for scan in framer.feed(data, 0) + framer.idle(5000):
        said = ("]" + scan.aim if scan.aim else "") + scan.text
        assert said.encode() in data or said.encode("latin-1") in data


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"\x02EE123456785BD\x03\x02A1\x03", ["EE123456785BD", "A1"]),
        (b"\r\n\r\n\x02\x03", []),
        (b"half\x02EE123456785BD\x03", ["EE123456785BD"]),
        (b"EE12\x003456785BD\rOK1\r", ["OK1"]),
        (b"\xe9t\xe9\r", ["été"]),
        ("ঢাকা".encode() + b"\r", ["ঢাকা"]),
    ],
)
def test_codes_known_by_hand(data: bytes, found: list[str]) -> None:
    assert texts(Framer("s"), data) == found


def test_aim_prefix_is_split_off() -> None:
    (scan,) = Framer("serial:1").feed(b"]C0EE123456785BD\r", 77)
    assert (scan.text, scan.aim, scan.device, scan.at_ms) == ("EE123456785BD", "C0", "serial:1", 77)


def test_a_code_without_terminator_comes_after_silence() -> None:
    framer = Framer("s")
    assert framer.feed(b"EE123456785BD", 1000) == []
    assert framer.idle(1000 + IDLE_MS - 1) == []
    assert [scan.text for scan in framer.idle(1000 + IDLE_MS)] == ["EE123456785BD"]
    assert framer.idle(9000) == []


def test_too_long_is_dropped_up_to_its_end() -> None:
    framer = Framer("s")
    assert texts(framer, b"A" * LONGEST, b"B" * LONGEST, b"tail\rOK1\r") == ["OK1"]
    assert framer.noise == 1
    assert texts(framer, b"A" * (LONGEST + 1)) == []
    assert framer.idle(1000 + IDLE_MS) == []
    assert framer.idle(1000 + RECOVER_MS) == []
    assert texts(framer, b"OK2\r") == ["OK2"]


def test_a_lost_link_leaves_no_half_code() -> None:
    framer = Framer("s")
    framer.feed(b"EE1234", 0)
    framer.lost()
    assert (texts(framer, b"EE123456785BD\r"), framer.noise) == (["EE123456785BD"], 1)


PREFIXES = st.sampled_from(["", "~", "\x02", "\x02#", "POST:"])
SUFFIXES: dict[Suffix, bytes] = {"CR": b"\r", "LF": b"\n", "TAB": b"\t", "ETX": b"\x03"}


@given(PREFIXES, st.sampled_from(sorted(SUFFIXES)), st.lists(CODES, max_size=8), st.lists(st.integers(0, 400), max_size=8))
def test_each_scanner_is_read_with_its_own_prefix_and_suffix(prefix: str, suffix: Suffix, codes: list[str], at: list[int]) -> None:
    data = b"".join(prefix.encode() + code.encode() + SUFFIXES[suffix] for code in codes)
    cuts = [0, *sorted(min(cut, len(data)) for cut in at), len(data)]
    framer = Framer("s", ScannerProfile("s", prefix, frozenset({suffix})))
    assert texts(framer, *(data[start:end] for start, end in itertools.pairwise(cuts))) == codes
    assert framer.noise == 0


@given(st.sampled_from(["~", "\x02", "POST:"]), CODES.filter(lambda code: code[0] not in "~P"))
def test_a_code_that_lacks_its_prefix_is_noise(prefix: str, code: str) -> None:
    framer = Framer("s", ScannerProfile("s", prefix))
    assert texts(framer, code.encode() + b"\r", prefix.encode() + b"OK1\r") == ["OK1"]
    assert framer.noise == 1


def test_prefix_comes_before_the_aim_identifier() -> None:
    (scan,) = Framer("s", ScannerProfile("s", "~")).feed(b"~]C0EE123456785BD\r", 1)
    assert (scan.text, scan.aim) == ("EE123456785BD", "C0")


def test_what_ends_no_code_of_this_scanner_is_part_of_it() -> None:
    framer = Framer("s", ScannerProfile("s", suffix=frozenset({"CR"})))
    assert texts(framer, b"LINE1\nLINE2\tX\r\nNEXT\r\n\r\n") == ["LINE1\nLINE2\tX", "NEXT"]
    assert framer.noise == 0


def test_a_scanner_without_suffix_is_read_by_silence_alone() -> None:
    framer = Framer("s", ScannerProfile("s", suffix=frozenset()))
    assert framer.feed(b"EE123456785BD\r", 0) == []
    assert [scan.text for scan in framer.idle(IDLE_MS)] == ["EE123456785BD"]


def test_noise_rings_once_each_time_it_is_heard() -> None:
    framer, rung = Framer("s"), list[int]()
    bell = NoiseBell(framer, lambda: rung.append(framer.noise))
    for data in (b"OK1\r", b"E\x00\rE\x01\r", b"OK2\r", b"E\x00\r"):
        framer.feed(data, 0)
        bell.ring()
    assert rung == [2, 3]


def test_the_default_is_every_suffix() -> None:
    framer = Framer("s", ScannerProfile("s", suffix=EVERY_SUFFIX))
    assert texts(framer, b"A1\rB2\nC3\tD4\x03") == ["A1", "B2", "C3", "D4"]
