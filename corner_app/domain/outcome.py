"""The one answer every job gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Tone(StrEnum):
    """How an answer sounds and looks: *good* needs nothing, *look* wants an eye, *stop* must be acknowledged and wrote nothing."""

    GOOD = "good"
    LOOK = "look"
    STOP = "stop"


TIME_KEYS = frozenset({"at", "when"})
"""Keys of `Outcome.data`, at any depth, whose integers are milliseconds UTC."""


@dataclass(frozen=True, slots=True)
class ParcelCard:
    """What a screen shows of a parcel. Phone is the full local number; the screen masks it.

    item: primary number. weight_g: grams, 0 unknown. cod: paisa due from the buyer, 0 none. state: a `domain.parcels.State` value or "" if unknown.
    """

    item: str
    name_bn: str = ""
    name_en: str = ""
    phone: str = ""
    address_bn: str = ""
    address_en: str = ""
    postcode: str = ""
    merchant_bn: str = ""
    merchant_en: str = ""
    order_ref: str = ""
    weight_g: int = 0
    cod: int = 0
    state: str = ""
    shelf: str = ""
    damaged: bool = False
    announced: bool = True
    received_at: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """Answer of a job, after its commit. Codes, not words: `i18n.say(outcome)` makes the Bangla and the English.

    code: stable word of the batch interface. item: the parcel's primary number. entries: sequence numbers written, empty when nothing was.
    data: the fields that `docs/batch.md` names for this code (money paisa, weight grams, times milliseconds UTC).
    card: the parcel for the screen; print_jobs: queued by this job; repeated: the first answer to the same op, given again.
    """

    tone: Tone
    code: str
    item: str | None = None
    entries: tuple[int, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    card: ParcelCard | None = None
    print_jobs: tuple[int, ...] = ()
    repeated: bool = False
