"""Claims of mobile payments: which handover a transaction pays for, and which ones name it a second time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from central_server.storage import payments
from central_server.storage.database import Sql
from central_server.storage.parcels import Written
from central_server.storage.payments import Claim
from corner_app.domain import entries as e
from corner_app.domain.entries import EntryId, origin
from corner_app.domain.rules import trx_form

USED = "trx_used"
Key = tuple[str, str]


def key_of(written: Written) -> Key | None:
    """(transaction, wallet) that a handover is said to be paid with, None for any other entry."""
    body = written.fact.entry.body
    return (trx_form(body.trx), body.wallet) if isinstance(body, e.HandedOver) and body.wallet and body.trx else None


def take(sql: Sql, fresh: Iterable[Written], now: int) -> None:
    """Notes what new entries claim. All parcels of one basket are paid by one transaction; so are acts that were written again elsewhere."""
    by_key: dict[Key, list[Written]] = {}
    for written in fresh:
        key = key_of(written)
        if key is not None:
            by_key.setdefault(key, []).append(written)
    for (trx, wallet), found in sorted(by_key.items()):
        payments.begin(sql, trx, wallet, now)
        known = payments.claims(sql, trx, wallet)
        paid = {_basket(claim) for claim in known if not claim.used}
        acts = {claim.origin for claim in known if not claim.used}
        added = []
        for written in found:
            claim = _claim(written, trx, wallet)
            mine = not paid or _basket(claim) in paid or claim.origin in acts
            if mine:
                paid.add(_basket(claim))
                acts.add(claim.origin)
            added.append(claim if mine else replace(claim, used=True))
        payments.keep(sql, added)


def _claim(written: Written, trx: str, wallet: str) -> Claim:
    body = written.fact.entry.body
    assert isinstance(body, e.HandedOver)  # noqa: S101 - `key_of` looked
    return Claim(trx, wallet, written.fact.id, body.basket, written.fact.entry.subject, written.office, body.collected + body.fee, origin(written.fact))


def _basket(claim: Claim) -> tuple[int, int, int]:
    return claim.by.device, claim.by.epoch, claim.basket


def used(sql: Sql, written: Iterable[Written]) -> dict[EntryId, str]:
    """Of these handovers those that name a transaction another basket was paid with: entry → office of that other one."""
    found: dict[EntryId, str] = {}
    for trx, wallet in sorted({key for each in written if (key := key_of(each)) is not None}):
        known = payments.claims(sql, trx, wallet)
        first = next((claim.office for claim in known if not claim.used), "")
        found |= {claim.by: first for claim in known if claim.used}
    return found
