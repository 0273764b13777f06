"""A scanner that types and a person who types, on one keyboard: no letter of the person is lost, no scan of the scanner is missed."""

from __future__ import annotations

import os
import queue
import re
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corner_app.devices.scanners.altcode import alt_character
from corner_app.devices.scanners.gs1 import Gs1, read
from corner_app.devices.scanners.profile import ScannerProfile
from corner_app.devices.scanners.serial import find_port, read_scans
from corner_app.devices.scanners.wedge import FAST_MS, KeyStroke, Platform, WedgeDecoder, function_key, keypad_digit, letter
from corner_app.devices.simulators.scanner import ScannerSimulator
from corner_app.domain.scan import Scan

S10 = re.compile(r"(\][A-Z]\d)?[A-Z]{2}\d{9}[A-Z]{2}")
US_KEYS = "1234567890-=\0\0qwertyuiop[]\0\0asdfghjkl;'`\0\\zxcvbnm,./"
CODES = {char: 10 + n for n, char in enumerate(US_KEYS) if char != "\0"} | {" ": 65}
SHIFTED = dict(zip('!@#$%^&*()_+QWERTYUIOP{}ASDFGHJKL:"~|ZXCVBNM<>?', "1234567890-=qwertyuiop[]asdfghjkl;'`\\zxcvbnm,./", strict=True))
LAYOUTS: dict[str, Callable[[str], str]] = {
    "us": lambda char: char,
    "bd": lambda char: {"E": "ঢ", "e": "ড", "B": "ণ", "D": "ী"}.get(char, chr(0x09E6 + int(char)) if char.isdigit() else "ক"),
    "caps": str.swapcase,
}


def stroke(char: str, at_ms: float, platform: Platform = "x11", layout: str = "us") -> KeyStroke:
    if char in "\r\t":
        return KeyStroke(36 if char == "\r" else 23, False, char, at_ms, "Return" if char == "\r" else "Tab")
    base = SHIFTED.get(char, char)
    code = CODES[base] - (8 if platform == "windows" else 0)
    return KeyStroke(code, char in SHIFTED, LAYOUTS[layout](char), at_ms, base.upper())


@dataclass
class Window:
    """Does what a filter would do, and remembers what arrived where."""

    decoder: WedgeDecoder
    typed: str = ""
    scans: list[Scan] = field(default_factory=list)
    now_ms: float = 0.0
    longest_hold_ms: float = 0.0
    _since: dict[int, float] = field(default_factory=dict)

    def press(self, pressed: KeyStroke) -> None:
        self.wait(pressed.at_ms)
        verdict = self.decoder.press(pressed)
        self._act(verdict.replay, verdict.scan)
        if not verdict.hold:
            self.typed += pressed.text

    def wait(self, until_ms: float) -> None:
        while self.now_ms + 5 < until_ms:
            self.now_ms += 5
            if self.decoder.holding:
                verdict = self.decoder.tick(self.now_ms)
                self._act(verdict.replay, verdict.scan)
        self.now_ms = until_ms

    def play(self, keys: Iterable[KeyStroke]) -> Window:
        for pressed in keys:
            self.press(pressed)
        self.wait(self.now_ms + 1000)
        return self

    def _act(self, replay: tuple[KeyStroke, ...], scan: Scan | None) -> None:
        for given_back in replay:
            self.longest_hold_ms = max(self.longest_hold_ms, self.now_ms - given_back.at_ms)
            self.typed += given_back.text
        if scan:
            self.scans.append(scan)


def window(platform: Platform = "x11") -> Window:
    return Window(WedgeDecoder(lambda text: S10.fullmatch(text) is not None, platform))


def keys(text: str, gaps: Iterable[float], start: float = 1000, platform: Platform = "x11", layout: str = "us") -> list[KeyStroke]:
    at, made = start, []
    for char, gap in zip(text, gaps, strict=False):
        at += gap
        made.append(stroke(char, at, platform, layout))
    return made


TYPED = st.text(st.sampled_from(sorted({*CODES, *SHIFTED, "\r", "\t"})), max_size=40)
SERIALS = st.from_regex(r"[A-Z]{2}[0-9]{9}[A-Z]{2}", fullmatch=True)


@given(TYPED, st.lists(st.floats(FAST_MS + 0.5, 800), min_size=40, max_size=40))
def test_typed_text_is_never_lost_reordered_or_scanned(text: str, gaps: list[float]) -> None:
    seen = window().play(keys(text, gaps))
    assert (seen.typed, seen.scans) == (text, [])
    assert seen.longest_hold_ms <= FAST_MS + 6


@given(TYPED, st.lists(st.floats(0, 400), min_size=40, max_size=40))
def test_at_any_speed_every_stroke_is_typed_or_scanned_in_order(text: str, gaps: list[float]) -> None:
    seen = window().play(keys(text, gaps))
    left = seen.typed + "".join(scan.text for scan in seen.scans)
    if not seen.scans:
        assert seen.typed == text
    else:
        assert len(left.replace("\r", "").replace("\t", "")) >= len(text.replace("\r", "").replace("\t", "")) - 3 * len(seen.scans)


@given(SERIALS, st.lists(st.floats(0, FAST_MS - 0.1), min_size=14, max_size=14), st.sampled_from(["\r", "\t"]))
def test_a_burst_is_found_under_jitter(code: str, gaps: list[float], end: str) -> None:
    seen = window().play(keys(code + end, gaps))
    assert ([scan.text for scan in seen.scans], seen.typed) == ([code], "")


@given(SERIALS, st.integers(4, 12), st.floats(FAST_MS + 1, 115))
def test_a_stumble_within_a_burst_does_not_break_it(code: str, place: int, stumble: float) -> None:
    gaps = [stumble if n == place else 12.0 for n in range(14)]
    seen = window().play(keys(code + "\r", gaps))
    assert ([scan.text for scan in seen.scans], seen.typed) == ([code], "")


@given(SERIALS, st.sampled_from([1, 2, 3]), st.floats(FAST_MS + 1, 115))
def test_a_stumble_at_the_beginning_gives_the_whole_code(code: str, place: int, stumble: float) -> None:
    gaps = [stumble if n == place else 12.0 for n in range(14)]
    seen = window().play(keys(code + "\r", gaps))
    assert [scan.text for scan in seen.scans] == [code]
    assert code.startswith(seen.typed)


@pytest.mark.parametrize("platform", ["x11", "windows"])
@pytest.mark.parametrize("layout", ["us", "bd", "caps"])
def test_layout_and_capslock_do_not_matter(layout: str, platform: Platform) -> None:
    seen = window(platform).play(keys("EE123456785BD\r", [10.0] * 14, platform=platform, layout=layout))
    assert [scan.text for scan in seen.scans] == ["EE123456785BD"]
    assert seen.typed == ""


def test_a_burst_without_terminator_ends_by_silence() -> None:
    seen = window().play(keys("EE123456785BD", [10.0] * 13))
    assert ([scan.text for scan in seen.scans], seen.typed) == (["EE123456785BD"], "")


def test_a_burst_that_reads_like_nothing_is_a_scan_only_with_a_terminator() -> None:
    assert [scan.text for scan in window().play(keys("hello123\r", [10.0] * 9)).scans] == ["hello123"]
    assert window().play(keys("hello123", [10.0] * 8)).typed == "hello123"


def test_the_second_terminator_reaches_no_button() -> None:
    seen = window().play(keys("EE123456785BD\r\r", [10.0] * 15))
    assert (len(seen.scans), seen.typed) == (1, "")
    seen.press(stroke("\r", seen.now_ms + 300))
    assert seen.typed == "\r"


def test_two_scans_one_after_the_other_stay_two() -> None:
    seen = window().play(keys("EE123456785BD\rEE123456799BD\r", [8.0] * 28))
    assert [scan.text for scan in seen.scans] == ["EE123456785BD", "EE123456799BD"]


def test_typing_before_a_scan_stays_typing() -> None:
    typing = keys("ab", [90.0] * 2)
    seen = window().play([*typing, *keys("EE123456785BD\r", [300.0] + [9.0] * 13, start=typing[-1].at_ms)])
    assert (seen.typed, [scan.text for scan in seen.scans]) == ("ab", ["EE123456785BD"])


def test_aim_prefix_is_split_off() -> None:
    (scan,) = window().play(keys("]C0EE123456785BD\r", [9.0] * 17)).scans
    assert (scan.text, scan.aim, scan.device) == ("EE123456785BD", "C0", "wedge")


def test_flush_gives_back_what_is_held_in_order() -> None:
    decoder = window().decoder
    pressed = keys("abc", [5.0] * 3)
    assert all(decoder.press(one).hold for one in pressed)
    assert decoder.flush() == tuple(pressed)
    assert not decoder.holding


def test_a_stuck_key_goes_through_as_typing() -> None:
    seen = window().play(keys("a" * 5000, [4.0] * 5000))
    assert (seen.typed, seen.scans) == ("a" * 5000, [])


def test_the_table_is_the_us_keyboard() -> None:
    for char in {*CODES, *SHIFTED} - {" "}:
        pressed = stroke(char, 0)
        assert letter(pressed.scan_code, pressed.shift, "x11") == char
        assert letter(pressed.scan_code - 8, pressed.shift, "windows") == char
    assert letter(50, True, "x11") == ""  # Shift itself
    assert letter(106, False, "x11") == letter(0x135, False, "windows") == "/"


# GS1's separator as Ctrl+]

GS = "\x1d"
GS1_CODE = f"0109501101530003172612311000A1{GS}21S7"


def control(char: str, at_ms: float, platform: Platform = "x11") -> KeyStroke:
    return replace(stroke(char, at_ms, platform), control=True, text=GS)


def scanned(text: str, gaps: Iterable[float], platform: Platform = "x11", layout: str = "us") -> list[KeyStroke]:
    """As a scanner types it that sends Ctrl+] for GS."""
    plain = keys(text.replace(GS, "]"), gaps, platform=platform, layout=layout)
    return [control("]", pressed.at_ms, platform) if char == GS else pressed for char, pressed in zip(text, plain, strict=True)]


@pytest.mark.parametrize("platform", ["x11", "windows"])
@pytest.mark.parametrize("layout", ["us", "bd"])
@pytest.mark.parametrize("before", ["", GS, "]C1", "]C1" + GS])
def test_a_separator_in_the_middle_keeps_the_burst_whole(platform: Platform, layout: str, before: str) -> None:
    text = before + GS1_CODE + "\r"
    seen = window(platform).play(scanned(text, [9.0] * len(text), platform, layout))
    (scan,) = seen.scans
    assert seen.typed == ""
    found = read(scan)
    assert isinstance(found, Gs1)
    assert [(element.ai, element.value) for element in found.elements] == [("01", "09501101530003"), ("17", "261231"), ("10", "00A1"), ("21", "S7")]


def test_the_decoder_takes_what_only_scanners_type_in_haste() -> None:
    decoder = window().decoder
    bracket, seven, seven_on_top, f9 = CODES["]"], 79, CODES["7"], 75
    assert decoder.takes(bracket, control=True, alt=False)
    assert decoder.takes(seven, control=False, alt=True)
    assert not any(
        decoder.takes(code, control=ctrl, alt=alt)
        for code, ctrl, alt in [
            (bracket, False, False), (bracket, False, True), (bracket, True, True), (seven, True, True), (seven_on_top, False, True), (seven, True, False),
            (CODES["c"], True, False), (23, False, True), (f9, False, False),
        ]
    )  # fmt: skip


# Characters by their decimal code, with Alt on the keypad

KEYPAD = {"7": 71, "8": 72, "9": 73, "4": 75, "5": 76, "6": 77, "1": 79, "2": 80, "3": 81, "0": 82}
LATIN = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=30)


def keypad(digit: str, alt: int, at_ms: float, platform: Platform = "x11") -> KeyStroke:
    return KeyStroke(KEYPAD[digit] + (8 if platform == "x11" else 0), False, "", at_ms, f"Pad{digit}", alt=alt)


def alt_typed(text: str, gap: float = 8.0, zero: bool = True, platform: Platform = "x11", composed: int | None = None, start: float = 1000) -> list[KeyStroke]:
    """As a scanner types it in ALT mode: Alt down, the code, Alt up. composed: Windows sends the character besides, with this scan code."""
    at, made = start, []
    for press, char in enumerate(text, 1):
        if char in "\r\t":
            made.append(stroke(char, at := at + gap, platform))
            continue
        at += 2 * gap  # Alt up and down again
        for digit in f"{ord(char):03}" if zero else str(ord(char)):
            made.append(keypad(digit, press, at := at + gap, platform))
        if composed is not None:
            made.append(KeyStroke(composed, False, char, at := at + 1, "0"))
    return made


@pytest.mark.parametrize("digits", [f"{code:03}" for code in range(32, 127)] + [str(code) for code in range(32, 127)])
def test_codes_of_ascii_are_ascii(digits: str) -> None:
    assert alt_character(digits) == chr(int(digits))


@pytest.mark.parametrize(
    ("digits", "char"), [("130", "é"), ("0233", "é"), ("128", "Ç"), ("0128", "€"), ("029", GS), ("29", GS), ("0129", ""), ("256", ""), ("0", ""), ("", "")]
)
def test_a_leading_zero_is_another_code_page(digits: str, char: str) -> None:
    assert alt_character(digits) == char


@given(SERIALS, st.floats(2, 16), st.booleans(), st.sampled_from([None, 0, 56, 75]), st.sampled_from(["x11", "windows"]), st.sampled_from(["\r", "\t", ""]))
def test_an_alt_scanner_is_read_whole_and_nothing_is_typed(code: str, gap: float, zero: bool, composed: int | None, platform: Platform, end: str) -> None:
    seen = window(platform).play(alt_typed(code + end, gap, zero, platform, composed))
    assert ([scan.text for scan in seen.scans], seen.typed) == ([code], "")


def test_an_alt_scanner_may_type_its_terminator_and_separator_as_codes_too() -> None:
    typed_end = [*alt_typed(GS1_CODE), *(keypad(digit, 99, 5000 + n) for n, digit in enumerate("013"))]
    at = alt_typed(GS1_CODE)[-1].at_ms
    (scan,) = window().play([*typed_end[:-3], *(replace(one, at_ms=at + 20 + n * 8) for n, one in enumerate(typed_end[-3:]))]).scans
    assert scan.text == GS1_CODE


@pytest.mark.parametrize("gap", [3.0, 8.0, 13.0, 16.0])
def test_a_code_that_is_none_of_ours_is_a_scan_in_alt_mode_too(gap: float) -> None:
    assert [scan.text for scan in window().play(alt_typed("Hello1\r", gap)).scans] == ["Hello1"]


@dataclass
class Counted(Window):
    """Remembers every stroke that reached the application, combinations too."""

    through: list[KeyStroke] = field(default_factory=list)

    def press(self, pressed: KeyStroke) -> None:
        self.wait(pressed.at_ms)
        verdict = self.decoder.press(pressed)
        self._act(verdict.replay, verdict.scan)
        if not verdict.hold:
            self.through.append(pressed)

    def _act(self, replay: tuple[KeyStroke, ...], scan: Scan | None) -> None:
        self.through += replay
        super()._act(replay, scan)


COMBINATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("alt"), st.sampled_from(sorted(KEYPAD)), st.booleans()),
        st.tuples(st.just("control"), st.just("]"), st.booleans()),
        st.tuples(st.just("key"), st.sampled_from(sorted({*CODES, "\r", "\t"})), st.booleans()),
    ),
    max_size=40,
)


@given(COMBINATIONS, st.lists(st.floats(2 * FAST_MS + 0.5, 500), min_size=40, max_size=40))
def test_a_persons_key_combinations_all_arrive_in_order(combinations: list[tuple[str, str, bool]], gaps: list[float]) -> None:
    at, press, made = 1000.0, 1, []
    for (kind, char, again), gap in zip(combinations, gaps, strict=False):
        at, press = at + gap, press + again
        made.append({"alt": lambda c, a: keypad(c, press, a), "control": control, "key": stroke}[kind](char, at))  # noqa: B023 - called at once
    seen = Counted(window().decoder).play(made)
    assert isinstance(seen, Counted)
    assert (seen.through, seen.scans) == (made, [])


def test_a_person_who_types_a_character_by_its_code_gets_it() -> None:
    """Alt+0233 for é, four digits at a good pace."""
    made = [keypad(digit, 1, 1000 + n * 85.0) for n, digit in enumerate("0233")]
    seen = Counted(window().decoder).play(made)
    assert isinstance(seen, Counted)
    assert (seen.through, seen.scans) == (made, [])
    assert seen.longest_hold_ms <= 2 * FAST_MS + 6


def test_in_haste_what_reads_like_no_code_goes_through_too() -> None:
    made = alt_typed("hello", gap=5.0)
    seen = Counted(window().decoder).play(made)
    assert isinstance(seen, Counted)
    assert (seen.through, seen.scans) == (made, [])


def test_a_burst_with_characters_that_no_code_has_is_typing() -> None:
    made = alt_typed("EE\x0112345\r", gap=5.0)
    seen = Counted(window().decoder).play(made)
    assert isinstance(seen, Counted)
    assert (seen.through, seen.scans) == (made, [])


# Prefix and suffix


def with_profile(profile: ScannerProfile) -> Window:
    return Window(WedgeDecoder(lambda text: S10.fullmatch(text) is not None, "x11", "wedge", profile))


def f_key(number: int, at_ms: float) -> KeyStroke:
    return KeyStroke(67 + number - 1 if number <= 10 else 95 + number - 11, False, "", at_ms, f"F{number}")


@given(st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=4, max_size=30), st.integers(1, 12), st.booleans())
def test_a_function_key_before_it_makes_any_burst_a_scan(text: str, number: int, ended: bool) -> None:
    seen = with_profile(ScannerProfile("w", f"<F{number}>"))
    seen.play([f_key(number, 995), *keys(text + "\r" * ended, [10.0] * 40)])
    assert ([scan.text for scan in seen.scans], seen.typed) == ([text], "")


def test_two_codes_without_suffix_are_cut_by_the_function_key() -> None:
    seen = with_profile(ScannerProfile("w", "<F9>", frozenset()))
    seen.play([f_key(9, 995), *keys("EE123456785BD", [8.0] * 13), f_key(9, 1120), *keys("other-1", [8.0] * 7, start=1120)])
    assert [scan.text for scan in seen.scans] == ["EE123456785BD", "other-1"]


def test_a_persons_function_key_arrives() -> None:
    profile = ScannerProfile("w", "<F9>")
    seen = Counted(with_profile(profile).decoder)
    made = [f_key(9, 1000), stroke("a", 1200), f_key(9, 1300)]
    seen.play(made)
    assert (seen.through, seen.scans) == (made, [])
    assert seen.decoder.takes(75, control=False, alt=False)
    assert not seen.decoder.takes(74, control=False, alt=False)


def test_a_prefix_of_characters_is_taken_off_and_makes_the_burst_a_scan() -> None:
    seen = with_profile(ScannerProfile("w", "~"))
    seen.play([*keys("~]C0shelf7", [9.0] * 10), *keys("EE123456785BD\r", [9.0] * 14, start=3000), *keys("~ab", [200.0] * 3, start=4000)])
    assert [(scan.text, scan.aim) for scan in seen.scans] == [("shelf7", "C0"), ("EE123456785BD", "")]
    assert seen.typed == "~ab"


def test_only_the_profiles_suffix_ends_a_code() -> None:
    seen = with_profile(ScannerProfile("w", suffix=frozenset({"TAB"}))).play(keys("hello123\thello123\r", [9.0] * 18))
    assert ([scan.text for scan in seen.scans], seen.typed) == (["hello123"], "hello123\r")


def test_keys_are_known_by_their_place_on_both_systems() -> None:
    assert [keypad_digit(code + 8, "x11") for code in KEYPAD.values()] == [keypad_digit(code, "windows") for code in KEYPAD.values()] == list(KEYPAD)
    assert [function_key(f_key(n, 0).scan_code, "x11") for n in range(1, 13)] == list(range(1, 13))
    assert [function_key(f_key(n, 0).scan_code - 8, "windows") for n in range(1, 13)] == list(range(1, 13))
    assert not any(function_key(code, "x11") for code in CODES.values())


# At a busy counter


@given(st.text(st.sampled_from([*sorted(set(CODES)), "\r"]), min_size=1, max_size=120), st.data())
def test_a_typist_of_15_keys_a_second_in_bangla_loses_no_key_and_is_no_scanner(text: str, data: st.DataObject) -> None:
    """67 ms from key to key, give or take 30: rolling fingers and a hesitation."""
    gaps = data.draw(st.lists(st.floats(37, 97), min_size=len(text), max_size=len(text)))
    made = keys(text, gaps, layout="bd")
    seen = window().play(made)
    assert (seen.typed, seen.scans) == ("".join(pressed.text for pressed in made), [])


@pytest.mark.skipif(os.name != "posix", reason="pseudo-terminals are POSIX")
def test_20_scans_a_second_from_two_scanners_at_once_are_all_taken_in_order(tmp_path: Path) -> None:
    """One types, a code each 100 ms of the keys' clock; one is on a serial line and need not wait so long. One list, as the window would get it."""
    typed, sent = [f"CP{n:09}BD" for n in range(60)], [f"EE{n:09}BD" for n in range(60)]
    arrived: queue.Queue[Scan] = queue.Queue()
    states: queue.Queue[str] = queue.Queue()
    stop, scanner = threading.Event(), ScannerSimulator(tmp_path / "scanner")
    port = lambda: find_port(str(scanner.link))  # noqa: E731
    reader = threading.Thread(target=read_scans, args=(port, arrived.put, states.put, stop), kwargs={"device": "serial:1"})
    reader.start()
    seen = window()
    try:
        assert states.get(timeout=10) == "connected"
        for n, (wedge, serial) in enumerate(zip(typed, sent, strict=True)):
            scanner.scan(serial, split=[n % 13])
            seen.scans.clear()
            for pressed in keys(wedge + "\r", [3.0] * 14, start=1000 + n * 100.0):
                seen.press(pressed)
            for scan in seen.scans:
                arrived.put(scan)
        taken = [arrived.get(timeout=10) for _ in range(120)]
    finally:
        stop.set()
        reader.join(10)
        scanner.close()
    by_device = {device: [scan.text for scan in taken if scan.device == device] for device in ("wedge", "serial:1")}
    assert by_device == {"wedge": typed, "serial:1": sent}
    assert seen.typed == ""
