"""Which printers of the USB printer class are plugged in, as the Linux kernel's `usblp` shows them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from corner_app.devices.transports.ieee1284 import DeviceId, device_id, unpacked

_GET_ID = 0x8400_5001
"""LPIOC_GET_DEVICE_ID(1024): _IOC(_IOC_READ, 'P', 1, 1024)."""
_TWO_WAY = ("02", "03")
"""bInterfaceProtocol of the printer class: 01 hears only, 02 answers, 03 answers by IEEE 1284.4."""


@dataclass(frozen=True, slots=True)
class UsbNode:
    """device: the path of this hour. location: the USB socket, with the interface where the device has several. two_way: whether it can answer."""

    device: str
    vid: int | None
    pid: int | None
    serial_number: str | None
    location: str | None
    two_way: bool
    id: DeviceId


def usb_nodes(system: Path = Path("/sys"), dev: Path = Path("/dev")) -> Iterator[UsbNode]:
    """Printers plugged in now. system, dev: where the kernel shows its devices and their nodes. One pulled while it is read is left out."""
    for entry in sorted((system / "class/usbmisc").glob("lp*")):
        interface = (entry / "device").resolve()
        vendor, product = _word(interface.parent / "idVendor"), _word(interface.parent / "idProduct")
        if not vendor or not product:
            continue
        several = _word(interface.parent / "bNumInterfaces") not in ("", "1")
        node = dev / "usb" / entry.name
        text = _word(interface / "ieee1284_id") or _asked(node)
        yield UsbNode(
            str(node), int(vendor, 16), int(product, 16), _word(interface.parent / "serial") or None, interface.name if several else interface.parent.name,
            _word(interface / "bInterfaceProtocol") in _TWO_WAY, device_id(text),
        )  # fmt: skip


def _word(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def _asked(node: Path) -> str:
    """The id by the driver's own call, for kernels that do not show it; "" when the node is busy, not allowed or no printer."""
    import fcntl  # here, for there is none on Windows

    answer = bytearray(1024)
    try:
        held = os.open(node, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY)
        try:
            fcntl.ioctl(held, _GET_ID, answer)
        finally:
            os.close(held)
    except OSError:
        return ""
    return unpacked(bytes(answer))
