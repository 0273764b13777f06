"""A program's stay at the counter: how the last one ended, where the clerk was, what must be answered before work goes on."""

from __future__ import annotations

from dataclasses import dataclass

from corner_app.book import entries, whereabouts
from corner_app.book.database import Tx
from corner_app.desk import printing, scans
from corner_app.desk.views import PrintLine, ScanLine
from corner_app.domain import entries as e
from corner_app.domain.entries import SYSTEM
from corner_app.domain.here import Here
from corner_app.domain.outcome import Outcome

_BOOK = "book"
_RUNNING = "running"


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a start found. crashed: the last stay did not end by itself; screen, bag: where the clerk was, "" nowhere.

    last: the newest scans, all of them safe; doubts: labels nobody knows the fate of. salvaged: entries saved from a damaged file, its new name.
    """

    crashed: bool
    screen: str
    bag: str
    last: tuple[ScanLine, ...]
    doubts: tuple[PrintLine, ...]
    salvaged: tuple[int, str] | None = None


def begin(tx: Tx, now: int) -> Beginning:
    """Opens a stay. After a crash it writes, as SYSTEM, that there was one, and puts interrupted labels in doubt."""
    noted = whereabouts.noted(tx)
    crashed, screen = noted.get(_RUNNING) == "1", noted.get("screen", "")
    if crashed:
        base = entries.last_about(tx, _BOOK)
        entries.append(tx, SYSTEM, now, _BOOK, e.Restarted("not_closed", screen), base=base)
    printing.doubt_after_restart(tx, now)  # also after an end in good order that did not wait for a slow printer
    whereabouts.note(tx, **{_RUNNING: "1"})
    return Beginning(crashed, screen, noted.get("bag", ""), scans.last(tx, 3), printing.doubts(tx))


def sign_in(tx: Tx, here: Here) -> None:
    """Writes that a clerk took over the counter."""
    subject = f"counter:{here.counter}"
    entries.append(tx, here.clerk.badge, here.now, subject, e.SignedIn(here.counter), base=entries.last_about(tx, subject))


def move(tx: Tx, screen: str, bag: str) -> None:
    """Notes where the clerk is now."""
    whereabouts.note(tx, screen=screen, bag=bag)


def follow(tx: Tx, outcome: Outcome) -> None:
    """Notes an incoming bag opened or ended together with the job that did it: what was shown open is open again after any end."""
    match outcome.code:
        case "bag_open":
            whereabouts.note(tx, bag=str(outcome.data["bag"]))
        case "unknown_bag" if outcome.data.get("opened"):
            whereabouts.note(tx, bag=str(outcome.data["bag"]))
        case "bag_ended" | "already_ended":
            whereabouts.note(tx, bag="")
        case _:
            pass


def end(tx: Tx) -> None:
    """Closes the stay."""
    whereabouts.note(tx, **{_RUNNING: "0"})
