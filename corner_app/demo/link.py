"""The link between an office and the centre: a relay of bytes on this machine that can be cut and comes back."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Self

_CHUNK = 65_536


class Link:
    """Stands between an office and a server on this machine. `with Link(port) as link:` relays until the end; any thread may cut it.

    port: where the server answers. Raises OSError when no port is to be had.
    """

    def __init__(self, port: int) -> None:
        self._to, self._loop, self._open = port, asyncio.new_event_loop(), set[asyncio.StreamWriter]()
        self._up, self._down_at, self._down_s, self.cuts = True, 0.0, 0.0, 0
        self._server = self._loop.run_until_complete(asyncio.start_server(self._relay, "127.0.0.1", 0))
        self._thread = threading.Thread(target=self._loop.run_forever, name="link", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *trouble: object) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def url(self) -> str:
        """Where the office finds the centre."""
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    @property
    def up(self) -> bool:
        """Whether bytes get through."""
        return self._up

    @property
    def down_s(self) -> float:
        """Seconds the link has been down so far, all cuts together."""
        return self._down_s + (0.0 if self._up else time.monotonic() - self._down_at)

    def cut(self) -> None:
        """From now on nothing gets through, and what was on its way is lost."""
        if self._up:
            self._up, self._down_at, self.cuts = False, time.monotonic(), self.cuts + 1
            self._loop.call_soon_threadsafe(self._drop)

    def restore(self) -> None:
        """Bytes get through again."""
        if not self._up:
            self._down_s, self._up = self.down_s, True

    def _drop(self) -> None:
        for writer in self._open:
            writer.transport.abort()

    async def _end(self) -> None:
        self._server.close()
        self._drop()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of the office, until either side ends it or the link is cut."""
        if not self._up:
            writer.transport.abort()
            return
        try:
            far_reader, far = await asyncio.open_connection("127.0.0.1", self._to)
        except OSError:
            writer.transport.abort()
            return
        both = {writer, far}
        self._open |= both
        try:
            await asyncio.gather(self._pump(reader, far), self._pump(far_reader, writer))
        finally:
            self._open -= both
            for each in both:
                each.close()

    async def _pump(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        """Carries bytes one way to their end. A connection that was cut has ended too."""
        try:
            while self._up and (part := await source.read(_CHUNK)):
                target.write(part)
                await target.drain()
        except OSError:
            target.transport.abort()
            return
        target.close()
