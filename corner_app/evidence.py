"""The evidence of a disputed day as a file, from a book that may be in use: entries, report, papers and the devices' log, signed with the counter's key."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corner_app.book.book import Reader
from corner_app.book.database import Rows
from corner_app.book.lineage import read_place
from corner_app.domain.here import Here
from corner_app.domain.outcome import Outcome
from corner_app.domain.trouble import Trouble

if TYPE_CHECKING:
    from corner_app.reports.evidence import Signer

_LOG_TAIL = 200_000
"""Bytes of the devices' log that a bundle carries: some days of a busy counter."""


def log_file(book: Path) -> Path:
    """Where the program notes what devices and links did, beside its book."""
    return book.with_name(book.name + ".log")


def keep_log(book: Path) -> None:
    """Notes from now on what devices and links do, beside the book: two files of 1 MB at most, times in UTC. No parcel and no person stands in it."""
    handler = RotatingFileHandler(log_file(book), maxBytes=1_000_000, backupCount=1, encoding="utf-8", delay=True)
    formatter = logging.Formatter("%(asctime)sZ %(levelname)s %(name)s %(message)s", datefmt="%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    ours = logging.getLogger("corner_app")
    ours.addHandler(handler)
    ours.setLevel(logging.INFO)


def write(book: Path, here: Here, date: str, target: Path, dispute: Mapping[str, Any]) -> None:
    """Writes the bundle of a day, and beside it the program that checks it. dispute: who disputes what, and why.

    Raises Trouble: no_evidence for a day on which nothing was written, report_not_written where the file cannot be.
    """
    from corner_app.reports import data, day, evidence, files

    reader = Reader(book)
    try:

        def made(rows: Rows) -> bytes:
            report = day.read(rows, here, date)
            if report.first is None:
                raise Trouble("no_evidence", date=date)
            return evidence.make(rows, report, data.exact(report), dispute, _log(book), _signer(book, rows))

        bundle = reader.read(made)
    finally:
        reader.close()
    files.write(target, bundle)
    files.write(evidence.beside(target), evidence.script())


def about(here: Here, outcome: Outcome, reason: str) -> Mapping[str, Any]:
    """What stands in the bundle about the dispute itself. outcome: of the job that wrote it."""
    told = {name: outcome.data[name] for name in ("entry", "about", "amount", "date")}
    return {**told, "reason": reason, "by": here.clerk.badge, "office": here.office, "counter": here.counter, "at": here.now}


def _log(book: Path) -> bytes:
    try:
        with log_file(book).open("rb") as file:
            file.seek(max(0, log_file(book).stat().st_size - _LOG_TAIL))
            return file.read()
    except FileNotFoundError:
        return b""


def _signer(book: Path, rows: Rows) -> Signer | None:
    """The key with which this counter signs what it sends; None before it is enrolled."""
    from corner_app.reports import evidence
    from corner_app.sync.keys import read_seed
    from corner_app.sync.signing import public_key, signer

    try:
        seed = read_seed(book, read_place(rows).device)
    except Trouble:
        return None
    return evidence.Signer(public_key(seed), signer(seed))
