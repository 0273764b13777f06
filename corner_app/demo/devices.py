"""The devices of the training office: the shipped simulators, reached as real ones are."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from corner_app.config import PrinterSettings, ScannerSettings, Settings
from corner_app.simulate import refuse_beside


class Devices:
    """The shipped simulators: a scanner on a pseudo-terminal and a printer on a socket."""

    def __init__(self, out: Path, book: Path) -> None:
        """Raises Trouble beside a production book."""
        refuse_beside(book)
        from corner_app.devices.simulators.printer import PrinterSimulator
        from corner_app.devices.simulators.scanner import ScannerSimulator

        self.printer = PrinterSimulator(out / "labels")
        self.scanner = ScannerSimulator(out / "scanner") if os.name == "posix" else None
        self._stop = threading.Event()
        threading.Thread(target=self.printer.run, args=(self._stop,), name="printer-simulator", daemon=True).start()

    def settings(self, volume: int = 0) -> Settings:
        """What the office's settings say of them. volume: per cent."""
        host, port = self.printer.address
        scanner = ScannerSettings(str(self.scanner.link)) if self.scanner is not None else ScannerSettings()
        return Settings(volume=volume, printer=PrinterSettings("tcp", host, port), scanner=scanner)

    def close(self) -> None:
        """Unplugs them."""
        self._stop.set()
        if self.scanner is not None:
            self.scanner.close()
