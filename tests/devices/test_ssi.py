"""A Zebra scanner is heard once for each code however the line treats it, and beeps what the counter says."""

from __future__ import annotations

import itertools
import os
import queue
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corner_app.devices.scanners.answering import AnsweringScanner
from corner_app.devices.scanners.feedback import Feedback
from corner_app.devices.scanners.profile import ScannerProfile
from corner_app.devices.scanners.serial import find_port
from corner_app.devices.scanners.ssi import (
    ACK,
    BEEP,
    BEEPS,
    CHARACTER_MS,
    CONTINUES,
    DECODE_DATA,
    EVENT,
    LED_OFF,
    LED_ON,
    NAK,
    PARTS_MS,
    RESPONSE_MS,
    RETRANSMIT,
    SAME_MS,
    SCAN_DISABLE,
    SCAN_ENABLE,
    SCANNER,
    Ssi,
    packet,
)
from corner_app.devices.simulators.scanners.ssi import SsiScannerSimulator
from corner_app.domain.scan import Scan

ITEM, OTHER = "EE123456785BD", "EE123456799BD"
ACKED = bytes.fromhex("04 D0 04 00 FF 28")
AGAIN = bytes.fromhex("05 D1 04 00 01 FF 25")
CODES = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=80).filter(lambda text: text[0] not in "]")


def decoded(text: str, kind: int = 0x03, status: int = 0) -> bytes:
    return packet(DECODE_DATA, bytes((kind,)) + text.encode(), status, SCANNER)


def acked() -> bytes:
    return packet(ACK, source=SCANNER)


def texts(scans: list[Scan]) -> list[str]:
    return [scan.text for scan in scans]


@pytest.mark.parametrize(
    ("made", "known"),
    [
        (packet(ACK), "04 D0 04 00 FF 28"),
        (packet(NAK, b"\x01"), "05 D1 04 00 01 FF 25"),
        (packet(BEEP, b"\x01"), "05 E6 04 00 01 FF 10"),
        (packet(SCAN_ENABLE), "04 E9 04 00 FF 0F"),
        (packet(SCAN_DISABLE), "04 EA 04 00 FF 0E"),
    ],
)
def test_packets_known_by_hand(made: bytes, known: str) -> None:
    assert made == bytes.fromhex(known)


def test_a_code_is_acknowledged_and_its_type_names_the_symbology() -> None:
    scans, answer = Ssi("zebra").feed(decoded(ITEM), 7)
    assert (scans, answer) == ([Scan(ITEM, "C0", "zebra", 7)], ACKED)


@pytest.mark.parametrize(("kind", "text", "aim"), [(0x1C, "]Q1BDP/1", "Q1"), (0x1C, "BDP/1", "Q1"), (0x1B, "X", "d1"), (0x0F, "10A", "C1"), (0x7F, "X", "")])
def test_the_scanners_own_identifier_comes_before_the_type(kind: int, text: str, aim: str) -> None:
    ((scan,), _) = Ssi("z").feed(decoded(text, kind), 0)
    assert (scan.aim, scan.text) == (aim, text.removeprefix("]Q1"))


@given(st.lists(CODES, max_size=6), st.lists(st.integers(0, 500), max_size=12))
def test_any_split_gives_the_same_scans_and_answers(codes: list[str], at: list[int]) -> None:
    data = b"".join(map(decoded, codes))
    cuts = [0, *sorted(min(cut, len(data)) for cut in at), len(data)]
    ssi, scans, answer = Ssi("z"), list[Scan](), b""
    for start, end in itertools.pairwise(cuts):
        more, said = ssi.feed(data[start:end], 0)
        scans, answer = scans + more, answer + said
    assert (texts(scans), answer, ssi.noise) == (codes, ACKED * len(codes), 0)


@given(st.binary(max_size=60), CODES)
def test_after_any_noise_a_code_that_is_sent_again_is_read(noise: bytes, code: str) -> None:
    """The scanner sends three times: into what the noise left, after a rest, and once more."""
    ssi, scans = Ssi("z"), list[Scan]()
    ssi.feed(noise, 0)
    for n, status in enumerate((0, RETRANSMIT, RETRANSMIT)):
        more, answer = ssi.feed(decoded(code, status=status), n * RESPONSE_MS)
        scans += more
        ssi.idle(n * RESPONSE_MS + CHARACTER_MS)
        if ACKED in answer:
            break
    assert [text for text in texts(scans) if text == code] == [code]


@given(st.binary(max_size=200))
def test_noise_invents_nothing_and_raises_nothing(data: bytes) -> None:
    ssi = Ssi("z")
    scans, _ = ssi.feed(data, 0)
    assert all(scan.text.encode() in data or scan.text.encode("latin-1") in data for scan in scans)
    ssi.idle(CHARACTER_MS)
    assert ssi.feed(decoded(ITEM), 1000)[1].endswith(ACKED)


@given(CODES, st.integers(0, 10_000), st.integers(1, 255))
def test_one_byte_wrong_is_never_a_code(code: str, at: int, change: int) -> None:
    raw = bytearray(decoded(code))
    raw[at % len(raw)] ^= change
    ssi = Ssi("z")
    scans, answer = ssi.feed(bytes(raw), 0)
    assert scans == []
    assert ACKED not in answer
    ssi.idle(CHARACTER_MS)
    assert ssi.noise >= 1


def test_a_wrong_checksum_is_asked_for_again_and_taken_then() -> None:
    ssi = Ssi("z")
    assert ssi.feed(decoded(ITEM)[:-1] + b"\x00", 0) == ([], AGAIN)
    scans, answer = ssi.feed(decoded(ITEM, status=RETRANSMIT), 5)
    assert (texts(scans), answer) == ([ITEM], ACKED)


def test_half_a_packet_is_asked_for_again_after_the_time_between_bytes() -> None:
    ssi = Ssi("z")
    ssi.feed(decoded(ITEM)[:9], 0)
    assert ssi.idle(CHARACTER_MS - 1) == ([], b"")
    assert ssi.idle(CHARACTER_MS) == ([], AGAIN)


def test_a_code_whose_ack_was_lost_is_acknowledged_again_but_scanned_once() -> None:
    ssi = Ssi("z")
    ssi.feed(decoded(ITEM), 0)
    assert ssi.feed(decoded(ITEM, status=RETRANSMIT), RESPONSE_MS) == ([], ACKED)
    assert ssi.duplicates == 1


def test_a_code_scanned_twice_is_two_scans() -> None:
    ssi = Ssi("z")
    assert texts(ssi.feed(decoded(ITEM) + decoded(ITEM), 0)[0]) == [ITEM, ITEM]
    assert texts(ssi.feed(decoded(OTHER, status=RETRANSMIT), 1)[0]) == [OTHER]
    assert texts(ssi.feed(decoded(OTHER, status=RETRANSMIT), SAME_MS + 2)[0]) == [OTHER]


def test_a_second_scan_whose_first_packet_was_garbled_is_not_taken_for_the_first() -> None:
    ssi = Ssi("z")
    ssi.feed(decoded(ITEM), 0)
    ssi.feed(decoded(ITEM)[:-1] + b"\x00", 900)
    assert texts(ssi.feed(decoded(ITEM, status=RETRANSMIT), 910)[0]) == [ITEM]


@given(st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=400), st.integers(1, 250), st.booleans(), st.data())
def test_a_code_of_several_packets_is_one_scan_in_any_script(text: str, size: int, typed: bool, data: st.DataObject) -> None:
    raw = (text if text[0] != "]" else "x" + text).encode()
    pieces = [raw[at : at + size] for at in range(0, len(raw), size)]
    lost = data.draw(st.sets(st.integers(0, len(pieces) - 1), max_size=3))
    ssi, scans = Ssi("z"), list[Scan]()
    for n, piece in enumerate(pieces):
        status = CONTINUES if n + 1 < len(pieces) else 0
        body = (b"\x1c" if typed or n == 0 else b"") + piece
        scans += ssi.feed(packet(DECODE_DATA, body, status, SCANNER), n)[0]
        if n in lost:  # our ACK did not arrive
            scans += ssi.feed(packet(DECODE_DATA, body, status | RETRANSMIT, SCANNER), n)[0]
    assert texts(scans) == [raw.decode()]
    assert scans[0].aim == "Q1"


def test_a_code_that_never_comes_to_its_end_does_not_begin_the_next_one() -> None:
    ssi = Ssi("z")
    ssi.feed(decoded("HALF", status=CONTINUES), 0)
    ssi.idle(PARTS_MS)
    assert texts(ssi.feed(decoded(ITEM), PARTS_MS + 1)[0]) == [ITEM]
    assert ssi.noise == 1


def test_a_code_with_control_characters_beeps_stop_by_itself() -> None:
    scans, answer = Ssi("z").feed(decoded("EE\x0012"), 0)
    assert (scans, answer) == ([], ACKED + packet(BEEP, bytes((BEEPS["stop"],))))


def test_events_are_acknowledged() -> None:
    assert Ssi("z").feed(packet(EVENT, b"\x01", source=SCANNER), 0) == ([], ACKED)


def test_one_command_at_a_time_each_after_the_ack_of_the_one_before() -> None:
    ssi = Ssi("z")
    assert ssi.tell("stop", 0) == packet(BEEP, bytes((BEEPS["stop"],)))
    assert ssi.feed(acked(), 1)[1] == packet(LED_ON, b"\x01")
    assert ssi.tell("good", 2) == b""
    assert ssi.feed(acked(), 3)[1] == packet(BEEP, bytes((BEEPS["good"],)))
    assert ssi.feed(acked(), 4)[1] == packet(LED_OFF, b"\x01")
    assert ssi.feed(acked(), 5)[1] == b""
    assert ssi.tell("good", 6) == packet(BEEP, bytes((BEEPS["good"],)))
    assert ssi.feed(acked(), 7)[1] == b"", "the light is off already"


def test_only_the_latest_of_what_waits_is_said() -> None:
    ssi = Ssi("z")
    ssi.scanning(False, 0)
    for feedback in ("stop", "look", "good"):
        ssi.tell(feedback, 1)
    assert ssi.feed(acked(), 2)[1] == packet(BEEP, bytes((BEEPS["good"],)))
    assert ssi.feed(acked(), 3)[1] == b""


def test_a_command_without_answer_is_sent_three_times_marked_as_sent_before() -> None:
    ssi = Ssi("z")
    said = [ssi.tell("look", 0), *(ssi.idle(RESPONSE_MS * n)[1] for n in range(1, 5))]
    beep = bytes((BEEPS["look"],))
    assert said == [packet(BEEP, beep), packet(BEEP, beep, RETRANSMIT), packet(BEEP, beep, RETRANSMIT), b"", b""]
    assert ssi.unheard == 1


def test_a_command_the_scanner_cannot_do_is_not_repeated() -> None:
    ssi = Ssi("z")
    ssi.tell("good", 0)
    assert ssi.feed(packet(NAK, b"\x06", source=SCANNER), 1)[1] == b""
    assert ssi.idle(RESPONSE_MS)[1] == b""
    ssi.tell("look", 2)
    assert ssi.feed(packet(NAK, b"\x01", source=SCANNER), 3)[1] == packet(BEEP, bytes((BEEPS["look"],)), RETRANSMIT)


def test_prefix_and_suffix_are_the_profiles() -> None:
    ssi = Ssi("z", ScannerProfile("z", "~"))
    assert texts(ssi.feed(decoded(f"~{ITEM}\r\n"), 0)[0]) == [ITEM]
    assert ssi.feed(decoded(ITEM), 1)[0] == []


# A scanner on a real pseudo-terminal


class Bench:
    """The simulated scanner, its reader, and a counter that answers what it is told to."""

    def __init__(self, folder: Path, answers: dict[str, Feedback]) -> None:
        self.scanner = SsiScannerSimulator(folder / "ssi", response_s=0.15)
        self.reader = AnsweringScanner(lambda: find_port(str(self.scanner.link)), Ssi("ssi:sim"))
        self.answers = answers
        self.scans: queue.Queue[str] = queue.Queue()
        self.states: queue.Queue[str] = queue.Queue()
        self.stop = threading.Event()
        self.threads = [threading.Thread(target=self.reader.run, args=(self._on_scan, self.states.put, self.stop))]
        self.threads.append(threading.Thread(target=self.scanner.run, args=(self.stop,)))

    def _on_scan(self, scan: Scan) -> None:
        self.scans.put(scan.text)
        if scan.text == "PULLED":
            self.scanner.unplug()
        if scan.text in self.answers:
            self.reader.tell(self.answers[scan.text])

    def take(self, count: int) -> list[str]:
        return [self.scans.get(timeout=10) for _ in range(count)]


def until(true: Callable[[], object]) -> None:
    """Waits for what another thread brings about, 10 s at most."""
    ends = time.monotonic() + 10
    while not true():
        assert time.monotonic() < ends
        threading.Event().wait(0.002)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    if os.name != "posix":
        pytest.skip("pseudo-terminals are POSIX")
    made = Bench(tmp_path, {"GOOD": "good", "LOOK": "look", "STOP": "stop", "PULLED": "stop"})
    for thread in made.threads:
        thread.start()
    assert made.states.get(timeout=10) == "connected"
    yield made
    made.stop.set()
    for thread in made.threads:
        thread.join(10)
        assert not thread.is_alive()
    assert made.scans.empty(), "something was invented"
    assert made.scanner.wrong == 0


def test_a_wrong_parcel_beeps_and_lights_in_the_hand(bench: Bench) -> None:
    for text in ("GOOD", "STOP", "LOOK"):
        bench.scanner.scan(text)
        assert bench.take(1) == [text]
        until(lambda: len(bench.scanner.beeps) == ["GOOD", "STOP", "LOOK"].index(text) + 1)  # noqa: B023 - waited for at once
    until(lambda: not bench.scanner.lit)
    assert bench.scanner.beeps == [0x00, 0x11, 0x01]


def test_the_tone_comes_while_the_hand_is_there(bench: Bench) -> None:
    slowest = 0.0
    for n in range(10):
        bench.scanner.scan("GOOD")
        bench.take(1)
        began = time.monotonic()
        until(lambda: len(bench.scanner.beeps) == n + 1)  # noqa: B023 - waited for at once
        slowest = max(slowest, time.monotonic() - began)
    assert slowest < 0.5


def test_lost_acks_and_garbled_packets_lose_and_double_nothing(bench: Bench) -> None:
    sent = [f"EE{n:09}BD" for n in range(12)]
    for n, text in enumerate(sent):
        bench.scanner.deaf, bench.scanner.garble = n % 3, (n + 1) % 2
        bench.scanner.scan(text)
        assert bench.take(1) == [text]
        until(lambda: not bench.scanner.busy)
    assert bench.scanner.given_up == []
    assert bench.scanner.sent > len(sent)


def test_a_long_code_goes_through_in_parts(bench: Bench) -> None:
    manifest = "BD8200BD8500CCC60417001010345|" + "|".join(f"CP{n:09}BD" for n in range(60))
    bench.scanner.scan(manifest, "datamatrix")
    assert bench.take(1) == [manifest]


def test_unplugged_in_the_middle_it_comes_back_and_is_told_nothing_old(bench: Bench) -> None:
    bench.scanner.scan("GOOD")
    assert bench.take(1) == ["GOOD"]
    until(lambda: bench.scanner.beeps)
    bench.scanner.unplug()
    assert bench.states.get(timeout=10) == "lost"
    bench.reader.tell("stop")
    bench.scanner.replug()
    assert bench.states.get(timeout=10) == "connected"
    bench.scanner.scan(ITEM)
    assert bench.take(1) == [ITEM]
    until(lambda: not bench.scanner.busy)
    assert bench.scanner.beeps == [0x00]


def test_what_was_told_as_the_cable_came_out_is_not_said_when_it_is_in_again(bench: Bench) -> None:
    bench.scanner.scan("PULLED")
    assert bench.take(1) == ["PULLED"]
    assert bench.states.get(timeout=10) == "lost"
    bench.scanner.replug()
    assert bench.states.get(timeout=10) == "connected"
    bench.scanner.scan("GOOD")
    assert bench.take(1) == ["GOOD"]
    until(lambda: bench.scanner.beeps)
    assert bench.scanner.beeps == [0x00]


def test_a_scanner_that_may_not_read_reads_what_waits_when_it_may_again(bench: Bench) -> None:
    bench.reader.ask(lambda ssi, at_ms: ssi.scanning(False, at_ms))
    until(lambda: not bench.scanner.enabled)
    bench.scanner.scan(ITEM)
    bench.reader.ask(lambda ssi, at_ms: ssi.scanning(True, at_ms))
    assert bench.take(1) == [ITEM]
