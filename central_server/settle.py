"""What each merchant is owed and was paid, from the entries of the offices: statements, remittances with their invoices, and that they were received.

A remittance is entries of the centre's own book and one row of a table that takes every parcel once, written in one transaction. Its invoice is its name:
asking for the same one again gives the same remittance.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from central_server import own_book
from central_server.exchange import Desk
from central_server.judge import judge
from central_server.problems import Problem
from central_server.storage import cash, feeds, parcels, remittances
from central_server.storage.database import Sql
from central_server.storage.parcels import Head
from central_server.storage.remittances import Line, Remittance
from corner_app.domain import cash as documents
from corner_app.domain.close import local_date
from corner_app.domain.entries import SYSTEM, AnyBody, Entry, EntryId, Remitted, encode
from corner_app.domain.money import Posting
from corner_app.domain.parcels import CodState, State, resolve

_AT_ONCE = 500
STEP = 2_000
"""Entries of one run of the centre's book."""
DOUBTS = frozenset(
    {
        "held", "unverified_base", "handed_over_twice", "collected_twice", "found_after_handed_over", "handed_over_before_announced", "trx_used",
        "money_not_so", "undecodable",
    }
)  # fmt: skip
"""What was said of an entry that makes the parcel's money wait for a person."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Money a merchant is owed and is not paid yet. why: "claimed", "disputed", "suspense", "later", or what the centre said of an entry of the parcel."""

    item: str
    amount: int
    why: str


@dataclass(frozen=True, slots=True)
class Statement:
    """What is due to a merchant, or one remittance. invoice: "" of what is not remitted yet. state: "due", "remitted" or "closed"."""

    merchant: str
    invoice: str
    state: str
    made_at: int
    paid_at: int
    lines: tuple[Line, ...]
    waiting: tuple[Waiting, ...] = ()

    @property
    def amount(self) -> int:
        """Paisa of all lines."""
        return sum(line.amount for line in self.lines)


def invoice_of(merchant: str, number: int) -> str:
    """The name of a merchant's remittance."""
    return f"{merchant}-{number:06d}"


def _named(invoice: str) -> tuple[str, int]:
    merchant, _, number = invoice.rpartition("-")
    if not merchant or not number.isascii() or not number.isdigit() or len(number) > 12:
        raise Problem("invoice_unknown")
    return merchant, int(number)


def due(sql: Sql, merchant: str, to: str = "", include: Collection[str] = (), *, lock: bool = False) -> Statement:
    """What can be paid to a merchant now, and what waits. to: the last date of collection ("" today's too). include: parcels that a person decided on although
    something is in doubt. lock: they stay as they are until the transaction ends.
    """
    owed = {item: -amount for item, amount in cash.subjects_on(sql, f"cod:{merchant}").items() if amount < 0}
    disputed = _disputed(sql)
    lines: list[Line] = []
    waiting: list[Waiting] = []
    for items in _some(sorted(owed)):
        heads = parcels.heads(sql, items) if lock else parcels.standing(sql, items)
        gone, posted = remittances.among(sql, items), parcels.posted(sql, items)
        collected = _collected(sql, items, merchant, posted)
        said = {v.subject: v.code for v in feeds.standing(sql, "", items, unnamed=False) if v.code in DOUBTS}
        for item in items:
            by, office, date = collected[item]
            why = _why_not(heads[item], said.get(item, ""), posted[item], by in disputed, item in include)
            why = why or ("later" if to and date > to else "")
            if item not in gone:
                (waiting.append(Waiting(item, owed[item], why)) if why else lines.append(Line(item, office, date, owed[item])))
    lines.sort(key=lambda line: (line.date, line.item))
    return Statement(merchant, "", "due", 0, 0, tuple(lines), tuple(waiting))


def _why_not(head: Head, said: str, posted: Sequence[Posting], disputed: bool, included: bool) -> str:
    """Why a parcel's money waits, "" when it does not."""
    if head.parcel.cod_state is not CodState.COLLECTED:
        return head.parcel.cod_state.value
    if disputed or head.parcel.state is State.DISPUTED:
        return "disputed"
    if included:
        return ""
    return said or ("suspense" if sum(line.amount for line in posted if line.account.startswith("suspense:")) else "")


def _collected(sql: Sql, items: Sequence[str], merchant: str, posted: dict[str, list[Posting]]) -> dict[str, tuple[EntryId, str, str]]:
    """Item → (entry that took the money, office, date)."""
    history = parcels.history(sql, items)
    found = {}
    for item in items:
        by = next(line.by for line in posted[item] if line.account == f"cod:{merchant}" and line.amount < 0)
        written = next(written for written in history[item] if written.fact.id == by)
        found[item] = (by, written.office, local_date(written.fact.entry.at))
    return found


def _disputed(sql: Sql) -> set[EntryId]:
    """Entries that somebody does not agree with."""
    subjects = [standing.subject for standing in cash.unfinished(sql) if standing.disputes]
    found: set[EntryId] = set()
    for some in _some(subjects):
        for subject, written in parcels.history(sql, some).items():
            for fact in documents.fold(subject, [each.fact for each in written]).disputes:
                about = resolve(fact.entry.sup, fact.id)
                found |= {about} if about is not None else set()
    return found


def _some(items: Sequence[str]) -> Iterator[Sequence[str]]:
    for first in range(0, len(items), _AT_ONCE):
        yield items[first : first + _AT_ONCE]


def statement(sql: Sql, invoice: str) -> Statement:
    """A remittance as it was made. Raises Problem("invoice_unknown")."""
    made = remittances.find(sql, *_named(invoice))
    if made is None or made.invoice != invoice:
        raise Problem("invoice_unknown")
    lines = tuple(remittances.lines(sql, made.merchant, made.number))
    return Statement(made.merchant, made.invoice, "closed" if made.paid_at else "remitted", made.made_at, made.paid_at, lines)


def remit(desk: Desk, merchant: str, now: int, *, to: str = "", invoice: str = "", include: Collection[str] = (), last: str = "") -> Statement:
    """Takes what is due into a remittance. invoice: its name; one that was made before is given again, none but the next can be made.

    last: the last invoice that was paid to the merchant, "none" for none; asked for once after the centre was put back from a copy.
    Raises Problem: nothing_due, invoice_gap, invoice_unknown, remittances_in_doubt, remittances_missing.
    """
    judge_own(desk, now)
    made = desk.database.write(lambda sql: _remit(desk, sql, merchant, now, _Asked(to, invoice, include, last)))
    judge_own(desk, now)
    return made


def again(desk: Desk, lost: Statement, now: int) -> Statement:
    """Takes in a remittance that a centre made whose disk is lost: the same parcels and amounts under the same invoice, the next of its merchant.

    Raises Problem: invoice_gap, invoice_unknown, statement_differs.
    """
    judge_own(desk, now)
    made = desk.database.write(lambda sql: _again(desk, sql, lost, now))
    judge_own(desk, now)
    return made


def _again(desk: Desk, sql: Sql, lost: Statement, now: int) -> Statement:
    own_book.end(sql, desk.centre)
    number = _next(sql, lost.merchant, lost.invoice)
    if not number:
        return statement(sql, lost.invoice)
    wanted = {line.item: line.amount for line in lost.lines}
    lines = [line for line in due(sql, lost.merchant, include=wanted, lock=True).lines if line.item in wanted]
    if not wanted or {line.item: line.amount for line in lines} != wanted:
        raise Problem("statement_differs")
    return _made(desk, sql, lost.merchant, number, lines, now)


def judge_own(desk: Desk, now: int) -> None:
    """Judges what waits in the centre's own book."""
    at = desk.database.read(lambda sql: own_book.newest(sql, desk.centre))
    if at is not None:
        judge(desk.database, at, desk.places, now)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What `remit` was asked for."""

    to: str
    invoice: str
    include: Collection[str]
    last: str


def _remit(desk: Desk, sql: Sql, merchant: str, now: int, asked: _Asked) -> Statement:
    own_book.end(sql, desk.centre)  # held: of two calls the second begins when the first has ended
    number = _next(sql, merchant, asked.invoice)
    if not number:
        return statement(sql, asked.invoice)
    _compare(sql, merchant, asked.last)
    found = due(sql, merchant, asked.to, asked.include, lock=True)
    if not found.lines:
        raise Problem("nothing_due")
    return replace(_made(desk, sql, merchant, number, found.lines, now), waiting=found.waiting)


def _next(sql: Sql, merchant: str, invoice: str) -> int:
    """The number of the next remittance, 0 where `invoice` names one that was made."""
    number = remittances.last_number(sql, merchant) + 1
    if not invoice:
        return number
    whose, asked = _named(invoice)
    if whose != merchant or invoice != invoice_of(merchant, asked) or not asked:
        raise Problem("invoice_unknown")
    if asked > number:
        raise Problem("invoice_gap", invoice_of(merchant, number))
    return number if asked == number else 0


def _compare(sql: Sql, merchant: str, last: str) -> None:
    """After the centre was put back a person says which invoice was the last, so that nothing is paid twice."""
    if not remittances.in_doubt(sql, merchant):
        return
    number = remittances.last_number(sql, merchant)
    if not last:
        raise Problem("remittances_in_doubt")
    if last != (invoice_of(merchant, number) if number else "none"):
        raise Problem("remittances_missing")
    remittances.agreed(sql, merchant)


def _made(desk: Desk, sql: Sql, merchant: str, number: int, lines: Sequence[Line], now: int) -> Statement:
    name = invoice_of(merchant, number)
    write(desk, sql, [(line.item, Remitted(merchant, name, line.amount, "remitted"), 0) for line in lines], now)
    remittances.keep(sql, Remittance(merchant, number, name, now, len(lines), sum(line.amount for line in lines)), lines)
    return Statement(merchant, name, "remitted", now, 0, tuple(lines))


def paid(desk: Desk, invoice: str, now: int) -> Statement:
    """The merchant has received a remittance; said again it changes nothing. Raises Problem("invoice_unknown")."""
    judge_own(desk, now)
    done = desk.database.write(lambda sql: _paid(desk, sql, invoice, now))
    judge_own(desk, now)
    return done


def _paid(desk: Desk, sql: Sql, invoice: str, now: int) -> Statement:
    own_book.end(sql, desk.centre)
    made = statement(sql, invoice)
    if made.paid_at:
        return made
    write(desk, sql, [(line.item, Remitted(made.merchant, invoice, line.amount, "closed"), 0) for line in made.lines], now)
    remittances.paid(sql, *_named(invoice), now)
    return statement(sql, invoice)


def write(desk: Desk, sql: Sql, bodies: Sequence[tuple[str, AnyBody, EntryId | int]], now: int) -> None:
    """Adds entries about parcels to the centre's own book, each after what is known of its parcel. bodies: (item, body, entry it is about or 0)."""
    for first in range(0, len(bodies), STEP):
        some = bodies[first : first + STEP]
        heads = parcels.heads(sql, {item for item, _, _ in some})
        clock = [(now << 16) + first + n for n in range(len(some))]
        stored = [encode(Entry(hlc, SYSTEM, item, heads[item].parcel.base or 0, body, sup=about)) for hlc, (item, body, about) in zip(clock, some, strict=True)]
        own_book.write(sql, desk.centre, own_book.end(sql, desk.centre), stored, now)
