"""A serial scanner that can be answered: read like any other, and told good, look or stop."""

from __future__ import annotations

from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Event
from typing import Generic, Protocol, TypeVar

import serial

from corner_app.devices.line_errors import OPEN_ERRORS, READ_ERRORS
from corner_app.devices.scanners.feedback import Feedback
from corner_app.devices.scanners.keeping import Hears, NoiseBell, PortState, keep_reading, now_ms, unnoticed
from corner_app.domain.scan import Scan

READ_S = 0.03
"""Longest wait of one read, after which what was told is sent: a tone must come while the hand is still there."""
WRITE_S = 1.0
"""A line that takes no bytes for so long is lost."""


class Dialect(Hears, Protocol):
    """How one make of scanner talks and is talked to: pure, see `ssi.Ssi` and `honeywell.Honeywell`."""

    def feed(self, data: bytes, now_ms: int) -> tuple[list[Scan], bytes]:
        """The scans in these bytes, and what to send."""

    def idle(self, now_ms: int) -> tuple[list[Scan], bytes]:
        """The same for a read that came back empty."""

    def tell(self, feedback: Feedback, now_ms: int) -> bytes:
        """What to send to say how the last scan went."""

    def lost(self) -> None:
        """The link broke."""


Spoken = TypeVar("Spoken", bound=Dialect)


class AnsweringScanner(Generic[Spoken]):
    """`run` it on a thread of its own; `tell` and `ask` from any other."""

    def __init__(self, port: Callable[[], str | None], dialect: Spoken, baud: int = 9600, rts_cts: bool = False) -> None:
        """port: where the scanner is now, asked before every opening. baud: bits per second. rts_cts: for SSI over RS-232 with its handshake wires."""
        self._port, self._dialect, self._baud, self._rts_cts = port, dialect, baud, rts_cts
        self._asked: SimpleQueue[Callable[[Spoken, int], bytes]] = SimpleQueue()
        self._connected = False

    def run(self, on_scan: Callable[[Scan], None], on_state: Callable[[PortState], None], stop: Event, on_noise: Callable[[], None] = unnoticed) -> None:
        """Reads and answers until `stop`, through every unplugging: see `keep_reading`. on_noise: something came that is no code.

        What the three raise goes through.
        """

        def read_until_lost(link: serial.Serial) -> None:
            try:
                self._read_until_lost(link, on_scan, NoiseBell(self._dialect, on_noise), stop)
            finally:
                self._connected = False
                link.close()
                self._dialect.lost()

        keep_reading(self._opened, read_until_lost, on_state, stop)

    def tell(self, feedback: Feedback) -> None:
        """Answers the last scan; never waits. Said to nobody while the scanner is away."""
        self.ask(lambda dialect, at_ms: dialect.tell(feedback, at_ms))

    def ask(self, what: Callable[[Spoken, int], bytes]) -> None:
        """Has the dialect asked on the reader's thread, and its bytes sent: `ask(lambda ssi, at_ms: ssi.scanning(False, at_ms))`."""
        if self._connected:
            self._asked.put(what)

    def _opened(self) -> serial.Serial | None:
        path = self._port()
        if path is None:
            return None
        try:
            link = serial.Serial(path, self._baud, timeout=READ_S, write_timeout=WRITE_S, rtscts=self._rts_cts)
        except OPEN_ERRORS:
            return None
        while not self._asked.empty():
            self._asked.get()  # meant for the scanner as it was before
        self._connected = True
        return link

    def _read_until_lost(self, link: serial.Serial, on_scan: Callable[[Scan], None], bell: NoiseBell, stop: Event) -> None:
        whole = True
        while whole and not stop.is_set():
            scans, whole = self._turn(link)
            for scan in scans:
                on_scan(scan)
            bell.ring()

    def _turn(self, link: serial.Serial) -> tuple[list[Scan], bool]:
        """One read and what is to be sent: the scans, and whether the line still stands."""
        try:
            data = link.read(max(1, link.in_waiting))
        except READ_ERRORS:
            return [], False
        scans, answer = self._dialect.feed(data, now_ms()) if data else self._dialect.idle(now_ms())
        answer += self._told()
        try:
            link.write(answer)
        except READ_ERRORS:
            return scans, False
        return scans, True

    def _told(self) -> bytes:
        said = b""
        while True:
            try:
                what = self._asked.get_nowait()
            except Empty:
                return said
            said += what(self._dialect, now_ms())
