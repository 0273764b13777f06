"""The promises of the sync (I1–I10 of its notes), looked at from outside: by what happened, not by what the product believes."""

from __future__ import annotations

from collections import Counter as Counting
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from central_server.care import verify
from central_server.frames import entry_uid, new_rows
from central_server.identity import centre as identity_of
from central_server.storage import feeds, logs, parcels
from corner_app.book import centre as known
from corner_app.book import outbox
from corner_app.book import parcels as book_parcels
from corner_app.book.book import Reader
from corner_app.book.entries import facts_about
from corner_app.book.lineage import lineages
from corner_app.book.verify import Report as BookReport
from corner_app.book.verify import check_chain
from corner_app.domain.chain import hashes, uid
from corner_app.domain.entries import EntryId, Fact, decode, origin
from corner_app.domain.parcels import Parcel, fold, resolve

if TYPE_CHECKING:
    from pathlib import Path

    from tests.simulation.parts import Centre, Counter
    from tests.simulation.world import World


@dataclass
class Ledger:
    """What really happened. acts: every act ever committed, origin → subject; at_risk: acts no disk held after one was lost or put back."""

    acts: dict[str, str] = field(default_factory=dict)
    at_risk: set[str] = field(default_factory=set)
    before: set[str] = field(default_factory=set)

    def begin(self, centre: Centre) -> None:
        self.acts |= {o: facts[0].entry.subject for o, facts in origins_at(centre).items()}

    def announced(self, centre: Centre) -> None:
        """The centre's own acts."""
        us = centre.read(identity_of)
        self.acts |= {o: facts[0].entry.subject for o, facts in origins_at(centre).items() if any(f.id.device == us.device for f in facts)}

    def wrote(self, counter: Counter) -> None:
        self.acts |= {o: fact.entry.subject for o, (fact, _) in origins_of(counter).items()}

    def disk_lost(self, world: World, path: Path) -> None:
        """A PC's disk is about to be replaced by an older one."""
        reader = Reader(path)
        held = set(reader.read(_own))
        reader.close()
        elsewhere = set(origins_at(world.centre))
        for other in world.counters:
            if other.path != path:
                elsewhere |= set(origins_of(other))
        self.at_risk |= held - elsewhere

    def forgotten(self, world: World) -> frozenset[str]:
        """Parcels of whose acts some were lost with the only disk that held them: a counter may remember what the centre cannot."""
        return frozenset(self.acts[act] for act in self.at_risk)

    def ambiguous(self, facts: list[Fact]) -> bool:
        """Whether an entry among these names one whose name two copies of a book used for different acts."""
        times = Counting(act.rpartition(".")[0] for act in self.acts)
        named = (resolve(ref, fact.id) for fact in facts for ref in (fact.entry.base, fact.entry.sup))
        return any(times[".".join(map(str, name))] > 1 for name in named if name is not None)

    def centre_before(self, centre: Centre) -> None:
        centre.start()
        self.before = set(origins_at(centre))
        centre.stop()

    def centre_after(self, world: World) -> None:
        """What the centre alone held since its backup."""
        elsewhere = set(origins_at(world.centre))
        for counter in world.counters:
            elsewhere |= set(origins_of(counter))
        self.at_risk |= self.before - elsewhere


def origins_of(counter: Counter) -> dict[str, tuple[Fact, bytes]]:
    """Acts in a book's own log that count there, each with its bytes."""
    return counter.store.read(_own)


def _own(rows: Any) -> dict[str, tuple[Fact, bytes]]:
    found = {}
    for lineage in lineages(rows):
        for seq, stored, digest in rows.all(
            "SELECT seq, bytes, hash FROM entry WHERE no >= ? AND no < ?", (lineage.first_no, lineage.first_no + lineage.kept_to)
        ):
            fact = Fact(EntryId(lineage.device, lineage.epoch, seq), decode(stored), uid(digest))
            found[origin(fact)] = (fact, stored)
    return found


def origins_at(centre: Centre) -> dict[str, list[Fact]]:
    """Every act at the centre with its writings."""
    found: dict[str, list[Fact]] = {}
    for fact, _ in _entries_at(centre):
        found.setdefault(origin(fact), []).append(fact)
    return found


def _entries_at(centre: Centre) -> list[tuple[Fact, bytes]]:
    found = []
    for _, kept in centre.read(lambda sql: list(logs.each_frame(sql))):
        rows = new_rows(kept)
        for seq, (stored, digest) in enumerate(zip(rows, hashes(kept.before, rows), strict=True), kept.first):
            found.append((Fact(EntryId(kept.device, kept.epoch, seq), decode(stored), uid(digest)), stored))
    return found


def confirmed(counter: Counter) -> int:
    return counter.store.read(outbox.confirmed)


def confirmed_is_true(world: World, counter: Counter) -> None:
    """I9: what a book calls confirmed stands at the centre, under the same name, with the same hash, unless the centre was put back since."""
    no = confirmed(counter)
    if no == 0 or counter.store.read(lambda rows: known.kept(rows, "instance")) != world.centre.desk.centre.instance:
        return
    found = counter.store.read(lambda rows: rows.one(_LAST_CONFIRMED, (no,)))
    if found is None:
        return
    device, epoch, seq, digest = found
    at = world.centre.read(lambda sql: logs.cursor(sql, counter.office, device, epoch))
    there = world.centre.read(lambda sql: entry_uid(sql, at, seq)) if at is not None else None
    assert there == uid(digest), f"{counter.path.stem} says {device}.{epoch}.{seq} is at the centre; it is not"


_LAST_CONFIRMED = """SELECT lineage.device, entry.epoch, entry.seq, entry.hash FROM entry JOIN lineage USING (epoch)
    WHERE no <= ? AND entry.seq <= coalesce(lineage.kept_to, entry.seq) ORDER BY no DESC LIMIT 1"""


def picture(world: World) -> Any:
    """How everything stands, to see whether a pass changed anything."""
    books = [
        (
            confirmed(counter),
            counter.store.read(
                lambda rows: (known.kept(rows, "feed_pos"), rows.value("SELECT count(*) FROM arrived"), rows.value("SELECT max(no) FROM entry"))
            ),
        )
        for counter in world.counters
    ]
    ends = world.centre.read(lambda sql: [(at.device, at.epoch, at.next, at.judged) for at in logs.cursors(sql)])
    return books, ends


def check(world: World) -> None:
    """Every promise, after the quiet."""
    at_centre = origins_at(world.centre)
    _nothing_lost(world, at_centre)
    _nothing_doubled(world, at_centre)
    _centre_whole(world)
    for counter in world.counters:
        _book_whole(world, counter)
        _books_agree(world, counter)
    _verdicts_known(world)


def _nothing_lost(world: World, at_centre: dict[str, list[Fact]]) -> None:
    """I1, and that nobody made anything up."""
    missing = set(world.ledger.acts) - set(at_centre) - world.ledger.at_risk
    assert not missing, f"lost: {sorted(missing)}"
    invented = set(at_centre) - set(world.ledger.acts)
    assert not invented, f"nobody did: {sorted(invented)}"


def _nothing_doubled(world: World, at_centre: dict[str, list[Fact]]) -> None:
    """I2: of every act one writing counts; of every parcel's cash one handover."""
    by_subject: dict[str, list[Fact]] = {}
    for facts in at_centre.values():
        for fact in facts:
            by_subject.setdefault(fact.entry.subject, []).append(fact)
    for subject, facts in by_subject.items():
        if ":" in subject:
            continue
        folded = fold(subject, facts)
        counted = [origin(f) for f in facts if f.id not in folded.echoes]
        assert len(counted) == len(set(counted)), f"an act of {subject} counts twice"


def _centre_whole(world: World) -> None:
    """I3, I4, I5, I7: chains, signatures, folds, money, gapless feeds."""
    report = world.centre.read(verify)
    assert not report.faults, report.faults
    for office, n, last in world.centre.read(lambda sql: sql.all("SELECT office, count(*), max(pos) FROM feed GROUP BY office")):
        assert (n, last) == (last, world.centre.read(partial(feeds.end, office=office))[0]), f"the feed of {office} has a gap"


def _book_whole(world: World, counter: Counter) -> None:
    """I3, I4: the chain holds, and the centre has the very bytes this book has."""
    report = BookReport()
    counter.store.read(lambda rows: check_chain(rows, report))
    assert not report.faults, (counter.path.stem, report.faults)
    here = {fact.id: stored for fact, stored in _entries_at(world.centre)}
    for fact, stored in origins_of(counter).values():
        assert here.get(fact.id) == stored, f"{counter.path.stem}: {fact.id} differs at the centre"
    entries = counter.store.read(lambda rows: outbox.backlog(rows))
    assert entries.unsent == 0, f"{counter.path.stem} still has {entries.unsent} to send"


def _books_agree(world: World, counter: Counter) -> None:
    """I7: a parcel is the same at the counter as at the centre."""
    for subject, offices in world.centre.read(lambda sql: sql.all("SELECT subject, offices FROM parcel WHERE updated_at > 0")):
        if ":" in subject or counter.office not in offices.split() or subject in world.ledger.forgotten(world):
            continue
        there = world.centre.read(partial(parcels.head, subject=subject))
        assert there is not None
        written = [w.fact for w in world.centre.read(partial(parcels.history, subjects=[subject]))[subject]]
        if world.ledger.before and fold(subject, written).held:
            continue  # its base bore a name that only the lost part of the centre knew: a person is told (I8), and it is let go after three days
        here = counter.store.read(partial(book_parcels.by_item, item=subject))
        known_here = counter.store.read(partial(facts_about, subject=subject))
        if ("relay" in world.troubles or world.ledger.before) and world.ledger.ambiguous([*written, *known_here]):
            continue  # a name that two copies of one book used, and only one of the acts reached the centre under it
        assert here is not None, f"{counter.path.stem} does not know {subject}"
        ours, theirs = _by_acts(here.parcel, known_here), _by_acts(there.parcel, written)
        assert ours == theirs, f"{counter.path.stem}: {subject} is {ours}, at the centre {theirs}"


def _by_acts(parcel: Parcel, facts: list[Fact]) -> dict[str, Any]:
    """A parcel with acts instead of their writings: a counter may hold a writing of an act that a restored centre knows by another."""
    acts = {fact.id: origin(fact) for fact in facts}
    shown = msgspec.structs.asdict(parcel) | {name: acts.get(getattr(parcel, name)) for name in ("head", "turn", "delivery")}
    del shown["settled"]
    return shown


def _verdicts_known(world: World) -> None:
    """I8: what did not take effect is known where it was written, with the same word; nothing else is complained of."""
    wanted: dict[str, dict[EntryId, str]] = {}
    for device, epoch, seq, code, office in world.centre.read(
        lambda sql: sql.all(
            """SELECT device, epoch, seq, code, office FROM verdict AS v WHERE NOT EXISTS
               (SELECT 1 FROM verdict AS later WHERE later.office = v.office AND later.device = v.device AND later.epoch = v.epoch
                AND later.seq = v.seq AND later.ver > v.ver)"""
        )
    ):
        if code != "applied":
            wanted.setdefault(office, {})[EntryId(device, epoch, seq)] = code
    _verdicts_right(world, wanted)
    for counter in world.counters:
        said = {EntryId(v.device, v.epoch, v.seq): v.code for v in counter.store.read(lambda rows: known.attention(rows, 10_000))}
        for id, code in wanted.get(counter.office, {}).items():
            assert said.get(id) == code, f"{counter.path.stem} was not told of {id}: {code}, knows {said.get(id)}"


def _verdicts_right(world: World, wanted: dict[str, dict[EntryId, str]]) -> None:
    """Each entry without effect has its word at the centre."""
    given = {id: code for codes in wanted.values() for id, code in codes.items()}
    by_subject: dict[str, list[Fact]] = {}
    for fact, _ in _entries_at(world.centre):
        by_subject.setdefault(fact.entry.subject, []).append(fact)
    for subject, facts in by_subject.items():
        if ":" in subject or subject == "book":
            continue
        folded = fold(subject, facts)
        true = dict.fromkeys(folded.held, "held") | dict.fromkeys(folded.echoes, "duplicate_of") | {each.by: each.what for each in folded.conflicts}
        about = {f.id: given[f.id] for f in facts if f.id in given}
        assert about == true, f"{subject}: the centre said {about}, it should be {true}"
