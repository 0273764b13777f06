"""This counter as jobs see it, from the book it stands on."""

from __future__ import annotations

from corner_app.book.lineage import Place
from corner_app.domain.here import Clerk, Here
from corner_app.domain.roll import TRAINING_CLERKS, Roll
from corner_app.reference import load_money_rules, load_places, load_plan


def here_of(place: Place, clerk: Clerk, now: int = 0) -> Here:
    """The counter of a book. The office's code is the postcode of its place until headquarters gives codes of its own."""
    places = load_places()
    plan = load_plan(place.office, places)
    return Here(place.office, place.office, place.counter, clerk, now, place.training, place.salt, places, plan, rules=load_money_rules())


def roll_of(place: Place) -> Roll:
    """Who may stand here. Real offices get their people from headquarters with the sync; until then only the postmaster is known."""
    return Roll(TRAINING_CLERKS if place.training else (Clerk("postmaster", "পোস্টমাস্টার", "Postmaster", supervisor=True),))
