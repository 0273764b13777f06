"""Tables that ship with the program: offices, hubs, sort plans."""

from __future__ import annotations

import csv
import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path

from corner_app.domain.defects import KnownDefect
from corner_app.domain.offices import Places, places_from
from corner_app.domain.rules import Rules, rules_from
from corner_app.domain.sort_plan import SortPlan, plan_for


@cache
def resource_dir() -> Path:
    """Folder of everything that ships beside the code: fonts, icons, sounds, translations, tables."""
    return Path(str(files("corner_app.resources")))


@cache
def load_places() -> Places:
    """All offices and hubs; read once."""
    folder = resource_dir() / "reference"
    with (folder / "post_offices.csv").open(encoding="utf-8", newline="") as offices, (folder / "hubs.csv").open(encoding="utf-8", newline="") as hubs:
        return places_from(csv.DictReader(offices), csv.DictReader(hubs))


def load_plan(office: str, places: Places) -> SortPlan:
    """The sort plan of an office: its own table if one ships, else the plain plan."""
    table = resource_dir() / "reference" / f"sort_plan_{office}.toml"
    given = tomllib.loads(table.read_text(encoding="utf-8")) if table.exists() else None
    return plan_for(office, places, given)


@cache
def load_money_rules() -> Rules:
    """What the post charges and where its limits lie; read once."""
    return rules_from(tomllib.loads((resource_dir() / "reference" / "money_rules.toml").read_text(encoding="utf-8")))


@cache
def load_defects() -> tuple[KnownDefect, ...]:
    """The known defects that ship with this version."""
    table = tomllib.loads((resource_dir() / "reference" / "known_defects.toml").read_text(encoding="utf-8"))
    return tuple(
        KnownDefect(each["code"], each["since"], each["fixed"], tuple(each["kinds"]), (each["what_bn"], each["what_en"]), (each["do_bn"], each["do_en"]))
        for each in table["defect"]
    )
