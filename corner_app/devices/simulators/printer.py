"""A ZPL label printer without the printer: answers like one, prints into a folder, and fails when told to."""

from __future__ import annotations

import os
import re
import select
import socket
import struct
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event, Lock

from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

from corner_app.devices.readback.picture import Picture, Unreadable
from corner_app.devices.readback.zpl import read
from corner_app.devices.simulators.terminal import Terminal

_COMMAND = re.compile(rb'~HS|~HQES|! U1 getvar "odometer\.total_label_count"\r?\n|\^XA.*?\^XZ', re.DOTALL)
_BITS = {"media_out": 0x1, "head_open": 0x4}
_STRIP = 48
_LOOK_S = 0.1
_IDLE_S = 5.0
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class PrinterSimulator:
    """A printer at a TCP port, and at a serial port too when asked. Each label becomes label-0001.png …, with a grey strip under it that says
    SIMULATED.

    All of these may be set at any time. faults: any of "media_out", "head_open" (both show in the answers, and nothing is printed), "mute"
    (answers nothing, prints) and "quiet_faults" (no answer to ~HS while another fault lasts, as Zebra's printers do). reset_after: bytes of one
    connection after which it breaks, None never. die_after_print: the printer goes off after the next label. slow_s: seconds a label takes
    before it is out and counted. printed: the pictures so far.
    """

    def __init__(self, folder: Path, host: str = "127.0.0.1", port: int = 0) -> None:
        """folder: made if missing. port: 0 takes a free one, see `address`. Raises OSError when the port is taken."""
        self.folder = folder
        self.faults: set[str] = set()
        self.reset_after: int | None = None
        self.die_after_print = False
        self.slow_s = 0.0
        self.printed: list[Path] = []
        self.unreadable = 0
        folder.mkdir(parents=True, exist_ok=True)
        self._count = len(list(folder.glob("label-*.png")))
        self._listener = socket.create_server((host, port))
        self._listener.settimeout(_LOOK_S)
        self.address: tuple[str, int] = self._listener.getsockname()[:2]
        self._dead = False
        self._paper = Lock()

    def run(self, stop: Event) -> None:
        """Serves one connection after the other until `stop` or its own death, on the caller's thread; then the port is closed."""
        with self._listener:
            while not stop.is_set() and not self._dead:
                try:
                    link, _ = self._listener.accept()
                except TimeoutError:
                    continue
                with link:
                    self._serve(link, stop)

    def run_serial(self, link: Path, stop: Event) -> None:
        """Serves a serial port, to be opened at `link`, until `stop`, its own death or a break; then the cable is out. POSIX only."""
        port = Terminal(link)
        try:
            held, received = b"", 0
            while not stop.is_set() and not self._dead:
                if not select.select([port.far_end], [], [], _LOOK_S)[0]:
                    received = received if held else 0
                    continue
                data = os.read(port.far_end, 4096)
                received += len(data)
                if self.reset_after is not None and received > self.reset_after:
                    return
                held = self._obey(held + data, lambda answer: _write_all(port.far_end, answer), stop)
        finally:
            port.unplug()

    def _serve(self, link: socket.socket, stop: Event) -> None:
        link.settimeout(_LOOK_S)
        held, received, heard = b"", 0, time.monotonic()
        while not stop.is_set() and not self._dead and time.monotonic() - heard < _IDLE_S:
            try:
                data = link.recv(4096)
            except TimeoutError:
                continue
            except OSError:
                return
            if not data:
                return
            received, heard = received + len(data), time.monotonic()
            if self.reset_after is not None and received > self.reset_after:
                link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
                return
            held = self._obey(held + data, link.sendall, stop)

    def _obey(self, data: bytes, answer: Callable[[bytes], object], stop: Event) -> bytes:
        """Does every whole command in data and gives the rest."""
        while not self._dead and (command := _COMMAND.search(data)):
            data = data[command.end() :]
            if command[0].startswith(b"^XA"):
                if self.slow_s:
                    stop.wait(self.slow_s)
                self._print(command[0])
            elif said := self._said(command[0]):
                try:
                    answer(said)
                except OSError:
                    return b""
        return data

    def _said(self, query: bytes) -> bytes:
        """The answer to a query, b"" where it gives none."""
        broken = self.faults & set(_BITS)
        if "mute" in self.faults or (query == b"~HS" and broken and "quiet_faults" in self.faults):
            return b""
        if query == b"~HQES":
            bits = sum(_BITS[fault] for fault in broken)
            words = (("ERRORS:  ", int(bool(bits)), bits), ("WARNINGS:", 0, 0))
            return ("\x02\r\nPRINTER STATUS\r\n" + "".join(f"   {name} {flag} 00000000 {mask:08X}\r\n" for name, flag, mask in words) + "\x03").encode()
        return self._status() if query == b"~HS" else b'"%d"' % self._count

    def _status(self) -> bytes:
        paper_out, head_open = "media_out" in self.faults, "head_open" in self.faults
        strings = (f"030,{paper_out:d},0,1218,000,0,0,0,000,0,0,0", f"000,0,{head_open:d},0,0,2,4,0,00000000,1,000", "1234,0")
        return "".join(f"\x02{text}\x03\r\n" for text in strings).encode()

    def _print(self, label: bytes) -> None:
        if self.faults & {"media_out", "head_open"}:
            return
        try:
            picture = read(label)
        except Unreadable:
            self.unreadable += 1
            return
        with self._paper:
            path = self.folder / f"label-{self._count + 1:04}.png"
            marks = PngInfo()
            marks.add_text("Comment", "SIMULATED")
            paper(picture).save(path, pnginfo=marks)
            self._count += 1
            self.printed.append(path)
            self._dead = self.die_after_print


def paper(picture: Picture) -> Image.Image:
    """The label as a grey-scale picture, one dot a pixel, with the strip that says it is simulated under it."""
    dots = Image.frombytes("1", (picture.width, picture.height), picture.rows, "raw", "1;I")
    sheet = Image.new("L", (picture.width, picture.height + _STRIP), 190)
    sheet.paste(dots, (0, 0))
    ImageDraw.Draw(sheet).text((8, picture.height + 8), "SIMULATED", fill=0, font=ImageFont.load_default(28))
    return sheet


def _write_all(end: int, data: bytes) -> None:
    while data:
        data = data[os.write(end, data) :]
