"""The day of this counter's drawer: opened with its float, counted blind, closed with a seal, approved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from corner_app.book import bags, days, entries, outbox, parcels, print_jobs
from corner_app.book.accounts import balance, balances, posted
from corner_app.book.database import Rows, Tx
from corner_app.book.days import DayRange, waits_for_approval
from corner_app.desk import people, printing
from corner_app.desk.cash import pieces_or_why, write
from corner_app.desk.commands import ApproveDay, CloseDay, Count, OpenDay
from corner_app.desk.views import ClosedDay, CloseView
from corner_app.domain import drawer
from corner_app.domain import entries as e
from corner_app.domain.cash import day_subject
from corner_app.domain.close import day_after, local_date, total
from corner_app.domain.drawer import Move
from corner_app.domain.entries import Ref
from corner_app.domain.here import Here
from corner_app.domain.outcome import Outcome, Tone


def open_day(tx: Tx, here: Here, command: OpenDay) -> Outcome:
    """Begins the day with what lies in the drawer. What differs from the book went to the office's other cash over night, or came from it."""
    within, date = days.current(tx, here.office, here.counter), local_date(here.now)
    if within.opened:
        return Outcome(Tone.STOP, "day_already_open", data={"date": within.date})
    if date <= within.before:
        return Outcome(Tone.STOP, "day_already_closed", data={"date": within.before})
    carried = _sums(tx, here, days.to_close(tx, here.office, here.counter, date)).opening
    stated, least = carried if command.float is None else command.float, carried - balance(tx, here.drawer)
    if stated < least:
        return Outcome(Tone.STOP, "float_too_small", data={"float": stated, "least": least})
    subject = day_subject(here.office, here.counter, date)
    written = write(tx, here, subject, e.DayOpened(here.office, here.counter, date, stated, carried))
    tone = Tone.LOOK if stated != carried and within.before else Tone.GOOD
    return Outcome(tone, "day_open", entries=(written.id.seq,), data={"date": date, "float": stated, "carried": carried})


def count(tx: Tx, here: Here, command: Count) -> Outcome:
    """Writes what was counted, and says only then what should have been there."""
    pieces = pieces_or_why(command.counted)
    if isinstance(pieces, Outcome):
        return pieces
    expected, counted = balance(tx, here.drawer), total(pieces)
    subject = day_subject(here.office, here.counter, open_date(tx, here))
    written = write(tx, here, subject, e.Counted(here.office, here.counter, "spot", counted, expected, pieces))
    data = {"expected": expected, "counted": counted, "difference": counted - expected}
    return Outcome(Tone.GOOD if counted == expected else Tone.LOOK, "counted", entries=(written.id.seq,), data=data)


def close_day(tx: Tx, here: Here, command: CloseDay) -> Outcome:
    """Seals the day. Whatever is open is carried over, and nothing but a book that does not add up stands in the way."""
    within, date = days.current(tx, here.office, here.counter), open_date(tx, here)
    if not within.opened and date > local_date(here.now):
        return Outcome(Tone.STOP, "day_already_closed", data={"date": within.before})
    pieces = pieces_or_why(command.counted)
    if isinstance(pieces, Outcome):
        return pieces
    day = days.to_close(tx, here.office, here.counter, date)
    moves = days.moves(tx, here.office, here.counter, day, afresh=True)
    sums = drawer.day((move for _, move in moves), balance(tx, here.drawer))
    if unequal := _unequal(tx, here, day, moves, sums):
        return Outcome(Tone.STOP, "ledger_unequal", data={"detail": unequal})
    counted, reason = total(pieces), (command.reason or "").strip()
    differs = counted != sums.expected
    if differs and not reason:
        return Outcome(Tone.STOP, "reason_needed", data={"expected": sums.expected, "counted": counted, "difference": counted - sums.expected})
    approved = people.approval(tx, here, command.approver, command.pin) if differs or command.approver is not None else ""
    if isinstance(approved, Outcome):
        return approved
    return _closed(tx, here, date, day, sums, pieces, reason if differs else "", approved)


def approve_day(tx: Tx, here: Here, command: ApproveDay) -> Outcome:
    """A supervisor stands by a day that was closed with a difference."""
    document = days.document(tx, here.office, here.counter, command.date)
    closed = document.closed
    if closed is None or not isinstance(closed.entry.body, e.DayClosed) or document.approved is not None or not waits_for_approval(closed.entry.body):
        return Outcome(Tone.STOP, "nothing_to_approve", data={"date": command.date})
    approved = people.approval(tx, here, command.approver, command.pin)
    if isinstance(approved, Outcome):
        return approved
    if not approved:
        return Outcome(Tone.STOP, "supervisor_needed", data={"approver": None})
    subject = day_subject(here.office, here.counter, command.date)
    written = entries.append(
        tx, approved, here.now, subject, e.DayApproved(here.office, here.counter), base=entries.last_about(tx, subject),
        sup=entries.short(closed.id, tx.head.id(0)),
    )  # fmt: skip
    return Outcome(Tone.GOOD, "day_approved", entries=(written.id.seq,), data={"date": command.date, "approved_by": approved})


def open_date(rows: Rows, here: Here) -> str:
    """Date of what is done now: of the opened day, else today's, and never one that is closed."""
    within = days.current(rows, here.office, here.counter)
    today = local_date(here.now)
    return within.date or (today if today > within.before else day_after(within.before))


def opening_of(rows: Rows, here: Here, date: str) -> int:
    """Paisa in the drawer as a date began: as its closing or its opening says, else by the book."""
    document = days.document(rows, here.office, here.counter, date)
    closed = document.closed.entry.body if document.closed is not None else None
    if isinstance(closed, e.DayClosed):
        return closed.opening
    return _sums(rows, here, range_of(rows, here, date)).opening


def range_of(rows: Rows, here: Here, date: str) -> DayRange:
    """The entries of a date; of the open one those that its closing will seal."""
    if date == open_date(rows, here):
        return days.to_close(rows, here.office, here.counter, date)
    return days.day(rows, here.office, here.counter, date)


def view(rows: Rows, here: Here) -> CloseView:
    """What the day-close screen shows."""
    within, date = days.current(rows, here.office, here.counter), open_date(rows, here)
    day = days.to_close(rows, here.office, here.counter, date)
    moves = days.moves(rows, here.office, here.counter, day)
    sums = drawer.day((move for _, move in moves), balance(rows, here.drawer))
    document = days.document(rows, here.office, here.counter, date)
    last = document.counts[-1] if document.counts else None
    body = last.entry.body if last is not None and (not moves or moves[-1][1].fact.entry.hlc < last.entry.hlc) else None
    counted = body if isinstance(body, e.Counted) else None
    incoming = bags.all_of(rows, "in")
    return CloseView(
        date,
        bool(within.opened),
        sums.opening,
        (sums.collected[0], sums.collected[1] - sums.postage[1]),
        sums.postage,
        sums.claimed,
        sums.paid_in,
        sums.paid_out,
        sums.deposited,
        sums.expected,
        None if counted is None else counted.counted,
        () if counted is None else counted.pieces,
        (sum(1 for bag in incoming if bag.ended_at), len(incoming)),
        print_jobs.open_count(rows),
        outbox.backlog(rows).unsent,
        days.unapproved(rows, here.office, here.counter),
        len(days.disputes(rows, here.office, here.counter)),
        not within.opened and date > local_date(here.now),
        tuple((clerk.badge, clerk.name_bn, clerk.name_en) for clerk in people.supervisors(rows)),
        _last(rows, here, within.before),
    )


def _last(rows: Rows, here: Here, date: str) -> ClosedDay | None:
    """The closing of a date, "" for none, as it stands now."""
    document = days.document(rows, here.office, here.counter, date) if date else None
    closed = document.closed if document is not None else None
    body = closed.entry.body if closed is not None else None
    if document is None or closed is None or not isinstance(body, e.DayClosed):
        return None
    by = body.approved_by or (document.approved.entry.actor if document.approved is not None else "")
    return ClosedDay(date, closed.uid.hex(), body.counted, body.counted - body.expected, by)


def _sums(rows: Rows, here: Here, day: DayRange) -> drawer.Day:
    """The sums of a day that is not closed."""
    return drawer.day((move for _, move in days.moves(rows, here.office, here.counter, day)), balance(rows, here.drawer))


def _unequal(tx: Tx, here: Here, day: DayRange, moves: list[tuple[int, Move]], sums: drawer.Day) -> str:
    """Where the book does not add up, for support; "" where it does. moves: of the day, computed from its entries again."""
    if wrong := sum(balances(tx).values()):
        return f"sum {wrong}"
    if (told := posted(tx, here.drawer)) != sums.expected:
        return f"{here.drawer} {sums.expected} <> {told}"
    read = days.moves(tx, here.office, here.counter, day)
    if moves != read:
        wrong_ones = {no for no, move in (*moves, *read) if ((no, move) in moves) != ((no, move) in read)}
        return f"entry {min(wrong_ones, default=0)}"
    before = days.closing_before(tx, here.office, here.counter)
    if before is None or before.entry.orig or before.id.epoch != tx.head.epoch:
        return ""  # what a book went through in an earlier lineage may have changed what lay in the drawer: its report says so
    stated = sum(move.amount for _, move in moves if move.way == "opening")
    left = before.entry.body.counted + stated if isinstance(before.entry.body, e.DayClosed) else 0
    return "" if left == sums.opening else f"opening {sums.opening} <> {left}"


def _closed(tx: Tx, here: Here, date: str, day: DayRange, sums: drawer.Day, pieces: e.Pieces, reason: str, approved: str) -> Outcome:
    subject, counted = day_subject(here.office, here.counter, date), total(pieces)
    body = e.DayClosed(
        here.office,
        here.counter,
        date,
        _first(tx, day),
        sums.opening,
        sums.collected[1],
        sums.paid_in[1],
        sums.paid_out[1],
        sums.deposited[1],
        sums.expected,
        counted,
        pieces,
        parcels.on_hand(tx),
        parcels.on_hand_cod(tx),
        int(tx.value("SELECT count(*) FROM arrived")),
        reason,
        approved,
    )
    written = write(tx, here, subject, body)
    first = body.first if isinstance(body.first, int) else f"{body.first.device}.{body.first.epoch}.{body.first.seq}"
    data: Mapping[str, Any] = {
        "date": date,
        **{name: getattr(body, name) for name in ("opening", "collected", "paid_in", "paid_out", "deposited", "expected", "counted")},
        "difference": counted - body.expected,
        "seal": written.uid.hex(),
        "entries": [first, written.id.seq],
        "open_items": {
            "bags": sum(1 for bag in bags.all_of(tx, "in") if not bag.ended_at),
            "prints": print_jobs.open_count(tx),
            "unsent": outbox.backlog(tx).unsent,
            "unapproved": len(days.unapproved(tx, here.office, here.counter)),
            "disputes": len(days.disputes(tx, here.office, here.counter)),
        },
        "approved_by": approved,
    }
    papers = printing.ask_slip(tx, here, "receipt_day", subject)
    tone = Tone.LOOK if waits_for_approval(body) else Tone.GOOD
    return Outcome(tone, "day_closed", entries=(written.id.seq,), data=data, print_jobs=papers)


def _first(tx: Tx, day: DayRange) -> Ref:
    """Name of the first entry that a closing written now seals; its own where nothing was written on that date."""
    first = next(days.own(tx, day.first, day.last), None)
    return tx.head.seq + 1 if first is None else entries.short(first[1].id, tx.head.id(0))
