"""A scale on a serial line: asked and listened to until told to stop, unplugged and plugged in again as often as it likes.

A weight counts when it was said twice running; until then it is "unstable". These protocols have no checksum, and pyserial does not look at parity on
Linux, so one damaged digit would be a wrong weight.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event

import serial

from corner_app.devices.languages.language import Ask
from corner_app.devices.line_errors import OPEN_ERRORS, READ_ERRORS
from corner_app.devices.scales.protocol import ScaleProtocol
from corner_app.devices.scales.reading import FAULT, GARBLED, MUTE, OFFLINE, UNSTABLE, Reading
from corner_app.devices.scanners.keeping import PortState, keep_reading
from corner_app.devices.transports.listening import answer, listen

ASK_AGAIN_S = 0.2
"""Between an answer and the next question."""
SILENCE_S = 1.0
"""Silence after which a scale is mute, and a weight too old."""
CHECK_S = 2.0
"""How long a scale may take to test itself, and how long after a fault it is asked again."""
READ_S = 0.1
"""Longest wait of one read, so that `stop` is heard. Never another: with each change pyserial sets up the whole port again."""
WRITE_S = 1.0
"""A line that takes no bytes for so long is lost."""
_PARITIES = {"none": serial.PARITY_NONE, "even": serial.PARITY_EVEN, "odd": serial.PARITY_ODD}


def opened(path: str | None, protocol: ScaleProtocol, baud: int = 0) -> serial.Serial | None:
    """The line to a scale; None while it is not there or not to be had. baud: where it is not set as such scales are sold."""
    if path is None:
        return None
    try:
        return serial.Serial(
            path, baud or protocol.baud, protocol.bits, _PARITIES[protocol.parity], serial.STOPBITS_ONE, timeout=READ_S, write_timeout=WRITE_S, exclusive=True
        )
    except OPEN_ERRORS:  # ValueError: a name or speed the system does not know
        return None


def asking(link: serial.Serial) -> Ask:
    """Asks over an open line, for `ScaleProtocol.speaks`. An empty question listens, for as long as it may. A line that breaks is silent."""

    def read(wait_s: float) -> bytes | None:
        try:
            return bytes(link.read(max(1, link.in_waiting)))
        except READ_ERRORS:
            return None

    def ask(query: bytes, wait_s: float) -> bytes:
        if not query:
            return listen(read, wait_s)
        try:
            link.write(query)
        except READ_ERRORS:
            return b""
        return answer(read, wait_s)

    return ask


def read_scale(
    open_port: Callable[[], serial.Serial | None], protocol: ScaleProtocol, on_reading: Callable[[Reading], None], stop: Event, zero: Event | None = None
) -> None:
    """Reads one scale until `stop`, on the caller's thread.

    open_port: see `opened`, asked before every opening. on_reading: told changes only; what was told last holds. zero: set by whoever wants the scale
    to take what lies on it for zero, and cleared when that was sent; whether the scale did it, the next weight shows. Wished while the scale is away, it
    is not done later, when a parcel may lie there. What on_reading raises goes through.
    """
    told: list[Reading] = []
    wish = zero or Event()

    def tell(reading: Reading) -> None:
        if told != [reading]:
            told[:] = [reading]
            on_reading(reading)

    def read_until_lost(link: serial.Serial) -> None:
        wish.clear()
        with link:
            _watch(_Scale(link, protocol, stop), tell, stop, wish)

    def on_state(state: PortState) -> None:
        if state == "lost":
            tell(OFFLINE)

    keep_reading(open_port, read_until_lost, on_state, stop)


def _watch(scale: _Scale, tell: Callable[[Reading], None], stop: Event, zero: Event) -> None:
    before: Reading | None = None
    while not stop.is_set():
        reading = scale.next_reading(zero)
        if reading is None or stop.is_set():
            return
        tell(reading if reading == before or not reading.stable else UNSTABLE)
        before = reading
        stop.wait(scale.rest_s)


class _Scale:
    """One scale on one line, from plugging in to pulling out. rest_s: before it is looked at again."""

    def __init__(self, link: serial.Serial, protocol: ScaleProtocol, stop: Event) -> None:
        self.rest_s = 0.0
        self._link, self._protocol, self._stop = link, protocol, stop
        self._checked = not protocol.check
        self._held = b""

    def next_reading(self, zero: Event) -> Reading | None:
        """What it says now; None when the line is gone."""
        try:
            if not self._checked and not self._sound():
                zero.clear()
                self.rest_s = CHECK_S
                return FAULT
            if zero.is_set():
                zero.clear()
                self._set_to_zero()
            if self._protocol.ask:
                self._send(self._protocol.ask)
                self.rest_s = ASK_AGAIN_S
            return self._heard()
        except READ_ERRORS:
            return None

    def _sound(self) -> bool:
        """Whether it finds nothing wrong with itself, or says nothing about it: asked once, and again only while it does."""
        self._send(self._protocol.check)
        self._checked = not self._protocol.faults(answer(lambda wait_s: None if self._stop.is_set() else self._read(), CHECK_S))
        return self._checked

    def _set_to_zero(self) -> None:
        if self._protocol.zero:
            self._send(self._protocol.zero)
            self._heard()  # its answer is of the moment before

    def _send(self, command: bytes) -> None:
        """Sends a question, and throws away what came too late for the one before: it is of an older weight."""
        self._link.read(self._link.in_waiting)
        self._held = b""
        self._link.write(command)

    def _heard(self) -> Reading:
        ends, noise = time.monotonic() + SILENCE_S, False
        while time.monotonic() < ends and not self._stop.is_set():
            data = self._read()
            noise = noise or bool(data)
            reading, self._held = self._protocol.newest(self._held + data)
            if reading is not None:
                return reading
        return GARBLED if noise else MUTE

    def _read(self) -> bytes:
        return bytes(self._link.read(max(1, self._link.in_waiting)))
