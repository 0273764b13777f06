"""How the country's offices are, for headquarters: what needs attention first. One pass over the PCs; what takes a pass over every parcel is counted seldom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from central_server.pages.names import district, short_name
from central_server.storage import cash, health, payments
from central_server.storage.database import Database, Sql
from central_server.storage.devices import REVOKED
from central_server.storage.health import Word
from corner_app.domain.close import local_date
from corner_app.domain.offices import Places
from corner_app.domain.parcels import IN_OFFICE, State
from corner_app.i18n import Language

MINUTE_MS, HOUR_MS, DAY_MS = 60_000, 3_600_000, 86_400_000
HEARD_MS, TIRED_MS, SILENT_MS, LOST_MS = HOUR_MS, 12 * HOUR_MS, DAY_MS, 3 * DAY_MS
"""Since its last word an office counts as heard, as one to look at, as silent, and as one that somebody has to go to."""
CLOCK_MS = 5 * MINUTE_MS
"""By how much a PC's clock may be wrong before somebody is told."""
OLD_MS = 7 * DAY_MS
PAGE = 25
FINE, LOOK, STOP = 0, 1, 2
ONLY = ("all", "look", "silent", "unsent", "clock", "apart", "settle")
"""Which offices may be asked for."""


@dataclass(slots=True)
class Money:
    """An office's money in paisa, as far as its entries came. transit: in pouches it sent, the oldest of which left at `oldest`, ms UTC, 0 none.

    claimed: paid by a wallet, and not verified. disputes: open ones. unclosed: days begun before today and not closed; differing: closings that do not agree.
    """

    office: str
    cash: int = 0
    transit: int = 0
    oldest: int = 0
    suspense: int = 0
    claimed: int = 0
    disputes: int = 0
    unclosed: int = 0
    differing: int = 0

    @property
    def level(self) -> tuple[bool, ...]:
        """What needs a person first."""
        return self.differing > 0, self.disputes > 0, self.suspense != 0, self.unclosed > 0


@dataclass(frozen=True, slots=True)
class Counted:
    """What a pass over every parcel gave. at: when, ms UTC; on_hand, old: by office; states: by state; settle: entries by office; money: by office."""

    at: int = 0
    on_hand: Counter[str] = field(default_factory=Counter)
    old: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    cash: Counter[str] = field(default_factory=Counter)
    settle: Counter[str] = field(default_factory=Counter)
    money: dict[str, Money] = field(default_factory=dict)


@dataclass(slots=True)
class Office:
    """One office. heard_at: the last word of that of its counters which has been silent longest; counter: which one, 0 where there is but one.

    unsent, oldest: as it said then; skew: of the clock that is most wrong, ms; apart: frames in quarantine; settle: entries that need a person.
    """

    office: str
    district: str
    heard_at: int
    counter: int = 0
    unsent: int = 0
    oldest: int = 0
    skew: int = 0
    app: str = ""
    revoked: int = 0
    apart: int = 0
    on_hand: int = 0
    old: int = 0
    cash: int = 0
    settle: int = 0
    level: int = FINE


class District(NamedTuple):
    """A district: its offices with a PC, and how many of them were heard from within the hour."""

    offices: int
    heard: int


@dataclass(frozen=True, slots=True)
class Country:
    """Every office with a PC, what needs attention first; and the sums. not_enrolled: offices that were let in and have none."""

    offices: tuple[Office, ...]
    districts: dict[str, District]
    heard: int
    silent: int
    lost: int
    unsent: int
    oldest: int
    not_enrolled: int


def count(sql: Sql, now: int) -> Counted:
    """A pass over every parcel, posting and verdict."""
    found = Counted(now)
    for office, state, parcels, old in health.on_hand(sql, now - OLD_MS):
        found.states[state] += parcels
        if State(state) in IN_OFFICE:
            found.on_hand[office] += parcels
            found.old[office] += old
    found.money.update(money(sql, now))
    found.cash.update({office: each.cash for office, each in found.money.items()})
    found.settle.update(health.unsettled(sql))
    return found


def money(sql: Sql, now: int) -> dict[str, Money]:
    """Every office's money; those that have none of any kind are not there."""
    found: dict[str, Money] = {}

    def at(office: str) -> Money:
        return found.setdefault(office, Money(office))

    for account, paisa in health.accounts(sql).items():
        kind, _, of = account.partition(":")
        if kind == "drawer":
            at(of.rpartition("-")[0]).cash += paisa
        elif kind in ("transit", "suspense"):
            setattr(at(of), kind, paisa)
    for office, paisa in payments.unverified(sql).items():
        at(office).claimed = paisa
    today = local_date(now)
    for standing in cash.unfinished(sql):
        each = at(standing.office)
        each.disputes += standing.disputes
        each.unclosed += standing.state == "open" and standing.date < today
        if standing.state == "sent":
            each.oldest = min(each.oldest or standing.at, standing.at)
    for closing in cash.differing(sql):
        at(closing.office).differing += 1
    return found


class Counts:
    """What was counted last, counted again when it is old: so old that counting takes a fiftieth of the time, and at least `fresh_ms`."""

    def __init__(self, clock: Callable[[], int], fresh_ms: int = 5_000) -> None:
        self._clock, self._fresh_ms = clock, fresh_ms
        self._last, self._due = Counted(), 0
        self._busy = False

    def get(self, database: Database, now: int) -> Counted:
        """The last count. While somebody counts, others are given the one before. now: milliseconds UTC."""
        began = self._clock()
        if self._last.at and (self._busy or began < self._due):
            return self._last
        self._busy = True
        try:
            self._last = database.read(lambda sql: count(sql, now))
            ended = self._clock()
            self._due = ended + max(self._fresh_ms, 50 * (ended - began))
        finally:
            self._busy = False
        return self._last


def country(sql: Sql, places: Places, counted: Counted, now: int) -> Country:
    """The country as it stands."""
    by_office: dict[str, list[Word]] = {}
    for word in health.words(sql):
        by_office.setdefault(word.office, []).append(word)
    apart = health.set_apart(sql)
    offices = [_office(places, office, found, apart.get(office, 0), counted, now) for office, found in by_office.items()]
    offices.sort(key=lambda o: (-o.level, o.heard_at, o.office))
    totals, heard = Counter(o.district for o in offices), Counter(o.district for o in offices if now - o.heard_at <= HEARD_MS)
    return Country(
        offices=tuple(offices),
        districts={name: District(total, heard[name]) for name, total in totals.items()},
        heard=heard.total(),
        silent=sum(now - o.heard_at > SILENT_MS for o in offices),
        lost=sum(now - o.heard_at > LOST_MS for o in offices),
        unsent=sum(o.unsent for o in offices),
        oldest=min((o.oldest for o in offices if o.oldest), default=0),
        not_enrolled=health.not_enrolled(sql),
    )


def _office(places: Places, office: str, found: list[Word], apart: int, counted: Counted, now: int) -> Office:
    speaking = [word for word in found if word.state != REVOKED] or found
    quiet = min(speaking, key=lambda word: word.seen_at)
    made = Office(
        office,
        district(places, office),
        quiet.seen_at,
        quiet.counter if len(speaking) > 1 else 0,
        sum(word.unsent for word in speaking),
        min((word.oldest for word in speaking if word.oldest), default=0),
        max((word.skew for word in speaking), key=abs),
        min(word.app for word in speaking),
        sum(word.state == REVOKED for word in found),
        apart,
        counted.on_hand[office],
        counted.old[office],
        counted.cash[office],
        counted.settle[office],
    )
    made.level = _level(made, now)
    return made


def _level(office: Office, now: int) -> int:
    silent = now - office.heard_at
    if silent > LOST_MS or office.apart:
        return STOP
    waits = office.oldest and now - office.oldest > SILENT_MS
    return LOOK if silent > TIRED_MS or waits or office.settle or office.revoked or abs(office.skew) > CLOCK_MS else FINE


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the country is asked for. district: its English name, "" every one; only: one of ONLY; search: a code or part of a name; page: from 1."""

    district: str = ""
    only: str = "all"
    search: str = ""
    page: int = 1


def chosen(offices: Iterable[Office], asked: Asked, places: Places, now: int) -> list[Office]:
    """The offices that fit, in the order they came."""
    text = asked.search.strip().casefold()
    return [
        office
        for office in offices
        if (not asked.district or office.district == asked.district) and _fits(office, asked.only, now) and (not text or _named(places, office.office, text))
    ]


def _named(places: Places, office: str, text: str) -> bool:
    return office.casefold().startswith(text) or any(text in short_name(places, office, language).casefold() for language in Language)


def _fits(office: Office, only: str, now: int) -> bool:
    match only:
        case "look":
            return office.level > FINE
        case "silent":
            return now - office.heard_at > SILENT_MS
        case "unsent":
            return office.unsent > 0
        case "clock":
            return abs(office.skew) > CLOCK_MS
        case "apart":
            return office.apart > 0 or office.revoked > 0
        case "settle":
            return office.settle > 0
        case _:
            return True


GRID = {
    name: (column, row)
    for row, line in enumerate(
        (
            "|Panchagarh",
            "Thakurgaon|Nilphamari|Lalmonirhat|Kurigram",
            "|Dinajpur|Rangpur|Gaibandha",
            "Naogaon|Joypurhat|Bogura|Jamalpur|Sherpur|Mymensingh|Netrokona|Sunamganj|Sylhet",
            "Chapainawabganj|Natore|Sirajganj||Tangail|Gazipur|Kishoreganj|Habiganj|Moulvibazar",
            "Rajshahi|Kushtia|Pabna|Manikganj|Dhaka|Narsingdi|Brahmanbaria",
            "Meherpur|Chuadanga|Rajbari|Faridpur|Munshiganj|Narayanganj|Cumilla",
            "|Jhenaidah|Magura|Madaripur|Shariatpur|Chandpur",
            "|Jashore|Narail|Gopalganj|Barishal|Lakshmipur|Noakhali|Feni|Khagrachhari",
            "|Satkhira|Khulna|Bagerhat|Jhalokati|Bhola||Chattogram|Rangamati",
            "|||Pirojpur|Patuakhali||||Bandarban",
            "||||Barguna||||Cox's Bazar",
        ),
        1,
    )
    for column, name in enumerate(line.split("|"), 1)
    if name
}
"""District → (column, row) on a map of equal tiles, about where it lies."""
