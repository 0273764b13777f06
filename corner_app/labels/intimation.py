"""A slip that tells a buyer what waits for them, where and until when: left at the door, or handed to the postman."""

from __future__ import annotations

from dataclasses import dataclass

from corner_app.domain.contacts import masked
from corner_app.domain.entries import Announced
from corner_app.domain.here import Here
from corner_app.domain.numbers import parse_number
from corner_app.domain.scan import TRACKING_LINK
from corner_app.i18n import Language, day, digits, money, words
from corner_app.labels.flow import Flow, Roll, Ruler
from corner_app.labels.layout import Box, Code128, Mark, Text, Weight
from corner_app.labels.marks import band
from corner_app.labels.media import Media
from corner_app.labels.offices import office_line


@dataclass(frozen=True, slots=True)
class Slip:
    """Everything on it, in words. what, where, until, bring: each what it is called and what it says. due: the same of the money, the amount ""
    when there is none to bring. copy_line: of a further copy. training: words of the band that marks practice.
    """

    head: str
    title: str
    name: str
    phone: str
    what: tuple[str, str]
    where: tuple[str, str]
    until: tuple[str, str]
    bring: tuple[str, str]
    due: tuple[str, str]
    item: str
    grouped: str
    link: str
    link_words: str
    copy_line: str = ""
    training: str = ""


def slip(item: str, advice: Announced | None, due: int, until: int, here: Here, language: Language = Language.BN, *, copy: int = 1) -> Slip:
    """The slip of one parcel at this office. due: paisa to bring; until: last day it is kept, ms UTC."""
    merchant, name, phone = _of_advice(advice, language)
    clerk = here.clerk.name_bn if language is Language.BN else here.clerk.name_en
    return Slip(
        head=words("paper.post", language),
        title=words("paper.arrived", language),
        name=name,
        phone=phone,
        what=(words("paper.what", language), words("paper.one_parcel", language, merchant=merchant) if merchant else words("paper.a_parcel", language)),
        where=(words("paper.where", language), f"{office_line(here, language)}\n{words('paper.counter', language, counter=here.counter)}"),
        until=(words("paper.until", language), day(until, language)),
        bring=(words("paper.bring", language), words("paper.bring_what", language)),
        due=(words("paper.to_pay" if due else "paper.nothing_to_pay", language), money(due, language) if due else ""),
        item=item,
        grouped=parse_number(item).grouped,
        link=TRACKING_LINK + item,
        link_words=words("paper.where_is_it", language),
        copy_line=words("paper.copy", language, n=copy, at=here.now, clerk=clerk) if copy > 1 else "",
        training=words("label.training", language) if here.training else "",
    )


def _of_advice(advice: Announced | None, language: Language) -> tuple[str, str, str]:
    """Merchant, name and masked phone; "" for what nobody told."""
    if advice is None:
        return "", "", ""
    pairs = ((advice.merchant_bn, advice.merchant_en), (advice.name_bn, advice.name_en))
    merchant, name = ((bn or en) if language is Language.BN else (en or bn) for bn, en in pairs)
    return merchant, name, digits(masked(advice.phone), language)


def layout(slip: Slip, media: Media, ruler: Ruler) -> Roll:
    """On a roll."""
    flow = Flow(media, ruler)
    if slip.training:
        flow.band(slip.training, 26, 40)
        flow.gap(4)
    flow.words(slip.head, 32, Weight.BOLD, most=1)
    flow.gap(8)
    flow.band(slip.title, 32, 54)
    flow.gap(8)
    flow.words(slip.name, 34, Weight.BOLD)
    flow.words(slip.phone)
    flow.rule()
    for what, says in (slip.what, slip.where, slip.bring):
        flow.pair(what, says, most=4)
    flow.rule()
    flow.pair(*slip.until, Weight.BOLD)
    if slip.due[1]:
        flow.gap(14)
        flow.sum(*slip.due)
    else:
        flow.words(slip.due[0], weight=Weight.BOLD, centre=False)
    flow.rule()
    flow.bars(slip.item, slip.grouped, 76)
    flow.gap(8)
    flow.code_beside(slip.link, 148 if media.qr_module < 5 else 185, slip.link_words)
    if slip.copy_line:
        flow.rule()
        flow.words(slip.copy_line)
    return flow.done()


_LEFT, _RIGHT, _TOP, _BOTTOM = 12, 597, 10, 396
_ROW1, _ROW2, _PAD, _MONEY, _FOOT = 62, 266, 26, 408, 368


def small_layout(slip: Slip) -> tuple[Mark, ...]:
    """On 3 x 2 inch paper."""
    wide, column = _RIGHT - _LEFT, _MONEY - _PAD - 12
    return (
        Box(_LEFT, _TOP, wide, _BOTTOM - _TOP, line=3),
        Box(_LEFT, _TOP, wide, _ROW1 - _TOP),
        Text(_PAD, 47, 380, slip.title, 30, Weight.BOLD, 20, invert=True),
        Text(_MONEY, 46, _RIGHT - _MONEY - 12, slip.head, 24, smallest=20, align="right", invert=True, keep_start=True),
        Text(_PAD, 100, column, slip.name, 30, Weight.BOLD, 22),
        Text(_PAD, 131, column, slip.what[1], 22, smallest=20),
        Text(_PAD, 162, column, slip.where[1], 22, smallest=20, lines=2, leading=29),
        Text(_PAD, 223, column, f"{slip.until[0]}: {slip.until[1]}", 26, Weight.BOLD, 20),
        Text(_PAD, 254, column, f"{slip.bring[0]}: {slip.bring[1]}", 22, smallest=20),
        Box(_MONEY, _ROW1, 3, _ROW2 - _ROW1),
        *_small_money(slip),
        Box(_LEFT, _ROW2, wide, 3),
        Code128(_LEFT + 3, 275, wide - 6, 62, slip.item),
        Text(_LEFT + 8, 362, wide - 16, slip.grouped, 28, Weight.BOLD, align="centre", mono=True),
        *_small_foot(slip),
    )


def _small_money(slip: Slip) -> tuple[Mark, ...]:
    x, wide = _MONEY + 12, _RIGHT - _MONEY - 24
    what, amount = slip.due
    if not amount:
        return (Text(x, 160, wide, what, 26, Weight.BOLD, 20, lines=2, leading=36, align="centre"),)
    return (Text(x, 130, wide, what, 26, Weight.BOLD, 20, align="centre"), Text(x, 200, wide, amount, 64, Weight.BOLD, 16, align="centre"))


def _small_foot(slip: Slip) -> tuple[Mark, ...]:
    half, high = (_RIGHT - _LEFT) // 2, _BOTTOM - _FOOT
    return (
        *(band(_LEFT, _FOOT, half - 4, high, slip.training, 20) if slip.training else (Text(_PAD, 387, half - 24, slip.phone, 20),)),
        *(band(_LEFT + half + 4, _FOOT, half - 4, high, slip.copy_line, 20) if slip.copy_line else ()),
    )
