"""Incoming bags: opened against their manifest, ended with what was missing and what was too many."""

from __future__ import annotations

from corner_app.book import bags, entries, parcels
from corner_app.book.database import Rows, Tx
from corner_app.book.lineage import read_place
from corner_app.desk.commands import EndBag, OpenBag
from corner_app.desk.lookup import card
from corner_app.desk.receive import bag_head, bag_number
from corner_app.desk.views import BagProgress
from corner_app.domain import entries as e
from corner_app.domain.bag_numbers import parse_bag_number
from corner_app.domain.here import Here
from corner_app.domain.outcome import Outcome, Tone
from corner_app.domain.parcels import State, taken_back

_NOT_SEEN = (State.ANNOUNCED, State.UNKNOWN)


def open_bag(tx: Tx, here: Here, command: OpenBag) -> Outcome:
    """Begins to check a bag. A well-formed bag nobody announced is opened too, with a word: its list may come later."""
    number = bag_number(tx, command.bag)
    if number is None:
        return Outcome(Tone.STOP, "unknown_bag", data={"bag": command.bag, "opened": False})
    manifest = parcels.on_manifest(tx, number)
    body = e.BagOpened(here.office, len(manifest))
    written = entries.append(tx, here.clerk.badge, here.now, bags.SUBJECT + number, body, base=bag_head(tx, number))
    known = bool(manifest)
    data = {"bag": number, "expected": len(manifest), "opened": True}
    return Outcome(Tone.GOOD if known else Tone.LOOK, "bag_open" if known else "unknown_bag", None, (written.id.seq,), data)


def end_bag(tx: Tx, here: Here, command: EndBag) -> Outcome:
    """Says the bag is empty, and writes what did not come and what was not listed."""
    number = bag_number(tx, command.bag)
    bag = None if number is None else bags.find(tx, number)
    if bag is None or bag.way != "in":
        return Outcome(Tone.STOP, "unknown_bag", data={"bag": command.bag, "opened": False})
    if bag.ended_at:
        return Outcome(Tone.LOOK, "already_ended", data={"bag": bag.number, "when": bag.ended_at})
    manifest = parcels.on_manifest(tx, bag.number)
    missing = tuple(row.parcel.item for row in manifest if _not_seen(tx, row, here.office))
    extra = tuple(parcels.found_in(tx, bag.number))
    body = e.BagEnded(here.office, len(manifest), len(manifest) - len(missing), missing, extra)
    written = entries.append(tx, here.clerk.badge, here.now, bags.SUBJECT + bag.number, body, base=bag_head(tx, bag.number))
    data = {"bag": bag.number, "expected": body.expected, "received": body.received, "missing": list(missing), "extra": list(extra)}
    return Outcome(Tone.LOOK if missing or extra else Tone.GOOD, "bag_ended", None, (written.id.seq,), data)


def progress(rows: Rows, text: str) -> BagProgress | None:
    """How far an incoming bag is; None when it is neither announced, opened nor well-formed."""
    parsed = parse_bag_number(text)
    number = parsed.text if parsed else text
    bag, manifest = bags.find(rows, number), parcels.on_manifest(rows, number)
    if bag is None and not manifest and parsed is None:
        return None
    office = read_place(rows).office
    missing = tuple(card(row) for row in manifest if _not_seen(rows, row, office))
    return BagProgress(
        number,
        parsed.short if parsed else number,
        parsed.origin_office if parsed else "",
        len(manifest),
        len(manifest) - len(missing),
        missing,
        tuple(parcels.found_in(rows, number)),
        (parsed.weight_hg or 0) * 100 if parsed else 0,
        opened=bag is not None and bag.ended_at == 0,
        ended=bag is not None and bag.ended_at > 0,
    )


def _not_seen(rows: Rows, row: parcels.Row, office: str) -> bool:
    """Whether a parcel of a manifest has not come here yet, whatever offices before this one wrote of it."""
    parcel = row.parcel
    if parcel.state in _NOT_SEEN:
        return True
    if parcel.office == office or not (parcel.office or parcel.state is State.DISPATCHED):
        return False
    facts = entries.facts_about(rows, parcel.item)
    gone = taken_back(facts)
    return not any(isinstance(f.entry.body, e.Received) and f.entry.body.office == office and f.id not in gone for f in facts)
