"""A serial scanner without the scanner: a pseudo-terminal behind a name that stays. POSIX only."""

from __future__ import annotations

import itertools
import os
from collections.abc import Sequence
from pathlib import Path


class ScannerSimulator:
    """A scanner to be read at `link`, which can be unplugged and plugged in again. POSIX only: the constructor raises OSError on Windows."""

    def __init__(self, link: Path) -> None:
        """link: where the port is to be found; replaced if it is there."""
        if os.name != "posix":
            raise OSError("the simulated scanner is a pseudo-terminal: POSIX only")
        self.link = link
        self._master = self._slave = -1
        self.replug()

    def scan(self, text: str, split: Sequence[int] | None = None) -> None:
        """Sends text (UTF-8) and CR. split: byte positions at which to cut it into writes of their own. Raises OSError when unplugged."""
        data = text.encode() + b"\r"
        cuts = [0, *sorted(split or ()), len(data)]
        for start, end in itertools.pairwise(cuts):
            self.noise(data[start:end])

    def noise(self, data: bytes) -> None:
        """Sends bytes as they are; waits when the reader is slow. Raises OSError when unplugged."""
        while data:
            data = data[os.write(self._master, data) :]

    def unplug(self) -> None:
        """The cable is out: readers see an error and the name is gone. Unplugged twice is unplugged."""
        if self._master < 0:
            return
        self.link.unlink(missing_ok=True)
        master, slave, self._master, self._slave = self._master, self._slave, -1, -1
        os.close(slave)
        os.close(master)

    def replug(self) -> None:
        """The cable is in again, at another terminal behind the same name. Plugged in twice is plugged in."""
        if self._master >= 0:
            return
        import tty  # here, for there is none on Windows

        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        fresh = self.link.with_name(self.link.name + ".new")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(os.ttyname(self._slave))
        fresh.replace(self.link)

    def close(self) -> None:
        """Unplugs for good."""
        self.unplug()
