"""A receipt for a roll of 58 or 80 mm: of a handover, a refusal, or cash paid in or out at the counter."""

from __future__ import annotations

from dataclasses import dataclass

from corner_app.labels.flow import Flow, Roll, Ruler
from corner_app.labels.layout import Box, Weight
from corner_app.labels.media import Media

PLAIN_ITEMS = 20
"""More parcels than these have one small line each."""


@dataclass(frozen=True, slots=True)
class Item:
    """A parcel on a receipt: number, merchant, and the amount or what stands for it."""

    number: str
    merchant: str
    amount: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """Everything on a receipt, already in words (see `labels.acts`).

    facts: pairs of what and whom, the first in bold. parts: pairs that add up to the total, none where it is one thing. total: what it is and the
    amount, both "" when no money changed hands. paid: pairs below it, the last in bold. doubt: what is not sure of it, "" nothing. code, grouped:
    the number in the bars, "" for none. check_link, check_words: the QR code and the words beside it, "" for none. sign: whose signature is wanted,
    "" nobody's. closing: the last lines. training: words of the band that marks a practice receipt.
    """

    head: str
    office: str
    counter: str
    title: str
    day: str
    time: str
    clerk: tuple[str, str]
    number: str
    facts: tuple[tuple[str, str], ...] = ()
    items: tuple[Item, ...] = ()
    items_line: str = ""
    parts: tuple[tuple[str, str], ...] = ()
    total: tuple[str, str] = ("", "")
    paid: tuple[tuple[str, str], ...] = ()
    in_words: str = ""
    doubt: str = ""
    code: str = ""
    grouped: str = ""
    check_link: str = ""
    check_words: str = ""
    sign: str = ""
    closing: tuple[str, ...] = ()
    training: str = ""


def layout(receipt: Receipt, media: Media, ruler: Ruler) -> Roll:
    """The whole receipt. ruler: of this paper."""
    flow = Flow(media, ruler)
    _head(flow, receipt)
    _facts(flow, receipt)
    _items(flow, receipt)
    _money(flow, receipt)
    if receipt.sign:
        _sign(flow, receipt.sign)
    if receipt.code or receipt.check_link:
        flow.rule()
    if receipt.code:
        flow.bars(receipt.code, receipt.grouped, 76)
    if receipt.check_link:
        flow.gap(8)
        flow.code_beside(receipt.check_link, 164 if media.qr_module < 5 else 205, receipt.check_words)
    if receipt.closing:
        flow.rule()
    for line in receipt.closing:
        flow.words(line)
    return flow.done()


def _head(flow: Flow, receipt: Receipt) -> None:
    if receipt.training:
        flow.band(receipt.training, 26, 40)
        flow.gap(4)
    flow.words(receipt.head, 38, Weight.BOLD, most=1)
    flow.words(receipt.office)
    flow.words(receipt.counter)
    flow.gap(12)
    flow.band(receipt.title, 30, 48)
    flow.gap(8)
    flow.pair(receipt.day, receipt.time)
    flow.pair(*receipt.clerk)
    flow.number(receipt.number, centre=False)


def _facts(flow: Flow, receipt: Receipt) -> None:
    if receipt.facts:
        flow.rule()
    for n, (what, says) in enumerate(receipt.facts):
        flow.pair(what, says, Weight.SEMIBOLD if n else Weight.BOLD)


def _items(flow: Flow, receipt: Receipt) -> None:
    if receipt.items:
        flow.rule()
    if receipt.items_line:
        flow.words(receipt.items_line, weight=Weight.BOLD, centre=False)
    if len(receipt.items) > PLAIN_ITEMS:
        flow.table([(item.number, item.merchant, item.amount) for item in receipt.items])
        return
    for item in receipt.items:
        flow.number(item.number, centre=False)
        flow.pair(item.merchant, item.amount)


def _money(flow: Flow, receipt: Receipt) -> None:
    what, amount = receipt.total
    if not what:
        return
    flow.rule()
    for part, worth in receipt.parts:
        flow.pair(part, worth)
    if receipt.parts:
        flow.gap(16)
    if amount:
        flow.sum(what, amount)
    else:
        flow.words(what, 30, Weight.BOLD, centre=False)
    for n, (said, paid) in enumerate(receipt.paid, 1):
        flow.pair(said, paid, Weight.BOLD if n == len(receipt.paid) else Weight.SEMIBOLD)
    if receipt.in_words:
        flow.words(receipt.in_words, most=3, centre=False)
    if receipt.doubt:
        flow.gap(6)
        flow.words(receipt.doubt, weight=Weight.BOLD, most=3, centre=False)


def _sign(flow: Flow, whose: str) -> None:
    """A line to sign on."""
    flow.gap(64)
    flow.put(Box(flow.left + flow.wide // 3, flow.y, flow.wide - flow.wide // 3, 2))
    flow.pair("", whose)
