"""A cash drawer behind an ESC/POS printer without either: comes open on its pin's pulse and says so, at a TCP port. It prints nothing."""

from __future__ import annotations

import re
import socket
import struct
import time
from threading import Event, Lock

_COMMAND = re.compile(rb"\x10\x04([\x01-\x04])|\x1bp([\x00\x01\x30\x31])(.)(.)|\x1dI([A-E])", re.DOTALL)
_LONGEST = 5
"""Bytes of a command."""
_LOOK_S = 0.05
_IDLE_S = 5.0
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class DrawerSimulator:
    """A drawer with the name SIMULATED, which its printer gives too when asked for its model.

    All of these may be set at any time. pin: on which its coil hangs, 2 or 5. faults: any of "mute" (no answer), "stuck" (does not come open), "resets"
    (breaks the connection after a pulse, which it has obeyed). opens_after_s: how long it takes. high_is_open: how its switch is wired. kicks: the pin
    of each pulse, in order; asked: how often its switch was looked at.
    """

    def __init__(self, pin: int = 2, host: str = "127.0.0.1", port: int = 0) -> None:
        """port: 0 takes a free one, see `address`. Raises OSError when the port is taken."""
        self.name = "SIMULATED drawer"
        self.pin = pin
        self.faults: set[str] = set()
        self.opens_after_s = 0.0
        self.high_is_open = True
        self.kicks: list[int] = []
        self.asked = 0
        self._open_from: float | None = None
        self._lock = Lock()
        self._listener = socket.create_server((host, port))
        self._listener.settimeout(_LOOK_S)
        self.address: tuple[str, int] = self._listener.getsockname()[:2]

    @property
    def is_open(self) -> bool:
        """Whether it stands open now."""
        with self._lock:
            return self._open_from is not None and time.monotonic() >= self._open_from

    def push_shut(self) -> None:
        """A hand closes it."""
        with self._lock:
            self._open_from = None

    def run(self, stop: Event) -> None:
        """Serves one connection after the other until `stop`, on the caller's thread; then the port is closed."""
        with self._listener:
            while not stop.is_set():
                try:
                    link, _ = self._listener.accept()
                except TimeoutError:
                    continue
                with link:
                    self._serve(link, stop)

    def _serve(self, link: socket.socket, stop: Event) -> None:
        link.settimeout(_LOOK_S)
        held, heard_s = b"", time.monotonic()
        while not stop.is_set() and time.monotonic() - heard_s < _IDLE_S:
            try:
                data = link.recv(4096)
                if not data:
                    return
                heard_s = time.monotonic()
                held, pulses = self._obey(held + data, link)
            except TimeoutError:
                continue
            except OSError:
                return
            if pulses and "resets" in self.faults:
                link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
                return

    def _obey(self, data: bytes, link: socket.socket) -> tuple[bytes, int]:
        """Does every whole command; gives what may still become one, and how many pulses there were."""
        pulses = 0
        while (found := _COMMAND.search(data)) is not None:
            data = data[found.end() :]
            if found[2] is not None:
                pulses += 1
                self._kick(5 if found[2] in b"\x011" else 2)
            elif "mute" not in self.faults:
                link.sendall(self._said(found))
        return data[-_LONGEST + 1 :], pulses

    def _kick(self, pin: int) -> None:
        self.kicks.append(pin)
        if pin == self.pin and "stuck" not in self.faults:
            with self._lock:
                self._open_from = time.monotonic() + self.opens_after_s

    def _said(self, found: re.Match[bytes]) -> bytes:
        if found[5] is not None:
            return b"_" + self.name.encode() + b"\x00"
        if found[1] != b"\x01":
            return b"\x12"
        self.asked += 1
        return bytes([0x12 | (0x04 if self.is_open is self.high_is_open else 0)])
