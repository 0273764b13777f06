"""One label once, on a real socket, whatever the printer does meanwhile."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from tests.devices.queues import PAGE, Jobs
from tests.devices.toys import TOY, ToyPrinter

from corner_app.devices.languages.zpl import ZPL, encode
from corner_app.devices.printer import Printer
from corner_app.devices.profile import Profile
from corner_app.devices.proof import Patience
from corner_app.devices.simulators.printer import PrinterSimulator
from corner_app.devices.spool import LONGEST_S, LOOK_S, Condition, Spool
from corner_app.devices.status import READY, PrinterStatus
from corner_app.devices.transports.errors import InDoubt, NotSent
from corner_app.devices.transports.file import FilePrinter
from corner_app.devices.transports.serial import SerialPrinter
from corner_app.devices.transports.tcp import TcpPrinter
from corner_app.devices.transports.transport import Enough, Transport

PROFILE = Profile(name="A printer", language="zpl", compression="hex")
HASTY = Patience(proof_s=0.2, reply_s=0.3, busy_s=2, look_s=0.02)


def zpl(transport: Transport, profile: Profile = PROFILE) -> Printer:
    return Printer(transport, ZPL, profile, answer_s=0.5)


def spool(jobs: Jobs, printer: Printer, *, unclear: bool = False) -> Spool[str]:
    return Spool(jobs, printer, jobs.on_condition, patience=HASTY, unclear=unclear)


class Desk:
    """A simulated printer on a thread, and the way to it."""

    def __init__(self, folder: Path) -> None:
        self.simulator = PrinterSimulator(folder)
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self.simulator.run, args=(self.stop,), name="printer")
        self.transport = TcpPrinter(*self.simulator.address)
        self.printer = zpl(self.transport)

    def off(self) -> None:
        self.stop.set()
        self.thread.join(10)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "paper")
    made.thread.start()
    yield made
    made.off()
    assert not made.thread.is_alive()


@pytest.fixture
def toy() -> Iterator[ToyPrinter]:
    with ToyPrinter() as made:
        yield made


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


# Proven by its count


def test_a_good_label_is_printed_and_counted(desk: Desk) -> None:
    jobs = Jobs("one", "two")
    one = spool(jobs, desk.printer)
    assert [one.print_next() for _ in range(3)] == [True, True, False]
    assert jobs.settled == [("one", "printed", "printer", ""), ("two", "printed", "printer", "")]
    assert [path.name for path in desk.simulator.printed] == ["label-0001.png", "label-0002.png"]


class _EndedMeanwhile:
    """A turn at the printer that is had only after the spool was told to end."""

    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop

    def __enter__(self) -> None:
        self._stop.set()

    def __exit__(self, *error: object) -> None:
        """Given back."""


def test_a_spool_that_was_ended_while_it_waited_for_its_turn_begins_no_label(desk: Desk) -> None:
    jobs, stop = Jobs("A"), threading.Event()
    Spool(jobs, desk.printer, jobs.on_condition, stop, HASTY, alone=_EndedMeanwhile(stop)).run(threading.Event())
    assert (jobs.settled, desk.simulator.printed) == ([], [])


def test_the_paper_shows_the_dots_and_says_simulated(desk: Desk) -> None:
    spool(Jobs("one"), desk.printer).print_next()
    with Image.open(desk.simulator.printed[0]) as sheet:
        assert sheet.info["Comment"] == "SIMULATED"
        dots = [sheet.getpixel((x, 3)) == 0 for x in range(PAGE.width)]
        assert dots == [bool(PAGE.rows[x // 8] >> (7 - x % 8) & 1) for x in range(PAGE.width)]
        assert sheet.height > PAGE.height
        assert sheet.getpixel((0, sheet.height - 1)) == 190


@pytest.mark.parametrize("fault", ["media_out", "head_open", "mute"])
def test_a_fault_leaves_the_job_queued_and_mending_prints_it(desk: Desk, fault: str) -> None:
    jobs = Jobs("one")
    one = spool(jobs, desk.printer)
    desk.simulator.faults.add(fault)
    assert not one.print_next()
    assert (jobs.queued, jobs.begun, jobs.settled, jobs.words) == (["one"], [], [], [fault])
    desk.simulator.faults.clear()
    assert one.print_next()
    assert jobs.settled == [("one", "printed", "printer", "")]
    assert len(desk.simulator.printed) == 1


@pytest.mark.parametrize("fault", ["media_out", "head_open"])
def test_a_printer_that_goes_quiet_over_a_fault_is_asked_what_is_wrong(desk: Desk, fault: str) -> None:
    jobs = Jobs("one")
    desk.simulator.faults |= {fault, "quiet_faults"}
    assert not spool(jobs, desk.printer).print_next()
    assert (jobs.queued, jobs.words) == (["one"], [fault])


def test_a_slow_label_is_waited_for(desk: Desk) -> None:
    jobs = Jobs("one")
    desk.simulator.slow_s = 0.6
    assert Spool(jobs, desk.printer, patience=replace(HASTY, proof_s=3)).print_next()
    assert jobs.settled == [("one", "printed", "printer", "")]


def test_paper_that_runs_out_under_the_label_is_in_doubt_and_says_why(desk: Desk) -> None:
    """Zebra printers keep such a label and may print it later: only a person can tell."""
    jobs = Jobs("one", before_drawing=lambda: desk.simulator.faults.update({"media_out", "quiet_faults"}))
    assert spool(jobs, desk.printer).print_next()
    assert jobs.settled == [("one", "in_doubt", "printer", "media_out")]


def test_a_printer_that_goes_mute_under_the_label_is_in_doubt(desk: Desk) -> None:
    jobs = Jobs("one", before_drawing=lambda: desk.simulator.faults.add("mute"))
    assert spool(jobs, desk.printer).print_next()
    assert jobs.settled == [("one", "in_doubt", "printer", "no_count")]
    assert len(desk.simulator.printed) == 1


def test_an_idle_printer_is_looked_at_too(desk: Desk) -> None:
    jobs = Jobs()
    desk.simulator.faults.add("head_open")
    assert not spool(jobs, desk.printer).print_next()
    assert jobs.words == ["head_open"]


def test_a_reset_within_the_label_is_in_doubt_and_not_repeated(desk: Desk) -> None:
    jobs = Jobs("one")
    one = spool(jobs, desk.printer)
    desk.simulator.reset_after = 200
    assert one.print_next()
    ((job, outcome, by, detail),) = jobs.settled
    assert (job, outcome, by) == ("one", "in_doubt", "transport")
    assert detail.startswith("reset after ")
    desk.simulator.reset_after = None
    assert not one.print_next()
    assert desk.simulator.printed == []


def test_death_after_printing_is_in_doubt(desk: Desk) -> None:
    jobs = Jobs("one", "two")
    one = spool(jobs, desk.printer)
    desk.simulator.die_after_print = True
    assert one.print_next()
    assert [entry[:2] for entry in jobs.settled] == [("one", "in_doubt")]
    assert len(desk.simulator.printed) == 1
    desk.thread.join(10)
    assert not one.print_next()
    assert (jobs.queued, jobs.words[-1]) == (["two"], "offline")


def test_two_labels_where_one_was_sent_prove_neither(toy: ToyPrinter) -> None:
    """An older label that came out late, or another PC's: which one it was, nobody knows."""
    toy.counts_at_a_label = 2
    jobs = Jobs("one")
    assert spool(jobs, toy.printer("count")).print_next()
    assert jobs.settled == [("one", "in_doubt", "printer", "counted_more")]


def test_a_count_that_rises_while_more_is_to_come_is_no_proof_yet(toy: ToyPrinter) -> None:
    """The label printed now may be the one that lay there before ours."""
    toy.kept_before = 1
    jobs = Jobs("one")
    assert spool(jobs, toy.printer("count")).print_next()
    assert jobs.settled == [("one", "in_doubt", "printer", "counted_more")]


def test_a_busy_printer_whose_proof_is_its_count_is_waited_for(toy: ToyPrinter) -> None:
    jobs = Jobs("one")
    one = spool(jobs, toy.printer("count"))
    toy.busy_looks = 1
    assert not one.print_next()
    assert (jobs.queued, jobs.conditions) == (["one"], [Condition("busy", again_s=HASTY.look_s)])
    assert one.print_next()
    assert jobs.settled == [("one", "printed", "printer", "")]


# Proven by its reply, or by its work


def test_a_printer_that_replies_to_this_very_job_has_printed_it(toy: ToyPrinter) -> None:
    jobs = Jobs("one", "two")
    one = spool(jobs, toy.printer("reply"))
    assert [one.print_next(), one.print_next()] == [True, True]
    assert [entry[1:] for entry in jobs.settled] == [("printed", "printer", "")] * 2


@pytest.mark.parametrize("said", [b"", b"done 77\n", b"done "])
def test_no_reply_or_another_jobs_is_in_doubt(toy: ToyPrinter, said: bytes) -> None:
    toy.says = said
    jobs = Jobs("one")
    assert spool(jobs, toy.printer("reply")).print_next()
    assert jobs.settled == [("one", "in_doubt", "printer", "no_reply")]


def test_a_fault_instead_of_a_reply_is_named(toy: ToyPrinter) -> None:
    toy.says, toy.works_for_looks = b"", 0
    jobs = Jobs("one", before_drawing=lambda: setattr(toy, "fault", b"media_out"))
    assert spool(jobs, toy.printer("reply")).print_next()
    assert jobs.settled == [("one", "in_doubt", "printer", "media_out")]


def test_a_printer_that_replies_takes_a_label_while_it_is_busy(toy: ToyPrinter) -> None:
    toy.busy_looks = 5
    jobs = Jobs("one")
    assert spool(jobs, toy.printer("reply")).print_next()
    assert jobs.settled == [("one", "printed", "printer", "")]


def test_seen_at_work_and_then_ready_it_has_printed(toy: ToyPrinter) -> None:
    toy.works_for_looks = 3
    jobs = Jobs("one")
    assert spool(jobs, toy.printer("busy")).print_next()
    assert jobs.settled == [("one", "printed", "printer", "")]


def test_never_seen_at_work_is_in_doubt(toy: ToyPrinter) -> None:
    toy.works_for_looks = 0
    jobs = Jobs("one")
    assert spool(jobs, toy.printer("busy")).print_next()
    assert jobs.settled == [("one", "in_doubt", "printer", "not_seen_busy")]


def test_a_fault_while_at_work_is_in_doubt(toy: ToyPrinter) -> None:
    toy.works_for_looks = 2
    jobs = Jobs("one", before_drawing=lambda: setattr(toy, "fault_after_work", b"head_open"))
    assert spool(jobs, toy.printer("busy")).print_next()
    assert jobs.settled == [("one", "in_doubt", "printer", "head_open")]


# Nothing proves it


def test_a_one_way_printer_is_always_in_doubt(desk: Desk) -> None:
    jobs = Jobs("one")
    assert spool(jobs, zpl(TcpPrinter(*desk.simulator.address, two_way=False))).print_next()
    assert jobs.settled == [("one", "in_doubt", "transport", "one_way")]


def test_a_model_that_does_not_answer_is_never_asked(toy: ToyPrinter) -> None:
    jobs = Jobs("one")
    assert spool(jobs, toy.printer("count", two_way=False)).print_next()
    assert jobs.settled == [("one", "in_doubt", "transport", "one_way")]
    assert toy.asked == []


def test_a_model_without_proof_is_in_doubt(toy: ToyPrinter) -> None:
    jobs = Jobs("one")
    assert spool(jobs, toy.printer("none")).print_next()
    assert jobs.settled == [("one", "in_doubt", "transport", "no_proof")]


def test_a_profile_that_asks_for_more_than_the_language_has_is_in_doubt(toy: ToyPrinter) -> None:
    for confirm in ("count", "reply"):
        jobs = Jobs("one")
        bare = replace(toy.printer(confirm), language=replace(TOY, count=None, replied=None))
        assert spool(jobs, bare).print_next()
        assert jobs.settled == [("one", "in_doubt", "printer", f"no_{confirm}")]


def test_a_model_whose_state_is_not_asked_prints_and_proves(toy: ToyPrinter) -> None:
    toy.works_for_looks = 0
    jobs = Jobs("one")
    assert spool(jobs, toy.printer("count", status="none")).print_next()
    assert jobs.settled == [("one", "printed", "printer", "")]
    assert b"state" not in toy.asked


# Nothing was sent


def test_refused_before_the_first_byte_waits_again_and_is_told() -> None:
    """Nothing left this machine: a label that failed would come out as a marked copy of one that never was."""
    jobs = Jobs("one")
    one = spool(jobs, zpl(TcpPrinter("127.0.0.1", closed_port(), two_way=False)))
    assert not one.print_next()
    assert (jobs.queued, jobs.begun, jobs.settled) == (["one"], [], [])
    assert jobs.conditions[-1] == Condition("offline", why="refused")
    assert not one.print_next()
    assert [(condition.word, condition.again_s) for condition in jobs.conditions] == [("ready", 5), ("offline", 5), ("offline", 10)]


def test_off_between_the_question_and_the_label_waits_again(desk: Desk) -> None:
    jobs = Jobs("one", before_drawing=desk.off)
    assert not spool(jobs, desk.printer).print_next()
    assert (jobs.queued, jobs.settled, jobs.words) == (["one"], [], ["ready", "offline"])


def test_a_printer_that_is_off_leaves_the_job_queued() -> None:
    jobs = Jobs("one")
    assert not spool(jobs, zpl(TcpPrinter("127.0.0.1", closed_port()))).print_next()
    assert (jobs.queued, jobs.conditions) == (["one"], [Condition("offline", why="refused")])
    assert not spool(jobs, zpl(SerialPrinter("/dev/no-such-port", 9600))).print_next()
    assert jobs.conditions[1:] == [Condition("offline", why="missing")]


def test_what_cannot_be_drawn_failed_and_sends_nothing(desk: Desk) -> None:
    jobs = Jobs("undrawable", "unknown")
    one = spool(jobs, desk.printer)
    assert [one.print_next(), one.print_next()] == [True, True]
    assert jobs.settled == [("undrawable", "failed", "transport", "ValueError: no such glyph"), ("unknown", "failed", "transport", "no_such_paper")]
    assert desk.simulator.printed == []


def test_files_are_whole_and_numbered(tmp_path: Path) -> None:
    jobs = Jobs("one", "two")
    assert spool(jobs, zpl(FilePrinter(tmp_path / "out"))).print_next()
    assert spool(jobs, zpl(FilePrinter(tmp_path / "out"))).print_next()
    label = encode(PAGE, PROFILE, 1)
    assert [entry[1:] for entry in jobs.settled] == [("printed", "transport", "")] * 2
    assert sorted((path.name, path.read_bytes()) for path in (tmp_path / "out").iterdir()) == [("label-000001.zpl", label), ("label-000002.zpl", label)]


def test_a_folder_that_cannot_be_written_keeps_the_label_waiting(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    jobs = Jobs("one")
    assert not spool(jobs, zpl(FilePrinter(tmp_path / "out"))).print_next()
    assert (jobs.queued, jobs.conditions[-1].why) == (["one"], "missing")


# What the printer may still hold


def test_a_copy_of_one_that_did_not_come_out_makes_the_printer_forget_that_first(toy: ToyPrinter) -> None:
    """Also while it has a fault: when that is mended, the old label would come out before the copy."""
    jobs = Jobs("again")
    jobs.copies = {"again"}
    toy.fault = b"media_out"
    one = spool(jobs, toy.printer("reply"))
    assert [one.print_next(), one.print_next()] == [False, False]
    assert toy.asked.count(b"forget") == 1
    toy.fault = b""
    assert one.print_next()
    assert toy.asked.count(b"forget") == 1


def test_one_that_waits_for_paper_may_come_out_while_others_wait(toy: ToyPrinter) -> None:
    """It is in doubt, and then in the clerk's hand; forgetting it would cost a copy."""
    toy.works_for_looks, toy.says = 0, b""
    jobs = Jobs("one", "two", before_drawing=lambda: setattr(toy, "fault", b"media_out"))
    one = spool(jobs, toy.printer("reply"))
    assert [one.print_next(), one.print_next()] == [True, False]
    assert b"forget" not in toy.asked


def test_half_a_label_is_forgotten_before_the_next(toy: ToyPrinter) -> None:
    jobs = Jobs("one", "two")
    one = spool(jobs, toy.printer("reply"))
    toy.breaks_at = 5
    assert one.print_next()
    assert jobs.settled[0][:2] == ("one", "in_doubt")
    toy.breaks_at = 0
    assert one.print_next()
    assert toy.asked[-2:] == [b"state", b"forget"]
    assert jobs.settled[1] == ("two", "printed", "printer", "")


def test_where_nothing_is_ever_proven_no_label_is_disturbed(toy: ToyPrinter) -> None:
    """Each is in doubt, and the one before may still be on its way out."""
    one = spool(Jobs("one", "two"), toy.printer("none"))
    assert [one.print_next(), one.print_next()] == [True, True]
    assert b"forget" not in toy.asked


def test_an_earlier_runs_label_is_forgotten_and_others_are_not_disturbed(toy: ToyPrinter) -> None:
    spool(Jobs("one", "two"), toy.printer("reply")).print_next()
    assert b"forget" not in toy.asked
    spool(Jobs("one"), toy.printer("reply"), unclear=True).print_next()
    assert toy.asked.count(b"forget") == 1


# The loop


def test_a_mute_printer_is_asked_ever_more_seldom_and_at_once_when_woken(toy: ToyPrinter) -> None:
    toy.mute = True
    jobs = Jobs("one")
    one = Spool(jobs, replace(toy.printer("count"), answer_s=0.01), jobs.on_condition)
    for _ in range(9):
        assert not one.print_next()
    assert [condition.again_s for condition in jobs.conditions] == [5, 10, 20, 40, 80, 160, LONGEST_S]
    assert {condition.word for condition in jobs.conditions} == {"mute"}
    toy.mute = False
    assert one.print_next()
    assert jobs.conditions[-1] == Condition("ready", again_s=LOOK_S)


def test_what_is_running_low_is_told_while_it_prints(toy: ToyPrinter) -> None:
    toy.warning = b"media_low"
    jobs = Jobs("one")
    assert spool(jobs, toy.printer("reply")).print_next()
    assert jobs.conditions == [Condition("ready", ("media_low",))]


def until(jobs: Jobs, so: Callable[[], bool]) -> None:
    with jobs.changed:
        assert jobs.changed.wait_for(so, 20)


def test_the_loop_prints_waits_and_survives_trouble(desk: Desk) -> None:
    trouble = [OSError("the book is busy")]

    class Troubled(Jobs):
        def next_job(self) -> str | None:
            if trouble:
                raise trouble.pop()
            return super().next_job()

    jobs = Troubled("one", "undrawable", "two")
    wake, stop = threading.Event(), threading.Event()
    one = Spool(jobs, desk.printer, jobs.on_condition, stop, HASTY)
    loop = threading.Thread(target=one.run, args=(wake,), name="spool")
    loop.start()
    until(jobs, lambda: "broken" in jobs.words)
    wake.set()
    until(jobs, lambda: len(jobs.settled) == 3)
    jobs.queued.append("three")
    wake.set()
    until(jobs, lambda: len(jobs.settled) == 4)
    stop.set()
    wake.set()
    loop.join(10)
    assert not loop.is_alive()
    assert [entry[1] for entry in jobs.settled] == ["printed", "failed", "printed", "printed"]
    assert jobs.words == ["broken", "ready"]


def test_a_book_too_busy_to_hear_what_became_of_a_label_hears_it_later(toy: ToyPrinter) -> None:
    class Busy(Jobs):
        busy = True

        def settle(self, job: str, outcome: str, by: str, detail: str) -> None:
            if self.busy:
                raise OSError("the book is busy")
            super().settle(job, outcome, by, detail)

    jobs = Busy("one", "two")
    one = spool(jobs, toy.printer("reply"))
    for _ in range(2):
        with pytest.raises(OSError, match="busy"):
            one.print_next()
    assert (jobs.begun, toy.labels) == (["one"], 1), "nothing else is printed meanwhile"
    jobs.busy = False
    assert one.print_next()
    assert [entry[:2] for entry in jobs.settled] == [("one", "printed"), ("two", "printed")]


def test_a_job_taken_back_meanwhile_is_not_printed(toy: ToyPrinter) -> None:
    class TakenBack(Jobs):
        def begin(self, job: str, printer: str) -> bool:
            self.queued.clear()
            return super().begin(job, printer)

    jobs = TakenBack("one")
    one = spool(jobs, toy.printer("reply"))
    assert [one.print_next(), one.print_next()] == [True, False]
    assert (toy.labels, jobs.settled) == (0, [])


def test_errors_say_what_they_know() -> None:
    assert str(InDoubt("reset", 7)) == "reset after 7 bytes"
    assert NotSent("refused").reason == "refused"


# What nobody foresaw


class Powerless:
    """A printer that is at work, goes off, and is ready when it is on again, as one without a memory is."""

    name, two_way, writes_files = "powerless", True, False

    def __init__(self, *said: PrinterStatus) -> None:
        self.said = list(said)

    def send(self, data: bytes, enough: Enough | None = None, wait_s: float = 0.0) -> bytes:
        return b""

    def ask(self, query: bytes, wait_s: float) -> bytes:
        return b""


@pytest.mark.parametrize("gone", [PrinterStatus("mute"), PrinterStatus("offline")])
def test_a_printer_that_went_off_at_work_and_is_ready_again_has_proven_nothing(gone: PrinterStatus) -> None:
    said = iter([READY, PrinterStatus("busy"), gone, READY, READY, READY])
    language = replace(TOY, status=lambda ask: next(said))
    jobs = Jobs("one")
    assert spool(jobs, Printer(Powerless(), language, Profile(name="toy", language="escpos", confirm="busy"))).print_next()
    assert jobs.settled == [("one", "in_doubt", "printer", "no_answer")]


class Faulty(Powerless):
    """A way that breaks as none should."""

    def send(self, data: bytes, enough: Enough | None = None, wait_s: float = 0.0) -> bytes:
        raise ZeroDivisionError


def test_a_fault_of_ours_leaves_one_label_in_doubt_and_eats_no_other() -> None:
    jobs = Jobs("one", "two", "three")
    at_work = spool(jobs, Printer(Faulty(), replace(TOY, status=lambda ask: READY), Profile(name="toy", language="escpos", confirm="busy")))
    assert at_work.print_next()
    assert jobs.settled == [("one", "in_doubt", "transport", "ZeroDivisionError")]
    assert not at_work.print_next()
    assert jobs.queued == ["two", "three"]
    assert jobs.conditions[-1].word == "broken"


def test_an_address_that_no_network_could_know_is_not_sent_to() -> None:
    with pytest.raises(NotSent):
        TcpPrinter("192.168.1..50", 9100).ask(b"?", 0.1)
