"""Going on after a fork: what the centre does not share with us is written again in a new lineage, each entry naming its first writing.

Two copies of one book may both do this with the same entries; `domain.parcels.echoes` makes them count once (sync notes §2.9).
"""

from __future__ import annotations

from msgspec.structs import replace

from corner_app.book.database import Tx
from corner_app.book.entries import short
from corner_app.book.lineage import Lineage, Parent, Place, begin_epoch, lineages, read_head
from corner_app.domain.chain import next_hash, uid
from corner_app.domain.entries import EntryId, HandedOver, Ref, Refused, decode, encode, kind, origin_text
from corner_app.domain.parcels import resolve

REBUILD = "rebuild_due"
"""Set in `sync` until every projection was computed again."""


def rehome(tx: Tx, place: Place, epoch: int, common: Parent) -> int:
    """Begins lineage `epoch` of `place` after the entry `common` and writes what followed it again; gives how many. The caller rebuilds.

    Nothing is removed: the old writings stay in the log, marked as written again.
    """
    kept = lineages(tx)
    again = [(lineage, seq) for lineage in kept for seq in range(_first_lost(lineage, common), lineage.kept_to + 1)]
    begin_epoch(tx, place, epoch, common, "forked")
    tx.head.become(read_head(tx))
    names: dict[EntryId, int] = {}
    numbers: dict[int, int] = {}
    for lineage, seq in again:
        _write_again(tx, lineage, seq, names, numbers)
    for lineage in kept:
        if _first_lost(lineage, common) <= lineage.kept_to:
            tx.run("UPDATE lineage SET kept_to = ? WHERE epoch = ?", (_first_lost(lineage, common) - 1, lineage.epoch))
    for old, new in numbers.items():
        tx.run("UPDATE print_attempt SET job = ? WHERE job = ?", (-new, old))
    tx.run("UPDATE print_attempt SET job = -job WHERE job < 0")
    tx.run("INSERT INTO sync (k, v) VALUES (?, 1) ON CONFLICT (k) DO UPDATE SET v = 1", (REBUILD,))
    return len(again)


def _first_lost(lineage: Lineage, common: Parent) -> int:
    """First sequence number of a lineage that lies after the common entry."""
    if lineage.epoch < common.epoch:
        return lineage.kept_to + 1
    return common.seq + 1 if lineage.epoch == common.epoch else 1


def _write_again(tx: Tx, lineage: Lineage, seq: int, names: dict[EntryId, int], numbers: dict[int, int]) -> None:
    old_no = lineage.first_no + seq - 1
    row = tx.one("SELECT bytes, hash, sup FROM entry WHERE no = ?", (old_no,))
    assert row is not None  # noqa: S101 - lineages count it
    old, old_id = decode(row[0]), EntryId(lineage.device, lineage.epoch, seq)
    head = tx.head

    def renamed(ref: Ref) -> Ref:
        named = resolve(ref, old_id)
        return short(named, head.id(0)) if named not in names else names[named]

    body = old.body
    if isinstance(body, HandedOver | Refused):
        basket = renamed(body.basket)
        body = replace(body, basket=basket if isinstance(basket, int) else body.basket)
    entry = replace(old, base=renamed(old.base), sup=renamed(old.sup), body=body, session=0, orig=old.orig or origin_text(old_id, uid(row[1])))
    stored = encode(entry)
    head.no, head.seq, head.hlc, head.hash = head.no + 1, head.seq + 1, max(head.hlc, entry.hlc), next_hash(head.hash, stored)
    sup_no = numbers.get(row[2], row[2]) if row[2] is not None else None
    tx.run(
        "INSERT INTO entry (no, epoch, seq, kind, actor, subject, sup, bytes, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (head.no, head.epoch, head.seq, kind(entry.body), entry.actor, entry.subject, sup_no, stored, head.hash),
    )
    names[old_id], numbers[old_no] = head.seq, head.no
