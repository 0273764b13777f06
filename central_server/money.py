"""What the centre makes of the cash of one office on one day, from the entries alone, beside what the closings of its drawers say."""

from __future__ import annotations

from dataclasses import dataclass

from central_server.storage import cash, devices, logs, parcels
from central_server.storage.cash import Closing
from central_server.storage.database import Sql
from corner_app.domain import entries as e
from corner_app.domain.cash import day_subject
from corner_app.domain.cash import fold as fold_document
from corner_app.domain.entries import EntryId
from corner_app.domain.money import drawer
from corner_app.domain.parcels import resolve

FIGURES = ("opening", "collected", "paid_in", "paid_out", "deposited", "expected", "counted", "difference")
_END = 1 << 62
_Lines = list[tuple[str, EntryId, int]]


@dataclass(frozen=True, slots=True)
class Drawer:
    """One drawer on one day. figures: as the centre computes them, paisa, by FIGURES; counted is what the closing says, None while not closed.

    closing: the same as the closing says, None while not closed. entries: figure → (subject, entry, paisa) of what it is the sum of. agrees: no closing says
    otherwise.
    """

    counter: int
    closed: bool
    agrees: bool
    figures: dict[str, int | None]
    closing: dict[str, int] | None
    entries: dict[str, tuple[tuple[str, EntryId, int], ...]]


def drawers(sql: Sql, office: str, date: str) -> list[Drawer]:
    """Every drawer of an office as it was when its day was closed; one that was not, as it is now."""
    counters = {device.counter for device in devices.all_of(sql, office)} | {day.counter for day in cash.days_of(sql, office, date)}
    return [_drawer(sql, office, counter, date) for counter in sorted(counters)]


def _drawer(sql: Sql, office: str, counter: int, date: str) -> Drawer:
    before, closing = cash.closing_before(sql, office, counter, date), cash.closing(sql, office, counter, date)
    subject = day_subject(office, counter, date)
    document = fold_document(subject, [written.fact for written in parcels.history(sql, [subject]).get(subject, ())])
    lines = _closed(sql, before, closing) if closing is not None else _open(sql, office, counter, before)
    kinds = _kinds(sql, lines)
    opened = document.opened.id if document.opened is not None else None
    parts: dict[str, _Lines] = {name: [] for name in FIGURES}
    for line in lines:
        parts[_part(kinds.get(line[1], ""), line[2], begins=line[1] == opened)].append(line)
    sums = {name: sum(amount for _, _, amount in found) for name, found in parts.items()}
    opening = (before.counted if before is not None else 0) + sums["opening"]
    figures: dict[str, int | None] = {
        "opening": opening,
        "collected": sums["collected"],
        "paid_in": sums["paid_in"],
        "paid_out": -sums["paid_out"],
        "deposited": -sums["deposited"],
        "expected": opening + sums["collected"] + sums["paid_in"] + sums["paid_out"] + sums["deposited"],
        "counted": closing.counted if closing is not None else None,
        "difference": closing.counted - closing.expected if closing is not None else None,
    }
    by = {name: tuple(found) for name, found in parts.items() if found}
    said = document.closed.entry.body if document.closed is not None else None
    told = {name: getattr(said, name) for name in FIGURES[:-1]} | {"difference": said.counted - said.expected} if isinstance(said, e.DayClosed) else None
    return Drawer(counter, closing is not None, closing is None or not closing.differs, figures, told, by)


def _part(kind: str, amount: int, *, begins: bool) -> str:
    """To which figure belongs what an entry does to a drawer, as the desk's closing has it; what takes a payment back counts by its sign."""
    named = {"handed_over": "collected", "pouch_sent": "deposited", "day_closed": "difference"}.get(kind)
    return "opening" if begins else named or ("paid_in" if amount > 0 else "paid_out")


def _closed(sql: Sql, before: Closing | None, closing: Closing) -> _Lines:
    account, marks = drawer(closing.office, closing.counter), before.marks if before is not None else {}
    found: _Lines = []
    for name, upto in closing.marks.items():
        device, epoch = map(int, name.split("."))
        found += cash.lines(sql, account, device, epoch, marks.get(name, 0), upto)
    for by in closing.others:
        found += cash.lines(sql, account, by.device, by.epoch, by.seq - 1, by.seq)
    return found


def _open(sql: Sql, office: str, counter: int, before: Closing | None) -> _Lines:
    account, marks = drawer(office, counter), before.marks if before is not None else {}
    taken = {name for closing in cash.closings(sql, office, counter) for name in closing.others}
    found: _Lines = []
    for at in logs.cursors(sql, office):
        lines = cash.lines(sql, account, at.device, at.epoch, marks.get(f"{at.device}.{at.epoch}", 0), _END)
        found += [line for line in lines if line[1] not in taken]
    return found


def _kinds(sql: Sql, lines: _Lines) -> dict[EntryId, str]:
    """Kind of each entry; of one that takes money back the kind of what it takes back."""
    subjects = sorted({subject for subject, _, _ in lines})
    found: dict[EntryId, str] = {}
    for first in range(0, len(subjects), 500):
        found |= parcels.kinds(sql, subjects[first : first + 500])
    for written in (w for known in parcels.history(sql, {s for s, by, _ in lines if found.get(by) == "reversed"}).values() for w in known):
        about = resolve(written.fact.entry.sup, written.fact.id)
        if written.kind == "reversed" and about is not None:
            found[written.fact.id] = found.get(about, "")
    return found


def accounts(sql: Sql, office: str) -> dict[str, int]:
    """Paisa on each account of an office that is not empty."""
    counters = {device.counter for device in devices.all_of(sql, office)}
    return cash.balances(sql, [*(drawer(office, n) for n in sorted(counters)), *(f"{kind}:{office}" for kind in ("safe", "transit", "suspense", "over_short"))])
