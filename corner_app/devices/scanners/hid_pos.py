"""USB scanners in HID-POS mode (usage page 0x8C): codes as reports, whatever the layout, the language or the focus.

An input report has 64 bytes: 2, length, then either "]", two AIM characters and up to 56 bytes of data (Hand Held Products, Honeywell, Access-IS;
byte 61 names the symbology their own way), or the data at once (Newland, IDTech; byte 62). Bit 0 of byte 63 says that the code goes on.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Event
from typing import Any, Protocol

from corner_app.devices.identity import Usb, present_path
from corner_app.devices.scanners.framing import LONGEST, Noise, read_code
from corner_app.devices.scanners.keeping import READ_S, NoiseBell, PortState, keep_reading, now_ms, unnoticed
from corner_app.devices.scanners.places import usb_place
from corner_app.devices.scanners.profile import AS_SOLD, ScannerProfile
from corner_app.domain.scan import Scan

USAGE_PAGE = 0x8C
REPORT_ID, REPORT_SIZE, MOST = 2, 64, 56
PARTS_MS = 500
"""Silence after which the rest of a code will not come any more; reports follow each other within milliseconds."""
_AIM_DATA, _DATA, _CONTINUES = 5, 2, 63


@dataclass(slots=True)
class _Code:
    """A code of which more is to come. aim: "" in reports without AIM characters."""

    with_aim: bool
    aim: str
    raw: bytearray
    at_ms: int


class Reports:
    """Puts one scanner's reports together. noise: reports that are none, and codes that cannot be. Not for two threads at once."""

    def __init__(self, device: str, profile: ScannerProfile = AS_SOLD) -> None:
        """device: stable name of the scanner, put into every Scan."""
        self.device = device
        self.noise = 0
        self._profile = profile
        self._begun: _Code | None = None

    def feed(self, report: bytes, at_ms: int) -> Scan | None:
        """The code this report ends, None if it ends none. report: as read, its id first. at_ms: a monotonic clock's milliseconds."""
        if self._begun is not None and at_ms - self._begun.at_ms > PARTS_MS:
            self.lost()
        code = self._begun or _Code(_has_aim(report), "", bytearray(), at_ms)
        if not _add(report, code):
            self.noise += 1
            self._begun = None  # what was begun cannot be whole either
            return None
        code.at_ms = at_ms
        if report[_CONTINUES : _CONTINUES + 1] and report[_CONTINUES] & 1:
            self._begun = code
            return None
        self._begun = None
        return self._whole(code)

    def lost(self) -> None:
        """The link broke: half a code is noise."""
        self.noise += self._begun is not None
        self._begun = None

    def _whole(self, code: _Code) -> Scan | None:
        try:
            scan = read_code(bytes(code.raw), self.device, code.at_ms, self._profile)
        except Noise:
            self.noise += 1
            return None
        return replace(scan, aim=code.aim) if scan is not None and code.aim.isalnum() and not scan.aim else scan


def _has_aim(report: bytes) -> bool:
    """Whether the data stand behind AIM characters. A Newland may send these too, but within the data: then nothing is left behind it."""
    return report[2:3] == b"]" and any(report[_DATA + report[1] : _AIM_DATA + report[1]])


def _add(report: bytes, code: _Code) -> bool:
    """Adds a report's data to the code; whether it could be its next report."""
    if len(report) < _AIM_DATA or report[0] != REPORT_ID or report[1] > MOST:
        return False
    start = _DATA
    if code.with_aim:
        start, aim = _AIM_DATA, report[3:5].decode("latin-1")
        if report[2:3] != b"]" or (code.raw and aim != code.aim):
            return False
        code.aim = aim
    data = report[start : start + report[1]]
    code.raw += data
    return len(data) == report[1] and len(code.raw) <= LONGEST


class HidDevice(Protocol):
    """An open device, as hidapi gives it."""

    def read(self, max_length: int, timeout_ms: int = 0) -> list[int]:
        """The next report, [] after the time. Raises OSError when the device is gone."""

    def close(self) -> None:
        """Lets it go."""


def read_hid_pos(
    open_device: Callable[[], HidDevice | None],
    on_scan: Callable[[Scan], None],
    on_state: Callable[[PortState], None],
    stop: Event,
    device: str = "hid-pos",
    profile: ScannerProfile = AS_SOLD,
    on_noise: Callable[[], None] = unnoticed,
) -> None:
    """Reads one scanner until `stop`; on the caller's thread.

    open_device: the open device, None while it is not there: `lambda: open_hid_pos(identity)`. on_state: see `keep_reading`. device: the name in
    each Scan. profile: its prefix and suffix. on_noise: something came that is no code. What the three raise goes through.
    """
    reports = Reports(device, profile)

    def read_until_lost(link: HidDevice) -> None:
        try:
            _read_until_lost(link, reports, on_scan, NoiseBell(reports, on_noise), stop)
        finally:
            link.close()
        reports.lost()

    keep_reading(open_device, read_until_lost, on_state, stop)


def _read_until_lost(link: HidDevice, reports: Reports, on_scan: Callable[[Scan], None], bell: NoiseBell, stop: Event) -> None:
    while not stop.is_set():
        try:
            report = bytes(link.read(REPORT_SIZE, int(READ_S * 1000)))
        except (OSError, ValueError):  # ValueError: what hidapi makes of a device that is closed
            return
        scan = reports.feed(report, now_ms()) if report else None
        if scan is not None:
            on_scan(scan)
        bell.ring()


@dataclass(frozen=True, slots=True)
class HidPos:
    """A scanner that is plugged in, as `identity.identities` takes it. device: the path of this hour."""

    device: str
    vid: int | None
    pid: int | None
    serial_number: str | None
    location: str | None
    product: str = ""


def attached_hid_pos() -> list[HidPos]:
    """The scanners in HID-POS mode that are plugged in now. Raises ImportError without hidapi, OSError when the system does not tell."""
    return [
        HidPos(
            found["path"].decode(), found["vendor_id"], found["product_id"], found["serial_number"] or None, usb_place(found["path"].decode()) or None,
            found["product_string"] or "",
        )
        for found in _hidapi().enumerate()
        if found["usage_page"] == USAGE_PAGE
    ]  # fmt: skip


def open_hid_pos(identity: Usb) -> HidDevice | None:
    """Opens a scanner by what it is, None while it is not there or not ours to open (on Linux a udev rule gives the right). Raises ImportError."""
    hidapi = _hidapi()
    path = present_path(identity, attached_hid_pos)
    if path is None:
        return None
    link: HidDevice = hidapi.device()
    try:
        link.open_path(path.encode())  # type: ignore[attr-defined]
    except OSError:
        return None
    return link


def _hidapi() -> Any:
    """On Linux by hidraw, which knows usage pages and leaves the kernel its driver."""
    return importlib.import_module("hidraw" if sys.platform == "linux" else "hid")
