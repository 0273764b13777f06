"""The connections of a simulated printer, as badly as they are wanted: slow, stalled, broken after so many bytes."""

from __future__ import annotations

import os
import socket
import struct
import time
from typing import Protocol

from corner_app.devices.simulators.behaviour import Behaviour

READ = 65_536
"""Bytes read at once."""
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)
_BURST_S = 0.1
"""How long a slow line may have been silent and still make up for it."""


class End(Protocol):
    """The printer's end of a connection."""

    def fileno(self) -> int: ...
    def read(self, most: int) -> bytes:
        """b"" when the other end has closed it. Raises OSError when it is broken."""

    def write(self, data: bytes) -> None:
        """What the other end does not take now is lost. Raises OSError."""

    def close(self, *, broken: bool) -> None:
        """broken: so that the other end sees an error, not an end."""


class Line:
    """One connection. held: what came and is no whole command yet. received: bytes of it. spoilt: the last label that came on it never came out."""

    def __init__(self, end: End) -> None:
        self.end = end
        self.held = b""
        self.received = 0
        self.open, self.spoilt = True, False
        self.heard_s = self.began_s = self._paid_s = time.monotonic()
        self._credit = 0.0

    def fileno(self) -> int:
        """For `select`."""
        return self.end.fileno()

    def room(self, behaviour: Behaviour) -> int:
        """Bytes it would read now; the byte after which it breaks is one more than it may have."""
        most = READ
        if behaviour.reset_after is not None:
            most = max(1, min(most, behaviour.reset_after + 1 - self.received))
        if behaviour.stall_after is not None:
            most = min(most, behaviour.stall_after - self.received)
        return max(0, min(most, self._allowed(behaviour.line_bytes_s)))

    def stalled(self, behaviour: Behaviour) -> bool:
        """Whether it takes no more for good."""
        return behaviour.stall_after is not None and self.received >= behaviour.stall_after

    def _allowed(self, bytes_s: int) -> int:
        if not bytes_s:
            return READ
        now = time.monotonic()
        self._credit = min(self._credit + (now - self._paid_s) * bytes_s, max(1.0, bytes_s * _BURST_S))
        self._paid_s = now
        return int(self._credit)

    def read(self, most: int) -> bytes:
        """b"" when it is over. Raises OSError."""
        data = self.end.read(most)
        self.heard_s = time.monotonic()
        if not self.held:
            self.began_s = self.heard_s
        self.received += len(data)
        self._credit -= len(data)
        return data

    def say(self, data: bytes) -> None:
        """Nobody may be there to hear it."""
        if data and self.open:
            try:
                self.end.write(data)
            except OSError:
                self.open = False

    def close(self, *, broken: bool = False) -> None:
        """Ends it."""
        self.open = False
        self.end.close(broken=broken)


class SocketEnd:
    """Of a TCP connection."""

    def __init__(self, link: socket.socket) -> None:
        self._link = link
        link.setblocking(False)

    def fileno(self) -> int:
        return self._link.fileno()

    def read(self, most: int) -> bytes:
        return self._link.recv(most)

    def write(self, data: bytes) -> None:
        self._link.sendall(data)

    def close(self, *, broken: bool) -> None:
        if broken:
            self._link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self._link.close()


class TerminalEnd:
    """Of a pseudo-terminal, whose cable somebody else pulls. POSIX only."""

    def __init__(self, far_end: int) -> None:
        self._far_end = far_end
        os.set_blocking(far_end, False)

    def fileno(self) -> int:
        return self._far_end

    def read(self, most: int) -> bytes:
        return os.read(self._far_end, most)

    def write(self, data: bytes) -> None:
        while data:
            data = data[os.write(self._far_end, data) :]

    def close(self, *, broken: bool) -> None:
        """The terminal closes it."""
