"""In which USB socket a device sits, as Linux tells it: what a scanner without a serial number is known by."""

from __future__ import annotations

import os
import re
from pathlib import Path

SYS_CLASS = Path("/sys/class")
_PLACE = re.compile(r"/(\d+-\d+(?:\.\d+)*):\d+\.\d+(?=/|$)")


def usb_place(node: str, sys_class: Path = SYS_CLASS) -> str:
    """ "3-1.2" for the device behind "/dev/hidraw0" or "/dev/input/event5"; "" when it is not on USB or the system does not say."""
    kind = {"hidraw": "hidraw", "event": "input"}.get(re.sub(r"\d+$", "", os.path.basename(node)))
    if kind is None:
        return ""
    found = _PLACE.findall(os.path.realpath(sys_class / kind / os.path.basename(node) / "device"))
    return found[-1] if found else ""
