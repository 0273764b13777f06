"""A printer on a serial line."""

from __future__ import annotations

import sys

import serial

from corner_app.devices.transports.errors import InDoubt, NotSent, word_for
from corner_app.devices.transports.listening import answer, listen
from corner_app.devices.transports.transport import Enough

if sys.platform == "win32":
    _LINE_ERRORS: tuple[type[Exception], ...] = (OSError,)
else:
    import termios

    _LINE_ERRORS = (OSError, termios.error)  # pyserial lets the latter through where it drains a line that is gone

_CHUNK = 1024


class SerialPrinter:
    """Raw bytes over a serial line, opened for one label or one question at a time."""

    writes_files = False

    def __init__(self, path: str, baud: int, timeout_s: float = 10.0, *, two_way: bool = True, rts_cts: bool = True) -> None:
        """path: "/dev/ttyUSB0", "COM4". baud: bits per second. timeout_s: longest wait for the printer to take a kilobyte.

        two_way: whether this printer answers questions at all. rts_cts: whether it says by wire when it can take more; False for a cable with
        three wires. XON/XOFF is never used: its bytes stand in bitmaps.
        """
        self.path, self.baud, self.timeout_s, self.two_way, self.rts_cts = path, baud, timeout_s, two_way, rts_cts
        self.name = f"serial:{path}"

    def send(self, data: bytes, enough: Enough | None = None, wait_s: float = 0.0) -> bytes:
        """Sends one label, waits until the system has put it on the line, and hears what comes back. Raises NotSent or InDoubt."""
        with self._opened() as link:
            sent = 0
            try:
                while sent < len(data):
                    sent += link.write(data[sent : sent + _CHUNK]) or 0
                link.flush()
            except serial.SerialTimeoutException as error:  # part of the chunk may have left
                raise InDoubt("timeout", sent) from error
            except _LINE_ERRORS as error:
                raise InDoubt(word_for(error), sent) from error
            return listen(lambda left_s: _read(link, left_s), wait_s, enough)

    def ask(self, query: bytes, wait_s: float) -> bytes:
        """The answer to a query, b"" when there is none within wait_s seconds. Raises NotSent when the line cannot be opened."""
        with self._opened() as link:
            try:
                link.write(query)
            except _LINE_ERRORS:
                return b""
            return answer(lambda left_s: _read(link, left_s), wait_s)

    def _opened(self) -> serial.Serial:
        try:
            return serial.Serial(self.path, self.baud, write_timeout=self.timeout_s, rtscts=self.rts_cts)
        except (OSError, ValueError) as error:
            raise NotSent("missing") from error


def _read(link: serial.Serial, wait_s: float) -> bytes | None:
    try:
        link.timeout = wait_s
        return bytes(link.read(1)) + bytes(link.read(link.in_waiting))
    except (*_LINE_ERRORS, TypeError):  # TypeError: what pyserial makes of a handle that vanished while it read
        return None
