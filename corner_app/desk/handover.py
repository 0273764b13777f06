"""Handover at the counter: the buyer proven, the money taken and the parcels given in one commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corner_app.book import entries, parcels
from corner_app.book.accounts import balance, claimed_by
from corner_app.book.database import Rows, Tx
from corner_app.desk import printing
from corner_app.desk.commands import HandOver
from corner_app.desk.lookup import card, number_in, parcel_of
from corner_app.desk.receipts import receipt_number
from corner_app.desk.views import Waiting
from corner_app.domain import entries as e
from corner_app.domain import pickup
from corner_app.domain.close import local_date
from corner_app.domain.contacts import id_last4
from corner_app.domain.handover import Candidate, Charge, charge, code_is_right, has_code, locked, not_ready, one_buyer
from corner_app.domain.here import Here
from corner_app.domain.outcome import Outcome, Tone
from corner_app.domain.rules import above, may_be_trx, trx_form, wallet
from corner_app.domain.scan import TokenScan, understand


@dataclass(frozen=True, slots=True)
class _Basket:
    """What lies on the counter of one buyer. charges: of each row, in their order. left: what the buyer does not take, and why."""

    rows: tuple[parcels.Row, ...]
    charges: tuple[Charge, ...]
    left: tuple[tuple[parcels.Row, str], ...]

    @property
    def all_of_it(self) -> list[parcels.Row]:
        """What is given first, then what is left."""
        return [*self.rows, *(row for row, _ in self.left)]

    @property
    def due(self) -> int:
        """Paisa for what is given."""
        return sum(charge.total for charge in self.charges)


@dataclass(frozen=True, slots=True)
class _Paid:
    """How it is paid. tendered: cash on the table, paisa; wallet, trx: of claimed mobile money, "" for cash."""

    tendered: int
    wallet: str = ""
    trx: str = ""


def hand_over(tx: Tx, here: Here, command: HandOver) -> Outcome:
    """Gives parcels out, or says why not. A wrong code is written (it counts); a refusal for any other reason writes nothing."""
    basket = _asked_for(tx, here, command)
    if isinstance(basket, Outcome):
        return basket
    rows = basket.all_of_it
    candidates = [candidate(row) for row in rows]
    if not one_buyer(candidates):
        return _stop("different_buyers", rows)
    if not _token_is_theirs(tx, command, rows):
        return _stop("wrong_token", rows)
    unproven = _prove(tx, here, command, rows, candidates)
    if unproven is not None:
        return unproven
    paid = _paid(tx, here, command, basket)
    return paid if isinstance(paid, Outcome) else _give(tx, here, command, basket, paid)


def candidate(row: parcels.Row) -> Candidate:
    """What the domain decides on."""
    advice = row.advice
    return Candidate(row.parcel, advice.phone if advice else "", advice.code_salt if advice else b"", advice.code_hash if advice else b"")


def _asked_for(tx: Tx, here: Here, command: HandOver) -> _Basket | Outcome:
    given: dict[int, parcels.Row] = {}
    for scan in command.items or [command.scan or command.token or ""]:
        row = _ready(tx, here, scan)
        if isinstance(row, Outcome):
            return row
        given[row.id] = row
    left: dict[int, tuple[parcels.Row, str]] = {}
    for each in command.refused:
        row = _ready(tx, here, each.scan)
        if isinstance(row, Outcome):
            return row
        if row.id in given:
            return _stop("given_and_refused", [row])
        if not each.reason.strip():
            return _stop("reason_needed", [row])
        left[row.id] = (row, each.reason)
    day = local_date(here.now)
    charges = tuple(charge(row.parcel, row.advice.service if row.advice else "", here.rules, day) for row in given.values())
    return _Basket(tuple(given.values()), charges, tuple(left.values()))


def _ready(tx: Tx, here: Here, scan: str) -> parcels.Row | Outcome:
    """The parcel a scan names, if it can be handed over here now."""
    number, row = parcel_of(tx, scan)
    if row is None:
        return Outcome(Tone.STOP, "not_here", number.text if number else None, data={"state": None})
    reason = not_ready(candidate(row), here.office)
    if reason is not None:
        return Outcome(Tone.STOP, reason, row.parcel.item, data={"state": row.parcel.state.value}, card=card(row))
    return row


def _prove(tx: Tx, here: Here, command: HandOver, rows: list[parcels.Row], candidates: Sequence[Candidate]) -> Outcome | None:
    if command.id is not None:
        return _prove_by_id(here, command, rows, candidates)
    if locked(candidates):
        return _stop("locked", rows)
    code = _code(command)
    if code is None:
        return _stop("id_needed" if not has_code(candidates) else "code_needed", rows)
    if not has_code(candidates):
        return _stop("no_code", rows)
    if code_is_right(code, candidates):
        return None
    return _wrong_code(tx, here, rows)


def _prove_by_id(here: Here, command: HandOver, rows: list[parcels.Row], candidates: Sequence[Candidate]) -> Outcome | None:
    shown = command.id
    if shown is None or not shown.reason.strip() or not shown.kind.strip() or id_last4(shown.last4) is None:
        return _stop("id_needed", rows)
    if locked(candidates) and not here.clerk.supervisor:
        return _stop("supervisor_needed", rows)
    return None


def _token_is_theirs(tx: Tx, command: HandOver, rows: Sequence[parcels.Row]) -> bool:
    """Whether the buyer's QR, if one is shown, is that of a parcel asked for; another's proves nothing and costs no try."""
    if command.token is None:
        return True
    if not isinstance(understand(command.token), TokenScan):
        return False
    _, named = parcel_of(tx, command.token)
    return named is not None and any(named.id == row.id for row in rows)


def _code(command: HandOver) -> str | None:
    """The pickup code given, typed or inside the buyer's QR; none if nothing was typed."""
    if command.code is not None:
        return command.code.strip() or None
    for text in (command.token, command.scan):
        if text is not None and isinstance(meaning := understand(text), TokenScan):
            return meaning.code
    return None


def _wrong_code(tx: Tx, here: Here, rows: list[parcels.Row]) -> Outcome:
    written = [entries.append(tx, here.clerk.badge, here.now, row.parcel.item, e.CodeFailed(here.office), base=row.parcel.base).id.seq for row in rows]
    left = min(pickup.tries_left(row.parcel.wrong_codes + 1) for row in rows)
    first = rows[0]
    code = "wrong_code" if left else "locked"
    return Outcome(Tone.STOP, code, first.parcel.item, tuple(written), {"tries_left": left}, card(first))


def _paid(tx: Tx, here: Here, command: HandOver, basket: _Basket) -> _Paid | Outcome:
    """How all that is due is paid, or what is wrong with it."""
    claimed = command.paid_by
    if claimed is None:
        tendered = command.tendered or 0
        return _Paid(tendered) if tendered >= basket.due else _stop("money_short", basket.rows, due=basket.due, tendered=tendered)
    service = wallet(here.rules, claimed.wallet.strip().lower())
    if service is None:
        return _stop("no_such_wallet", basket.rows, wallet=claimed.wallet, wallets=[each.name for each in here.rules.wallet])
    if not basket.due:
        return _stop("nothing_due", basket.rows)
    trx = trx_form(claimed.trx)
    if not may_be_trx(service, trx):
        return _stop("bad_trx", basket.rows, wallet=service.name, trx=trx)
    for by, item in claimed_by(tx, service.name, trx):
        when = next((fact.entry.at for fact in entries.facts_about(tx, item) if fact.id == by), here.now)
        return _stop("trx_used", basket.rows, wallet=service.name, trx=trx, when=when, item=item)
    return _Paid(0, service.name, trx)


def _give(tx: Tx, here: Here, command: HandOver, basket: _Basket, paid: _Paid) -> Outcome:
    """All of it in the caller's one transaction: parcels, their money, what is left, and that a receipt is asked for."""
    first = tx.head.seq + 1
    change = 0 if paid.wallet else paid.tendered - basket.due
    written: list[int] = []
    receipt = ""
    for row, owed in zip(basket.rows, basket.charges, strict=True):
        body = _handed_over(here, command, row, owed, paid, first, change=None if written else change)
        fact = entries.append(tx, here.clerk.badge, here.now, row.parcel.item, body, base=row.parcel.base)
        if not written:
            receipt = receipt_number(here, fact.id, tx.head.hash)
        written.append(fact.id.seq)
    for row, reason in basket.left:
        refused = e.Refused(here.office, reason, first)
        written.append(entries.append(tx, here.clerk.badge, here.now, row.parcel.item, refused, base=row.parcel.base).id.seq)
    drawer = balance(tx, here.drawer)
    full = not paid.wallet and above(here.rules, "drawer_ceiling", "", drawer, local_date(here.now))
    data = {
        "collected": 0 if paid.wallet else basket.due,
        "change": change,
        "receipt": receipt,
        "tendered": paid.tendered,
        "items": [row.parcel.item for row in basket.rows],
        "fee": sum(owed.fee for owed in basket.charges),
        "claimed": basket.due if paid.wallet else 0,
        "wallet": paid.wallet or None,
        "refused": [row.parcel.item for row, _ in basket.left],
        "drawer": drawer,
        "send_pouch": full,
    }
    announced = all(row.advice is not None for row in basket.rows)  # else nobody said what is due
    tone = Tone.GOOD if announced and not basket.left and not full else Tone.LOOK
    after = parcels.by_item(tx, basket.rows[0].parcel.item) or basket.rows[0]
    papers = (printing.ask_receipt(tx, here, after.parcel),) if here.gives_receipts else ()
    return Outcome(tone, "handed_over", after.parcel.item, tuple(written), data, card(after), papers)


def _handed_over(here: Here, command: HandOver, row: parcels.Row, owed: Charge, paid: _Paid, basket: int, *, change: int | None) -> e.HandedOver:
    """What is written of one parcel. change: what the buyer gets back, None for all but the first of the basket."""
    proof = "id" if command.id is not None else "code" if command.code is not None else "token"
    shown = command.id
    claimed = owed.total > 0  # what costs nothing is not what the payment was for
    return e.HandedOver(
        here.office,
        here.counter,
        owed.principal,
        row.parcel.merchant,
        proof,
        basket,
        paid.tendered if change is not None else 0,
        change or 0,
        shown.kind if shown else "",
        (id_last4(shown.last4) or "") if shown else "",
        shown.reason if shown else "",
        owed.fee,
        paid.wallet if claimed else "",
        paid.trx if claimed else "",
    )


def _stop(code: str, rows: Sequence[parcels.Row], **data: object) -> Outcome:
    return Outcome(Tone.STOP, code, rows[0].parcel.item, data=data, card=card(rows[0]))


def waiting(rows: Rows, here: Here, scan: str) -> Waiting | None:
    """The parcel a scan names and whatever else lies ready for the same buyer."""
    number = number_in(scan)
    row = None if number is None else parcels.by_code(rows, number.text)
    if row is None:
        return None
    phone = row.advice.phone if row.advice else ""
    others = [other for other in parcels.of_phone(rows, phone) if other.id != row.id] if phone else []
    ready = [other for other in (row, *others) if not_ready(candidate(other), here.office) is None]
    together = [candidate(each) for each in ready]
    tries = max((each.parcel.wrong_codes for each in together), default=0)
    day = local_date(here.now)
    charges = tuple(charge(each.parcel, each.advice.service if each.advice else "", here.rules, day) for each in ready)
    wallets = tuple(each.name for each in here.rules.wallet)
    shown = tuple(card(each) for each in ready)
    return Waiting(card(row), shown, tries, pickup.ATTEMPT_LIMIT, pickup.locked(tries), has_code(together), charges, wallets)
