"""What stands on headquarters' pages, in words: the country, and one office."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from central_server.pages.names import short_name
from central_server.pages.overview import CLOCK_MS, GRID, HEARD_MS, LOST_MS, MINUTE_MS, ONLY, PAGE, TIRED_MS, Asked, Counted, Country, Office, chosen
from central_server.pages.render import ago, when
from central_server.storage import health
from central_server.storage.database import Sql
from corner_app.domain.offices import Places
from corner_app.domain.parcels import State
from corner_app.i18n import Language, load_words, number, words

SHOWN_MATTERS = 100


@dataclass(frozen=True, slots=True)
class Tile:
    """A district on the map. short: its name where that fits a tile; band: "good", "fair", "look", "stop" or "none"; share: percent, None without offices."""

    key: str
    name: str
    short: str
    column: int
    row: int
    band: str
    share: int | None
    link: str


@dataclass(frozen=True, slots=True)
class Row:
    """An office in the list. Its last word as a chip (tone, text), then reasons to look as chips."""

    office: Office
    name: str
    place: str
    tone: str
    heard: str
    more: bool
    oldest: str
    reasons: tuple[tuple[str, str], ...]


def asked_for(given: Mapping[str, str], places: Places) -> Asked:
    """What a query asks for; whatever it says that is not known counts as not said."""
    page = given.get("page", "1")
    return Asked(
        given.get("district", "") if given.get("district") in GRID else "",
        given.get("only", "all") if given.get("only") in ONLY else "all",
        given.get("search", "")[:60],
        int(page) if page.isascii() and page.isdigit() and len(page) < 6 and int(page) else 1,
    )


def link(asked: Asked, language: Language, **changes: object) -> str:
    """Where the same is shown with something changed."""
    said: dict[str, object] = {"district": asked.district, "only": asked.only if asked.only != "all" else "", "search": asked.search, "page": asked.page}
    said |= {"lang": language.value} | changes
    return "/hq?" + urlencode({name: value for name, value in said.items() if value and (name, value) != ("page", 1)})


def country_page(country: Country, counted: Counted, asked: Asked, places: Places, now: int, language: Language) -> dict[str, object]:
    """What the template of the country wants."""
    found = chosen(country.offices, asked, places, now)
    pages = max(1, -(-len(found) // PAGE))
    page = min(asked.page, pages)
    names = district_names(places, language)
    states = [(words(f"state.{state.value}", language), counted.states[state.value]) for state in State if counted.states[state.value]]
    return {
        "country": country,
        "counted": counted,
        "asked": asked,
        "title": names.get(asked.district) or words("hq.country", language),
        "tiles": [_tile(name, names[name], country, asked, language) for name in sorted(GRID, key=lambda name: names[name])],
        "districts": sorted(names.items(), key=lambda pair: pair[1]),
        "only": [(name, words(f"hq.only_{name}", language)) for name in ONLY],
        "rows": [_row(office, places, now, language) for office in found[(page - 1) * PAGE : page * PAGE]],
        "found": len(found),
        "found_heard": sum(now - office.heard_at <= HEARD_MS for office in found),
        "page": page,
        "pages": pages,
        "before": link(asked, language, page=page - 1) if page > 1 else "",
        "after": link(asked, language, page=page + 1) if page < pages else "",
        "share": 100 * country.heard // len(country.offices) if country.offices else 0,
        "oldest": ago(now - country.oldest, language) if country.oldest else "",
        "states": states,
        "most": max((count for _, count in states), default=1),
        "now": now,
        "here": link(asked, Language.EN if language is Language.BN else Language.BN),
    }


def district_names(places: Places, language: Language) -> dict[str, str]:
    """English name → name in the language, of every district."""
    return {o.district_en: o.district_bn if language is Language.BN else o.district_en for o in places.offices.values()}


def _tile(key: str, name: str, country: Country, asked: Asked, language: Language) -> Tile:
    column, row = GRID[key]
    there = country.districts.get(key)
    share = 100 * there.heard // there.offices if there is not None else None
    band = "none" if share is None else "good" if share >= 95 else "fair" if share >= 90 else "look" if share >= 80 else "stop"
    chosen_again = key == asked.district
    word = f"tile.{''.join(filter(str.isalpha, key.lower()))}"
    short = words(word, language) if word in load_words() else name
    return Tile(key, name, short, column, row, band, share, link(Asked(only=asked.only), language, district="" if chosen_again else key))


def _row(office: Office, places: Places, now: int, language: Language) -> Row:
    silent = now - office.heard_at
    tone = "stop" if silent > LOST_MS else "look" if silent > TIRED_MS else "" if silent > HEARD_MS else "good"
    heard = ago(silent, language)
    if office.counter:
        heard += f" · {words('hq.counter', language, n=office.counter)}"
    known = places.office(office.office)
    name = short_name(places, office.office, language)
    place = "" if known is None else known.upazila_bn if language is Language.BN else known.upazila_en
    reasons = [
        ("stop", "revoked", office.revoked),
        ("stop", "apart", office.apart),
        ("look", "settle", office.settle),
        ("look", "clock", abs(office.skew) // MINUTE_MS if abs(office.skew) > CLOCK_MS else 0),
    ]
    said = tuple((kind, words(f"hq.reason_{key}", language, n=n)) for kind, key, n in reasons if n)
    oldest = ago(now - office.oldest, language) if office.oldest else ""
    return Row(office, name, "" if place == name else place, tone, heard, silent > HEARD_MS, oldest, said)


def office_page(sql: Sql, places: Places, office: str, now: int, language: Language) -> dict[str, object] | None:
    """What the template of one office wants, None when no PC of it ever enrolled."""
    found = health.words_of(sql, office)
    if not found:
        return None
    matters = health.unsettled_of(sql, office, SHOWN_MATTERS)
    known = load_words()
    return {
        "title": short_name(places, office, language),
        "office": office,
        "pcs": [
            (
                word,
                words(f"hq.state_{word.state}", language),
                ago(now - word.seen_at, language),
                ago(now - word.oldest, language) if word.oldest else "",
                number(abs(word.skew) // MINUTE_MS, language) if abs(word.skew) > CLOCK_MS else "",
            )
            for word in found
        ],
        "matters": [
            (matter, words(f"verdict.{matter.code if f'verdict.{matter.code}' in known else 'unknown'}", language), when(matter.at, now, language))
            for matter in matters
        ],
        "now": now,
        "here": f"/hq/office/{office}?lang={(Language.EN if language is Language.BN else Language.BN).value}",
    }
