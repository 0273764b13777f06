"""Sealed pouches of cash: sent to another office, or opened here. In transit until counted."""

from __future__ import annotations

from corner_app.book import entries
from corner_app.book.accounts import balance
from corner_app.book.database import Rows, Tx
from corner_app.desk import printing
from corner_app.desk.cash import pieces_or_why, too_little, write
from corner_app.desk.commands import PouchIn, PouchOut
from corner_app.desk.views import PouchView
from corner_app.domain import entries as e
from corner_app.domain.cash import Document, fold, pouch_subject
from corner_app.domain.close import total
from corner_app.domain.here import Here
from corner_app.domain.numbers import normal_reference
from corner_app.domain.outcome import Outcome, Tone

_LONGEST = 30
"""Characters of a seal's number."""


def pouch_out(tx: Tx, here: Here, command: PouchOut) -> Outcome:
    """Cash leaves the drawer in a sealed pouch. A seal is used once: a second Enter finds it sent."""
    seal = normal_reference(command.pouch)
    wrong = _wrong_seal(seal) or _wrong_office(here, command.to)
    if wrong is not None:
        return wrong
    document = pouch(tx, seal)
    if document.sent is not None or document.received is not None:
        return _known(document, seal)
    pieces = pieces_or_why(command.counted or {})
    if isinstance(pieces, Outcome):
        return pieces
    if command.counted is not None and total(pieces) != command.amount:
        return Outcome(Tone.STOP, "counts_differ", data={"expected": command.amount, "scanned": None, "counted": total(pieces)})
    wrong = too_little(tx, here, command.amount)
    if wrong is not None:
        return wrong
    subject = pouch_subject(seal)
    written = write(tx, here, subject, e.PouchSent(here.office, here.counter, command.to, command.amount, pieces))
    papers = printing.ask_slip(tx, here, "receipt_cash", subject)
    data = {"pouch": seal, "to": command.to, "amount": command.amount, "drawer": balance(tx, here.drawer)}
    return Outcome(Tone.GOOD, "pouch_sent", entries=(written.id.seq,), data=data, print_jobs=papers)


def pouch_in(tx: Tx, here: Here, command: PouchIn) -> Outcome:
    """A pouch is opened. Its advice, its label and the count must agree, or there is a reason and the difference waits in suspense."""
    seal = normal_reference(command.pouch)
    wrong = _wrong_seal(seal)
    if wrong is not None:
        return wrong
    document = pouch(tx, seal)
    if document.received is not None:
        return _known(document, seal)
    sent = document.sent.entry.body if document.sent is not None else None
    expected, sender = (sent.amount, sent.office) if isinstance(sent, e.PouchSent) else (command.expected, command.sender or "")
    if expected is None or not sender:
        return Outcome(Tone.STOP, "pouch_unknown", data={"pouch": seal})
    wrong = _wrong_office(here, sender) if sent is None else None
    if wrong is not None:
        return wrong
    pieces = pieces_or_why(command.counted)
    if isinstance(pieces, Outcome):
        return pieces
    return _received(tx, here, command, seal, sender, expected, pieces)


def pouch(rows: Rows, seal: str) -> Document:
    """A pouch as its entries tell it. seal: in normal form."""
    subject = pouch_subject(seal)
    return fold(subject, entries.facts_about(rows, subject))


def view(rows: Rows, seal: str) -> PouchView:
    """What is known of a pouch before it is opened. seal: as scanned or typed."""
    normal = normal_reference(seal)
    document = pouch(rows, normal)
    sent = document.sent.entry.body if document.sent is not None else None
    if isinstance(sent, e.PouchSent):
        return PouchView(normal, True, sent.office, sent.amount, document.received is not None)
    return PouchView(normal, False, "", 0, document.received is not None)


def _received(tx: Tx, here: Here, command: PouchIn, seal: str, sender: str, expected: int, pieces: e.Pieces) -> Outcome:
    counted, reason = total(pieces), (command.reason or "").strip()
    figures = {"expected": expected, "scanned": command.scanned, "counted": counted}
    agreed = {expected, counted, command.scanned or expected, command.expected or expected}
    if len(agreed) > 1 and not reason:
        return Outcome(Tone.STOP, "counts_differ", data=figures)
    subject = pouch_subject(seal)
    body = e.PouchReceived(here.office, here.counter, sender, expected, command.scanned or 0, counted, pieces, reason if len(agreed) > 1 else "")
    written = write(tx, here, subject, body)
    papers = printing.ask_slip(tx, here, "receipt_cash", subject)
    data = {"pouch": seal, **figures, "difference": counted - expected, "drawer": balance(tx, here.drawer)}
    tone = Tone.GOOD if len(agreed) == 1 else Tone.LOOK
    return Outcome(tone, "pouch_received", entries=(written.id.seq,), data=data, print_jobs=papers)


def _known(document: Document, seal: str) -> Outcome:
    """The same pouch again: shown, not posted."""
    last = document.received or document.sent
    when = last.entry.at if last is not None else 0
    return Outcome(Tone.STOP, "pouch_known", data={"pouch": seal, "when": when, "by": last.entry.actor if last is not None else ""})


def _wrong_seal(seal: str) -> Outcome | None:
    return None if 0 < len(seal) <= _LONGEST else Outcome(Tone.STOP, "bad_seal")


def _wrong_office(here: Here, to: str) -> Outcome | None:
    known = to != here.office and (here.places.office(to) is not None or to in here.places.hubs)
    return None if known else Outcome(Tone.STOP, "unknown_office", data={"office": to})
