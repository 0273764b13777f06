"""From a print job to dots: a spool's queue over the book, every paper's values out of it, and a label as a file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from corner_app.book import bags, parcels, print_jobs
from corner_app.book.book import Reader
from corner_app.book.database import Rows
from corner_app.book.print_jobs import PrintJob
from corner_app.desk import printing
from corner_app.desk.counter import here_of, roll_of
from corner_app.desk.lookup import number_in
from corner_app.desk.receipts import HandoverReceipt, RefusalReceipt, handover_receipt, refusal_receipt
from corner_app.desk.search import KEEP_DAYS
from corner_app.desk.slips import CashSlip, DaySlip, cash_slip, day_slip
from corner_app.devices.languages import zpl
from corner_app.devices.languages.page import Page
from corner_app.devices.profile import Profile, plain_zpl
from corner_app.devices.proof import Witness
from corner_app.devices.spool import Outcome, Undrawable
from corner_app.domain import entries as e
from corner_app.domain.handover import due
from corner_app.domain.here import Clerk, Here
from corner_app.domain.papers import PAPERS, PARCEL_LABEL, Role, papers_of
from corner_app.domain.roll import Roll
from corner_app.domain.trouble import Trouble

if TYPE_CHECKING:
    from corner_app.labels.acts import Act
    from corner_app.labels.media import Media
    from corner_app.labels.papers import PaperValues
    from corner_app.labels.raster import Bitmap
    from corner_app.port import Desk

_DAY_MS = 86_400_000
_WIDE_IN, _MIDDLE_IN, _NARROW_IN = 3.9, 2.9, 1.9
"""Least inches of width for the large parcel label and a bag's (100 mm is 3.94), the small one and a shelf's large one; for a shelf's small one."""


class Paper:
    """A spool's queue over this book: the jobs of one printer. See `devices.spool.Queue`."""

    def __init__(self, desk: Desk, role: Role, profile: Profile) -> None:
        self._desk, self._profile, self._papers = desk, profile, papers_of(role)

    @property
    def unclear(self) -> bool:
        """Whether a label of this printer is in doubt."""
        doubts = self._desk.writer.do(print_jobs.in_doubt).result()
        return any(job.what in self._papers for job in doubts)

    def next_job(self) -> PrintJob | None:
        """The oldest job of this printer that nobody is printing."""
        return self._desk.writer.do(lambda tx: print_jobs.next_queued(tx, self._papers)).result()

    def number(self, job: PrintJob) -> int:
        """Of the entry that asked for it."""
        return job.no

    def replaces(self, job: PrintJob) -> bool:
        """Whether the copy before it was sent and the clerk said that it is not there."""
        return job.copy > 1 and self._desk.writer.do(lambda tx: printing.replaces(tx, job)).result()

    def begin(self, job: PrintJob, printer: str) -> bool:
        """Committed when it returns."""
        now = self._desk._clock()
        return self._desk.writer.do(lambda tx: printing.begin(tx, job.no, now, printer)).result()

    def draw(self, job: PrintJob) -> Page:
        """The job's paper in dots. Raises Undrawable."""
        here = self._desk._counter()
        reader = Reader(self._desk._path)
        try:
            return reader.read(lambda rows: page_of(rows, here, self._desk._roll, job, self._profile))
        except Trouble as trouble:
            raise Undrawable(trouble.code) from trouble
        finally:
            reader.close()

    def release(self, job: PrintJob) -> None:
        """Nothing of it was sent: it waits again."""
        self._desk.writer.do(lambda tx: print_jobs.release(tx, job.no)).result()

    def settle(self, job: PrintJob, outcome: Outcome, by: Witness, detail: str) -> None:
        """Writes what became of it, as the system's own word."""
        now = self._desk._clock()
        self._desk.writer.do(lambda tx: printing.settle(tx, e.SYSTEM, now, job.no, outcome, by, detail)).result()
        self._desk.was_written()
        self._desk._changed()


def page_of(rows: Rows, here: Here, roll: Roll, job: PrintJob, profile: Profile) -> Bitmap:
    """A job's paper as it stood when it was asked for, for paper of this size. Raises Trouble("no_such_paper") where nobody has laid it out."""
    from corner_app.labels.papers import WrongPaper, draw_paper

    then = replace(here, now=job.at, clerk=_clerk(roll, job.actor))
    try:
        return draw_paper(_values(rows, then, roll, job), _media(job.what, profile))
    except (WrongPaper, KeyError) as error:
        raise Trouble("no_such_paper", what=job.what) from error


def _clerk(roll: Roll, badge: str) -> Clerk:
    return roll.find(badge) or Clerk(badge, badge, badge)


def _media(what: str, profile: Profile) -> Media:
    """Raises KeyError for a resolution nobody prints it at, and for paper too narrow for it."""
    from corner_app.labels.media import media_of, receipt_media

    inches = profile.width / profile.dpi
    match what:
        case _ if PAPERS[what].printer == "receipt":
            return receipt_media(profile.width)
        case "shelf_label" if _NARROW_IN <= inches < _MIDDLE_IN:
            return media_of("50x25mm", profile.dpi)
        case _ if inches < (_WIDE_IN if what == "bag_label" else _MIDDLE_IN):
            raise KeyError(f"{what} on {profile.width} dots")
        case "bag_label":
            return media_of("100x150mm", profile.dpi)
        case "parcel_label" if inches >= _WIDE_IN:
            return media_of("4x6in", profile.dpi)
        case _:
            return media_of("3x2in", profile.dpi)


def _values(rows: Rows, here: Here, roll: Roll, job: PrintJob) -> PaperValues:
    """What stands on it. here: the moment it was asked for, and the clerk who did. Raises Trouble."""
    from corner_app.labels.intimation import slip
    from corner_app.labels.parcel import parcel_label
    from corner_app.labels.shelf import shelf_label

    row = parcels.by_item(rows, job.item)
    advice, owed = (row.advice, due(row.parcel)) if row is not None else (None, 0)
    match job.what:
        case "parcel_label" | "small_parcel_label":
            return parcel_label(
                job.item, advice, owed, here.places, here.postcode, here.now, copy=job.copy, clerk=here.clerk.name_en, training=here.training
            )  # fmt: skip
        case "shelf_label":
            return shelf_label(job.item.removeprefix(printing.SHELF), here)
        case "bag_label":
            return _bag(rows, here, job)
        case "intimation":
            until = (row.parcel.received_at if row is not None and row.parcel.received_at else here.now) + KEEP_DAYS * _DAY_MS
            return slip(job.item, advice, owed, until, here, copy=job.copy)
        case _:
            return _receipt(rows, here, roll, job)


def _bag(rows: Rows, here: Here, job: PrintJob) -> PaperValues:
    from corner_app.labels.bag import bag_label

    number = job.item.removeprefix(bags.SUBJECT)
    found = bags.find(rows, number)
    inside = (
        parcels.where(rows, "bag = ? AND bag <> '' ORDER BY id", (number,)) if found is not None and found.way == "out" else parcels.on_manifest(rows, number)
    )
    return bag_label(number, ",".join(row.parcel.item for row in inside), len(inside), here, copy=job.copy)


def _receipt(rows: Rows, here: Here, roll: Roll, job: PrintJob) -> PaperValues:
    from corner_app.labels import acts

    def act(of: HandoverReceipt | RefusalReceipt | CashSlip | DaySlip) -> Act:
        return acts.Act(of.number, of.at, _clerk(roll, of.clerk), job.copy, check=False)  # no page of the centre knows receipts yet

    if job.what == "receipt_handover" and (given := handover_receipt(rows, here, job.item)) is not None:
        left = [acts.NotTaken(each.item, each.body, each.advice) for each in given.left]
        return acts.handover_receipt([acts.Given(each.item, each.body, each.advice) for each in given.handed], act(given), here, left=left)
    if job.what == "receipt_refusal" and (refused := refusal_receipt(rows, here, job.item)) is not None:
        return acts.refusal_receipt([acts.NotTaken(refused.item, refused.body, refused.advice)], act(refused), here)
    if job.what == "receipt_cash" and (slip := cash_slip(rows, here, job.item)) is not None:
        return acts.slip_receipt(acts.CashAct(slip.way, slip.kind, slip.amount, slip.purpose, slip.party, slip.pouch), act(slip), here)
    if job.what == "receipt_day" and (day := day_slip(rows, here, job.item)) is not None:
        approved = _clerk(roll, day.approved_by).name_bn if day.approved_by else ""
        return acts.day_receipt(day.body, day.seal, day.last, approved, act(day), here)
    raise Trouble("no_such_paper", what=job.what)


def label_bytes(path: Path, number: str, form: str, dpi: int, now: int) -> bytes:
    """A parcel's label as a file's bytes, from a book that may be in use. form: "zpl" or "png"."""
    from corner_app.book.lineage import read_place
    from corner_app.labels.preview import png

    if not path.exists():
        raise Trouble("no_book", file=path.name)
    reader = Reader(path)
    try:
        place = reader.read(read_place)
        here, roll = here_of(place, roll_of(place).clerks[0], now), roll_of(place)
        found = number_in(number)
        row = reader.read(lambda rows: parcels.by_code(rows, found.text)) if found is not None else None
        if row is None:
            raise Trouble("parcel_not_found", number=number)
        job = PrintJob(0, row.parcel.item, PARCEL_LABEL, 1, "", here.clerk.badge, now, "queued", "", 0)
        bitmap = reader.read(lambda rows: page_of(rows, here, roll, job, plain_zpl(dpi)))
    finally:
        reader.close()
    return png(bitmap) if form == "png" else zpl.encode(bitmap, plain_zpl(dpi), 0)
