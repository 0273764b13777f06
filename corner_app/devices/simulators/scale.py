"""A scale on a serial line without the scale: what lies on it, and how badly it tells, is chosen by the caller. POSIX only."""

from __future__ import annotations

import os
import re
import select
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event

from corner_app.devices.scales.protocol import ProtocolName
from corner_app.devices.simulators.terminal import Terminal

CAPACITY_G = 30_000
_LOOK_S = 0.01
_TELL_S = 0.1
"""How often the continuous one tells its weight."""
_COMMANDS: dict[ProtocolName, re.Pattern[bytes]] = {
    "toledo": re.compile(rb"([\x20-\x7e])"),
    "sma": re.compile(rb"\n([^\r\n]*)\r"),
    "continuous": re.compile(rb"(?!)"),
}


class ScaleSimulator:
    """A scale at a pseudo-terminal, with the name SIMULATED; `run` it on a thread.

    All of these may be set at any time. grams: what lies on it. faults: any of "motion", "over", "under", "zero_error", "broken" (its own test fails),
    "mute" (says nothing), "garbled" (each message lacks a byte or has a wrong one). heard: its commands, in order.
    """

    def __init__(self, link: Path, protocol: ProtocolName = "toledo") -> None:
        """link: where the port is to be found; replaced if it is there. Raises OSError where there are no pseudo-terminals."""
        self._port = Terminal(link)
        self.link, self.protocol, self.name = link, protocol, f"SIMULATED {protocol}"
        self.grams = 0
        self.faults: set[str] = set()
        self.heard: list[str] = []
        self._zero_g = 0
        self._echoes = False
        self._damaged = 0
        self._held = b""
        self._told_s = 0.0

    def unplug(self) -> None:
        """The cable is out."""
        self._port.unplug()

    def replug(self) -> None:
        """The cable is in again, at another terminal behind the same name."""
        self._port.replug()

    def run(self, stop: Event) -> None:
        """Serves until `stop`, on the caller's thread; then the port is gone."""
        try:
            while not stop.is_set():
                self._stay_openable()
                self._listen()
                if self.protocol == "continuous" and time.monotonic() - self._told_s >= _TELL_S:
                    self._told_s = time.monotonic()
                    self._say(_line(self._shown_g, self._state))
        finally:
            self._port.unplug()

    def _stay_openable(self) -> None:
        """A pseudo-terminal has no seven bits, and the C library says so to whoever asks for nothing else new: so its speed is always one to be changed."""
        import termios  # here, for there is none on Windows

        if self._port.far_end < 0:
            return
        settings = termios.tcgetattr(self._port.far_end)
        if settings[4:6] != [termios.B50, termios.B50]:
            settings[4:6] = [termios.B50, termios.B50]
            termios.tcsetattr(self._port.far_end, termios.TCSANOW, settings)

    def _listen(self) -> None:
        end = self._port.far_end
        try:
            if end < 0 or not select.select([end], [], [], _LOOK_S)[0]:
                return
            self._held += os.read(end, 4096)
        except (OSError, ValueError):  # pulled while it listened
            self._held, self._echoes = b"", False
            return
        while (found := _COMMANDS[self.protocol].search(self._held)) is not None:
            self._held = self._held[found.end() :]
            self._obey(found[1].decode("latin-1"))

    def _obey(self, command: str) -> None:
        self.heard.append(command)
        if self._echoes and command != "F":
            self._say(command.encode("latin-1"))
            return
        if command == "Z" and self._state == "" and abs(self.grams) <= CAPACITY_G // 50:
            self._zero_g = self.grams
        said: Callable[[str], bytes] = self._toledo if self.protocol == "toledo" else self._sma
        self._say(said(command))

    @property
    def _shown_g(self) -> int:
        return self.grams - self._zero_g

    @property
    def _state(self) -> str:
        """What keeps it from a weight, "" nothing."""
        faults = set(self.faults)
        faults |= {"over"} if self._shown_g > CAPACITY_G else {"under"} if self._shown_g < 0 else set()
        return next((fault for fault in ("zero_error", "over", "under", "motion") if fault in faults), "")

    def _toledo(self, command: str) -> bytes:
        if command in "EF":
            self._echoes = command == "E"
            return b"\x02" + command.encode() + b"\r"
        if command == "W" and not self._state:
            return b"\x02%02d.%03d\r" % divmod(self._shown_g, 1000)
        bit = {"motion": 0x01, "over": 0x02, "under": 0x04, "zero_error": 0x08, "": 0x10 if self._shown_g == 0 else 0}[self._state]
        return b"\x02?" + bytes([0x40 | bit]) + b"\r"

    def _sma(self, command: str) -> bytes:
        match command:
            case "A":
                return b"\nSMA:1/1.0\r"
            case "B":
                return b"\nMFG:" + self.name.encode() + b"\r"
            case "D":
                return b"\n  C \r" if "broken" in self.faults else b"\n    \r"
            case "W" | "Z":
                at_zero = "Z" if self._shown_g == 0 else " "
                status = {"over": "O", "under": "U", "zero_error": "E"}.get(self._state, at_zero)
                weight = "-" * 10 if status == "E" else f"{self._shown_g / 1000:10.3f}"
                return f"\n{status}1G{'M' if self._state == 'motion' else ' '} {weight}kg \r".encode()
        return b"\n?\r"

    def _say(self, message: bytes) -> None:
        if "mute" in self.faults or self._port.far_end < 0:
            return
        if "garbled" in self.faults:
            message = self._damage(message)
        try:
            os.write(self._port.far_end, message)
        except OSError:  # pulled while it spoke
            self._held = b""

    def _damage(self, message: bytes) -> bytes:
        """Another place each time; in turn without the byte, with a wrong one, and cut there."""
        self._damaged += 1
        at = self._damaged % len(message)
        wrong = bytes([message[at] ^ 0x45])
        return message[:at] + (message[at + 1 :], wrong + message[at + 1 :], b"")[self._damaged % 3]


def _line(grams: int, state: str) -> bytes:
    """As A&D's indicators have it."""
    if state in ("over", "under"):
        return b"OL,GS,%b       kg\r\n" % (b"+" if state == "over" else b"-")
    word = "US" if state else "ST"
    return f"{word},GS,+{grams / 1000:7.3f}kg\r\n".encode()
