"""A printer on the network: what left is told from what did not, and its answer is heard on the label's own connection. Real sockets."""

from __future__ import annotations

import contextlib
import errno
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from corner_app.devices.transports.errors import InDoubt, NotSent, word_for
from corner_app.devices.transports.tcp import TcpPrinter

LABEL = b"^XA" + bytes(range(256)) * 40 + b"^XZ"
Serve = Callable[[socket.socket], None]


class Far:
    """The far end of the line: one function serves each connection, on a thread."""

    def __init__(self, serve: Serve) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(10)
        self.address: tuple[str, int] = self.listener.getsockname()[:2]
        self.done = threading.Event()
        self._serve = serve
        self.thread = threading.Thread(target=self._run, name="far-end")
        self.thread.start()

    def _run(self) -> None:
        with self.listener, self.listener.accept()[0] as link:
            link.settimeout(10)
            self._serve(link)
        self.done.set()

    def printer(self, timeout_s: float = 5.0) -> TcpPrinter:
        return TcpPrinter(*self.address, timeout_s)


@pytest.fixture
def far() -> Iterator[Callable[[Serve], Far]]:
    made: list[Far] = []

    def make(serve: Serve) -> Far:
        made.append(Far(serve))
        return made[-1]

    yield make
    for end in made:
        end.thread.join(10)
        assert not end.thread.is_alive()


Make = Callable[[Serve], Far]


def take(link: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count and (more := link.recv(4096)):
        data += more
    return data


def rest(link: socket.socket) -> bytes:
    data = b""
    while more := link.recv(4096):
        data += more
    return data


def hold(gone: threading.Event) -> None:
    gone.wait(10)


def reset(link: socket.socket) -> None:
    link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    link.close()


def test_a_label_arrives_whole_and_the_end_is_seen(far: Make) -> None:
    got: list[bytes] = []
    end = far(lambda link: got.append(rest(link)))
    assert end.printer().send(LABEL) == b""
    assert end.done.wait(10)
    assert got == [LABEL]


def test_an_answer_is_heard_on_the_labels_own_connection_until_it_is_enough(far: Make) -> None:
    """The line stays open both ways until then: there are printers that drop an answer when it is half closed."""
    said = threading.Event()
    open_still: list[bool] = []

    def serve(link: socket.socket) -> None:
        take(link, len(LABEL))
        link.sendall(b"\x37\x22")
        said.wait(10)
        link.settimeout(0.1)
        try:
            open_still.append(link.recv(1) != b"")
        except TimeoutError:
            open_still.append(True)
        link.sendall(b"0007\x00")

    def enough(heard: bytes) -> bool:
        said.set()
        return heard.endswith(b"\x00")

    assert far(serve).printer().send(LABEL, enough, 10) == b"\x37\x220007\x00"
    assert open_still == [True]


def test_what_was_heard_counts_when_the_answer_stays_incomplete(far: Make) -> None:
    def serve(link: socket.socket) -> None:
        take(link, len(LABEL))
        link.sendall(b"hal")
        rest(link)

    began = time.monotonic()
    assert far(serve).printer().send(LABEL, lambda heard: heard == b"half", 0.3) == b"hal"
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("leave", [reset, socket.socket.close])
def test_a_line_that_breaks_while_listening_ends_the_listening_only(far: Make, leave: Serve) -> None:
    def serve(link: socket.socket) -> None:
        take(link, len(LABEL))
        link.sendall(b"ok")
        heard.wait(10)
        leave(link)

    heard = threading.Event()

    def enough(answer: bytes) -> bool:
        heard.set()
        return False

    assert far(serve).printer().send(LABEL, enough, 10) == b"ok"


def test_a_printer_that_half_closes_at_once_still_gets_its_label(far: Make) -> None:
    got: list[bytes] = []

    def serve(link: socket.socket) -> None:
        link.shutdown(socket.SHUT_WR)
        got.append(rest(link))

    end = far(serve)
    assert end.printer().send(LABEL, lambda heard: True, 5) == b""
    assert end.done.wait(10)
    assert got == [LABEL]


def test_a_printer_that_keeps_the_line_open_and_talks_on_is_left(far: Make) -> None:
    def serve(link: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                link.sendall(b"\x14\x00\x00\x0f")  # automatic status, again and again
                stop.wait(0.05)

    stop = threading.Event()
    began = time.monotonic()
    assert far(serve).printer().send(LABEL).startswith(b"\x14\x00\x00\x0f")
    assert time.monotonic() - began < 5
    stop.set()


def test_a_reset_within_the_label_is_in_doubt(far: Make) -> None:
    def serve(link: socket.socket) -> None:
        take(link, 1000)
        reset(link)

    with pytest.raises(InDoubt) as doubt:
        far(serve).printer().send(LABEL * 200)
    assert doubt.value.reason == "reset"
    assert 0 < doubt.value.sent <= len(LABEL) * 200, "what the system took, which is more than the printer saw"


def test_a_reset_before_the_first_byte_has_sent_nothing(far: Make) -> None:
    """As a print server does that has another guest."""
    end = far(reset)

    class Late(TcpPrinter):
        def _connected(self) -> socket.socket:
            link = super()._connected()
            assert end.done.wait(10)
            return link

    with pytest.raises(NotSent, match="reset"):
        Late(*end.address).send(LABEL)


def test_a_reset_after_the_last_byte_is_in_doubt_too(far: Make) -> None:
    def serve(link: socket.socket) -> None:
        take(link, len(LABEL) - 1)
        reset(link)  # one byte unread: it is lost with what the printer had not yet looked at

    with pytest.raises(InDoubt, match="reset"):
        far(serve).printer().send(LABEL)


def test_a_printer_that_accepts_and_never_reads_is_in_doubt_once_nothing_more_fits(far: Make) -> None:
    gone = threading.Event()
    end = far(lambda link: hold(gone))
    with pytest.raises(InDoubt) as doubt:
        end.printer(timeout_s=0.3).send(bytes(32 << 20))
    gone.set()
    assert doubt.value.reason == "timeout"
    assert 0 < doubt.value.sent < 32 << 20


def test_a_question_to_a_printer_that_never_reads_is_mute(far: Make) -> None:
    gone = threading.Event()
    end = far(lambda link: hold(gone))
    assert end.printer().ask(b"~HS", 0.2) == b""
    gone.set()


def test_an_answer_in_pieces_is_one(far: Make) -> None:
    def serve(link: socket.socket) -> None:
        take(link, 3)
        for piece in (b"\x02030,", b"0,0", b"\x03\r\n"):
            link.sendall(piece)
        rest(link)

    assert far(serve).printer().ask(b"~HS", 5) == b"\x02030,0,0\x03\r\n"


def test_nobody_at_the_port_is_refused_before_the_first_byte() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = int(server.getsockname()[1])
    with pytest.raises(NotSent, match="refused"):
        TcpPrinter("127.0.0.1", port).send(LABEL)
    with pytest.raises(NotSent, match="refused"):
        TcpPrinter("127.0.0.1", port).ask(b"~HS", 1)


def test_a_printer_that_does_not_answer_the_connection_timed_out_before_the_first_byte() -> None:
    with socket.socket() as full, contextlib.ExitStack() as waiting:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for _ in range(4):  # its queue is full now, and what knocks is not heard
            knock = waiting.enter_context(socket.socket())
            knock.setblocking(False)
            knock.connect_ex(full.getsockname())
        with pytest.raises(NotSent, match="timeout"):
            TcpPrinter("127.0.0.1", full.getsockname()[1], 0.3).send(LABEL)


def test_a_name_nobody_knows_is_unreachable() -> None:
    assert word_for(socket.gaierror(socket.EAI_NONAME, "Name or service not known")) == "unreachable"
    assert word_for(OSError(errno.EHOSTUNREACH, "No route to host")) == "unreachable"


def test_its_name_is_its_identity() -> None:
    assert TcpPrinter("192.168.1.50", 9100).name == "tcp:192.168.1.50:9100"
    assert TcpPrinter("fe80::1", 9100).name == "tcp:[fe80::1]:9100"
