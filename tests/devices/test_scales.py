"""A scale gives a weight that stands still, or a word for why not: never 0 for trouble, and never a wrong weight, whatever comes over the line.

A pseudo-terminal has no parity and no speed: that 7E1 reaches the port is seen by what pyserial was given.
"""

from __future__ import annotations

import itertools
import os
import queue
import threading
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
import serial
from hypothesis import given
from hypothesis import strategies as st

if os.name != "posix":
    pytest.skip("pseudo-terminals are POSIX", allow_module_level=True)

from corner_app.devices.scales.continuous import CONTINUOUS
from corner_app.devices.scales.protocol import Newest, ScaleProtocol
from corner_app.devices.scales.reading import FAULT, GARBLED, MUTE, OFFLINE, OVER, UNDER, UNSTABLE, ZERO_ERROR, Reading, Unit, weighed
from corner_app.devices.scales.serial import asking, opened, read_scale
from corner_app.devices.scales.sma import SMA, faults
from corner_app.devices.scales.toledo import form_of, toledo
from corner_app.devices.scanners.serial import find_port
from corner_app.devices.simulators.scale import ScaleSimulator

TOLEDO = toledo()
PROTOCOLS = {"toledo": TOLEDO, "sma": SMA, "continuous": CONTINUOUS}


def kilos(grams: int, *, net: bool = False, unit: Unit = "kg") -> Reading:
    return Reading("stable", grams, unit, net)


def sma(status: str = " ", kind: str = "G", motion: str = " ", weight: str = "     1.234", unit: str = "kg ") -> bytes:
    return f"\n{status}1{kind}{motion} {weight}{unit}\r".encode()


def one(newest: Newest, data: bytes) -> Reading | None:
    return newest(data)[0]


# Weights


@given(st.integers(0, 999_999))
def test_kilograms_are_exact(grams: int) -> None:
    assert weighed(f"{grams // 1000}.{grams % 1000:03}", "kg") == kilos(grams)


@given(st.decimals(0, 500, places=3), st.sampled_from(["lb", "oz"]))
def test_pounds_and_ounces_are_rounded_to_the_nearest_gram_and_say_so(amount: Decimal, unit: Unit) -> None:
    exact = amount * Decimal("453.59237") / (16 if unit == "oz" else 1)
    reading = weighed(str(amount), unit)
    assert reading.grams is not None and reading.unit == unit
    assert -Decimal("0.5") <= exact - reading.grams < Decimal("0.5")


def test_half_a_gram_is_rounded_up() -> None:
    assert [weighed(digits, "g").grams for digits in ("0.4", "0.5", "1.5", "2.5")] == [0, 1, 2, 3]


def test_a_minus_is_never_a_weight_even_before_zeros() -> None:
    assert weighed("0.000", "kg", minus=True) == weighed("1.000", "kg", minus=True) == UNDER


def test_only_a_stable_reading_has_grams() -> None:
    assert kilos(0).stable and kilos(0).grams == 0
    assert [reading.stable for reading in (UNSTABLE, OVER, UNDER, ZERO_ERROR, FAULT, MUTE, OFFLINE, GARBLED)] == [False] * 8


# Toledo 8217


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (b"\x0201.234\r", kilos(1234)),
        (b"\x0200.000\r", kilos(0)),
        (b"\x0201.234N\r", kilos(1234, net=True)),
        (b"\x02?A\r", UNSTABLE),
        (b"\x02?\x01\r", UNSTABLE),
        (b"\x02?B\r", OVER),
        (b"\x02?\x02\r", OVER),  # a status that looks like the beginning of the next message
        (b"\x02?D\r", UNDER),
        (b"\x02?E\r", UNDER),
        (b"\x02?I\r", UNSTABLE),
        (b"\x02?H\r", ZERO_ERROR),
        (b"\x02?P\r", GARBLED),  # a command it does not know, or a zero that could not be told
        (b"\x02?\r", GARBLED),
        (b"\x021.234\r", GARBLED),
        (b"\x02001.234\r", GARBLED),
        (b"\x02012.34\r", GARBLED),
        (b"\x02-1.234\r", GARBLED),
        (b"\x02\r", GARBLED),
        (b"01.234\r", None),
        (b"\x0201.234", None),
    ],
)
def test_toledo_says(message: bytes, said: Reading | None) -> None:
    assert one(TOLEDO.newest, message) == said


def test_toledo_in_pounds_and_in_larger_forms() -> None:
    assert one(toledo("lb", "000.00").newest, b"\x02002.50\r") == kilos(1134, unit="lb")
    assert one(toledo("kg", "000.00").newest, b"\x02120.05\r") == kilos(120_050)
    assert one(toledo("kg", "000.000").newest, b"\x02012.345\r") == kilos(12_345)


def test_the_form_of_a_toledos_weight_is_found_from_an_answer() -> None:
    assert [form_of(answer) for answer in (b"\x0201.234\r", b"\x02012.34N\r", b"\x02001.234\r", b"\x021.2\r", b"\x02?A\r", b"")] == [
        "00.000", "000.00", "000.000", None, None, None,
    ]  # fmt: skip


# SMA


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (sma(), kilos(1234)),
        (sma("Z", weight="     0.000"), kilos(0)),
        (sma(kind="N"), kilos(1234, net=True)),
        (sma(unit="lb ", weight="     5.025"), kilos(2279, unit="lb")),
        (sma(unit="kg_"), kilos(1234)),
        (sma(unit="g  ", weight="      1234"), kilos(1234, unit="g")),
        (sma(motion="M"), UNSTABLE),
        (sma("O", weight="    31.000"), OVER),
        (sma("O", motion="M"), OVER),
        (sma("U", weight="    -0.200"), UNDER),
        (sma(weight="    -0.005"), UNDER),
        (sma("E", weight="----------"), ZERO_ERROR),
        (sma("I", weight="----------"), ZERO_ERROR),
        (sma("T", weight="----------"), UNSTABLE),
        (sma(weight="----------"), GARBLED),
        (sma(kind="T"), GARBLED),  # the weight of the tare
        (sma("z"), GARBLED),
        (sma(weight="    1.234"), GARBLED),
        (sma(weight="          "), GARBLED),
        (sma(unit="t  "), GARBLED),
        (b"\n?\r", GARBLED),
        (b"\n!\r", GARBLED),
        (sma()[1:], None),
        (sma()[:-1], None),
    ],
)
def test_sma_says(message: bytes, said: Reading | None) -> None:
    assert one(SMA.newest, message) == said


def test_what_an_sma_scale_finds_wrong_with_itself() -> None:
    assert [faults(heard) for heard in (b"\n    \r", b"\n____\r", b"\nRE  \r", b"\n  C \r", b"\n?\r", b"")] == [
        (), (), ("memory", "settings"), ("calibration",), (), (),
    ]  # fmt: skip


# Continuous


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"ST,GS,+  1.234kg", kilos(1234)),
        (b"ST,NT,+0001.234kg", GARBLED),  # nine wide where the family has eight
        (b"ST,NT,+001.234kg", kilos(1234, net=True)),
        (b"ST,GS,+   1234 g", kilos(1234, unit="g")),
        (b"ST,GS,+  0.000kg", kilos(0)),
        (b"ST,GS,-  0.005kg", UNDER),
        (b"US,GS,+  1.234kg", UNSTABLE),
        (b"OL,GS,+       kg", OVER),
        (b"OL,GS,-       kg", UNDER),
        (b"ST,TR,+  0.500kg", GARBLED),  # the tare
        (b"ST,+00123.45  g", kilos(123, unit="g")),
        (b"ST,+0001.234 kg", kilos(1234)),
        (b"US,-00183.69  g", UNSTABLE),
        (b"OL,+9999999E+19", OVER),
        (b"OL,-9999999E+19", UNDER),
        (b"QT,+00001234 PC", GARBLED),  # pieces, not weight
        (b"ST,GS,1\xe5,000013.5 kg", kilos(13_500)),
        (b"ST,NT,1,,  1.2340 kg", kilos(1234, net=True)),
        (b"OL,GS,1\xa5,        kg", OVER),
        (b"ST,GS,+  1.234  kg", kilos(1234)),
        (b"ST,GS,   1.234,kg", kilos(1234)),
        (b"ST,GS,-  1.234,KG", UNDER),
        (b"  1.234 kg", GARBLED),  # no word on stability
        (b"ERR 01", GARBLED),
    ],
)
def test_a_continuous_scale_says(line: bytes, said: Reading) -> None:
    assert one(CONTINUOUS.newest, b"\r\n" + line + b"\r\n") == said


def test_the_newest_whole_line_counts_and_older_ones_are_dropped() -> None:
    newest, rest = CONTINUOUS.newest(b"\r\nST,GS,+  1.000kg\r\nST,GS,+  2.000kg\r\nST,GS,+  3.0")
    assert newest == kilos(2000)
    assert CONTINUOUS.newest(rest + b"00kg\r\n")[0] == kilos(3000)


def test_a_line_heard_from_its_middle_is_no_reading() -> None:
    for cut in range(1, 17):
        assert one(CONTINUOUS.newest, b"ST,GS,+  1.234kg\r\n"[cut:]) is None


# All of them

amounts = st.integers(0, 29_999)
FORMS: dict[str, list[Callable[[int], bytes]]] = {
    "toledo": [lambda grams: b"\x02%02d.%03d\r" % divmod(grams, 1000)],
    "sma": [lambda grams: sma(weight=f"{grams / 1000:10.3f}"), lambda grams: sma(kind="N", unit="g  ", weight=f"{grams:10}")],
    "continuous": [
        lambda grams: b"\r\nST,GS,+%7.3fkg\r\n" % (grams / 1000),
        lambda grams: b"\r\nST,GS,+%7d g\r\n" % grams,
        lambda grams: b"\r\nST,+%08.3f kg\r\n" % (grams / 1000),
        lambda grams: b"\r\nST,+%08.1f  g\r\n" % grams,
        lambda grams: b"\r\nST,GS,1\xc5,%08.3f kg\r\n" % (grams / 1000),
        lambda grams: b"\r\nST,NT,+%7.3f  kg\r\n" % (grams / 1000),
        lambda grams: b"\r\nST,NT, %7.3f,kg\r\n" % (grams / 1000),
    ],
}
ALL = [(name, form) for name, forms in FORMS.items() for form in forms]


def fed(newest: Newest, pieces: list[bytes]) -> list[Reading]:
    held, said = b"", []
    for piece in pieces:
        reading, held = newest(held + piece)
        said += [reading] if reading is not None else []
    return said


@given(st.sampled_from(sorted(PROTOCOLS)), st.lists(st.binary(max_size=40) | st.text("ST,UOLGN+-0123456789.kg \r\n\x02?", max_size=40).map(str.encode)))
def test_any_bytes_are_read_without_an_error_and_kept_only_so_long(name: str, pieces: list[bytes]) -> None:
    newest = PROTOCOLS[name].newest
    held = b""
    for piece in pieces:
        reading, held = newest(held + piece)
        assert reading is None or reading.stable == (reading.word == "stable")
        assert len(held) <= 64


@given(st.sampled_from(ALL), amounts, st.binary(max_size=30), st.sets(st.integers(0, 60)))
def test_a_weight_cut_into_any_reads_is_that_weight(kind: tuple[str, Callable[[int], bytes]], grams: int, noise: bytes, cuts: set[int]) -> None:
    name, form = kind
    data = noise + b"\r\n" + form(grams)
    edges = [0, *sorted(cut for cut in cuts if cut < len(data)), len(data)]
    said = fed(PROTOCOLS[name].newest, [data[start:stop] for start, stop in itertools.pairwise(edges)])
    assert said[-1].grams == grams


@given(st.sampled_from(ALL), amounts, st.data())
def test_a_message_with_bytes_missing_is_never_another_weight(kind: tuple[str, Callable[[int], bytes]], grams: int, data: st.DataObject) -> None:
    name, form = kind
    message = form(grams)
    start = data.draw(st.integers(0, len(message) - 1))
    stop = data.draw(st.integers(start + 1, len(message)))
    reading = one(PROTOCOLS[name].newest, message[:start] + message[stop:])
    assert reading is None or reading.grams in (None, grams)


# On a line


class Bench:
    """A simulated scale and its reader on threads."""

    def __init__(self, link: Path, protocol: ScaleProtocol) -> None:
        self.scale = ScaleSimulator(link, protocol.name)
        self.said: queue.Queue[Reading] = queue.Queue()
        self.all: list[Reading] = []
        self.zero, self.stop = threading.Event(), threading.Event()
        self._protocol = protocol
        self.threads = [threading.Thread(target=self._read, name="reader"), threading.Thread(target=self.scale.run, args=(self.stop,), name="scale")]

    def _read(self) -> None:
        read_scale(lambda: opened(find_port(str(self.scale.link)), self._protocol), self._protocol, self.said.put, self.stop, self.zero)

    def until(self, reading: Reading) -> None:
        """Waits for a reading; what comes before it is kept in `all`."""
        while True:
            self.all.append(self.said.get(timeout=10))
            if self.all[-1] == reading:
                return


@pytest.fixture
def weigh(tmp_path: Path) -> Iterator[Callable[[str], Bench]]:
    made: list[Bench] = []

    def start(name: str) -> Bench:
        made.append(Bench(tmp_path / name, PROTOCOLS[name]))
        for thread in made[-1].threads:
            thread.start()
        return made[-1]

    yield start
    for bench in made:
        bench.stop.set()
        for thread in bench.threads:
            thread.join(10)
            assert not thread.is_alive()


@pytest.mark.parametrize("name", sorted(PROTOCOLS))
def test_each_state_of_a_scale_is_told_by_its_word_and_a_true_zero_is_a_weight(name: str, weigh: Callable[[str], Bench]) -> None:
    bench = weigh(name)
    bench.until(kilos(0))
    bench.scale.grams = 1234
    bench.until(kilos(1234))
    for fault, reading in (("motion", UNSTABLE), ("over", OVER), ("under", UNDER), ("mute", MUTE)):
        bench.scale.faults = {fault}
        bench.until(reading)
    bench.scale.faults = set()
    bench.until(kilos(1234))
    bench.scale.grams = 40_000
    bench.until(OVER)
    bench.scale.grams = -20
    bench.until(UNDER)
    assert {reading.grams for reading in bench.all} == {None, 0, 1234}


@pytest.mark.parametrize("name", sorted(PROTOCOLS))
def test_damaged_messages_never_make_another_weight(name: str, weigh: Callable[[str], Bench]) -> None:
    bench = weigh(name)
    bench.scale.grams = 11_111
    bench.until(kilos(11_111))
    bench.scale.faults = {"garbled"}
    bench.until(GARBLED)
    bench.scale.faults = set()
    bench.until(kilos(11_111))
    assert {reading.grams for reading in bench.all} <= {None, 0, 11_111}


@pytest.mark.parametrize("name", sorted(PROTOCOLS))
def test_a_scale_is_offline_while_its_cable_is_out_and_weighs_again_after(name: str, weigh: Callable[[str], Bench]) -> None:
    bench = weigh(name)
    bench.scale.grams = 500
    bench.until(kilos(500))
    bench.scale.unplug()
    bench.until(OFFLINE)
    bench.scale.grams = 700
    bench.scale.replug()
    bench.until(kilos(700))
    assert bench.all.count(OFFLINE) == 1


@pytest.mark.parametrize("name", ["sma", "toledo"])
def test_the_scale_is_set_to_zero_when_asked_and_not_with_a_parcel_on_it(name: str, weigh: Callable[[str], Bench]) -> None:
    bench = weigh(name)
    bench.scale.grams = 12
    bench.until(kilos(12))
    bench.zero.set()
    bench.until(kilos(0))
    assert not bench.zero.is_set()
    bench.scale.grams = 2012
    bench.until(kilos(2000))
    bench.zero.set()
    bench.scale.grams = 2013
    bench.until(kilos(2001))
    assert "Z" in bench.scale.heard


def test_zero_wished_while_the_cable_is_out_is_not_done_later(weigh: Callable[[str], Bench]) -> None:
    bench = weigh("toledo")
    bench.until(kilos(0))
    bench.scale.unplug()
    bench.until(OFFLINE)
    bench.zero.set()
    bench.scale.grams = 300
    bench.scale.replug()
    bench.until(kilos(300))
    assert (bench.zero.is_set(), "Z" in bench.scale.heard) == (False, False)


def test_a_scale_without_such_a_command_is_not_set_to_zero(weigh: Callable[[str], Bench]) -> None:
    bench = weigh("continuous")
    bench.scale.grams = 12
    bench.until(kilos(12))
    bench.zero.set()
    bench.scale.grams = 13
    bench.until(kilos(13))
    assert (bench.scale.heard, CONTINUOUS.zero) == ([], b"")


def test_a_scale_that_says_it_is_broken_gives_no_weight(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "broken", SMA)
    bench.scale.faults = {"broken"}
    bench.scale.grams = 500
    for thread in bench.threads:
        thread.start()
    try:
        bench.until(FAULT)
        bench.scale.faults = set()
        bench.until(kilos(500))
        assert bench.all[0] == FAULT
    finally:
        bench.stop.set()
        for thread in bench.threads:
            thread.join(10)


def test_a_weight_said_once_is_not_yet_one(weigh: Callable[[str], Bench]) -> None:
    bench = weigh("toledo")
    bench.until(kilos(0))
    bench.scale.grams = 900
    bench.until(kilos(900))
    weights = [(before, reading) for before, reading in itertools.pairwise(bench.all) if reading.stable]
    assert weights == [(UNSTABLE, kilos(0)), (UNSTABLE, kilos(900))]


@pytest.mark.parametrize(("protocol", "settings"), [(TOLEDO, (9600, 7, "E")), (SMA, (9600, 8, "N")), (CONTINUOUS, (9600, 8, "N"))], ids=sorted(PROTOCOLS))
def test_the_line_is_opened_as_the_protocol_says(protocol: ScaleProtocol, settings: tuple[int, int, str], tmp_path: Path) -> None:
    scale = ScaleSimulator(tmp_path / "scale", protocol.name)
    link = opened(str(scale.link), protocol)
    assert link is not None
    with link:
        assert (link.baudrate, link.bytesize, link.parity) == settings
        assert (link.stopbits, link.xonxoff, link.rtscts) == (serial.STOPBITS_ONE, False, False)
    slower = opened(str(scale.link), protocol, 2400)
    assert slower is not None and slower.baudrate == 2400
    slower.close()
    scale.unplug()
    assert opened(str(scale.link), protocol) is None
    assert opened(None, protocol) is None


@pytest.mark.parametrize("name", sorted(PROTOCOLS))
def test_a_scale_is_told_from_the_others_by_harmless_questions(name: str, tmp_path: Path) -> None:
    scale, stop = ScaleSimulator(tmp_path / "scale", PROTOCOLS[name].name), threading.Event()
    thread = threading.Thread(target=scale.run, args=(stop,), name="scale")
    thread.start()
    try:
        for other, protocol in PROTOCOLS.items():
            link = opened(str(scale.link), protocol)
            assert link is not None
            with link:
                assert protocol.speaks(asking(link)) is (other == name)
        assert "Z" not in scale.heard
        assert scale.name == f"SIMULATED {name}"
    finally:
        stop.set()
        thread.join(10)


def test_a_line_that_broke_answers_no_question(tmp_path: Path) -> None:
    scale = ScaleSimulator(tmp_path / "scale")
    link = opened(str(scale.link), TOLEDO)
    assert link is not None
    with link:
        scale.unplug()
        assert not TOLEDO.speaks(asking(link))
        assert not CONTINUOUS.speaks(asking(link))
