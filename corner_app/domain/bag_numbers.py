"""Bag numbers in the shape of UPU S9: 29 characters that name a bag and say whether it is the last of its dispatch.

BD8200 BD8500 C CC 6 0417 001 0 1 0345: origin, destination (six characters each; here country and the place's postcode), category, class
with subclass, last digit of the year, dispatch, bag, last bag, COD or insured inside, weight in 0.1 kg. The first 20 are the S8 dispatch, the first
23 name a bag before it is closed. Flags are 1 yes, 0 no, 9 not stated; weight 9999 is more than 999.8 kg.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from corner_app.domain.numbers import normal_reference

_BAG = re.compile(r"([A-Z0-9]{6})([A-Z0-9]{6})([A-D])([A-Z]{2})(\d)(\d{4})(\d{3})(?:([019])([019])(\d{4}))?", re.ASCII)
_PLACE = re.compile(r"BD(\d{4})", re.ASCII)
_FLAG = {"1": True, "0": False}


@dataclass(frozen=True, slots=True)
class BagNumber:
    """A bag's number taken apart.

    origin_office, destination_office: postcodes where the place is ours, else the six characters. last_bag, valuable_inside: None not stated.
    weight_hg: hundreds of grams, None not stated or not yet weighed.
    """

    text: str
    origin_office: str
    destination_office: str
    category: str
    mail_class: str
    year_digit: int
    dispatch: int
    bag: int
    last_bag: bool | None
    valuable_inside: bool | None
    weight_hg: int | None

    @property
    def short(self) -> str:
        """As people say it: 8200-8500-0417-01."""
        return f"{self.origin_office}-{self.destination_office}-{self.dispatch:04d}-{self.bag:02d}"


def parse_bag_number(text: str) -> BagNumber | None:
    """Reads a bag's number (23 characters while it is open, 29 closed), or that in front of its manifest's 2-D code; None for anything else."""
    found = _BAG.fullmatch(normal_reference(text.split("|", 1)[0]))
    if found is None:
        return None
    origin, destination, category, mail_class, year, dispatch, bag, last, valuable, weight = found.groups()
    return BagNumber(
        found.group(),
        _place(origin),
        _place(destination),
        category,
        mail_class,
        int(year),
        int(dispatch),
        int(bag),
        _FLAG.get(last or ""),
        _FLAG.get(valuable or ""),
        None if weight is None or weight == "9999" else int(weight),
    )


def _place(imcp: str) -> str:
    ours = _PLACE.fullmatch(imcp)
    return ours[1] if ours else imcp


def open_bag_number(origin: str, destination: str, year: int, dispatch: int, bag: int) -> str:
    """Number of a bag being filled: surface mail, e-commerce class. origin, destination: postcodes; year: four digits."""
    return f"BD{origin}BD{destination}CCC{year % 10}{dispatch:04d}{bag:03d}"


def closed_bag_number(open_number: str, *, last: bool, valuable: bool, weight_g: int) -> str:
    """The full number once the bag is weighed and closed. weight_g: grams."""
    return f"{open_number}{last:d}{valuable:d}{min(9998, round(weight_g / 100)):04d}"
