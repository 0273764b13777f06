"""Honeywell's host acknowledgement: after a scan the scanner is silent and reads nothing until the host says how it went.

Escape commands end with a comma. ESC 7 sounds like a good read, ESC 8 is the razz; ESC 4, 5 and 6 are one beep, low, middle and high. Any of them
sets the scanner free. Without one it beeps three times, fast, after 10 s, and is free again by itself: we then say nothing (HHP 2020 manual
2-12, Xenon XP manual 79). Pure: bytes and milliseconds in, scans and bytes to send out. Not for two threads at once.
"""

from __future__ import annotations

from corner_app.devices.scanners.feedback import Feedback
from corner_app.devices.scanners.framing import Framer
from corner_app.devices.scanners.profile import AS_SOLD, ScannerProfile
from corner_app.domain.scan import Scan

ANSWER_MS = 10_000
"""After this the scanner has given up waiting."""
GOOD, BAD = b"\x1b7,", b"\x1b8,"
LOW, HIGH = b"\x1b4,", b"\x1b6,"
ANSWERS: dict[Feedback, bytes] = {"good": GOOD, "look": LOW + HIGH, "stop": BAD}
BEEPS: dict[Feedback, bytes] = {"good": HIGH, "look": LOW + HIGH, "stop": LOW * 3}
"""For a word that answers no scan: beeps alone, which claim nothing about a read."""


class Honeywell:
    """One scanner in host acknowledgement mode. noise: see Framer. unanswered: scans nobody answered in time."""

    def __init__(self, device: str, profile: ScannerProfile = AS_SOLD) -> None:
        """device: stable name of the scanner, put into every Scan."""
        self.device = device
        self.unanswered = 0
        self._framer = Framer(device, profile)
        self._asked_ms: int | None = None

    @property
    def noise(self) -> int:
        """Codes that could not be read off the line."""
        return self._framer.noise

    def feed(self, data: bytes, now_ms: int) -> tuple[list[Scan], bytes]:
        """The scans in these bytes, and what to send. now_ms: a monotonic clock's milliseconds when they came."""
        noise = self._framer.noise
        return self._taken(self._framer.feed(data, now_ms), noise, now_ms)

    def idle(self, now_ms: int) -> tuple[list[Scan], bytes]:
        """The code that has waited for its terminator. To be called when a read came back empty."""
        self._given_up(now_ms)
        noise = self._framer.noise
        return self._taken(self._framer.idle(now_ms), noise, now_ms)

    def tell(self, feedback: Feedback, now_ms: int) -> bytes:
        """Bytes that answer the scan; beeps if none waits for an answer; nothing if the answer comes too late, for the next scan would take it."""
        if self._given_up(now_ms):
            return b""
        asked, self._asked_ms = self._asked_ms, None
        return BEEPS[feedback] if asked is None else ANSWERS[feedback]

    def lost(self) -> None:
        """The link broke: half a code is noise, and nobody waits for an answer."""
        self._framer.lost()
        self._asked_ms = None

    def _taken(self, scans: list[Scan], noise: int, now_ms: int) -> tuple[list[Scan], bytes]:
        if scans:
            self._asked_ms = now_ms
        elif self._framer.noise > noise:
            return [], BAD  # it waits for an answer to what we could not read, and nobody else will give it
        return scans, b""

    def _given_up(self, now_ms: int) -> bool:
        if self._asked_ms is None or now_ms - self._asked_ms < ANSWER_MS:
            return False
        self._asked_ms = None
        self.unanswered += 1
        return True
