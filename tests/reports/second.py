"""The report computed a second time, by other means: the whole log replayed with plain sets and sums, each parcel folded again for each entry.

Written apart from `corner_app.reports`; it shares with it the vocabulary of entries and the two folds, nothing else.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from corner_app.book.database import Rows
from corner_app.domain import cash, money
from corner_app.domain import entries as e
from corner_app.domain import parcels as fold_of
from corner_app.domain.entries import EntryId, Fact

DHAKA = timezone(timedelta(hours=6))


@dataclass
class Own:
    """A drawer in paisa."""

    opening: int = 0
    collected: int = 0
    postage: int = 0
    claimed: int = 0
    paid_in: int = 0
    paid_out: int = 0
    deposited: int = 0
    expected: int = 0


@dataclass
class Second:
    """Plain numbers. opening, came, on_hand: of parcels by kind; gone: by (kind, way). accounts: opening, debit, credit, closing in paisa."""

    opening: dict[str, int] = field(default_factory=dict)
    came: dict[str, int] = field(default_factory=dict)
    gone: dict[tuple[str, str], int] = field(default_factory=dict)
    on_hand: dict[str, int] = field(default_factory=dict)
    accounts: dict[str, tuple[int, int, int, int]] = field(default_factory=dict)
    drawer: Own = field(default_factory=Own)
    seal: str = ""
    hours: dict[int, tuple[int, int]] = field(default_factory=dict)
    received_by: dict[str, int] = field(default_factory=dict)


def _rows(path: Path) -> tuple[list[Any], list[Any]]:
    connection = dbapi2.connect(str(path))
    try:
        own = connection.execute(
            """SELECT no, lineage.device, entry.epoch, entry.seq, bytes, hash FROM entry JOIN lineage ON lineage.epoch = entry.epoch
               WHERE lineage.kept_to IS NULL OR entry.seq <= lineage.kept_to ORDER BY no"""
        ).fetchall()
        return own, connection.execute("SELECT after_no, device, epoch, seq, bytes, uid FROM arrived WHERE kind <> 'unread' ORDER BY id").fetchall()
    finally:
        connection.close()


def _dates(own: list[tuple[int, Fact]], office: str, counter: int, closing: str) -> dict[int, str]:
    """Business date of every own entry, by its number: read once from the first to the last. closing: of the day that is about to be closed, "" none."""
    days = f"day:{office}-{counter}-"
    found: dict[int, str] = {}
    waiting: list[tuple[int, Fact]] = []
    before, latest = "", ""

    def settle(end: str) -> None:
        opened = ""
        for no, fact in waiting:
            if isinstance(fact.entry.body, e.DayOpened) and fact.entry.subject.startswith(days):
                opened = opened or fact.entry.body.date
            calendar = datetime.fromtimestamp(fact.entry.hlc / 65_536_000, DHAKA).date().isoformat()
            target = end or _first_opened(waiting, days)
            if not target:
                after = (date.fromisoformat(before) + timedelta(days=1)).isoformat() if before else ""
                found[no] = max(calendar, after)
            elif opened or before:
                found[no] = target
            else:
                found[no] = min(calendar, target)

    for no, fact in own:
        waiting.append((no, fact))
        body = fact.entry.body
        if isinstance(body, e.DayClosed) and fact.entry.subject.startswith(days) and body.date > latest:
            latest = body.date
            settle(body.date)
            waiting, before = [], body.date
    settle(closing)
    return found


def _first_opened(waiting: list[tuple[int, Fact]], days: str) -> str:
    return next((fact.entry.body.date for _, fact in waiting if isinstance(fact.entry.body, e.DayOpened) and fact.entry.subject.startswith(days)), "")


@dataclass
class _Cut:
    before: list[Fact]
    inside: list[Fact]
    closed: bool
    last_own: Fact | None


def _cut(path: Path, office: str, counter: int, first: str, last: str, closing: str) -> _Cut:
    """Everything known before a range and everything of it, in the order of the book."""
    own_rows, other_rows = _rows(path)
    own = [(row[0], Fact(EntryId(*row[1:4]), e.decode(row[4]), bytes(row[5][:16]))) for row in own_rows]
    dates = _dates(own, office, counter, closing)
    names = {fact.id for _, fact in own}
    others = [(row[0], Fact(EntryId(*row[1:4]), e.decode(row[4]), bytes(row[5]))) for row in other_rows]
    line = sorted(
        [(no, 0, n, fact) for n, (no, fact) in enumerate(own)] + [(after, 1, n, fact) for n, (after, fact) in enumerate(others) if fact.id not in names]
    )
    end_date = max(dates.values(), default="")
    ends_closed = bool(own) and isinstance(own[-1][1].entry.body, e.DayClosed)
    cut = _Cut([], [], False, None)
    for no, foreign, _, fact in line:
        at = dates.get(no + 1, "") if foreign else dates[no]
        if foreign and not at:  # nothing was written since: it belongs to the day that is open
            at = closing or (last if ends_closed and last > end_date else end_date if not ends_closed else "9999")
        if at < first:
            cut.before.append(fact)
        elif at <= last:
            cut.inside.append(fact)
            if not foreign:
                cut.last_own = fact
    return cut


def _subjects(facts: Iterable[Fact]) -> dict[str, list[Fact]]:
    found: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        found[fact.entry.subject].append(fact)
    return found


def _is_parcel(subject: str) -> bool:
    return subject != "book" and ":" not in subject


def _lines(subject: str, facts: list[Fact]) -> Counter[str]:
    sums: Counter[str] = Counter()
    if cash.is_document(subject):
        posted = cash.fold(subject, facts).lines
    elif _is_parcel(subject):
        posted = money.parcel_postings(fold_of.fold(subject, facts), facts)
    else:
        posted = ()
    for posting in posted:
        sums[posting.account] += posting.amount
    return sums


def _here(subject: str, facts: list[Fact], office: str) -> bool:
    parcel = fold_of.fold(subject, facts).parcel
    return parcel.office == office and parcel.state in fold_of.IN_OFFICE


def compute(path: Path, office: str, counter: int, first: str, last: str, closing: str = "") -> Second:
    """The report of some days, from the file alone; of a day that is about to be closed as if it were."""
    cut = _cut(path, office, counter, first, last, closing)
    made = Second(seal=cut.last_own.uid.hex() if cut.last_own is not None else "")
    before, after = _subjects(cut.before), _subjects([*cut.before, *cut.inside])
    _parcels(made, before, after, cut, office)
    _accounts(made, before, after, cut)
    made.drawer = _drawer(cut, office, counter, first)
    return made


def _parcels(made: Second, before: dict[str, list[Fact]], after: dict[str, list[Fact]], cut: _Cut, office: str) -> None:
    kind = {item: "cod" if fold_of.fold(item, facts).parcel.cod > 0 else "prepaid" for item, facts in after.items() if _is_parcel(item)}
    opening, on_hand, came = Counter[str](), Counter[str](), Counter[str]()
    gone, hours_in, hours_out, received = Counter[tuple[str, str]](), Counter[int](), Counter[int](), Counter[str]()
    for item, of in kind.items():
        opening[of] += _here(item, before.get(item, []), office)
        on_hand[of] += _here(item, after[item], office)
    seen: dict[str, list[Fact]] = {item: list(facts) for item, facts in before.items()}
    for fact in cut.inside:
        item = fact.entry.subject
        if not _is_parcel(item):
            continue
        facts = seen.setdefault(item, [])
        was = _here(item, facts, office)
        old = fold_of.fold(item, facts).parcel
        facts.append(fact)
        now = _here(item, facts, office)
        hour = datetime.fromtimestamp((fact.entry.hlc >> 16) / 1000, DHAKA).hour
        if now and not was:
            came[kind[item]] += 1
            hours_in[hour] += 1
            received[fact.entry.actor] += isinstance(fact.entry.body, e.Received)
        if was and not now:
            way = _left(old, fold_of.fold(item, facts).parcel, facts, office)
            gone[kind[item], way] += 1
            hours_out[hour] += way in ("handed_over", "delivered")
    for counted in (opening, on_hand, came):
        counted["all"] = sum(counted.values())
    for (_, way), n in list(gone.items()):
        gone["all", way] += n
    made.opening, made.on_hand, made.came, made.gone = dict(opening), dict(on_hand), dict(came), dict(gone)
    made.hours = {hour: (hours_in[hour], hours_out[hour]) for hour in sorted(hours_in.keys() | hours_out.keys()) if hours_in[hour] or hours_out[hour]}
    made.received_by = {who: n for who, n in received.items() if n and who != e.SYSTEM}


def _left(old: fold_of.Parcel, new: fold_of.Parcel, facts: list[Fact], office: str) -> str:
    by = next((fact for fact in facts if fact.id == new.turn), None)
    at = getattr(by.entry.body, "office", office) if by is not None else office
    ends = {"handed_over": "handed_over", "dispatched": "dispatched", "returned": "returned", "lost": "lost"}
    if at != office and (new.state in fold_of.IN_OFFICE or new.state in ends):
        return "elsewhere"
    if new.state == "handed_over" and old.state == "out_for_delivery":
        return "delivered"
    return ends.get(new.state, "taken_back")


def _accounts(made: Second, before: dict[str, list[Fact]], after: dict[str, list[Fact]], cut: _Cut) -> None:
    opening, closing = Counter[str](), Counter[str]()
    for subject, facts in before.items():
        opening.update(_lines(subject, facts))
    for subject, facts in after.items():
        closing.update(_lines(subject, facts))
    debit, credit = Counter[str](), Counter[str]()
    seen: dict[str, list[Fact]] = {subject: list(facts) for subject, facts in before.items()}
    for fact in cut.inside:
        facts = seen.setdefault(fact.entry.subject, [])
        was = _lines(fact.entry.subject, facts)
        facts.append(fact)
        now = _lines(fact.entry.subject, facts)
        for account in was.keys() | now.keys():
            moved = now[account] - was[account]
            debit[account] += max(0, moved)
            credit[account] += max(0, -moved)
    touched = {account for account in debit.keys() | credit.keys() if debit[account] or credit[account]}
    made.accounts = {account: (opening[account], debit[account], credit[account], closing[account]) for account in touched}


def _drawer(cut: _Cut, office: str, counter: int, first: str) -> Own:
    """The counter's own drawer from the bodies of its entries, each act once."""
    own, account = Own(), money.drawer(office, counter)
    own.opening = sum(_lines(subject, facts)[account] for subject, facts in _subjects(cut.before).items())
    touched = opened = closed = False
    known: dict[str, list[Fact]] = {subject: list(facts) for subject, facts in _subjects(cut.before).items()}
    for fact in cut.inside:
        body, subject = fact.entry.body, fact.entry.subject
        facts = known.setdefault(subject, [])
        was = _lines(subject, facts)[account]
        facts.append(fact)
        moved = _lines(subject, facts)[account] - was
        mine = (getattr(body, "office", ""), getattr(body, "counter", 0)) == (office, counter)
        if isinstance(body, e.HandedOver) and mine:
            own.postage += 0 if body.wallet else body.fee
            own.claimed += body.collected + body.fee if body.wallet else 0
        if isinstance(body, e.Reversed):
            body = next((other.entry.body for other in facts if other.id == fold_of.resolve(fact.entry.sup, fact.id)), body)
        if isinstance(body, e.DayOpened) and mine and cash.fold(subject, facts).opened == fact:
            begins = not opened and not closed and (not touched or body.date == first)
            opened, touched = opened or begins, True
            if begins:
                own.opening += moved
                continue
        touched = touched or moved != 0
        if isinstance(body, e.HandedOver):
            own.collected += moved
        elif isinstance(body, e.PouchSent):
            own.deposited -= moved
        elif isinstance(body, e.DayClosed):
            closed = closed or mine
        elif moved > 0:
            own.paid_in += moved
        else:
            own.paid_out -= moved
    own.expected = own.opening + own.collected + own.paid_in - own.paid_out - own.deposited
    return own


def drawer_to_close(path: Path, office: str, counter: int, date: str) -> Own:
    """The drawer of the day that is about to be closed."""
    return compute(path, office, counter, date, date, date).drawer


def on_hand(rows: Rows, office: str) -> tuple[int, int]:
    """(all, with COD) parcels in the office by folding every parcel of the book."""
    own = rows.all(
        "SELECT lineage.device, entry.epoch, entry.seq, bytes FROM entry JOIN lineage USING (epoch) WHERE kept_to IS NULL OR entry.seq <= kept_to ORDER BY no"
    )
    other = rows.all("SELECT device, epoch, seq, bytes FROM arrived WHERE kind <> 'unread' ORDER BY id")
    names = {tuple(row[:3]) for row in own}
    facts = _subjects(Fact(EntryId(*row[:3]), e.decode(row[3])) for row in [*own, *(row for row in other if tuple(row[:3]) not in names)])
    parcels = [fold_of.fold(item, found).parcel for item, found in facts.items() if _is_parcel(item)]
    here = [parcel for parcel in parcels if parcel.office == office and parcel.state in fold_of.IN_OFFICE]
    return len(here), sum(parcel.cod > 0 for parcel in here)
