"""Cash in and out of this counter's drawer: paid in, paid out, passed to another counter, taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from corner_app.book import days, entries
from corner_app.book.accounts import balance
from corner_app.book.database import Tx
from corner_app.desk import printing
from corner_app.desk.commands import CEILING, PayIn, PayOut, Reverse, Transfer
from corner_app.desk.receipts import receipt_number
from corner_app.domain import entries as e
from corner_app.domain.cash import Document, fold, is_document, slip_subject
from corner_app.domain.close import NoSuchNote, pieces_of, total
from corner_app.domain.entries import Fact, Pieces, Ref
from corner_app.domain.here import Here
from corner_app.domain.money import drawer
from corner_app.domain.outcome import Outcome, Tone


def pay_in(tx: Tx, here: Here, command: PayIn) -> Outcome:
    """Cash that is no parcel's goes into the drawer."""
    wrong = _wrong(tx, here, command.reason, command.late_for)
    return wrong or _slip(tx, here, "paid_in", e.PaidIn(here.office, here.counter, command.amount, command.reason.strip(), command.late_for or ""))


def pay_out(tx: Tx, here: Here, command: PayOut) -> Outcome:
    """Cash is taken out of the drawer, never more than lies in it."""
    wrong = _wrong(tx, here, command.reason, command.late_for) or too_little(tx, here, command.amount)
    return wrong or _slip(tx, here, "paid_out", e.PaidOut(here.office, here.counter, command.amount, command.reason.strip(), command.late_for or ""))


def transfer(tx: Tx, here: Here, command: Transfer) -> Outcome:
    """Cash goes to another counter of the office: both legs in one entry."""
    if command.to == here.counter:
        return Outcome(Tone.STOP, "same_counter", data={"to": command.to})
    body = e.Transferred(here.office, here.counter, command.to, command.amount, (command.reason or "").strip())
    return too_little(tx, here, command.amount) or _slip(tx, here, "transferred", body, to=command.to)


def reverse(tx: Tx, here: Here, command: Reverse) -> Outcome:
    """Takes back a payment, passing on or pouch of the open day: the exact negative, once. A clerk takes back what he wrote himself, a supervisor anything."""
    if not command.reason.strip():
        return Outcome(Tone.STOP, "reason_needed")
    no = tx.head.no - tx.head.seq + command.entry
    about = entries.fact(tx, no) if command.entry <= tx.head.seq else None
    why = _why_not(tx, here, about, no)
    if about is None or why is not None:
        return Outcome(Tone.STOP, "cannot_reverse", data={"why": why, "entry": command.entry})
    in_drawer = sum(line.amount for line in _document(tx, about).lines if line.by == about.id and line.account == drawer(here.office, here.counter))
    wrong = too_little(tx, here, in_drawer)
    if wrong is not None:
        return wrong
    written = write(tx, here, about.entry.subject, e.Reversed(here.office, here.counter, command.reason.strip()), sup=about.id.seq)
    return Outcome(
        Tone.GOOD, "reversed", entries=(written.id.seq,), data={"amount": abs(in_drawer), "entry": command.entry, "drawer": balance(tx, here.drawer)}
    )  # fmt: skip


def write(tx: Tx, here: Here, subject: str, body: e.AnyBody, *, sup: Ref = 0) -> Fact:
    """Writes an entry of a cash document by the clerk who is here."""
    return entries.append(tx, here.clerk.badge, here.now, subject, body, base=entries.last_about(tx, subject), sup=sup)


def too_little(tx: Tx, here: Here, amount: int) -> Outcome | None:
    """Stops what would take more out of the drawer than lies in it."""
    lies = balance(tx, here.drawer)
    return Outcome(Tone.STOP, "not_enough_cash", data={"drawer": lies, "amount": amount}) if amount > lies else None


def pieces_or_why(counted: Mapping[str, int]) -> Pieces | Outcome:
    """A count as entries carry it, or why it cannot be one."""
    try:
        pieces = pieces_of(counted)
    except NoSuchNote as note:
        return Outcome(Tone.STOP, "no_such_note", data={"note": str(note)})
    if total(pieces) > CEILING:
        return Outcome(Tone.STOP, "too_much_cash", data={"counted": total(pieces)})
    return pieces


def _wrong(tx: Tx, here: Here, reason: str, late_for: str | None) -> Outcome | None:
    if not reason.strip():
        return Outcome(Tone.STOP, "reason_needed")
    if late_for is not None and days.document(tx, here.office, here.counter, late_for).closed is None:
        return Outcome(Tone.STOP, "bad_date", data={"date": late_for})
    return None


def _slip(tx: Tx, here: Here, code: str, body: e.PaidIn | e.PaidOut | e.Transferred, **more: Any) -> Outcome:
    subject = slip_subject(here.office, here.counter, tx.head.id(tx.head.seq + 1))
    written = write(tx, here, subject, body)
    number = receipt_number(here, written.id, written.uid)
    papers = printing.ask_slip(tx, here, "receipt_cash", subject)
    data = {"amount": body.amount, "slip": number, "drawer": balance(tx, here.drawer), **more}
    return Outcome(Tone.GOOD, code, entries=(written.id.seq,), data=data, print_jobs=papers)


def _document(tx: Tx, about: Fact) -> Document:
    return fold(about.entry.subject, entries.facts_about(tx, about.entry.subject))


def _why_not(tx: Tx, here: Here, about: Fact | None, no: int) -> str | None:
    """Why an entry's money cannot be taken back: a word of `why.…`, None if it can."""
    if about is None:
        return "no_such_entry"
    if isinstance(about.entry.body, e.HandedOver):
        return "handed_over"
    if isinstance(about.entry.body, e.PouchReceived):
        return "pouch_received"
    if not is_document(about.entry.subject) or not isinstance(about.entry.body, e.PaidIn | e.PaidOut | e.Transferred | e.PouchSent):
        return "not_money"
    document = _document(tx, about)
    if about.id in document.reversed:
        return "reversed"
    if document.received is not None:
        return "pouch_received"
    if no <= days.current(tx, here.office, here.counter).after:
        return "closed"
    return None if here.clerk.supervisor or about.entry.actor == here.clerk.badge else "another_clerk"
