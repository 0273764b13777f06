"""A scanner in HID-POS mode without the scanner: reports of 64 bytes, as hidapi would hand them over."""

from __future__ import annotations

from queue import Empty, SimpleQueue
from typing import Literal

from corner_app.devices.scanners.hid_pos import MOST, REPORT_ID, REPORT_SIZE

Layout = Literal["aim", "plain"]
"""aim: "]" and two characters before the data (Honeywell); plain: data at once (Newland)."""


def reports_of(data: bytes, aim: str = "C0", layout: Layout = "aim", most: int = MOST) -> list[bytes]:
    """The reports of one code. most: bytes of data in one report at most."""
    pieces = [data[at : at + most] for at in range(0, len(data), most)] or [b""]
    head = f"]{aim}".encode() if layout == "aim" else b""
    made = []
    for n, piece in enumerate(pieces):
        report = bytearray(bytes((REPORT_ID, len(piece))) + head + piece).ljust(REPORT_SIZE, b"\0")
        report[61 if layout == "aim" else 62] = ord("j")
        report[63] = n + 1 < len(pieces)
        made.append(bytes(report))
    return made


class HidPosSimulator:
    """What `open_hid_pos` would give: `open` it, read it, pull it out while it is read."""

    def __init__(self, layout: Layout = "aim") -> None:
        self.layout: Layout = layout
        self.opened = 0
        self.open_now = False
        self._plugged = True
        self._reports: SimpleQueue[bytes | None] = SimpleQueue()

    def open(self) -> HidPosSimulator | None:
        """The device, None while it is unplugged or another has it."""
        if not self._plugged or self.open_now:
            return None
        self.opened += 1
        self.open_now = True
        return self

    def scan(self, text: str, aim: str = "C0") -> None:
        """Reads a code."""
        for report in reports_of(text.encode(), aim, self.layout):
            self.report(report)

    def report(self, raw: bytes) -> None:
        """Sends a report as it is."""
        self._reports.put(raw)

    def unplug(self) -> None:
        """The cable is out."""
        self._plugged = False
        self._reports.put(None)

    def replug(self) -> None:
        """The cable is in again."""
        self._reports = SimpleQueue()
        self._plugged = True

    def read(self, max_length: int, timeout_ms: int = 0) -> list[int]:
        """The next report, [] after the time. Raises OSError when it is unplugged, ValueError when nobody has opened it."""
        if not self.open_now:
            raise ValueError("not open")
        try:
            report = self._reports.get(timeout=timeout_ms / 1000 if timeout_ms else None)
        except Empty:
            return []
        if report is None:
            raise OSError("read error")
        return list(report[:max_length])

    def close(self) -> None:
        """Lets it go."""
        self.open_now = False
