"""Why a parcel was not delivered, and what is done about it.

UPU texts pair a *reason* with a *measure*. The codes here are our own words; numeric UPU codes are not known well enough to export
(only 17, item wrongly directed, is evidenced). The list is India Post's, the best domestic one found, in its order.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, get_args


class Reason(StrEnum):
    """Reasons for non-delivery; the first eight are the counter's short list."""

    REFUSED = "refused"
    ABSENT = "absent"
    DOOR_LOCKED = "door_locked"
    MOVED = "moved"
    NO_SUCH_PERSON = "no_such_person"
    INSUFFICIENT_ADDRESS = "insufficient_address"
    NO_MONEY = "payment_of_charges"
    UNCLAIMED = "unclaimed"
    ON_INSTRUCTIONS = "on_addressee_instructions"
    POSTE_RESTANTE = "poste_restante"
    LOCAL_HOLIDAY = "local_holiday"
    CANNOT_BE_LOCATED = "cannot_be_located"
    HELD_BY_CUSTOMS = "held_by_customs"
    LEFT = "left_without_instructions"
    MISSED = "missed_delivery"
    DAMAGED = "damaged"
    OFFICE_CLOSED = "office_closed"
    DIVERTED_TO_BRANCH = "divert_to_branch_office"
    DECEASED = "deceased"
    BEAT_CHANGE = "beat_change"
    OWN_PICKUP = "own_pickup_requested"
    PROHIBITED = "prohibited"
    FORCE_MAJEURE = "force_majeure"
    VALIDITY_EXCEEDED = "validity_exceeded"
    MISSENT = "missent"
    RECALLED = "recalled"
    CUSTOMER_REQUEST = "customer_request"
    NO_SERVICE = "no_service"
    OTHER = "other"


DrawerReason = Literal["float", "check", "change", "day_close", "other"]
"""Why a cash drawer is opened without a posting: change put in or taken out, counted, notes changed, the day's end, anything else."""
DRAWER_REASONS: tuple[DrawerReason, ...] = get_args(DrawerReason)


class Measure(StrEnum):
    """What is done after a failed delivery."""

    HELD = "held"
    NOTIFIED = "addressee_notified"
    NEXT_DAY = "next_working_day"
    TODAY_AGAIN = "again_today"
    PICK_UP = "advised_to_pick_up"
    ADDRESS_CHECKED = "address_verified"
    RETURNED = "returned_to_sender"
    FORWARDED = "forwarded"


SHORT_LIST: tuple[Reason, ...] = tuple(Reason)[:8]
"""What the counter shows; the rest stands behind it."""
