"""One parcel, one timeline: what every office wrote about it, in the order of cause."""

from __future__ import annotations

from dataclasses import dataclass

from central_server.own_book import OFFICE
from central_server.problems import Problem
from central_server.storage import devices, parcels
from central_server.storage.database import Sql
from corner_app.domain.numbers import normal_reference
from corner_app.domain.parcels import fold, in_order, taken_back


@dataclass(frozen=True, slots=True)
class Line:
    """One entry. office: its writer's, "" the centre; at: ms UTC by its clock; undone: taken back later."""

    office: str
    counter: int
    seq: int
    kind: str
    at: int
    undone: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """A parcel as all books together tell it."""

    item: str
    state: str
    office: str
    cod: int
    cod_state: str
    lines: tuple[Line, ...]


def timeline(sql: Sql, number: str) -> Timeline:
    """The timeline of a parcel by any of its numbers. Raises Problem("number_unknown")."""
    code = normal_reference(number)
    subjects = [code] if parcels.head(sql, code) is not None else parcels.named(sql, code)
    if not subjects or ":" in subjects[0]:
        raise Problem("number_unknown")
    item = subjects[0]
    written = parcels.history(sql, [item]).get(item, [])
    facts = [w.fact for w in written]
    folded = fold(item, facts)
    ordered, held = in_order(facts)
    gone = taken_back(ordered)
    by_id = {w.fact.id: w for w in written}
    counters: dict[int, int] = {}
    lines = []
    for fact in (*ordered, *held):
        if fact.id in folded.echoes:
            continue
        if fact.id.device not in counters:
            device = devices.find(sql, fact.id.device)
            counters[fact.id.device] = device.counter if device is not None else 0
        office = by_id[fact.id].office
        lines.append(Line("" if office == OFFICE else office, counters[fact.id.device], fact.id.seq, by_id[fact.id].kind, fact.entry.at, fact.id in gone))
    parcel = folded.parcel
    return Timeline(item, parcel.state.value, parcel.office, parcel.cod, parcel.cod_state.value, tuple(lines))
