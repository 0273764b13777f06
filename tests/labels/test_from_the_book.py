"""Every paper the desk can ask for is drawn from the book, for the paper that lies in the printer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import zxingcpp
from PySide6.QtWidgets import QApplication
from tests.conftest import T0, Counter
from tests.devices.sheets import image

from corner_app.book import entries, print_jobs
from corner_app.book.print_jobs import PrintJob
from corner_app.devices.profile import Profile, plain_zpl
from corner_app.domain import cash
from corner_app.domain import entries as e
from corner_app.domain.papers import PAPERS, printer_for
from corner_app.domain.scan import TRACKING_LINK
from corner_app.domain.trouble import Trouble
from corner_app.labels.raster import Bitmap
from corner_app.paper import page_of

pytestmark = pytest.mark.usefixtures("qapp")
A, B, C = "CP407774791BD", "CP610037240BD", "CP438424402BD"
LARGE, SMALL = plain_zpl(203), Profile(name="Small", language="zpl", width=609, height=406)
TINY, ROLL = Profile(name="Tiny", language="zpl", width=400, height=200), Profile(name="Roll", language="escpos", width=576, height=0)


def received(counter: Counter) -> str:
    counter.announce(A)
    counter.do("receive", scan=A)
    return A


def given(counter: Counter) -> str:
    counter.do("hand_over", scan=received(counter), code="123456", tendered=120_000)
    return A


def refused(counter: Counter) -> str:
    counter.do("refuse", scan=received(counter), reason="খুব বেশি দাম")
    return A


def bagged(counter: Counter) -> str:
    counter.announce(A, B, postcode="8200")
    for item in (A, B):
        counter.do("receive", scan=item)
        counter.do("sort", scan=item)
    return str(counter.book.write(lambda tx: tx.value("SELECT number FROM bag WHERE way = 'out'")))


def written(counter: Counter, subject: str, body: e.AnyBody) -> str:
    counter.book.write(lambda tx: entries.append(tx, "rahima", counter.tick(), subject, body, base=entries.last_about(tx, subject)))
    return subject


def paid_out(counter: Counter) -> str:
    return written(counter, "slip:8500-1-1-1", e.PaidOut("8500", 1, 35_000, "ডাকটিকিট কেনা"))


def closed(counter: Counter) -> str:
    """Fifty taka are missing, and the supervisor stands by it."""
    body = e.DayClosed(
        "8500", 1, "2026-11-24", 1, 200_000, 3_605_000, 0, 35_000, 3_600_000, 170_000, 165_000, (), 64, 40, 0, "খুচরা ফেরত দিতে ভুল", "anwar"
    )  # fmt: skip
    written(counter, cash.day_subject("8500", 1, "2026-11-24"), body)
    return "2026-11-24"


ASKED: dict[str, Callable[[Counter], str]] = {
    "parcel_label": received, "small_parcel_label": received, "shelf_label": lambda counter: "ক-০১", "bag_label": bagged, "receipt_handover": given,
    "receipt_refusal": refused, "intimation": received, "receipt_cash": paid_out, "receipt_day": closed,
}  # fmt: skip
SAYS = {"shelf_label": "SH*KA-01", "bag_label": "BD8500BD8200CCC"}
WITHOUT_CODE = {"receipt_cash", "receipt_day"}


def job_for(counter: Counter, what: str, scan: str) -> PrintJob:
    answer = counter.do("reprint", scan=scan, what=what, reason="torn")
    assert answer["code"] == "queued", answer
    found = counter.book.write(lambda tx: print_jobs.find(tx, answer["data"]["print_job"]))
    assert found is not None
    return found


def drawn(counter: Counter, job: PrintJob, profile: Profile) -> Bitmap:
    return counter.book.write(lambda tx: page_of(tx, counter.here, counter.roll, job, profile))


def codes(page: Bitmap) -> set[str]:
    return {found.text for found in zxingcpp.read_barcodes(image(page))}


def test_there_is_a_way_to_every_paper() -> None:
    assert set(PAPERS) == set(ASKED)


@pytest.mark.parametrize("what", sorted(ASKED))
def test_every_paper_is_drawn_and_says_whose_it_is(qapp: QApplication, counter: Counter, what: str) -> None:
    scan = ASKED[what](counter)
    profile = LARGE if printer_for(what) == "label" else ROLL
    first = job_for(counter, what, scan)
    page = drawn(counter, first, profile)
    assert what in WITHOUT_CODE or any(code.startswith(SAYS.get(what, A)) for code in codes(page)), codes(page)
    second = drawn(counter, job_for(counter, what, scan), profile)
    assert (second.rows != page.rows) is (what != "shelf_label"), "a further copy is marked as one; a shelf may have two"


def test_a_bags_label_lists_what_is_in_it(qapp: QApplication, counter: Counter) -> None:
    number = bagged(counter)
    assert f"{number}|{A},{B}" in codes(drawn(counter, job_for(counter, "bag_label", number), LARGE))


def test_the_label_is_laid_out_for_the_paper_that_lies_there(qapp: QApplication, counter: Counter) -> None:
    item = received(counter)
    job, shelf = job_for(counter, "parcel_label", item), job_for(counter, "shelf_label", "ক-০১")
    sizes = [(page.width, page.height) for profile in (LARGE, plain_zpl(300), SMALL) for page in [drawn(counter, job, profile)]]
    assert sizes == [(812, 1218), (1200, 1800), (609, 406)]
    assert TRACKING_LINK + item in codes(drawn(counter, job, SMALL))
    assert [drawn(counter, shelf, profile).width for profile in (SMALL, TINY)] == [609, 400]


def test_a_copy_says_when_and_by_whom_it_was_asked_for_not_when_it_came_out(qapp: QApplication, counter: Counter) -> None:
    job = job_for(counter, "parcel_label", received(counter))
    counter.clock += 3_600_000
    later = drawn(counter, job, LARGE)
    assert later.rows == drawn(counter, job, LARGE).rows
    assert later.rows != drawn(counter, job_for(counter, "parcel_label", A), LARGE).rows


def test_what_nobody_has_laid_out_is_said_in_a_word(qapp: QApplication, counter: Counter) -> None:
    job = job_for(counter, "parcel_label", received(counter))
    fine = Profile(name="Fine", language="zpl", dpi=600, width=2400)
    of_a_later_version = PrintJob(9, A, "wallpaper", 1, "", "rahima", T0, "queued", "", 0)
    cash = PrintJob(9, "drawer:8500-1", "receipt_cash", 1, "", "rahima", T0, "queued", "", 0)
    for wrong, profile in ((job, fine), (of_a_later_version, LARGE), (cash, ROLL)):
        with pytest.raises(Trouble) as caught:
            drawn(counter, wrong, profile)
        assert caught.value.code == "no_such_paper"


def test_what_the_buyer_left_is_on_the_receipt_of_the_same_act(qapp: QApplication, counter: Counter) -> None:
    counter.announce(A, B, C)
    for item in (A, B, C):
        counter.do("receive", scan=item)
    counter.do("hand_over", scan=A, code="123456", tendered=116_000)
    assert counter.do("hand_over", scan=B, code="123456", tendered=116_000, refused=[{"scan": C, "reason": "damaged"}])["code"] == "handed_over"
    alone, with_another = (drawn(counter, job_for(counter, "receipt_handover", item), ROLL) for item in (A, B))
    assert 40 < with_another.height - alone.height < 120, "a number and a line more"
    assert codes(drawn(counter, job_for(counter, "receipt_refusal", C), ROLL)) == {C}, "and it has a receipt of its own, if one is wanted"
