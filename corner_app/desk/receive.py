"""Intake: parcels loose or out of a bag, and what is wrong with them."""

from __future__ import annotations

from corner_app.book import bags, entries, parcels
from corner_app.book.database import Tx
from corner_app.book.entry_ids import id_from
from corner_app.desk.commands import MarkDamaged, Receive
from corner_app.desk.lookup import card, not_here, parcel_of
from corner_app.domain import entries as e
from corner_app.domain.bag_numbers import parse_bag_number
from corner_app.domain.close import local_date
from corner_app.domain.handover import due
from corner_app.domain.here import Here
from corner_app.domain.outcome import Outcome, Tone
from corner_app.domain.receive import Decision, decide
from corner_app.domain.rules import above


def receive(tx: Tx, here: Here, command: Receive) -> Outcome:
    """Takes one parcel in, if the scan is a parcel's number and the parcel is not here already."""
    number, row = parcel_of(tx, command.scan)
    if number is None:
        return Outcome(Tone.STOP, "not_a_parcel")
    bag = bag_number(tx, command.bag)
    if command.bag and bag is None:
        return Outcome(Tone.STOP, "unknown_bag", number.text)
    postcode = row.advice.postcode if row is not None and row.advice is not None else ""
    decision = decide(number, row.parcel if row else None, postcode, here.plan, here.office, keyed_twice=command.keyed_twice)
    item = row.parcel.item if row else number.text
    if not decision.take:
        return _refusal(decision, item, number.right_digit, row)
    body = e.Received(here.office, bag or "", decision.missent, decision.foreign)
    written = entries.append(tx, here.clerk.badge, here.now, item, body, base=row.parcel.base if row else None)
    after = parcels.by_item(tx, item)
    assert after is not None  # noqa: S101 - projected in this transaction
    return _taken(here, decision, after, written.id.seq, bag)


def bag_number(tx: Tx, text: str | None) -> str | None:
    """The incoming bag a text names: its full number, whether announced, opened or merely well-formed."""
    if not text:
        return None
    parsed = parse_bag_number(text)
    if parsed is not None:
        return parsed.text
    return text if bags.find(tx, text) is not None else None


def _refusal(decision: Decision, item: str, right_digit: str | None, row: parcels.Row | None) -> Outcome:
    data: dict[str, object] = {}
    if decision.code == "already_received" and row is not None:
        data = {"when": row.parcel.received_at, "by": row.parcel.received_by, "shelf": row.parcel.shelf or None}
    elif decision.code == "already_handed_over" and row is not None:
        data = {"state": row.parcel.state.value}
    elif decision.code == "wrong_check_digit":
        data = {"number": item, "right_digit": right_digit}
    return Outcome(decision.tone, decision.code, item, data=data, card=None if row is None else card(row))


def _taken(here: Here, decision: Decision, row: parcels.Row, seq: int, bag: str | None) -> Outcome:
    advice, shown = row.advice, card(row)
    if decision.code == "missent" and advice is not None:
        office = here.places.office(advice.postcode)
        data: dict[str, object] = {
            "right_office": advice.postcode,
            "right_office_bn": office.name_bn if office else "",
            "right_office_en": office.name_en if office else "",
        }
        return Outcome(decision.tone, "missent", row.parcel.item, (seq,), data, shown)
    place = here.plan.place_for(advice.postcode, advice.delivery_mode, advice.phone, advice.address_bn, row.parcel.item) if advice else None
    data = {
        "announced": row.parcel.announced,
        "shelf": place.place if place is not None and place.to == "shelf" else None,
        "destination": (advice.postcode or None) if advice else None,
        "cod": shown.cod,
        "to": place.to if place is not None else None,
        "place": place.place if place is not None else None,
        "counter_only": counter_only(here, row),
        "extra": bool(bag) and row.on_manifest != bag,
        "warnings": list(parcels.warnings(row)),
    }
    return Outcome(decision.tone, decision.code, row.parcel.item, (seq,), data, shown)


def counter_only(here: Here, row: parcels.Row) -> bool:
    """Whether so much is to be collected for a parcel that it is given out at a counter alone."""
    service = row.advice.service if row.advice is not None else ""
    return above(here.rules, "counter_only_above", service, due(row.parcel), local_date(here.now))


def mark_damaged(tx: Tx, here: Here, command: MarkDamaged) -> Outcome:
    """Flags a parcel of this office as damaged, with the clerk's note."""
    number, row = parcel_of(tx, command.scan)
    if row is None or not row.parcel.on_hand or row.parcel.office != here.office:
        return not_here(row, number)
    body = e.Damaged(here.office, command.note)
    written = entries.append(tx, here.clerk.badge, here.now, row.parcel.item, body, base=row.parcel.base)
    after = parcels.by_item(tx, row.parcel.item) or row
    return Outcome(Tone.LOOK, "damaged", row.parcel.item, (written.id.seq,), {"note": command.note}, card(after))


def bag_head(tx: Tx, number: str) -> e.EntryId | None:
    """The last entry about a bag."""
    bag = bags.find(tx, number)
    return None if bag is None else id_from(bag.head)
