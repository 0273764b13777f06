"""The same code again from the same scanner at the same step: never dropped, but said, with how long ago it was."""

from __future__ import annotations

from corner_app.domain.scan import Scan

WITHIN_MS = 1500
"""So soon, a code again is more likely the trigger than a second parcel."""


class Repeats:
    """Remembers what was scanned just now. Pure: the scans' own times are its clock. Not for two threads at once."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str, str], int] = {}

    def seen(self, scan: Scan, step: str) -> int | None:
        """Milliseconds since the same code came from the same scanner at the same step, None if that is over WITHIN_MS or never was.

        step: what the counter was doing. Where a second scan is an act of its own (confirm, undo), it is another step. Reads that follow each
        other count from one to the next, so a code that stays under the beam is known throughout.
        """
        this, now = (scan.text, scan.device, step), scan.at_ms
        last = self._seen.pop(this, None)
        self._seen = {other: at_ms for other, at_ms in self._seen.items() if other[1] != scan.device or 0 <= now - at_ms <= WITHIN_MS}
        self._seen[this] = now
        return now - last if last is not None and 0 <= now - last <= WITHIN_MS else None
