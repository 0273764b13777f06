"""A scanner that types (USB keyboard wedge), told from a person by its haste, and read by key position.

Pure: no Qt and no clock. Letters come from a fixed US table over scan code and Shift, so neither the active layout nor CapsLock matters; the
scanner must be set to a US keyboard. How to use it, from an event filter that sees each key press of the focused widget once:

- Keys with Ctrl, Alt or Meta, auto-repeats, and keys that print nothing (arrows, F1, Shift itself) do not belong here unless `takes` says so:
  replay what `flush` gives back, then let the key go on. `takes` wants what only scanners type in haste: Ctrl+] (FNC1 of GS1's codes), digits on
  the keypad with Alt down (characters by their decimal code), and a profile's function key.
- Every other key press, Return, Enter and Tab included: `press(stroke) -> Verdict`. Do what the verdict says, in its order.
- While `holding`, call `tick(now_ms)` every few milliseconds and do what its verdict says.

Times: any one clock. Best is the window system's (`QKeyEvent.timestamp`; for `tick` the last stroke's plus what passed since it was handled),
because a busy window delivers late; a monotonic clock read in the filter does while the window never blocks for SILENCE_MS.
A person's text and key combinations are never lost and never reordered; a single key waits FAST_MS at most, twice that with Alt.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import Literal

from corner_app.devices.scanners.altcode import alt_character
from corner_app.devices.scanners.framing import Noise, read_text
from corner_app.devices.scanners.profile import AS_SOLD, ScannerProfile
from corner_app.domain.scan import Scan

Platform = Literal["x11", "windows"]
FAST_MS = 35.0
"""Longest gap between two keys of a scanner; people need 80 and more."""
SILENCE_MS = 120.0
"""Silence that ends a burst without terminator."""
ECHO_MS = 250.0
"""After a scan, terminators this soon are its own (CR LF, or CR twice) and are swallowed."""
BURST = 4
"""Strokes, each at most FAST_MS after the one before, that make a burst. Later strokes may stumble, up to SILENCE_MS."""
SURE = 6
"""Strokes of a terminated burst that is a scan whatever it says, if at most one gap in four was slow."""
SPILT_MOST = 16
"""Strokes looked back at when a burst seems to lack its beginning."""
LONGEST = 4096
"""Strokes held at most; more is a stuck key and goes through as typing."""
GS = "\x1d"
_ENTER, _TAB = frozenset({"Return", "Enter"}), frozenset({"Tab"})

_ROWS = ((2, "1234567890-=", "!@#$%^&*()_+"), (16, "qwertyuiop[]", "QWERTYUIOP{}"), (30, "asdfghjkl;'`", 'ASDFGHJKL:"~'), (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"))
_PAD = {55: "*", 74: "-", 78: "+", 71: "7", 72: "8", 73: "9", 75: "4", 76: "5", 77: "6", 79: "1", 80: "2", 81: "3", 82: "0", 83: ".", 57: " "}
_SLASH = {"x11": 98 + 8, "windows": 0x135}  # the pad's slash is an extended key: E0 35, as Qt gives it

_BRACKET, _F1, _F10, _F11 = 27, 59, 68, 87
_PLAIN = {first + n: letter for first, plain, _ in _ROWS for n, letter in enumerate(plain)} | _PAD
_SHIFTED = {first + n: letter for first, _, shifted in _ROWS for n, letter in enumerate(shifted)} | _PAD


def letter(scan_code: int, shift: bool, platform: Platform) -> str:
    """What a US keyboard types with this key, "" for keys that print nothing. scan_code: see KeyStroke."""
    if scan_code == _SLASH[platform]:
        return "/"
    return (_SHIFTED if shift else _PLAIN).get(_position(scan_code, platform), "")


def keypad_digit(scan_code: int, platform: Platform) -> str:
    """The digit on this key of the keypad, whether Num Lock is on or not; "" for every other key."""
    digit = _PAD.get(_position(scan_code, platform), "")
    return digit if digit.isdecimal() else ""


def is_bracket(scan_code: int, platform: Platform) -> bool:
    """Whether this is the key of "]", which with Ctrl is GS."""
    return _position(scan_code, platform) == _BRACKET


def function_key(scan_code: int, platform: Platform) -> int:
    """1 to 12 for F1 to F12, 0 for every other key."""
    position = _position(scan_code, platform)
    if _F1 <= position <= _F10:
        return position - _F1 + 1
    return position - _F11 + 11 if position in (_F11, _F11 + 1) else 0


def _position(scan_code: int, platform: Platform) -> int:
    return scan_code - 8 if platform == "x11" else scan_code


@dataclass(frozen=True, slots=True)
class KeyStroke:
    """One key pressed.

    scan_code: X11 keycode (evdev + 8) or Windows set-1 code. shift: whether Shift was down. text: what the layout made of it.
    at_ms: a monotonic clock's milliseconds. key: the key's name ("Return", "Tab", "A"). control: whether Ctrl was down, and nothing but Shift
    with it. alt: which press of Alt it belongs to, counted from 1; 0 when Alt was up.
    """

    scan_code: int
    shift: bool
    text: str
    at_ms: float
    key: str
    control: bool = False
    alt: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do. First replay, in this order, as typing; then, unless hold, pass on the stroke just pressed; then act on the scan.

    hold: the stroke just pressed is kept (or swallowed): do not deliver it. replay: strokes held before that turned out to be typing.
    """

    hold: bool
    replay: tuple[KeyStroke, ...] = ()
    scan: Scan | None = None


class WedgeDecoder:
    """Holds fast strokes until it is clear whether a scanner or a person typed them. Not for two threads at once."""

    def __init__(self, looks_like_code: Callable[[str], bool], platform: Platform, device: str = "wedge", profile: ScannerProfile = AS_SOLD) -> None:
        """looks_like_code: whether a text could be a code of ours. device: the name put into each Scan.

        profile: a burst with its prefix is a scan whatever it says; one without is judged as ever, for another scanner may have typed it.
        """
        self._looks_like_code = looks_like_code
        self._platform: Platform = platform
        self._device = device
        self._profile = profile
        self._ends = (_ENTER if profile.suffix & {"CR", "LF"} else frozenset()) | (_TAB if "TAB" in profile.suffix else frozenset())
        self._held: list[KeyStroke] = []
        self._spilt: tuple[KeyStroke, ...] = ()
        self._scanned_ms = -ECHO_MS - 1

    @property
    def holding(self) -> bool:
        """Whether strokes are held, so that `tick` must be called soon."""
        return bool(self._held)

    def takes(self, scan_code: int, *, control: bool, alt: bool) -> bool:
        """Whether a key that prints nothing, or is pressed with Ctrl or Alt, is for `press` all the same."""
        if alt:
            return not control and bool(keypad_digit(scan_code, self._platform))
        return is_bracket(scan_code, self._platform) if control else self._begins(scan_code)

    def press(self, stroke: KeyStroke) -> Verdict:
        """Judges one stroke; what was held goes first."""
        fast = bool(self._held) and stroke.at_ms - self._held[-1].at_ms <= self._patience()
        if stroke.key in self._ends and not stroke.control and not stroke.alt:
            return self._ended(stroke, fast=fast)
        begins = self._begins(stroke.scan_code)
        before = Verdict(hold=True) if fast and not begins else self._given_up()
        if not (begins or self._part_of_code(stroke)) or len(self._held) >= LONGEST:
            return Verdict(hold=False, replay=before.replay + self.flush(), scan=before.scan)
        self._held.append(stroke)
        return Verdict(hold=True, replay=before.replay, scan=before.scan)

    def tick(self, now_ms: float) -> Verdict:
        """What has become clear by silence alone; to be called every few milliseconds while `holding`."""
        if not self._held:
            return Verdict(hold=False)
        if now_ms - self._held[-1].at_ms <= self._patience():
            return Verdict(hold=True)
        return self._given_up()

    def flush(self) -> tuple[KeyStroke, ...]:
        """Gives back what is held, as typing: before a key that does not belong here, and when the focus leaves."""
        held = tuple(self._held)
        self._held.clear()
        self._spilt = ()
        return held

    def _patience(self) -> float:
        """Longest gap, in milliseconds, that still belongs to what is held."""
        if len(self._held) >= BURST:
            return SILENCE_MS
        return 2 * FAST_MS if any(stroke.alt for stroke in self._held) else FAST_MS  # between two characters Alt goes up and down

    def _begins(self, scan_code: int) -> bool:
        """Whether it is the function key that the scanner presses before each code."""
        return self._profile.function_key == function_key(scan_code, self._platform) != 0

    def _part_of_code(self, stroke: KeyStroke) -> bool:
        if stroke.alt or stroke.control:
            return self.takes(stroke.scan_code, control=stroke.control, alt=bool(stroke.alt))
        if letter(stroke.scan_code, stroke.shift, self._platform):
            return True
        after_alt = bool(self._held) and self._held[-1].alt > 0
        return after_alt and bool(stroke.text) and stroke.key not in _ENTER | _TAB  # what Windows makes of the digits when Alt goes up

    def _ended(self, stroke: KeyStroke, *, fast: bool) -> Verdict:
        if not self._held and stroke.at_ms - self._scanned_ms <= ECHO_MS:
            return Verdict(hold=True)  # the LF of CR LF, or a second CR: a key nobody pressed
        scan = self._code(stroke.at_ms, sure=SURE) if fast else None
        if scan is None:
            before = Verdict(hold=False, replay=self.flush()) if fast else self._given_up()
            return Verdict(hold=False, replay=before.replay, scan=before.scan)
        self.flush()
        self._scanned_ms = stroke.at_ms
        return Verdict(hold=True, scan=scan)

    def _given_up(self) -> Verdict:
        """The burst is over without a terminator: a scan if it reads like a code, typing otherwise."""
        if not self._held:
            return Verdict(hold=False)
        at_ms = self._held[-1].at_ms
        typed_end = self._letters(self._held).endswith(("\r", "\n", "\t"))  # Alt+013
        scan, before = self._code(at_ms, sure=SURE if typed_end else None), self._spilt if self._spilt_just_now() else ()
        held = self.flush()
        if scan is not None:
            self._scanned_ms = at_ms
            return Verdict(hold=False, scan=scan)
        self._spilt = (before + held)[-SPILT_MOST:]
        return Verdict(hold=False, replay=held)

    def _code(self, at_ms: float, sure: int | None) -> Scan | None:
        """What was scanned, None if it was typing. sure: strokes of a steady burst that need not read like a code, None when all must."""
        gaps = [(after.at_ms - before.at_ms) / (2 if before.alt != after.alt else 1) for before, after in pairwise(self._held)]
        if len(self._held) < BURST or median(gaps) > FAST_MS:
            return None
        steady = sum(gap > FAST_MS for gap in gaps) * 4 <= len(gaps)
        text = self._code_text(certain=sure is not None and len(self._held) >= sure and steady)
        prefix = self._profile.prefix_text
        try:
            return read_text(text, self._device, int(at_ms), self._profile if text.startswith(prefix) else replace(self._profile, prefix=""))
        except Noise:  # characters no code has: then no scanner typed them
            return None

    def _code_text(self, *, certain: bool) -> str:
        """The text of the burst if it is a code's, else "". certain: it is one whatever it says.

        Strokes that a stumbling scanner spilt as typing just before are put in front when only so it reads like a code.
        """
        text = self._letters(self._held).strip("\r\n\t")
        prefix = self._profile.prefix_text
        if self._begins(self._held[0].scan_code) or (prefix and text.startswith(prefix)) or self._looks_like_code(text):
            return text
        for start in reversed(range(len(self._spilt) if self._spilt_just_now() else 0)):
            whole = self._letters(self._spilt[start:]) + text
            if self._looks_like_code(whole):
                return whole
        return text if certain else ""

    def _spilt_just_now(self) -> bool:
        return bool(self._spilt) and self._held[0].at_ms - self._spilt[-1].at_ms <= SILENCE_MS

    def _letters(self, strokes: Sequence[KeyStroke]) -> str:
        text, digits, press = "", "", 0
        for stroke in strokes:
            character = ""
            if stroke.alt != press:
                character = alt_character(digits)
                text, digits, press = text + character, "", stroke.alt
            if stroke.alt:
                digits += keypad_digit(stroke.scan_code, self._platform)
            elif not character or stroke.text != character:  # else it is Windows that made the same character of the digits
                text += GS if stroke.control else letter(stroke.scan_code, stroke.shift, self._platform)
        return text + alt_character(digits)
