"""A scanner's own side of its cable where it is a human interface device: reports out of the gadget.

Source: USB HID 1.11, appendices B.1 and E.6 (keyboard), HID usage tables, page 7; HID POS usage tables 1.02, page 0x8C.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.usb.guest.gadget import Gadget
from tests.usb.guest.scenario import wait_for

KEYBOARD: dict[str, str | bytes] = {
    "protocol": "1",
    "subclass": "1",
    "report_length": "8",
    "report_desc": bytes.fromhex("""
        05 01 09 06 a1 01
        05 07 19 e0 29 e7 15 00 25 01 75 01 95 08 81 02
        75 08 95 01 81 03
        05 08 19 01 29 05 75 01 95 05 91 02 75 03 95 01 91 03
        05 07 19 00 29 65 15 00 25 65 75 08 95 06 81 00
        c0
    """),
}
"""A line each: what it is, eight modifiers, a byte of nothing, five lamps and three bits of nothing, six keys, the end."""
HID_POS: dict[str, str | bytes] = {
    "protocol": "0",
    "subclass": "0",
    "report_length": "64",
    "report_desc": bytes.fromhex("05 8c 09 02 a1 01 85 02 05 8c 09 ff 15 00 26 ff 00 75 08 95 3f 81 02 c0"),
}
"""A bar code scanner whose report 2 has 63 bytes."""
_SHIFT, _ENTER = 0x02, 0x28
_KEYS = {chr(ord("A") + n): 0x04 + n for n in range(26)} | {"1234567890"[n]: 0x1E + n for n in range(10)}


class FarEnd:
    """Sends reports; each waits until the host has asked for the one before."""

    def __init__(self, line: int) -> None:
        self._line = line

    def report(self, report: bytes) -> None:
        """One report."""
        os.write(self._line, report)

    def type(self, text: str, held: str = "") -> None:
        """Digits and capitals as a scanner set to US types them, and Enter. held: a key that goes down with Enter and stays there."""
        for char in text:
            shift = _SHIFT if char.isalpha() else 0
            if shift:
                self.report(_keys(shift))
            self.report(_keys(shift, _KEYS[char]))
            self.report(_keys(0))
        self.report(_keys(0, _ENTER, *(_KEYS[char] for char in held)))
        if not held:
            self.report(_keys(0))


def _keys(modifiers: int, *keys: int) -> bytes:
    return bytes((modifiers, 0, *keys)).ljust(8, b"\0")


@contextmanager
def far_end(gadget: Gadget) -> Iterator[FarEnd]:
    """The gadget's side, while it is plugged in."""
    node = Path(f"/dev/hidg{gadget.number('dev')}")
    wait_for(node.exists, f"{node}")
    line = os.open(node, os.O_RDWR)
    try:
        yield FarEnd(line)
    finally:
        os.close(line)
