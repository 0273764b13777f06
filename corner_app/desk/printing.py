"""Labels asked for, begun and settled. What is printed is what the printer or the clerk said, never what was sent."""

from __future__ import annotations

from corner_app.book import entries, parcels, print_jobs
from corner_app.book.database import Rows, Tx
from corner_app.desk.commands import PrintLabel, Reprint
from corner_app.desk.lookup import card, parcel_of
from corner_app.desk.views import PrintLine
from corner_app.domain import entries as e
from corner_app.domain.entries import SYSTEM
from corner_app.domain.here import Here
from corner_app.domain.outcome import Outcome, Tone
from corner_app.domain.papers import PARCEL_LABEL


def print_label(tx: Tx, here: Here, command: PrintLabel | Reprint) -> Outcome:
    """Queues a parcel's label. A further copy, and every reprint, needs a reason and is marked as one."""
    number, row = parcel_of(tx, command.scan)
    if row is None:
        return Outcome(Tone.STOP, "not_found", number.text if number else None)
    copy = print_jobs.last_copy(tx, row.parcel.item, PARCEL_LABEL) + 1
    reason = (command.reason or "").strip()
    if not reason and (copy > 1 or isinstance(command, Reprint)):
        return Outcome(Tone.STOP, "reason_needed", row.parcel.item, data={"copy": copy}, card=card(row))
    written = entries.append(tx, here.clerk.badge, here.now, row.parcel.item, e.LabelAsked(PARCEL_LABEL, copy, reason), base=row.parcel.base)
    job = tx.head.no
    return Outcome(Tone.GOOD, "queued", row.parcel.item, (written.id.seq,), {"print_job": job, "copy": copy}, card(row), (job,))


def begin(tx: Tx, job: int, now: int, printer: str) -> bool:
    """Opens the attempt; this must be on the disk before the first byte leaves. False when the job waits no more."""
    return print_jobs.begin(tx, job, now, printer)


def replaces(rows: Rows, job: print_jobs.PrintJob) -> bool:
    """Whether the copy before this one was in doubt until the clerk said that it is not there: then it may still lie in the printer's memory."""
    before = print_jobs.copy_of(rows, job.item, job.what, job.copy - 1)
    return before is not None and (before.state, before.how) == ("failed", "clerk")


def settle(tx: Tx, actor: str, now: int, job: int, result: str, how: str, detail: str = "") -> None:
    """Writes what became of a job: printed, failed or in_doubt, and who says so (printer, scan, clerk, restart, transport)."""
    asked, kept = entries.fact(tx, job), print_jobs.find(tx, job)
    if asked is None or kept is None or kept.state in ("printed", "failed"):
        return
    row = parcels.by_item(tx, asked.entry.subject)
    base = row.parcel.base if row else asked.id
    body = e.LabelSettled(result, how, detail)
    entries.append(tx, actor, now, asked.entry.subject, body, base=base, sup=entries.short(asked.id, tx.head.id(0)))


def answer(tx: Tx, here: Here, job: int, *, in_hand: bool) -> None:
    """The clerk's word about a label in doubt: it is in the hand, or it is not and a further copy is printed."""
    kept = print_jobs.find(tx, job)
    if kept is None or kept.state != "in_doubt":
        return
    settle(tx, here.clerk.badge, here.now, job, "printed" if in_hand else "failed", "clerk")
    if not in_hand:
        print_label(tx, here, Reprint(kept.item, "not in hand"))


def doubt_after_restart(tx: Tx, now: int) -> tuple[int, ...]:
    """Puts every job whose attempt was open when the program died in doubt, and no other; returns them."""
    jobs = tuple(print_jobs.attempts(tx))
    for job in jobs:
        settle(tx, SYSTEM, now, job, "in_doubt", "restart")
    return jobs


def lines(rows: Rows, limit: int = 50) -> tuple[PrintLine, ...]:
    """The newest print jobs, as the queue shows them."""
    return tuple(_line(rows, job) for job in print_jobs.latest(rows, limit))


def doubts(rows: Rows) -> tuple[PrintLine, ...]:
    """Jobs the clerk must answer for."""
    return tuple(_line(rows, job) for job in print_jobs.in_doubt(rows))


def _line(rows: Rows, job: print_jobs.PrintJob) -> PrintLine:
    row = parcels.by_item(rows, job.item)
    name = row.advice.name_bn if row is not None and row.advice is not None else ""
    return PrintLine(job.no, job.what, job.item, name, job.copy, job.state, job.how, job.at)
