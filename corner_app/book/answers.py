"""Answers kept by `op`, so that the same op again gives the first answer and writes nothing."""

from __future__ import annotations

from corner_app.book.database import Rows, Tx


def kept(rows: Rows, op: str) -> bytes | None:
    """The answer given to this op before."""
    answer: bytes | None = rows.value("SELECT answer FROM op WHERE op = ?", (op,))
    return answer


def keep(tx: Tx, op: str, answer: bytes, now: int) -> None:
    """Keeps an answer in the transaction that made it true."""
    tx.run("INSERT INTO op (op, answer, at) VALUES (?, ?, ?)", (op, answer, now))
