"""Proof that the centre is whole: every chain and signature again, every parcel folded again, money that sums to zero."""

from __future__ import annotations

from dataclasses import dataclass, field

from central_server.frames import new_rows
from central_server.identity import centre
from central_server.storage import devices, logs, parcels, remittances
from central_server.storage.database import Sql
from central_server.storage.logs import Kept
from corner_app.domain import cash
from corner_app.domain.cash import is_document
from corner_app.domain.chain import first_hash, hashes, uid
from corner_app.domain.entries import Fact, Remitted
from corner_app.domain.money import Posting, parcel_postings
from corner_app.domain.parcels import Parcel, fold
from corner_app.sync import wire
from corner_app.sync.columns import Unpackable
from corner_app.sync.signing import checker

_PAGE = 500


@dataclass
class Report:
    """What a check found. entries: re-hashed; parcels: folded again; faults: (code, detail)."""

    entries: int = 0
    parcels: int = 0
    faults: list[tuple[str, str]] = field(default_factory=list)


def verify(sql: Sql) -> Report:
    """Checks everything in one snapshot."""
    report = Report()
    _check_logs(sql, report)
    remitted = _check_subjects(sql, report)
    _check_remittances(sql, report, remitted)
    for (total,) in sql.all("SELECT coalesce(sum(amount), 0) FROM posting"):
        if total:
            report.faults.append(("ledger_unequal", str(total)))
    return report


def _check_logs(sql: Sql, report: Report) -> None:
    us = centre(sql)
    keys = {d.device: checker(d.public_key) for d in devices.all_of(sql)} | {us.device: checker(us.public_key)}
    uuids = {d.device: d.uuid for d in devices.all_of(sql)} | {us.device: us.uuid}
    ends: dict[tuple[str, int, int], tuple[int, bytes]] = {}
    for office, kept in logs.each_frame(sql):
        place = f"{office} {kept.device}.{kept.epoch}.{kept.first}"
        whose = (office, kept.device, kept.epoch)
        following, before = ends.get(whose, (1, kept.before))
        try:
            rows = new_rows(kept)
        except (Unpackable, wire.Refused):
            report.faults.append(("frame_damaged", place))
            continue
        if not wire.signed_by(wire.Push, kept.frame, keys[kept.device]):
            report.faults.append(("signature", place))
        if kept.first == 1 and not _begins_rightly(kept, uuids.get(kept.device, b"")):
            report.faults.append(("lineage_start", place))
        if (kept.first, kept.before, len(rows)) != (following, before, kept.count):
            report.faults.append(("gap", place))
        ends[whose] = (kept.first + kept.count, hashes(kept.before, rows)[-1])
        report.entries += len(rows)
    for at in logs.cursors(sql):
        end = ends.get((at.office, at.device, at.epoch))
        if (end is not None and end != (at.next, at.head)) or (end is None and at.next > 1):
            report.faults.append(("cursor_differs", f"{at.office} {at.device}.{at.epoch}"))
        if at.judged < at.next - 1:
            report.faults.append(("not_judged", f"{at.office} {at.device}.{at.epoch} after {at.judged}"))


def _begins_rightly(kept: Kept, uuid: bytes) -> bool:
    """Whether the first frame of a lineage begins at the hash of whose it is and of what it continues."""
    run = wire.peek(wire.Push, kept.frame).run
    return run is not None and run.parent is not None and kept.before == first_hash(uuid, kept.epoch, run.parent.head)


def _check_subjects(sql: Sql, report: Report) -> dict[str, list[Remitted]]:
    """Every parcel and cash document folded again; their money is what the entries say and nothing else. Gives what the centre's book says was remitted."""
    after, remitted = "", dict[str, list[Remitted]]()
    us = centre(sql).device
    while subjects := [row[0] for row in sql.all("SELECT subject FROM parcel WHERE subject > ? ORDER BY subject LIMIT ?", (after, _PAGE))]:
        after = subjects[-1]
        history, posted = parcels.history(sql, subjects), parcels.posted(sql, subjects)
        for subject in subjects:
            head = parcels.head(sql, subject)
            written = history.get(subject, [])
            if head is None or subject.startswith("bag:"):
                continue
            report.parcels += not is_document(subject)
            parcel, lines = _again(subject, [w.fact for w in written])
            if parcel != head.parcel:
                report.faults.append(("fold_differs", subject))
            if sorted(lines, key=_place) != posted.get(subject, []):
                report.faults.append(("money_differs", subject))
            if any(uid(w.fact.uid) != w.fact.uid for w in written):
                report.faults.append(("uid_differs", subject))
            bodies = (w.fact.entry.body for w in written if w.fact.id.device == us)
            remitted |= {subject: found} if (found := [b for b in bodies if isinstance(b, Remitted) and b.state == "remitted"]) else {}
    return remitted


def _check_remittances(sql: Sql, report: Report, said: dict[str, list[Remitted]]) -> None:
    """Each remittance is what its parcels come to, has the next number of its merchant, and says of each parcel what the centre's own book says, once."""
    sums, last = remittances.sums(sql), dict[str, int]()
    for made in remittances.all_of(sql):
        if sums.pop((made.merchant, made.number), None) != (made.parcels, made.amount) or made.number != last.get(made.merchant, 0) + 1:
            report.faults.append(("remittance_differs", made.invoice))
        last[made.merchant] = made.number
        for line in remittances.lines(sql, made.merchant, made.number):
            if said.pop(line.item, None) != [Remitted(made.merchant, made.invoice, line.amount, "remitted")]:
                report.faults.append(("remittance_differs", f"{made.invoice} {line.item}"))
    report.faults += [("remittance_differs", item) for item in sorted(said)] + [("remittance_differs", f"{m} {n}") for m, n in sorted(sums)]


def _again(subject: str, facts: list[Fact]) -> tuple[Parcel, tuple[Posting, ...]]:
    if is_document(subject):
        return Parcel(subject), cash.fold(subject, facts).lines
    folded = fold(subject, facts)
    return folded.parcel, parcel_postings(folded, facts)


def _place(line: Posting) -> tuple[int, int, int, int]:
    return *line.by, line.line
