"""A scanner that types, grabbed from the kernel: decoded from (code, value), and read from a real file of input_event structs."""

from __future__ import annotations

import os
import queue
import struct
import sys
import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corner_app.devices.identity import Usb
from corner_app.devices.scanners.evdev import SILENCE_MS, KeyCodes, attached_keyboards, open_evdev, read_evdev
from corner_app.devices.scanners.profile import ScannerProfile
from corner_app.domain.scan import Scan

ITEM = "EE123456785BD"
ROWS = ((2, "1234567890-=", "!@#$%^&*()_+"), (16, "qwertyuiop[]", "QWERTYUIOP{}"), (30, "asdfghjkl;'`", 'ASDFGHJKL:"~'), (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"))
CODES = {char: (first + n, shifted) for first, *rows in ROWS for shifted, row in enumerate(rows) for n, char in enumerate(row)} | {" ": (57, 0)}
KEYPAD = {"7": 71, "8": 72, "9": 73, "4": 75, "5": 76, "6": 77, "1": 79, "2": 80, "3": 81, "0": 82}
SHIFT, CTRL, ALT, ENTER, TAB, CAPS, F9 = 42, 29, 56, 28, 15, 58, 67
TEXTS = st.text(st.sampled_from(sorted(set(CODES) - {" "})), min_size=1, max_size=40).filter(lambda text: text[0] != "]")
Keys = list[tuple[int, int]]


def tap(code: int) -> Keys:
    return [(code, 1), (code, 0)]


def typed(text: str, end: int | None = ENTER) -> Keys:
    made: Keys = []
    for char in text:
        if char == "\x1d":
            made += [(CTRL, 1), *tap(CODES["]"][0]), (CTRL, 0)]
            continue
        code, shifted = CODES[char]
        made += [(SHIFT, 1), *tap(code), (SHIFT, 0)] if shifted else tap(code)
    return made + (tap(end) if end is not None else [])


def alt_typed(text: str) -> Keys:
    made: Keys = []
    for char in text:
        made += [(ALT, 1), *(key for digit in f"{ord(char):03}" for key in tap(KEYPAD[digit])), (ALT, 0)]
    return made


def fed(keys: KeyCodes, made: Keys, at_ms: int = 0) -> list[Scan]:
    return [scan for code, value in made if (scan := keys.feed(code, value, at_ms)) is not None]


@given(st.lists(st.tuples(TEXTS, st.sampled_from([ENTER, 96, TAB])), max_size=5))
def test_every_code_comes_once_as_on_a_us_keyboard(codes: list[tuple[str, int]]) -> None:
    keys = KeyCodes("e")
    assert [scan.text for scan in fed(keys, [key for text, end in codes for key in typed(text, end)])] == [text for text, _ in codes]
    assert keys.noise == 0


@given(TEXTS)
def test_codes_typed_with_alt_come_too(text: str) -> None:
    assert [scan.text for scan in fed(KeyCodes("e"), alt_typed(text) + tap(ENTER))] == [text]
    assert [scan.text for scan in fed(KeyCodes("e"), alt_typed(text + "\r"))] == [text]


@given(st.lists(st.tuples(st.integers(0, 255), st.integers(0, 2)), max_size=80))
def test_any_keys_invent_nothing_and_hurt_no_code_after_them(made: Keys) -> None:
    keys = KeyCodes("e")
    fed(keys, made)
    let_go = [(code, 0) for code in (SHIFT, 54, CTRL, 97, ALT, 100)]
    fed(keys, [*let_go, *tap(ENTER)])
    assert [scan.text for scan in fed(keys, typed(ITEM))] == [ITEM]


def test_capslock_repeats_and_empty_terminators_do_not_matter() -> None:
    made = [*tap(CAPS), *typed("]C0" + ITEM), *tap(ENTER), *tap(TAB), (CODES["e"][0], 2)]
    (scan,) = fed(KeyCodes("evdev:1"), made, 7)
    assert scan == Scan(ITEM, "C0", "evdev:1", 7)


def test_the_separator_stays() -> None:
    assert [scan.text for scan in fed(KeyCodes("e"), typed("0109501101530003\x1d21A"))] == ["0109501101530003\x1d21A"]


def test_a_code_without_terminator_ends_by_silence() -> None:
    keys = KeyCodes("e")
    assert fed(keys, typed(ITEM, None), 100) == []
    assert keys.idle(100 + SILENCE_MS - 1) is None
    assert keys.idle(100 + SILENCE_MS) == Scan(ITEM, "", "e", 100 + SILENCE_MS)
    assert keys.idle(9000) is None


def test_dropped_keys_make_the_code_noise_and_only_that_one() -> None:
    keys = KeyCodes("e")
    fed(keys, typed("EE12", None))
    keys.missed()
    assert [scan.text for scan in fed(keys, typed("85BD") + typed(ITEM))] == [ITEM]
    assert keys.noise == 1


def test_prefix_and_suffix_are_the_profiles() -> None:
    by_key = KeyCodes("e", ScannerProfile("e", "<F9>", frozenset()))
    made = [*tap(F9), *typed("A-1", None), *tap(F9), *typed("A-2", None)]
    assert [scan.text for scan in fed(by_key, made)] == ["A-1"]
    assert by_key.idle(SILENCE_MS) == Scan("A-2", "", "e", SILENCE_MS)
    assert fed(by_key, typed("A-3", None)) == []
    assert (by_key.idle(2 * SILENCE_MS), by_key.noise) == (None, 1)
    by_text = KeyCodes("e", ScannerProfile("e", "~", frozenset({"TAB"})))
    assert [scan.text for scan in fed(by_text, typed("~" + ITEM, TAB) + typed(ITEM, TAB))] == [ITEM]
    assert by_text.noise == 1


# A device file, real but for the driver behind it: evdev's own reading of input_event structs, from a pipe

if sys.platform == "linux":
    from evdev.eventio import EventIO

    class Piped(EventIO):
        """evdev's reader on a pipe. Grabbing needs a driver and is not shown here."""

        def __init__(self) -> None:
            self.fd, self.far_end = os.pipe()
            os.set_blocking(self.fd, False)
            self.closed = False

        def close(self) -> None:
            os.close(self.fd)
            self.closed = True

        def type(self, made: Keys, also: bytes = b"") -> None:
            """Each key with the report that follows it, as the kernel writes them."""
            for kind, code, value in [event for key in made for event in ((1, *key), (0, 0, 0))]:
                os.write(self.far_end, struct.pack("llHHi", 0, 0, kind, code, value))
            os.write(self.far_end, also)


class Bench:
    """A device file that can be pulled, and its reader on a thread."""

    def __init__(self) -> None:
        self.scans: queue.Queue[Scan] = queue.Queue()
        self.states: queue.Queue[str] = queue.Queue()
        self.stop = threading.Event()
        self.plugged: queue.Queue[Piped] = queue.Queue()
        self.thread = threading.Thread(
            target=read_evdev, args=(self._open, self.scans.put, self.states.put, self.stop, "evdev:sim"), kwargs={"on_noise": lambda: self.states.put("noise")}
        )

    def _open(self) -> Piped | None:
        return None if self.plugged.empty() else self.plugged.get()

    def plug(self) -> Piped:
        made = Piped()
        self.plugged.put(made)
        return made


@pytest.fixture
def bench() -> Iterator[Bench]:
    if sys.platform != "linux":
        pytest.skip("evdev is Linux")
    made = Bench()
    yield made
    made.stop.set()
    made.thread.join(10)
    assert not made.thread.is_alive()
    assert made.scans.empty(), "something was invented"


def test_structs_of_the_kernel_become_scans_through_unplugging(bench: Bench) -> None:
    device = bench.plug()
    bench.thread.start()
    assert bench.states.get(timeout=10) == "connected"
    for text in ("A-1", ITEM):
        device.type(typed(text))
        assert bench.scans.get(timeout=10).text == text
    device.type(typed("SILENT", None))
    assert bench.scans.get(timeout=10).text == "SILENT"
    device.type(typed("HALF", None), also=struct.pack("llHHi", 0, 0, 0, 3, 0))  # SYN_DROPPED
    device.type(typed("MORE"))
    assert bench.states.get(timeout=10) == "noise"
    device.type(typed("LAST", None))
    os.close(device.far_end)
    assert bench.states.get(timeout=10) == "lost"
    assert device.closed
    again = bench.plug()
    assert bench.states.get(timeout=10) == "connected"
    again.type(typed(ITEM))
    assert bench.scans.get(timeout=10).text == ITEM
    os.close(again.far_end)
    assert bench.states.get(timeout=10) == "lost"


@pytest.mark.skipif(sys.platform != "linux", reason="evdev is Linux")
def test_a_scanner_that_is_not_there_is_none() -> None:
    assert all(found.device.startswith("/dev/input/") for found in attached_keyboards())
    assert open_evdev(Usb(0xDEAD, 0xBEEF, "NONE")) is None
