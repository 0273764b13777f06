"""From a print job to dots: a spool's queue over the book, and a label as a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from corner_app.book import parcels, print_jobs
from corner_app.book.book import Reader
from corner_app.book.database import Rows
from corner_app.book.print_jobs import PrintJob
from corner_app.desk import printing
from corner_app.desk.counter import here_of, roll_of
from corner_app.desk.lookup import number_in
from corner_app.devices.languages import zpl
from corner_app.devices.languages.page import Page
from corner_app.devices.profile import Profile
from corner_app.devices.proof import Witness
from corner_app.devices.spool import Outcome, Undrawable
from corner_app.domain import entries as e
from corner_app.domain.handover import due
from corner_app.domain.here import Here
from corner_app.domain.papers import PARCEL_LABEL, Role, papers_of
from corner_app.domain.roll import Roll
from corner_app.domain.trouble import Trouble

if TYPE_CHECKING:
    from corner_app.labels.raster import Bitmap
    from corner_app.port import Desk

_ZPL_PRINTER = Profile(name="ZPL", language="zpl")
_DRAWN = (203, 300)
"""Resolutions a label is laid out for."""


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
            return reader.read(lambda rows: _page(rows, here, self._desk._roll, job, self._profile))
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


def _page(rows: Rows, here: Here, roll: Roll, job: PrintJob, profile: Profile) -> Page:
    if job.what != PARCEL_LABEL or profile.dpi not in _DRAWN:
        raise Trouble("no_such_paper", what=job.what)
    return _bitmap(rows, here, roll, job.item, job.copy, profile.dpi, job.actor, job.at)


def _bitmap(rows: Rows, here: Here, roll: Roll, item: str, copy: int, dpi: int, actor: str, at: int) -> Bitmap:
    from corner_app.labels.media import parcel_media
    from corner_app.labels.parcel import parcel_label
    from corner_app.labels.raster import draw_parcel_label

    row = parcels.by_item(rows, item)
    clerk = roll.find(actor)
    label = parcel_label(
        item, row.advice if row else None, due(row.parcel) if row else 0, here.places, here.postcode, at, copy=copy,
        clerk=clerk.name_en if clerk else actor, training=here.training,
    )  # fmt: skip
    return draw_parcel_label(label, parcel_media(dpi))


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
        bitmap = reader.read(lambda rows: _bitmap(rows, here, roll, row.parcel.item, 1, dpi, here.clerk.badge, now))
    finally:
        reader.close()
    return png(bitmap) if form == "png" else zpl.encode(bitmap, _ZPL_PRINTER, 0)
