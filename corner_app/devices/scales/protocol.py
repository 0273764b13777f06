"""How one kind of scale is asked and understood, whatever line it is on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from corner_app.devices.languages.language import Ask
from corner_app.devices.scales.reading import Reading

ProtocolName = Literal["toledo", "sma", "continuous"]
Newest = Callable[[bytes], tuple[Reading | None, bytes]]
"""From bytes to what the newest whole message among them says, None without one, and the rest, which may still become one."""


def _none(heard: bytes) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class ScaleProtocol:
    """baud, bits, parity: as such scales are sold. newest: pure. speaks: whether what is asked by it is such a scale; nothing on the scale changes.

    ask: for the weight, b"" for a scale that tells it unasked. zero: makes what lies on it the new zero, b"" where there is no such command.
    check: has the scale test itself, b"" where it cannot. faults: what it found, as stable words.
    """

    name: ProtocolName
    baud: int
    bits: Literal[7, 8]
    parity: Literal["none", "even", "odd"]
    newest: Newest
    speaks: Callable[[Ask], bool]
    ask: bytes = b""
    zero: bytes = b""
    check: bytes = b""
    faults: Callable[[bytes], tuple[str, ...]] = _none
