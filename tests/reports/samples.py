"""Reports made by hand: the day of the design's picture, an empty one, and one that is too much for a page."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from corner_app.domain.entries import EntryId
from corner_app.reports.figures import (
    AccountLine,
    BagLine,
    ClerkLine,
    DrawerLine,
    ExceptionLine,
    Figure,
    HourLine,
    Names,
    PaperLine,
    ParcelLine,
    Report,
    ReturnLine,
    UndoneLine,
)

EVENING = 1_795_521_900_000
"""24 November 2026, 18:05 in Dhaka... plus what each line adds."""
HARD = ("ক্ষ", "ন্দ্র", "র্ক", "স্ত্র", "চাঁদ", "র্কি", "ঠৌঁ", "ষ্ট্রূ", "ট্ট্রু", "ঙ্ক্ষু", "ফাল্গুন", "তত্ত্বাবধায়ক")
LONG = ("মোসাম্মৎ " + " ".join(HARD) + " জান্নাতুল ফেরদৌস চৌধুরী ") * 4
LONG_NAME = LONG[:200]
ONE_WORD = "ক্ষুদ্রাতিক্ষুদ্রবস্তুবিজ্ঞানাগারাধ্যক্ষ" * 5

NAMES = Names(
    clerks={"jalil": ("আব্দুল জলিল", "Abdul Jalil"), "rahima": ("রহিমা খাতুন", "Rahima Khatun"), "anowar": ("মোঃ আনোয়ার হোসেন", "Md. Anowar Hossain")},
    office=("পিরোজপুর প্রধান ডাকঘর", "Pirojpur Head Post Office"),
    postcode="8500",
    places={"8200": ("বরিশাল হাব", "Barishal hub"), "8510": ("কাউখালী", "Kawkhali"), "8560": ("মঠবাড়িয়া", "Mathbaria"), "8520": ("স্বরূপকাঠি", "Swarupkathi")},
    merchants={"M005": ("নমুনা গ্যাজেট শপ", "Namuna Gadget Shop"), "M001": ("আড়ং", "Aarong")},
)


def at(seq: int) -> EntryId:
    return EntryId(7, 1, seq)


def fig(value: int, *seqs: int) -> Figure:
    return Figure(value, tuple(at(seq) for seq in seqs))


def parcels(kind: str, opening: int, came: int, over: int, by_postman: int, sent: int, back: int, left: int) -> ParcelLine:
    gone = zip(("handed_over", "delivered", "dispatched", "returned", "lost", "taken_back", "elsewhere"), (over, by_postman, sent, back, 0, 0, 0), strict=True)
    return ParcelLine(kind, fig(opening), fig(came, 4102, 4103), tuple((way, fig(value, 4200) if value else fig(0)) for way, value in gone), fig(left))


def drawer(counter: int, clerks: tuple[str, ...], opening: int, collected: int, deposited: int, counted: int | None, **more: Figure) -> DrawerLine:
    expected = opening + collected - deposited
    return DrawerLine(
        counter=counter,
        clerks=clerks,
        opening=fig(opening),
        collected=fig(collected, 4300),
        postage=more.get("postage", fig(0)),
        claimed=more.get("claimed", fig(0)),
        paid_in=fig(0),
        paid_out=fig(0),
        deposited=fig(deposited, 4301),
        expected=fig(expected, 4302),
        counted=None if counted is None else fig(counted, 4303),
        difference=None if counted is None else fig(counted - expected, 4303),
        closed=counted is not None,
        seal="" if counted is None else "9f2c" * 8,
    )


HOURS = ((9, 12, 6), (10, 32, 13), (11, 38, 22), (12, 26, 21), (13, 19, 16), (14, 10, 18), (15, 16, 22), (16, 25, 17), (17, 8, 6))
BAGS = (("0418", "8200", 12, 10_700), ("0061", "8510", 6, 5_800), ("0093", "8560", 11, 9_500), ("0077", "8520", 3, 3_100))

DAY = Report(
    office="8500",
    counter=2,
    date="2026-11-24",
    to="2026-11-24",
    training=False,
    first=at(4102),
    last=at(4988),
    seal="9f2c07d1a6e35b48c0d29e7f134a71ae",
    closed=True,
    closed_at=EVENING,
    closed_by="rahima",
    approved_by="anowar",
    parcels=(parcels("cod", 31, 112, 66, 23, 12, 2, 40), parcels("prepaid", 28, 74, 39, 13, 25, 1, 24), parcels("all", 59, 186, 105, 36, 37, 3, 64)),
    drawers=(drawer(1, ("jalil",), 200_000, 5_248_000, 5_248_000, 200_000), drawer(2, ("rahima",), 200_000, 3_605_000, 3_600_000, 200_000)),
    accounts=(
        AccountLine("drawer:8500-1", fig(200_000), fig(5_248_000, 4300), fig(5_248_000, 4301), fig(200_000)),
        AccountLine("drawer:8500-2", fig(200_000), fig(3_605_000, 4300), fig(3_605_000, 4301), fig(200_000)),
        AccountLine("transit:8500", fig(0), fig(8_848_000, 4301), fig(0), fig(8_848_000)),
        AccountLine("cod:M005", fig(-11_600_00), fig(0), fig(8_853_000, 4300), fig(-10_013_000)),
        AccountLine("suspense:8500", fig(0), fig(5_000, 4303), fig(0), fig(5_000)),
    ),
    clerks=(
        ClerkLine("jalil", fig(98, 4102), fig(77), fig(64), fig(21), fig(1), fig(2)),
        ClerkLine("rahima", fig(88, 4103), fig(69), fig(41), fig(16), fig(0), fig(1)),
    ),
    hours=tuple(HourLine(hour, fig(came, 4102), fig(gone, 4200)) for hour, came, gone in HOURS),
    exceptions=(
        ExceptionLine("CP104722151BD", "missent", at(4400), EVENING - 9_000_000, "jalil", "8510", "bagged"),
        ExceptionLine("CP104721332BD", "damaged", at(4401), EVENING - 5_000_000, "rahima", "", "shelved"),
    ),
    reprints=(PaperLine("CP104722182BD", "parcel_label", 2, "লেবেল ছিঁড়ে গেছে", at(4500), EVENING - 8_000_000, "jalil"),),
    undone=(UndoneLine("CP104722299BD", "received", at(4410), at(4411), EVENING - 7_000_000, "jalil"),),
    bags=(
        *(BagLine(f"BD8500BD{place}CCC6{dispatch}001", "out", place, 0, fig(n, 4600), 0, 0, grams, EVENING - 7_200_000) for dispatch, place, n, grams in BAGS),
        BagLine("BD8200BD8500CCC60417001010345", "in", "8200", 42, fig(41, 4110), 1, 0, 34_500, EVENING - 29_000_000),
    ),
    returns=(ReturnLine("CP104722315BD", "refused", at(4700), EVENING - 4_000_000, "rahima", "refused"),),
)

NOTHING = Report(
    office="8500", counter=2, date="2026-11-25", to="2026-11-25", training=False, first=None, last=None, seal="", closed=False, closed_at=0, closed_by="",
    approved_by="", parcels=(), drawers=(), accounts=(), clerks=(), hours=(), exceptions=(), reprints=(), undone=(), bags=(), returns=(),
)  # fmt: skip


def large(parcels_of_day: int = 5_000) -> Report:
    """A day of so many parcels: a share of them is in each list, and every entry stands behind a figure."""
    chance = random.Random(5_000)
    item = [f"CP{100_000_000 + n}BD" for n in range(parcels_of_day)]
    came = Figure(parcels_of_day, tuple(at(n + 1) for n in range(parcels_of_day)))
    whole = ParcelLine("all", fig(400), came, (("handed_over", Figure(4_000, came.by[:4_000])), ("dispatched", fig(900, 1))), fig(500))
    when = [EVENING - chance.randrange(1, 30_000_000) for _ in item]
    return replace(
        DAY,
        parcels=(replace(whole, kind="cod"), whole),
        hours=tuple(HourLine(hour, fig(chance.randrange(300, 800), 1), fig(chance.randrange(200, 700), 2)) for hour in range(8, 19)),
        exceptions=exceptions(60, when),
        reprints=tuple(
            PaperLine(item[n], "parcel_label", 2 + n % 3, f"কারণ নম্বর {n}: লেবেল মুছে গেছে", at(n + 1), when[n], "jalil") for n in range(0, 5_000, 25)
        ),
        undone=tuple(UndoneLine(item[n], "shelved", at(n), at(n + 1), when[n], "rahima") for n in range(1, 5_000, 40)),
        returns=tuple(ReturnLine(item[n], ("refused", "absent", "unclaimed")[n % 3], at(n + 1), when[n], "rahima", "returning") for n in range(2, 5_000, 12)),
        bags=tuple(
            BagLine(f"BD8500BD{place}CCC6{n:04d}001", "out", place, 0, fig(12, n + 1), 0, 0, 12_300, when[n])
            for n, place in enumerate(["8200", "8510", "8560", "8520"] * 30)
        ),
    )


def exceptions(count: int, when: Sequence[int]) -> tuple[ExceptionLine, ...]:
    """So many, of kinds known and unknown."""
    kinds = ("missent", "damaged", "of_a_newer_program")
    return tuple(ExceptionLine(f"CP{200_000_000 + n}BD", kinds[n % 3], at(n + 1), when[n], "jalil", "8510", "shelved") for n in range(count))


def named(name: str) -> Names:
    """Everybody and everything has this name."""
    both = (name, name)
    return Names(dict.fromkeys(NAMES.clerks, both), both, "8500", dict.fromkeys(NAMES.places, both), dict.fromkeys(NAMES.merchants, both))
