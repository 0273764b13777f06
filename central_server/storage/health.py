"""How all offices are, for headquarters: one pass over the small tables; what needs a pass over a large one says so."""

from __future__ import annotations

from typing import NamedTuple

from central_server.storage.database import Sql
from central_server.storage.devices import ACTIVE, REPLACED


class Word(NamedTuple):
    """The last word of a PC. seen_at, oldest: milliseconds UTC, 0 never or none; skew: its clock less ours, milliseconds."""

    office: str
    counter: int
    device: int
    state: str
    app: str
    seen_at: int
    unsent: int
    oldest: int
    skew: int


class Matter(NamedTuple):
    """Something the centre said of an entry and has not taken back. seq: the entry's number; at: milliseconds UTC."""

    counter: int
    seq: int
    subject: str
    code: str
    at: int


SETTLED = ("applied", "duplicate_of", "held")
"""What needs nobody: it counts, it was counted before, or it waits for another entry that is on its way."""
_WORD = "office, counter, device, state, app, seen_at, unsent, oldest, skew"
_LAST = """NOT EXISTS (SELECT 1 FROM verdict later WHERE later.office = verdict.office AND later.device = verdict.device
    AND later.epoch = verdict.epoch AND later.seq = verdict.seq AND later.ver > verdict.ver)"""


def words(sql: Sql) -> list[Word]:
    """The last word of every PC that was not replaced by another."""
    return [Word(*row) for row in sql.all(f"SELECT {_WORD} FROM device WHERE state <> ?", (REPLACED,))]  # noqa: S608 - fixed names


def words_of(sql: Sql, office: str) -> list[Word]:
    """The last word of every PC an office ever had."""
    rows = sql.all(f"SELECT {_WORD} FROM device WHERE office = ? ORDER BY counter, enrolled_at DESC", (office,))  # noqa: S608 - fixed names
    return [Word(*row) for row in rows]


def set_apart(sql: Sql) -> dict[str, int]:
    """Office → frames in quarantine; only offices that have some."""
    return {office: count for office, count in sql.all("SELECT office, count(*) FROM quarantine GROUP BY office")}


def unsettled(sql: Sql) -> dict[str, int]:
    """Office → entries of it that need a person. A pass over the verdicts, which are few: only what is out of the ordinary gets one."""
    rows = sql.all(f"SELECT office, count(*) FROM verdict WHERE code NOT IN (?, ?, ?) AND {_LAST} GROUP BY office", SETTLED)  # noqa: S608
    return {office: count for office, count in rows}


def unsettled_of(sql: Sql, office: str, limit: int) -> list[Matter]:
    """Entries of one office that need a person, the latest first."""
    rows = sql.all(
        f"""SELECT coalesce((SELECT counter FROM device WHERE device.device = verdict.device), 0), seq, subject, code, at FROM verdict
            WHERE office = ? AND code NOT IN (?, ?, ?) AND {_LAST} ORDER BY at DESC, seq DESC LIMIT ?""",  # noqa: S608 - fixed names
        (office, *SETTLED, limit),
    )
    return [Matter(*row) for row in rows]


def on_hand(sql: Sql, before: int) -> list[tuple[str, str, int, int]]:
    """(office, state, parcels, of them unchanged since before that moment). A pass over every parcel: to be asked seldom."""
    rows = sql.all(
        """SELECT office, state, count(*), sum(CASE WHEN updated_at < ? THEN 1 ELSE 0 END) FROM parcel
           WHERE updated_at > 0 AND replace(subject, ':', '') = subject GROUP BY office, state""",
        (before,),
    )
    return [(office, state, int(count), int(old)) for office, state, count, old in rows]


def accounts(sql: Sql) -> dict[str, int]:
    """Paisa on every account but those of merchants. A pass over every posting: to be asked seldom."""
    rows = sql.all("SELECT account, sum(amount) FROM posting WHERE substr(account, 1, 4) <> 'cod:' GROUP BY account")
    return {account: int(total) for account, total in rows if total}


def not_enrolled(sql: Sql) -> int:
    """Offices that were let in and have no PC that may speak."""
    return int(
        sql.all("SELECT count(*) FROM office WHERE NOT EXISTS (SELECT 1 FROM device WHERE device.office = office.office AND state = ?)", (ACTIVE,))[0][0]
    )
