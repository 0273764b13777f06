"""Sorting: where a parcel goes next, and its way onto a shelf or into an outgoing bag."""

from __future__ import annotations

from datetime import datetime

from corner_app.book import bags, entries, parcels
from corner_app.book.database import Rows, Tx
from corner_app.desk.commands import Shelve, Sort
from corner_app.desk.lookup import card, not_here, parcel_of
from corner_app.desk.receive import counter_only
from corner_app.desk.views import SortBin
from corner_app.domain import entries as e
from corner_app.domain.bag_numbers import open_bag_number, parse_bag_number
from corner_app.domain.here import DHAKA, Here
from corner_app.domain.outcome import Outcome, Tone
from corner_app.domain.parcels import State
from corner_app.domain.shelves import parse_shelf
from corner_app.domain.sort_plan import BAG_LIMIT_G, Place

_SORTABLE = frozenset({State.RECEIVED, State.MISSENT, State.SHELVED, State.BAGGED, State.ATTEMPTED, State.ON_HOLD, State.REFUSED, State.RETURNING})


def sort(tx: Tx, here: Here, command: Sort) -> Outcome:
    """Says where the parcel goes and records it there. Sorting it again to the same place writes nothing."""
    number, row = parcel_of(tx, command.scan)
    if row is None or row.parcel.state not in _SORTABLE or row.parcel.office != here.office:
        return not_here(row, number)
    place = _place(here, row)
    if place is None:
        return Outcome(Tone.STOP, "no_destination", row.parcel.item, card=card(row))
    if place.to == "shelf":
        written = _to_shelf(tx, here, row, place.place)
        data: dict[str, object] = {"to": "shelf", "place": place.place, "beat": place.beat}
    else:
        written, bag = _to_bag(tx, here, row, place.place)
        data = {"to": place.to, "place": place.place, "bag": bag, "in_bag": bags.content(tx, bag)}
    after = parcels.by_item(tx, row.parcel.item) or row
    return Outcome(Tone.GOOD, "sorted", row.parcel.item, written, data | {"counter_only": counter_only(here, after)}, card(after))


def _place(here: Here, row: parcels.Row) -> Place | None:
    if row.parcel.back:
        return here.plan.way_back()
    if row.advice is None or not row.advice.postcode:
        return None
    return here.plan.place_for(row.advice.postcode, row.advice.delivery_mode, row.advice.phone, row.advice.address_bn, row.parcel.item)


def _to_shelf(tx: Tx, here: Here, row: parcels.Row, shelf: str) -> tuple[int, ...]:
    if row.parcel.shelf == shelf:
        return ()
    written = entries.append(tx, here.clerk.badge, here.now, row.parcel.item, e.Shelved(here.office, shelf), base=row.parcel.base)
    return (written.id.seq,)


def _to_bag(tx: Tx, here: Here, row: parcels.Row, towards: str) -> tuple[tuple[int, ...], str]:
    weight = row.advice.weight_g if row.advice else 0
    bag = bags.open_towards(tx, towards)
    if bag is not None and row.parcel.bag == bag.number:
        return (), bag.number
    seqs: list[int] = []
    if bag is None or bag_weight(tx, bag.number) + weight > BAG_LIMIT_G:
        number = _next_bag(tx, here, towards)
        started = entries.append(tx, here.clerk.badge, here.now, bags.SUBJECT + number, e.BagStarted(here.office, towards), base=None)
        seqs.append(started.id.seq)
    else:
        number = bag.number
    body = e.Bagged(here.office, number, towards)
    written = entries.append(tx, here.clerk.badge, here.now, row.parcel.item, body, base=row.parcel.base)
    return (*seqs, written.id.seq), number


def _next_bag(tx: Tx, here: Here, towards: str) -> str:
    """One dispatch stands open towards each destination; its bags are numbered without gaps."""
    year = datetime.fromtimestamp(here.now / 1000, DHAKA).year
    return open_bag_number(here.postcode, towards, year, 1, bags.begun_towards(tx, towards) + 1)


def bag_weight(rows: Rows, number: str) -> int:
    """Grams announced for the parcels in an outgoing bag."""
    return sum(row.advice.weight_g for row in parcels.where(rows, "bag = ? AND bag <> ''", (number,)) if row.advice is not None)


def shelve(tx: Tx, here: Here, command: Shelve) -> Outcome:
    """Lays a parcel on the shelf that was scanned or typed."""
    number, row = parcel_of(tx, command.scan)
    if row is None or row.parcel.state not in _SORTABLE or row.parcel.office != here.office:
        return not_here(row, number)
    shelf = parse_shelf(command.shelf)
    if shelf is None or not here.plan.has_shelf(shelf):
        return Outcome(Tone.STOP, "no_such_shelf", row.parcel.item, data={"shelf": command.shelf}, card=card(row))
    written = _to_shelf(tx, here, row, shelf)
    after = parcels.by_item(tx, row.parcel.item) or row
    return Outcome(Tone.GOOD, "shelved", row.parcel.item, written, {"shelf": shelf}, card(after))


def bins(rows: Rows, here: Here) -> tuple[SortBin, ...]:
    """The sorting frame: the counter's shelves together, each beat, each outgoing bag being filled, with how much lies there."""
    on_shelves = parcels.per_shelf(rows)
    beats = {beat.pigeonhole: beat for beat in here.plan.beats}
    counter = sum(n for shelf, n in on_shelves.items() if shelf not in beats)
    found = [SortBin("shelf", "", "", "", counter)]
    found += [SortBin("beat", hole, beat.postman_bn, beat.postman_en, on_shelves.get(hole, 0)) for hole, beat in beats.items()]
    for bag in bags.all_of(rows, "out"):
        if not bag.ended_at:
            found.append(_bag_bin(rows, here, bag))
    return tuple(found)


def _bag_bin(rows: Rows, here: Here, bag: bags.Bag) -> SortBin:
    office = here.places.office(bag.towards)
    to = "bag" if here.plan.serves(bag.towards) else "hub"
    names = (office.name_bn, office.name_en) if office else ("", "")
    parsed = parse_bag_number(bag.number)
    weight = bag_weight(rows, bag.number)
    return SortBin(to, bag.towards, *names, bags.content(rows, bag.number), parsed.short if parsed else bag.number, weight, BAG_LIMIT_G)
