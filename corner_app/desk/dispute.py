"""A person does not agree with the book: it is written down, looked into and settled by a supervisor. Nobody is charged meanwhile, or by it."""

from __future__ import annotations

from corner_app.book import days, entries
from corner_app.book.database import Rows, Tx
from corner_app.desk.commands import Dispute, SettleDispute
from corner_app.domain import entries as e
from corner_app.domain.cash import day_subject, fold, is_document
from corner_app.domain.close import local_date
from corner_app.domain.entries import Fact
from corner_app.domain.here import Here
from corner_app.domain.outcome import Outcome, Tone


def dispute(tx: Tx, here: Here, command: Dispute) -> Outcome:
    """Notes that somebody disputes a day's closing, or one entry of this counter. The evidence is written after the commit, by who called."""
    about = _disputed(tx, here, command)
    if about is None:
        return Outcome(Tone.STOP, "nothing_to_dispute")
    if not command.reason.strip():
        return Outcome(Tone.STOP, "reason_needed")
    subject = about.entry.subject if is_document(about.entry.subject) else day_subject(here.office, here.counter, _open_date(tx, here))
    amount = _at_stake(about.entry.body) if command.amount is None else command.amount
    body = e.Disputed(here.office, here.counter, amount, command.reason.strip())
    written = entries.append(
        tx, here.clerk.badge, here.now, subject, body, base=entries.last_about(tx, subject), sup=entries.short(about.id, tx.head.id(0))
    )  # fmt: skip
    data = {"entry": written.id.seq, "about": about.id.seq, "amount": amount, "date": command.date or _date(about, here), "file": command.file}
    return Outcome(Tone.GOOD, "disputed", entries=(written.id.seq,), data=data)


def settle_dispute(tx: Tx, here: Here, command: SettleDispute) -> Outcome:
    """A supervisor says what came of it (`domain.cash_bodies.DisputeSettled`)."""
    if not here.clerk.supervisor:
        return Outcome(Tone.STOP, "supervisor_needed", data={"approver": None})
    if not command.note.strip():
        return Outcome(Tone.STOP, "reason_needed")
    found = entries.fact(tx, tx.head.no - tx.head.seq + command.entry) if command.entry <= tx.head.seq else None
    if found is None or not isinstance(found.entry.body, e.Disputed) or found not in open_disputes(tx, found.entry.subject):
        return Outcome(Tone.STOP, "dispute_unknown", data={"entry": command.entry})
    amount = found.entry.body.amount if command.amount is None else command.amount
    body = e.DisputeSettled(here.office, here.counter, command.outcome, 0 if command.outcome == "explained" else amount, command.note.strip())
    subject = found.entry.subject
    written = entries.append(tx, here.clerk.badge, here.now, subject, body, base=entries.last_about(tx, subject), sup=found.id.seq)
    return Outcome(Tone.GOOD, "dispute_settled", entries=(written.id.seq,), data={"entry": command.entry, "outcome": command.outcome, "amount": body.amount})


def open_disputes(rows: Rows, subject: str) -> tuple[Fact, ...]:
    """Disputes about a document, or noted on a day, that nobody has settled."""
    return fold(subject, entries.facts_about(rows, subject)).disputes


def _disputed(tx: Tx, here: Here, command: Dispute) -> Fact | None:
    if command.entry is not None:
        return entries.fact(tx, tx.head.no - tx.head.seq + command.entry) if 0 < command.entry <= tx.head.seq else None
    return days.document(tx, here.office, here.counter, command.date or _open_date(tx, here)).closed


def _open_date(rows: Rows, here: Here) -> str:
    """Date of the open day of this drawer."""
    within = days.current(rows, here.office, here.counter)
    return within.date or within.date_of(within.to, here.now)


def _date(about: Fact, here: Here) -> str:
    """Date of the day of which the evidence is wanted."""
    body = about.entry.body
    return body.date if isinstance(body, e.DayClosed | e.DayOpened) else local_date(about.entry.at)


def _at_stake(body: e.AnyBody) -> int:
    """Paisa that an entry is about."""
    match body:
        case e.DayClosed():
            return body.counted - body.expected
        case e.HandedOver():
            return body.collected + body.fee
        case e.PaidIn() | e.PaidOut() | e.PouchSent() | e.Transferred():
            return body.amount
        case e.PouchReceived():
            return body.counted - body.expected
        case _:
            return 0
