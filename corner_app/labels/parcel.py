"""A parcel's label in words, from what the book knows of it."""

from __future__ import annotations

from corner_app.domain.contacts import masked
from corner_app.domain.entries import Announced
from corner_app.domain.numbers import parse_number
from corner_app.domain.offices import Places
from corner_app.domain.scan import TRACKING_LINK
from corner_app.i18n import Language, digits, money, money_in_words, number, short_day, weight, words
from corner_app.labels.layout import ParcelLabel

_BN = Language.BN


def parcel_label(
    item: str, advice: Announced | None, due: int, places: Places, origin: str, now: int, *, copy: int = 1, clerk: str = "", training: bool = False
) -> ParcelLabel:
    """The label of one parcel. due: paisa to collect. origin: postcode of the printing office. now: ms UTC. copy: 2 and more are marked as such."""
    postcode = advice.postcode if advice else ""
    office, hub, here = places.office(postcode), places.hub_of(postcode) if postcode else None, places.office(origin)
    return ParcelLabel(
        item=item,
        grouped=parse_number(item).grouped,
        postcode=postcode or "—",
        office=office.name_bn if office else words("label.unknown_office", _BN),
        district=office.district_bn if office else "",
        route=_route(places, postcode),
        hub=hub.short_bn if hub else "",
        weight=words("label.weight", _BN, weight=weight(advice.weight_g, _BN)) if advice and advice.weight_g else "",
        name=(advice.name_bn or advice.name_en) if advice else "",
        address=(advice.address_bn or advice.address_en) if advice else "",
        phone=digits(masked(advice.phone), _BN) if advice else "",
        cod_amount=money(due, _BN) if due else "",
        cod_words=money_in_words(due, _BN) if due else words("label.nothing_to_collect", _BN),
        sender=words("label.sender", _BN, name=" · ".join(part for part in (advice.merchant_bn or advice.merchant_en, advice.order_ref) if part))
        if advice
        else "",
        origin=words("label.origin", _BN, office=here.name_bn if here else "", postcode=digits(origin, _BN), day=short_day(now, _BN), n=number(copy, _BN)),
        link=TRACKING_LINK + item,
        copy_line=words("label.reprint", _BN, n=copy, at=now, clerk=clerk) if copy > 1 else "",
        training=words("label.training", _BN) if training else "",
    )


def _route(places: Places, postcode: str) -> str:
    """The hub's number and a letter for the office among those of its hub: 85·B."""
    hub = places.hub_of(postcode) if postcode else None
    if hub is None or not hub.head_office:
        return "—"
    offices = sorted(places.served_from(hub.head_office))
    place = offices.index(postcode) if postcode in offices else 0
    return f"{postcode[:2]}·{chr(ord('A') + place % 26)}"
