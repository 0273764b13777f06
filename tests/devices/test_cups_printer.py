"""A queue of Debian's CUPS, a whole one of our own, before a printer with every fault: nothing is printed again by itself, nothing comes out later."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corner_app.devices.transports import ipp
from corner_app.devices.transports.cups import CupsPrinter, queues
from corner_app.devices.transports.errors import InDoubt, NotSent
from corner_app.devices.transports.ipp import IppTrouble

CUPSD, BIN = Path("/usr/sbin/cupsd"), Path("/usr/lib/cups")
PROGRAMS = "/usr/bin", "/usr/sbin"
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="CUPS as Debian has it")

LABEL = b"^XA" + bytes(range(256)) * 40 + b"^XZ"

CONFIG = """
Listen {root}/cups.sock
LogLevel debug
MaxLogSize 0
LimitRequestBody 12m
Browsing No
DefaultAuthType Basic
<Location />
  Order allow,deny
  Allow all
</Location>
<Policy default>
  JobPrivateAccess default
  JobPrivateValues default
  SubscriptionPrivateAccess default
  SubscriptionPrivateValues default
  <Limit Cancel-Job>
    Require user @OWNER @SYSTEM
    Order deny,allow
  </Limit>
  <Limit All>
    Order deny,allow
  </Limit>
</Policy>
"""
"""What a job's owner may do, and who sees its title, is as Debian has it; who may set up queues is not."""
FILES = """
ServerBin {root}/bin
ServerRoot {root}
StateDir {root}/state
RequestRoot {root}/spool
CacheDir {root}/cache
TempDir {root}/spool/tmp
AccessLog {root}/access_log
ErrorLog {root}/error_log
PageLog {root}/page_log
"""


class System:
    """A private cupsd."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.chmod(0o755)  # its filters run as another user
        for name, text in (("cupsd.conf", CONFIG), ("cups-files.conf", FILES)):
            (root / name).write_text(text.format(root=root))
        for name in ("state", "spool", "cache", "spool/tmp"):
            (root / name).mkdir()
        self._lay_out_programs()
        self.server = str(root / "cups.sock")
        command: list[str | Path] = [CUPSD, "-f", "-c", root / "cupsd.conf", "-s", root / "cups-files.conf"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def _lay_out_programs(self) -> None:
        """CUPS's own programs, and one driver more: it takes the label and fails."""
        drivers = self.root / "bin/backend"
        drivers.mkdir(parents=True)
        for program in [*BIN.iterdir(), *(BIN / "backend").iterdir()]:
            link = self.root / "bin" / program.relative_to(BIN)
            if not link.exists():
                link.symlink_to(program)
        (drivers / "fails").write_text("#!/bin/sh\ncat >/dev/null\nexit 1\n")
        (drivers / "fails").chmod(0o755)

    def wait(self) -> None:
        pause = threading.Event()
        for _ in range(200):
            with contextlib.suppress(IppTrouble):
                ipp.ask(self.server, ipp.CUPS_GET_PRINTERS, [], ["printer-name"])
                return
            pause.wait(0.05)
        raise AssertionError((self.root / "error_log").read_text()[-2000:])

    def run(self, *command: str, data: bytes = b"") -> str:
        program = next(path for folder in PROGRAMS if (path := Path(folder) / command[0]).exists())
        environment = {**os.environ, "CUPS_SERVER": self.server, "LC_ALL": "C"}
        return subprocess.run([program, *command[1:]], input=data, env=environment, capture_output=True, check=True, timeout=20).stdout.decode()

    def queue(self, name: str, port: int, policy: str = "abort-job", *options: str) -> None:
        more = [word for option in options for word in ("-o", option)]
        self.run("lpadmin", "-p", name, "-v", f"socket://127.0.0.1:{port}", "-o", f"printer-error-policy={policy}", *more, "-E")

    def waiting(self, name: str) -> list[str]:
        return self.run("lpstat", "-W", "not-completed", "-o", name).split("\n")[:-1]


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    """Fails, never skips, where cups is missing."""
    assert CUPSD.exists(), "missing: cups; sudo apt-get install cups"
    root = Path(tempfile.mkdtemp(prefix="cups-"))
    made = System(root)
    try:
        made.wait()
        yield made
    finally:
        made.process.terminate()
        made.process.wait(20)
        shutil.rmtree(root)


class Sink:
    """What stands behind the queue: a printer on the network that misbehaves as told, each connection in turn."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(0.1)
        self.port = int(self.listener.getsockname()[1])
        self.got: list[bytes] = []
        self.reset_after: int | None = None
        self.go_on = threading.Event()
        self.go_on.set()
        self.reached = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sink")
        self._thread.start()

    def _run(self) -> None:
        with self.listener:
            while not self._stop.is_set():
                with contextlib.suppress(TimeoutError), self.listener.accept()[0] as link:
                    self.reached.set()
                    self.got.append(self._taken(link))

    def _taken(self, link: socket.socket) -> bytes:
        link.settimeout(10)
        data = b""
        self.go_on.wait(10)
        with contextlib.suppress(OSError):
            while more := link.recv(1000):
                data += more
                if self.reset_after is not None and len(data) >= self.reset_after:
                    link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    break
        return data

    def close(self) -> None:
        self.go_on.set()
        self._stop.set()
        self._thread.join(20)
        assert not self._thread.is_alive()


@pytest.fixture
def sink() -> Iterator[Sink]:
    made = Sink()
    yield made
    made.close()


@pytest.fixture
def queue(system: System, sink: Sink, request: pytest.FixtureRequest) -> Iterator[str]:
    """A queue of the test's own before the sink."""
    name = f"q{abs(hash(request.node.name))}"
    system.queue(name, sink.port)
    yield name
    system.run("lpadmin", "-x", name)


Printer = Callable[..., CupsPrinter]


@pytest.fixture
def printer(system: System, queue: str) -> Printer:
    def make(follow_s: float = 20.0) -> CupsPrinter:
        return CupsPrinter(queue, follow_s, system.server)

    return make


def test_a_label_arrives_byte_for_byte_and_once(printer: Printer, sink: Sink, system: System, queue: str) -> None:
    assert printer().send(LABEL) == b""
    sink.close()
    assert sink.got == [LABEL]
    assert system.waiting(queue) == []


def test_a_page_is_left_to_the_driver_of_its_queue(system: System, queue: str, sink: Sink) -> None:
    page = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    CupsPrinter(queue, 20.0, system.server, raw=False).send(page)
    sink.close()
    assert sink.got == [page], "there is no driver here, so it comes as it is"
    assert b"application/pdf" in (system.root / "error_log").read_bytes()


def test_a_queue_never_counts_as_heard(printer: Printer) -> None:
    assert (printer().two_way, printer().writes_files, printer().ask(b"~HS", 1)) == (False, False, b"")


def test_a_printer_that_is_late_is_waited_for(printer: Printer, sink: Sink) -> None:
    sink.go_on.clear()
    late = threading.Timer(1.0, sink.go_on.set)
    late.start()
    printer().send(LABEL)
    late.join()
    sink.close()
    assert sink.got == [LABEL]


def test_after_a_reset_within_the_label_the_queue_sends_it_no_second_time(printer: Printer, sink: Sink, system: System, queue: str) -> None:
    """CUPS calls such a job aborted or completed, as it happens: why nothing it says is taken for printed."""
    sink.reset_after = 3000
    with contextlib.suppress(InDoubt):
        printer().send(LABEL * 200)
    sink.reset_after = None
    assert system.waiting(queue) == []
    printer().send(LABEL)
    sink.close()
    assert [len(label) for label in sink.got] == [3000, len(LABEL)]


def test_an_aborted_job_is_in_doubt(system: System) -> None:
    system.run("lpadmin", "-p", "aborts", "-v", "fails://printer", "-o", "printer-error-policy=abort-job", "-E")
    with pytest.raises(InDoubt, match="aborted"):
        CupsPrinter("aborts", 20.0, system.server).send(LABEL)
    assert system.waiting("aborts") == []


def test_a_printer_that_stalls_is_left_and_the_label_taken_back(printer: Printer, sink: Sink, system: System, queue: str) -> None:
    sink.go_on.clear()
    with pytest.raises(InDoubt) as doubt:
        printer(follow_s=1.0).send(LABEL * 800)
    assert (doubt.value.reason, system.waiting(queue)) == ("timeout", [])
    sink.go_on.set()
    sink.close()
    ((cut),) = sink.got
    assert len(cut) < len(LABEL) * 1500


def test_a_printer_that_is_off_gets_no_label_when_it_comes_on(system: System) -> None:
    """CUPS began to print, so nothing is certain but this: it does not go on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = int(server.getsockname()[1])
    system.queue("off", port)
    with pytest.raises(InDoubt, match="timeout"):
        CupsPrinter("off", 1.0, system.server).send(LABEL)
    assert system.waiting("off") == []
    with socket.create_server(("127.0.0.1", port)) as on:
        CupsPrinter("off", 20.0, system.server)
        on.settimeout(0.5)
        with pytest.raises(TimeoutError):
            on.accept()


@pytest.mark.parametrize("policy", ["retry-job", "retry-current-job", "stop-printer"])
def test_a_queue_that_would_print_again_by_itself_is_refused(system: System, sink: Sink, policy: str) -> None:
    system.queue("again", sink.port, policy)
    assert next(queue for queue in queues(system.server) if queue.name == "again").trouble == "queue_retries"
    with pytest.raises(NotSent, match="queue_retries"):
        CupsPrinter("again", 5.0, system.server).send(LABEL)
    sink.close()
    assert sink.got == []


def test_a_halted_queue_is_sent_nothing(printer: Printer, system: System, queue: str, sink: Sink) -> None:
    system.run("cupsdisable", queue)
    with pytest.raises(NotSent, match="stopped"):
        printer().send(LABEL)
    assert system.waiting(queue) == []
    system.run("cupsenable", queue)
    system.run("cupsreject", queue)
    with pytest.raises(NotSent, match="rejecting"):
        printer().send(LABEL)
    sink.close()
    assert sink.got == []


def test_a_job_the_queue_never_began_is_taken_back_and_was_not_sent(system: System, sink: Sink) -> None:
    system.queue("holds", sink.port, "abort-job", "job-hold-until-default=indefinite")
    with pytest.raises(NotSent, match="withdrawn"):
        CupsPrinter("holds", 5.0, system.server).send(LABEL)
    assert system.waiting("holds") == []
    sink.close()
    assert sink.got == []


def test_a_queue_halted_within_the_label_does_not_begin_it_anew(printer: Printer, system: System, queue: str, sink: Sink) -> None:
    sink.go_on.clear()

    def halt() -> None:
        assert sink.reached.wait(10)
        system.run("cupsdisable", queue)

    clerk = threading.Thread(target=halt, name="clerk")
    clerk.start()
    with pytest.raises(InDoubt, match="held"):
        printer().send(LABEL * 800)
    clerk.join(10)
    sink.go_on.set()
    system.run("cupsenable", queue)
    assert system.waiting(queue) == []
    printer().send(LABEL)
    sink.close()
    assert len(sink.got) == 2
    assert sink.got[1] == LABEL


def test_a_queue_busy_with_another_job_is_left_to_it(printer: Printer, system: System, queue: str, sink: Sink) -> None:
    sink.go_on.clear()
    system.run("lp", "-d", queue, "-o", "raw", "-t", "a letter", "-", data=b"letter")
    assert sink.reached.wait(10)
    with pytest.raises(NotSent, match="busy"):
        printer().send(LABEL)
    sink.go_on.set()


def test_what_a_run_that_died_left_in_the_queue_is_taken_back_before_the_next_label(printer: Printer, system: System, queue: str, sink: Sink) -> None:
    dead = subprocess.Popen(["true"])
    dead.wait(10)
    mine = f"corner-{socket.gethostname()}-{os.getpid()}-0123"
    for title in (f"corner-{socket.gethostname()}-{dead.pid}-0123", mine, "a letter"):
        system.run("lp", "-d", queue, "-o", "raw", "-H", "indefinite", "-t", title, "-", data=title.encode())
    printer().send(LABEL)
    sink.close()
    assert sink.got == [LABEL]
    assert len(system.waiting(queue)) == 2, "of the living and of others nothing is touched"


def test_a_label_whose_program_died_ends_by_itself(system: System, queue: str, sink: Sink) -> None:
    sink.go_on.clear()
    send = "import sys; from corner_app.devices.transports.cups import CupsPrinter as P; P(sys.argv[1], 1.0, sys.argv[2]).send(bytes(8 << 20))"
    program = subprocess.Popen([sys.executable, "-c", send, queue, system.server])
    assert sink.reached.wait(20)
    program.kill()
    program.wait(10)
    assert len(system.waiting(queue)) == 1
    pause = threading.Event()
    for _ in range(400):
        if not system.waiting(queue):
            break
        pause.wait(0.1)
    assert system.waiting(queue) == []


def test_a_label_the_system_does_not_take_whole_leaves_no_part_behind(printer: Printer, system: System, queue: str, sink: Sink) -> None:
    with pytest.raises((NotSent, InDoubt)) as failed:
        printer().send(bytes(13 << 20))
    assert isinstance(failed.value, NotSent), failed.value
    assert system.waiting(queue) == []
    printer().send(LABEL)
    sink.close()
    assert sink.got == [LABEL]


def test_a_queue_or_system_that_is_not_there_is_missing(system: System, tmp_path: Path) -> None:
    with pytest.raises(NotSent, match="missing"):
        CupsPrinter("nowhere", 5.0, system.server).send(LABEL)
    with pytest.raises(NotSent, match="missing"):
        CupsPrinter("nowhere", 5.0, str(tmp_path / "no.sock")).send(LABEL)
    assert queues(str(tmp_path / "no.sock")) == ()


def test_without_the_program_lp_nothing_is_sent(printer: Printer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotSent, match="no_program"):
        printer().send(LABEL)


def test_the_queues_of_the_machine_are_listed_with_what_is_wrong_with_them(system: System, queue: str) -> None:
    found = next(one for one in queues(system.server) if one.name == queue)
    assert (found.about, found.trouble) == (queue, "")


VALUES = st.one_of(st.tuples(st.just(ipp.INTEGER), st.integers(-(2**31), 2**31 - 1)), st.tuples(st.just(ipp.BOOLEAN), st.booleans()))
WORDS = st.tuples(st.sampled_from([ipp.NAME, ipp.KEYWORD, ipp.URI]), st.text(max_size=30))


@given(st.lists(st.tuples(st.text("abc-", min_size=1, max_size=12), st.one_of(VALUES, WORDS)), max_size=8, unique_by=lambda pair: pair[0]))
def test_attributes_are_read_as_they_are_written(attributes: list[tuple[str, tuple[int, str | int | bool]]]) -> None:
    body = b"\x02\x00\x00\x00\x00\x00\x00\x01\x02" + b"".join(ipp._attribute(tag, name, value) for name, (tag, value) in attributes) + bytes([ipp.END])
    assert ipp.parse(body) == ipp.Answer(0, ({name: (value,) for name, (_, value) in attributes},))


@given(st.binary(max_size=60))
def test_garbage_is_no_answer_or_an_answer_never_a_crash(body: bytes) -> None:
    with contextlib.suppress(IppTrouble):
        ipp.parse(body)
    with contextlib.suppress(IppTrouble):
        ipp.parse(b"\x02\x00\x00\x00\x00\x00\x00\x01\x02" + body)


def test_a_server_that_speaks_no_ipp_is_trouble() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with server.accept()[0] as link:
                link.recv(4096)
                link.sendall(b"\x02030,0,0\x03\r\n")

        far = threading.Thread(target=serve, name="printer")
        far.start()
        began = time.monotonic()
        with pytest.raises(IppTrouble):
            ipp.ask(f"127.0.0.1:{server.getsockname()[1]}", ipp.CUPS_GET_PRINTERS, [], [], wait_s=2)
        far.join(5)
        assert time.monotonic() - began < 5
