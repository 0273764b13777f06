"""Handover at the counter: the buyer proven, the money taken and the parcels given in one commit."""

from __future__ import annotations

from collections.abc import Sequence

from corner_app.book import entries, parcels
from corner_app.book.database import Rows, Tx
from corner_app.desk import printing
from corner_app.desk.commands import HandOver
from corner_app.desk.lookup import card, number_in, parcel_of
from corner_app.desk.receipts import receipt_number
from corner_app.desk.views import Waiting
from corner_app.domain import entries as e
from corner_app.domain import pickup
from corner_app.domain.contacts import id_last4
from corner_app.domain.handover import Candidate, code_is_right, due, has_code, locked, not_ready, one_buyer
from corner_app.domain.here import Here
from corner_app.domain.outcome import Outcome, Tone
from corner_app.domain.scan import TokenScan, understand


def hand_over(tx: Tx, here: Here, command: HandOver) -> Outcome:
    """Gives parcels out, or says why not. A wrong code is written (it counts); a refusal for any other reason writes nothing."""
    rows, refusal = _asked_for(tx, here, command)
    if refusal is not None:
        return refusal
    candidates = [candidate(row) for row in rows]
    if not one_buyer(candidates):
        return _stop("different_buyers", rows)
    if not _token_is_theirs(tx, command, rows):
        return _stop("wrong_token", rows)
    unproven = _prove(tx, here, command, rows, candidates)
    if unproven is not None:
        return unproven
    total = sum(due(row.parcel) for row in rows)
    tendered = command.tendered or 0
    if tendered < total:
        return _stop("money_short", rows, due=total, tendered=tendered)
    return _give(tx, here, command, rows, tendered)


def candidate(row: parcels.Row) -> Candidate:
    """What the domain decides on."""
    advice = row.advice
    return Candidate(row.parcel, advice.phone if advice else "", advice.code_salt if advice else b"", advice.code_hash if advice else b"")


def _asked_for(tx: Tx, here: Here, command: HandOver) -> tuple[list[parcels.Row], Outcome | None]:
    scans = list(command.items or ()) or [command.scan or command.token or ""]
    rows: dict[int, parcels.Row] = {}
    for scan in scans:
        number, row = parcel_of(tx, scan)
        if row is None:
            return [], Outcome(Tone.STOP, "not_here", number.text if number else None, data={"state": None})
        reason = not_ready(candidate(row), here.office)
        if reason is not None:
            return [], Outcome(Tone.STOP, reason, row.parcel.item, data={"state": row.parcel.state.value}, card=card(row))
        rows[row.id] = row
    return list(rows.values()), None


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


def _give(tx: Tx, here: Here, command: HandOver, rows: list[parcels.Row], tendered: int) -> Outcome:
    total = sum(due(row.parcel) for row in rows)
    proof = "id" if command.id is not None else "code" if command.code is not None else "token"
    basket = tx.head.seq + 1
    written: list[int] = []
    for row in rows:
        first = not written
        body = e.HandedOver(
            here.office,
            here.counter,
            due(row.parcel),
            row.parcel.merchant,
            proof,
            basket,
            tendered if first else 0,
            tendered - total if first else 0,
            command.id.kind if command.id else "",
            (id_last4(command.id.last4) or "") if command.id else "",
            command.id.reason if command.id else "",
        )
        fact = entries.append(tx, here.clerk.badge, here.now, row.parcel.item, body, base=row.parcel.base)
        written.append(fact.id.seq)
        if first:
            receipt = receipt_number(here, fact.id, tx.head.hash)
    after = parcels.by_item(tx, rows[0].parcel.item) or rows[0]
    data = {"collected": total, "change": tendered - total, "tendered": tendered, "receipt": receipt, "items": [row.parcel.item for row in rows]}
    tone = Tone.GOOD if all(row.advice is not None for row in rows) else Tone.LOOK  # nobody announced what is due
    papers = (printing.ask_receipt(tx, here, after.parcel),) if here.gives_receipts else ()
    return Outcome(tone, "handed_over", rows[0].parcel.item, tuple(written), data, card(after), papers)


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
    ready = [other for other in others if not_ready(candidate(other), here.office) is None]
    mine = [row] if not_ready(candidate(row), here.office) is None else []
    together = [candidate(each) for each in (*mine, *ready)]
    tries = max((each.parcel.wrong_codes for each in together), default=0)
    return Waiting(card(row), tuple(card(each) for each in (*mine, *ready)), tries, pickup.ATTEMPT_LIMIT, pickup.locked(tries), has_code(together))
