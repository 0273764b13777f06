"""Whether parcels may be handed over: they are here, they are one buyer's, the buyer is proven, the money is on the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corner_app.domain import pickup
from corner_app.domain.parcels import TO_HAND_OVER, CodState, Parcel, State
from corner_app.domain.rules import Rules, fee


@dataclass(frozen=True, slots=True)
class Candidate:
    """A parcel asked for. phone: of its buyer, "" unknown; salt, code_hash: of its pickup code, empty if none is known."""

    parcel: Parcel
    phone: str
    salt: bytes
    code_hash: bytes


def due(parcel: Parcel) -> int:
    """Paisa the buyer still owes for it."""
    return parcel.cod if parcel.cod_state is CodState.DUE else 0


@dataclass(frozen=True, slots=True)
class Charge:
    """What the buyer owes for one parcel, in paisa. principal: to its merchant; fee: to the post, for collecting it."""

    principal: int
    fee: int

    @property
    def total(self) -> int:
        """Both."""
        return self.principal + self.fee


def charge(parcel: Parcel, service: str, rules: Rules, day: str) -> Charge:
    """What is to be paid when a parcel is handed over. service: of its advice, "" unknown; day: date in the office."""
    return Charge(due(parcel), fee(rules, service, due(parcel), day))


def not_ready(candidate: Candidate, office: str) -> str | None:
    """Why this parcel cannot be handed over now: a code of the batch interface, or None."""
    parcel = candidate.parcel
    if parcel.state is State.HANDED_OVER:
        return "already_handed_over"
    if parcel.state not in TO_HAND_OVER or parcel.office != office:
        return "not_here"
    return None


def one_buyer(candidates: Sequence[Candidate]) -> bool:
    """Whether all are for the same phone. A single parcel always is; without a phone no two belong together."""
    phones = {candidate.phone for candidate in candidates}
    return len(candidates) == 1 or (len(phones) == 1 and "" not in phones)


def locked(candidates: Sequence[Candidate]) -> bool:
    """Whether too many wrong codes were given for any of them."""
    return any(pickup.locked(candidate.parcel.wrong_codes) for candidate in candidates)


def has_code(candidates: Sequence[Candidate]) -> bool:
    """Whether any of them can be proven by a code."""
    return any(candidate.code_hash for candidate in candidates)


def code_is_right(code: str, candidates: Sequence[Candidate]) -> bool:
    """Whether the code is that of any of the buyer's parcels asked for."""
    return any(c.code_hash and pickup.code_matches(code, c.salt, c.code_hash) for c in candidates)
