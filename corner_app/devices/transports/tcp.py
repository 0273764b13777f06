"""A printer on the network (raw port 9100)."""

from __future__ import annotations

import socket
import time

from corner_app.devices.identity import Tcp
from corner_app.devices.transports.errors import InDoubt, NotSent, word_for
from corner_app.devices.transports.listening import answer, listen
from corner_app.devices.transports.transport import Enough

_CHUNK = 4096
_LEAVE_S = 1.0
"""How long a printer that keeps the line open is waited for after its label."""


class TcpPrinter:
    """Raw bytes over TCP: one label, one connection; one question, one connection."""

    writes_files = False

    def __init__(self, host: str, port: int, timeout_s: float = 5.0, *, two_way: bool = True) -> None:
        """timeout_s: longest wait for the connection, and for the printer to take more bytes. two_way: whether it answers questions at all."""
        self.host, self.port, self.timeout_s, self.two_way = host, port, timeout_s, two_way
        self.name = str(Tcp(host, port))

    def send(self, data: bytes, enough: Enough | None = None, wait_s: float = 0.0) -> bytes:
        """Sends one label and hears what comes back; without wait_s it waits until the printer closed or a reset showed.

        Raises NotSent or InDoubt. A printer that takes bytes without reading them is seen only once its buffer and ours are full ("timeout"):
        until then the system takes them all, which is one more reason that sent is not printed.
        """
        with self._connected() as link:
            sent = 0
            try:
                while sent < len(data):
                    sent += link.send(data[sent : sent + _CHUNK])
                if not wait_s:
                    link.shutdown(socket.SHUT_WR)
            except OSError as error:
                if sent == 0:
                    raise NotSent(word_for(error)) from error
                raise InDoubt(word_for(error), sent) from error
            return _heard(link, enough, wait_s) if wait_s else _left(link, sent)

    def ask(self, query: bytes, wait_s: float) -> bytes:
        """The answer to a query, b"" when there is none within wait_s seconds. Raises NotSent when the printer cannot be reached."""
        with self._connected() as link:
            try:
                link.sendall(query)
            except OSError:
                return b""
            return answer(lambda left_s: _read(link, left_s), wait_s)

    def _connected(self) -> socket.socket:
        try:
            return socket.create_connection((self.host, self.port), self.timeout_s)
        except UnicodeError as error:  # no name a network could know: two dots in a row, a label too long
            raise NotSent("unreachable") from error
        except OSError as error:
            raise NotSent(word_for(error)) from error


def _read(link: socket.socket, wait_s: float) -> bytes | None:
    link.settimeout(wait_s)
    try:
        return link.recv(_CHUNK) or None
    except TimeoutError:
        return b""
    except OSError:
        return None


def _heard(link: socket.socket, enough: Enough | None, wait_s: float) -> bytes:
    """Our half of the line stays open meanwhile: there are printers that drop an answer, or the label, when it is closed."""
    return listen(lambda left_s: _read(link, left_s), wait_s, enough)


def _left(link: socket.socket, sent: int) -> bytes:
    """Printers that keep the line open are left after a second; a reset in that time means the end of the label may be lost."""
    heard = b""
    ends = time.monotonic() + _LEAVE_S
    try:
        while (left_s := ends - time.monotonic()) > 0:
            link.settimeout(left_s)
            more = link.recv(_CHUNK)
            if not more:
                break
            heard += more
    except TimeoutError:
        return heard
    except OSError as error:
        raise InDoubt(word_for(error), sent) from error
    return heard
