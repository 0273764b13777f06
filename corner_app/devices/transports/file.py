"""Labels as files, for a printer another program feeds, and for looking at."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from corner_app.devices.transports.errors import NotSent
from corner_app.devices.transports.transport import Enough


class FilePrinter:
    """Writes each label to label-000001.zpl, label-000002.zpl … in a folder: whole or not at all. One printer per folder."""

    two_way = False
    writes_files = True

    def __init__(self, folder: Path, suffix: str = ".zpl") -> None:
        """folder: made if missing, at the first label. suffix: what the files are called, with its dot."""
        self.folder, self.suffix = folder, suffix
        self.name = f"file:{folder}"

    def send(self, data: bytes, enough: Enough | None = None, wait_s: float = 0.0) -> bytes:
        """Writes one label, on the disk when this returns, and hears nothing. Raises NotSent; nothing is left of a label that failed."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            path = self.folder / f"label-{self._last() + 1:06}{self.suffix}"
            fresh = path.with_suffix(".tmp")
            with fresh.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(path)
            _keep_name(self.folder)
        except OSError as error:
            raise NotSent("full" if error.errno == errno.ENOSPC else "missing") from error
        return b""

    def ask(self, query: bytes, wait_s: float) -> bytes:
        """A file answers nothing."""
        return b""

    def _last(self) -> int:
        numbers = [path.stem.removeprefix("label-") for path in self.folder.glob("label-*")]
        return max((int(number) for number in numbers if number.isdecimal()), default=0)


def _keep_name(folder: Path) -> None:
    """The name of a new file is on the disk only when its folder is; on Windows it needs no asking."""
    if os.name != "posix":
        return
    held = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(held)
    finally:
        os.close(held)
