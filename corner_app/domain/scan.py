"""What a scanner delivered, and what it means at a counter.

`Scan` is the only type of ours that `devices` knows: bytes become a `Scan` there, and a meaning here.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scan:
    """One code as read by a scanner or typed by hand.

    text: the code without terminator and AIM prefix, as read (not yet normalised).
    aim: AIM symbology identifier without the bracket ("C0", "Q1"), "" if the scanner sent none (ISO/IEC 15424).
    device: stable name of the scanner ("wedge", "serial:05E0:1701:SIM0001", "keyed" for typing).
    at_ms: milliseconds of a monotonic clock when the last byte arrived.
    """

    text: str
    aim: str = ""
    device: str = "wedge"
    at_ms: int = 0
