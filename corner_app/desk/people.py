"""Who may approve what a clerk alone may not, and their PINs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corner_app.book import people
from corner_app.book.database import Rows, Tx
from corner_app.book.lineage import read_place
from corner_app.desk.counter import roll_of
from corner_app.domain.here import Clerk, Here
from corner_app.domain.outcome import Outcome, Tone
from corner_app.domain.trouble import Trouble

if TYPE_CHECKING:
    from argon2 import PasswordHasher

TRIES, WAIT_MS = 5, 15 * 60_000
"""Wrong PINs in a row after which nobody approves as this person, and for how long."""
TRAINING_PIN = "1234"
"""Of the supervisor of every practice book, until another is set."""
_SHORTEST, _LONGEST = 4, 6


def supervisors(rows: Rows) -> tuple[Clerk, ...]:
    """Who may approve here."""
    return tuple(clerk for clerk in roll_of(read_place(rows)).clerks if clerk.supervisor)


def approval(tx: Tx, here: Here, approver: str | None, pin: str | None) -> str | Outcome:
    """Badge of who approves: the named supervisor with the right PIN, else the clerk who is here if he is one; "" nobody; or why not."""
    if approver is None:
        return here.clerk.badge if here.clerk.supervisor else ""
    if all(clerk.badge != approver for clerk in supervisors(tx)):
        return Outcome(Tone.STOP, "supervisor_needed", data={"approver": approver})
    tries, at = people.wrong(tx, approver)
    if tries >= TRIES and here.now - at < WAIT_MS:
        return Outcome(Tone.STOP, "pin_locked", data={"when": at + WAIT_MS})
    if not has_pin(tx, here, approver):
        return Outcome(Tone.STOP, "no_pin", data={"approver": approver})
    if _is_right(tx, here, approver, (pin or "").translate(_LATIN)):
        people.forget_wrong(tx, approver)
        return approver
    tries = tries + 1 if tries < TRIES else 1
    people.note_wrong(tx, approver, tries, here.now)
    return Outcome(Tone.STOP, "wrong_pin", data={"tries_left": TRIES - tries})


def has_pin(rows: Rows, here: Here, badge: str) -> bool:
    """Whether somebody can approve with a PIN."""
    return here.training or people.pin_hash(rows, badge) != ""


def set_pin(tx: Tx, badge: str, pin: str) -> None:
    """Sets a supervisor's PIN: 4 to 6 digits of either script. Raises Trouble("no_supervisor") and Trouble("bad_pin")."""
    if all(clerk.badge != badge for clerk in supervisors(tx)):
        raise Trouble("no_supervisor", badge=badge)
    digits = pin.strip().translate(_LATIN)
    if not (digits.isascii() and digits.isdigit() and _SHORTEST <= len(digits) <= _LONGEST):
        raise Trouble("bad_pin")
    people.keep_pin(tx, badge, _hasher().hash(digits))


_LATIN = str.maketrans("০১২৩৪৫৬৭৮৯", "0123456789")


def _is_right(rows: Rows, here: Here, badge: str, pin: str) -> bool:
    from argon2.exceptions import VerificationError

    kept = people.pin_hash(rows, badge)
    if not kept:
        return here.training and pin == TRAINING_PIN
    try:
        return bool(_hasher().verify(kept, pin))
    except VerificationError:
        return False


def _hasher() -> PasswordHasher:
    """Argon2id as OWASP has it for small machines: 19 MiB, two passes, some 50 ms on an old PC."""
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
