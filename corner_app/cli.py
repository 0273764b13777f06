"""The command line: every job of the desk, the batch, and the care of a book. Without a job it opens the window."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn

from corner_app import cli_defects, cli_jobs, simulate
from corner_app.devices_cli import commands as devices
from corner_app.domain.trouble import Trouble
from corner_app.i18n import Language, words

if TYPE_CHECKING:
    from corner_app.book.salvage import Salvaged
    from corner_app.sync.client import Machine
    from corner_app.sync.store import BookStore

DONE, NOT_GOOD, TROUBLE, UNREACHED, USAGE = 0, 1, 2, 3, 64


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code: 0 done, 1 the answer was no or a fault was found, 2 trouble, 64 wrong use."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    language = Language(asked.language)
    try:
        return int(asked.run(asked))
    except Trouble as trouble:
        print(words(f"trouble.{trouble.code}", language, **trouble.params), file=sys.stderr)
        return TROUBLE
    except BrokenPipeError:
        sys.stderr.close()
        return DONE


def now() -> int:
    """Milliseconds UTC by this machine's clock."""
    return time.time_ns() // 1_000_000


class _Parser(argparse.ArgumentParser):
    """Ends with 64 for wrong use, so that scripts can tell it from trouble."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"{self.prog}: {message}\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="corner-app", description="The parcel counter of a post office.")
    parser.add_argument("--book", type=Path, default=None, help="file of the book (default: the book of this user)")
    parser.add_argument("--language", choices=[language.value for language in Language], default=Language.EN.value)
    parser.set_defaults(run=_window, headless=False)
    jobs = parser.add_subparsers(title="commands", metavar="COMMAND")
    _book_commands(jobs)
    _report_command(jobs)
    _sync_commands(jobs)
    _carry_commands(jobs)
    _relay_commands(jobs)
    _paper_commands(jobs)
    devices.add_commands(jobs, now, _book_file)
    cli_defects.add_command(jobs, _book_file, now)
    cli_jobs.add_commands(jobs, _job)
    return parser


def _book_commands(jobs: Any) -> None:
    made = jobs.add_parser("init", help="make a new book")
    made.add_argument("--office", required=True, help="code of the office, e.g. 8500")
    made.add_argument("--counter", type=int, default=1)
    made.add_argument("--training", action="store_true", help="a practice book: watermarked, takes `now`, has three people")
    made.set_defaults(run=_init)
    batch = jobs.add_parser("batch", help="play commands, one JSON object a line")
    batch.add_argument("commands", nargs="?", type=Path, help="file of commands (default: standard input)")
    batch.set_defaults(run=_batch)
    pin = jobs.add_parser("pin", help="set the PIN with which a supervisor approves; asked for twice, or two lines of standard input")
    pin.add_argument("badge")
    pin.set_defaults(run=_pin)
    check = jobs.add_parser("verify", help="re-hash the log, rebuild everything from it, compare")
    check.add_argument("--json", action="store_true")
    check.set_defaults(run=_verify)
    again = jobs.add_parser("rebuild", help="compute all projections from the log again")
    again.set_defaults(run=_rebuild)
    copy = jobs.add_parser("backup", help="write a copy while the book may be in use")
    copy.add_argument("target", type=Path)
    copy.set_defaults(run=_backup)
    back = jobs.add_parser("restore", help="put a copy in the place of the book; the present file is set aside")
    back.add_argument("copy", type=Path)
    back.set_defaults(run=_restore)


def _report_command(jobs: Any) -> None:
    from corner_app.reports import command

    report = jobs.add_parser("report", help="a day, several or a month: a table, JSON, PDF, a workbook or CSV files")
    command.arguments(report)
    report.set_defaults(run=_report, wrong=report.error)


def _sync_commands(jobs: Any) -> None:
    enrol = jobs.add_parser("enrol", help="make this book a device of the centre, with a code of headquarters")
    peer = enrol.add_mutually_exclusive_group(required=True)
    peer.add_argument("--centre", metavar="URL")
    peer.add_argument("--relay", metavar="URL", help="the office's relay: the counter's entries reach the other counters over the LAN")
    enrol.add_argument("--code", required=True)
    enrol.add_argument("--ca", type=Path, default=None, help="PEM file of the authority that signed the centre's certificate")
    enrol.set_defaults(run=_enrol)
    sync = jobs.add_parser("sync", help="send and get until nothing is left; exits 3 when the centre could not be reached")
    sync.add_argument("--once", action="store_true", help="try once and end (the default)")
    sync.add_argument("--json", action="store_true")
    sync.set_defaults(run=_sync)


def _carry_commands(jobs: Any) -> None:
    carry = jobs.add_parser("carry", help="without a link: entries out and answers in, on a stick").add_subparsers(required=True, metavar="out|send|in")
    for name, help_, run in (
        ("out", "write what is unsent in one sealed file", _carry_out),
        ("send", "post the sealed files there through this PC's link", _carry_send),
        ("in", "take the centre's answers from there", _carry_in),
    ):
        way = carry.add_parser(name, help=help_)
        way.add_argument("folder", type=Path)
        way.add_argument("--json", action="store_true")
        way.set_defaults(run=run)


def _relay_commands(jobs: Any) -> None:
    relay = jobs.add_parser("relay", help="this PC keeps copies for the office's other counters").add_subparsers(required=True, metavar="serve|add")
    serve = relay.add_parser("serve", help="answer the counters on the LAN until ended")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8702)
    serve.set_defaults(run=_relay_serve)
    add = relay.add_parser("add", help="a one-time code with which a counter enrols at this relay")
    add.add_argument("counter", type=int)
    add.add_argument("--json", action="store_true")
    add.set_defaults(run=_relay_add)


def _paper_commands(jobs: Any) -> None:
    label = jobs.add_parser("label", help="write what a printer would get")
    label.add_argument("number")
    label.add_argument("--format", choices=("zpl", "png"), default="zpl")
    label.add_argument("--dpi", type=int, choices=(203, 300), default=203)
    label.add_argument("-o", "--output", type=Path, required=True)
    label.set_defaults(run=_label)
    demo = jobs.add_parser("demo", help="a training office with simulated scanner and printer")
    demo.add_argument("--headless", action="store_true", help="play an office day through the real windows, without a display")
    demo.add_argument("--out", type=Path, default=Path("build/demo"))
    demo.add_argument("--db", default="", metavar="URL", help="with a new centre there, a hub and a second office; `sqlite`: a file in --out")
    demo.add_argument("--bags", type=int, default=0, metavar="N", help="play only the first N bags of the day (default: all)")
    demo.set_defaults(run=_demo)
    simulated = jobs.add_parser("simulate", help="a printer, scanner, scale or drawer without the thing; not beside a production book")
    simulate.arguments(simulated)
    simulated.set_defaults(run=_simulate)
    window = jobs.add_parser("window", help="open the window (also without a command)")
    window.set_defaults(run=_window)


def _book_file(asked: argparse.Namespace) -> Path:
    if asked.book is not None:
        return Path(asked.book)
    from platformdirs import user_data_path

    return user_data_path("Corner", False) / "corner.book"


def _init(asked: argparse.Namespace) -> int:
    from corner_app.book.book import make
    from corner_app.reference import load_places

    if load_places().office(asked.office) is None:
        raise Trouble("unknown_office", office=asked.office)
    make(_book_file(asked), office=asked.office, counter=asked.counter, training=asked.training)
    return DONE


def _pin(asked: argparse.Namespace) -> int:
    from getpass import getpass

    from corner_app.desk.opening import open_book
    from corner_app.desk.people import set_pin

    def read(question: str) -> str:
        return getpass(f"{words(question, Language(asked.language))} ") if sys.stdin.isatty() else sys.stdin.readline().strip()

    first, again = read("ui.pin_new"), read("ui.pin_again")
    if first != again:
        raise Trouble("pins_differ")
    with open_book(_book_file(asked)).book as book:
        book.write(lambda tx: set_pin(tx, asked.badge, first))
    return DONE


def _batch(asked: argparse.Namespace) -> int:
    from corner_app.batch import play
    from corner_app.desk.counter import here_of, roll_of
    from corner_app.desk.opening import open_book

    opened = open_book(_book_file(asked))
    with opened.book as book:
        code = _told_of_damage(opened.salvaged, asked)
        roll = roll_of(book.place)
        here = here_of(book.place, roll.clerks[0])
        with _commands(asked.commands) as source:
            for line in play(book, here, roll, source, now):
                sys.stdout.buffer.write(line)
                sys.stdout.buffer.flush()
    return code


def _told_of_damage(salvaged: Salvaged | None, asked: argparse.Namespace) -> int:
    """Says on standard error what had to be saved first; gives the exit code that follows."""
    if salvaged is None:
        return DONE
    language = Language(asked.language)
    print(words("ui.salvaged", language), words("ui.salvaged_how", language, saved=salvaged.saved, file=salvaged.aside.name), file=sys.stderr)
    return NOT_GOOD


def _commands(file: Path | None) -> BinaryIO:
    """The file of commands, or standard input."""
    if file is None or str(file) == "-":
        return sys.stdin.buffer
    try:
        return file.open("rb")
    except OSError as error:
        raise Trouble("file_not_there" if isinstance(error, FileNotFoundError) else "file_unreadable") from error


def _job(asked: argparse.Namespace) -> int:
    from corner_app.batch import play
    from corner_app.desk.counter import here_of, roll_of
    from corner_app.desk.opening import open_book

    fields = cli_jobs.fields(asked)
    opened = open_book(_book_file(asked))
    with opened.book as book:
        code = _told_of_damage(opened.salvaged, asked)
        roll = roll_of(book.place)
        line = next(play(book, here_of(book.place, roll.clerks[0]), roll, [json.dumps(fields).encode()], now))
    answer = json.loads(line)
    print(line.decode().rstrip() if asked.json else answer["text"][asked.language])
    return NOT_GOOD if answer["tone"] == "stop" else code


def _verify(asked: argparse.Namespace) -> int:
    from corner_app.book.verify import verify

    path = _book_file(asked)
    if not path.exists():
        raise Trouble("no_book", file=path.name)
    report = verify(path)
    if asked.json:
        faults = [{"code": code, "detail": detail} for code, detail in report.faults]
        print(json.dumps({"good": report.good, "entries": report.entries, "head": report.head, "faults": faults}))
    else:
        language = Language(asked.language)
        print(words("verify.good", language, entries=report.entries) if report.good else words("verify.bad", language))
        for code, detail in report.faults:
            print(f"  {words(f'verify.{code}', language)}  {detail}")
    return DONE if report.good else NOT_GOOD


def _enrol(asked: argparse.Namespace) -> int:
    from corner_app.desk.opening import open_book
    from corner_app.sync.engine import NoAnswer
    from corner_app.sync.enrol import enrol
    from corner_app.sync.keys import make_seed
    from corner_app.sync.relay import enrol_at_relay, link_for_enrolment
    from corner_app.sync.store import BookStore

    path = _book_file(asked)
    opened = open_book(path)
    with opened.book as book:
        code = _told_of_damage(opened.salvaged, asked)
        store = BookStore(book)
        try:
            if asked.relay is not None:
                enrol_at_relay(store, book.place, make_seed(path), asked.relay, asked.code, now())
                return code
            with closing(link_for_enrolment(store, asked.centre, asked.ca)) as link:
                enrol(store, link, book.place, make_seed(path), asked.centre, asked.code, now())
            store.keep_authority(asked.ca)
        except NoAnswer as none:
            return _no_answer(none.code, asked)
        finally:
            store.close()
    return code


def _no_answer(code: str, asked: argparse.Namespace) -> int:
    """Says in words what is wrong, what is safe and what to do."""
    language = Language(asked.language)
    what = "clock_wrong_some" if code == "clock_wrong" else code  # nobody told by how much
    print(*(words(key, language) for key in (f"sync.{what}", f"sync.{code}_safe", f"sync.{code}_do")), sep="\n", file=sys.stderr)
    return UNREACHED


def _sync(asked: argparse.Namespace) -> int:
    from corner_app.sync.relay import sync_with_centre, sync_with_relay

    def work(store: BookStore, machine: Machine) -> int:
        relay, told = sync_with_relay(store, machine), sync_with_centre(store, machine)
        if asked.json:
            said: dict[str, Any] = {"sent": told.sent, "received": told.received, "unsent": told.unsent, "acked": told.unsent == 0 and not told.why}
            said |= {"bytes_up": told.up, "bytes_down": told.down} | ({"why": told.why} if told.why else {})
            print(json.dumps(said | ({"relay": dataclasses.asdict(relay)} if relay is not None else {})))
        elif not told.why:
            print(words("link.synced", Language(asked.language), sent=told.sent, received=told.received, unsent=told.unsent))
        if relay is not None and relay.why:
            _no_answer(relay.why, asked)
        if told.why:
            return _no_answer(told.why, asked)
        return DONE if told.unsent == 0 else NOT_GOOD

    return _with_store(asked, work)


def _with_store(asked: argparse.Namespace, work: Callable[[BookStore, Machine], int]) -> int:
    """Work of the sync on the open book; what it could not do is told in words."""
    from corner_app.desk.opening import open_book
    from corner_app.sync.engine import NoAnswer
    from corner_app.sync.relay import is_enrolled
    from corner_app.sync.store import BookStore, machine_of

    path = _book_file(asked)
    opened = open_book(path)
    with opened.book as book:
        _told_of_damage(opened.salvaged, asked)
        store = BookStore(book)
        try:
            if not is_enrolled(store):
                raise Trouble("not_enrolled")
            return work(store, machine_of(store, path, now))
        except NoAnswer as none:
            return _no_answer(none.code, asked)
        finally:
            store.close()


def _relay() -> Any:
    """What a relay needs is not installed on every counter."""
    try:
        from corner_app import relay
    except ModuleNotFoundError as error:
        raise Trouble("no_server_part", part=error.name or "") from error
    return relay


def _relay_serve(asked: argparse.Namespace) -> int:
    _relay().serve(_book_file(asked), asked.host, asked.port, now)
    return DONE


def _relay_add(asked: argparse.Namespace) -> int:
    code = _relay().add(_book_file(asked), asked.counter, now())
    print(json.dumps({"counter": asked.counter, "code": code}) if asked.json else code)
    return DONE


def _carry_out(asked: argparse.Namespace) -> int:
    from corner_app.sync.carry import carry_out

    def work(store: BookStore, machine: Machine) -> int:
        written = carry_out(store, machine, asked.folder)
        said = {"file": written.file.name, "entries": written.entries, "left": written.left, "bytes": written.size}
        print(json.dumps(said) if asked.json else words("link.carried_out", Language(asked.language), **said))
        return DONE if written.left == 0 else NOT_GOOD

    return _with_store(asked, work)


def _carry_send(asked: argparse.Namespace) -> int:
    from corner_app.sync.carry import carry_send
    from corner_app.sync.relay import link_to_centre

    def work(store: BookStore, machine: Machine) -> int:
        with closing(link_to_centre(store)) as link:
            done = carry_send(link, asked.folder)
        if asked.json:
            print(json.dumps({"files": [{"file": file, "why": code} if code else {"file": file} for file, code in done]}))
        for file, code in done if not asked.json else ():
            print(file, words(f"sync.{code}" if code else "link.answered", Language(asked.language)))
        return NOT_GOOD if any(code for _, code in done) else DONE

    return _with_store(asked, work)


def _carry_in(asked: argparse.Namespace) -> int:
    from corner_app.sync.carry import carry_in

    def work(store: BookStore, machine: Machine) -> int:
        told = carry_in(store, machine, asked.folder)
        said = {"replies": told.replies, "new": told.new, "others": told.others, "sent": told.sent, "received": told.received}
        print(json.dumps(said | {"why": told.codes}) if asked.json else words("link.carried_in", Language(asked.language), **said))
        for code in told.codes:
            _no_answer(code, asked)
        return NOT_GOOD if told.codes else DONE

    return _with_store(asked, work)


def _rebuild(asked: argparse.Namespace) -> int:
    from corner_app.desk.opening import open_book

    opened = open_book(_book_file(asked))
    with opened.book as book:
        book.rebuild()
        return _told_of_damage(opened.salvaged, asked)


def _backup(asked: argparse.Namespace) -> int:
    from corner_app.book.backup import backup

    backup(_book_file(asked), asked.target)
    return DONE


def _restore(asked: argparse.Namespace) -> int:
    from corner_app.book.lock import Lock
    from corner_app.book.restore import restore

    path = _book_file(asked)
    lock = Lock(path)
    try:
        aside = restore(asked.copy, path)
    finally:
        lock.release()
    if aside is not None:
        print(words("restore.aside", Language(asked.language), file=aside.name))
    return DONE


def _report(asked: argparse.Namespace) -> int:
    from corner_app.book.book import Reader
    from corner_app.book.lineage import read_place
    from corner_app.desk.counter import here_of, roll_of
    from corner_app.reports import command

    path = _book_file(asked)
    if not path.exists():
        raise Trouble("no_book", file=path.name)
    try:
        first, last = command.span(asked.date, asked.to, now())
    except ValueError as error:
        asked.wrong(str(error))
    wanted = command.Asked(first, last, asked.pdf, asked.searchable, asked.xlsx, asked.csv, asked.json, asked.details)
    _kept = _painter() if asked.pdf is not None else None
    with closing(Reader(path)) as reader:
        place = reader.read(read_place)
        roll = roll_of(place)
        good = command.run(reader, here_of(place, roll.clerks[0], now()), roll, wanted, Language(asked.language))
    return DONE if good else NOT_GOOD


def _painter() -> Any:
    """What shapes letters on a page; it needs no screen."""
    from PySide6.QtGui import QGuiApplication

    if "DISPLAY" not in os.environ and "WAYLAND_DISPLAY" not in os.environ and sys.platform != "win32":
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    return QGuiApplication.instance() or QGuiApplication(sys.argv[:1])


def _label(asked: argparse.Namespace) -> int:
    from corner_app.app import write_label

    write_label(_book_file(asked), asked.number, asked.format, asked.dpi, asked.output)
    return DONE


def _demo(asked: argparse.Namespace) -> int:
    from corner_app.demo.run import run_demo

    return run_demo(asked.out, headless=asked.headless, database=asked.db, bags=asked.bags)


def _simulate(asked: argparse.Namespace) -> int:
    return simulate.simulate(asked, _book_file(asked))


def _window(asked: argparse.Namespace) -> int:
    from corner_app.app import run_window

    return run_window(_book_file(asked))
