"""Cash documents as they stand, the closings of drawers with the centre's own figures beside, and sums of accounts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec

from central_server.storage.database import Row, Sql, locking, value
from corner_app.domain.entries import EntryId


@dataclass(frozen=True, slots=True)
class Standing:
    """A document. office: whose cash it is about; counter, date: of its drawer and day, 0 and "" for others; at: ms UTC of its first entry.

    state: "open" or "closed" of a day, "posted" of a slip, "sent" or "received" of a pouch. amount: paisa of a pouch or slip, the difference of a day.
    disputes: open ones. unfinished: somebody has still to do something.
    """

    office: str
    subject: str
    counter: int
    date: str
    state: str
    amount: int
    at: int
    disputes: int
    unfinished: bool


@dataclass(frozen=True, slots=True)
class Closing:
    """The closing of a drawer's day. expected, counted: as its entry says, computed: what the centre expects, paisa. differs: they do not agree.

    marks: lineage of a PC of this counter ("device.epoch") → its last entry that is in this day or an earlier one. others: entries of other counters that
    are in this day.
    """

    office: str
    counter: int
    date: str
    by: EntryId
    expected: int
    counted: int
    computed: int
    differs: bool
    marks: dict[str, int] = field(default_factory=dict)
    others: tuple[EntryId, ...] = ()
    at: int = 0


_STANDING = "office, subject, counter, date, state, amount, at, disputes, unfinished"
_CLOSING = "office, counter, date, device, epoch, seq, expected, counted, computed, differs, marks, others, at"


def keep(sql: Sql, found: Iterable[tuple[Standing, Iterable[str]]]) -> None:
    """Keeps how documents stand. With each: every office under which it may have been kept before."""
    rows = list(found)
    for standing, offices in rows:
        condition, among = sql.among("office", offices)
        sql.run(f"DELETE FROM document WHERE {condition} AND subject = ?", (among, standing.subject))  # noqa: S608
    sql.copy(
        "document", _STANDING.split(", "), [(s.office, s.subject, s.counter, s.date, s.state, s.amount, s.at, s.disputes, int(s.unfinished)) for s, _ in rows]
    )


def _standing(row: Row) -> Standing:
    return Standing(row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7], bool(row[8]))


def unfinished(sql: Sql, office: str | None = None) -> list[Standing]:
    """Documents with something still to do, of one office or of all, the oldest first."""
    which, parameters = ("AND office = ? ", (office,)) if office is not None else ("", ())
    rows = sql.all(f"SELECT {_STANDING} FROM document WHERE unfinished = 1 {which}ORDER BY at, subject", parameters)  # noqa: S608
    return [_standing(row) for row in rows]


def days_of(sql: Sql, office: str, date: str) -> list[Standing]:
    """The days of an office's drawers on one date."""
    rows = sql.all(f"SELECT {_STANDING} FROM document WHERE office = ? AND date = ? ORDER BY counter", (office, date))  # noqa: S608
    return [_standing(row) for row in rows]


def _closings(sql: Sql, condition: str, parameters: tuple[object, ...]) -> list[Closing]:
    rows = sql.all(f"SELECT {_CLOSING} FROM closing WHERE {condition}", parameters)  # noqa: S608
    return [
        Closing(
            row[0], row[1], row[2], EntryId(row[3], row[4], row[5]), row[6], row[7], row[8], bool(row[9]),
            msgspec.json.decode(row[10], type=dict[str, int]), tuple(EntryId(*name) for name in msgspec.json.decode(row[11])), row[12],
        )
        for row in rows
    ]  # fmt: skip


def closing(sql: Sql, office: str, counter: int, date: str, *, lock: bool = False) -> Closing | None:
    """The closing of a drawer's day. lock: held until the transaction ends."""
    found = _closings(sql, f"office = ? AND counter = ? AND date = ?{locking(sql) if lock else ''}", (office, counter, date))
    return found[0] if found else None


def closing_before(sql: Sql, office: str, counter: int, date: str) -> Closing | None:
    """The last closing of a drawer before a date."""
    found = _closings(sql, "office = ? AND counter = ? AND date < ? ORDER BY date DESC LIMIT 1", (office, counter, date))
    return found[0] if found else None


def closings(sql: Sql, office: str, counter: int) -> list[Closing]:
    """Every closing of a drawer, oldest first."""
    return _closings(sql, "office = ? AND counter = ? ORDER BY date", (office, counter))


def differing(sql: Sql, office: str | None = None) -> list[Closing]:
    """Closings that do not agree with the centre, of one office or of all, oldest first."""
    if office is None:
        return _closings(sql, "differs = 1 ORDER BY date, office, counter", ())
    return _closings(sql, "differs = 1 AND office = ? ORDER BY date, counter", (office,))


def keep_closing(sql: Sql, c: Closing) -> None:
    """Keeps a closing in place of what was kept of that day."""
    others = msgspec.json.encode([list(name) for name in c.others]).decode()
    marks = msgspec.json.encode(c.marks).decode()
    row = (c.office, c.counter, c.date, *c.by, c.expected, c.counted, c.computed, int(c.differs), marks, others, c.at)
    sql.run(
        f"""INSERT INTO closing ({_CLOSING}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (office, counter, date) DO UPDATE SET
            device = excluded.device, epoch = excluded.epoch, seq = excluded.seq, expected = excluded.expected, counted = excluded.counted,
            computed = excluded.computed, differs = excluded.differs, marks = excluded.marks, others = excluded.others, at = excluded.at""",  # noqa: S608
        row,
    )


# Accounts


def balance(sql: Sql, account: str) -> int:
    """Paisa on an account."""
    return int(value(sql, "SELECT coalesce(sum(amount), 0) FROM posting WHERE account = ?", (account,)))


def balances(sql: Sql, accounts: Iterable[str]) -> dict[str, int]:
    """Paisa on each of these accounts that is not empty."""
    condition, among = sql.among("account", accounts)
    rows = sql.all(f"SELECT account, sum(amount) FROM posting WHERE {condition} GROUP BY account ORDER BY account", (among,))  # noqa: S608
    return {account: int(total) for account, total in rows if total}


def sums(sql: Sql, kind: str) -> dict[str, int]:
    """Paisa on every account of a kind ("transit:") that is not empty. A pass over every posting: to be asked seldom."""
    rows = sql.all("SELECT account, sum(amount) FROM posting WHERE substr(account, 1, ?) = ? GROUP BY account ORDER BY account", (len(kind), kind))
    return {account: int(total) for account, total in rows if total}


def moved(sql: Sql, account: str, device: int, epoch: int, after: int, upto: int) -> int:
    """What the entries of a lineage behind one and up to another did to an account."""
    asked = (account, device, epoch, after, upto)
    return int(value(sql, "SELECT coalesce(sum(amount), 0) FROM posting WHERE account = ? AND device = ? AND epoch = ? AND seq > ? AND seq <= ?", asked))


def lines(sql: Sql, account: str, device: int, epoch: int, after: int, upto: int) -> list[tuple[str, EntryId, int]]:
    """(subject, entry, paisa) of what the entries of a lineage behind one and up to another did to an account, in order."""
    rows = sql.all(
        """SELECT subject, device, epoch, seq, sum(amount) FROM posting WHERE account = ? AND device = ? AND epoch = ? AND seq > ? AND seq <= ?
           GROUP BY subject, device, epoch, seq ORDER BY seq, subject""",
        (account, device, epoch, after, upto),
    )
    return [(row[0], EntryId(row[1], row[2], row[3]), int(row[4])) for row in rows]


def on_account(sql: Sql, account: str) -> list[tuple[str, EntryId, int]]:
    """(subject, entry, paisa) of everything on an account."""
    rows = sql.all("SELECT subject, device, epoch, seq, amount FROM posting WHERE account = ? ORDER BY device, epoch, seq, line", (account,))
    return [(row[0], EntryId(row[1], row[2], row[3]), int(row[4])) for row in rows]


def subjects_on(sql: Sql, account: str) -> dict[str, int]:
    """Subject → paisa it left on an account; those that left nothing are not there."""
    rows = sql.all("SELECT subject, sum(amount) FROM posting WHERE account = ? GROUP BY subject ORDER BY subject", (account,))
    return {subject: int(total) for subject, total in rows if total}
