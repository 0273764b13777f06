"""A print queue of CUPS, for a printer that only its own driver reaches. The last resort: a queue says "completed" when it has let the bytes go.

CUPS sends a job again by itself after an error unless the queue's error policy is `abort-job` (`lpadmin -p NAME -o printer-error-policy=abort-job`),
so a queue with another one is refused. A job it cannot deliver is taken back, so that no label comes out hours later.
"""

from __future__ import annotations

import logging
import os
import re
import secrets
import socket
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from corner_app.devices.transports.errors import InDoubt, NotSent
from corner_app.devices.transports.ipp import CUPS_GET_PRINTERS, GET_JOB, GET_JOBS, GET_PRINTER, KEYWORD, NAME, URI, Attributes, IppTrouble, ask, system_server
from corner_app.devices.transports.transport import Enough

_PROGRAM_S = 20.0
_WITHDRAWN_S = 10.0
"""How long a job may take to end after it was taken back: its driver is asked to stop first."""
_FIRST_LOOK_S, _LONGEST_LOOK_S = 0.02, 0.5
_PENDING, _HELD, _PROCESSING, _STOPPED, _CANCELLED, _ABORTED, _COMPLETED = 3, 4, 5, 6, 7, 8, 9
"""job-state (RFC 8011)."""
_QUEUE_BUSY, _QUEUE_STOPPED = 4, 5
_NO_PROGRAM = 127
_QUEUE_ASKED = (
    "printer-name",
    "printer-state",
    "printer-is-accepting-jobs",
    "printer-error-policy",
    "queued-job-count",
    "printer-make-and-model",
    "printer-info",
)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Queue:
    """name: as `lp` takes it; about: what its owner calls it. trouble: why no label goes through it, as a word of NotSent, "" when one does."""

    name: str
    about: str
    trouble: str


def queues(server: str = "") -> tuple[Queue, ...]:
    """The queues of this machine, none when it has no CUPS. server: see `ipp.ask`; "" the system's own."""
    try:
        found = ask(server or system_server(), CUPS_GET_PRINTERS, [], _QUEUE_ASKED)
    except IppTrouble:
        return ()
    return tuple(_queue(thing) for thing in found.things if thing.get("printer-name"))


class CupsPrinter:
    """Hands each label to a queue and follows it to its end."""

    two_way = False
    writes_files = False

    def __init__(self, queue: str, follow_s: float = 60.0, server: str = "", *, raw: bool = True) -> None:
        """follow_s: longest a label may take until its queue is done with it. server: as in `ipp.ask`, "" the system's own.

        raw: the bytes are the printer's own language; False for a page (PDF) that the queue's driver is to turn into it.
        """
        self.queue, self.follow_s = queue, follow_s
        self._as_it_is = ["-o", "raw"] if raw else []
        self.name = f"cups:{queue}"
        self._server = server

    def send(self, data: bytes, enough: Enough | None = None, wait_s: float = 0.0) -> bytes:
        """Hands over one label and returns when the queue has let it go, which proves nothing; hears nothing. Raises NotSent or InDoubt.

        NotSent only when it is certain: the queue was not fit for it, or never began the job and has given it back.
        """
        self._check()
        title = f"{_titles()}{os.getpid()}-{secrets.token_hex(8)}"
        job = self._handed_over(data, title)
        self._follow(job, len(data))
        return b""

    def ask(self, query: bytes, wait_s: float) -> bytes:
        """A queue answers nothing."""
        return b""

    def _check(self) -> None:
        try:
            self._withdraw_leftovers()
            trouble = self._trouble()
        except IppTrouble as error:
            _log.warning("%s: %s", self.name, error)
            trouble = "missing"
        if trouble:
            raise NotSent(trouble)

    def _trouble(self) -> str:
        found = self._ask(GET_PRINTER, [self._uri], _QUEUE_ASKED)
        return _queue(found[0]).trouble if found else "missing"

    def _withdraw_leftovers(self) -> None:
        """What a run of ours that is no more left in the queue is in doubt in the book, and must not come out beside this label."""
        for job in self._jobs("not-completed"):
            title = str(_first(job, "job-name"))
            if _is_leftover(title):
                _log.warning("%s: takes back %s of an earlier run", self.name, title)
                self._run(["cancel", f"{self.queue}-{_first(job, 'job-id')}"])

    def _handed_over(self, data: bytes, title: str) -> int:
        """The number of the job. `job-cancel-after` ends it should this program die meanwhile."""
        limit = f"job-cancel-after={round(self.follow_s) + 3}"
        done = self._run(["lp", "-d", self.queue, "-t", title, *self._as_it_is, "-o", limit, "-"], data)
        said = re.search(rb"-(\d+) \(", done.stdout) if done.returncode == 0 else None
        if said is not None:
            return int(said[1])
        if done.returncode == _NO_PROGRAM:
            raise NotSent("no_program")
        _log.warning("%s: lp: %s", self.name, done.stderr.decode(errors="replace").strip())
        half = self._job_called(title)  # what came in by half is held, and given back by whoever follows it
        if half is None:
            raise NotSent("refused")
        return half

    def _job_called(self, title: str) -> int | None:
        try:
            jobs = [*self._jobs("not-completed"), *self._jobs("completed")]
        except IppTrouble as error:  # lp failed and nobody can say how far it came
            raise InDoubt("lost", 0) from error
        titles = {_first(job, "job-name"): int(_first(job, "job-id") or 0) for job in jobs}
        if title not in titles and None in titles:  # others' titles are hidden, and ours may be among them
            raise InDoubt("lost", 0)
        return titles.get(title)

    def _follow(self, job: int, size: int) -> None:
        """Returns when the job is completed. Raises InDoubt, or NotSent when it was never begun."""
        ends, look_s = time.monotonic() + self.follow_s, _FIRST_LOOK_S
        while time.monotonic() < ends:
            seen = self._seen(job)
            if seen is not None:
                if seen.ended(size):
                    return
                if seen.state in (_HELD, _STOPPED) or (seen.begun and seen.state == _PENDING):  # when it is let go on, it would begin anew
                    self._give_back(job, size, "held")
                    return
            time.sleep(look_s)
            look_s = min(look_s * 1.5, _LONGEST_LOOK_S)
        self._give_back(job, size, "timeout")

    def _give_back(self, job: int, size: int, reason: str) -> None:
        """Takes a job out of the queue. Returns if it was completed meanwhile; else raises InDoubt, or NotSent when it was never begun."""
        self._run(["cancel", f"{self.queue}-{job}"])
        ends = time.monotonic() + _WITHDRAWN_S
        while time.monotonic() < ends:
            seen = self._seen(job)
            if seen is not None and seen.state == _CANCELLED:
                raise InDoubt(reason, size) if seen.begun else NotSent("withdrawn")
            if seen is not None and seen.ended(size):
                return
            time.sleep(_FIRST_LOOK_S)
        _log.error("%s: job %d does not end; it may still come out", self.name, job)
        raise InDoubt(reason, size)

    def _seen(self, job: int) -> _Seen | None:
        """None when the printing system does not answer just now."""
        try:
            found = self._ask(GET_JOB, [(URI, "job-uri", f"ipp://localhost/jobs/{job}")], ["job-state", "time-at-processing"])
        except IppTrouble as error:
            _log.warning("%s: %s", self.name, error)
            return None
        if not found:
            return _Seen(0, True)
        return _Seen(int(_first(found[0], "job-state") or 0), _first(found[0], "time-at-processing") is not None)

    def _jobs(self, which: str) -> Sequence[Attributes]:
        return self._ask(GET_JOBS, [self._uri, (KEYWORD, "which-jobs", which)], ["job-id", "job-name"])

    @property
    def _uri(self) -> tuple[int, str, str]:
        return (URI, "printer-uri", f"ipp://localhost/printers/{quote(self.queue)}")

    def _ask(self, operation: int, asked: Sequence[tuple[int, str, str]], wanted: Sequence[str]) -> Sequence[Attributes]:
        return ask(self._server or system_server(), operation, [*asked, (NAME, "requesting-user-name", _user())], wanted).things

    def _run(self, command: list[str], data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """Runs a program of CUPS; one that is not there, or does not come to an end, is as one that failed."""
        environment = {**os.environ, "CUPS_SERVER": self._server or system_server(), "LC_ALL": "C"}
        try:
            return subprocess.run(command, input=data, capture_output=True, timeout=_PROGRAM_S, env=environment, check=False)  # noqa: S603
        except OSError as error:
            return subprocess.CompletedProcess(command, _NO_PROGRAM, b"", str(error).encode())
        except subprocess.TimeoutExpired as error:
            return subprocess.CompletedProcess(command, -1, b"", str(error).encode())


@dataclass(frozen=True, slots=True)
class _Seen:
    """state: job-state, 0 when the job is no longer known. begun: whether the queue ever began to print it."""

    state: int
    begun: bool

    def ended(self, size: int) -> bool:
        """Whether it is completed, False while it goes on. Raises InDoubt when it ended otherwise, NotSent when it was never begun."""
        if self.state == _COMPLETED:
            return True
        word = {_CANCELLED: "cancelled", _ABORTED: "aborted", 0: "lost"}.get(self.state)
        if word is None:
            return False
        raise InDoubt(word, size) if self.begun else NotSent("withdrawn")


def _queue(thing: Attributes) -> Queue:
    about = _first(thing, "printer-info") or _first(thing, "printer-make-and-model")
    return Queue(str(_first(thing, "printer-name")), str(about or ""), _trouble(thing))


def _trouble(thing: Attributes) -> str:
    if _first(thing, "printer-error-policy") != "abort-job":
        return "queue_retries"
    if _first(thing, "printer-state") == _QUEUE_STOPPED:
        return "stopped"
    if _first(thing, "printer-is-accepting-jobs") is False:
        return "rejecting"
    return "busy" if _first(thing, "printer-state") == _QUEUE_BUSY else ""


def _titles() -> str:
    """How the titles of this machine's jobs begin; the number of the process that hands them in follows."""
    return f"corner-{socket.gethostname()}-"


def _is_leftover(title: str) -> bool:
    """Whether this job is of a process of ours that is no more."""
    if not title.startswith(_titles()):
        return False
    process = title.removeprefix(_titles()).partition("-")[0]
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except (OSError, ValueError, OverflowError):  # another user's, or no title of ours after all
        return False
    return False


def _user() -> str:
    """As whom `lp` hands in and who may see a job's title. CUPS runs on POSIX only."""
    import pwd

    return pwd.getpwuid(os.geteuid()).pw_name


def _first(thing: Attributes, name: str) -> str | int | bool | None:
    values = thing.get(name, ())
    return values[0] if values else None
