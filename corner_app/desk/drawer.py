"""The cash drawer opened without a posting: written with who and why, before it is told to open."""

from __future__ import annotations

from corner_app.book import entries
from corner_app.book.database import Tx
from corner_app.desk.commands import OpenDrawer
from corner_app.domain import entries as e
from corner_app.domain.here import Here
from corner_app.domain.outcome import Outcome, Tone


def open_drawer(tx: Tx, here: Here, command: OpenDrawer) -> Outcome:
    """Notes that this counter's drawer is to be opened. "other" alone is no reason: it needs a note."""
    note = command.note.strip()
    if command.reason == "other" and not note:
        return Outcome(Tone.STOP, "reason_needed")
    subject = f"drawer:{here.office}-{here.counter}"
    body = e.DrawerAsked(here.office, here.counter, command.reason, note)
    written = entries.append(tx, here.clerk.badge, here.now, subject, body, base=entries.last_about(tx, subject))
    return Outcome(Tone.GOOD, "drawer_asked", entries=(written.id.seq,), data={"reason": command.reason, "counter": here.counter})
