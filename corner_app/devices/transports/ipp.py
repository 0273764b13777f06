"""As much of the Internet Printing Protocol as it takes to see what a print queue of this machine does (RFC 8010, 8011; CUPS's own operations).

`lp` hands a job over and `cancel` takes it back; what became of it, and whether the queue would print it again by itself, only this way tells.
"""

from __future__ import annotations

import http.client
import os
import socket
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

GET_JOB, GET_JOBS, GET_PRINTER, CUPS_GET_PRINTERS = 0x0009, 0x000A, 0x000B, 0x4002
_NOT_FOUND = (0x0406, 0x0407)
"""client-error-not-found, client-error-gone."""
_OPERATION, _JOB, END, _PRINTER = 0x01, 0x02, 0x03, 0x04
INTEGER, BOOLEAN, ENUM, NAME, KEYWORD, URI, CHARSET, LANGUAGE = 0x21, 0x22, 0x23, 0x42, 0x44, 0x45, 0x47, 0x48
_WITH_LANGUAGE = (0x35, 0x36)
_SOCKETS = ("/run/cups/cups.sock", "/var/run/cups/cups.sock")
_LONGEST = 4 << 20

Value = str | int | bool | None
Attributes = dict[str, tuple[Value, ...]]
Asked = tuple[int, str, Value]
"""(value tag, name, value) of an operation attribute."""


class IppTrouble(Exception):
    """The printing system is not there, refuses, or does not answer in IPP; the message is for the log."""


@dataclass(frozen=True, slots=True)
class Answer:
    """status: of the operation, below 0x100 when it was done. things: the jobs or printers in it."""

    status: int
    things: tuple[Attributes, ...]


def system_server() -> str:
    """Where this machine's printing system listens: CUPS_SERVER, else its socket, else port 631."""
    return os.environ.get("CUPS_SERVER") or next((path for path in _SOCKETS if os.path.exists(path)), "localhost:631")


def ask(server: str, operation: int, asked: Sequence[Asked], wanted: Sequence[str], wait_s: float = 5.0) -> Answer:
    """Asks the printing system. server: "/run/cups/cups.sock" or "host:port"; wanted: attributes to be told. Raises IppTrouble."""
    link = _UnixConnection(server, wait_s) if server.startswith("/") else http.client.HTTPConnection(server, timeout=wait_s)
    try:
        link.request("POST", "/", request(operation, asked, wanted), {"Content-Type": "application/ipp"})
        reply = link.getresponse()
        body = reply.read(_LONGEST)
    except (OSError, http.client.HTTPException) as error:
        raise IppTrouble(f"{type(error).__name__}: {error}") from error
    finally:
        link.close()
    if reply.status != http.client.OK:
        raise IppTrouble(f"HTTP {reply.status}")
    answer = parse(body)
    if answer.status >= 0x100 and answer.status not in _NOT_FOUND:
        raise IppTrouble(f"IPP {answer.status:#06x}")
    return answer


def request(operation: int, asked: Sequence[Asked], wanted: Sequence[str]) -> bytes:
    """The bytes of a request."""
    head = struct.pack(">BBHI", 2, 0, operation, 1) + bytes([_OPERATION])
    first: list[Asked] = [(CHARSET, "attributes-charset", "utf-8"), (LANGUAGE, "attributes-natural-language", "en")]
    body = b"".join(_attribute(tag, name, value) for tag, name, value in [*first, *asked])
    body += b"".join(_attribute(KEYWORD, "" if n else "requested-attributes", name) for n, name in enumerate(wanted))
    return head + body + bytes([END])


def parse(body: bytes) -> Answer:
    """Reads an answer. Raises IppTrouble when it is none."""
    try:
        status = int(struct.unpack_from(">HHI", body)[1])
        return Answer(status, tuple(_things(body, 8)))
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise IppTrouble("no IPP") from error


def _things(body: bytes, place: int) -> Iterator[Attributes]:
    """The job and printer groups; what stands in other groups is passed over."""
    group, found, name = 0, Attributes(), ""
    while (tag := body[place]) != END:
        place += 1
        if tag < 0x10:
            if group in (_JOB, _PRINTER):
                yield found
            group, found, name = tag, {}, ""
            continue
        more, place = _counted(body, place)
        raw, place = _counted(body, place)
        name = more.decode() or name  # no name: one more value of the attribute before
        found[name] = (*found.get(name, ()), _value(tag, raw))
    if group in (_JOB, _PRINTER):
        yield found


def _counted(body: bytes, place: int) -> tuple[bytes, int]:
    (length,) = struct.unpack_from(">H", body, place)
    end = place + 2 + length
    if end > len(body):
        raise struct.error("cut")
    return body[place + 2 : end], end


def _value(tag: int, raw: bytes) -> Value:
    if tag < 0x20:  # no-value, unknown, unsupported
        return None
    if tag in (INTEGER, ENUM):
        return int(struct.unpack(">i", raw)[0])
    if tag == BOOLEAN:
        return raw != b"\0"
    if tag in _WITH_LANGUAGE:
        _, after = _counted(raw, 0)
        raw, _ = _counted(raw, after)
    return raw.decode(errors="replace")


def _attribute(tag: int, name: str, value: Value) -> bytes:
    if tag in (INTEGER, ENUM):
        raw = struct.pack(">i", value)
    else:
        raw = (b"\1" if value else b"\0") if tag == BOOLEAN else str(value).encode()
    return bytes([tag]) + b"".join(struct.pack(">H", len(part)) + part for part in (name.encode(), raw))


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: str, wait_s: float) -> None:
        super().__init__("localhost", timeout=wait_s)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)
