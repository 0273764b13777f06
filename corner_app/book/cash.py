"""Cash documents as the book holds them: their entries folded, their money posted (`domain.cash`)."""

from __future__ import annotations

from collections.abc import Sequence

from corner_app.book.accounts import repost, retask
from corner_app.book.database import Rows
from corner_app.domain.cash import Document, fold
from corner_app.domain.entries import Fact


def project(rows: Rows, subject: str, facts: Sequence[Fact]) -> Document:
    """Brings a document's money and tasks up to all its entries."""
    document = fold(subject, facts)
    repost(rows, subject, document.lines)
    retask(rows, subject, document.conflicts)
    return document
