"""A Zebra scanner in SSI mode without the scanner: sends until it is acknowledged, beeps and lights when told. POSIX only."""

from __future__ import annotations

import os
import select
import time
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event

from corner_app.devices.scanners.ssi import (
    ACK,
    BEEP,
    CONTINUES,
    DECODE_DATA,
    HOST,
    LED_OFF,
    LED_ON,
    NAK,
    RESEND,
    RETRANSMIT,
    SCAN_DISABLE,
    SCAN_ENABLE,
    SCANNER,
    packet,
)
from corner_app.devices.simulators.terminal import Terminal

TYPES = {"code128": 0x03, "gs1-128": 0x0F, "datamatrix": 0x1B, "qr": 0x1C}
"""Bar code types of SSI that it can pretend to read."""
_LOOK_S = 0.01
_PART = 250


class SsiScannerSimulator:
    """A scanner at a pseudo-terminal; `run` it on a thread.

    May be set at any time. response_s: how long it waits for an ACK before it sends again, three times in all. deaf: how many of the host's next
    packets it does not hear, as if the line had swallowed them. garble: how many of its next packets leave with one bit wrong. lazy: it hears
    commands but acknowledges none.
    Recorded: beeps (codes), lit (whether the LED is on), enabled (whether it may read), sent (packets of codes, repeats too), given_up (codes
    nobody acknowledged), resent (commands that came marked as sent before), wrong (packets of the host with a wrong checksum).
    """

    def __init__(self, link: Path, response_s: float = 2.0) -> None:
        """link: where the port is to be found; replaced if it is there. Raises OSError where there are no pseudo-terminals."""
        self._port = Terminal(link)
        self.link = link
        self.response_s = response_s
        self.deaf = self.garble = 0
        self.lazy = False
        self.beeps: list[int] = []
        self.lit, self.enabled = False, True
        self.sent = self.resent = self.wrong = 0
        self.given_up: list[str] = []
        self._codes: SimpleQueue[tuple[str, list[bytes]]] = SimpleQueue()
        self._held = bytearray()
        self._current: tuple[str, list[bytes]] | None = None
        self._tries, self._sent_s = 0, 0.0

    @property
    def busy(self) -> bool:
        """Whether a code is on its way that is not acknowledged."""
        return self._current is not None

    def scan(self, text: str, kind: str = "code128", part: int = _PART) -> None:
        """Reads a code, after those before it. kind: of TYPES. part: bytes of a packet's data at most; a longer code goes in several."""
        data = text.encode()
        pieces = [data[at : at + part] for at in range(0, len(data), part)] or [b""]
        packets = []
        for n, piece in enumerate(pieces):
            status = CONTINUES if n + 1 < len(pieces) else 0
            packets.append(packet(DECODE_DATA, (bytes((TYPES[kind],)) if n == 0 else b"") + piece, status, SCANNER))
        self._codes.put((text, packets))

    def noise(self, data: bytes) -> None:
        """Sends bytes as they are."""
        os.write(self._port.far_end, data)

    def unplug(self) -> None:
        """The cable is out."""
        self._port.unplug()

    def replug(self) -> None:
        """The cable is in again, at another terminal behind the same name."""
        self._port.replug()

    def run(self, stop: Event) -> None:
        """Serves until `stop`, on the caller's thread; then the port is gone."""
        try:
            while not stop.is_set():
                self._listen()
                self._talk()
        finally:
            self._port.unplug()

    def _listen(self) -> None:
        end = self._port.far_end
        try:
            if end < 0 or not select.select([end], [], [], _LOOK_S)[0]:
                return
            self._held += os.read(end, 4096)
        except (OSError, ValueError):  # pulled while it listened
            self._held.clear()
            return
        while self._held and len(self._held) >= self._held[0] + 2:
            size = self._held[0] + 2
            raw = bytes(self._held[:size])
            del self._held[:size]
            self._hear(raw)

    def _hear(self, raw: bytes) -> None:
        if self.deaf > 0:
            self.deaf -= 1
        elif raw[:-2] and packet(raw[1], raw[4:-2], raw[3], HOST) != raw:
            self.wrong += 1
            self._send(packet(NAK, bytes((RESEND,)), source=SCANNER))
        elif raw[1] == ACK:
            self._acknowledged()
        elif raw[1] == NAK:
            self._repeat()
        else:
            self._command(raw)

    def _command(self, raw: bytes) -> None:
        opcode, data = raw[1], raw[4:-2]
        self.resent += raw[3] & RETRANSMIT
        if opcode == BEEP:
            self.beeps.append(data[0])
        elif opcode in (LED_ON, LED_OFF):
            self.lit = opcode == LED_ON
        elif opcode in (SCAN_ENABLE, SCAN_DISABLE):
            self.enabled = opcode == SCAN_ENABLE
        if not self.lazy:
            self._send(packet(ACK, source=SCANNER))

    def _acknowledged(self) -> None:
        if self._current is not None:
            self._current[1].pop(0)
            self._tries = 0
            if not self._current[1]:
                self._current = None

    def _talk(self) -> None:
        if self._port.far_end < 0:
            self._current = None
            return
        if self._current is None and self.enabled:
            try:
                self._current = self._codes.get_nowait()
            except Empty:
                return
            self._tries = 0
        if self._current is not None and (self._tries == 0 or time.monotonic() - self._sent_s >= self.response_s):
            self._repeat()

    def _repeat(self) -> None:
        """Sends what is not acknowledged, the first time or once more."""
        if self._current is None:
            return
        if self._tries >= 3:
            self.given_up.append(self._current[0])
            self._current = None
            return
        raw = self._current[1][0]
        if self._tries:
            raw = packet(DECODE_DATA, raw[4:-2], raw[3] | RETRANSMIT, SCANNER)
        self._tries += 1
        self._sent_s = time.monotonic()
        self.sent += 1
        self._send(raw)

    def _send(self, raw: bytes) -> None:
        if self.garble > 0:
            self.garble -= 1
            raw = raw[:-1] + bytes((raw[-1] ^ 1,))
        try:
            os.write(self._port.far_end, raw)
        except OSError:  # pulled while it spoke
            self._held.clear()
