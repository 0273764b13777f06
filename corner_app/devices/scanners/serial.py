"""A scanner on a serial line (USB CDC, Bluetooth SPP, RS-232): read until told to stop, unplugged and plugged in again as often as it likes."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event
from typing import Literal

import serial
from serial.tools import list_ports

from corner_app.devices.identity import BadIdentity, port_of, present_path
from corner_app.devices.scanners.framing import Framer
from corner_app.domain.scan import Scan

PortState = Literal["connected", "lost"]
READ_S = 0.2
FIRST_WAIT_S, LONGEST_WAIT_S = 0.5, 5.0


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
) -> None:
    """Reads one scanner until `stop`; on the caller's thread.

    port: where the scanner is now, asked before every opening. on_state: "connected" at each opening, "lost" once per outage, also when the
    scanner is missing from the start. baud: bits per second. device: the name in each Scan. A missing or broken port is no error here, it
    is tried again after 0.5 s, growing to 5 s; what on_scan or on_state raise goes through.
    """
    framer = Framer(device)
    wait_s = FIRST_WAIT_S
    state: PortState | None = None
    while not stop.is_set():
        link = _opened(port(), baud)
        if link is not None:
            wait_s, state = FIRST_WAIT_S, "connected"
            on_state("connected")
            _read_until_lost(link, framer, on_scan, stop)
            framer.lost()
            if stop.is_set():
                return
        if state != "lost":
            state = "lost"
            on_state("lost")
        stop.wait(wait_s)
        wait_s = min(wait_s * 2, LONGEST_WAIT_S)


def _opened(path: str | None, baud: int) -> serial.Serial | None:
    if path is None:
        return None
    try:
        return serial.Serial(path, baud, timeout=READ_S)
    except (OSError, ValueError):  # SerialException is an OSError; ValueError: a name or speed the system does not know
        return None


def _read_until_lost(link: serial.Serial, framer: Framer, on_scan: Callable[[Scan], None], stop: Event) -> None:
    with link:  # closed before it is opened again, or a replugged scanner gets another name
        while not stop.is_set():
            try:
                data = link.read(max(1, link.in_waiting))
            except (OSError, TypeError):  # TypeError: what pyserial makes of a handle that vanished while it read
                return
            now_ms = time.monotonic_ns() // 1_000_000
            for scan in framer.feed(data, now_ms) if data else framer.idle(now_ms):
                on_scan(scan)
