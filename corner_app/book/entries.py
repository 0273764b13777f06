"""Append to the log and project, in the caller's transaction; read entries back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from corner_app.book import accounts, bags, cash, parcels, print_jobs
from corner_app.book.centre import clock_is_wrong
from corner_app.book.database import Rows, Tx
from corner_app.domain import entries as e
from corner_app.domain.cash import is_document
from corner_app.domain.chain import next_hash
from corner_app.domain.entries import AnyBody, Entry, EntryId, Fact, Ref, decode, encode, kind


def append(tx: Tx, actor: str, now: int, subject: str, body: AnyBody, *, base: EntryId | None, sup: Ref = 0, session: int = 0) -> Fact:
    """Writes one entry and what follows from it. now: milliseconds UTC. base: the last entry about the subject, None for the first."""
    head = tx.head
    hlc = max(now << 16, head.hlc + 1)
    clk = 3 if clock_is_wrong(tx) else 2 if hlc >> 16 > now + 1 else 0
    entry = Entry(hlc, actor, subject, short(base, head.id(0)), body, sup, clk=clk, session=session)
    stored = encode(entry)
    head.no, head.seq, head.hlc, head.hash = head.no + 1, head.seq + 1, hlc, next_hash(head.hash, stored)
    tx.run(
        "INSERT INTO entry (no, epoch, seq, kind, actor, subject, sup, bytes, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (head.no, head.epoch, head.seq, kind(body), actor, subject, number_of(tx, sup, head.no - head.seq), stored, head.hash),
    )
    fact = Fact(head.id(head.seq), entry, head.hash[: e.UID_SIZE])
    project(tx, fact, head.no)
    return fact


def short(ref: EntryId | None, near: EntryId) -> Ref:
    """A reference as entries carry it: a plain number within the same lineage."""
    if ref is None:
        return 0
    return ref.seq if (ref.device, ref.epoch) == (near.device, near.epoch) else ref


def number_of(rows: Rows, ref: Ref, before: int) -> int | None:
    """Running number of the entry a reference names, None for none. before: number of the last entry before the referring one's epoch."""
    if isinstance(ref, tuple):
        found: int | None = rows.value(
            "SELECT entry.no FROM lineage JOIN entry ON entry.no = first_no + ? - 1 WHERE lineage.epoch = ? AND lineage.device = ? AND entry.seq = ?",
            (ref.seq, ref.epoch, ref.device, ref.seq),
        )
        return found
    return before + ref if ref else None


def project(tx: Rows, fact: Fact, no: int) -> None:
    """Brings every projection up to this entry of our own."""
    if isinstance(fact.entry.body, e.LabelAsked | e.LabelSettled):
        print_jobs.project(tx, fact, no)
    _bring_up(tx, fact)


def project_arrived(rows: Rows, fact: Fact, number: int) -> None:
    """Brings the projections up to an entry of another book, which lies in row `number`; paper is the business of the PC that asked for it.

    While our own log has another entry under its name nothing changes: the next word with the centre tells which of them stays (`rehome`).
    """
    if own_uid(rows, fact.id) is not None:
        return
    replaced = rows.all("SELECT DISTINCT subject FROM arrived WHERE (device, epoch, seq) = (?, ?, ?) AND id < ?", (*fact.id, number))
    if not replaced:
        _bring_up(rows, fact)
        return
    subjects = sorted({fact.entry.subject, *(subject for (subject,) in replaced)})
    for subject in subjects:  # the money of one name may go from one subject to another
        accounts.repost(rows, subject, ())
    for subject in subjects:
        if _is_parcel(subject):
            parcels.fold_again(rows, subject, facts_about(rows, subject))
        elif is_document(subject):
            cash.project(rows, subject, facts_about(rows, subject))


def _bring_up(rows: Rows, fact: Fact) -> None:
    subject = fact.entry.subject
    if subject.startswith(bags.SUBJECT):
        bags.project(rows, fact)
    elif is_document(subject):
        cash.project(rows, subject, facts_about(rows, subject))
    elif _is_parcel(subject):
        parcels.project(rows, fact, lambda: facts_about(rows, subject))


def _is_parcel(subject: str) -> bool:
    return ":" not in subject and subject not in ("book", "")


def own_uid(rows: Rows, id: EntryId) -> bytes | None:
    """uid of the entry of our own log that bears this name and still counts; None when there is none."""
    found = rows.value(
        """SELECT substr(entry.hash, 1, 16) FROM lineage JOIN entry ON entry.no = lineage.first_no + ? - 1
           WHERE lineage.epoch = ? AND lineage.device = ? AND entry.epoch = lineage.epoch AND entry.seq = ? AND ? <= coalesce(lineage.kept_to, ?)""",
        (id.seq, id.epoch, id.device, id.seq, id.seq, id.seq),
    )
    return None if found is None else bytes(found)


def facts_about(rows: Rows, subject: str) -> list[Fact]:
    """Every entry about a subject that counts, our own and those of others, oldest first by their clocks."""
    found = [
        Fact(EntryId(device, epoch, seq), decode(stored), uid)
        for device, epoch, seq, stored, uid in rows.all(
            """SELECT lineage.device, entry.epoch, entry.seq, entry.bytes, substr(entry.hash, 1, 16) FROM entry JOIN lineage USING (epoch)
               WHERE entry.subject = ? AND entry.seq <= coalesce(lineage.kept_to, entry.seq) ORDER BY entry.no""",
            (subject,),
        )
    ]
    others = rows.all(
        """SELECT device, epoch, seq, bytes, uid FROM arrived WHERE subject = ? AND kind <> ? AND NOT EXISTS
               (SELECT 1 FROM arrived AS later WHERE (later.device, later.epoch, later.seq) = (arrived.device, arrived.epoch, arrived.seq)
                AND later.id > arrived.id) ORDER BY id""",
        (subject, UNREAD),
    )
    if others:
        ours = {fact.id for fact in found}
        theirs = (Fact(EntryId(device, epoch, seq), decode(stored), uid) for device, epoch, seq, stored, uid in others)
        found += [fact for fact in theirs if fact.id not in ours]
        found.sort(key=lambda fact: (fact.entry.hlc, fact.id))
    return found


UNREAD = "unread"
"""Kind of an arrived entry that a later version wrote: kept as it is, without effect here."""


def fact(rows: Rows, no: int) -> Fact | None:
    """The entry with running number `no`."""
    row = rows.one("SELECT lineage.device, entry.epoch, entry.seq, entry.bytes, entry.hash FROM entry JOIN lineage USING (epoch) WHERE entry.no = ?", (no,))
    return None if row is None else Fact(EntryId(row[0], row[1], row[2]), decode(row[3]), row[4][: e.UID_SIZE])


def named(rows: Rows, id: EntryId) -> Fact | None:
    """The entry of that name, our own or another book's; None where it is not here, or cannot be read yet."""
    no = rows.value(
        """SELECT entry.no FROM lineage JOIN entry ON entry.no = lineage.first_no + ? - 1
           WHERE lineage.epoch = ? AND lineage.device = ? AND entry.epoch = lineage.epoch AND entry.seq = ? AND ? <= coalesce(lineage.kept_to, ?)""",
        (id.seq, id.epoch, id.device, id.seq, id.seq, id.seq),
    )
    if no is not None:
        return fact(rows, no)
    row = rows.one("SELECT bytes, uid FROM arrived WHERE (device, epoch, seq) = (?, ?, ?) AND kind <> ? ORDER BY id DESC LIMIT 1", (*id, UNREAD))
    return None if row is None else Fact(id, decode(row[0]), row[1])


def each(rows: Rows, after: int = 0) -> Iterator[tuple[int, int, int, bytes, bytes]]:
    """(no, epoch, seq, stored bytes, hash) of every entry after `after`, in order."""
    yield from rows.each("SELECT no, epoch, seq, bytes, hash FROM entry WHERE no > ? ORDER BY no", (after,))


LOOK_BACK = 5_000
"""How far back a clerk's own last scans are looked for: a day's work of one counter, so that no search runs through years."""


def last_of(rows: Rows, actor: str, kinds: Iterable[str], limit: int) -> list[Fact]:
    """The clerk's own last entries of these kinds that no later entry takes back, newest first."""
    wanted = tuple(kinds)
    marks = ", ".join("?" * len(wanted))
    found = rows.all(
        f"""SELECT lineage.device, entry.epoch, entry.seq, entry.bytes FROM entry JOIN lineage USING (epoch)
            WHERE entry.no > (SELECT coalesce(max(no), 0) FROM entry) - {LOOK_BACK} AND entry.actor = ? AND entry.kind IN ({marks})
              AND NOT EXISTS (SELECT 1 FROM entry AS later WHERE later.sup = entry.no AND later.kind = 'undone')
              AND entry.seq <= coalesce(lineage.kept_to, entry.seq)
            ORDER BY entry.no DESC LIMIT ?""",  # noqa: S608 - marks are question marks
        (actor, *wanted, limit),
    )
    return [Fact(EntryId(device, epoch, seq), decode(stored)) for device, epoch, seq, stored in found]


def newest(rows: Rows, kinds: Iterable[str], limit: int) -> list[tuple[Fact, bool]]:
    """The newest entries of these kinds by anybody, newest first, each with whether a later entry takes it back."""
    wanted = tuple(kinds)
    marks = ", ".join("?" * len(wanted))
    found = rows.all(
        f"""SELECT lineage.device, entry.epoch, entry.seq, entry.bytes,
                   EXISTS (SELECT 1 FROM entry AS later WHERE later.sup = entry.no AND later.kind = 'undone')
            FROM entry JOIN lineage USING (epoch)
            WHERE entry.no > (SELECT coalesce(max(no), 0) FROM entry) - {LOOK_BACK} AND entry.kind IN ({marks})
              AND entry.seq <= coalesce(lineage.kept_to, entry.seq)
            ORDER BY entry.no DESC LIMIT ?""",  # noqa: S608 - marks are question marks
        (*wanted, limit),
    )
    return [(Fact(EntryId(device, epoch, seq), decode(stored)), bool(undone)) for device, epoch, seq, stored, undone in found]


def last_about(rows: Rows, subject: str) -> EntryId | None:
    """The name of the last entry about a subject."""
    row = rows.one("SELECT lineage.device, entry.epoch, entry.seq FROM entry JOIN lineage USING (epoch) WHERE subject = ? ORDER BY no DESC LIMIT 1", (subject,))
    return None if row is None else EntryId(*row)


@dataclass(frozen=True, slots=True)
class Moves:
    """How many parcels came and went, entries taken back left out."""

    received: int
    received_in_bags: int
    handed_over: int
    dispatched: int
    returned: int


def moves_since(rows: Rows, since: int) -> Moves:
    """Comings and goings from `since` (ms UTC) on, read backwards from the end of the log."""
    counted = dict.fromkeys(("received", "bags", "handed_over", "dispatched", "returned"), 0)
    undone: set[int] = set()
    for no, word, sup, stored in rows.each("SELECT no, kind, sup, bytes FROM entry ORDER BY no DESC"):
        if word not in _MOVES:
            continue
        entry = decode(stored)
        if entry.at < since:
            break
        if word == "undone":
            undone.add(sup or 0)
        elif no not in undone:
            counted[word] += 1
            counted["bags"] += int(isinstance(entry.body, e.Received) and entry.body.bag != "")
    return Moves(counted["received"], counted["bags"], counted["handed_over"], counted["dispatched"], counted["returned"])


_MOVES = frozenset({"received", "handed_over", "dispatched", "returned", "undone"})


def times_since(rows: Rows, since: int) -> list[tuple[int, int]]:
    """(number, ms UTC) of our own entries from `since` on, newest first."""
    found = []
    for no, stored in rows.each("SELECT no, bytes FROM entry ORDER BY no DESC"):
        at = decode(stored).at
        if at < since:
            break
        found.append((no, at))
    return found


def collected_after(rows: Rows, no: int) -> int:
    """Paisa of COD taken in our own entries after this one."""
    found = (decode(stored).body for (stored,) in rows.each("SELECT bytes FROM entry WHERE no > ? AND kind = 'handed_over'", (no,)))
    return sum(body.collected for body in found if isinstance(body, e.HandedOver))
