"""Files of a report: written beside their place, on the disk before they take it. Nobody ever sees half of one, and what stood there stays until then."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from corner_app.book.backup import sync_folder
from corner_app.domain.trouble import Trouble


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Gives the path to write to; when the block ends well, that file is `target`. Raises Trouble("report_not_written"), and leaves no part behind."""
    beside = target.with_name(f".{target.name}.part")
    try:
        try:
            yield beside
            with beside.open("rb+") as file:
                os.fsync(file.fileno())
            beside.replace(target)
            sync_folder(target.parent)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise Trouble("report_not_written", file=target.name, why=error.strerror or str(error)) from error


def write(target: Path, content: bytes) -> None:
    """Writes a whole file. Raises Trouble("report_not_written")."""
    with replacing(target) as beside:
        beside.write_bytes(content)
