"""From a counter's settings to its scanners and its scale: each read on a thread of its own, and a scanner that can hear told how its scan went."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from threading import Event
from typing import Protocol

from corner_app.config import CounterScanner, Settings
from corner_app.devices.identity import BadIdentity, Usb, identity_of, port_of
from corner_app.devices.scanners.answering import AnsweringScanner
from corner_app.devices.scanners.evdev import open_evdev, read_evdev
from corner_app.devices.scanners.feedback import Feedback
from corner_app.devices.scanners.hid_pos import open_hid_pos, read_hid_pos
from corner_app.devices.scanners.honeywell import Honeywell
from corner_app.devices.scanners.keeping import PortState
from corner_app.devices.scanners.profile import BadScannerProfile, ScannerProfile
from corner_app.devices.scanners.serial import find_port, read_scans
from corner_app.devices.scanners.ssi import Ssi
from corner_app.devices.setup.station import Device
from corner_app.domain.scan import Scan
from corner_app.domain.trouble import Trouble

_log = logging.getLogger(__name__)


class Run(Protocol):
    """Reads one scanner until stop, on the caller's thread, through every unplugging."""

    def __call__(
        self, on_scan: Callable[[Scan], None], on_state: Callable[[PortState], None], stop: Event, on_noise: Callable[[], None]
    ) -> None: ...  # fmt: skip


def _cannot_hear(feedback: Feedback) -> None:
    """A scanner that only talks."""


@dataclass(frozen=True, slots=True)
class Scanner:
    """One scanner of this counter. name: as in its scans. tell: answers its last scan; never waits."""

    name: str
    run: Run
    tell: Callable[[Feedback], None] = _cannot_hear


def scanner_of(entry: CounterScanner) -> Scanner:
    """The scanner that an entry of the settings names. Raises Trouble("bad_settings") for one that this program cannot reach."""
    try:
        profile = ScannerProfile(entry.identity, entry.prefix, frozenset(entry.suffix), entry.aim, entry.role)
        match entry.kind:
            case "hid_pos" | "evdev":
                return _on_usb(entry, profile)
            case "ssi" | "honeywell":
                return _answering(entry, profile)
            case "serial":
                return _serial(entry, profile)
    except BadScannerProfile as error:
        raise _wrong(str(error)) from error
    except BadIdentity as error:
        raise _wrong(f"identity = {entry.identity!r}") from error


def all_scanners(settings: Settings) -> tuple[CounterScanner, ...]:
    """Every scanner with a line of its own, the one of older files first; one that is named twice is read once."""
    old = (CounterScanner(settings.scanner.port, baud=settings.scanner.baud),) if settings.scanner.port else ()
    return tuple({entry.identity: entry for entry in (*old, *settings.scanners)}.values())


def _serial(entry: CounterScanner, profile: ScannerProfile) -> Scanner:
    port_of(entry.identity)
    name = entry.identity

    def run(on_scan: Callable[[Scan], None], on_state: Callable[[PortState], None], stop: Event, on_noise: Callable[[], None]) -> None:
        read_scans(lambda: find_port(name), on_scan, on_state, stop, entry.baud, name, profile, on_noise)

    return Scanner(name, run)


def _answering(entry: CounterScanner, profile: ScannerProfile) -> Scanner:
    port_of(entry.identity)
    name = entry.identity
    dialect = Ssi(name, profile) if entry.kind == "ssi" else Honeywell(name, profile)
    scanner: AnsweringScanner[Ssi | Honeywell] = AnsweringScanner(lambda: find_port(name), dialect, entry.baud, entry.rts_cts)
    return Scanner(name, scanner.run, scanner.tell)


def _on_usb(entry: CounterScanner, profile: ScannerProfile) -> Scanner:
    identity = identity_of(entry.identity)
    if not isinstance(identity, Usb):
        raise BadIdentity(entry.identity)
    hid = entry.kind == "hid_pos"
    driver = "evdev" if not hid else "hidraw" if sys.platform == "linux" else "hid"
    if find_spec(driver) is None:
        raise _wrong(f"kind = {entry.kind!r}: {driver}")

    def run(on_scan: Callable[[Scan], None], on_state: Callable[[PortState], None], stop: Event, on_noise: Callable[[], None]) -> None:
        if hid:
            read_hid_pos(lambda: open_hid_pos(identity), on_scan, on_state, stop, entry.identity, profile, on_noise)
        else:
            read_evdev(lambda: open_evdev(identity), on_scan, on_state, stop, entry.identity, profile, on_noise)

    return Scanner(entry.identity, run)


def _wrong(why: str) -> Trouble:
    return Trouble("bad_settings", file="corner.toml", why=why)


class Scanners:
    """All scanners of a counter at work. `start` once; `tell` from the window's thread. What it is given is called on the scanners' threads."""

    def __init__(
        self, on_scan: Callable[[Scan], None], on_noise: Callable[[str], None], on_state: Callable[[str, PortState], None], stop: Event
    ) -> None:  # fmt: skip
        """on_noise, on_state: with the scanner's name."""
        self._on_scan, self._on_noise, self._on_state, self._stop = on_scan, on_noise, on_state, stop
        self._tell: dict[str, Callable[[Feedback], None]] = {}

    def start(self, scanner: Scanner, thread: Callable[[str, Callable[[], None]], None]) -> None:
        """Reads one more. thread: begins a thread of this name."""
        self._tell[scanner.name] = scanner.tell
        thread(f"scanner-{scanner.name}", lambda: self._read(scanner))

    def tell(self, device: str, feedback: Feedback) -> None:
        """Says how the last scan of this scanner went; to one that cannot hear, to nobody."""
        self._tell.get(device, _cannot_hear)(feedback)

    def _read(self, scanner: Scanner) -> None:
        name = scanner.name
        try:
            scanner.run(self._on_scan, lambda state: self._on_state(name, state), self._stop, lambda: self._on_noise(name))
        finally:
            if not self._stop.is_set():  # a thread that died reads nothing, and the header must not say otherwise
                _log.error("the scanner %s is read no more", name)
                self._on_state(name, "lost")


def worst(states: Iterable[PortState]) -> str:
    """One word for the header: "keyboard" where no scanner has a line of its own or none has been heard of yet."""
    known = frozenset(states)
    return "lost" if "lost" in known else "ready" if known else "keyboard"


def devices(settings: Settings) -> tuple[Device, ...]:
    """The scanners with a line of their own and the scale as the settings name them, for the station; how they are is not known yet."""
    made = [
        Device("scanner", entry.identity, entry.kind, _WAYS.get(entry.kind, entry.kind), entry.role, str(entry.baud) if entry.kind not in _WITHOUT_BAUD else "")
        for entry in all_scanners(settings)
    ]
    scale = settings.scale
    if scale.identity:
        made.append(Device("scale", scale.identity, scale.protocol, "serial", about=str(scale.baud or "")))
    return tuple(made)


_WAYS = {"ssi": "serial", "honeywell": "serial"}
_WITHOUT_BAUD = frozenset({"hid_pos", "evdev"})
