"""A scanner that types and a person who types, on one keyboard: no letter of the person is lost, no scan of the scanner is missed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corner_app.devices.scanners.wedge import FAST_MS, KeyStroke, Platform, WedgeDecoder, letter
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
