"""How one scanner is set: what it sends before and after each code, whether it names the symbology, and where at the counter it lies."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

Role = Literal["counter", "intake", "scale"]
"""Where a scanner lies: where buyers come, where bags are opened, beside the scale."""
Suffix = Literal["CR", "LF", "TAB", "ETX"]
"""What ends a code. A wedge presses Enter for CR and for LF, and cannot press ETX."""
EVERY_SUFFIX: frozenset[Suffix] = frozenset(get_args(Suffix))
STX = "\x02"
LONGEST_PREFIX = 16
_FUNCTION_KEY = re.compile(r"<F([1-9]|1[0-2])>")


class BadScannerProfile(ValueError):
    """A setting that no scanner has; the message names it and its value."""


@dataclass(frozen=True, slots=True)
class ScannerProfile:
    """One scanner's settings.

    name: its stable name, the same as in `Scan.device`. prefix: what it sends before each code, "" nothing: characters (STX is "\\x02"), or
    "<F1>" to "<F12>" for a wedge that presses a function key. suffix: what may end a code; empty: silence alone ends it. aim: whether "]C0" and
    its like at the beginning are the scanner's word and not part of the code. Raises BadScannerProfile.
    """

    name: str
    prefix: str = ""
    suffix: frozenset[Suffix] = EVERY_SUFFIX
    aim: bool = True
    role: Role = "counter"

    def __post_init__(self) -> None:
        if len(self.prefix) > LONGEST_PREFIX or re.search(r"[\r\n\t\x03]", self.prefix):
            raise BadScannerProfile(f"prefix {self.prefix!r}")
        if not self.suffix <= EVERY_SUFFIX:
            raise BadScannerProfile(f"suffix {sorted(self.suffix)!r}")
        if self.role not in get_args(Role):
            raise BadScannerProfile(f"role {self.role!r}")

    @property
    def function_key(self) -> int:
        """1 to 12 when the prefix is a function key, 0 when it is characters or nothing."""
        found = _FUNCTION_KEY.fullmatch(self.prefix)
        return int(found[1]) if found else 0

    @property
    def prefix_text(self) -> str:
        """The characters before each code, "" where a function key or nothing stands there."""
        return "" if self.function_key else self.prefix


AS_SOLD = ScannerProfile("")
"""No prefix, any suffix, AIM taken off where it is sent: how most scanners come out of the box."""


def role_of(device: str, profiles: Iterable[ScannerProfile]) -> Role:
    """Where the scanner of this name lies; at the counter when nobody has said."""
    return next((profile.role for profile in profiles if profile.name == device), "counter")
