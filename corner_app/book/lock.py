"""One program a book: a lock on a file beside it that dies with its holder, also when the power goes."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from corner_app.domain.trouble import Trouble


class Lock:
    """Held while a book is open. Raises Trouble("book_in_use", pid=…)."""

    def __init__(self, book: Path) -> None:
        self._path = book.with_name(book.name + ".lock")
        try:
            self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise Trouble("book_not_writable") from error
        try:
            _take(self._handle)
        except OSError as error:
            holder = os.pread(self._handle, 20, 1).decode("ascii", "replace").strip() if hasattr(os, "pread") else ""
            os.close(self._handle)
            raise Trouble("book_in_use", pid=holder or "?") from error
        os.lseek(self._handle, 1, os.SEEK_SET)
        os.write(self._handle, f"{os.getpid():<20}".encode())

    def release(self) -> None:
        """Lets the next program in. The file stays: removing it would let two hold different ones."""
        os.close(self._handle)


if sys.platform == "win32":
    import msvcrt

    def _take(handle: int) -> None:
        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
