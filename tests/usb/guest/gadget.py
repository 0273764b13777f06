"""USB devices made of files (configfs) and plugged into sockets without a cable (dummy_hcd): for the host side of the kernel they are there.

Source: Documentation/usb/gadget_configfs and Documentation/ABI/testing/configfs-usb-gadget-* of the kernel.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from pathlib import Path

SOCKETS = 10
SPARE = SOCKETS - 1
"""The socket nothing has for its own."""

_GADGETS = Path("/sys/kernel/config/usb_gadget")
_ENGLISH = "strings/0x409"


class Gadget:
    """One device of one function and its own socket, which may be plugged in and pulled as often as wanted."""

    _sockets = itertools.count()

    def __init__(self, function: str, settings: Mapping[str, str | bytes], *, vid: int, pid: int, serial: str, maker: str, product: str) -> None:
        """function: "acm", "printer" or "hid". settings: of that function, as its files are named."""
        self.socket = next(self._sockets)
        self._home = _GADGETS / f"{function}{self.socket}"
        self.function = self._home / f"functions/{function}.{self.socket}"
        for folder in (self._home / _ENGLISH, self._home / "configs/c.1", self.function):
            folder.mkdir(parents=True)
        words = {"idVendor": f"{vid:#06x}", "idProduct": f"{pid:#06x}", "bcdUSB": "0x0200", "bcdDevice": "0x0100", f"{_ENGLISH}/manufacturer": maker}
        words |= {f"{_ENGLISH}/product": product} | ({f"{_ENGLISH}/serialnumber": serial} if serial else {})
        for name, value in words.items():
            (self._home / name).write_text(value)
        for name, setting in settings.items():
            (self.function / name).write_bytes(setting if isinstance(setting, bytes) else setting.encode())
        self._wired = self._home / "configs/c.1" / self.function.name

    def plug(self, socket: int | None = None) -> None:
        """The cable is in; the system learns of it in its own time. socket: another than its own."""
        self._wired.symlink_to(self.function)
        (self._home / "UDC").write_text(f"dummy_udc.{self.socket if socket is None else socket}\n")

    def pull(self) -> None:
        """The cable is out, and with it the power: the kernel's printer, left as it was, would bring a piece of its last label again."""
        (self._home / "UDC").write_text("\n")
        self._wired.unlink()

    def number(self, file: str) -> int:
        """A number the function was given: which port, which minor."""
        return int((self.function / file).read_text().strip().rpartition(":")[2])
