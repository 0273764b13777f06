"""A scanner at a serial line that is one of several makes, and becomes another while the counter runs. POSIX only."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from threading import Event

from corner_app.devices.simulators.scanner import ScannerSimulator
from corner_app.devices.simulators.scanners.honeywell import HoneywellSimulator
from corner_app.devices.simulators.scanners.ssi import SsiScannerSimulator

_LOOK_S = 0.05
_LAST = 4
"""How many of the things it was told are told."""
_KINDS: dict[str, Callable[[Path], ScannerSimulator | SsiScannerSimulator | HoneywellSimulator]] = {
    "serial": ScannerSimulator, "ssi": SsiScannerSimulator, "honeywell": HoneywellSimulator,
}  # fmt: skip


class AnyScanner:
    """Whatever it is, the name of its port stays. kind: "serial", "ssi" or "honeywell". `run` it on a thread; any other may ask for a scan or a kind."""

    def __init__(self, link: Path, kind: str = "serial") -> None:
        """link: where the port is to be found; replaced if it is there. Raises OSError where there are no pseudo-terminals, KeyError for no such kind."""
        self.link, self.kind = link, kind
        self._wanted = kind
        self._is = _KINDS[kind](link)

    def scan(self, text: str) -> None:
        """Reads a code. While another one is being plugged in nothing reads it."""
        with contextlib.suppress(OSError):  # its cable has just been pulled
            self._is.scan(text)

    def become(self, kind: str) -> None:
        """Is unplugged, and another one is plugged in, soon. Raises KeyError for no such kind."""
        if kind not in _KINDS:
            raise KeyError(kind)
        self._wanted = kind

    def told(self) -> str:
        """The last things the counter told it, in stable words, "" nothing."""
        scanner = self._is
        if isinstance(scanner, SsiScannerSimulator):
            return " · ".join([*(f"beep {beep}" for beep in scanner.beeps[-_LAST:]), *(["LED"] if scanner.lit else [])])
        if isinstance(scanner, HoneywellSimulator):
            return " · ".join(f"ESC {word}" for word in scanner.heard[-_LAST:] if len(word) == 1)
        return ""

    def run(self, stop: Event) -> None:
        """Serves until `stop`, on the caller's thread; then the port is gone."""
        while not stop.is_set():
            self._serve(_Turn(lambda: stop.is_set() or self._wanted != self.kind))
            self._is.unplug()
            if not stop.is_set():
                self.kind = self._wanted
                self._is = _KINDS[self.kind](self.link)
        self._is.unplug()

    def _serve(self, turn: Event) -> None:
        if isinstance(self._is, ScannerSimulator):
            while not turn.is_set():
                Event().wait(_LOOK_S)
        else:
            self._is.run(turn)


class _Turn(Event):
    """Set when something has happened."""

    def __init__(self, over: Callable[[], bool]) -> None:
        super().__init__()
        self._over = over

    def is_set(self) -> bool:
        return self._over()
