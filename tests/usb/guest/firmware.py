"""A label printer's own side of its cable: takes what comes, answers as the ZPL II guide says, and takes no more when told to."""

from __future__ import annotations

import os
import re
import select
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

from tests.usb.guest.scenario import meanwhile, wait_for

MODEL = "ZD421-203dpi"
_HOST_IDENTIFICATION = f"\x02{MODEL},V93.21.09Z,8,8192KB\x03\r\n".encode()
_QUESTIONS = re.compile(rb'~HI\x1b@|~HS\r\n|! U1 getvar "odometer\.total_label_count"\r\n')
_LABEL = re.compile(rb"\^XZ")
_LOOK_MS, _QUIET_S = 50, 0.5


class Firmware:
    """got: all bytes so far but the questions it answered. paper_out, limit: changed at will; limit: bytes after which it takes no more."""

    def __init__(self, node: Path, talks: bool) -> None:
        """talks: whether it looks for questions and labels in what it takes."""
        self.got = b""
        self.labels = 1000
        self.paper_out = False
        self.limit: int | None = None
        self._heard_s = time.monotonic()
        self._talks = talks
        self._line = wait_for(lambda: _opened(node), f"{node} to be there")

    def run(self, stop: Event) -> None:
        """Takes and answers until `stop`, or until the cable is out."""
        poll = select.poll()
        poll.register(self._line, select.POLLIN)
        try:
            while not stop.is_set():
                if self.limit is not None and len(self.got) >= self.limit:
                    stop.wait(_LOOK_MS / 1000)
                elif poll.poll(_LOOK_MS) and not self._take():
                    return
        finally:
            os.close(self._line)

    def quiet(self) -> bytes:
        """What came, once nothing more does; b"" before."""
        return self.got if time.monotonic() - self._heard_s > _QUIET_S else b""

    def _take(self) -> bool:
        try:
            data = os.read(self._line, 4096)
        except BlockingIOError:
            return True
        except OSError:  # the cable is out
            return False
        self.got += data
        self._heard_s = time.monotonic()
        if self._talks:
            while (asked := _QUESTIONS.search(self.got)) is not None:
                self._count(self.got[: asked.start()])
                self.got = self.got[: asked.start()] + self.got[asked.end() :]
                os.write(self._line, self._answer(asked[0]))
        return True

    def _count(self, before: bytes) -> None:
        self.labels = 1000 + len(_LABEL.findall(before))

    def _answer(self, question: bytes) -> bytes:
        if question.startswith(b"~HI"):
            return _HOST_IDENTIFICATION
        if question.startswith(b"~HS"):
            return f"\x02030,{self.paper_out:d},0,1218,000,0,0,0,000,0,0,0\x03\r\n\x02000,0,0,0,0,2,4,0,00000000,1,000\x03\r\n\x021234,0\x03\r\n".encode()
        return f'"{self.labels}"'.encode()


def _opened(node: Path) -> int | None:
    try:
        return os.open(node, os.O_RDWR | os.O_NONBLOCK)
    except OSError:  # not there yet
        return None


@contextmanager
def firmware(node: str, *, talks: bool = True) -> Iterator[Firmware]:
    """A printer at work behind a gadget until the block is left."""
    printer, stop = Firmware(Path(node), talks), Event()
    with meanwhile(lambda: printer.run(stop), stop.set):
        yield printer
