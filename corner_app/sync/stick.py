"""Files on a stick: named, written so that a pulled plug leaves the old one or the whole new one, read back before anybody trusts them."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from corner_app.sync.sealing import OUT as MARK_OUT
from corner_app.sync.sealing import SEGMENT_LIMIT, Label, Unopened, read_label

OUT, IN = ".out", ".in"
"""How a segment's file name ends, and that of the reply to it."""


class StickTrouble(Exception):
    """The stick did not take or give a file. code: "stick_full", "stick_gone" (pulled out, protected, not there), "stick_damaged" (gives back other bytes)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def place_for(folder: Path, label: Label) -> Path:
    """Where a segment goes: corner-OFFICE-COUNTER-FIRST-LAST.out. It replaces a file of its own device, never another's. Raises StickTrouble."""
    office = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in label.office)
    name = f"corner-{office}-{label.counter}-{label.first}-{label.last}"
    file, number = folder / f"{name}{OUT}", 1
    while file.exists() and _device_of(file) not in (None, label.device):
        number += 1
        file = folder / f"{name}_{number}{OUT}"
    return file


def _device_of(file: Path) -> int | None:
    """Whose segment it is, None for a damaged one."""
    try:
        return read_label(MARK_OUT, read(file)).device
    except Unopened:
        return None


def listed(folder: Path, end: str) -> list[Path]:
    """Our files there, by name. Raises StickTrouble("stick_gone")."""
    try:
        return sorted(file for file in folder.iterdir() if file.name.startswith("corner-") and file.suffix == end and file.is_file())
    except OSError as error:
        raise StickTrouble("stick_gone") from error


def read(file: Path) -> bytes:
    """The whole file; one that is too large comes back cut, so that nobody opens it. Raises StickTrouble("stick_gone")."""
    try:
        with file.open("rb") as opened:
            return opened.read(SEGMENT_LIMIT + 1)
    except OSError as error:
        raise StickTrouble("stick_gone") from error


def write(file: Path, content: bytes) -> None:
    """Writes beside, makes it durable, renames, makes that durable, reads it back from the medium. Raises StickTrouble."""
    beside = file.with_name(file.name + ".part")
    try:
        _write_beside(beside, content)
        os.replace(beside, file)
        _sync_folder(file.parent)
        back = _read_back(file)
    except OSError as error:
        _remove(beside)
        raise StickTrouble("stick_full" if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) else "stick_gone") from error
    if back != content:
        raise StickTrouble("stick_damaged")


def _write_beside(beside: Path, content: bytes) -> None:
    beside.unlink(missing_ok=True)
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o644)  # a stranger's stick may hold a link by that name
    with os.fdopen(handle, "wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _read_back(file: Path) -> bytes:
    with file.open("rb") as opened:
        if hasattr(os, "posix_fadvise"):  # else the system would show us its memory of what we wrote
            os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return opened.read()


def _remove(beside: Path) -> None:
    """Half a file is of no use; one that cannot be removed lies on a stick that is gone."""
    try:
        beside.unlink(missing_ok=True)
    except OSError:
        return
