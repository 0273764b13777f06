"""What a scale says: a weight in whole grams that stands still, or one word for why there is none. Trouble is never 0."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

Unit = Literal["kg", "g", "lb", "oz"]
ScaleWord = Literal["stable", "unstable", "over", "under", "zero_error", "fault", "mute", "offline", "garbled"]
"""stable: there is a weight. unstable: moving, or said only once. over: more than it can weigh. under: less than nothing lies on it. zero_error: it does
not know where zero is. fault: broken by its own word. mute: no answer. offline: not plugged in. garbled: it sends what is no weight."""

_GRAMS: dict[Unit, Decimal] = {"kg": Decimal(1000), "g": Decimal(1), "lb": Decimal("453.59237"), "oz": Decimal("28.349523125")}
"""Grams of each unit, exactly (the pound of 1959)."""


@dataclass(frozen=True, slots=True)
class Reading:
    """grams: 0 and more where the word is "stable", else None. unit: in which the scale showed it; only kg and g are whole grams by themselves, other
    units are rounded. net: whether a tare is taken off.
    """

    word: ScaleWord
    grams: int | None = None
    unit: Unit = "kg"
    net: bool = False

    @property
    def stable(self) -> bool:
        """Whether there is a weight."""
        return self.grams is not None


UNSTABLE, OVER, UNDER, ZERO_ERROR = Reading("unstable"), Reading("over"), Reading("under"), Reading("zero_error")
FAULT, MUTE, OFFLINE, GARBLED = Reading("fault"), Reading("mute"), Reading("offline"), Reading("garbled")


def weighed(digits: str, unit: Unit, *, minus: bool = False, net: bool = False) -> Reading:
    """The weight a stable scale shows. digits: "1.234", without sign. minus: whether there is a minus before it, which is "under" even before zeros.

    Parts of a gram are rounded, halves upwards.
    """
    if minus:
        return UNDER
    grams = (Decimal(digits) * _GRAMS[unit]).quantize(Decimal(1), ROUND_HALF_UP)
    return Reading("stable", int(grams), unit, net)
