"""Whose book this is: the device, its epochs, and the place it stands in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from corner_app.book.database import Head, Rows
from corner_app.domain.chain import first_hash
from corner_app.domain.entries import decode
from corner_app.domain.trouble import Trouble


@dataclass(frozen=True, slots=True)
class Place:
    """What a book was made for. device: handle, uuid: 128 bits; office: code; counter: 1 …; training: a practice book; salt: its secret."""

    device: int
    uuid: bytes
    office: str
    counter: int
    training: bool
    salt: bytes


def write_place(rows: Rows, place: Place) -> None:
    """Makes an empty book this place's, in its first epoch."""
    values = {
        "office": place.office,
        "counter": str(place.counter),
        "training": str(int(place.training)),
        "salt": place.salt.hex(),
        "device": str(place.device),
        "uuid": place.uuid.hex(),
    }
    for key, value in values.items():
        rows.run("INSERT INTO meta (k, v) VALUES (?, ?)", (key, value))
    begin_epoch(rows, place, 1, ROOT, "init")


def become_device(rows: Rows, device: int, uuid: bytes) -> None:
    """The book goes on as another device's: it was copied to another machine."""
    rows.run("UPDATE meta SET v = ? WHERE k = 'device'", (str(device),))
    rows.run("UPDATE meta SET v = ? WHERE k = 'uuid'", (uuid.hex(),))


class Parent(NamedTuple):
    """The entry a lineage continues from. epoch 0: none."""

    epoch: int
    seq: int
    head: bytes


ROOT = Parent(0, 0, b"")


def last_kept(rows: Rows) -> Parent:
    """The last entry that a new lineage continues from; ROOT in an empty book."""
    for lineage in reversed(lineages(rows)):
        if lineage.kept_to:
            digest = rows.value("SELECT hash FROM entry WHERE no = ?", (lineage.first_no + lineage.kept_to - 1,))
            return Parent(lineage.epoch, lineage.kept_to, digest)
    return ROOT


def begin_epoch(rows: Rows, place: Place, epoch: int, parent: Parent, cause: str) -> None:
    """Begins a new lineage; entries of older epochs stay and are continued by nothing.

    Blocks of numbers end with the old one: what this book says of them may be older than what was printed.
    """
    rows.run("UPDATE lease SET next = last + 1 WHERE next <= last")
    rows.run(
        """INSERT INTO lineage (epoch, first_no, device, uuid, parent_epoch, parent_seq, parent_head, cause)
           VALUES (?, (SELECT coalesce(max(no), 0) + 1 FROM entry), ?, ?, ?, ?, ?, ?)""",
        (epoch, place.device, place.uuid, *parent, cause),
    )


@dataclass(frozen=True, slots=True)
class Lineage:
    """One epoch of this book. first_no: running number of its first entry; size: entries in it; kept_to: of them still good."""

    epoch: int
    device: int
    uuid: bytes
    parent: Parent
    first_no: int
    size: int
    kept_to: int

    @property
    def start(self) -> bytes:
        """h0 of it."""
        return first_hash(self.uuid, self.epoch, self.parent.head)


def lineages(rows: Rows) -> list[Lineage]:
    """Every epoch, oldest first."""
    found = rows.all("SELECT epoch, first_no, device, uuid, parent_epoch, parent_seq, parent_head, kept_to FROM lineage ORDER BY epoch")
    ends = [*(row[1] for row in found[1:]), int(rows.value("SELECT coalesce(max(no), 0) + 1 FROM entry"))]
    return [
        Lineage(epoch, device, uuid, Parent(*parent), first_no, end - first_no, end - first_no if kept_to is None else kept_to)
        for (epoch, first_no, device, uuid, *parent, kept_to), end in zip(found, ends, strict=True)
    ]


def read_place(rows: Rows) -> Place:
    """Raises Trouble("not_a_book") when the file is a database of something else."""
    meta = dict(rows.all("SELECT k, v FROM meta"))
    try:
        return Place(
            int(meta["device"]), bytes.fromhex(meta["uuid"]), meta["office"], int(meta["counter"]), meta["training"] == "1", bytes.fromhex(meta["salt"])
        )
    except KeyError as error:
        raise Trouble("not_a_book") from error


def read_head(rows: Rows) -> Head:
    """Where the log ends now."""
    epoch, device, uuid, parent = rows.one("SELECT epoch, device, uuid, parent_head FROM lineage ORDER BY epoch DESC LIMIT 1") or (1, 0, b"", b"")
    last = rows.one("SELECT no, epoch, seq, hash, bytes FROM entry ORDER BY no DESC LIMIT 1")
    if last is None:
        return Head(device, epoch, 0, 0, first_hash(uuid, epoch, parent), 0)
    no, last_epoch, seq, digest, stored = last
    hlc = decode(stored).hlc
    if last_epoch == epoch:
        return Head(device, epoch, no, seq, digest, hlc)
    return Head(device, epoch, no, 0, first_hash(uuid, epoch, parent), hlc)
