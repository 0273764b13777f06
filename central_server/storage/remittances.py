"""What merchants were paid: remittances with their invoice numbers, and the parcels in them, each in one only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from central_server.storage import devices
from central_server.storage.database import Row, Sql, one, value

PUT_BACK = "put_back_at"
"""Since when this is a copy that was put back: what was remitted after the copy was made is not in it, and must not be paid again."""
_AGREED = "remittances_agreed:"


@dataclass(frozen=True, slots=True)
class Remittance:
    """number: counts from 1 without gaps for each merchant; amount: paisa; made_at, paid_at: ms UTC, 0 not paid yet."""

    merchant: str
    number: int
    invoice: str
    made_at: int
    parcels: int
    amount: int
    paid_at: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A parcel of a remittance. office: that collected; date: when, in the office; amount: paisa."""

    item: str
    office: str
    date: str
    amount: int


_COLUMNS = "merchant, number, invoice, made_at, parcels, amount, paid_at"


def _remittance(row: Row) -> Remittance:
    return Remittance(row[0], row[1], row[2], row[3], row[4], row[5], row[6])


def last_number(sql: Sql, merchant: str) -> int:
    """Number of a merchant's last remittance, 0 none."""
    return int(value(sql, "SELECT coalesce(max(number), 0) FROM remittance WHERE merchant = ?", (merchant,)))


def find(sql: Sql, merchant: str, number: int) -> Remittance | None:
    """One remittance."""
    row = one(sql, f"SELECT {_COLUMNS} FROM remittance WHERE merchant = ? AND number = ?", (merchant, number))  # noqa: S608
    return None if row is None else _remittance(row)


def all_of(sql: Sql, merchant: str | None = None) -> list[Remittance]:
    """Every remittance, of one merchant or of all, in order."""
    which, parameters = ("WHERE merchant = ? ", (merchant,)) if merchant is not None else ("", ())
    return [_remittance(row) for row in sql.all(f"SELECT {_COLUMNS} FROM remittance {which}ORDER BY merchant, number", parameters)]  # noqa: S608


def keep(sql: Sql, made: Remittance, lines: Iterable[Line]) -> None:
    """Adds a remittance with its parcels. A parcel that is in one already makes the whole transaction fail."""
    sql.copy("remittance", _COLUMNS.split(", "), [(made.merchant, made.number, made.invoice, made.made_at, made.parcels, made.amount, made.paid_at)])
    sql.copy(
        "remitted",
        ("subject", "merchant", "number", "office", "date", "amount"),
        [(line.item, made.merchant, made.number, line.office, line.date, line.amount) for line in lines],
    )


def paid(sql: Sql, merchant: str, number: int, now: int) -> None:
    """The merchant has it."""
    sql.run("UPDATE remittance SET paid_at = ? WHERE merchant = ? AND number = ?", (now, merchant, number))


def lines(sql: Sql, merchant: str, number: int) -> list[Line]:
    """The parcels of a remittance."""
    rows = sql.all("SELECT subject, office, date, amount FROM remitted WHERE merchant = ? AND number = ? ORDER BY date, subject", (merchant, number))
    return [Line(row[0], row[1], row[2], row[3]) for row in rows]


def among(sql: Sql, items: Iterable[str]) -> set[str]:
    """Which of these parcels are in a remittance."""
    condition, parameter = sql.among("subject", items)
    return {subject for (subject,) in sql.all(f"SELECT subject FROM remitted WHERE {condition}", (parameter,))}  # noqa: S608


def sums(sql: Sql) -> dict[tuple[str, int], tuple[int, int]]:
    """(merchant, number) → (parcels, paisa) of the parcels in each remittance. A pass over them."""
    rows = sql.all("SELECT merchant, number, count(*), sum(amount) FROM remitted GROUP BY merchant, number")
    return {(row[0], row[1]): (int(row[2]), int(row[3])) for row in rows}


def in_doubt(sql: Sql, merchant: str) -> bool:
    """Whether a remittance of this merchant may be missing: the centre was put back from a copy, and nobody has compared the last invoice since."""
    since = devices.told(sql, PUT_BACK)
    return since is not None and devices.told(sql, _AGREED + merchant) != since


def agreed(sql: Sql, merchant: str) -> None:
    """Somebody has compared the last invoice of this merchant with what was paid."""
    devices.tell(sql, _AGREED + merchant, devices.told(sql, PUT_BACK) or "")
