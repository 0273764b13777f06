"""From a scan or typed text to a parcel of the book, for every job the same way."""

from __future__ import annotations

from corner_app.book import parcels
from corner_app.book.database import Rows
from corner_app.domain.numbers import Number
from corner_app.domain.outcome import Outcome, ParcelCard, Tone
from corner_app.domain.parcels import CodState
from corner_app.domain.scan import ItemScan, TokenScan, understand


def number_in(scan: str) -> Number | None:
    """The parcel number a scan holds, also inside a tracking link or a buyer's QR; None when it is a code of another kind or nothing."""
    match understand(scan):
        case ItemScan(number):
            return number
        case TokenScan(number, _):
            return number
        case _:
            return None


def parcel_of(rows: Rows, scan: str) -> tuple[Number | None, parcels.Row | None]:
    """The number and the parcel any of whose numbers it is."""
    number = number_in(scan)
    return number, None if number is None else parcels.by_code(rows, number.text)


def card(row: parcels.Row) -> ParcelCard:
    """What screens show of a parcel."""
    p, a = row.parcel, row.advice
    cod = p.cod if p.cod_state is not CodState.NONE else 0
    if a is None:
        return ParcelCard(p.item, cod=cod, state=p.state.value, shelf=p.shelf, damaged=p.damaged, announced=False, received_at=p.received_at)
    return ParcelCard(
        p.item,
        a.name_bn,
        a.name_en,
        a.phone,
        a.address_bn,
        a.address_en,
        a.postcode,
        a.merchant_bn,
        a.merchant_en,
        a.order_ref,
        a.weight_g,
        cod,
        p.state.value,
        p.shelf,
        p.damaged,
        True,
        p.received_at,
    )


def not_here(row: parcels.Row | None, number: Number | None) -> Outcome:
    """The answer when a job needs the parcel in the office and it is not."""
    if row is None:
        return Outcome(Tone.STOP, "not_here", None if number is None else number.text, data={"state": None})
    return Outcome(Tone.STOP, "not_here", row.parcel.item, data={"state": row.parcel.state.value}, card=card(row))
