"""What entries mean: the same fold as at the counters, whom they concern, what is wrong with them (sync notes §2.5–2.8).

Works on what is already kept, in order of each lineage, and says nothing twice: running it again after a crash finds the same and goes on.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from central_server import claims, days, documents
from central_server.frames import new_rows
from central_server.problems import Problem
from central_server.storage import cash, devices, feeds, logs, parcels
from central_server.storage.cash import Closing, Standing
from central_server.storage.database import Database, Sql
from central_server.storage.devices import Device
from central_server.storage.logs import Cursor
from central_server.storage.parcels import Head, Written
from central_server.strange import is_strange
from corner_app.domain import cash as documents_of_cash
from corner_app.domain import entries as e
from corner_app.domain.cash import day_subject, is_document
from corner_app.domain.chain import hashes, uid
from corner_app.domain.entries import EntryId, Fact, UnreadableEntry, decode, kind
from corner_app.domain.money import Posting, drawer, parcel_postings, postings
from corner_app.domain.numbers import normal_reference
from corner_app.domain.offices import Places
from corner_app.domain.parcels import Parcel, State, Step, apply, echoes, fold
from corner_app.sync.wire import FeedEntry, FeedVerdict, pack_item

_log = logging.getLogger(__name__)
STEP = 1_000
"""Entries judged in one transaction, about."""
UNDECODABLE, HELD, DUPLICATE, APPLIED, UNVERIFIED = "undecodable", "held", "duplicate_of", "applied", "unverified_base"
OTHERS_CASH = "others_cash"
_ENDED = frozenset({State.HANDED_OVER, State.RETURNED, State.LOST})
_BAG = "bag:"
_Said = dict[tuple[int, int, int], tuple[int, str]]
"""Entry → (version, code) of the last word on it."""


@dataclass
class _Round:
    """What one transaction finds out before it writes."""

    places: Places
    now: int
    office: str
    fresh: list[Written] = field(default_factory=list)
    heads: dict[str, Head] = field(default_factory=dict)
    listening: dict[str, list[int]] = field(default_factory=dict)
    items: dict[str, list[bytes]] = field(default_factory=dict)
    said: list[tuple[str, int, int, int, int, str, str, int]] = field(default_factory=list)
    money: dict[str, tuple[Posting, ...]] = field(default_factory=dict)
    more_money: dict[str, tuple[Posting, ...]] = field(default_factory=dict)
    new_concerns: list[tuple[str, str]] = field(default_factory=list)
    ended: list[tuple[int, str, str]] = field(default_factory=list)
    names: list[tuple[str, str]] = field(default_factory=list)
    used: dict[EntryId, str] = field(default_factory=dict)
    standings: list[tuple[Standing, set[str]]] = field(default_factory=list)
    closed: dict[str, Written] = field(default_factory=dict)


def judge_all(database: Database, places: Places, now: int) -> int:
    """Judges whatever waits; gives how many entries. Called after a start, and now and then."""
    done = 0
    while found := database.read(lambda sql: logs.unjudged(sql, 64)):
        for at in found:
            done += judge(database, at, places, now)
    return done


def judge(database: Database, at: Cursor, places: Places, now: int) -> int:
    """Judges what waits in one lineage. An entry that cannot be judged, whatever the reason, gets its word and stops no other."""
    done, more, most = 0, True, STEP
    while more:
        try:
            step, more = database.write(lambda sql: _step(sql, at, places, now, most))  # noqa: B023 - called at once
        except Problem:
            raise
        except Exception:
            if most > 1:
                most = max(1, most // 10)
                continue
            _log.exception("an entry of device %d, epoch %d cannot be judged", at.device, at.epoch)
            step, more = database.write(lambda sql: _set_aside(sql, at, now))
        most = min(STEP, most * 10)
        done += step
    return done


def _set_aside(sql: Sql, at: Cursor, now: int) -> tuple[int, bool]:
    held = logs.cursor(sql, at.office, at.device, at.epoch, lock=True)
    if held is None or held.judged >= held.next - 1:
        return 0, False
    round_ = _Round(Places({}, {}, {}), now, held.office)
    _say(round_, held.office, EntryId(held.device, held.epoch, held.judged + 1), 1, "", UNDECODABLE, (held.office,))
    _write(sql, round_)
    logs.judged(sql, held, held.judged + 1)
    return 1, held.judged + 1 < held.next - 1


def _step(sql: Sql, at: Cursor, places: Places, now: int, most: int) -> tuple[int, bool]:
    """(entries judged, whether more wait)."""
    held = logs.cursor(sql, at.office, at.device, at.epoch, lock=True)
    if held is None or held.judged >= held.next - 1:
        return 0, False
    last = min(held.next - 1, held.judged + most)
    round_ = _Round(places, now, held.office)
    for stored, digest, seq, received_at in _waiting(sql, held, last):
        _read(round_, EntryId(held.device, held.epoch, seq), stored, uid(digest), received_at)
    if round_.fresh:
        _judge(sql, round_)
    _write(sql, round_)
    logs.judged(sql, held, last)
    return last - held.judged, last < held.next - 1


def _waiting(sql: Sql, at: Cursor, last: int) -> Iterator[tuple[bytes, bytes, int, int]]:
    first = at.judged + 1
    for kept in logs.frames(sql, at.office, at.device, at.epoch, first, last):
        rows = new_rows(kept)
        for seq, (stored, digest) in enumerate(zip(rows, hashes(kept.before, rows), strict=True), kept.first):
            if first <= seq <= last:
                yield stored, digest, seq, kept.received_at


def _read(round_: _Round, id: EntryId, stored: bytes, uid_: bytes, received_at: int) -> None:
    try:
        entry = decode(stored)
    except UnreadableEntry:
        entry = None
    if entry is None or is_strange(entry, stored):
        _say(round_, round_.office, id, 1, "", UNDECODABLE, (round_.office,))
        return
    if not _own_cash(entry.body, round_.office):
        _say(round_, round_.office, id, 1, "", OTHERS_CASH, (round_.office,))
        return
    if entry.subject.startswith(_BAG) or is_document(entry.subject) or (":" not in entry.subject and entry.subject != "book"):
        round_.fresh.append(Written(Fact(id, entry, uid_), round_.office, kind(entry.body), received_at, stored))


def _own_cash(body: e.AnyBody, office: str) -> bool:
    """Whether a body that names a drawer names one of its writer's office. The centre's own book is of no office, so nothing it holds moves cash."""
    return getattr(body, "counter", None) is None or getattr(body, "office", office) == office


def _judge(sql: Sql, round_: _Round) -> None:
    by_subject: dict[str, list[Written]] = {}
    for written in round_.fresh:
        by_subject.setdefault(written.fact.entry.subject, []).append(written)
    round_.heads = parcels.heads(sql, by_subject)
    steps = {subject: _steps(round_.heads[subject], found) for subject, found in by_subject.items()}
    whole = [subject for subject, taken in steps.items() if taken is None]
    newly = {subject: _concerns(round_, subject, found) for subject, found in by_subject.items()}
    joining = [s for s, offices in newly.items() if offices and round_.heads[s].known]
    asked = set(whole) | set(joining)
    known = parcels.history(sql, asked) if asked else {}
    verdicts = feeds.verdicts(sql, whole) if whole else {}
    claims.take(sql, round_.fresh, round_.now)
    round_.used = claims.used(sql, [*round_.fresh, *(written for subject in whole for written in known.get(subject, ()))])
    _listen(sql, round_, {*round_.used.values(), *(o for s in by_subject for o in (*round_.heads[s].offices, *newly[s]))} - {""})
    for subject, found in by_subject.items():
        before = round_.heads[subject]
        after = replace(before, offices=tuple(sorted({*before.offices, *newly[subject]}))) if newly[subject] else before
        round_.heads[subject] = after
        _fan_out(round_, after, found, newly[subject], known.get(subject, []))
        if subject.startswith(_BAG):
            continue
        taken = steps[subject]
        if is_document(subject):
            _fold_document(round_, after, [*known.get(subject, ()), *found], verdicts)
            continue
        if taken is None:
            _fold_whole(round_, after, [*known.get(subject, ()), *found], verdicts)
        else:
            _follow(round_, after, found, taken)
        _close(round_, before.parcel)


def _listen(sql: Sql, round_: _Round, offices: Iterable[str]) -> None:
    """Which offices have a PC that hears: only they get rows in their feed, all others a snapshot when they enrol."""
    for office, device in devices.active(sql, offices):
        round_.listening.setdefault(office, []).append(device)


def _steps(head: Head, found: Iterable[Written]) -> list[Step] | None:
    """The parcel after each entry, as long as each continues the one before, so that applying them one by one equals folding all again; else None."""
    parcel, taken = head.parcel, list[Step]()
    if head.subject.startswith(_BAG):
        return taken
    if is_document(head.subject):
        return None
    for written in found:
        if not parcel.goes_on(written.fact):
            return None
        taken.append(apply(parcel, written.fact))
        parcel = taken[-1][0]
    return taken


def _concerns(round_: _Round, subject: str, found: Iterable[Written]) -> set[str]:
    """Offices that hear of it from now on and did not before: who wrote, who it is for and its hub, where its bag goes, both ends of a pouch (R4)."""
    offices: set[str] = set()
    for written in found:
        offices.add(written.office)
        body = written.fact.entry.body
        if isinstance(body, e.Announced):
            offices |= destination(round_.places, body.postcode)
        elif isinstance(body, e.Bagged):
            offices |= {body.towards}
        else:
            offices |= documents.concerned(body)
    return {office for office in offices if office} - set(round_.heads[subject].offices)


def destination(places: Places, postcode: str) -> set[str]:
    """The office of a postcode and its hub: under the hub's own code and that of the head office it stands in."""
    if not postcode:
        return set()
    hub = places.hub_of(postcode)
    return {postcode} | ({hub.code, hub.head_office} if hub is not None else set())


def _fan_out(round_: _Round, head: Head, found: list[Written], newly: set[str], history: list[Written]) -> None:
    round_.new_concerns += [(office, head.subject) for office in newly]
    for office in head.offices:
        hearing = round_.listening.get(office, ())
        if not hearing:
            continue
        due = [*history, *found] if office in newly else found
        for written in due:
            if tuple(hearing) != (written.fact.id.device,) or written.fact.id.epoch > 1:  # a book that was copied hears what its copies wrote
                round_.items.setdefault(office, []).append(pack_item(FeedEntry(*written.fact.id, written.fact.uid, written.stored)))


def _follow(round_: _Round, head: Head, found: list[Written], steps: list[Step]) -> None:
    for written, (_, conflict) in zip(found, steps, strict=True):
        _name(round_, written)
        id = written.fact.id
        said = conflict or (claims.USED if id in round_.used else None)
        if said is not None:
            _say(round_, written.office, id, 1, head.subject, said, (*head.offices, round_.used.get(id, "")))
        lines = postings(head.subject, written.fact, effective=conflict is None)
        if lines:
            round_.more_money[head.subject] = (*round_.more_money.get(head.subject, ()), *lines)
    round_.heads[head.subject] = replace(head, parcel=steps[-1][0])


def _fold_whole(round_: _Round, head: Head, everything: list[Written], verdicts: _Said) -> None:
    facts = [written.fact for written in everything]
    folded = fold(head.subject, facts)
    wanted = dict.fromkeys(folded.held, HELD) | dict.fromkeys(folded.unverified, UNVERIFIED) | dict.fromkeys(folded.echoes, DUPLICATE)
    wanted |= {c.by: c.what for c in folded.conflicts}
    _say_changes(round_, head, everything, wanted, verdicts)
    for written in everything:
        _name(round_, written)
    round_.money[head.subject] = parcel_postings(folded, facts)
    round_.heads[head.subject] = replace(head, parcel=folded.parcel)


def _say_changes(round_: _Round, head: Head, everything: Iterable[Written], wanted: dict[EntryId, str], verdicts: _Said) -> None:
    """Says of each entry what was not said last."""
    for written in everything:
        id = written.fact.id
        ver, last = verdicts.get(id, (0, APPLIED))
        now = wanted.get(id, claims.USED if id in round_.used else APPLIED)
        if now != last:
            _say(round_, written.office, id, ver + 1, head.subject, now, (*head.offices, round_.used.get(id, "")))


def _fold_document(round_: _Round, head: Head, everything: list[Written], verdicts: _Said) -> None:
    """Cash that is no parcel's is always folded whole. What is said of the closing that counts is found out when the money is there."""
    facts = [written.fact for written in everything]
    document = documents_of_cash.fold(head.subject, facts)
    wanted = dict.fromkeys(echoes(facts), DUPLICATE) | {c.by: c.what for c in document.conflicts}
    closed = next((written for written in everything if document.closed is not None and written.fact.id == document.closed.id), None)
    _say_changes(round_, head, [written for written in everything if written is not closed], wanted, verdicts)
    if closed is not None:
        round_.closed[head.subject] = closed
    round_.money[head.subject] = document.lines
    standing = documents.standing(document, everything)
    round_.standings.append((standing, documents.offices_of(everything)))
    round_.ended += [(0 if standing.unfinished else round_.now, office, head.subject) for office in head.offices]


def _name(round_: _Round, written: Written) -> None:
    body = written.fact.entry.body
    if isinstance(body, e.Announced):
        subject = written.fact.entry.subject
        codes = (*body.numbers, normal_reference(body.order_ref)) if body.order_ref else body.numbers
        round_.names += [(code, subject) for code in codes]


def _close(round_: _Round, before: Parcel) -> None:
    head = round_.heads[before.item]
    if (head.parcel.state in _ENDED) != (before.state in _ENDED):
        when = round_.now if head.parcel.state in _ENDED else 0
        round_.ended += [(when, office, before.item) for office in head.offices]


def _say(round_: _Round, office: str, id: EntryId, ver: int, subject: str, code: str, hearing: Iterable[str]) -> None:
    """Keeps a verdict and tells the writer's office and the others concerned."""
    round_.said.append((office, *id, ver, subject, code, round_.now))
    item = pack_item(FeedVerdict(*id, ver, subject, code, round_.now))
    for heard in {office, *hearing}:
        if heard in round_.listening or heard == office:
            round_.items.setdefault(heard, []).append(item)


def _write(sql: Sql, round_: _Round) -> None:
    parcels.write(sql, round_.fresh)
    parcels.save(sql, round_.heads.values(), round_.now)
    parcels.concern(sql, round_.new_concerns)
    if round_.ended:
        parcels.close(sql, round_.ended)
    if round_.names:
        parcels.name(sql, round_.names)
    if round_.money:
        parcels.unpost(sql, round_.money)
    if round_.money or round_.more_money:
        parcels.post(sql, round_.money | round_.more_money)
    if round_.standings:
        cash.keep(sql, round_.standings)
        _close_days(sql, round_)
    if round_.said:
        feeds.say(sql, round_.said)
    if round_.items:
        feeds.append(sql, round_.items)


def _close_days(sql: Sql, round_: _Round) -> None:
    """Compares the closings of this round with the money that is here, and those that did not agree before, should their drawer have been touched."""
    for _, written in sorted(round_.closed.items(), key=lambda each: each[0]):
        _say_of_day(sql, round_, written)
    touched = {line.account for lines in round_.money.values() for line in lines}
    for office in sorted({standing.office for standing, _ in round_.standings}):
        for closing in cash.differing(sql, office):
            if drawer(closing.office, closing.counter) in touched:
                _try_again(sql, round_, closing)


def _try_again(sql: Sql, round_: _Round, closing: Closing) -> None:
    subject = day_subject(closing.office, closing.counter, closing.date)
    written = next((w for w in parcels.history(sql, [subject]).get(subject, ()) if w.fact.id == closing.by), None)
    if written is not None and subject not in round_.closed:
        _say_of_day(sql, round_, written)


def _say_of_day(sql: Sql, round_: _Round, written: Written) -> None:
    closing = days.check(sql, written.office, written.fact, round_.now)
    subject, now = written.fact.entry.subject, days.DIFFERS if closing.differs else APPLIED
    ver, last = feeds.verdicts(sql, [subject]).get(written.fact.id, (0, APPLIED))
    if now != last:
        _say(round_, written.office, written.fact.id, ver + 1, subject, now, (written.office,))


def try_days_again(database: Database, now: int) -> int:
    """Compares every closing that did not agree once more; gives how many agree now."""
    found = database.read(cash.differing)
    for closing in found:
        database.write(lambda sql: _one_day_again(sql, closing, now))  # noqa: B023 - called at once
    return len(found) - len(database.read(cash.differing)) if found else 0


def _one_day_again(sql: Sql, closing: Closing, now: int) -> None:
    round_ = _Round(Places({}, {}, {}), now, closing.office)
    _try_again(sql, round_, closing)
    _write(sql, round_)


def told_of(sql: Sql, device: Device, at: Cursor, after: int) -> None:
    """A book goes on from before entries that are here: its office hears of them again, for that book has them no more."""
    found = []
    for stored, digest, seq, _ in _waiting(sql, replace(at, judged=after), at.next - 1):
        found.append(pack_item(FeedEntry(at.device, at.epoch, seq, uid(digest), stored)))
    if found:
        feeds.append(sql, {device.office: found})
