"""What stands where the centre should be, or between: a door that may lead to the centre or to a stranger, and a link that is slow and cut."""

from __future__ import annotations

import asyncio
import contextlib
import random
import selectors
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

Behaviour = Callable[[socket.socket], None]
NEVER = 60.0
"""Seconds after which even a stranger gives up, so that no test hangs."""


class Door:
    """A fixed address. Each connection is handled by `behave`, in a thread of its own, and closed."""

    def __init__(self, behave: Behaviour) -> None:
        self.behave = behave
        self.came = 0
        self.ended = False
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.listener.getsockname()[1])
        self.threads = [threading.Thread(target=self._accept, daemon=True)]
        self.threads[0].start()

    def _accept(self) -> None:
        while True:
            try:
                conn, _ = self.listener.accept()
            except OSError:
                return
            if self.ended:
                conn.close()
                return
            self.came += 1
            thread = threading.Thread(target=self._serve, args=(conn, self.behave), daemon=True)
            self.threads.append(thread)
            thread.start()

    def _serve(self, conn: socket.socket, behave: Behaviour) -> None:
        conn.settimeout(NEVER)
        # A caller that hangs up on a stranger is what the tests hope for.
        with contextlib.suppress(OSError), contextlib.closing(conn):
            behave(conn)

    def close(self) -> None:
        self.ended = True
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port), 5).close()
        self.listener.close()


@contextlib.contextmanager
def door(behave: Behaviour) -> Iterator[Door]:
    made = Door(behave)
    try:
        yield made
    finally:
        made.close()


# Behaviours


def leads_to(port: int) -> Behaviour:
    """The honest door."""

    def behave(conn: socket.socket) -> None:
        with socket.create_connection(("127.0.0.1", port), 10) as far:
            _relay(conn, far)

    return behave


def _relay(near: socket.socket, far: socket.socket, upto: int = -1, heard: list[bytes] | None = None) -> None:
    """Carries both ways until one side ends. upto: bytes of answers to let through; heard: gets the answers."""
    other = {near: far, far: near}
    with selectors.DefaultSelector() as ready:
        for one in (near, far):
            ready.register(one, selectors.EVENT_READ)
        while True:
            for key, _ in ready.select(NEVER):
                assert isinstance(key.fileobj, socket.socket)
                end = key.fileobj
                data = end.recv(65_536)
                if not data:
                    return
                if end is far and heard is not None:
                    heard.append(data)
                if end is far and upto >= 0:
                    other[end].sendall(data[:upto])
                    if len(data) >= upto:
                        return
                    upto -= len(data)
                else:
                    other[end].sendall(data)


def leads_to_and_cuts(port: int, after: int) -> Behaviour:
    """To the centre, but its answer ends after some bytes."""

    def behave(conn: socket.socket) -> None:
        with socket.create_connection(("127.0.0.1", port), 10) as far:
            _relay(conn, far, after)

    return behave


def leads_to_and_hears(port: int, heard: list[bytes]) -> Behaviour:
    """To the centre, and keeps its answers."""

    def behave(conn: socket.socket) -> None:
        with socket.create_connection(("127.0.0.1", port), 10) as far:
            _relay(conn, far, heard=heard)

    return behave


def request(conn: socket.socket) -> bytes:
    """One whole request."""
    got = b""
    while b"\r\n\r\n" not in got:
        got += _some(conn)
    head, _, body = got.partition(b"\r\n\r\n")
    length = next((int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    while len(body) < length:
        body += _some(conn)
    return head + b"\r\n\r\n" + body


def _some(conn: socket.socket) -> bytes:
    data = conn.recv(65_536)
    if not data:
        raise ConnectionError("the caller left")
    return data


def says(answer: bytes) -> Behaviour:
    """The same to every request, then hangs up."""

    def behave(conn: socket.socket) -> None:
        request(conn)
        conn.sendall(answer)

    return behave


def drips(answer: bytes, pause: float, gone: threading.Event, then: bytes = b" ") -> Behaviour:
    """An answer that begins and never ends: one byte after each pause, until `gone` or the caller leaves."""

    def behave(conn: socket.socket) -> None:
        request(conn)
        conn.sendall(answer)
        while not gone.wait(pause):
            conn.sendall(then)

    return behave


def pours(answer: bytes, size: int) -> Behaviour:
    """An answer of so many zeros, as fast as they are taken."""

    def behave(conn: socket.socket) -> None:
        request(conn)
        conn.sendall(answer)
        for _ in range(size // 65_536):
            conn.sendall(bytes(65_536))

    return behave


def resets(conn: socket.socket) -> None:
    """Takes the first bytes and tears the connection."""
    conn.recv(16)
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def hangs_up(conn: socket.socket) -> None:
    """Takes the first bytes and closes."""
    conn.recv(65_536)


def with_tls(context: ssl.SSLContext, then: Behaviour) -> Behaviour:
    """The same behind TLS."""

    def behave(conn: socket.socket) -> None:
        with context.wrap_socket(conn, server_side=True) as inner:
            then(inner)

    return behave


def http(status: str, body: bytes = b"", *headers: str, length: int | None = None) -> bytes:
    """Bytes of an answer. length: what it claims of its body."""
    lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body) if length is None else length}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


# A poor link


@dataclass
class PoorLink:
    """A TCP proxy of so many bytes a second that tears the connection each time so many bytes have passed, either way.

    The places of the cuts are drawn with a seed, half to three halves of `cut_every` apart.
    """

    port_of_centre: int
    rate: int
    cut_every: int
    seed: int = 1
    port: int = 0
    up: int = 0
    down: int = 0
    cuts: int = 0
    healed: bool = False
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _ready: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)
        self._left = self._draw()
        self._free_at = 0.0
        self._tasks: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),), daemon=True)
        self._thread.start()
        assert self._ready.wait(10)

    def _draw(self) -> int:
        return round(self.cut_every * self._chance.uniform(0.5, 1.5))

    async def _serve(self) -> None:
        self._end = asyncio.Event()
        listener = socket.create_server(("127.0.0.1", 0))
        # What lies in a buffer here has not passed yet: a small one, or the cuts would come too late.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8_192)
        server = await asyncio.start_server(self._carry, sock=listener, limit=4_096)
        self.port = int(listener.getsockname()[1])
        self._ready.set()
        await self._end.wait()
        server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _carry(self, near: asyncio.StreamReader, near_out: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        far, far_out = await asyncio.open_connection("127.0.0.1", self.port_of_centre, limit=4_096)
        ways = [asyncio.create_task(self._way(near, far_out, up=True)), asyncio.create_task(self._way(far, near_out, up=False))]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            for out in (near_out, far_out):
                out.transport.abort()

    async def _way(self, source: asyncio.StreamReader, out: asyncio.StreamWriter, *, up: bool) -> None:
        while data := await source.read(512):
            now = self._loop.time()
            self._free_at = max(self._free_at, now) + len(data) / self.rate
            await asyncio.sleep(self._free_at - now)
            self.up, self.down = self.up + len(data) * up, self.down + len(data) * (not up)
            self._left -= len(data)
            if self._left <= 0 and not self.healed:
                self._left = self._draw()
                self.cuts += 1
                return
            out.write(data)
            await out.drain()

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(10)
        self._loop.close()
