"""Simulated printers of every language on real lines: they print the same dots, fail as they are told, and are never taken for ready meanwhile."""

from __future__ import annotations

import itertools
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtGui import QGuiApplication
from tests.devices.parcel import parcel
from tests.devices.queues import Jobs
from tests.devices.sheets import Sheet, dots

from corner_app.devices.discover import probe
from corner_app.devices.languages import brother_ql, escpos, zpl
from corner_app.devices.languages.known import LANGUAGES
from corner_app.devices.languages.page import Page
from corner_app.devices.printer import Printer
from corner_app.devices.profile import LanguageName, Profile
from corner_app.devices.proof import Patience, Proof, send_and_prove
from corner_app.devices.simulators.behaviour import FAULTS, Behaviour, Control, Faults
from corner_app.devices.simulators.lines import Line
from corner_app.devices.simulators.paper import Paper
from corner_app.devices.simulators.printer import DIALECTS, PrinterSimulator
from corner_app.devices.simulators.production import QUESTIONS, is_simulated, real_only, real_printer
from corner_app.devices.simulators.work import Work
from corner_app.devices.spool import Spool
from corner_app.devices.status import PrinterStatus
from corner_app.devices.transports.errors import InDoubt, NotSent
from corner_app.devices.transports.serial import SerialPrinter
from corner_app.devices.transports.tcp import TcpPrinter
from corner_app.devices.transports.transport import Enough, Transport

EVERY = tuple(DIALECTS)
PAGE = Sheet(64, 40, bytes([0xF0, 0, 0xFF, 0, 0xAA, 0, 0, 0x01]) * 40)
PROOFS: dict[str, Any] = {"zpl": "count", "tspl": "busy", "epl2": "none", "cpcl": "none", "escpos": "reply", "brother_ql": "reply"}
PATIENCE = Patience(proof_s=1.5, reply_s=1.5, busy_s=2, look_s=0.02)


def profile_of(language: LanguageName, page: Page = PAGE, **given: Any) -> Profile:
    """A model that prints this page."""
    if language == "brother_ql":
        given |= {"dpi": 300} | ({"width": 1200, "height": 1822} if page.width > 700 else {"width": 696, "height": 0, "media": "continuous"})
    else:
        given |= {"width": page.width, "height": page.height}
    return Profile(name="Simulated", language=language, confirm=PROOFS[language], **given)


class Bench:
    """A simulator served on a thread, and ways to it."""

    def __init__(self, folder: Path, language: LanguageName, *, serial: bool = False) -> None:
        self.simulator = PrinterSimulator(folder / "paper", language=language)
        self.language = LANGUAGES[language]
        self.link = folder / "port"
        self.stop, self.off = threading.Event(), threading.Event()
        self._serial = serial
        self._thread = threading.Thread(target=self._serve, name="printer")
        self._thread.start()
        for _ in range(200):
            if not serial or self.link.is_symlink():
                break
            self.off.wait(0.01)
        self.transport: Transport = SerialPrinter(str(self.link), 115_200, timeout_s=0.5) if serial else TcpPrinter(*self.simulator.address, timeout_s=2)

    def _serve(self) -> None:
        if self._serial:
            self.simulator.run_serial(self.link, self.stop)
            self.simulator._listener.close()
        else:
            self.simulator.run(self.stop)
        self.off.set()

    def close(self) -> None:
        self.stop.set()
        self._thread.join(10)
        assert not self._thread.is_alive()

    def printer(self, page: Page = PAGE, **given: Any) -> Printer:
        return Printer(self.transport, self.language, profile_of(self.language.name, page, **given), answer_s=0.3)

    def label(self, page: Page = PAGE, job: int = 7, **given: Any) -> bytes:
        return self.language.encode(page, profile_of(self.language.name, page, **given), job)

    def status(self) -> PrinterStatus:
        found = self.printer().status()
        assert found is not None
        return found

    def prove(self, page: Page = PAGE, **given: Any) -> Proof:
        return send_and_prove(self.printer(page, **given), self.label(page, **given), 7, PATIENCE, self.stop)

    def wait_for_labels(self, count: int) -> None:
        pause = threading.Event()
        for _ in range(400):
            if len(self.simulator.printed) >= count:
                return
            pause.wait(0.01)
        raise AssertionError(f"{len(self.simulator.printed)} labels instead of {count}")


@contextmanager
def bench(folder: Path, language: LanguageName, *, serial: bool = False) -> Iterator[Bench]:
    if serial and os.name != "posix":
        pytest.skip("pseudo-terminals are POSIX")
    made = Bench(folder, language, serial=serial)
    try:
        yield made
    finally:
        made.close()


def on_paper(path: Path, page: Page) -> NDArray[np.uint8]:
    """The dots of a printed picture; what is beside the page must be white, and the strip must say what it is. White at the right may be missing."""
    with Image.open(path) as sheet:
        assert sheet.info["Comment"] == "SIMULATED"
        assert sheet.mode == "L"
        assert sheet.height >= page.height + 48
        grey = np.asarray(sheet)
    strip = grey[-48:]
    assert (strip[:4] == 190).all()
    assert (strip == 0).any()
    black: NDArray[np.uint8] = (grey[:-48] < 128).astype(np.uint8)
    assert not black[page.height :].any()
    assert not black[:, page.width :].any()
    return np.pad(black, ((0, 0), (0, max(0, page.width - black.shape[1]))))[: page.height, : page.width]


@pytest.fixture(scope="module")
def application() -> QGuiApplication:
    found = QGuiApplication.instance()
    return found if isinstance(found, QGuiApplication) else QGuiApplication(["tests"])


# Prints


@pytest.mark.parametrize("image", ["bitmap", "strips"])
@pytest.mark.parametrize("language", EVERY)
def test_a_parcels_label_comes_out_in_the_same_dots(language: LanguageName, image: str, tmp_path: Path, application: QGuiApplication) -> None:
    page = parcel(300 if language == "brother_ql" else 203)
    with bench(tmp_path, language) as one:
        one.simulator.slow_s = 0.0
        one.transport.send(one.label(page, image=image))
        one.wait_for_labels(1)
    assert np.array_equal(on_paper(tmp_path / "paper" / "label-0001.png", page), dots(page))


@pytest.mark.parametrize("language", EVERY)
def test_a_label_is_proven_as_its_language_proves_it(language: LanguageName, tmp_path: Path) -> None:
    with bench(tmp_path, language) as one:
        expected = Proof("in_doubt", "transport", "no_proof") if PROOFS[language] == "none" else Proof("printed", "printer")
        assert one.prove() == expected
        one.wait_for_labels(1)
        assert one.status().word == "ready"


@pytest.mark.parametrize("language", ["tspl", "escpos"])
def test_it_does_the_same_on_a_serial_line(language: LanguageName, tmp_path: Path) -> None:
    with bench(tmp_path, language, serial=True) as one:
        assert one.prove() == Proof("printed", "printer")
        one.simulator.faults.add("head_open")
        assert one.status().word == "head_open"


@pytest.mark.parametrize("language", EVERY)
def test_where_its_make_can_say_a_model_the_model_is_simulated(language: LanguageName, tmp_path: Path) -> None:
    with bench(tmp_path, language) as one:
        assert is_simulated(one.transport.ask(QUESTIONS[language], 1.0))


@pytest.mark.parametrize("serial", [False, True])
@pytest.mark.parametrize(
    ("language", "model", "dpi"), [("zpl", "SIMULATED", 203), ("tspl", "SIMULATED", 0), ("escpos", "SIMULATED", 0), ("brother_ql", "QL-800", 300)]
)
def test_the_search_for_a_language_finds_it(language: LanguageName, model: str, dpi: int, serial: bool, tmp_path: Path) -> None:
    with bench(tmp_path, language, serial=serial) as one:
        spoken = probe(one.transport, 0.2)
        assert spoken is not None
        assert (spoken.language, spoken.model, spoken.dpi) == (language, model, dpi)
        one.transport.send(one.label())
        one.wait_for_labels(1)


# Answers


@pytest.mark.parametrize("fault", ["media_out", "head_open"])
@pytest.mark.parametrize("language", EVERY)
def test_a_fault_shows_in_its_own_status_and_is_gone_when_mended(language: LanguageName, fault: str, tmp_path: Path) -> None:
    with bench(tmp_path, language) as one:
        one.simulator.faults.add(fault)
        assert one.status().word == fault
        one.simulator.faults.discard(fault)
        assert one.status().word == "ready"


@pytest.mark.parametrize("fault", ["mute", "garbage", "half_answers"])
@pytest.mark.parametrize("language", EVERY)
def test_no_sensible_answer_is_mute(language: LanguageName, fault: str, tmp_path: Path) -> None:
    with bench(tmp_path, language) as one:
        one.simulator.faults.add(fault)
        assert one.status().state == "mute"


def test_paper_running_low_is_told_by_the_makes_that_can(tmp_path: Path) -> None:
    with bench(tmp_path, "escpos") as one:
        one.simulator.faults.add("media_low")
        assert one.status() == PrinterStatus("ready", ("media_low",), b"\x12\x12\x12\x1e")
    with bench(tmp_path, "zpl") as one:
        one.simulator.faults.add("media_low")
        errors = zpl.parse_errors(one.transport.ask(zpl.ERRORS_QUERY, 1.0))
        assert errors == zpl.Errors((), ("media_low",))


def test_receipt_printers_say_what_real_ones_said(tmp_path: Path) -> None:
    """Measured on a TM-T20III: paper out 1e 32 12 7e, cover 16 in the second byte; the drawer's bit is ours to choose."""
    with bench(tmp_path, "escpos") as one:
        assert one.status().raw == bytes.fromhex("12121212")
        one.simulator.faults = {"media_out"}
        assert one.status().raw == bytes.fromhex("1a32127e")
        one.simulator.drawer_open = True
        assert one.status().raw == bytes.fromhex("1e32127e")
        one.simulator.faults = {"head_open"}
        assert one.status().raw == bytes.fromhex("1e161212")
        assert [one.transport.ask(query, 0.1) for query in (b"\x1dIC", b"\x1dr\x01", b"\x1dr1")] == [b""] * 3
        one.simulator.faults = set()
        assert [one.transport.ask(query, 1.0) for query in (b"\x1dIC", b"\x1dr\x01", b"\x1dr\x02")] == [b"_SIMULATED\0", b"\x00", b"\x01"]


class Heard:
    """The other end of a line, in memory."""

    def __init__(self) -> None:
        self.said = b""

    def fileno(self) -> int:
        raise OSError("no file")

    def read(self, most: int) -> bytes:
        return b""

    def write(self, data: bytes) -> None:
        self.said += data

    def close(self, *, broken: bool) -> None:
        self.said = b""


def asked(language: LanguageName, work: Work, query: bytes) -> bytes:
    """What is heard on a line of its own."""
    end = Heard()
    line = Line(end)
    told, _ = DIALECTS[language].cut(query)
    for one in told:
        work.take(one, line)
    return end.said


@pytest.mark.parametrize("language", EVERY)
def test_with_any_fault_it_never_says_ready(language: LanguageName, tmp_path: Path) -> None:
    control = Control(Behaviour())
    work = Work(DIALECTS[language], control, Paper(tmp_path), 203)
    harmless = {"media_low", "quiet_faults"}
    for chosen in itertools.chain.from_iterable(itertools.combinations(FAULTS, size) for size in range(len(FAULTS) + 1)):
        faults = frozenset(chosen)
        Faults(control).clear()
        Faults(control).update(faults)
        status = LANGUAGES[language].status(lambda query, wait_s: asked(language, work, query))
        assert status.takes_labels is (faults <= harmless), chosen
        if not faults & {"mute", "garbage", "half_answers", "quiet_faults"}:
            assert {reason for reason in status.reasons if reason in FAULTS} >= faults - {"media_low"}


def test_a_quiet_zpl_printer_says_what_is_wrong_only_when_it_is_asked_for_that(tmp_path: Path) -> None:
    with bench(tmp_path, "zpl") as one:
        one.simulator.faults = {"quiet_faults"}
        assert one.status().word == "ready"
        one.simulator.faults |= {"head_open"}
        assert one.transport.ask(zpl.STATUS_QUERY, 0.2) == b""
        assert one.status().word == "head_open"


@pytest.mark.parametrize("language", ["tspl", "zpl", "brother_ql"])
def test_while_it_prints_it_says_that_it_is_busy(language: LanguageName, tmp_path: Path) -> None:
    with bench(tmp_path, language) as one:
        one.simulator.slow_s = 60.0
        one.transport.send(one.label())
        assert one.status().word == "busy"
        assert one.simulator.printed == []


def test_a_mobile_printer_answers_when_its_label_is_done(tmp_path: Path) -> None:
    with bench(tmp_path, "cpcl") as one:
        one.simulator.slow_s = 0.4
        one.transport.send(one.label())
        assert one.transport.ask(b"\x1bh", 0.05) == b""
        assert one.simulator.printed == []
        assert one.transport.ask(b"\x1bh", 3.0) == b"\x00"
        assert len(one.simulator.printed) == 1


# Held, lost, forgotten


def test_a_receipt_sent_without_paper_comes_out_later_though_its_line_was_closed(tmp_path: Path) -> None:
    with bench(tmp_path, "escpos") as one:
        one.simulator.faults.add("media_out")
        one.transport.send(one.label())
        assert one.simulator.printed == []
        one.simulator.faults.discard("media_out")
        one.wait_for_labels(1)
        assert one.status().word == "ready"
        assert len(one.simulator.printed) == 1


def test_the_reply_comes_only_when_the_receipt_is_really_out(tmp_path: Path) -> None:
    with bench(tmp_path, "escpos") as one, socket.create_connection(one.simulator.address, 5) as link:
        one.simulator.faults.add("media_out")
        link.sendall(one.label(job=7))
        link.settimeout(0.3)
        with pytest.raises(TimeoutError):
            link.recv(100)
        one.simulator.faults.clear()
        link.settimeout(5)
        heard = link.recv(100)
        assert heard == b'7"' + escpos.job_id(7) + b"\0"
        assert escpos.replied(heard, 7)
        assert len(one.simulator.printed) == 1


def test_a_request_to_confirm_that_comes_late_is_not_answered_for_a_receipt_that_was_lost(tmp_path: Path) -> None:
    with bench(tmp_path, "escpos") as one, socket.create_connection(one.simulator.address, 5) as link:
        one.simulator.control.change(lambda now: replace(now, holds=False, faults=frozenset({"media_out"})))
        label = one.label(job=7)
        link.sendall(label[:-11])
        assert one.status().word == "media_out"
        one.simulator.faults.clear()
        link.sendall(label[-11:] + b"\x10\x04\x01")
        link.settimeout(5)
        assert link.recv(100) == b"\x12"
        assert one.simulator.printed == []


@pytest.mark.parametrize("language", ["zpl", "tspl", "brother_ql"])
@pytest.mark.parametrize("holds", [True, False])
def test_what_came_without_paper_is_kept_or_lost(language: LanguageName, holds: bool, tmp_path: Path) -> None:
    with bench(tmp_path, language) as one:
        one.simulator.control.change(lambda now: replace(now, holds=holds, slow_s=0.0, faults=frozenset({"media_out"})))
        one.transport.send(one.label())
        assert one.status().word == "media_out"
        one.simulator.faults.clear()
        one.transport.send(one.label())
        one.wait_for_labels(1 + holds)
        assert one.status().word == "ready"
        assert len(one.simulator.printed) == 1 + holds


@pytest.mark.parametrize("language", ["zpl", "tspl", "brother_ql"])
def test_what_it_kept_is_forgotten_when_it_is_told_to(language: LanguageName, tmp_path: Path) -> None:
    with bench(tmp_path, language) as one:
        one.simulator.control.change(lambda now: replace(now, holds=True, slow_s=0.0, faults=frozenset({"media_out"})))
        one.transport.send(one.label())
        assert one.printer().forget()
        assert one.status().word == "media_out"
        one.simulator.faults.clear()
        assert one.status().word == "ready"
        assert one.simulator.printed == []


@pytest.mark.parametrize("language", ["zpl", "tspl", "brother_ql"])
def test_half_a_label_on_a_serial_line_is_forgotten_too(language: LanguageName, tmp_path: Path) -> None:
    with bench(tmp_path, language, serial=True) as one:
        one.simulator.slow_s = 0.0
        label = one.label(Sheet(64, 200, PAGE.rows * 5), compression="hex")
        one.transport.send(label[: len(label) // 2])
        assert one.printer().forget()
        one.transport.send(one.label())
        one.wait_for_labels(1)
        assert one.simulator.unreadable == 0


def test_brothers_printer_tells_of_an_error_unasked(tmp_path: Path) -> None:
    with bench(tmp_path, "brother_ql") as one:
        one.simulator.faults.add("media_out")
        heard = one.transport.send(one.label(), lambda heard: len(heard) >= 32, 2.0)
        assert (heard[18], heard[8]) == (0x02, 0x01)
        assert not brother_ql.replied(heard, 7)


# The line


@pytest.mark.parametrize("language", EVERY)
def test_it_breaks_after_so_many_bytes_and_prints_nothing(language: LanguageName, tmp_path: Path) -> None:
    with bench(tmp_path, language) as one:
        one.simulator.reset_after = 150
        with pytest.raises(InDoubt):
            one.transport.send(one.label(Sheet(64, 4000, bytes(range(256)) * 125), compression="hex"))
        one.simulator.reset_after = None
        assert one.status().word == "ready"
        assert one.simulator.printed == []


def test_bytes_that_it_did_not_take_come_out_late(tmp_path: Path) -> None:
    """The system took them all, so nobody was told."""
    with bench(tmp_path, "tspl") as one:
        one.simulator.control.change(lambda now: replace(now, stall_after=100, slow_s=0.0))
        one.transport.send(one.label())
        assert one.status().word == "ready"
        assert one.simulator.printed == []
        one.simulator.stall_after = None
        one.wait_for_labels(1)


def test_a_serial_printer_that_takes_no_more_is_in_doubt(tmp_path: Path) -> None:
    with bench(tmp_path, "epl2", serial=True) as one:
        one.simulator.stall_after = 1_000
        with pytest.raises(InDoubt, match="timeout"):
            one.transport.send(one.label(Sheet(64, 4000, bytes(range(256)) * 125)))
        assert one.simulator.printed == []


def test_a_slow_line_takes_its_time(tmp_path: Path) -> None:
    with bench(tmp_path, "epl2") as one:
        one.simulator.line_bytes_s = 20_000
        label = one.label(Sheet(64, 1000, bytes(8000)))
        one.transport.send(label)
        one.wait_for_labels(1)
        assert one.simulator.taken.size == len(label)
        assert one.simulator.taken.seconds > 0.2
        assert one.simulator.received == len(label)


@pytest.mark.parametrize("language", EVERY)
def test_it_may_print_and_die_before_it_says_so(language: LanguageName, tmp_path: Path) -> None:
    with bench(tmp_path, language) as one:
        one.simulator.control.change(lambda now: replace(now, die_after_print=True, slow_s=0.0))
        heard = one.transport.send(one.label(), lambda heard: len(heard) > 32, 5.0)
        assert one.language.replied is None or not one.language.replied(heard, 7)
        assert one.off.wait(5)
        assert len(one.simulator.printed) == 1
        with pytest.raises(NotSent):
            one.transport.send(one.label())


def test_several_may_be_connected_and_a_silent_one_holds_up_nobody(tmp_path: Path) -> None:
    with bench(tmp_path, "tspl") as one, socket.create_connection(one.simulator.address, 5) as silent:
        silent.sendall(one.label()[:40])
        assert one.status().word == "ready"
        silent.sendall(one.label()[40:])
        one.wait_for_labels(1)


@pytest.mark.parametrize("language", EVERY)
def test_what_is_no_label_is_not_counted(language: LanguageName, tmp_path: Path) -> None:
    with bench(tmp_path, language) as one:
        one.simulator.slow_s = 0.0
        broken = one.label().replace(b"GFA", b"GFB").replace(b"BITMAP", b"CIRCLE").replace(b"GW", b"A ").replace(b"CG ", b"ST ").replace(b"\x1biz", b"\x1bi!")
        broken = broken.replace(b"\x1dv0\0", b"\x1dv0\3")
        heard = one.transport.send(broken, lambda heard: False, 0.2)
        assert one.status().word == "ready"
        assert one.simulator.printed == []
        assert one.language.replied is None or not one.language.replied(heard, 7)


# Cutting the stream


def streams(language: LanguageName) -> bytes:
    """Labels with questions between them."""
    label = LANGUAGES[language].encode(PAGE, profile_of(language, compression="hex"), 7)
    question = {"zpl": b"~HS\r\n", "tspl": b"\x1b!?", "epl2": b"^ee\r\n", "cpcl": b"\x1bh", "escpos": b"\x10\x04\x01", "brother_ql": b"\x1biS"}[language]
    return question + label + question + question + label + question


@pytest.mark.parametrize("language", EVERY)
@given(cuts=st.lists(st.integers(0, 2_000), max_size=12))
@settings(max_examples=25, deadline=None)
def test_wherever_the_stream_is_cut_it_tells_the_same(language: LanguageName, cuts: list[int]) -> None:
    data = streams(language)
    edges = [0, *sorted(cut % len(data) for cut in cuts), len(data)]
    held, told = b"", []
    for start, stop in itertools.pairwise(edges):
        found, held = DIALECTS[language].cut(held + data[start:stop])
        told += found
    whole, rest = DIALECTS[language].cut(data)
    counts = [sum(one.what == what for one in told) for what in ("label", "query", "cancel")]
    assert counts[:2] == [sum(one.what == what for one in whole) for what in ("label", "query")] == [2, 4]
    assert [DIALECTS[language].read(one.data, 203) for one in told if one.what == "label"] == [
        DIALECTS[language].read(one.data, 203) for one in whole if one.what == "label"
    ]
    assert not held.strip()
    assert not rest.strip()


_PARTS = (
    b"^XA",
    b"^XZ",
    b"~JA",
    b"BITMAP 0,0,9,9,0,",
    b"\x1b!?",
    b"PRINT\r\n",
    b"GW0,0,8,8\n",
    b"P1\n",
    b"CG 9 9 0 0 ",
    b"\x1b@",
    b"\x1dv0",
    b"\x10\x04\x01",
    b"\x1dV",
    b"g\0\x5a",
    b"\x1a",
)


@pytest.mark.parametrize("language", EVERY)
@given(parts=st.lists(st.one_of(st.binary(max_size=20), st.sampled_from(_PARTS)), max_size=12))
@settings(max_examples=40, deadline=None)
def test_noise_is_survived(language: LanguageName, parts: list[bytes]) -> None:
    told, rest = DIALECTS[language].cut(b"".join(parts))
    assert sum(len(one.data) for one in told if one.what == "label") + len(rest) <= sum(map(len, parts))


# Faults from any thread


def test_faults_are_a_set_that_knows_which_there_are(tmp_path: Path) -> None:
    faults = Faults(Control(Behaviour()))
    faults.add("media_out")
    faults |= {"mute", "garbage"}
    assert set(faults) == {"media_out", "mute", "garbage"}
    assert "mute" in faults
    faults -= {"mute"}
    faults.discard("never there")
    assert sorted(faults) == ["garbage", "media_out"]
    for wrong in (lambda: faults.add("paper_out"), lambda: faults.update({"mute", "paper_out"})):
        with pytest.raises(ValueError, match="paper_out"):
            wrong()
    assert len(faults) == 2
    faults.clear()
    assert not faults


def test_what_many_threads_change_is_all_changed() -> None:
    control = Control(Behaviour(slow_s=0.0))
    faults = Faults(control)
    begin = threading.Barrier(len(FAULTS))

    def toggle(fault: str) -> None:
        begin.wait(5)
        for _ in range(200):
            faults.add(fault)
            control.change(lambda now: replace(now, slow_s=now.slow_s + 1))
            faults.discard(fault)
        faults.add(fault)

    threads = [threading.Thread(target=toggle, args=(fault,)) for fault in FAULTS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert control.now == Behaviour(frozenset(FAULTS), slow_s=200.0 * len(FAULTS))


# The drawer


def test_a_pulse_opens_the_drawer_and_its_switch_is_read_back(tmp_path: Path) -> None:
    with bench(tmp_path, "escpos") as one:
        assert escpos.drawer_open(one.transport.ask) is False
        one.transport.send(escpos.kick(2))
        assert escpos.drawer_open(one.transport.ask) is True
        one.simulator.drawer_open = False
        assert escpos.drawer_open(one.transport.ask) is False
        assert one.simulator.kicks == [2]
        assert one.simulator.printed == []


def test_a_pulse_sent_without_paper_opens_the_drawer_when_there_is_paper(tmp_path: Path) -> None:
    with bench(tmp_path, "escpos") as one:
        one.simulator.faults.add("media_out")
        one.transport.send(escpos.kick(5))
        assert escpos.drawer_open(one.transport.ask) is False
        one.simulator.faults.clear()
        assert one.status().word == "ready"
        assert one.simulator.kicks == [5]


# Beside a production book


@pytest.mark.parametrize("language", EVERY)
def test_for_a_production_book_a_simulator_is_a_fault_and_never_ready(language: LanguageName, tmp_path: Path) -> None:
    with bench(tmp_path, language) as one:
        strict = real_only(one.language)
        status = strict.status(one.transport.ask)
        assert (status.state, status.word) == ("fault", "simulated")
        assert not status.takes_labels
        one.simulator.faults.add("media_out")
        assert not strict.status(one.transport.ask).takes_labels
        one.simulator.faults.clear()
        assert strict.status(one.transport.ask).word == "simulated"
    with pytest.raises(NotSent):
        strict.status(one.transport.ask)


@pytest.mark.parametrize("language", EVERY)
def test_a_spool_of_a_production_book_prints_nothing_there_and_says_why(language: LanguageName, tmp_path: Path) -> None:
    with bench(tmp_path, language) as one:
        jobs = Jobs("one")
        printer = one.printer()
        assert not Spool(jobs, replace(printer, language=real_only(printer.language)), jobs.on_condition, patience=PATIENCE).print_next()
        assert (jobs.queued, jobs.begun, jobs.settled, jobs.words) == (["one"], [], [], ["simulated"])
        assert one.simulator.printed == []


def test_a_real_printer_is_asked_for_its_model_once_and_again_when_it_was_away() -> None:
    asked_for: list[bytes] = []
    reached = True

    def ask(query: bytes, wait_s: float) -> bytes:
        if not reached:
            raise NotSent("refused")
        asked_for.append(query)
        return b"\x00" if query == b"\x1b!?" else b"TTP-244 Plus\r"

    strict = real_only(LANGUAGES["tspl"])
    assert [strict.status(ask).word for _ in range(3)] == ["ready"] * 3
    assert asked_for.count(b"~!T\r\n") == 1
    reached = False
    with pytest.raises(NotSent):
        strict.status(ask)
    reached = True
    assert strict.status(ask).word == "ready"
    assert asked_for.count(b"~!T\r\n") == 2


@pytest.mark.parametrize("language", EVERY)
def test_one_that_is_never_asked_how_it_is_is_asked_for_its_model_before_its_first_label(language: LanguageName, tmp_path: Path) -> None:
    with bench(tmp_path, language) as one:
        silent = one.printer()
        silent = replace(silent, profile=msgspec.structs.replace(silent.profile, status="none", confirm="none"))
        jobs = Jobs("one")
        assert not Spool(jobs, real_printer(silent), jobs.on_condition, patience=PATIENCE).print_next()
        assert (jobs.queued, jobs.settled, one.simulator.printed) == (["one"], [], [])
        jobs = Jobs("one")
        assert Spool(jobs, silent, jobs.on_condition, patience=PATIENCE).print_next(), "a practice book prints there"


def test_a_silent_printer_is_asked_once_and_a_one_way_line_never() -> None:
    class Line:
        name, writes_files = "line", False

        def __init__(self, two_way: bool) -> None:
            self.two_way, self.came, self.broken = two_way, list[bytes](), False

        def send(self, data: bytes, enough: Enough | None = None, wait_s: float = 0.0) -> bytes:
            if self.broken:
                raise NotSent("refused")
            self.came.append(data)
            return b""

        def ask(self, query: bytes, wait_s: float) -> bytes:
            self.came.append(query)
            return b""

    for two_way, came in ((True, [b"UQ\r\n", b"1", b"2", b"UQ\r\n", b"3"]), (False, [b"1", b"2", b"3"])):
        line = Line(two_way)
        strict = real_printer(Printer(line, LANGUAGES["epl2"], profile_of("epl2", status="none"))).transport
        strict.send(b"1")
        strict.send(b"2")
        line.broken = True
        with pytest.raises(NotSent):
            strict.send(b"lost")
        line.broken = False
        strict.send(b"3")
        assert line.came == came


def test_a_page_printers_language_needs_no_question() -> None:
    assert real_only(LANGUAGES["pdf"]) is LANGUAGES["pdf"]
