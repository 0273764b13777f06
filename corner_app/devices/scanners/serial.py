"""A scanner on a serial line (USB CDC, Bluetooth SPP, RS-232): read until told to stop, unplugged and plugged in again as often as it likes."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

import serial
from serial.tools import list_ports

from corner_app.devices.identity import BadIdentity, port_of, present_path
from corner_app.devices.line_errors import OPEN_ERRORS, READ_ERRORS
from corner_app.devices.scanners.framing import Framer
from corner_app.devices.scanners.keeping import READ_S, NoiseBell, PortState, keep_reading, now_ms, unnoticed
from corner_app.devices.scanners.profile import AS_SOLD, ScannerProfile
from corner_app.domain.scan import Scan


def find_port(name: str) -> str | None:
    """The path of a scanner, None while it is not there.

    name: its identity, or a path ("/dev/ttyS0", "COM3"), taken as it is, or "VID:PID[:SERIAL]" in hex, which stays the same after a replug.
    A text that only looks like an identity is a scanner that is not there.
    """
    try:
        return present_path(port_of(name), list_ports.comports)
    except BadIdentity:
        return None


def read_scans(
    port: Callable[[], str | None],
    on_scan: Callable[[Scan], None],
    on_state: Callable[[PortState], None],
    stop: Event,
    baud: int = 9600,
    device: str = "serial",
    profile: ScannerProfile = AS_SOLD,
    on_noise: Callable[[], None] = unnoticed,
) -> None:
    """Reads one scanner until `stop`; on the caller's thread.

    port: where the scanner is now, asked before every opening. on_state: see `keep_reading`. baud: bits per second. device: the name in each
    Scan. profile: its prefix, suffix and AIM. on_noise: something came that is no code. A missing or broken port is no error here; what on_scan,
    on_state or on_noise raise goes through.
    """
    framer = Framer(device, profile)

    def read_until_lost(link: serial.Serial) -> None:
        _read_until_lost(link, framer, on_scan, NoiseBell(framer, on_noise), stop)
        framer.lost()

    keep_reading(lambda: _opened(port(), baud), read_until_lost, on_state, stop)


def _opened(path: str | None, baud: int) -> serial.Serial | None:
    if path is None:
        return None
    try:
        return serial.Serial(path, baud, timeout=READ_S)
    except OPEN_ERRORS:
        return None


def _read_until_lost(link: serial.Serial, framer: Framer, on_scan: Callable[[Scan], None], bell: NoiseBell, stop: Event) -> None:
    with link:
        while not stop.is_set():
            try:
                data = link.read(max(1, link.in_waiting))
            except READ_ERRORS:
                return
            at_ms = now_ms()
            for scan in framer.feed(data, at_ms) if data else framer.idle(at_ms):
                on_scan(scan)
            bell.ring()
