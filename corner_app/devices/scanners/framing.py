"""Bytes of a serial scanner cut into codes: whatever the splits, the same codes; nothing invented out of noise."""

from __future__ import annotations

import re

from corner_app.devices.scanners.aim import split_aim
from corner_app.devices.scanners.profile import AS_SOLD, STX, ScannerProfile
from corner_app.domain.scan import Scan

IDLE_MS = 50
"""Silence after which a code without terminator is taken as whole."""
RECOVER_MS = 1000
"""Silence after which a stream that was too long counts as over, terminator or not."""
LONGEST = 4096
"""Bytes of the longest code taken; a QR holds fewer."""
_ENDS = {"CR": b"\r", "LF": b"\n", "TAB": b"\t", "ETX": b"\x03"}
_NOISE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1c\x1e\x1f\x7f-\x9f]")
_SEPARATED = re.compile(r"\x1d?\d\d")


class Noise(ValueError):
    """Bytes that are no code: control bytes in them, or not dressed as the scanner's profile says."""


def read_code(raw: bytes, device: str, at_ms: int, profile: ScannerProfile = AS_SOLD) -> Scan | None:
    """One code without its prefix, suffix and AIM identifier; None if nothing is left. Raises Noise. raw: UTF-8, or else Latin-1.

    A profile's prefix must be there: a code that lacks it may lack more. 0x1D stays, and only in what begins with digits as GS1's codes do.
    """
    return read_text(_text(raw), device, at_ms, profile)


def read_text(text: str, device: str, at_ms: int, profile: ScannerProfile = AS_SOLD) -> Scan | None:
    """As `read_code`, for what came as letters."""
    text = text.strip("\r\n\t").rstrip("\r\n\t\x03")
    prefix = profile.prefix_text
    text = text if prefix.startswith(STX) else text.removeprefix(STX)
    if not text:
        return None
    if not text.startswith(prefix):
        raise Noise(f"no prefix {prefix!r}")
    text = text[len(prefix) :]
    aim, text = split_aim(text) if profile.aim else ("", text)
    if _NOISE.search(text) or ("\x1d" in text and not _SEPARATED.match(text)):
        raise Noise("control characters")
    return Scan(text, aim, device, at_ms) if text else None


class Framer:
    """Cuts one scanner's bytes into codes.

    A code ends at CR, LF or TAB, or stands between STX and ETX; a profile may say otherwise. Bytes before a STX that no terminator ended, codes
    with control bytes in them, without their prefix or longer than LONGEST are dropped and counted in `noise`. Not for two threads at once.
    """

    def __init__(self, device: str, profile: ScannerProfile = AS_SOLD) -> None:
        """device: stable name of the scanner, put into every Scan. profile: its prefix, suffix and AIM."""
        self.device = device
        self._profile = profile
        self._ends = STX.encode() + b"".join(_ENDS[suffix] for suffix in sorted(profile.suffix))
        self._cut = re.compile(b"([" + self._ends + b"])")
        self.noise = 0
        self._held = bytearray()
        self._too_long = False
        self._last_ms = 0

    def feed(self, data: bytes, now_ms: int) -> list[Scan]:
        """The codes ended by these bytes. now_ms: a monotonic clock's milliseconds when they came."""
        scans: list[Scan] = []
        if data:
            self._last_ms = now_ms
        for piece in self._cut.split(data):
            if len(piece) == 1 and piece in self._ends:
                scans += self._end(now_ms, begins=piece == STX.encode())
            else:
                self._hold(piece)
        return scans

    def idle(self, now_ms: int) -> list[Scan]:
        """The code that has waited IDLE_MS for its terminator, if there is one.

        To be called when a read came back empty: only then is silence the scanner's, and not a busy machine's.
        """
        if now_ms - self._last_ms < (RECOVER_MS if self._too_long else IDLE_MS):
            return []
        return self._end(now_ms, begins=False)

    def lost(self) -> None:
        """The link broke: half a code is noise, never a scan."""
        self._drop()

    def _hold(self, piece: bytes) -> None:
        if self._too_long:
            return
        self._held += piece
        if len(self._held) > LONGEST:
            self._too_long = True
            self._held.clear()

    def _end(self, now_ms: int, *, begins: bool) -> list[Scan]:
        if begins or self._too_long:
            self._drop()
            self._held += STX.encode() if begins else b""
            return []
        raw = bytes(self._held)
        self._held.clear()
        try:
            scan = read_code(raw, self.device, now_ms, self._profile) if raw.removeprefix(STX.encode()) else None
        except Noise:
            self.noise += 1
            return []
        return [] if scan is None else [scan]

    def _drop(self) -> None:
        if self._held.removeprefix(STX.encode()) or self._too_long:
            self.noise += 1
        self._held.clear()
        self._too_long = False


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")
