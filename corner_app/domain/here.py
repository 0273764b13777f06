"""This counter, now: handed into every job, so that no job asks a global, a clock or a file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta, timezone

from corner_app.domain.offices import Places
from corner_app.domain.rules import NO_RULES, Rules
from corner_app.domain.sort_plan import SortPlan

DHAKA = timezone(timedelta(hours=6), "BDT")
"""Zone of every office; Bangladesh has no summer time."""


@dataclass(frozen=True, slots=True)
class Clerk:
    """Who acts. badge: the name on the badge, as entries carry it. supervisor: may unlock and approve."""

    badge: str
    name_bn: str
    name_en: str
    supervisor: bool = False


@dataclass(frozen=True, slots=True)
class Here:
    """The place and moment of a command.

    office: the office's code; postcode: of the place it stands in. counter: 1, 2, …; names the drawer. now: milliseconds UTC.
    salt: secret of this book from which pickup-code salts are derived. training: a watermarked practice book. gives_receipts: a receipt printer
    stands here, so that every handover asks for its receipt. rules: of money.
    """

    office: str
    postcode: str
    counter: int
    clerk: Clerk
    now: int
    training: bool
    salt: bytes
    places: Places
    plan: SortPlan
    gives_receipts: bool = False
    rules: Rules = NO_RULES

    @property
    def drawer(self) -> str:
        """Account of this counter's cash."""
        return f"drawer:{self.office}-{self.counter}"
