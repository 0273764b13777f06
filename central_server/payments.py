"""Mobile payments that buyers are said to have made, compared with what the wallet's provider says. What agrees is verified, what differs refused."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from functools import partial

from central_server import own_book
from central_server.exchange import Desk
from central_server.judge import judge_all
from central_server.problems import Problem
from central_server.settle import judge_own, write
from central_server.storage import logs, parcels, payments
from central_server.storage.database import Sql
from central_server.storage.parcels import Head
from central_server.storage.payments import CLAIMED, REFUSED, VERIFIED, Claim
from corner_app.domain.entries import EntryId, PaymentChecked
from corner_app.domain.parcels import CodState
from corner_app.domain.rules import trx_form

_AMOUNT_LIMIT = Decimal(10**13)
_AT_ONCE = 500
"""Transactions settled in one commit."""


@dataclass(frozen=True, slots=True)
class Told:
    """One line of a provider's statement. amount: paisa."""

    trx: str
    amount: int


@dataclass
class Checked:
    """What became of a statement. verified, refused: transactions settled by it, before: those settled earlier. unfinished: less was claimed than was paid,
    and the rest of the basket may be on its way. in_doubt: claimed for a parcel whose handover does not count, or claimed at two wallets. unknown: nobody
    claimed them. waiting: claimed, and not in the statement.
    """

    verified: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    unfinished: list[str] = field(default_factory=list)
    in_doubt: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)


def read(content: bytes) -> list[Told]:
    """The lines of a statement: CSV with a heading line, columns trx and amount (taka) among them. Raises Problem("bad_statement") with the line."""
    try:
        text = content.decode("utf-8-sig")
        rows = csv.DictReader(io.StringIO(text), delimiter=max(",;\t", key=text.partition("\n")[0].count), strict=True)
        names = {(name or "").strip().lower(): name for name in rows.fieldnames or ()}
        if "trx" not in names or "amount" not in names:
            raise Problem("bad_statement", "line 1")
        return [_told(row.get(names["trx"]), row.get(names["amount"]), line) for line, row in enumerate(rows, 2)]
    except (UnicodeDecodeError, csv.Error) as error:
        raise Problem("bad_statement") from error


def _told(trx: str | None, amount: str | None, line: int) -> Told:
    try:
        taka = Decimal((amount or "").strip().replace(",", ""))
        paisa = taka * 100
    except InvalidOperation as error:
        raise Problem("bad_statement", f"line {line}") from error
    if not trx_form(trx or "") or not taka.is_finite() or not 0 < taka < _AMOUNT_LIMIT or paisa != int(paisa):
        raise Problem("bad_statement", f"line {line}")
    return Told(trx_form(trx or ""), int(paisa))


def check(desk: Desk, told: Iterable[Told], now: int, wallet: str = "") -> Checked:
    """Compares a statement with what was claimed. wallet: whose it is, "" where the transaction's name alone says it. The same statement again changes nothing.

    A transaction that stands in it twice counts as its last line says.
    """
    judge_all(desk.database, desk.places, now)
    done, amounts = Checked(), {line.trx: line.amount for line in told}
    for first in range(0, len(amounts), _AT_ONCE):
        some = dict(list(amounts.items())[first : first + _AT_ONCE])
        for trx, word in desk.database.write(partial(_check, desk=desk, told=some, wallet=wallet, now=now)).items():
            getattr(done, word).append(trx)
    judge_own(desk, now)
    left = desk.database.read(lambda sql: payments.waiting(sql, wallet))
    done.waiting = [payment.trx for payment in left if payment.trx not in amounts]
    return done


def _check(sql: Sql, desk: Desk, told: dict[str, int], wallet: str, now: int) -> dict[str, str]:
    """What becomes of each transaction: the name of its list in Checked. Held are the centre's book, the parcels, the payments, in the order of a judge."""
    own_book.end(sql, desk.centre)
    wallets = {trx: [wallet] if wallet else payments.wallets_of(sql, trx) for trx in told}
    claims = {trx: _acts(sql, trx, at[0]) if at else [] for trx, at in wallets.items()}
    heads = parcels.heads(sql, {claim.subject for found in claims.values() for claim in found})
    words: dict[str, str] = {}
    bodies: list[tuple[str, PaymentChecked, EntryId]] = []
    for trx in sorted(told):
        payment = payments.find(sql, trx, wallets[trx][0]) if wallets[trx] else None
        words[trx] = "unknown" if payment is None else "before"
        if payment is not None and payment.state == CLAIMED:
            words[trx] = word = "in_doubt" if len(wallets[trx]) > 1 else _verdict(sql, claims[trx], heads, told[trx])
            if word in (VERIFIED, REFUSED):
                bodies += [(c.subject, PaymentChecked(c.wallet, trx, c.amount, word), c.by) for c in claims[trx]]
                payments.settle(sql, replace(payment, state=word, told=told[trx]))
    write(desk, sql, bodies, now)
    return words


def _verdict(sql: Sql, claims: list[Claim], heads: dict[str, Head], amount: int) -> str:
    if not claims or any(heads[c.subject].parcel.cod_state is not CodState.CLAIMED or heads[c.subject].parcel.delivery != c.by for c in claims):
        return "in_doubt"
    total = sum(claim.amount for claim in claims)
    if total < amount and not _ended(sql, claims):
        return "unfinished"
    return VERIFIED if total == amount else REFUSED


def _acts(sql: Sql, trx: str, wallet: str) -> list[Claim]:
    """What a transaction pays for: each act once, by its first writing."""
    found: dict[str, Claim] = {}
    for claim in payments.claims(sql, trx, wallet):
        if not claim.used:
            found.setdefault(claim.origin, claim)
    return list(found.values())


def _ended(sql: Sql, claims: list[Claim]) -> bool:
    """Whether the whole basket is here: its entries follow each other, so anything behind the last one tells."""
    last = max(claims, key=lambda claim: claim.by)
    at = logs.cursor(sql, last.office, last.by.device, last.by.epoch)
    return at is not None and at.judged > last.by.seq
