"""A serial port that is none: a pseudo-terminal behind a name that stays through every replug. POSIX only."""

from __future__ import annotations

import os
from pathlib import Path


class Terminal:
    """Programs open `link`; the simulator reads and writes `far_end` (a file descriptor, -1 while unplugged).

    It never blocks: a thread that looked at one end and reads after a replug would else wait for ever at the new one, which often has the old one's number.
    """

    def __init__(self, link: Path) -> None:
        """link: where the port is to be found; replaced if it is there. Raises OSError on Windows, which has no pseudo-terminals."""
        if os.name != "posix":
            raise OSError("a simulated serial port is a pseudo-terminal: POSIX only")
        self.link = link
        self.far_end = self._near_end = -1
        self.replug()

    def unplug(self) -> None:
        """The cable is out: whoever has the port open sees an error and the name is gone. Unplugged twice is unplugged."""
        if self.far_end < 0:
            return
        self.link.unlink(missing_ok=True)
        far, near, self.far_end, self._near_end = self.far_end, self._near_end, -1, -1
        os.close(near)
        os.close(far)

    def replug(self) -> None:
        """The cable is in again, at another terminal behind the same name. Plugged in twice is plugged in."""
        if self.far_end >= 0:
            return
        import tty  # here, for there is none on Windows

        self.far_end, self._near_end = os.openpty()
        os.set_blocking(self.far_end, False)
        tty.setraw(self._near_end)
        fresh = self.link.with_name(self.link.name + ".new")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(os.ttyname(self._near_end))
        fresh.replace(self.link)
