"""Claimed mobile payments: each transaction of a wallet pays for one basket in the whole country."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from central_server.storage.database import Row, Sql, locking, one
from corner_app.domain.entries import EntryId

CLAIMED, VERIFIED, REFUSED = "claimed", "verified", "refused"


@dataclass(frozen=True, slots=True)
class Claim:
    """One handover that is said to be paid by a transaction. basket: as in the entry; origin: of its act; used: another basket had claimed it before."""

    trx: str
    wallet: str
    by: EntryId
    basket: int
    subject: str
    office: str
    amount: int
    origin: str
    used: bool = False


@dataclass(frozen=True, slots=True)
class Payment:
    """One transaction. state: "claimed", "verified" or "refused"; told: paisa its provider said, 0 nothing yet; at: ms UTC of its first claim here."""

    trx: str
    wallet: str
    state: str
    told: int
    at: int


_CLAIM = "trx, wallet, device, epoch, seq, basket, subject, office, amount, origin, used"


def begin(sql: Sql, trx: str, wallet: str, now: int) -> None:
    """Makes a transaction known, once in the country, and holds it until the caller's transaction ends."""
    sql.run(
        "INSERT INTO payment (trx, wallet, state, told, at) VALUES (?, ?, ?, 0, ?) ON CONFLICT (trx, wallet) DO UPDATE SET at = payment.at",
        (trx, wallet, CLAIMED, now),
    )


def find(sql: Sql, trx: str, wallet: str) -> Payment | None:
    """A transaction as it stands, held until the caller's transaction ends."""
    row = one(sql, f"SELECT trx, wallet, state, told, at FROM payment WHERE trx = ? AND wallet = ?{locking(sql)}", (trx, wallet))  # noqa: S608
    return None if row is None else Payment(*row)


def settle(sql: Sql, payment: Payment) -> None:
    """Keeps what a provider said."""
    sql.run("UPDATE payment SET state = ?, told = ? WHERE trx = ? AND wallet = ?", (payment.state, payment.told, payment.trx, payment.wallet))


def claims(sql: Sql, trx: str, wallet: str) -> list[Claim]:
    """Every handover that names a transaction, in the order of their names."""
    rows = sql.all(f"SELECT {_CLAIM} FROM claim WHERE trx = ? AND wallet = ? ORDER BY device, epoch, seq", (trx, wallet))  # noqa: S608
    return [_claim(row) for row in rows]


def _claim(row: Row) -> Claim:
    return Claim(row[0], row[1], EntryId(row[2], row[3], row[4]), row[5], row[6], row[7], row[8], row[9], bool(row[10]))


def keep(sql: Sql, found: Iterable[Claim]) -> None:
    """Adds claims."""
    rows = [(c.trx, c.wallet, *c.by, c.basket, c.subject, c.office, c.amount, c.origin, int(c.used)) for c in found]
    sql.copy("claim", _CLAIM.split(", "), rows)


def waiting(sql: Sql, wallet: str) -> list[Payment]:
    """Transactions of a wallet ("" of any) that nobody has checked, the oldest first. A pass over them: to be asked seldom."""
    which, parameters = ("AND wallet = ? ", (wallet,)) if wallet else ("", ())
    rows = sql.all(f"SELECT trx, wallet, state, told, at FROM payment WHERE state = 'claimed' {which}ORDER BY at, trx", parameters)  # noqa: S608
    return [Payment(*row) for row in rows]


def wallets_of(sql: Sql, trx: str) -> list[str]:
    """Wallets at which a transaction of this name was claimed."""
    return [wallet for (wallet,) in sql.all("SELECT wallet FROM payment WHERE trx = ? ORDER BY wallet", (trx,))]


def unverified(sql: Sql) -> dict[str, int]:
    """Office → paisa that buyers are said to have paid by a wallet and no provider confirmed for that parcel. A pass over the claims: to be asked seldom."""
    rows = sql.all(
        """SELECT office, sum(amount) FROM
               (SELECT DISTINCT claim.office, claim.trx, claim.wallet, claim.origin, claim.amount FROM claim, payment
                WHERE claim.trx = payment.trx AND claim.wallet = payment.wallet AND (payment.state <> 'verified' OR claim.used = 1)) AS each_act
           GROUP BY office"""
    )
    return {office: int(total) for office, total in rows}


def unverified_of(sql: Sql, office: str) -> list[tuple[Claim, str]]:
    """(claim, state of its payment) of one office's handovers that no provider confirmed, and of those that name what another was paid with.

    A pass over the claims: to be asked seldom.
    """
    columns = ", ".join(f"claim.{name}" for name in _CLAIM.split(", "))
    rows = sql.all(
        f"""SELECT {columns}, payment.state FROM claim, payment WHERE claim.trx = payment.trx AND claim.wallet = payment.wallet
            AND (payment.state <> 'verified' OR claim.used = 1) AND claim.office = ? ORDER BY payment.at, claim.trx, claim.seq""",  # noqa: S608
        (office,),
    )
    return [(_claim(row), row[11]) for row in rows]
