"""A printer behind Windows's spooler, fed with its own language (RAW).

The spooler tries again by itself for as long as a job is in the queue, so a label is followed to its end and deleted when it is stuck; "printed"
there means that the bytes went to the port. No Windows PC was at hand: what stands here follows Microsoft's documentation, see `winspool`.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import time
from collections.abc import Callable

from corner_app.devices.transports.errors import InDoubt, NotSent
from corner_app.devices.transports.transport import Enough
from corner_app.devices.transports.winspool import Queue, SpoolerTrouble, Winspool, system_spooler

_CHUNK = 65_536
_FIRST_LOOK_S, _LONGEST_LOOK_S = 0.02, 0.5
_DELETED_S = 10.0

_JOB_BITS = (
    (0x040, "media_out"), (0x020, "offline"), (0x400, "user_intervention"), (0x200, "blocked"), (0x001, "held"), (0x002, "error"),
    (0x800, "restarted"), (0x004, "deleting"), (0x100, "deleted"), (0x008, "spooling"), (0x010, "printing"), (0x080, "printed"), (0x1000, "complete"),
    (0x2000, "retained"), (0x4000, "rendering"),
)  # fmt: skip
"""JOB_STATUS_* of winspool.h, what stops a job first."""
_DONE, _TAKEN_AWAY = {"printed", "complete"}, {"deleting", "deleted"}
_STOPS = ("media_out", "offline", "user_intervention", "blocked", "held", "error")
_PAUSED, _PENDING_DELETION, _OFFLINE, _NOT_AVAILABLE = 0x1, 0x4, 0x80, 0x1000
_WORK_OFFLINE, _KEEPS_JOBS = 0x400, 0x100
_CODES = {5: "denied", 1801: "missing", 1722: "missing", 1905: "missing", 1804: "rejecting", 112: "full", 14: "full"}
"""ERROR_ACCESS_DENIED, _INVALID_PRINTER_NAME, RPC_S_SERVER_UNAVAILABLE, _PRINTER_DELETED, _INVALID_DATATYPE, _DISK_FULL, _OUTOFMEMORY."""
_log = logging.getLogger(__name__)


def job_words(status: int) -> tuple[str, ...]:
    """What the bits of JOB_STATUS say, as stable words, the first that needs a hand first."""
    return tuple(word for bit, word in _JOB_BITS if status & bit)


def queue_trouble(queue: Queue) -> str:
    """Why no label should go into this queue, as a word of NotSent, "" when one may."""
    if queue.status & _PENDING_DELETION:
        return "missing"
    if queue.status & _PAUSED:
        return "stopped"
    if queue.attributes & _WORK_OFFLINE or queue.status & (_OFFLINE | _NOT_AVAILABLE):
        return "missing"
    return "busy" if queue.jobs and not queue.attributes & _KEEPS_JOBS else ""


class WindowsPrinter:
    """Hands each label to a queue as it is and follows it to its end."""

    two_way = False
    writes_files = False

    def __init__(self, queue: str, follow_s: float = 60.0, spooler: Callable[[], Winspool] = system_spooler) -> None:
        """queue: the printer's name in Windows. follow_s: longest a label may take until its queue is done with it."""
        self.queue, self.follow_s = queue, follow_s
        self.name = f"windows:{queue}"
        self._spooler = spooler

    def send(self, data: bytes, enough: Enough | None = None, wait_s: float = 0.0) -> bytes:
        """Hands over one label and returns when the queue has let it go, which proves nothing; hears nothing.

        Raises NotSent while the spooler has taken no byte, InDoubt after it: it may have begun with the first.
        """
        try:
            spooler = self._spooler()
            handle = spooler.open(self.queue)
        except OSError as error:
            raise NotSent("missing") from error
        except SpoolerTrouble as trouble:
            raise NotSent(_CODES.get(trouble.code, "missing")) from trouble
        try:
            self._check(spooler, handle)
            number = self._handed_over(spooler, handle, data)
            self._follow(spooler, handle, number, len(data))
        finally:
            spooler.close(handle)
        return b""

    def ask(self, query: bytes, wait_s: float) -> bytes:
        """A queue answers nothing."""
        return b""

    def _check(self, spooler: Winspool, handle: int) -> None:
        try:
            for job in spooler.jobs(handle):
                if _is_leftover(job.title, spooler):
                    _log.warning("%s: deletes %s of an earlier run", self.name, job.title)
                    spooler.delete(handle, job.number)
            trouble = queue_trouble(spooler.queue(handle))
        except SpoolerTrouble as error:
            raise NotSent(_CODES.get(error.code, "refused")) from error
        if trouble:
            raise NotSent(trouble)

    def _handed_over(self, spooler: Winspool, handle: int, data: bytes) -> int:
        """The number of the job."""
        sent = 0
        try:
            number = spooler.start(handle, f"{_titles()}{os.getpid()}-{secrets.token_hex(8)}")
            while sent < len(data):
                taken = spooler.write(handle, data[sent : sent + _CHUNK])
                if not taken:
                    raise SpoolerTrouble("WritePrinter", 0)
                sent += taken
            spooler.end(handle)
        except SpoolerTrouble as trouble:
            _abort(spooler, handle)
            word = _CODES.get(trouble.code, "refused")
            raise (InDoubt(word, sent) if sent else NotSent(word)) from trouble
        return number

    def _follow(self, spooler: Winspool, handle: int, number: int, size: int) -> None:
        """Returns when the job is sent to the printer, or gone, as Windows leaves it after printing. Raises InDoubt."""
        ends, look_s = time.monotonic() + self.follow_s, _FIRST_LOOK_S
        words: tuple[str, ...] = ()
        try:
            while time.monotonic() < ends:
                job = spooler.job(handle, number)
                if job is None:
                    return
                words = job_words(job.status)
                if _TAKEN_AWAY.intersection(words):
                    raise InDoubt("cancelled", size)
                if "restarted" in words:  # somebody has it printed anew
                    break
                if _DONE.intersection(words):
                    return
                time.sleep(look_s)
                look_s = min(look_s * 1.5, _LONGEST_LOOK_S)
            self._delete(spooler, handle, number)
        except SpoolerTrouble as trouble:
            raise InDoubt("lost", size) from trouble
        raise InDoubt("restarted" if "restarted" in words else next((word for word in words if word in _STOPS), "timeout"), size)

    def _delete(self, spooler: Winspool, handle: int, number: int) -> None:
        if spooler.job(handle, number) is None:
            return
        spooler.delete(handle, number)
        ends = time.monotonic() + _DELETED_S
        while spooler.job(handle, number) is not None:
            if time.monotonic() > ends:
                _log.error("%s: job %d does not end; it may still come out", self.name, number)
                return
            time.sleep(_FIRST_LOOK_S)


def _titles() -> str:
    """How the titles of this machine's jobs begin; the number of the process that hands them in follows."""
    return f"corner-{socket.gethostname()}-"


def _is_leftover(title: str, spooler: Winspool) -> bool:
    """Whether this job is of a process of ours that is no more."""
    process = title.removeprefix(_titles()).partition("-")[0]
    return title.startswith(_titles()) and process.isascii() and process.isdecimal() and not spooler.alive(int(process))


def _abort(spooler: Winspool, handle: int) -> None:
    try:
        spooler.abort(handle)
    except SpoolerTrouble as trouble:
        _log.warning("the spooler keeps a document it did not take whole: %s", trouble)
