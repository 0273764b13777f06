"""Every paper of the counter: its codes are read back by others, no text reaches a code, nothing is painted outside it."""

from __future__ import annotations

import pytest
import zxingcpp

from corner_app.domain.bag_numbers import closed_bag_number, open_bag_number
from corner_app.domain.here import Clerk, Here
from corner_app.labels import bag, shelf, small_parcel
from corner_app.labels.layout import Mark, ParcelLabel
from corner_app.labels.media import MediaName, media_of
from corner_app.labels.preview import picture
from corner_app.labels.raster import draw
from corner_app.reference import load_places, load_plan

pytestmark = pytest.mark.usefixtures("qapp")
ITEM = "CP104722315BD"
LINK = f"HTTPS://CORNER.EXAMPLE/T/{ITEM}"
PLACES = load_places()
HERE = Here("8500", "8500", 2, Clerk("rahima", "রহিমা খাতুন", "Rahima Khatun"), 1_795_500_000_000, False, b"", PLACES, load_plan("8500", PLACES))
BAG = closed_bag_number(open_bag_number("8500", "8560", 2026, 93, 1), last=True, valuable=True, weight_g=9_500)
LIST = ",".join(f"CP1047{n:05d}BD" for n in range(11))
PARCEL = ParcelLabel(
    item=ITEM, grouped="CP 1047 2231 5 BD", postcode="8560", office="মঠবাড়িয়া", district="পিরোজপুর", route="85·B", hub="পিরোজপুর হাব",
    weight="ওজন ১.২ কেজি", name="মোঃ কামরুল হাসান", address="গ্রাম: দাউদখালী, ইউনিয়ন: দাউদখালী\nমঠবাড়িয়া, পিরোজপুর ৮৫৬০", phone="০১৭•• ••৯০২১",
    cod_amount="৳ ৯৯০", cod_words="নয়শত নব্বই টাকা মাত্র", sender="প্রেরক: নকশী বাজার · NB-20931", origin="পিরোজপুর ৮৫০০ · ২৪-১১-২০২৬ · ছাপা ১",
    link=LINK,
)  # fmt: skip
PAPERS: dict[str, tuple[tuple[Mark, ...], MediaName, set[str]]] = {
    "small parcel": (small_parcel.layout(PARCEL), "3x2in", {ITEM, LINK}),
    "shelf": (shelf.layout(shelf.shelf_label("খ-১২", HERE)), "3x2in", {"SH*KH-12"}),
    "small shelf": (shelf.small_layout(shelf.shelf_label("বিট-১", HERE)), "50x25mm", {"SH*BEAT-1"}),
    "bag": (bag.layout(bag.bag_label(BAG, LIST, 11, HERE)), "100x150mm", {BAG, f"{BAG}|{LIST}"}),
}


@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize("paper", PAPERS)
def test_every_code_of_a_paper_is_read(paper: str, dpi: int) -> None:
    marks, name, said = PAPERS[paper]
    assert {code.text for code in zxingcpp.read_barcodes(picture(draw(marks, media_of(name, dpi))))} == said
