"""Rules of money as data: what the post charges and where its limits lie, each with the days on which it holds.

A figure that changes is a new line with a new first day; what was handed over before stays as its entry says. Amounts paisa, dates as in "2026-11-24".
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

import msgspec

from corner_app.domain.cells import digits

Name = Literal["cod_ceiling", "counter_only_above", "collection_fee", "drawer_ceiling"]
FEE_STEP = 1_000
"""Paisa of COD for which the collection fee is due once: Tk 10, or a part of it."""


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One figure. service: of the advice, "" every service that has no line of its own. since, until: first and last day on which it holds.

    cod_ceiling: more COD than this is announced with a warning. counter_only_above: a parcel with more COD is not carried to a door.
    collection_fee: the post's charge for every FEE_STEP of COD. drawer_ceiling: with more cash than this in a drawer a pouch should go.
    """

    name: Name
    amount: Annotated[int, msgspec.Meta(ge=0, le=10**12)]
    since: date
    service: str = ""
    until: date = date.max


class Wallet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mobile money service whose payment may be claimed. shortest, longest: characters of its transaction ids; letters: whether they have any."""

    name: str
    shortest: Annotated[int, msgspec.Meta(ge=1)]
    longest: Annotated[int, msgspec.Meta(le=40)]
    letters: bool = True


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of them, in the order of the table."""

    rule: tuple[Rule, ...] = ()
    wallet: tuple[Wallet, ...] = ()


NO_RULES = Rules()
"""Nothing is charged, nothing is limited, no mobile money is taken."""


def rules_from(table: Mapping[str, Any]) -> Rules:
    """From a table as TOML reads it. Raises msgspec.ValidationError, with the place, for one that is not as above."""
    return msgspec.convert(table, Rules)


def limit(rules: Rules, name: Name, service: str, day: str) -> int | None:
    """Paisa of the figure that holds on a day: that of the service before that for all, the one with the latest first day; None where there is none."""
    found = [rule for rule in rules.rule if rule.name == name and rule.service in ("", service) and str(rule.since) <= day <= str(rule.until)]
    best = max(found, key=lambda rule: (rule.service != "", rule.since), default=None)
    return None if best is None else best.amount


def fee(rules: Rules, service: str, cod: int, day: str) -> int:
    """Paisa the buyer owes the post for collecting `cod` paisa; nothing where nothing is collected."""
    return -(-cod // FEE_STEP) * (limit(rules, "collection_fee", service, day) or 0)


def above(rules: Rules, name: Name, service: str, amount: int, day: str) -> bool:
    """Whether an amount is more than a limit that holds."""
    most = limit(rules, name, service, day)
    return most is not None and amount > most


def trx_form(text: str) -> str:
    """A transaction id in normal form: as the message writes it, in capitals, without spaces, with Latin digits."""
    return "".join(digits(text).split()).upper()


def wallet(rules: Rules, name: str) -> Wallet | None:
    """The mobile money service of this name, None for one that is not taken."""
    return next((each for each in rules.wallet if each.name == name), None)


def may_be_trx(service: Wallet, trx: str) -> bool:
    """Whether this can be a transaction id of the service. A loose check: it catches an amount or the payer's phone typed in its place."""
    plain = trx.isascii() and trx.isalnum() and (service.letters or trx.isdigit())
    phone = len(trx) == 11 and trx.isdigit() and trx.startswith("01")
    return plain and not phone and service.shortest <= len(trx) <= service.longest
