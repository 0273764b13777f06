"""By what a device is known again: after a replug, at another socket's name, tomorrow.

Written in settings and the book as one string:

- `usb:VID:PID:SERIAL`, in hex and as the device says it; `usb:VID:PID@place` where it has no serial number of its own (place: which socket of
  which hub, "3-1.2"); `usb:VID:PID` where not even that is known: the first of its kind. Never the name of a port, which changes at every replug.
- `tcp:host:port`, `path:/dev/ttyS0` or `path:COM1` for ports that are soldered in, `cups:NAME`, `windows:NAME`, `file:FOLDER`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, Protocol

_USB = re.compile(r"([0-9A-Fa-f]{4}):([0-9A-Fa-f]{4})(?::(.+)|@(.+))?", re.DOTALL)


class BadIdentity(ValueError):
    """No identity of ours; the message is the text itself."""


@dataclass(frozen=True, slots=True)
class Usb:
    """vendor, product: the two numbers of its maker. serial: "" none. place: the USB socket, asked for only where there is no serial."""

    vendor: int
    product: int
    serial: str = ""
    place: str = ""

    def __str__(self) -> str:
        known_by = f":{self.serial}" if self.serial else f"@{self.place}" if self.place else ""
        return f"usb:{self.vendor:04X}:{self.product:04X}{known_by}"


@dataclass(frozen=True, slots=True)
class Tcp:
    """host: a name or an address, IPv6 without its brackets."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"tcp:[{self.host}]:{self.port}" if ":" in self.host else f"tcp:{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Named:
    """What the system knows by a name that stays: a built-in port, a queue, a folder."""

    kind: Literal["path", "cups", "windows", "file"]
    name: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}"


Identity = Usb | Tcp | Named


class Attached(Protocol):
    """Something plugged in, as pyserial's `list_ports` tells it. device: the path of this hour. vid, pid: None when it is not on USB."""

    @property
    def device(self) -> str: ...
    @property
    def vid(self) -> int | None: ...
    @property
    def pid(self) -> int | None: ...
    @property
    def serial_number(self) -> str | None: ...
    @property
    def location(self) -> str | None: ...


Look = Callable[[], Iterable[Attached]]
"""What is plugged in now."""


def identity_of(text: str) -> Identity:
    """Reads an identity. Raises BadIdentity."""
    kind, _, rest = text.partition(":")
    if not rest:
        raise BadIdentity(text)
    match kind:
        case "usb":
            return _usb(rest, text)
        case "tcp":
            return _tcp(rest, text)
        case "path" | "cups" | "windows" | "file":
            return Named(kind, rest)
    raise BadIdentity(text)


def port_of(text: str) -> Identity:
    """The identity of a serial port as settings may also have it: "VID:PID[:SERIAL]" or a bare path ("COM3"). Raises BadIdentity."""
    if _USB.fullmatch(text):
        return _usb(text, text)
    return identity_of(text) if text.startswith(("usb:", "path:")) else Named("path", text)


def identities(attached: Iterable[Attached]) -> list[Identity]:
    """By what each of these is to be known, in their order. A serial number that two of a kind share tells nothing, so their places do."""
    things = list(attached)
    numbers = [(thing.vid, thing.pid, thing.serial_number) for thing in things]
    made: list[Identity] = []
    for thing, number in zip(things, numbers, strict=True):
        if thing.vid is None or thing.pid is None:
            made.append(Named("path", thing.device))
        elif thing.serial_number and (numbers.count(number) == 1 or not thing.location):
            made.append(Usb(thing.vid, thing.pid, thing.serial_number))
        else:
            made.append(Usb(thing.vid, thing.pid, place=thing.location or ""))
    return made


def present_path(identity: Identity, look: Look) -> str | None:
    """Where a device is now, None while it is not there. look: asked only for what is on USB. A path is taken as it is; what has none is None."""
    if isinstance(identity, Named):
        return identity.name if identity.kind == "path" else None
    if isinstance(identity, Tcp):
        return None
    try:
        found = [thing for thing in look() if _is(identity, thing)]
    except (OSError, TypeError):  # TypeError: what list_ports makes of a device that is pulled while it looks
        return None
    return min(found, key=lambda thing: (thing.location or "", thing.device)).device if found else None


def _is(identity: Usb, thing: Attached) -> bool:
    if (thing.vid, thing.pid) != (identity.vendor, identity.product):
        return False
    if identity.serial:
        return thing.serial_number == identity.serial
    place = thing.location or ""
    return not identity.place or place == identity.place or place.startswith(identity.place + ":")  # "3-1:1.0" is a part of the device at 3-1


def _usb(rest: str, text: str) -> Usb:
    found = _USB.fullmatch(rest)
    if found is None:
        raise BadIdentity(text)
    return Usb(int(found[1], 16), int(found[2], 16), found[3] or "", found[4] or "")


def _tcp(rest: str, text: str) -> Tcp:
    host, _, port = rest.rpartition(":")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    if not host or not port.isascii() or not port.isdecimal() or not 0 < int(port) < 65_536:
        raise BadIdentity(text)
    return Tcp(host, int(port))
