"""The desk as the window reaches it: commands to the writer's thread, questions to the readers' pool, values back over the bridge."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from corner_app import evidence
from corner_app.book.book import Book, Reader
from corner_app.book.database import Rows, Tx
from corner_app.book.writer import Writer
from corner_app.desk import attention, bags, behind, close, handover, jobs, my_day, pouch, printing, scans, search, session, sort, status, sync
from corner_app.desk import commands as c
from corner_app.desk.counter import here_of, roll_of
from corner_app.desk.opening import open_book
from corner_app.desk.views import AttentionLine, PrinterView
from corner_app.domain.here import Clerk, Here
from corner_app.domain.outcome import Outcome, Tone
from corner_app.domain.papers import Role
from corner_app.domain.roll import Roll
from corner_app.domain.trouble import Trouble
from corner_app.i18n import Language, local
from corner_app.sync.background import Background, RelayBackground

if TYPE_CHECKING:
    from corner_app.devices.printer import Printer
    from corner_app.devices.spool import Condition
    from corner_app.reports.figures import Names, Report
    from corner_app.sync.client import Machine
    from corner_app.sync.store import WriterStore

_log = logging.getLogger(__name__)


class Post(Protocol):
    """The bridge's one verb."""

    def post(self, work: Callable[[], None]) -> None:
        """Runs work on the window's thread."""


class Wake(Protocol):
    """What makes the spools look: an Event, or several."""

    def set(self) -> None:
        """There is something to do."""


@dataclass(frozen=True, slots=True)
class Place:
    """What the frame shows of the counter."""

    office_name: tuple[str, str]
    postcode: str
    counter: int
    training: bool
    clerk: Clerk


class Desk:
    """Implements `ui.bridge.DeskPort`. Made on the writer's thread; `do` and `ask` may be called from the window's."""

    def __init__(self, path: Path, bridge: Post, clock: Callable[[], int], wake: Wake, *, gives_receipts: bool = False) -> None:
        self._path, self._bridge, self._clock, self._wake, self._gives_receipts = path, bridge, clock, wake, gives_receipts
        self._salvaged: tuple[int, str] | None = None
        self._here: Here | None = None
        self._roll = Roll(())
        self.writer = Writer(self._open)
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="reader")
        self._local = threading.local()
        self._readers: list[Reader] = []
        self.printers: dict[Role, PrinterView] = {}
        self.on_clerk: Callable[[Clerk], None] = _nobody
        self.watch: Callable[[str, Any], None] = _unwatched
        self.on_failed: Callable[[str], None] = _unsaid
        self.on_changed: Callable[[], None] = _unchanged
        self.on_drawer: Callable[[str, str], None] = _no_drawer
        self.background = Background(self.writer, path, clock, self._changed)
        self.relay = RelayBackground(self.writer, path, clock, self._changed)
        self._change_told = threading.Event()

    def _open(self) -> Book:
        opened = open_book(self._path)
        if opened.salvaged is not None:
            self._salvaged = (opened.salvaged.saved, opened.salvaged.aside.name)
        self._roll = roll_of(opened.book.place)
        self._here = replace(here_of(opened.book.place, self._roll.clerks[0]), gives_receipts=self._gives_receipts)
        return opened.book

    def begin(self) -> Future[session.Beginning]:
        """Opens the stay; asked before the book is open, answered when it is."""
        future: Future[session.Beginning] = Future()

        def started(opened: Future[Book]) -> None:
            error = opened.exception()
            if error is not None:
                future.set_exception(error)

        self.writer.opened.add_done_callback(started)
        asked = self.writer.do(lambda tx: replace(session.begin(tx, self._clock()), salvaged=self._salvaged))
        asked.add_done_callback(lambda done: future.set_result(done.result()) if done.exception() is None else future.set_exception(done.exception()))
        return future

    def end(self) -> None:
        """Closes the stay and the threads."""
        if self._here is not None:
            self.writer.do(session.end)
        self.writer.stop()
        self._pool.shutdown(wait=True)
        for reader in self._readers:
            reader.close()

    def gives_receipts(self, on: bool) -> None:
        """Whether a receipt printer stands here from now on."""
        self._gives_receipts = on
        if self._here is not None:
            self._here = replace(self._here, gives_receipts=on)

    @property
    def here(self) -> Place:
        """Where this is."""
        here = self._counter()
        office = here.places.office(here.postcode)
        names = (f"{office.name_bn} ডাকঘর", f"{office.name_en} Post Office") if office else (here.office, here.office)
        return Place(names, here.postcode, here.counter, here.training, here.clerk)

    def _counter(self) -> Here:
        if self._here is None:
            raise Trouble("no_book", file=self._path.name)
        return replace(self._here, now=self._clock())

    # Commands

    def do(self, command: c.AnyCommand, then: Callable[[Outcome], None], op: str | None = None) -> None:
        """Does a job; see DeskPort."""
        here = self._counter()

        def job(tx: Tx) -> Outcome:
            outcome = jobs.run(tx, here, command, op)
            session.follow(tx, outcome)
            return outcome

        self.writer.do(job).add_done_callback(lambda future: self._answer(future, then, here.clerk.badge))

    def _answer(self, future: Future[Outcome], then: Callable[[Outcome], None], who: str) -> None:
        error = future.exception()
        outcome = future.result() if error is None else self._failure(error)
        if outcome.print_jobs:
            self._wake.set()
        if outcome.entries:
            self.was_written()
        self._deliver("answer", outcome, then)
        if (reason := opens_drawer(outcome)) is not None:
            self.on_drawer(reason, who)  # after the answer is on its way: that the drawer stayed shut is said last, and so stays to be read

    def _deliver(self, what: str, value: Any, then: Callable[[Any], None]) -> None:
        """Hands a value to the window's thread, and tells whoever watches (the demo) that it was shown."""

        def shown() -> None:
            then(value)
            self.watch(what, value)

        self._bridge.post(shown)

    def _failure(self, error: BaseException) -> Outcome:
        if isinstance(error, Trouble):
            return Outcome(Tone.STOP, error.code, data=dict(error.params))
        _log.error("a job failed", exc_info=error)
        return Outcome(Tone.STOP, "bug")

    def dispute(self, command: c.Dispute, then: Callable[[Outcome], None]) -> None:
        """Writes a dispute, then its evidence into the command's file, on another thread; see DeskPort."""
        here = self._counter()

        def written(outcome: Outcome) -> None:
            if outcome.code != "disputed" or command.file is None:
                then(outcome)
                return
            asked = self._pool.submit(evidence.write, self._path, here, outcome.data["date"], Path(command.file), evidence.about(here, outcome, command.reason))
            asked.add_done_callback(lambda done: self._bridge.post(lambda: then(_told(outcome, done.exception()))))

        self.do(command, written)

    def report(self, date: str, to: str, told: Callable[[int, int], None], then: Callable[[Report, Names], None]) -> Callable[[], None]:
        """Reads a report on a reader's thread; see DeskPort."""
        from corner_app.reports import day, names

        here, over = self._counter(), threading.Event()

        def question(rows: Rows) -> tuple[Report, Names]:
            report = day.read(rows, here, date, to, lambda done, of: self._bridge.post(lambda: told(done, of)), over.is_set)
            return report, names.read(rows, here, self._roll, report)

        def read(done: Future[tuple[Report, Names]]) -> None:
            if not isinstance(done.exception(), day.Stopped):
                self._told("report", done, lambda found: then(*found))

        self._pool.submit(lambda: self._reader().read(question)).add_done_callback(read)
        return over.set

    def write_report(self, report: Report, names: Names, form: str, target: str, language: Language, then: Callable[[str], None]) -> None:
        """Writes a report on a reader's thread; see DeskPort."""

        def write() -> None:
            from corner_app.reports import csv, data, pdf, xlsx

            match form:
                case "pdf":
                    pdf.write(report, Path(target), language, names, data.exact(report))
                case "xlsx":
                    xlsx.write(report, Path(target), language, names)
                case _:
                    csv.write(report, Path(target), language, names)

        def written(done: Future[None]) -> None:
            error = done.exception()
            if error is not None and not isinstance(error, Trouble):
                _log.error("the report was not written", exc_info=error)
            self._bridge.post(lambda: then("" if error is None else error.code if isinstance(error, Trouble) else "bug"))

        self._pool.submit(write).add_done_callback(written)

    def moved(self, screen: str, bag: str) -> None:
        """Notes where the clerk is."""
        self.writer.do(lambda tx: session.move(tx, screen, bag)).add_done_callback(self._went_well)

    def sign_in(self, badge: str, then: Callable[[bool], None]) -> None:
        """Another clerk takes over, once that stands in the book."""
        clerk = self._roll.find(badge)
        if clerk is None:
            self._bridge.post(lambda: then(False))
            return
        here = replace(self._counter(), clerk=clerk)
        asked = self.writer.do(lambda tx: session.sign_in(tx, here))
        asked.add_done_callback(lambda done: self._bridge.post(lambda: self._signed_in(done, clerk, then)))

    def _signed_in(self, done: Future[None], clerk: Clerk, then: Callable[[bool], None]) -> None:
        well = self._went_well(done)
        if well and self._here is not None:
            self.was_written()
            self._here = replace(self._here, clerk=clerk)
            self.on_clerk(clerk)
        then(well)

    def _went_well(self, done: Future[Any]) -> bool:
        """Whether what was asked stands in the book; if not, the log says why."""
        error = done.exception()
        if error is not None:
            _log.error("a note was not written", exc_info=error)
        return error is None

    # The centre

    def was_written(self) -> None:
        """Something was committed that centre and relay should hear of."""
        self.background.written()
        self.relay.written()

    def sync_now(self) -> None:
        """Tries the centre and the relay at once, on threads of their own."""
        self.background.now()
        self.relay.now()

    def sync_stop(self) -> None:
        """Stops after the round that is on its way; what was sent stays sent."""
        self.background.hold()
        self.relay.hold()

    def enrol(self, url: str, code: str, then: Callable[[str], None]) -> None:
        """Makes this book a device of the centre; what became of it comes later."""
        self.background.enrol(url, code, lambda trouble: self._bridge.post(lambda: then(trouble)))

    def seen(self, line: AttentionLine, then: Callable[[], None]) -> None:
        """A clerk has read what the centre said of an entry."""
        asked = self.writer.do(lambda tx: attention.seen(tx, line.device, line.epoch, line.seq))
        asked.add_done_callback(lambda done: self._noted(done, then))

    def _noted(self, done: Future[None], then: Callable[[], None]) -> None:
        self._went_well(done)
        self._bridge.post(then)

    def _changed(self) -> None:
        """Told by the sync's thread: one word to the window is enough, however much came meanwhile."""
        if not self._change_told.is_set():
            self._change_told.set()
            self._bridge.post(self._tell_changed)

    def _tell_changed(self) -> None:
        self._change_told.clear()
        self.on_changed()

    def carry_out(self, folder: str, then: Callable[[str], None]) -> None:
        """Writes what is unsent in one sealed file there; "" when it was read back, else the code of what stood in the way."""

        def work(store: WriterStore, machine: Machine) -> str:
            from corner_app.sync.carry import carry_out

            carry_out(store, machine, Path(folder))
            return ""

        self._carry(work, then)

    def carry_in(self, folder: str, then: Callable[[str], None]) -> None:
        """Takes the centre's answers from there; "" when all were taken, else the code of the first that was not."""

        def work(store: WriterStore, machine: Machine) -> str:
            from corner_app.sync.carry import carry_in

            return next(iter(carry_in(store, machine, Path(folder)).codes), "")

        self._carry(work, then)

    def _carry(self, work: Callable[[WriterStore, Machine], str], then: Callable[[str], None]) -> None:
        def run() -> str:
            from corner_app.sync.engine import NoAnswer
            from corner_app.sync.store import WriterStore, machine_of

            store = WriterStore(self.writer, self._path)
            try:
                return work(store, machine_of(store, self._path, self._clock))
            except (NoAnswer, Trouble) as trouble:
                return trouble.code
            finally:
                store.close()
                self._changed()

        asked = self._pool.submit(run)
        asked.add_done_callback(lambda done: self._bridge.post(lambda: then("disk" if done.exception() else done.result())))

    def verify_book(self, then: Callable[[str], None]) -> None:
        """Checks the whole book on a reader's thread."""
        from corner_app.book.verify import verify

        checked = self._pool.submit(lambda: "" if verify(self._path).good else "not_verified")
        checked.add_done_callback(lambda done: self._bridge.post(lambda: then("disk" if done.exception() else done.result())))

    def answer_print(self, job: int, in_hand: bool, then: Callable[[], None]) -> None:
        """The clerk's word about a label in doubt; the queue then shows what the book holds, also when it could not be written."""
        here = self._counter()
        asked = self.writer.do(lambda tx: printing.answer(tx, here, job, in_hand=in_hand))
        asked.add_done_callback(lambda done: self._print_answered(done, then))

    def scan_print(self, job: int, scan: str, then: Callable[[], None]) -> None:
        """The label in doubt, or another, was scanned while the clerk was asked for it."""
        here = self._counter()
        asked = self.writer.do(lambda tx: printing.scanned(tx, here, job, scan))
        asked.add_done_callback(lambda done: self._print_answered(done, then))

    def _print_answered(self, done: Future[Any], then: Callable[[], None]) -> None:
        if self._went_well(done):
            self._wake.set()
            self.was_written()
        self._bridge.post(then)

    # Questions

    def ask(self, question: str, argument: object, then: Callable[[Any], None]) -> None:
        """Reads on another thread; see DeskPort."""
        answer = self._questions()[question]
        here = self._counter()
        future = self._pool.submit(lambda: self._reader().read(lambda rows: answer(rows, here, argument)))
        future.add_done_callback(lambda done: self._told(question, done, then))

    def _told(self, question: str, done: Future[Any], then: Callable[[Any], None]) -> None:
        if done.cancelled():
            return
        error = done.exception()
        if error is not None:
            _log.error("the question %s failed", question, exc_info=error)
            code = error.code if isinstance(error, Trouble) else "unread"
            self._bridge.post(lambda: self.on_failed(code))
            return
        self._deliver(question, done.result(), then)

    def _reader(self) -> Reader:
        if not hasattr(self._local, "reader"):
            self._local.reader = Reader(self._path)
            self._readers.append(self._local.reader)
        reader: Reader = self._local.reader
        return reader

    def _questions(self) -> dict[str, Callable[[Rows, Here, Any], Any]]:
        return {
            "bag": lambda rows, here, bag: bags.progress(rows, bag),
            "last_scans": lambda rows, here, limit: scans.last(rows, limit),
            "bins": lambda rows, here, _: sort.bins(rows, here),
            "find": lambda rows, here, text: search.find_marked(rows, text),
            "at_centre": lambda rows, here, items: search.at_centre(rows, items),
            "view": lambda rows, here, item: search.view(rows, here, self._roll, item),
            "waiting": lambda rows, here, scan: handover.waiting(rows, here, scan),
            "header": lambda rows, here, _: status.header(rows, self.background.progress),
            "drawer": lambda rows, here, _: status.drawer(rows, here),
            "close": lambda rows, here, _: close.view(rows, here),
            "cash": lambda rows, here, date: my_day.lines(rows, here, date),
            "behind": lambda rows, here, ids: behind.lines(rows, ids),
            "disputes": lambda rows, here, _: behind.disputes(rows, here),
            "pouch": lambda rows, here, seal: pouch.view(rows, seal),
            "today": lambda rows, here, _: status.today(rows, here, day_start(here.now)),
            "sync": lambda rows, here, _: sync.view(rows, self.background.progress, day_start(here.now), here.now),
            "prints": lambda rows, here, _: printing.queue(rows, 12),
            "print_counts": lambda rows, here, _: printing.counts(rows, day_start(here.now)),
            "printers": lambda rows, here, _: tuple(self.printers.values()),
        }

    # Printers

    def printer_is(self, role: Role, printer: Printer, condition: Condition) -> None:
        """A spool tells how its printer is; told on the window's thread."""
        before = self.printers.get(role)
        heard_at = 0
        if condition.word in _SILENT and before is not None:
            heard_at = before.heard_at if before.word in _SILENT else self._clock()
        view = PrinterView(
            role, printer.profile.name, printer.name, condition.word, condition.warnings, condition.why, round(condition.again_s), heard_at
        )  # fmt: skip
        if before is None or (before.word, before.why) != (view.word, view.why):
            _log.info("%s printer %s is %s %s", role, view.model, view.word, view.why)
        self.printers = {**self.printers, role: view}

    def look_at_printers(self) -> None:
        """The clerk has mended something: every spool looks now."""
        self._wake.set()


_SILENT = ("mute", "offline", "broken")


def opens_drawer(outcome: Outcome) -> str | None:
    """Why the cash drawer is to be opened after this commit, as `devices.drawer` takes it: once, for cash that was taken or for a clerk's reason."""
    if outcome.repeated:
        return None
    match outcome.code:
        case "handed_over" if int(outcome.data["collected"]):
            return f"posting:{outcome.data['receipt']}"
        case "paid_in" | "paid_out" | "transferred":
            return f"posting:{outcome.data['slip']}"
        case "pouch_sent" | "pouch_received":
            return f"posting:{outcome.data['pouch']}"
        case "reversed" | "counted" | "day_closed":
            return f"posting:{outcome.entries[0]}"
        case "drawer_asked":
            return str(outcome.data["reason"])
    return None


def _told(outcome: Outcome, error: BaseException | None) -> Outcome:
    """The answer after its evidence was written, or with why it was not: the dispute stands all the same."""
    if error is None:
        return outcome
    if not isinstance(error, Trouble):
        _log.error("the evidence was not written", exc_info=error)
    code = error.code if isinstance(error, Trouble) else "bug"
    return replace(outcome, tone=Tone.LOOK, data={**outcome.data, "file": None, "why": code})


def is_training(path: Path) -> bool:
    """Whether a book is for training; where none lies nothing can be mixed up. Raises Trouble for one that cannot be read."""
    from corner_app.book.lineage import read_place

    if not path.exists():
        return True
    reader = Reader(path)
    try:
        return reader.read(read_place).training
    finally:
        reader.close()


def day_start(now: int) -> int:
    """Midnight in Dhaka of the day a moment lies on, ms UTC."""
    return round(local(now).replace(hour=0, minute=0, second=0, microsecond=0).timestamp() * 1000)


def _no_drawer(reason: str, who: str) -> None:
    """No cash drawer hangs here."""


def _unsaid(code: str) -> None:
    """No window says yet what could not be read."""


def _unchanged() -> None:
    """No window shows yet what came."""


def _unwatched(what: str, value: Any) -> None:
    """Nobody watches."""


def _nobody(clerk: Clerk) -> None:
    """No window shows the clerk yet."""
