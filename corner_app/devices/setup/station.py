"""What this counter has: its devices as they are now, and what happened to them lately. A value and a fold of events, so that every screen says the same."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal["scanner", "label_printer", "receipt_printer", "scale", "drawer"]
KINDS: tuple[Kind, ...] = ("scanner", "label_printer", "receipt_printer", "scale", "drawer")
"""In the order in which they are shown."""
PRINTERS: tuple[Kind, ...] = ("label_printer", "receipt_printer")
SCANNER: tuple[Kind, ...] = ("scanner",)
SCALE: tuple[Kind, ...] = ("scale",)
Tone = Literal["good", "busy", "look", "stop"]

LOG = 200
"""Events kept."""
SCANS = 20
"""Scans kept for the test page."""

_PICKUP = re.compile(r"(BDP/[0-9A-Z]+/)\d+", re.IGNORECASE)
_GOOD = frozenset({"ready", "connected", "keyboard", "stable", "closed"})
_BUSY = frozenset({"unknown", "busy", "testing", "unstable", "open"})
_STOP = frozenset({"broken", "simulated"})


@dataclass(frozen=True, slots=True)
class Device:
    """One device of the counter.

    name: what it is known by, an identity of `devices.identity` or a scanner's stable name. profile: its model, in the maker's words. way: how it is
    reached: "serial", "usb", "network", "queue", "file", "keyboard", "hid_pos", "evdev", "printer" (a drawer behind it). role: of a scanner, where it
    lies. about: further facts in Latin letters and digits ("4x6in 203", "9600 7E1"). word: how it is, stable: a printer's condition, "connected", "lost"
    or "keyboard" of a scanner, a scale's word, "open" or "closed" of a drawer, "unknown" before anything was heard, "bad_settings" or "twice" of one that
    the settings name wrongly. why: the transport's word, or the line of the settings that is wrong. warnings: what does not stop it yet. at: ms UTC of
    the last event, done_at: of the last scan, label or opening, 0 none. count: scans or labels today. grams: on a scale that stands still. reason: for
    which a drawer was opened last. by_keys: a typed scan was right though the layout made other letters.
    """

    kind: Kind
    name: str
    profile: str = ""
    way: str = ""
    role: str = ""
    about: str = ""
    word: str = "unknown"
    why: str = ""
    warnings: tuple[str, ...] = ()
    at: int = 0
    done_at: int = 0
    count: int = 0
    grams: int | None = None
    reason: str = ""
    by_keys: bool = False

    @property
    def tone(self) -> Tone:
        """good: works. busy: at work, or nothing known yet. look: wants a hand. stop: cannot work here."""
        if self.word in _STOP:
            return "stop"
        if self.word in _GOOD:
            return "look" if self.warnings else "good"
        return "busy" if self.word in _BUSY else "look"


@dataclass(frozen=True, slots=True)
class LogLine:
    """at: ms UTC. device: its name. word: what happened, stable. detail: in the device's own or plain words, "" none."""

    at: int
    device: str
    word: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ScanSeen:
    """One scan on the test page. raw: as it came, control characters and all, as far as it is known. gaps_ms: between its keys, of a scanner that types.

    again_ms: milliseconds since the same code from the same scanner, None for a first time.
    """

    at: int
    device: str
    text: str
    aim: str = ""
    raw: bytes = b""
    gaps_ms: tuple[int, ...] = ()
    again_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Station:
    """devices: in the order of KINDS. log: newest last. scans: newest first."""

    devices: tuple[Device, ...] = ()
    log: tuple[LogLine, ...] = ()
    scans: tuple[ScanSeen, ...] = ()

    def device(self, name: str, kinds: Container[Kind] = KINDS) -> Device | None:
        """By what it is known by; one of these kinds, where a printer and a scanner are named alike."""
        return next((device for device in self.devices if device.name == name and device.kind in kinds), None)

    def log_of(self, name: str) -> tuple[LogLine, ...]:
        """What happened to one device, newest last."""
        return tuple(line for line in self.log if line.device == name)


@dataclass(frozen=True, slots=True)
class Added:
    """A device was named in the settings, or was heard for the first time."""

    device: Device
    at: int


@dataclass(frozen=True, slots=True)
class Forgotten:
    """It is none of this counter's any more."""

    kind: Kind
    name: str
    at: int


@dataclass(frozen=True, slots=True)
class PrinterIs:
    """As `spool.Condition` says it, or "testing" while a set-up has it."""

    name: str
    word: str
    at: int
    warnings: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class PrinterPrinted:
    """A label, or a doubt about one. word: "printed", "in_doubt" or "failed"."""

    name: str
    word: str
    at: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ScannerIs:
    """word: "connected", "lost" or "keyboard"."""

    name: str
    word: str
    at: int


@dataclass(frozen=True, slots=True)
class Scanned:
    """by_keys: it was right although the keyboard's layout made other letters of it."""

    seen: ScanSeen
    by_keys: bool = False


@dataclass(frozen=True, slots=True)
class ScanNoise:
    """Something came that is no code."""

    name: str
    at: int


@dataclass(frozen=True, slots=True)
class ScaleIs:
    """As `scales.reading.Reading` says it."""

    name: str
    word: str
    at: int
    grams: int | None = None


@dataclass(frozen=True, slots=True)
class DrawerIs:
    """word: "open" or "closed", or why it is not known. reason: why it was opened, "" when it only says how it is."""

    name: str
    word: str
    at: int
    reason: str = ""


StationEvent = Added | Forgotten | PrinterIs | PrinterPrinted | ScannerIs | Scanned | ScanNoise | ScaleIs | DrawerIs


def fold(station: Station, event: StationEvent) -> Station:
    """The station after one event. What is said of a device nobody has named changes nothing, but a scanner that scans is one."""
    match event:
        case Added(device, at):
            others = [one for one in station.devices if one.name != device.name or one.kind != device.kind]
            devices = tuple(sorted((*others, device), key=lambda one: KINDS.index(one.kind)))
            return _logged(replace(station, devices=devices), LogLine(at, device.name, "added", device.profile))
        case Forgotten(kind, name, at):
            left = tuple(one for one in station.devices if (one.kind, one.name) != (kind, name))
            return _logged(replace(station, devices=left), LogLine(at, name, "forgotten"))
        case PrinterIs(name, word, at, warnings, why):
            return _said(station, PRINTERS, name, at, word, why, word=word, warnings=warnings, why=why, at=at)
        case PrinterPrinted(name, word, at, detail):
            printed = _count(station, name) + (word == "printed")
            return _said(station, PRINTERS, name, at, word, detail, at=at, done_at=at, count=printed)
        case ScannerIs(name, word, at):
            return _said(station, SCANNER, name, at, word, word=word, at=at)
        case Scanned(seen, by_keys):
            return _scanned(station, seen, by_keys)
        case ScanNoise(name, at):
            return _said(station, SCANNER, name, at, "noise", at=at)
        case ScaleIs(name, word, at, grams):
            return _weighed(station, name, word, at, grams)
        case DrawerIs(name, word, at, reason):
            changes: dict[str, object] = {"reason": reason, "at": at, "done_at": at} if reason else {}
            return _said(station, ("drawer",), name, at, word, reason, word=word, **changes)


def folded(events: Iterable[StationEvent], station: Station | None = None) -> Station:
    """After all of them, in their order."""
    made = station or Station()
    for event in events:
        made = fold(made, event)
    return made


def new_day(station: Station) -> Station:
    """Counts begin anew; what is connected stays."""
    return replace(station, devices=tuple(replace(device, count=0) for device in station.devices))


def _count(station: Station, name: str) -> int:
    device = station.device(name, PRINTERS)
    return device.count if device is not None else 0


def _said(station: Station, kinds: Container[Kind], name: str, when: int, what: str, detail: str = "", **changes: object) -> Station:
    """Changes one device, and logs it unless the log's last line of it says the same."""
    if station.device(name, kinds) is None:
        return station
    devices = tuple(replace(one, **changes) if one.name == name and one.kind in kinds else one for one in station.devices)  # type: ignore[arg-type]
    made = replace(station, devices=devices)
    last = next((line for line in reversed(station.log) if line.device == name), None)
    same = last is not None and (last.word, last.detail) == (what, detail) and what not in ("printed", "noise")
    return made if same else _logged(made, LogLine(when, name, what, detail))


def _scanned(station: Station, seen: ScanSeen, by_keys: bool) -> Station:
    seen = replace(seen, text=without_code(seen.text), raw=without_code(seen.raw.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape"))
    device = station.device(seen.device, SCANNER)
    if device is None:
        device = Device("scanner", seen.device, word="connected")
        station = fold(station, Added(device, seen.at))
    word = "keyboard" if device.word in ("keyboard", "unknown") and device.way == "keyboard" else "connected"
    made = _said(
        station, SCANNER, seen.device, seen.at, "scanned", seen.text, word=word, at=seen.at, done_at=seen.at, count=device.count + 1,
        by_keys=device.by_keys or by_keys,
    )  # fmt: skip
    return replace(made, scans=(seen, *made.scans)[:SCANS])


def without_code(text: str) -> str:
    """A buyer's QR holds his pickup code, which is nobody's to see."""
    return _PICKUP.sub(r"\1…", text)


def _weighed(station: Station, name: str, word: str, at: int, grams: int | None) -> Station:
    """Weights come all the time: logged is only a word that changed."""
    device = station.device(name, SCALE)
    if device is None or (device.word, device.grams) == (word, grams):
        return station
    if device.word == word:
        return replace(station, devices=tuple(replace(one, grams=grams, at=at) if one is device else one for one in station.devices))
    return _said(station, SCALE, name, at, word, word=word, grams=grams, at=at)


def _logged(station: Station, line: LogLine) -> Station:
    return replace(station, log=(*station.log, line)[-LOG:])
