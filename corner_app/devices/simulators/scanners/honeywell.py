"""A Honeywell scanner in host acknowledgement mode without the scanner: silent and still after each code until the host answers. POSIX only."""

from __future__ import annotations

import os
import re
import select
import time
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event

from corner_app.devices.simulators.terminal import Terminal

_LOOK_S = 0.01
_COMMAND = re.compile(rb"\x1b([ab1-8]),")


class HoneywellSimulator:
    """A scanner at a pseudo-terminal; `run` it on a thread.

    timeout_s: how long it waits for an answer. Recorded in `heard`, in order: "read TEXT" when it sent a code, the letter or digit of each escape
    command, and "three beeps" when nobody answered. waiting: whether it is suspended now.
    """

    def __init__(self, link: Path, timeout_s: float = 10.0) -> None:
        """link: where the port is to be found; replaced if it is there. Raises OSError where there are no pseudo-terminals."""
        self._port = Terminal(link)
        self.link = link
        self.timeout_s = timeout_s
        self.heard: list[str] = []
        self.waiting = False
        self._codes: SimpleQueue[bytes] = SimpleQueue()
        self._held = b""
        self._sent_s = 0.0

    def scan(self, text: str, end: bytes = b"\r") -> None:
        """Reads a code, as soon as those before it are answered."""
        self._codes.put(text.encode() + end)

    def scan_bytes(self, data: bytes) -> None:
        """Sends bytes as they are, as a code of its own."""
        self._codes.put(data)

    def unplug(self) -> None:
        """The cable is out."""
        self._port.unplug()

    def replug(self) -> None:
        """The cable is in again, at another terminal behind the same name."""
        self._port.replug()

    def run(self, stop: Event) -> None:
        """Serves until `stop`, on the caller's thread; then the port is gone."""
        try:
            while not stop.is_set():
                self._listen()
                self._talk()
        finally:
            self._port.unplug()

    def _listen(self) -> None:
        end = self._port.far_end
        try:
            if end < 0 or not select.select([end], [], [], _LOOK_S)[0]:
                return
            self._held += os.read(end, 4096)
        except (OSError, ValueError):  # pulled while it listened
            self._held = b""
            return
        while (found := _COMMAND.search(self._held)) is not None:
            self._held = self._held[found.end() :]
            self.heard.append(found[1].decode())
            self.waiting = False

    def _talk(self) -> None:
        if self.waiting and time.monotonic() - self._sent_s >= self.timeout_s:
            self.heard.append("three beeps")
            self.waiting = False
        if self.waiting or self._port.far_end < 0:
            return
        try:
            data = self._codes.get_nowait()
        except Empty:
            return
        self.heard.append("read " + data.decode("latin-1").strip())
        self.waiting, self._sent_s = True, time.monotonic()
        try:
            os.write(self._port.far_end, data)
        except OSError:  # pulled while it spoke
            self.waiting = False
