"""Proof that a book is whole: every hash again, no gap, every projection rebuilt from the log and compared."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corner_app.book.database import Rows, connect, engine, in_transaction, translated
from corner_app.book.entries import UNREAD, each, number_of
from corner_app.book.migrate import migrate
from corner_app.book.parcels import index_for_search
from corner_app.book.replay import ARRIVED, OWN, merged, play_into, sum_of
from corner_app.domain.chain import first_hash, next_hash
from corner_app.domain.entries import UnreadableEntry, decode, kind

if TYPE_CHECKING:
    import sqlalchemy as sa

PROJECTIONS = ("parcel", "alias", "tally", "bag", "posting", "account", "payment", "task", "print_job")
"""Tables computed from the log alone. The search indexes follow `parcel` and `alias` and are rebuilt with them."""

_STEP = 5_000

Progress = Callable[[int, int], None]


@dataclass
class Report:
    """What a check found. entries: read; faults: (code, detail) in the order found; head: hash of the last entry."""

    entries: int = 0
    head: str = ""
    faults: list[tuple[str, str]] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


def silent(done: int, of: int) -> None:
    """Progress nobody watches."""


def verify(path: Path, progress: Progress = silent) -> Report:
    """Checks the book at `path` while it may be in use: reads one snapshot and writes only to a temporary folder."""
    report = Report()
    with translated(), tempfile.TemporaryDirectory(prefix="corner-verify-") as folder:
        source = connect(path, read_only=True)
        try:
            in_transaction(source, lambda: _check(Rows(source), Path(folder) / "rebuilt.book", report, progress), kind="DEFERRED")
        finally:
            source.close()
    if report.head or not report.faults:
        with translated(), closing(engine(path, read_only=True).connect()) as book:
            _accounts_agree(book, report)
    return report


def _accounts_agree(book: sa.Connection, report: Report) -> None:
    """The ledger computed a second way, by other code than the projections': every account is the sum of its postings, all sums are zero."""
    import sqlalchemy as sa

    posting, account = sa.table("posting", sa.column("account"), sa.column("amount")), sa.table("account", sa.column("name"), sa.column("balance"))
    summed = sa.select(posting.c.account, sa.func.sum(posting.c.amount)).group_by(posting.c.account)
    sums = {name: amount for name, amount in book.execute(summed).all() if amount}
    kept = {name: balance for name, balance in book.execute(sa.select(account.c.name, account.c.balance)).all() if balance}
    for name in sorted(sums.keys() | kept.keys()):
        if sums.get(name, 0) != kept.get(name, 0):
            report.faults.append(("account_differs", name))
    if sum(sums.values()):
        report.faults.append(("ledger_unequal", str(sum(sums.values()))))


def _check(rows: Rows, rebuilt: Path, report: Report, progress: Progress) -> None:
    fault = rows.value("PRAGMA quick_check(1)")
    if fault != "ok":
        report.faults.append(("file_damaged", str(fault)))
    check_chain(rows, report)
    _check_arrived(rows, report)
    if report.faults:
        return
    kept = {name for (name,) in rows.all("SELECT name FROM sqlite_schema WHERE type = 'table'")}  # a book nobody opened since an update has fewer
    fresh = rebuild_into(rebuilt, rows, progress)
    try:
        for table in (table for table in PROJECTIONS if table in kept):
            _compare(rows, Rows(fresh), table, report)
    finally:
        fresh.close()


def check_chain(rows: Rows, report: Report) -> None:
    """Re-hashes the log: gapless numbers, each hash from the one before, every entry readable. Stops at the first fault."""
    lineages = {epoch: (uuid, parent) for epoch, uuid, parent in rows.all("SELECT epoch, uuid, parent_head FROM lineage")}
    at_no, at_epoch, at_seq, digest = 0, 0, 0, b""
    for no, epoch, seq, stored, written in each(rows):
        if epoch != at_epoch:
            if epoch not in lineages:
                report.faults.append(("unknown_epoch", str(no)))
                return
            at_epoch, at_seq, digest = epoch, 0, first_hash(lineages[epoch][0], epoch, lineages[epoch][1])
        at_no, at_seq = at_no + 1, at_seq + 1
        if (no, seq) != (at_no, at_seq):
            report.faults.append(("gap", str(at_no)))
            return
        digest = next_hash(digest, stored)
        if digest != written:
            report.faults.append(("hash_differs", str(no)))
            return
        if _unreadable(rows, no, seq, stored):
            report.faults.append(("unreadable_entry", str(no)))
            return
    report.entries, report.head = at_no, digest.hex()


def _check_arrived(rows: Rows, report: Report) -> None:
    """What others wrote lies as it came, and the columns beside it say what it says."""
    for row in rows.each(f"{ARRIVED} ORDER BY id"):
        number, _, _, _, _, _, sum_, word, subject, stored = row
        if sum_of(stored) != sum_:
            report.faults.append(("arrived_differs", str(number)))
            return
        try:
            entry = decode(stored)
            fits = (word, subject) == (kind(entry.body), entry.subject)
        except UnreadableEntry:
            fits = word == UNREAD
        if not fits:
            report.faults.append(("unreadable_entry", f"arrived {number}"))
            return


def _unreadable(rows: Rows, no: int, seq: int, stored: bytes) -> bool:
    """Whether an entry cannot be read, or the columns beside its bytes say something else than they do."""
    try:
        entry = decode(stored)
    except UnreadableEntry:
        return True
    beside = rows.one("SELECT kind, actor, subject, sup FROM entry WHERE no = ?", (no,))
    sup = number_of(rows, entry.sup, no - seq)
    return beside != (kind(entry.body), entry.actor, entry.subject, sup)


def rebuild_into(target: Path, source: Rows, progress: Progress = silent) -> Any:
    """Makes a new book file from the log of `source` alone and returns its open connection."""
    connection = connect(target)
    connection.execute("PRAGMA synchronous=OFF")
    migrate(connection, target)
    rows = Rows(connection)

    def replay() -> None:
        for table in ("meta", "lineage"):
            for row in source.all(f"SELECT * FROM {table}"):  # noqa: S608 - fixed names
                rows.run(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)  # noqa: S608
        total = source.value("SELECT coalesce(max(no), 0) FROM entry")
        everything = merged(source.each(f"{OWN} ORDER BY no"), source.each(f"{ARRIVED} ORDER BY id"))
        for row in play_into(rows, everything):
            if row[0] % _STEP == 0:
                progress(row[0], total)

    in_transaction(connection, replay)
    return connection


def _compare(kept: Rows, fresh: Rows, table: str, report: Report) -> None:
    """Both tables in key order, side by side, so a million rows need no memory."""
    key = kept.value("SELECT group_concat(name, ', ') FROM pragma_table_info(?) WHERE pk > 0", (table,))
    statement = f"SELECT * FROM {table} ORDER BY {key}"  # noqa: S608 - fixed names
    ours, theirs = kept.each(statement), fresh.each(statement)
    while True:
        a, b = next(ours, None), next(theirs, None)
        if a != b:
            report.faults.append(("projection_differs", f"{table} {(a or b or ('',))[0]}"))
            return
        if a is None:
            return


def rebuild(connection: Any, path: Path, progress: Progress = silent) -> None:
    """Replaces every projection of an open book by one computed from the log, in one transaction."""
    rows = Rows(connection)
    with translated(), tempfile.TemporaryDirectory(prefix="corner-rebuild-", dir=path.parent) as folder:
        target = Path(folder) / "rebuilt.book"
        rebuild_into(target, rows, progress).close()
        connection.execute("ATTACH DATABASE ? AS rebuilt", (str(target),))
        try:
            in_transaction(connection, lambda: _replace(rows))
        finally:
            connection.execute("DETACH DATABASE rebuilt")


def _replace(rows: Rows) -> None:
    rows.run("DELETE FROM main.sync WHERE k = 'rebuild_due'")
    for table in PROJECTIONS:
        rows.run(f"DELETE FROM main.{table}")  # noqa: S608 - fixed names
        rows.run(f"INSERT INTO main.{table} SELECT * FROM rebuilt.{table}")  # noqa: S608
    rows.run("INSERT INTO main.names (names) VALUES ('delete-all')")
    rows.run("INSERT INTO main.numbers (numbers) VALUES ('delete-all')")
    index_for_search(rows)
