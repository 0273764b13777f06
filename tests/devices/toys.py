"""A printer of no make, on a real socket, with a language of lines: for what a spool promises of every language."""

from __future__ import annotations

import socket
import struct
import threading
from types import TracebackType
from typing import Literal, Self

from corner_app.devices.languages.language import Ask, Language
from corner_app.devices.languages.page import Page
from corner_app.devices.printer import Printer
from corner_app.devices.profile import Profile
from corner_app.devices.status import MUTE, PrinterStatus, status_of
from corner_app.devices.transports.tcp import TcpPrinter


def encode(page: Page, profile: Profile, job: int) -> bytes:
    return b"label %d " % job + page.rows.hex().encode() + b"\n"


def status(ask: Ask) -> PrinterStatus:
    said = ask(b"state\n", 2.0).split()
    return status_of(tuple(word.decode() for word in said[1:]), b"", busy=said[0] == b"busy") if said else MUTE


def count(ask: Ask) -> int | None:
    said = ask(b"count\n", 2.0)
    return int(said) if said else None


def replied(heard: bytes, job: int) -> bool:
    return b"done %d\n" % job in heard


TOY = Language("escpos", encode, status, count, replied, cancel=b"forget\n")


class ToyPrinter:
    """Answers and fails as it is told, all at any time.

    fault, fault_after_work, warning: what it complains of, and from when. mute: answers nothing. busy_looks: how often it still says that it is busy.
    works_for_looks: the same after each label. counts_at_a_label: how far its count rises. kept_before: labels it kept and prints before the next.
    says: its reply to a job instead of the right one. breaks_at: bytes of a connection after which it resets it, 0 never.
    asked: every command but labels; labels: how many came whole and, as it had no fault, were printed, and printed: their jobs.
    """

    def __init__(self) -> None:
        self.fault = self.fault_after_work = self.warning = b""
        self.mute = False
        self.busy_looks, self.works_for_looks = 0, 1
        self.counts_at_a_label, self.kept_before, self.breaks_at = 1, 0, 0
        self.says: bytes | None = None
        self.asked: list[bytes] = []
        self.printed: list[int] = []
        self.labels = self._count = self._to_come = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, name="toy")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join(10)
        self._listener.close()

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens."""
        host, port = self._listener.getsockname()[:2]
        return str(host), int(port)

    def printer(self, confirm: str, *, two_way: bool = True, status: Literal["native", "none"] = "native") -> Printer:
        """The way to it. confirm: of the profile."""
        profile = Profile(name="Toy", language="escpos", confirm=confirm, two_way=two_way, status=status)  # type: ignore[arg-type]
        return Printer(TcpPrinter(*self.address), TOY, profile, answer_s=0.3)

    def _serve(self) -> None:
        while True:
            try:
                link, _ = self._listener.accept()
            except OSError:
                return
            with link:
                try:
                    self._hear(link)
                except ConnectionError:
                    continue

    def _hear(self, link: socket.socket) -> None:
        held = b""
        while data := link.recv(4096):
            held += data
            if self.breaks_at and held.startswith(b"label") and len(held) > self.breaks_at:
                link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return
            *whole, held = held.split(b"\n")
            for line in whole:
                link.sendall(self._obey(line))
                if not line.startswith(b"label") and not self.mute:
                    return  # a question is over with its answer

    def _obey(self, line: bytes) -> bytes:
        word, _, rest = line.partition(b" ")
        if word == b"label":
            return self._print(rest.split()[0])
        self.asked.append(word)
        if self.mute or word == b"forget":
            return b""
        return b"%d\n" % self._count if word == b"count" else self._state()

    def _print(self, job: bytes) -> bytes:
        if self.fault:
            return b""
        self.labels += 1
        self.printed.append(int(job))
        self._count += self.kept_before
        self.busy_looks = self.works_for_looks
        if self.busy_looks:
            self._to_come += self.counts_at_a_label
        else:
            self._count += self.counts_at_a_label
        return b"done %s\n" % job if self.says is None else self.says

    def _state(self) -> bytes:
        if self.busy_looks:
            self.busy_looks -= 1
            if not self.busy_looks:
                self._count, self._to_come = self._count + self._to_come, 0
            return b"busy\n"
        self.fault = self.fault or (self.fault_after_work if self.labels else b"")
        return b"ready %s %s\n" % (self.fault, self.warning)
