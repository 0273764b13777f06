"""From what was done at the counter to a receipt in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from corner_app.domain.contacts import masked
from corner_app.domain.entries import Announced, DayClosed, HandedOver, Refused
from corner_app.domain.here import Clerk, Here
from corner_app.domain.numbers import parse_number
from corner_app.domain.scan import RECEIPT_LINK
from corner_app.i18n import Language, clock, day, digits, load_words, money, money_in_words, on_date, words
from corner_app.labels.offices import office_line
from corner_app.labels.receipt import Item, Receipt


@dataclass(frozen=True, slots=True)
class Act:
    """What a receipt is of. number: of the receipt; at: ms UTC; clerk: who did it. copy: 1 the original, 2 and more printed later by `Here`'s clerk.

    check: whether a QR code leads to the centre's page that knows the receipt.
    """

    number: str
    at: int
    clerk: Clerk
    copy: int = 1
    check: bool = True


@dataclass(frozen=True, slots=True)
class Given:
    """A parcel given to its buyer: what the entry says of it, and its advice if there is one."""

    item: str
    body: HandedOver
    advice: Announced | None


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A parcel its buyer does not want."""

    item: str
    body: Refused
    advice: Announced | None


def handover_receipt(given: Sequence[Given], act: Act, here: Here, language: Language = Language.BN, left: Sequence[NotTaken] = ()) -> Receipt:
    """Of all parcels handed over in one act, the first first, and of those the buyer left in it. Raises IndexError for none."""
    first = given[0]
    items = tuple(Item(each.item, _merchant(each.advice, each.body.merchant, language), _amount(each.body.collected, language)) for each in given)
    return replace(
        _blank("handover", "paper.keep", act, here, language),
        facts=(*_buyer(first.advice, language), (words("paper.proven", language), _proof(first.body, language))),
        items=(*items, *_not_taken(left, language)),
        items_line=words("paper.parcels", language, n=len(items)) if len(items) > 2 else "",
        code=first.item,
        grouped=parse_number(first.item).grouped,
        **_taken([each.body for each in given], language),
    )


def _taken(bodies: Sequence[HandedOver], language: Language) -> dict[str, Any]:
    """The money of a receipt: cash and what came back of it, or a mobile payment that nobody has confirmed."""
    principal, fee = sum(body.collected for body in bodies), sum(body.fee for body in bodies)
    total = principal + fee
    if not total:
        return {"total": (words("paper.nothing_collected", language), "")}
    parts = ((words("paper.principal", language), money(principal, language)), (words("paper.fee", language), money(fee, language)))
    claimed = next((body for body in bodies if body.wallet), None)
    said: dict[str, Any] = {"parts": parts if fee else (), "in_words": money_in_words(total, language)}
    if claimed is None:
        change = (
            (words(f"paper.{name}", language), money(paisa, language)) for name, paisa in (("tendered", bodies[0].tendered), ("change", bodies[0].change))
        )
        return said | {"total": (words("paper.collected", language), money(total, language)), "paid": tuple(change)}
    return said | {
        "total": (words("paper.by_mobile", language), money(total, language)),
        "paid": ((_wallet(claimed.wallet, language), claimed.trx),),
        "doubt": words("paper.claimed", language),
    }


def _wallet(name: str, language: Language) -> str:
    """A service of a later version stands as it was written."""
    key = f"wallet.{name}"
    return words(key, language) if key in load_words() else name


def _not_taken(left: Sequence[NotTaken], language: Language) -> tuple[Item, ...]:
    return tuple(Item(each.item, _merchant(each.advice, "", language), words("paper.not_taken", language)) for each in left)


def refusal_receipt(refused: Sequence[NotTaken], act: Act, here: Here, language: Language = Language.BN) -> Receipt:
    """Of parcels the buyer does not take; no money changes hands. Raises IndexError for none."""
    first = refused[0]
    return replace(
        _blank("refusal", "paper.goes_back", act, here, language),
        facts=(*_buyer(first.advice, language), (words("paper.reason", language), _reason(first.body.reason, language))),
        items=_not_taken(refused, language),
        total=(words("paper.nothing_collected", language), ""),
        code=first.item,
        grouped=parse_number(first.item).grouped,
        sign=words("paper.sign_recipient", language),
    )


def cash_receipt(way: Literal["in", "out"], paisa: int, party: str, purpose: str, act: Act, here: Here, language: Language = Language.BN) -> Receipt:
    """Of cash paid into the drawer or out of it. party: who paid or was paid; purpose: what for, in words."""
    return replace(
        _blank(f"cash_{way}", "paper.keep", act, here, language),
        facts=((words(f"paper.cash_{way}_party", language), party), (words("paper.purpose", language), purpose)),
        total=(words(f"paper.cash_{way}_total", language), money(paisa, language)),
        in_words=money_in_words(paisa, language),
        sign=words(f"paper.sign_{way}", language),
    )


@dataclass(frozen=True, slots=True)
class CashAct:
    """Cash that went into the drawer or out of it. kind: word of its entry; amount: paisa; purpose: the clerk's words. party: counter or office at the other
    end, "" for this office's other cash. pouch: its seal, "" none.
    """

    way: Literal["in", "out"]
    kind: str
    amount: int
    purpose: str
    party: str = ""
    pouch: str = ""


def slip_receipt(cash: CashAct, act: Act, here: Here, language: Language = Language.BN) -> Receipt:
    """Of one payment, passing on or pouch, as its entry tells it."""
    said = words("paper.cash_pouch", language, pouch=cash.pouch) if cash.pouch else words(f"kind.{cash.kind}", language)
    purpose = f"{said} · {cash.purpose}" if cash.purpose else said
    return cash_receipt(cash.way, cash.amount, _party(cash, here, language), purpose, act, here, language)


def _party(cash: CashAct, here: Here, language: Language) -> str:
    if cash.kind == "transferred":
        return words("paper.cash_counter", language, counter=int(cash.party))
    office = here.places.office(cash.party or here.postcode)
    if office is None:
        return cash.party
    return f"{office.name_bn if language is Language.BN else office.name_en} {words('paper.post_office', language)}"


def day_receipt(body: DayClosed, seal: str, last: int, approved_by: str, act: Act, here: Here, language: Language = Language.BN) -> Receipt:
    """Of a closed day: what the drawer should have held, what was counted, and the seal. last: number of the closing; approved_by: name, "" nobody yet."""
    over = body.counted - body.expected
    figures = [(f"day_{name}", paisa) for name, paisa in _day_figures(body) if paisa or name in ("opening", "collected")]
    first = body.first if isinstance(body.first, int) else body.first.seq
    approval = approved_by or words("paper.day_not_approved", language) if over else ""
    return replace(
        _blank("day", "paper.day_seal_means", act, here, language),
        facts=(
            (words("paper.day_of", language), on_date(body.date, language)),
            *((words(f"paper.{name}", language), money(paisa, language, exact=True)) for name, paisa in figures),
            (words("paper.day_expected", language), money(body.expected, language, exact=True)),
        ),
        items_line=words("paper.day_on_hand", language, n=body.on_hand),
        total=(words("paper.day_counted", language), money(body.counted, language)),
        paid=(
            *((words("paper.day_reason", language), body.reason) for _ in range(bool(body.reason))),
            *((words("paper.day_approved", language), approval) for _ in range(bool(approval))),
            (words("paper.day_over" if over > 0 else "paper.day_short" if over else "paper.day_equal", language), money(abs(over), language) if over else ""),
        ),
        closing=(
            words("paper.day_seal", language, seal=f"{seal[:4]}…{seal[-4:]}"),
            words("paper.day_entries", language, first=first, last=last),
            words("paper.day_seal_means", language),
            *_blank("day", "paper.day_seal_means", act, here, language).closing[1:],
        ),
        sign=words("paper.sign_supervisor", language),
    )


def _day_figures(body: DayClosed) -> tuple[tuple[str, int], ...]:
    return (("opening", body.opening), ("collected", body.collected), ("paid_in", body.paid_in), ("paid_out", -body.paid_out), ("deposited", -body.deposited))


def _blank(kind: str, closing: str, act: Act, here: Here, language: Language) -> Receipt:
    """What every receipt has: whose it is, the check, the last lines and the band."""
    again = words("paper.copy", language, n=act.copy, at=here.now, clerk=_name(here.clerk, language))
    return Receipt(
        head=words("paper.post", language),
        office=office_line(here, language),
        counter=words("paper.counter", language, counter=here.counter),
        title=words(f"paper.{kind}", language),
        day=day(act.at, language),
        time=clock(act.at, language),
        clerk=(words("paper.clerk", language), _name(act.clerk, language)),
        number=act.number,
        check_link=RECEIPT_LINK + act.number if act.check else "",
        check_words=words("paper.check", language) if act.check else "",
        closing=(words(closing, language), words("paper.original", language) if act.copy == 1 else again),
        training=words("label.training", language) if here.training else "",
    )


def _name(clerk: Clerk, language: Language) -> str:
    return clerk.name_bn if language is Language.BN else clerk.name_en


def _reason(said: str, language: Language) -> str:
    """A reason of the list in words, any other as the clerk gave it."""
    key = f"reason.{said}"
    return words(key, language) if key in load_words() else said


def _buyer(advice: Announced | None, language: Language) -> tuple[tuple[str, str], ...]:
    if advice is None:
        return ()
    name = (advice.name_bn or advice.name_en) if language is Language.BN else (advice.name_en or advice.name_bn)
    phone = digits(masked(advice.phone), language)
    return (*(((words("paper.recipient", language), name),) if name else ()), *(((words("paper.mobile", language), phone),) if phone else ()))


def _merchant(advice: Announced | None, code: str, language: Language) -> str:
    if advice is None:
        return code
    return (advice.merchant_bn or advice.merchant_en) if language is Language.BN else (advice.merchant_en or advice.merchant_bn)


def _amount(paisa: int, language: Language) -> str:
    return money(paisa, language) if paisa else words("paper.paid", language)


def _proof(body: HandedOver, language: Language) -> str:
    if body.proof != "id":
        return words(f"paper.proof_{body.proof}", language)
    return words("paper.proof_id", language, kind=words(f"ui.id_{body.id_kind}", language), last4=digits(body.id_last4, language))
