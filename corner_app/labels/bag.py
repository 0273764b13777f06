"""A bag's label: where it goes, what is in it, and the list of it in a 2-D code, so that it is checked with no network."""

from __future__ import annotations

from dataclasses import dataclass

from corner_app.domain.bag_numbers import BagNumber, parse_bag_number
from corner_app.domain.here import Here
from corner_app.domain.trouble import Trouble
from corner_app.i18n import Language, digits, number, short_day, weight, words
from corner_app.labels.codes import QR_LEAST, QR_QUIET, qr_modules
from corner_app.labels.layout import Box, Code128, Mark, Qr, Text, Weight
from corner_app.labels.marks import band

_BN = Language.BN
_LEFT, _RIGHT, _TOP, _BOTTOM, _RULE = 24, 776, 24, 1176, 4
_ROW1, _ROW2, _ROW3, _ROW4 = 128, 428, 840, 1124
_PAD, _EDGE = 48, 752
_LIST_X, _LIST = 396, 368
"""Left edge and side of the 2-D code's place."""


@dataclass(frozen=True, slots=True)
class BagLabel:
    """A bag's label in words. number: all 29 characters, as the bars carry them; short: as people say it. listed: text of the 2-D code.

    last, valuable, seal: words, "" where there is nothing to say. list_words: what the 2-D code holds.
    """

    number: str
    short: str
    postcode: str
    destination: str
    district: str
    count: str
    weight: str
    origin: str
    dispatch: str
    seal: str
    last: str
    valuable: str
    listed: str
    list_words: str
    printed: str
    copy_line: str = ""
    training: str = ""


def bag_label(bag: str, manifest: str | bytes, count: int, here: Here, *, seal: str = "", copy: int = 1) -> BagLabel:
    """The label of a closed bag. manifest: what stands in the 2-D code behind the number and "|"; bytes go as they are, one letter each.

    A list too long for its place is left out, and the label says so. here.now: when it is printed. Raises ValueError for what is no bag's number.
    """
    known = parse_bag_number(bag)
    if known is None:
        raise ValueError(f"no bag's number: {bag!r}")
    listed = f"{known.text}|{manifest if isinstance(manifest, str) else manifest.decode('latin-1')}"
    fits = bool(manifest) and _fits(listed)
    office = here.places.office(known.destination_office)
    return BagLabel(
        number=known.text,
        short=known.short,
        postcode=known.destination_office,
        destination=office.name_bn if office else words("label.unknown_office", _BN),
        district=office.district_bn if office else "",
        count=words("paper.bag_count", _BN, n=count),
        weight=weight(known.weight_hg * 100, _BN) if known.weight_hg is not None else "",
        origin=_origin(known, here),
        dispatch=words("paper.bag_no", _BN, dispatch=f"{known.dispatch:04d}", bag=f"{known.bag:02d}"),
        seal=words("paper.bag_seal", _BN, seal=seal) if seal else "",
        last=words("paper.bag_last", _BN) if known.last_bag else "",
        valuable=words("paper.bag_valuable", _BN) if known.valuable_inside else "",
        listed=listed if fits else known.text,
        list_words=words("paper.bag_list" if fits else "paper.bag_no_list", _BN) if manifest else "",
        printed=words("paper.bag_printed", _BN, day=short_day(here.now, _BN), at=here.now, n=number(copy, _BN)),
        copy_line=words("label.reprint", _BN, n=copy, at=here.now, clerk=here.clerk.name_bn) if copy > 1 else "",
        training=words("label.training", _BN) if here.training else "",
    )


def _origin(bag: BagNumber, here: Here) -> str:
    office = here.places.office(bag.origin_office)
    return words("paper.bag_from", _BN, office=office.name_bn if office else "", postcode=digits(bag.origin_office, _BN))


def _fits(listed: str) -> bool:
    try:
        side, _ = qr_modules(listed)
    except Trouble:
        return False
    return (side + 2 * QR_QUIET) * QR_LEAST <= _LIST


def layout(label: BagLabel) -> tuple[Mark, ...]:
    """On 100 x 150 mm paper."""
    wide = _RIGHT - _LEFT
    return (
        Box(_LEFT, _TOP, wide, _BOTTOM - _TOP, line=_RULE),
        *(Box(_LEFT, y - 2, wide, _RULE) for y in (_ROW1, _ROW2, _ROW3, _ROW4)),
        *_head(label),
        *_destination(label),
        *_contents(label),
        Qr(_LIST_X, _ROW2 + 4, _LIST, _LIST, label.listed),
        Text(_LIST_X - 8, _ROW3 - 18, _LIST + 16, label.list_words, 24, smallest=20, align="centre"),
        Code128(_LEFT + _RULE, _ROW3 + 22, wide - 2 * _RULE, 132, label.number),
        Text(_LEFT + 8, 1052, wide - 16, label.short, 56, Weight.BOLD, smallest=30, align="centre", mono=True),
        Text(_LEFT + 8, 1098, wide - 16, label.number, 28, Weight.BOLD, smallest=20, align="centre", mono=True),
        Text(_PAD, 1158, 340, label.seal, 24),
        Text(_EDGE - 350, 1158, 350, label.printed, 24, align="right"),
    )


def _head(label: BagLabel) -> tuple[Mark, ...]:
    last = (Box(580, 42, 172, 68), Text(588, 89, 156, label.last, 38, Weight.BOLD, smallest=24, align="centre", invert=True)) if label.last else ()
    return (Text(_PAD, 72, 520, "বাংলাদেশ ডাক · ই-কমার্স ব্যাগ", 36, Weight.BOLD), Text(_PAD, 108, 520, "Bangladesh Post · e-Commerce Bag", 24), *last)


def _destination(label: BagLabel) -> tuple[Mark, ...]:
    return (
        Text(_PAD, 162, 240, "গন্তব্য ডাকঘর", 24),
        Text(_PAD - 3, 314, 428, label.postcode, 190, Weight.BOLD, smallest=90),
        Text(_PAD, 394, _EDGE - _PAD, label.destination, 60, Weight.BOLD, smallest=32, tail=label.district, tail_size=40),
        *((Box(580, 246, 172, 60, line=_RULE), Text(588, 287, 156, label.valuable, 32, Weight.BOLD, smallest=22, align="centre")) if label.valuable else ()),
        *(band(_PAD + 250, 140, _EDGE - _PAD - 250, 34, label.copy_line, 24) if label.copy_line else ()),
        *(band(484, 184, _EDGE - 484, 46, label.training, 26) if label.training else ()),
    )


def _contents(label: BagLabel) -> tuple[Mark, ...]:
    wide = _LIST_X - _PAD - 12
    return (
        Text(_PAD, 516, wide, label.count, 52, Weight.BOLD, smallest=28),
        Text(_PAD, 592, wide, label.weight, 52, Weight.BOLD, smallest=28),
        Text(_PAD, 680, wide, label.dispatch, 30, smallest=20),
        Text(_PAD, 730, wide, label.origin, 30, smallest=22, lines=2, leading=42),
    )
