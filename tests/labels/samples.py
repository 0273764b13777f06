"""One of each paper of the counter, of invented parcels."""

from __future__ import annotations

from dataclasses import replace

from msgspec import structs

from corner_app.domain import entries as e
from corner_app.domain.bag_numbers import closed_bag_number, open_bag_number
from corner_app.domain.here import Clerk, Here
from corner_app.domain.numbers import make_s10
from corner_app.i18n import Language
from corner_app.labels.acts import Act, Given, NotTaken, cash_receipt, handover_receipt, refusal_receipt
from corner_app.labels.bag import bag_label
from corner_app.labels.calibration import CalibrationLabel, calibration_label
from corner_app.labels.command_card import command_card
from corner_app.labels.intimation import slip
from corner_app.labels.layout import ParcelLabel
from corner_app.labels.media import MEDIA, Media, MediaName, media_of
from corner_app.labels.papers import PaperValues
from corner_app.labels.practice import practice_sheets
from corner_app.labels.shelf import shelf_label
from corner_app.reference import load_places, load_plan
from corner_app.training_day import announced

NOW = 1_795_500_000_000
ITEM, OTHER = "CP104722182BD", "CP104719909BD"
PLACES = load_places()
RAHIMA = Clerk("rahima", "রহিমা খাতুন", "Rahima Khatun")
HERE = Here("8500", "8500", 2, RAHIMA, NOW, False, b"", PLACES, load_plan("8500", PLACES))
ACT = Act("8500-2-1-4309-Q7MK", NOW - 420_000, RAHIMA)
CHECK = f"HTTPS://CORNER.EXAMPLE/R/{ACT.number}"
LINK = f"HTTPS://CORNER.EXAMPLE/T/{ITEM}"
BAG = closed_bag_number(open_bag_number("8500", "8560", 2026, 93, 1), last=True, valuable=True, weight_g=9_500)
LIST = ",".join(f"CP1047{n:05d}BD" for n in range(11))
PARCEL = ParcelLabel(
    item=ITEM, grouped="CP 1047 2218 2 BD", postcode="8560", office="মঠবাড়িয়া", district="পিরোজপুর", route="85·B", hub="পিরোজপুর হাব",
    weight="ওজন ১.২ কেজি", name="মোছাঃ শারমিন আক্তার", address="গ্রাম: দাউদখালী, ইউনিয়ন: দাউদখালী\nমঠবাড়িয়া, পিরোজপুর ৮৫৬০", phone="০১৭•• ••৪৪১৭",
    cod_amount="৳ ১,৮৫০", cod_words="এক হাজার আটশত পঞ্চাশ টাকা মাত্র", sender="প্রেরক: নকশী বাজার · NB-20931",
    origin="পিরোজপুর ৮৫০০ · ২৪-১১-২০২৬ · ছাপা ১", link=LINK,
)  # fmt: skip


def advice(merchant: str = "নকশী বাজার", merchant_en: str = "Nakshi Bazar") -> e.Announced:
    """Of a parcel for Sharmin Akter, who does not exist."""
    return e.Announced(
        185_000, 1_200, "8500", "01700004417", "মোছাঃ শারমিন আক্তার", "Mst. Sharmin Akter", "", "", "M1", merchant, merchant_en, "NB-20931", (),
        "parcel", "counter_pickup", "", "", 0, "", b"", b"", (),
    )  # fmt: skip


def given(item: str, collected: int, *, tendered: int = 0, change: int = 0, proof: str = "code", merchant: str = "নকশী বাজার") -> Given:
    """One parcel of a handover."""
    kind, last4 = ("nid", "4821") if proof == "id" else ("", "")
    return Given(item, e.HandedOver("8500", 2, collected, "M1", proof, 1, tendered, change, kind, last4), advice(merchant, "Boighor"))


TWO = (given(ITEM, 185_000, tendered=200_000, change=15_000), given(OTHER, 0, merchant="বইঘর"))
MANY = tuple(given(make_s10("CP", f"{10_472_218 + n * 37}"), n % 3 * 45_000, tendered=9_000_000 * (not n), proof="id") for n in range(24))
FEE = (replace(TWO[0], body=structs.replace(TWO[0].body, fee=4_625, change=10_375)), TWO[1])
CLAIMED = (replace(FEE[0], body=structs.replace(FEE[0].body, tendered=0, change=0, wallet="bkash", trx="9HM4W2K7XQ")),)
REFUSED = (NotTaken(ITEM, e.Refused("8500", "refused"), advice()),)
LEFT = (NotTaken(OTHER, e.Refused("8500", "damaged", 1), advice("বইঘর", "Boighor")),)
UNTIL = NOW + 15 * 86_400_000


def test_label(media: Media) -> CalibrationLabel:
    """Of a printer for this paper."""
    return calibration_label("XP-365B · TSPL", "0.1.0", media, NOW, offset_x=0, offset_y=-4, darkness=50)


SHEET = practice_sheets(announced()[:30])[0]
PAPERS: dict[str, tuple[PaperValues, MediaName, set[str]]] = {
    "parcel": (PARCEL, "4x6in", {ITEM, LINK}),
    "small parcel": (PARCEL, "3x2in", {ITEM, LINK}),
    "small parcel, paid": (replace(PARCEL, cod_amount="", cod_words="কিছু আদায় নেই", copy_line="REPRINT 2", training="প্রশিক্ষণ"), "3x2in", {ITEM, LINK}),
    "shelf": (shelf_label("খ-১২", HERE), "3x2in", {"SH*KH-12"}),
    "small shelf": (shelf_label("বিট-১", HERE), "50x25mm", {"SH*BEAT-1"}),
    "bag": (bag_label(BAG, LIST, 11, HERE, seal="S0048217"), "100x150mm", {BAG, f"{BAG}|{LIST}"}),
    "handover 58": (handover_receipt(TWO, ACT, HERE), "58mm", {ITEM, CHECK}),
    "handover 80": (handover_receipt(MANY, replace(ACT, copy=2), replace(HERE, training=True), Language.EN), "80mm", {MANY[0].item, CHECK}),
    "handover fee 58": (handover_receipt(FEE, ACT, HERE), "58mm", {ITEM, CHECK}),
    "handover claimed 58": (handover_receipt(CLAIMED, ACT, HERE, left=LEFT), "58mm", {ITEM, CHECK}),
    "handover claimed 80": (handover_receipt(CLAIMED, ACT, HERE, Language.EN, LEFT), "80mm", {ITEM, CHECK}),
    "refusal 58": (refusal_receipt(REFUSED, ACT, HERE), "58mm", {ITEM, CHECK}),
    "cash 58": (cash_receipt("in", 1_234_550, "মোঃ কামরুল হাসান", "পাওনা ফেরত", ACT, HERE), "58mm", {CHECK}),
    "cash 80": (cash_receipt("out", 500_000, "Nakshi Bazar", "COD, 24 November", ACT, HERE, Language.EN), "80mm", {CHECK}),
    "slip 58": (slip(ITEM, advice(), 185_000, UNTIL, HERE), "58mm", {ITEM, LINK}),
    "slip 80": (slip(ITEM, advice(), 0, UNTIL, HERE, Language.EN, copy=2), "80mm", {ITEM, LINK}),
    "slip 3x2": (slip(ITEM, advice(), 185_000, UNTIL, replace(HERE, training=True)), "3x2in", {ITEM}),
    "practice": (SHEET, "a4", {SHEET.bag, *(cell.item for cell in SHEET.cells)}),
    "commands": (command_card(training=True), "a4", {f"CMD*{word}" for word in ("RECEIVE", "SORT", "HANDOVER", "SEARCH", "TODAY", "UNDO")}),
}
"""Values, paper, and what its codes say."""


def media_for(name: MediaName) -> tuple[Media, ...]:
    """A paper at every resolution it comes in."""
    return tuple(media for media in MEDIA.values() if media.name == name)


PRINTS = [(paper, media) for paper, (_, name, _) in PAPERS.items() for media in media_for(name)]
CALIBRATIONS = [media_of("4x6in"), media_of("4x6in", 300), media_of("3x2in"), media_of("3x2in", 300), media_of("58mm"), media_of("80mm")]
