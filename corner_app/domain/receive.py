"""What a scan at intake means, given what the book knows."""

from __future__ import annotations

from dataclasses import dataclass

from corner_app.domain.numbers import Number, NumberKind
from corner_app.domain.outcome import Tone
from corner_app.domain.parcels import Parcel, State
from corner_app.domain.sort_plan import SortPlan

_GONE = frozenset({State.HANDED_OVER, State.RETURNED})


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer's code and tone; take: write the receipt; missent, foreign: as the entry says."""

    code: str
    tone: Tone
    take: bool = False
    missent: bool = False
    foreign: bool = False


def decide(number: Number, parcel: Parcel | None, postcode: str, plan: SortPlan, office: str, *, keyed_twice: bool) -> Decision:
    """What to do with a number at intake. postcode: where the parcel goes, "" if nobody said.

    A right check digit proves a parcel's number, so an unannounced one is taken in. An unknown number without a check digit may be the
    barcode of the goods inside: it is taken only when the clerk keys it twice.
    """
    if parcel is None or parcel.state is State.UNKNOWN:
        return _unknown(number, keyed_twice)
    if parcel.state in _GONE:
        return Decision("already_handed_over", Tone.STOP)
    if parcel.on_hand and parcel.office == office:
        return Decision("already_received", Tone.LOOK)
    if postcode and plan.is_missent(postcode):
        return Decision("missent", Tone.LOOK, take=True, missent=True)
    return Decision("received", Tone.GOOD if postcode else Tone.LOOK, take=True)


def _unknown(number: Number, keyed_twice: bool) -> Decision:
    if number.kind is NumberKind.S10:
        return Decision("unannounced", Tone.LOOK, take=True)
    if keyed_twice:
        return Decision("received", Tone.LOOK, take=True, foreign=True)
    if number.kind is NumberKind.BAD_DIGIT:
        return Decision("wrong_check_digit", Tone.STOP)
    return Decision("unannounced", Tone.STOP)
