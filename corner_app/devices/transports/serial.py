"""A printer on a serial line, RS-232 or on USB."""

from __future__ import annotations

import contextlib
import time
from typing import Literal

import serial
from serial.tools import list_ports

from corner_app.devices.identity import Identity, Look, port_of, present_path
from corner_app.devices.line_errors import LINE_ERRORS, OPEN_ERRORS, READ_ERRORS
from corner_app.devices.transports.errors import InDoubt, NotSent, word_for
from corner_app.devices.transports.line import Stuck, wait_until_clear, wait_until_gone
from corner_app.devices.transports.listening import answer, listen
from corner_app.devices.transports.transport import Enough

_CHUNK = 1024
_CHIP = 64
"""Bytes that may still stand in the port's own chip when the system has none left."""
_PARITIES = {"none": serial.PARITY_NONE, "even": serial.PARITY_EVEN, "odd": serial.PARITY_ODD}


class SerialPrinter:
    """Raw bytes over a serial line, found and opened for one label or one question at a time. XON/XOFF is never used: its bytes stand in bitmaps."""

    writes_files = False

    def __init__(
        self, port: Identity | str, baud: int, timeout_s: float = 10.0, *, two_way: bool = True, rts_cts: bool = True,
        bits: Literal[7, 8] = 8, parity: Literal["none", "even", "odd"] = "none", chunk: int = _CHUNK, pause_ms: int = 0,
        look: Look = list_ports.comports,
    ) -> None:  # fmt: skip
        """port: an identity, or what `port_of` takes. baud: bits per second. timeout_s: longest wait for the printer to take anything.

        two_way: whether this printer answers questions at all. rts_cts: whether it says by wire when it can take more; False for a cable with
        three wires. chunk, pause_ms: so many bytes at a time (1024 at most), and when they are on the line the rest before the next, for
        printers that swallow bytes; no rest is the rule. look: what is plugged in.
        """
        self._port = port if not isinstance(port, str) else port_of(port)
        self.name = str(self._port)
        self.baud, self.timeout_s, self.two_way, self.rts_cts = baud, timeout_s, two_way, rts_cts
        self.bits, self.parity, self.chunk, self.pause_s = bits, parity, min(chunk, _CHUNK), pause_ms / 1000
        self._look = look

    def send(self, data: bytes, enough: Enough | None = None, wait_s: float = 0.0) -> bytes:
        """Sends one label, waits until it is on the line, and hears what comes back. Raises NotSent or InDoubt.

        What a printer that stopped taking bytes has not taken is thrown away, so that it does not come out later.
        """
        with self._opened() as link:
            self._wait_for_printer(link)
            sent = 0
            try:
                while sent < len(data):
                    sent += link.write(data[sent : sent + self.chunk]) or 0
                    self._rest(link)
                wait_until_gone(link, self.timeout_s)
            except (serial.SerialTimeoutException, Stuck) as error:  # part of the chunk may have left
                _throw_away(link)
                raise InDoubt("timeout", sent) from error
            except LINE_ERRORS as error:
                raise InDoubt(word_for(error), sent) from error
            if not wait_s:
                time.sleep(min(_CHIP, len(data)) * self._byte_s)
            return listen(lambda left_s: _read(link, left_s), wait_s, enough)

    def ask(self, query: bytes, wait_s: float) -> bytes:
        """The answer to a query, b"" when there is none within wait_s seconds. Raises NotSent when the line cannot be opened."""
        with self._opened() as link:
            try:
                link.write(query)
            except LINE_ERRORS:
                return b""
            heard = answer(lambda left_s: _read(link, left_s), wait_s)
            if not heard:
                _throw_away(link)
            return heard

    @property
    def _byte_s(self) -> float:
        return 11 / self.baud  # start, eight with parity, stop

    def _opened(self) -> serial.Serial:
        path = present_path(self._port, self._look)
        if path is None:
            raise NotSent("missing")
        try:
            return serial.Serial(
                path, self.baud, self.bits, _PARITIES[self.parity], serial.STOPBITS_ONE, xonxoff=False, rtscts=self.rts_cts,
                write_timeout=self.timeout_s + self.chunk * self._byte_s, exclusive=True,
            )  # fmt: skip
        except OPEN_ERRORS as error:
            raise NotSent(word_for(error, "missing")) from error

    def _wait_for_printer(self, link: serial.Serial) -> None:
        if not self.rts_cts:
            return
        try:
            wait_until_clear(link, self.timeout_s)
        except Stuck as error:
            raise NotSent("timeout") from error

    def _rest(self, link: serial.Serial) -> None:
        if self.pause_s:
            wait_until_gone(link, self.timeout_s)
            time.sleep(self.pause_s)


def _read(link: serial.Serial, wait_s: float) -> bytes | None:
    try:
        link.timeout = wait_s
        first = bytes(link.read(1))
        return first + bytes(link.read(link.in_waiting)) if first else b""
    except READ_ERRORS:
        return None


def _throw_away(link: serial.Serial) -> None:
    with contextlib.suppress(*LINE_ERRORS):  # a line that is gone has thrown it away
        link.reset_output_buffer()
