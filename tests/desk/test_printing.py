"""Every paper is asked for through one job, counted and marked; doubt ends by the printer's word, a scan of the fresh label, or the clerk's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import pytest
from tests.conftest import T0, Answer, Counter

from corner_app.book import print_jobs
from corner_app.book.database import Rows, Tx
from corner_app.book.print_jobs import PrintJob
from corner_app.desk import printing
from corner_app.desk.receipts import HandoverReceipt, handover_receipt, refusal_receipt
from corner_app.desk.views import PrintCounts
from corner_app.domain.papers import PAPERS, ROLES, papers_of
from corner_app.domain.scan import TRACKING_LINK

A, B, C = "CP407774791BD", "CP610037240BD", "CP438424402BD"
T = TypeVar("T")


def read(counter: Counter, question: Callable[[Rows], T]) -> T:
    reader = counter.book.reader()
    try:
        return reader.read(question)
    finally:
        reader.close()


def write(counter: Counter, work: Callable[[Tx], T]) -> T:
    return counter.book.write(work)


def job_of(counter: Counter, no: int) -> PrintJob:
    found = read(counter, lambda rows: print_jobs.find(rows, no))
    assert found is not None
    return found


def asked(answer: Answer) -> int:
    assert answer["code"] == "queued", answer
    return int(answer["data"]["print_job"])


def doubted(counter: Counter, item: str = A, what: str = "parcel_label") -> int:
    """A paper that was sent and of which nothing more is known."""
    job = asked(counter.do("print_label", scan=item, what=what))
    assert write(counter, lambda tx: printing.begin(tx, job, T0, "tcp:127.0.0.1:9100"))
    write(counter, lambda tx: printing.settle(tx, "SYSTEM", T0, job, "in_doubt", "printer", "media_out"))
    return job


# Papers and printers


def test_every_paper_comes_out_of_one_printer() -> None:
    assert sorted(what for role in ROLES for what in papers_of(role)) == sorted(PAPERS)


def test_each_printer_takes_its_own_papers_oldest_first(counter: Counter) -> None:
    counter.announce(A, B)
    counter.do("receive", scan=A)
    slip, label = asked(counter.do("print_label", scan=A, what="intimation")), asked(counter.do("print_label", scan=A))
    later = asked(counter.do("print_label", scan=B, what="small_parcel_label"))
    for role, jobs in (("receipt", [slip]), ("label", [label, later])):
        taken = []
        while (job := read(counter, lambda rows, role=role: print_jobs.next_queued(rows, papers_of(role)))) is not None:  # type: ignore[misc]
            taken.append(job.no)
            assert write(counter, lambda tx, no=job.no: printing.begin(tx, no, T0, "p"))  # type: ignore[misc]
        assert taken == jobs


def test_a_label_of_a_bag_and_of_a_shelf(counter: Counter) -> None:
    counter.announce(A, postcode="8200", delivery_mode="counter_pickup")
    counter.do("receive", scan=A)
    bag = counter.do("sort", scan=A)["data"]["bag"]
    number = read(counter, lambda rows: rows.value("SELECT number FROM bag WHERE way = 'out'"))
    assert bag
    jobs = [asked(counter.do("print_label", scan=number, what="bag_label")), asked(counter.do("print_label", scan="ka-1", what="shelf_label"))]
    assert [(job_of(counter, job).what, job_of(counter, job).item) for job in jobs] == [("bag_label", f"bag:{number}"), ("shelf_label", "shelf:ক-০১")]
    shown = read(counter, lambda rows: printing.lines(rows, 2))
    assert [(line.item, line.printer) for line in shown] == [("ক-০১", "label"), (number, "label")]
    again = counter.do("print_label", scan="ক-০১", what="shelf_label")
    assert (again["code"], again["item"], again["data"]["copy"]) == ("reason_needed", None, 2)


@pytest.mark.parametrize(
    ("scan", "what", "code"),
    [
        ("XX", "bag_label", "unknown_bag"),
        ("BD8200BD8500CCC60417001010345", "bag_label", "unknown_bag"),
        ("ঙ-৯৯", "shelf_label", "no_such_shelf"),
        (B, "parcel_label", "not_found"),
        (A, "intimation", "not_here"),
        (A, "receipt_handover", "no_receipt"),
        (A, "receipt_refusal", "no_receipt"),
        (A, "receipt_cash", "no_receipt"),
        (A, "wallpaper", "bad_command"),
    ],
)
def test_what_nothing_can_be_printed_of_is_refused_in_words(counter: Counter, scan: str, what: str, code: str) -> None:
    counter.announce(A)
    answer = counter.do("print_label", scan=scan, what=what)
    assert (answer["tone"], answer["code"], answer["entries"]) == ("stop", code, [])
    assert answer["text"]["bn"]


# Receipts


def test_one_receipt_for_all_that_was_given_in_one_act(counter: Counter) -> None:
    counter.announce(A, B, merchant_order_ref="ORD-1")
    counter.announce(C, cod_amount_minor=0, merchant_name_en="Another", merchant_name_bn="অন্য")
    for item in (A, B, C):
        counter.do("receive", scan=item)
    given = counter.do("hand_over", items=[B, A], code="123456", tendered=240_000)
    assert given["code"] == "handed_over"
    counter.do("hand_over", scan=C, code="123456", tendered=0)
    job = asked(counter.do("print_label", scan=A, what="receipt_handover"))
    assert job_of(counter, job).item == B, "the same paper, whichever of its parcels is scanned"
    told = counter.do("print_label", scan=B, what="receipt_handover")
    assert (told["code"], told["data"]["copy"]) == ("reason_needed", 2)
    made = [read(counter, lambda rows, item=item: handover_receipt(rows, counter.here, item)) for item in (A, B)]  # type: ignore[misc]
    assert made[0] == made[1]
    receipt = made[0]
    assert isinstance(receipt, HandoverReceipt)
    assert [(each.item, each.body.collected, each.body.merchant) for each in receipt.handed] == [(B, 116_000, "M005"), (A, 116_000, "M005")]
    assert {each.advice.order_ref for each in receipt.handed if each.advice} == {"ORD-1"}
    assert (receipt.total, receipt.tendered, receipt.change, receipt.handed[0].body.proof) == (232_000, 240_000, 8_000, "code")
    assert (receipt.number, receipt.clerk) == (given["data"]["receipt"], "rahima")
    other = read(counter, lambda rows: handover_receipt(rows, counter.here, C))
    assert other is not None
    assert [each.item for each in other.handed] == [C]


def test_a_document_shown_stands_on_the_receipt(counter: Counter) -> None:
    counter.announce(A)
    counter.do("receive", scan=A)
    counter.do("hand_over", scan=A, id={"kind": "nid", "last4": "1234", "reason": "no phone"}, tendered=116_000)
    receipt = read(counter, lambda rows: handover_receipt(rows, counter.here, A))
    assert receipt is not None
    body = receipt.handed[0].body
    assert (body.proof, body.id_kind, body.id_last4, receipt.change) == ("id", "nid", "1234", 0)


def test_a_refusal_has_a_receipt_until_it_is_taken_back(counter: Counter) -> None:
    counter.announce(A)
    counter.do("receive", scan=A)
    counter.do("refuse", scan=A, reason="too dear")
    receipt = read(counter, lambda rows: refusal_receipt(rows, counter.here, A))
    assert receipt is not None
    assert (receipt.body.reason, receipt.item, receipt.clerk) == ("too dear", A, "rahima")
    asked(counter.do("print_label", scan=A, what="receipt_refusal"))
    counter.do("undo")
    assert read(counter, lambda rows: refusal_receipt(rows, counter.here, A)) is None
    assert counter.do("reprint", scan=A, what="receipt_refusal", reason="lost")["code"] == "no_receipt"


# Doubt


def test_yes_ends_the_doubt_and_no_queues_a_marked_copy_of_the_same_paper(counter: Counter) -> None:
    counter.announce(A)
    counter.do("receive", scan=A)
    job = doubted(counter, what="intimation")
    write(counter, lambda tx: printing.answer(tx, counter.here, job, in_hand=False))
    assert (job_of(counter, job).state, job_of(counter, job).how) == ("failed", "clerk")
    (copy,) = [line for line in read(counter, printing.lines) if line.state == "queued"]
    assert (copy.what, copy.item, copy.copy, copy.printer) == ("intimation", A, 2, "receipt")
    assert job_of(counter, copy.job).reason
    assert read(counter, lambda rows: printing.replaces(rows, job_of(counter, copy.job)))
    second = doubted(counter, item=A)
    write(counter, lambda tx: printing.answer(tx, counter.here, second, in_hand=True))
    assert (job_of(counter, second).state, job_of(counter, second).how) == ("printed", "clerk")
    write(counter, lambda tx: printing.answer(tx, counter.here, second, in_hand=False))
    assert job_of(counter, second).state == "printed", "what is answered stays answered"


def test_a_reprint_for_another_reason_disturbs_no_printer(counter: Counter) -> None:
    counter.announce(A)
    asked(counter.do("print_label", scan=A))
    torn = asked(counter.do("reprint", scan=A, reason="torn"))
    assert not read(counter, lambda rows: printing.replaces(rows, job_of(counter, torn)))


@pytest.mark.parametrize("code", [A, "cp 4077 7479 1 bd", TRACKING_LINK + A, "ORD-77"])
def test_a_scan_of_the_fresh_label_is_the_surest_answer(counter: Counter, code: str) -> None:
    counter.announce(A, merchant_order_ref="ORD-77")
    job = doubted(counter)
    assert write(counter, lambda tx: printing.scanned(tx, counter.here, job, code))
    assert (job_of(counter, job).state, job_of(counter, job).how) == ("printed", "scan")
    assert not write(counter, lambda tx: printing.scanned(tx, counter.here, job, code)), "once"


def test_a_scan_of_another_label_settles_nothing(counter: Counter) -> None:
    counter.announce(A, B)
    job = doubted(counter)
    for code in (B, "ক-০১", "BD8200BD8500CCC60417001010345", "", "CMD*UNDO"):
        assert not write(counter, lambda tx, code=code: printing.scanned(tx, counter.here, job, code))  # type: ignore[misc]
    assert job_of(counter, job).state == "in_doubt"


def test_a_bags_and_a_shelfs_label_are_told_by_their_codes(counter: Counter) -> None:
    counter.announce(A, postcode="8200")
    counter.do("receive", scan=A)
    counter.do("sort", scan=A)
    number = read(counter, lambda rows: rows.value("SELECT number FROM bag WHERE way = 'out'"))
    for scan, what in ((number, "bag_label"), ("SH*KA-01", "shelf_label")):
        job = doubted(counter, item=scan, what=what)
        assert not write(counter, lambda tx, job=job: printing.scanned(tx, counter.here, job, A))  # type: ignore[misc]
        assert write(counter, lambda tx, job=job, scan=scan: printing.scanned(tx, counter.here, job, scan))  # type: ignore[misc]


def test_a_scan_at_work_proves_no_label(counter: Counter) -> None:
    """The merchant's own label has the same number; it must not hide that ours never came out."""
    counter.announce(A)
    job = doubted(counter)
    for work, fields in (("receive", {}), ("sort", {}), ("shelve", {"shelf": "ক-০১"}), ("find", {"text": A}), ("parcel", {})):
        counter.do(work, **({"scan": A} if work != "find" else {}), **fields)
    assert job_of(counter, job).state == "in_doubt"


def test_doubts_stand_first_and_say_why(counter: Counter) -> None:
    counter.announce(A, B, C)
    jobs = [doubted(counter, item) for item in (A, B)]
    asked(counter.do("print_label", scan=C))
    shown = read(counter, lambda rows: printing.queue(rows, 2))
    assert [(line.job, line.state, line.detail) for line in shown[:2]] == [(job, "in_doubt", "media_out") for job in jobs]
    assert [line.state for line in shown[2:]] == ["queued"], "a doubt is never crowded out"


def test_further_copies_are_counted(counter: Counter) -> None:
    counter.announce(A, B)
    one = asked(counter.do("print_label", scan=A))
    for reason in ("torn", "wet"):
        asked(counter.do("reprint", scan=A, reason=reason))
    counter.do("drop_label", print_job=asked(counter.do("print_label", scan=B)))
    write(counter, lambda tx: printing.settle(tx, "SYSTEM", T0, one, "printed", "printer"))
    assert read(counter, lambda rows: printing.counts(rows, T0 - 1)) == PrintCounts(1, 2, 1)
    assert read(counter, lambda rows: printing.counts(rows, counter.clock + 60_000)) == PrintCounts(0, 0, 0)


def test_after_a_crash_exactly_the_begun_jobs_are_in_doubt(counter: Counter) -> None:
    counter.announce(A, B, C)
    jobs = [asked(counter.do("print_label", scan=item)) for item in (A, B, C)]
    assert write(counter, lambda tx: printing.begin(tx, jobs[0], T0, "p"))
    assert write(counter, lambda tx: printing.begin(tx, jobs[1], T0, "p"))
    write(counter, lambda tx: print_jobs.release(tx, jobs[0]))
    assert [line.state for line in read(counter, printing.lines)] == ["queued", "sending", "queued"]
    assert write(counter, lambda tx: printing.doubt_after_restart(tx, T0)) == (jobs[1],)
    assert [line.state for line in read(counter, printing.lines)] == ["queued", "in_doubt", "queued"]
    assert read(counter, lambda rows: print_jobs.next_queued(rows, papers_of("label"))) == job_of(counter, jobs[0]), "what was released goes first"


# Out of the queue


def test_a_label_is_taken_out_of_the_queue_until_it_is_begun(counter: Counter) -> None:
    counter.announce(A, B)
    one, two = asked(counter.do("print_label", scan=A)), asked(counter.do("print_label", scan=B))
    assert write(counter, lambda tx: printing.begin(tx, two, T0, "p"))
    assert not write(counter, lambda tx: printing.begin(tx, two, T0, "p")), "nobody prints it twice"
    dropped = counter.do("drop_label", print_job=one)
    assert (dropped["tone"], dropped["code"], len(dropped["entries"])) == ("look", "label_dropped", 1)
    assert not write(counter, lambda tx: printing.begin(tx, one, T0, "p"))
    for job, state in ((one, "failed"), (two, "queued"), (99, None)):
        answer = counter.do("drop_label", print_job=job)
        assert (answer["code"], answer["data"]["state"], answer["entries"]) == ("label_not_waiting", state, [])
    (line,) = [line for line in read(counter, printing.lines) if line.job == one]
    assert (line.state, line.how, line.detail) == ("failed", "clerk", "dropped")


def test_what_was_dropped_can_be_asked_for_again(counter: Counter) -> None:
    counter.announce(A)
    counter.do("drop_label", print_job=asked(counter.do("print_label", scan=A)))
    again = asked(counter.do("reprint", scan=A, reason="after all"))
    assert job_of(counter, again).copy == 2
    assert not read(counter, lambda rows: printing.replaces(rows, job_of(counter, again)))


# A receipt printer stands at the counter


def test_a_handover_asks_for_one_receipt_in_its_own_commit(counter: Counter) -> None:
    counter.here = replace(counter.here, gives_receipts=True)
    counter.announce(A, B)
    for item in (A, B):
        counter.do("receive", scan=item)
    refused = counter.do("hand_over", scan=A, code="000000", tendered=240_000)
    assert refused["tone"] == "stop"
    assert not read(counter, printing.lines), "nothing was given, nothing is printed"
    given = counter.do("hand_over", items=[A, B], code="123456", tendered=240_000, op="one")
    again = counter.do("hand_over", items=[A, B], code="123456", tendered=240_000, op="one")
    assert given["code"] == again["code"] == "handed_over"
    (job,) = read(counter, printing.lines)
    assert (job.what, job.copy, job.state) == ("receipt_handover", 1, "queued")
    receipt = read(counter, lambda rows: handover_receipt(rows, counter.here, A))
    assert receipt is not None
    assert [handed.item for handed in receipt.handed] == [A, B]


def test_a_counter_without_a_receipt_printer_asks_for_none(counter: Counter) -> None:
    counter.announce(A)
    counter.do("receive", scan=A)
    assert counter.do("hand_over", scan=A, code="123456", tendered=116_000)["code"] == "handed_over"
    assert not read(counter, printing.lines)
