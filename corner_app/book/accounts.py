"""Money accounts: the postings of each subject, their sums, mobile payments claimed for it, and what a person must settle."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from corner_app.book.database import Rows
from corner_app.book.entry_ids import id_from, id_text
from corner_app.domain.entries import EntryId, Fact, HandedOver
from corner_app.domain.money import Posting
from corner_app.domain.parcels import Conflict


def drawers(rows: Rows, office: str) -> list[tuple[int, int]]:
    """(counter, paisa in its drawer) for every counter of an office that ever took money."""
    start = f"drawer:{office}-"
    found = rows.all("SELECT name, balance FROM account WHERE name >= ? AND name < ? ORDER BY name", (start, start + ":"))
    return sorted((int(name.removeprefix(start)), balance) for name, balance in found)


def balance(rows: Rows, account: str) -> int:
    """Paisa on an account, 0 for one that never had any."""
    return int(rows.value("SELECT balance FROM account WHERE name = ?", (account,)) or 0)


def balances(rows: Rows) -> dict[str, int]:
    """Paisa on every account that is not empty."""
    return dict(rows.all("SELECT name, balance FROM account WHERE balance <> 0 ORDER BY name"))


def posted(rows: Rows, account: str) -> int:
    """Paisa of all that was posted to an account: what its balance must be."""
    return int(rows.value("SELECT coalesce(sum(amount), 0) FROM posting WHERE account = ?", (account,)))


def post(rows: Rows, subject: str, lines: Sequence[Posting]) -> None:
    """Adds postings of a subject and brings the accounts up to them."""
    for line in lines:
        rows.run(
            "INSERT INTO posting (by, line, item, account, amount, key) VALUES (?, ?, ?, ?, ?, ?)",
            (id_text(line.by), line.line, subject, line.account, line.amount, line.key),
        )
        rows.run(
            "INSERT INTO account (name, balance) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET balance = balance + excluded.balance",
            (line.account, line.amount),
        )


def repost(rows: Rows, subject: str, lines: Sequence[Posting]) -> None:
    """Replaces the postings of a subject."""
    for account, amount in rows.all("SELECT account, amount FROM posting WHERE item = ?", (subject,)):
        rows.run("UPDATE account SET balance = balance - ? WHERE name = ?", (amount, account))
    rows.run("DELETE FROM posting WHERE item = ?", (subject,))
    post(rows, subject, lines)


def claim(rows: Rows, facts: Iterable[Fact]) -> None:
    """Notes the mobile payments that handovers claim."""
    for fact in facts:
        body = fact.entry.body
        if isinstance(body, HandedOver) and body.wallet:
            rows.run("INSERT INTO payment (by, item, wallet, trx) VALUES (?, ?, ?, ?)", (id_text(fact.id), fact.entry.subject, body.wallet, body.trx))


def reclaim(rows: Rows, subject: str, facts: Iterable[Fact]) -> None:
    """Replaces the claimed payments of a subject."""
    rows.run("DELETE FROM payment WHERE item = ?", (subject,))
    claim(rows, facts)


def claimed_by(rows: Rows, wallet: str, trx: str) -> list[tuple[EntryId, str]]:
    """(entry, parcel) of every handover that claims this transaction, whichever office wrote it."""
    found = rows.all("SELECT by, item FROM payment WHERE wallet = ? AND trx = ? ORDER BY by", (wallet, trx))
    return [(by, item) for text, item in found if (by := id_from(text)) is not None]


def add_tasks(rows: Rows, subject: str, conflicts: Sequence[Conflict]) -> None:
    """Notes what a person must settle about a subject."""
    for conflict in conflicts:
        rows.run("INSERT OR REPLACE INTO task (by, item, what) VALUES (?, ?, ?)", (id_text(conflict.by), subject, conflict.what))


def retask(rows: Rows, subject: str, conflicts: Sequence[Conflict]) -> None:
    """Replaces what a person must settle about a subject."""
    rows.run("DELETE FROM task WHERE item = ?", (subject,))
    add_tasks(rows, subject, conflicts)
