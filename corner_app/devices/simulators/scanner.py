"""A serial scanner without the scanner: what it sends, and how badly, is chosen by the caller. POSIX only."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from threading import Event

from corner_app.devices.simulators.terminal import Terminal

_FULL_S = 0.01
"""How long to wait for a line that takes no more bytes."""


class ScannerSimulator:
    """A scanner to be read at `link`, which can be unplugged and plugged in again. POSIX only: the constructor raises OSError on Windows."""

    def __init__(self, link: Path) -> None:
        """link: where the port is to be found; replaced if it is there."""
        self._port = Terminal(link)
        self.link = link

    def scan(self, text: str, split: Sequence[int] | None = None, end: bytes = b"\r") -> None:
        """Sends text (UTF-8) and its end. split: byte positions at which to cut it into writes of their own. Raises OSError when unplugged."""
        data = text.encode() + end
        cuts = [0, *sorted(split or ()), len(data)]
        for start, stop in itertools.pairwise(cuts):
            self.noise(data[start:stop])

    def scan_all(self, texts: Iterable[str], a_second: float, stop: Event) -> None:
        """Sends one code after the other, so many a second, until they are all sent or `stop`. Raises OSError when unplugged."""
        for text in texts:
            self.scan(text)
            if stop.wait(1 / a_second):
                return

    def noise(self, data: bytes) -> None:
        """Sends bytes as they are; waits when the reader is slow. Raises OSError when unplugged."""
        while data:
            try:
                data = data[os.write(self._port.far_end, data) :]
            except BlockingIOError:
                Event().wait(_FULL_S)

    def unplug(self) -> None:
        """The cable is out: readers see an error and the name is gone. Unplugged twice is unplugged."""
        self._port.unplug()

    def replug(self) -> None:
        """The cable is in again, at another terminal behind the same name. Plugged in twice is plugged in."""
        self._port.replug()

    def close(self) -> None:
        """Unplugs for good."""
        self._port.unplug()
