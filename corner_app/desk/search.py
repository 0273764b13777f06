"""Finding parcels and showing one with all that happened to it."""

from __future__ import annotations

from corner_app.book import entries, marks, parcels, search
from corner_app.book.database import Rows
from corner_app.desk.commands import Find, ShowParcel
from corner_app.desk.handover import candidate
from corner_app.desk.lookup import card, number_in, parcel_of
from corner_app.desk.views import Found, NumberLine, ParcelView, TimelineLine
from corner_app.domain import entries as e
from corner_app.domain.entries import Fact, kind
from corner_app.domain.handover import not_ready
from corner_app.domain.here import Here
from corner_app.domain.outcome import Outcome, ParcelCard, Tone
from corner_app.domain.parcels import State, taken_back
from corner_app.domain.roll import Roll

_DAY_MS = 86_400_000
KEEP_DAYS = 7
"""Days a parcel is kept for its buyer; no rule of Bangladesh Post was found, seven is the peers' (field notes §3.1)."""


def find(rows: Rows, here: Here, command: Find) -> Outcome:
    """Parcels that a text may mean."""
    cards = find_cards(rows, command.text, command.limit)
    if not cards:
        return Outcome(Tone.LOOK, "not_found", data={"text": command.text})
    found = [{"item": c.item, "name": c.name_bn or c.name_en, "state": c.state, "shelf": c.shelf or None} for c in cards]
    return Outcome(Tone.GOOD, "found", cards[0].item if len(cards) == 1 else None, data={"parcels": found}, card=cards[0] if len(cards) == 1 else None)


def find_cards(rows: Rows, text: str, limit: int = 20) -> tuple[ParcelCard, ...]:
    """The same as values. A tracking link or a buyer's QR is searched by the number in it."""
    number = number_in(text)
    exact = parcels.by_code(rows, number.text) if number is not None else None
    found = [exact] if exact is not None else search.find(rows, text, limit)
    return tuple(card(row) for row in found if row.parcel.state is not State.UNKNOWN)


def find_marked(rows: Rows, text: str) -> tuple[Found, ...]:
    """The same for a screen, each with whether the centre has it."""
    cards = find_cards(rows, text)
    items = [each.item for each in cards]
    unsent, later = marks.not_at_centre(rows, items), marks.from_later_version(rows, items)
    return tuple(Found(each, each.item not in unsent, each.item in later) for each in cards)


def at_centre(rows: Rows, items: tuple[str, ...]) -> frozenset[str]:
    """Those of these parcels of which the centre has all that this counter wrote."""
    return frozenset(items) - marks.not_at_centre(rows, items)


def show_parcel(rows: Rows, here: Here, command: ShowParcel) -> Outcome:
    """One parcel with its numbers and its timeline."""
    number, row = parcel_of(rows, command.scan)
    if row is None or row.parcel.state is State.UNKNOWN:
        return Outcome(Tone.LOOK, "not_found", number.text if number else None)
    facts = entries.facts_about(rows, row.parcel.item)
    gone = taken_back(facts)
    timeline = [
        {"seq": f.id.seq, "kind": kind(f.entry.body), "at": f.entry.at, "by": f.entry.actor} | ({"undone": True} if f.id in gone else {}) for f in facts
    ]
    data = {
        "state": row.parcel.state.value,
        "shelf": row.parcel.shelf or None,
        "cod": card(row).cod,
        "cod_state": row.parcel.cod_state.value,
        "damaged": row.parcel.damaged,
        "aliases": [code for _, code in parcels.aliases(rows, row.id)],
        "timeline": timeline,
    }
    return Outcome(Tone.GOOD, "parcel", row.parcel.item, data=data, card=card(row))


def view(rows: Rows, here: Here, roll: Roll, item: str) -> ParcelView | None:
    """Everything the search screen shows of one parcel, newest entry first."""
    row = parcels.by_item(rows, item)
    if row is None:
        return None
    facts = entries.facts_about(rows, item)
    gone, known = taken_back(facts), marks.marks(rows)
    timeline = tuple(_timeline_line(here, roll, f, known, undone=f.id in gone) for f in reversed(facts))
    phone = row.advice.phone if row.advice else ""
    others = [o for o in parcels.of_phone(rows, phone) if o.id != row.id and not_ready(candidate(o), here.office) is None] if phone else []
    keep = row.parcel.received_at + KEEP_DAYS * _DAY_MS if row.parcel.on_hand else 0
    numbers = tuple(NumberLine(k, code) for k, code in parcels.aliases(rows, row.id))
    return ParcelView(
        card(row), row.parcel.cod_state.value, numbers, timeline, tuple(card(o) for o in others), parcels.warnings(row), keep,
        not marks.not_at_centre(rows, (item,)), bool(marks.from_later_version(rows, (item,))),
    )  # fmt: skip


def _timeline_line(here: Here, roll: Roll, fact: Fact, known: marks.Marks, *, undone: bool) -> TimelineLine:
    ours = known.ours(fact.id)
    actor = roll.find(fact.entry.actor) if ours else None  # a badge of another office is another person's
    by_bn, by_en = (actor.name_bn, actor.name_en) if actor else (fact.entry.actor, fact.entry.actor)
    office = here.office if ours else str(getattr(fact.entry.body, "office", ""))
    return TimelineLine(
        fact.id.seq, kind(fact.entry.body), fact.entry.at, fact.entry.actor, by_bn, by_en, office, _detail(fact.entry.body), undone,
        known.at_centre(fact.id), ours,
    )  # fmt: skip


def _detail(body: e.AnyBody) -> str:
    """The one word of an entry a timeline shows beside its kind: a shelf, a bag, a reason, a result."""
    match body:
        case e.Received():
            return body.bag
        case e.Shelved():
            return body.shelf
        case e.Bagged() | e.Dispatched():
            return body.bag
        case e.Refused() | e.ReturnStarted() | e.Held() | e.Attempted():
            return body.reason
        case e.Damaged() | e.Lost():
            return body.note
        case e.LabelAsked():
            return str(body.copy)
        case e.LabelSettled():
            return body.result
        case e.HandedOver():
            return str(body.collected)
        case _:
            return ""
