"""Papers asked for, begun and settled. What is printed is what the printer or the clerk said, never what was sent."""

from __future__ import annotations

from dataclasses import dataclass

from corner_app.book import bags, entries, parcels, print_jobs
from corner_app.book.database import Rows, Tx
from corner_app.book.print_jobs import PrintJob
from corner_app.desk.commands import DropLabel, PrintLabel, Reprint
from corner_app.desk.lookup import card, not_here, parcel_of
from corner_app.desk.receipts import handover_receipt, refusal_receipt
from corner_app.desk.receive import bag_head, bag_number
from corner_app.desk.slips import cash_slip, day_slip
from corner_app.desk.views import PrintCounts, PrintLine
from corner_app.domain import entries as e
from corner_app.domain.cash import day_subject, is_document, pouch_subject
from corner_app.domain.entries import SYSTEM, EntryId
from corner_app.domain.here import Here
from corner_app.domain.numbers import normal_reference
from corner_app.domain.outcome import Outcome, ParcelCard, Tone
from corner_app.domain.papers import PAPERS, What, printer_for
from corner_app.domain.parcels import Parcel
from corner_app.domain.scan import BagScan, ItemScan, ShelfScan, understand
from corner_app.domain.shelves import parse_shelf

SHELF = "shelf:"
"""Begins the subject of what is about a shelf."""
_NOT_IN_HAND, _DROPPED = "not in hand", "dropped"
"""Reason of the copy that the clerk's "no" asks for; detail of a job taken out of the queue, of which nothing was sent."""


@dataclass(frozen=True, slots=True)
class _Thing:
    """What a paper is about. item: the parcel's number for the answer, None for bags and shelves; base: the last entry about the subject."""

    subject: str
    base: EntryId | None
    item: str | None = None
    card: ParcelCard | None = None


def print_label(tx: Tx, here: Here, command: PrintLabel | Reprint) -> Outcome:
    """Queues a paper. A further copy, and every reprint, needs a reason and is marked as one."""
    thing = _thing(tx, here, command.what, command.scan)
    if isinstance(thing, Outcome):
        return thing
    copy = print_jobs.last_copy(tx, thing.subject, command.what) + 1
    reason = (command.reason or "").strip()
    if not reason and (copy > 1 or isinstance(command, Reprint)):
        return Outcome(Tone.STOP, "reason_needed", thing.item, data={"copy": copy}, card=thing.card)
    seq, job = _ask(tx, here, command.what, thing.subject, copy, reason, thing.base)
    return Outcome(Tone.GOOD, "queued", thing.item, (seq,), {"print_job": job, "copy": copy}, thing.card, (job,))


def ask_receipt(tx: Tx, here: Here, parcel: Parcel) -> int:
    """Asks for the receipt of what was just handed over, in the same commit, so that neither is without the other; gives the job's number."""
    copy = print_jobs.last_copy(tx, parcel.item, "receipt_handover") + 1
    return _ask(tx, here, "receipt_handover", parcel.item, copy, "", parcel.base)[1]


def ask_slip(tx: Tx, here: Here, what: What, subject: str) -> tuple[int, ...]:
    """Asks for the slip of a cash document in the commit that wrote it, where a receipt printer stands; gives the jobs' numbers."""
    if not here.gives_receipts:
        return ()
    copy = print_jobs.last_copy(tx, subject, what) + 1
    return (_ask(tx, here, what, subject, copy, "", entries.last_about(tx, subject))[1],)


def _ask(tx: Tx, here: Here, what: str, subject: str, copy: int, reason: str, base: EntryId | None) -> tuple[int, int]:
    """Sequence and running number of the entry that asks."""
    written = entries.append(tx, here.clerk.badge, here.now, subject, e.LabelAsked(what, copy, reason), base=base)
    return written.id.seq, tx.head.no


def _thing(tx: Tx, here: Here, what: What, scan: str) -> _Thing | Outcome:
    """What the paper would be about, or why there is nothing to print."""
    match PAPERS[what].about:
        case "parcel":
            return _parcel(tx, here, what, scan)
        case "bag":
            number = bag_number(tx, scan)
            if number is None or bags.find(tx, number) is None:
                return Outcome(Tone.STOP, "unknown_bag", data={"bag": scan, "opened": False})
            return _Thing(bags.SUBJECT + number, bag_head(tx, number))
        case "shelf":
            shelf = parse_shelf(scan)
            if shelf is None or not here.plan.has_shelf(shelf):
                return Outcome(Tone.STOP, "no_such_shelf", data={"shelf": scan})
            return _Thing(SHELF + shelf, entries.last_about(tx, SHELF + shelf))
        case _:
            return _cash(tx, here, what, scan.strip())


def _cash(tx: Tx, here: Here, what: What, scan: str) -> _Thing | Outcome:
    """A payment by its document, a pouch by its seal too, a day by its date."""
    subject = day_subject(here.office, here.counter, scan) if what == "receipt_day" and not is_document(scan) else scan
    subject = subject if is_document(subject) else pouch_subject(normal_reference(subject))
    there = day_slip(tx, here, subject) if what == "receipt_day" else cash_slip(tx, here, subject)
    return _Thing(subject, entries.last_about(tx, subject)) if there is not None else Outcome(Tone.STOP, "no_receipt")


def _parcel(tx: Tx, here: Here, what: What, scan: str) -> _Thing | Outcome:
    number, row = parcel_of(tx, scan)
    if row is None:
        return Outcome(Tone.STOP, "not_found", number.text if number else None)
    item = row.parcel.item
    match what:
        case "intimation" if not row.parcel.on_hand or row.parcel.office != here.office:
            return not_here(row, number)
        case "receipt_handover":
            handed = handover_receipt(tx, here, item)
            if handed is None:
                return Outcome(Tone.STOP, "no_receipt", item, card=card(row))
            row = parcels.by_item(tx, handed.handed[0].item) or row  # one receipt for the whole basket, whichever of its parcels is scanned
        case "receipt_refusal" if refusal_receipt(tx, here, item) is None:
            return Outcome(Tone.STOP, "no_receipt", item, card=card(row))
        case _:
            pass
    return _Thing(row.parcel.item, row.parcel.base, item, card(row))


def drop(tx: Tx, here: Here, command: DropLabel) -> Outcome:
    """Takes a job out of the queue, if nobody has begun to print it."""
    job = print_jobs.find(tx, command.print_job)
    if job is None or not print_jobs.waits(tx, job.no):
        return Outcome(Tone.STOP, "label_not_waiting", data={"print_job": command.print_job, "state": job.state if job else None})
    seq = settle(tx, here.clerk.badge, here.now, job.no, "failed", "clerk", _DROPPED)
    return Outcome(Tone.LOOK, "label_dropped", None, (seq,) if seq else (), {"print_job": job.no})


def begin(tx: Tx, job: int, now: int, printer: str) -> bool:
    """Opens the attempt; this must be on the disk before the first byte leaves. False when the job waits no more."""
    return print_jobs.begin(tx, job, now, printer)


def replaces(rows: Rows, job: PrintJob) -> bool:
    """Whether the copy before this one was in doubt until the clerk said that it is not there: then it may still lie in the printer's memory."""
    before = print_jobs.copy_of(rows, job.item, job.what, job.copy - 1)
    return before is not None and (before.state, before.how) == ("failed", "clerk") and print_jobs.detail(rows, before.no) != _DROPPED


def settle(tx: Tx, actor: str, now: int, job: int, result: str, how: str, detail: str = "") -> int | None:
    """Writes what became of a job: printed, failed or in_doubt, and who says so (printer, scan, clerk, restart, transport). Gives the entry's number."""
    asked, kept = entries.fact(tx, job), print_jobs.find(tx, job)
    if asked is None or kept is None or kept.state in ("printed", "failed"):
        return None
    subject = asked.entry.subject
    row = parcels.by_item(tx, subject)
    base = row.parcel.base if row else entries.last_about(tx, subject)
    body = e.LabelSettled(result, how, detail)
    return entries.append(tx, actor, now, subject, body, base=base, sup=entries.short(asked.id, tx.head.id(0))).id.seq


def answer(tx: Tx, here: Here, job: int, *, in_hand: bool) -> None:
    """The clerk's word about a label in doubt: it is in the hand, or it is not and a further copy is printed."""
    kept = print_jobs.find(tx, job)
    if kept is None or kept.state != "in_doubt":
        return
    settle(tx, here.clerk.badge, here.now, job, "printed" if in_hand else "failed", "clerk")
    if not in_hand:
        row = parcels.by_item(tx, kept.item)
        base = row.parcel.base if row else entries.last_about(tx, kept.item)
        _ask(tx, here, kept.what, kept.item, print_jobs.last_copy(tx, kept.item, kept.what) + 1, _NOT_IN_HAND, base)


def scanned(tx: Tx, here: Here, job: int, scan: str) -> bool:
    """The fresh label in doubt was put under the scanner: it is printed, and legible. True when the code is that of its parcel, bag or shelf.

    Only where the clerk was asked for just this scan, on the print queue. A scan at work proves nothing: the bar code is the parcel's own number,
    which the merchant's label carries too, and the QR code is the same on every copy, also on one that another office stuck on. Taken for a proof,
    either would hide that our label never came out.
    """
    kept = print_jobs.find(tx, job)
    if kept is None or kept.state != "in_doubt" or not names(tx, kept, scan):
        return False
    settle(tx, here.clerk.badge, here.now, job, "printed", "scan")
    return True


def names(rows: Rows, job: PrintJob, scan: str) -> bool:
    """Whether a code on the job's paper reads like this."""
    match understand(scan):
        case ItemScan(number):
            row = parcels.by_code(rows, number.text)
            return row is not None and row.parcel.item == job.item
        case BagScan(bag):
            return job.item == bags.SUBJECT + bag.text
        case ShelfScan(shelf):
            return job.item == SHELF + shelf
        case _:
            return False


def doubt_after_restart(tx: Tx, now: int) -> tuple[int, ...]:
    """Puts every job whose attempt was open when the program died in doubt, and no other; returns them."""
    jobs = tuple(print_jobs.attempts(tx))
    for job in jobs:
        settle(tx, SYSTEM, now, job, "in_doubt", "restart")
    return jobs


def queue(rows: Rows, limit: int) -> tuple[PrintLine, ...]:
    """What the print queue shows: doubts first, oldest first, then the newest other jobs."""
    first = doubts(rows)
    return first + tuple(line for line in lines(rows, limit) if line.state != "in_doubt")


def counts(rows: Rows, since: int) -> PrintCounts:
    """Of the papers asked for since then."""
    return PrintCounts(*print_jobs.counts(rows, since))


def lines(rows: Rows, limit: int = 50) -> tuple[PrintLine, ...]:
    """The newest print jobs."""
    return tuple(_line(rows, job) for job in print_jobs.latest(rows, limit))


def doubts(rows: Rows) -> tuple[PrintLine, ...]:
    """Jobs the clerk must answer for."""
    return tuple(_line(rows, job) for job in print_jobs.in_doubt(rows))


def _line(rows: Rows, job: PrintJob) -> PrintLine:
    row = parcels.by_item(rows, job.item)
    name = row.advice.name_bn if row is not None and row.advice is not None else ""
    state = "sending" if job.state == "queued" and not print_jobs.waits(rows, job.no) else job.state
    item = job.item.removeprefix(bags.SUBJECT).removeprefix(SHELF)
    return PrintLine(job.no, job.what, item, name, job.copy, state, job.how, job.at, print_jobs.detail(rows, job.no), printer_for(job.what))
