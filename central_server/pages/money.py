"""What headquarters' money pages show, in words: the country's offices, one office with the entries behind each sum, one day of its drawers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date as calendar

from central_server import money
from central_server.pages.names import short_name
from central_server.pages.overview import PAGE, Counted, Money
from central_server.pages.render import ago, when
from central_server.storage import cash, devices, parcels, payments
from central_server.storage.database import Sql
from central_server.storage.parcels import Written
from corner_app.domain import cash as documents
from corner_app.domain import entries as e
from corner_app.domain.close import local_date
from corner_app.domain.entries import EntryId
from corner_app.domain.money import drawer
from corner_app.domain.offices import Places
from corner_app.i18n import Language, load_words, number, on_date, words

SHOWN = 200
"""Entries of one sum that are listed."""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry behind a sum. entry: "counter 1 · 47"; about: what it is about; done: its kind in words; more: what belongs to it."""

    entry: str
    about: str
    done: str
    at: str
    who: str
    amount: int
    more: str = ""


def country_page(counted: Counted, page: int, places: Places, now: int, language: Language) -> dict[str, object]:
    """What the template of every office's money wants. page: from 1."""
    offices = sorted(counted.money.values(), key=lambda each: (tuple(not look for look in each.level), each.oldest or now, -each.cash, each.office))
    pages = max(1, -(-len(offices) // PAGE))
    at = min(max(page, 1), pages)
    oldest = min((each.oldest for each in offices if each.oldest), default=0)
    return {
        "sums": {
            name: sum(getattr(each, name) for each in offices) for name in ("cash", "transit", "suspense", "claimed", "disputes", "unclosed", "differing")
        },
        "oldest": ago(now - oldest, language) if oldest else "",
        "rows": [_row(each, places, now, language) for each in offices[(at - 1) * PAGE : at * PAGE]],
        "page": at,
        "pages": pages,
        "before": _link(at - 1, language) if at > 1 else "",
        "after": _link(at + 1, language) if at < pages else "",
        "counted_at": counted.at,
        "now": now,
        "here": _link(at, Language.EN if language is Language.BN else Language.BN),
    }


def _link(page: int, language: Language) -> str:
    return f"/hq/money?lang={language.value}" + (f"&page={page}" if page > 1 else "")


def _row(each: Money, places: Places, now: int, language: Language) -> tuple[Money, str, str]:
    return each, short_name(places, each.office, language), ago(now - each.oldest, language) if each.oldest else ""


def office_page(sql: Sql, places: Places, office: str, now: int, language: Language) -> dict[str, object] | None:
    """What the template of one office's money wants, None when no PC of it ever enrolled."""
    pcs = devices.all_of(sql, office)
    if not pcs:
        return None
    said = _Said(sql, language, now)
    unfinished = cash.unfinished(sql, office)
    history = parcels.history(sql, [standing.subject for standing in unfinished]) if unfinished else {}
    folded = {s.subject: documents.fold(s.subject, [w.fact for w in history[s.subject]]) for s in unfinished}
    disputes = [(s.subject, fact.id) for s in unfinished for fact in folded[s.subject].disputes]
    sent = [(s.subject, document.sent.id) for s in unfinished if s.state == "sent" and (document := folded[s.subject]).sent is not None]
    claims = [(claim, state) for claim, state in payments.unverified_of(sql, office)][:SHOWN]
    today = local_date(now)
    return {
        "title": words("hq.money_at", language, name=short_name(places, office, language)),
        "office": office,
        "drawers": [_drawer(sql, office, counter, language) for counter in sorted({pc.counter for pc in pcs})],
        "differing": [(c, said.day(c.date), f"/hq/money/{office}/{c.date}?lang={language.value}", said.entry(c.by)) for c in cash.differing(sql, office)],
        "unclosed": [
            (s.counter, said.day(s.date), f"/hq/money/{office}/{s.date}?lang={language.value}") for s in unfinished if s.state == "open" and s.date < today
        ],
        "pouches": said.lines(history, ((subject, by, _amount(history[subject], by)) for subject, by in sent), places),
        "suspense": said.lines({}, _open_lines(sql, f"suspense:{office}"), places),
        "disputes": said.lines(history, ((subject, by, _amount(history[subject], by)) for subject, by in disputes), places),
        "claims": [(claim, said.wallet(claim.wallet), "used" if claim.used else state, said.entry(claim.by)) for claim, state in claims],
        "now": now,
        "here": f"/hq/money/{office}?lang={(Language.EN if language is Language.BN else Language.BN).value}",
    }


def _open_lines(sql: Sql, account: str) -> list[tuple[str, EntryId, int]]:
    """What lies on an account, without what was settled to the last paisa."""
    lines = cash.on_account(sql, account)
    sums = Counter[str]()
    for subject, _, amount in lines:
        sums[subject] += amount
    return [line for line in lines if sums[line[0]]]


def _amount(written: Iterable[Written], by: EntryId) -> int:
    body = next(each.fact.entry.body for each in written if each.fact.id == by)
    return body.amount if isinstance(body, e.PouchSent | e.Disputed) else 0


def _drawer(sql: Sql, office: str, counter: int, language: Language) -> tuple[int, int, str, str]:
    """(counter, paisa in it, its last closed day, where that is shown)."""
    last = cash.closing_before(sql, office, counter, "9999-99-99")
    inside = cash.balance(sql, drawer(office, counter))
    if last is None:
        return counter, inside, "", ""
    return counter, inside, _day(last.date, language), f"/hq/money/{office}/{last.date}?lang={language.value}"


def _day(date: str, language: Language) -> str:
    try:
        return on_date(date, language)
    except ValueError:
        return date


def day_page(sql: Sql, places: Places, office: str, date: str, now: int, language: Language) -> dict[str, object] | None:
    """What the template of one day of an office's drawers wants; None for a date or an office there is not."""
    try:
        calendar.fromisoformat(date)
    except ValueError:
        return None
    if not devices.all_of(sql, office):
        return None
    said = _Said(sql, language, now)
    shown = []
    for each in money.drawers(sql, office, date):
        figures = [(name, words(f"hq.figure_{name}", language), each.figures[name], each.closing[name] if each.closing else None) for name in money.FIGURES]
        entries = [
            (words(f"hq.figure_{name}", language), said.lines({}, found, places), max(0, len(found) - SHOWN)) for name, found in each.entries.items() if found
        ]
        shown.append((each, figures, entries))
    name = short_name(places, office, language)
    return {
        "title": words("hq.day_title", language, name=name, date=_day(date, language)),
        "office": office,
        "drawers": shown,
        "now": now,
        "here": f"/hq/money/{office}/{date}?lang={(Language.EN if language is Language.BN else Language.BN).value}",
    }


class _Said:
    """Entries in words. Looks each PC and each subject up once."""

    def __init__(self, sql: Sql, language: Language, now: int) -> None:
        self._sql, self._language, self._now = sql, language, now
        self._counters = {device.device: device.counter for device in devices.all_of(sql)}

    def day(self, date: str) -> str:
        """A date of the office."""
        return _day(date, self._language)

    def wallet(self, name: str) -> str:
        """A mobile money service."""
        return words(f"wallet.{name}", self._language) if f"wallet.{name}" in load_words() else name

    def entry(self, by: EntryId) -> str:
        """Which counter's which entry."""
        return f"{words('hq.counter', self._language, n=self._counters.get(by.device, 0))} · {number(by.seq, self._language)}"

    def lines(self, history: Mapping[str, list[Written]], found: Iterable[tuple[str, EntryId, int]], places: Places) -> tuple[Line, ...]:
        """(subject, entry, paisa) of entries as lines, the latest first, at most SHOWN. history: subjects that were read already."""
        wanted = list(found)
        unread = sorted({subject for subject, _, _ in wanted} - set(history))
        known = dict(history)
        for first in range(0, len(unread), 500):
            known |= parcels.history(self._sql, unread[first : first + 500])
        by_name = {written.fact.id: written for subject in {subject for subject, _, _ in wanted} for written in known.get(subject, ())}
        lines = [(by_name[by], amount) for _, by, amount in wanted if by in by_name]
        lines.sort(key=lambda line: line[0].fact.entry.hlc, reverse=True)
        return tuple(self._line(written, amount, places) for written, amount in lines[:SHOWN])

    def _line(self, written: Written, amount: int, places: Places) -> Line:
        entry, language = written.fact.entry, self._language
        body = entry.body
        more = body.reason if isinstance(body, e.Disputed | e.PaidIn | e.PaidOut | e.PouchReceived | e.DayClosed) else ""
        if isinstance(body, e.PouchSent):
            more = short_name(places, body.to, language)
        about = entry.subject.partition(":")[2] or entry.subject
        kind = words(f"kind.{written.kind}", language)
        return Line(self.entry(written.fact.id), about, kind, when(entry.at, self._now, language), entry.actor, amount, more)
