"""Numbered forward steps on `PRAGMA user_version`; each carries its own SQL and runs after a copy of the book was made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from corner_app.book.backup import copy_to
from corner_app.book.migrations import m0001_book, m0002_payment
from corner_app.domain.trouble import Trouble

STEPS: tuple[str, ...] = (m0001_book.SQL, m0002_payment.SQL)
"""Step n brings a book from version n to n + 1."""


def migrate(connection: Any, path: Path) -> None:
    """Brings a book to this program's version. Raises Trouble("newer_book") for a book of a later program."""
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > len(STEPS):
        raise Trouble("newer_book", version=version)
    for number in range(version, len(STEPS)):
        if version:  # a book being made has nothing to lose
            copy_to(connection, path.with_name(f"{path.stem}.before-{number + 1}{path.suffix}"))
        connection.executescript(f"BEGIN IMMEDIATE;\n{STEPS[number]}\nPRAGMA user_version = {number + 1};\nCOMMIT;")
