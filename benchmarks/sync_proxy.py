"""A link that counts every byte and can be cut: a TCP proxy as a process of its own, so that its work is nobody's else.

`python benchmarks/sync_proxy.py PORT` forwards to PORT of this machine and says its own port. Then, a line in and a line out: `count` gives what
went since the last `zero`; `cut up N` and `cut down N` end the connection N bytes later in that direction; `every N` cuts the first try of
each exchange after N bytes of its answer and lets the second try through. An exchange begins when the caller speaks after an answer.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

CHUNK = 65_536


@dataclass
class Count:
    """Bytes up and down, connections, exchanges, cuts; lost_up, lost_down: bytes of exchanges that were cut."""

    up: int = 0
    down: int = 0
    connections: int = 0
    exchanges: int = 0
    cuts: int = 0
    lost_up: int = 0
    lost_down: int = 0


class _Link:
    def __init__(self, port: int) -> None:
        self.port = port
        self.count = Count()
        self.left: dict[str, int] = {}
        self.every = 0
        self.spare = False
        self.speaking = ""
        self.said = {"up": 0, "down": 0}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.count.connections += 1
        self.speaking = ""
        there, back = await asyncio.open_connection("127.0.0.1", self.port)
        ends = (writer, back)
        try:
            await asyncio.gather(self._carry("up", reader, back, ends), self._carry("down", there, writer, ends))
        except asyncio.CancelledError:  # the benchmark is over; a callback of asyncio would complain of it
            for end in ends:
                end.transport.abort()

    async def _carry(self, way: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, ends: tuple[asyncio.StreamWriter, ...]) -> None:
        whole = False
        try:
            while part := await reader.read(CHUNK):
                self._hear(way)
                allowed = part[: self.left.get(way, len(part))]
                setattr(self.count, way, getattr(self.count, way) + len(allowed))
                self.said[way] += len(allowed)
                writer.write(allowed)
                await writer.drain()
                if self._spent(way, len(allowed)):
                    break
            else:
                whole = True
        except OSError:
            whole = False  # one end went away; the other hears of it below
        if whole:
            writer.close()
            return
        for end in ends:
            end.transport.abort()

    def _spent(self, way: str, size: int) -> bool:
        """Whether the link is to be cut here."""
        if way not in self.left:
            return False
        self.left[way] -= size
        if self.left[way] > 0:
            return False
        del self.left[way]
        self._cut()
        return True

    def _hear(self, way: str) -> None:
        if way == "up" and self.speaking != "up":
            self.count.exchanges += 1
            self.said = {"up": 0, "down": 0}
            if self.every and not self.spare:
                self.left["down"] = self.every
            elif self.every:
                self.spare = False
                self.left.pop("down", None)
        self.speaking = way

    def _cut(self) -> None:
        self.count.cuts += 1
        self.count.lost_up += self.said["up"]
        self.count.lost_down += self.said["down"]
        self.spare = self.every > 0
        self.speaking = ""

    def told(self, line: str) -> object:
        match line.split():
            case ["count"]:
                return asdict(self.count)
            case ["zero"]:
                self.count = Count()
                return "zero"
            case ["cut", way, after]:
                self.left[way] = int(after)
                return "will be cut"
            case ["every", after]:
                self.every = int(after)
                return "will be cut"
        raise ValueError(line)


async def _run(port: int) -> None:
    link = _Link(port)
    server = await asyncio.start_server(link.serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := await lines.readline():
        print(json.dumps(link.told(line.decode())), flush=True)
    server.close()


class Proxy:
    """A running one, seen from the benchmark."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.port = int(self._line())

    def _line(self) -> str:
        assert self._process.stdout is not None  # noqa: S101 - a pipe was asked for
        return self._process.stdout.readline()

    def tell(self, words: str) -> None:
        """Tells it to `zero`, `cut` or cut `every`."""
        self._ask(words)

    def count(self) -> Count:
        """What went since the last `zero`."""
        return Count(**json.loads(self._ask("count")))

    def _ask(self, words: str) -> str:
        assert self._process.stdin is not None  # noqa: S101 - a pipe was asked for
        self._process.stdin.write(words + "\n")
        self._process.stdin.flush()
        return self._line()


@contextmanager
def proxy(port: int) -> Iterator[Proxy]:
    """A proxy to a port of this machine until the end."""
    process = subprocess.Popen([sys.executable, str(Path(__file__).resolve()), str(port)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield Proxy(process)
    finally:
        assert process.stdin is not None and process.stdout is not None  # noqa: S101 - pipes were asked for
        process.stdin.close()
        process.wait(10)
        process.stdout.close()


if __name__ == "__main__":
    asyncio.run(_run(int(sys.argv[1])))
