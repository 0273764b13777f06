"""Bytes of a serial scanner cut into codes: whatever the splits, the same codes; nothing invented out of noise."""

from __future__ import annotations

import re

from corner_app.domain.scan import Scan

IDLE_MS = 50
"""Silence after which a code without terminator is taken as whole."""
RECOVER_MS = 1000
"""Silence after which a stream that was too long counts as over, terminator or not."""
LONGEST = 4096
"""Bytes of the longest code taken; a QR holds fewer."""
_STX, _ETX = 0x02, 0x03
_ENDS = b"\r\n\t\x02\x03"
_CUT = re.compile(b"([\r\n\t\x02\x03])")
_NOISE = re.compile("[\x00-\x1f\x7f-\x9f]")
_AIM = re.compile(r"\]([A-Za-z][0-9A-Za-z])")


class Framer:
    """Cuts one scanner's bytes into codes.

    A code ends at CR, LF or TAB, or stands between STX and ETX. Bytes before a STX that no terminator ended, codes with control bytes in them
    and codes longer than LONGEST are dropped and counted in `noise`. Not for two threads at once.
    """

    def __init__(self, device: str) -> None:
        """device: stable name of the scanner, put into every Scan."""
        self.device = device
        self.noise = 0
        self._held = bytearray()
        self._too_long = False
        self._last_ms = 0

    def feed(self, data: bytes, now_ms: int) -> list[Scan]:
        """The codes ended by these bytes. now_ms: a monotonic clock's milliseconds when they came."""
        scans: list[Scan] = []
        if data:
            self._last_ms = now_ms
        for piece in _CUT.split(data):
            if len(piece) == 1 and piece in _ENDS:
                scans += self._end(now_ms, begins=piece[0] == _STX)
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
            return []
        if not self._held:
            return []
        raw = bytes(self._held)
        self._held.clear()
        text = _text(raw)
        if _NOISE.search(text):
            self.noise += 1
            return []
        aim = _AIM.match(text)
        text = text[aim.end() :] if aim else text
        return [Scan(text, aim[1] if aim else "", self.device, now_ms)] if text else []

    def _drop(self) -> None:
        if self._held or self._too_long:
            self.noise += 1
        self._held.clear()
        self._too_long = False


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")
