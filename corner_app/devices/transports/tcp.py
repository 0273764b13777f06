"""A printer on the network (raw port 9100)."""

from __future__ import annotations

import contextlib
import socket
import time

from corner_app.devices.transports.errors import InDoubt, NotSent, word_for

_QUIET_S = 0.1
"""Silence after an answer's first bytes that ends it."""


class TcpPrinter:
    """Raw bytes over TCP: one label, one connection; one question, one connection."""

    writes_files = False

    def __init__(self, host: str, port: int, timeout_s: float = 5.0, *, two_way: bool = True) -> None:
        """timeout_s: longest wait for the connection, and for the printer to take more bytes. two_way: whether it answers questions at all."""
        self.host, self.port, self.timeout_s, self.two_way = host, port, timeout_s, two_way
        self.name = f"tcp:{host}:{port}"

    def send(self, data: bytes) -> None:
        """Sends one label and waits until the printer closed or a reset showed. Raises NotSent or InDoubt."""
        with self._connected() as link:
            sent = 0
            try:
                while sent < len(data):
                    sent += link.send(data[sent : sent + 4096])
                link.shutdown(socket.SHUT_WR)
            except OSError as error:
                if sent == 0:
                    raise NotSent(word_for(error)) from error
                raise InDoubt(word_for(error), sent) from error
            self._drain(link, sent)

    def ask(self, query: bytes, wait_s: float) -> bytes:
        """The answer to a query, b"" when there is none within wait_s seconds. Raises NotSent when the printer cannot be reached."""
        with self._connected() as link:
            try:
                link.sendall(query)
            except OSError:
                return b""
            return _answer(link, wait_s)

    def _connected(self) -> socket.socket:
        try:
            return socket.create_connection((self.host, self.port), self.timeout_s)
        except OSError as error:
            raise NotSent(word_for(error)) from error

    def _drain(self, link: socket.socket, sent: int) -> None:
        """Printers that keep the line open are left after a second; a reset in that time means the end of the label may be lost."""
        link.settimeout(1.0)
        try:
            while link.recv(4096):
                pass
        except TimeoutError:
            return
        except OSError as error:
            raise InDoubt(word_for(error), sent) from error


def _answer(link: socket.socket, wait_s: float) -> bytes:
    answer = b""
    ends = time.monotonic() + wait_s
    with contextlib.suppress(OSError):  # what came before a time-out or a reset is the answer
        while (left := ends - time.monotonic()) > 0:
            link.settimeout(min(left, _QUIET_S) if answer else left)
            more = link.recv(4096)
            if not more:
                break
            answer += more
    return answer
