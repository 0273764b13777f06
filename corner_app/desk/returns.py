"""Parcels the buyer does not take, and their way back to the sender."""

from __future__ import annotations

from corner_app.book import entries, parcels
from corner_app.book.database import Tx
from corner_app.desk.commands import Refuse, ReturnToSender
from corner_app.desk.lookup import card, not_here, parcel_of
from corner_app.domain import entries as e
from corner_app.domain.here import Here
from corner_app.domain.outcome import Outcome, Tone
from corner_app.domain.parcels import State

_REFUSABLE = frozenset({State.RECEIVED, State.SHELVED, State.ATTEMPTED, State.ON_HOLD})
_RETURNABLE = _REFUSABLE | {State.MISSENT, State.REFUSED, State.BAGGED}


def refuse(tx: Tx, here: Here, command: Refuse) -> Outcome:
    """Writes that the buyer does not take it, and why; no money moves."""
    number, row = parcel_of(tx, command.scan)
    if row is None or row.parcel.state not in _REFUSABLE or row.parcel.office != here.office:
        return not_here(row, number)
    if not command.reason.strip():
        return Outcome(Tone.STOP, "reason_needed", row.parcel.item, card=card(row))
    return _write(tx, here, row, e.Refused(here.office, command.reason), "refused", command.reason)


def return_to_sender(tx: Tx, here: Here, command: ReturnToSender) -> Outcome:
    """Starts the way back; the parcel stays here until it is sorted into a bag and dispatched."""
    number, row = parcel_of(tx, command.scan)
    if row is None or row.parcel.state not in _RETURNABLE or row.parcel.office != here.office:
        return not_here(row, number)
    if not command.reason.strip():
        return Outcome(Tone.STOP, "reason_needed", row.parcel.item, card=card(row))
    return _write(tx, here, row, e.ReturnStarted(here.office, command.reason), "returning", command.reason)


def _write(tx: Tx, here: Here, row: parcels.Row, body: e.AnyBody, code: str, reason: str) -> Outcome:
    written = entries.append(tx, here.clerk.badge, here.now, row.parcel.item, body, base=row.parcel.base)
    after = parcels.by_item(tx, row.parcel.item) or row
    return Outcome(Tone.LOOK, code, row.parcel.item, (written.id.seq,), {"reason": reason}, card(after))
