"""A scanner that types, taken from Linux before anybody else sees its keys (EVIOCGRAB): no layout, no focus, one device for itself.

The right to read /dev/input comes from a udev rule or the group "input".
"""

from __future__ import annotations

import importlib
import select
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Event
from typing import Any, Protocol

from corner_app.devices.identity import Usb, present_path
from corner_app.devices.scanners.altcode import alt_character
from corner_app.devices.scanners.framing import LONGEST, Noise, read_text
from corner_app.devices.scanners.keeping import READ_S, NoiseBell, PortState, keep_reading, now_ms, unnoticed
from corner_app.devices.scanners.places import usb_place
from corner_app.devices.scanners.profile import AS_SOLD, ScannerProfile
from corner_app.devices.scanners.wedge import function_key, keypad_digit, letter
from corner_app.domain.scan import Scan

SILENCE_MS = 120
"""Silence that ends a code without terminator."""
EV_SYN, EV_KEY, SYN_DROPPED = 0, 1, 3
_SHIFTS, _CONTROLS, _ALTS = frozenset({42, 54}), frozenset({29, 97}), frozenset({56, 100})
_ENTERS, _TAB = frozenset({28, 96}), 15
_DIGIT_1 = 2
_X11 = 8
"""An X11 keycode is an evdev code and 8, so one table serves both."""


class KeyCodes:
    """Makes codes of one grabbed device's keys. noise: codes that cannot be, and keys that the system dropped. Not for two threads at once."""

    def __init__(self, device: str, profile: ScannerProfile = AS_SOLD) -> None:
        """device: stable name of the scanner, put into every Scan. profile: its prefix, which may be a function key, suffix and AIM."""
        self.device = device
        self.noise = 0
        self._profile = profile
        self._text: list[str] = []
        self._down: set[int] = set()
        self._digits: str | None = None
        self._begun = self._missed = False
        self._last_ms = 0

    def feed(self, code: int, value: int, at_ms: int) -> Scan | None:
        """The code this key ends, None if it ends none. code: of linux/input-event-codes.h. value: 1 pressed, 0 let go, 2 repeated by itself."""
        self._last_ms = at_ms
        if code in _SHIFTS | _CONTROLS | _ALTS:
            return self._modifier(code, value, at_ms)
        if value != 1:
            return None
        suffix = self._profile.suffix
        if code in _ENTERS or code == _TAB:
            return self._end(at_ms) if ("TAB" in suffix if code == _TAB else suffix & {"CR", "LF"}) else self._typed("\t" if code == _TAB else "\r", at_ms)
        if self._profile.function_key and function_key(code + _X11, "x11") == self._profile.function_key:
            scan = self._end(at_ms)
            self._begun = True
            return scan
        if self._digits is not None:
            self._digits += keypad_digit(code + _X11, "x11")
            return None
        char = letter(code + _X11, bool(self._down & _SHIFTS), "x11")
        return self._typed(chr(ord(char.upper()) & 0x1F) if char and self._down & _CONTROLS else char, at_ms)

    def idle(self, at_ms: int) -> Scan | None:
        """The code that has waited SILENCE_MS for its terminator. To be called when a read came back empty."""
        return self._end(at_ms) if at_ms - self._last_ms >= SILENCE_MS else None

    def missed(self) -> None:
        """The system dropped keys: what is typed until the next terminator is no whole code, and what is held down is not known."""
        self._missed = True
        self._down.clear()
        self._digits = None

    def lost(self) -> None:
        """The device is gone: half a code is noise."""
        self.noise += bool(self._text or self._missed)
        self._text.clear()
        self._down.clear()
        self._digits, self._begun, self._missed = None, False, False

    def _modifier(self, code: int, value: int, at_ms: int) -> Scan | None:
        if value:
            self._down.add(code)
        else:
            self._down.discard(code)
        if code not in _ALTS or value == 2:
            return None
        if value:
            self._digits = ""
            return None
        digits, self._digits = self._digits or "", None
        return self._typed(alt_character(digits), at_ms)

    def _typed(self, char: str, at_ms: int) -> Scan | None:
        """A character more. One that was typed by Ctrl or by its code may be what ends a code, too."""
        names = {"\r": "CR", "\n": "LF", "\t": "TAB", "\x03": "ETX"}
        if char in names and names[char] in self._profile.suffix:
            return self._end(at_ms)
        if len(self._text) < LONGEST:
            self._text.append(char)
        else:
            self._missed = True
        return None

    def _end(self, at_ms: int) -> Scan | None:
        text, missed, begun = "".join(self._text), self._missed, self._begun
        self._text.clear()
        self._missed = self._begun = False
        if missed or (text and self._profile.function_key and not begun):
            self.noise += 1
            return None
        try:
            return read_text(text, self.device, at_ms, self._profile) if text else None
        except Noise:
            self.noise += 1
            return None


class InputEvent(Protocol):
    """One event of the kernel's."""

    type: int
    code: int
    value: int


class Grabbed(Protocol):
    """An open and grabbed device, as `evdev.InputDevice` is one."""

    def fileno(self) -> int:
        """What select waits for."""

    def read(self) -> Iterable[InputEvent]:
        """The events that are there. Raises OSError when the device is gone."""

    def close(self) -> None:
        """Lets it go, and with it the grab."""


def read_evdev(
    open_device: Callable[[], Grabbed | None],
    on_scan: Callable[[Scan], None],
    on_state: Callable[[PortState], None],
    stop: Event,
    device: str = "evdev",
    profile: ScannerProfile = AS_SOLD,
    on_noise: Callable[[], None] = unnoticed,
) -> None:
    """Reads one scanner until `stop`; on the caller's thread.

    open_device: the open and grabbed device, None while it is not to be had: `lambda: open_evdev(identity)`. on_state: see `keep_reading`.
    device: the name in each Scan. on_noise: something came that is no code. What the three raise goes through.
    """
    keys = KeyCodes(device, profile)

    def read_until_lost(link: Grabbed) -> None:
        try:
            _read_until_lost(link, keys, on_scan, NoiseBell(keys, on_noise), stop)
        finally:
            link.close()
        keys.lost()

    keep_reading(open_device, read_until_lost, on_state, stop)


def _read_until_lost(link: Grabbed, keys: KeyCodes, on_scan: Callable[[Scan], None], bell: NoiseBell, stop: Event) -> None:
    while not stop.is_set():
        try:
            ready = select.select([link], [], [], min(READ_S, SILENCE_MS / 1000))[0]
            events = list(link.read()) if ready else []
        except (OSError, ValueError):  # ValueError: closed
            return
        if ready and not events:
            return
        for event in events:
            scan = _heard(event, keys)
            if scan is not None:
                on_scan(scan)
        scan = None if events else keys.idle(now_ms())
        if scan is not None:
            on_scan(scan)
        bell.ring()


def _heard(event: InputEvent, keys: KeyCodes) -> Scan | None:
    if event.type == EV_SYN and event.code == SYN_DROPPED:
        keys.missed()
    return keys.feed(event.code, event.value, now_ms()) if event.type == EV_KEY else None


@dataclass(frozen=True, slots=True)
class Keyboard:
    """Something plugged in that types, as `identity.identities` takes it. device: the path of this hour. product: what it calls itself."""

    device: str
    vid: int | None
    pid: int | None
    serial_number: str | None
    location: str | None
    product: str = ""


def attached_keyboards() -> list[Keyboard]:
    """What is plugged in that types digits and Enter, and that we may read. Linux only: elsewhere ImportError."""
    found = []
    for path in _evdev().list_devices():
        try:
            device = _evdev().InputDevice(path)
        except OSError:  # gone this moment, or not ours to read
            continue
        keys = device.capabilities().get(EV_KEY, [])
        if _DIGIT_1 in keys and _ENTERS & set(keys):
            info = device.info
            found.append(Keyboard(path, info.vendor, info.product, device.uniq or None, usb_place(path) or None, device.name))
        device.close()
    return found


def open_evdev(identity: Usb) -> Grabbed | None:
    """Opens and grabs a scanner by what it is; None while it is not there, not ours to read, or grabbed by another. Linux only: else ImportError."""
    path = present_path(identity, attached_keyboards)
    if path is None:
        return None
    try:
        device = _evdev().InputDevice(path)
    except OSError:
        return None
    try:
        device.grab()
    except OSError:  # another has it
        device.close()
        return None
    grabbed: Grabbed = device
    return grabbed


def _evdev() -> Any:
    return importlib.import_module("evdev")
