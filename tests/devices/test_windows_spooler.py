"""A printer behind Windows's spooler, as Microsoft documents it: the calls and structures, and what is made of each state of a job.

The spooler here is a double that fills in the same structures by the same rules; no Windows PC was at hand.
"""

from __future__ import annotations

import ctypes
import os
import socket
import sys
from collections.abc import Callable
from ctypes import c_char, c_void_p
from typing import Any

import pytest

from corner_app.devices.transports.errors import InDoubt, NotSent
from corner_app.devices.transports.windows import WindowsPrinter, job_words, queue_trouble
from corner_app.devices.transports.winspool import JobInfo, PrinterInfo, PrinterName, Queue, SpoolerTrouble, Winspool, system_spooler

LABEL = b"^XA" + bytes(range(256)) * 600 + b"^XZ"
SPOOLING, PRINTING, PRINTED, ERROR, OFFLINE, PAPEROUT, PAUSED, DELETING, RESTART = 0x8, 0x10, 0x80, 0x2, 0x20, 0x40, 0x1, 0x4, 0x800
GONE = -1
DEAD, ALIVE = 4711, os.getpid()


class Spooler:
    """winspool.drv and kernel32 with one queue, "Zebra". jobs: number -> (title, what its status is at each look, the last for ever)."""

    def __init__(self, *looks: int) -> None:
        self.looks = list(looks) or [SPOOLING, PRINTING, GONE]
        self.queue = PrinterInfo()
        self.jobs: dict[int, tuple[str, list[int]]] = {}
        self.written = b""
        self.calls: list[str] = []
        self.fails: dict[str, int] = {}
        self.fails_after = 1 << 30
        self.stubborn = False
        self.error = 0
        self._held: list[Any] = []

    def _fail(self, code: int) -> int:
        self.error = code
        return 0

    def __getattr__(self, call: str) -> Callable[..., int]:
        work = getattr(type(self), f"do_{call}")

        def called(*given: Any) -> int:
            self.calls.append(call)
            if call in self.fails:
                return self._fail(self.fails[call])
            return int(work(self, *given))

        return called

    def _fill(self, room: Any, size: int, needed: Any, filled: list[Any]) -> int:
        """As every call of the kind: says how much it needs, and fills in only when there is so much room."""
        whole = sum(ctypes.sizeof(one) for one in filled)
        needed._obj.value = whole
        if room is None or size < whole:
            return self._fail(122)
        self._held += filled
        place = 0
        for one in filled:
            ctypes.memmove(ctypes.addressof(room) + place, ctypes.addressof(one), ctypes.sizeof(one))
            place += ctypes.sizeof(one)
        return 1

    def do_OpenPrinterW(self, name: str, handle: Any, defaults: None) -> int:
        if name != "Zebra":
            return self._fail(1801)
        handle._obj.value = 77
        return 1

    def do_ClosePrinter(self, handle: c_void_p) -> int:
        return 1

    def do_EnumPrintersW(self, flags: int, name: None, level: int, room: Any, size: int, needed: Any, count: Any) -> int:
        assert (flags, level) == (6, 4)
        count._obj.value = 2
        return self._fill(room, size, needed, [PrinterName("Zebra", None, 0x40), PrinterName("\\\\server\\QL", "\\\\server", 0x10)])

    def do_GetPrinterW(self, handle: c_void_p, level: int, room: Any, size: int, needed: Any) -> int:
        assert (handle.value, level) == (77, 2)
        self.queue.jobs = len(self.jobs)
        return self._fill(room, size, needed, [self.queue])

    def do_EnumJobsW(self, handle: c_void_p, first: int, most: int, level: int, room: Any, size: int, needed: Any, count: Any) -> int:
        found = [JobInfo(number=number, title=title, status=looks[0]) for number, (title, looks) in self.jobs.items()]
        count._obj.value = len(found)
        return self._fill(room, size, needed, found) if found else 1

    def do_StartDocPrinterW(self, handle: c_void_p, level: int, doc: Any) -> int:
        assert (level, doc._obj.file, doc._obj.datatype) == (1, None, "RAW")
        self.jobs[9] = (doc._obj.title, self.looks)
        return 9

    def do_StartPagePrinter(self, handle: c_void_p) -> int:
        return 1

    def do_WritePrinter(self, handle: c_void_p, data: bytes, size: int, taken: Any) -> int:
        assert size == len(data)
        room = min(self.fails_after - len(self.written), 50_000, size)
        self.written += data[:room]
        taken._obj.value = room
        return 1 if room == min(size, 50_000) else self._fail(112)

    def do_EndPagePrinter(self, handle: c_void_p) -> int:
        return 1

    def do_EndDocPrinter(self, handle: c_void_p) -> int:
        return 1

    def do_AbortPrinter(self, handle: c_void_p) -> int:
        self.jobs.pop(9, None)
        return 1

    def do_GetJobW(self, handle: c_void_p, number: int, level: int, room: Any, size: int, needed: Any) -> int:
        title, looks = self.jobs.get(number, ("", [GONE]))
        if looks[0] == GONE:
            self.jobs.pop(number, None)
            return self._fail(87)
        info = JobInfo(number=number, title=title, status=looks[0])
        if room is not None and len(looks) > 1:
            looks.pop(0)
        return self._fill(room, size, needed, [info])

    def do_SetJobW(self, handle: c_void_p, number: int, level: int, info: None, command: int) -> int:
        assert (level, info, command) == (0, None, 5)
        if self.stubborn:
            self.jobs[number][1][:] = [DELETING, DELETING, DELETING, GONE]
        else:
            self.jobs.pop(number)
        return 1

    def do_OpenProcess(self, access: int, inherit: int, process: int) -> int:
        return 5 if process == ALIVE else 0

    def do_GetExitCodeProcess(self, handle: c_void_p, code: Any) -> int:
        code._obj.value = 259
        return 1

    def do_CloseHandle(self, handle: c_void_p) -> int:
        return 1


def printer(spooler: Spooler, follow_s: float = 5.0, name: str = "Zebra") -> WindowsPrinter:
    return WindowsPrinter(name, follow_s, lambda: Winspool(spooler, spooler, lambda: spooler.error))


def test_the_structures_have_the_sizes_that_windows_gives_them() -> None:
    assert [ctypes.sizeof(kind) for kind in (JobInfo, PrinterInfo, PrinterName)] == [96, 136, 24], "64 bits"
    assert (JobInfo.title.offset, JobInfo.status.offset, PrinterInfo.status.offset) == (32, 56, 124)


def test_a_label_is_handed_over_raw_and_whole_and_followed_until_it_is_gone() -> None:
    spooler = Spooler()
    assert printer(spooler).send(LABEL) == b""
    assert spooler.written == LABEL
    order = [call for call in spooler.calls if call not in ("GetJobW", "GetPrinterW", "EnumJobsW", "WritePrinter")]
    assert order == ["OpenPrinterW", "StartDocPrinterW", "StartPagePrinter", "EndPagePrinter", "EndDocPrinter", "ClosePrinter"]


@pytest.mark.parametrize("done", [PRINTED, 0x1000, PRINTED | 0x2000])
def test_a_job_that_is_kept_after_printing_is_done(done: int) -> None:
    assert printer(Spooler(SPOOLING, PRINTING, done)).send(LABEL) == b""


def test_a_queue_never_counts_as_heard() -> None:
    made = printer(Spooler())
    assert (made.name, made.two_way, made.writes_files, made.ask(b"~HS", 1)) == ("windows:Zebra", False, False, b"")


@pytest.mark.parametrize(
    ("status", "word"),
    [(ERROR | PRINTING, "error"), (PAPEROUT | ERROR, "media_out"), (OFFLINE, "offline"), (PAUSED, "held"), (PRINTING, "timeout"), (0, "timeout")],
)
def test_a_job_that_is_stuck_is_deleted_and_in_doubt(status: int, word: str) -> None:
    spooler = Spooler(SPOOLING, status)
    with pytest.raises(InDoubt) as doubt:
        printer(spooler, follow_s=0.1).send(LABEL)
    assert (doubt.value.reason, doubt.value.sent) == (word, len(LABEL))
    assert spooler.jobs == {}, "it would come out when the printer is on again"


def test_a_job_that_goes_only_after_a_while_is_waited_for() -> None:
    spooler = Spooler(PRINTING)
    spooler.stubborn = True
    with pytest.raises(InDoubt, match="timeout"):
        printer(spooler, follow_s=0.1).send(LABEL)
    assert spooler.jobs == {}


def test_paper_that_is_put_in_while_the_job_waits_lets_it_go_on() -> None:
    assert printer(Spooler(SPOOLING, PAPEROUT, PRINTING, GONE)).send(LABEL) == b""


def test_a_job_somebody_deletes_or_starts_anew_is_in_doubt() -> None:
    with pytest.raises(InDoubt, match="cancelled"):
        printer(Spooler(PRINTING, PRINTING | DELETING)).send(LABEL)
    anew = Spooler(PRINTING, RESTART | PRINTING)
    with pytest.raises(InDoubt, match="restarted"):
        printer(anew).send(LABEL)
    assert anew.jobs == {}


@pytest.mark.parametrize(
    ("call", "code", "word"),
    [
        ("OpenPrinterW", 1801, "missing"), ("OpenPrinterW", 5, "denied"), ("OpenPrinterW", 1722, "missing"), ("GetPrinterW", 5, "denied"),
        ("EnumJobsW", 1, ""), ("StartDocPrinterW", 1804, "rejecting"), ("StartDocPrinterW", 5, "denied"), ("StartPagePrinter", 112, "full"),
        ("WritePrinter", 112, "full"), ("WritePrinter", 6, "refused"),
    ],
)  # fmt: skip
def test_what_fails_before_the_spooler_took_a_byte_was_not_sent(call: str, code: int, word: str) -> None:
    spooler = Spooler()
    spooler.fails[call] = code
    if not word:
        assert printer(spooler).send(LABEL) == b"", "no list of jobs is no reason not to print"
        return
    with pytest.raises(NotSent, match=word):
        printer(spooler).send(LABEL)
    assert spooler.written == b""
    assert spooler.jobs == {}


def test_a_spooler_that_takes_a_part_only_is_in_doubt_and_the_rest_is_thrown_away() -> None:
    spooler = Spooler()
    spooler.fails_after = 70_000
    with pytest.raises(InDoubt) as doubt:
        printer(spooler).send(LABEL)
    assert (doubt.value.reason, doubt.value.sent) == ("full", 70_000)
    assert spooler.jobs == {}


@pytest.mark.parametrize("call", ["EndPagePrinter", "EndDocPrinter", "GetJobW"])
def test_what_fails_after_the_last_byte_is_in_doubt(call: str) -> None:
    spooler = Spooler()
    spooler.fails[call] = 6
    with pytest.raises(InDoubt) as doubt:
        printer(spooler).send(LABEL)
    assert doubt.value.sent == len(LABEL)
    assert "ClosePrinter" in spooler.calls


@pytest.mark.parametrize(("status", "attributes", "word"), [(0x1, 0, "stopped"), (0x80, 0, "missing"), (0, 0x400, "missing"), (0x4, 0, "missing")])
def test_a_queue_that_would_keep_the_label_for_later_is_not_given_it(status: int, attributes: int, word: str) -> None:
    spooler = Spooler()
    spooler.queue.status, spooler.queue.attributes = status, attributes
    with pytest.raises(NotSent, match=word):
        printer(spooler).send(LABEL)
    assert spooler.written == b""


def test_what_a_run_that_died_left_in_the_queue_is_deleted_and_others_jobs_are_waited_for() -> None:
    spooler, here = Spooler(), socket.gethostname()
    spooler.jobs[1] = (f"corner-{here}-{DEAD}-00ff", [PAUSED])
    assert printer(spooler).send(LABEL) == b""
    assert 1 not in spooler.jobs
    for title in (f"corner-{here}-{ALIVE}-00ff", f"corner-elsewhere-{DEAD}-00ff", "A letter"):
        busy = Spooler()
        busy.jobs[1] = (title, [PRINTING])
        with pytest.raises(NotSent, match="busy"):
            printer(busy).send(LABEL)
        assert list(busy.jobs) == [1]
    keeping = Spooler()
    keeping.jobs[1], keeping.queue.attributes = ("A letter", [PRINTED]), 0x100
    assert printer(keeping).send(LABEL) == b""


def test_the_printers_of_the_machine_are_listed() -> None:
    spooler = Spooler()
    assert Winspool(spooler, spooler, lambda: spooler.error).names() == ("Zebra", "\\\\server\\QL")
    with pytest.raises(NotSent, match="missing"):
        printer(spooler, name="Canon").send(LABEL)


def test_every_state_has_words() -> None:
    assert job_words(0) == ()
    assert job_words(PAPEROUT | ERROR | PRINTING) == ("media_out", "error", "printing")
    assert len(job_words(0x7FFF)) == 15
    assert queue_trouble(Queue(0, 0, 0)) == ""
    assert str(SpoolerTrouble("GetJobW", 5)) == "GetJobW: 5"


@pytest.mark.skipif(sys.platform == "win32", reason="there it is")
def test_elsewhere_than_on_windows_no_printer_is_found() -> None:
    with pytest.raises(OSError, match=r"winspool\.drv"):
        system_spooler()
    with pytest.raises(NotSent, match="missing"):
        WindowsPrinter("Zebra").send(LABEL)


def test_memory_is_what_is_filled_in() -> None:
    """The double itself: a room too small is left alone, as Windows leaves it."""
    room = (c_char * 8).from_buffer_copy(b"untouchd")
    needed = ctypes.byref(ctypes.c_uint32())
    spooler = Spooler()
    assert spooler.GetPrinterW(c_void_p(77), 2, room, 8, needed) == 0
    assert (spooler.error, bytes(room)) == (122, b"untouchd")
