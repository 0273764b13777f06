"""A scanner that types (USB keyboard wedge), told from a person by its haste, and read by key position.

Pure: no Qt and no clock. Letters come from a fixed US table over scan code and Shift, so neither the active layout nor CapsLock matters; the
scanner must be set to a US keyboard. How to use it, from an event filter that sees each key press of the focused widget once:

- Keys with Ctrl, Alt or Meta, auto-repeats, and keys that print nothing (arrows, F1, Shift itself) do not belong here: replay what `flush`
  gives back, then let the key go on.
- Every other key press, Return, Enter and Tab included: `press(stroke) -> Verdict`. Do what the verdict says, in its order.
- While `holding`, call `tick(now_ms)` every few milliseconds and do what its verdict says.

Times: any one clock. Best is the window system's (`QKeyEvent.timestamp`; for `tick` the last stroke's plus what passed since it was handled),
because a busy window delivers late; a monotonic clock read in the filter does while the window never blocks for SILENCE_MS.
A person's text is never lost and never reordered; a single key waits FAST_MS at most.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Literal

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
TERMINATORS = frozenset({"Return", "Enter", "Tab"})
LONGEST = 4096
"""Strokes held at most; more is a stuck key and goes through as typing."""

_ROWS = ((2, "1234567890-=", "!@#$%^&*()_+"), (16, "qwertyuiop[]", "QWERTYUIOP{}"), (30, "asdfghjkl;'`", 'ASDFGHJKL:"~'), (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"))
_PAD = {55: "*", 74: "-", 78: "+", 71: "7", 72: "8", 73: "9", 75: "4", 76: "5", 77: "6", 79: "1", 80: "2", 81: "3", 82: "0", 83: ".", 57: " "}
_SLASH = {"x11": 98 + 8, "windows": 0x135}  # the pad's slash is an extended key: E0 35, as Qt gives it

_PLAIN = {first + n: letter for first, plain, _ in _ROWS for n, letter in enumerate(plain)} | _PAD
_SHIFTED = {first + n: letter for first, _, shifted in _ROWS for n, letter in enumerate(shifted)} | _PAD


def letter(scan_code: int, shift: bool, platform: Platform) -> str:
    """What a US keyboard types with this key, "" for keys that print nothing. scan_code: see KeyStroke."""
    if scan_code == _SLASH[platform]:
        return "/"
    position = scan_code - 8 if platform == "x11" else scan_code
    return (_SHIFTED if shift else _PLAIN).get(position, "")


@dataclass(frozen=True, slots=True)
class KeyStroke:
    """One key pressed.

    scan_code: X11 keycode (evdev + 8) or Windows set-1 code. shift: whether Shift was down. text: what the layout made of it.
    at_ms: a monotonic clock's milliseconds. key: the key's name ("Return", "Tab", "A").
    """

    scan_code: int
    shift: bool
    text: str
    at_ms: float
    key: str


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

    def __init__(self, looks_like_code: Callable[[str], bool], platform: Platform, device: str = "wedge") -> None:
        """looks_like_code: whether a text could be a code of ours. device: the name put into each Scan."""
        self._looks_like_code = looks_like_code
        self._platform: Platform = platform
        self._device = device
        self._held: list[KeyStroke] = []
        self._spilt: tuple[KeyStroke, ...] = ()
        self._scanned_ms = -ECHO_MS - 1

    @property
    def holding(self) -> bool:
        """Whether strokes are held, so that `tick` must be called soon."""
        return bool(self._held)

    def press(self, stroke: KeyStroke) -> Verdict:
        """Judges one stroke; what was held goes first."""
        fast = bool(self._held) and stroke.at_ms - self._held[-1].at_ms <= self._patience()
        if stroke.key in TERMINATORS:
            return self._ended(stroke, fast=fast)
        before = Verdict(hold=True) if fast else self._given_up()
        if not letter(stroke.scan_code, stroke.shift, self._platform) or len(self._held) >= LONGEST:
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
        return SILENCE_MS if len(self._held) >= BURST else FAST_MS

    def _ended(self, stroke: KeyStroke, *, fast: bool) -> Verdict:
        if not self._held and stroke.at_ms - self._scanned_ms <= ECHO_MS:
            return Verdict(hold=True)  # the LF of CR LF, or a second CR: a key nobody pressed
        found = self._code(sure=SURE) if fast else ""
        if not found:
            before = Verdict(hold=False, replay=self.flush()) if fast else self._given_up()
            return Verdict(hold=False, replay=before.replay, scan=before.scan)
        self.flush()
        return Verdict(hold=True, scan=self._scan(found, stroke.at_ms))

    def _given_up(self) -> Verdict:
        """The burst is over without a terminator: a scan if it reads like a code, typing otherwise."""
        if not self._held:
            return Verdict(hold=False)
        found, before = self._code(sure=None), self._spilt if self._spilt_just_now() else ()
        held = self.flush()
        if found:
            return Verdict(hold=False, scan=self._scan(found, held[-1].at_ms))
        self._spilt = (before + held)[-SPILT_MOST:]
        return Verdict(hold=False, replay=held)

    def _code(self, sure: int | None) -> str:
        """What was scanned, "" if it was typing. sure: strokes of a steady burst that need not read like a code, None when all must.

        Strokes that a stumbling scanner spilt as typing just before are put in front when only so it reads like a code.
        """
        gaps = [after.at_ms - before.at_ms for before, after in pairwise(self._held)]
        if len(self._held) < BURST or median(gaps) > FAST_MS:
            return ""
        text = self._letters(self._held)
        if self._looks_like_code(text):
            return text
        for start in reversed(range(len(self._spilt) if self._spilt_just_now() else 0)):
            whole = self._letters(self._spilt[start:]) + text
            if self._looks_like_code(whole):
                return whole
        steady = sum(gap > FAST_MS for gap in gaps) * 4 <= len(gaps)
        return text if sure is not None and len(self._held) >= sure and steady else ""

    def _spilt_just_now(self) -> bool:
        return bool(self._spilt) and self._held[0].at_ms - self._spilt[-1].at_ms <= SILENCE_MS

    def _letters(self, strokes: Sequence[KeyStroke]) -> str:
        return "".join(letter(stroke.scan_code, stroke.shift, self._platform) for stroke in strokes)

    def _scan(self, text: str, at_ms: float) -> Scan:
        self._scanned_ms = at_ms
        aim = text[1:3] if len(text) > 3 and text[0] == "]" and text[1:3].isalnum() else ""
        return Scan(text[3:] if aim else text, aim, self._device, int(at_ms))
